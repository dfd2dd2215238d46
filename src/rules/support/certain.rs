//! What must fail: whether a command's failure ends the build, and what no command can have made before.

use super::is_harmless;
use crate::ecosystem::programs;
use crate::inspection::Inspection;
use crate::paths;
use crate::shell::{Command, Joined, Script};
use crate::stages::{InstructionId, StageId};
use crate::syntax::Kind;
use crate::text::{TextRange, TextSize};

/// Whether the build stops where the command at `range` of `instruction` fails.
pub(in crate::rules) fn is_fatal(ctx: &Inspection, instruction: InstructionId, range: TextRange) -> bool {
    let Some(Some(script)) =
        ctx.model().scripts.get(instruction).filter(|it| it.as_ref().is_some_and(|it| it.complete))
    else {
        return false;
    };
    let Some(at) = script.commands.iter().position(|it| it.range == range) else { return false };
    let stops = stops_at_errors(script, at);
    let ends = |it: &Command| it.joined == Joined::And || (stops && it.joined == Joined::Sequence);
    !script.commands[at].conditional && script.commands[at + 1..].iter().all(ends)
}

/// Whether `set -e` stands before the command at `at`.
fn stops_at_errors(script: &Script, at: usize) -> bool {
    let is_option = |it: Option<&str>| it.is_some_and(|it| it.starts_with('-') && it.contains('e'));
    script.commands[..at].iter().any(|it| it.program() == Some("set") && it.arguments().any(is_option))
}

/// Whether a command of `stage`, or of those it is built on, may have made or changed the file at `path` before
/// `before`: it is not known what the command does, or it names the file.
pub(in crate::rules) fn may_have_made(ctx: &Inspection, stage: StageId, before: TextSize, path: &str) -> bool {
    let name = paths::file_name(path);
    let names_it = |it: &Command| it.words.iter().any(|word| word.raw.contains(name));
    commands_before(ctx, stage, before).any(|it| it.is_none_or(|it| names_it(it) || !is_known(ctx, it)))
}

/// The commands of the RUNs before `before`; `None` for those that can't be read.
pub(in crate::rules) fn commands_before(
    ctx: &Inspection,
    stage: StageId,
    before: TextSize,
) -> impl Iterator<Item = Option<&Command>> {
    let stages = ctx.model().ancestry(stage);
    let instructions = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    let runs = instructions.filter(|it| matches!(ctx.model().instructions[*it].kind, Kind::Run(_)));
    let scripts = runs.map(|it| ctx.model().scripts[it].as_ref().filter(|it| it.complete));
    let commands = scripts.flat_map(|it| match it {
        Some(script) => script.commands.iter().map(Some).collect(),
        None => vec![None],
    });
    commands.filter(move |it| it.is_none_or(|it| it.range.end() <= before))
}

/// Whether it is known what a command makes: an install, a build whose output is known, or nothing.
pub(in crate::rules) fn is_known(ctx: &Inspection, command: &Command) -> bool {
    let (model, range) = (ctx.model(), command.range);
    let is_build = model.builds.iter().any(|it| it.command.range == range && it.outputs.unknown.is_empty());
    let is_other = || {
        let installs = model.installs.iter().any(|it| it.command.range == range);
        installs || model.generators.iter().any(|it| it.command.range == range)
    };
    !command.words.iter().any(|it| it.value.is_none() && it.raw.contains('('))
        && !command.program().is_some_and(programs::unpacks)
        && (is_harmless(command) || is_build || is_other())
}
