//! Yarn 2 and later.

use super::super::scope::{Ask, Flag};
use super::super::{Scope, Verb};
use super::{FlagUse, Habits, PackageManager, Plugin, Production, Verbs, yarn};

/// Yarn 2 and later.
pub(super) struct YarnBerry;

impl PackageManager for YarnBerry {
    fn locks(&self) -> &'static [&'static str] {
        &["yarn.lock"]
    }

    fn settings(&self) -> &'static [&'static str] {
        &[".yarnrc.yml", ".yarn", ".pnp.cjs", ".pnp.loader.mjs"]
    }

    fn habits(&self) -> Habits {
        Habits {
            installs_afresh: false,
            prunes_without_lock: false,
            proves_lock: true,
            has_linkers: true,
            later_settings: None,
            plugin: Some(WORKSPACE_TOOLS),
            workspace_layout: None,
        }
    }

    fn cache(&self, home: &str) -> String {
        format!("{home}/.yarn/berry/cache")
    }

    fn linked_folder(&self) -> Option<&'static str> {
        Some(".store")
    }

    fn cache_variables(&self) -> &'static [(&'static str, &'static str)] {
        &[("YARN_CACHE_FOLDER", "")]
    }

    fn major_of_lock(&self, generation: u32) -> Option<u32> {
        match generation {
            4 => Some(2),
            5..=7 => Some(3),
            8.. => Some(4),
            _ => None,
        }
    }

    fn scope(&self, ask: &Ask<'_>) -> Scope {
        let focuses = ask.verb == Verb::Focus && ask.has(&["production"]);
        if focuses { Scope::Production } else { Scope::All }
    }

    fn scope_over(&self, _: Scope) -> Scope {
        Scope::Production
    }

    fn is_frozen(&self, flags: &[Flag]) -> bool {
        flags
            .iter()
            .any(|it| matches!(it.0.as_str(), "immutable" | "no-immutable" | "frozen-lockfile" | "immutable-cache"))
    }

    fn frozen(&self) -> &'static str {
        "yarn install --immutable"
    }

    fn frozen_flag(&self) -> Option<&'static str> {
        Some("--immutable")
    }

    fn unfrozen_flags(&self) -> &'static [&'static str] {
        &["--no-immutable"]
    }

    fn flag(&self, name: &str) -> FlagUse {
        match name {
            // The old name of `--immutable` is still taken.
            "immutable" | "immutable-cache" | "frozen-lockfile" | "check-cache" | "inline-builds" | "json"
            | "silent" => FlagUse::Idle,
            _ => FlagUse::Unknown,
        }
    }

    fn verbs(&self) -> Verbs {
        yarn::VERBS
    }

    fn valued(&self) -> &'static [&'static str] {
        yarn::VALUED
    }

    /// `focus` takes devDependencies out of a node_modules and keeps what was changed in it. It is built in from Yarn 4
    /// on, and holds to no lock file: the install before it has to. For packages in node_modules only.
    fn production(&self, major: Option<u32>) -> Option<Production> {
        const FOCUS: &str = "yarn workspaces focus --all --production";
        major.filter(|it| *it >= 4).map(|_| Production {
            omit: None,
            install: FOCUS,
            clean: "yarn cache clean",
            prune: FOCUS,
            prune_runs_scripts: true,
            prune_resets: false,
            prune_rebuilds: false,
            workspace_prune: Some(FOCUS),
            modules: "node_modules",
        })
    }
}

const WORKSPACE_TOOLS: Plugin = Plugin {
    name: "workspace-tools",
    path: ".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs",
    since: "Yarn 4",
    major: 4,
};
