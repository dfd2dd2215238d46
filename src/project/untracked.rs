//! What Git leaves out: it may lie on this machine alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::loader::remembered;
use super::{EntryKind, Project};
use crate::paths;

/// What comes after so many lines of a list is not looked at: nobody wrote that.
const MAX_LINES: usize = 5_000;

/// What has more in it is taken for what Git has.
const MAX_ENTRIES: usize = 1_000;

/// Where Git is told what to leave out, from a folder; the later counts more.
const LISTS: [&str; 2] = [".git/info/exclude", ".gitignore"];

impl Project {
    /// Whether Git leaves out what stands at `path` of the context: it ignores it, or all that is in it. Somebody else's copy of
    /// the repository has no such file. What Git has in spite of its list counts as left out too.
    #[must_use]
    pub fn is_untracked(&self, path: &str) -> bool {
        let (Some(place), Some(kind), Some(border)) = (self.place_of(path), self.kind(path), self.border()) else {
            return false;
        };
        let above = place.ancestors().skip(1).take_while(|it| it.starts_with(border) && *it != border);
        above.into_iter().any(|it| self.is_ignored(border, it, true)) || self.holds_nothing(border, path, kind)
    }

    /// Whether Git ignores it or, of a folder, all that is in it.
    fn holds_nothing(&self, border: &Path, path: &str, kind: EntryKind) -> bool {
        let mut open = vec![(path.to_owned(), kind)];
        let mut n_seen = 0;
        while let Some((path, kind)) = open.pop() {
            let Some(place) = self.place_of(&path).filter(|_| n_seen < MAX_ENTRIES) else { return false };
            n_seen += 1;
            match (self.is_ignored(border, &place, kind == EntryKind::Folder), kind) {
                (true, _) => {}
                (false, EntryKind::File) => return false,
                (false, EntryKind::Folder) => {
                    open.extend(self.list_on_disk(&path).into_iter().map(|(name, it)| (paths::join(&path, &name), it)));
                }
            }
        }
        true
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
        let texts = || LISTS.iter().filter_map(|it| loader.read(&folder.join(it)).ok()).collect::<Vec<_>>();
        remembered(loader, folder, || List(ignore_list(folder, &texts())))
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

/// What the texts of the lists of a folder leave out.
pub(crate) fn ignore_list(folder: &Path, texts: &[Vec<u8>]) -> Gitignore {
    let mut list = GitignoreBuilder::new(folder);
    for text in texts.iter().map(|it| String::from_utf8_lossy(it)) {
        for line in text.lines().take(MAX_LINES) {
            // Git passes over lines that it can't read, too.
            let _ = list.add_line(None, line);
        }
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
            (".git/info/exclude", "mine\n"),
            ("mine/a", ""),
        ]);
        for path in ["uploads", "uploads/a.png", "logs", "logs/old", "mixed/a.log", "out/other", "mine"] {
            assert!(project.is_untracked(path), "{path}");
        }
        for path in ["mixed", "mixed/b.txt", "out", "out/keep", "public", "public/a.log", "absent", ""] {
            assert!(!project.is_untracked(path), "{path}");
        }
    }
}
