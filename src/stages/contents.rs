//! What a stage holds.

mod sources;

use std::collections::BTreeMap;

use super::{BuildId, ImageFacts, InstallId, InstructionId, Libc, names};
use crate::ecosystem::{Manager, Scope};
use crate::paths;
use crate::paths::glob::{Dialect, is_glob};
use crate::project::{Project, Tool};

/// Where a fact came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The instruction that made it.
    pub instruction: InstructionId,
    /// The COPY instructions that carried it on, the last one last.
    pub via: Vec<InstructionId>,
}

impl Origin {
    /// Made here.
    #[must_use]
    pub fn at(instruction: InstructionId) -> Self {
        Self { instruction, via: Vec::new() }
    }

    /// The instruction that brought it into the stage it is in now.
    #[must_use]
    pub fn last(&self) -> InstructionId {
        *self.via.last().unwrap_or(&self.instruction)
    }
}

/// A value and the instruction that it came from (`None`: the base image).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced<T> {
    /// The value.
    pub value: T,
    /// Who set it.
    pub by: Option<InstructionId>,
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
    /// What of it is gone or was left out, from its path: `src`, `**/*.map` (removed by `rm`, `--exclude`).
    pub without: Vec<String>,
}

impl Entry {
    /// All of something, made by `instruction`.
    pub(super) fn new(path: String, holding: Holding, instruction: InstructionId) -> Self {
        Self { path, holding, origin: Origin::at(instruction), without: Vec::new() }
    }

    /// Whether `rest`, a path below it, is known to be gone.
    #[must_use]
    pub fn lacks(&self, rest: &str) -> bool {
        let ends = rest.match_indices('/').map(|(at, _)| at).chain([rest.len()]);
        let matches = |glob: &str| ends.clone().any(|end| names::matches(glob, &rest[..end], Dialect::Shell));
        self.without.iter().any(|it| paths::contains(it, rest) || (is_glob(it) && matches(it)))
    }

    /// Whether it is a folder of the context that holds more than a few runtime files.
    pub(super) fn holds_sources(&self, project: &Project) -> bool {
        let Holding::ContextFolder(folder) = &self.holding else { return false };
        sources::is_source_tree(project, folder, self)
    }

    /// Whether the file at `path` (absolute) is part of it; `None` where that is not known.
    pub(crate) fn holds_file(&self, project: &Project, path: &str) -> Option<bool> {
        let Some(rest) = paths::below(&self.path, path) else { return Some(false) };
        match &self.holding {
            _ if !rest.is_empty() && self.lacks(rest) => Some(false),
            Holding::ContextFile(_) => Some(rest.is_empty()),
            Holding::ContextFolder(folder) => project.sees(&paths::join(folder, rest)),
            Holding::Cache(_) => Some(false),
            Holding::NodeModules(_) if rest.is_empty() => Some(false),
            _ => None,
        }
    }

    /// Whether it is a single file, as far as that can be told.
    #[must_use]
    pub fn is_file(&self) -> bool {
        match &self.holding {
            Holding::ContextFile(_) => true,
            Holding::Output { path, .. } => names::looks_like_file(path),
            Holding::Unknown => names::looks_like_file(&self.path),
            _ => false,
        }
    }
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
        /// Which run of a build.
        build: BuildId,
        /// From the app's folder: `dist`.
        path: String,
        /// What made it.
        tool: Tool,
    },
    /// What a build made besides, of unknown names, somewhere under the path.
    UnknownOutput {
        /// Which run of a build.
        build: BuildId,
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
    /// The install (or prune) that decided the scope.
    pub install: InstallId,
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

impl User {
    /// The meaning of a USER operand, expanded.
    pub(crate) fn of(value: &str) -> Self {
        match value.split(':').next().unwrap_or(value).trim() {
            "" | "0" | "root" => Self::Root,
            _ => Self::Named(value.to_owned()),
        }
    }
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
    pub cmd: Option<InstructionId>,
    /// Whether an ENTRYPOINT dropped the CMD of the base (image or stage), so that there is none.
    pub cmd_dropped: bool,
    /// The instruction of the ENTRYPOINT in force; `None`: the base image's.
    pub entrypoint: Option<InstructionId>,
    /// EXPOSE instructions.
    pub exposes: Vec<InstructionId>,
    /// VOLUME instructions.
    pub volumes: Vec<InstructionId>,
    /// Packages installed by apk, apt, dnf…: their names and the instruction.
    pub system_packages: Vec<(String, InstructionId)>,
    /// Packages installed globally by a Node manager: their names and the instruction.
    pub global_packages: Vec<(String, InstructionId)>,
    /// Users created by `adduser`, `useradd`: their names and the instruction.
    pub users: Vec<(String, InstructionId)>,
}

/// Whether a file lies at `path` (absolute) among `entries`; `None` where it can't be told.
pub(super) fn holds_file(entries: &[Entry], project: &Project, path: &str) -> Option<bool> {
    let answers = entries.iter().map(|it| it.holds_file(project, path));
    let mut res = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => res = None,
        }
    }
    res
}

