//! Variables of the manager's that files of data name.

use crate::ecosystem::manifest::names_variable;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{EntryKind, Reason, Site};

/// Larger files of data are not searched.
const MAX_DATA: usize = 1 << 16;

/// A file of data that is read when the app starts, and that names such a variable: node-config's
/// `custom-environment-variables.json`.
pub(super) fn named(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let app = facts.app.as_ref()?;
    let read = facts.run_files(ctx.model(), ctx.project(), &facts.outputs).files;
    let paths = read.into_iter().flat_map(|(path, kind)| match kind {
        EntryKind::File => vec![path],
        EntryKind::Folder => {
            let names = ctx.project().list(&app.folder_path(&path)).unwrap_or_default();
            names.into_iter().filter(|it| it.1 == EntryKind::File).map(|it| paths::join(&path, &it.0)).collect()
        }
    });
    paths.map(|it| app.folder_path(&it)).filter(|it| is_data(it)).find_map(|path| {
        let text = ctx.project().text(&path).filter(|it| it.len() <= MAX_DATA)?;
        let line = text.lines().position(names_variable)? + 1;
        Some(Reason::at(Site { path, line: Some(line) }, "names a variable that npm sets"))
    })
}

fn is_data(path: &str) -> bool {
    [".json", ".json5", ".yaml", ".yml", ".toml", ".js", ".cjs"].iter().any(|it| path.ends_with(it))
}
