//! The image, what is known of its app, and the project that it was built from.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::base::Base;
use super::facts;
use super::{Context, Origin};
use crate::ecosystem::{images, managers};
use crate::image::{Entry, Image, Kind, Tree};
use crate::paths;
use crate::project::{App, Disk, EntryKind, Loader, Manager, Overlay, Project, Snapshot, Stamp};

/// What is asked of.
pub(super) struct Subject<'a> {
    pub(super) image: &'a Image,
    pub(super) tree: &'a Tree,
    pub(super) base: Base,
    /// The image's files as a project's, as far as they are kept; its root is the image's.
    pub(super) project: Project,
    /// The project that the image was built from.
    pub(super) context: Option<Arc<App>>,
    /// The folders with a package.json of the app's own, absolute.
    pub(super) folders: BTreeSet<String>,
    /// The folders that npm noted its packages for, in place of a lock.
    pub(super) locked: BTreeSet<String>,
    /// The folder of the app that starts, absolute.
    pub(super) folder: String,
}

impl<'a> Subject<'a> {
    pub(super) fn new(image: &'a Image, origin: &Origin) -> Self {
        let tree = &image.tree;
        let (mut folders, mut notes) = (BTreeSet::new(), Vec::new());
        for entry in tree.entries().filter(|it| it.kind == Kind::File && !images::is_of_system(&it.path)) {
            match paths::file_name(&entry.path) {
                "package.json" if !entry.path.contains("/node_modules/") => {
                    folders.insert(paths::parent(&entry.path).to_owned());
                }
                facts::HIDDEN_LOCK => notes.push(entry.path),
                _ => {}
            }
        }
        let workdir = image.config.workdir.clone();
        let folder = paths::ancestors(&workdir).find(|it| folders.contains::<str>(it)).unwrap_or(&workdir).to_owned();
        let files = Files(Arc::clone(tree));
        let stand_ins = stand_ins(&files, &notes);
        let locked = stand_ins.iter().filter_map(|it| Some(it.0.parent()?.to_string_lossy().into_owned())).collect();
        let project = Project::of_root(Arc::new(Overlay::new(stand_ins, files)), Path::new("/"));
        let own = project.app(folder.trim_start_matches('/'));
        let context = found(&origin.context, own.as_ref());
        Self {
            image,
            tree,
            base: origin.n_base_layers.map_or_else(|| Base::of(image, origin.n_least_base_layers), Base::known),
            project,
            context,
            folders,
            locked,
            folder,
        }
    }

    /// The app in `folder` (absolute), with a package.json or without.
    pub(super) fn app(&self, folder: &str) -> Option<Arc<App>> {
        let from_root = folder.trim_start_matches('/');
        let app = self.project.app(from_root).or_else(|| self.project.bare_app(from_root))?;
        let installed = self.tree.list(&paths::join(folder, "node_modules")).unwrap_or_default();
        let by: Vec<Manager> = installed.iter().filter_map(|it| managers::that_notes(&it.0)).collect();
        app.note_managers(&by);
        Some(app)
    }

    /// The nearest folder above `path` that has a package.json, or else the working directory.
    pub(super) fn folder_of(&self, path: &str) -> Option<&str> {
        let found = paths::ancestors(path).skip(1).find_map(|it| self.folders.get(it));
        let workdir = self.image.config.workdir.as_str();
        found.map(String::as_str).or_else(|| (workdir != "/" && paths::contains(workdir, path)).then_some(workdir))
    }

    /// The file or folder of its app's folder that `path` is or lies in: `/app/src`. Where there are several kinds in one,
    /// each tells of its own.
    pub(super) fn top_of(&self, path: &str) -> String {
        let Some(folder) = self.folder_of(path) else { return paths::parent(path).to_owned() };
        let rest = paths::below(folder, path).unwrap_or_default();
        paths::join(folder, rest.split('/').next().unwrap_or_default())
    }
}

/// The app of the project, where that is the image's.
fn found(context: &Context, own: Option<&Arc<App>>) -> Option<Arc<App>> {
    let app = |folder: &Path| Project::of_root(Arc::new(Snapshot::new(Arc::new(Disk))), folder).app("");
    let name = |it: &Arc<App>| it.package.name.clone();
    match context {
        Context::Unknown => None,
        Context::Named(folder) => app(folder),
        Context::Perhaps(folder) => app(folder).filter(|it| name(it).is_some() && name(it) == own.and_then(name)),
    }
}

/// The image's files as a project's. What is kept of packages is no file's text.
struct Files(Arc<Tree>);

impl Files {
    /// What is at a path. No build has the image for its context: a .dockerignore in it says nothing.
    fn at(&self, path: &Path) -> Option<Entry> {
        self.0.resolve(&path.to_string_lossy()).filter(|it| !it.path.ends_with(".dockerignore"))
    }

    fn kept(&self, path: &Path) -> Option<Vec<u8>> {
        let entry = self.at(path)?;
        let is_package = entry.path.contains("/node_modules/") && paths::file_name(&entry.path) != facts::HIDDEN_LOCK;
        let bytes = self.0.kept(&entry).filter(|_| !is_package && !entry.path.ends_with(".node"))?;
        (bytes != facts::NO_CODE).then(|| bytes.to_vec())
    }
}

const fn kind_of(kind: Kind) -> EntryKind {
    if matches!(kind, Kind::Folder) { EntryKind::Folder } else { EntryKind::File }
}

impl Loader for Files {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.kept(path).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn kind(&self, path: &Path) -> Option<EntryKind> {
        self.at(path).map(|it| kind_of(it.kind))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<(String, EntryKind)>> {
        let found = self.0.list(&folder.to_string_lossy()).ok_or(io::ErrorKind::NotFound)?;
        Ok(found.into_iter().map(|(name, kind)| (name, kind_of(kind))).collect())
    }

    fn stamp(&self, path: &Path) -> Stamp {
        Stamp::of(self.kept(path))
    }
}

/// What stands in for files that are not there: npm's own note of what is installed for a lock, which counts before it.
fn stand_ins(files: &Files, notes: &[String]) -> Vec<(PathBuf, String)> {
    let mut res = Vec::new();
    for note in notes {
        let folder = paths::parent(paths::parent(note));
        let lock = paths::join(folder, "package-lock.json");
        let manifest = paths::join(folder, "package.json");
        let has_lock = files.0.list(folder).is_some_and(|it| it.iter().any(|it| managers::is_lock(&it.0)));
        let text = files.kept(Path::new(note)).and_then(|it| String::from_utf8(it).ok());
        if let Some(text) = text.filter(|_| !has_lock) {
            res.push((PathBuf::from(lock), text));
            if files.0.resolve(&manifest).is_none() {
                res.push((PathBuf::from(manifest), "{}".to_owned()));
            }
        }
    }
    res
}
