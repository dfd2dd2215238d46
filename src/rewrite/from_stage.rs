//! `FROM build AS production` becomes a fresh base with only what is needed.

use super::blocks::{self, Target};
use super::dependencies::Way;
use super::evidence;
use super::managers;
use super::purpose::{self, Purpose};
use super::whole_copy::prune_edit;
use super::{Plan, build_of, finish, production, refusal, stage_of};
use crate::ecosystem::Invocation;
use crate::fix::Edit;
use crate::fix::lines::{self, Spot, Style};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::shell::Command;
use crate::stages::{Base, InstructionId, StageId, Verb};
use crate::syntax::Kind;

/// The plan for a stage that is `FROM` a stage that builds.
pub(super) fn plan(ctx: &Inspection) -> Result<Plan, Reason> {
    let Base::Stage(parent) = production(ctx).base else { return Err(refusal("the stage starts from an image")) };
    let ancestors = ctx.model().ancestry(parent);
    let build = build_of(ctx, &ancestors)?;
    let name = ctx.model().stages[parent].name.clone().ok_or_else(|| refusal("the build stage has no name"))?;
    let mut evidence = evidence::gather(ctx, build)?;
    managers::settle(ctx, &mut evidence)?;
    evidence.settle()?;
    let style = blocks::style(ctx);
    let header = header(ctx, style, &ancestors)?;
    let workdir = workdir_after_header(ctx, &header)?;
    let owners = blocks::owners(ctx);
    let (flags, context_flags) = (owners.build.as_str(), owners.context.as_str());
    let target = Target { build: &name, folder: &evidence.folder, workdir: &workdir, flags, context_flags };
    let lines = blocks::dependencies(ctx, style, &evidence, &target) + &blocks::files(style, &evidence, &target);
    let mut edits = own_edits(ctx, &header, &lines)?;
    if evidence.strategy.way == Way::Prune {
        edits.extend(prune_edit(ctx, parent, build.instruction, &evidence.strategy.prune()));
    }
    let title = "Start from a fresh base with only what the run needs";
    Ok(managers::after_the_start(ctx, finish(title, edits, evidence.doubts, evidence.grounds)))
}

/// What the new FROM and the lines right after it say.
pub(super) struct Header {
    pub(super) image: String,
    pub(super) lines: String,
    workdir: Option<String>,
}

/// The root image, and what the run needs of the ancestors' instructions.
pub(super) fn header(ctx: &Inspection, style: Style, ancestors: &[StageId]) -> Result<Header, Reason> {
    let root = *ancestors.last().unwrap_or(&stage_of(ctx));
    let from = ctx.model().instructions[ctx.model().stages[root].from];
    if from.flag("platform").is_some() {
        return Err(refusal("the build stage is for another platform"));
    }
    let Kind::From(reference) = &from.kind else { return Err(refusal("the base image is not known")) };
    let mut lines = String::new();
    for stage in ancestors.iter().rev() {
        for index in ctx.model().stages[*stage].instructions.clone() {
            if is_carried(ctx, index, ancestors)? {
                let text = &ctx.text()[ctx.model().instructions[index].range];
                lines += text.trim_end_matches(['\r', '\n']);
                lines += style.ending();
            } else {
                lines += &managers::line(ctx, style, index).unwrap_or_default();
            }
        }
    }
    let workdir = ctx.model().stages[ancestors[0]].contents.workdir.value.clone();
    Ok(Header { image: reference.image.value.clone(), lines, workdir })
}

/// Whether a fresh base loses something of the run with instruction `index` of an ancestor.
fn is_carried(ctx: &Inspection, index: InstructionId, ancestors: &[StageId]) -> Result<bool, Reason> {
    let builds = ctx.model().builds.iter().filter(|it| ancestors.contains(&it.stage));
    let last_build = builds.map(|it| it.instruction).max().unwrap_or(InstructionId::new(0));
    let purpose = purpose::of(ctx, index, index > last_build)?;
    let instruction = ctx.model().instructions[index];
    let replaced =
        production(ctx).instructions.clone().any(|it| ctx.model().instructions[it].name() == instruction.name());
    let single =
        matches!(instruction.kind, Kind::Cmd(_) | Kind::Entrypoint(_) | Kind::Healthcheck(_) | Kind::Workdir(_));
    let covered = single && replaced || sets_development(instruction);
    Ok(purpose != Purpose::Build && !matches!(instruction.kind, Kind::Copy(_)) && !covered)
}

