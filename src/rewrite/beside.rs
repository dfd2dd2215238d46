//! What a building stage has besides files of the context, packages, and the output of the app's builds.
//!
//! Worked example: `COPY --from=client /client/dist ./public` in the building stage comes along as `public`; after
//! `RUN node make-icons.js`, the `public` that the run reads comes from the building stage and not from the context.

use super::{Shape, purpose, refusal, shape, stage_of, start_script};
use crate::ecosystem::makes_only_packages;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Artefact, Deliverable, Reason};
use crate::shell::{Command, script_of_text};
use crate::stages::{Entry, Holding, InstructionId, StageId};
use crate::syntax::Kind;

/// Adds what lies in the app's `folder` of `stage` and came from other stages, images and addresses, or was copied from an
/// output.
///
/// # Errors
/// Where it is not known whether something is there.
pub(super) fn add(ctx: &Inspection, stage: StageId, folder: &str, deliverable: &mut Deliverable) -> Result<(), Reason> {
    for entry in ctx.model().stages[stage].contents.entries.iter().filter(|it| is_foreign(ctx, it)) {
        let Some(rest) = paths::below(folder, &entry.path).filter(|it| !it.is_empty()) else { continue };
        if rest.split('/').any(|it| it == "node_modules") || deliverable.artefacts.iter().any(|it| it.from == rest) {
            continue;
        }
        if moves_itself(ctx, stage, entry.origin.last()) {
            continue;
        }
        let is_by_run = matches!(ctx.model().instructions[entry.origin.last()].kind, Kind::Run(_));
        if let Some(command) = unsure_move(ctx, stage).filter(|_| is_by_run) {
            return Err(refusal(format!("it is not known what `{command}` leaves at `{}`", entry.path)));
        }
        deliverable.add(Artefact { from: rest.to_owned(), to: rest.to_owned() });
    }
    Ok(())
}

/// Whether the stage that ships is split, and the COPY goes with the part that runs.
fn moves_itself(ctx: &Inspection, stage: StageId, at: InstructionId) -> bool {
    let last_build = ctx.model().builds.iter().filter(|it| it.stage == stage).map(|it| it.instruction).max();
    let is_copy = matches!(ctx.model().instructions[at].kind, Kind::Copy(_));
    stage == stage_of(ctx) && is_copy && last_build.is_some_and(|it| at > it)
}

/// A command of `stage` that may put something into its folders, or not, or a link to it.
fn unsure_move(ctx: &Inspection, stage: StageId) -> Option<String> {
    const MOVES: [&str; 6] = ["cp", "mv", "rsync", "git", "curl", "wget"];
    let model = ctx.model();
    let all = model.ancestry(stage).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    let mut commands = all.flat_map(|it| model.commands_of_run(it));
    let is_unsure = |it: &&Command| match it.program() {
        Some("ln") => true,
        Some(program) => it.conditional && MOVES.contains(&program),
        None => false,
    };
    let found = commands.find(is_unsure)?;
    ctx.text()[found.range].lines().next().map(|it| it.trim().to_owned())
}

/// Whether something is neither of the context, nor packages, nor an output where its build puts it.
fn is_foreign(ctx: &Inspection, entry: &Entry) -> bool {
    match &entry.holding {
        Holding::Unknown => true,
        Holding::Output { build, path, .. } => {
            let build = &ctx.model().builds[*build];
            let is_carried = !entry.origin.via.is_empty();
            is_carried || build.folder.as_ref().is_none_or(|it| paths::join(it, path) != entry.path)
        }
        _ => false,
    }
}

/// A command of which it is not known what it makes in `stage`: a RUN of it, or of one below it, or a script that an install
/// of `app` runs.
pub(super) fn loose_command(ctx: &Inspection, stage: StageId, app: &App) -> Option<String> {
    loose_run(ctx, stage).or_else(|| loose_script(app))
}

fn loose_script(app: &App) -> Option<String> {
    let scripts = app.root_scripts_on_install();
    let is_loose = |text: &str| {
        let script = script_of_text(text);
        let makes_files = |it: &Command| it.redirected || !makes_only_packages(it);
        !script.complete || script.commands.iter().any(makes_files)
    };
    scripts.into_iter().map(|it| it.1.text.trim()).find(|it| is_loose(it)).map(str::to_owned)
}

fn loose_run(ctx: &Inspection, stage: StageId) -> Option<String> {
    let model = ctx.model();
    let all = model.ancestry(stage).into_iter().rev().flat_map(|it| model.stages[it].instructions.clone());
    let mut runs = all.filter(|it| matches!(model.instructions[*it].kind, Kind::Run(_)));
    // A split takes what readies a start script along.
    let is_split = shape(model, ctx.project()) == Some(Shape::Single);
    let readies = |it: InstructionId| is_split && start_script::purpose(ctx, it, false).is_some();
    let is_harmless = |it: InstructionId| only_prunes(ctx, it) || only_gives_away(ctx, it) || readies(it);
    let is_loose = |it: InstructionId| purpose::of(ctx, it, false).is_err() && !is_harmless(it);
    let run = runs.find(|it| is_loose(*it))?;
    Some(brief(&model.instructions[run].original))
}

/// The start of a command, for a sentence.
fn brief(command: &str) -> String {
    const MAX: usize = 60;
    let words: Vec<&str> = command.split_whitespace().filter(|it| *it != "\\").collect();
    let whole = words.join(" ");
    let cut: String = whole.chars().take(MAX).collect();
    if cut.len() < whole.len() { format!("{}…", cut.trim_end()) } else { whole }
}

/// `find . … -exec chown …`, as the fix of `root-user` writes it.
fn only_gives_away(ctx: &Inspection, run: InstructionId) -> bool {
    let mut commands = ctx.model().commands_of_run(run).peekable();
    commands.peek().is_some() && commands.all(purpose::gives_away)
}

/// `turbo prune web --docker`, whose folders are followed.
fn only_prunes(ctx: &Inspection, run: InstructionId) -> bool {
    let is_prune = |it: &Command| {
        let words: Vec<&str> = it.words.iter().filter_map(|it| it.value.as_deref()).collect();
        words.contains(&"turbo") && words.contains(&"prune")
    };
    let mut commands = ctx.model().commands_of_run(run).peekable();
    commands.peek().is_some() && commands.all(is_prune)
}

/// Whether all that the context has at `path` of the app, which lies in `folder`, is in `stage` as well.
pub(super) fn lies_in(ctx: &Inspection, stage: StageId, folder: &str, path: &str) -> bool {
    let path = paths::join(folder, path);
    let holds = |it: &Entry| match &it.holding {
        Holding::ContextFolder(_) | Holding::ContextFile(_) => {
            paths::below(&it.path, &path).is_some_and(|rest| rest.is_empty() || !it.lacks(rest))
        }
        _ => false,
    };
    ctx.model().stages[stage].contents.entries.iter().any(holds)
}
