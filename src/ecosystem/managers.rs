//! The package managers: one file each.
//!
//! A new manager is a file with its [`PackageManager`], its programs in [`PROGRAMS`], and a line in [`of`]: the
//! compiler lists what it owes.

pub(crate) mod bun;
mod habits;
mod npm;
pub(crate) mod npm_flags;
mod pnpm;
pub(crate) mod pnpm_settings;
mod production;
mod yarn;
mod yarn_berry;
mod yarn_classic;

pub use habits::{Habits, Plugin, WorkspaceLayout};
pub use production::{Production, Steps};

use super::scope::{Ask, Flag};
use super::{Manager, Scope};

/// What each manager leaves in the node_modules that it made.
const NOTES: &[(&str, Manager)] = &[
    (".package-lock.json", Manager::Npm),
    (".yarn-integrity", Manager::YarnClassic),
    (".yarn-state.yml", Manager::YarnBerry),
    (".modules.yaml", Manager::Pnpm),
];

/// The manager that leaves a file called `name` in the node_modules that it made.
pub(crate) fn that_notes(name: &str) -> Option<Manager> {
    NOTES.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// What each manager owes.
pub(crate) trait PackageManager: Sync {
    /// The names of its lock files; where there are several, the first one that is there counts.
    fn locks(&self) -> &'static [&'static str];

    /// Files beside package.json and the lock that change what an install does, where they are there (FACTS §1.5).
    fn settings(&self) -> &'static [&'static str];

    /// What every install needs: package.json and the lock file called `lock`, if there is one, as sources of a COPY.
    fn manifests(&self, lock: Option<&str>) -> Vec<String> {
        by_name(lock)
    }

    /// What it does in its own way when it installs.
    fn habits(&self) -> Habits;

    /// Where its cache lies that nobody named another place for, for a user with that home.
    fn cache(&self, home: &str) -> String;

    /// The variables that name another place, and what that place is called below it.
    fn cache_variables(&self) -> &'static [(&'static str, &'static str)];

    /// The folder in node_modules where it keeps the packages, if those beside it are links only.
    fn linked_folder(&self) -> Option<&'static str>;

    /// The major that writes a lock file of that generation, where that is one.
    fn major_of_lock(&self, generation: u32) -> Option<u32>;

    /// Which dependencies an install brings where there was none (FACTS §1.2).
    fn scope(&self, ask: &Ask<'_>) -> Scope;

    /// What a production install leaves of a node_modules of scope `before`.
    fn scope_over(&self, before: Scope) -> Scope;

    /// Whether these flags hold an install to the lock file.
    fn is_frozen(&self, flags: &[Flag]) -> bool;

    /// The install that holds to the lock file, as one writes it.
    fn frozen(&self) -> &'static str;

    /// The flag that makes an install hold to the lock file; `None` where that is another command.
    fn frozen_flag(&self) -> Option<&'static str>;

    /// The flags that say the opposite.
    fn unfrozen_flags(&self) -> &'static [&'static str];

    /// What a flag of an install, without its dashes, means to the installs that nodestage writes.
    fn flag(&self, name: &str) -> FlagUse;

    /// The same to an install over another one, where [`Production::workspace_prune`] is such.
    fn flag_again(&self, name: &str) -> FlagUse {
        self.flag(name)
    }

    /// Flags besides those that change nothing of what an install asks the lock file, whatever else they do.
    fn idle_when_frozen(&self) -> &'static [&'static str] {
        &[]
    }

    /// The flag that brings devDependencies although NODE_ENV is `production` (FACTS §1.2); `None` where none is known, or none is
    /// needed.
    fn with_dev(&self, _major: Option<u32>) -> Option<&'static str> {
        None
    }

    /// What it calls an install.
    fn verbs(&self) -> Verbs;

    /// The options whose value may be the next word.
    fn valued(&self) -> &'static [&'static str];

    /// How production dependencies get into a stage; `None` where nodestage does not write that yet.
    fn production(&self, major: Option<u32>) -> Option<Production>;
}

/// Takes the script `prepare` out of the package.json in the working directory: npm 7.24 and later, whoever installs.
pub(crate) const DROP_PREPARE: &str = "npm pkg delete scripts.prepare";

/// What a flag of an install means to another form of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagUse {
    /// It changes neither what is installed nor from where, or is about devDependencies and the lock file alone.
    Idle,
    /// The other form has it as well, and needs it.
    Repeated,
    /// Nobody described it here.
    Unknown,
}

/// The manifests as one names them, file by file.
fn by_name(lock: Option<&str>) -> Vec<String> {
    std::iter::once("package.json").chain(lock).map(str::to_owned).collect()
}

/// What a manager calls an install of what package.json names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verbs {
    /// The plain one, in all spellings.
    pub(crate) install: &'static [&'static str],
    /// The one that makes node_modules anew from the lock file.
    pub(crate) clean: &'static [&'static str],
}

/// What `manager` owes.
pub(crate) fn of(manager: Manager) -> &'static dyn PackageManager {
    match manager {
        Manager::Npm => &npm::Npm,
        Manager::YarnClassic => &yarn_classic::YarnClassic,
        Manager::YarnBerry => &yarn_berry::YarnBerry,
        Manager::Pnpm => &pnpm::Pnpm,
        Manager::Bun => &bun::Bun,
    }
}

/// All of them.
pub(crate) const ALL: [Manager; 5] =
    [Manager::Npm, Manager::YarnClassic, Manager::YarnBerry, Manager::Pnpm, Manager::Bun];

