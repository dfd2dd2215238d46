//! What the image's other users (compose services, platforms, HEALTHCHECK, later stages) ask of the production stage.

use std::collections::BTreeMap;

use super::{Refusal, Scene, refusal, runtime_files};
use crate::ecosystem::{Effect, effect_of};
use crate::facts::User;
use crate::project::{App, EntryKind, Outputs};
use crate::stages::Scope;

/// Refuses where one of them is known to need a devDependency; what is not known goes to `doubts`.
pub(super) fn without_dev(scene: &Scene<'_>, app: &App, doubts: &mut Vec<String>) -> Result<(), Refusal> {
    for user in &scene.facts.users {
        match user.without_dev(Some(app)) {
            Err(doubt) if doubt.is_certain => return Err(refusal(doubt.reason)),
            Err(doubt) => doubts.push(doubt.reason),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// The same where only the output of a build is kept; what they read goes to `files`.
pub(super) fn narrow(
    scene: &Scene<'_>,
    app: &App,
    outputs: &Outputs,
    files: &mut BTreeMap<String, EntryKind>,
    doubts: &mut Vec<String>,
) -> Result<(), Refusal> {
    without_dev(scene, app, doubts)?;
    for user in &scene.facts.users {
        files.extend(named(scene, app, outputs, user));
        let programs = user.start.iter().flat_map(|it| &it.programs);
        if let Some(other) = programs.clone().find(|it| it.package.is_some()) {
            let why = format!("`{}` may read files outside of the build's output", other.name);
            doubts.push(user.doubt(&why).reason);
        }
        if let (Some(entry), Some(modules)) = (&user.entry, &user.runtime) {
            files.extend(runtime_files::gather(scene, app, modules, outputs, doubts)?);
            if outputs.holding(entry).is_some() {
                continue;
            }
            if modules.files.is_empty() {
                doubts.push(user.doubt(&format!("the source of `{entry}` was not found")).reason);
            }
            files.extend(modules.files.iter().map(|it| (it.clone(), EntryKind::File)));
        }
    }
    Ok(())
}

/// Files of the context that the words name.
fn named(scene: &Scene<'_>, app: &App, outputs: &Outputs, user: &User) -> Vec<(String, EntryKind)> {
    let words = user.start.iter().flat_map(|it| &it.programs).flat_map(|it| &it.arguments);
    let paths = words.map(|it| it.trim_start_matches("./")).filter(|it| !it.is_empty() && !it.starts_with(['/', '-']));
    let is_kept = |it: &&str| outputs.holding(it).is_none() && *it != "package.json" && !it.contains("..");
    let is_file = |it: &&str| runtime_files::seen(scene, app, it) == Some(EntryKind::File);
    paths.filter(is_kept).filter(is_file).map(|it| (it.to_owned(), EntryKind::File)).collect()
}

/// A stage that is built on the one that ships and would lose something with its devDependencies; one clause.
pub(super) fn later_stage(scene: &Scene<'_>) -> Option<String> {
    let installs = |stage: usize| {
        let own = scene.model.installs.iter().filter(move |it| it.stage == stage && it.scope == Scope::All);
        own.map(|it| it.instruction).min().unwrap_or(usize::MAX)
    };
    let found = scene.model.built_on(scene.stage).into_iter().find(|stage| {
        let before = scene.model.stages[*stage].instructions.clone().take_while(|it| *it < installs(*stage));
        let mut commands = before.flat_map(|it| scene.model.commands_of_run(it));
        commands.any(|it| effect_of(it) != Effect::Idle)
    });
    found.map(|it| format!("the stage `{}`, which is built on it, may need devDependencies", scene.model.name_of(it)))
}
