//! A stage as chunks: an instruction with the comments and blank lines in front of it.

use crate::stages::{IdRange, InstructionId};
use crate::syntax::{Dockerfile, Instruction, Item};
use crate::text::TextRange;

/// An instruction and what stands in front of it, whole lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'a> {
    /// Which one of the model.
    pub(super) index: InstructionId,
    pub(super) instruction: &'a Instruction,
    /// Comments and blank lines between the instruction before and this one; maybe empty.
    pub(super) lead: TextRange,
}

/// The chunks of the instructions `range`, and what follows the last one to the end of the file, if it
/// is the file's last.
pub(super) fn of(dockerfile: &Dockerfile, range: IdRange<InstructionId>) -> (Vec<Chunk<'_>>, TextRange) {
    let mut chunks = Vec::new();
    let mut lead: Option<TextRange> = None;
    let mut index = InstructionId::new(0);
    for item in &dockerfile.items {
        let Item::Instruction(instruction) = item else {
            lead = Some(lead.map_or(item.range(), |it| it.cover(item.range())));
            continue;
        };
        let before = lead.take().unwrap_or_else(|| TextRange::empty(instruction.range.start()));
        if range.contains(index) {
            chunks.push(Chunk { index, instruction, lead: before });
        }
        index = index.next();
    }
    let end = dockerfile.items.last().map_or_else(Default::default, |it| it.range().end());
    let tail = lead.filter(|_| range.end() == index).unwrap_or_else(|| TextRange::empty(end));
    (chunks, tail)
}

/// The comments of `lead` that tell a linter what to pass over at the instruction below: they go where that goes.
pub(super) fn pragmas(lead: &str, ending: &str) -> String {
    const PRAGMAS: &[&str] =
        &["hadolint ignore=", "nodestage: ignore[", "check=skip=", "shellcheck ", "trivy:ignore:", "checkov:skip="];
    let is_pragma = |it: &&str| {
        let text = it.trim_start().strip_prefix('#').map(str::trim_start);
        text.is_some_and(|it| PRAGMAS.iter().any(|start| it.starts_with(start)))
    };
    lead.lines().filter(is_pragma).map(|it| format!("{it}{ending}")).collect()
}

/// `text` split in its leading blank lines and the rest.
pub(super) fn split_blank(text: &str) -> (&str, &str) {
    let blank = text.split_inclusive('\n').take_while(|it| it.trim().is_empty()).map(str::len).sum();
    text.split_at(blank)
}

#[cfg(test)]
mod tests {
    use super::pragmas;

    #[test]
    fn what_goes_with_the_instruction() {
        let lead = "\n# for health\n# hadolint ignore=DL3018\n#check=skip=Foo\n# hadolint global ignore=DL3008\n";
        assert_eq!(pragmas(lead, "\n"), "# hadolint ignore=DL3018\n#check=skip=Foo\n");
        assert_eq!(pragmas("# nodestage: ignore[root-user]\r\n", "\r\n"), "# nodestage: ignore[root-user]\r\n");
    }
}
