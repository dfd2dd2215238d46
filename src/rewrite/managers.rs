//! Package managers that the run uses and that the image does not bring by itself: a fresh stage gets them by the user's
//! own commands, and the files that they read.
//!
//! What the run reaches is read as words, not as commands: `concurrently "pnpm worker"` names pnpm as well as `pnpm start`
//! does. A word too many only repeats a line that the stage could do without.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::evidence::Evidence;
use super::purpose::{self, Purpose};
use super::{Plan, refusal, stage_of};
use crate::ecosystem::{Action, Effect, Invocation, brought, effect_of};
use crate::fix::lines::Style;
use crate::inspection::Inspection;
use crate::project::{App, EntryKind, Reason};
use crate::shell::{Command, Joined};
use crate::stages::{ImageKind, InstructionId};

/// The managers but npm that something of the run names.
fn used(ctx: &Inspection) -> BTreeSet<&'static str> {
    let words = reached(ctx);
    words.iter().filter_map(|it| brought::program_of(it)).collect()
}

/// Whether the run starts Yarn, which must know how packages are laid out.
pub(super) fn uses_yarn(ctx: &Inspection) -> bool {
    used(ctx).contains("yarn")
}

/// Whether something of the run goes through a manager, npm too: it reads package.json.
pub(super) fn reads_manifest(ctx: &Inspection) -> bool {
    let words = reached(ctx);
    words.iter().any(|it| brought::program_of(it).is_some() || brought::is_npm(it))
}

/// All words of what the container and the image's other users start: commands, scripts of package.json and of the shell,
/// and sources where they start programs.
fn reached(ctx: &Inspection) -> BTreeSet<String> {
    let apps = apps(ctx);
    let mut texts = commands(ctx);
    texts.extend(sources(ctx));
    let mut res = BTreeSet::new();
    while let Some(text) = texts.pop() {
        for word in words(&text).map(str::to_owned) {
            if res.insert(word.clone()) {
                texts.extend(apps.iter().flat_map(|it| scripts(it, &word)));
            }
        }
    }
    res
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_of_word = |it: char| it.is_alphanumeric() || "_@./:*-".contains(it);
    text.split(move |it| !is_of_word(it)).filter(|it| !it.is_empty())
}

/// The scripts that `word` may ask for: `start`, with its hooks; `build:*`.
fn scripts(app: &App, word: &str) -> Vec<String> {
    let is_asked_for = |name: &str| {
        let own = name.strip_prefix("pre").or_else(|| name.strip_prefix("post"));
        let by_pattern = word.split_once('*').is_some_and(|(start, _)| !start.is_empty() && name.starts_with(start));
        name == word || own == Some(word) || by_pattern
    };
    let scripts = app.package.scripts.iter().filter(|it| is_asked_for(it.0));
    scripts.map(|it| it.1.text.clone()).collect()
}

fn apps(ctx: &Inspection) -> Vec<Arc<App>> {
    let Some(app) = &ctx.facts().app else { return Vec::new() };
    let workspace = ctx.project().workspace(&app.folder);
    let others = workspace.iter().flat_map(|it| it.members.iter().map(|it| &it.app).chain([&it.root]));
    std::iter::once(app).chain(others).cloned().collect()
}

fn commands(ctx: &Inspection) -> Vec<String> {
    let facts = ctx.facts();
    let own = facts.command.iter().map(|it| it.words.join(" "));
    let users = facts.users.iter().map(|it| it.words.join(" "));
    let scripts = facts.scripts(ctx.model()).into_iter().filter_map(|it| ctx.project().text(&it.path));
    own.chain(users).chain(scripts).chain(ctx.project().manifests()).collect()
}

