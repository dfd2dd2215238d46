//! The workspace around a package: its members, and which of them need which.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::files::Files;
use super::{App, Package, Project, package};
use crate::ecosystem::Manager;
use crate::paths;
use crate::project::Reason;

mod find;
mod links;
mod patterns;
#[cfg(test)]
mod tests;

pub use links::{Dependency, MemberLink};
pub(super) use patterns::{Patterns, Source};

/// The packages of the project's own that one root package names.
pub struct Workspace {
    /// The root package.
    pub root: Arc<App>,
    /// The others, by folder. Those that .dockerignore keeps out are there as well.
    pub members: Vec<Member>,
    /// Why there may be others, one clause; `None` where all are known.
    pub unknown: Option<Reason>,
    /// Whether an install at the root brings the members' packages: Lerna alone installs each by itself.
    pub is_installed_at_root: bool,
    manager: Option<Manager>,
}

/// A package of the workspace.
#[derive(Clone)]
pub struct Member {
    /// From the context's root.
    pub folder: String,
    /// Its name; that of its folder where package.json has none.
    pub name: String,
    /// Its package.json and all that belongs to it.
    pub app: Arc<App>,
}

/// Which links are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// `dependencies`, `optionalDependencies` and `peerDependencies`: what a production install brings.
    Production,
    /// `devDependencies` as well.
    All,
}

impl Workspace {
    /// Reads the workspace whose root is `root`; `None` where its folder is no root.
    pub(super) fn of_root(project: &Project, root: Arc<App>) -> Option<Self> {
        let patterns = root.workspace_patterns();
        if !patterns.names_any() {
            return None;
        }
        let found = find::folders(&root.files, &root.folder, patterns);
        let mut unknown = found.unknown;
        let mut members = Vec::new();
        for folder in found.folders {
            match project.app(&folder) {
                Some(app) => members.push(Member::of(folder, app)),
                None => unknown = Some(Reason::of_file(paths::join(&folder, "package.json"), "can't be read")),
            }
        }
        let is_installed_at_root = patterns.source != Source::Lerna;
        let manager = root.manager();
        Some(Self { root, members, unknown, is_installed_at_root, manager })
    }

    /// The member whose folder this is.
    #[must_use]
    pub fn member(&self, folder: &str) -> Option<&Member> {
        self.members.iter().find(|it| it.folder == folder)
    }

    /// The members whose package.json a build sees.
    #[must_use]
    pub fn seen_members(&self, project: &Project) -> Vec<Member> {
        let is_seen = |it: &&Member| project.sees(&paths::join(&it.folder, "package.json")) == Some(true);
        self.members.iter().filter(is_seen).cloned().collect()
    }

    /// The member that holds `path`; the root's own files belong to none.
    #[must_use]
    pub fn member_holding(&self, path: &str) -> Option<&Member> {
        let holding = self.members.iter().filter(|it| paths::contains(&it.folder, path));
        holding.max_by_key(|it| it.folder.len())
    }

    /// The member of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|it| it.name == name)
    }

    /// The members that `filter` (`api`, `@x/api`, `apps/api`; no patterns) means to `manager`.
    #[must_use]
    pub fn selected(&self, manager: Manager, filter: &str) -> Vec<&Member> {
        let filter = manager.without_signs(filter).trim_matches(['{', '}']);
        let filter = filter.strip_prefix("./").unwrap_or(filter).trim_end_matches('/');
        let is_named = |it: &&Member| it.name == filter || self.path_of(it) == filter;
        let exact: Vec<&Member> = self.members.iter().filter(is_named).collect();
        if !exact.is_empty() {
            return exact;
        }
        self.members.iter().filter(|it| manager.is_meant(filter, &it.name, &self.path_of(it))).collect()
    }

    /// The folder of a member from the root's folder.
    #[must_use]
    pub fn path_of(&self, member: &Member) -> String {
        paths::below(&self.root.folder, &member.folder).unwrap_or(&member.folder).to_owned()
    }

    /// The members that `member` needs at run time, through others as well and itself left out, by folder. Where
    /// it is not known whether a member or a package of the registry is taken, the member is among them.
    #[must_use]
    pub fn closure(&self, member: &Member) -> Vec<&Member> {
        self.closure_by(&member.app, Reach::Production)
    }

    /// The same from any package of the workspace, its root as well, by the links that `reach` says.
    #[must_use]
    pub fn closure_by(&self, app: &App, reach: Reach) -> Vec<&Member> {
        let (mut found, mut open) = (BTreeSet::new(), vec![app]);
        while let Some(next) = open.pop() {
            for link in self.links(next) {
                let is_followed = reach == Reach::All || link.dependency != Dependency::Dev;
                if is_followed && found.insert(link.member.folder.as_str()) {
                    open.push(&link.member.app);
                }
            }
        }
        found.remove(app.folder.as_str());
        self.members.iter().filter(|it| found.contains(it.folder.as_str())).collect()
    }
}

