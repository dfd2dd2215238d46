//! The real file system, read with care: regular files only, up to a limit, and no link is followed out of the
//! repository.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::border::real_path;
use super::{Entry, EntryKind, Loader, Stamp, entries};

/// Larger files are not read: nothing that is written by hand is, and no lock file that is known of.
const MAX_SIZE: u64 = 16 << 20;

/// The real file system.
///
/// A link that leaves the repository is an [`EntryKind::File`] that can't be read, wherever it leads, and stands in no
/// listing: a build does not follow it either.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Loader for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        read_regular(path, MAX_SIZE)
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        let is_folder = std::fs::metadata(path).ok()?.is_dir();
        Some(if is_folder && real_path(path).is_ok() { EntryKind::Folder } else { EntryKind::File })
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(real_path(folder)?)? {
            let entry = entry?;
            // The listing tells what an entry is; only a link has to be followed. Where it leaves the repository it
            // leads to nothing: a build does not follow it either.
            let kind = match entry.file_type()? {
                it if it.is_symlink() => {
                    let link = folder.join(entry.file_name());
                    real_path(&link).ok().and_then(|_| self.kind(&link))
                }
                it if it.is_dir() => Some(EntryKind::Folder),
                _ => Some(EntryKind::File),
            };
            let Some(kind) = kind else { continue };
            names.push((entry.file_name().to_string_lossy().into_owned(), kind));
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(names)
    }

    fn entries(&self, folder: &Path) -> io::Result<Arc<[Entry]>> {
        entries::read(folder).map(Arc::from)
    }

    #[cfg(unix)]
    fn is_closed(&self, path: &Path) -> bool {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|it| {
            let wanted = if it.is_dir() { 0o005 } else { 0o004 };
            it.permissions().mode() & wanted != wanted
        })
    }

    fn stamp(&self, path: &Path) -> Stamp {
        match std::fs::metadata(path) {
            Ok(it) => Stamp::of((it.is_dir(), it.len(), it.modified().ok())),
            Err(error) => Stamp::of(error.kind()),
        }
    }
}

/// The bytes of a regular file of at most `limit` bytes.
///
/// # Errors
/// As the file system says, and where it is anything else, or a link out of the repository.
pub(crate) fn read_regular(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    if let Some(file) = without_links(path) {
        return read_open(file?, limit);
    }
    let real = real_path(path)?;
    // To open a device may do something already.
    require_regular(&std::fs::metadata(&real)?)?;
    read_open(open(&real)?, limit)
}

/// The regular file at `path`; `None` where it is anything else, or a part of the path is a link, or that can't be told.
/// With fewer questions to the kernel, where it takes these.
fn without_links(path: &Path) -> Option<io::Result<File>> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, openat2, statat};
        use rustix::io::Errno;
        match statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(it) if FileType::from_raw_mode(it.st_mode) == FileType::RegularFile => {}
            Err(error @ (Errno::NOENT | Errno::NOTDIR)) => return Some(Err(error.into())),
            _ => return None,
        }
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = openat2(CWD, path, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS).ok()?;
        Some(Ok(file.into()))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = path;
        None
    }
}

fn read_open(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let metadata = file.metadata()?;
    require_regular(&metadata)?;
    read_limited(file, metadata.len(), limit)
}

/// Opens without waiting for whoever is to write into a FIFO that came in between.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    options.open(path)
}

fn require_regular(metadata: &Metadata) -> io::Result<()> {
    match metadata {
        it if it.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        it if !it.is_file() => Err(io::Error::new(io::ErrorKind::Unsupported, "not a regular file")),
        _ => Ok(()),
    }
}

/// Reads `file`, which says that it has `len` bytes; it may have more.
fn read_limited(mut file: File, len: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if len <= limit {
        let n_expected = usize::try_from(len).unwrap_or(0);
        bytes.resize(n_expected + 1, 0);
        let n_read = file.read(&mut bytes).unwrap_or(0);
        bytes.truncate(n_read);
        // There was room for more: nothing is left. What says that it is empty may be made as it is read.
        if n_read != n_expected || n_read == 0 {
            file.take(limit + 1 - n_read as u64).read_to_end(&mut bytes)?;
        }
    }
    if len > limit || bytes.len() as u64 > limit {
        let message = format!("larger than {} MiB", limit >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(path: &Path) -> String {
        Disk.read(path).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_file_over_the_limit_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("package-lock.json");
        File::create(&path).unwrap().set_len(1 << 30).unwrap();
        assert_eq!(error(&path), "larger than 16 MiB");
        assert_eq!(read_regular(&path, 1 << 20).expect_err("too large").to_string(), "larger than 1 MiB");
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_regular_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("package.json");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert_eq!(error(&fifo), "not a regular file");
        assert_eq!(Disk.kind(&fifo), Some(EntryKind::File));
        assert_eq!(error(Path::new("/dev/zero")), "not a regular file");
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_outside_is_not_listed_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let repo = folder.path().join("repo");
        std::fs::create_dir_all(repo.join(".git")).unwrap();
        std::fs::create_dir(folder.path().join("private")).unwrap();
        std::os::unix::fs::symlink("../private", repo.join("src")).unwrap();
        assert_eq!(Disk.kind(&repo.join("src")), Some(EntryKind::File));
        assert!(Disk.list(&repo.join("src")).is_err());
        assert!(Disk.list(&repo).unwrap().iter().all(|it| it.0 != "src"));
    }
}
