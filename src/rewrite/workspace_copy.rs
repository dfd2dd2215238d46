//! `COPY --from=build /app .` of a workspace: the member that ships, those that it needs, and the packages of all.

use super::blocks::{self, Target};
use super::evidence::{self, Evidence};
use super::managers;
use super::whole_copy::{carried_flags, destination, prune_edit};
use super::workspaces::Installed;
use super::{Plan, finish, pruned_copy, refusal};
use crate::ecosystem::{WorkspaceLayout, tools};
use crate::fix::lines::{self, Style};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Access, AccessBase, Deliverable, Member, Reason};
use crate::stages::{Build, InstructionId, NodeModules, StageId};

/// The node_modules in `folder` of the stage `from`, where it is that of a workspace's root.
pub(super) fn modules<'a>(ctx: &'a Inspection, from: StageId, folder: &str) -> Option<&'a NodeModules> {
    let path = paths::join(folder, "node_modules");
    let (_, modules) = ctx.model().stages[from].contents.node_modules().find(|(it, _)| it.path == path)?;
    let root = ctx.project().app(modules.app.as_ref()?)?;
    root.is_workspace_root().then_some(modules)
}

/// The plan for the COPY at `index`, which takes all of `folder` of the stage `from`.
pub(super) fn plan(
    ctx: &Inspection,
    index: InstructionId,
    from: StageId,
    folder: &str,
    modules: &NodeModules,
) -> Result<Plan, Reason> {
    let evidence = gather(ctx, from, folder, modules)?;
    pruned_copy::same_user(ctx, from, &ctx.model().installs[modules.install], None)?;
    let text = copies(ctx, index, from, folder, &evidence)?;
    let mut edits = vec![lines::replacement(ctx.source(), ctx.model().instructions[index].range, &text)];
    let last = ctx.model().builds.iter().filter(|it| it.stage == from).map(|it| it.instruction).max();
    let last = last.ok_or_else(|| refusal("the build that is copied was not found"))?;
    pruned_copy::in_place(ctx, from, last)?;
    edits.extend(prune_edit(ctx, from, last, &evidence.strategy.prune()));
    let title = "Copy only what was built of the packages that ship, and production dependencies";
    Ok(finish(title, edits, evidence.doubts, evidence.grounds))
}

/// What must be known before the workspace in `folder` of the stage `from`, with these packages, is narrowed to the member
/// that ships.
pub(super) fn gather(ctx: &Inspection, from: StageId, folder: &str, modules: &NodeModules) -> Result<Evidence, Reason> {
    let app = evidence::shipped(ctx)?;
    let installed = Installed::by(ctx, app, modules.app.as_deref().unwrap_or_default())?;
    if ctx.facts().app.as_ref().is_none_or(|it| it.folder != installed.app.folder) {
        return Err(refusal("the start command runs a file of a package from another folder than its own"));
    }
    let build = build_of(ctx, from, &installed.app.folder)?;
    let mut evidence = evidence::gather_of(ctx, build, installed)?;
    if evidence.folder != paths::join(folder, &evidence.installed.path()) {
        return Err(refusal(format!("the build runs in `{}`, and `{folder}` is copied", evidence.folder)));
    }
    evidence.settle()?;
    let install = &ctx.model().installs[modules.install];
    if let Some(only) = evidence.installed.only(ctx, install, from, folder)? {
        evidence.strategy.narrow(&only)?;
    }
    let manager = install.manager;
    if manager.habits().workspace_layout.is_none() {
        return Err(refusal(format!("where `{}` puts each package of the workspace is not known", manager.program())));
    }
    Ok(evidence)
}

/// The build of the package in `folder` of the context.
fn build_of<'a>(ctx: &'a Inspection, from: StageId, folder: &str) -> Result<&'a Build, Reason> {
    let stages = ctx.model().ancestry(from);
    let mut builds = ctx.model().builds.iter().filter(|it| stages.contains(&it.stage));
    builds
        .rfind(|it| it.app.as_deref() == Some(folder))
        .ok_or_else(|| refusal(format!("no build of `{}` was found", paths::join(folder, "package.json"))))
}

/// The COPYs in place of the one at `index`.
fn copies(
    ctx: &Inspection,
    index: InstructionId,
    from: StageId,
    folder: &str,
    evidence: &Evidence,
) -> Result<String, Reason> {
    let copy = ctx.model().instructions[index];
    let flags = carried_flags(ctx, copy);
    let at = destination(ctx, index)?;
    let workdir = super::workdir_at(ctx, index).unwrap_or_default();
    let build = copy.flag_value("from").unwrap_or_default();
    let root =
        Target { build, folder: &at, workdir: &workdir, flags: &flags.of_build, context_flags: &flags.of_context };
    lines(ctx, from, folder, &root, evidence)
}

