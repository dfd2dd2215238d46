//! The build of the app that ships, where the Dockerfile has none yet.

use super::{production, refusal, stage_of};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::stages::{InstructionId, Scope, User};
use crate::syntax::Kind;

/// What builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builder<'a> {
    /// A script of package.json.
    Script(&'a str),
    /// A program that a package brings.
    Program(&'a str),
}

/// The command that has `builder` make `output`; `None` where the file builds it already.
///
/// # Errors
/// Where the command would run without what it needs.
pub(crate) fn find(ctx: &Inspection, builder: Builder<'_>, output: &str) -> Result<Option<String>, Reason> {
    let step = tried(ctx, builder, output)?;
    // With other versions than the lock file's, nobody has built it yet.
    let mut installs = ctx.model().installs.iter().filter(|it| ctx.model().ancestry(stage_of(ctx)).contains(&it.stage));
    if step.is_some() && installs.all(|it| it.lock_present != Some(true)) {
        return Err(refusal("without a lock file in the stage, whether the app can be built changes from day to day"));
    }
    Ok(step)
}

/// The same for a command that each start of the container runs today.
///
/// # Errors
/// Where the command would run without what it needs.
pub(crate) fn tried(ctx: &Inspection, builder: Builder<'_>, output: &str) -> Result<Option<String>, Reason> {
    let app = ctx.facts().app.as_ref().ok_or_else(|| refusal("it is not known whose package.json ships"))?;
    if ctx.facts().outputs.outputs.iter().any(|it| it.path == output) {
        return Ok(None);
    }
    let contents = &production(ctx).contents;
    if !ctx.facts().app_at_workdir {
        return Err(refusal("the package.json is not known to be in the working directory"));
    }
    if !runs_as_root(ctx) {
        return Err(refusal("the build would not run as root"));
    }
    if !contents.node_modules().any(|it| it.1.scope == Scope::All) {
        return Err(refusal("what the build needs is not known to be installed"));
    }
    let root = ctx.project().workspace(&app.folder);
    let manager = root.as_ref().map_or(app.as_ref(), |it| &it.root).manager().unwrap_or_default();
    let command = match builder {
        Builder::Script(script) => format!("{} run {script}", manager.program()),
        Builder::Program(program) => format!("{} {program}", manager.runs_programs_by()),
    };
    let is_development = contents.env_value("NODE_ENV").is_some_and(|it| it != "production");
    Ok(Some(if is_development { format!("NODE_ENV=production {command}") } else { command }))
}

/// Whether the command would run as root where it goes.
fn runs_as_root(ctx: &Inspection) -> bool {
    let (place, user) = (place(ctx), &production(ctx).contents.user);
    if user.by.is_none_or(|it| it < place) {
        return user.value == User::Root;
    }
    ctx.model().is_root_at(stage_of(ctx), place)
}

/// Where it goes: after the last instruction that brings files or runs something.
pub(crate) fn place(ctx: &Inspection) -> InstructionId {
    let is_before = |it: &InstructionId| {
        let kind = &ctx.model().instructions[*it].kind;
        matches!(kind, Kind::Run(_) | Kind::Copy(_) | Kind::Add(_) | Kind::Workdir(_) | Kind::Env(_) | Kind::Arg(_))
    };
    let last = ctx.model().stages[stage_of(ctx)].instructions.clone().filter(is_before).max();
    last.unwrap_or(production(ctx).from)
}
