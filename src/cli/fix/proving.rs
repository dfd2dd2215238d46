//! `fix --prove`: what is kept of the fixes of a Dockerfile once both of its images were built, started and compared.

use super::super::args::FixArgs;
use super::super::prove::{Shown, Trial};
use super::fixing::Fixing;
use crate::linter::{self, FixOptions, FixResult};
use crate::prove::{Blamed, Outcome, Stop, Verdict, blame};
use crate::report::prove::{Proof, outcome};
use crate::report::{FixProof, one_line};

/// Keeps of `fixing` what is proved.
///
/// # Errors
/// Where the Dockerfile can't be tried: one clause.
pub(super) fn proved(fixing: Fixing, args: &FixArgs, stop: &Stop) -> Result<Fixing, String> {
    if !fixing.changes() {
        return Ok(fixing);
    }
    let shown = Shown::new(fixing.path());
    let failed = |it: String| format!("{}: {it}", one_line(&fixing.path().display().to_string()));
    let input = fixing.input().clone();
    let trial = Trial::new(&input, &args.trial, stop, &shown).map_err(failed)?;
    let kept = Proving { trial: &trial, fixing: &fixing }.kept().map_err(failed)?;
    Ok(fixing.with(kept.result, kept.proof))
}

struct Kept {
    result: FixResult,
    proof: FixProof,
}

struct Proving<'a> {
    trial: &'a Trial<'a>,
    fixing: &'a Fixing,
}

impl Proving<'_> {
    fn kept(&self) -> Result<Kept, String> {
        let whole = self.tried(self.fixing.result())?;
        match whole.outcome {
            Outcome::Proved => Ok(self.of(&self.rules(), whole, Vec::new())),
            Outcome::NotProved => Ok(self.of(&[], whole, self.rules())),
            Outcome::Worse => self.without_culprits(whole),
        }
    }

    /// All fixes but those that make it worse.
    fn without_culprits(&self, whole: Verdict) -> Result<Kept, String> {
        let is_fine = &mut |rules: &[&'static str]| {
            let result = self.fixed_by(rules);
            let is_same = result.text.is_none() && result.files.is_empty();
            Ok::<_, String>(is_same || self.tried(&result)?.outcome == Outcome::Proved)
        };
        let Blamed { kept, blamed } = blame(&self.rules(), is_fine)?;
        Ok(self.of(&kept, whole, blamed))
    }

    fn of(&self, kept: &[&'static str], verdict: Verdict, blamed: Vec<&'static str>) -> Kept {
        let proof = FixProof { outcome: verdict.outcome.name(), reason: verdict.reason, blamed };
        Kept { result: self.fixed_by(kept), proof }
    }

    /// The worst of what is said of all stages that ship.
    fn tried(&self, result: &FixResult) -> Result<Verdict, String> {
        let proofs = self.trial.prove(result).map_err(|it| it.to_string())?;
        let worst = outcome(&proofs);
        let found = proofs.into_iter().map(|it: Proof| it.verdict).find(|it| it.outcome == worst);
        found.ok_or_else(|| "nothing of it ships".to_owned())
    }

    /// The rules whose fixes were applied, each once.
    fn rules(&self) -> Vec<&'static str> {
        let mut res: Vec<&'static str> = Vec::new();
        for rule in self.fixing.result().applied.iter().map(|it| it.rule) {
            if !res.contains(&rule) {
                res.push(rule);
            }
        }
        res
    }

    fn fixed_by(&self, rules: &[&'static str]) -> FixResult {
        let rules = Some(rules.iter().map(|it| (*it).to_owned()).collect());
        linter::fix(self.fixing.input(), &FixOptions { rules, ..self.fixing.options().clone() })
    }
}