/// Whether a package installed for all is a manager itself, as images of Node bring it.
pub(crate) fn brings(package: &str) -> bool {
    matches!(package, "npm" | "corepack" | "yarn" | "pnpm")
}

/// Whether a file of that name is some manager's lock.
pub(crate) fn is_lock(name: &str) -> bool {
    ALL.iter().any(|it| it.locks().contains(&name))
}
use super::arguments::Arguments;
use super::command::{Action, Invocation, Target, Verb};

/// A program of a manager and how its words are read.
pub(super) struct Syntax {
    /// Its name.
    pub(super) program: &'static str,
    /// Whose it is.
    pub(super) manager: Manager,
    /// Reads the words after the program.
    pub(super) read: fn(&'static str, &[String]) -> Invocation,
}

/// Every program of every manager.
const PROGRAMS: &[Syntax] = &[
    Syntax { program: "npm", manager: Manager::Npm, read: npm::read },
    Syntax { program: "npx", manager: Manager::Npm, read: lookup },
    Syntax { program: "yarn", manager: Manager::YarnClassic, read: yarn::read },
    Syntax { program: "yarnpkg", manager: Manager::YarnClassic, read: yarn::read },
    Syntax { program: "pnpm", manager: Manager::Pnpm, read: pnpm::read },
    Syntax { program: "pnpx", manager: Manager::Pnpm, read: lookup },
    Syntax { program: "bun", manager: Manager::Bun, read: bun::read },
    Syntax { program: "bunx", manager: Manager::Bun, read: lookup },
];

/// The row of the program called `name`.
pub(super) fn syntax_of(name: &str) -> Option<&'static Syntax> {
    PROGRAMS.iter().find(|it| it.program == name)
}

/// `npx [flags] program`: its own flags end at the program.
fn lookup(program: &'static str, words: &[String]) -> Invocation {
    let action = looked_up(words);
    Invocation { program, action, target: Target::default(), arguments: Arguments::read(words, LOOKUP_VALUED) }
}

const LOOKUP_VALUED: &[&str] = &["-p", "--package", "-w", "--workspace", "-c", "--call", "--prefix"];

/// What `npx`, `npm exec`, `pnpm dlx` and their like run: the words after their own flags.
fn looked_up(words: &[String]) -> Action {
    let mut rest = words;
    while let Some(flag) = rest.first().filter(|it| it.starts_with('-')) {
        if matches!(flag.as_str(), "-c" | "--call" | "--shell-mode") {
            return rest.get(1).map_or(Action::Unknown, |it| Action::Shell(it.clone()));
        }
        rest = rest.get(if LOOKUP_VALUED.contains(&flag.as_str()) { 2 } else { 1 }..).unwrap_or_default();
    }
    let Some((first, arguments)) = rest.split_first() else { return Action::Idle };
    let arguments = arguments.iter().filter(|it| *it != "--");
    Action::Exec(std::iter::once(without_version(first).to_owned()).chain(arguments.cloned()).collect())
}

/// `prisma@5` without `@5`; a scope's `@` stays.
fn without_version(package: &str) -> &str {
    let at = package.get(1..).and_then(|it| it.find('@')).map_or(package.len(), |it| it + 1);
    &package[..at]
}

/// The words after the operand number `n`, as written: what a manager passes on. A manager's own flags before a
/// script's name are dropped, and so is the first `--`.
fn passed_on(words: &[String], valued: &[&str], n: usize) -> Vec<String> {
    let mut res = Vec::new();
    let (mut n_operands, mut rest) = (0, words.iter());
    while let Some(word) = rest.next() {
        if n_operands > n {
            res.push(word.clone());
        } else if word == "--" {
            res.extend(rest.by_ref().cloned());
        } else if word.starts_with('-') && word.len() > 1 {
            if valued.contains(&word.as_str()) {
                rest.next();
            }
        } else {
            n_operands += 1;
            if n_operands > n {
                res.push(word.clone());
            }
        }
    }
    if let Some(at) = res.iter().position(|it| it == "--").filter(|it| *it > 0) {
        res.remove(at);
    }
    res
}

/// `npm install` or `npm install x`, for this folder or for all.
fn install_or_add(arguments: &Arguments) -> Action {
    let verb = if packages(arguments).is_empty() { Verb::Install } else { Verb::Add };
    here_or_global(arguments, verb)
}

/// `verb` for this folder, or for all.
fn here_or_global(arguments: &Arguments, verb: Verb) -> Action {
    if is_global(arguments) { Action::Global(packages(arguments).to_vec()) } else { Action::Install(verb) }
}

fn packages(arguments: &Arguments) -> &[String] {
    arguments.operands.get(1..arguments.n_own.max(1)).unwrap_or_default()
}

fn is_global(arguments: &Arguments) -> bool {
    arguments.has(&["g", "global"]) || arguments.value(&["location"]) == Some("global")
}

/// What a manager does that is given flags alone: it says its version, or is asked for nothing.
fn asks(arguments: &Arguments) -> bool {
    arguments.has(&["version", "v", "help", "h"])
}

/// Commands that print where a manager has its cache, each with the manager.
const ASKING_FOR_CACHES: &[(&str, &str)] =
    &[("npm config get cache", "npm"), ("yarn cache dir", "yarn"), ("pnpm store path", "pnpm")];

/// The manager whose cache a word names: `$(yarn cache dir)`.
pub(crate) fn asked_for_cache(word: &str) -> Option<&'static str> {
    ASKING_FOR_CACHES.iter().find(|it| word.contains(it.0)).map(|it| it.1)
}
