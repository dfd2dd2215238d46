//! `nodestage fix`

use std::io::{self, Write};
use std::path::Path;

use super::args::{FixArgs, Format};
use super::session::{Loaded, Outcome, Session};
use super::{Status, output, read, write};
use crate::config::nearest;
use crate::fix::{Applicability, diff};
use crate::linter::{self, FixOptions};
use crate::report::{FileReport, Fixed, json, summary};
use crate::rules::RULES;

pub(super) fn run(args: &FixArgs) -> io::Result<Status> {
    if let Some(error) = args.rules.iter().find_map(|it| unknown_rule(it)) {
        output::fail(&error);
        return Ok(Status::Failure);
    }
    let session = Session::new(&args.files)?;
    let outcome = session.run(|it| fix(&session, args, it));
    outcome.complain();
    write_out(&mut output::stdout(), args, &outcome)?;
    if args.files.output_format != Format::Json && !outcome.files.is_empty() {
        summary::write_fix(&mut output::stderr(), &outcome.files, args.write)?;
    }
    let found = outcome.files.iter().any(|it| if args.write { it.has_findings() } else { would_change(it) });
    Ok(Status::of(found, !outcome.errors.is_empty()))
}

/// What is wrong with the name of a rule; `None` where there is such a rule.
pub(super) fn unknown_rule(name: &str) -> Option<String> {
    let mut names = RULES.iter().map(|it| it.name);
    if names.any(|it| it == name) {
        return None;
    }
    let suggestion = nearest(name, RULES.iter().map(|it| it.name));
    let way_out =
        suggestion.map_or_else(|| "`nodestage rule` lists them".to_owned(), |it| format!("did you mean `{it}`?"));
    Some(format!("there is no rule `{name}`; {way_out}"))
}

fn would_change(file: &FileReport) -> bool {
    file.fixed.as_ref().is_some_and(|it| !it.diff.is_empty())
}

fn fix(session: &Session<'_>, args: &FixArgs, loaded: &Loaded) -> Result<FileReport, String> {
    let input = &loaded.input;
    let result = linter::fix(input, &options(args));
    let report = session.report(loaded, &result.remaining.problems);
    let text = result.text.unwrap_or_else(|| input.text.clone());
    let mut fixed = Fixed { applied: result.applied, reverted: result.reverted, ..Fixed::default() };
    fixed.diff = diff::unified(&report.path, &input.text, &text);
    if args.write && text != input.text && !is_stdin(args, &loaded.path) {
        write::replace(&loaded.path, &input.text, &text)?;
        fixed.written = true;
    }
    Ok(FileReport { text, diagnostics: result.remaining.diagnostics, fixed: Some(fixed), ..report })
}

fn options(args: &FixArgs) -> FixOptions {
    FixOptions {
        minimum: if args.r#unsafe { Applicability::Unsafe } else { Applicability::Safe },
        rules: (!args.rules.is_empty()).then(|| args.rules.clone()),
        ..FixOptions::default()
    }
}

/// Whether `shown` is what stdin goes by.
fn is_stdin(args: &FixArgs, shown: &Path) -> bool {
    let has_stdin = args.files.paths.iter().any(|it| read::is_stdin(it));
    has_stdin && (read::is_stdin(shown) || args.files.stdin_filename.as_deref() == Some(shown))
}

fn write_out(out: &mut dyn Write, args: &FixArgs, outcome: &Outcome) -> io::Result<()> {
    if args.files.output_format == Format::Json {
        json::write(out, &outcome.files, &outcome.errors)?;
        return out.flush();
    }
    for file in &outcome.files {
        let fixed = file.fixed.as_ref().map_or("", |it| it.diff.as_str());
        match (args.write, is_stdin(args, Path::new(&file.path))) {
            (true, true) => out.write_all(file.text.as_bytes())?,
            (true, false) => {}
            (false, _) => out.write_all(fixed.as_bytes())?,
        }
    }
    out.flush()
}
