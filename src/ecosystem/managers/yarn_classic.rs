//! Yarn 1.

use super::super::Scope;
use super::super::scope::{Ask, Flag};
use super::{PackageManager, Production};

/// Yarn 1.
pub(super) struct YarnClassic;

impl PackageManager for YarnClassic {
    fn locks(&self) -> &'static [&'static str] {
        &["yarn.lock"]
    }

    fn settings(&self) -> &'static [&'static str] {
        &[".npmrc", ".yarnrc"]
    }

    fn cache(&self, home: &str) -> String {
        if home == "/root" { "/usr/local/share/.cache/yarn".to_owned() } else { format!("{home}/.cache/yarn") }
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

    fn production(&self, _: Option<u32>) -> Option<Production> {
        None
    }
}
