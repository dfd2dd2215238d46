//! `nodestage check`

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::args::{CheckArgs, CheckFormat};
use super::changed::Changed;
use super::session::{Loaded, Outcome, Session};
use super::{Status, fix, output, parallel, settings};
use crate::linter::{self, SYNTAX_ERROR};
use crate::report::base::Base;
use crate::report::baseline::Baseline;
use crate::report::{FileReport, concise, full, github, gitlab, json, junit, sarif, summary};

pub(super) fn run(args: &CheckArgs) -> io::Result<Status> {
    let session = Session::new(&args.files)?;
    if args.show_settings {
        return settings::show(&session);
    }
    let filter = match Filter::new(args, &session) {
        Ok(it) => it,
        Err(error) => {
            output::fail(&error);
            return Ok(Status::Failure);
        }
    };
    let is_wanted = |it: &Loaded| filter.changed.as_ref().is_none_or(|changed| session.is_among(changed, it));
    let (files, errors) = session.each(|it| Ok(is_wanted(&it).then(|| check(&session, args, &it))));
    let mut outcome = Outcome { files: files.into_iter().flatten().collect(), errors };
    let n_known = filter.baseline.map_or(0, |it| it.take_out(&mut outcome.files));
    outcome.complain();
    let mut out = output::open(args.report.output_file.as_deref())?;
    write(&mut *out, args, &outcome, &session.base())?;
    outcome.tell(&session, &args.report)?;
    if args.output_format.is_for_people() && !outcome.files.is_empty() && !args.report.quiet {
        summary::write_check(&mut output::stderr(), &outcome.files)?;
        summary::write_known(&mut output::stderr(), n_known)?;
    }
    Ok(args.report.status(&outcome.files, false, !outcome.errors.is_empty()))
}

/// What is not told though it is found.
struct Filter {
    changed: Option<Changed>,
    baseline: Option<Baseline>,
}

impl Filter {
    fn new(args: &CheckArgs, session: &Session<'_>) -> Result<Self, String> {
        if let Some(error) = args.rules.iter().chain(&args.ignored).find_map(|it| fix::unknown_rule(it)) {
            return Err(error);
        }
        let changed = args.changed_since.as_deref().map(|it| Changed::since(session.folder(), it)).transpose()?;
        Ok(Self { changed, baseline: args.baseline.as_deref().map(baseline).transpose()? })
    }
}

fn baseline(path: &Path) -> Result<Baseline, String> {
    let text = fs::read_to_string(path).map_err(|it| it.to_string());
    text.and_then(|it| Baseline::parse(&it)).map_err(|it| format!("{}: no baseline: {it}", path.display()))
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
