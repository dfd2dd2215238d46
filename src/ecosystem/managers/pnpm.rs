//! pnpm's command line.

use super::super::Scope;
use super::super::arguments::Arguments;
use super::super::command::{Action, Invocation, Target, Verb};
use super::super::scope::{Ask, Flag, Setting, of_flag};
use super::{
    FlagUse, Habits, PackageManager, Production, Verbs, WorkspaceLayout, asks, install_or_add, looked_up, passed_on,
};

/// pnpm, any major.
pub(super) struct Pnpm;

impl PackageManager for Pnpm {
    fn locks(&self) -> &'static [&'static str] {
        &["pnpm-lock.yaml"]
    }

    fn settings(&self) -> &'static [&'static str] {
        &["pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs", ".pnpmfile.mjs", "patches"]
    }

    fn habits(&self) -> Habits {
        Habits {
            installs_afresh: false,
            prunes_without_lock: false,
            proves_lock: true,
            has_linkers: false,
            later_settings: None,
            plugin: None,
            workspace_layout: Some(WorkspaceLayout::Linked),
        }
    }

    fn cache(&self, home: &str) -> String {
        format!("{home}/.local/share/pnpm/store")
    }

    fn linked_folder(&self) -> Option<&'static str> {
        Some(".pnpm")
    }

    fn cache_variables(&self) -> &'static [(&'static str, &'static str)] {
        &[("PNPM_HOME", "/store")]
    }

    fn major_of_lock(&self, generation: u32) -> Option<u32> {
        match generation {
            6 => Some(8),
            5 => Some(7),
            _ => None,
        }
    }

    fn scope(&self, ask: &Ask<'_>) -> Scope {
        if ask.says("only", &["prod", "production"]) || ask.has(&["P"]) {
            return Scope::Production;
        }
        if ask.has(&["dev", "D"]) {
            return Scope::All;
        }
        match (ask.major, &ask.node_env) {
            (None, Setting::Value(value)) if value == "production" => {
                ask.flag_value(&["prod", "production"]).map_or(Scope::Unknown, of_flag)
            }
            (major, _) => ask.by_production_flag(&["prod", "production"], major.is_none_or(|it| it <= 9)),
        }
    }

    /// The rest stays in `node_modules/.pnpm`.
    fn scope_over(&self, before: Scope) -> Scope {
        before
    }

    fn is_frozen(&self, flags: &[Flag]) -> bool {
        flags.iter().any(|it| matches!(it.0.as_str(), "frozen-lockfile" | "offline"))
    }

    fn frozen(&self) -> &'static str {
        "pnpm install --frozen-lockfile"
    }

    fn frozen_flag(&self) -> Option<&'static str> {
        Some("--frozen-lockfile")
    }

    fn unfrozen_flags(&self) -> &'static [&'static str] {
        &["--no-frozen-lockfile", "--frozen-lockfile=false"]
    }

    fn flag(&self, name: &str) -> FlagUse {
        // `pnpm prune` does not know `--store-dir` (9 and 10 refuse it).
        if IDLE_FLAGS.contains(&name) { FlagUse::Idle } else { FlagUse::Unknown }
    }

    fn flag_again(&self, name: &str) -> FlagUse {
        if IDLE_WHEN_FROZEN.contains(&name) { FlagUse::Repeated } else { self.flag(name) }
    }

    fn idle_when_frozen(&self) -> &'static [&'static str] {
        IDLE_WHEN_FROZEN
    }

    fn with_dev(&self, _major: Option<u32>) -> Option<&'static str> {
        Some("--prod=false")
    }

    fn verbs(&self) -> Verbs {
        VERBS
    }

    fn valued(&self) -> &'static [&'static str] {
        VALUED
    }

    /// `pnpm prune` keeps what was changed in node_modules and needs neither store nor network. It runs the root's
    /// scripts, and can be told otherwise from pnpm 8 on. In a workspace it is of the root package alone.
    fn production(&self, major: Option<u32>) -> Option<Production> {
        let can_ignore_scripts = major.is_some_and(|it| it >= 8);
        Some(Production {
            omit: Some("--prod"),
            install: "pnpm install --frozen-lockfile --prod",
            clean: "pnpm store prune",
            prune: if can_ignore_scripts { "pnpm prune --prod --ignore-scripts" } else { "pnpm prune --prod" },
            prune_runs_scripts: !can_ignore_scripts,
            prune_resets: false,
            prune_rebuilds: false,
            workspace_prune: Some(AGAIN),
            modules: "node_modules",
        })
    }
}

/// In a workspace an install over another takes nothing away, so all node_modules go first. The store is there still.
const AGAIN: &str =
    "find . -name node_modules -prune -exec rm -rf {} + && pnpm install --frozen-lockfile --prod --prefer-offline";