/// `ENV NODE_ENV=development` is the build's own.
fn sets_development(instruction: &crate::syntax::Instruction) -> bool {
    let Kind::Env(pairs) = &instruction.kind else { return false };
    pairs.iter().all(|it| it.key.value == "NODE_ENV" && it.value.as_ref().is_some_and(|it| it.value != "production"))
}

/// The WORKDIR in force where the new lines go.
fn workdir_after_header(ctx: &Inspection, header: &Header) -> Result<String, Reason> {
    let own = production(ctx).contents.workdir.value.clone();
    let sets_own = production(ctx).instructions.clone().any(|it| ctx.model().instructions[it].name() == "WORKDIR");
    let workdir = if sets_own { own } else { header.workdir.clone() };
    workdir.ok_or_else(|| refusal("the WORKDIR is not known"))
}

/// FROM gets the image; the header follows it; a cleaning RUN gives its place to the new lines.
fn own_edits(ctx: &Inspection, header: &Header, lines: &str) -> Result<Vec<Edit>, Reason> {
    let stage = production(ctx);
    let from = ctx.model().instructions[stage.from];
    let Kind::From(reference) = &from.kind else { return Err(refusal("the base is not known")) };
    let mut edits = vec![Edit::replacement(reference.image.range, header.image.clone())];
    let cleaning = cleaning_runs(ctx)?;
    let after = anchor(ctx);
    let add = |at: InstructionId, text: &str| lines::insertion(ctx.source(), Spot::After(at), text);
    match cleaning.first() {
        Some(_) => edits.push(add(stage.from, &header.lines)),
        None if after == stage.from => edits.push(add(after, &format!("{}{lines}", header.lines))),
        None => edits.extend([add(stage.from, &header.lines), add(after, lines)]),
    }
    for (at, index) in cleaning.iter().enumerate() {
        let range = ctx.model().instructions[*index].range;
        let edit = if at == 0 { lines::replacement(ctx.source(), range, lines) } else { Edit::deletion(range) };
        edits.push(edit);
    }
    edits.retain(|it| !(it.range().is_empty() && it.text.is_empty()));
    Ok(edits)
}

/// The RUNs that a fresh base does not need; none of the others may build.
fn cleaning_runs(ctx: &Inspection) -> Result<Vec<InstructionId>, Reason> {
    let runs = production(ctx).instructions.clone().filter(|it| is_run(ctx, *it));
    let (cleaning, others): (Vec<InstructionId>, Vec<InstructionId>) = runs.partition(|it| is_cleaning(ctx, *it));
    for index in others {
        if purpose::of(ctx, index, true)? == Purpose::Build {
            return Err(refusal("the stage that ships runs a step of the build"));
        }
    }
    Ok(cleaning)
}

fn is_run(ctx: &Inspection, index: InstructionId) -> bool {
    matches!(ctx.model().instructions[index].kind, Kind::Run(_))
}

/// `RUN npm prune --production`, `RUN npm ci --omit=dev`, `RUN rm -rf node_modules src`: what a fresh
/// base does not need.
fn is_cleaning(ctx: &Inspection, index: InstructionId) -> bool {
    let installs = ctx.model().installs.iter().filter(|it| it.instruction == index);
    let fits = installs.clone().all(|it| matches!(it.verb, Verb::Prune | Verb::Install | Verb::CleanInstall));
    let script = ctx.model().scripts[index].as_ref();
    let known = script.is_some_and(|it| it.commands.iter().all(|it| it.program() == Some("rm") || is_manager(it)));
    let removes_only =
        installs.count() == 0 && script.is_some_and(|it| it.commands.iter().all(|it| it.program() == Some("rm")));
    fits && known && (removes_only || ctx.model().installs.iter().any(|it| it.instruction == index))
}

fn is_manager(command: &Command) -> bool {
    let words: Vec<String> = command.words.iter().filter_map(|it| it.value.clone()).collect();
    Invocation::read(&words).is_some()
}

/// The last of the stage's own leading WORKDIR, ENV and ARG lines, or its FROM.
fn anchor(ctx: &Inspection) -> InstructionId {
    let stage = production(ctx);
    let leading = stage.instructions.clone().take_while(|it| {
        matches!(ctx.model().instructions[*it].kind, Kind::Workdir(_) | Kind::Env(_) | Kind::Arg(_) | Kind::Label(_))
    });
    leading.last().unwrap_or(stage.from)
}
