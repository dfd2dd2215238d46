//! The abstract run: every instruction of every stage over what the stage holds so far.

mod builds;
mod cache;
mod copy;
mod elsewhere;
mod files;
mod installs;
mod managers;
mod packages;
mod script;
mod select;
mod state;
mod system;
mod tasks;
mod turbo;

use std::collections::{BTreeMap, HashMap};

use super::expand::{Expanded, Variable, expand};
use super::{Base, IdRange, ImageFacts, InstructionId, Model, Stage, StageId, Table, Traced, User, Wanted, production};
use crate::ecosystem::Manager;
use crate::paths;
use crate::project::Project;
use crate::shell;
use crate::syntax::{Dockerfile, From, Instruction, Kind, Pair, Word};
use state::State;

/// Runs a file.
struct Runner<'a, 'p> {
    project: &'p Project,
    text: &'p str,
    escape: char,
    model: Model<'a>,
    /// ARG before the first FROM.
    globals: State,
    /// The end of each stage so far.
    states: Table<StageId, State>,
    /// How many scripts of package.json were followed into other folders.
    n_followed: usize,
}

pub(super) fn build<'a>(text: &str, dockerfile: &'a Dockerfile, project: &Project, wanted: Wanted<'_>) -> Model<'a> {
    let instructions: Table<_, _> = dockerfile.instructions().collect();
    let scripts = instructions.iter().map(|it| script(text, dockerfile, it)).collect();
    let model = Model {
        ships_node: std::sync::OnceLock::new(),
        instructions,
        stages: Table::new(),
        production: None,
        target_missing: false,
        started_by_others: project.users.iter().any(|it| !it.is_told)
            || project.compose.as_ref().is_some_and(|it| it.command.is_some()),
        scripts,
        installs: Table::new(),
        script_calls: Vec::new(),
        builds: Table::new(),
        generators: Vec::new(),
        names: HashMap::new(),
        users: HashMap::new(),
    };
    let globals = State::before_any_stage();
    let mut runner =
        Runner { project, text, escape: dockerfile.escape, model, globals, states: Table::new(), n_followed: 0 };
    runner.run();
    let mut model = runner.model;
    note_managers(&model, project);
    (model.production, model.target_missing) = production::choose(&model, wanted, project);
    model
}

/// Which manager installs each app: of several lock files, its own counts.
fn note_managers(model: &Model<'_>, project: &Project) {
    let mut all: BTreeMap<&str, Vec<Manager>> = BTreeMap::new();
    for install in &model.installs {
        let Some(app) = install.app.as_deref() else { continue };
        let managers = all.entry(app).or_default();
        if !managers.contains(&install.manager) {
            managers.push(install.manager);
        }
    }
    for (folder, managers) in all {
        project.app(folder).iter().for_each(|it| it.note_managers(&managers));
    }
}

fn script(text: &str, dockerfile: &Dockerfile, instruction: &Instruction) -> Option<shell::Script> {
    let form = match &instruction.kind {
        Kind::Run(form) | Kind::Cmd(form) | Kind::Entrypoint(form) | Kind::Healthcheck(Some(form)) => form,
        _ => return None,
    };
    Some(shell::script(text, dockerfile, instruction, form))
}

