//! Settings of pnpm outside of package.json: which of them change neither what it compares with its lock nor where
//! packages lie.

/// Where pnpm 10 and later keep them, beside the workspace's packages.
pub(crate) const FILE: &str = "pnpm-workspace.yaml";

/// Files with code that takes part in an install.
pub(crate) const HOOKS: &[&str] = &[".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"];

/// Settings that change neither what pnpm writes into its lock nor what it compares: pnpm 8, 9, 10 and 12 took a lock as before with
/// each of them. Sorted.
const IDLE: &[&str] = &[
    "always-auth",
    "audit",
    "child-concurrency",
    "color",
    "confirm-modules-purge",
    "dedupe-peer-dependents",
    "enable-pre-post-scripts",
    "engine-strict",
    "fetch-retries",
    "fetch-retry-factor",
    "fetch-retry-maxtimeout",
    "fetch-retry-mintimeout",
    "fetch-timeout",
    "fund",
    "hoist",
    "hoist-pattern",
    "ignore-workspace-root-check",
    "legacy-peer-deps",
    "link-workspace-packages",
    "loglevel",
    "maxsockets",
    "network-concurrency",
    "package-import-method",
    "package-lock",
    "prefer-offline",
    "prefer-workspace-packages",
    "progress",
    "public-hoist-pattern",
    "registry",
    "resolution-mode",
    "resolve-peers-from-workspace-root",
    "save-exact",
    "save-prefix",
    "save-workspace-protocol",
    "shamefully-hoist",
    "side-effects-cache",
    "strict-peer-dependencies",
    "strict-ssl",
    "update-notifier",
    "verify-store-integrity",
];

/// Settings that pnpm 8 and later have without being told, as far as they take part.
const DEFAULTS_SINCE_8: &[(&str, &str)] = &[
    ("auto-install-peers", "true"),
    ("exclude-links-from-lockfile", "false"),
    ("prefer-frozen-lockfile", "true"),
    ("shared-workspace-lockfile", "true"),
];

/// Keys under `pnpm` of package.json with which pnpm 9 and 10 took a lock as before.
pub(crate) const IDLE_IN_PACKAGE: &[&str] = &[
    "allowedDeprecatedVersions",
    "allowNonAppliedPatches",
    "auditConfig",
    "executionEnv",
    "ignoredBuiltDependencies",
    "neverBuiltDependencies",
    "onlyBuiltDependencies",
    "peerDependencyRules",
    "requiredScripts",
    "supportedArchitectures",
    "updateConfig",
];

/// Keys of [`FILE`] alone that do neither.
const IDLE_KEYS: &[&str] = &["allowBuilds", "ignoredBuiltDependencies", "onlyBuiltDependencies", "strictDepBuilds"];

/// Whether the line `key=value` of an .npmrc changes neither; `generation` is the lock's: pnpm 8 and later write 6 and
/// more.
pub(crate) fn is_idle_line(key: &str, value: &str, generation: Option<u32>) -> bool {
    if generation.is_some_and(|it| it >= 6) && DEFAULTS_SINCE_8.contains(&(key, value)) {
        return true;
    }
    let is_idle = IDLE.binary_search(&key.trim_end_matches("[]")).is_ok();
    is_idle || key.ends_with(":registry") || key.starts_with("//") || key == "node-linker" && value != "pnp"
}

/// Whether a key of [`FILE`] changes neither.
pub(crate) fn is_idle_key(key: &str) -> bool {
    IDLE_KEYS.contains(&key) || IDLE.binary_search(&as_line(key).as_str()).is_ok()
}

/// Settings that say which packages others find: an install without them lays packages out in another way.
const LAYOUT: &[&str] = &["hoist", "hoist-pattern", "public-hoist-pattern"];

/// Whether an install is another one without this key of [`FILE`].
pub(crate) fn is_missed(key: &str) -> bool {
    !is_idle_key(key) || LAYOUT.contains(&as_line(key).as_str())
}

/// As an .npmrc spells it: `savePrefix` is `save-prefix`.
fn as_line(key: &str) -> String {
    key.chars().fold(String::new(), |mut res, it| {
        res.extend(it.is_ascii_uppercase().then_some('-'));
        res.push(it.to_ascii_lowercase());
        res
    })
}

/// The files in which it is told how to lay packages out.
pub(crate) const LAYOUT_FILES: [&str; 2] = [".npmrc", FILE];

/// Whether nothing in a text (settings, a command, a variable's name) puts packages elsewhere than in links into the root's
/// `node_modules/.pnpm`.
#[must_use]
pub(crate) fn keeps_layout(text: &str) -> bool {
    !["inker", "irtual", "modules", "shared"].iter().any(|it| text.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(IDLE.is_sorted());
    }

    #[test]
    fn what_takes_part() {
        for (key, value, expected) in [
            ("public-hoist-pattern[]", "*types*", true),
            ("fetch-retry-maxtimeout", "60000", true),
            ("node-linker", "hoisted", true),
            ("node-linker", "pnp", false),
            ("inject-workspace-packages", "true", false),
            ("auto-install-peers", "false", false),
        ] {
            assert_eq!(is_idle_line(key, value, Some(9)), expected, "{key}");
        }
        assert!(is_idle_key("preferWorkspacePackages") && is_idle_key("allowBuilds"));
        assert!(is_missed("publicHoistPattern") && is_missed("overrides") && !is_missed("savePrefix"));
        assert!(!is_idle_key("dedupePeers") && !is_idle_key("nodeLinker") && !is_idle_key("overrides"));
    }
}
