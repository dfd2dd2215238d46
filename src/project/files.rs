//! The context's files by their paths from its root, and what was found broken among them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::{Dockerignore, EntryKind, Loader, Problem, Site};
use crate::paths;

/// Reads the files of one context; shared by the project and its apps.
pub(super) struct Files {
    pub(super) loader: Arc<dyn Loader>,
    pub(super) root: Option<PathBuf>,
    pub(super) dockerignore: Dockerignore,
    problems: Mutex<Vec<Problem>>,
}

impl Files {
    pub(super) fn new(loader: Arc<dyn Loader>, root: Option<PathBuf>, dockerignore: Dockerignore) -> Self {
        Self { loader, root, dockerignore, problems: Mutex::default() }
    }

    /// The text of a file without its byte order mark; `None` where there is none that can be read. A file
    /// that is there but is no UTF-8 is a problem.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let bytes = self.bytes(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(_) => {
                self.problem(path, None, "is not UTF-8".to_owned());
                None
            }
        }
    }

    /// The bytes of a file.
    pub(super) fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        let full = self.root.as_ref()?.join(path);
        match self.loader.read(&full) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                if self.kind(path) == Some(EntryKind::File) {
                    self.problem(path, None, format!("can't be read: {error}"));
                }
                None
            }
        }
    }

    /// What stands on disk.
    pub(super) fn kind(&self, path: &str) -> Option<EntryKind> {
        self.loader.kind(&self.root.as_ref()?.join(path))
    }

    /// Whether a file stands there.
    pub(super) fn is_file(&self, path: &str) -> bool {
        self.kind(path) == Some(EntryKind::File)
    }

    /// The names in a folder; none where it can't be read.
    pub(super) fn list(&self, folder: &str) -> Vec<(String, EntryKind)> {
        let Some(root) = &self.root else { return Vec::new() };
        self.loader.list(&root.join(folder)).unwrap_or_default()
    }

    /// Whether .dockerignore leaves something at `path`, which is of this kind.
    pub(super) fn keeps(&self, path: &str, kind: EntryKind) -> bool {
        let ignore = &self.dockerignore;
        !ignore.drops(path)
            || (kind == EntryKind::Folder && ignore.keeps_below(path) && self.holds_kept(path, &mut 2000, 0))
    }

    fn holds_kept(&self, folder: &str, budget: &mut usize, depth: usize) -> bool {
        self.list(folder).into_iter().any(|(name, kind)| {
            *budget = budget.saturating_sub(1);
            let path = paths::join(folder, &name);
            !self.dockerignore.drops(&path)
                || (kind == EntryKind::Folder
                    && *budget > 0
                    && depth < 32
                    && self.dockerignore.keeps_below(&path)
                    && self.holds_kept(&path, budget, depth + 1))
        })
    }

    /// Notes a broken file, once.
    pub(super) fn problem(&self, path: &str, line: Option<usize>, message: String) {
        let problem = Problem { site: Site { path: path.to_owned(), line }, message };
        let Ok(mut problems) = self.problems.lock() else { return };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems.lock().map(|it| it.clone()).unwrap_or_default()
    }
}
