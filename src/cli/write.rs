//! Replacing files: whole, and all of them or none.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A file and its new text.
pub(super) struct Change<'a> {
    pub(super) path: &'a Path,
    /// The text that was read; `None` where there was no file.
    pub(super) old: Option<&'a str>,
    pub(super) new: &'a str,
}

/// Replaces the files: a temporary file beside each is renamed once all are ready. Links stay and the
/// file that they lead to is replaced; its mode stays. A file that has its new text already is left alone.
///
/// # Errors
/// What is wrong, with the path. The files are then as they were.
pub(super) fn replace(changes: &[Change<'_>]) -> Result<(), String> {
    let ready: Vec<Ready> = changes.iter().filter_map(|it| it.prepared().transpose()).collect::<Result<_, _>>()?;
    ready.into_iter().try_for_each(Ready::put)
}

impl Change<'_> {
    /// The new file beside the old one; `None` where there is nothing to do.
    fn prepared(&self) -> Result<Option<Ready>, String> {
        let target = if self.path.exists() { self.path.canonicalize() } else { Ok(self.path.to_owned()) };
        let target = target.map_err(|it| self.fail(&it.to_string()))?;
        let now = fs::read(&target).ok();
        if now.as_deref() == Some(self.new.as_bytes()) {
            return Ok(None);
        }
        if now.as_deref() != self.old.map(str::as_bytes) {
            return Err(self.fail("the file has changed since it was read; run nodestage again"));
        }
        let permissions = self.permissions(&target)?;
        let temporary = beside(&target, self.new, permissions).map_err(|it| self.fail(&it.to_string()))?;
        Ok(Some(Ready { temporary, target, is_new: self.old.is_none() }))
    }

    /// The old file's.
    fn permissions(&self, target: &Path) -> Result<Option<Permissions>, String> {
        if self.old.is_none() {
            return Ok(None);
        }
        let permissions = fs::metadata(target).map_err(|it| self.fail(&it.to_string()))?.permissions();
        if permissions.readonly() {
            return Err(self.fail("the file is read-only; make it writable first"));
        }
        Ok(Some(permissions))
    }

    fn fail(&self, reason: &str) -> String {
        format!("{}: not written: {reason}", self.path.display())
    }
}

/// A new text that only has to be renamed.
struct Ready {
    temporary: NamedTempFile,
    target: PathBuf,
    is_new: bool,
}

impl Ready {
    fn put(self) -> Result<(), String> {
        let target = &self.target;
        let put = if self.is_new { self.temporary.persist_noclobber(target) } else { self.temporary.persist(target) };
        put.map(drop).map_err(|it| format!("{}: not written: {}", target.display(), it.error))
    }
}

fn beside(target: &Path, text: &str, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = builder().prefix(".nodestage-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(it) = permissions {
        file.as_file().set_permissions(it)?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// For files with the mode that new files have, not the closed one of temporary files.
fn builder() -> Builder<'static, 'static> {
    let mut res = Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        res.permissions(Permissions::from_mode(0o666)); // less what the umask takes
    }
    res
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
        super::replace(&[Change { path, old: Some(old), new }])
    }

    fn folder_with(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile");
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_that_changed_meanwhile_stays() {
        let (folder, path) = folder_with("theirs");
        let error = replace(&path, "read", "ours").expect_err("it changed");
        assert!(error.ends_with("the file has changed since it was read; run nodestage again"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn all_files_or_none() {
        let (folder, path) = folder_with("theirs");
        let new = folder.path().join(".dockerignore");
        let fine = Change { path: &new, old: None, new: "node_modules\n" };
        let changed = Change { path: &path, old: Some("read"), new: "ours" };
        super::replace(&[fine, changed]).expect_err("the other one changed");
        assert!(!new.exists());
    }

    #[test]
    fn a_new_file_comes_where_there_is_none() {
        let (folder, path) = folder_with("theirs");
        let new = folder.path().join(".dockerignore");
        for _ in 0..2 {
            super::replace(&[Change { path: &new, old: None, new: "node_modules\n" }]).unwrap();
            assert_eq!(fs::read_to_string(&new).unwrap(), "node_modules\n");
        }
        super::replace(&[Change { path: &path, old: None, new: "ours" }]).expect_err("there is a file by now");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
    }

    #[test]
    #[cfg(unix)]
    fn a_new_file_has_the_mode_of_new_files() {
        let (folder, _path) = folder_with("old");
        let (new, peer) = (folder.path().join("new"), folder.path().join("peer"));
        super::replace(&[Change { path: &new, old: None, new: "x" }]).unwrap();
        fs::write(&peer, "x").unwrap();
        assert_eq!(fs::metadata(&new).unwrap().permissions(), fs::metadata(&peer).unwrap().permissions());
    }

    #[test]
    #[cfg(unix)]
    fn the_link_and_the_mode_stay() {
        use std::os::unix::fs::PermissionsExt;
        let (folder, path) = folder_with("old");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("Dockerfile", &link).unwrap();
        replace(&link, "old", "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_read_only_file_stays() {
        let (_folder, path) = folder_with("old");
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert!(replace(&path, "old", "new").expect_err("it is read-only").contains("read-only"));
    }
}
