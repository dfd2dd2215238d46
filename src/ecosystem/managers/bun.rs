//! bun's command line, as far as it is a package manager's.

use super::super::arguments::Arguments;
use super::super::command::{Action, Invocation, Target, Verb};
use super::{asks, install_or_add, looked_up, passed_on};

/// Options whose value may be the next word.
const VALUED: &[&str] = &[
    "--cwd",
    "--filter",
    "-F",
    "-c",
    "--config",
    "--registry",
    "--cache-dir",
    "--backend",
    "--network-concurrency",
    "--omit",
    "-r",
    "--preload",
    "--env-file",
    "--linker",
    "--concurrent-scripts",
];

/// Commands of its own that neither install into node_modules nor run something of the app.
const IDLE: &[&str] = &["pm", "init", "upgrade", "outdated", "why", "audit", "info", "help"];

/// Reads the words after `bun`.
pub(super) fn read(program: &'static str, words: &[String]) -> Invocation {
    let arguments = Arguments::read(words, VALUED);
    let target = Target {
        folder: arguments.value(&["cwd"]).map(str::to_owned),
        packages: arguments.values(&["filter", "F"]).map(str::to_owned).collect(),
        all: arguments.has(&["workspaces"]),
    };
    let action = match arguments.operand(0) {
        None if asks(&arguments) || words.is_empty() => Action::Idle,
        None => Action::Unknown,
        Some(first) => command(first, &arguments, words),
    };
    Invocation { program, action, target, arguments }
}

fn command(first: &str, arguments: &Arguments, words: &[String]) -> Action {
    match first {
        "install" | "i" | "add" | "a" => install_or_add(arguments),
        "ci" => Action::Install(Verb::CleanInstall),
        "prune" => Action::Install(Verb::Prune),
        "update" => Action::Install(Verb::Update),
        "remove" | "rm" | "unlink" => Action::Install(Verb::Remove),
        "run" => run(passed_on(words, VALUED, 1)),
        "x" => looked_up(&passed_on(words, VALUED, 1)),
        // bun's own bundler and test runner are programs like others.
        "build" | "test" => {
            Action::Exec(std::iter::once("bun".to_owned()).chain(passed_on(words, VALUED, 0)).collect())
        }
        "pm" if arguments.operand(1) == Some("cache") => Action::CleanCache,
        it if IDLE.contains(&it) => Action::Idle,
        "link" | "create" | "publish" | "patch" | "repl" | "exec" => Action::Unknown,
        _ => run(passed_on(words, VALUED, 0)),
    }
}

fn run(words: Vec<String>) -> Action {
    if words.is_empty() { Action::Idle } else { Action::Run(words) }
}
