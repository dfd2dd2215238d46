//! `[audit]`: what an image may hold.

use globset::GlobSet;

/// What configuration says of images.
#[derive(Clone, Debug, Default)]
pub struct AuditOptions {
    /// `allow`: paths of the image that are no findings, whatever they are.
    pub(super) allow: GlobSet,
    /// `ignore`: kinds of findings that are not looked for.
    pub(super) ignore: Vec<String>,
    /// `max-size`: what the image may take, in bytes.
    pub max_size: Option<u64>,
}

/// The kinds of findings that `ignore` may name.
pub const AUDIT_KINDS: &[&str] = &[
    "build-info",
    "build-tools-in-production",
    "dangling-link",
    "dev-dependencies",
    "environment-file",
    "foreign-addon",
    "hidden-bytes",
    "max-size",
    "missing-entry",
    "missing-import",
    "package-cache",
    "package-source-maps",
    "root-user",
    "secret-in-image",
    "source-in-production",
    "source-maps",
    "tests",
    "unknown-user",
    "version-control",
];

impl AuditOptions {
    /// Whether a finding of that kind at `path` is allowed.
    #[must_use]
    pub fn allows(&self, kind: &str, path: &str) -> bool {
        // Globs are about paths without their first slash as well.
        let is_allowed = || self.allow.is_match(path) || self.allow.is_match(path.trim_start_matches('/'));
        self.ignore.iter().any(|it| it == kind) || (!self.allow.is_empty() && is_allowed())
    }
}
