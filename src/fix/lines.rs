//! New lines in a Dockerfile's own habits: the ends of its lines, the case of its keywords, its last line's end.

use super::Edit;
use crate::stages::InstructionId;
use crate::syntax::{Instruction, Item, SourceFile};
use crate::text::{LineEnding, TextRange, TextSize};

/// Where new lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Above the instruction and the comments that stand directly over it.
    Before(InstructionId),
    /// Below the instruction.
    After(InstructionId),
}

/// How the lines of a file are written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    ending: &'static str,
    lower: bool,
}

impl Style {
    /// As the file has it, keywords as the one of `beside`.
    #[must_use]
    pub fn beside(text: &str, beside: &Instruction) -> Self {
        let lower = !beside.keyword.value.chars().any(char::is_uppercase);
        Self { lower, ..Self::of(text) }
    }

    fn of(text: &str) -> Self {
        Self { ending: LineEnding::dominant(text).as_str(), lower: false }
    }

    /// What ends a line.
    #[must_use]
    pub fn ending(self) -> &'static str {
        self.ending
    }

    /// One line: an upper-case keyword in the file's case, the rest, the line's end.
    #[must_use]
    pub fn line(self, keyword: &str, rest: &str) -> String {
        format!("{} {rest}{}", self.keyword(keyword), self.ending)
    }

    /// An upper-case keyword in the file's case.
    #[must_use]
    pub fn keyword(self, keyword: &str) -> String {
        if self.lower { keyword.to_ascii_lowercase() } else { keyword.to_owned() }
    }
}

/// The instructions `lines`, each without its end, at `spot`.
#[must_use]
pub fn instructions(source: &SourceFile, spot: Spot, lines: &[String]) -> Edit {
    let style = beside(source, spot).map_or_else(|| Style::of(source.text()), |it| Style::beside(source.text(), it));
    let written = lines.iter().map(|it| match it.split_once(' ') {
        Some((keyword, rest)) => style.line(keyword, rest),
        None => format!("{it}{}", style.ending),
    });
    insertion(source, spot, &written.collect::<String>())
}

/// `lines`, each with its end, at `spot`: the end of a file whose last line is open stays so.
#[must_use]
pub fn insertion(source: &SourceFile, spot: Spot, lines: &str) -> Edit {
    let text = source.text();
    match (spot, beside(source, spot)) {
        (Spot::Before(_), Some(it)) => Edit::insertion(top_of(source, it), lines),
        (Spot::After(_), Some(it)) if text[it.range].ends_with('\n') => Edit::insertion(it.range.end(), lines),
        _ => {
            let ending = Style::of(text).ending;
            let inner = lines.strip_suffix(ending).unwrap_or(lines);
            Edit::insertion(TextSize::of(&**text), format!("{ending}{inner}"))
        }
    }
}

/// `lines`, each with its end, in place of the whole lines of `range`: the end of a file whose last line is open stays so.
#[must_use]
pub fn replacement(source: &SourceFile, range: TextRange, lines: &str) -> Edit {
    let is_open = !source.text()[range].ends_with('\n');
    Edit::replacement(range, if is_open { lines.trim_end_matches(['\r', '\n']) } else { lines })
}

/// The whole lines of `range` taken out, with the empty line below where one stands above as well.
#[must_use]
pub fn removal(source: &SourceFile, range: TextRange) -> Edit {
    let text = source.text();
    let (before, after) = (&text[..usize::from(range.start())], &text[usize::from(range.end())..]);
    let is_apart = before.is_empty() || before.ends_with("\n\n") || before.ends_with("\n\r\n");
    let blank = ["\n", "\r\n"].into_iter().find(|it| is_apart && after.starts_with(it)).unwrap_or_default();
    Edit::deletion(TextRange::new(range.start(), range.end() + TextSize::of(blank)))
}

