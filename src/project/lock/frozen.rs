//! Whether an install that may not change the lock takes it with package.json: Yarn 1 and pnpm. npm's stands in
//! `agreement`.

use std::sync::Arc;

use super::super::{App, Manager, Package};
use super::{Agreement, Lock, pnpm, yarn_classic};
use crate::paths;

/// What a lock holds against package.json.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// Yarn 1.
    Entries(Arc<yarn_classic::Entries>),
    /// pnpm.
    Head(Arc<pnpm::Head>),
}

/// Reads what `text` says besides the generation.
pub(super) fn fill(lock: &mut Lock, text: &str, package: &Package) {
    match lock.manager {
        Manager::YarnClassic => {
            let Some(entries) = yarn_classic::read(text) else { return };
            lock.packages = Some(entries.packages(package));
            lock.frozen = Some(Held::Entries(Arc::new(entries)));
        }
        Manager::Pnpm => {
            let Some(head) = pnpm::read(text) else { return };
            lock.packages = Some(pnpm::packages(text, package, &head));
            lock.frozen = Some(Held::Head(Arc::new(head)));
        }
        _ => {}
    }
}

/// Lines of an .npmrc that change neither what pnpm writes into its lock nor what it compares.
const PLAIN: &[&str] = &[
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
];

/// Keys of pnpm-workspace.yaml that do neither.
const PLAIN_SETTINGS: &[&str] = &[
    "allowBuilds",
    "onlyBuiltDependencies",
    "ignoredBuiltDependencies",
    "strictDepBuilds",
    "shamefullyHoist",
    "engineStrict",
    "strictPeerDependencies",
    "savePrefix",
];

impl Lock {
    /// Whether the frozen install of this lock's manager takes it with the package.json of `app`, beside which it lies;
    /// `major` is the manager's.
    #[must_use]
    pub fn frozen_agreement(&self, app: &App, major: Option<u32>) -> Agreement {
        let file = paths::file_name(&self.path);
        if app.is_workspace_root() {
            return Agreement::Unknown(format!("whether `{file}` agrees with the workspaces is not known"));
        }
        match &self.frozen {
            Some(Held::Entries(entries)) => entries.agreement(&app.package, file),
            Some(Held::Head(head)) => self.of_pnpm(app, head, file, major),
            None => Agreement::Unknown(format!("whether `{file}` agrees with package.json is not known")),
        }
    }

    fn of_pnpm(&self, app: &App, head: &pnpm::Head, file: &str, major: Option<u32>) -> Agreement {
        let named = app.package.package_manager.as_ref().and_then(|it| it.1.split('.').next()?.parse().ok());
        // A major that was told from the lock file proves nothing about the lock file.
        let (Some(generation), Some(major)) = (self.generation, major.filter(|it| *it >= 9 || named == Some(*it)))
        else {
            return Agreement::Unknown(format!("the version of pnpm is not known, nor whether it reads `{file}`"));
        };
        match self.other_settings(app) {
            Some(reason) => Agreement::Unknown(reason),
            None => head.agreement(&app.package, file, generation, major),
        }
    }

    /// A setting of pnpm outside of package.json, other than those that change neither what is compared nor where
    /// packages lie; one clause.
    #[must_use]
    pub fn other_settings(&self, app: &App) -> Option<String> {
        let is_plain = |key: &str, value: &str| {
            let is_named = PLAIN.contains(&key) || key.ends_with(":registry") || key.starts_with("//");
            is_named && (key, value) != ("node-linker", "pnp")
        };
        if let Some((key, _)) = app.npmrc.iter().flatten().find(|it| !is_plain(&it.0, &it.1)) {
            return Some(format!("`.npmrc` says `{key}`"));
        }
        let is_file = |name: &str| app.files.is_file(&app.folder_path(name));
        if let Some(name) = [".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"].into_iter().find(|it| is_file(it)) {
            return Some(format!("`{name}` takes part in the install"));
        }
        let text = is_file("pnpm-workspace.yaml").then(|| app.files.text(&app.folder_path("pnpm-workspace.yaml")));
        let text = text.flatten()?;
        let is_key = |it: &&str| it.starts_with(|it: char| it.is_ascii_alphabetic() || it == '"' || it == '\'');
        let mut keys = text.lines().filter(is_key).map(|it| it.split(':').next().unwrap_or(it));
        keys.find(|it| !PLAIN_SETTINGS.contains(it)).map(|it| format!("`pnpm-workspace.yaml` says `{it}`"))
    }
}
