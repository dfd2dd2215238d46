//! What may break when devDependencies are left out.

use super::{is_harmless, quoted};
use crate::diagnostic::Severity;
use crate::ecosystem::wrappers;
use crate::facts::{need_of, offline_install};
use crate::inspection::Inspection;
use crate::project::{App, Manager, Outputs, Program, Reason};
use crate::stages::{Install, Stage, Verb};

/// Whether a production install leaves `package` out: a devDependency that no other package brings.
pub(in crate::rules) fn is_left_out(app: &App, package: &str) -> bool {
    app.leaves_out(package)
}

/// Whether a program only sets variables for the one after it, which has them as assignments.
pub(in crate::rules) fn is_transparent(program: &Program) -> bool {
    wrappers::only_assigns(&program.name) && program.entry.is_none()
}

/// Whether a stage has `package` by a global install.
pub(in crate::rules) fn is_global(stage: &Stage, package: &str) -> bool {
    stage.contents.global_packages.iter().any(|it| it.0 == package)
}

/// An error where a lock file proves that a package is left out; else it may come with another one.
pub(in crate::rules) fn severity(app: &App) -> Severity {
    let is_locked = app.locks.iter().any(|it| it.manager == Manager::Npm && it.packages.is_some());
    if is_locked { Severity::Error } else { Severity::Warning }
}

/// Why it is not known that nothing needs the devDependencies that `install` brings today.
pub(in crate::rules) fn omit_doubt(ctx: &Inspection, install: &Install) -> Option<Reason> {
    let development = || ctx.facts().development.as_ref().map(|it| it.reason().clone());
    let users = || users_doubt(ctx);
    run_doubt(ctx, install)
        .or_else(|| script_doubt(ctx, install))
        .or_else(development)
        .or_else(|| offline_install(ctx.model(), ctx.project(), ctx.facts()))
        .or_else(|| start_doubt(ctx))
        .or_else(users)
}

/// Who else runs something in the image, and may need them for it.
fn users_doubt(ctx: &Inspection) -> Option<Reason> {
    let app = ctx.facts().app.as_ref();
    ctx.facts().users.iter().find_map(|it| it.without_dev(app.map(|it| &**it)).err()).map(|it| it.reason)
}

/// Commands of the build that come after it.
fn run_doubt(ctx: &Inspection, install: &Install) -> Option<Reason> {
    let is_install = |range| ctx.model().installs.iter().any(|it| it.command.range == range && it.script.is_none());
    let later = ctx.model().commands_after(install);
    let first = later.into_iter().find(|it| !is_harmless(it) && !is_install(it.range))?;
    Some(format!("`{}` runs after it and may need devDependencies", quoted(&first.words)).into())
}

/// Scripts of the project that the install runs.
fn script_doubt(ctx: &Inspection, install: &Install) -> Option<Reason> {
    let Some(app) = install.app.as_ref().and_then(|it| ctx.project().app(it)) else {
        return Some("it is not known which package.json it installs".into());
    };
    if install.verb == Verb::Prune {
        return None;
    }
    let hooks = ["preinstall", "install", "postinstall", "prepare"];
    let found = hooks.iter().find(|it| !is_free_of_dev(&app, it))?;
    Some(format!("`{found}` of package.json may need devDependencies").into())
}

fn is_free_of_dev(app: &App, script: &str) -> bool {
    if !app.package.scripts.contains_key(script) {
        return true;
    }
    let start = app.start(&[Manager::Npm.program().to_owned(), "run".to_owned(), script.to_owned()]);
    need_of(app, &start).is_none()
        && start.programs.iter().filter_map(|it| it.entry.as_ref()).all(|it| imports_ship(app, it))
}

/// Whether all that the modules behind `entry` import stays with a production install.
fn imports_ship(app: &App, entry: &str) -> bool {
    let runtime = app.runtime(entry, &Outputs::default());
    runtime.unknown.is_empty() && !runtime.imports.keys().any(|it| app.leaves_out(it))
}

/// The run itself.
fn start_doubt(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let needed = facts.needed.first().map(|it| it.reason.clone());
    needed.or_else(|| facts.known_runtime().err())
}
