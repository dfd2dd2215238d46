//! NODE_ENV in all code of a folder: for a run whose modules can't be followed.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::files::Files;
use super::{EntryKind, Site, runtime};
use crate::ecosystem::{files, root_files};
use crate::paths;

/// What was found below one root so far, by folder.
#[derive(Default)]
pub(super) struct Known(pub(super) Mutex<BTreeMap<String, Option<Vec<Site>>>>);

/// More files are not looked at.
const MAX_FILES: usize = 600;
const MAX_DEPTH: usize = 12;

/// Folders of other people's code, of tests and of what browsers load, which the container does not run; nor do hidden
/// ones.
const FOREIGN: &[&str] = &["node_modules", "coverage", "public", "storybook-static"];

const CODE: &[&str] = &["js", "cjs", "mjs", "ts", "cts", "mts", "jsx", "tsx"];

/// Where code below `folder` does something else under `NODE_ENV=production`; `None` where there is no code, or more
/// than we look at.
pub(super) fn find(files: &Files, folder: &str) -> Option<Vec<Site>> {
    let mut res = Vec::new();
    let n_files = each(files, folder, |path, text| {
        let lines = runtime::modes_in(path, text);
        res.extend(lines.into_iter().map(|line| Site { path: path.to_owned(), line: Some(line) }));
    })?;
    res.sort();
    (n_files > 0).then_some(res)
}

/// All code below `folder`, from the context's root; `None` where there is none, or more than we look at.
pub(super) fn code(files: &Files, folder: &str) -> Option<Vec<String>> {
    let mut res = Vec::new();
    each(files, folder, |path, _| res.push(path.to_owned()))?;
    res.sort();
    (!res.is_empty()).then_some(res)
}

/// Shows each file of code below `folder`, and says how many they are; `None` where these are more than we look at.
fn each(files: &Files, folder: &str, mut show: impl FnMut(&str, &str)) -> Option<usize> {
    let (mut open, mut n_files) = (vec![(folder.to_owned(), 0)], 0);
    while let Some((folder, depth)) = open.pop() {
        for (name, kind) in files.list(&folder) {
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::Folder if is_entered(&name) => open.push((path, depth + 1)),
                EntryKind::File if may_be_code(&name) => {
                    let Some(text) = files.code(&path).filter(|it| is_code(&name, it)) else { continue };
                    n_files += 1;
                    show(&path, &text);
                }
                _ => {}
            }
        }
        if n_files > MAX_FILES || depth > MAX_DEPTH {
            return None;
        }
    }
    Some(n_files)
}

fn is_entered(name: &str) -> bool {
    !name.starts_with('.') && !FOREIGN.contains(&name) && !files::is_test_folder(name)
}

/// By its extension; a file without one may be a script (`bin/www`).
fn may_be_code(name: &str) -> bool {
    if root_files::configures_checks(name) {
        return false;
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) => {
            CODE.contains(&extension) && ![".test", ".spec", ".d"].iter().any(|it| stem.ends_with(it))
        }
        None => true,
    }
}

fn is_code(name: &str, text: &str) -> bool {
    name.contains('.') || text.lines().next().is_some_and(|it| it.starts_with("#!") && it.contains("node"))
}
