//! .gitignore, read with the care that other people's files want.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, Match};

use crate::project::read_regular;

/// Files with lists of what is not there for Git; the later ones count more.
const NAMES: [&str; 3] = [".git/info/exclude", ".gitignore", ".ignore"];

/// Larger lists, and what comes after so many lines, are not heeded: nobody wrote them.
const MAX_SIZE: u64 = 256 << 10;
const MAX_LINES: usize = 5_000;

/// What the lists of a tree's folders say, each read once.
#[derive(Default)]
pub(super) struct Ignored(Mutex<HashMap<PathBuf, Arc<List>>>);

struct List {
    rules: Gitignore,
    /// Whether it is the root of a repository: what is above says nothing.
    is_root: bool,
}

impl Ignored {
    /// Whether Git ignores the entry: the nearest list that speaks of it decides.
    pub(super) fn covers(&self, entry: &DirEntry) -> bool {
        let is_folder = entry.file_type().is_some_and(|it| it.is_dir());
        let path = std::path::absolute(entry.path()).unwrap_or_else(|_| entry.path().to_owned());
        for folder in path.ancestors().skip(1) {
            let list = self.list(folder);
            match list.rules.matched(&path, is_folder) {
                Match::None if list.is_root => return false,
                Match::None => {}
                Match::Ignore(_) => return entry.depth() > 0,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }

    fn list(&self, folder: &Path) -> Arc<List> {
        let new = || Arc::new(List { rules: read(folder), is_root: folder.join(".git").exists() });
        match self.0.lock() {
            Ok(mut lists) => Arc::clone(lists.entry(folder.to_owned()).or_insert_with(new)),
            Err(_) => new(),
        }
    }
}

fn read(folder: &Path) -> Gitignore {
    let texts: Vec<Vec<u8>> = NAMES.iter().filter_map(|name| read_regular(&folder.join(name), MAX_SIZE).ok()).collect();
    if texts.is_empty() {
        return Gitignore::empty();
    }
    let mut list = GitignoreBuilder::new(folder);
    let texts = texts.iter().map(|it| String::from_utf8_lossy(it));
    for line in texts.flat_map(|it| it.lines().take(MAX_LINES).map(str::to_owned).collect::<Vec<_>>()) {
        // Git passes over lines that it can't read, too.
        let _ = list.add_line(None, &line);
    }
    list.build().unwrap_or_else(|_| Gitignore::empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::dockerfiles;

    #[test]
    fn the_nearest_list_decides() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            (".gitignore", "out/\n*.Dockerfile\n"),
            ("Dockerfile", ""),
            ("out/Dockerfile", ""),
            ("a.Dockerfile", ""),
            ("app/.gitignore", "!a.Dockerfile\n"),
            ("app/a.Dockerfile", ""),
            ("app/.devcontainer/Dockerfile", ""),
            ("app/node_modules/b/Dockerfile", ""),
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let (found, errors) = dockerfiles(folder.path());
        let found: Vec<_> = found.iter().map(|it| it.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(found, ["Dockerfile", "app/.devcontainer/Dockerfile", "app/a.Dockerfile"]);
        assert!(errors.is_empty());
        let (found, _) = dockerfiles(&folder.path().join("out"));
        assert_eq!(found.len(), 1, "what is asked for is looked at");
    }

    #[test]
    #[cfg(unix)]
    fn a_list_that_is_no_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Dockerfile"), "").unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(".gitignore")).unwrap();
        assert_eq!(dockerfiles(folder.path()).0.len(), 1);
    }
}
