//! `COPY --from=build /app .` becomes the output, the manifests, and production dependencies.

use super::blocks::{self, Target};
use super::dependencies::{self, Way};
use super::evidence::{self, Evidence};
use super::managers;
use super::purpose::{self, Purpose};
use super::workspace_copy;
use super::{Plan, brought_later, build_of, finish, production, pruned_copy, refusal, reinstall, stage_of};
use crate::fix::Edit;
use crate::fix::lines::{self, Spot};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Project;
use crate::project::Reason;
use crate::stages::{Entry, Holding, Install, InstructionId, Model, Scope, StageId, Verb};
use crate::syntax::{CommandForm, Flag, Instruction, Kind};
use crate::text::TextRange;

/// The COPYs of `stage` that bring a building stage's whole folder: the app, with its package.json, lies at
/// their source.
pub(super) fn find(model: &Model<'_>, project: &Project, stage: StageId) -> Vec<InstructionId> {
    model.stages[stage].instructions.clone().filter(|it| whole_folder(model, project, *it).is_some()).collect()
}

/// The stage and its folder that instruction `index` copies whole.
fn whole_folder(model: &Model<'_>, project: &Project, index: InstructionId) -> Option<(StageId, String)> {
    let instruction = model.instructions[index];
    let Kind::Copy(copy) = &instruction.kind else { return None };
    let from = model.stage_named(instruction.flag_value("from")?, model.stage_of(index)?)?;
    let [source] = &copy.sources[..] else { return None };
    let folder = paths::absolute("/", &source.value);
    let is_app = |it: &str| project.sees(&paths::join(it, "package.json")).unwrap_or(it.is_empty());
    // The sources may be copied folder by folder.
    let holds_app = model.stages[from].contents.entries.iter().any(|it| match &it.holding {
        Holding::ContextFolder(source) => it.path == folder && is_app(source),
        Holding::ContextFile(_) => {
            it.path == paths::join(&folder, "package.json") && holds_sources(model, from, &folder)
        }
        _ => false,
    });
    (holds_app && is_of_build(model, from, &folder)).then_some((from, folder))
}

/// Whether a folder of the context lies in `folder` of the stage `from`.
fn holds_sources(model: &Model<'_>, from: StageId, folder: &str) -> bool {
    let is_inside = |it: &&Entry| matches!(it.holding, Holding::ContextFolder(_)) && paths::contains(folder, &it.path);
    model.stages[from].contents.entries.iter().any(|it| is_inside(&it))
}

/// Whether `folder` of the stage `from` is where something is built, or where devDependencies lie: in another one, a
/// library or a plain app with its production packages, the sources are what ships.
fn is_of_build(model: &Model<'_>, from: StageId, folder: &str) -> bool {
    let stages = model.ancestry(from);
    let inside = |it: &String| paths::contains(folder, it);
    let mut builds = model.builds.iter().filter(|it| stages.contains(&it.stage));
    let mut modules = model.stages[from].contents.node_modules();
    builds.any(|it| it.folder.as_ref().is_none_or(inside))
        || modules.any(|(entry, it)| inside(&entry.path) && it.scope != Scope::Production)
}

