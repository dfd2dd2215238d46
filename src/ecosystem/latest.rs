//! What an unpinned version of a package manager brings, on the day that nodestage is built and on a later one.

use super::Manager;

/// The newest major that was out in November 2026; `None` where nothing new comes under the name.
pub(crate) fn newest_major(manager: Manager) -> Option<u32> {
    match manager {
        Manager::Npm | Manager::Pnpm => Some(12),
        Manager::YarnBerry => Some(4),
        // npm's `yarn` is Yarn 1 for good.
        Manager::YarnClassic | Manager::Bun => None,
    }
}

/// Whether the newest npm installs itself on that Node (12.2 wants ^22.22.2, ^24.15 or 26 and later; else it fails with
/// EBADENGINE).
pub(crate) fn newest_npm_runs_on(node: u32) -> bool {
    matches!(node, 22 | 24) || node >= 26
}

/// A package with its version, as `npm install -g` and Corepack take it: `pnpm@latest` is pnpm, at no version of its own.
/// `None` for other packages, and where the version names one, if only by its major (`latest-10`).
pub(crate) fn floating_manager(word: &str, by_corepack: bool) -> Option<Manager> {
    let (name, version) = word.split_once('@').unwrap_or((word, ""));
    let manager = match name {
        "npm" if !by_corepack => Manager::Npm,
        "pnpm" => Manager::Pnpm,
        "yarn" if by_corepack => Manager::YarnBerry,
        _ => return None,
    };
    matches!(version, "" | "latest" | "next" | "stable" | "berry" | "*").then_some(manager)
}

/// `corepack prepare`, `use` and `install`, which bring the managers that are named after it.
pub(crate) fn is_corepack(words: &[String]) -> bool {
    let verb = words.get(1).map(String::as_str);
    words.first().is_some_and(|it| it == "corepack") && matches!(verb, Some("prepare" | "use" | "install"))
}

/// Whether pnpm's settings tell it not to switch to the version in package.json, or may: text of an .npmrc or of
/// pnpm-workspace.yaml.
pub(crate) fn keeps_its_version(settings: &str) -> bool {
    ["manage-package-manager-versions", "managePackageManagerVersions", "pmOnFail", "pm-on-fail"]
        .iter()
        .any(|it| settings.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_move() {
        for (word, by_corepack, manager) in [
            ("npm", false, Some(Manager::Npm)),
            ("npm@latest", false, Some(Manager::Npm)),
            ("npm@11", false, None),
            ("pnpm", false, Some(Manager::Pnpm)),
            ("pnpm@latest-10", false, None),
            ("pnpm@^9", false, None),
            ("yarn", false, None),
            ("yarn@stable", true, Some(Manager::YarnBerry)),
            ("yarn@4.1.0", true, None),
            ("@pnpm/exe", false, None),
            ("corepack@latest", false, None),
        ] {
            assert_eq!(floating_manager(word, by_corepack), manager, "{word}");
        }
    }
}
