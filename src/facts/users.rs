//! Who else runs something in the image that ships: what it needs has to stay there.

use std::sync::Arc;

use super::command::{Place, StartCommand};
use super::{ProductionFacts, entry_of, preloaded_package, sources_of};
use crate::ecosystem::{Action, Effect, Invocation, effect};
use crate::paths;
use crate::project::{App, Program, Project, Reason, Runtime, Site, Start};
use crate::stages::{Contents, Model, Scope, StageId, says_development};
use crate::syntax::{CommandForm, Kind};

/// A compose service, a platform, HEALTHCHECK, or a stage that is built on the one that ships.
#[derive(Clone)]
pub struct User {
    /// As one would write it: "`compose.yaml:5`", "HEALTHCHECK", "the stage `test`".
    pub by: String,
    /// Where it is said, where that is another file.
    pub site: Option<Site>,
    /// The words it starts.
    pub words: Vec<String>,
    /// What these words run; `None` where the app is unknown.
    pub start: Option<Start>,
    /// The file that Node runs, from the app's folder.
    pub entry: Option<String>,
    /// What the modules behind `entry` do.
    pub runtime: Option<Arc<Runtime>>,
    /// Whether it names a user of its own, so that the image's does not count.
    pub has_own_user: bool,
    /// Whether it has to run as root.
    pub must_be_root: bool,
    /// Whether it only looks after the app's health.
    pub is_check: bool,
    /// Whether what it runs is in another stage, which is built on the one that ships.
    pub in_later_stage: bool,
    /// Whether it only may be: the entrypoint script has a branch for it, and nothing is known to give its word; or a page
    /// for readers has it.
    pub is_possible: bool,
}

/// What speaks against a change, as a user of the image sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// One clause.
    pub reason: Reason,
    /// Whether it is known to break; else it is only not known to go on.
    pub is_certain: bool,
}

impl User {
    /// "`compose.yaml:5` runs `npm run migrate`".
    #[must_use]
    pub fn says(&self) -> String {
        format!("{} runs `{}`", self.by, written(&self.words))
    }

    /// Whether all that it runs is there without devDependencies.
    ///
    /// # Errors
    /// What it needs, or what is not known of it.
    pub fn without_dev(&self, app: Option<&App>) -> Result<(), Doubt> {
        let (Some(app), Some(start)) = (app, &self.start) else {
            return Err(self.doubt("it is not known what that needs"));
        };
        match need_of(app, start) {
            Some(Need::Dev(package)) => return Err(self.certain(&format!("needs `{package}`, a devDependency"))),
            Some(Need::Unknown(why)) => return Err(self.doubt(why)),
            None => {}
        }
        match &self.runtime {
            Some(runtime) => self.imports_ship(app, runtime),
            None => Ok(()),
        }
    }

    fn imports_ship(&self, app: &App, runtime: &Runtime) -> Result<(), Doubt> {
        if let Some(import) = runtime.imports.values().find(|it| !it.is_brought && app.leaves_out(&it.package)) {
            return Err(self.certain(&format!("needs `{}`, a devDependency", import.package)));
        }
        match runtime.unknown.first() {
            Some(reason) => Err(self.doubt(reason)),
            None => Ok(()),
        }
    }

    fn certain(&self, what: &str) -> Doubt {
        let is_certain = !self.is_possible && !self.is_for_development();
        Doubt { reason: self.reason(&format!(", which {what}")), is_certain }
    }

    /// Whether the name of the file that says so speaks of development or tests: those can be built otherwise.
    pub(super) fn is_for_development(&self) -> bool {
        self.site.as_ref().is_some_and(|it| says_development(paths::file_name(&it.path)))
    }

    pub(crate) fn doubt(&self, why: impl std::fmt::Display) -> Doubt {
        Doubt { reason: self.reason(&format!(": {why}")), is_certain: false }
    }

