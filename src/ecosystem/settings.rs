//! Files beside package.json that change what an install makes (FACTS §1.5).

use super::managers::pnpm_settings;

/// When such a file is missed.
#[derive(Clone, Copy)]
pub(crate) enum Matters {
    /// Whatever it says: it is code.
    Always,
    /// Where one of the keys of this YAML file is such a one.
    ByKey(fn(&str) -> bool),
    /// Where something patches packages from it.
    ForPatches,
    /// It may be for the machine of a developer, or hold secrets.
    Never,
}

/// Of the files and folders that the managers read.
pub(crate) fn matters(name: &str) -> Matters {
    match name {
        pnpm_settings::FILE => Matters::ByKey(pnpm_settings::is_missed),
        ".yarnrc.yml" => Matters::ByKey(|it| matches!(it, "nodeLinker" | "yarnPath")),
        "patches" => Matters::ForPatches,
        _ if pnpm_settings::HOOKS.contains(&name) => Matters::Always,
        _ => Matters::Never,
    }
}

/// The program that scripts call to patch packages.
pub(crate) const PATCHER: &str = "patch-package";
