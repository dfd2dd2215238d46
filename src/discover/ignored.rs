//! .gitignore, read with the care that other people's files want.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::Gitignore;

use crate::project::{ignore_list, read_regular};

/// Files with lists of what is not there for Git; the later ones count more.
const NAMES: [&str; 3] = [".git/info/exclude", ".gitignore", ".ignore"];

/// Larger lists are not heeded: nobody wrote them.
const MAX_SIZE: u64 = 256 << 10;

/// The user's own list, which holds everywhere.
pub(super) struct Ignored(Gitignore);

/// The lists that speak of what is in a folder: its own, and those above it.
#[derive(Clone, Default)]
pub(super) struct Lists(Option<Arc<List>>);

struct List {
    rules: Gitignore,
    /// Whether it is the root of a repository: what is above says nothing.
    is_root: bool,
    above: Lists,
}

impl Ignored {
    pub(super) fn new() -> Self {
        Self(Gitignore::global().0)
    }

    /// The lists of the folders above `folder`, which is absolute.
    pub(super) fn above(&self, folder: &Path) -> Lists {
        let mut above: Vec<&Path> = folder.ancestors().skip(1).collect();
        above.reverse();
        above.into_iter().fold(Lists::default(), |lists, it| lists.and_of(it, |_| true))
    }

    /// Whether Git ignores what stands at `path`, in a folder with these lists: the nearest list that speaks of it
    /// decides. The user's own is taken from the current folder.
    pub(super) fn covers(&self, path: &Path, absolute: &Path, lists: &Lists, is_folder: bool) -> bool {
        let path = path.strip_prefix(".").unwrap_or(path);
        self.0.matched(path, is_folder).is_ignore() || lists.cover(absolute, is_folder)
    }
}

impl Lists {
    /// With the list of `folder`, in which `has` may tell what is not there.
    pub(super) fn and_of(&self, folder: &Path, has: impl Fn(&OsStr) -> bool) -> Self {
        let rules = read(folder, &has);
        let is_root = has(OsStr::new(".git")) && folder.join(".git").exists();
        if rules.is_empty() && !is_root {
            return self.clone();
        }
        Self(Some(Arc::new(List { rules, is_root, above: self.clone() })))
    }

    fn cover(&self, path: &Path, is_folder: bool) -> bool {
        let mut lists = self;
        while let Some(list) = &lists.0 {
            match list.rules.matched(path, is_folder) {
                Match::None if list.is_root => return false,
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
            lists = &list.above;
        }
        false
    }
}

/// The list of `folder`; what is at the head of a name has to be there.
fn read(folder: &Path, has: impl Fn(&OsStr) -> bool) -> Gitignore {
    let names = NAMES.iter().filter(|it| it.split('/').next().is_some_and(|it| has(OsStr::new(it))));
    let texts: Vec<Vec<u8>> = names.filter_map(|name| read_regular(&folder.join(name), MAX_SIZE).ok()).collect();
    if texts.is_empty() {
        return Gitignore::empty();
    }
    ignore_list(folder, &texts)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::dockerfiles;
    use crate::project::Disk;

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
        let (found, errors) = dockerfiles(&Disk, folder.path());
        let found: Vec<_> =
            found.iter().map(|it| it.path.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(found, ["Dockerfile", "app/.devcontainer/Dockerfile", "app/a.Dockerfile"]);
        assert!(errors.is_empty());
        let (found, _) = dockerfiles(&Disk, &folder.path().join("out"));
        assert_eq!(found.len(), 1, "what is asked for is looked at");
    }

    #[test]
    #[cfg(unix)]
    fn a_list_that_is_no_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Dockerfile"), "").unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join(".gitignore")).unwrap();
        assert_eq!(dockerfiles(&Disk, folder.path()).0.len(), 1);
    }
}
