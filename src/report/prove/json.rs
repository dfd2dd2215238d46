//! One JSON document. Its shape changes only together with `version`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::super::json::escaped;
use super::{Proof, ProofReport};
use crate::prove::{Answer, BuildFailure, Built, End, Ending, FailureKind, Observation, Start};

/// Writes the reports. Sizes are in bytes, times in seconds.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, reports: &[ProofReport], errors: &[String]) -> io::Result<()> {
    let files: Vec<Value> = reports.iter().map(file).collect();
    let document = json!({ "version": 1, "files": files, "errors": errors });
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(&document)?))
}

fn file(it: &ProofReport) -> Value {
    let applied = it.applied.iter().map(|it| json!({ "rule": it.rule, "title": it.title }));
    let name = if it.proofs.is_empty() { "nothing to prove" } else { it.outcome().name() };
    json!({
        "path": it.path, "outcome": name, "applied": applied.collect::<Vec<_>>(),
        "proofs": it.proofs.iter().map(proof).collect::<Vec<_>>(),
    })
}

/// Of one stage; the target is null for the last one.
fn proof(it: &Proof) -> Value {
    json!({
        "target": it.target, "outcome": it.verdict.outcome.name(), "reason": it.verdict.reason, "notes": it.verdict.notes,
        "before": it.before.as_ref().map(observation), "after": it.after.as_ref().map(observation),
    })
}

fn observation(it: &Observation) -> Value {
    match it {
        Observation::Failed(it) => json!({ "builds": false, "failure": failure(it) }),
        Observation::Built(it) => built(it),
    }
}

fn failure(it: &BuildFailure) -> Value {
    let kind = match it.kind {
        FailureKind::Network => "network",
        FailureKind::BaseImage => "base-image",
        FailureKind::Late => "late",
        FailureKind::Disk => "disk",
        FailureKind::Own => "own",
    };
    json!({ "kind": kind, "step": it.step, "lines": it.lines })
}

fn built(it: &Built) -> Value {
    let figures = &it.figures;
    json!({
        "builds": true, "seconds": it.time.as_secs_f64(), "bytes": figures.bytes, "devPackages": figures.n_dev,
        "devBytes": figures.dev_bytes, "sourceBytes": figures.source_bytes, "user": figures.user_name(),
        "missing": figures.missing, "start": start(&it.start),
    })
}

fn start(it: &Start) -> Value {
    let (kind, more) = match &it.end {
        End::Answers { port, answers } => {
            ("answers", json!({ "port": port, "answers": answers.iter().map(answer).collect::<Vec<_>>() }))
        }
        End::Silent => ("silent", Value::Null),
        End::Exited { code, had_answered } => ("exited", json!({ "code": code, "hadAnswered": had_answered })),
        End::OutOfMemory => ("out-of-memory", Value::Null),
        End::Refused(said) => ("refused", json!({ "said": said })),
    };
    json!({
        "end": kind, "details": more, "seconds": it.time.as_secs_f64(), "stop": it.ending.map(ending),
        "log": it.log.reason(),
    })
}

fn ending(it: Ending) -> Value {
    json!({ "seconds": it.time.as_secs_f64(), "killed": it.killed })
}

/// Null where nobody answered.
fn answer(it: &Option<Answer>) -> Value {
    it.as_ref()
        .map_or(Value::Null, |it| json!({ "status": it.status, "headers": it.headers, "bodyBytes": it.body.len() }))
}