/// The COPYs of what ships from the workspace in `folder` of the stage `from` to `root`.
pub(super) fn lines(
    ctx: &Inspection,
    from: StageId,
    folder: &str,
    root: &Target<'_>,
    evidence: &Evidence,
) -> Result<String, Reason> {
    let style = blocks::style(ctx);
    let modules = evidence.strategy.modules();
    let mut res = blocks::copy(style, root, &paths::join(folder, "package.json"), "");
    res += &blocks::copy(style, root, &paths::join(folder, modules), modules);
    for (name, _) in managers::files(ctx, &evidence.installed.root) {
        res += &blocks::copy(style, root, &paths::join(folder, name), name);
    }
    for member in evidence.installed.linked(ctx) {
        let path = evidence.installed.path_of(member);
        if is_as_written(ctx, from, member) {
            res += &blocks::copy(style, root, &paths::join(folder, &path), &path);
            continue;
        }
        res += &manifest(style, root, folder, &path, evidence);
        res += &of_member(ctx, style, root, from, folder, member, &path)?;
    }
    let path = evidence.installed.path();
    let own = paths::join(root.folder, &path);
    let target = Target { folder: &own, ..*root };
    if !path.is_empty() {
        res += &manifest(style, root, folder, &path, evidence);
    }
    Ok(res + &blocks::files(style, evidence, &target))
}

/// The package.json of the package at `path` of the workspace, and the packages that lie in its own folder.
fn manifest(style: Style, root: &Target<'_>, folder: &str, path: &str, evidence: &Evidence) -> String {
    let from = |name: &str| paths::join(&paths::join(folder, path), name);
    let own = Target { folder: &paths::join(root.folder, path), ..*root };
    let mut res = blocks::copy(style, &own, &from("package.json"), "");
    let nested = paths::join(path, evidence.strategy.modules());
    let locked = evidence.installed.root.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    let layout = evidence.installed.root.manager().and_then(|it| it.habits().workspace_layout);
    let is_linked = layout == Some(WorkspaceLayout::Linked);
    let own_app = evidence.installed.package_at(path);
    let links = is_linked && own_app.is_some_and(|it| !it.package.dependencies.is_empty());
    // What is optional may be for another platform.
    if links || locked.iter().any(|it| !it.dev && !it.optional && it.path.starts_with(&format!("{nested}/"))) {
        res += &blocks::copy(style, &own, &from(evidence.strategy.modules()), evidence.strategy.modules());
    }
    res
}

/// Whether a package has no build, neither here nor in its scripts: what it holds is what is loaded, or compiled into the
/// app that needs it.
fn is_as_written(ctx: &Inspection, from: StageId, member: &Member) -> bool {
    let is_built = build_of(ctx, from, &member.folder).is_ok();
    !is_built && !member.app.package.scripts.keys().any(|it| tools::is_build_name(it))
}

/// What the build made of a package that the app needs.
fn of_member(
    ctx: &Inspection,
    style: Style,
    root: &Target<'_>,
    from: StageId,
    folder: &str,
    member: &Member,
    path: &str,
) -> Result<String, Reason> {
    let build = build_of(ctx, from, &member.folder)?;
    if let Some(unknown) = build.outputs.unknown.first() {
        return Err(unknown.clone());
    }
    let app = &member.app.package;
    let targets = app.main.iter().chain(&app.exports).filter(|it| !it.ends_with("package.json"));
    let targets: Vec<String> = targets.map(|it| paths::normalise(it)).collect();
    let other = targets.iter().find(|it| build.outputs.holding(it).is_none());
    if let Some(other) = other {
        return Err(refusal(format!("`{}` leads to `{other}`, which its build does not make", member.name)));
    }
    let entry =
        targets.first().ok_or_else(|| refusal(format!("it is not known which file of `{}` is loaded", member.name)))?;
    reads_nothing(member, entry, build)?;
    let own = Target { folder: &paths::join(root.folder, path), ..*root };
    let artefacts = Deliverable::in_place(&build.outputs.outputs).artefacts;
    let copies = artefacts
        .iter()
        .map(|it| blocks::copy(style, &own, &paths::join(&paths::join(folder, path), &it.from), &it.to));
    Ok(copies.collect())
}

/// The modules of a member read no file beside what is built.
fn reads_nothing(member: &Member, entry: &str, build: &Build) -> Result<(), Reason> {
    let runtime = member.app.runtime(entry, &build.outputs);
    if let Some(unknown) = runtime.unknown.first() {
        return Err(unknown.clone());
    }
    let is_inside = |it: &&Access| {
        it.base == AccessBase::Module && it.path.as_ref().is_some_and(|it| build.outputs.holding(it).is_some())
    };
    match runtime.reads.iter().find(|it| !is_inside(it)) {
        Some(read) => Err(Reason::at(read.site.clone(), format!("reads a file of `{}`", member.name))),
        None => Ok(()),
    }
}
