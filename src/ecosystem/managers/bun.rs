//! bun's command line, as far as it is a package manager's.

use super::super::Scope;
use super::super::arguments::Arguments;
use super::super::command::{Action, Invocation, Target, Verb};
use super::super::releases::Newest;
use super::super::scope::{Ask, Flag};
use super::{FlagUse, Habits, PackageManager, Production, Verbs, asks, install_or_add, looked_up, passed_on};

/// bun, any version.
pub(super) struct Bun;

impl PackageManager for Bun {
    fn locks(&self) -> &'static [&'static str] {
        &["bun.lock", "bun.lockb"]
    }

    fn settings(&self) -> &'static [&'static str] {
        &["bunfig.toml", ".npmrc", "patches"]
    }

    fn habits(&self) -> Habits {
        Habits {
            installs_afresh: false,
            prunes_without_lock: false,
            proves_lock: false,
            has_linkers: false,
            later_settings: None,
            plugin: None,
            workspace_layout: None,
        }
    }

    fn cache(&self, home: &str) -> String {
        format!("{home}/.bun/install/cache")
    }

    fn linked_folder(&self) -> Option<&'static str> {
        Some(".bun")
    }

    fn cache_variables(&self) -> &'static [(&'static str, &'static str)] {
        &[("BUN_INSTALL_CACHE_DIR", "")]
    }

    fn major_of_lock(&self, _: u32) -> Option<u32> {
        None
    }

    fn scope(&self, ask: &Ask<'_>) -> Scope {
        if ask.has(&["production", "p"]) {
            return Scope::Production;
        }
        let later = [(ask.says("omit", &["dev"]), OMIT), (ask.has(&["prod"]), PROD)];
        let known = later.into_iter().filter(|it| it.0).map(|it| ask.version.map(|version| version >= it.1));
        match known.reduce(|a, b| if a == Some(true) { a } else { b }) {
            None | Some(Some(false)) => Scope::All,
            Some(Some(true)) => Scope::Production,
            Some(None) => Scope::Unknown,
        }
    }

    /// It removes nothing.
    fn scope_over(&self, before: Scope) -> Scope {
        before
    }

    fn is_frozen(&self, flags: &[Flag]) -> bool {
        flags.iter().any(|it| matches!(it.0.as_str(), "frozen-lockfile" | "production" | "p"))
    }

    fn frozen(&self) -> &'static str {
        "bun install --frozen-lockfile"
    }

    fn frozen_flag(&self) -> Option<&'static str> {
        Some("--frozen-lockfile")
    }

    fn unfrozen_flags(&self) -> &'static [&'static str] {
        &["--no-frozen-lockfile", "--frozen-lockfile=false"]
    }

    fn flag(&self, name: &str) -> FlagUse {
        match name {
            "frozen-lockfile" | "production" | "prod" | "p" | "silent" | "verbose" | "no-progress" | "no-summary"
            | "ignore-scripts" | "omit" => FlagUse::Idle,
            _ => FlagUse::Unknown,
        }
    }

    fn idle_when_frozen(&self) -> &'static [&'static str] {
        &["linker", "backend", "cache-dir", "network-concurrency", "concurrent-scripts"]
    }

    fn verbs(&self) -> Verbs {
        VERBS
    }

    fn valued(&self) -> &'static [&'static str] {
        VALUED
    }

    /// Before 1.4 there is no `bun prune`, and an install removes nothing: node_modules is made anew. `--production`
    /// holds to the lock file by itself; it is said for the reader.
    fn production(&self, _: Option<u32>) -> Option<Production> {
        Some(Production {
            omit: Some("--production"),
            install: "bun install --frozen-lockfile --production",
            clean: "bun pm cache rm",
            prune: "rm -rf node_modules && bun install --frozen-lockfile --production",
            prune_runs_scripts: true,
            prune_resets: true,
            prune_rebuilds: true,
            workspace_prune: Some(AGAIN),
            modules: "node_modules",
        })
    }
}

/// The first that does not pass over `--omit=dev`, and over `--prod`, without a word (run with 1.1.40 and .41, 1.2.20
/// and .21). All know `--production` and `-p`.
pub(crate) const OMIT: Newest = Newest::version(1, 1, 41);
pub(crate) const PROD: Newest = Newest::version(1, 2, 21);

const AGAIN: &str = "find . -name node_modules -prune -exec rm -rf {} + && bun install --frozen-lockfile --production";

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

const VERBS: Verbs = Verbs { install: &["install", "i", "add", "a"], clean: &["ci"] };

/// Reads the words after `bun`.
pub(super) fn read(program: &'static str, words: &[String]) -> Invocation {
    let arguments = Arguments::read(words, VALUED);
    let target = Target {
        folder: arguments.value(&["cwd"]).map(str::to_owned),
        packages: arguments.values(&["filter", "F"]).map(str::to_owned).collect(),
        all: arguments.has(&["workspaces"]),
    };
    let is_code = matches!(words.first().map(String::as_str), Some("-e" | "--eval" | "-p" | "--print"));
    let action = match arguments.operand(0) {
        // Bun itself runs what is written there, as Node does.
        Some(_) if is_code => Action::Exec(std::iter::once("bun".to_owned()).chain(words.iter().cloned()).collect()),
        None if asks(&arguments) || words.is_empty() => Action::Idle,
        None => Action::Unknown,
        Some(first) => command(first, &arguments, words),
    };
    Invocation { program, action, target, arguments }
}

fn command(first: &str, arguments: &Arguments, words: &[String]) -> Action {
    match first {
        it if VERBS.install.contains(&it) => install_or_add(arguments),
        it if VERBS.clean.contains(&it) => Action::Install(Verb::CleanInstall),
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
