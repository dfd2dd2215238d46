//! Fixes as SARIF has them: replacements in files.

use serde_sarif::sarif::{ArtifactChange, ArtifactContent, Fix as SarifFix, PropertyBag, Region, Replacement};

use super::{Reported, message, region};
use crate::fix::{FileChange, Fix};
use crate::report::applicability_name;

impl Reported<'_> {
    pub(super) fn fix(&self, it: &Fix) -> SarifFix {
        let applicability = serde_json::Value::from(applicability_name(it.applicability));
        let properties =
            PropertyBag::builder().additional_properties([("applicability".to_owned(), applicability)]).build();
        let own = (!it.edits().is_empty()).then(|| self.own_change(it));
        let changes = own.into_iter().chain(it.files().iter().map(|it| self.other_change(it)));
        SarifFix::builder()
            .description(message(&it.title))
            .artifact_changes(changes.collect::<Vec<_>>())
            .properties(properties)
            .build()
    }

    fn own_change(&self, it: &Fix) -> ArtifactChange {
        let edits = it.edits().iter().map(|it| replacement(region(&self.file.text, it.range()), &it.text));
        ArtifactChange::builder()
            .artifact_location(self.artifact(&self.file.path))
            .replacements(edits.collect::<Vec<_>>())
            .build()
    }

    /// The whole text is replaced; a file that is created has none.
    fn other_change(&self, it: &FileChange) -> ArtifactChange {
        let length = it.before.as_deref().unwrap_or_default().chars().count();
        let whole = Region::builder().char_offset(0).char_length(length as i64).build();
        ArtifactChange::builder()
            .artifact_location(self.artifact(&format!("{}{}", self.file.context, it.path)))
            .replacements(vec![replacement(whole, &it.after)])
            .build()
    }
}

fn replacement(deleted: Region, text: &str) -> Replacement {
    let content = ArtifactContent::builder().text(text.to_owned()).build();
    Replacement::builder().deleted_region(deleted).inserted_content(content).build()
}
