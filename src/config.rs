//! nodestage.toml: options as written, settings as resolved; suppressions.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnostic::Severity;

/// What holds for one Dockerfile, after all sources of configuration.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `target`: the production stage, by name or number.
    pub target: Option<String>,
    /// `context`: the build context, absolute.
    pub context: Option<PathBuf>,
    /// `user`: what `USER` gets in place of the image's own user, for instance `1000:1000`.
    pub user: Option<String>,
    /// `[rules]`: what differs from the default; `None` is off.
    pub levels: BTreeMap<&'static str, Option<Severity>>,
}
