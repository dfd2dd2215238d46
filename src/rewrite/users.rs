//! What the image's other users (compose services, platforms, HEALTHCHECK, later stages) ask of the production stage.

use super::{refusal, stage_of};
use crate::ecosystem::{Effect, effect_of};
use crate::facts::offline_install;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::project::{App, Outputs, Program};
use crate::stages::{Scope, StageId};

/// Refuses where one of them is known to need a devDependency; what is not known goes to `doubts`.
pub(super) fn without_dev(ctx: &Inspection, app: &App, doubts: &mut Vec<Reason>) -> Result<(), Reason> {
    for user in &ctx.facts().users {
        match user.without_dev(Some(app)) {
            Err(doubt) if doubt.is_certain => return Err(refusal(doubt.reason)),
            Err(doubt) => doubts.push(doubt.reason),
            Ok(()) => {}
        }
    }
    doubts.extend(offline_install(ctx.model(), ctx.project(), ctx.facts()));
    Ok(())
}

/// What is not known of what they read, where only the output of a build is kept.
pub(super) fn narrow(ctx: &Inspection, outputs: &Outputs, doubts: &mut Vec<Reason>) {
    for user in &ctx.facts().users {
        let programs = user.start.iter().flat_map(|it| &it.programs);
        let is_known = |it: &Program| ctx.facts().app.as_ref().is_some_and(|app| app.reads_of(it).is_some());
        if let Some(other) = programs.clone().find(|it| it.package.is_some() && !is_known(it)) {
            let why = format!("`{}` may read files outside of the build's output", other.name);
            doubts.push(user.doubt(why).reason);
        }
        if let (Some(entry), Some(modules)) = (&user.entry, &user.runtime)
            && outputs.holding(entry).is_none()
            && modules.files.is_empty()
        {
            doubts.push(user.doubt(format!("the source of `{entry}` was not found")).reason);
        }
    }
}

/// A stage that is built on the one that ships and would lose something with its devDependencies; one clause.
pub(super) fn later_stage(ctx: &Inspection) -> Option<Reason> {
    let installs = |stage: StageId| {
        let own = ctx.model().installs.iter().filter(move |it| it.stage == stage && it.scope == Scope::All);
        own.map(|it| it.instruction).min()
    };
    let found = ctx.model().built_on(stage_of(ctx)).into_iter().find(|stage| {
        let before = ctx.model().stages[*stage]
            .instructions
            .clone()
            .take_while(|it| installs(*stage).is_none_or(|install| *it < install));
        let mut commands = before.flat_map(|it| ctx.model().commands_of_run(it));
        commands.any(|it| effect_of(it) != Effect::Idle)
    });
    found.map(|it| {
        format!("the stage `{}`, which is built on it, may need devDependencies", ctx.model().name_of(it)).into()
    })
}
