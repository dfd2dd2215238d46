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
    let is_named = matches!(name, "Dockerfile" | "dockerfile" | "containerfile")
        || name.starts_with("Dockerfile.")
        || name.starts_with("Containerfile")
        || [".Dockerfile", ".dockerfile", ".Containerfile", ".containerfile"].iter().any(|it| name.ends_with(it));
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    is_named && !NO_DOCKERFILES.contains(&ending.as_str()) && !name.ends_with('~')
}

/// Endings of what speaks of a Dockerfile, or is to become one: lists, pages, templates, copies.
const NO_DOCKERFILES: &[&str] = &[
    "dockerignore",
    "containerignore",
    "md",
    "adoc",
    "rst",
    "txt",
    "html",
    "j2",
    "jinja",
    "jinja2",
    "tmpl",
    "tpl",
    "template",
    "gotmpl",
    "erb",
    "ejs",
    "hbs",
    "mustache",
    "in",
    "bak",
    "backup",
    "old",
    "orig",
    "rej",
    "swp",
    "swo",
    "tmp",
    "save",
    "patch",
    "diff",
    "license",
];
