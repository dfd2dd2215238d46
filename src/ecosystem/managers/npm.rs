//! npm's command line. Aliases: npm's own `lib/utils/cmd-list.js`; unique prefixes count too (`npm insta`).

use super::super::Scope;
use super::super::arguments::Arguments;
use super::super::command::{Action, Invocation, Target, Verb};
use super::super::scope::{Ask, Flag, is_one_of};
use super::{
    FlagUse, Habits, PackageManager, Production, Verbs, WorkspaceLayout, asks, by_name, here_or_global, install_or_add,
    is_global, looked_up,
};

/// npm, any major.
pub(super) struct Npm;

impl PackageManager for Npm {
    fn locks(&self) -> &'static [&'static str] {
        &["npm-shrinkwrap.json", "package-lock.json"]
    }

    fn settings(&self) -> &'static [&'static str] {
        &[".npmrc", "patches", ".npm-extension.mjs", ".npm-extension.cjs"]
    }

    fn manifests(&self, lock: Option<&str>) -> Vec<String> {
        match lock {
            None | Some("package-lock.json") => vec!["package*.json".to_owned()],
            other => by_name(other),
        }
    }

    fn habits(&self) -> Habits {
        Habits {
            installs_afresh: true,
            prunes_without_lock: true,
            proves_lock: true,
            has_linkers: false,
            later_settings: None,
            plugin: None,
            workspace_layout: Some(WorkspaceLayout::Hoisted),
        }
    }

    fn cache(&self, home: &str) -> String {
        format!("{home}/.npm")
    }

    fn linked_folder(&self) -> Option<&'static str> {
        None
    }

    fn cache_variables(&self) -> &'static [(&'static str, &'static str)] {
        &[("npm_config_cache", ""), ("NPM_CONFIG_CACHE", "")]
    }

    fn major_of_lock(&self, _: u32) -> Option<u32> {
        None
    }

    fn scope(&self, ask: &Ask<'_>) -> Scope {
        let both = || ask.flags.iter().chain(ask.config);
        let says = |name: &str, values: &[&str]| both().any(|(flag, value)| flag == name && is_one_of(value, values));
        let is_old = ask.major.is_some_and(|it| it < 7);
        if (!is_old && says("include", &["dev"])) || says("also", &["dev", "development"]) || ask.has(&["dev"]) {
            return Scope::All;
        }
        if (!is_old && says("omit", &["dev"])) || says("only", &["prod", "production"]) {
            return Scope::Production;
        }
        ask.by_production_flag(&["production", "prod"], true)
    }

    fn scope_over(&self, _: Scope) -> Scope {
        Scope::Production
    }

    fn is_frozen(&self, _: &[Flag]) -> bool {
        false
    }

    fn frozen(&self) -> &'static str {
        "npm ci"
    }

    fn frozen_flag(&self) -> Option<&'static str> {
        None
    }

    fn unfrozen_flags(&self) -> &'static [&'static str] {
        &[]
    }

    fn flag(&self, _: &str) -> FlagUse {
        FlagUse::Unknown
    }

    fn with_dev(&self, major: Option<u32>) -> Option<&'static str> {
        major.map(|it| if it < 7 { "--production=false" } else { "--include=dev" })
    }

    fn verbs(&self) -> Verbs {
        VERBS
    }

    fn valued(&self) -> &'static [&'static str] {
        VALUED
    }

    /// npm 6 ignores `--omit=dev` without a word.
    fn production(&self, major: Option<u32>) -> Option<Production> {
        let clean = "npm cache clean --force";
        Some(if major.is_some_and(|it| it < 7) {
            Production {
                omit: Some("--only=production"),
                install: "npm ci --only=production",
                clean,
                prune: "npm prune --production",
                prune_runs_scripts: false,
                prune_resets: false,
                prune_rebuilds: false,
                workspace_prune: None,
                modules: "node_modules",
            }
        } else {
            Production {
                omit: Some("--omit=dev"),
                install: "npm ci --omit=dev",
                clean,
                prune: "npm prune --omit=dev",
                prune_runs_scripts: false,
                prune_resets: false,
                prune_rebuilds: false,
                workspace_prune: Some("npm prune --omit=dev"),
                modules: "node_modules",
            }
        })
    }
}

/// Options whose value may be the next word.
const VALUED: &[&str] = &[
    "--prefix",
    "-C",
    "-w",
    "--workspace",
    "--omit",
    "--include",
    "--only",
    "--also",
    "--cache",
    "--registry",
    "--loglevel",
    "--userconfig",
    "--globalconfig",
    "--fetch-timeout",
    "--fetch-retries",
    "--fetch-retry-mintimeout",
    "--fetch-retry-maxtimeout",
    "--maxsockets",
    "--location",
    "--script-shell",
    "--install-strategy",
    "--tag",
    "--before",
    "--os",
    "--cpu",
    "--libc",
    "--ca",
    "--cafile",
    "--proxy",
    "--https-proxy",
    "--otp",
    "--scope",
    "--node-options",
];

