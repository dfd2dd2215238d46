//! The last words: how much was found, what was fixed, what was held back and why.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{FileReport, FixProof, Fixed, held_back, one_line, printable};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::Applicability;

/// What the diagnostics of some files come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All diagnostics.
    pub all: usize,
    /// Those that are information only: no problems.
    pub hints: usize,
    /// Those with a safe fix.
    pub safe: usize,
    /// Those with an unsafe one.
    pub risky: usize,
    /// Fixes applied, or shown in a diff.
    pub fixed: usize,
}

impl Counts {
    /// Counts the diagnostics of `files`.
    #[must_use]
    pub fn of(files: &[FileReport]) -> Self {
        Self::of_those(files, |_| true)
    }

    fn of_those(files: &[FileReport], counts: impl Fn(&Diagnostic) -> bool) -> Self {
        let mut res = Self::default();
        for file in files {
            res.fixed += file.fixed.as_ref().map_or(0, |it| it.applied.len());
            for it in file.diagnostics.iter().filter(|it| counts(it)) {
                res.all += 1;
                res.hints += usize::from(it.severity == Severity::Info);
                match it.fix.as_ref().map(|it| it.applicability) {
                    Some(Applicability::Safe) => res.safe += 1,
                    Some(Applicability::Unsafe) => res.risky += 1,
                    Some(Applicability::DisplayOnly) | None => {}
                }
            }
        }
        res
    }

    fn ways_out(self) -> String {
        match (self.safe, self.risky) {
            (0, 0) => ".".to_owned(),
            (safe, 0) => format!(" ({safe} fixable: `nodestage fix --write`)."),
            (0, risky) => format!(" ({risky} fixable with `nodestage fix --write --unsafe`)."),
            (safe, risky) => format!(" ({safe} fixable: `nodestage fix --write`; {risky} more with `--unsafe`)."),
        }
    }
}

/// Where a problem's page is.
const MORE: &str = "More on a rule: `nodestage rule NAME`.";

/// How much is not told because it is known.
///
/// # Errors
/// As `out` says.
pub fn write_known(out: &mut dyn Write, n_known: usize) -> io::Result<()> {
    if n_known == 0 { Ok(()) } else { writeln!(out, "{} in the baseline are not shown.", count(n_known, "diagnostic")) }
}

/// What was looked at in one file.
///
/// # Errors
/// As `out` says.
pub fn write_looked_at(out: &mut dyn Write, file: &FileReport) -> io::Result<()> {
    let context = if file.context.is_empty() { "./" } else { &file.context };
    let node = if file.is_without_node { ", skipped: ships no Node.js" } else { "" };
    writeln!(out, "{}: looked at, with {} around it{node}", one_line(&file.path), one_line(context))
}

/// Where no file is left to look at.
///
/// # Errors
/// As `out` says.
pub fn write_nothing(out: &mut dyn Write, n_excluded: usize) -> io::Result<()> {
    match n_excluded {
        0 => writeln!(out, "No files to look at."),
        n => writeln!(out, "No files to look at: `exclude` of nodestage.toml leaves out {}.", count(n, "file")),
    }
}

/// How often each rule spoke, the most frequent first, and how much of it has a safe fix.
///
/// # Errors
/// As `out` says.
pub fn write_statistics(out: &mut dyn Write, files: &[FileReport]) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for it in files.iter().flat_map(|it| &it.diagnostics) {
        let (n, n_safe) = by_rule.entry(it.rule).or_default();
        *n += 1;
        *n_safe += usize::from(it.fix.as_ref().is_some_and(|it| it.applicability == Applicability::Safe));
    }
    let mut rows: Vec<_> = by_rule.into_iter().collect();
    rows.sort_by_key(|(_, (n, _))| Reverse(*n));
    rows.iter().try_for_each(|(rule, (n, n_safe))| writeln!(out, "{n:5}  {rule}  ({n_safe} fixable)"))
}

