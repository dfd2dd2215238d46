//! The words that a container of the production stage starts.

mod joined;
mod line;
mod place;

use super::shipped;
use crate::ecosystem::{Invocation, wrappers};
use crate::paths;
use crate::project::{App, Ground, ImageUser, Project, Start};
use crate::stages::{InstructionId, Model, StageId};
use joined::{by_base, joined};
use line::Line;
pub(super) use place::Place;
use place::after_cd;

/// ENTRYPOINT and CMD, joined as the engine joins them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartCommand {
    /// The instruction that names the program: the CMD where the ENTRYPOINT only wraps it.
    pub instruction: InstructionId,
    /// The program and its arguments, without an init (`tini --`) in front; a shell form is
    /// `sh -c text`, unless its text is one plain command.
    pub words: Vec<String>,
    /// Whether that instruction is in shell form.
    pub shell: bool,
    /// What stands in front of `words`, in ENTRYPOINT or by the base image: `tini`, an entrypoint script.
    pub wrapper: Option<String>,
    /// Whether all that the wrapper does is known.
    pub wrapper_known: bool,
    /// The entrypoint script that starts `words`, with its own words.
    pub script: Option<Vec<String>>,
}

impl StartCommand {
    /// What the production stage of `model` starts.
    #[must_use]
    pub fn of(text: &str, model: &Model<'_>, project: &Project) -> Option<Self> {
        Self::of_stage(text, model, project, model.production.as_ref()?.stage)
    }

    /// What stage `at` of `model` starts. A shell alone is nothing: it runs what somebody gives to it.
    #[must_use]
    pub(super) fn of_stage(text: &str, model: &Model<'_>, project: &Project, at: StageId) -> Option<Self> {
        let stage = &model.stages[at];
        let own = stage.contents.entrypoint.and_then(|it| Line::of(text, model, it));
        let cmd = stage.contents.cmd.and_then(|it| Line::of(text, model, it));
        let command = match own {
            Some(entrypoint) => joined(entrypoint, cmd, stage, project),
            None => Some(by_base(cmd?, model.root_image(at))),
        };
        command.filter(|it| it.script.is_some() || !wrappers::is_bare_shell(&it.words))
    }

    /// Where else than in the working directory a package manager is told to run, absolute, and what it runs there; by its
    /// own words, or by a script that changes the folder first.
    #[must_use]
    pub(super) fn elsewhere(&self, place: Place<'_>) -> Option<(String, Self)> {
        let invocation = Invocation::read(&self.words)?;
        let Some((inside, words)) = invocation.target.inside(&self.words) else {
            let app = shipped::app_in(place.contents, place.project, place.workdir?)?;
            let (folder, words) = after_cd(&app, &invocation, place)?;
            return Some((paths::absolute(place.workdir?, &folder), Self { words, ..self.clone() }));
        };
        let folder = place.folder_of(inside, &invocation)?;
        Some((paths::absolute(place.workdir?, &folder), Self { words, ..self.clone() }))
    }

    /// What `user` starts in place of it, in stage `stage`; `None` where it starts the same.
    #[must_use]
    pub(super) fn of_user(
        text: &str,
        model: &Model<'_>,
        project: &Project,
        stage: StageId,
        user: &ImageUser,
    ) -> Option<Self> {
        let contents = &model.stages[stage];
        let line = |words: &Vec<String>| Line { instruction: contents.from, words: words.clone(), shell: false };
        let own = || contents.contents.entrypoint.and_then(|it| Line::of(text, model, it));
        let command = user.command.as_ref().map(line);
        match user.entrypoint.as_ref().map(line).or_else(own) {
            Some(entrypoint) => joined(entrypoint, command, contents, project),
            None => Some(by_base(command?, model.root_image(stage))),
        }
    }

    /// What these words run there.
    #[must_use]
    pub(super) fn start(&self, app: &App, place: Place<'_>) -> Start {
        let script_text = |word: &str| shipped::script_text(place.contents, place.project, word);
        let text = |word: &str| shipped::text(place.contents, place.project, word);
        let ground = Ground { root: place.root, workdir: place.workdir, script: Some(&script_text), file: Some(&text) };
        let script = self.script.iter().flatten().cloned().chain(self.words.iter().cloned());
        let is_read = self.script.as_ref().and_then(|it| it.first()).is_some_and(|it| script_text(it).is_some());
        if is_read && !self.wrapper_known {
            return app.start_on(&script.collect::<Vec<_>>(), ground);
        }
        let mut start = app.start_on(&self.words, ground);
        if let Some(wrapper) = self.wrapper.as_ref().filter(|_| !self.wrapper_known) {
            start.unknown.push(format!("what `{wrapper}` does before it is not known").into());
        }
        start
    }
}
