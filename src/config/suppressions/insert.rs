//! Writing a suppression comment.

use crate::fix::Edit;
use crate::syntax::{Dockerfile, Item};
use crate::text::{LineEnding, TextRange, TextSize};

/// How much a new comment silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The instruction.
    Instruction,
    /// The whole file.
    File,
}

/// The edit of `text` that silences `rule` at `at`: a name more in the comment that is there, or a comment
/// of its own. `None` where `at` is in no instruction, and so out of a comment's reach.
#[must_use]
pub fn ignore(text: &str, dockerfile: &Dockerfile, rule: &str, at: TextSize, reach: Reach) -> Option<Edit> {
    let idx = dockerfile.items.iter().position(|it| it.range().contains(at))?;
    let Item::Instruction(instruction) = &dockerfile.items[idx] else { return None };
    let (word, start) = match reach {
        Reach::File => ("ignore-file", head(dockerfile)),
        Reach::Instruction => ("ignore", instruction.range.start()),
    };
    let comments: Vec<TextRange> = match reach {
        Reach::File => dockerfile.items.iter().filter_map(comment).collect(),
        Reach::Instruction => dockerfile.items[..idx].iter().rev().map_while(comment).collect(),
    };
    let open = comments.iter().find_map(|it| list_end(text, *it, word));
    Some(match open {
        Some(end) => Edit::insertion(end, format!(", {rule}")),
        None => Edit::insertion(start, new_comment(text, start, word, rule)),
    })
}

fn new_comment(text: &str, start: TextSize, word: &str, rule: &str) -> String {
    let line = &text[usize::from(start)..];
    let indent: String = line.chars().take_while(|it| matches!(it, ' ' | '\t')).collect();
    format!("{indent}# nodestage: {word}[{rule}]{}", LineEnding::dominant(text).as_str())
}

fn comment(item: &Item) -> Option<TextRange> {
    match item {
        Item::Comment(it) => Some(*it),
        _ => None,
    }
}

/// Behind the directives, which must stay on top, and a byte order mark.
fn head(dockerfile: &Dockerfile) -> TextSize {
    let last = dockerfile.items.iter().rfind(|it| matches!(it, Item::Directive(_)));
    let first = dockerfile.items.iter().find(|it| !matches!(it, Item::Blank(_) | Item::Directive(_)));
    let after = last.map(|it| it.range().end());
    after.or_else(|| first.map(|it| it.range().start())).unwrap_or_default()
}

/// Where the list of rules of a comment `# nodestage: WORD[…]` ends.
fn list_end(text: &str, comment: TextRange, word: &str) -> Option<TextSize> {
    let line = &text[comment];
    let body = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("nodestage:")?;
    let list = body.trim_start().strip_prefix(word)?.strip_prefix('[')?;
    let end = list.find(']').filter(|it| !list[..*it].trim().is_empty())?;
    let at = list.as_ptr() as usize - line.as_ptr() as usize + end;
    Some(comment.start() + TextSize::try_from(at).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{Applicability, Fix, apply};
    use crate::syntax::parse;

    #[track_caller]
    fn check(reach: Reach, before: &str, at: &str, after: &str) {
        let at = TextSize::try_from(before.find(at).unwrap()).unwrap();
        let edit = ignore(before, &parse(before).dockerfile, "root-user", at, reach).expect("an edit");
        assert_eq!(apply::apply(before, &[&Fix::new("", Applicability::Safe, vec![edit])]), after);
    }

    #[test]
    fn above_the_instruction_with_its_indent() {
        check(
            Reach::Instruction,
            "# why\r\n  FROM a \\\r\n AS b\r\n",
            "AS",
            "# why\r\n  # nodestage: ignore[root-user]\r\n  FROM a \\\r\n AS b\r\n",
        );
    }

    #[test]
    fn one_name_more() {
        check(
            Reach::Instruction,
            "# nodestage: ignore[source-maps]\n# why\nFROM a\n",
            "FROM",
            "# nodestage: ignore[source-maps, root-user]\n# why\nFROM a\n",
        );
        check(
            Reach::File,
            "FROM a\n# nodestage: ignore-file[source-maps] since\nRUN b\n",
            "RUN",
            "FROM a\n# nodestage: ignore-file[source-maps, root-user] since\nRUN b\n",
        );
    }

    #[test]
    fn below_the_directives() {
        check(
            Reach::File,
            "# syntax=docker/dockerfile:1\n\nFROM a\n",
            "FROM",
            "# syntax=docker/dockerfile:1\n# nodestage: ignore-file[root-user]\n\nFROM a\n",
        );
        check(Reach::File, "\u{feff}FROM a\n", "FROM", "\u{feff}# nodestage: ignore-file[root-user]\nFROM a\n");
    }

    #[test]
    fn another_list_is_not_touched() {
        check(
            Reach::Instruction,
            "# nodestage: ignore-file[source-maps]\nFROM a\n",
            "FROM",
            "# nodestage: ignore-file[source-maps]\n# nodestage: ignore[root-user]\nFROM a\n",
        );
    }
}
