//! The rewrite of a production stage as data; [`crate::rewrite`] makes it.

use crate::diagnostic::Note;
use crate::fix::Fix;
use crate::project::Reason;
use crate::stages::InstructionId;

/// What is wrong with the production stage as a whole, and so what the plan puts right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// It installs, builds and ships in one stage.
    Single,
    /// It is `FROM` a stage that builds.
    FromStage,
    /// It copies a building stage's whole folder; the COPY.
    WholeCopy(InstructionId),
    /// None of these, but devDependencies are in it.
    DevModules,
}

/// How the production stage becomes what it should be, with the facts that it rests on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The edits, and whether they are safe.
    pub fix: Fix,
    /// What is missing for the fix to be safe, one clause each; empty where it is.
    pub doubts: Vec<Reason>,
    /// What it rests on, one clause each.
    pub evidence: Vec<Note>,
}
