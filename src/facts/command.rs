//! The words that a container of the production stage starts.

use super::shipped;

use crate::ecosystem::{Action, Inside, Invocation, Manager, wrappers};
use crate::paths;
use crate::project::{App, Ground, ImageUser, Project, Start};
use crate::shell::{self, Command, Joined, Script};
use crate::stages::{Contents, ImageFacts, ImageKind, InstructionId, Model, Stage, StageId};
use crate::syntax::{CommandForm, Kind};

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

    /// What stage `at` of `model` starts.
    #[must_use]
    pub(super) fn of_stage(text: &str, model: &Model<'_>, project: &Project, at: StageId) -> Option<Self> {
        let stage = &model.stages[at];
        let own = stage.contents.entrypoint.and_then(|it| Line::of(text, model, it));
        let cmd = stage.contents.cmd.and_then(|it| Line::of(text, model, it));
        match own {
            Some(entrypoint) => joined(entrypoint, cmd, stage, project),
            None => Some(by_base(cmd?, model.root_image(at))),
        }
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
        let ground = Ground { root: place.root, workdir: place.workdir, script: Some(&script_text) };
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

/// The folder and the command of the script that `invocation` runs, where it is `cd folder && command` and no more, or a
/// manager's command for another package; a script may run the next.
fn after_cd(app: &App, invocation: &Invocation, place: Place<'_>) -> Option<(String, Vec<String>)> {
    let mut invocation = invocation.clone();
    for _ in 0..MAX_SCRIPTS {
        let (Action::Script(words) | Action::Run(words)) = &invocation.action else { return None };
        let [name] = &words[..] else { return None };
        let has_hooks = ["pre", "post"].iter().any(|it| app.package.scripts.contains_key(&format!("{it}{name}")));
        let script = shell::script_of_text(&app.package.scripts.get(name).filter(|_| !has_hooks)?.text);
        let is_plain = |it: &Command| !it.conditional && !it.redirected && it.assignments.is_empty();
        if !script.complete || !script.commands.iter().all(is_plain) {
            return None;
        }
        let commands: Option<Vec<Vec<String>>> =
            script.commands.iter().map(|it| it.words.iter().map(|it| it.value.clone()).collect()).collect();
        match (&commands?[..], script.commands.last()?.joined) {
            ([cd, command], Joined::And) if cd.len() == 2 && cd[0] == "cd" => {
                return Some((cd[1].clone(), command.clone()));
            }
            ([next], _) => {
                invocation = Invocation::read(next)?;
                if let Some((inside, words)) = invocation.target.inside(next) {
                    return Some((place.folder_of(inside, &invocation)?, words));
                }
            }
            _ => return None,
        }
    }
    None
}

/// So many scripts may run one another.
const MAX_SCRIPTS: usize = 8;

/// Where something is started.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The app's folder in the image.
    pub(super) root: Option<&'a str>,
    /// The folder it starts in.
    pub(super) workdir: Option<&'a str>,
    /// What the stage holds.
    pub(super) contents: &'a Contents,
    pub(super) project: &'a Project,
}

impl Place<'_> {
    /// The folder that a manager is told to run in, from the working directory.
    fn folder_of(&self, inside: Inside<'_>, invocation: &Invocation) -> Option<String> {
        match inside {
            Inside::Folder(folder) => Some(folder.to_owned()),
            Inside::Package(package) => self.path_of(package, invocation.manager()),
        }
    }

    /// The folder of a package of the workspace whose root lies at the working directory, from there.
    fn path_of(&self, package: &str, manager: Manager) -> Option<String> {
        let root = shipped::app_in(self.contents, self.project, self.workdir?)?;
        let folder = self.project.package_meant(&root.folder, package, manager)?;
        paths::below(&root.folder, &folder).map(str::to_owned)
    }
}

/// One CMD or ENTRYPOINT.
struct Line {
    instruction: InstructionId,
    words: Vec<String>,
    shell: bool,
}

impl Line {
    fn of(text: &str, model: &Model<'_>, instruction: InstructionId) -> Option<Self> {
        let (Kind::Cmd(form) | Kind::Entrypoint(form)) = &model.instructions.get(instruction)?.kind else {
            return None;
        };
        let (words, shell) = match form {
            CommandForm::Exec(words) => (words.iter().map(|it| it.value.clone()).collect(), false),
            CommandForm::Shell(range) => (shell_words(model.scripts.get(instruction)?.as_ref(), &text[*range]), true),
        };
        Some(Self { instruction, words, shell })
    }
}

