//! From the paths that were typed to the Dockerfiles that are meant.

mod list;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::discover::{self, Found};
use crate::project::Loader;

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// As the user would type it; `-` is stdin.
    pub(super) path: PathBuf,
    /// Whether it was typed.
    pub(super) named: bool,
}

/// The Dockerfiles that `paths` stand for. A file comes once.
pub(super) fn find(loader: &dyn Loader, paths: &[PathBuf]) -> Targets {
    let here = [PathBuf::from(".")];
    let mut targets = Targets::default();
    for path in if paths.is_empty() { &here } else { paths } {
        targets.add_path(loader, path);
    }
    targets
}

/// What was found.
#[derive(Default)]
pub(super) struct Targets {
    pub(super) found: Vec<Target>,
    /// What is wrong with the paths.
    pub(super) errors: Vec<String>,
    /// The folders without Dockerfiles, as sentences.
    pub(super) empty: Vec<String>,
    seen: HashSet<PathBuf>,
}

impl Targets {
    fn add_path(&mut self, loader: &dyn Loader, path: &Path) {
        match list::file(path).map(|it| list::paths(&it)) {
            Some(Ok(paths)) => paths.iter().for_each(|it| self.add(loader, it)),
            Some(Err(error)) => self.errors.push(error),
            None => self.add(loader, path),
        }
    }

    fn add(&mut self, loader: &dyn Loader, path: &Path) {
        if path == Path::new("-") || !path.is_dir() {
            // Whether it is there at all shows when it is read.
            return self.push(path.to_owned(), real(path), true);
        }
        let (files, errors) = discover::dockerfiles(loader, path);
        if files.is_empty() && errors.is_empty() {
            self.empty.push(format!(
                "no Dockerfiles under `{}`: looked for {}; name the file if its name is another",
                path.display(),
                discover::NAMES
            ));
        }
        self.errors.extend(errors);
        let folder = real(path);
        for file in files {
            let identity = identity(&file, path, &folder);
            self.push(shown(&file.path), identity, false);
        }
    }

    fn push(&mut self, path: PathBuf, identity: PathBuf, named: bool) {
        if self.seen.insert(identity) {
            self.found.push(Target { path, named });
        }
    }
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// What tells a file from others, which was found in `folder`: no link was followed from there on.
fn identity(file: &Found, folder: &Path, real_folder: &Path) -> PathBuf {
    match file.path.strip_prefix(folder) {
        Ok(below) if !file.is_link => real_folder.join(below),
        _ => real(&file.path),
    }
}

fn shown(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}
