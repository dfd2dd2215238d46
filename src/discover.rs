//! Which files are Dockerfiles, by their names, and finding them in folders.

mod ignored;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use crate::project::{EntryType, Loader};

use ignored::{Ignored, Lists};

/// The names that are looked for, as a user would write them.
pub const NAMES: &str = "Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile*, *.Containerfile";

/// No Dockerfile is larger, in bytes. Without a limit a device or a data file would be read to its end.
pub const MAX_SIZE: usize = 1024 * 1024;

/// A Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// From where it was looked for.
    pub path: PathBuf,
    /// Whether it is a link.
    pub is_link: bool,
}

/// The Dockerfiles in `folder` and below, sorted, and what could not be looked at. `.gitignore` is
/// honoured, also without Git; `.git` and `node_modules` are not entered.
#[must_use]
pub fn dockerfiles(loader: &dyn Loader, folder: &Path) -> (Vec<Found>, Vec<String>) {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut search =
        Search { loader, ignored: Ignored::new(), files: Vec::new(), errors: Vec::new(), open: Vec::new() };
    let lists = search.ignored.above(&absolute);
    search.open.push(Folder { path: folder.to_owned(), absolute, lists });
    while let Some(it) = search.open.pop() {
        search.look_into(&it);
    }
    search.files.sort();
    (search.files, search.errors)
}

struct Search<'a> {
    loader: &'a dyn Loader,
    ignored: Ignored,
    files: Vec<Found>,
    errors: Vec<String>,
    /// The folders that are to be looked into: how deep they are is up to the tree, so no recursion.
    open: Vec<Folder>,
}

/// A folder on the way.
struct Folder {
    /// As it is called from where the search began.
    path: PathBuf,
    absolute: PathBuf,
    /// What is ignored in the folders above it.
    lists: Lists,
}

impl Search<'_> {
    // Hidden folders count: .devcontainer, .docker.
    fn look_into(&mut self, folder: &Folder) {
        let entries = match entries(self.loader, folder) {
            Ok(it) => it,
            Err(error) => {
                let path = folder.path.display();
                return self.errors.push(format!("{path}: IO error for operation on {path}: {error}"));
            }
        };
        let lists = folder.lists.and_of(&folder.absolute, |name| entries.iter().any(|it| it.0 == name));
        for (name, is) in entries {
            let is_wanted = match is {
                EntryType::Folder => !is_foreign(&name),
                _ => is_dockerfile_name(&name),
            };
            if is_wanted {
                let entry = Folder {
                    path: folder.path.join(&name),
                    absolute: folder.absolute.join(&name),
                    lists: lists.clone(),
                };
                self.add(entry, is);
            }
        }
    }

    fn add(&mut self, entry: Folder, is: EntryType) {
        if self.ignored.covers(&entry.path, &entry.absolute, &entry.lists, is == EntryType::Folder) {
            return;
        }
        match is {
            EntryType::Folder => self.open.push(entry),
            EntryType::Regular => self.files.push(Found { path: entry.path, is_link: false }),
            EntryType::Other if entry.path.is_file() => self.files.push(Found { path: entry.path, is_link: true }),
            EntryType::Other => {}
        }
    }
}

/// What is in a folder: as the loader lists it, or where it does not, as the file system.
fn entries(loader: &dyn Loader, folder: &Folder) -> io::Result<Vec<(OsString, EntryType)>> {
    if let Ok(entries) = loader.entries(&folder.absolute) {
        return Ok(entries.iter().map(|it| (it.name.clone(), it.is)).collect());
    }
    let entry = |it: io::Result<std::fs::DirEntry>| {
        let it = it?;
        let is = match it.file_type()? {
            is if is.is_dir() => EntryType::Folder,
            is if is.is_file() => EntryType::Regular,
            _ => EntryType::Other,
        };
        Ok((it.file_name(), is))
    };
    std::fs::read_dir(&folder.path)?.map(entry).collect()
}

fn is_foreign(name: &OsStr) -> bool {
    [".git", "node_modules"].map(OsStr::new).contains(&name)
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
        for name in [
            "Dockerfile",
            "dockerfile",
            "containerfile",
            "Dockerfile.prod",
            "api.Dockerfile",
            "api.dockerfile",
            "Containerfile.dev",
            "api.containerfile",
            "api.Containerfile",
            "Dockerfile.node22",
        ] {
            assert!(is_dockerfile_name(OsStr::new(name)), "{name}");
        }
        for name in [
            "Dockerfile.dockerignore",
            "Dockerfile~",
            "dockerfile.txt",
            "dockerfile.ts",
            "MyDockerfile",
            ".dockerignore",
            "Dockerfile.j2",
            "Dockerfile.prod.tmpl",
            "Dockerfile.md",
            "Dockerfile.BAK",
            "Containerfile.in",
        ] {
            assert!(!is_dockerfile_name(OsStr::new(name)), "{name}");
        }
    }
}
