//! The folders that the patterns of a workspace mean.

use std::collections::BTreeSet;

use super::super::EntryKind;
use super::super::files::Files;
use super::Patterns;
use crate::paths;
use crate::paths::glob::{self, Dialect, Glob};
use crate::project::Reason;

/// The folders with a package.json, from the context's root, and why there may be more.
pub(super) struct Found {
    pub(super) folders: BTreeSet<String>,
    pub(super) unknown: Option<Reason>,
}

/// More folders are not looked at.
const MAX_FOLDERS: usize = 5000;

/// What the patterns mean below `root`, the root itself left out.
pub(super) fn folders(files: &Files, root: &str, patterns: &Patterns) -> Found {
    let mut search = Search { files, root, left: MAX_FOLDERS, found: BTreeSet::new() };
    let mut unknown = patterns.broken.as_ref().map(|it| Reason::of_file(it, "can't be read"));
    let (without, with): (Vec<&String>, Vec<&String>) = patterns.globs.iter().partition(|it| it.starts_with('!'));
    for written in with {
        match alternatives(written) {
            Some(all) => all.iter().for_each(|it| search.walk("", &parts(it))),
            None => unknown = Some(format!("the pattern `{written}` is not followed").into()),
        }
    }
    if search.left == 0 {
        unknown = Some("the workspace has more folders than nodestage follows".into());
    }
    let mut found = search.found;
    for written in without {
        match dropped_by(&written[1..]) {
            Some(globs) => found.retain(|it| !globs.iter().any(|glob| glob.matches(it))),
            None => unknown = Some(format!("the pattern `{written}` is not followed").into()),
        }
    }
    let folders = found.into_iter().map(|it| paths::join(root, &it)).collect();
    Found { folders, unknown }
}

/// All folders below `root` with a package.json; `None` where there are too many folders.
pub(super) fn packages(files: &Files, root: &str) -> Option<Vec<String>> {
    let mut search = Search { files, root, left: MAX_FOLDERS, found: BTreeSet::new() };
    search.walk("", &["**".to_owned()]);
    (search.left > 0).then(|| search.found.iter().map(|it| paths::join(root, it)).collect())
}

struct Search<'a> {
    files: &'a Files,
    root: &'a str,
    left: usize,
    /// From the workspace's root.
    found: BTreeSet<String>,
}

impl Search<'_> {
    /// Notes the packages that `rest` of a pattern means below `folder`.
    fn walk(&mut self, folder: &str, rest: &[String]) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let Some((part, after)) = rest.split_first() else { return self.note(folder) };
        if part == "**" {
            self.walk(folder, after);
            return self.below(folder, |_| true).iter().for_each(|it| self.walk(it, rest));
        }
        if !glob::is_glob(part) {
            let path = paths::join(folder, part);
            if self.kind(&path) == Some(EntryKind::Folder) {
                self.walk(&path, after);
            }
            return;
        }
        let Some(glob) = matcher(part) else { return };
        self.below(folder, |it| glob.matches(it)).iter().for_each(|it| self.walk(it, after));
    }

    /// The folders in one, as wildcards see them.
    fn below(&self, folder: &str, takes: impl Fn(&str) -> bool) -> Vec<String> {
        let names = self.files.list(&paths::join(self.root, folder)).into_iter();
        let folders = names.filter(|(_, kind)| *kind == EntryKind::Folder).map(|it| it.0);
        let seen = folders.filter(|it| it != "node_modules" && !it.starts_with('.') && takes(it));
        seen.map(|it| paths::join(folder, &it)).collect()
    }

    fn note(&mut self, folder: &str) {
        if !folder.is_empty() && self.kind(&paths::join(folder, "package.json")) == Some(EntryKind::File) {
            self.found.insert(folder.to_owned());
        }
    }

    fn kind(&self, path: &str) -> Option<EntryKind> {
        self.files.kind(&paths::join(self.root, path))
    }
}

/// A pattern with its braces written out; `None` for what leads out of the root or has signs of a shell.
fn alternatives(written: &str) -> Option<Vec<String>> {
    if written.contains(['(', ')', '\\']) || paths::is_outside(&paths::normalise_pattern(written)) {
        return None;
    }
    glob::alternatives(written)
}

fn parts(pattern: &str) -> Vec<String> {
    pattern.split('/').filter(|it| !it.is_empty() && *it != ".").map(str::to_owned).collect()
}

/// What a pattern with `!` drops: folders, and with `/**` those below.
fn dropped_by(pattern: &str) -> Option<Vec<Glob>> {
    let all = alternatives(pattern)?;
    all.iter().map(|it| matcher(&parts(it).join("/"))).collect()
}

fn matcher(glob: &str) -> Option<Glob> {
    Glob::new(glob, Dialect::Shell)
}
