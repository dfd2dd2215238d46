//! Physical lines, and the logical lines they join to.

use super::node::Span;
use crate::text::{TextRange, range};

/// A physical line with its line end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Line {
    pub(super) fn range(self) -> TextRange {
        range(self.start, self.end)
    }

    /// Without the line end; BuildKit drops any run of carriage returns with it.
    pub(super) fn content(self, text: &str) -> &str {
        text[self.start..self.end].trim_end_matches(['\r', '\n'])
    }

    /// In bytes, without the newline.
    pub(super) fn length(self, text: &str) -> usize {
        let ended = text[self.start..self.end].ends_with('\n');
        self.end - self.start - usize::from(ended)
    }
}

/// The physical lines; none for an empty text.
pub(super) fn physical(text: &str) -> Vec<Line> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|it| {
            let line = Line { start, end: start + it.len() };
            start = line.end;
            line
        })
        .collect()
}

/// What is left of physical lines when continuations are removed, and where each piece came from.
#[derive(Debug, Default)]
pub(super) struct Logical {
    pub(super) text: String,
    pieces: Vec<Piece>,
    pub(super) comments: Vec<TextRange>,
    pub(super) blanks: Vec<TextRange>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    logical: usize,
    source: usize,
}

impl Logical {
    /// Reads the logical line that starts at `lines[first]`; also returns the line after it.
    pub(super) fn read(text: &str, lines: &[Line], first: usize, escape: char) -> (Self, usize) {
        let mut logical = Self::default();
        let content = lines[first].content(text);
        let trimmed = content.trim_start();
        let mut at = first + 1;
        let mut open = logical.push(trimmed, lines[first].start + content.len() - trimmed.len(), escape);
        while open && at < lines.len() {
            open = logical.continued(text, lines[at], escape);
            at += 1;
        }
        (logical, at)
    }

    /// Adds a line after a continuation; comment lines and empty lines do not end the instruction.
    fn continued(&mut self, text: &str, line: Line, escape: char) -> bool {
        let content = line.content(text);
        match content.trim_start().chars().next() {
            Some('#') => self.comments.push(line.range()),
            None => self.blanks.push(line.range()),
            Some(_) => return self.push(content, line.start, escape),
        }
        true
    }

    /// Adds a line's text without its continuation character; says whether it had one.
    fn push(&mut self, line: &str, source: usize, escape: char) -> bool {
        let kept = before_continuation(line, escape);
        self.pieces.push(Piece { logical: self.text.len(), source });
        self.text.push_str(kept.unwrap_or(line));
        kept.is_some()
    }

    /// The place in the file of a part of the logical text.
    pub(super) fn range(&self, span: &Span) -> TextRange {
        if span.is_empty() {
            let at = self.end(span.start);
            return range(at, at);
        }
        range(self.start(span.start), self.end(span.end))
    }

    /// Where the character after `at` stands.
    fn start(&self, at: usize) -> usize {
        let idx = self.pieces.partition_point(|it| it.logical <= at).max(1) - 1;
        self.pieces[idx].source + at - self.pieces[idx].logical
    }

    /// Where the character in front of `at` ends.
    fn end(&self, at: usize) -> usize {
        let idx = self.pieces.partition_point(|it| it.logical < at).max(1) - 1;
        self.pieces[idx].source + at - self.pieces[idx].logical
    }
}

/// The text in front of a continuation character, if the line ends with one: a doubled one is none.
fn before_continuation(line: &str, escape: char) -> Option<&str> {
    let before = line.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before)
}
