//! The context's files by their paths from its root, and what was found broken among them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::{Dockerignore, EntryKind, Loader, Problem, Site};
use crate::paths;

/// Reads the files of one context; shared by the project and its apps.
pub(super) struct Files {
    pub(super) loader: Arc<dyn Loader>,
    pub(super) root: Option<PathBuf>,
    pub(super) dockerignore: Dockerignore,
    /// Whether lock files are read whole, and not for their generation alone.
    pub(super) reads_locks: bool,
    problems: Mutex<Vec<Problem>>,
    /// Whether .dockerignore leaves something in a folder that it drops itself.
    kept_below: Mutex<HashMap<String, bool>>,
    /// The manifests: the app, the workspaces and the rules ask for the same.
    manifests: Mutex<HashMap<String, Option<String>>>,
}

/// How much is looked at below one folder for something that is kept, and how deep.
const MAX_LOOKED_AT: usize = 2000;
const MAX_DEPTH: usize = 32;

/// Pictures and archives have a zero byte soon; texts of two bytes a character say so first.
fn is_meant_as_text(bytes: &[u8]) -> bool {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    is_wide || !bytes.iter().take(8000).any(|it| *it == 0)
}

impl Files {
    pub(super) fn new(loader: Arc<dyn Loader>, root: Option<PathBuf>, dockerignore: Dockerignore) -> Self {
        let (problems, kept_below, manifests) = Default::default();
        Self { loader, root, dockerignore, reads_locks: true, problems, kept_below, manifests }
    }

    /// The text of a file without its byte order mark; `None` where there is none that can be read. A file
    /// that is there but is no UTF-8 is a problem.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        if paths::file_name(path) != "package.json" {
            return self.text_on_disk(path);
        }
        let known = self.manifests.lock().ok().and_then(|it| it.get(path).cloned());
        known.unwrap_or_else(|| {
            let text = self.text_on_disk(path);
            if let Ok(mut known) = self.manifests.lock() {
                known.insert(path.to_owned(), text.clone());
            }
            text
        })
    }

    fn text_on_disk(&self, path: &str) -> Option<String> {
        let bytes = self.bytes(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(error) => {
                if is_meant_as_text(error.as_bytes()) {
                    self.problem(path, None, "is not UTF-8".to_owned());
                }
                None
            }
        }
    }

    /// The text of a file that is only searched: what can't be read has nothing in it.
    pub(super) fn code(&self, path: &str) -> Option<String> {
        String::from_utf8(self.loader.read(&self.root.as_ref()?.join(path)).ok()?).ok()
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
        !self.dockerignore.drops(path) || (kind == EntryKind::Folder && self.keeps_below(path))
    }

    fn keeps_below(&self, folder: &str) -> bool {
        if !self.dockerignore.keeps_below(folder) {
            return false;
        }
        let known = self.kept_below.lock().ok().and_then(|it| it.get(folder).copied());
        known.unwrap_or_else(|| self.holds_kept(folder, &mut { MAX_LOOKED_AT }, 0))
    }

    fn holds_kept(&self, folder: &str, budget: &mut usize, depth: usize) -> bool {
        let res = self.list(folder).into_iter().any(|(name, kind)| {
            *budget = budget.saturating_sub(1);
            let path = paths::join(folder, &name);
            !self.dockerignore.drops(&path)
                || (kind == EntryKind::Folder
                    && *budget > 0
                    && depth < MAX_DEPTH
                    && self.dockerignore.keeps_below(&path)
                    && self.holds_kept(&path, budget, depth + 1))
        });
        let is_certain = res || *budget > 0;
        if let Some(mut known) = self.kept_below.lock().ok().filter(|_| is_certain) {
            known.insert(folder.to_owned(), res);
        }
        res
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
