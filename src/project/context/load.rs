//! Finding the context of a Dockerfile, and reading what belongs to all of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use super::super::files::Files;
use super::super::loader::remembered;
use super::super::{Loader, Overlay, Site, mentions, modes};
use super::{Compose, ImageUser, Project, Request, builds, compose, expand, hints, ignore, kubernetes, search, users};
use crate::paths;
use hints::Side;

impl Project {
    /// Finds the context (the configured one; else the compose file's; else the nearest folder from the
    /// Dockerfile's up to the repository's root in which the COPY sources exist, or where that leaves a doubt the one
    /// that the repository's builds name) and reads what belongs to all of it. Apps are read when asked for.
    #[must_use]
    pub fn load(loader: Arc<dyn Loader>, request: &Request) -> Self {
        let folders = search::candidates(&*loader, &request.dockerfile);
        let found = compose::find(&*loader, &folders, &request.dockerfile);
        let given = request.context.clone().or_else(|| Some(found.service.as_ref()?.0.clone()));
        let guess = match given {
            Some(given) => Guess::sure(Some(given)),
            None => guessed(&loader, &folders, request),
        };
        let ignores_above = folders.iter().any(|it| loader.kind(&it.join(".dockerignore")).is_some());
        let mut project = Self::with_root(loader, guess.root, &request.dockerfile);
        project.border = border(&*project.files.loader, &folders, &request.dockerfile, project.root());
        project.note_broken(&found.broken);
        let compose = found.service.map(|(_, it)| project.located(it));
        let name = search::name_in_repository(&*project.files.loader, &folders, &request.dockerfile);
        let (users, givers) = project.found_users(&folders, &request.dockerfile);
        let Guess { may_be_above, may_be_of_workspace, .. } = guess;
        Self { compose, users, givers, may_be_above, may_be_of_workspace, ignores_above, name, ..project }
    }

    /// A project of which nothing is known: stdin without a file name.
    #[must_use]
    pub fn unknown(loader: Arc<dyn Loader>) -> Self {
        Self::with_root(loader, None, Path::new(""))
    }

    /// The context whose root is known to be `root`, and of which no Dockerfile is known.
    #[must_use]
    pub fn of_root(loader: Arc<dyn Loader>, root: &Path) -> Self {
        Self::with_root(loader, Some(root.to_owned()), &root.join("Dockerfile"))
    }

    pub(super) fn with_root(loader: Arc<dyn Loader>, root: Option<PathBuf>, dockerfile: &Path) -> Self {
        Self::reading(loader, root, dockerfile, true)
    }

    /// The same without what lock files say of packages: large ones take longer to read than all else.
    pub(super) fn without_locks(loader: Arc<dyn Loader>, root: Option<PathBuf>, dockerfile: &Path) -> Self {
        Self::reading(loader, root, dockerfile, false)
    }

    fn reading(loader: Arc<dyn Loader>, root: Option<PathBuf>, dockerfile: &Path, reads_locks: bool) -> Self {
        let (dockerignore, mut broken) = ignore::ignore_file(&*loader, root.as_deref(), dockerfile);
        // What a build sees of the folder can't be told then.
        let root = root.filter(|_| !dockerignore.is_unknown());
        let mut files = Files::new(loader, root, dockerignore.clone());
        files.reads_locks = reads_locks;
        let files = Arc::new(files);
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
            givers: Vec::new(),
            dockerfile: dockerfile.to_owned(),
            name: String::new(),
            may_be_above: false,
            may_be_of_workspace: None,
            ignores_above: false,
            border: None,
            pods: OnceLock::new(),
            targets: OnceLock::new(),
            apps: Mutex::default(),
            closed: Mutex::default(),
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
        let (users, givers) = (self.users.clone(), self.givers.clone());
        Self {
            compose: self.compose.clone(),
            users,
            givers,
            border: self.border.clone(),
            may_be_above: self.may_be_above,
            may_be_of_workspace: self.may_be_of_workspace.clone(),
            ignores_above: self.ignores_above,
            name: self.name.clone(),
            ..project
        }
    }

    /// Who starts something in the image, and who gives something to its containers.
    fn found_users(&self, folders: &[PathBuf], dockerfile: &Path) -> (Vec<ImageUser>, Vec<ImageUser>) {
        let loader = &*self.files.loader;
        let names = users::Names::new(loader, folders, self);
        let mut all = users::find(loader, folders, dockerfile, &names);
        all.extend(kubernetes::users(loader, folders, &names));
        let all = all.into_iter().map(|it| ImageUser { site: self.relative(it.site.clone()), ..it });
        let all: Vec<ImageUser> = all.collect();
        let givers = all.iter().filter(|it| it.is_giving()).cloned().collect();
        (all.into_iter().filter(ImageUser::is_telling).collect(), givers)
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
    pub(super) fn relative(&self, site: Site) -> Site {
        Site { path: self.path_of(Path::new(&site.path)), ..site }
    }

    fn path_of(&self, path: &Path) -> String {
        self.root().map_or_else(|| path.to_string_lossy().into_owned(), |root| paths::from_root(root, path))
    }
}

/// A context, and what it may be instead.
struct Guess {
    root: Option<PathBuf>,
    may_be_above: bool,
    may_be_of_workspace: Option<String>,
}

impl Guess {
    fn sure(root: Option<PathBuf>) -> Self {
        Self { root, may_be_above: false, may_be_of_workspace: None }
    }
}

/// The context where neither configuration nor the service of a compose file gives it, and whether it may be another one:
/// the folder that the sources fit, or, where they fit several or none, the one that the repository's builds name, or
/// that the Dockerfile's commands ask for.
fn guessed(loader: &Arc<dyn Loader>, folders: &[PathBuf], request: &Request) -> Guess {
    let sources = &request.copy_sources;
    let fitting = search::fitting(&**loader, folders, sources, &request.carried);
    let above = search::fitting_above(&**loader, folders, sources, fitting.as_deref());
    let fits = |it: &Path| loader.kind(it).is_some() && search::holds_all(&**loader, it, sources);
    // `COPY . .` fits any folder.
    let is_app = |it: &&Path| loader.kind(&it.join("package.json")).is_some();
    if above.is_none() && fitting.as_deref().filter(is_app).is_some_and(fits) {
        return Guess::sure(fitting);
    }
    if let Some(named) = builds::context(&**loader, folders, &request.dockerfile, fits) {
        return Guess::sure(Some(named));
    }
    match above.zip(fitting.clone()) {
        Some((above, here)) => match hints::side(loader, &here, &above, request) {
            Side::Above => Guess::sure(Some(above)),
            Side::Here => Guess::sure(fitting),
            Side::Open(may_be_of_workspace) => Guess { root: fitting, may_be_above: true, may_be_of_workspace },
        },
        None => Guess::sure(fitting),
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
