//! A split logical line to an [`Instruction`] with places in the file.

use super::kinds;
use super::lines::Logical;
use super::node::{Arg, Node, Span};
use crate::syntax::{Flag, Heredoc, Instruction, Kind, Word};
use crate::text::{TextRange, offset};

/// An instruction that BuildKit's second reader refuses, and why.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) instruction: Instruction,
    pub(super) message: String,
}

/// Builds the instruction that stands at `whole`.
pub(super) fn build(
    text: &str,
    line: &Logical,
    node: &Node,
    whole: TextRange,
    heredocs: Vec<Heredoc>,
) -> Result<Instruction, Box<Refused>> {
    let mut instruction = bare(text, line, node, whole, heredocs);
    match kinds::read(text, line, node, &instruction) {
        Ok(kind) => {
            instruction.kind = kind;
            Ok(instruction)
        }
        Err(message) => Err(Box::new(Refused { instruction, message })),
    }
}

/// The instruction after ONBUILD; BuildKit reads its operands only in the image that is built from this one.
pub(super) fn onbuild(text: &str, line: &Logical, child: &Node, parent: &Instruction) -> Instruction {
    let start = line.range(&child.keyword).start();
    let whole = TextRange::new(start, parent.range.end());
    let heredocs = parent.heredocs.clone();
    build(text, line, child, whole, heredocs).unwrap_or_else(|it| it.instruction)
}

fn bare(text: &str, line: &Logical, node: &Node, whole: TextRange, heredocs: Vec<Heredoc>) -> Instruction {
    let keyword = word_at(line, &node.keyword);
    Instruction {
        range: whole,
        content: content(text, keyword.range, whole),
        keyword,
        flags: node.flags.iter().map(|it| flag(line, it)).collect(),
        operands: line.range(&node.rest),
        kind: Kind::Invalid,
        heredocs,
        args: node.args(&line.text),
        json: node.json,
        original: line.text.clone(),
        comments: line.comments.clone(),
        blanks: line.blanks.clone(),
    }
}

/// From the keyword to the last byte that is not white space.
fn content(text: &str, keyword: TextRange, whole: TextRange) -> TextRange {
    let end = usize::from(whole.start()) + text[whole].trim_end().len();
    TextRange::new(keyword.start(), offset(end).max(keyword.end()))
}

fn flag(line: &Logical, arg: &Arg) -> Flag {
    let dashless = arg.text.strip_prefix("--").unwrap_or(&arg.text);
    let (name, value) = dashless.split_once('=').map_or((dashless, None), |(name, value)| (name, Some(value)));
    let value_start = arg.span.start + line.text[arg.span.clone()].find('=').map_or(arg.span.len(), |it| it + 1);
    let place = line.range(&(value_start..arg.span.end));
    let value = value.map(|it| Word { range: place, value: it.to_owned() });
    Flag { range: line.range(&arg.span), name: name.to_owned(), value }
}

/// A word as it stands in the logical line.
pub(super) fn word_at(line: &Logical, span: &Span) -> Word {
    Word { range: line.range(span), value: line.text[span.clone()].to_owned() }
}

/// A word that may have been decoded.
pub(super) fn word(line: &Logical, arg: &Arg) -> Word {
    Word { range: line.range(&arg.span), value: arg.text.clone() }
}
