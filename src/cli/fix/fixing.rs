//! One Dockerfile that is being fixed, with the files of its context that change with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::args::FixArgs;
use super::super::session::{Loaded, Session, guarded};
use super::super::write::{self, Change};
use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, FileChange, diff};
use crate::linter::{self, FixOptions, FixResult, Input};
use crate::report::{FileReport, FixProof, Fixed, FixedOther};
use crate::text::Text;

/// A Dockerfile and what becomes of it.
pub(super) struct Fixing {
    loaded: Loaded,
    options: FixOptions,
    result: FixResult,
    is_stdin: bool,
    /// Where it was asked for.
    proof: Option<FixProof>,
}

/// New texts of files that belong to contexts, by where they stand.
type Texts = BTreeMap<PathBuf, String>;

impl Fixing {
    pub(super) fn new(loaded: Loaded, args: &FixArgs) -> Self {
        let is_stdin = super::is_stdin(args, &loaded.path);
        let options = FixOptions {
            minimum: if args.r#unsafe { Applicability::Unsafe } else { Applicability::Safe },
            rules: (!args.rules.is_empty()).then(|| args.rules.clone()),
            other_files: !is_stdin,
            ..FixOptions::default()
        };
        let result = linter::fix(&loaded.input, &options);
        Self { loaded, options, result, is_stdin, proof: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.loaded.path
    }

    pub(super) fn input(&self) -> &Input {
        &self.loaded.input
    }

    pub(super) fn options(&self) -> &FixOptions {
        &self.options
    }

    pub(super) fn result(&self) -> &FixResult {
        &self.result
    }

    /// Whether any file changes.
    pub(super) fn changes(&self) -> bool {
        self.result.text.is_some() || !self.result.files.is_empty()
    }

    /// The same with what a proof left of the fixes.
    pub(super) fn with(self, result: FixResult, proof: FixProof) -> Self {
        Self { result, proof: Some(proof), ..self }
    }

    /// Writes what changes where that is wanted, and reports it.
    pub(super) fn finish(self, session: &Session<'_>, write: bool) -> Result<FileReport, String> {
        if write && !self.is_stdin {
            write::clean(&self.loaded.path);
        }
        let written = write && !self.is_stdin && self.write(session)?;
        let report = session.report(&self.loaded, &self.result.remaining.problems);
        let others = self.places().map(|(place, it)| fixed_other(session.called(&place), it)).collect();
        let old = self.loaded.input.source.text();
        let text = self.result.text.map_or_else(|| old.clone(), Text::from);
        // One folder for all paths of a diff, however the file was named: `git apply` takes it from there.
        let place = session.place(&self.loaded.path).filter(|_| !self.is_stdin);
        let name = place.map_or_else(|| report.path.clone(), |it| session.called(&it));
        let diff = diff::unified(&name, old, &text);
        let fixed = Fixed {
            applied: self.result.applied,
            reverted: self.result.reverted,
            diff,
            others,
            written,
            proof: self.proof,
        };
        let mut diagnostics = self.result.remaining.diagnostics;
        if self.is_stdin {
            diagnostics.iter_mut().for_each(one_file_only);
        }
        Ok(FileReport { text, diagnostics, fixed: Some(fixed), ..report })
    }

    /// Whether there was something to write.
    fn write(&self, session: &Session<'_>) -> Result<bool, String> {
        let others: Vec<(PathBuf, &FileChange)> =
            self.places().map(|(place, it)| (session.called(&place).into(), it)).collect();
        let mut changes: Vec<Change<'_>> =
            others.iter().map(|(path, it)| Change { path, old: it.before.as_deref(), new: &it.after }).collect();
        if let Some(new) = &self.result.text {
            changes.push(Change { path: &self.loaded.path, old: Some(self.loaded.input.source.text()), new });
        }
        write::replace(&changes)?;
        Ok(!changes.is_empty())
    }

    /// The other files and where they stand.
    fn places(&self) -> impl Iterator<Item = (PathBuf, &FileChange)> {
        let project = &self.loaded.input.project;
        self.result.files.iter().filter_map(|it| Some((project.place_of(&it.path)?, it)))
    }
}

/// Dockerfiles of one context may ask for different texts of the same file: the later one is then fixed
/// again, with that file as the earlier ones leave it.
pub(super) fn agreed(fixings: Vec<Fixing>) -> Vec<Result<Fixing, String>> {
    let mut texts = Texts::new();
    let one = |it: Fixing| {
        let path = it.loaded.path.clone();
        let it = if it.disagrees(&texts) { guarded(&path, || Ok(it.again(&texts)))? } else { it };
        texts.extend(it.places().map(|(place, it)| (place, it.after.clone())));
        Ok(it)
    };
    fixings.into_iter().map(one).collect()
}

impl Fixing {
    fn disagrees(&self, texts: &Texts) -> bool {
        self.places().any(|(place, it)| texts.get(&place).is_some_and(|text| *text != it.after))
    }

    /// Fixed with the files that it changes as `texts` has them.
    fn again(self, texts: &Texts) -> Self {
        let given = self.places().filter_map(|(place, it)| Some((it.path.as_str(), texts.get(&place)?.as_str())));
        let project = Arc::new(self.loaded.input.project.with_files(given));
        let input = Input { project, ..self.loaded.input.clone() };
        let result = linter::fix(&input, &self.options);
        Self { loaded: Loaded { input, ..self.loaded }, result, ..self }
    }
}

fn fixed_other(path: String, change: &FileChange) -> FixedOther {
    let diff = match &change.before {
        Some(before) => diff::unified(&path, before, &change.after),
        None => diff::creation(&path, &change.after),
    };
    FixedOther { path, created: change.before.is_none(), diff }
}

/// A fix that changes other files as well can't be applied to stdin.
fn one_file_only(diagnostic: &mut Diagnostic) {
    let Some(change) = diagnostic.fix.as_ref().and_then(|it| it.files().first()) else { return };
    diagnostic.held_back = Some(format!("it changes `{}`, and stdin is only the Dockerfile", change.path));
    diagnostic.fix = None;
}