impl Member {
    fn of(folder: String, app: Arc<App>) -> Self {
        let name = app.package.name.clone().unwrap_or_else(|| paths::file_name(&folder).to_owned());
        Self { folder, name, app }
    }
}

/// All packages of the workspace whose root `app` is, that first, by their folders from there; `None` where one can't be
/// read or there may be others.
pub(super) fn packages(app: &App) -> Option<Vec<(String, Package)>> {
    let found = find::folders(&app.files, &app.folder, app.workspace_patterns());
    let read = |folder: String| {
        let path = paths::join(&folder, "package.json");
        let package = package::read(&path, &app.files.text(&path)?).ok()?.0;
        Some((paths::below(&app.folder, &folder)?.to_owned(), package))
    };
    let members: Option<Vec<_>> = found.folders.into_iter().map(read).collect();
    let root = (String::new(), app.package.clone());
    found.unknown.is_none().then_some(members)?.map(|it| std::iter::once(root).chain(it).collect())
}

/// The packages of the workspace around the one in `folder`, itself among them: their names with their folders.
pub(super) fn neighbours(files: &Files, folder: &str) -> BTreeMap<String, String> {
    let name_of = |folder: &str| {
        let path = paths::join(folder, "package.json");
        package::read(&path, &files.text(&path)?).ok().map(|it| it.0)
    };
    for root in paths::ancestors(folder) {
        let Some(package) = name_of(root) else { continue };
        let patterns = Patterns::of(files, root, &package, None);
        let found = find::folders(files, root, &patterns).folders;
        if patterns.names_any() && (root == folder || found.contains(folder)) {
            return found.into_iter().filter_map(|it| Some((name_of(&it)?.name?, it))).collect();
        }
    }
    BTreeMap::new()
}

impl Project {
    /// The workspace that the package in `folder` is the root or a member of; `None` where it is in none that
    /// the context holds.
    #[must_use]
    pub fn workspace(&self, folder: &str) -> Option<Arc<Workspace>> {
        let folder = paths::normalise(folder);
        let mut above = Some(folder.as_str());
        while let Some(root) = above {
            let found = self.workspace_of_root(root);
            if let Some(found) = found.filter(|it| root == folder || it.member(&folder).is_some()) {
                return Some(found);
            }
            above = (!root.is_empty()).then(|| paths::parent(root));
        }
        None
    }

    /// Whether `name`, a dependency of `app`, is or may be code of the project's own.
    #[must_use]
    pub fn is_own_package(&self, app: &App, name: &str) -> bool {
        let is_linked = |it: Arc<Workspace>| it.links(app).iter().any(|it| it.name == name);
        app.is_local(name) || self.workspace(&app.folder).is_some_and(is_linked)
    }

    /// The folder of the package that `filter` means to `manager` at `root`: a member; where the root names no
    /// members (Nx), the only package below it that is called so.
    #[must_use]
    pub fn package_meant(&self, root: &str, filter: &str, manager: Manager) -> Option<String> {
        if let Some(workspace) = self.workspace(root).filter(|it| it.root.folder == root) {
            return match workspace.selected(manager, filter)[..] {
                [only] => Some(only.folder.clone()),
                _ => None,
            };
        }
        let name = manager.without_signs(filter);
        let packages = find::packages(&self.files, root)?;
        let is_meant = |folder: &String| {
            let app = self.app(folder);
            app.is_some_and(|it| it.package.name.as_deref().is_some_and(|it| manager.is_meant(name, it, folder)))
        };
        let mut meant = packages.into_iter().filter(is_meant);
        meant.next().filter(|_| meant.next().is_none())
    }

    /// The workspace whose root `folder` is. Read once.
    fn workspace_of_root(&self, folder: &str) -> Option<Arc<Workspace>> {
        if let Some(known) = self.workspaces.lock().ok()?.get(folder) {
            return known.clone();
        }
        let found = self.app(folder).and_then(|it| Workspace::of_root(self, it)).map(Arc::new);
        self.workspaces.lock().ok()?.insert(folder.to_owned(), found.clone());
        found
    }
}
