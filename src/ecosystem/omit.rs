//! The flags that leave devDependencies out, or are meant to: which ones count is for each manager to say.

use super::managers::bun;
use super::releases::Newest;
use super::{Manager, Verb};

/// npm's settings that decide about devDependencies.
pub(crate) const SETTINGS: &[&str] = &["omit", "include", "production", "only"];

/// Flags that are about devDependencies, to leave them out or to bring them: how they start.
const ABOUT: &[&str] = &["--include", "--production", "--also", "--omit", "--only", "--prod", "-P", "--dev", "-D"];

/// Whether a word of an install is about devDependencies.
pub(crate) fn is_about(word: &str) -> bool {
    ABOUT.iter().any(|it| word.starts_with(it))
}

/// Whether a word asks some manager for production dependencies only, whatever its value is.
pub(crate) fn asks(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or(word);
    ["--omit", "--production", "--prod", "--only", "-P", "-p"].contains(&name)
}

/// Whether a word asks for production dependencies only in the way that pnpm and bun know.
pub(crate) fn is_production(word: &str) -> bool {
    matches!(word, "--prod" | "--production" | "-P" | "--omit=dev" | "--prod=true" | "--production=true")
}

/// Whether npm has a newer spelling of it.
pub(crate) fn is_old(flag: &str) -> bool {
    matches!(
        flag,
        "--only=production" | "--only=prod" | "--production" | "--production=true" | "--prod" | "--prod=true"
    )
}

/// Whether the manager takes `flag` and does nothing about devDependencies. Of bun, `version` is asked.
pub(crate) fn is_ignored(manager: Manager, major: Option<u32>, version: Option<Newest>, flag: &str) -> bool {
    match (manager, major) {
        (Manager::Bun, _) => match flag {
            "--prod" => version.is_some_and(|it| it < bun::PROD),
            "--omit=dev" => version.is_some_and(|it| it < bun::OMIT),
            _ => false,
        },
        (Manager::Npm, Some(6)) => flag == "--omit=dev" || is_misspelled(flag),
        (Manager::Npm, _) => is_misspelled(flag),
        // It stops: "Unknown option: 'omit'" (8 to 11; FACTS §0.2).
        (Manager::Pnpm, _) => flag == "--omit=dev",
        (Manager::YarnClassic, _) => flag == "--omit=dev" || matches!(flag, "--only=production" | "--only=prod"),
        _ => false,
    }
}

fn is_misspelled(flag: &str) -> bool {
    matches!(
        flag,
        "--omit-dev"
            | "--no-dev"
            | "-P"
            | "--omit=development"
            | "--omit=devDependencies"
            | "--omit=dev,optional"
            | "--omit=dev,peer"
            | "--only-production"
            | "--dev=false"
    )
}

/// Whether the manager stops at the option `flag`: npm 12 takes only those that it knows.
pub(crate) fn is_refused(manager: Manager, major: Option<u32>, flag: &str) -> bool {
    let name = flag.split(['=', ' ']).next().unwrap_or(flag);
    let is_known = ["-P", "--omit", "--only", "--production", "--dev", "--no-dev"].contains(&name);
    match manager {
        Manager::Npm => major.is_some_and(|it| it >= 12) && !is_known,
        Manager::Pnpm => name == "--omit",
        _ => false,
    }
}

/// The flag that this command of the manager knows; npm's where it has none.
pub(crate) fn right_flag(manager: Manager, major: Option<u32>, verb: Verb) -> &'static str {
    match (manager, major, verb) {
        (Manager::Npm, Some(6), Verb::Prune) => "--production",
        _ => manager.production(major).and_then(|it| it.omit).unwrap_or("--omit=dev"),
    }
}
