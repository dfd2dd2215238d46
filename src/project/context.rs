//! Finding the build context, and the facts that belong to all of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{App, Dockerignore, EntryKind, Loader, Site};

/// What is asked for when a project is loaded.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The Dockerfile; absolute.
    pub dockerfile: PathBuf,
    /// The context that configuration names; absolute.
    pub context: Option<PathBuf>,
    /// The sources of every COPY and ADD that reads the context, unquoted, in order; those with
    /// variables, URLs and heredocs left out.
    pub copy_sources: Vec<String>,
}

/// A file of the project that could not be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, and the line where known.
    pub site: Site,
    /// What is wrong, without a full stop.
    pub message: String,
}

/// What a compose file says of the Dockerfile's service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compose {
    /// Where.
    pub site: Site,
    /// `build.target`
    pub target: Option<String>,
}

/// The build context of one Dockerfile.
pub struct Project {
    loader: Arc<dyn Loader>,
    root: Option<PathBuf>,
    /// What keeps files out of the context; empty where there is no ignore file.
    pub dockerignore: Dockerignore,
    /// The compose service that builds this Dockerfile, where exactly one does.
    pub compose: Option<Compose>,
    problems: Mutex<Vec<Problem>>,
    apps: Mutex<BTreeMap<String, Option<Arc<App>>>>,
}

impl Project {
    /// Finds the context (the configured one; else the compose file's; else the nearest folder from the
    /// Dockerfile's up to the repository's root in which the COPY sources exist) and reads what belongs
    /// to all of it. Apps are read when asked for.
    #[must_use]
    pub fn load(loader: Arc<dyn Loader>, request: &Request) -> Self {
        let _ = request;
        Self { root: None, ..Self::unknown(loader) }
    }

    /// A project of which nothing is known: stdin without a file name.
    #[must_use]
    pub fn unknown(loader: Arc<dyn Loader>) -> Self {
        Self {
            loader,
            root: None,
            dockerignore: Dockerignore::default(),
            compose: None,
            problems: Mutex::default(),
            apps: Mutex::default(),
        }
    }

    /// The context's root; `None` where no folder fits the COPY sources.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// What stands at `path` on disk, whether or not .dockerignore drops it; `None` also where the
    /// context is unknown.
    #[must_use]
    pub fn kind(&self, path: &str) -> Option<EntryKind> {
        self.loader.kind(&self.root.as_ref()?.join(path))
    }

    /// Whether a build sees `path`: it exists and .dockerignore keeps it. `None` where the context is
    /// unknown.
    #[must_use]
    pub fn sees(&self, path: &str) -> Option<bool> {
        self.root.as_ref()?;
        Some(self.kind(path).is_some() && !self.dockerignore.drops(path))
    }

    /// What a COPY source (a path or a Go glob, from the root) stands for, in order, .dockerignore
    /// applied; `None` where the context is unknown.
    #[must_use]
    pub fn expand(&self, source: &str) -> Option<Vec<(String, EntryKind)>> {
        let _ = source;
        None
    }

    /// The names in a folder of the context, .dockerignore applied.
    #[must_use]
    pub fn list(&self, folder: &str) -> Option<Vec<(String, EntryKind)>> {
        let _ = folder;
        None
    }

    /// The app in `folder`, if there is a package.json that can be read.
    #[must_use]
    pub fn app(&self, folder: &str) -> Option<Arc<App>> {
        let _ = (folder, &self.apps);
        None
    }

    /// The text of a file of the context, whether or not .dockerignore drops it; `None` where it is not
    /// there or is not UTF-8.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.loader.read(&self.root.as_ref()?.join(path)).ok()?).ok()
    }

    /// Files that were found broken so far.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.lock().map(|it| it.clone()).unwrap_or_default()
    }
}