/// The engine joins the words; an ENTRYPOINT in shell form swallows CMD.
fn joined(entrypoint: Line, cmd: Option<Line>, stage: &Stage, project: &Project) -> Option<StartCommand> {
    let rest = after_init(&entrypoint.words);
    let init = entrypoint.words.len() > rest.len();
    let wrapper = entrypoint.words.first().filter(|_| init || is_script(rest)).cloned();
    if (rest.is_empty() || is_script(rest)) && !entrypoint.shell {
        let wrapper_known = rest.is_empty() || passes_on(&rest[0], stage, project);
        let script = Some(rest.to_vec()).filter(|it| !it.is_empty());
        let Some(cmd) = cmd else { return script.map(|it| alone(entrypoint.instruction, it)) };
        return Some(StartCommand {
            instruction: cmd.instruction,
            words: after_init(&cmd.words).to_vec(),
            shell: cmd.shell,
            wrapper,
            wrapper_known,
            script,
        });
    }
    let mut words = rest.to_vec();
    let instruction = entrypoint.instruction;
    words.extend(cmd.filter(|_| !entrypoint.shell).into_iter().flat_map(|it| it.words));
    Some(StartCommand { instruction, words, shell: entrypoint.shell, wrapper, wrapper_known: true, script: None })
}

/// An entrypoint script that gets no words.
fn alone(instruction: InstructionId, words: Vec<String>) -> StartCommand {
    StartCommand { instruction, words, shell: false, wrapper: None, wrapper_known: true, script: None }
}

/// CMD alone: the base image's ENTRYPOINT comes first.
fn by_base(cmd: Line, image: &ImageFacts) -> StartCommand {
    let rest = after_init(&cmd.words);
    let wrapper = cmd.words.first().filter(|_| cmd.words.len() > rest.len()).cloned();
    let mut words = rest.to_vec();
    let node_first = image.kind == ImageKind::Distroless || (image.has_node() && is_for_node(&words));
    if node_first && !cmd.shell {
        words.insert(0, "node".to_owned());
    }
    let wrapper_known = image.kind != ImageKind::Other;
    StartCommand { instruction: cmd.instruction, words, shell: cmd.shell, wrapper, wrapper_known, script: None }
}

/// docker-entrypoint.sh of the node image puts `node` before flags and before what is no command.
fn is_for_node(words: &[String]) -> bool {
    words.first().is_some_and(|it| it.starts_with('-') || is_module(it))
}

fn is_module(word: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"].iter().any(|it| word.ends_with(it))
}

fn is_script(words: &[String]) -> bool {
    matches!(words, [only] if only.ends_with(".sh") || only.ends_with("entrypoint"))
}

fn after_init(words: &[String]) -> &[String] {
    if !words.first().is_some_and(|it| wrappers::is_init(it)) {
        return words;
    }
    let n_flags = words[1..].iter().take_while(|it| it.starts_with('-')).count();
    &words[1 + n_flags..]
}

/// The node image's own entrypoint, or a script of the context that does nothing but `exec "$@"`.
fn passes_on(word: &str, stage: &Stage, project: &Project) -> bool {
    let name = paths::file_name(word);
    match shipped::script_file(&stage.contents, word) {
        Some(file) => project.text(&file.path).is_some_and(|it| only_passes_on(&it)),
        None => name == "docker-entrypoint.sh",
    }
}

fn only_passes_on(script: &str) -> bool {
    let lines = script.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines.filter(|it| !it.starts_with("set ")).eq(["exec \"$@\""])
}

/// One plain command as its words, anything else as `sh -c`.
fn shell_words(script: Option<&Script>, text: &str) -> Vec<String> {
    match script {
        Some(Script { commands, complete: true }) if commands.len() == 1 => plain(&commands[0]),
        _ => None,
    }
    .unwrap_or_else(|| vec!["sh".to_owned(), "-c".to_owned(), on_one_line(script, text)])
}

fn plain(command: &Command) -> Option<Vec<String>> {
    if !command.assignments.is_empty() || command.redirected || command.conditional || command.words.is_empty() {
        return None;
    }
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    let words = words?;
    // `exec node server.js` starts node, in place of the shell.
    Some(if words[0] == "exec" { words[1..].to_vec() } else { words })
}

/// The text without continuations; rebuilt from its commands where all of them are known.
fn on_one_line(script: Option<&Script>, text: &str) -> String {
    match script {
        Some(script) if script.complete && script.commands.iter().all(|it| !it.conditional && !it.redirected) => {
            script.commands.iter().map(written).collect()
        }
        _ => text.to_owned(),
    }
}

fn written(command: &Command) -> String {
    let join = match command.joined {
        Joined::First => "",
        Joined::And => " && ",
        Joined::Or => " || ",
        Joined::Sequence => "; ",
        Joined::Pipe => " | ",
        Joined::Background => " & ",
    };
    let assignments = command.assignments.iter().map(|(name, value)| format!("{name}={}", value.raw));
    let words = command.words.iter().map(|it| it.raw.clone());
    format!("{join}{}", assignments.chain(words).collect::<Vec<_>>().join(" "))
}
