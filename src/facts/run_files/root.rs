//! What lies beside package.json and may be read by convention, whoever does.

use super::{Scope, seen};
use crate::ecosystem::root_files;
use crate::facts::is_environment_file;
use crate::paths;
use crate::project::EntryKind;
use crate::stages::Holding;

/// Folders of data by their names: whose bare name in a string is taken for the folder.
pub(super) const TELLING_FOLDERS: &[&str] = &[
    "views",
    "public",
    "static",
    "assets",
    "locales",
    "i18n",
    "lang",
    "translations",
    "migrations",
    "seeds",
    "drizzle",
    "templates",
    "emails",
    "proto",
    "protos",
    "config",
    "data",
    "certs",
    "fonts",
    "resources",
    "schemas",
    "graphql",
    "sql",
];

/// Folders whose names are words of other things (`NODE_ENV=test`), or that hold what no run reads.
const WORDS: &[&str] = &[
    "__mocks__",
    "__tests__",
    "app",
    "bin",
    "build",
    "ci",
    "client",
    "coverage",
    "cypress",
    "dev",
    "development",
    "dist",
    "doc",
    "docker",
    "docs",
    "e2e",
    "example",
    "examples",
    "hooks",
    "node_modules",
    "out",
    "production",
    "scripts",
    "server",
    "spec",
    "src",
    "test",
    "tests",
    "tmp",
    "tools",
    "vendor",
];

/// Whether a word by itself, without a slash or a dot, is taken for the folder of the app that is called so: an option
/// (`viewPath: 'mail'`) may give it. Names of packages that are imported are not.
pub(super) fn is_told_by_name(scope: &Scope<'_>, word: &str) -> bool {
    let is_import = || scope.facts.runtime.iter().any(|it| it.imports.contains_key(word));
    let is_open = || !WORDS.contains(&word) && !is_import() && is_data(scope, word, 0);
    TELLING_FOLDERS.contains(&word) || is_open()
}

/// Folders that libraries look for themselves.
const CONVENTIONAL_FOLDERS: &[&str] = &[
    "config",
    "email-templates",
    "emails",
    "i18n",
    "lang",
    "layouts",
    "locales",
    "mail-templates",
    "mails",
    "messages",
    "migrations",
    "partials",
    "proto",
    "protos",
    "resources",
    "templates",
    "translations",
    "views",
];

/// Folders are looked through so far for code.
const MAX_DEPTH: usize = 4;

/// Files that are neither code nor known to be no matter of the run, and folders that hold data by their names; those
/// that the image has today.
pub(super) fn unknown(scope: &Scope<'_>) -> Vec<(String, EntryKind)> {
    let names = scope.project.list(&scope.app.folder).unwrap_or_default();
    let may_be_read = |(name, kind): &(String, EntryKind)| match kind {
        EntryKind::File => !root_files::is_idle(name) && !root_files::is_code(name) && !is_environment_file(name),
        EntryKind::Folder => CONVENTIONAL_FOLDERS.contains(&name.as_str()) && is_data(scope, name, 0),
    };
    let is_made = |name: &str| scope.outputs.outputs.iter().any(|it| paths::contains(name, &it.path));
    let ships = |name: &str| is_shipped(scope, name) && !is_made(name) && scope.outputs.holding(name).is_none();
    names.into_iter().filter(may_be_read).filter(|(name, _)| ships(name)).collect()
}

/// Whether the production stage holds the file of the context.
pub(super) fn is_shipped(scope: &Scope<'_>, name: &str) -> bool {
    let path = scope.app.folder_path(name);
    scope.contents.entries.iter().any(|it| match &it.holding {
        Holding::ContextFile(file) => *file == path,
        Holding::ContextFolder(folder) => paths::below(folder, &path).is_some_and(|rest| !it.lacks(rest)),
        _ => false,
    })
}

/// Whether a folder holds no code that is compiled.
fn is_data(scope: &Scope<'_>, folder: &str, depth: usize) -> bool {
    if depth > MAX_DEPTH || seen(scope, folder).is_none() {
        return false;
    }
    let names = scope.project.list(&scope.app.folder_path(folder)).unwrap_or_default();
    let is_typed = |name: &str| [".ts", ".tsx", ".mts", ".cts", ".vue", ".jsx"].iter().any(|it| name.ends_with(it));
    !names.is_empty()
        && names.iter().all(|(name, kind)| match kind {
            EntryKind::File => !is_typed(name),
            EntryKind::Folder => is_data(scope, &paths::join(folder, name), depth + 1),
        })
}
