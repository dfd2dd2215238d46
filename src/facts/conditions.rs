//! What an install was given besides package.json and the lock file: a second one must have the same.

use crate::project::{Peers, Project};
use crate::shell::Command;
use crate::stages::{Install, InstructionId, Model};
use crate::syntax::{Instruction, Kind, Pair};

/// The conditions of one install of npm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Flags that a second install and a prune can repeat, as written.
    pub flags: Vec<String>,
    /// What they can't repeat, in words; `None` where there is nothing.
    pub other: Option<String>,
    /// Whether peerDependencies are installed.
    pub peers: Peers,
}

/// Flags and settings of npm that change neither what is installed nor from where: how much is said, how long is
/// waited, where the cache is. What is about devDependencies is here too: a production install says that itself.
const IDLE: &[&str] = &[
    "audit",
    "fund",
    "silent",
    "s",
    "quiet",
    "q",
    "verbose",
    "d",
    "dd",
    "ddd",
    "loglevel",
    "prefer-offline",
    "progress",
    "update-notifier",
    "color",
    "include",
    "also",
    "dev",
    "only",
    "production",
    "prod",
    "save",
    "save-dev",
    "save-prod",
    "save-exact",
    "S",
    "D",
    "E",
    "P",
    "yes",
    "y",
    "unsafe-perm",
    "foreground-scripts",
    "cache",
    "prefix",
    "C",
    "fetch-retries",
    "fetch-retry-mintimeout",
    "fetch-retry-maxtimeout",
    "fetch-retry-factor",
    "fetch-timeout",
    "network-timeout",
    "maxsockets",
    "timing",
    "omit-dev",
];

/// Flags that mean the same to `npm ci` and `npm prune`, with the values that they may have.
const REPEATED: &[&str] = &[
    "legacy-peer-deps",
    "strict-peer-deps",
    "force",
    "f",
    "ignore-scripts",
    "install-links",
    "engine-strict",
    "registry",
    "optional",
    "omit",
    "workspaces",
    "include-workspace-root",
];

/// Variables of a command that have nothing to do with packages.
const IDLE_VARIABLES: &[&str] = &["NODE_ENV", "CI", "HUSKY", "NODE_OPTIONS", "DEBIAN_FRONTEND"];

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

    fn note(&mut self, reason: impl Into<String>) {
        self.other.get_or_insert_with(|| reason.into());
    }

    fn read_flags(&mut self, command: &Command) {
        let mut words = command.words.iter().skip(1).peekable();
        while let Some(word) = words.next() {
            let Some(text) = word.value.as_deref() else {
                self.note(format!("the install of the build has `{}`", word.raw));
                continue;
            };
            let Some(flag) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')) else { continue };
            let (name, value) = flag.split_once('=').map_or((flag, None), |it| (it.0, Some(it.1.to_owned())));
            let takes_value =
                ["registry", "omit", "include", "loglevel", "cache", "only", "prefix", "C", "w", "workspace"]
                    .contains(&name);
            let value = value.or_else(|| words.next_if(|_| takes_value).and_then(|it| it.value.clone()));
            self.read_flag(text, name, value.as_deref());
        }
    }

    fn read_flag(&mut self, text: &str, name: &str, value: Option<&str>) {
        let positive = name.strip_prefix("no-").unwrap_or(name);
        match (positive, value) {
            ("omit", Some("dev")) | ("package-lock", Some("true")) => {}
            (it, _) if IDLE.contains(&it) => {}
            ("w" | "workspace", Some(value)) => self.flags.push(format!("--workspace={value}")),
            ("registry" | "omit" | "w" | "workspace", None) => {
                self.note(format!("the install of the build has `{text}`"))
            }
            ("registry" | "omit", Some(value)) => self.flags.push(format!("--{name}={value}")),
            (it, _) if REPEATED.contains(&it) => self.flags.push(if name == "f" { "--force" } else { text }.to_owned()),
            _ => self.note(format!("the install of the build has `{text}`")),
        }
    }

    fn read_variables(&mut self, command: &Command) {
        for (name, _) in command.assignments.iter().filter(|it| !is_idle_variable(&it.0)) {
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
            let lower = name.to_ascii_lowercase();
            let key = lower.strip_prefix("npm_config_").map(|it| it.replace('_', "-"));
            if key.as_deref() == Some("legacy-peer-deps") {
                self.peers = Peers::Ignored;
            }
            let is_about_network = ["proxy", "cert", "tls"].iter().any(|it| lower.contains(it));
            if key.is_some_and(|it| !IDLE.contains(&it.as_str())) || is_about_network {
                self.note(format!("`{} {name}` takes part in the install", instruction.name()));
            }
        }
    }

    /// `npm config set registry …`, `export npm_config_registry=…`.
    fn read_command(&mut self, command: &Command) {
        let words: Vec<&str> = command.arguments().map(|it| it.unwrap_or_default()).collect();
        let operands: Vec<&str> = words.iter().copied().filter(|it| !it.starts_with('-')).collect();
        let settings = match (command.program(), &operands[..]) {
            (Some("npm"), ["config" | "c", "set" | "delete" | "rm", rest @ ..]) | (Some("npm"), ["set", rest @ ..]) => {
                rest
            }
            (Some("export"), rest) => {
                let mut names = rest.iter().filter_map(|it| it.split('=').next());
                if let Some(name) = names.find(|it| !is_idle_variable(it) && *it != "PATH") {
                    self.note(format!("`export {name}` comes before the install"));
                }
                return;
            }
            (None, _) => return self.read_variables(command),
            _ => return,
        };
        let key = settings.first().map_or("", |it| it.split('=').next().unwrap_or(it));
        if key == "legacy-peer-deps" {
            self.peers = Peers::Ignored;
        }
        if !IDLE.contains(&key) {
            let set = if operands.first() == Some(&"set") { "npm set" } else { "npm config set" };
            self.note(format!("`{set} {key}` comes before the install"));
        }
    }
}

fn is_idle_variable(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let key = lower.strip_prefix("npm_config_").map(|it| it.replace('_', "-"));
    IDLE_VARIABLES.contains(&name) || key.is_some_and(|it| IDLE.contains(&it.as_str()))
}
