//! `repository[:tag][@digest]`.

use super::lines::Logical;
use super::node::{Arg, Span};
use crate::syntax::{ImageRef, Word};

/// Splits an image reference as text; signs inside of `${…}` do not count.
pub(super) fn reference(line: &Logical, image: &Arg) -> ImageRef {
    let span = unquoted(&image.text, &image.span);
    let text = &line.text[span.clone()];
    let word = |from: usize, to: usize| {
        let part = span.start + from..span.start + to;
        Word { value: line.text[part.clone()].to_owned(), range: line.range(&part) }
    };
    let marks = marks(text);
    let digest_at = marks.iter().find(|it| it.1 == '@').map(|it| it.0);
    let name_end = digest_at.unwrap_or(text.len());
    let in_name = || marks.iter().filter(|it| it.0 < name_end).rev();
    let tag_at = in_name().take_while(|it| it.1 != '/').find(|it| it.1 == ':').map(|it| it.0);
    ImageRef {
        repository: word(0, tag_at.unwrap_or(name_end)),
        tag: tag_at.map(|it| word(it + 1, name_end)),
        digest: digest_at.map(|it| word(it + 1, text.len())),
    }
}

/// BuildKit takes the quotes off.
fn unquoted(text: &str, span: &Span) -> Span {
    let is_quoted = text.len() >= 2 && ['"', '\''].iter().any(|it| text.starts_with(*it) && text.ends_with(*it));
    let n_quotes = usize::from(is_quoted);
    span.start + n_quotes..span.end - n_quotes
}

/// The `/`, `:` and `@` outside of `${…}`.
fn marks(text: &str) -> Vec<(usize, char)> {
    let mut depth = 0_usize;
    let mut before = ' ';
    let mut marks = Vec::new();
    for (at, ch) in text.char_indices() {
        match ch {
            '{' if before == '$' || depth > 0 => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' | ':' | '@' if depth == 0 => marks.push((at, ch)),
            _ => {}
        }
        before = ch;
    }
    marks
}
