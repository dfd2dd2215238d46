//! The caches that package managers leave.

use super::State;
use super::script::{Call, Session};
use crate::ecosystem::{Invocation, Manager, Setting, managers};
use crate::paths;
use crate::stages::{Entry, Holding, InstructionId};

/// Notes the cache that an install leaves, unless it lies in a cache mount.
pub(super) fn leave(state: &mut State, session: &Session, call: &Call<'_>, invocation: &Invocation, manager: Manager) {
    let variable = |name: &str| match session.setting(state, call, name) {
        Setting::Value(value) => Some(value),
        _ => None,
    };
    let flag = || invocation.arguments.value(&["cache", "cache-folder", "store-dir"]).map(str::to_owned);
    let spec = managers::of(manager);
    let by_variable =
        || spec.cache_variables().iter().find_map(|(name, rest)| Some(format!("{}{rest}", variable(name)?)));
    let named = flag().or_else(by_variable);
    let path = paths::absolute("/", &named.unwrap_or_else(|| spec.cache(&state.home())));
    // Whoever mounts a cache for this manager means to cover it, also where the path is configured elsewhere.
    let meant = |it: &String| paths::contains(it, &path) || it.contains(manager.program());
    if !state.cache_mounts.iter().any(meant) {
        state.contents.place(Entry::new(path, Holding::Cache(manager), session.index));
    }
}

/// `npm cache clean`: works on what the same instruction left; an earlier layer keeps its cache.
pub(super) fn clean(state: &mut State, index: InstructionId, program: &str) {
    let is_cleaned = |it: &Entry| matches!(it.holding, Holding::Cache(manager) if manager.program() == program);
    state.contents.entries.retain(|it| !(is_cleaned(it) && it.origin.instruction == index));
}
