//! The paths of an image as a tree of names: each name is kept once below its folder.

use hashbrown::HashTable;
use std::hash::BuildHasher;

use super::ImageError;
use super::limits;

/// A path of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathId(pub(super) u32);

/// The root.
pub(super) const ROOT: PathId = PathId(0);

/// No path: the end of a list of names.
const NONE: u32 = u32::MAX;

struct Node {
    parent: u32,
    /// Where the name starts in the text.
    start: u32,
    len: u16,
    first_child: u32,
    next: u32,
}

/// All paths that any layer speaks of.
pub(super) struct Names {
    text: String,
    nodes: Vec<Node>,
    index: HashTable<u32>,
    /// Seeded anew each time: nobody can choose names that fall together.
    hasher: foldhash::fast::RandomState,
}

impl Names {
    /// The root only.
    pub(super) fn new() -> Self {
        let root = Node { parent: 0, start: 0, len: 0, first_child: NONE, next: NONE };
        let hasher = foldhash::fast::RandomState::default();
        Self { text: String::new(), nodes: vec![root], index: HashTable::new(), hasher }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The path called `name` in `folder`, if some layer speaks of it.
    pub(super) fn find(&self, folder: PathId, name: &str) -> Option<PathId> {
        let hash = self.hasher.hash_one((folder.0, name));
        let is_it = |it: &u32| self.nodes[*it as usize].parent == folder.0 && self.name(PathId(*it)) == name;
        self.index.find(hash, is_it).map(|it| PathId(*it))
    }

    /// The same, made where it is new.
    ///
    /// # Errors
    /// Where there are more names than is allowed.
    pub(super) fn intern(&mut self, folder: PathId, name: &str) -> Result<PathId, ImageError> {
        if let Some(found) = self.find(folder, name) {
            return Ok(found);
        }
        let len = u16::try_from(name.len()).map_err(|_| ImageError::new("a name is longer than 64 KiB"))?;
        if self.text.len() + name.len() > limits::NAMES || self.nodes.len() > 2 * limits::ENTRIES {
            return Err(ImageError::new(format!(
                "the names of its files are longer than {} MiB together: no image of an app is like this",
                limits::NAMES >> 20
            )));
        }
        let id = self.nodes.len() as u32;
        let next = std::mem::replace(&mut self.nodes[folder.0 as usize].first_child, id);
        let start = self.text.len() as u32;
        self.text.push_str(name);
        self.nodes.push(Node { parent: folder.0, start, len, first_child: NONE, next });
        let (nodes, text, hasher) = (&self.nodes, &self.text, &self.hasher);
        let hash_of = |it: &u32| hasher.hash_one((nodes[*it as usize].parent, name_in(text, &nodes[*it as usize])));
        self.index.insert_unique(hash_of(&id), id, hash_of);
        Ok(PathId(id))
    }

    /// The last part of a path; empty for the root.
    pub(super) fn name(&self, id: PathId) -> &str {
        name_in(&self.text, &self.nodes[id.0 as usize])
    }

    /// The folder around; the root's is itself.
    pub(super) fn parent(&self, id: PathId) -> PathId {
        PathId(self.nodes[id.0 as usize].parent)
    }

    /// What is in a folder, in no order.
    pub(super) fn children(&self, folder: PathId) -> impl Iterator<Item = PathId> + '_ {
        let known = |it: u32| (it != NONE).then_some(PathId(it));
        let first = known(self.nodes[folder.0 as usize].first_child);
        std::iter::successors(first, move |it| known(self.nodes[it.0 as usize].next))
    }

    /// The whole path, absolute.
    pub(super) fn path(&self, id: PathId) -> String {
        let mut parts: Vec<&str> = std::iter::successors(Some(id), |it| Some(self.parent(*it)))
            .take_while(|it| *it != ROOT)
            .map(|it| self.name(it))
            .collect();
        parts.reverse();
        format!("/{}", parts.join("/"))
    }
}

fn name_in<'a>(text: &'a str, node: &Node) -> &'a str {
    let start = node.start as usize;
    &text[start..start + usize::from(node.len)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_kept_once_below_its_folder() {
        let mut names = Names::new();
        let app = names.intern(ROOT, "app").unwrap();
        let a = names.intern(app, "a").unwrap();
        let b = names.intern(app, "b").unwrap();
        assert_eq!(names.intern(app, "a").unwrap(), a);
        assert_eq!((names.path(b), names.path(ROOT)), ("/app/b".to_owned(), "/".to_owned()));
        assert_eq!(names.children(app).collect::<Vec<_>>(), [b, a]);
        assert_eq!(names.find(ROOT, "a"), None);
    }
}
