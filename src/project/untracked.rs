//! What Git leaves out: it may lie on this machine alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::loader::remembered;
use super::{EntryKind, Project};
use crate::paths;

/// Lists have fewer lines; the others are not looked at.
const MAX_LINES: usize = 10_000;

/// A folder with more in it is taken for one that Git has.
const MAX_ENTRIES: usize = 200;

impl Project {
    /// Whether Git leaves out what stands at `path` of the context: it ignores it, or all that is in it. Somebody else's copy of
    /// the repository has no such file. What Git has in spite of its list counts as left out too.
    #[must_use]
    pub fn is_untracked(&self, path: &str) -> bool {
        let (Some(place), Some(kind), Some(border)) = (self.place_of(path), self.kind(path), self.border()) else {
            return false;
        };
        let above = place.ancestors().skip(1).take_while(|it| it.starts_with(border) && *it != border);
        above.into_iter().any(|it| self.is_ignored(border, it, true)) || self.holds_nothing(border, &place, path, kind)
    }

    fn holds_nothing(&self, border: &Path, place: &Path, path: &str, kind: EntryKind) -> bool {
        let is_folder = kind == EntryKind::Folder;
        if self.is_ignored(border, place, is_folder) {
            return true;
        }
        let entries = if is_folder { self.list_on_disk(path) } else { return false };
        let is_left_out = |(name, kind): &(String, EntryKind)| {
            self.holds_nothing(border, &place.join(name), &paths::join(path, name), *kind)
        };
        entries.len() <= MAX_ENTRIES && entries.iter().all(is_left_out)
    }

    /// Whether the nearest list that speaks of `place` ignores it.
    fn is_ignored(&self, border: &Path, place: &Path, is_folder: bool) -> bool {
        let folders = place.ancestors().skip(1).take_while(|it| it.starts_with(border));
        for list in folders.map(|it| self.list_of(it)) {
            match list.matched(place, is_folder) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }

    fn list_of(&self, folder: &Path) -> Arc<List> {
        let loader = &*self.files.loader;
        let read = || List(list(folder, &loader.read(&folder.join(".gitignore")).unwrap_or_default()));
        remembered(loader, folder, read)
    }

    /// The root of the repository, where there is one.
    fn border(&self) -> Option<&PathBuf> {
        self.repository().filter(|it| self.files.loader.kind(&it.join(".git")).is_some())
    }
}

/// The .gitignore of a folder.
struct List(Gitignore);

impl List {
    fn matched(&self, place: &Path, is_folder: bool) -> Match<()> {
        self.0.matched(place, is_folder).map(|_| ())
    }
}

fn list(folder: &Path, text: &[u8]) -> Gitignore {
    let mut list = GitignoreBuilder::new(folder);
    for line in String::from_utf8_lossy(text).lines().take(MAX_LINES) {
        // Git passes over lines that it can't read, too.
        let _ = list.add_line(None, line);
    }
    list.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use crate::project::testing::project_with;

    #[test]
    fn what_lies_here_alone() {
        let project = project_with(&[
            (".gitignore", "uploads\n*.log\n/out/*\n!out/keep\n"),
            ("uploads/a.png", ""),
            ("logs/a.log", ""),
            ("logs/old/b.log", ""),
            ("mixed/a.log", ""),
            ("mixed/b.txt", ""),
            ("out/keep", ""),
            ("out/other", ""),
            ("public/.gitignore", "!a.log\n"),
            ("public/a.log", ""),
        ]);
        for path in ["uploads", "uploads/a.png", "logs", "logs/old", "mixed/a.log", "out/other"] {
            assert!(project.is_untracked(path), "{path}");
        }
        for path in ["mixed", "mixed/b.txt", "out", "out/keep", "public", "public/a.log", "absent", ""] {
            assert!(!project.is_untracked(path), "{path}");
        }
    }
}
