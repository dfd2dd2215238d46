//! Heredocs: their openings in a logical line, and their bodies below it.

use super::lexer;
use super::lines::{Line, Logical};
use super::node::Node;
use crate::syntax::Heredoc;
use crate::text::{TextRange, range};
use std::collections::HashMap;

/// A `<<EOF` word.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    range: TextRange,
    name: String,
    expand: bool,
    chomp: bool,
}

/// Where heredocs of one instruction end.
#[derive(Debug)]
pub(super) struct Bodies {
    pub(super) heredocs: Vec<Heredoc>,
    /// The line after the instruction.
    pub(super) after: usize,
    /// Whether each one is closed.
    pub(super) closed: bool,
}

/// The last line that could close a heredoc of each name, so that an open one costs no scan of the file.
#[derive(Debug)]
pub(super) struct Closers<'a> {
    exact: HashMap<&'a str, usize>,
    chomped: HashMap<&'a str, usize>,
}

impl<'a> Closers<'a> {
    pub(super) fn new(text: &'a str, lines: &[Line]) -> Self {
        let contents = || lines.iter().map(|it| it.content(text)).enumerate();
        Self {
            exact: contents().map(|(at, it)| (it, at)).collect(),
            chomped: contents().map(|(at, it)| (it.trim_start_matches('\t'), at)).collect(),
        }
    }

    fn closes_after(&self, opening: &Opening, at: usize) -> bool {
        let names = if opening.chomp { &self.chomped } else { &self.exact };
        names.get(&*opening.name).is_some_and(|last| *last >= at)
    }
}

/// The heredocs that a logical line opens.
pub(super) fn read(line: &Logical, node: &Node) -> Result<Vec<Opening>, String> {
    if !node.may_hold_heredoc(&line.text) || !line.text.contains("<<") {
        return Ok(Vec::new());
    }
    // A line that cannot be split, for a quote that is not closed, say, opens none.
    let words = lexer::words(&line.text, true, true).unwrap_or_default();
    let mut openings = Vec::new();
    for word in words {
        if let Some((name, expand, chomp)) = parse(&word.text)? {
            openings.push(Opening { range: line.range(&(word.start..word.end)), name, expand, chomp });
        }
    }
    Ok(openings)
}

/// Whether a word of COPY or ADD is a heredoc.
pub(super) fn is_heredoc(word: &str) -> bool {
    matches!(parse(word), Ok(Some(_)))
}

/// The name, whether variables are expanded, and whether tabs are dropped.
fn parse(word: &str) -> Result<Option<(String, bool, bool)>, String> {
    let word = word.trim_start_matches(|it: char| it.is_ascii_digit());
    let Some(rest) = word.strip_prefix("<<") else { return Ok(None) };
    let (chomp, rest) = rest.strip_prefix('-').map_or((false, rest), |it| (true, it));
    let rest = rest.trim_start_matches(['\t', '\n', '\u{c}', '\r', ' ']);
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let (plain, raw) = (lexer::words(rest, false, false)?, lexer::words(rest, true, false)?);
    let ([plain], [raw]) = (&plain[..], &raw[..]) else { return Ok(None) };
    let expand = n_quotes(&plain.text) == n_quotes(&raw.text);
    Ok(Some((plain.text.clone(), expand, chomp)))
}

fn n_quotes(text: &str) -> usize {
    text.matches(['\'', '"']).count()
}

/// Finds the bodies of `openings`, which start at `lines[after]`.
pub(super) fn bodies(
    text: &str,
    lines: &[Line],
    closers: &Closers<'_>,
    openings: &[Opening],
    mut after: usize,
) -> Bodies {
    let mut heredocs = Vec::new();
    let mut closed = true;
    for opening in openings {
        closed &= closers.closes_after(opening, after);
        let body = closed.then(|| body(text, lines, opening, &mut after));
        let Opening { range, name, expand, chomp } = opening.clone();
        heredocs.push(Heredoc { opening: range, name, expand, chomp, body });
    }
    Bodies { heredocs, after, closed }
}

fn body(text: &str, lines: &[Line], opening: &Opening, after: &mut usize) -> TextRange {
    let first = *after;
    let closes = |it: &Line| {
        let content = it.content(text);
        let content = if opening.chomp { content.trim_start_matches('\t') } else { content };
        content == opening.name
    };
    let closer = lines[first..].iter().position(closes).map_or(lines.len() - 1, |it| first + it);
    *after = closer + 1;
    range(lines[first].start, lines[closer].start)
}
