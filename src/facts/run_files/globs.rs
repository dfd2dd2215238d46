//! Patterns of files: what they match in the context, and how few COPY sources say it.

use std::collections::{BTreeMap, BTreeSet};

use super::{RunFiles, Scope};
use crate::ecosystem::Manager;
use crate::facts::is_environment_file;
use crate::paths;
use crate::paths::glob::{Dialect, Glob};
use crate::project::{EntryKind, Reason, Site};

/// More entries of the context are not looked at.
const MAX_ENTRIES: usize = 5000;

/// From so many folders on the folder that they have in common is taken instead.
const MAX_FOLDERS: usize = 8;

/// Adds what `pattern`, from the app's folder, matches outside of the build's output.
pub(super) fn add(scope: &Scope<'_>, pattern: &str, site: &Site, res: &mut RunFiles) {
    let fixed = fixed_folder(pattern);
    if scope.outputs.holding(fixed).is_some() || paths::contains("node_modules", fixed) || paths::is_outside(fixed) {
        return;
    }
    let Some(matcher) = compiled(pattern) else {
        return res
            .doubts
            .push(Reason::at(site.clone(), format!("reads `{pattern}`, a pattern that can't be followed")));
    };
    let Some(found) = matches(scope, fixed, &matcher) else {
        return res
            .doubts
            .push(Reason::at(site.clone(), format!("reads `{pattern}`, which takes in too much to be followed")));
    };
    let by_folder = by_folder(&found);
    if by_folder.len() <= MAX_FOLDERS {
        for (folder, names) in &by_folder {
            res.files.extend(sources(scope, folder, names, pattern).into_iter().map(|it| (it, EntryKind::File)));
        }
    } else if fixed.is_empty() {
        res.doubts.push(Reason::at(site.clone(), format!("reads `{pattern}`, all over the app's folder")));
    } else {
        res.files.insert(fixed.to_owned(), EntryKind::Folder);
    }
}

/// The folder in front of the first wildcard.
fn fixed_folder(pattern: &str) -> &str {
    let end = pattern.find(['*', '{', '[', '?']).unwrap_or(pattern.len());
    pattern[..end].rsplit_once('/').map_or("", |it| it.0)
}

fn compiled(pattern: &str) -> Option<Glob> {
    Glob::new(pattern, Dialect::Shell)
}

/// The files below `folder` that match; `None` where there are too many to look at.
fn matches(scope: &Scope<'_>, folder: &str, matcher: &Glob) -> Option<Vec<String>> {
    let (mut open, mut n_entries, mut res) = (vec![folder.to_owned()], 0, Vec::new());
    while let Some(folder) = open.pop() {
        for (name, kind) in scope.project.list(&scope.app.folder_path(&folder)).unwrap_or_default() {
            n_entries += 1;
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::Folder if is_entered(scope, &path, &name) => open.push(path),
                EntryKind::File if matcher.matches(&path) && !comes_anyway(&path) => res.push(path),
                _ => {}
            }
        }
        if n_entries > MAX_ENTRIES {
            return None;
        }
    }
    Some(res)
}

fn is_entered(scope: &Scope<'_>, path: &str, name: &str) -> bool {
    name != "node_modules" && !name.starts_with('.') && scope.outputs.holding(path).is_none()
}

fn comes_anyway(path: &str) -> bool {
    (path == "package.json" || Manager::Npm.locks().contains(&path)) || is_environment_file(path)
}

fn by_folder(files: &[String]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut res: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        res.entry(paths::parent(file)).or_default().insert(paths::file_name(file));
    }
    res
}

/// The matches of one folder as COPY sources: by the pattern's own last part where that says the same.
fn sources(scope: &Scope<'_>, folder: &str, names: &BTreeSet<&str>, pattern: &str) -> Vec<String> {
    let last = paths::file_name(pattern);
    let is_plain = last.contains('*') && !last.contains(['{', '[', '!', '(', '?']) && !last.contains("**");
    let all = scope.project.list(&scope.app.folder_path(folder)).unwrap_or_default();
    let taken = |matcher: &Glob| {
        let files = all.iter().filter(|(name, kind)| *kind == EntryKind::File && matcher.matches(name));
        files.map(|it| it.0.as_str()).collect::<BTreeSet<&str>>()
    };
    let same = || compiled(last).is_some_and(|it| taken(&it) == *names);
    if is_plain && !folder.is_empty() && same() {
        return vec![paths::join(folder, last)];
    }
    names.iter().map(|it| paths::join(folder, it)).collect()
}
