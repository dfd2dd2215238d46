//! A build argument that becomes a secret mount.

use crate::ecosystem::secrets;
use crate::fix::{Edit, lines};
use crate::inspection::Inspection;
use crate::paths;
use crate::rewrite;
use crate::rules::structure::shape;
use crate::stages::{InstructionId, StageId};
use crate::syntax::{Instruction, Item, Kind};

/// No ARG, and a mount for each RUN that uses it; or why not.
pub(super) fn edits(
    ctx: &Inspection,
    stage: StageId,
    at: InstructionId,
    name: &str,
) -> Result<Vec<Edit>, &'static str> {
    let model = ctx.model();
    if is_too_old(ctx) {
        return Err("`# syntax` names a version before 1.10, which brings secrets as variables");
    }
    let argument = model.instructions[at];
    let is_alone = matches!(&argument.kind, Kind::Arg(pairs) if pairs.len() == 1 && pairs[0].value.is_none());
    if !is_alone || !argument.comments.is_empty() {
        return Err("it has a default value, or stands beside others");
    }
    if model.stage_of(at) != Some(stage) || !model.built_on(stage).is_empty() {
        return Err("more than one stage has it");
    }
    if shape(ctx).is_some() && rewrite::plan(ctx).is_ok() {
        return Err("another fix gives the stage a fresh base first");
    }
    let users: Vec<InstructionId> =
        model.stages[stage].instructions.clone().filter(|it| *it != at && uses(ctx, *it, name)).collect();
    let runs: Option<Vec<Edit>> = users.iter().map(|it| mounted(model.instructions[*it], name)).collect();
    let runs = runs.filter(|it| !it.is_empty()).ok_or("something else than a RUN uses it, or nothing is known to")?;
    Ok(std::iter::once(lines::removal(ctx.source(), argument.range)).chain(runs).collect())
}

/// Whether `# syntax=docker/dockerfile:1.4` pins a frontend that does not know `env=` of a secret mount. Source: the releases of
/// BuildKit's Dockerfile frontend, 1.10.
fn is_too_old(ctx: &Inspection) -> bool {
    let items = ctx.source().dockerfile().items.iter();
    let mut directives = items.filter_map(|it| match it {
        Item::Directive(it) if it.name == "syntax" => Some(it.value.as_str()),
        _ => None,
    });
    let tag = directives.next().and_then(|it| it.rsplit_once(':')).map(|it| it.1);
    let mut parts = tag.unwrap_or_default().split(['.', '-']).map(str::parse::<u32>);
    matches!((parts.next(), parts.next()), (Some(Ok(1)), Some(Ok(minor))) if minor < 10)
}

/// Whether its text names the variable, or it installs by an .npmrc that does.
fn uses(ctx: &Inspection, at: InstructionId, name: &str) -> bool {
    let named = ctx.text()[ctx.model().instructions[at].range].contains(name);
    let variable = format!("${{{name}}}");
    let by_settings = |folder: &str| {
        let settings = paths::join(folder, secrets::NPM_SETTINGS);
        ctx.project().text(&settings).is_some_and(|it| it.contains(&variable))
    };
    let mut installs = ctx.model().installs.iter().filter(|it| it.instruction == at);
    named || installs.any(|it| it.app.as_deref().is_some_and(by_settings))
}

fn mounted(instruction: &Instruction, name: &str) -> Option<Edit> {
    let Kind::Run(_) = &instruction.kind else { return None };
    let start = instruction.flags.first().map_or(instruction.operands.start(), |it| it.range.start());
    Some(Edit::insertion(start, format!("--mount=type=secret,id={name},env={name} ")))
}
