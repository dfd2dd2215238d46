//! From the paths that were typed to the Dockerfiles that are meant.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::discover;

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
        let (files, errors) = discover::dockerfiles(path);
        if files.is_empty() && errors.is_empty() {
            self.errors.push(format!(
                "no Dockerfiles under `{}`: looked for {}; name the file if its name is another",
                path.display(),
                discover::NAMES
            ));
        }
        self.errors.extend(errors);
        for file in files {
            self.push(shown(&file), false);
        }
    }

    fn push(&mut self, path: PathBuf, named: bool) {
        let identity = path.canonicalize().unwrap_or_else(|_| path.clone());
        if self.seen.insert(identity) {
            self.targets.push(Target { path, named });
        }
    }
}

fn shown(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}
