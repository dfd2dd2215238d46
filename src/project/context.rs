//! Finding the build context, and the facts that belong to all of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::files::Files;
use super::loader::remembered;
use super::mentions::{self, Mentions};
use super::modes;
use super::{App, Dockerignore, EntryKind, Loader, Overlay, Site, Workspace};
use crate::paths;

mod compose;
mod dockerfiles;
mod document;
mod expand;
mod search;
mod users;

pub use dockerfiles::is_dockerfile_name;
pub use users::ImageUser;

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

/// What a compose file says of the Dockerfile's service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compose {
    /// Where.
    pub site: Site,
    /// `build.target`
    pub target: Option<String>,
    /// `environment`: NODE_ENV.
    pub node_env: Option<String>,
    /// `command`, in place of CMD.
    pub command: Option<Vec<String>>,
    /// `volumes` of all services that build this Dockerfile.
    pub mounts: Vec<Mount>,
    /// `environment` of all of them, where values are written out.
    pub environment: Vec<(String, String)>,
    /// What gives one of them root's rights or keeps it root, as written: `privileged`, `user: root`.
    pub rights: Option<String>,
}

/// One of a service's `volumes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// A path of the host or the volume's name; `None` for a volume without one.
    pub source: Option<String>,
    /// Where it lies in the container.
    pub target: String,
    /// Whether it is a folder of the host.
    pub is_bind: bool,
    /// Whether nothing can be written there.
    pub read_only: bool,
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
    dockerfile: PathBuf,
    name: String,
    may_be_above: bool,
    ignores_above: bool,
    border: Option<PathBuf>,
    apps: Mutex<BTreeMap<String, Option<Arc<App>>>>,
    expanded: expand::Expanded,
    pub(super) workspaces: Mutex<BTreeMap<String, Option<Arc<Workspace>>>>,
    mentions: Arc<mentions::Known>,
    modes: Arc<modes::Known>,
}

impl Project {
    /// Finds the context (the configured one; else the compose file's; else the nearest folder from the
    /// Dockerfile's up to the repository's root in which the COPY sources exist) and reads what belongs
    /// to all of it. Apps are read when asked for.
    #[must_use]
    pub fn load(loader: Arc<dyn Loader>, request: &Request) -> Self {
        let folders = search::candidates(&*loader, &request.dockerfile);
        let found = compose::find(&*loader, &folders, &request.dockerfile);
        let root = request
            .context
            .clone()
            .or_else(|| Some(found.service.as_ref()?.0.clone()))
            .or_else(|| search::fitting(&*loader, &folders, &request.copy_sources, &request.carried));
        let is_given = request.context.is_some() || found.service.is_some();
        let may_be_above = !is_given && search::fits_above(&*loader, &folders, &request.copy_sources, root.as_deref());
        let ignores_above = folders.iter().any(|it| loader.kind(&it.join(".dockerignore")).is_some());
        let mut project = Self::with_root(loader, root, &request.dockerfile);
        project.border = border(&*project.files.loader, &folders, &request.dockerfile, project.root());
        project.note_broken(&found.broken);
        let compose = found.service.map(|(_, it)| project.located(it));
        let name = search::name_in_repository(&*project.files.loader, &folders, &request.dockerfile);
        let users = users::find(&*project.files.loader, &folders, &request.dockerfile);
        let users = users.into_iter().map(|it| ImageUser { site: project.relative(it.site.clone()), ..it }).collect();
        Self { compose, users, may_be_above, ignores_above, name, ..project }
    }

    /// A project of which nothing is known: stdin without a file name.
    #[must_use]
    pub fn unknown(loader: Arc<dyn Loader>) -> Self {
        Self::with_root(loader, None, Path::new(""))
    }

