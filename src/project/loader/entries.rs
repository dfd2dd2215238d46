//! A folder's names as one listing has them, nothing of them looked at.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;

/// What a listing says that an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryType {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A link, a device, or what the file system doesn't say.
    Other,
}

/// A name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As the folder has it.
    pub name: OsString,
    /// What it is.
    pub is: EntryType,
}

/// The one of this name; `entries` are sorted.
pub(super) fn find<'a>(entries: &'a [Entry], name: &OsStr) -> Option<&'a Entry> {
    let at = entries.binary_search_by(|it| it.name.as_os_str().cmp(name)).ok()?;
    Some(&entries[at])
}

/// Larger folders are not kept in memory.
#[cfg(target_os = "linux")]
const MAX_ENTRIES: usize = 10_000;

/// The entries of a folder that no link leads to, sorted.
///
/// # Errors
/// As the file system says, and `Unsupported` where another way of listing has to be taken.
#[cfg(target_os = "linux")]
pub(super) fn read(folder: &Path) -> io::Result<Vec<Entry>> {
    use std::os::unix::ffi::OsStrExt;

    use rustix::fs::{CWD, Mode, OFlags, RawDir, ResolveFlags, openat2};

    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let handle = openat2(CWD, folder, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS)?;
    let mut buffer = Vec::with_capacity(8 * 1024);
    let mut listing = RawDir::new(handle, buffer.spare_capacity_mut());
    let mut entries = Vec::new();
    while let Some(entry) = listing.next() {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if entries.len() == MAX_ENTRIES {
            return Err(io::ErrorKind::Unsupported.into());
        }
        if name != "." && name != ".." {
            entries.push(Entry { name: name.to_owned(), is: entry.file_type().into() });
        }
    }
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// See above.
#[cfg(not(target_os = "linux"))]
pub(super) fn read(_folder: &Path) -> io::Result<Vec<Entry>> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "linux")]
impl From<rustix::fs::FileType> for EntryType {
    fn from(it: rustix::fs::FileType) -> Self {
        match it {
            rustix::fs::FileType::RegularFile => Self::Regular,
            rustix::fs::FileType::Directory => Self::Folder,
            _ => Self::Other,
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_listing_follows_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("b"), "").unwrap();
        std::fs::create_dir(folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("c")).unwrap();
        let entries = read(&folder.path().canonicalize().unwrap()).unwrap();
        let found: Vec<_> = entries.iter().map(|it| (it.name.to_str().unwrap(), it.is)).collect();
        assert_eq!(found, [("a", EntryType::Folder), ("b", EntryType::Regular), ("c", EntryType::Other)]);
        assert_eq!(find(&entries, OsStr::new("b")), Some(&entries[1]));
        assert_eq!(find(&entries, OsStr::new("d")), None);
        assert!(read(&folder.path().join("c")).is_err(), "a link leads there");
        assert_eq!(read(&folder.path().join("d")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
