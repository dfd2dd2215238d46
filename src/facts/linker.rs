//! How Yarn 2 and later lay out what an install brings.

use crate::project::{Linker, Project};
use crate::stages::{Install, Model};

/// The variable that stands above `nodeLinker` of .yarnrc.yml.
pub const LINKER_VARIABLE: &str = "YARN_NODE_LINKER";

/// The layout of what `install` brings: by the stage's environment, or else by .yarnrc.yml.
#[must_use]
pub fn linker(model: &Model<'_>, project: &Project, install: &Install) -> Linker {
    let contents = &model.stages[install.stage].contents;
    match contents.env_value(LINKER_VARIABLE) {
        Some("node-modules") => Linker::NodeModules,
        Some("pnp") => Linker::PlugAndPlay,
        Some(_) => Linker::Other,
        None if contents.env.contains_key(LINKER_VARIABLE) => Linker::Other,
        None => install.app.as_ref().and_then(|it| project.app(it)).map_or(Linker::Other, |it| it.yarnrc().linker),
    }
}
