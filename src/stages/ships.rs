//! Whether the production stage runs Node.

use super::{Entry, ImageKind, Model, NodeModules};
use crate::ecosystem::programs;
use crate::paths;
use crate::shell::Command;

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
    match image.kind {
        ImageKind::Managed => false,
        _ if image.has_node() => true,
        _ => model.stages[stage].contents.node_modules().next().is_some() || starts_node(model, stage),
    }
}

/// Whether a command of the ENTRYPOINT or CMD, also behind `tini --`, is a Node program.
fn starts_node(model: &Model<'_>, stage: usize) -> bool {
    let contents = &model.stages[stage].contents;
    let instructions = [contents.entrypoint, contents.cmd].into_iter().flatten();
    let mut commands = instructions.filter_map(|it| model.scripts[it].as_ref()).flat_map(|it| &it.commands);
    commands.any(names_node)
}

fn names_node(command: &Command) -> bool {
    let mut words = command.words.iter().filter_map(|it| it.value.as_deref());
    words.any(|it| programs::starts_node(paths::file_name(it)))
}
