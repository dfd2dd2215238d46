//! The one place that reads the disk, and the trait behind which it hides.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What stands at a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file, or anything else that is not a folder.
    File,
    /// A folder.
    Folder,
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
            let Some(kind) = self.kind(&entry.path()) else { continue };
            names.push((entry.file_name().to_string_lossy().into_owned(), kind));
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }
}

/// Texts in memory that stand in for files: unsaved buffers over the disk, or a whole project in a test.
pub struct Overlay<L> {
    files: BTreeMap<PathBuf, String>,
    below: L,
}

impl<L: Loader> Overlay<L> {
    /// `files` over `below`.
    pub fn new(files: BTreeMap<PathBuf, String>, below: L) -> Self {
        Self { files, below }
    }

    fn holds_folder(&self, folder: &Path) -> bool {
        self.files.keys().any(|it| it != folder && it.starts_with(folder))
    }
}

impl<L: Loader> Loader for Overlay<L> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.files.get(path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.below.read(path),
        }
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if self.files.contains_key(path) {
            return Some(EntryKind::File);
        }
        if self.holds_folder(path) {
            return Some(EntryKind::Folder);
        }
        self.below.kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let mut names: BTreeMap<String, EntryKind> = match self.below.list(folder) {
            Ok(names) => names.into_iter().collect(),
            Err(error) if !self.holds_folder(folder) => return Err(error),
            Err(_) => BTreeMap::new(),
        };
        for path in self.files.keys() {
            let Ok(rest) = path.strip_prefix(folder) else { continue };
            let mut parts = rest.components();
            let Some(first) = parts.next() else { continue };
            let kind = if parts.next().is_some() { EntryKind::Folder } else { EntryKind::File };
            names.entry(first.as_os_str().to_string_lossy().into_owned()).or_insert(kind);
        }
        Ok(names.into_iter().collect())
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
}
