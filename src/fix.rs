//! Edits, fixes, and how far a fix can be trusted.

pub mod apply;
pub mod diff;

use crate::text::TextRange;

/// Who may apply a fix. The order is the filter: `fix.applicability >= wanted`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// Shown only.
    DisplayOnly,
    /// A fact is missing; applied by `--unsafe` or by hand.
    Unsafe,
    /// Proven from facts in the build context; the built image behaves the same.
    Safe,
}

/// One replacement. An insertion has an empty range, a deletion an empty text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    start: u32,
    end: u32,
    /// The new text, with the file's own line endings.
    pub text: String,
}

impl Edit {
    /// `range` becomes `text`.
    #[must_use]
    pub fn replacement(range: TextRange, text: impl Into<String>) -> Self {
        Self { start: range.start().into(), end: range.end().into(), text: text.into() }
    }

    /// `text` before the byte at `at`.
    #[must_use]
    pub fn insertion(at: crate::text::TextSize, text: impl Into<String>) -> Self {
        Self::replacement(TextRange::empty(at), text)
    }

    /// `range` goes.
    #[must_use]
    pub fn deletion(range: TextRange) -> Self {
        Self::replacement(range, "")
    }

    /// What is replaced.
    #[must_use]
    pub fn range(&self) -> TextRange {
        TextRange::new(self.start.into(), self.end.into())
    }
}

/// Edits that belong together: applied whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: "Run as `node`".
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    edits: Vec<Edit>,
}

impl Fix {
    /// A fix of these edits.
    ///
    /// # Panics
    /// In debug builds, if there are none or two of them overlap.
    #[must_use]
    pub fn new(title: impl Into<String>, applicability: Applicability, mut edits: Vec<Edit>) -> Self {
        edits.sort();
        edits.dedup();
        debug_assert!(!edits.is_empty(), "a fix has edits");
        debug_assert!(
            edits.windows(2).all(|it| it[0].end <= it[1].start),
            "the edits of a fix are disjoint: {edits:?}"
        );
        Self { title: title.into(), applicability, edits }
    }

    /// Sorted and disjoint.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }
}