    fn with_root(loader: Arc<dyn Loader>, root: Option<PathBuf>, dockerfile: &Path) -> Self {
        let (dockerignore, mut broken) = ignore_file(&*loader, root.as_deref(), dockerfile);
        // What a build sees of the folder can't be told then.
        let root = root.filter(|_| !dockerignore.is_unknown());
        let files = Arc::new(Files::new(loader, root, dockerignore.clone()));
        if dockerignore.is_unknown() && broken.is_empty() {
            broken.push((None, "has more wildcards than nodestage follows".to_owned()));
        }
        for (line, message) in broken {
            files.problem(dockerignore.path.as_deref().unwrap_or_default(), line, message);
        }
        let place = files.root.clone().unwrap_or_default();
        Self {
            mentions: remembered(&*files.loader, &place, mentions::Known::default),
            modes: remembered(&*files.loader, &place, modes::Known::default),
            files,
            dockerignore,
            compose: None,
            users: Vec::new(),
            dockerfile: dockerfile.to_owned(),
            name: String::new(),
            may_be_above: false,
            ignores_above: false,
            border: None,
            apps: Mutex::default(),
            expanded: expand::Expanded::default(),
            workspaces: Mutex::default(),
        }
    }

    /// The same context with these texts, by their paths from the root, in place of what its files say.
    #[must_use]
    pub fn with_files<'a>(&self, texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts = texts.into_iter().filter_map(|(path, text)| Some((self.place_of(path)?, text.to_owned())));
        let texts: BTreeMap<PathBuf, String> = texts.collect();
        let loader = Arc::new(Overlay::new(texts, Arc::clone(&self.files.loader)));
        let project = Self::with_root(loader, self.files.root.clone(), &self.dockerfile);
        let users = self.users.clone();
        Self {
            compose: self.compose.clone(),
            users,
            border: self.border.clone(),
            may_be_above: self.may_be_above,
            ignores_above: self.ignores_above,
            name: self.name.clone(),
            ..project
        }
    }

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

    /// Compose files that can't be read, by their paths from the root.
    fn note_broken(&self, broken: &[(PathBuf, Option<usize>, String)]) {
        for (path, line, message) in broken {
            self.files.problem(&self.path_of(path), *line, message.clone());
        }
    }

    fn located(&self, compose: Compose) -> Compose {
        Compose { site: self.relative(compose.site.clone()), ..compose }
    }

    /// A site with an absolute path, from the root.
    fn relative(&self, site: Site) -> Site {
        Site { path: self.path_of(Path::new(&site.path)), ..site }
    }

    fn path_of(&self, path: &Path) -> String {
        self.root().map_or_else(|| path.to_string_lossy().into_owned(), |root| paths::from_root(root, path))
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

    /// What stands at `path` on disk, whether or not .dockerignore drops it; `None` also where the
    /// context is unknown.
    #[must_use]
    pub fn kind(&self, path: &str) -> Option<EntryKind> {
        self.files.kind(&paths::normalise(path))
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

/// The folder beyond which nothing is written: the repository; without one the context, if it holds the Dockerfile
/// and a package.json, or else the Dockerfile's folder.
fn border(loader: &dyn Loader, folders: &[PathBuf], dockerfile: &Path, root: Option<&Path>) -> Option<PathBuf> {
    let repository = folders.last().filter(|it| loader.kind(&it.join(".git")).is_some());
    let holds_both = |it: &&Path| dockerfile.starts_with(it) && loader.kind(&it.join("package.json")).is_some();
    let context = || root.filter(holds_both).map(Path::to_owned);
    repository.cloned().or_else(context).or_else(|| dockerfile.parent().map(Path::to_owned))
}

/// The ignore file in force, and what is wrong with it: the Dockerfile's own beats the context's.
fn ignore_file(loader: &dyn Loader, root: Option<&Path>, dockerfile: &Path) -> (Dockerignore, Vec<Fault>) {
    let Some(root) = root else { return Default::default() };
    let mut own = dockerfile.as_os_str().to_owned();
    own.push(".dockerignore");
    for path in [PathBuf::from(own), root.join(".dockerignore")] {
        let name = paths::from_root(root, &path);
        match loader.read(&path) {
            Ok(bytes) => return parsed(&name, bytes),
            Err(error) if loader.kind(&path).is_some() => {
                return (Dockerignore::unreadable(&name), vec![(None, format!("can't be read: {error}"))]);
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
