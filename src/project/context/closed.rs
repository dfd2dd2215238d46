//! What of the context only its owner may read: COPY takes modes along, and gives the rest to root.

use super::super::EntryKind;
use super::super::files::Files;
use crate::paths;

/// More is not looked at below one path.
const MAX_ENTRIES: usize = 1000;

/// The first of them at `path` or below it, as far as a build sees it.
pub(super) fn find(files: &Files, path: &str) -> Option<String> {
    let root = files.root.as_ref()?;
    let (mut open, mut n_entries) = (vec![(path.to_owned(), files.kind(path)?)], 0);
    while let Some((path, kind)) = open.pop() {
        n_entries += 1;
        if !files.keeps(&path, kind) || paths::file_name(&path) == "node_modules" {
            continue;
        }
        if !path.is_empty() && files.loader.is_closed(&root.join(&path)) {
            return Some(path);
        }
        if kind == EntryKind::Folder && n_entries < MAX_ENTRIES {
            open.extend(files.list(&path).into_iter().rev().map(|(name, kind)| (paths::join(&path, &name), kind)));
        }
    }
    None
}
