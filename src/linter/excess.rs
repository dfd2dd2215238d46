//! What is too much to be a Dockerfile that anyone wrote.
//!
//! Some questions are asked of every pair of instructions. Rather than to answer them for a file of a hundred thousand
//! lines, such a file is not looked at; those that people write have tens of instructions, and the largest some hundreds.

use crate::syntax::{Instruction, Item, Kind, SourceFile};

const MAX_STAGES: usize = 500;
const MAX_INSTRUCTIONS: usize = 1_000;
const MAX_COMMANDS: usize = 1_000;
const MAX_WORDS: usize = 30_000;

/// What there is too much of, as one clause after the file's name; `None` where the file is looked at.
#[must_use]
pub fn excess(source: &SourceFile) -> Option<String> {
    let (mut n_stages, mut n_instructions, mut n_commands, mut n_words) = (0, 0, 0, 0);
    for it in source.dockerfile().instructions() {
        n_stages += usize::from(matches!(it.kind, Kind::From(_)));
        n_instructions += 1;
        n_commands += commands(it, &source.text()[it.range]);
        n_words += words(&source.text()[it.range]);
    }
    let is_for_us = |it: &&Item| matches!(it, Item::Comment(range) if source.text()[*range].contains("nodestage:"));
    let n_comments = source.dockerfile().items.iter().filter(is_for_us).count();
    let counts = [
        (source.errors().len(), MAX_INSTRUCTIONS, "syntax errors"),
        (n_comments, MAX_INSTRUCTIONS, "comments for nodestage"),
        (n_stages, MAX_STAGES, "stages"),
        (n_instructions, MAX_INSTRUCTIONS, "instructions"),
        (n_commands, MAX_COMMANDS, "commands"),
        (n_words, MAX_WORDS, "words"),
    ];
    let (n, max, what) = counts.into_iter().find(|(n, max, _)| n > max)?;
    Some(format!("has {n} {what}; nodestage looks at files with up to {max}"))
}

/// As many as a RUN may have: the parts between `&&`, `|` and `;`, and the lines of heredocs.
fn commands(instruction: &Instruction, text: &str) -> usize {
    if !matches!(instruction.kind, Kind::Run(_)) {
        return 0;
    }
    let is_sign = |it: u8| b"&|;".contains(&it);
    let signs = text.as_bytes().chunk_by(|a, b| is_sign(*a) == is_sign(*b)).filter(|it| is_sign(it[0]));
    let n_lines = if instruction.heredocs.is_empty() { 1 } else { text.lines().count() };
    signs.count() + n_lines
}

/// Runs of letters and digits: `a|a` has two.
fn words(text: &str) -> usize {
    text.as_bytes().chunk_by(|a, b| is_letter(*a) == is_letter(*b)).filter(|it| is_letter(it[0])).count()
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_wrote_is_not_looked_at() {
        for (text, expected) in [
            ("FROM node:22\n".repeat(501), Some("has 501 stages")),
            ("FROM a\n".to_owned() + &"RUN a\n".repeat(1000), Some("has 1001 instructions")),
            ("FROM a\nRUN ".to_owned() + &"a|".repeat(1_001), Some("has 1002 commands")),
            ("FROM a\nRUN <<E\n".to_owned() + &"a b\n".repeat(1_001) + "E\n", Some("commands")),
            ("FROM a\nRUN ".to_owned() + &"a ".repeat(40_000), Some("words")),
            ("FROM a\n".to_owned() + &"FOO a\n".repeat(1001), Some("has 1001 syntax errors")),
            ("# nodestage: ignore[x]\n".repeat(1001), Some("comments")),
            ("FROM a\n".to_owned() + &"RUN a\n".repeat(999), None),
            ("# comment\n".repeat(100_000) + "FROM a\n", None),
        ] {
            let found = excess(&SourceFile::new(text));
            assert_eq!(found.is_some(), expected.is_some());
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()));
        }
    }
}
