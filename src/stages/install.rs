//! Package manager commands and builds, as they stand in RUN instructions.

use super::{Entry, InstructionId, StageId};
use crate::ecosystem::releases::{Newest, Npm, Release};
use crate::ecosystem::{Flag, Manager, Scope, Verb};
use crate::project::{Outputs, Project};
use crate::shell::Command;

/// One package manager command that changes a node_modules folder.
#[derive(Clone, Debug)]
pub struct Install {
    /// The RUN.
    pub instruction: InstructionId,
    /// Its stage.
    pub stage: StageId,
    /// Who.
    pub manager: Manager,
    /// Its major in that stage: of the base image's Node, or of `npm install -g npm@…`; for Yarn 1 always
    /// 1; for pnpm, bun and Yarn 2+ from `packageManager`, corepack or a global install. `None` where unknown.
    pub major: Option<u32>,
    /// Whether the Dockerfile itself names that major: a lock file tells it only by what it was written by.
    pub is_major_named: bool,
    /// bun: its version; `None` where unknown.
    pub version: Option<Newest>,
    /// npm: the oldest release that it can be; `None` where unknown.
    pub at_least: Option<Release>,
    /// What.
    pub verb: Verb,
    /// The command in the file.
    pub command: Command,
    /// The script of package.json that the command runs and the install stands in; `None` where it is the command.
    pub script: Option<String>,
    /// Which dependencies are there afterwards, by flags, NODE_ENV and what this major makes of them.
    pub scope: Scope,
    /// NODE_ENV as the command sees it (ENV, ARG, or an assignment in front of it); `None`: not set or unknown.
    pub node_env: Option<String>,
    /// The instruction that set that NODE_ENV; `None` where the command itself does, or nothing.
    pub node_env_by: Option<InstructionId>,
    /// What of npm's configuration leaves devDependencies out, where neither a flag nor NODE_ENV does.
    pub omitted_by: Option<NpmSetting>,
    /// The folder in the image where it runs; `None` where unknown.
    pub folder: Option<String>,
    /// The folder of the context whose package.json it installs; `None` where unknown.
    pub app: Option<String>,
    /// Whether that stage holds a lock file of this manager beside that package.json at this point;
    /// `None` where unknown.
    pub lock_present: Option<bool>,
    /// Whether the sources (more than manifests) are in the stage at this point.
    pub sources_present: bool,
    /// What the command sees: what the stage holds at this point, and bind mounts.
    pub seen: Vec<Entry>,
}

impl Install {
    /// Whether the file at `path` (absolute) is there when it runs; `None` where it can't be told.
    #[must_use]
    pub fn sees_file(&self, project: &Project, path: &str) -> Option<bool> {
        super::contents::holds_file(&self.seen, project, path)
    }
}

/// One setting of npm's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NpmSetting {
    /// Its name and value.
    pub(crate) flag: Flag,
    /// As it is written, with the file that it stands in.
    pub written: String,
    /// The instruction that sets it; `None` where a file or the command itself does.
    pub by: Option<InstructionId>,
}

/// One command that asks a package manager to run a script of package.json.
#[derive(Clone, Debug)]
pub struct ScriptCall {
    /// The RUN.
    pub instruction: InstructionId,
    /// Its stage.
    pub stage: StageId,
    /// The command in the file.
    pub command: Command,
    /// Whose command it is; for `yarn` the first one, since the words alone can't tell.
    pub manager: Manager,
    /// The script's name, or that of a program in node_modules/.bin.
    pub script: String,
    /// The packages of the workspaces that it is for, as written; empty where it is for the folder's own.
    pub filters: Vec<String>,
    /// The folder of the context whose package.json lies where it runs; `None` where that is not certain.
    pub app: Option<String>,
    /// Whether a flag makes it look elsewhere, for more than one package, or fail in silence.
    pub is_special: bool,
}

impl Install {
    /// What is known of its npm.
    #[must_use]
    pub fn npm(&self) -> Npm {
        Npm { major: self.major, at_least: self.at_least }
    }

    /// Whether the manager is known to be of this major or a later one.
    #[must_use]
    pub fn is_since(&self, major: u32) -> bool {
        self.npm().least().is_some_and(|it| it >= major)
    }
}

/// One command that runs the app's build, or a generator ([`Model::generators`](super::Model::generators)).
#[derive(Clone, Debug)]
pub struct Build {
    /// The RUN.
    pub instruction: InstructionId,
    /// Its stage.
    pub stage: StageId,
    /// The command in the file.
    pub command: Command,
    /// The script of package.json, where it runs one.
    pub script: Option<String>,
    /// The folder in the image where it runs; `None` where unknown.
    pub folder: Option<String>,
    /// The folder of the context whose package.json it belongs to; `None` where unknown.
    pub app: Option<String>,
    /// What it makes, from the app's folder.
    pub outputs: Outputs,
}

impl Build {
    /// Whether it generates a client and compiles nothing.
    pub(super) fn only_generates(&self) -> bool {
        let names_prisma =
            self.command.words.iter().any(|it| it.value.as_deref().is_some_and(|it| it.starts_with("prisma")));
        let makes_nothing_else = self.outputs.outputs.is_empty() && self.outputs.unknown.is_empty();
        (self.script.is_none() && names_prisma) || (self.outputs.generates() && makes_nothing_else)
    }
}
