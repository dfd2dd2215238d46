//! nodestage.toml: options as written, settings as resolved; suppressions.

mod audit;
mod find;
mod options;
mod size;
pub mod suppressions;

pub use audit::{AUDIT_KINDS, AuditOptions};
pub use find::{ConfigError, Configs, FILE_NAME, Source};
pub use options::Options;
pub use size::{parse_size, size};

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnostic::Severity;

/// What holds for one Dockerfile, after all sources of configuration.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `target`: the stages that ship, by name or number; empty where nothing is said.
    pub targets: Vec<String>,
    /// `context`: the build context, absolute.
    pub context: Option<PathBuf>,
    /// `user`: what `USER` gets in place of the image's own user, for instance `1000:1000`.
    pub user: Option<String>,
    /// `[rules]`: what differs from the default; `None` is off.
    pub levels: BTreeMap<&'static str, Option<Severity>>,
}

impl Settings {
    /// What configuration says of `rule`.
    #[must_use]
    pub fn level(&self, rule: &str) -> Level {
        match self.levels.get(rule) {
            None => Level::Default,
            Some(None) => Level::Off,
            Some(Some(severity)) => Level::As(*severity),
        }
    }
}

/// What configuration says of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing: as the rule itself says.
    Default,
    /// It is not run.
    Off,
    /// All of its diagnostics have this severity.
    As(Severity),
}

/// What the word for a level sets a rule to, `Some(None)` for off; `None` for any other word.
#[must_use]
pub fn level_named(word: &str) -> Option<Option<Severity>> {
    match word {
        "off" => Some(None),
        "info" => Some(Some(Severity::Info)),
        "warning" => Some(Some(Severity::Warning)),
        "error" => Some(Some(Severity::Error)),
        _ => None,
    }
}

/// The name nearest to `word` among `names`, where one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = names.into_iter().map(|it| (strsim::damerau_levenshtein(word, it), it));
    let (distance, name) = scored.min_by_key(|it| it.0)?;
    (distance <= 1 + word.len() / 4).then_some(name)
}
