//! What ships, and what it runs: the facts that join the stages with the project.
//!
//! Several rules and the rewrite ask the same: whose package.json is it, what does the start command
//! run, from which sources is that made, what do they do. The answers are found once, here.

mod command;
mod shipped;

use std::sync::Arc;

use crate::project::{App, Outputs, Project, Runtime, Start};
use crate::stages::Model;

pub use command::StartCommand;
pub use shipped::context_file;

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
}

impl ProductionFacts {
    /// The facts of the production stage of `model`.
    #[must_use]
    pub fn of(text: &str, model: &Model<'_>, project: &Project) -> Self {
        let command = StartCommand::of(text, model, project);
        let Some((app, app_at_workdir)) = shipped::app(model, project) else {
            return Self { command, ..Self::default() };
        };
        let outputs = shipped::outputs(model, &app);
        let start = command.as_ref().map(|it| it.start(&app));
        let entry = start.as_ref().and_then(entry_of);
        let runtime = entry.as_ref().map(|it| app.runtime(it, &sources_of(&app, &outputs)));
        Self { app: Some(app), app_at_workdir, command, start, entry, outputs, runtime }
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
