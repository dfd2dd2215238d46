//! The stage graph, and what each stage holds: the contents model.
//!
//! [`Model::build`] runs the instructions of every stage over a small set of facts, and carries them
//! through `FROM stage` and `COPY --from`. Every fact keeps the instruction that it came from. What
//! can't be followed becomes unknown, and unknown never raises a diagnostic as if it were known.

mod contents;
mod environment;
mod expand;
mod graph;
mod ids;
mod image;
mod install;
mod later;
mod names;
mod production;
mod run;
mod ships;
#[cfg(test)]
mod tests;

pub use crate::ecosystem::{Scope, Verb};
pub use contents::{Contents, Entry, Holding, NodeModules, Origin, Traced, User};
pub use environment::{is_for_development, says_development, says_production};
pub use graph::{Base, Model, Production, Stage, Wanted};
pub use ids::{BuildId, Id, IdRange, InstallId, InstructionId, StageId, Table};
pub use image::{ImageFacts, ImageKind, Libc};
pub use install::{Build, Install, NpmSetting, ScriptCall};
