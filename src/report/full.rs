//! Diagnostics with the lines they speak of.

mod simple;

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{FileReport, held_back, is_hidden, one_line, printable};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::fix::Applicability;
use crate::rules::page_url;
use crate::text::{Text, TextRange, offset};

/// Writes the diagnostics of `file`, in colour where that is wanted.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, file: &FileReport, in_colour: bool) -> io::Result<()> {
    let renderer = if in_colour { Renderer::styled() } else { Renderer::plain() };
    for diagnostic in &file.diagnostics {
        let simple = if in_colour { None } else { simple::draw(file, diagnostic) };
        let drawn = simple.unwrap_or_else(|| renderer.render(&[group(file, diagnostic)]));
        writeln!(out, "{drawn}\n")?;
    }
    Ok(())
}

fn group<'a>(file: &'a FileReport, diagnostic: &'a Diagnostic) -> Group<'a> {
    let title = level(diagnostic.severity).primary_title(printable(&diagnostic.message)).id(diagnostic.rule);
    let title = if let Some(it) = page_url(diagnostic.rule) { title.id_url(it) } else { title };
    let snippet = title.element(snippet(file, diagnostic));
    let element = |(name, text)| if name == HELP { Level::HELP.message(text) } else { Level::NOTE.message(text) };
    elements(file, diagnostic).map(element).fold(snippet, Group::element)
}

const NOTE: &str = "note";
const HELP: &str = "help";

/// What stands below the lines: its level and its text.
fn elements<'a>(file: &'a FileReport, diagnostic: &'a Diagnostic) -> impl Iterator<Item = (&'static str, String)> + 'a {
    let elsewhere = diagnostic.related.iter().filter_map(|it| match &it.place {
        Place::File { path, line } => Some((NOTE, elsewhere(&file.context, path, *line, &it.message))),
        Place::Here(_) => None,
    });
    let notes = diagnostic.notes.iter().map(|it| (NOTE, printable(&it.message)));
    let fix = diagnostic.fix.iter().map(|it| (HELP, printable(&it.title) + flag(it.applicability)));
    let reason = held_back(diagnostic).map(|it| (NOTE, printable(&it)));
    elsewhere.chain(notes).chain(fix).chain(reason)
}

/// The lines from the first to the last place, with all of them marked.
fn snippet<'a>(file: &'a FileReport, diagnostic: &'a Diagnostic) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let related = diagnostic.related.iter().filter_map(|it| match it.place {
        Place::Here(range) => Some((range, it.message.as_str())),
        Place::File { .. } => None,
    });
    let related: Vec<(TextRange, &str)> = related.collect();
    let whole = related.iter().fold(diagnostic.range, |acc, it| acc.cover(it.0));
    let window = window(&file.text, whole);
    let marked = |range| shifted(&file.text, range, window.start);
    Snippet::source(shown(&file.text[window.clone()]))
        .path(one_line(&file.path))
        .line_start(file.text.line(offset(window.start)))
        .annotation(AnnotationKind::Primary.span(marked(diagnostic.range)))
        .annotations(
            related
                .iter()
                .map(|(range, message)| AnnotationKind::Context.span(marked(*range)).label(printable(message))),
        )
}

/// The text, byte for byte, with signs in place of what a terminal would obey or not show. The renderer does that for
/// ASCII itself.
fn shown(text: &str) -> String {
    let sign = |it: char| match it.len_utf8() {
        2 => "¿",
        3 => "\u{fffd}",
        _ => "\u{fffd}?",
    };
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        if !it.is_ascii() && is_hidden(it) { res.push_str(sign(it)) } else { res.push(it) }
    }
    res
}

/// Only these lines are handed to the renderer: it looks at all that it gets.
fn window(text: &Text, range: TextRange) -> Range<usize> {
    let lines = text.line_index();
    let start = lines.start(lines.line(range.start()));
    let last = lines.line(range.end());
    let end = if last + 1 < lines.len() { usize::from(lines.start(last + 1)) } else { text.len() };
    start.into()..end
}

/// `range` from the window's start, without the white space at its end.
fn shifted(text: &str, range: TextRange, by: usize) -> Range<usize> {
    let range = Range::<usize>::from(range);
    let kept = text.get(range.clone()).map_or(0, |it| it.trim_end().len());
    range.start - by..range.start + kept - by
}

fn elsewhere(context: &str, path: &str, line: Option<usize>, message: &str) -> String {
    let line = line.map(|it| format!(":{it}")).unwrap_or_default();
    printable(&format!("{context}{path}{line}: {message}"))
}

fn flag(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => " (`nodestage fix --write`)",
        Applicability::Unsafe => " (`nodestage fix --write --unsafe`)",
        Applicability::DisplayOnly => " (by hand)",
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}
