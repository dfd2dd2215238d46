//! New lines in the file's own habits.

use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::syntax::{Instruction, Item};
use crate::text::{LineEnding, TextRange, TextSize, offset};

/// Where a new line goes. Numbers are the model's instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Spot {
    /// Above the instruction and the comments that stand directly over it.
    Before(usize),
    /// Below the instruction.
    After(usize),
}

/// `lines` at `spot`; keywords (each line's first word) take the case of the instruction there.
pub(in crate::rules) fn insertion(ctx: &Inspection, spot: Spot, lines: &[String]) -> Edit {
    let ending = LineEnding::dominant(ctx.text()).as_str();
    let (Spot::Before(beside) | Spot::After(beside)) = spot;
    let beside = ctx.model().instructions[beside];
    let lines: Vec<String> = lines.iter().map(|it| cased(beside, it)).collect();
    match spot {
        Spot::Before(_) => Edit::insertion(top_of(ctx, beside), joined(&lines, "", ending)),
        Spot::After(_) if is_open(ctx, beside) => Edit::insertion(beside.range.end(), joined(&lines, ending, "")),
        Spot::After(_) => Edit::insertion(beside.range.end(), joined(&lines, "", ending)),
    }
}

fn joined(lines: &[String], before: &str, after: &str) -> String {
    lines.iter().map(|it| format!("{before}{it}{after}")).collect()
}

/// Whether the file ends within the instruction's last line.
fn is_open(ctx: &Inspection, instruction: &Instruction) -> bool {
    !ctx.text()[instruction.range].ends_with('\n')
}

fn cased(beside: &Instruction, line: &str) -> String {
    let keyword = &beside.keyword.value;
    if keyword.chars().any(char::is_uppercase) {
        return line.to_owned();
    }
    match line.split_once(' ') {
        Some((first, rest)) => format!("{} {rest}", first.to_ascii_lowercase()),
        None => line.to_owned(),
    }
}

/// The start of the comments that stand directly over `instruction`, or its own.
fn top_of(ctx: &Inspection, instruction: &Instruction) -> TextSize {
    let items = &ctx.dockerfile().items;
    let at = items.partition_point(|it| it.range().start() < instruction.range.start());
    let comments = items[..at].iter().rev().take_while(|it| matches!(it, Item::Comment(_)));
    comments.last().map_or(instruction.range.start(), |it| it.range().start())
}

/// The instruction's lines with the comments directly over it: what moves when it moves.
pub(in crate::rules) fn moved_block(ctx: &Inspection, instruction: &Instruction) -> TextRange {
    TextRange::new(top_of(ctx, instruction), instruction.range.end())
}

/// The line of instruction `instruction`, from 1.
pub(in crate::rules) fn line_number(ctx: &Inspection, instruction: usize) -> usize {
    let start = ctx.model().instructions.get(instruction).map_or(offset(0), |it| it.content.start());
    ctx.text().line(start)
}
