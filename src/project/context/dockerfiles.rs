//! The Dockerfiles of a context.

use std::path::Path;

use super::super::EntryKind;
use super::super::files::Files;
use crate::paths;

/// How deep we look, and at how many folders.
const MAX_DEPTH: usize = 3;
const MAX_FOLDERS: usize = 200;

/// Folders of these names hold no Dockerfiles that anyone builds here; nor do most hidden ones.
const FOREIGN: &[&str] = &["node_modules", "dist", "build", "vendor", "target"];

/// All but `own`, sorted, by their paths from the root.
pub(super) fn others(files: &Files, own: &Path) -> Vec<String> {
    let own = files.root.as_ref().map(|it| paths::from_root(it, own));
    let (mut found, mut open) = (Vec::new(), vec![(String::new(), 0)]);
    let mut n_folders = 0;
    while let Some((folder, depth)) = open.pop() {
        n_folders += 1;
        for (name, kind) in files.list(&folder) {
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::File if is_dockerfile_name(&name) && Some(&path) != own.as_ref() => found.push(path),
                EntryKind::Folder if depth < MAX_DEPTH && n_folders < MAX_FOLDERS && is_entered(&name) => {
                    open.push((path, depth + 1));
                }
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn is_entered(name: &str) -> bool {
    let is_hidden = name.starts_with('.') && !matches!(name, ".docker" | ".devcontainer");
    !is_hidden && !FOREIGN.contains(&name)
}

/// Whether a file of this name is taken for a Dockerfile.
#[must_use]
pub fn is_dockerfile_name(name: &str) -> bool {
    let is_named = name == "Dockerfile"
        || name.starts_with("Dockerfile.")
        || name.ends_with(".Dockerfile")
        || name.ends_with(".dockerfile")
        || name.starts_with("Containerfile");
    is_named && !name.ends_with(".dockerignore") && !name.ends_with('~')
}
