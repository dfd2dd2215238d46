//! Builds that lack what an install left out.

use super::{is_global, is_left_out};
use crate::inspection::Inspection;
use crate::project::Start;
use crate::stages::{Build, Install, InstallId, StageId, Verb};
use crate::text::TextSize;

/// The first build that runs on this install's packages, and the package that it misses.
pub(in crate::rules) fn starved_build<'m>(
    ctx: &'m Inspection,
    at: InstallId,
    install: &Install,
) -> Option<(&'m Build, String, Start)> {
    let app = ctx.project().app(install.app.as_ref()?)?;
    let end = replaced(ctx, at, install);
    let in_time = |it: &&Build| it.app == install.app && it.command.range.start() < end;
    let mut builds = ctx.model().builds.iter().filter(in_time).filter(|it| runs_on(ctx, at, install, it));
    builds.find_map(|build| {
        let words: Option<Vec<String>> = build.command.words.iter().map(|it| it.value.clone()).collect();
        let start = app.start(&words?);
        // npx and its kind fetch what is not there.
        let mut packages = start.programs.iter().filter(|it| it.through.is_none()).filter_map(|it| it.package.as_ref());
        let is_missing = |it: &&String| is_left_out(&app, it) && !is_global(&ctx.model().stages[build.stage], it);
        let package = packages.find(is_missing)?.clone();
        (start.unknown.is_empty()).then_some((build, package, start))
    })
}

/// Where a later install has taken the place of this one.
fn replaced(ctx: &Inspection, at: InstallId, install: &Install) -> TextSize {
    let mut later =
        ctx.model().installs.after(at).iter().filter(|it| it.app == install.app && it.verb != Verb::Rebuild);
    // A build may start where the install ends.
    later.next().map_or(TextSize::new(u32::MAX), |it| it.command.range.end())
}

/// Whether `build` finds the packages of `install`.
fn runs_on(ctx: &Inspection, at: InstallId, install: &Install, build: &Build) -> bool {
    let is_after = build.command.range.start() >= install.command.range.end();
    let held = |stage: StageId| {
        ctx.model().stages[stage]
            .contents
            .node_modules()
            .any(|(entry, it)| it.install == at && entry.origin.last() <= build.instruction)
    };
    is_after && (ctx.model().is_on(build.stage, install.stage) || held(build.stage))
}
