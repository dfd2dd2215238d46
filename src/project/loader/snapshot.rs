//! The file system as one run finds it: nothing is asked twice, nor what a listing has told.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::{Entry, EntryKind, EntryType, Loader, Memo, Stamp, entries};

/// Remembers what stands where. Many Dockerfiles of one workspace look for the same files, most of which
/// are not there: who asks twice in a folder is answered from its listing. For a run in which nothing changes;
/// contents are not kept.
pub struct Snapshot {
    below: Arc<dyn Loader>,
    folders: Mutex<Folders>,
    memo: Memo,
}

type Folders = HashMap<OsString, Folder, RandomState>;

/// What is known of a folder.
#[derive(Default)]
struct Folder {
    /// Once it was listed.
    names: Option<Arc<Names>>,
    /// What single names stand for.
    asked: HashMap<OsString, Option<EntryKind>, RandomState>,
    listing: Listing,
    /// Whether something in it was looked at: who may only list a folder can't tell what is in it.
    is_entered: bool,
}

type Names = [(String, EntryKind)];

/// The entries of a folder.
#[derive(Clone, Default)]
enum Listing {
    /// Nobody asked for a name in it.
    #[default]
    Unread,
    /// One name was asked for: with the next one it is read.
    Due,
    /// There is no such folder.
    Absent,
    /// It can't be had, or is too long.
    Unknown,
    Known(Arc<[Entry]>),
}

impl Listing {
    /// Whether this is the second question.
    fn is_due(&mut self) -> bool {
        let is_due = matches!(self, Self::Due);
        if matches!(self, Self::Unread) {
            *self = Self::Due;
        }
        is_due
    }
}

impl Snapshot {
    /// Nothing was asked yet.
    #[must_use]
    pub fn new(below: Arc<dyn Loader>) -> Self {
        Self { below, folders: Mutex::default(), memo: Memo::default() }
    }

    fn remember(&self, path: &Path, kind: Option<EntryKind>) {
        let Some((folder, name)) = split(path) else { return };
        with(&mut self.folders(), folder, |it| {
            it.is_entered |= kind.is_some();
            it.asked.insert(name.into(), kind);
        });
    }

    /// They are whole after each step, also after that of a thread that failed.
    fn folders(&self) -> MutexGuard<'_, Folders> {
        self.folders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What stands at `path`, where that was asked, or follows from a listing.
    fn known(&self, path: &Path) -> Option<Option<EntryKind>> {
        if path.as_os_str().len() > 2 * crate::paths::MAX_LEN {
            return Some(None);
        }
        let (folder, name) = split(path)?;
        let mut folders = self.folders();
        if let Some(kind) = known(&folders, folder, name) {
            return Some(kind);
        }
        let is_due = with(&mut folders, folder, |it| it.listing.is_due());
        drop(folders);
        if is_due {
            self.listing(folder);
            return known(&self.folders(), folder, name);
        }
        None
    }

    /// The entries of a folder, read if they were not yet.
    fn listing(&self, folder: &Path) -> Listing {
        let known = self.folders().get(folder.as_os_str()).map(|it| it.listing.clone());
        if let Some(known) = known.filter(|it| !matches!(it, Listing::Unread | Listing::Due)) {
            return known;
        }
        let listing = match self.below.entries(folder) {
            Ok(it) => Listing::Known(it),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Listing::Absent,
            Err(_) => Listing::Unknown,
        };
        with(&mut self.folders(), folder, |it| it.listing = listing.clone());
        listing
    }
}

/// What `change` makes of a folder that may not be known yet.
fn with<T>(folders: &mut Folders, folder: &Path, change: impl FnOnce(&mut Folder) -> T) -> T {
    match folders.get_mut(folder.as_os_str()) {
        Some(it) => change(it),
        None => change(folders.entry(folder.into()).or_default()),
    }
}

impl Folder {
    fn kind(&self, name: &OsStr) -> Option<Option<EntryKind>> {
        let asked = self.asked.get(name).copied();
        asked.or_else(|| self.in_names(name)).or_else(|| self.in_listing(name))
    }

    fn in_names(&self, name: &OsStr) -> Option<Option<EntryKind>> {
        let (names, name) = (self.names.as_ref()?, name.to_str()?);
        let at = names.binary_search_by(|it| it.0.as_str().cmp(name));
        Some(at.ok().map(|it| names[it].1))
    }