/// The plan for the COPY at `index`.
pub(super) fn plan(ctx: &Inspection, index: InstructionId) -> Result<Plan, Reason> {
    let (from, folder) = whole_folder(ctx.model(), ctx.project(), index)
        .ok_or_else(|| refusal("the stage that is copied is not known"))?;
    if ctx.model().instructions[index].flag("parents").is_some() {
        return Err(refusal("`--parents` says where it goes"));
    }
    later_runs_need_nothing(ctx, index)?;
    if let Some(modules) = workspace_copy::modules(ctx, from, &folder) {
        return workspace_copy::plan(ctx, index, from, &folder, modules);
    }
    let build = build_of(ctx, &ctx.model().ancestry(from))?;
    let mut evidence = evidence::gather(ctx, build)?;
    if folder != evidence.folder {
        return Err(refusal(format!("the build runs in `{}`, and `{folder}` is copied", evidence.folder)));
    }
    let own = own_install(ctx);
    dependencies::nothing_below(ctx, own.unwrap_or(index))?;
    let workdir = super::workdir_at(ctx, index).unwrap_or_default();
    let modules = paths::join(&destination(ctx, index)?, evidence.strategy.modules());
    if brought_later::brings(ctx, index, &modules, &workdir) {
        evidence.strategy.prefer_prune();
    }
    if own.is_none() && !evidence.strategy.has_npm(ctx) && evidence.strategy.way == Way::Install {
        evidence.strategy.way = Way::Prune;
    }
    if own.is_none() {
        evidence.settle()?;
    }
    managers::add_files(ctx, &mut evidence);
    let copy = ctx.model().instructions[index];
    evidence.doubts.extend(left_out(copy, &evidence));
    let range = ctx.model().instructions[index].range;
    let lines = lines(ctx, index, own, &evidence)?;
    let mut edits = vec![lines::replacement(ctx.source(), range, &lines)];
    if own.is_none() && evidence.strategy.way == Way::Prune {
        pruned_copy::in_place(ctx, from, build.instruction)?;
        for (_, modules) in ctx.model().stages[from].contents.node_modules() {
            pruned_copy::same_user(ctx, from, &ctx.model().installs[modules.install], Some(build.instruction))?;
        }
        edits.extend(prune_edit(ctx, from, build.instruction, &evidence.strategy.prune()));
    }
    let title = "Copy only what the build made, and install production dependencies";
    Ok(finish(title, edits, evidence.doubts, evidence.grounds))
}

/// The lines that the COPY at `index` becomes; `own` is the production install that the stage has.
fn lines(
    ctx: &Inspection,
    index: InstructionId,
    own: Option<InstructionId>,
    evidence: &Evidence,
) -> Result<String, Reason> {
    let copy = ctx.model().instructions[index];
    let workdir = super::workdir_at(ctx, index).ok_or_else(|| refusal("the WORKDIR is not known"))?;
    let folder = destination(ctx, index)?;
    let flags = carried_flags(ctx, copy);
    let build = copy.flag_value("from").unwrap_or_default();
    let target =
        Target { build, folder: &folder, workdir: &workdir, flags: &flags.of_build, context_flags: &flags.of_context };
    let style = blocks::style(ctx);
    let packages = match own {
        Some(install) if install < index => String::new(),
        Some(_) => blocks::manifests(ctx, style, evidence, &target),
        None => blocks::dependencies(ctx, style, evidence, &target),
    };
    let lines = packages + &blocks::files(style, evidence, &target);
    Ok(brought_later::without(ctx, index, &lines, &workdir))
}

/// The flags of a COPY that those in its place have as well.
pub(super) struct CarriedFlags {
    /// Of what comes from the building stage.
    pub(super) of_build: String,
    /// Of what comes from the context.
    pub(super) of_context: String,
}

/// All but those that say where the files come from. Of `--exclude` only endings of files (`**/*.map`) mean the same in
/// every folder.
pub(super) fn carried_flags(ctx: &Inspection, copy: &Instruction) -> CarriedFlags {
    let mut res = CarriedFlags { of_build: String::new(), of_context: String::new() };
    for flag in copy.flags.iter().filter(|it| !["from", "parents"].contains(&it.name.as_str())) {
        let written = format!("{} ", &ctx.text()[flag.range]);
        if flag.name != "exclude" {
            res.of_context += &written;
        } else if !is_ending(flag) {
            continue;
        }
        res.of_build += &written;
    }
    res
}

fn is_ending(flag: &Flag) -> bool {
    let ending = flag.value.as_ref().and_then(|it| it.value.strip_prefix("**/*."));
    ending.is_some_and(|it| it.chars().all(|it| it.is_ascii_alphanumeric() || it == '.'))
}

