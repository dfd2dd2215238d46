//! `nodestage fix`

mod fixing;
mod proving;

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::args::{FixArgs, Format};
use super::prove::stop_on_signal;
use super::session::{Outcome, Session};
use super::{Status, output, read};
use crate::config::nearest;
use crate::linter;
use crate::report::coloured_diff::coloured;
use crate::report::{FileReport, Fixed, harmless, json, printable, summary};

use fixing::Fixing;

pub(super) fn run(args: &FixArgs) -> io::Result<Status> {
    if let Some(error) = args.rules.iter().find_map(|it| unknown_rule(it)) {
        output::fail(&error);
        return Ok(Status::Failure);
    }
    if let Some(option) = args.trial.given().filter(|_| !args.prove) {
        output::fail(&format!("`{option}` says how to build and start: it needs `--prove`"));
        return Ok(Status::Failure);
    }
    let session = Session::new(&args.files)?;
    let mut out = output::open(args.report.output_file.as_deref())?;
    let outcome = fix(&session, args);
    outcome.complain();
    write_out(&mut *out, args, &outcome)?;
    outcome.tell(&session, &args.report)?;
    if args.output_format != Format::Json && !outcome.files.is_empty() && !args.report.quiet {
        summary::write_fix(&mut output::stderr(), &outcome.files, args.write)?;
    }
    let would_change = !args.write && outcome.files.iter().any(would_change);
    Ok(args.report.status(&outcome.files, would_change, !outcome.errors.is_empty()))
}

/// Files are fixed in parallel, then written one after the other: they may share a file of their context.
fn fix(session: &Session<'_>, args: &FixArgs) -> Outcome {
    let (fixings, errors) = session.each(|it| Ok(Fixing::new(it, args)));
    let mut outcome = Outcome { files: Vec::new(), errors };
    let stop = args.prove.then(stop_on_signal);
    for fixing in fixing::agreed(fixings) {
        let kept = match &stop {
            Some(stop) => fixing.and_then(|it| proving::proved(it, args, stop)),
            None => fixing,
        };
        match kept.and_then(|it| it.finish(session, args.write)) {
            Ok(file) => outcome.files.push(file),
            Err(error) => outcome.errors.push(error),
        }
    }
    outcome
}

/// What is wrong with the name of a rule; `None` where there is such a rule.
pub(super) fn unknown_rule(name: &str) -> Option<String> {
    let mut names = linter::rule_names();
    if names.any(|it| it == name) {
        return None;
    }
    let suggestion = nearest(name, linter::rule_names());
    let way_out =
        suggestion.map_or_else(|| "`nodestage rule` lists them".to_owned(), |it| format!("did you mean `{it}`?"));
    Some(format!("there is no rule `{name}`; {way_out}"))
}

fn would_change(file: &FileReport) -> bool {
    file.fixed.as_ref().is_some_and(Fixed::is_change)
}

/// Whether `shown` is what stdin goes by.
fn is_stdin(args: &FixArgs, shown: &Path) -> bool {
    let has_stdin = args.files.paths().iter().any(|it| read::is_stdin(it));
    has_stdin && (read::is_stdin(shown) || args.files.stdin_filename.as_deref() == Some(shown))
}

fn write_out(out: &mut dyn Write, args: &FixArgs, outcome: &Outcome) -> io::Result<()> {
    if args.output_format == Format::Json {
        json::write(out, &outcome.files, &outcome.errors)?;
        return out.flush();
    }
    let mut shown = BTreeSet::new();
    for file in &outcome.files {
        match (args.write, is_stdin(args, Path::new(&file.path))) {
            (true, true) => out.write_all(file.text.as_bytes())?,
            (true, false) => {}
            (false, _) => file.fixed.iter().try_for_each(|it| write_diffs(out, it, args, &mut shown))?,
        }
    }
    out.flush()
}

/// The diff of a file that several Dockerfiles share is shown once.
fn write_diffs<'a>(
    out: &mut dyn Write,
    fixed: &'a Fixed,
    args: &FixArgs,
    shown: &mut BTreeSet<&'a str>,
) -> io::Result<()> {
    let others = fixed.others.iter().map(|it| it.diff.as_str()).filter(|it| shown.insert(it));
    let is_stdout = args.report.output_file.is_none();
    let escaped = if is_stdout && io::stdout().is_terminal() { printable } else { harmless };
    let in_colour = is_stdout && output::is_coloured();
    std::iter::once(fixed.diff.as_str()).chain(others).try_for_each(|it| {
        let text = if in_colour { coloured(&escaped(it)) } else { escaped(it) };
        out.write_all(text.as_bytes())
    })
}