impl Contents {
    /// What a stage on `image` starts with.
    pub(super) fn of_image(image: &ImageFacts) -> Self {
        let user = image.default_user.as_deref().map_or(User::Unknown, User::of);
        Self {
            entries: Vec::new(),
            env: BTreeMap::new(),
            user: Traced { value: user, by: None },
            workdir: Traced { value: image.workdir.clone(), by: None },
            cmd: None,
            cmd_dropped: false,
            entrypoint: None,
            exposes: Vec::new(),
            volumes: Vec::new(),
            system_packages: Vec::new(),
            global_packages: Vec::new(),
            users: Vec::new(),
        }
    }

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

    /// The last entry that stands at `path` itself.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().rfind(|it| it.path == path)
    }

    /// Whether a file lies at `path` (absolute); `None` where it can't be told.
    #[must_use]
    pub fn holds_file(&self, project: &Project, path: &str) -> Option<bool> {
        holds_file(&self.entries, project, path)
    }

    /// The entry that `path` belongs to: at it, or else the nearest above.
    #[must_use]
    pub fn covering(&self, path: &str) -> Option<&Entry> {
        let holds = |it: &&Entry| paths::below(&it.path, path).is_some_and(|rest| !it.lacks(rest));
        let mut best: Option<&Entry> = None;
        for entry in self.entries.iter().filter(holds) {
            if best.is_none_or(|it| it.path.len() <= entry.path.len()) {
                best = Some(entry);
            }
        }
        best
    }

    /// The first folder of the context that holds more than a few runtime files: a source tree.
    #[must_use]
    pub fn holds_sources(&self, project: &Project) -> Option<&Entry> {
        self.source_trees(project).next()
    }

    /// Takes away what is called like `pattern` below `folder`.
    pub(super) fn remove_named(&mut self, folder: &str, pattern: &str) {
        let is_meant = |it: &Entry| {
            it.path != folder
                && paths::contains(folder, &it.path)
                && names::matches(pattern, paths::file_name(&it.path), Dialect::Shell)
        };
        self.entries.retain(|it| !is_meant(it));
        let inside = |it: &&mut Entry| paths::contains(folder, &it.path) && !it.is_file();
        for entry in self.entries.iter_mut().filter(inside) {
            entry.without.push(format!("**/{pattern}"));
        }
    }

    /// All of them.
    pub fn source_trees<'s, 'p>(&'s self, project: &'p Project) -> impl Iterator<Item = &'s Entry> + use<'s, 'p> {
        self.entries.iter().filter(|it| it.holds_sources(project))
    }

    /// Puts something at its path. What was exactly there is covered, but folders merge.
    pub(super) fn place(&mut self, entry: Entry) {
        let covers = |old: &Entry| match (&old.holding, &entry.holding) {
            (Holding::NodeModules(_), Holding::NodeModules(_)) => true,
            // Each layer has a cache of its own.
            (Holding::Cache(_), Holding::Cache(_)) if old.origin.instruction != entry.origin.instruction => false,
            // What the new one lacks stays from before.
            (holding, new) => holding == new && entry.without.iter().all(|it| old.without.contains(it)),
        };
        self.entries.retain(|old| old.path != entry.path || !covers(old));
        self.entries.push(entry);
    }

    /// Removes what is at or below `path`, and notes in folders above that they lack it.
    pub(super) fn remove(&mut self, path: &str) {
        self.entries.retain(|it| !paths::contains(path, &it.path));
        for entry in &mut self.entries {
            let Some(rest) = paths::below(&entry.path, path) else { continue };
            if !matches!(entry.holding, Holding::ContextFile(_) | Holding::NodeModules(_)) {
                entry.without.push(rest.to_owned());
            }
        }
    }
}
