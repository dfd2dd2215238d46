//! What ships, and what it runs: the facts that join the stages with the project.
//!
//! Several rules and the rewrite ask the same: whose package.json is it, what does the start command
//! run, from which sources is that made, what do they do. The answers are found once, here.

mod command;
mod dev_server;
mod development;
mod shipped;
mod users;

use std::sync::Arc;

use crate::project::{App, Outputs, Project, Runtime, Start};
use crate::stages::Model;

pub use command::StartCommand;
pub use development::Development;
pub use shipped::{context_file, is_environment_file};
pub use users::{Doubt, Need, User, need_of};

/// The production stage's app and its start. Every part may be unknown.
#[derive(Clone, Default)]
pub struct ProductionFacts {
    /// The app that ships; `None` where none or more than one could be meant.
    pub app: Option<Arc<App>>,
    /// Whether that app's package.json is known to lie at the working directory.
    pub app_at_workdir: bool,
    /// The words that the container starts, ENTRYPOINT and CMD joined; `None` where nothing says so.
    pub command: Option<StartCommand>,
    /// What these words run; `None` where the app or the words are unknown.
    pub start: Option<Start>,
    /// The file that Node runs, from the app's folder: the last program's that has one.
    pub entry: Option<String>,
    /// What the builds of this file make for the app; its `unknown` says what could not be followed.
    pub outputs: Outputs,
    /// What the modules behind `entry` do.
    pub runtime: Option<Arc<Runtime>>,
    /// The development server that the container starts, as one would write it; `None` where it starts
    /// none, or none is known.
    pub dev_server: Option<String>,
    /// What says that the stage is for development; `None` where nothing does, or more speaks against it.
    pub development: Option<Development>,
    /// Who else runs something in the image, or in a stage that is built on it.
    pub users: Vec<User>,
}

impl ProductionFacts {
    /// The facts of the production stage of `model`.
    #[must_use]
    pub fn of(text: &str, model: &Model<'_>, project: &Project) -> Self {
        let mut facts = Self::of_start(StartCommand::of(text, model, project), model, project);
        facts.dev_server = facts.command.as_ref().and_then(|it| dev_server::find(&it.words, facts.start.as_ref()));
        facts.development = development::of(model, project, &facts);
        facts.users = users::of(text, model, project, &facts);
        facts
    }

    fn of_start(command: Option<StartCommand>, model: &Model<'_>, project: &Project) -> Self {
        let Some((app, app_at_workdir)) = shipped::app(model, project) else {
            return Self { command, ..Self::default() };
        };
        let outputs = shipped::outputs(model, &app);
        let start = command.as_ref().map(|it| it.start(&app));
        let entry = start.as_ref().and_then(entry_of);
        let runtime = entry.as_ref().map(|it| app.runtime(it, &sources_of(&app, &outputs)));
        let app = Some(app);
        Self { app, app_at_workdir, command, start, entry, outputs, runtime, ..Self::default() }
    }

    /// Whether the Dockerfile is meant for development, so that nothing of it ships.
    #[must_use]
    pub fn is_for_development(&self) -> bool {
        matches!(self.development, Some(Development::Named(_)))
    }

    /// What the modules do, where all of them are known; else what is not, one clause.
    ///
    /// # Errors
    /// Where something is not known.
    pub fn known_runtime(&self) -> Result<&Runtime, String> {
        let Some(start) = &self.start else { return Err("it is not known what the container starts".to_owned()) };
        if let Some(reason) = start.unknown.first() {
            return Err(reason.clone());
        }
        let (Some(entry), Some(runtime)) = (&self.entry, &self.runtime) else {
            return Err("it is not known which modules the container runs".to_owned());
        };
        match runtime.unknown.first() {
            Some((Some(site), reason)) => Err(format!("`{site}` {reason}")),
            Some((None, reason)) => Err(reason.clone()),
            None if runtime.files.is_empty() => Err(format!("the source of `{entry}` was not found")),
            None => Ok(runtime),
        }
    }
}

/// A start may run migrations first; what stays is the last program.
fn entry_of(start: &Start) -> Option<String> {
    start.programs.iter().rev().find_map(|it| it.entry.clone())
}

/// Where this file builds nothing, the output comes with the context: package.json's build made it.
fn sources_of(app: &App, outputs: &Outputs) -> Outputs {
    if outputs.outputs.is_empty() && outputs.unknown.is_empty() { app.outputs("build") } else { outputs.clone() }
}
