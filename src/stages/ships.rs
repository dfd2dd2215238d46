//! Whether the production stage runs Node.

use super::{Entry, ImageKind, InstructionId, Model, NodeModules, StageId};
use crate::ecosystem::programs;
use crate::ecosystem::wrappers::{self, Layer};
use crate::paths;
use crate::shell::{Command, Script};
use crate::syntax::Kind;

impl Model<'_> {
    /// The folder that the production stage starts in; `None` where unknown.
    #[must_use]
    pub fn start_folder(&self) -> Option<&str> {
        self.production_stage()?.contents.workdir.value.as_deref()
    }

    /// The node_modules of the production stage.
    #[must_use]
    pub fn node_modules_shipped(&self) -> Vec<(&Entry, &NodeModules)> {
        self.production_stage().map(|it| it.contents.node_modules().collect()).unwrap_or_default()
    }
}

/// See [`Model::ships_node`].
pub(super) fn ships_node(model: &Model<'_>) -> bool {
    let Some(stage) = model.production.as_ref().map(|it| it.stage) else { return false };
    let image = model.root_image(stage);
    if image.kind == ImageKind::Managed || exports_only(model, stage) || starts_something_else(model, stage) {
        return false;
    }
    image.has_node() || model.stages[stage].contents.node_modules().next().is_some() || starts_node(model, stage)
}

/// Whether the stage only hands files out (`docker build --output`, another Dockerfile's `COPY --from`): nothing
/// starts, in it or by others, and nothing in it gets ready for a start.
fn exports_only(model: &Model<'_>, stage: StageId) -> bool {
    let contents = &model.stages[stage].contents;
    let starts = contents.entrypoint.is_some() || contents.cmd.is_some() || model.started_by_others;
    if starts || model.root_image(stage).kind == ImageKind::Other {
        return false;
    }
    let own = model.ancestry(stage).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    let own: Vec<&Kind> = own.map(|it| &model.instructions[it].kind).collect();
    if model.root_image(stage).has_node() {
        // The image starts Node by itself, so that a run may bring the words along.
        let carried = model.stages[stage].instructions.clone();
        let carried = carried.into_iter().any(|it| model.instructions[it].flag("from").is_some());
        return carried && own.iter().all(|it| only_carries(it)) && contents.node_modules().next().is_none();
    }
    let brings_node = contents.system_packages.iter().any(|it| it.0.contains("node") || programs::starts_node(&it.0));
    !brings_node && !own.iter().any(|it| matches!(it, Kind::Run(_) | Kind::Healthcheck(_) | Kind::Invalid))
}

/// Whether an instruction does no more than put files in place.
fn only_carries(kind: &Kind) -> bool {
    matches!(kind, Kind::Copy(_) | Kind::Add(_) | Kind::Workdir(_) | Kind::Arg(_) | Kind::Label(_))
}

/// Whether all that ENTRYPOINT and CMD start is known to be no Node.
fn starts_something_else(model: &Model<'_>, stage: StageId) -> bool {
    let Some(commands) = start_commands(model, stage) else { return false };
    let programs: Option<Vec<String>> = commands.iter().map(|it| program(it)).collect();
    programs.is_some_and(|it| programs::run_without_node(it.iter().map(String::as_str)))
}

/// The commands that the container starts; `None` where they are not all known.
fn start_commands(model: &Model<'_>, stage: StageId) -> Option<Vec<Vec<String>>> {
    let contents = &model.stages[stage].contents;
    let of = |at: InstructionId| commands(model.scripts[at].as_ref()?);
    match (contents.entrypoint, contents.cmd) {
        (Some(entrypoint), Some(cmd)) => {
            let (mut first, mut second) = (of(entrypoint)?, of(cmd)?);
            let (1, 1) = (first.len(), second.len()) else { return None };
            first[0].append(&mut second[0]);
            Some(first)
        }
        (Some(at), None) | (None, Some(at)) => of(at),
        (None, None) => None,
    }
}

fn commands(script: &Script) -> Option<Vec<Vec<String>>> {
    let words = |it: &Command| it.words.iter().map(|it| it.value.clone()).collect();
    script
        .commands
        .iter()
        .filter(|_| script.complete)
        .map(words)
        .collect::<Option<Vec<_>>>()
        .filter(|it| !it.is_empty())
}

/// The program that a command starts, after its wrappers; `None` where that is not known.
fn program(words: &[String]) -> Option<String> {
    match wrappers::unwrap(words) {
        None => words.first().map(|it| paths::file_name(it).to_owned()),
        Some(Layer::Command { rest, .. }) => program(&rest),
        Some(_) => None,
    }
}

/// Whether a command of the ENTRYPOINT or CMD, also after `tini --`, is a Node program.
fn starts_node(model: &Model<'_>, stage: StageId) -> bool {
    let contents = &model.stages[stage].contents;
    let instructions = [contents.entrypoint, contents.cmd].into_iter().flatten();
    let mut commands = instructions.filter_map(|it| model.scripts[it].as_ref()).flat_map(|it| &it.commands);
    commands.any(names_node)
}

fn names_node(command: &Command) -> bool {
    let mut words = command.words.iter().filter_map(|it| it.value.as_deref());
    words.any(|it| programs::starts_node(paths::file_name(it)))
}
