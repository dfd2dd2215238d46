//! The ignore file of a build.

use std::path::{Path, PathBuf};

use super::super::{Dockerignore, Loader};
use crate::paths;

/// The ignore file in force, and what is wrong with it: the Dockerfile's own beats the context's.
pub(super) fn ignore_file(loader: &dyn Loader, root: Option<&Path>, dockerfile: &Path) -> (Dockerignore, Vec<Fault>) {
    let Some(root) = root else { return Default::default() };
    let mut own = dockerfile.as_os_str().to_owned();
    own.push(".dockerignore");
    for path in [PathBuf::from(own), root.join(".dockerignore")] {
        let name = || paths::from_root(root, &path);
        match loader.read(&path) {
            Ok(bytes) => return parsed(&name(), bytes),
            Err(error) if loader.kind(&path).is_some() => {
                return (Dockerignore::unreadable(&name()), vec![(None, format!("can't be read: {error}"))]);
            }
            Err(_) => {}
        }
    }
    Default::default()
}

/// A line of an ignore file, or all of it, and what is wrong there.
type Fault = (Option<usize>, String);

fn parsed(name: &str, bytes: Vec<u8>) -> (Dockerignore, Vec<Fault>) {
    let (mut found, broken) = Dockerignore::parse(name, &String::from_utf8_lossy(&bytes));
    found.text = String::from_utf8(bytes).ok();
    let fault = |line| (Some(line), "is not a pattern that Docker accepts".to_owned());
    (found, broken.into_iter().map(fault).collect())
}
