//! The verdict over two observations: a function of them, which asks nobody.

mod answers;
#[cfg(test)]
mod tests;

use super::{BuildFailure, Built, End, FailureKind, Log, Observation, Start};

/// How a proof ends. The order is that of how much there is to worry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// After the fix all is as before, or better.
    Proved,
    /// It can't be told.
    NotProved,
    /// The fix breaks something.
    Worse,
}

impl Outcome {
    /// In reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::NotProved => "not proved",
            Self::Worse => "worse",
        }
    }
}

/// What is said of two observations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The word.
    pub outcome: Outcome,
    /// Why: one clause, and a way out where there is one.
    pub reason: String,
    /// What else a reader may want to know, one clause each.
    pub notes: Vec<String>,
}

impl Verdict {
    /// With this reason.
    #[must_use]
    pub fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self { outcome, reason: reason.into(), notes: Vec::new() }
    }
}

fn proved(reason: impl Into<String>) -> Verdict {
    Verdict::new(Outcome::Proved, reason)
}

fn not_proved(reason: impl Into<String>) -> Verdict {
    Verdict::new(Outcome::NotProved, reason)
}

fn worse(reason: impl Into<String>) -> Verdict {
    Verdict::new(Outcome::Worse, reason)
}

const WAY_OUT: &str = "give it what it needs with `--env`, `--env-file` or `--network`";

/// Compares what was seen before the fix and after it, asked for `paths`.
#[must_use]
pub fn compare(before: &Observation, after: &Observation, paths: &[String]) -> Verdict {
    match (before, after) {
        (Observation::Built(before), Observation::Built(after)) => images(before, after, paths),
        (Observation::Built(_), Observation::Failed(failure)) => broken_build(failure),
        (Observation::Failed(failure), Observation::Built(after)) => mended_build(failure, &after.start),
        (Observation::Failed(failure), Observation::Failed(_)) => {
            not_proved(format!("before the fix already, {}", failure.clause()))
        }
    }
}

fn broken_build(failure: &BuildFailure) -> Verdict {
    match failure.kind {
        FailureKind::Own => worse(format!("{} after the fix", failure.clause())),
        _ => not_proved(format!("after the fix, {}", failure.clause())),
    }
}

fn mended_build(failure: &BuildFailure, after: &Start) -> Verdict {
    match &after.end {
        End::Answers { answers, .. } if answers::is_content(answers) => {
            proved(format!("before the fix {}; now it builds and answers", failure.clause()))
        }
        _ => not_proved(format!("before the fix {}: there is nothing to compare with", failure.clause())),
    }
}

fn images(before: &Built, after: &Built, paths: &[String]) -> Verdict {
    let mut res = starts(before, &after.start, paths);
    let missing: Vec<&String> =
        after.figures.missing.iter().filter(|it| !before.figures.missing.contains(it)).collect();
    if let (Outcome::Proved, Some(first)) = (res.outcome, missing.first()) {
        res = Verdict {
            notes: res.notes,
            ..not_proved(format!("`{first}` is not in the image any more, and may be loaded later"))
        };
    }
    res
}

fn starts(before: &Built, after: &Start, paths: &[String]) -> Verdict {
    if let Some(lost) = lost(&before.start.log, after) {
        return worse(lost);
    }
    let res = ends(before, after, paths);
    let stops = |it: &Start| it.ending.is_some_and(|it| !it.killed);
    let has_to_be_killed = after.ending.is_some_and(|it| it.killed);
    if res.outcome != Outcome::Worse && stops(&before.start) && has_to_be_killed {
        return worse("it no longer stops on SIGTERM, and has to be killed");
    }
    res
}

/// What the container says that it misses, and did not before.
fn lost(before: &Log, after: &Start) -> Option<String> {
    let log = &after.log;
    let is_up = matches!(after.end, End::Answers { .. });
    let new = |before: Option<&str>, after: Option<&'_ str>| after.filter(|_| before.is_none()).map(str::to_owned);
    let module = new(before.missing_module(), log.missing_module()).map(|it| format!("a module is missing: {it}"));
    let denied = || new(before.denied(), log.denied()).map(|it| format!("something is forbidden: {it}"));
    let command = || new(before.missing_command(), log.missing_command()).filter(|_| !is_up);
    module.or_else(denied).or_else(|| command().map(|it| format!("a program is missing: {it}")))
}

fn ends(before: &Built, after: &Start, paths: &[String]) -> Verdict {
    let first = &before.start;
    match (&first.end, &after.end) {
        (End::Answers { .. }, End::Answers { .. }) => answers::compare(before, after, paths),
        (End::Refused(said), End::Refused(_)) => {
            not_proved(format!("before the fix already, it cannot be started: {said}"))
        }
        (End::OutOfMemory, End::OutOfMemory) => not_proved("before and after alike it takes more than 2 GB of memory"),
        (_, End::Refused(said)) => worse(format!("it cannot be started any more: {said}")),
        (_, End::OutOfMemory) => worse("it takes more than 2 GB of memory, and did not before"),
        (End::Answers { .. } | End::Silent, End::Exited { code, .. }) => {
            worse(format!("it ends with {code} where it stayed up{}", told(&after.log)))
        }
        (End::Answers { port, .. }, End::Silent) => {
            worse(format!("nobody answers on port {port} any more{}", told(&after.log)))
        }
        (End::Silent, End::Silent) => silent(&first.log),
        (End::Exited { code, .. }, End::Exited { code: now, .. }) => exits(*code, *now, first, after),
        (_, End::Answers { answers, .. }) if answers::is_content(answers) => {
            proved(format!("before the fix: {}; now it answers", first.clause()))
        }
        _ => not_proved(format!("before the fix: {}; after it: {}", first.clause(), after.clause())),
    }
}

fn told(log: &Log) -> String {
    log.reason().map(|it| format!(": {it}")).unwrap_or_default()
}

/// Both stay up, and nobody answers.
fn silent(log: &Log) -> Verdict {
    match log.missing_service().or_else(|| log.missing_module()) {
        Some(line) => not_proved(format!("before and after alike it waits for something ({line}); {WAY_OUT}")),
        None => Verdict {
            notes: vec!["nobody answers in HTTP: if it should, `--port` says where".to_owned()],
            ..proved("both build, find their modules and stay up")
        },
    }
}

fn exits(code: i64, now: i64, before: &Start, after: &Start) -> Verdict {
    match (code, now) {
        (0, 0) if before.log.masked() == after.log.masked() => proved("both build, print the same and end with 0"),
        (0, 0) => not_proved("both end with 0, and print something else"),
        (0, _) => worse(format!("it ends with {now} where it ended with 0{}", told(&after.log))),
        (_, 0) => not_proved(format!("before the fix it ends with {code}{}", told(&before.log))),
        _ => not_proved(format!("before and after alike it ends with {now}{}; {WAY_OUT}", told(&after.log))),
    }
}
