//! Positions in a text: byte ranges, lines, line endings.
//!
//! Everything below the command line and the server speaks byte offsets. Lines end at `\n` only, as
//! BuildKit splits them; a lone `\r` is an ordinary byte here.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

pub use text_size::{TextRange, TextSize};

/// The range from `start` to `end`, both byte offsets.
///
/// # Panics
/// If `start > end`, or if either does not fit 32 bits.
#[must_use]
pub fn range(start: usize, end: usize) -> TextRange {
    TextRange::new(offset(start), offset(end))
}

/// A byte offset as [`TextSize`].
///
/// # Panics
/// If it does not fit 32 bits: callers refuse files over 4 GiB long before.
#[must_use]
pub fn offset(at: usize) -> TextSize {
    TextSize::try_from(at).expect("a Dockerfile is smaller than 4 GiB")
}

/// A line and a column, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// 1 for the first line.
    pub line: usize,
    /// 1 for the first character of the line.
    pub column: usize,
}

/// Where each line of a text starts.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let after_newlines = text.bytes().enumerate().filter(|(_, it)| *it == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(after_newlines).collect() }
    }

    /// The line that holds the byte at `at`, counted from 0.
    #[must_use]
    pub fn line(&self, at: TextSize) -> usize {
        self.starts.partition_point(|start| *start <= usize::from(at)) - 1
    }

    /// Where line `line` (from 0) starts; the end of the text's last line for lines past the end.
    #[must_use]
    pub fn start(&self, line: usize) -> TextSize {
        offset(self.starts[line.min(self.starts.len() - 1)])
    }

    /// The position of the byte at `at` in `text`, the text that this index was made of.
    #[must_use]
    pub fn line_column(&self, text: &str, at: TextSize) -> LineColumn {
        let line = self.line(at);
        let before = &text[self.starts[line]..usize::from(at)];
        LineColumn { line: line + 1, column: before.chars().count() + 1 }
    }

    /// How many lines there are; a final newline starts a last, empty one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: an empty text has one line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }
}

/// A text that knows its lines, found when first asked for; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Text(Arc<(String, OnceLock<LineIndex>)>);

impl Text {
    /// Where its lines start.
    #[must_use]
    pub fn line_index(&self) -> &LineIndex {
        self.0.1.get_or_init(|| LineIndex::new(self))
    }

    /// The line that holds the byte at `at`, counted from 1.
    #[must_use]
    pub fn line(&self, at: TextSize) -> usize {
        self.line_index().line(at) + 1
    }

    /// The position of the byte at `at`.
    #[must_use]
    pub fn line_column(&self, at: TextSize) -> LineColumn {
        self.line_index().line_column(self, at)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Arc::new((text, OnceLock::new())))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0.0
    }
}

/// How the lines of a file end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnding {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
}

impl LineEnding {
    /// The ending most lines of `text` have.
    #[must_use]
    pub fn dominant(text: &str) -> Self {
        let n_crlf = text.matches("\r\n").count();
        let n_all = text.matches('\n').count();
        if n_crlf * 2 > n_all { Self::CrLf } else { Self::Lf }
    }

    /// The ending itself.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = Text::from("a\n£🍄x".to_owned());
        let at = offset(text.find('x').unwrap());
        assert_eq!(text.line_column(at), LineColumn { line: 2, column: 3 });
    }

    #[test]
    fn the_dominant_ending_wins() {
        assert_eq!(LineEnding::dominant("a\r\nb\r\nc\n"), LineEnding::CrLf);
        assert_eq!(LineEnding::dominant("a\nb\r\n"), LineEnding::Lf);
    }
}
