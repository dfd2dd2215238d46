//! The file system as one run finds it: nothing is asked twice, nor what a listing has told.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{EntryKind, Loader, Memo, Stamp};

/// Remembers what stands where. Many Dockerfiles of one workspace look for the same files, most of which
/// are not there. For a run in which nothing changes; contents are not kept.
pub struct Snapshot {
    below: Arc<dyn Loader>,
    folders: Mutex<Folders>,
    memo: Memo,
}

type Folders = HashMap<OsString, Folder>;

/// What is known of a folder.
#[derive(Default)]
struct Folder {
    /// Once it was listed.
    names: Option<Arc<Names>>,
    /// What single names stand for.
    asked: HashMap<OsString, Option<EntryKind>>,
}

type Names = [(String, EntryKind)];

impl Snapshot {
    /// Nothing was asked yet.
    #[must_use]
    pub fn new(below: Arc<dyn Loader>) -> Self {
        Self { below, folders: Mutex::default(), memo: Memo::default() }
    }

    fn remember(&self, path: &Path, kind: Option<EntryKind>) {
        let Some((folder, name)) = split(path) else { return };
        self.folders().entry(folder.into()).or_default().asked.insert(name.into(), kind);
    }

    /// They are whole after each step, also after that of a thread that failed.
    fn folders(&self) -> MutexGuard<'_, Folders> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folder {
    fn kind(&self, name: &OsStr) -> Option<Option<EntryKind>> {
        let asked = self.asked.get(name).copied();
        asked.or_else(|| {
            let (names, name) = (self.names.as_ref()?, name.to_str()?);
            let at = names.binary_search_by(|it| it.0.as_str().cmp(name));
            Some(at.ok().map(|it| names[it].1))
        })
    }
}

/// What stands at `path`, where that was asked, or follows from a listing.
fn known(folders: &Folders, path: &Path) -> Option<Option<EntryKind>> {
    if path.as_os_str().len() > 2 * crate::paths::MAX_LEN {
        return Some(None);
    }
    let (folder, name) = split(path)?;
    match folders.get(folder.as_os_str()) {
        Some(it) => it.kind(name),
        // Where there is no folder there is nothing in it.
        None => known(folders, folder).filter(|it| *it != Some(EntryKind::Folder)).map(|_| None),
    }
}

fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    Some((path.parent()?, path.file_name()?))
}

impl Loader for Snapshot {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if known(&self.folders(), path) == Some(None) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let res = self.below.read(path);
        if res.as_ref().is_err_and(|it| it.kind() == io::ErrorKind::NotFound) {
            self.remember(path, None);
        }
        res
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let known = known(&self.folders(), path);
        if let Some(kind) = known {
            return kind;
        }
        let kind = self.below.kind(path);
        self.remember(path, kind);
        kind
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        // `parent` gives folders without a final slash.
        let key = folder.components().as_path().as_os_str();
        let known = self.folders().get(key).and_then(|it| it.names.clone());
        if let Some(names) = known {
            return Ok(names.to_vec());
        }
        let names = self.below.list(folder)?;
        self.folders().entry(key.into()).or_default().names = Some(names.clone().into());
        Ok(names)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        self.below.stamp(path)
    }

    fn memo(&self) -> Option<&Memo> {
        Some(&self.memo)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::Overlay;
    use super::*;

    /// Counts what is asked.
    struct Witness {
        below: Overlay<()>,
        asked: Mutex<Vec<String>>,
    }

    impl Witness {
        fn note(&self, what: &str, path: &Path) {
            self.asked.lock().unwrap().push(format!("{what} {}", path.display()));
        }
    }

    impl Loader for Witness {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            self.note("read", path);
            self.below.read(path)
        }

        fn kind(&self, path: &Path) -> Option<EntryKind> {
            self.note("kind", path);
            self.below.kind(path)
        }

        fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
            self.note("list", folder);
            self.below.list(folder)
        }

        fn stamp(&self, path: &Path) -> Stamp {
            self.below.stamp(path)
        }
    }

    fn snapshot() -> (Arc<Witness>, Snapshot) {
        let below = Overlay::new(["/a/b", "/a/c/d", "/x/y/z"].map(|it| (PathBuf::from(it), "text")), ());
        let witness = Arc::new(Witness { below, asked: Mutex::default() });
        (Arc::clone(&witness), Snapshot::new(witness))
    }

    #[test]
    fn nothing_is_asked_twice() {
        let (witness, snapshot) = snapshot();
        for _ in 0..2 {
            assert_eq!(snapshot.kind(Path::new("/a/b")), Some(EntryKind::File));
            assert_eq!(snapshot.kind(Path::new("/a/n")), None);
            assert!(snapshot.read(Path::new("/a/n")).is_err());
            assert!(snapshot.read(Path::new("/a/m")).is_err());
            assert_eq!(snapshot.kind(Path::new("/a/m")), None);
            assert_eq!(snapshot.list(Path::new("/x")).unwrap(), [("y".to_owned(), EntryKind::Folder)]);
        }
        assert_eq!(*witness.asked.lock().unwrap(), ["kind /a/b", "kind /a/n", "read /a/m", "list /x"]);
    }

    #[test]
    fn a_listing_tells_what_is_there() {
        let (witness, snapshot) = snapshot();
        snapshot.list(Path::new("/a/")).unwrap();
        for (path, expected) in [
            ("/a/b", Some(EntryKind::File)),
            ("/a/b/below-a-file", None),
            ("/a/c", Some(EntryKind::Folder)),
            ("/a/n", None),
            ("/a/n/o/p", None),
        ] {
            assert_eq!(snapshot.kind(Path::new(path)), expected, "{path}");
        }
        assert!(snapshot.read(Path::new("/a/n/o")).is_err());
        assert_eq!(*witness.asked.lock().unwrap(), ["list /a/"]);
        assert_eq!(snapshot.kind(Path::new("/a/c/d")), Some(EntryKind::File));
        assert_eq!(snapshot.kind(Path::new("/a/c/..")), None);
        assert_eq!(snapshot.read(Path::new("/a/b")).unwrap(), b"text");
        assert_eq!(witness.asked.lock().unwrap()[1..], ["kind /a/c/d", "kind /a/c/..", "read /a/b"]);
    }
}
