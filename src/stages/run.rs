//! The abstract run.

use super::Model;
use crate::project::Project;
use crate::syntax::Dockerfile;

pub(super) fn build<'a>(
    _text: &str,
    dockerfile: &'a Dockerfile,
    _project: &Project,
    _target: Option<&str>,
) -> Model<'a> {
    Model {
        instructions: dockerfile.instructions().collect(),
        stages: Vec::new(),
        production: None,
        scripts: Vec::new(),
        installs: Vec::new(),
        builds: Vec::new(),
    }
}

pub(super) fn ships_node(_model: &Model<'_>) -> bool {
    false
}
