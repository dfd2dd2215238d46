//! What a stage holds.

use std::collections::BTreeMap;

use super::Libc;
use crate::project::{Manager, Tool};

/// Where a fact came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The instruction that made it.
    pub instruction: usize,
    /// The COPY instructions that carried it on, the last one last.
    pub via: Vec<usize>,
}

impl Origin {
    /// Made here.
    #[must_use]
    pub fn at(instruction: usize) -> Self {
        Self { instruction, via: Vec::new() }
    }

    /// The instruction that brought it into the stage it is in now.
    #[must_use]
    pub fn last(&self) -> usize {
        *self.via.last().unwrap_or(&self.instruction)
    }
}

/// A value and the instruction that it came from (`None`: the base image).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub by: Option<usize>,
}

/// Something at a path of the stage's file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Absolute, normalised, without a final slash (the root is "/").
    pub path: String,
    /// What it is.
    pub holding: Holding,
    /// Where it came from.
    pub origin: Origin,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// A folder of the build context with all that .dockerignore keeps; its path in the context.
    ContextFolder(String),
    /// A single file of the build context; its path there.
    ContextFile(String),
    /// Installed packages.
    NodeModules(NodeModules),
    /// What a build made; its path from the app's folder.
    Output {
        /// Index into [`Model::builds`](super::Model::builds).
        build: usize,
        /// From the app's folder: `dist`.
        path: String,
        /// What made it.
        tool: Tool,
    },
    /// What a build made besides, of unknown names, somewhere under the path.
    UnknownOutput {
        /// Index into [`Model::builds`](super::Model::builds).
        build: usize,
    },
    /// The cache of a package manager.
    Cache(Manager),
    /// Something that is made by a command or comes from another image, and can't be known.
    Unknown,
}

/// Installed packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeModules {
    /// Which of the dependencies.
    pub scope: Scope,
    /// Who installed them.
    pub manager: Manager,
    /// The folder of the context whose package.json was installed; `None` where unknown.
    pub app: Option<String>,
    /// The C library of the stage that installed them.
    pub libc: Option<Libc>,
    /// The Node major of that stage.
    pub node_major: Option<u32>,
    /// Index into [`Model::installs`](super::Model::installs) of the install (or prune) that decided the scope.
    pub install: usize,
}

/// Which dependencies an install brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Without devDependencies.
    Production,
    /// With them.
    All,
    /// It can't be told.
    Unknown,
}

/// Who a stage runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// uid 0.
    Root,
    /// Anyone else, as written.
    Named(String),
    /// A variable without a known value, or an unknown image's default.
    Unknown,
}

/// What a stage holds, at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// In the order in which they came; a later one at the same path covers an earlier one.
    pub entries: Vec<Entry>,
    /// ENV, expanded; the value is `None` where a variable in it is unknown.
    pub env: BTreeMap<String, Traced<Option<String>>>,
    /// USER
    pub user: Traced<User>,
    /// WORKDIR, absolute; `None` where a variable in it is unknown.
    pub workdir: Traced<Option<String>>,
    /// The instruction of the CMD in force; `None`: the base image's.
    pub cmd: Option<usize>,
    /// The instruction of the ENTRYPOINT in force; `None`: the base image's.
    pub entrypoint: Option<usize>,
    /// EXPOSE instructions.
    pub exposes: Vec<usize>,
    /// VOLUME instructions.
    pub volumes: Vec<usize>,
    /// Packages installed by apk, apt, dnf…: their names and the instruction.
    pub system_packages: Vec<(String, usize)>,
    /// Packages installed globally by a Node manager: their names and the instruction.
    pub global_packages: Vec<(String, usize)>,
    /// Users created by `adduser`, `useradd`: their names and the instruction.
    pub users: Vec<(String, usize)>,
}

impl Contents {
    /// The node_modules that are there.
    pub fn node_modules(&self) -> impl Iterator<Item = (&Entry, &NodeModules)> {
        self.entries.iter().filter_map(|it| match &it.holding {
            Holding::NodeModules(node_modules) => Some((it, node_modules)),
            _ => None,
        })
    }

    /// The value of an environment variable, where known.
    #[must_use]
    pub fn env_value(&self, name: &str) -> Option<&str> {
        self.env.get(name)?.value.as_deref()
    }
}
