//! Whether a folder of the context is a source tree.

use super::Entry;
use crate::paths;
use crate::project::{EntryKind, Project};
use crate::stages::names;

/// Folders by these names hold files that are read at run time, not sources.
const RUNTIME_FOLDERS: &[&str] = &[
    "public",
    "static",
    "assets",
    "views",
    "templates",
    "locales",
    "i18n",
    "config",
    "prisma",
    "migrations",
    "drizzle",
    "db",
    "data",
    "certs",
    "scripts",
    "docker",
    "node_modules",
    "dist",
    "build",
    "bin",
    "nginx",
    "seeds",
    "proto",
    "messages",
    "translations",
    "fonts",
    "images",
    "docs",
    ".yarn",
    "patches",
    ".next",
    ".output",
    "out",
    "uploads",
];

/// Whether what `entry` holds of `folder` is more than runtime files. An app written in plain JavaScript
/// has its sources as runtime files: whether they may stay is the rule's question, not this one's.
pub(super) fn is_source_tree(project: &Project, folder: &str, entry: &Entry) -> bool {
    if folder.split('/').any(|it| RUNTIME_FOLDERS.contains(&it)) {
        return false;
    }
    let Some(names) = project.list(folder) else { return folder.is_empty() || !names::looks_like_file(folder) };
    names.iter().filter(|(name, _)| !entry.lacks(name)).any(|(name, kind)| match kind {
        EntryKind::Folder => !RUNTIME_FOLDERS.contains(&name.as_str()) && !name.starts_with('.'),
        EntryKind::File => is_source_file(name),
    })
}

/// Whether `file` is a source by its name.
pub(super) fn is_source_file(file: &str) -> bool {
    const SOURCES: &[&str] = &["ts", "tsx", "mts", "cts", "jsx", "vue", "svelte"];
    let name = paths::file_name(file);
    let is_config = name.contains(".config.") || name.ends_with(".d.ts");
    !is_config && name.rsplit_once('.').is_some_and(|(_, extension)| SOURCES.contains(&extension))
}
