//! `nodestage check`

use std::io::{self, Write};

use super::args::{CheckArgs, Format};
use super::session::{Loaded, Outcome, Session};
use super::{Status, output};
use crate::linter;
use crate::report::{FileReport, concise, full, json, summary};

pub(super) fn run(args: &CheckArgs) -> io::Result<Status> {
    let session = Session::new(&args.files)?;
    let (files, errors) = session.each(|it| Ok(check(&session, &it)));
    let outcome = Outcome { files, errors };
    outcome.complain();
    write(&mut output::stdout(), args.files.output_format, &outcome)?;
    if args.files.output_format != Format::Json && !outcome.files.is_empty() {
        summary::write_check(&mut output::stderr(), &outcome.files)?;
    }
    Ok(Status::of(outcome.files.iter().any(FileReport::has_findings), !outcome.errors.is_empty()))
}

fn check(session: &Session<'_>, loaded: &Loaded) -> FileReport {
    let result = linter::check(&loaded.input);
    let report = session.report(loaded, &result.problems);
    FileReport { text: loaded.input.text.clone(), diagnostics: result.diagnostics, ..report }
}

/// Writes the diagnostics.
pub(super) fn write(out: &mut dyn Write, format: Format, outcome: &Outcome) -> io::Result<()> {
    match format {
        Format::Full => outcome.files.iter().try_for_each(|it| full::write(out, it)),
        Format::Concise => outcome.files.iter().try_for_each(|it| concise::write(out, it)),
        Format::Json => json::write(out, &outcome.files, &outcome.errors),
    }?;
    out.flush()
}
