//! All that a container sees, in the order of the paths.

use std::collections::HashSet;

use super::super::names::{PathId, ROOT};
use super::{Entry, NOTHING, Place, Tree};

impl Tree {
    /// Every entry below the root, folders before what is in them, names sorted.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        Walk { tree: self, work: self.sorted(ROOT), seen: HashSet::new() }
    }

    /// What is in a folder, the last one first.
    fn sorted(&self, folder: PathId) -> Vec<PathId> {
        let mut res: Vec<PathId> = self.contents.names.children(folder).filter(|it| self.at(*it) != NOTHING).collect();
        res.sort_by(|a, b| self.contents.names.name(*b).cmp(self.contents.names.name(*a)));
        res
    }
}

struct Walk<'a> {
    tree: &'a Tree,
    work: Vec<PathId>,
    /// Files of several names that were counted.
    seen: HashSet<Place>,
}

impl Iterator for Walk<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let path = self.work.pop()?;
        self.work.extend(self.tree.sorted(path));
        let entry = self.tree.entry(path)?;
        let is_again = self.tree.shared.contains_key(&entry.place) && !self.seen.insert(entry.place);
        Some(Entry { is_again, ..entry })
    }
}
