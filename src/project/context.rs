//! The build context, and the facts that belong to all of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::files::Files;
use super::mentions::{self, Mentions};
use super::modes;
use super::{App, Dockerignore, EntryKind, Site, Workspace};
use crate::paths;

mod builds;
mod closed;
mod compose;
mod dockerfiles;
mod document;
mod expand;
mod hints;
mod ignore;
mod kubernetes;
mod load;
mod search;
mod targets;
mod users;

pub use compose::{Compose, Mount, MountKind};
pub use dockerfiles::is_dockerfile_name;
pub use targets::BuildTarget;
pub use users::{Given, ImageUser};

/// What is asked for when a project is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The Dockerfile; absolute.
    pub dockerfile: PathBuf,
    /// The context that configuration names; absolute.
    pub context: Option<PathBuf>,
    /// The sources of every COPY and ADD that reads the context, unquoted, in order; those with
    /// variables, URLs and heredocs left out.
    pub copy_sources: Vec<String>,
    /// Paths below the context that stages hand on: see [`carried`](crate::syntax::carried).
    pub carried: Vec<String>,
    /// The texts of RUN, CMD and ENTRYPOINT, in order, and `cd` for each WORKDIR.
    pub commands: Vec<String>,
}

/// Whether a Dockerfile has the same context as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameContext {
    /// As far as the folders tell.
    Yes,
    /// Its own folder fits as well.
    Perhaps,
    /// It is built with another one.
    No,
}

/// A file of the project that could not be read as what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, and the line where known.
    pub site: Site,
    /// What is wrong, without a full stop.
    pub message: String,
}

/// The build context of one Dockerfile.
pub struct Project {
    pub(super) files: Arc<Files>,
    /// What keeps files out of the context; empty where there is no ignore file.
    pub dockerignore: Dockerignore,
    /// The compose service that builds this Dockerfile, where exactly one does.
    pub compose: Option<Compose>,
    /// Who else starts something in the image.
    pub users: Vec<ImageUser>,
    /// Whose containers of the image are given something, whatever they start.
    pub givers: Vec<ImageUser>,
    dockerfile: PathBuf,
    name: String,
    may_be_above: bool,
    may_be_of_workspace: Option<String>,
    ignores_above: bool,
    border: Option<PathBuf>,
    pods: OnceLock<Option<Site>>,
    targets: OnceLock<Vec<BuildTarget>>,
    apps: Mutex<BTreeMap<String, Option<Arc<App>>>>,
    closed: Mutex<BTreeMap<String, Option<String>>>,
    expanded: expand::Expanded,
    pub(super) workspaces: Mutex<BTreeMap<String, Option<Arc<Workspace>>>>,
    mentions: Arc<mentions::Known>,
    modes: Arc<modes::Known>,
}

impl Project {
    /// The Dockerfile's path from the repository's root, or its name alone where no repository was found;
    /// empty for a text without a place.
    #[must_use]
    pub fn dockerfile(&self) -> &str {
        &self.name
    }

    /// Where a file of the context stands, absolute; `None` where the context is unknown.
    #[must_use]
    pub fn place_of(&self, path: &str) -> Option<PathBuf> {
        Some(paths::lexical(&self.root()?.join(path)))
    }

    /// Whether a file of the context may be written: not where configuration or a compose file leads out of the
    /// repository.
    #[must_use]
    pub fn may_write(&self, path: &str) -> bool {
        let place = self.place_of(path);
        place.is_some_and(|it| self.border.as_ref().is_some_and(|border| it.starts_with(paths::lexical(border))))
    }

    /// The root of the repository; else the folder of the app, or of the Dockerfile.
    pub(super) fn repository(&self) -> Option<&PathBuf> {
        self.border.as_ref()
    }

