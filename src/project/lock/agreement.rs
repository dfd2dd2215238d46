//! Whether a lock fits its package.json, as `npm ci` asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{App, Manager, Package, Reason};
use super::tree::{Ranges, Tree};
use super::walk::{Named, Walk};
use super::{Lock, overrides};
use crate::ecosystem::releases::Npm;
use crate::paths;

/// Whether `npm ci` takes a lock with the package.json files beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// It does.
    Yes,
    /// It refuses: why, in one clause.
    No(Reason),
    /// That can't be told: what is missing, in one clause.
    Unknown(Reason),
}

/// What npm makes of peerDependencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// They are installed as others are: npm 7 and later.
    Installed,
    /// They are left out: npm 6, or `legacy-peer-deps`.
    Ignored,
}

impl Lock {
    /// Whether `npm ci` takes this lock, which lies beside the package.json of `app`; `members` are the workspaces
    /// that the install sees. npm asks of each package in the lock whether all that it asks for is there, and
    /// whether what is there satisfies the ranges. A lock without `packages` (lockfileVersion 1) is known to npm 6
    /// alone: later ones look up what it does not say.
    #[must_use]
    pub fn agreement(&self, app: &App, members: &[Arc<App>], peers: Peers, npm: Npm) -> Agreement {
        let unreadable = || Agreement::Unknown(Reason::of_file(&self.path, "can't be read"));
        let Some(tree) = self.tree.as_deref().filter(|_| self.manager == Manager::Npm) else { return unreadable() };
        if let Some(reason) = self.unknown_to_npm(tree, npm.major == Some(6)) {
            return Agreement::Unknown(reason);
        }
        let mut manifests = BTreeMap::from([(String::new(), ranges(&app.package))]);
        let mut workspaces = BTreeMap::new();
        for member in members {
            let folder = paths::relative(&app.folder, &member.folder).unwrap_or_else(|| member.folder.clone());
            manifests.insert(folder.clone(), ranges(&member.package));
            let name = member.package.name.clone().unwrap_or_else(|| paths::file_name(&folder).to_owned());
            workspaces.insert(folder, Named { name, version: member.package.version.clone() });
        }
        let file = paths::file_name(&self.path);
        Walk { tree, file, overrides: overrides::of(&app.package), peers, npm, manifests, workspaces }.run()
    }

    /// Why a lock of generation 1 may fail to install although it agrees: npm 7 and later look up what it does not
    /// say; and packages for one platform (`fsevents` is the usual one) must be marked as optional, which old and
    /// converted locks don't.
    fn unknown_to_npm(&self, tree: &Tree, is_npm_6: bool) -> Option<Reason> {
        if self.generation.is_some_and(|it| it >= 2) || tree.is_empty() {
            return None;
        }
        let unmarked = self.packages.iter().flatten().find(|it| it.name == "fsevents" && !it.optional);
        match unmarked {
            Some(package) => Some(Reason::of_file(&self.path, format!("does not mark `{}` as optional", package.name))),
            None if is_npm_6 => None,
            None => {
                Some(Reason::of_file(&self.path, "was written by npm 6 and does not say all that later versions check"))
            }
        }
    }
}

/// What a package.json asks for.
fn ranges(package: &Package) -> Ranges {
    Ranges {
        production: package.dependencies.clone(),
        development: package.dev_dependencies.clone(),
        optional: package.optional_dependencies.clone(),
        peers: package.peer_dependencies.clone(),
        optional_peers: package.optional_peers.clone(),
    }
}