    fn in_listing(&self, name: &OsStr) -> Option<Option<EntryKind>> {
        let entries = match &self.listing {
            Listing::Known(it) => it,
            Listing::Absent => return Some(None),
            Listing::Unread | Listing::Due | Listing::Unknown => return None,
        };
        let Some(entry) = entries::find(entries, name) else { return Some(None) };
        plain(entry).filter(|_| self.is_entered).map(Some)
    }
}

/// What an entry is, where its listing alone says it.
fn plain(entry: &Entry) -> Option<EntryKind> {
    match entry.is {
        EntryType::Regular => Some(EntryKind::File),
        EntryType::Folder => Some(EntryKind::Folder),
        EntryType::Other => None,
    }
}

fn known(folders: &Folders, folder: &Path, name: &OsStr) -> Option<Option<EntryKind>> {
    let here = folders.get(folder.as_os_str()).and_then(|it| it.kind(name));
    here.or_else(|| {
        // Where there is no folder there is nothing in it.
        let (above, own) = split(folder)?;
        known(folders, above, own).filter(|it| *it != Some(EntryKind::Folder)).map(|_| None)
    })
}

fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    Some((path.parent()?, path.file_name()?))
}

impl Loader for Snapshot {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if self.known(path) == Some(None) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let res = self.below.read(path);
        match &res {
            Ok(_) => self.remember(path, Some(EntryKind::File)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.remember(path, None),
            Err(_) => {}
        }
        res
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        if let Some(kind) = self.known(path) {
            return kind;
        }
        let kind = self.below.kind(path);
        self.remember(path, kind);
        kind
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        // `parent` gives folders without a final slash.
        let key = folder.components().as_path();
        let known = self.folders().get(key.as_os_str()).and_then(|it| it.names.clone());
        if let Some(names) = known {
            return Ok(names.to_vec());
        }
        let names = match self.listing(key) {
            Listing::Known(entries) if entries.iter().all(|it| it.is != EntryType::Other) => named(&entries),
            _ => self.below.list(folder)?,
        };
        with(&mut self.folders(), key, |it| it.names = Some(names.clone().into()));
        Ok(names)
    }

    fn entries(&self, folder: &Path) -> io::Result<Arc<[Entry]>> {
        match self.listing(folder) {
            Listing::Known(entries) => Ok(entries),
            Listing::Absent => Err(io::ErrorKind::NotFound.into()),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn is_closed(&self, path: &Path) -> bool {
        self.below.is_closed(path)
    }

    fn stamp(&self, path: &Path) -> Stamp {
        self.below.stamp(path)
    }

    fn memo(&self) -> Option<&Memo> {
        Some(&self.memo)
    }
}

/// The names of plain entries, sorted.
fn named(entries: &[Entry]) -> Vec<(String, EntryKind)> {
    let named = |it: &Entry| Some((it.name.to_string_lossy().into_owned(), plain(it)?));
    let mut names: Vec<_> = entries.iter().filter_map(named).collect();
    // Names that are no UTF-8 sort otherwise as text.
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::{Disk, Overlay};
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

    #[test]
    #[cfg(target_os = "linux")]
    fn the_second_question_is_answered_from_the_listing() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("src")).unwrap();
        std::fs::write(root.join("a"), "text").unwrap();
        std::os::unix::fs::symlink("a", root.join("link")).unwrap();
        std::os::unix::fs::symlink("nothing", root.join("dangling")).unwrap();
        let snapshot = Snapshot::new(Arc::new(Disk));
        assert_eq!(snapshot.kind(&root.join("first")), None);
        assert!(
            matches!(snapshot.folders()[root.as_os_str()].listing, Listing::Due),
            "one question is worth no listing"
        );
        for (path, expected) in [
            ("second", None),
            ("second/deeper/still", None),
            ("link", Some(EntryKind::File)),
            ("dangling", None),
            ("src", Some(EntryKind::Folder)),
            ("src/none", None),
            ("a", Some(EntryKind::File)),
            ("a/none", None),
        ] {
            assert_eq!(snapshot.kind(&root.join(path)), expected, "{path}");
        }
        let absent = snapshot.read(&root.join("third")).unwrap_err();
        assert_eq!(absent.kind(), io::ErrorKind::NotFound);
        std::fs::write(root.join("third"), "").unwrap();
        assert_eq!(snapshot.kind(&root.join("third")), None, "for the run nothing changes");
        assert_eq!(Disk.kind(&root.join("third")), Some(EntryKind::File));
        let names: Vec<_> = snapshot.list(&root).unwrap().into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["a", "link", "src", "third"], "links are for the disk to follow");
    }
}
