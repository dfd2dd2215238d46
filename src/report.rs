//! Output formats. They write to what they are given; which stream that is, the command line decides.

pub mod audit;
pub mod base;
pub mod baseline;
pub mod coloured_diff;
pub mod concise;
pub mod debug;
pub mod full;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
pub mod prove;
pub mod sarif;
pub mod summary;

use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{Applicability, Fix};
use crate::linter::{Applied, Reverted};
use crate::text::Text;

/// One Dockerfile and what came of it.
#[derive(Debug, Default)]
pub struct FileReport {
    /// As the user calls it.
    pub path: String,
    /// What the context's root is called in front of its files: empty, or with a final slash.
    pub context: String,
    /// The text that `diagnostics` speak of.
    pub text: Text,
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of the project that are broken.
    pub problems: Vec<ProblemReport>,
    /// Whether no Node.js ships, so that little is said of it.
    pub is_without_node: bool,
    /// What `fix` did.
    pub fixed: Option<Fixed>,
}

/// What `fix` did to a file, or would do.
#[derive(Debug, Default)]
pub struct Fixed {
    /// In the order in which they were applied.
    pub applied: Vec<Applied>,
    /// Why all of them were taken back.
    pub reverted: Option<Reverted>,
    /// As a unified diff; empty where the Dockerfile does not change.
    pub diff: String,
    /// What it did to other files.
    pub others: Vec<FixedOther>,
    /// Whether all of this was written.
    pub written: bool,
    /// What a proof showed, where it was asked for; the rest is what it left.
    pub proof: Option<FixProof>,
}

/// What came of proving the fixes of a Dockerfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixProof {
    /// Of all fixes together: `proved`, `not proved` or `worse`.
    pub outcome: &'static str,
    /// Why: one clause.
    pub reason: String,
    /// The rules whose fixes were left out for it.
    pub blamed: Vec<&'static str>,
}

/// What `fix` did to a file that is not the Dockerfile, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixedOther {
    /// As the user would call it.
    pub path: String,
    /// Whether there was no such file before.
    pub created: bool,
    /// As a unified diff.
    pub diff: String,
}

impl Fixed {
    /// Whether any file is not what it was.
    #[must_use]
    pub fn is_change(&self) -> bool {
        !self.diff.is_empty() || !self.others.is_empty()
    }
}

/// A broken file of a project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProblemReport {
    /// As the user would call it.
    pub path: String,
    /// From 1.
    pub line: Option<usize>,
    /// Without a full stop.
    pub message: String,
}

impl std::fmt::Display for ProblemReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl FileReport {
    /// Whether it holds what counts as a finding: information does not.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.reaches(Severity::Warning)
    }

    /// Whether a diagnostic is as bad as `level`, or worse.
    #[must_use]
    pub fn reaches(&self, level: Severity) -> bool {
        self.diagnostics.iter().any(|it| it.severity <= level)
    }
}

/// A severity's word.
#[must_use]
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// An applicability's word.
#[must_use]
pub fn applicability_name(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::DisplayOnly => "display-only",
        Applicability::Unsafe => "unsafe",
        Applicability::Safe => "safe",
    }
}

/// Why a diagnostic is not fixed by itself, and what would do it; `None` where it is, or where there is
/// nothing to say.
#[must_use]
pub fn held_back(diagnostic: &Diagnostic) -> Option<String> {
    let applicability = diagnostic.fix.as_ref().map(|it: &Fix| it.applicability);
    let reason = diagnostic.held_back.as_deref().map(|it| shortened(it.trim_end_matches('.')));
    match (applicability, reason) {
        (Some(Applicability::Safe), _) | (None | Some(Applicability::DisplayOnly), None) => None,
        (None | Some(Applicability::DisplayOnly), Some(reason)) => Some(format!("Not fixed: {reason}")),
        (Some(Applicability::Unsafe), Some(reason)) => Some(format!("Not fixed: {reason}. `--unsafe` fixes it anyway")),
        (Some(Applicability::Unsafe), None) => {
            Some("Not fixed: the fix is not proven safe. `--unsafe` fixes it".to_owned())
        }
    }
}

/// The first of many reasons: whoever solves these looks again. JSON has all of them.
fn shortened(reasons: &str) -> String {
    const MAX: usize = 3;
    let all: Vec<&str> = reasons.split("; ").collect();
    match all.len() {
        n if n > MAX + 1 => format!("{}; and {} more reasons", all[..MAX].join("; "), n - MAX),
        _ => reasons.to_owned(),
    }
}

/// Text from other people's files, with what a terminal would obey or not show escaped.
#[must_use]
pub fn printable(text: &str) -> String {
    escaped(text, |it| is_hidden(it) && it != '\n' && it != '\t')
}

/// [`printable`] on one line.
#[must_use]
pub fn one_line(text: &str) -> String {
    escaped(text, is_hidden)
}

/// A diff for a program that applies it: only what no text has that is meant to be read is escaped.
#[must_use]
pub fn harmless(diff: &str) -> String {
    escaped(diff, |it| (it.is_control() && !matches!(it, '\n' | '\t' | '\r')) || is_bidi(it))
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    // Nearly all text, and none of these is escaped.
    if text.bytes().all(|it| it == b' ' || it.is_ascii_graphic()) {
        return text.to_owned();
    }
    let mut res = String::with_capacity(text.len());
    for it in text.chars() {
        if is_escaped(it) { res.extend(it.escape_unicode()) } else { res.push(it) }
    }
    res
}

/// Control characters, and those of Unicode's class Cf and the separators of lines, which change how what is around
/// them looks, or are not seen themselves.
pub(crate) fn is_hidden(it: char) -> bool {
    it.is_control()
        || is_bidi(it)
        || matches!(it, '\u{ad}' | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{180e}' | '\u{200b}'..='\u{200d}'
            | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Those that turn the direction of text.
fn is_bidi(it: char) -> bool {
    matches!(it, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_reasons_are_shortened() {
        for (reasons, expected) in
            [("a", "a"), ("a; b; c; d", "a; b; c; d"), ("a; b; c; d; e", "a; b; c; and 2 more reasons")]
        {
            assert_eq!(super::shortened(reasons), expected);
        }
    }

    #[test]
    fn nothing_is_printed_that_a_terminal_obeys() {
        assert_eq!(printable("a\tb\n\u{1b}[2J\u{202e}é\u{200b}"), "a\tb\n\\u{1b}[2J\\u{202e}é\\u{200b}");
        assert_eq!(one_line("a\nb"), "a\\u{a}b");
        assert_eq!(harmless("-a\r\n+\u{1b}\u{2066}\u{200d}\n"), "-a\r\n+\\u{1b}\\u{2066}\u{200d}\n");
    }
}
