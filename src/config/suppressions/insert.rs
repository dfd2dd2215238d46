//! Writing a suppression comment.

use super::{Comment, Reach};
use crate::fix::{Edit, lines};
use crate::syntax::{Dockerfile, Item, SourceFile};
use crate::text::{TextRange, TextSize};

/// The edit of `source` that silences `rule` at `at`: a name more in the comment that is there, or a comment
/// of its own. `None` where `at` is in no instruction, and so out of a comment's reach.
#[must_use]
pub fn ignore(source: &SourceFile, rule: &str, at: TextSize, reach: Reach) -> Option<Edit> {
    let (text, dockerfile) = (source.text(), source.dockerfile());
    let idx = dockerfile.items.iter().position(|it| it.range().contains(at))?;
    let Item::Instruction(instruction) = &dockerfile.items[idx] else { return None };
    let comments: Vec<TextRange> = match reach {
        Reach::File => dockerfile.items.iter().filter_map(comment).collect(),
        Reach::Instruction | Reach::Stage => dockerfile.items[..idx].iter().rev().map_while(comment).collect(),
    };
    if let Some(end) = comments.iter().find_map(|it| list_end(text, *it, reach)) {
        return Some(Edit::insertion(end, format!(", {rule}")));
    }
    let start = match reach {
        Reach::File => head(dockerfile),
        Reach::Instruction | Reach::Stage => instruction.range.start(),
    };
    Some(lines::comment(source, start, &new_comment(text, start, reach, rule)))
}

fn new_comment(text: &str, start: TextSize, reach: Reach, rule: &str) -> String {
    let line = &text[usize::from(start)..];
    let indent: String = line.chars().take_while(|it| matches!(it, ' ' | '\t')).collect();
    format!("{indent}# nodestage: {}[{rule}]", reach.word())
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

/// Behind the last name in a comment's list of rules.
fn list_end(text: &str, range: TextRange, reach: Reach) -> Option<TextSize> {
    let comment = Comment::read(text, range).filter(|it| it.reach() == Some(reach))?;
    comment.rules().last().filter(|it| !it.text.is_empty()).map(|it| it.range.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{Applicability, Fix, apply};

    #[track_caller]
    fn check(reach: Reach, before: &str, at: &str, after: &str) {
        let at = TextSize::try_from(before.find(at).unwrap()).unwrap();
        let edit = ignore(&SourceFile::new(before.to_owned()), "root-user", at, reach).expect("an edit");
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
