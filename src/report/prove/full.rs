//! For a terminal: what was seen before and after, side by side, and the verdict.

use std::io::{self, Write};
use std::time::Duration;

use super::super::one_line;
use super::{Proof, ProofReport};
use crate::config::size;
use crate::prove::{Built, Ending, Observation, Outcome};

/// Writes the report.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, report: &ProofReport) -> io::Result<()> {
    if report.proofs.is_empty() {
        return writeln!(out, "{BOLD}{}{RESET}: nothing to prove: no fix changes it", one_line(&report.path));
    }
    report.proofs.iter().try_for_each(|it| proof(out, &report.path, it))
}

fn proof(out: &mut dyn Write, path: &str, proof: &Proof) -> io::Result<()> {
    let stage = proof.target.as_ref().map(|it| format!(", stage `{}`", one_line(it))).unwrap_or_default();
    writeln!(out, "{BOLD}{}{RESET}{stage}\n", one_line(path))?;
    if let (Some(before), Some(after)) = (&proof.before, &proof.after) {
        table(out, before, after)?;
        failures(out, before, after)?;
    }
    let color = match proof.verdict.outcome {
        Outcome::Proved => GREEN,
        Outcome::NotProved => YELLOW,
        Outcome::Worse => RED,
    };
    writeln!(out, "{color}{}{RESET}: {}", proof.verdict.outcome.name(), one_line(&proof.verdict.reason))?;
    proof.verdict.notes.iter().try_for_each(|it| writeln!(out, "  note: {}", one_line(it)))
}

fn table(out: &mut dyn Write, before: &Observation, after: &Observation) -> io::Result<()> {
    let rows = rows(before, after);
    let width = rows.iter().map(|it| it.1.chars().count()).max().unwrap_or(0).max("before".len());
    writeln!(out, "  {DIM}{:12}  {:width$}  after{RESET}", "", "before")?;
    rows.iter().try_for_each(|(name, was, is)| writeln!(out, "  {name:12}  {was:width$}  {is}"))?;
    writeln!(out)
}

type Row = (&'static str, String, String);

fn rows(before: &Observation, after: &Observation) -> Vec<Row> {
    let row = |name, cell: &dyn Fn(&Built) -> String| {
        let shown = |it: &Observation| it.built().map_or_else(|| "-".to_owned(), |it| one_line(&cell(it)));
        (name, shown(before), shown(after))
    };
    let built = |it: &Observation| it.built().map_or_else(|| "fails".to_owned(), |it| seconds(it.time));
    vec![
        ("build", built(before), built(after)),
        row("size", &|it| size(it.figures.bytes)),
        row("dev packages", &|it| counted(it.figures.n_dev, it.figures.dev_bytes)),
        row("sources", &|it| {
            if it.figures.source_bytes == 0 { "none".to_owned() } else { size(it.figures.source_bytes) }
        }),
        row("user", &|it| it.figures.user_name().to_owned()),
        row("start", &|it| format!("{}, {}", it.start.clause(), seconds(it.start.time))),
        row("stop", &|it| it.start.ending.map_or_else(|| "-".to_owned(), stopped)),
    ]
}

fn counted(n: usize, bytes: u64) -> String {
    if n == 0 && bytes == 0 { "none".to_owned() } else { format!("{n}, {}", size(bytes)) }
}

fn stopped(ending: Ending) -> String {
    if ending.killed { format!("killed after {}", seconds(ending.time)) } else { seconds(ending.time) }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// What the builds that fail print.
fn failures(out: &mut dyn Write, before: &Observation, after: &Observation) -> io::Result<()> {
    for (what, seen) in [("before", before), ("after", after)] {
        let Observation::Failed(failure) = seen else { continue };
        writeln!(out, "  {DIM}{what} the fix, {}{RESET}", one_line(&failure.clause()))?;
        failure.lines.iter().try_for_each(|it| writeln!(out, "    {}", one_line(it)))?;
        writeln!(out)?;
    }
    Ok(())
}

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[1;91m";
const YELLOW: &str = "\x1b[1;33m";
const GREEN: &str = "\x1b[1;32m";
const RESET: &str = "\x1b[0m";
