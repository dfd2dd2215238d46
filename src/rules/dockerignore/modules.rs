//! `node_modules` of the host: where it lies, and whether the image has its own.

use super::copies::FolderCopy;
use super::item::Objection;
use crate::ecosystem::Invocation;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, EntryKind, Project};
use crate::rules::support::{is_harmless, omit_doubt, quoted};
use crate::stages::{Install, Scope, StageId, Verb};

/// More folders are not looked at.
const MAX_FOLDERS: usize = 200;

/// The folders of the apps with dependencies that `copies` take along.
pub(super) fn apps(project: &Project, copies: &[FolderCopy]) -> Vec<String> {
    let mut res: Vec<String> =
        copies.iter().flat_map(|it| &it.folders).flat_map(|it| apps_below(project, it)).collect();
    res.sort_unstable();
    res.dedup();
    res
}

/// In the folder itself, in its folders, and in theirs where it holds workspaces.
fn apps_below(project: &Project, folder: &str) -> Vec<String> {
    let depth = if project.app(folder).is_some_and(|it| it.is_workspace_root()) { 2 } else { 1 };
    let mut open = vec![(folder.to_owned(), 0)];
    let mut at = 0;
    while at < open.len() && open.len() < MAX_FOLDERS {
        let (folder, level) = open[at].clone();
        if level < depth {
            open.extend(folders(project, &folder).into_iter().map(|it| (it, level + 1)));
        }
        at += 1;
    }
    open.into_iter().map(|(it, _)| it).filter(|it| has_dependencies(project, it)).collect()
}

fn folders(project: &Project, folder: &str) -> Vec<String> {
    let names = project.list_on_disk(folder).into_iter();
    let folders = names.filter(|(name, kind)| {
        *kind == EntryKind::Folder && !name.starts_with('.') && !matches!(name.as_str(), "node_modules" | "dist")
    });
    folders.map(|(name, _)| paths::join(folder, &name)).collect()
}

/// Read off the text: the package with its lock files is needed of few only.
fn has_dependencies(project: &Project, folder: &str) -> bool {
    let path = paths::join(folder, "package.json");
    let text = project.kind(&path).and_then(|_| project.text(&path));
    text.is_some_and(|it| it.contains("ependencies\""))
}

/// Whether the image of `ctx` can do without the host's node_modules of the app in `folder`.
pub(super) fn objection(ctx: &Inspection, folder: &str, copies: &[FolderCopy]) -> Objection {
    let Some(app) = ctx.project().app(folder) else { return Objection::Needed };
    let path = paths::join(folder, "node_modules");
    let takers = copies.iter().filter(|it| it.takes(&path));
    takers.map(|it| stage_objection(ctx, &app, it.stage)).max().unwrap_or(Objection::None)
}

fn stage_objection(ctx: &Inspection, app: &App, stage: StageId) -> Objection {
    let all: Vec<&Install> = ctx.model().installs.iter().filter(|it| installs(ctx, it, app)).collect();
    if all.is_empty() {
        return Objection::Needed;
    }
    let near: Vec<&Install> =
        all.into_iter().filter(|it| is_near(ctx, it, stage)).chain(copied(ctx, app, stage)).collect();
    match near.first() {
        Some(_) if near.iter().any(|it| is_full(it)) => Objection::None,
        Some(first) => lesser(ctx, first),
        None if only_prunes(ctx, stage) => Objection::None,
        None => Objection::Doubt("the stage that copies it installs nothing itself".into()),
    }
}

/// The installs behind the packages that the stage has by COPY; a prune has the last word on them.
fn copied<'m>(ctx: &'m Inspection, app: &App, stage: StageId) -> Vec<&'m Install> {
    let model = ctx.model();
    let here = model.stages[stage].contents.node_modules();
    let all = here.filter_map(|(_, it)| Some((it, model.installs.get(it.install)?)));
    all.filter(|(it, install)| it.app.as_ref() == Some(&app.folder) || installs(ctx, install, app))
        .map(|it| it.1)
        .collect()
}

/// Whether the stage does nothing with what it copies but `turbo prune`, which leaves node_modules out.
fn only_prunes(ctx: &Inspection, stage: StageId) -> bool {
    let instructions = ctx.model().stages[stage].instructions.clone();
    let mut commands = instructions.filter_map(|it| ctx.model().scripts[it].as_ref()).flat_map(|it| &it.commands);
    commands.all(|it| {
        let is_turbo = it.words.iter().any(|it| it.value.as_deref().is_some_and(|it| it.starts_with("turbo")));
        is_harmless(it) || (is_turbo && it.program().is_some_and(is_turbo_or_lookup))
    })
}

fn is_turbo_or_lookup(program: &str) -> bool {
    program == "turbo" || Invocation::read(&[program.to_owned()]).is_some()
}

/// Whether `install` brings the packages of `app`: its own, or those of the workspaces that it is one of.
fn installs(ctx: &Inspection, install: &Install, app: &App) -> bool {
    let is_whole = matches!(install.verb, Verb::Install | Verb::CleanInstall | Verb::Focus);
    let Some(folder) = install.app.as_deref().filter(|_| is_whole) else { return false };
    let workspace = || ctx.project().workspace(&app.folder).filter(|it| it.is_installed_at_root);
    folder == app.folder || workspace().is_some_and(|it| it.root.folder == folder)
}

/// Whether the install is done in the stage, or in one below or above it.
fn is_near(ctx: &Inspection, install: &Install, stage: StageId) -> bool {
    ctx.model().is_on(stage, install.stage) || ctx.model().is_on(install.stage, stage)
}

/// Whether it brings all dependencies of all packages.
fn is_full(install: &Install) -> bool {
    install.scope == Scope::All && !selects(install)
}

fn selects(install: &Install) -> bool {
    let flags = ["--filter", "-F", "-w", "--workspace"];
    let mut arguments = install.command.arguments().flatten();
    if install.verb == Verb::Focus {
        return !arguments.any(|it| matches!(it, "--all" | "-A"));
    }
    arguments.any(|it| flags.contains(&it.split('=').next().unwrap_or(it)))
}

/// What an install that leaves something out may leave out too much.
fn lesser(ctx: &Inspection, install: &Install) -> Objection {
    let command = quoted(&install.command.words);
    if selects(install) {
        return Objection::Doubt(format!("`{command}` installs some of the packages only").into());
    }
    if install.scope == Scope::Unknown {
        return Objection::Doubt(format!("it is not known which dependencies `{command}` installs").into());
    }
    omit_doubt(ctx, install).map_or(Objection::None, Objection::Doubt)
}