impl<'a> Runner<'a, '_> {
    fn run(&mut self) {
        let mut current: Option<State> = None;
        for index in self.model.instructions.ids() {
            let instruction = self.model.instructions[index];
            if let Kind::From(from) = &instruction.kind {
                self.finish(current.take(), index);
                current = Some(self.start(index, from));
                continue;
            }
            match &mut current {
                Some(state) => self.step(state, index, instruction),
                None => self.global(instruction),
            }
        }
        self.finish(current, self.model.instructions.next_id());
    }

    /// ARG before the first FROM.
    fn global(&mut self, instruction: &Instruction) {
        let Kind::Arg(pairs) = &instruction.kind else { return };
        for pair in pairs {
            let value = pair.value.as_ref().map(|it| self.expand(&self.globals, it).known());
            let value = self.globals.bounded(value.flatten());
            self.globals.args.insert(pair.key.value.clone(), Traced { value, by: None });
        }
    }

    fn start(&mut self, index: InstructionId, from: &From) -> State {
        let image = self.expand(&self.globals, &from.image);
        let earlier = image.known().and_then(|it| self.model.last_named(&it, self.states.next_id()));
        let base = match earlier {
            Some(stage) => Base::Stage(stage),
            None => Base::Image(ImageFacts::of_expanded(&from.image, &image)),
        };
        let state = match &base {
            Base::Stage(stage) => self.states[*stage].inherited(),
            Base::Image(image) => State::on_image(image),
        };
        let name = from.name.as_ref().map(|it| it.value.clone());
        if let Some(name) = &name {
            self.model.names.entry(name.to_ascii_lowercase()).or_default().push(self.model.stages.next_id());
        }
        let instructions = IdRange::new(index.next(), index.next());
        self.model.stages.push(Stage { name, from: index, instructions, base, contents: state.contents.clone() });
        state
    }

    fn finish(&mut self, state: Option<State>, end: InstructionId) {
        let (Some(state), Some(stage)) = (state, self.model.stages.last_mut()) else { return };
        stage.instructions = IdRange::new(stage.from.next(), end);
        stage.contents = state.contents.clone();
        self.states.push(state);
    }

    fn step(&mut self, state: &mut State, index: InstructionId, instruction: &'a Instruction) {
        match &instruction.kind {
            Kind::Env(pairs) => self.env(state, index, pairs),
            Kind::Arg(pairs) => self.arg(state, index, pairs),
            Kind::User(user) => {
                let value = self.expand(state, user).known();
                self.model.users.extend(value.clone().map(|it| (index, it)));
                let value = value.map_or(User::Unknown, |it| User::of(&it));
                state.contents.user = Traced { value, by: Some(index) };
            }
            Kind::Workdir(folder) => {
                let folder = self.expand(state, folder);
                state.enter(paths::absolute(&state.folder, &folder.symbolic()), index);
            }
            Kind::Run(_) => self.script(state, index, instruction),
            Kind::Cmd(_) => state.command(index),
            Kind::Entrypoint(_) => state.entrypoint(index),
            Kind::Expose(_) => state.contents.exposes.push(index),
            Kind::Volume(_) => state.contents.volumes.push(index),
            Kind::Copy(copy) | Kind::Add(copy) => self.copy(state, index, instruction, copy),
            _ => {}
        }
    }

    /// All pairs of one ENV see the environment before it.
    fn env(&self, state: &mut State, index: InstructionId, pairs: &[Pair]) {
        let value = |it: &Pair| it.value.as_ref().and_then(|it| self.expand(state, it).known());
        let values: Vec<_> = pairs.iter().map(value).collect();
        for (pair, value) in pairs.iter().zip(values) {
            let value = state.bounded(value);
            state.contents.env.insert(pair.key.value.clone(), Traced { value, by: Some(index) });
        }
    }

    /// A stage's ARG without a default takes the one of the ARG before the first FROM.
    fn arg(&self, state: &mut State, index: InstructionId, pairs: &[Pair]) {
        for pair in pairs {
            let name = &pair.key.value;
            let value = match &pair.value {
                Some(value) => self.expand(state, value).known(),
                None => self.globals.args.get(name).and_then(|it| it.value.clone()),
            };
            let value = state.bounded(value);
            state.args.insert(name.clone(), Traced { value, by: Some(index) });
        }
    }

    fn expand(&self, state: &State, word: &Word) -> Expanded {
        self.expand_text(state, &word.value)
    }

    fn expand_text(&self, state: &State, text: &str) -> Expanded {
        expand(text, self.escape, &|name| -> Variable { state.variable(name) })
    }
}
