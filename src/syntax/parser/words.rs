//! The two ways in which BuildKit splits operands into words.

use super::node::{Arg, Span};

/// Whether BuildKit splits keyword and operands here; other white space is part of a word.
pub(super) fn is_blank(ch: char) -> bool {
    matches!(ch, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// `span` without white space at both ends.
pub(super) fn trim(line: &str, span: Span) -> Span {
    let text = &line[span.clone()];
    let start = span.end - text.trim_start().len();
    start..start + text.trim().len()
}

/// Words between blanks, quotes not heeded.
pub(super) fn blank_delimited(line: &str, span: Span) -> Vec<Arg> {
    let text = &line[span.clone()];
    let offset = |part: &str| span.start + part.as_ptr().addr() - text.as_ptr().addr();
    text.split(is_blank)
        .filter(|it| !it.is_empty())
        .map(|it| Arg { text: it.to_owned(), span: offset(it)..offset(it) + it.len() })
        .collect()
}

/// The first word, and the rest after the blanks after it.
pub(super) fn split_first(line: &str, span: Span) -> (Span, Option<Span>) {
    let text = &line[span.clone()];
    let Some(end) = text.find(is_blank) else { return (span, None) };
    let rest = text[end..].trim_start_matches(is_blank);
    (span.start..span.start + end, Some(span.end - rest.len()..span.end))
}

/// Words of `ENV`, `LABEL` and `ARG`: quotes and escapes keep white space in a word, and stay in it.
pub(super) fn quoted(line: &str, span: Span, escape: char) -> Vec<Arg> {
    let mut words = Vec::new();
    let mut at = span.start;
    loop {
        at += leading_space(&line[at..span.end]);
        if at == span.end {
            return words;
        }
        let end = at + quoted_len(&line[at..span.end], escape);
        let text = without_final_escape(&line[at..end], end == span.end, escape);
        if !text.is_empty() {
            words.push(Arg { text: text.to_owned(), span: at..at + text.len() });
        }
        at = end;
    }
}

fn leading_space(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The length of the word at the start of `text`.
fn quoted_len(text: &str, escape: char) -> usize {
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, ch)) = chars.next() {
        match ch {
            _ if ch == escape && quote != Some('\'') => drop(chars.next()),
            _ if quote == Some(ch) => quote = None,
            '\'' | '"' if quote.is_none() => quote = Some(ch),
            _ if quote.is_none() && ch.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// BuildKit drops an escape character that has nothing left to escape.
fn without_final_escape(word: &str, is_last: bool, escape: char) -> &str {
    let n_escapes = word.chars().rev().take_while(|it| *it == escape).count();
    let in_single_quotes = word.matches('\'').count() % 2 == 1;
    let dangling = is_last && n_escapes % 2 == 1 && !in_single_quotes;
    if dangling { &word[..word.len() - escape.len_utf8()] } else { word }
}
