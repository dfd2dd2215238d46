//! Diagnostics that mark a part of one line, which are most, drawn without the renderer and without colours: as it
//! would draw them, at a fraction of the work.

use std::fmt::Write;

use super::{elements, shifted, window};
use crate::diagnostic::{Diagnostic, Place};
use crate::report::{FileReport, one_line, printable, severity_name};
use crate::text::offset;

/// Longer lines may have to be cut.
const MAX_LINE: usize = 100;

/// The drawing; `None` where the renderer has to make it.
pub(super) fn draw(file: &FileReport, diagnostic: &Diagnostic) -> Option<String> {
    let is_alone = diagnostic.related.iter().all(|it| matches!(it.place, Place::File { .. }));
    let window = Some(window(&file.text, diagnostic.range)).filter(|_| is_alone)?;
    let line = file.text[window.clone()].trim_end_matches('\n');
    let marked = shifted(&file.text, diagnostic.range, window.start);
    if marked.is_empty() || line.len() > MAX_LINE || line.ends_with(' ') || !is_plain(line) {
        return None;
    }
    let number = file.text.line(offset(window.start)).to_string();
    let (path, message) = (one_line(&file.path), printable(&diagnostic.message));
    let elements: Vec<(&str, String)> = elements(file, diagnostic).collect();
    if !is_plain(&path) || !is_plain(&message) || !elements.iter().all(|it| is_plain(&it.1)) {
        return None;
    }
    let (level, rule, column) = (severity_name(diagnostic.severity), diagnostic.rule, marked.start + 1);
    let (margin, indent, length) = (number.len(), marked.start, marked.len());
    let mut res = format!("{level}[{rule}]: {message}\n{:margin$}--> {path}:{number}:{column}\n", "");
    let _ = write!(res, "{0:margin$} |\n{number} | {line}\n{0:margin$} | {0:indent$}{0:^<length$}", "");
    if !elements.is_empty() {
        let _ = write!(res, "\n{:margin$} |", "");
    }
    for (name, text) in elements {
        let _ = write!(res, "\n{:margin$} = {name}: {text}", "");
    }
    Some(res)
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it == b' ' || it.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use annotate_snippets::Renderer;

    use super::*;
    use crate::diagnostic::{Related, Severity};
    use crate::report::full::group;
    use crate::text::{Text, range};

    fn file(text: &str) -> FileReport {
        FileReport { path: "a/Dockerfile".to_owned(), text: Text::from(text.to_owned()), ..FileReport::default() }
    }

    #[track_caller]
    fn check(file: &FileReport, diagnostic: &Diagnostic, is_simple: bool) {
        let drawn = draw(file, diagnostic);
        assert_eq!(drawn.is_some(), is_simple, "{diagnostic:?}");
        let rendered = Renderer::plain().render(&[group(file, diagnostic)]);
        assert_eq!(drawn.unwrap_or_else(|| rendered.clone()), rendered);
    }

    #[test]
    fn simple_ones_look_as_the_renderer_draws_them() {
        let text = format!("FROM node\n{}RUN  npm ci\n\nRUN \tx\nRUN é\nEND ", "USER a\n".repeat(9));
        let file = file(&text);
        for (start, end, is_simple) in [
            (0, 9, true),
            (5, 9, true),
            (0, 10, false),
            (0, 12, false),
            (73, 76, true),
            (78, 84, true),
            (81, 81, false),
            (85, 85, false),
            (86, 89, false),
            (93, 96, false),
            (100, 103, false),
        ] {
            let mut it = Diagnostic::new("root-user", range(start, end), "A `message`".to_owned());
            check(&file, &it, is_simple);
            it.severity = Severity::Error;
            it.notes.push("one".into());
            check(&file, &it, is_simple);
            it.severity = Severity::Info;
            it.held_back = Some("two. Three".to_owned());
            check(&file, &it, is_simple);
            it.notes.push("x".repeat(300).into());
            check(&file, &it, is_simple);
            it.notes.push("several\nlines".into());
            check(&file, &it, false);
        }
    }

    #[test]
    fn what_is_marked_elsewhere_is_not_simple() {
        let file = file("FROM node\nRUN a\n");
        let mut it = Diagnostic::new("root-user", range(0, 9), "A".to_owned());
        it.related
            .push(Related { place: Place::File { path: "b".to_owned(), line: Some(3) }, message: "c".to_owned() });
        check(&file, &it, true);
        it.related.push(Related { place: Place::Here(range(10, 15)), message: "d".to_owned() });
        check(&file, &it, false);
    }

    #[test]
    fn other_texts_are_left_to_the_renderer() {
        let mut file = file("FROM node\r\nRUN a\n");
        check(&file, &Diagnostic::new("a", range(0, 9), "A".to_owned()), false);
        check(&file, &Diagnostic::new("a", range(11, 16), "é".to_owned()), false);
        file.path = "é".to_owned();
        check(&file, &Diagnostic::new("a", range(11, 16), "A".to_owned()), false);
    }
}
