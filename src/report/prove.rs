//! What a proof showed, for people and for programs.

mod full;
mod json;

pub use full::write as write_full;
pub use json::write as write_json;

use std::io::{self, Write};

use crate::linter::Applied;
use crate::prove::{Observation, Outcome, Verdict};

/// A Dockerfile and what was seen of it.
#[derive(Clone, Debug, Default)]
pub struct ProofReport {
    /// As the user calls it.
    pub path: String,
    /// The fixes that were tried.
    pub applied: Vec<Applied>,
    /// One a stage that ships; none where there was nothing to prove.
    pub proofs: Vec<Proof>,
}

/// What was seen of one stage, before the fix and after it.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The stage; `None` for the last one.
    pub target: Option<String>,
    /// `None` where it was not tried.
    pub before: Option<Observation>,
    /// Likewise.
    pub after: Option<Observation>,
    /// What follows.
    pub verdict: Verdict,
}

impl ProofReport {
    /// Of a file that no fix changes.
    #[must_use]
    pub fn nothing(path: String) -> Self {
        Self { path, ..Self::default() }
    }

    /// The worst of all stages; nothing to prove is proved.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        outcome(&self.proofs)
    }
}

/// The worst of all stages; nothing to prove is proved.
#[must_use]
pub fn outcome(proofs: &[Proof]) -> Outcome {
    proofs.iter().map(|it| it.verdict.outcome).max().unwrap_or(Outcome::Proved)
}

/// One line a stage.
///
/// # Errors
/// As `out` says.
pub fn write_concise(out: &mut dyn Write, report: &ProofReport) -> io::Result<()> {
    let path = super::one_line(&report.path);
    if report.proofs.is_empty() {
        return writeln!(out, "{path}: nothing to prove");
    }
    report.proofs.iter().try_for_each(|it| {
        let target = it.target.as_ref().map(|it| format!(" (stage `{}`)", super::one_line(it))).unwrap_or_default();
        writeln!(out, "{path}{target}: {}: {}", it.verdict.outcome.name(), super::one_line(&it.verdict.reason))
    })
}
