//! Yarn's command line, that of Yarn 1 and of the later ones.

use super::super::arguments::Arguments;
use super::super::command::{Action, Invocation, Target, Verb};
use super::{Verbs, asks, looked_up, passed_on};

/// Options whose value may be the next word.
pub(super) const VALUED: &[&str] = &[
    "--cwd",
    "--cache-folder",
    "--modules-folder",
    "--registry",
    "--network-timeout",
    "--network-concurrency",
    "--mutex",
    "--preferred-cache-folder",
    "--use-yarnrc",
    "--global-folder",
    "--link-folder",
    "--from",
    "--include",
    "--exclude",
    "-j",
    "--jobs",
];

/// What an install is called.
pub(super) const VERBS: Verbs = Verbs { install: &["install"], clean: &[] };

/// Commands of its own that neither install nor run something of the app.
const IDLE: &[&str] = &[
    "config",
    "set",
    "plugin",
    "cache",
    "global",
    "why",
    "info",
    "init",
    "policies",
    "versions",
    "version",
    "audit",
    "list",
    "check",
    "outdated",
    "npm",
    "login",
    "logout",
    "licenses",
    "bin",
    "help",
    "autoclean",
    "constraints",
    "search",
];

/// Reads the words after `yarn`.
pub(super) fn read(program: &'static str, words: &[String]) -> Invocation {
    let arguments = Arguments::read(words, VALUED);
    let mut target = Target {
        folder: arguments.value(&["cwd"]).map(str::to_owned),
        packages: Vec::new(),
        all: arguments.has(&["A", "all"]) && arguments.operand(0) == Some("workspaces"),
    };
    let action = match arguments.operand(0) {
        None if asks(&arguments) => Action::Idle,
        None => Action::Install(Verb::Install),
        Some("workspace") => {
            target.packages.extend(arguments.operand(1).map(str::to_owned));
            let inner = read(program, &passed_on(words, VALUED, 2));
            return Invocation { program, action: inner.action, target, arguments };
        }
        Some(first) => command(first, &arguments, words, &mut target),
    };
    Invocation { program, action, target, arguments }
}

fn command(first: &str, arguments: &Arguments, words: &[String], target: &mut Target) -> Action {
    match first {
        it if VERBS.install.contains(&it) => Action::Install(Verb::Install),
        "add" => Action::Install(Verb::Add),
        "remove" | "unlink" | "unplug" => Action::Install(Verb::Remove),
        "rebuild" => Action::Install(Verb::Rebuild),
        "upgrade" | "up" | "upgrade-interactive" | "dedupe" | "import" => Action::Install(Verb::Update),
        "global" if arguments.operand(1) == Some("add") => Action::Global(passed_on(words, VALUED, 2)),
        "workspaces" => workspaces(arguments, words, target),
        "run" => run(passed_on(words, VALUED, 1)),
        "node" => Action::Node(passed_on(words, VALUED, 1)),
        "exec" | "dlx" => looked_up(&passed_on(words, VALUED, 1)),
        "cache" if matches!(arguments.operand(1), Some("clean" | "clear")) => Action::CleanCache,
        it if IDLE.contains(&it) => Action::Idle,
        "publish" | "pack" | "link" | "create" | "patch" | "patch-commit" | "stage" | "search" => Action::Unknown,
        _ => run(passed_on(words, VALUED, 0)),
    }
}

fn run(words: Vec<String>) -> Action {
    if words.is_empty() { Action::Idle } else { Action::Run(words) }
}

fn workspaces(arguments: &Arguments, words: &[String], target: &mut Target) -> Action {
    match arguments.operand(1) {
        Some("focus") => {
            target.packages.extend(arguments.operands.iter().skip(2).cloned());
            target.all |= arguments.has(&["A", "all"]);
            Action::Install(Verb::Focus)
        }
        Some("run") => {
            target.all = true;
            run(passed_on(words, VALUED, 2))
        }
        Some("foreach") => {
            target.all = true;
            let at = words.iter().position(|it| it == "run");
            at.map_or(Action::Unknown, |it| run(words[it + 1..].to_vec()))
        }
        Some("info" | "list") => Action::Idle,
        _ => Action::Unknown,
    }
}
