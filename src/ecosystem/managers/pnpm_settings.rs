//! Settings of pnpm outside of package.json: which of them change neither what it compares with its lock nor where
//! packages lie.

/// Where pnpm 10 and later keep them, beside the workspace's packages.
pub(crate) const FILE: &str = "pnpm-workspace.yaml";

/// Files with code that takes part in an install.
pub(crate) const HOOKS: &[&str] = &[".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"];

/// Lines of an .npmrc that change neither what pnpm writes into its lock nor what it compares.
const IDLE_LINES: &[&str] = &[
    "registry",
    "engine-strict",
    "strict-peer-dependencies",
    "shamefully-hoist",
    "public-hoist-pattern[]",
    "node-linker",
    "save-exact",
    "save-prefix",
    "fund",
    "audit",
    "loglevel",
    "progress",
    "legacy-peer-deps",
    "package-lock",
    "always-auth",
    "enable-pre-post-scripts",
    "resolution-mode",
    "update-notifier",
    "side-effects-cache",
];

/// Settings that pnpm 8 and later have without being told.
const DEFAULTS_SINCE_8: &[(&str, &str)] = &[("auto-install-peers", "true"), ("exclude-links-from-lockfile", "false")];

/// Keys of [`FILE`] that do neither.
const IDLE_KEYS: &[&str] = &[
    "allowBuilds",
    "onlyBuiltDependencies",
    "ignoredBuiltDependencies",
    "strictDepBuilds",
    "shamefullyHoist",
    "engineStrict",
    "strictPeerDependencies",
    "savePrefix",
];

/// Whether the line `key=value` of an .npmrc changes neither; `generation` is the lock's: pnpm 8 and later write 6 and
/// more.
pub(crate) fn is_idle_line(key: &str, value: &str, generation: Option<u32>) -> bool {
    if generation.is_some_and(|it| it >= 6) && DEFAULTS_SINCE_8.contains(&(key, value)) {
        return true;
    }
    let is_idle = IDLE_LINES.contains(&key) || key.ends_with(":registry") || key.starts_with("//");
    is_idle && (key, value) != ("node-linker", "pnp")
}

/// Whether a key of [`FILE`] changes neither.
pub(crate) fn is_idle_key(key: &str) -> bool {
    IDLE_KEYS.contains(&key)
}

/// The files in which it is told how to lay packages out.
pub(crate) const LAYOUT_FILES: [&str; 2] = [".npmrc", FILE];

/// Whether nothing in a text (settings, a command, a variable's name) puts packages elsewhere than in links into the root's
/// `node_modules/.pnpm`.
#[must_use]
pub(crate) fn keeps_layout(text: &str) -> bool {
    !["inker", "irtual", "modules", "shared"].iter().any(|it| text.contains(it))
}