/// After `check`.
///
/// # Errors
/// As `out` says.
pub fn write_check(out: &mut dyn Write, files: &[FileReport]) -> io::Result<()> {
    let counts = Counts::of(files);
    let n_skipped = files.iter().filter(|it| it.is_without_node && it.diagnostics.is_empty()).count();
    if n_skipped > 0 {
        writeln!(out, "Skipped {}: no Node.js ships.", count(n_skipped, "file"))?;
    }
    match (counts.all - counts.hints, counts.hints) {
        (0, 0) if n_skipped == files.len() => Ok(()),
        (0, 0) => writeln!(out, "No problems in {}.", count(files.len() - n_skipped, "file")),
        (0, n) => writeln!(
            out,
            "No problems in {}, and {}{}",
            count(files.len(), "file"),
            count(n, "hint"),
            counts.ways_out()
        ),
        (n, 0) => writeln!(out, "Found {}{}\n{MORE}", count(n, "problem"), counts.ways_out()),
        (n, hints) => {
            writeln!(out, "Found {} and {}{}\n{MORE}", count(n, "problem"), count(hints, "hint"), counts.ways_out())
        }
    }
}

/// After `fix`: what was fixed by which rule, and what was not and why.
///
/// # Errors
/// As `out` says.
pub fn write_fix(out: &mut dyn Write, files: &[FileReport], write: bool) -> io::Result<()> {
    for file in files {
        let Some(fixed) = &file.fixed else { continue };
        write_file(out, file, fixed)?;
    }
    let n_changed = changed(files).len();
    let counts = Counts::of_those(files, |it| it.severity != Severity::Info);
    let verb = if write { "Fixed" } else { "Would fix" };
    match counts.fixed {
        0 => writeln!(out, "Nothing to fix in {}{}", count(files.len(), "file"), left(counts)),
        n => writeln!(out, "{verb} {} in {}{}", count(n, "problem"), count(n_changed, "file"), left(counts)),
    }?;
    if counts.fixed > 0 && !write { writeln!(out, "Nothing was written: `--write` does it.") } else { Ok(()) }
}

/// The files that change; one that several Dockerfiles share comes once.
fn changed(files: &[FileReport]) -> BTreeSet<&str> {
    let fixed = files.iter().filter_map(|it| Some((it.path.as_str(), it.fixed.as_ref()?)));
    fixed
        .flat_map(|(path, it)| {
            let own = (!it.diff.is_empty()).then_some(path);
            own.into_iter().chain(it.others.iter().map(|it| it.path.as_str()))
        })
        .collect()
}

/// What a proof showed, and what was left out for it.
fn write_proof(out: &mut dyn Write, path: &str, proof: &FixProof) -> io::Result<()> {
    let FixProof { outcome, reason, blamed } = proof;
    let left_out = match &blamed[..] {
        [] => String::new(),
        all => format!("; left out: {}", all.join(", ")),
    };
    writeln!(out, "{}: {outcome}: {}{left_out}", one_line(path), one_line(reason))
}

fn write_file(out: &mut dyn Write, file: &FileReport, fixed: &Fixed) -> io::Result<()> {
    for same in fixed.applied.chunk_by(|a, b| a.title == b.title) {
        let rules: Vec<&str> = same.iter().map(|it| it.rule).collect();
        writeln!(out, "{}: {} [{}]", one_line(&file.path), printable(&same[0].title), rules.join(", "))?;
    }
    if let Some(proof) = &fixed.proof {
        write_proof(out, &file.path, proof)?;
    }
    if let Some(it) = &fixed.reverted {
        let rules = it.rules.join(", ");
        writeln!(
            out,
            "{}: the fixes of {rules} were taken back: {}. This is a fault of nodestage: please report it",
            one_line(&file.path),
            it.reason
        )?;
    }
    for it in &file.diagnostics {
        let line = file.text.line(it.range.start());
        if let Some(reason) = held_back(it) {
            writeln!(
                out,
                "{}:{line}: {} [{}]\n  {}",
                one_line(&file.path),
                printable(&it.message),
                it.rule,
                printable(&reason)
            )?;
        }
    }
    Ok(())
}

fn left(counts: Counts) -> String {
    match (counts.all, counts.risky) {
        (0, _) => ".".to_owned(),
        (n, 0) => format!("; {} left.", count(n, "problem")),
        (n, risky) => format!("; {} left ({risky} fixable with `--unsafe`).", count(n, "problem")),
    }
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
