//! The plan for a whole production stage, which the structural rules' fixes come from.

use crate::fix::Fix;
use crate::project::Project;
use crate::stages::Model;
use crate::syntax::Dockerfile;

/// How the production stage becomes what it should be, with the facts that it rests on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The edits, and whether they are safe.
    pub fix: Fix,
    /// What is missing for the fix to be safe; empty where it is.
    pub doubts: Vec<String>,
    /// What it rests on, one clause each.
    pub evidence: Vec<String>,
}

/// Why there is no plan: the fact that is missing or against it, one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Completes "Not fixed: …".
    pub reason: String,
}

/// The plan for the production stage of `model`.
pub fn plan(_text: &str, _dockerfile: &Dockerfile, _model: &Model<'_>, _project: &Project) -> Result<Plan, Refusal> {
    Err(Refusal { reason: "it is not known how".to_owned() })
}