/// The comment `line`, without its end, above the line that starts at `at`.
#[must_use]
pub fn comment(source: &SourceFile, at: TextSize, line: &str) -> Edit {
    Edit::insertion(at, format!("{line}{}", Style::of(source.text()).ending))
}

/// Where a comment goes above `instruction`: over those that speak to a linter, which look at the line below them alone.
#[must_use]
pub fn above(source: &SourceFile, instruction: &Instruction) -> TextSize {
    let is_for_a_linter = |text: &str| ["hadolint ", "nodestage:"].iter().any(|word| text.contains(word));
    above_comments(source, instruction, is_for_a_linter)
}

fn beside(source: &SourceFile, spot: Spot) -> Option<&Instruction> {
    let (Spot::Before(at) | Spot::After(at)) = spot;
    source.dockerfile().instructions().nth(at.index())
}

/// The instruction's lines with the comments directly over it: what moves when it moves.
#[must_use]
pub fn block(source: &SourceFile, instruction: &Instruction) -> TextRange {
    TextRange::new(top_of(source, instruction), instruction.range.end())
}

/// The start of the comments that stand directly over `instruction`, or its own.
fn top_of(source: &SourceFile, instruction: &Instruction) -> TextSize {
    above_comments(source, instruction, |_| true)
}

/// The same of the nearest comments, as far as they are meant.
fn above_comments(source: &SourceFile, instruction: &Instruction, is_meant: impl Fn(&str) -> bool) -> TextSize {
    let items = &source.dockerfile().items;
    let at = items.partition_point(|it| it.range().start() < instruction.range.start());
    let is_one = |it: &&Item| matches!(it, Item::Comment(_)) && is_meant(&source.text()[it.range()]);
    let comments = items[..at].iter().rev().take_while(is_one);
    comments.last().map_or(instruction.range.start(), |it| it.range().start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{Applicability, Fix, apply};

    #[track_caller]
    fn check(before: &str, spot: Spot, after: &str) {
        let source = SourceFile::new(before.to_owned());
        let edit = instructions(&source, spot, &["USER a b".to_owned(), "ENV c=d".to_owned()]);
        assert_eq!(apply::apply(before, &[&Fix::new("", Applicability::Safe, vec![edit])]), after);
    }

    #[test]
    fn lines_are_written_as_those_around_them() {
        check("FROM a\nRUN b\n", Spot::After(InstructionId::new(0)), "FROM a\nUSER a b\nENV c=d\nRUN b\n");
        check("from a\r\nrun b\r\n", Spot::After(InstructionId::new(0)), "from a\r\nuser a b\r\nenv c=d\r\nrun b\r\n");
        check("FROM a\nRUN b", Spot::After(InstructionId::new(1)), "FROM a\nRUN b\nUSER a b\nENV c=d");
        check("FROM a\r\nRUN b", Spot::After(InstructionId::new(1)), "FROM a\r\nRUN b\r\nUSER a b\r\nENV c=d");
    }

    #[test]
    fn no_two_empty_lines_are_left() {
        for (before, after) in [
            ("FROM a\n\nRUN b\n\nRUN c\n", "FROM a\n\nRUN c\n"),
            ("FROM a\r\n\r\nRUN b\r\n\r\nRUN c\r\n", "FROM a\r\n\r\nRUN c\r\n"),
            ("FROM a\nRUN b\n\nRUN c\n", "FROM a\n\nRUN c\n"),
        ] {
            let source = SourceFile::new(before.to_owned());
            let range = source.dockerfile().instructions().nth(1).unwrap().range;
            let fix = Fix::new("", Applicability::Safe, vec![removal(&source, range)]);
            assert_eq!(apply::apply(before, &[&fix]), after);
        }
    }

    #[test]
    fn comments_stay_above_their_instruction() {
        check(
            "FROM a\n\n# why\n# so\nRUN b\n",
            Spot::Before(InstructionId::new(1)),
            "FROM a\n\nUSER a b\nENV c=d\n# why\n# so\nRUN b\n",
        );
    }
}
