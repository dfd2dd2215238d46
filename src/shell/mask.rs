//! Shell text without what only the Dockerfile's reader sees, byte for byte.

use crate::syntax::Instruction;
use crate::text::TextRange;
use std::collections::HashSet;

/// Text in which continuations, comment lines and blank lines are spaces.
#[derive(Debug, Default)]
pub(super) struct Masked {
    pub(super) text: String,
    /// False where a continuation joins two words into one, which spaces cannot show.
    pub(super) complete: bool,
    /// The last byte before the spaces at the end, where a continuation follows it at once.
    joins: Option<char>,
}

/// Masks the part of `instruction` at `range`.
pub(super) fn shell_form(text: &str, escape: char, instruction: &Instruction, range: TextRange) -> Masked {
    let skipped = instruction.comments.iter().chain(&instruction.blanks).map(|it| usize::from(it.start()));
    let skipped: HashSet<usize> = skipped.collect();
    let mut masked = Masked { complete: true, ..Masked::default() };
    let mut at = usize::from(range.start());
    for line in text[range].split_inclusive('\n') {
        if skipped.contains(&at) {
            masked.spaces(line.len());
        } else {
            masked.line(line, escape);
        }
        at += line.len();
    }
    masked
}

impl Masked {
    fn spaces(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    fn line(&mut self, line: &str, escape: char) {
        let kept = before_continuation(line, escape);
        if let (Some(before), Some(first)) = (self.joins, kept.chars().next()) {
            self.complete &= !(is_word(before) && is_word(first));
        }
        self.joins = kept.chars().next_back();
        self.text.push_str(kept);
        self.spaces(line.len() - kept.len());
    }
}

fn before_continuation(line: &str, escape: char) -> &str {
    let Some(content) = line.strip_suffix('\n') else { return line };
    let content = content.trim_end_matches('\r');
    let before = content.trim_end_matches([' ', '\t']).strip_suffix(escape);
    before.unwrap_or(content)
}

/// Whether a character continues the word in front of it.
fn is_word(ch: char) -> bool {
    !ch.is_whitespace() && !matches!(ch, ';' | '&' | '|' | '(' | ')')
}
