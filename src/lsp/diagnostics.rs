//! The engine's diagnostics as the protocol has them.

use std::hash::{DefaultHasher, Hash, Hasher};

use tower_lsp_server::ls_types::{
    self as lsp, CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Position, Range,
};

use super::analysis::{Analysis, Checked};
use super::document::uri_of;
use crate::config::ConfigError;
use crate::config::suppressions::UNUSED;
use crate::diagnostic::{Diagnostic, Note, Place, Related, Severity};
use crate::fix::Applicability;
use crate::project::Problem;
use crate::text::{TextRange, offset, range as text_range};

/// What every diagnostic is signed with.
pub(super) const SOURCE: &str = "nodestage";

/// The code of a nodestage.toml that cannot be used.
const CONFIGURATION: &str = "configuration";

/// The code of a file of the project that cannot be read as what it should be.
const PROJECT: &str = "project";

/// All that there is to say of a document.
pub(super) fn all(analysis: &Analysis) -> Vec<lsp::Diagnostic> {
    let fault = analysis.fault.iter().map(|it| of_fault(analysis, it));
    let Some(checked) = &analysis.checked else { return fault.collect() };
    let found = checked.result.diagnostics.iter().map(|it| of(analysis, checked, it));
    let problems = checked.result.problems.iter().filter_map(|it| of_problem(analysis, checked, it));
    fault.chain(found).chain(problems).collect()
}

/// A name for a list of diagnostics: the same for the same list.
pub(super) fn result_id(diagnostics: &[lsp::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(diagnostics).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// One diagnostic of the engine.
pub(super) fn of(analysis: &Analysis, checked: &Checked, diagnostic: &Diagnostic) -> lsp::Diagnostic {
    let client = &analysis.world.client;
    let href = crate::rules::page_url(diagnostic.rule).and_then(|it| it.parse().ok());
    lsp::Diagnostic {
        range: analysis.range(diagnostic.range),
        severity: Some(severity(diagnostic.severity)),
        code: Some(NumberOrString::String(diagnostic.rule.to_owned())),
        code_description: href.filter(|_| client.code_description).map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: message(analysis, checked, diagnostic),
        related_information: Some(related(analysis, checked, diagnostic))
            .filter(|it| client.related_information && !it.is_empty()),
        tags: tag(diagnostic.rule).filter(|_| client.tags).map(|it| vec![it]),
        data: None,
    }
}

/// Where the client can't show an action with the reason why it can't be taken, the message says it.
fn message(analysis: &Analysis, checked: &Checked, diagnostic: &Diagnostic) -> String {
    let message = &diagnostic.message;
    let Some(reason) = &diagnostic.held_back else { return message.clone() };
    let safe = diagnostic.fix.as_ref().is_some_and(|it| it.applicability == Applicability::Safe);
    let hidden = diagnostic.fix.is_none() || !checked.editor.unsafe_fixes;
    if safe || !hidden || analysis.world.client.disabled_actions {
        return message.clone();
    }
    format!("{message}\nNot fixed: {reason}")
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

fn tag(rule: &str) -> Option<DiagnosticTag> {
    match rule {
        "deprecated-omit" => Some(DiagnosticTag::DEPRECATED),
        UNUSED => Some(DiagnosticTag::UNNECESSARY),
        _ => None,
    }
}

fn related(analysis: &Analysis, checked: &Checked, diagnostic: &Diagnostic) -> Vec<DiagnosticRelatedInformation> {
    let places = diagnostic.related.iter().filter_map(|it| of_related(analysis, checked, it));
    let notes = diagnostic.notes.iter().map(|it| of_note(analysis, checked, diagnostic.range, it));
    places.chain(notes).collect()
}

/// At the file that it speaks of, or else where the diagnostic is.
fn of_note(analysis: &Analysis, checked: &Checked, at: TextRange, note: &Note) -> DiagnosticRelatedInformation {
    let site = note.site.as_ref().and_then(|it| in_project(checked, &it.path, it.line));
    let location = site.unwrap_or_else(|| Location::new(analysis.document.uri.clone(), analysis.range(at)));
    DiagnosticRelatedInformation { location, message: note.message.clone() }
}

fn of_related(analysis: &Analysis, checked: &Checked, related: &Related) -> Option<DiagnosticRelatedInformation> {
    let location = match &related.place {
        Place::Here(at) => Location::new(analysis.document.uri.clone(), analysis.range(*at)),
        Place::File { path, line } => in_project(checked, path, *line)?,
    };
    Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
}

/// A line of a file of the build context.
fn in_project(checked: &Checked, path: &str, line: Option<usize>) -> Option<Location> {
    let place = checked.inspection.input().project.place_of(path)?;
    Some(Location::new(uri_of(&place)?, line_range(line)))
}

/// The whole of a line, counted from 1, whose length is not known here.
fn line_range(line: Option<usize>) -> Range {
    let line = u32::try_from(line.unwrap_or(1).saturating_sub(1)).unwrap_or_default();
    Range::new(Position::new(line, 0), Position::new(line, 1000))
}

/// A nodestage.toml that can't be used: on the file itself at its place, on a Dockerfile at its head.
fn of_fault(analysis: &Analysis, fault: &ConfigError) -> lsp::Diagnostic {
    let (range, message, related) = if let Some(checked) = &analysis.checked {
        let message = format!("Not checked: nodestage.toml cannot be used: {}", fault.message());
        let location = uri_of(fault.path()).map(|uri| Location::new(uri, line_range(fault.line())));
        let related = location.map(|location| DiagnosticRelatedInformation { location, message: "here".to_owned() });
        (first_line(analysis, checked), message, related)
    } else {
        (analysis.range(TextRange::empty(offset(fault.offset()))), fault.message().to_owned(), None)
    };
    own(analysis, CONFIGURATION, DiagnosticSeverity::ERROR, range, message, related)
}

/// A file of the project that is broken: what it would have said is unknown to the rules.
fn of_problem(analysis: &Analysis, checked: &Checked, problem: &Problem) -> Option<lsp::Diagnostic> {
    let location = in_project(checked, &problem.site.path, problem.site.line)?;
    let message = format!("`{}` is left out of account: {}", problem.site, problem.message);
    let related = DiagnosticRelatedInformation { location, message: "here".to_owned() };
    let range = first_line(analysis, checked);
    Some(own(analysis, PROJECT, DiagnosticSeverity::INFORMATION, range, message, Some(related)))
}

fn own(
    analysis: &Analysis,
    code: &str,
    severity: DiagnosticSeverity,
    range: Range,
    message: String,
    related: Option<DiagnosticRelatedInformation>,
) -> lsp::Diagnostic {
    lsp::Diagnostic {
        range,
        severity: Some(severity),
        code: Some(NumberOrString::String(code.to_owned())),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: related.filter(|_| analysis.world.client.related_information).map(|it| vec![it]),
        ..lsp::Diagnostic::default()
    }
}

/// The first line that is more than a comment, or else the first.
fn first_line(analysis: &Analysis, checked: &Checked) -> Range {
    let text = checked.inspection.input().source.text();
    let is_telling = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let line = text.lines().find(is_telling).unwrap_or_default().trim_end();
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    analysis.range(text_range(start, start + line.len()))
}
