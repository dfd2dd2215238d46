//! What the production stage starts, and whether that is Node.

use super::{ImageKind, Model};
use crate::shell::Command;
use crate::syntax::{CommandForm, Kind};

/// The effective ENTRYPOINT and CMD of the production stage.
#[derive(Clone, Debug)]
pub struct StartCommand {
    /// The ENTRYPOINT, where a stage of the file sets one.
    pub entrypoint: Option<usize>,
    /// The CMD in force; `None` where none is, or the ENTRYPOINT's shell form ignores it.
    pub cmd: Option<usize>,
    /// Whether no shell stands between the container and the program.
    pub is_exec: bool,
    /// The words of an exec form: ENTRYPOINT (the base's node, for distroless) and CMD; of a shell form
    /// the words of its one simple command, empty where it has several.
    pub words: Vec<String>,
    /// How many of [`words`](Self::words) stand in front of the program proper: `tini --`,
    /// `docker-entrypoint.sh`.
    pub n_wrapper: usize,
    /// The commands of the instruction that decides: the CMD, else the ENTRYPOINT.
    pub commands: Vec<Command>,
}

impl StartCommand {
    /// The program and its arguments, without wrappers.
    #[must_use]
    pub fn program_words(&self) -> &[String] {
        self.words.get(self.n_wrapper..).unwrap_or_default()
    }

    /// The program's name, without its folder.
    #[must_use]
    pub fn program(&self) -> Option<&str> {
        self.program_words().first().map(|it| super::path::name(it))
    }
}

const WRAPPERS: &[&str] = &["tini", "dumb-init", "docker-entrypoint.sh", "exec", "catatonit"];
const NODE_PROGRAMS: &[&str] = &[
    "node",
    "nodejs",
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "pnpx",
    "bun",
    "bunx",
    "pm2",
    "pm2-runtime",
    "pm2-docker",
    "tsx",
    "ts-node",
    "nodemon",
    "next",
    "nuxt",
    "nest",
];

impl Model<'_> {
    /// What the production stage starts; `None` where the base image decides all of it.
    #[must_use]
    pub fn start_command(&self) -> Option<StartCommand> {
        self.start_command_of(self.production.as_ref()?.stage)
    }

    /// What stage `stage` starts; `None` where the base image decides all of it.
    #[must_use]
    pub fn start_command_of(&self, stage: usize) -> Option<StartCommand> {
        let contents = &self.stages.get(stage)?.contents;
        let is_shell = |index: usize| matches!(self.form(index), Some(CommandForm::Shell(_)));
        let ignores_cmd = contents.entrypoint.is_some_and(is_shell);
        let cmd = contents.cmd.filter(|_| !ignores_cmd);
        let decides = cmd.or(contents.entrypoint)?;
        let words = self.words(stage, contents.entrypoint, cmd);
        let commands = self.scripts[decides].as_ref().map(|it| it.commands.clone()).unwrap_or_default();
        let n_wrapper = n_wrapper(&words);
        let is_exec = !is_shell(decides);
        Some(StartCommand { entrypoint: contents.entrypoint, cmd, is_exec, words, n_wrapper, commands })
    }

    fn form(&self, index: usize) -> Option<&CommandForm> {
        match &self.instructions.get(index)?.kind {
            Kind::Cmd(form) | Kind::Entrypoint(form) => Some(form),
            _ => None,
        }
    }

    fn words(&self, stage: usize, entrypoint: Option<usize>, cmd: Option<usize>) -> Vec<String> {
        let mut words = entrypoint.map(|it| self.words_of(it)).unwrap_or_default();
        if entrypoint.is_none() && self.root_image(stage).kind == ImageKind::Distroless {
            words.push("/nodejs/bin/node".to_owned());
        }
        words.extend(cmd.map(|it| self.words_of(it)).unwrap_or_default());
        words
    }

    fn words_of(&self, index: usize) -> Vec<String> {
        if let Some(CommandForm::Exec(words)) = self.form(index) {
            return words.iter().map(|it| it.value.clone()).collect();
        }
        match self.scripts[index].as_ref().map(|it| it.commands.as_slice()) {
            Some([command]) => command.words.iter().map(|it| it.value.clone().unwrap_or(it.raw.clone())).collect(),
            _ => Vec::new(),
        }
    }

    /// The folder that the production stage starts in; `None` where unknown.
    #[must_use]
    pub fn start_folder(&self) -> Option<&str> {
        self.production_stage()?.contents.workdir.value.as_deref()
    }

    /// The node_modules of the production stage.
    #[must_use]
    pub fn node_modules_shipped(&self) -> Vec<(&super::Entry, &super::NodeModules)> {
        self.production_stage().map(|it| it.contents.node_modules().collect()).unwrap_or_default()
    }
}

fn n_wrapper(words: &[String]) -> usize {
    let mut n = 0;
    while let Some(word) = words.get(n) {
        let is_wrapper = WRAPPERS.contains(&super::path::name(word));
        let is_option = n > 0 && word.starts_with('-');
        if !is_wrapper && !is_option {
            break;
        }
        n += 1;
    }
    n
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

fn starts_node(model: &Model<'_>, stage: usize) -> bool {
    let Some(start) = model.start_command_of(stage) else { return false };
    let is_node = |it: &str| NODE_PROGRAMS.contains(&it);
    start.program().is_some_and(is_node) || start.commands.iter().any(|it| it.program().is_some_and(is_node))
}