/// The sources that run, where one of them starts programs.
fn sources(ctx: &Inspection) -> Vec<String> {
    let facts = ctx.facts();
    let Some(app) = &facts.app else { return Vec::new() };
    let modules = facts.runtime.iter().chain(facts.users.iter().filter_map(|it| it.runtime.as_ref()));
    let files: BTreeSet<&String> = modules.clone().flat_map(|it| &it.files).collect();
    let texts: Vec<String> = files.into_iter().filter_map(|it| ctx.project().text(&app.folder_path(it))).collect();
    let by_package = modules.flat_map(|it| it.imports.keys()).any(|it| brought::starts(it));
    let by_itself = |it: &String| it.contains("child_process") || it.contains("Bun.spawn") || it.contains("Bun.$");
    if by_package || texts.iter().any(by_itself) { texts } else { Vec::new() }
}

/// Whether the RUN at `index` does nothing but to bring managers, one of which the run uses.
pub(super) fn brings_used(ctx: &Inspection, index: InstructionId) -> bool {
    let Some(script) = ctx.model().scripts[index].as_ref().filter(|it| it.complete) else { return false };
    let is_brought = |it: &Command| !brought::of(it).is_empty();
    if !script.commands.iter().any(is_brought) {
        return false;
    }
    let is_plain = |it: &Command| !it.conditional && (is_brought(it) || leaves_nothing(it));
    let used = used(ctx);
    script.commands.iter().all(is_plain) && script.commands.iter().flat_map(brought::of).any(|it| used.contains(it))
}

/// `set -eux`, `pnpm config set …`, `npm cache clean --force`.
fn leaves_nothing(command: &Command) -> bool {
    let words: Vec<String> = command.words.iter().filter_map(|it| it.value.clone()).collect();
    let by_manager = Invocation::read(&words).map(|it| it.action);
    let is_idle = matches!(by_manager, Some(Action::CleanCache | Action::Idle));
    is_idle || by_manager.is_none() && effect_of(command) == Effect::Idle && !command.redirected
}

/// The line that brings the managers that the run uses, out of a RUN that does more: `RUN corepack enable && yarn install`.
pub(super) fn line(ctx: &Inspection, style: Style, index: InstructionId) -> Option<String> {
    let commands = of_mixed(ctx, index);
    let is_plain = |it: &&Command| {
        let is_joined = matches!(it.joined, Joined::First | Joined::And | Joined::Sequence);
        is_joined && !it.conditional && !it.redirected && !ctx.text()[it.range].contains(['$', '\n'])
    };
    if commands.is_empty() || !commands.iter().all(is_plain) {
        return None;
    }
    let texts: Vec<&str> = commands.iter().map(|it| &ctx.text()[it.range]).collect();
    Some(style.line("RUN", &texts.join(" && ")))
}

/// The commands of a RUN for the build that bring a manager that the run uses.
fn of_mixed(ctx: &Inspection, index: InstructionId) -> Vec<&Command> {
    let bringing: Vec<&Command> = ctx.model().commands_of_run(index).filter(|it| !brought::of(it).is_empty()).collect();
    if bringing.is_empty() {
        return bringing;
    }
    let used = used(ctx);
    bringing
        .into_iter()
        .filter(|it| brought::of(it).iter().any(|it| used.contains(it) && !has_already(ctx, it)))
        .collect()
}

/// Whether the image has it, and the app asks for no other version of it.
fn has_already(ctx: &Inspection, program: &str) -> bool {
    let image = ctx.model().root_image(stage_of(ctx));
    let Some(manager) = brought::manager(program, asks_for_later_yarn(ctx)) else { return false };
    match image.kind {
        ImageKind::Node => manager.comes_with_node(image.node_major),
        ImageKind::Bun => manager.comes_with_bun(),
        _ => false,
    }
}

fn asks_for_later_yarn(ctx: &Inspection) -> bool {
    let settings = |it: &Arc<App>| ctx.project().kind(&it.folder_path(brought::YARN_FILES[0])).is_some();
    let is_named = |it: &Arc<App>| it.manager().is_some_and(|it| it.habits().has_linkers);
    apps(ctx).iter().any(|it| is_named(it) || settings(it))
}

