//! A stage that ships an app as it is written, and builds a package inside of it: that build gets a stage of its own.
//!
//! All of the app's files come as they came, whatever the run reads of them; of the packages inside of it, what was
//! built. So a client's node_modules stay in the build stage, and nothing has to be known of the server's own files.

use super::blocks::{self, Target};
use super::chunks::Chunk;
use super::dependencies::Way;
use super::evidence::Evidence;
use super::split::{self, Layout, Parts};
use super::{Plan, later, managers, nested, refusal, stage_of};
use crate::fix::lines::Style;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Reason};
use crate::stages::InstructionId;
use crate::syntax::Kind;

/// The plan for such a stage.
pub(super) fn plan(ctx: &Inspection) -> Result<Plan, Reason> {
    let mut evidence = nested::gather(ctx)?;
    managers::settle(ctx, &mut evidence)?;
    evidence.settle()?;
    if !later::places(ctx)?.is_empty() {
        return Err(refusal("a later stage takes from the one that ships"));
    }
    let workdir = super::workdir(ctx)?;
    if workdir != evidence.folder {
        return Err(refusal("the app lies in another folder than the start command's"));
    }
    let parts = split::parts(ctx, &|it| evidence.ships(it))?;
    let build = split::free_name(ctx);
    let in_force = parts.workdir(ctx).ok_or_else(split::no_workdir)?;
    let owners = blocks::owners(ctx);
    let (flags, context_flags) = (owners.build.as_str(), owners.context.as_str());
    let target = Target { build: &build, folder: workdir, workdir: &in_force, flags, context_flags };
    let body = Some(body(ctx, &parts, &evidence, &target));
    let layout = Layout { style: blocks::style(ctx), evidence: &evidence, parts: &parts, is_base: false, body };
    Ok(split::plan_of(ctx, &layout, &target, Vec::new()))
}

/// The stage's own COPYs, with the packages where they were installed, and what was built.
fn body(ctx: &Inspection, parts: &Parts<'_>, evidence: &Evidence, target: &Target<'_>) -> String {
    let app = &evidence.installed.app;
    let is_first = goes_first(ctx, evidence);
    let mut lines = Lines { style: blocks::style(ctx), workdir: target.workdir.to_owned(), text: String::new() };
    let own = Target { workdir: target.folder, ..*target };
    let mut packages = blocks::packages(lines.style, evidence, &own);
    if is_first {
        packages.clear();
        lines.add(target.folder, &blocks::dependencies(ctx, lines.style, evidence, &own));
    }
    let installed = install(ctx, evidence);
    for chunk in parts.of_build() {
        if Some(chunk.index) == installed {
            lines.add(target.folder, &std::mem::take(&mut packages));
        }
        let is_copied_already = is_first && brings_manifests(chunk, app);
        if matches!(chunk.instruction.kind, Kind::Copy(_)) && !is_copied_already && !is_of_nested(ctx, chunk, evidence)
        {
            let workdir = super::workdir_at(ctx, chunk.index).unwrap_or_else(|| target.folder.to_owned());
            lines.add(&workdir, &split::own(ctx, lines.style, chunk));
        }
    }
    lines.add(target.folder, &packages);
    let files = blocks::files(lines.style, evidence, &own);
    let is_absolute = evidence.deliverable.artefacts.iter().all(|it| paths::is_outside(&it.to));
    let workdir = if is_absolute { lines.workdir.clone() } else { target.folder.to_owned() };
    lines.add(&workdir, &files);
    lines.text
}

/// Lines of a stage, each run of them in the WORKDIR that it needs.
struct Lines {
    style: Style,
    workdir: String,
    text: String,
}

impl Lines {
    fn add(&mut self, workdir: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.workdir != workdir {
            self.text += &self.style.line("WORKDIR", workdir);
            self.workdir = workdir.to_owned();
        }
        self.text += text;
    }
}

/// Whether the install can go above all other files, where it stays cached: no COPY below brings packages of the context.
fn goes_first(ctx: &Inspection, evidence: &Evidence) -> bool {
    let modules = evidence.installed.app.folder_path(evidence.strategy.modules());
    evidence.strategy.way == Way::Install && ctx.project().sees(&modules) == Some(false)
}

/// The RUN that installs the app's own packages.
fn install(ctx: &Inspection, evidence: &Evidence) -> Option<InstructionId> {
    let folder = &evidence.installed.app.folder;
    let mut installs = ctx.model().installs.iter().filter(|it| it.stage == stage_of(ctx));
    installs.find(|it| it.app.as_ref() == Some(folder)).map(|it| it.instruction)
}

/// `COPY client/package*.json ./client/`: only what the install of a package inside of the app needs.
fn is_of_nested(ctx: &Inspection, chunk: &Chunk<'_>, evidence: &Evidence) -> bool {
    let mut builds = nested::anywhere(ctx, &evidence.installed, stage_of(ctx), &evidence.folder);
    builds
        .any(|it| it.0.app.as_ref().and_then(|it| ctx.project().app(it)).is_some_and(|it| brings_manifests(chunk, &it)))
}

/// Whether a COPY brings package.json and the lock file of `app`, and nothing else.
fn brings_manifests(chunk: &Chunk<'_>, app: &App) -> bool {
    let Kind::Copy(copy) = &chunk.instruction.kind else { return false };
    let is_manifest = |source: &str| {
        let (folder, name) = (paths::parent(source), paths::file_name(source));
        let is_lock = app.lock().is_some_and(|it| it.path == source);
        folder == app.folder
            && (is_lock || name.starts_with("package") && (name.ends_with(".json") || name.ends_with('*')))
    };
    chunk.instruction.flag("from").is_none() && copy.sources.iter().all(|it| is_manifest(&paths::rooted(&it.value)))
}
