//! A shell script that the container starts, and that a COPY puts elsewhere than the project has it: the instructions that
//! bring it and make it executable belong in the production stage.

use super::evidence::Evidence;
use super::purpose::Purpose;
use super::{production, refusal, workdir_at};
use crate::ecosystem::programs;
use crate::facts::ScriptFile;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Reason;
use crate::shell::Command;
use crate::stages::{Entry, Holding, InstructionId};
use crate::syntax::Kind;

/// The purpose of instruction `index`, where it is there for the script alone.
pub(super) fn purpose(ctx: &Inspection, index: InstructionId, after_build: bool) -> Option<Purpose> {
    match &ctx.model().instructions[index].kind {
        Kind::Copy(copy) if brings(ctx, index) => {
            // A relative path hangs on the WORKDIR above it, and the build may read what else is in a folder.
            let is_movable = after_build || copy.destination.value.starts_with('/') && brings_files(ctx, index);
            Some(if is_movable { Purpose::Run } else { Purpose::Both })
        }
        Kind::Run(_) if prepares(ctx, index, after_build) => Some(Purpose::Run),
        _ => None,
    }
}

/// Whether instruction `index` is a COPY that brings the script, and nothing of the app.
pub(super) fn brings(ctx: &Inspection, index: InstructionId) -> bool {
    let mut entries = brought(ctx, index).peekable();
    entries.peek().is_some() && entries.all(|it| scripts(ctx).iter().any(|script| is_odd_place(ctx, it, script)))
}

fn brings_files(ctx: &Inspection, index: InstructionId) -> bool {
    brought(ctx, index).all(|it| matches!(it.holding, Holding::ContextFile(_)))
}

/// What instruction `index` brings of the context.
fn brought(ctx: &Inspection, index: InstructionId) -> impl Iterator<Item = &Entry> {
    let is_copy = matches!(ctx.model().instructions[index].kind, Kind::Copy(_));
    production(ctx).contents.entries.iter().filter(move |it| is_copy && it.origin.last() == index)
}

fn scripts(ctx: &Inspection) -> Vec<ScriptFile> {
    ctx.facts().scripts(ctx.model())
}

/// Whether `entry` is the script, or a folder outside of the app that it comes with, at a place that the app has nothing.
fn is_odd_place(ctx: &Inspection, entry: &Entry, script: &ScriptFile) -> bool {
    let root = ctx.facts().app_root.as_deref().unwrap_or("/");
    match &entry.holding {
        Holding::ContextFile(path) => {
            let in_app = paths::below(root, &entry.path).zip(ctx.facts().app.as_ref());
            entry.path == script.at && in_app.is_none_or(|(rest, app)| app.folder_path(rest) != *path)
        }
        Holding::ContextFolder(_) => {
            let is_apart = !paths::contains(root, &entry.path) && !paths::contains(&entry.path, root);
            is_apart && paths::contains(&entry.path, &script.at)
        }
        _ => false,
    }
}

/// Whether a RUN does nothing but make the script ready: `chmod +x`, `sed -i`.
fn prepares(ctx: &Inspection, index: InstructionId, after_build: bool) -> bool {
    let Some(script) = ctx.model().scripts[index].as_ref().filter(|it| it.complete) else { return false };
    let folder = workdir_at(ctx, index).unwrap_or_default();
    let scripts = scripts(ctx);
    let is_for_it = |it: &Command| {
        let files = files_changed(it).filter(|it| !it.is_empty());
        files.is_some_and(|it| {
            it.iter().all(|it| scripts.iter().any(|script| script.at == paths::absolute(&folder, it)))
        })
    };
    let is_early = |it: &Command| after_build && it.program().is_some_and(programs::prepares);
    let commands = &script.commands;
    commands.iter().any(is_for_it) && commands.iter().all(|it| !it.redirected && (is_for_it(it) || is_early(it)))
}

/// The files that a command changes in place, and nothing else; `None` where it is another command.
fn files_changed(command: &Command) -> Option<Vec<&str>> {
    let arguments: Option<Vec<&str>> = command.arguments().collect();
    let operands: Vec<&str> = arguments?.into_iter().filter(|it| !it.starts_with('-')).collect();
    match command.program()? {
        "chmod" | "chown" => Some(operands.get(1..)?.to_vec()),
        "sed" if command.arguments().flatten().next() == Some("-i") => Some(operands.get(1..)?.to_vec()),
        "dos2unix" => Some(operands),
        _ => None,
    }
}

/// Sees to it that each script is in the production stage once: by the COPY that brings it, or as a file of the app.
pub(super) fn settle(ctx: &Inspection, evidence: &mut Evidence) -> Result<(), Reason> {
    let app = std::sync::Arc::clone(&evidence.installed.app);
    let entries = &production(ctx).contents.entries;
    let is_copied = |script: &ScriptFile| {
        let mut entries = entries.iter().filter(|it| is_odd_place(ctx, it, script));
        entries.any(|it| brings(ctx, it.origin.last()))
    };
    let (copied, own): (Vec<ScriptFile>, Vec<ScriptFile>) = scripts(ctx).into_iter().partition(is_copied);
    let is_own = |path: &str| own.iter().any(|it| it.path == app.folder_path(path));
    evidence.runtime.retain(|path, _| is_own(path) || copied.iter().all(|it| it.path != app.folder_path(path)));
    let comes = |it: &ScriptFile| {
        let mut paths = evidence.runtime.keys().chain(evidence.deliverable.artefacts.iter().map(|it| &it.to));
        paths.any(|path| paths::contains(&app.folder_path(path), &it.path))
    };
    match own.iter().find(|it| !comes(it)) {
        Some(script) => Err(refusal(format!("the container starts `{}`, which no build makes", script.at))),
        None => Ok(()),
    }
}
