//! RUN: its commands, one after the other.

use std::collections::BTreeMap;

use super::{Runner, State};
use crate::ecosystem::arguments::Arguments;
use crate::ecosystem::wrappers::{self, Layer};
use crate::ecosystem::{Invocation, Setting};
use crate::paths;
use crate::shell::{Command, ShellWord};
use crate::stages::expand::{Variable, expand};
use crate::stages::{Entry, InstructionId};
use crate::syntax::Instruction;

/// What a script has set up so far.
pub(super) struct Session {
    /// The RUN.
    pub(super) index: InstructionId,
    /// The folder the next command runs in; `None` where unknown.
    pub(super) folder: Option<String>,
    /// Those that subshells return to.
    folders: Vec<Option<String>>,
    /// `export NAME=value`, `NAME=value`; `None` where the value is unknown.
    exports: BTreeMap<String, Option<String>>,
    /// Whether several package managers stand in alternatives (`if [ -f yarn.lock ] … elif …`).
    pub(super) has_alternatives: bool,
    /// Whether the commands are those of a script of package.json.
    pub(super) is_of_script: bool,
}

/// One command with its words expanded.
pub(super) struct Call<'c> {
    pub(super) command: &'c Command,
    /// The program's name and its arguments, after `env`, `sudo` and the like. What is unknown stands
    /// in them as `${…}`.
    pub(super) words: Vec<String>,
    /// The script of package.json that the words stand in; `None` where they are the command's own.
    pub(super) script: Option<String>,
    /// `NAME=value` in front.
    assignments: BTreeMap<String, Option<String>>,
}

impl Call<'_> {
    pub(super) fn program(&self) -> &str {
        self.words.first().map_or("", |it| paths::file_name(it))
    }

    pub(super) fn arguments(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The same call of another program: what `npx` runs.
    pub(super) fn of(&self, words: Vec<String>) -> Self {
        Call { words, script: self.script.clone(), assignments: self.assignments.clone(), ..*self }
    }

    /// A command of the script of package.json called `script`, which the call runs.
    pub(super) fn inside(&self, script: &str, words: Vec<String>) -> Self {
        Call { script: Some(script.to_owned()), ..self.of(words) }
    }
}

impl Session {
    fn new(index: InstructionId, state: &State, commands: &[Command]) -> Self {
        let folder = Some(state.folder.clone());
        let has_alternatives = has_alternatives(commands);
        Self { index, folder, folders: Vec::new(), exports: BTreeMap::new(), has_alternatives, is_of_script: false }
    }

    /// The same for the commands of a script of package.json that runs in `folder`.
    pub(super) fn inside(&self, folder: String) -> Self {
        let (exports, has_alternatives) = (self.exports.clone(), self.has_alternatives);
        Self {
            index: self.index,
            folder: Some(folder),
            folders: Vec::new(),
            exports,
            has_alternatives,
            is_of_script: true,
        }
    }

    /// `path` from where the script is.
    pub(super) fn resolve(&self, state: &State, path: &str) -> Option<String> {
        let home = match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => Some(format!("{}{rest}", state.home())),
            _ => None,
        };
        let path = home.as_deref().unwrap_or(path);
        if path.starts_with('/') || path.starts_with("${") {
            return Some(paths::absolute("/", path));
        }
        Some(paths::absolute(self.folder.as_ref()?, path))
    }

    /// A variable as `call` sees it.
    pub(super) fn setting(&self, state: &State, call: &Call<'_>, name: &str) -> Setting {
        let own = call.assignments.get(name).or_else(|| self.exports.get(name));
        match (own, state.variable(name)) {
            (Some(value), _) => value.clone().map_or(Setting::Unknown, Setting::Value),
            (None, Variable::Known(value)) if value.is_empty() => Setting::Unset,
            (None, Variable::Known(value)) => Setting::Value(value),
            (None, Variable::Undeclared) => Setting::Unset,
            (None, Variable::Open | Variable::Unknown) => Setting::Unknown,
        }
    }

    /// Whether the command itself or the script sets `name`.
    pub(super) fn sets(&self, call: &Call<'_>, name: &str) -> bool {
        call.assignments.contains_key(name) || self.exports.contains_key(name)
    }

    /// Parentheses in the text between two commands open and close subshells.
    fn cross(&mut self, between: &str) {
        for next in between.chars() {
            match next {
                '(' => self.folders.push(self.folder.clone()),
                ')' => self.folder = self.folders.pop().unwrap_or(self.folder.take()),
                _ => {}
            }
        }
    }
}

