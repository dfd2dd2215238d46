//! `nodestage check`

use std::io::{self, Write};

use super::args::{CheckArgs, CheckFormat};
use super::session::{Loaded, Outcome, Session};
use super::{Status, fix, output, parallel};
use crate::linter::{self, SYNTAX_ERROR};
use crate::report::base::Base;
use crate::report::{FileReport, concise, full, github, gitlab, json, junit, sarif, summary};

pub(super) fn run(args: &CheckArgs) -> io::Result<Status> {
    if let Some(error) = args.rules.iter().chain(&args.ignored).find_map(|it| fix::unknown_rule(it)) {
        output::fail(&error);
        return Ok(Status::Failure);
    }
    let session = Session::new(&args.files)?;
    let (files, errors) = session.each(|it| Ok(check(&session, args, &it)));
    let outcome = Outcome { files, errors };
    outcome.complain();
    let mut out = output::open(args.report.output_file.as_deref())?;
    write(&mut *out, args, &outcome, &session.base())?;
    outcome.tell(&session, &args.report)?;
    if args.output_format.is_for_people() && !outcome.files.is_empty() && !args.report.quiet {
        summary::write_check(&mut output::stderr(), &outcome.files)?;
    }
    Ok(args.report.status(&outcome.files, false, !outcome.errors.is_empty()))
}

fn check(session: &Session<'_>, args: &CheckArgs, loaded: &Loaded) -> FileReport {
    let mut result = linter::check(&loaded.input);
    result.diagnostics.retain(|it| args.wants(it.rule));
    let report = session.report(loaded, &result.problems);
    let is_without_node = result.is_without_node;
    FileReport { text: loaded.input.source.text().clone(), diagnostics: result.diagnostics, is_without_node, ..report }
}

impl CheckArgs {
    /// Whether what `rule` says is wanted. A file that is no Dockerfile is told in any case.
    fn wants(&self, rule: &str) -> bool {
        let is_named = |names: &[String]| names.iter().any(|it| it == rule);
        rule == SYNTAX_ERROR || (self.rules.is_empty() || is_named(&self.rules)) && !is_named(&self.ignored)
    }
}

/// Writes the diagnostics.
fn write(out: &mut dyn Write, args: &CheckArgs, outcome: &Outcome, base: &Base) -> io::Result<()> {
    let in_colour = args.report.output_file.is_none() && output::is_coloured();
    let (files, errors) = (&outcome.files, &outcome.errors);
    match args.output_format {
        _ if args.statistics => summary::write_statistics(out, files),
        CheckFormat::Full => side_by_side(out, files, |out, it| full::write(out, it, in_colour)),
        CheckFormat::Concise => side_by_side(out, files, |out, it| concise::write(out, it, in_colour)),
        CheckFormat::Json => json::write(out, files, errors),
        CheckFormat::Sarif => sarif::write(out, files, errors, base),
        CheckFormat::Github => github::write(out, files, errors, base),
        CheckFormat::Gitlab => gitlab::write(out, files, base),
        CheckFormat::Junit => junit::write(out, files, errors, base),
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
