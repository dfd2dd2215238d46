//! What a suppression comment says: `# nodestage: WORD[RULE, …]`, and any words after that.

use crate::text::{TextRange, TextSize, offset};

/// How much a comment silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The instruction below it, or around it.
    Instruction,
    /// The stage whose FROM is below it, or that it stands in.
    Stage,
    /// The whole file.
    File,
}

impl Reach {
    pub(super) const ALL: [Self; 3] = [Self::Instruction, Self::Stage, Self::File];

    /// The word that a comment says it by.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Instruction => "ignore",
            Self::Stage => "ignore-stage",
            Self::File => "ignore-file",
        }
    }
}

/// A comment that speaks to nodestage.
#[derive(Debug, PartialEq, Eq)]
pub struct Comment<'a> {
    /// What it wants; not always a word that is known.
    pub word: Word<'a>,
    /// Of what.
    pub list: List<'a>,
}

/// The rules that a comment names.
#[derive(Debug, PartialEq, Eq)]
pub enum List<'a> {
    /// There is no bracket: all rules are meant.
    None,
    /// The bracket is not closed; the range is from the word to the end.
    Unclosed(TextRange),
    /// What stands between the brackets, at least one word, which may be empty.
    Rules(Vec<Word<'a>>),
}

/// A part of the comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// The part.
    pub text: &'a str,
    /// Where it stands in the file.
    pub range: TextRange,
}

impl<'a> Comment<'a> {
    /// Reads the comment at `range` of `text`; `None` where it says nothing to nodestage.
    #[must_use]
    pub fn read(text: &'a str, range: TextRange) -> Option<Self> {
        let line = text.get(std::ops::Range::<usize>::from(range))?;
        let body = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("nodestage:")?.trim();
        let n_word = body.find(|it: char| it == '[' || it.is_whitespace()).unwrap_or(body.len());
        let (word, rest) = body.split_at(n_word);
        let part = |it: &'a str| Word { text: it, range: within(text, it) };
        let list = match rest.strip_prefix('[').map(|it| it.split_once(']')) {
            None => List::None,
            Some(None) => List::Unclosed(within(text, body)),
            Some(Some((rules, _))) => List::Rules(rules.split(',').map(|it| part(it.trim())).collect()),
        };
        Some(Self { word: part(word), list })
    }

    /// How much it silences; `None` where it says something else.
    #[must_use]
    pub fn reach(&self) -> Option<Reach> {
        Reach::ALL.into_iter().find(|it| it.word() == self.word.text)
    }

    /// The rules that it names; none where it means all.
    #[must_use]
    pub fn rules(&self) -> &[Word<'a>] {
        match &self.list {
            List::Rules(rules) => rules,
            List::None | List::Unclosed(_) => &[],
        }
    }
}

/// Where `part`, a slice of `text`, stands in it.
fn within(text: &str, part: &str) -> TextRange {
    TextRange::at(offset(part.as_ptr() as usize - text.as_ptr() as usize), TextSize::of(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(comment: &str, reach: Option<Reach>, rules: &[&str]) {
        let text = format!("FROM a\n{comment}\n");
        let read = Comment::read(&text, crate::text::range(7, text.len())).expect("a comment to nodestage");
        assert_eq!(read.reach(), reach);
        let parts = || std::iter::once(&read.word).chain(read.rules());
        assert!(parts().all(|it| &text[it.range] == it.text), "{read:?}");
        assert_eq!(read.rules().iter().map(|it| it.text).collect::<Vec<_>>(), rules);
    }

    #[test]
    fn the_word_and_the_rules() {
        check("# nodestage: ignore", Some(Reach::Instruction), &[]);
        check("  #nodestage:ignore[a]", Some(Reach::Instruction), &["a"]);
        check("# nodestage: ignore-stage[a]", Some(Reach::Stage), &["a"]);
        check("# nodestage: ignore-file[ a,b ,] since £", Some(Reach::File), &["a", "b", ""]);
        check("# nodestage: ignore because", Some(Reach::Instruction), &[]);
        check("# nodestage: ignore[a, b", Some(Reach::Instruction), &[]);
        check("# nodestage: ignored[a]", None, &["a"]);
        check("# nodestage:", None, &[]);
    }

    #[test]
    fn other_comments() {
        for text in ["# nodestage ignore", "# why nodestage: ignore", "RUN a"] {
            assert_eq!(Comment::read(text, crate::text::range(0, text.len())), None);
        }
    }
}