    /// That it runs what it runs, and the rest of the clause.
    pub(crate) fn reason(&self, rest: &str) -> Reason {
        match &self.site {
            Some(site) => Reason::at(site.clone(), format!("runs `{}`{rest}", written(&self.words))),
            None => format!("{}{rest}", self.says()).into(),
        }
    }
}

/// What the programs of a start need, or may need, of the devDependencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// This one.
    Dev(String),
    /// It can't be told, and why.
    Unknown(Reason),
}

/// The first need of `start`; `None` where its programs do without devDependencies.
#[must_use]
pub fn need_of(app: &App, start: &Start) -> Option<Need> {
    let programs = start.programs.iter().filter_map(|it| it.package.clone());
    let preloads = start.programs.iter().flat_map(|it| &it.preloads).filter_map(|it| preloaded_package(it));
    if let Some(package) = programs.chain(preloads.map(str::to_owned)).find(|it| app.leaves_out(it)) {
        return Some(Need::Dev(package));
    }
    let unknown = start.programs.iter().find(|it| is_unknown(it));
    let unknown = unknown.map(|it| format!("it is not known what `{}` needs", it.name).into());
    start.unknown.first().cloned().or(unknown).map(Need::Unknown)
}

/// Whether a program that no npm package brings may run something of the app: `make`.
fn is_unknown(program: &Program) -> bool {
    let words: Vec<String> = std::iter::once(&program.name).chain(&program.arguments).cloned().collect();
    let is_node = program.entry.is_some() || program.name == "node";
    program.package.is_none() && !is_node && effect(&words) != Effect::Idle
}

/// The text of `sh -c`, or the words.
fn written(words: &[String]) -> String {
    match words {
        [shell, flag, text] if shell == "sh" && flag == "-c" => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => words.join(" "),
    }
}

/// All of them, those that start what the image starts left out.
pub(super) fn of(text: &str, model: &Model<'_>, project: &Project, facts: &ProductionFacts) -> Vec<User> {
    let Some(production) = model.production.as_ref().map(|it| it.stage) else { return Vec::new() };
    let mut res = of_files(text, model, project, facts, production);
    res.extend(of_health(text, model, project, facts, production));
    res.extend(of_branches(model, project, facts, production));
    res.extend(model.built_on(production).into_iter().filter_map(|it| of_stage(text, model, project, facts, it)));
    res
}

/// Of more users than these it is not known what they need.
const MAX_FOLLOWED: usize = 200;

fn of_files(
    text: &str,
    model: &Model<'_>,
    project: &Project,
    facts: &ProductionFacts,
    production: StageId,
) -> Vec<User> {
    let mut res = Vec::new();
    for user in &project.users {
        let target = user.target.as_deref().filter(|it| !it.contains('$'));
        let stage = target.map_or(model.stages.last_id(), |it| model.stage_named(it, model.stages.next_id()));
        let Some(stage) = stage.filter(|it| model.is_on(*it, production)) else { continue };
        let own = StartCommand::of_user(text, model, project, stage, user);
        let same = |it: &StartCommand| facts.command.as_ref().is_some_and(|main| main.words == it.words);
        let command = own.filter(|it| !same(it)).or_else(|| facts.command.clone().filter(|_| user.is_action));
        let Some(command) = command.filter(|it| !user.is_guess || may_be_of(facts.app.as_deref(), it)) else {
            continue;
        };
        let (by, place) = (format!("`{}`", user.site), (&model.stages[stage].contents, project));
        let is_followed = res.len() < MAX_FOLLOWED;
        let known = if is_followed { followed(by, &command, facts, place) } else { unknown(by, &command) };
        res.push(User {
            site: Some(user.site.clone()),
            has_own_user: user.user.is_some(),
            must_be_root: user.is_action,
            is_possible: user.is_told,
            is_check: user.is_check,
            in_later_stage: stage != production,
            ..known
        });
    }
    res
}

/// Whether what a command runs may be the app's: not where it is a script that package.json does not have.
fn may_be_of(app: Option<&App>, command: &StartCommand) -> bool {
    let Some(Invocation { action: Action::Script(words) | Action::Run(words), .. }) = Invocation::read(&command.words)
    else {
        return true;
    };
    app.is_none_or(|app| words.first().is_none_or(|it| app.package.scripts.contains_key(it)))
}

