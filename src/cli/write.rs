//! Replacing files: whole, and all of them or none.

mod in_place;
mod kept;
mod swap;

use std::fs;
use std::path::{Path, PathBuf};

use crate::project::real_path;
use in_place::InPlace;
use swap::{Staged, Swapped};

/// A file and its new text.
pub(super) struct Change<'a> {
    pub(super) path: &'a Path,
    /// The text that was read; `None` where there was no file.
    pub(super) old: Option<&'a str>,
    pub(super) new: &'a str,
}

/// Replaces the files: the new ones are made ready beside the old ones, without a name where the system can do
/// that, and change places with them once all are ready; where one can't, the others come back. Links stay and
/// the file that they lead to is replaced; its mode, owner, group and attributes stay. A file with several names,
/// or of which something can't be kept, is written in place. A file that has its new text already is left alone.
///
/// # Errors
/// What is wrong, with the path. The files are then as they were, or the message names those that are not.
pub(super) fn replace(changes: &[Change<'_>]) -> Result<(), String> {
    let ready: Vec<Ready<'_>> = changes.iter().filter_map(|it| it.prepared().transpose()).collect::<Result<_, _>>()?;
    let mut done: Vec<Done<'_>> = Vec::new();
    for it in ready {
        match it.put() {
            Ok(it) => done.push(it),
            Err(error) => return Err(taken_back(done, error)),
        }
    }
    done.into_iter().for_each(Done::settle);
    Ok(())
}

/// Removes what a run that was killed left beside `path`.
pub(super) fn clean(path: &Path) {
    if let Ok(target) = real_path(path) {
        swap::clean(&target);
    }
}

const CHANGED: &str = "the file has changed since it was read; run nodestage again";

impl Change<'_> {
    /// What only has to be put in place; `None` where there is nothing to do.
    fn prepared(&self) -> Result<Option<Ready<'_>>, String> {
        let target = self.target()?;
        swap::clean(&target);
        let now = fs::read(&target).ok();
        if now.as_deref() == Some(self.new.as_bytes()) {
            return Ok(None);
        }
        if now.as_deref() != self.old.map(str::as_bytes) {
            return Err(self.fail(CHANGED));
        }
        let way = match self.old {
            None => Way::New(Staged::new(&target, self.new).map_err(|it| self.fail(&it.to_string()))?),
            Some(_) => self.way(&target)?,
        };
        Ok(Some(Ready { change: self, way, target }))
    }

    /// Where the file is that changes: what a link leads to, and never outside of the repository.
    fn target(&self) -> Result<PathBuf, String> {
        let path = self.path;
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let target = match path.symlink_metadata() {
            Ok(_) => real_path(path),
            Err(_) => real_path(folder).map(|it| it.join(path.file_name().unwrap_or_default())),
        };
        target.map_err(|it| self.fail(&it.to_string()))
    }

    /// How a file that is there gets its new text.
    fn way(&self, target: &Path) -> Result<Way, String> {
        let metadata = fs::metadata(target).map_err(|it| self.fail(&it.to_string()))?;
        if metadata.permissions().readonly() {
            return Err(self.fail("the file is read-only; make it writable first"));
        }
        let staged = Staged::new(target, self.new).and_then(|it| kept::carry_over(target, it.file()).map(|()| it));
        match staged {
            Ok(it) if !kept::has_other_names(&metadata) => Ok(Way::Swap(it)),
            _ => InPlace::open(target).map(Way::InPlace).map_err(|it| self.fail(&it.to_string())),
        }
    }

    fn fail(&self, reason: &str) -> String {
        format!("{}: not written: {reason}", self.path.display())
    }
}

/// A new text, ready on the disk.
struct Ready<'a> {
    change: &'a Change<'a>,
    way: Way,
    target: PathBuf,
}

enum Way {
    /// There is no such file yet.
    New(Staged),
    /// It changes places with the old one.
    Swap(Staged),
    /// It is written over the old one.
    InPlace(InPlace),
}

/// A file that has its new text, and can have the old one back.
enum Done<'a> {
    New(&'a Change<'a>, PathBuf),
    Swapped(&'a Change<'a>, Swapped),
    InPlace(&'a Change<'a>, InPlace),
}

impl<'a> Ready<'a> {
    fn put(self) -> Result<Done<'a>, String> {
        let change = self.change;
        let old = change.old.unwrap_or_default().as_bytes();
        let done = match self.way {
            Way::New(staged) => staged.create(&self.target, change.new).map(|()| Done::New(change, self.target)),
            Way::Swap(staged) => staged.swap(self.target, old).map(|it| Done::Swapped(change, it)),
            Way::InPlace(mut file) => file.write(old, change.new).map(|()| Done::InPlace(change, file)),
        };
        done.map_err(|it| change.fail(&it.to_string()))
    }
}

