//! Packages inside of the one that ships, built beside it: a client whose files the server sends.

use std::collections::{BTreeMap, BTreeSet};

use super::beside;
use super::evidence::{self, Evidence};
use super::workspaces::Installed;
use super::{refusal, stage_of};
use crate::diagnostic::Note;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Outputs, Reason};
use crate::stages::{Build, StageId};

/// The builds of such packages in `stage` or one below it, where the app lies in `folder`; with each its package's folder
/// from there. Members of a workspace are the workspace's.
pub(super) fn builds<'a>(
    ctx: &'a Inspection,
    installed: &'a Installed,
    stage: StageId,
    folder: &'a str,
) -> impl Iterator<Item = (&'a Build, String)> {
    anywhere(ctx, installed, stage, folder).filter(|it| !paths::is_outside(&it.1))
}

/// The same with those of packages beside the app's folder: `../client`.
pub(super) fn anywhere<'a>(
    ctx: &'a Inspection,
    installed: &'a Installed,
    stage: StageId,
    folder: &'a str,
) -> impl Iterator<Item = (&'a Build, String)> {
    let stages = ctx.model().ancestry(stage);
    let own = ctx.model().builds.iter().filter(move |it| stages.contains(&it.stage));
    let others = own.filter(|it| it.app.as_ref().is_some_and(|it| !installed.has(it)));
    let all = others.filter_map(move |it| Some((it, paths::relative(folder, it.folder.as_deref()?)?)));
    all.filter(|it| !it.1.is_empty())
}

/// What `own` makes, and what they make; from the folder of the app.
pub(super) fn with_nested(ctx: &Inspection, installed: &Installed, own: &Build) -> Outputs {
    let mut res = own.outputs.clone();
    let of_nested = own.folder.as_deref().map(|it| outputs(builds(ctx, installed, own.stage, it))).unwrap_or_default();
    res.outputs.extend(of_nested.outputs);
    res.unknown.extend(of_nested.unknown);
    res
}

fn outputs<'a>(builds: impl Iterator<Item = (&'a Build, String)>) -> Outputs {
    let mut res = Outputs::default();
    for (build, path) in builds {
        res.outputs.extend(build.outputs.outputs.iter().map(|it| it.seen_from(&path)));
        res.unknown.extend(build.outputs.unknown.iter().cloned());
    }
    res
}

/// Whether the stage that ships builds packages inside of the app, which itself has no build.
pub(super) fn are_built(ctx: &Inspection) -> bool {
    let Some((app, folder)) = ctx.facts().app.as_ref().zip(ctx.facts().app_root.as_deref()) else { return false };
    let installed = Installed::alone(std::sync::Arc::clone(app));
    anywhere(ctx, &installed, stage_of(ctx), folder).next().is_some()
}

/// What must be known of an app that ships as it is written, with such packages beside it.
pub(super) fn gather(ctx: &Inspection) -> Result<Evidence, Reason> {
    let installed = Installed::alone(evidence::app_of(ctx)?);
    let folder = ctx.facts().app_root.clone().ok_or_else(|| refusal("where the app lies is not known"))?;
    evidence::known_start(ctx, &installed)?;
    let outputs = outputs(anywhere(ctx, &installed, stage_of(ctx), &folder));
    let deliverable = evidence::known_outputs(ctx, &outputs)?;
    let runtime = ctx.facts().runtime.as_deref();
    let runtime = runtime.ok_or_else(|| refusal("it is not known which modules the container runs"))?;
    runs_none(ctx, &installed, stage_of(ctx), &folder, &runtime.files)?;
    let mut doubts = evidence::doubts_of(ctx.facts().entry.as_deref(), runtime);
    if let Some(command) = beside::loose_command(ctx, stage_of(ctx), &installed.app) {
        let read = ctx.facts().run_files(ctx.model(), ctx.project(), &outputs);
        doubts.extend(evidence::absent(read.all_absent(), &deliverable, &command));
    }
    if let Some(command) = removal(ctx, &folder) {
        return Err(refusal(format!("`{command}` takes files away that the new stage would have again")));
    }
    let others = ctx.facts().users.iter().filter(|it| !it.is_check && !it.in_later_stage);
    doubts.extend(others.map(|it| it.doubt("it may need packages that only the build stage has").reason));
    let strategy = evidence::packages(ctx, &installed, runtime, &mut doubts)?;
    let written = |it: &crate::project::Output| {
        Note::on(it.evidence.clone(), format!("`{}` says that the build writes `{}`", it.evidence, it.path))
    };
    let grounds = outputs.outputs.iter().map(written).chain(evidence::pinned(ctx, &installed.app)).collect();
    Ok(Evidence {
        installed,
        folder,
        deliverable,
        runtime: BTreeMap::new(),
        remade: BTreeSet::new(),
        untracked: BTreeSet::new(),
        strategy,
        doubts,
        grounds,
    })
}

/// A command of the stage that ships by which something of the app's `folder` is gone, packages aside.
fn removal(ctx: &Inspection, folder: &str) -> Option<String> {
    let model = ctx.model();
    let stages = model.ancestry(stage_of(ctx)).into_iter();
    let mut commands =
        stages.flat_map(|it| model.stages[it].instructions.clone()).flat_map(|it| model.commands_of_run(it));
    let is_other = |it: Option<&str>| match it {
        Some(it) if it.starts_with('/') => paths::contains(folder, it) && !it.contains("/node_modules"),
        Some(it) => !it.starts_with('-') && !it.split('/').any(|it| it == "node_modules"),
        None => true,
    };
    let removes = |it: &&crate::shell::Command| {
        let is_meant = matches!(it.program(), Some("rm" | "rimraf" | "unlink" | "mv" | "find"));
        is_meant && it.arguments().any(is_other)
    };
    let found = commands.find(removes)?;
    ctx.text()[found.range].lines().next().map(|it| it.trim().to_owned())
}

/// Refuses where one of `modules` (those that run as they are written, from the app's `folder`) is of such a package: its
/// own packages stay in the building stage.
pub(super) fn runs_none(
    ctx: &Inspection,
    installed: &Installed,
    stage: StageId,
    folder: &str,
    modules: &[String],
) -> Result<(), Reason> {
    let of_package = |path: &str| modules.iter().find(|it| paths::contains(path, it));
    let mut all = anywhere(ctx, installed, stage, folder);
    match all.find_map(|(_, path)| Some((of_package(&path)?, path))) {
        Some((file, path)) => Err(refusal(format!("`{file}` runs, and `{path}` has packages of its own"))),
        None => Ok(()),
    }
}
