//! A new file that takes the place of an old one in one step.
//!
//! On Linux it has no name until then, so that nothing stays where the run is killed, and both change places, so
//! that an edit up to the last moment is seen. Elsewhere it has a name from the start, and is renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A new text on the disk, beside the file that it is for.
pub(super) struct Staged {
    file: File,
    name: Option<Temporary>,
}

/// A name that goes when it is dropped.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Removes what a run that was killed left beside `target`.
pub(super) fn clean(target: &Path) {
    let _ = fs::remove_file(name_beside(target));
}

/// Always the same, so that the next run finds what was left.
fn name_beside(target: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".nodestage");
    target.with_file_name(name)
}

impl Staged {
    /// With the mode that new files have.
    pub(super) fn new(target: &Path, text: &str) -> io::Result<Self> {
        let mut staged = match nameless(target) {
            Some(file) => Self { file, name: None },
            None => {
                let path = name_beside(target);
                let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
                Self { file, name: Some(Temporary(path)) }
            }
        };
        staged.file.write_all(text.as_bytes())?;
        staged.file.sync_all()?;
        Ok(staged)
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Makes it, with its text `text`, the file at `target`, where there is none.
    pub(super) fn create(self, target: &Path, text: &str) -> io::Result<()> {
        let linked = match &self.name {
            Some(name) => fs::hard_link(&name.0, target),
            None => link(&self.file, target),
        };
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                // A file system without second names.
                OpenOptions::new().write(true).create_new(true).open(target)?.write_all(text.as_bytes())
            }
            linked => linked,
        }
    }

    /// Makes it the file at `target`, which has the text `old`.
    pub(super) fn swap(self, target: PathBuf, old: &[u8]) -> io::Result<Swapped> {
        let name = match self.name {
            Some(name) => name,
            None => {
                let name = Temporary(name_beside(&target));
                link(&self.file, &name.0)?;
                name
            }
        };
        let has_old = |path: &Path| fs::read(path).is_ok_and(|it| it == old);
        if exchange(&name.0, &target) {
            if has_old(&name.0) {
                return Ok(Swapped { target, old: Some(name) });
            }
            exchange(&name.0, &target);
            return Err(io::Error::other(super::CHANGED));
        }
        if !has_old(&target) {
            return Err(io::Error::other(super::CHANGED));
        }
        fs::rename(&name.0, &target)?;
        std::mem::forget(name);
        Ok(Swapped { target, old: None })
    }
}

/// A file that has taken the place of another.
pub(super) struct Swapped {
    target: PathBuf,
    /// The other one, where it is still there.
    old: Option<Temporary>,
}

impl Swapped {
    /// The old file goes.
    pub(super) fn settle(self) {
        drop(self.old);
    }

    /// The old file takes its place again, or else one with the same text.
    pub(super) fn take_back(self, text: &str) -> io::Result<()> {
        match self.old {
            Some(old) => fs::rename(&old.0, &self.target),
            None => fs::write(&self.target, text),
        }
    }
}

/// A file without a name, in the folder of `target`; `None` where the system has none.
#[cfg(target_os = "linux")]
fn nameless(target: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = open(target.parent()?, flags, Mode::from_raw_mode(0o666)).ok()?; // less what the umask takes
    Path::new("/proc/self/fd").exists().then(|| File::from(file))
}

#[cfg(not(target_os = "linux"))]
fn nameless(_target: &Path) -> Option<File> {
    None
}

/// Gives a file without a name one.
#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};
    let own = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, own.as_str(), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_file: &File, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the two files have changed places.
#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn exchange(_one: &Path, _other: &Path) -> bool {
    false
}
