//! Edits, fixes, and how far a fix can be trusted.

pub mod apply;
pub mod diff;
pub mod lines;

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

/// A new text for a file of the build context that is not the Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileChange {
    /// From the context's root, with forward slashes; `..` in front where the file stands outside.
    pub path: String,
    /// The whole text that the change was made for; `None` where there is no such file and it is created.
    pub before: Option<String>,
    /// The whole new text.
    pub after: String,
}

/// Edits that belong together: applied whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: "Run as `node`".
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
    edits: Vec<Edit>,
    files: Vec<FileChange>,
    depends_on: Vec<TextRange>,
    gives_way: Vec<TextRange>,
}

impl Fix {
    /// A fix of these edits of the Dockerfile.
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
        Self {
            title: title.into(),
            applicability,
            edits,
            files: Vec::new(),
            depends_on: Vec::new(),
            gives_way: Vec::new(),
        }
    }

    /// A fix that changes another file and leaves the Dockerfile as it is.
    #[must_use]
    pub fn of_file(title: impl Into<String>, applicability: Applicability, change: FileChange) -> Self {
        Self {
            title: title.into(),
            applicability,
            edits: Vec::new(),
            files: vec![change],
            depends_on: Vec::new(),
            gives_way: Vec::new(),
        }
    }

    /// With this change of another file besides.
    ///
    /// # Panics
    /// In debug builds, if the fix changes the same file already.
    #[must_use]
    pub fn with_file(mut self, change: FileChange) -> Self {
        debug_assert!(self.files.iter().all(|it| it.path != change.path), "one change a file: {}", change.path);
        self.files.push(change);
        self.files.sort();
        self
    }

    /// A fix that the text at these ranges decides: it [waits](Self::waits_for) for one that changes it.
    #[must_use]
    pub fn depending_on(mut self, ranges: Vec<TextRange>) -> Self {
        self.depends_on = ranges;
        self
    }

    /// Whether `other` changes what this fix depends on. An edit that replaces more than that is no such
    /// change: it touches this fix, or puts things right wherever this one went.
    #[must_use]
    pub fn waits_for(&self, other: &Self) -> bool {
        let changes = |it: &TextRange| other.edits.iter().any(|edit| it.contains_range(edit.range()));
        self.depends_on.iter().any(changes)
    }

    /// A fix that goes after all others that replace text at these ranges: done first, it would carry along what nobody
    /// needs once they are done.
    #[must_use]
    pub fn giving_way_to(mut self, ranges: Vec<TextRange>) -> Self {
        self.gives_way = ranges;
        self
    }

    /// Whether `other` goes first although it stands after this one.
    #[must_use]
    pub fn gives_way_to(&self, other: &Self) -> bool {
        let replaces =
            |it: &TextRange| other.edits.iter().any(|edit| !edit.range().is_empty() && it.contains_range(edit.range()));
        self.gives_way.iter().any(replaces)
    }

    /// Puts `new` in the place of `old`, which are among the edits.
    pub(crate) fn replace(&mut self, old: &[Edit], new: Edit) {
        self.edits.retain(|it| !old.contains(it));
        self.edits.push(new);
        self.edits.sort();
    }

    /// The edits of the Dockerfile, sorted and disjoint; none where only other files change.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// The changes of other files, sorted by path.
    #[must_use]
    pub fn files(&self) -> &[FileChange] {
        &self.files
    }
}
