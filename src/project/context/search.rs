//! Which folder the COPY sources fit.

use std::path::{Path, PathBuf};

use super::super::{EntryKind, Loader};
use super::expand::{Effort, matches_any};
use crate::paths;
use crate::paths::glob;

/// How far up we look where there is no repository.
const MAX_LEVELS: usize = 8;

/// The folders from the Dockerfile's up to the repository's root, the nearest first.
pub(super) fn candidates(loader: &dyn Loader, dockerfile: &Path) -> Vec<PathBuf> {
    let Some(start) = dockerfile.parent() else { return Vec::new() };
    let folders: Vec<PathBuf> = start.ancestors().take(64).map(Path::to_path_buf).collect();
    let repository = folders.iter().position(|it| loader.kind(&it.join(".git")).is_some());
    let n_folders = repository.map_or(MAX_LEVELS, |it| it + 1);
    folders.into_iter().take(n_folders).collect()
}

/// The Dockerfile's path from the repository that ends `folders`, or its name alone where there is none.
pub(super) fn name_in_repository(loader: &dyn Loader, folders: &[PathBuf], dockerfile: &Path) -> String {
    let repository = folders.last().filter(|it| loader.kind(&it.join(".git")).is_some());
    match repository {
        Some(root) => paths::from_root(root, dockerfile),
        None => dockerfile.file_name().unwrap_or_default().to_string_lossy().into_owned(),
    }
}

/// The nearest folder in which the sources exist; where some exist nowhere (a built `dist`), the one that
/// has the most of them. A folder above it that holds what stages hand on (`carried`), where it does not, is meant.
pub(super) fn fitting(
    loader: &dyn Loader,
    folders: &[PathBuf],
    sources: &[String],
    carried: &[String],
) -> Option<PathBuf> {
    let nearest = nearest_fitting(loader, folders, sources)?;
    let n_held = |it: &Path| carried.iter().filter(|path| holds(loader, it, path)).count();
    if carried.is_empty() || n_held(&nearest) > 0 {
        return Some(nearest);
    }
    let mut above = folders.iter().skip_while(|it| **it != nearest).skip(1);
    let meant = above.find(|it| n_held(it) > 0 && holds_all(loader, it, sources)).cloned();
    Some(meant.unwrap_or(nearest))
}

/// Whether `path` is there, or the folder that it is made in.
pub(super) fn holds(loader: &dyn Loader, folder: &Path, path: &str) -> bool {
    let exists = |it: &str| loader.kind(&folder.join(it)).is_some();
    exists(path) || paths::ancestors(path).any(|it| it.contains('/') && exists(it))
}

/// Whether all sources exist in `folder`.
pub(super) fn holds_all(loader: &dyn Loader, folder: &Path, sources: &[String]) -> bool {
    let effort = Effort::default();
    sources.iter().all(|it| matches_any(loader, folder, &paths::normalise(it), &effort))
}

fn nearest_fitting(loader: &dyn Loader, folders: &[PathBuf], sources: &[String]) -> Option<PathBuf> {
    let effort = Effort::default();
    let mut sources: Vec<String> = sources.iter().map(|it| paths::normalise(it)).collect();
    let takes_all = sources.iter().any(String::is_empty);
    sources.retain(|it| !it.is_empty() && !paths::is_outside(it));
    sources.dedup();
    if sources.is_empty() {
        return nearest_app(loader, folders);
    }
    let (globs, plain): (Vec<_>, Vec<_>) = sources.iter().partition(|it| glob::is_glob(it));
    let mut fits = Vec::new();
    for folder in folders {
        let fit = Fit::of(loader, folder, &plain, &globs, &effort);
        if fit.n_plain == plain.len() && fit.n_globs == globs.len() {
            // The folders above are not looked at: a large workspace would be listed for each of its members.
            return Some(folder.clone());
        }
        fits.push(fit);
    }
    let plain_fit = fits.iter().position(|it| !plain.is_empty() && it.n_plain == plain.len());
    match plain_fit.or_else(|| best(&fits, plain.len())) {
        Some(idx) => Some(folders[idx].clone()),
        // What is named besides `.` may be made before the build.
        None if takes_all => nearest_app(loader, folders).filter(|it| loader.kind(&it.join("package.json")).is_some()),
        None => None,
    }
}

/// A root of workspaces above `root` that has all sources too: the guess may be wrong.
pub(super) fn fitting_above(
    loader: &dyn Loader,
    folders: &[PathBuf],
    sources: &[String],
    root: Option<&Path>,
) -> Option<PathBuf> {
    let mut above = folders.iter().skip_while(|it| Some(it.as_path()) != root).skip(1);
    above.find(|it| is_fitting_root(loader, it, sources)).cloned()
}

