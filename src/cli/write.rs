//! Replacing a Dockerfile: whole, or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Replaces `old` by `new` in the file at `path`: a temporary file beside it is renamed. Links stay and
/// the file that they lead to is replaced; its mode stays.
///
/// # Errors
/// What is wrong, with the path. The file is then as it was.
pub(super) fn replace(path: &Path, old: &str, new: &str) -> Result<(), String> {
    let fail = |reason: String| format!("{}: not written: {reason}", path.display());
    let target = path.canonicalize().map_err(|it| fail(it.to_string()))?;
    let metadata = fs::metadata(&target).map_err(|it| fail(it.to_string()))?;
    if metadata.permissions().readonly() {
        return Err(fail("the file is read-only; make it writable first".to_owned()));
    }
    let temporary = beside(&target, new, metadata.permissions()).map_err(|it| fail(it.to_string()))?;
    if fs::read(&target).ok().as_deref() != Some(old.as_bytes()) {
        return Err(fail("the file has changed since it was read; run nodestage again".to_owned()));
    }
    temporary.persist(&target).map_err(|it| fail(it.error.to_string()))?;
    Ok(())
}

fn beside(target: &Path, text: &str, permissions: fs::Permissions) -> io::Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".nodestage-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

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