    /// The context's root; `None` where no folder fits the COPY sources.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.files.root.as_deref()
    }

    /// Whether the COPY sources fit the root of workspaces above just as well, and nothing says which it is.
    #[must_use]
    pub fn may_be_above(&self) -> bool {
        self.may_be_above
    }

    /// That the context is this package of a workspace or the root of it, where nothing says which: one clause. What is
    /// found in the context may be of another app then.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        let folder = self.may_be_of_workspace.as_ref()?;
        Some(format!("whether the build context is `{folder}` or the root of the workspaces is not known"))
    }

    /// What stands at `path` on disk, whether or not .dockerignore drops it; `None` also where the
    /// context is unknown.
    #[must_use]
    pub fn kind(&self, path: &str) -> Option<EntryKind> {
        self.files.kind(&paths::normalise(path))
    }

    /// Whether a file called `name` stands beside the Dockerfile, as far as that lies in the context.
    #[must_use]
    pub fn has_beside(&self, name: &str) -> bool {
        let folder = self.dockerfile.parent().zip(self.root()).and_then(|(it, root)| it.strip_prefix(root).ok());
        let folder = folder.and_then(|it| it.to_str());
        folder.is_some_and(|it| self.kind(&paths::join(&it.replace('\\', "/"), name)) == Some(EntryKind::File))
    }

    /// Whether a build sees `path`: it exists and .dockerignore keeps it. `None` where the context is
    /// unknown.
    #[must_use]
    pub fn sees(&self, path: &str) -> Option<bool> {
        self.root()?;
        let path = paths::normalise(path);
        Some(self.files.kind(&path).is_some_and(|kind| self.files.keeps(&path, kind)))
    }

    /// What a COPY source (a path or a Go glob, from the root) stands for, in order, .dockerignore
    /// applied; `None` where the context is unknown, or is asked too much.
    #[must_use]
    pub fn expand(&self, source: &str) -> Option<Vec<(String, EntryKind)>> {
        self.expanded.of(&self.files, source)
    }

    /// The names in a folder of the context, .dockerignore applied.
    #[must_use]
    pub fn list(&self, folder: &str) -> Option<Vec<(String, EntryKind)>> {
        self.root()?;
        let folder = paths::normalise(folder);
        let mut names = self.files.list(&folder);
        names.retain(|(name, kind)| self.files.keeps(&paths::join(&folder, name), *kind));
        Some(names)
    }

    /// The names in a folder of the context, whether or not .dockerignore drops them.
    #[must_use]
    pub fn list_on_disk(&self, folder: &str) -> Vec<(String, EntryKind)> {
        self.files.list(&paths::normalise(folder))
    }

    /// What a COPY of `path` takes along that only its owner may read, or enter: the first of that. Looked up once.
    #[must_use]
    pub fn closed(&self, path: &str) -> Option<String> {
        let mut known = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(paths::normalise(path)).or_insert_with_key(|it| closed::find(&self.files, it)).clone()
    }

    /// The text of a file of the context, whether or not .dockerignore drops it; `None` where it can't be read.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        self.files.text(&paths::normalise(path))
    }

    /// The app in `folder`, if there is a package.json that can be read.
    #[must_use]
    pub fn app(&self, folder: &str) -> Option<Arc<App>> {
        self.root()?;
        let folder = paths::normalise(folder);
        let mut apps = self.apps.lock().ok()?;
        let app = apps.entry(folder).or_insert_with_key(|it| App::load(&self.files, it).map(Arc::new));
        app.clone()
    }

    /// `folder` as an app without a package.json, where it has none.
    #[must_use]
    pub fn bare_app(&self, folder: &str) -> Option<Arc<App>> {
        self.root()?;
        let folder = paths::normalise(folder);
        let has_manifest = self.files.is_file(&paths::join(&folder, "package.json"));
        (!has_manifest).then(|| Arc::new(App::bare(&self.files, &folder)))
    }

    /// The other Dockerfiles below the root, which may be built with the same context: their paths.
    #[must_use]
    pub fn other_dockerfiles(&self) -> Vec<String> {
        dockerfiles::others(&self.files, &self.dockerfile)
    }

    /// Whether the Dockerfile at `path` (from the root), which copies these sources and hands these paths on, is
    /// built with this context.
    #[must_use]
    pub fn is_context_of(&self, path: &str, copy_sources: &[String], carried: &[String]) -> SameContext {
        let (Some(root), Some(dockerfile)) = (self.root(), self.place_of(path)) else { return SameContext::No };
        let loader = &*self.files.loader;
        let folders = search::candidates(loader, &dockerfile);
        let service = compose::find(loader, &folders, &dockerfile).service;
        if let Some((context, _)) = service {
            return if context == root { SameContext::Yes } else { SameContext::No };
        }
        let nearest = search::fitting(loader, &folders, copy_sources, carried);
        if nearest.as_deref() == Some(root) {
            return SameContext::Yes;
        }
        let mut above = folders.iter().skip_while(|it| Some(*it) != nearest.as_ref()).skip(1);
        let is_above = above.any(|it| it == root) && search::is_fitting_root(loader, root, copy_sources);
        if is_above { SameContext::Perhaps } else { SameContext::No }
    }

    /// Where code below `folder` does something else under `NODE_ENV=production`; `None` where there is no code,
    /// or too much of it.
    #[must_use]
    pub fn modes(&self, folder: &str) -> Option<Vec<Site>> {
        let mut known = self.modes.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(folder.to_owned()).or_insert_with(|| modes::find(&self.files, folder)).clone()
    }

    /// Whether the code of the context has `word`, outside of comments; `deep` looks in all folders with
    /// code, and not only in the root and its scripts. Looked up once.
    #[must_use]
    pub fn mentions(&self, word: &str, deep: bool) -> Mentions {
        let mut known = self.mentions.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((word.to_owned(), deep)).or_insert_with(|| mentions::find(&self.files, word, deep)).clone()
    }

    /// The first place below `folder` where code, other than tests and configuration of tools, names one of `packages`
    /// as a module, and which one; the first package and [`Mentions::Unknown`] where there is more code than we look at.
    #[must_use]
    pub fn import_below(&self, folder: &str, packages: &[String]) -> Option<(String, Mentions)> {
        mentions::import_below(&self.files, folder, packages)
    }

    /// The texts of the manifests that run pods, as far as [`pods`](Self::pods) looks.
    #[must_use]
    pub fn manifests(&self) -> Vec<String> {
        self.pods().map(|_| kubernetes::texts(&*self.files.loader, &self.folders_above())).unwrap_or_default()
    }

    /// Whether a compose file, a workflow, a script or the like may build the Dockerfile up to the stage called `stage`.
    #[must_use]
    pub fn is_target(&self, stage: &str) -> bool {
        builds::is_target(&*self.files.loader, &self.folders_above(), stage)
    }

    /// Where a manifest of Kubernetes runs pods, in the folders from the Dockerfile's and the context up to the
    /// repository's root, or below those in them that are named for that; its path is from the context. Looked up once.
    #[must_use]
    pub fn pods(&self) -> Option<&Site> {
        let find = || kubernetes::find(&*self.files.loader, &self.folders_above());
        self.pods.get_or_init(|| find().map(|it| self.relative(it))).as_ref()
    }

    /// The Dockerfile's folder and the context, and those around them in the repository.
    fn folders_above(&self) -> Vec<PathBuf> {
        let starts = self.dockerfile.parent().into_iter().chain(self.root());
        let mut res = Vec::new();
        for folder in starts.flat_map(Path::ancestors) {
            let is_inside = self.border.as_ref().is_some_and(|it| folder.starts_with(it));
            if is_inside && !res.iter().any(|it| it == folder) {
                res.push(folder.to_owned());
            }
        }
        res
    }

    /// The ignore file that counts for this Dockerfile whichever folder the context is, from the guessed one: the one
    /// beside it that has its name. `None` where another ignore file would no longer count, or it is not below the
    /// context.
    #[must_use]
    pub fn own_ignore_file(&self) -> Option<String> {
        let root = self.files.root.as_deref()?;
        let path = paths::from_root(root, self.dockerfile.strip_prefix(root).ok().map(|_| self.dockerfile.as_path())?);
        (!self.ignores_above).then(|| format!("{path}.dockerignore"))
    }

    /// Files that were found broken so far.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.files.problems()
    }
}
