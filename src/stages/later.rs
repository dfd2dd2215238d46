//! What runs after an install, and may need what it brought.

use super::{Entry, Install, InstructionId, Model, StageId};
use crate::shell::Command;
use crate::syntax::Kind;

impl Model<'_> {
    /// The commands of RUN instructions that may run after `install`: later ones of its stage, and all of the
    /// stages that are built on it or copy from it.
    #[must_use]
    pub fn commands_after(&self, install: &Install) -> Vec<&Command> {
        let mut res = Vec::new();
        for (stage_idx, stage) in self.stages.iter_enumerated() {
            let after = match stage_idx == install.stage {
                true => Some(install.instruction),
                false if self.takes_from(stage_idx, install.stage) => Some(stage.from),
                false => None,
            };
            let Some(after) = after else { continue };
            let commands = stage.instructions.clone().filter(|it| *it >= after).flat_map(|it| self.commands_of_run(it));
            let end = install.command.range.end();
            res.extend(commands.filter(|it| stage_idx != install.stage || it.range.start() >= end));
        }
        res
    }

    /// The commands of the RUN at `instruction`; none where it is no RUN.
    pub fn commands_of_run(&self, instruction: InstructionId) -> impl Iterator<Item = &Command> {
        let is_run = matches!(self.instructions[instruction].kind, Kind::Run(_));
        let script = self.scripts.get(instruction).and_then(Option::as_ref).filter(|_| is_run);
        script.into_iter().flat_map(|it| &it.commands)
    }

    /// Whether stage `stage` is built on `source`, or copies from it.
    fn takes_from(&self, stage: StageId, source: StageId) -> bool {
        let built_on = stage != source && self.is_on(stage, source);
        let copied = |it: &Entry| self.stage_of(it.origin.instruction) == Some(source);
        built_on || self.stages[stage].contents.entries.iter().any(copied)
    }
}