/// Flags of an install that change neither what is installed nor how it lies in node_modules, or are about
/// devDependencies, scripts and the lock file.
const IDLE_FLAGS: &[&str] = &[
    "frozen-lockfile",
    "no-frozen-lockfile",
    "prefer-frozen-lockfile",
    "prefer-offline",
    "offline",
    "reporter",
    "silent",
    "s",
    "loglevel",
    "color",
    "no-color",
    "prod",
    "P",
    "production",
    "dev",
    "D",
    "ignore-scripts",
    "network-concurrency",
    "child-concurrency",
    "fetch-timeout",
    "fetch-retries",
    "fetch-retry-mintimeout",
    "fetch-retry-maxtimeout",
    "unsafe-perm",
    "strict-peer-dependencies",
    "no-strict-peer-dependencies",
    "aggregate-output",
    "no-optimistic-repeat-install",
    "engine-strict",
];

/// Flags that say which packages of the workspace are meant, and where packages come from and lie (run with 8, 9 and 10).
const IDLE_WHEN_FROZEN: &[&str] = &[
    "filter",
    "F",
    "filter-prod",
    "r",
    "recursive",
    "w",
    "workspace-root",
    "workspace-concurrency",
    "store-dir",
    "registry",
    "package-import-method",
    "node-linker",
    "shamefully-hoist",
    "no-optional",
    "force",
    "f",
    "verbose",
];

/// Options whose value may be the next word. `-w` is `--workspace-root` and takes none; so does the bare `-r`.
const VALUED: &[&str] = &[
    "-C",
    "--dir",
    "--filter",
    "-F",
    "--filter-prod",
    "--only",
    "--store-dir",
    "--registry",
    "--loglevel",
    "--reporter",
    "--network-concurrency",
    "--workspace-concurrency",
    "--child-concurrency",
    "--virtual-store-dir",
    "--lockfile-dir",
    "--modules-dir",
    "--package-import-method",
    "--node-linker",
    "--fetch-timeout",
    "--fetch-retries",
];

/// Commands of its own that neither install into node_modules nor run something of the app.
const IDLE: &[&str] = &[
    "config",
    "c",
    "set",
    "get",
    "store",
    "fetch",
    "why",
    "list",
    "ls",
    "ll",
    "la",
    "env",
    "setup",
    "init",
    "root",
    "bin",
    "audit",
    "outdated",
    "self-update",
    "licenses",
    "doctor",
    "help",
    "cat-file",
    "server",
    "approve-builds",
    "runtime",
];

const VERBS: Verbs =
    Verbs { install: &["install", "i", "add"], clean: &["ci", "clean-install", "ic", "install-clean"] };

/// Reads the words after `pnpm`.
pub(super) fn read(program: &'static str, words: &[String]) -> Invocation {
    let arguments = Arguments::read(words, VALUED);
    let skip = usize::from(matches!(arguments.operand(0), Some("recursive" | "multi" | "m")));
    let target = Target {
        folder: arguments.value(&["C", "dir"]).map(str::to_owned),
        packages: arguments.values(&["filter", "F", "filter-prod"]).map(str::to_owned).collect(),
        all: skip == 1 || arguments.has(&["r", "recursive"]),
    };
    let action = match arguments.operand(skip) {
        None if asks(&arguments) || words.is_empty() => Action::Idle,
        None => Action::Unknown,
        Some(first) => command(first, skip, &arguments, words),
    };
    Invocation { program, action, target, arguments }
}

fn command(first: &str, skip: usize, arguments: &Arguments, words: &[String]) -> Action {
    match first {
        it if VERBS.clean.contains(&it) => Action::Install(Verb::CleanInstall),
        it if VERBS.install.contains(&it) => install_or_add(arguments),
        "prune" => Action::Install(Verb::Prune),
        "rebuild" | "rb" => Action::Install(Verb::Rebuild),
        "update" | "up" | "upgrade" | "dedupe" | "import" => Action::Install(Verb::Update),
        "remove" | "rm" | "uninstall" | "un" | "unlink" => Action::Install(Verb::Remove),
        "run" | "run-script" => run(passed_on(words, VALUED, skip + 1)),
        "exec" | "dlx" => looked_up(&passed_on(words, VALUED, skip + 1)),
        "deploy" => arguments.operand(skip + 1).map_or(Action::Unknown, |it| Action::Deploy(it.to_owned())),
        "store" if arguments.operand(1) == Some("prune") => Action::CleanCache,
        "test" | "t" | "tst" => Action::Run(named("test", words, skip)),
        it if IDLE.contains(&it) => Action::Idle,
        "publish" | "pack" | "link" | "ln" | "create" | "patch" | "patch-commit" | "patch-remove" => Action::Unknown,
        _ => run(passed_on(words, VALUED, skip)),
    }
}

fn run(words: Vec<String>) -> Action {
    if words.is_empty() { Action::Idle } else { Action::Run(words) }
}

fn named(script: &str, words: &[String], skip: usize) -> Vec<String> {
    std::iter::once(script.to_owned()).chain(passed_on(words, VALUED, skip + 1)).collect()
}