/// The instructions that a fresh stage is without, and that the one that ships has today.
fn left(ctx: &Inspection) -> Vec<InstructionId> {
    let stages = match super::has_bare_base(ctx.model(), stage_of(ctx)) {
        true => vec![stage_of(ctx)],
        false => ctx.model().ancestry(stage_of(ctx)),
    };
    stages.into_iter().rev().flat_map(|it| ctx.model().stages[it].instructions.clone()).collect()
}

/// Sees to it that a fresh stage has what the run's managers need.
///
/// # Errors
/// Where one is brought by a RUN that can't be repeated.
pub(super) fn settle(ctx: &Inspection, evidence: &mut Evidence) -> Result<(), Reason> {
    let used = used(ctx);
    let instructions = left(ctx);
    for index in &instructions {
        let is_left = purpose::of(ctx, *index, false) == Ok(Purpose::Build);
        if is_left && !of_mixed(ctx, *index).is_empty() && line(ctx, super::blocks::style(ctx), *index).is_none() {
            let text = ctx.model().instructions[*index].original.lines().next().unwrap_or_default().trim();
            let program = used.iter().next().unwrap_or(&"");
            return Err(refusal(format!("the run uses `{program}`, and `{text}` brings it in some cases only")));
        }
    }
    for program in &used {
        evidence.doubts.extend(doubt(ctx, program, &instructions));
    }
    add_files(ctx, evidence);
    evidence.doubts.extend(lost_setting(ctx, evidence));
    Ok(())
}

/// A setting of .npmrc, which may hold a token and stays in the build stage, for scripts that the run starts by npm.
fn lost_setting(ctx: &Inspection, evidence: &Evidence) -> Option<Reason> {
    let app = &evidence.installed.app;
    let is_of_scripts = |it: &&(String, String)| matches!(it.0.as_str(), "node-options" | "script-shell");
    let (key, _) = app.npmrc.iter().flatten().find(is_of_scripts).filter(|_| reads_manifest(ctx))?;
    Some(Reason::of_file(app.folder_path(".npmrc"), format!("sets `{key}` for the scripts that the run starts")))
}

/// Corepack that only stands ready fetches the manager at its first use, which was in the build.
fn doubt(ctx: &Inspection, program: &str, instructions: &[InstructionId]) -> Option<Reason> {
    let commands = instructions.iter().flat_map(|it| ctx.model().commands_of_run(*it));
    let mut commands =
        commands.filter(|it| brought::of(it).contains(&program)).filter(|it| !brought::is_of_corepack(it)).peekable();
    commands.peek()?;
    let is_there = commands.any(brought::is_fetched);
    (!is_there).then(|| format!("corepack fetches `{program}` anew when the container starts").into())
}

/// Adds the files that a manager of the run reads beside its manifests.
pub(super) fn add_files(ctx: &Inspection, evidence: &mut Evidence) {
    if evidence.installed.is_workspace() {
        return;
    }
    let files = files(ctx, &evidence.installed.root);
    evidence.runtime.extend(files.into_iter().map(|(path, kind)| (path.to_owned(), kind)));
}

/// The same from the folder of `root`.
pub(super) fn files(ctx: &Inspection, root: &App) -> Vec<(&'static str, EntryKind)> {
    if !uses_yarn(ctx) {
        return Vec::new();
    }
    let there = brought::YARN_FILES.iter().map(|it| (*it, root.folder_path(it)));
    let there = there.filter(|it| ctx.project().sees(&it.1) == Some(true));
    there.filter_map(|(name, path)| Some((name, ctx.project().kind(&path)?))).collect()
}

/// `plan`, which comes after a fix of the start command where that goes through a manager that a fresh stage has to get:
/// started without it, the stage may need none.
pub(super) fn after_the_start(ctx: &Inspection, plan: Plan) -> Plan {
    let Some(command) = &ctx.facts().command else { return plan };
    if !command.words.iter().flat_map(|it| words(it)).any(|it| brought::program_of(it).is_some()) {
        return plan;
    }
    let start = ctx.model().instructions[command.instruction].content;
    Plan { fix: plan.fix.giving_way_to(vec![start]), ..plan }
}
