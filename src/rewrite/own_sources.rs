//! The sources that the production stage copies from the context beside the output of another stage's build.
//!
//! Worked example: with `COPY --from=build /app/dist ./dist` in the stage, its `COPY . .` becomes `COPY package*.json ./`
//! and a COPY of what the run reads besides, such as `views`; `COPY src ./src` goes.

use std::collections::BTreeMap;

use super::blocks::{self, Target};
use super::evidence::{self, Evidence};
use super::whole_copy::later_runs_need_nothing;
use super::{Plan, build_of, finish, production, refusal, stage_of};
use crate::fix::Edit;
use crate::fix::lines;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, EntryKind, Reason};
use crate::stages::{Entry, Holding, Install, InstructionId, StageId};
use crate::syntax::Kind;

/// The plan for the COPYs that bring sources.
pub(super) fn plan(ctx: &Inspection) -> Result<Plan, Reason> {
    let others: Vec<StageId> = ctx.model().stages.ids().filter(|it| *it != stage_of(ctx)).collect();
    let build = build_of(ctx, &others)?;
    let mut evidence = evidence::gather(ctx, build)?;
    // The run has had them from the context.
    evidence.remade.clear();
    let copies = copies(ctx)?;
    let edits = copies.iter().map(|it| edit(ctx, &copies, *it, &evidence)).collect::<Result<Vec<_>, _>>()?;
    let title = "Copy only what the run needs of the project";
    Ok(finish(title, edits, evidence.doubts, evidence.grounds))
}

/// The COPYs of the stage that bring folders with sources.
fn copies(ctx: &Inspection) -> Result<Vec<InstructionId>, Reason> {
    let trees = production(ctx).contents.source_trees(ctx.project());
    let mut res: Vec<InstructionId> = trees.map(|it| it.origin.last()).collect();
    res.sort_unstable();
    res.dedup();
    match res.first() {
        Some(first) if !production(ctx).instructions.contains(*first) => {
            Err(refusal("the sources come from the stage below"))
        }
        Some(_) => Ok(res),
        None => Err(refusal("no sources are known to ship")),
    }
}

/// What the COPY at `index` becomes, one of `copies`.
fn edit(ctx: &Inspection, copies: &[InstructionId], index: InstructionId, evidence: &Evidence) -> Result<Edit, Reason> {
    let app = &evidence.installed.app;
    let root =
        ctx.facts().app_root.as_deref().ok_or_else(|| refusal("where the app lies in the image is not known"))?;
    let copy = ctx.model().instructions[index];
    if copy.flag("from").is_some() || !matches!(copy.kind, Kind::Copy(_) | Kind::Add(_)) {
        return Err(refusal("the sources come from another stage"));
    }
    if !brought_by(ctx, index).all(|it| is_mirrored(it, app, root)) {
        return Err(refusal("the files of the project lie elsewhere in the image"));
    }
    later_runs_need_nothing(ctx, index)?;
    installs_need_nothing(ctx, index, app)?;
    let workdir = super::workdir_at(ctx, index).ok_or_else(|| refusal("the WORKDIR is not known"))?;
    let chown = copy.flag_value("chown").map(|it| format!("--chown={it} ")).unwrap_or_default();
    let target = Target { build: "", folder: root, workdir: &workdir, flags: &chown, context_flags: &chown };
    let style = blocks::style(ctx);
    let is_own = |path: &str| bringer(ctx, copies, &paths::join(root, path)) == Some(index);
    let settings = settings(ctx, index, app);
    let read = evidence.runtime.iter().chain(&settings).filter(|it| is_own(it.0));
    let read: BTreeMap<String, EntryKind> = read.map(|it| (it.0.clone(), *it.1)).collect();
    let manifest = paths::join(root, "package.json");
    let brings_manifest = brought_by(ctx, index).any(|it| paths::contains(&it.path, &manifest));
    let manifests = brings_manifest.then(|| blocks::missing_manifests(ctx, style, evidence, &target, index));
    let lines = manifests.unwrap_or_default() + &blocks::files_of_context(style, evidence, &read, &target);
    Ok(match lines.is_empty() {
        true => lines::removal(ctx.source(), copy.range),
        false => lines::replacement(ctx.source(), copy.range, &lines),
    })
}

fn brought_by(ctx: &Inspection, index: InstructionId) -> impl Iterator<Item = &Entry> {
    production(ctx).contents.entries.iter().filter(move |it| it.origin.last() == index)
}

/// Which of `copies` is to bring what the run reads at `path` (absolute): the last that does now; `None` where another
/// instruction does.
fn bringer(ctx: &Inspection, copies: &[InstructionId], path: &str) -> Option<InstructionId> {
    let entries = production(ctx).contents.entries.iter().filter(|it| paths::contains(&it.path, path));
    let by: Vec<InstructionId> = entries.map(|it| it.origin.last()).collect();
    by.iter().all(|it| copies.contains(it)).then(|| by.into_iter().max()).flatten()
}

/// Whether something of the context lies in the image where it lies in the project.
fn is_mirrored(entry: &Entry, app: &App, root: &str) -> bool {
    let (Holding::ContextFolder(path) | Holding::ContextFile(path)) = &entry.holding else { return false };
    let relative = paths::relative(&app.folder, path);
    relative.is_some_and(|it| !paths::is_outside(&it) && paths::absolute(root, &it) == entry.path)
}

/// An install after the COPY may run a script of the project, or of a package that reads the project's files.
fn installs_need_nothing(ctx: &Inspection, copy: InstructionId, app: &App) -> Result<(), Reason> {
    let is_later = |it: &&Install| it.stage == stage_of(ctx) && it.instruction > copy;
    if !ctx.model().installs.iter().any(|it| is_later(&it)) {
        return Ok(());
    }
    if let Some((name, _)) = app.root_scripts_on_install().first() {
        return Err(refusal(format!("`{name}` of package.json may need the sources when it is run by the install")));
    }
    // Locks of other managers than npm do not say which packages run scripts.
    match ["@prisma/client", "prisma"].iter().find(|it| app.is_locked(it)) {
        Some(it) => Err(refusal(format!("`{it}` may generate its client from the sources when it is installed"))),
        None => Ok(()),
    }
}

/// What an install after the COPY reads besides the manifests: settings, hooks, patches.
fn settings(ctx: &Inspection, copy: InstructionId, app: &App) -> BTreeMap<String, EntryKind> {
    let mut later = ctx.model().installs.iter().filter(|it| it.stage == stage_of(ctx) && it.instruction > copy);
    let names = later.next().map(|it| it.manager.settings()).unwrap_or_default();
    let kind = |it: &&str| ctx.project().kind(&app.folder_path(it)).map(|kind| ((*it).to_owned(), kind));
    let is_visible = |it: &&&str| ctx.project().sees(&app.folder_path(it)) != Some(false);
    names.iter().filter(is_visible).filter_map(kind).collect()
}
