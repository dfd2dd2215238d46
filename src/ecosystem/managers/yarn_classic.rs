//! Yarn 1.

use super::super::Scope;
use super::super::scope::{Ask, Flag};
use super::{FlagUse, Habits, PackageManager, Production, Verbs, yarn};

/// Yarn 1.
pub(super) struct YarnClassic;

impl PackageManager for YarnClassic {
    fn locks(&self) -> &'static [&'static str] {
        &["yarn.lock"]
    }

    fn settings(&self) -> &'static [&'static str] {
        &[".npmrc", ".yarnrc"]
    }

    fn habits(&self) -> Habits {
        Habits {
            installs_afresh: false,
            prunes_without_lock: false,
            proves_lock: false,
            has_linkers: false,
            later_settings: Some(".yarnrc.yml"),
            plugin: None,
            workspace_layout: None,
        }
    }

    fn cache(&self, home: &str) -> String {
        if home == "/root" { "/usr/local/share/.cache/yarn".to_owned() } else { format!("{home}/.cache/yarn") }
    }

    fn linked_folder(&self) -> Option<&'static str> {
        None
    }

    fn cache_variables(&self) -> &'static [(&'static str, &'static str)] {
        &[("YARN_CACHE_FOLDER", "")]
    }

    fn major_of_lock(&self, _: u32) -> Option<u32> {
        Some(1)
    }

    fn scope(&self, ask: &Ask<'_>) -> Scope {
        ask.by_production_flag(&["production", "prod"], true)
    }

    fn scope_over(&self, _: Scope) -> Scope {
        Scope::Production
    }

    fn is_frozen(&self, flags: &[Flag]) -> bool {
        flags.iter().any(|it| matches!(it.0.as_str(), "frozen-lockfile" | "pure-lockfile"))
    }

    fn frozen(&self) -> &'static str {
        "yarn install --frozen-lockfile"
    }

    fn frozen_flag(&self) -> Option<&'static str> {
        Some("--frozen-lockfile")
    }

    fn unfrozen_flags(&self) -> &'static [&'static str] {
        &["--no-frozen-lockfile", "--frozen-lockfile=false"]
    }

    fn flag(&self, name: &str) -> FlagUse {
        match name {
            _ if IDLE.contains(&name) => FlagUse::Idle,
            "ignore-engines" | "ignore-optional" | "ignore-platform" | "registry" | "no-bin-links" => FlagUse::Repeated,
            _ => FlagUse::Unknown,
        }
    }

    fn with_dev(&self, _major: Option<u32>) -> Option<&'static str> {
        Some("--production=false")
    }

    fn verbs(&self) -> Verbs {
        yarn::VERBS
    }

    fn valued(&self) -> &'static [&'static str] {
        yarn::VALUED
    }

    /// There is no `yarn prune`: a second install over the first takes devDependencies out. It needs no network as
    /// long as the cache is there, keeps what install scripts made, and sets the other files of a package back.
    fn production(&self, _: Option<u32>) -> Option<Production> {
        Some(Production {
            omit: Some("--production"),
            install: "yarn install --frozen-lockfile --production",
            clean: "yarn cache clean",
            prune: PRUNE,
            prune_runs_scripts: false,
            prune_resets: true,
            prune_rebuilds: false,
            workspace_prune: Some(PRUNE),
            modules: "node_modules",
        })
    }
}

const PRUNE: &str = "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline";

/// Flags that say how much is told, how long is waited, where the cache is, what happens to scripts.
const IDLE: &[&str] = &[
    "silent",
    "s",
    "verbose",
    "json",
    "emoji",
    "no-emoji",
    "progress",
    "no-progress",
    "non-interactive",
    "prefer-offline",
    "offline",
    "network-timeout",
    "network-concurrency",
    "mutex",
    "cache-folder",
    "production",
    "prod",
    "frozen-lockfile",
    // The later ones' name of that, which this one passes over.
    "immutable",
    "ignore-scripts",
    "check-files",
    "no-node-version-check",
    "skip-integrity-check",
    "force",
    "omit",
    "only",
    "omit-dev",
    "no-fund",
    "no-audit",
];
