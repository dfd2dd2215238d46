//! Which installed packages only the build needs: by the lock in the image, by the project's, or by what is known of tools.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::installed::Installed;
use super::subject::Subject;
use crate::ecosystem::global_tools::is_dev_tool;
use crate::ecosystem::tools;
use crate::paths;
use crate::project::{App, LockedPackage, Manager};

/// Tells dev packages from others.
pub(super) struct Dev<'s> {
    subject: &'s Subject<'s>,
    /// By the folder of the lock.
    locks: BTreeMap<String, Option<Locked>>,
}

/// Why a package is taken for one that only the build needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// This lock says so.
    Lock(String),
    /// package.json names it among the devDependencies, and it is a known tool; there is no lock.
    Known,
}

/// A lock by what is asked of it.
struct Locked {
    name: String,
    by_path: HashMap<String, bool>,
    /// By name and version, and by name alone: `None` where some are dev and some are not.
    by_version: HashMap<(String, String), Option<bool>>,
    by_name: HashMap<String, Option<bool>>,
}

impl<'s> Dev<'s> {
    pub(super) fn new(subject: &'s Subject<'s>) -> Self {
        Self { subject, locks: BTreeMap::new() }
    }

    /// Why the package is dev; `None` where it is not, or that is not known. `version` is what its package.json says.
    pub(super) fn reason(&mut self, package: &Installed<'_>, version: Option<&str>) -> Option<Reason> {
        let version = package.version.as_deref().or(version);
        let folders: Vec<String> = paths::ancestors(package.root).map(str::to_owned).collect();
        for folder in folders {
            if let Some(lock) = self.lock(&folder) {
                let is_dev = lock.says(&folder, package, version).unwrap_or(false);
                return is_dev.then(|| Reason::Lock(lock.name.clone()));
            }
        }
        self.is_known_tool(package).then_some(Reason::Known)
    }

    fn lock(&mut self, folder: &str) -> Option<&Locked> {
        let subject = self.subject;
        let found = self.locks.entry(folder.to_owned()).or_insert_with(|| find(subject, folder));
        found.as_ref()
    }

    /// Without a lock: a tool that package.json names for development, or that nobody names and everybody knows.
    fn is_known_tool(&self, package: &Installed<'_>) -> bool {
        let is_tool = is_dev_tool(&package.name) || tools::BEST_KNOWN.contains(&package.name.as_str());
        let is_direct = package.path == paths::join(package.root, &format!("node_modules/{}", package.name));
        let app = self.subject.folders.contains(package.root).then(|| self.subject.app(package.root)).flatten();
        is_tool && is_direct && app.is_none_or(|it| it.package.is_dev_only(&package.name))
    }
}

/// The lock of `folder` in the image, or the project's for the app that starts.
fn find(subject: &Subject<'_>, folder: &str) -> Option<Locked> {
    let is_read = subject.folders.contains(folder) || subject.locked.contains(folder);
    let own = is_read.then(|| subject.app(folder)).flatten().and_then(|it| read(&it));
    own.or_else(|| subject.context.as_ref().filter(|_| folder == subject.folder).and_then(read))
}

fn read(app: &Arc<App>) -> Option<Locked> {
    let lock = app.lock()?;
    // Yarn's locks do not say what the other packages of the project ask for.
    let is_partial =
        app.is_workspace_root() && matches!(lock.manager, Manager::YarnClassic | Manager::YarnBerry | Manager::Bun);
    let packages = lock.packages.as_deref().filter(|_| !is_partial)?;
    let mut res = Locked {
        name: paths::file_name(&lock.path).to_owned(),
        by_path: HashMap::new(),
        by_version: HashMap::new(),
        by_name: HashMap::new(),
    };
    packages.iter().filter(|it| it.link.is_none()).for_each(|it| res.add(it));
    Some(res)
}

impl Locked {
    fn add(&mut self, package: &LockedPackage) {
        self.by_path.insert(package.path.clone(), package.dev);
        let agreed = |known: &mut Option<bool>| *known = known.filter(|it| *it == package.dev);
        let key = (package.name.clone(), package.version.clone());
        // Yarn's archives have no `/` in their names.
        let flat = (package.name.replace('/', "-"), package.version.clone());
        for key in [key, flat] {
            self.by_version.entry(key).and_modify(agreed).or_insert(Some(package.dev));
        }
        self.by_name.entry(package.name.clone()).and_modify(agreed).or_insert(Some(package.dev));
    }

    /// `None` where it does not know the package, or not which of several it is.
    fn says(&self, folder: &str, package: &Installed<'_>, version: Option<&str>) -> Option<bool> {
        let path = paths::below(folder, package.path)?;
        let known = version.and_then(|it| self.by_version.get(&(package.name.clone(), it.to_owned())));
        // Two places of one version may differ: there the place decides.
        match (self.by_path.get(path), known) {
            (Some(is_dev), _) => Some(*is_dev),
            (None, Some(known)) => *known,
            (None, None) if version.is_some() => None,
            (None, None) => self.by_name.get(&package.name).copied().flatten(),
        }
    }
}