/// More than one manager among the commands that may not run.
fn has_alternatives(commands: &[Command]) -> bool {
    let programs = commands.iter().filter(|it| it.conditional).filter_map(Command::program);
    let read = |it: &str| Some(Invocation::read(&[it.to_owned()])?.manager());
    let mut managers: Vec<_> = programs.filter_map(read).collect();
    managers.sort_unstable();
    managers.dedup();
    managers.len() > 1
}

impl Runner<'_, '_> {
    pub(super) fn script(&mut self, state: &mut State, index: InstructionId, instruction: &Instruction) {
        let Some(script) = self.model.scripts[index].clone() else { return };
        self.mount(state, index, instruction);
        let mut session = Session::new(index, state, &script.commands);
        let mut end = usize::from(instruction.operands.start());
        for command in &script.commands {
            let start = usize::from(command.range.start());
            session.cross(self.text.get(end..start).unwrap_or_default());
            end = usize::from(command.range.end());
            if let Some(call) = self.call(state, &mut session, command) {
                self.command(state, &mut session, &call);
            }
        }
        (state.mounts, state.cache_mounts) = (Vec::new(), Vec::new());
    }

    /// `None` for an assignment alone.
    fn call<'c>(&self, state: &State, session: &mut Session, command: &'c Command) -> Option<Call<'c>> {
        let value = |(name, word): &(String, ShellWord)| (name.clone(), self.word(state, session, word));
        let mut assignments: BTreeMap<_, _> = command.assignments.iter().map(value).map(known).collect();
        let mut words: Vec<_> = command.words.iter().map(|it| self.word(state, session, it)).collect();
        if words.is_empty() {
            session.exports.append(&mut assignments);
            return None;
        }
        unwrap(&mut words, &mut assignments);
        Some(Call { command, words, script: None, assignments })
    }

    /// A word's text, with `${…}` for what is unknown.
    fn word(&self, state: &State, session: &Session, word: &ShellWord) -> String {
        if let Some(value) = &word.value {
            return value.clone();
        }
        if word.raw.contains("$(") || word.raw.contains('`') {
            return "${}".to_owned();
        }
        let lookup = |name: &str| match session.exports.get(name) {
            Some(value) => value.clone().map_or(Variable::Unknown, Variable::Known),
            None if name == "HOME" => Variable::Known(state.home()),
            None => state.variable(name),
        };
        expand(&word.raw, '\\', &lookup).symbolic()
    }

    pub(super) fn command(&mut self, state: &mut State, session: &mut Session, call: &Call<'_>) {
        match call.program() {
            "cd" | "pushd" => session.folder = call.arguments().first().and_then(|it| session.resolve(state, it)),
            "export" => session.exports.extend(call.arguments().iter().filter_map(|it| assignment(it))),
            "rm" | "rimraf" => self.remove(state, session, call),
            "mv" => self.transfer(state, session, call, true),
            "cp" | "ln" | "rsync" => self.transfer(state, session, call, false),
            "find" => self.find(state, session, call),
            "git" => clone(state, session, call),
            "apk" | "apt-get" | "apt" | "aptitude" | "yum" | "dnf" | "microdnf" | "tdnf" | "zypper" => {
                super::system::packages(state, session.index, call);
            }
            "adduser" | "useradd" => super::system::user(state, session.index, call),
            _ => self.tool(state, session, call),
        }
    }
}

fn known((name, value): (String, String)) -> (String, Option<String>) {
    let value = Some(value).filter(|it| !it.contains("${"));
    (name, value)
}

/// `NAME=value` as a word.
fn assignment(word: &str) -> Option<(String, Option<String>)> {
    wrappers::assignment(word).map(known)
}

/// Drops programs that start what follows them, and takes up their assignments. The texts that shells run are
/// commands of their own.
fn unwrap(words: &mut Vec<String>, assignments: &mut BTreeMap<String, Option<String>>) {
    while let Some(Layer::Command { assignments: more, rest, .. }) = wrappers::unwrap(words) {
        assignments.extend(more.into_iter().map(known));
        *words = rest;
    }
}

/// What a repository brings is not known.
fn clone(state: &mut State, session: &Session, call: &Call<'_>) {
    let arguments = Arguments::read(call.arguments(), &["-b", "--branch", "--depth", "-C"]);
    if arguments.operand(0) != Some("clone") {
        return;
    }
    let url = arguments.operand(1).unwrap_or_default();
    let folder = arguments.operand(2).unwrap_or(paths::file_name(url.trim_end_matches('/')).trim_end_matches(".git"));
    if let Some(path) = session.resolve(state, folder) {
        state.contents.place(Entry::new(path, crate::stages::Holding::Unknown, session.index));
    }
}
