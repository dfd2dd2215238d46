//! Whether an install that may not change the lock takes it with package.json: Yarn 1 and pnpm. npm's stands in
//! `agreement`.

use std::sync::Arc;

use super::super::{App, Manager, Package, Reason, workspace};
use super::{Agreement, Lock, bun, pnpm, yarn_berry, yarn_classic};
use crate::ecosystem::managers::pnpm_settings;
use crate::paths;

/// What a lock holds against package.json.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// Yarn 1.
    Entries(Arc<yarn_classic::Entries>),
    /// Yarn 2 and later.
    Berry(Arc<yarn_berry::Entries>),
    /// bun.
    Bun(Arc<bun::Lock>),
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
        Manager::YarnBerry => {
            let Some(entries) = yarn_berry::read(text) else { return };
            lock.packages = entries.is_of_one().then(|| entries.packages(package));
            lock.frozen = Some(Held::Berry(Arc::new(entries)));
        }
        Manager::Bun => {
            let Some(found) = bun::read(text) else { return };
            lock.packages = found.is_of_one().then(|| found.packages(package));
            lock.frozen = Some(Held::Bun(Arc::new(found)));
        }
        Manager::Pnpm => {
            let Some(head) = pnpm::read(text) else { return };
            lock.packages = Some(pnpm::packages(text, package, &head));
            lock.frozen = Some(Held::Head(Arc::new(head)));
        }
        _ => {}
    }
}

impl Lock {
    /// Whether the frozen install of this lock's manager takes it with the package.json of `app`, beside which it lies;
    /// `major` is the manager's, `is_named` whether the Dockerfile names it.
    #[must_use]
    pub fn frozen_agreement(&self, app: &App, major: Option<u32>, is_named: bool) -> Agreement {
        let file = paths::file_name(&self.path);
        if app.is_workspace_root() {
            return self.of_workspace(app, file, (major, is_named));
        }
        match &self.frozen {
            Some(Held::Entries(entries)) => entries.agreement(&app.package, file),
            Some(Held::Bun(lock)) => lock.agreement(&app.package, file),
            Some(Held::Head(head)) => self.of_pnpm(app, head, file, (major, is_named)),
            Some(Held::Berry(_)) | None => {
                Agreement::Unknown(format!("whether `{file}` agrees with package.json is not known").into())
            }
        }
    }

    /// Whether it has a package for each range that `app`, beside which it lies, asks for: an install takes what it says,
    /// frozen or not. Known of Yarn 2 and later only, whose lock repeats package.json.
    #[must_use]
    pub fn repeats_ranges(&self, app: &App) -> bool {
        let is_plain = !app.is_workspace_root() && app.package.resolutions.is_empty();
        matches!(&self.frozen, Some(Held::Berry(entries)) if is_plain && entries.repeats(&app.package))
    }

    /// The same where other packages belong to `app`: each must have asked for what it asks for now. Those that are not
    /// there at the install change nothing, except to bun.
    fn of_workspace(&self, app: &App, file: &str, named_major: (Option<u32>, bool)) -> Agreement {
        let unknown = || Agreement::Unknown(format!("whether `{file}` agrees with the workspaces is not known").into());
        let Some(packages) = workspace::packages(app) else { return unknown() };
        match &self.frozen {
            Some(Held::Entries(entries)) => entries.workspace_agreement(&packages, file),
            Some(Held::Bun(lock)) => lock.workspace_agreement(&packages, file),
            Some(Held::Head(head)) => match self.read_by(app, file, named_major) {
                Ok((generation, major)) => head.workspace_agreement(&packages, file, generation, major),
                Err(reason) => Agreement::Unknown(reason),
            },
            _ => unknown(),
        }
    }

    fn of_pnpm(&self, app: &App, head: &pnpm::Head, file: &str, named_major: (Option<u32>, bool)) -> Agreement {
        match self.read_by(app, file, named_major) {
            Ok((generation, major)) => head.agreement(&app.package, file, generation, major),
            Err(reason) => Agreement::Unknown(reason),
        }
    }

    /// The generation of pnpm's lock and the major that reads it, where no setting takes part.
    fn read_by(&self, app: &App, file: &str, (major, is_named): (Option<u32>, bool)) -> Result<(u32, u32), Reason> {
        let named = app.package.package_manager.as_ref().and_then(|it| it.1.split('.').next()?.parse().ok());
        // A major that was told from the lock file proves nothing about the lock file.
        let found = self.generation.zip(major.filter(|it| *it >= 9 || is_named || named == Some(*it)));
        let found = found.ok_or_else(|| format!("the version of pnpm is not known, nor whether it reads `{file}`"))?;
        let head = match &self.frozen {
            Some(Held::Head(head)) => Some(head),
            _ => None,
        };
        let compared = || head.and_then(|it| pnpm::settings::disagreement(app, it, file, found.1));
        self.other_settings(app).or_else(compared).map_or(Ok(found), Err)
    }

    /// A setting of pnpm outside of package.json, other than those that change neither what is compared nor where
    /// packages lie; one clause.
    #[must_use]
    pub fn other_settings(&self, app: &App) -> Option<Reason> {
        if let Some((key, _)) =
            app.npmrc.iter().flatten().find(|it| !pnpm_settings::is_idle_line(&it.0, &it.1, self.generation))
        {
            return Some(format!("`.npmrc` says `{key}`").into());
        }
        let is_file = |name: &str| app.files.is_file(&app.folder_path(name));
        if let Some(name) = pnpm_settings::HOOKS.iter().find(|it| is_file(it)) {
            return Some(format!("`{name}` takes part in the install").into());
        }
        let text = is_file(pnpm_settings::FILE).then(|| app.files.text(&app.folder_path(pnpm_settings::FILE)));
        let text = text.flatten()?;
        let is_key = |it: &&str| it.starts_with(|it: char| it.is_ascii_alphabetic() || it == '"' || it == '\'');
        let mut keys = text.lines().filter(is_key).map(|it| it.split(':').next().unwrap_or(it));
        // The packages and ranges that it names are each held against the lock.
        let is_compared = |it: &str| {
            matches!(it, "catalog" | "catalogs" | "overrides") || it == "packages" && app.is_workspace_root()
        };
        keys.find(|it| !pnpm_settings::is_idle_key(it) && !is_compared(it))
            .map(|it| format!("`{}` says `{it}`", pnpm_settings::FILE).into())
    }
}
