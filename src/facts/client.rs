//! A generated client that the node_modules that ship lack: every install makes node_modules anew.

use std::collections::BTreeSet;

use super::ProductionFacts;
use crate::ecosystem::{Effect, Verb, effect_of};
use crate::paths;
use crate::project::{App, GeneratedClient, Import, Project, Start};
use crate::shell::Command;
use crate::stages::{Build, Contents, Entry, Holding, Install, Model, NodeModules, Scope, StageId};
use crate::syntax::Kind;

/// A client that is not there.
pub struct LostClient<'a> {
    /// Where it would be.
    pub client: GeneratedClient,
    /// The node_modules that ship.
    pub entry: &'a Entry,
    /// What they are.
    pub modules: &'a NodeModules,
    /// Who needs it.
    pub import: &'a Import,
    /// What generates it, in another stage or before an install that removes it; `None` where nothing does.
    pub generator: Option<&'a Build>,
    /// The install in the generator's own stage that removes it again.
    pub removed_by: Option<&'a Install>,
}

/// The package whose code is generated.
const PACKAGE: &str = "@prisma/client";
/// The one that generates it.
const GENERATOR: &str = "prisma";

/// The client that the app imports, where the image is known to lack it.
#[must_use]
pub fn lost_client<'a>(model: &'a Model<'_>, project: &Project, facts: &'a ProductionFacts) -> Option<LostClient<'a>> {
    let (app, stage) = (facts.app.as_deref()?, model.production.as_ref()?.stage);
    let import = facts.runtime.as_ref()?.imports.get(PACKAGE)?;
    let client = app.generated_client().filter(GeneratedClient::is_in_modules)?;
    let contents = &model.stages[stage].contents;
    let (entry, modules) = only_modules(contents, facts.app_root.as_deref()?)?;
    let install = model.installs.get(modules.install)?;
    let holders = holders(model, entry, install, stage);
    let is_generated = generators(model).any(|it| holders.contains(&it.stage) && !is_removed(model, it, install));
    let start = facts.start.as_ref()?;
    if is_generated || may_generate(start) || !all_known(model, &holders) {
        return None;
    }
    if installs(model, &holders, install).any(|it| generates(model, project, app, it, &client)) {
        return None;
    }
    let generator = generators(model).find(|it| it.app.as_deref() == Some(app.folder.as_str()));
    let removed_by = generator.and_then(|it| model.installs.iter().find(|install| is_removed(model, it, install)));
    Some(LostClient { client, entry, modules, import, generator, removed_by })
}

/// The node_modules of the app, where nothing else was put into them.
fn only_modules<'a>(contents: &'a Contents, root: &str) -> Option<(&'a Entry, &'a NodeModules)> {
    let path = paths::join(root, "node_modules");
    let (entry, modules) = contents.node_modules().find(|(it, _)| it.path == path)?;
    let is_inside = |it: &&Entry| it.path != path && paths::contains(&path, &it.path);
    let may_cover = |it: &&Entry| matches!(it.holding, Holding::Unknown) && paths::contains(&it.path, &path);
    (!contents.entries.iter().any(|it| is_inside(&it) || may_cover(&it))).then_some((entry, modules))
}

/// The stages that had these node_modules on their way.
fn holders(model: &Model<'_>, entry: &Entry, install: &Install, stage: StageId) -> BTreeSet<StageId> {
    let carried = entry.origin.via.iter().filter_map(|it| {
        let at = model.stage_of(*it)?;
        let from = model.instructions[*it].flag_value("from");
        Some([Some(at), from.and_then(|it| model.stage_named(it, at))])
    });
    let all = carried.flatten().flatten().chain([stage, install.stage]);
    all.flat_map(|it| model.ancestry(it)).collect()
}

fn generators<'a>(model: &'a Model<'_>) -> impl Iterator<Item = &'a Build> {
    model.generators.iter().chain(&model.builds).filter(|it| it.outputs.generated_client)
}

/// Whether the install came later in the same stage and began with an empty folder.
fn is_removed(model: &Model<'_>, generator: &Build, install: &Install) -> bool {
    install.verb == Verb::CleanInstall
        && model.is_on(install.stage, generator.stage)
        && generator.command.range.end() <= install.command.range.start()
}

/// The start may generate it each time.
fn may_generate(start: &Start) -> bool {
    let names_it = |it: &String| it.contains("generate");
    !start.unknown.is_empty() || start.programs.iter().any(|it| it.arguments.iter().any(names_it))
}

/// Whether no command is there of which it is not known what it makes.
fn all_known(model: &Model<'_>, stages: &BTreeSet<StageId>) -> bool {
    let instructions = stages.iter().flat_map(|it| model.stages[*it].instructions.clone());
    let is_build = |range| {
        let mut all = model.builds.iter().chain(&model.generators).filter(|it| it.command.range == range);
        all.any(|it| it.outputs.unknown.is_empty())
    };
    let is_install = |range| model.installs.iter().any(|it| it.command.range == range);
    let is_known = |it: &Command| effect_of(it) == Effect::Idle || is_build(it.range) || is_install(it.range);
    instructions.filter(|it| matches!(model.instructions[*it].kind, Kind::Run(_))).all(|it| {
        let script = model.scripts[it].as_ref();
        script.is_some_and(|it| it.complete && it.commands.iter().all(is_known))
    })
}

/// The installs that may have left something in these node_modules.
fn installs<'a>(
    model: &'a Model<'_>,
    holders: &'a BTreeSet<StageId>,
    last: &'a Install,
) -> impl Iterator<Item = &'a Install> {
    let is_before = |it: &&Install| {
        holders.contains(&it.stage) && (it.command.range == last.command.range || last.verb != Verb::CleanInstall)
    };
    model.installs.iter().filter(is_before)
}

/// Whether an install may generate the client by its own scripts: those of the package, which want the generator and
/// the schema, or those of the app.
fn generates(model: &Model<'_>, project: &Project, app: &App, install: &Install, client: &GeneratedClient) -> bool {
    if install.command.arguments().flatten().any(|it| it == "--ignore-scripts" || it == "--ignore-scripts=true") {
        return false;
    }
    let by_app = app.root_scripts_on_install().into_iter().any(|(name, _)| {
        let outputs = app.outputs(name);
        outputs.generated_client || !outputs.unknown.is_empty()
    });
    by_app || (has_generator(model, app, install) && sees_schema(project, app, install, client))
}

fn has_generator(model: &Model<'_>, app: &App, install: &Install) -> bool {
    let globals = &model.stages[install.stage].contents.global_packages;
    install.scope != Scope::Production
        || app.package.is_production(GENERATOR)
        || app.is_locked_for_production(GENERATOR)
        || globals.iter().any(|it| it.0 == GENERATOR)
}

/// Whether the schema is or may be there when the install runs.
fn sees_schema(project: &Project, app: &App, install: &Install, client: &GeneratedClient) -> bool {
    let (Some(folder), Some(installed)) = (&install.folder, &install.app) else { return true };
    let Some(rest) = paths::relative(installed, &app.folder) else { return true };
    let path = paths::join(&paths::absolute(folder, &rest), &client.schema);
    install.sees_file(project, &path) != Some(false)
}