/// Whether `folder` is a root of workspaces that has all sources.
pub(super) fn is_fitting_root(loader: &dyn Loader, folder: &Path, sources: &[String]) -> bool {
    holds_workspaces(loader, folder) && holds_all(loader, folder, sources)
}

fn holds_workspaces(loader: &dyn Loader, folder: &Path) -> bool {
    let has = |name: &str| loader.kind(&folder.join(name)) == Some(EntryKind::File);
    let names_them = || loader.read(&folder.join("package.json")).is_ok_and(|it| contains(&it, b"\"workspaces\""));
    ["pnpm-workspace.yaml", "turbo.json", "nx.json", "lerna.json"].into_iter().any(has) || names_them()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

/// How much of the sources a folder has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    n_plain: usize,
    n_globs: usize,
    manifest: bool,
}

impl Fit {
    fn of(loader: &dyn Loader, folder: &Path, plain: &[&String], globs: &[&String], effort: &Effort) -> Self {
        Self {
            n_plain: plain
                .iter()
                .filter(|it| it.len() <= paths::MAX_LEN && loader.kind(&folder.join(it)).is_some())
                .count(),
            n_globs: globs.iter().filter(|it| matches_any(loader, folder, it, effort)).count(),
            manifest: loader.kind(&folder.join("package.json")) == Some(EntryKind::File),
        }
    }
}

/// The fullest folder, the nearest among equals, if that says enough.
fn best(fits: &[Fit], n_plain: usize) -> Option<usize> {
    let (idx, fit) = fits.iter().enumerate().rev().max_by_key(|(_, it)| **it)?;
    let n_found = fit.n_plain + fit.n_globs;
    (n_found > 0 && (fit.manifest || fit.n_plain * 2 >= n_plain)).then_some(idx)
}

/// For `COPY . .`, which fits any folder.
fn nearest_app(loader: &dyn Loader, folders: &[PathBuf]) -> Option<PathBuf> {
    let app = folders.iter().find(|it| loader.kind(&it.join("package.json")) == Some(EntryKind::File));
    app.or(folders.first()).cloned()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;

    use super::super::super::{Overlay, Stamp};
    use super::*;

    /// Notes which folders are listed.
    struct Witness {
        below: Overlay<()>,
        listed: Mutex<Vec<PathBuf>>,
    }

    impl Loader for Witness {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            self.below.read(path)
        }

        fn kind(&self, path: &Path) -> Option<EntryKind> {
            self.below.kind(path)
        }

        fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
            self.listed.lock().unwrap().push(folder.to_owned());
            self.below.list(folder)
        }

        fn stamp(&self, path: &Path) -> Stamp {
            self.below.stamp(path)
        }
    }

    #[test]
    fn folders_above_the_one_that_fits_are_not_listed() {
        let files = ["/repo/.git/HEAD", "/repo/package.json", "/repo/api/package.json"];
        let below = Overlay::new(files.map(|it| (PathBuf::from(it), "")), ());
        let loader = Witness { below, listed: Mutex::default() };
        let folders = candidates(&loader, Path::new("/repo/api/Dockerfile"));
        let sources = ["package*.json".to_owned(), ".".to_owned()];
        assert_eq!(fitting(&loader, &folders, &sources, &[]).as_deref(), Some(Path::new("/repo/api")));
        assert_eq!(*loader.listed.lock().unwrap(), [Path::new("/repo/api")]);
    }

    #[test]
    fn a_root_that_holds_what_stages_hand_on() {
        let files = ["/repo/.git/HEAD", "/repo/package.json", "/repo/packages/api/package.json", "/repo/dist/x/a.js"];
        let below = Overlay::new(files.map(|it| (PathBuf::from(it), "")), ());
        let folders = candidates(&below, Path::new("/repo/packages/api/Dockerfile"));
        let found = |sources: &[&str], carried: &[&str]| {
            let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
            fitting(&below, &folders, &owned(sources), &owned(carried)).unwrap()
        };
        let (root, api) = (Path::new("/repo"), Path::new("/repo/packages/api"));
        assert_eq!(found(&["."], &["packages/api/package.json"]), root);
        assert_eq!(found(&["."], &["packages/api/dist"]), root);
        assert_eq!(found(&["package.json", "."], &["packages/api/dist/main.js"]), root);
        assert_eq!(found(&["."], &["build/server"]), api);
        assert_eq!(found(&["."], &[]), api);
        assert_eq!(found(&["tsconfig.api.json", "."], &["other/api/dist"]), api);
    }
}
