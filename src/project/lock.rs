//! Lock files: whose, which generation, and which packages are dev.

use std::sync::Arc;

use super::{Manager, Package};

mod agreement;
mod bun;
mod frozen;
mod keyed;
mod npm;
mod overrides;
mod pnpm;
mod read;
mod spec;
mod tree;
mod walk;
mod yarn_berry;
mod yarn_classic;

pub use agreement::{Agreement, Peers};
pub(super) use read::read_all;

/// A lock file.
#[derive(Clone, Debug)]
pub struct Lock {
    /// From the context's root.
    pub path: String,
    /// Whose it is; a yarn.lock tells Yarn 1 from later ones.
    pub manager: Manager,
    /// npm: `lockfileVersion` 1, 2 or 3; yarn: `__metadata.version` or 1; pnpm: the integer part of
    /// `lockfileVersion`; bun: 0 for bun.lockb, else `lockfileVersion`. `None` where it can't be read.
    pub generation: Option<u32>,
    /// Every package of an npm lock (any generation), of Yarn's (of later ones where there is one package in the project), and of pnpm's; `None` for other managers or a broken
    /// file. Install scripts and programs stand in npm's only.
    pub packages: Option<Vec<LockedPackage>>,
    /// Whether the build sees it (not in .dockerignore).
    pub visible: bool,
    /// npm: who is found from where; `None` for other managers or a broken file.
    tree: Option<Arc<tree::Tree>>,
    /// What the other managers hold against package.json.
    frozen: Option<frozen::Held>,
}

/// One installed package of an npm lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPackage {
    /// Where it is installed, from the lock's folder: `node_modules/a/node_modules/b`; `b@1.0.0` where Yarn 1 may put it
    /// into one folder or another.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its version; empty for links.
    pub version: String,
    /// `--omit=dev` leaves it out.
    pub dev: bool,
    /// It is optional: it may be left out on this platform.
    pub optional: bool,
    /// It has an install script (`hasInstallScript`; unknown, so false, in generation 1).
    pub install_script: bool,
    /// It comes from git (`resolved` starts with `git`).
    pub git: bool,
    /// It is a link into the context (`link: true`, or a `file:` version): the target's path from the
    /// lock's folder.
    pub link: Option<String>,
    /// The programs that it brings (`bin`; none in generation 1).
    pub bins: Vec<String>,
}

impl Lock {
    /// A package that Yarn 2 and later leave out of a production install although one of the production dependencies of
    /// `package` asks for it: who does, and for what.
    #[must_use]
    pub fn lost_peer(&self, package: &Package) -> Option<(&str, &str)> {
        match &self.frozen {
            Some(frozen::Held::Berry(entries)) => entries.lost_peer(package),
            _ => None,
        }
    }

    /// The names of the packages that `--omit=dev` leaves out, sorted, each once; `None` where unknown.
    #[must_use]
    pub fn dev_packages(&self) -> Option<Vec<&str>> {
        let mut names: Vec<_> = self.packages.as_ref()?.iter().filter(|it| it.dev).map(|it| it.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        Some(names)
    }
}
