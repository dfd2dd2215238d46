//! The one place that reads the disk, and the trait behind which it hides.

mod overlay;
mod recorder;
mod shared;
mod snapshot;

pub use overlay::Overlay;
pub use recorder::{Recorder, Stamps};
pub use snapshot::Snapshot;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;

/// What stands at a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A file, or anything else that is not a folder.
    File,
    /// A folder.
    Folder,
}

/// What a path was when it was looked at: as long as its stamp stays, so does what is there. Of a folder
/// it covers the names in it, not what is behind them.
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

    /// Tells whether what stands at `path` changes, without reading it.
    fn stamp(&self, path: &Path) -> Stamp;
}

/// The real file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Loader for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(if metadata.is_dir() { EntryKind::Folder } else { EntryKind::File })
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            // The listing tells what an entry is; only a link has to be followed.
            let kind = match entry.file_type()? {
                it if it.is_symlink() => self.kind(&entry.path()),
                it if it.is_dir() => Some(EntryKind::Folder),
                _ => Some(EntryKind::File),
            };
            let Some(kind) = kind else { continue };
            names.push((entry.file_name().to_string_lossy().into_owned(), kind));
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        match std::fs::metadata(path) {
            Ok(it) => Stamp::of((it.is_dir(), it.len(), it.modified().ok())),
            Err(error) => Stamp::of(error.kind()),
        }
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
