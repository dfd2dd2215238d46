//! The build context as plain facts: package.json, locks, compiler and framework configuration, sources.
//!
//! A [`Project`] is the context of one Dockerfile; an [`App`] is one folder of it that has a
//! package.json. Everything may be unknown, and unknown is a value: `None`, or a reason in words.
//! Facts are read through a [`Loader`], lazily, once. Only `loader` touches the disk.
//!
//! Paths are relative to the context's root (or to the app's folder where the docs say so), with
//! forward slashes, without `./` and without a final slash; the root itself is `""`.

mod app;
mod built_of;
mod config_file;
mod context;
mod files;
mod ignore_file;
mod json;
mod loader;
mod lock;
mod mentions;
mod modes;
mod node_server;
mod npmrc;
mod outputs;
mod package;
mod reason;
mod runtime;
mod sources;
mod start;
mod static_site;
mod steps;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tsconfig;
mod untracked;
mod workspace;
mod yarnrc;

pub use crate::ecosystem::Manager;
pub use app::{App, Certainty};
pub use config_file::proxy::Forward;
pub use context::{
    BuildTarget, Compose, Given, ImageUser, Mount, MountKind, Problem, Project, Request, SameContext,
    is_dockerfile_name,
};
pub use ignore_file::Dockerignore;
pub use loader::{Disk, Entry, EntryKind, EntryType, Loader, Memo, Overlay, Recorder, Snapshot, Stamp, Stamps};
pub(crate) use loader::{read_regular, real_path};
pub use lock::{Agreement, Lock, LockedPackage, Peers};
pub use mentions::Mentions;
pub use node_server::NodeServer;
pub use outputs::{Artefact, Deliverable, GeneratedClient, Output, Outputs, Packages, Tool};
pub use package::{ModuleKind, Package, Script};
pub use reason::Reason;
pub(crate) use runtime::STACK_SIZE;
pub use runtime::{Access, AccessBase, Import, Listen, Mention, Named, PossibleWrite, Runtime};
pub use start::{Ground, Program, ProgramReads, Start};
pub use static_site::StaticSite;
pub(crate) use untracked::ignore_list;
pub use workspace::{Dependency, Member, MemberLink, Reach, Workspace};
pub use yarnrc::{Linker, Yarnrc};

/// Where a fact was read: a file of the context and, where known, its line (from 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// From the context's root.
    pub path: String,
    /// Counted from 1.
    pub line: Option<usize>,
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}