/// HEALTHCHECK of the stage, or of one that it is built on.
fn of_health(
    text: &str,
    model: &Model<'_>,
    project: &Project,
    facts: &ProductionFacts,
    production: StageId,
) -> Option<User> {
    let stages = model.ancestry(production).into_iter();
    let mut instructions = stages.flat_map(|it| model.stages[it].instructions.clone().rev());
    let form = instructions.find_map(|it| match &model.instructions[it].kind {
        Kind::Healthcheck(form) => Some(form.as_ref()),
        _ => None,
    })??;
    let words = match form {
        CommandForm::Exec(words) => words.iter().map(|it| it.value.clone()).collect(),
        CommandForm::Shell(range) => vec!["sh".to_owned(), "-c".to_owned(), text[*range].replace("\\\n", " ")],
    };
    let instruction = model.stages[production].from;
    let command = StartCommand { instruction, words, shell: false, wrapper: None, wrapper_known: true, script: None };
    let place = (&model.stages[production].contents, project);
    Some(User { is_check: true, ..followed("HEALTHCHECK".to_owned(), &command, facts, place) })
}

/// The branches of the entrypoint script that other words than CMD's lead to.
fn of_branches(model: &Model<'_>, project: &Project, facts: &ProductionFacts, production: StageId) -> Vec<User> {
    let (Some(start), Some(command)) = (&facts.start, &facts.command) else { return Vec::new() };
    let place = (&model.stages[production].contents, project);
    let followed = |words: &Vec<String>| {
        let by = format!("`docker run` with `{}`", words.last().map_or("", String::as_str));
        let command = StartCommand { words: words.clone(), script: None, wrapper_known: true, ..command.clone() };
        User { is_possible: true, ..followed(by, &command, facts, place) }
    };
    let differs = |it: &User| it.start.as_ref().is_none_or(|it| it.programs != start.programs);
    start.alternatives.iter().take(MAX_FOLLOWED).map(followed).filter(differs).collect()
}

/// The CMD of a later stage, where it makes no full install of its own.
fn of_stage(text: &str, model: &Model<'_>, project: &Project, facts: &ProductionFacts, stage: StageId) -> Option<User> {
    let installs = model.installs.iter().any(|it| it.stage == stage && it.scope == Scope::All);
    let own = model.stages[stage].instructions.clone();
    let contents = &model.stages[stage].contents;
    let starts_own = [contents.cmd, contents.entrypoint].iter().flatten().any(|it| own.contains(*it));
    let command = StartCommand::of_stage(text, model, project, stage).filter(|_| starts_own && !installs)?;
    let by = format!("the stage `{}`, which is built on it,", model.name_of(stage));
    Some(User { in_later_stage: true, ..followed(by, &command, facts, (contents, project)) })
}

fn followed(
    by: String,
    command: &StartCommand,
    facts: &ProductionFacts,
    (contents, project): (&Contents, &Project),
) -> User {
    let app = facts.app.as_ref();
    let (root, workdir) = (facts.app_root.as_deref(), contents.workdir.value.as_deref());
    let start = app.map(|it| command.start(it, Place { root, workdir, contents, project }));
    let entry = start.as_ref().and_then(entry_of);
    let earlier: Vec<String> = start.iter().flat_map(Start::earlier).collect();
    let runtime =
        app.zip(entry.as_ref()).map(|(app, it)| app.runtime_with(it, &earlier, &sources_of(app, &facts.outputs, it)));
    User { start, entry, runtime, ..unknown(by, command) }
}

/// A user of whose command nothing is known.
fn unknown(by: String, command: &StartCommand) -> User {
    User {
        by,
        site: None,
        words: command.words.clone(),
        start: None,
        entry: None,
        runtime: None,
        has_own_user: false,
        must_be_root: false,
        is_check: false,
        in_later_stage: false,
        is_possible: false,
    }
}
