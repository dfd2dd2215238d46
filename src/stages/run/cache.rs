//! The caches that package managers leave.

use super::State;
use super::script::{Call, Session};
use crate::ecosystem::{Invocation, Manager, Setting};
use crate::paths;
use crate::stages::{Entry, Holding};

/// Notes the cache that an install leaves, unless it lies in a cache mount.
pub(super) fn leave(state: &mut State, session: &Session, call: &Call<'_>, invocation: &Invocation, manager: Manager) {
    let variable = |name: &str| match session.setting(state, call, name) {
        Setting::Value(value) => Some(value),
        _ => None,
    };
    let flag = || invocation.arguments.value(&["cache", "cache-folder", "store-dir"]).map(str::to_owned);
    let named = match manager {
        Manager::Npm => flag().or_else(|| variable("npm_config_cache")).or_else(|| variable("NPM_CONFIG_CACHE")),
        Manager::YarnClassic | Manager::YarnBerry => flag().or_else(|| variable("YARN_CACHE_FOLDER")),
        Manager::Pnpm => flag().or_else(|| variable("PNPM_HOME").map(|it| format!("{it}/store"))),
        Manager::Bun => variable("BUN_INSTALL_CACHE_DIR"),
    };
    let path = paths::absolute("/", &named.unwrap_or_else(|| usual(manager, &state.home())));
    // Whoever mounts a cache for this manager means to cover it, also where the path is configured elsewhere.
    let meant = |it: &String| paths::contains(it, &path) || it.contains(manager.program());
    if !state.cache_mounts.iter().any(meant) {
        state.contents.place(Entry::new(path, Holding::Cache(manager), session.index));
    }
}

/// Where the cache lies that nobody named another place for.
fn usual(manager: Manager, home: &str) -> String {
    match manager {
        Manager::Npm => format!("{home}/.npm"),
        Manager::YarnClassic if home == "/root" => "/usr/local/share/.cache/yarn".to_owned(),
        Manager::YarnClassic => format!("{home}/.cache/yarn"),
        Manager::YarnBerry => format!("{home}/.yarn/berry/cache"),
        Manager::Pnpm => format!("{home}/.local/share/pnpm/store"),
        Manager::Bun => format!("{home}/.bun/install/cache"),
    }
}

/// `npm cache clean`: works on what the same instruction left; an earlier layer keeps its cache.
pub(super) fn clean(state: &mut State, index: usize, program: &str) {
    let is_cleaned = |it: &Entry| matches!(it.holding, Holding::Cache(manager) if manager.program() == program);
    state.contents.entries.retain(|it| !(is_cleaned(it) && it.origin.instruction == index));
}