impl Done<'_> {
    /// The old file goes.
    fn settle(self) {
        if let Self::Swapped(_, it) = self {
            it.settle();
        }
    }

    /// The file as it was; an error is its name.
    fn take_back(self) -> Result<(), String> {
        let (change, is_back) = match self {
            Self::New(change, target) => {
                let is_ours = fs::read(&target).is_ok_and(|it| it == change.new.as_bytes());
                (change, is_ours && fs::remove_file(&target).is_ok())
            }
            Self::Swapped(change, it) => (change, it.take_back(change.old.unwrap_or_default()).is_ok()),
            Self::InPlace(change, mut it) => {
                (change, it.write(change.new.as_bytes(), change.old.unwrap_or_default()).is_ok())
            }
        };
        if is_back { Ok(()) } else { Err(change.path.display().to_string()) }
    }
}

/// The error, and which files could not be put back as they were.
fn taken_back(done: Vec<Done<'_>>, error: String) -> String {
    let stuck: Vec<String> = done.into_iter().rev().filter_map(|it| it.take_back().err()).collect();
    if stuck.is_empty() { error } else { format!("{error}; {} has been written all the same", stuck.join(", ")) }
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

    #[test]
    #[cfg(unix)]
    fn the_first_file_comes_back_where_the_second_can_not_be_written() {
        let (folder, path) = folder_with("old");
        let new = folder.path().join(".dockerignore");
        for (first, old, after) in [(&path, Some("old"), Some("old")), (&new, None, None)] {
            // What was ready can't be put where a folder has come meanwhile.
            let second = folder.path().join("second");
            fs::write(&second, "old").unwrap();
            let first = Change { path: first, old, new: "new" };
            let second_change = Change { path: &second, old: Some("old"), new: "new" };
            let ready = [&first, &second_change].map(|it| it.prepared().unwrap().unwrap());
            fs::remove_file(&second).unwrap();
            fs::create_dir(&second).unwrap();
            let [one, other] = ready;
            let done = vec![one.put().unwrap()];
            let error = other.put().err().expect("a folder has no text");
            assert_eq!(taken_back(done, error.clone()), error);
            assert_eq!(fs::read_to_string(first.path).ok().as_deref(), after);
            fs::remove_dir(&second).unwrap();
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
        }
    }

    #[test]
    fn an_edit_after_the_check_stays() {
        let (folder, path) = folder_with("old");
        let change = Change { path: &path, old: Some("old"), new: "new" };
        let ready = change.prepared().unwrap().unwrap();
        fs::write(&path, "theirs").unwrap();
        let error = ready.put().err().expect("it changed");
        assert!(error.ends_with(CHANGED), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theirs");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    #[cfg(unix)]
    fn other_names_of_a_file_stay_names_of_it() {
        let (folder, path) = folder_with("a long old text");
        let other = folder.path().join("other");
        fs::hard_link(&path, &other).unwrap();
        replace(&path, "a long old text", "new").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "new");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn extended_attributes_stay() {
        let (_folder, path) = folder_with("old");
        let flags = rustix::fs::XattrFlags::empty();
        if rustix::fs::setxattr(&path, "user.origin", b"theirs", flags).is_err() {
            return; // not on this file system
        }
        replace(&path, "old", "new").unwrap();
        let mut value = [0; 16];
        let len = rustix::fs::getxattr(&path, "user.origin", &mut value[..]).unwrap();
        assert_eq!(&value[..len], b"theirs");
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn what_a_killed_run_left_goes() {
        let (folder, path) = folder_with("old");
        let left = folder.path().join(".Dockerfile.nodestage");
        fs::write(&left, "half of").unwrap();
        replace(&path, "old", "new").unwrap();
        assert!(!left.exists());
        fs::write(&left, "half of").unwrap();
        clean(&path);
        assert!(!left.exists());
    }

    #[test]
    #[cfg(unix)]
    fn nothing_is_written_through_a_link_out_of_the_repository() {
        let (folder, victim) = folder_with("old");
        let repo = folder.path().join("repo");
        fs::create_dir_all(repo.join(".git")).unwrap();
        for (link, to) in [("Dockerfile", "../Dockerfile"), (".dockerignore", "../new")] {
            std::os::unix::fs::symlink(to, repo.join(link)).unwrap();
        }
        std::os::unix::fs::symlink("..", repo.join("out")).unwrap();
        replace(&repo.join("Dockerfile"), "old", "new").expect_err("it leaves");
        for new in [".dockerignore", "out/new"] {
            super::replace(&[Change { path: &repo.join(new), old: None, new: "x" }]).expect_err("it leaves");
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "old");
        assert!(!folder.path().join("new").exists());
    }
}
