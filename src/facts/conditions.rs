//! What an install was given besides package.json and the lock file: a second one must have the same.

use crate::ecosystem::managers::npm_flags::{self, Repeated};
use crate::project::{Peers, Project, Reason};
use crate::shell::Command;
use crate::stages::{Install, InstructionId, Model};
use crate::syntax::{Instruction, Kind, Pair};

/// The conditions of one install of npm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Flags that a second install and a prune can repeat, as written.
    pub flags: Vec<String>,
    /// What they can't repeat, in words; `None` where there is nothing.
    pub other: Option<Reason>,
    /// Whether peerDependencies are installed.
    pub peers: Peers,
}

impl Conditions {
    /// Those of `install`, with what was set up in its stage before.
    #[must_use]
    pub fn of(model: &Model<'_>, project: &Project, install: &Install) -> Self {
        let mut res = Self { flags: Vec::new(), other: None, peers: Peers::Installed };
        res.read_flags(&install.command);
        let app = install.app.as_ref().and_then(|it| project.app(it));
        let lines = app.as_ref().and_then(|it| it.npmrc.clone());
        let ignores = |key: &str, value: &str| key == "legacy-peer-deps" && value == "true";
        let by_file = lines.iter().flatten().any(|(key, value)| ignores(key, value));
        if install.major == Some(6) || by_file || res.flags.iter().any(|it| it == "--legacy-peer-deps") {
            res.peers = Peers::Ignored;
        }
        if lines.is_some() {
            res.note("an `.npmrc` takes part in the install");
        }
        if model.instructions[install.instruction].flag("mount").is_some() {
            res.note("the install of the build has mounts");
        }
        res.read_variables(&install.command);
        res.read_stage(model, install);
        res
    }

    fn note(&mut self, reason: impl Into<Reason>) {
        self.other.get_or_insert_with(|| reason.into());
    }

    fn read_flags(&mut self, command: &Command) {
        let mut words = command.words.iter().skip(1).peekable();
        while let Some(word) = words.next() {
            let Some(text) = word.value.as_deref() else {
                self.note(format!("the install of the build has `{}`", word.raw));
                continue;
            };
            if !text.starts_with('-') {
                continue;
            }
            let value = words.next_if(|_| npm_flags::takes_value(text)).and_then(|it| it.value.as_deref());
            match npm_flags::repeated(text, value) {
                Repeated::No => {}
                Repeated::As(flag) => self.flags.push(flag),
                Repeated::Unknown => self.note(format!("the install of the build has `{text}`")),
            }
        }
    }

    fn read_variables(&mut self, command: &Command) {
        for (name, _) in command.assignments.iter().filter(|it| !npm_flags::is_idle_variable(&it.0)) {
            self.note(format!("the install of the build has `{name}`"));
        }
    }

    /// What came before in the same stage and those that it is `FROM`.
    fn read_stage(&mut self, model: &Model<'_>, install: &Install) {
        for stage in model.ancestry(install.stage) {
            let range = model.stages[stage].instructions.clone();
            for index in range.filter(|it| *it <= install.instruction) {
                self.read_instruction(model, install, index);
            }
        }
        let contents = &model.stages[install.stage].contents;
        if contents.global_packages.iter().any(|it| it.0 == "npm" && it.1 <= install.instruction) {
            self.note("the build has a version of npm of its own");
        }
    }

    fn read_instruction(&mut self, model: &Model<'_>, install: &Install, index: InstructionId) {
        let instruction: &Instruction = model.instructions[index];
        match &instruction.kind {
            Kind::Env(pairs) | Kind::Arg(pairs) => self.read_pairs(instruction, pairs),
            Kind::Run(_) => {
                let commands = model.scripts[index].iter().flat_map(|it| &it.commands);
                for command in commands.take_while(|it| it.range != install.command.range) {
                    self.read_command(command);
                }
            }
            _ => {}
        }
        if instruction.original.contains(".npmrc") {
            self.note("an `.npmrc` takes part in the install");
        }
    }

    fn read_pairs(&mut self, instruction: &Instruction, pairs: &[Pair]) {
        for pair in pairs {
            let name = &pair.key.value;
            let key = npm_flags::setting_of(name);
            if key.as_deref() == Some("legacy-peer-deps") {
                self.peers = Peers::Ignored;
            }
            let lower = name.to_ascii_lowercase();
            let is_about_network = ["proxy", "cert", "tls"].iter().any(|it| lower.contains(it));
            if key.is_some_and(|it| !npm_flags::is_idle(&it)) || is_about_network {
                self.note(format!("`{} {name}` takes part in the install", instruction.name()));
            }
        }
    }

    /// `npm config set registry …`, `export npm_config_registry=…`.
    fn read_command(&mut self, command: &Command) {
        let words: Vec<&str> = command.arguments().map(|it| it.unwrap_or_default()).collect();
        match command.program() {
            Some("export") => self.read_export(&words),
            None => self.read_variables(command),
            Some(program) => {
                if let Some((command, key)) = npm_flags::changed_setting(program, &words) {
                    self.read_setting(&command, &key);
                }
            }
        }
    }

    fn read_export(&mut self, words: &[&str]) {
        let names = words.iter().filter(|it| !it.starts_with('-')).filter_map(|it| it.split('=').next());
        if let Some(name) = names.into_iter().find(|it| !npm_flags::is_idle_variable(it) && *it != "PATH") {
            self.note(format!("`export {name}` comes before the install"));
        }
    }

    fn read_setting(&mut self, command: &str, key: &str) {
        if key == "legacy-peer-deps" {
            self.peers = Peers::Ignored;
        }
        if !npm_flags::is_idle(key) {
            self.note(format!("`{command} {key}` comes before the install"));
        }
    }
}