const VERBS: Verbs = Verbs {
    install: &["install", "i", "in", "ins", "inst", "insta", "instal", "isnt", "isnta", "isntal", "isntall", "add"],
    clean: &["ci", "clean-install", "ic", "install-clean", "isntall-clean"],
};

/// What a command does, by its arguments and by its words as they stand.
type Read = fn(&Arguments, &[String]) -> Action;

/// Names with their aliases, and what they do.
const COMMANDS: &[(&[&str], Read)] = &[
    (VERBS.clean, |_, _| Action::Install(Verb::CleanInstall)),
    (&["cit", "install-ci-test", "clean-install-test", "sit"], |_, _| Action::Install(Verb::CleanInstall)),
    (VERBS.install, |it, _| install_or_add(it)),
    (&["install-test", "it"], |it, _| install_or_add(it)),
    (&["prune"], |_, _| Action::Install(Verb::Prune)),
    (&["rebuild", "rb"], |_, _| Action::Install(Verb::Rebuild)),
    (&["update", "up", "upgrade", "udpate", "dedupe", "ddp"], |it, _| here_or_global(it, Verb::Update)),
    (&["uninstall", "un", "unlink", "remove", "rm", "r"], |it, _| {
        if is_global(it) { Action::Idle } else { Action::Install(Verb::Remove) }
    }),
    (&["run", "run-script", "rum", "urn"], |it, _| script(it)),
    (&["start", "stop", "restart", "test"], lifecycle),
    (&["t", "tst"], |it, _| Action::Script(named("test", it))),
    (&["exec", "x"], |_, words| looked_up(&after_exec(words))),
    (&["cache"], |it, _| match it.operand(1) {
        Some("clean" | "rm" | "clear" | "verify") => Action::CleanCache,
        _ => Action::Idle,
    }),
    (
        &[
            "config",
            "c",
            "set",
            "get",
            "pkg",
            "version",
            "view",
            "info",
            "show",
            "ls",
            "list",
            "ll",
            "la",
            "outdated",
            "fund",
            "doctor",
            "ping",
            "root",
            "prefix",
            "whoami",
            "help",
            "explain",
            "why",
            "query",
            "init",
            "login",
            "adduser",
            "logout",
            "search",
            "completion",
            "sbom",
            "audit",
        ],
        |it, _| {
            if it.operand(0) == Some("audit") && it.operand(1) == Some("fix") {
                Action::Install(Verb::Update)
            } else {
                Action::Idle
            }
        },
    ),
];

/// Reads the words after `npm`.
pub(super) fn read(program: &'static str, words: &[String]) -> Invocation {
    let arguments = Arguments::read(words, VALUED);
    let target = Target {
        folder: arguments.value(&["prefix", "C"]).map(str::to_owned),
        packages: arguments.values(&["workspace", "w"]).map(str::to_owned).collect(),
        all: arguments.has(&["workspaces", "ws"]),
    };
    let action = match arguments.operand(0).filter(|_| arguments.n_own > 0) {
        None => {
            if asks(&arguments) || words.is_empty() {
                Action::Idle
            } else {
                Action::Unknown
            }
        }
        Some(name) => command(name).map_or(Action::Unknown, |it| it(&arguments, words)),
    };
    Invocation { program, action, target, arguments }
}

/// By name, by alias, or by the start of exactly one name.
fn command(name: &str) -> Option<Read> {
    if let Some((_, action)) = COMMANDS.iter().find(|it| it.0.contains(&name)) {
        return Some(*action);
    }
    let mut longer = COMMANDS.iter().filter(|it| it.0[0].starts_with(name));
    longer.next().filter(|_| longer.next().is_none()).map(|it| it.1)
}

/// npm takes all flags for itself, up to `--`.
fn script(arguments: &Arguments) -> Action {
    match arguments.operands.get(1..) {
        Some(words @ [_, ..]) => Action::Script(words.to_vec()),
        _ => Action::Idle,
    }
}

fn lifecycle(arguments: &Arguments, _: &[String]) -> Action {
    let name = arguments.operand(0).unwrap_or_default();
    let name = ["start", "stop", "restart", "test"].into_iter().find(|it| it.starts_with(name)).unwrap_or("test");
    Action::Script(named(name, arguments))
}

fn named(script: &str, arguments: &Arguments) -> Vec<String> {
    std::iter::once(script.to_owned()).chain(arguments.operands.iter().skip(1).cloned()).collect()
}

/// The words after `exec`, its own flags among them.
fn after_exec(words: &[String]) -> Vec<String> {
    let at = words.iter().position(|it| matches!(it.as_str(), "exec" | "x")).map_or(words.len(), |it| it + 1);
    words[at..].to_vec()
}
