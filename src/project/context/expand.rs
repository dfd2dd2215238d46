//! What the sources of a COPY stand for.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::super::files::Files;
use super::super::{EntryKind, Loader};
use crate::paths;
use crate::paths::glob::{self, Dialect, Glob};

/// Paths from the context's root, in order; `None` where they are not known.
type Found = Option<Vec<(String, EntryKind)>>;

/// The sources that were asked for so far: several rules ask for the same.
#[derive(Default)]
pub(super) struct Expanded {
    known: Mutex<HashMap<String, Found>>,
    effort: Effort,
}

impl Expanded {
    /// What `source` stands for, less what .dockerignore drops.
    pub(super) fn of(&self, files: &Files, source: &str) -> Found {
        let root = files.root.as_deref()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(source) {
            return found.clone();
        }
        let mut found = matching(&*files.loader, root, source, &self.effort);
        found.iter_mut().for_each(|it| it.retain(|(path, kind)| files.keeps(path, *kind)));
        known.insert(source.to_owned(), found.clone());
        found
    }
}

/// How many names are held against the patterns of one Dockerfile.
const MAX_NAMES: usize = 200_000;

/// Counts them.
#[derive(Default)]
pub(super) struct Effort(AtomicUsize);

impl Effort {
    /// Whether `n` more may be looked at.
    fn affords(&self, n: usize) -> bool {
        self.0.fetch_add(n, Ordering::Relaxed) + n <= MAX_NAMES
    }
}

/// What a Go glob (or a plain path) matches below `root`, in order: paths from it. `None` where that takes more than
/// is looked at.
fn matching(loader: &dyn Loader, root: &Path, source: &str, effort: &Effort) -> Option<Vec<(String, EntryKind)>> {
    if source.len() > paths::MAX_LEN {
        return Some(Vec::new());
    }
    let mut found = vec![(String::new(), EntryKind::Folder)];
    for part in paths_of(source) {
        let folders = found.into_iter().filter(|(_, kind)| *kind == EntryKind::Folder);
        let below: Option<Vec<_>> = folders.map(|(it, _)| children(loader, root, &it, &part, effort)).collect();
        found = below?.into_iter().flatten().collect();
    }
    Some(found)
}

/// Whether `source` stands for anything below `root`.
pub(super) fn matches_any(loader: &dyn Loader, root: &Path, source: &str, effort: &Effort) -> bool {
    matching(loader, root, source, effort).is_some_and(|it| !it.is_empty())
}

/// The parts of a source; a backslash stays, it escapes.
fn paths_of(source: &str) -> Vec<String> {
    source.split('/').filter(|it| !it.is_empty() && *it != ".").map(str::to_owned).collect()
}

fn children(
    loader: &dyn Loader,
    root: &Path,
    folder: &str,
    part: &str,
    effort: &Effort,
) -> Option<Vec<(String, EntryKind)>> {
    if !glob::is_glob(part) {
        let path = paths::resolve(folder, part);
        let kind = if effort.affords(1) { loader.kind(&root.join(&path)) } else { return None };
        return Some(kind.map(|kind| (path, kind)).into_iter().collect());
    }
    let Some(glob) = Glob::new(part, Dialect::Copy) else { return Some(Vec::new()) };
    let names = loader.list(&root.join(folder)).unwrap_or_default();
    let matching = names.iter().filter(|(name, _)| glob.matches(name));
    effort.affords(names.len()).then(|| matching.map(|(name, kind)| (paths::join(folder, name), *kind)).collect())
}
