//! package.json.

use std::collections::BTreeMap;

use super::{Manager, Site};

mod read;

pub(super) use read::read;

/// How Node reads a `.js` file of the package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModuleKind {
    /// `"type": "commonjs"`, or nothing.
    #[default]
    CommonJs,
    /// `"type": "module"`
    Module,
}

/// One of `scripts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub site: Site,
}

/// What nodestage reads of a package.json.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// `name`
    pub name: Option<String>,
    /// `version`
    pub version: Option<String>,
    /// `type`
    pub module: ModuleKind,
    /// `main`, as written.
    pub main: Option<String>,
    /// The targets of `exports`, as written; those for types are left out.
    pub exports: Vec<String>,
    /// The same by what is asked for: `.`, `./client`; all are under `.` where `exports` does not tell paths apart.
    pub exports_by_path: BTreeMap<String, Vec<String>>,
    /// `bin`, the paths as written.
    pub bin: BTreeMap<String, String>,
    /// `scripts`
    pub scripts: BTreeMap<String, Script>,
    /// `dependencies`: name to range.
    pub dependencies: BTreeMap<String, String>,
    /// `devDependencies`
    pub dev_dependencies: BTreeMap<String, String>,
    /// `optionalDependencies`
    pub optional_dependencies: BTreeMap<String, String>,
    /// `peerDependencies`
    pub peer_dependencies: BTreeMap<String, String>,
    /// The names under `peerDependenciesMeta` that are optional.
    pub optional_peers: Vec<String>,
    /// `overrides`: npm's rules for the ranges of others, by their keys as written; `None` for nested ones.
    pub overrides: BTreeMap<String, Option<String>>,
    /// The names under `resolutions`, Yarn's own overrides, by their keys as written.
    pub resolutions: Vec<String>,
    /// `pnpm`: its settings, which pnpm 11 and later don't read.
    pub pnpm: serde_json::Map<String, serde_json::Value>,
    /// `engines.node`
    pub engines_node: Option<String>,
    /// `packageManager`: the manager and its version without the hash.
    pub package_manager: Option<(Manager, String)>,
    /// `workspaces`, the globs; empty where there are none.
    pub workspaces: Vec<String>,
    /// `files`
    pub files: Vec<String>,
    /// `imports`: `#name` to the target that Node takes, as written.
    pub imports: BTreeMap<String, String>,
    /// `_moduleAliases`, which the package `module-alias` reads: the first part of a name to a folder or file.
    pub module_aliases: BTreeMap<String, String>,
    /// Where each devDependency stands.
    pub dev_sites: BTreeMap<String, Site>,
}

impl Package {
    /// The first of the named scripts that exists.
    #[must_use]
    pub fn first_script(&self, names: &[&'static str]) -> Option<(&'static str, &Script)> {
        names.iter().find_map(|name| Some((*name, self.scripts.get(*name)?)))
    }

    /// Whether `name` is installed by a production install (dependencies or optionalDependencies).
    #[must_use]
    pub fn is_production(&self, name: &str) -> bool {
        self.dependencies.contains_key(name) || self.optional_dependencies.contains_key(name)
    }

    /// Whether `name` is a dependency of any kind.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.is_production(name)
            || self.dev_dependencies.contains_key(name)
            || self.peer_dependencies.contains_key(name)
    }

    /// Whether `name` is a devDependency and nothing else.
    #[must_use]
    pub fn is_dev_only(&self, name: &str) -> bool {
        self.dev_dependencies.contains_key(name) && !self.is_production(name)
    }
}
