//! Which files are Dockerfiles, by their names, and finding them in folders.

mod ignored;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use ignored::Ignored;

/// The names that are looked for, as a user would write them.
pub const NAMES: &str = "Dockerfile, Dockerfile.*, *.Dockerfile, *.dockerfile, Containerfile*";

/// No Dockerfile is larger, in bytes. Without a limit a device or a data file would be read to its end.
pub const MAX_SIZE: usize = 1024 * 1024;

/// The Dockerfiles in `folder` and below, sorted, and what could not be looked at. `.gitignore` is
/// honoured, also without Git; `.git` and `node_modules` are not entered.
#[must_use]
pub fn dockerfiles(folder: &Path) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    let mut walk = WalkBuilder::new(folder);
    // Hidden folders count: .devcontainer, .docker.
    let ignored = Ignored::default();
    walk.standard_filters(false)
        .git_global(true)
        .require_git(false)
        .filter_entry(move |it| !is_foreign(it) && !ignored.covers(it));
    for entry in walk.build() {
        match entry {
            Ok(it) if is_dockerfile_name(it.file_name()) && it.path().is_file() => files.push(it.into_path()),
            Ok(_) => {}
            Err(error) => errors.push(error.to_string()),
        }
    }
    files.sort();
    (files, errors)
}

fn is_foreign(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|it| it.is_dir())
        && [".git", "node_modules"].map(OsStr::new).contains(&entry.file_name())
}

/// Whether a file of this name is taken for a Dockerfile.
#[must_use]
pub fn is_dockerfile_name(name: &OsStr) -> bool {
    name.to_str().is_some_and(crate::project::is_dockerfile_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for name in ["Dockerfile", "Dockerfile.prod", "api.Dockerfile", "api.dockerfile", "Containerfile.dev"] {
            assert!(is_dockerfile_name(OsStr::new(name)), "{name}");
        }
        for name in ["Dockerfile.dockerignore", "Dockerfile~", "dockerfile.txt", "MyDockerfile", ".dockerignore"] {
            assert!(!is_dockerfile_name(OsStr::new(name)), "{name}");
        }
    }
}
