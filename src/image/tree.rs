//! What a container sees: the layers over one another.

mod find;
mod overlay;
mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use super::layer::{Contents, Record, Records, Said, Store};
use super::names::PathId;
use super::{ImageError, Kind};

/// A record by its layer and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Place {
    layer: u16,
    index: u32,
}

/// Nothing is there.
const NOTHING: Place = Place { layer: u16::MAX, index: 0 };

/// A folder that no layer speaks of, but of what is in it.
const IMPLIED: Place = Place { layer: u16::MAX, index: 1 };

/// The files of an image as a container sees them, and what is below them.
pub struct Tree {
    contents: Contents,
    layers: Vec<Arc<Records>>,
    /// By path.
    current: Vec<Place>,
    /// How many names a file has, where it has more than one.
    shared: HashMap<Place, u32>,
    hidden: Vec<Covered>,
}

/// A file's record that is hidden, and the layer that does it.
struct Covered {
    place: Place,
    by: u16,
}

/// What stands at a path of the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Absolute.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// In bytes; 0 for what is no file.
    pub size: u64,
    /// Whether another name of the same file came before it in [`Tree::entries`]: its bytes are counted there.
    pub is_again: bool,
    /// The layer that it is from; `None` for a folder that no layer speaks of.
    pub layer: Option<usize>,
    /// Permission bits.
    pub mode: u16,
    /// Its owner's number.
    pub uid: u32,
    /// Its group's number.
    pub gid: u32,
    place: Place,
}

/// A file of a layer that a later layer hides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Absolute.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// The layer that has it.
    pub layer: usize,
    /// The layer that replaces or deletes it.
    pub by: usize,
    place: Place,
}

impl Tree {
    /// Lays the layers over one another, the lowest first.
    ///
    /// # Errors
    /// Where a hard link leads to nothing.
    pub(super) fn new(layers: Vec<Arc<Records>>, store: Store<'_>) -> Result<Self, ImageError> {
        let contents = store.contents;
        let current = vec![NOTHING; contents.names.len()];
        let mut res = Self { contents, layers, current, shared: HashMap::new(), hidden: Vec::new() };
        res.current[0] = IMPLIED;
        for layer in 0..res.layers.len() {
            res.lay(layer as u16)?;
        }
        Ok(res)
    }

    /// Whether all contents that a [`Look`](super::Look) asked for are kept; else there were too many.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.contents.is_complete
    }

    /// What is kept of a file's content.
    #[must_use]
    pub fn kept(&self, entry: &Entry) -> Option<&[u8]> {
        self.kept_at(entry.place)
    }

    /// The same of a file that is hidden.
    #[must_use]
    pub fn kept_hidden(&self, hidden: &Hidden) -> Option<&[u8]> {
        self.kept_at(hidden.place)
    }

    fn kept_at(&self, place: Place) -> Option<&[u8]> {
        self.record(place)?.kept().map(|it| &*self.contents.kept[it])
    }

    /// Where a symbolic link leads, as written; `None` for anything else.
    #[must_use]
    pub fn target(&self, entry: &Entry) -> Option<&str> {
        match self.record(entry.place)?.said {
            Said::Link(at) => Some(&self.contents.targets[at as usize]),
            _ => None,
        }
    }

    /// The files that later layers hide, in the order in which they are hidden.
    pub fn hidden(&self) -> impl Iterator<Item = Hidden> + '_ {
        self.hidden.iter().filter_map(|it| {
            let record = self.record(it.place)?;
            let path = self.contents.names.path(record.path);
            let layer = usize::from(it.place.layer);
            Some(Hidden { path, size: record.size, layer, by: usize::from(it.by), place: it.place })
        })
    }

    fn record(&self, place: Place) -> Option<&Record> {
        self.layers.get(usize::from(place.layer))?.all.get(place.index as usize)
    }

    fn at(&self, path: PathId) -> Place {
        self.current[path.0 as usize]
    }

    /// What is at a path; `None` for nothing.
    fn kind(&self, path: PathId) -> Option<Kind> {
        match self.at(path) {
            NOTHING => None,
            IMPLIED => Some(Kind::Folder),
            place => self.record(place).map(|it| match it.said {
                Said::File | Said::HardLink(_) => Kind::File,
                Said::Folder => Kind::Folder,
                Said::Link(_) => Kind::Link,
                Said::Other | Said::Whiteout | Said::Opaque => Kind::Other,
            }),
        }
    }

    fn entry(&self, path: PathId) -> Option<Entry> {
        let (kind, place) = (self.kind(path)?, self.at(path));
        let record = self.record(place);
        Some(Entry {
            path: self.contents.names.path(path),
            kind,
            size: record.map_or(0, |it| it.size),
            is_again: false,
            layer: record.map(|_| usize::from(place.layer)),
            mode: record.map_or(0o755, |it| it.mode),
            uid: record.map_or(0, |it| it.uid),
            gid: record.map_or(0, |it| it.gid),
            place,
        })
    }
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tree").field("paths", &self.contents.names.len()).field("layers", &self.layers.len()).finish()
    }
}
