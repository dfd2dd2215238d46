//! The package managers: one file each, one row each.
//!
//! A new manager is a file with its [`Syntax`] and a row in [`ALL`], and what [`Manager`](super::Manager)'s matches ask for.

mod bun;
mod npm;
mod pnpm;
mod yarn;

use super::Manager;
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
const ALL: &[Syntax] = &[
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
    ALL.iter().find(|it| it.program == name)
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
    let packages = arguments.operands.get(1..arguments.n_own.max(1)).unwrap_or_default();
    if arguments.has(&["g", "global"]) || arguments.value(&["location"]) == Some("global") {
        return Action::Global(packages.to_vec());
    }
    Action::Install(if packages.is_empty() { Verb::Install } else { Verb::Add })
}

/// What a manager does that is given flags alone: it says its version, or is asked for nothing.
fn asks(arguments: &Arguments) -> bool {
    arguments.has(&["version", "v", "help", "h"])
}
