//! The one place that reads the disk, and the trait behind which it hides.

mod border;
mod disk;
mod entries;
mod memo;
mod overlay;
mod recorder;
mod shared;
mod snapshot;

pub(crate) use border::real_path;
pub use disk::Disk;
pub(crate) use disk::read_regular;
pub use entries::{Entry, EntryType};
pub use memo::Memo;
pub(crate) use memo::remembered;
pub use overlay::Overlay;
pub use recorder::{Recorder, Stamps};
pub use snapshot::Snapshot;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What stands at a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A file, or anything else that is not a folder.
    File,
    /// A folder.
    Folder,
}

/// What a path was when it was looked at: as long as its stamp stays, so does what is there. Of a folder
/// it covers the names in it, not what is after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// A stamp that is the same for equal values.
    pub fn of(what: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// Reads files and folders. An editor lays its unsaved buffers over the disk with [`Overlay`].
pub trait Loader: Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// As the file system says; `NotFound` where there is none.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// What stands at `path`; `None` where there is nothing, or a dangling or circular link.
    fn kind(&self, path: &Path) -> Option<EntryKind>;

    /// The names in a folder, sorted, with what they are. Links to folders are listed as folders.
    ///
    /// # Errors
    /// As the file system says.
    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>>;

    /// The entries of a folder that no link leads to, sorted by name. Only for who also knows another way.
    ///
    /// # Errors
    /// `NotFound` where there is no such folder; anything else where this can't be told.
    fn entries(&self, _folder: &Path) -> io::Result<Arc<[Entry]>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether nobody but its owner and its group may read the file at `path`, or enter the folder; a COPY takes that
    /// along. What can't be told is open.
    fn is_closed(&self, _path: &Path) -> bool {
        false
    }

    /// Tells whether what stands at `path` changes, without reading it.
    fn stamp(&self, path: &Path) -> Stamp;

    /// Where to keep what is made of files, if they don't change as long as the loader lives.
    fn memo(&self) -> Option<&Memo> {
        None
    }
}

/// Nothing at all: the disk below an [`Overlay`] in tests.
impl Loader for () {
    fn read(&self, _path: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, _path: &Path) -> Option<EntryKind> {
        None
    }

    fn list(&self, _folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn stamp(&self, _path: &Path) -> Stamp {
        Stamp::of(())
    }
}
