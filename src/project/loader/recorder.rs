//! Reading each thing once, and telling whether any of it changed since.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{EntryKind, Loader, Stamp};

/// Remembers all that was asked of the loader below: what is asked again is answered from memory, and
/// [`is_fresh`](Self::is_fresh) says whether the answers still hold.
pub struct Recorder {
    below: Arc<dyn Loader>,
    seen: Mutex<HashMap<PathBuf, Seen>>,
}

/// What is known of one path; each part once it was asked for.
struct Seen {
    /// Taken before anything was read, so that a change in between shows.
    stamp: Stamp,
    kind: Option<Option<EntryKind>>,
    bytes: Option<Result<Arc<[u8]>, Failure>>,
    names: Option<Result<Arc<Names>, Failure>>,
}

/// The stamps of all that was asked of a [`Recorder`].
#[derive(Clone, Debug, Default)]
pub struct Stamps(Vec<(PathBuf, Stamp)>);

impl Stamps {
    /// Holds for one more path.
    pub fn add(&mut self, path: &Path, stamp: Stamp) {
        self.0.push((path.to_owned(), stamp));
    }

    /// See [`Recorder::is_fresh`].
    #[must_use]
    pub fn is_fresh(&self, now: &dyn Loader) -> bool {
        self.0.iter().all(|(path, stamp)| now.stamp(path) == *stamp)
    }
}

type Names = [(String, EntryKind)];

/// An error that can be told twice.
#[derive(Clone)]
struct Failure(io::ErrorKind, Arc<str>);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.kind(), error.to_string().into())
    }
}

impl From<Failure> for io::Error {
    fn from(Failure(kind, message): Failure) -> Self {
        Self::new(kind, &*message)
    }
}

impl Recorder {
    /// Nothing was asked yet.
    #[must_use]
    pub fn new(below: Arc<dyn Loader>) -> Self {
        Self { below, seen: Mutex::default() }
    }

    /// Whether `now`, a later state of the loader below, would answer the same.
    #[must_use]
    pub fn is_fresh(&self, now: &dyn Loader) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().all(|(path, it)| now.stamp(path) == it.stamp)
    }

    /// The stamps alone, for those who need not know what was read.
    #[must_use]
    pub fn stamps(&self) -> Stamps {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Stamps(seen.iter().map(|(path, it)| (path.clone(), it.stamp)).collect())
    }

    /// The part `known` of what is seen at `path`, found by `ask` if it is not known yet.
    fn remembered<T: Clone>(&self, path: &Path, known: fn(&mut Seen) -> &mut Option<T>, ask: impl FnOnce() -> T) -> T {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = match seen.get_mut(path) {
            Some(it) => it,
            None => seen.entry(path.to_owned()).or_insert(Seen::new(self.below.stamp(path))),
        };
        known(entry).get_or_insert_with(ask).clone()
    }
}

impl Seen {
    fn new(stamp: Stamp) -> Self {
        Self { stamp, kind: None, bytes: None, names: None }
    }
}

impl Loader for Recorder {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let ask = || self.below.read(path).map(Arc::from).map_err(Failure::from);
        Ok(self.remembered(path, |it| &mut it.bytes, ask)?.to_vec())
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        self.remembered(path, |it| &mut it.kind, || self.below.kind(path))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let ask = || self.below.list(folder).map(Arc::from).map_err(Failure::from);
        Ok(self.remembered(folder, |it| &mut it.names, ask)?.to_vec())
    }

    fn is_closed(&self, path: &Path) -> bool {
        self.below.is_closed(path)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        self.below.stamp(path)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Disk, Overlay};
    use super::*;

    #[test]
    fn what_was_asked_decides() {
        let recorder = Recorder::new(Arc::new(Overlay::new([(PathBuf::from("/a"), "1")], ())));
        assert_eq!(recorder.read(Path::new("/a")).unwrap(), b"1");
        assert_eq!(recorder.kind(Path::new("/b")), None);
        let is_fresh = |files: &[(&str, &'static str)]| {
            recorder.is_fresh(&Overlay::new(files.iter().map(|(path, text)| (PathBuf::from(path), *text)), ()))
        };
        assert!(is_fresh(&[("/a", "1"), ("/c", "not asked for")]));
        assert!(!is_fresh(&[("/a", "2")]));
        assert!(!is_fresh(&[("/a", "1"), ("/b", "new")]));
    }

    #[test]
    fn the_disk_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f");
        std::fs::write(&file, "old").unwrap();
        let recorder = Recorder::new(Arc::new(Disk));
        assert_eq!(recorder.read(&file).unwrap(), b"old");
        assert_eq!(recorder.list(folder.path()).unwrap().len(), 1);
        assert!(recorder.is_fresh(&Disk));
        std::fs::write(&file, "newer").unwrap();
        assert_eq!(recorder.read(&file).unwrap(), b"old");
        assert!(!recorder.is_fresh(&Disk));
        assert!(!recorder.stamps().is_fresh(&Disk));
    }
}