/// Why the COPYs in place of `copy` may bring what it leaves out.
fn left_out(copy: &Instruction, evidence: &Evidence) -> Option<Reason> {
    let excludes = copy.flags.iter().filter(|it| it.name == "exclude" && !is_ending(it));
    let mut patterns = excludes.filter_map(|it| Some(it.value.as_ref()?.value.as_str()));
    let is_inside = |pattern: &str| {
        let artefacts = || evidence.deliverable.artefacts.iter().map(|it| it.to.as_str());
        pattern.contains(['*', '?', '[']) || artefacts().any(|it| paths::below(it, pattern).is_some())
    };
    let found = patterns.find(|it| is_inside(it) && !it.ends_with("node_modules"))?;
    Some(format!("`--exclude={found}` leaves out what may lie in the output").into())
}

/// A RUN after the COPY may work on what will be missing.
pub(super) fn later_runs_need_nothing(ctx: &Inspection, copy: InstructionId) -> Result<(), Reason> {
    for index in production(ctx).instructions.clone().filter(|it| *it > copy) {
        let instruction = ctx.model().instructions[index];
        let installs = ctx.model().installs.iter().any(|it| it.instruction == index);
        if matches!(instruction.kind, Kind::Run(_)) && !installs && purpose::of(ctx, index, true)? == Purpose::Build {
            return Err(refusal(format!("`{}` may need what is no longer copied", instruction.original.trim())));
        }
    }
    Ok(())
}

/// The destination of the COPY, absolute.
pub(super) fn destination(ctx: &Inspection, index: InstructionId) -> Result<String, Reason> {
    let Kind::Copy(copy) = &ctx.model().instructions[index].kind else { return Err(refusal("it is no COPY")) };
    let value = copy.destination.value.as_str();
    if copy.destination.has_variable() {
        return Err(refusal(format!("it is not known where `{value}` is")));
    }
    if value.starts_with('/') {
        return Ok(paths::absolute("/", value));
    }
    match super::workdir_at(ctx, index) {
        Some(workdir) => Ok(paths::absolute(&workdir, value)),
        None => Err(refusal("the WORKDIR at the COPY is not known")),
    }
}

/// The production install that the stage has of its own.
fn own_install(ctx: &Inspection) -> Option<InstructionId> {
    let own = ctx.model().installs.iter().filter(|it| it.stage == stage_of(ctx));
    let mut fresh =
        own.filter(|it| it.scope == Scope::Production && matches!(it.verb, Verb::Install | Verb::CleanInstall));
    fresh.next().map(|it| it.instruction)
}

/// `RUN npm prune` after the build, where the stage has no prune of its own; in place of one that does nothing.
pub(super) fn prune_edit(ctx: &Inspection, from: StageId, after: InstructionId, prune: &str) -> Option<Edit> {
    let pruned = ctx.model().stages[from].contents.node_modules().all(|(_, it)| it.scope == Scope::Production);
    if pruned {
        return None;
    }
    let is_idle = |it: &&Install| {
        let is_meant = it.verb == Verb::Prune || reinstall::is_over_another(ctx, it);
        it.stage == from && it.instruction > after && is_meant
    };
    if let Some(idle) = ctx.model().installs.iter().find(is_idle).and_then(|it| lone_command(ctx, it.instruction)) {
        return Some(Edit::replacement(idle, prune));
    }
    let line = blocks::style(ctx).line("RUN", prune);
    Some(lines::insertion(ctx.source(), Spot::After(after), &line))
}

/// The command of a RUN that is nothing else.
fn lone_command(ctx: &Inspection, at: InstructionId) -> Option<TextRange> {
    let script = ctx.model().scripts[at].as_ref().filter(|it| it.complete)?;
    let [command] = &script.commands[..] else { return None };
    let Kind::Run(CommandForm::Shell(text)) = &ctx.model().instructions[at].kind else { return None };
    (ctx.text()[*text].trim() == &ctx.text()[command.range]).then_some(command.range)
}
