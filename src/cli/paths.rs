//! From the paths that were typed to the Dockerfiles that are meant.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// As the user would type it; `-` is stdin.
    pub(super) path: PathBuf,
    /// Whether it was typed.
    pub(super) named: bool,
}

/// The Dockerfiles that `paths` stand for, and what is wrong with the paths. A file comes once.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Target>, Vec<String>) {
    let here = [PathBuf::from(".")];
    let mut found = Found::default();
    for path in if paths.is_empty() { &here } else { paths } {
        found.add(path);
    }
    (found.targets, found.errors)
}

#[derive(Default)]
struct Found {
    targets: Vec<Target>,
    errors: Vec<String>,
    seen: BTreeSet<PathBuf>,
}

impl Found {
    fn add(&mut self, path: &Path) {
        if path == Path::new("-") || !path.is_dir() {
            // Whether it is there at all shows when it is read.
            return self.push(path.to_owned(), true);
        }
        let (mut files, n_errors) = (Vec::new(), self.errors.len());
        self.walk(path, &mut files);
        if files.is_empty() && self.errors.len() == n_errors {
            let names = "Dockerfile, Dockerfile.*, *.Dockerfile, *.dockerfile, Containerfile*";
            self.errors.push(format!(
                "no Dockerfiles under `{}`: looked for {names}; name the file if its name is another",
                path.display()
            ));
        }
        files.sort();
        for file in files {
            self.push(file, false);
        }
    }

    fn walk(&mut self, folder: &Path, files: &mut Vec<PathBuf>) {
        let mut walk = WalkBuilder::new(folder);
        // Hidden folders count (.devcontainer, .docker), and .gitignore does also without Git.
        walk.hidden(false).require_git(false).filter_entry(|it| !is_foreign(it));
        for entry in walk.build() {
            match entry {
                Ok(it) if is_dockerfile_name(it.file_name()) && it.path().is_file() => files.push(shown(it.path())),
                Ok(_) => {}
                Err(error) => self.errors.push(error.to_string()),
            }
        }
    }

    fn push(&mut self, path: PathBuf, named: bool) {
        let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
        if self.seen.insert(identity) {
            self.targets.push(Target { path, named });
        }
    }
}

fn is_foreign(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|it| it.is_dir())
        && [".git", "node_modules"].map(OsStr::new).contains(&entry.file_name())
}

fn shown(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

fn is_dockerfile_name(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let is_named = name == "Dockerfile"
        || name.starts_with("Dockerfile.")
        || name.ends_with(".Dockerfile")
        || name.ends_with(".dockerfile")
        || name.starts_with("Containerfile");
    is_named && !name.ends_with(".dockerignore") && !name.ends_with('~')
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
