//! `nodestage check`

use std::io::{self, Write};

use super::args::{CheckArgs, Format};
use super::session::{Loaded, Outcome, Session};
use super::{Status, output, parallel};
use crate::linter;
use crate::report::{FileReport, concise, full, json, summary};

pub(super) fn run(args: &CheckArgs) -> io::Result<Status> {
    let session = Session::new(&args.files)?;
    let (files, errors) = session.each(|it| Ok(check(&session, &it)));
    let outcome = Outcome { files, errors };
    outcome.complain();
    write(args.files.output_format, &outcome)?;
    if args.files.output_format != Format::Json && !outcome.files.is_empty() {
        summary::write_check(&mut output::stderr(), &outcome.files)?;
    }
    Ok(Status::of(outcome.files.iter().any(FileReport::has_findings), !outcome.errors.is_empty()))
}

fn check(session: &Session<'_>, loaded: &Loaded) -> FileReport {
    let result = linter::check(&loaded.input);
    let report = session.report(loaded, &result.problems);
    FileReport { text: loaded.input.source.text().clone(), diagnostics: result.diagnostics, ..report }
}

/// Writes the diagnostics.
fn write(format: Format, outcome: &Outcome) -> io::Result<()> {
    let in_colour = output::is_coloured();
    let out: &mut dyn Write = match format {
        // Drawn without colours in the first place: nothing has to look for them.
        Format::Full if !in_colour => &mut output::plain_stdout(),
        _ => &mut output::stdout(),
    };
    match format {
        Format::Full => side_by_side(out, &outcome.files, |out, it| full::write(out, it, in_colour)),
        Format::Concise => side_by_side(out, &outcome.files, concise::write),
        Format::Json => json::write(out, &outcome.files, &outcome.errors),
    }?;
    out.flush()
}

/// Writes the files in their order. Drawing a report may take longer than finding what is in it.
fn side_by_side(
    out: &mut dyn Write,
    files: &[FileReport],
    write: impl Fn(&mut dyn Write, &FileReport) -> io::Result<()> + Sync,
) -> io::Result<()> {
    let drawn = parallel::map(files, |it| {
        let mut text = Vec::new();
        write(&mut text, it).map(|()| text)
    });
    drawn.into_iter().try_for_each(|it| out.write_all(&it?))
}
