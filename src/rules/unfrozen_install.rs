//! `unfrozen-install`

mod clean;

use super::support::quoted;
use super::{RuleContext, declare_rule};
use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, Fix};
use crate::project::{App, Lock, Manager};
use crate::stages::{Install, Verb};

declare_rule! {
    /// Allows an install that may go past the lock file.
    ///
    /// ## Why
    /// `npm install` takes newer versions where package.json and the lock file do not agree: two builds
    /// of one commit can then differ.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm install --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the lock file is in the stage, npm can read it, and it agrees with package.json; unsafe
    /// where the version of npm, and so whether it can read the lock, is not known.
    pub(crate) UNFROZEN_INSTALL { name: "unfrozen-install", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &RuleContext<'_>, acc: &mut Vec<Diagnostic>) {
    for install in &ctx.model.installs {
        let is_open = install.verb == Verb::Install && install.lock_present == Some(true);
        let Some(app) = install.app.as_ref().filter(|_| is_open).and_then(|it| ctx.project.app(it)) else { continue };
        let Some(lock) = app.locks.iter().find(|it| it.manager == install.manager) else { continue };
        if !is_frozen(install) {
            acc.push(diagnostic(ctx, install, &app, lock));
        }
    }
}

/// Whether its flags hold it to the lock file.
fn is_frozen(install: &Install) -> bool {
    let has = |flag: &str| install.command.arguments().flatten().any(|it| it == flag);
    match install.manager {
        Manager::Npm => false,
        Manager::YarnClassic => has("--frozen-lockfile") || has("--pure-lockfile"),
        Manager::YarnBerry => has("--immutable") || has("--frozen-lockfile") || has("--immutable-cache"),
        Manager::Pnpm => has("--frozen-lockfile") || has("--offline"),
        Manager::Bun => has("--frozen-lockfile") || has("--production") || has("-p"),
    }
}

fn diagnostic(ctx: &RuleContext<'_>, install: &Install, app: &App, lock: &Lock) -> Diagnostic {
    let command = quoted(&install.command.words[..2.min(install.command.words.len())]);
    let message = format!("`{command}` may install other versions than `{}` names", lock.path);
    let res = Diagnostic::new(UNFROZEN_INSTALL.name, install.command.range, message);
    if let Some(frozen) = later_form(install.manager) {
        return res.with_held_back(format!("`{frozen}` is not written by nodestage yet"));
    }
    match clean::edits(ctx, install, app, lock) {
        Err(reason) => res.with_held_back(reason),
        Ok((edits, None)) => res.with_fix(Fix::new("Use `npm ci`", Applicability::Safe, edits)),
        Ok((edits, Some(doubt))) => {
            res.with_fix(Fix::new("Use `npm ci`", Applicability::Unsafe, edits)).with_held_back(doubt)
        }
    }
}

/// The frozen form of the managers whose fixes are still to come.
fn later_form(manager: Manager) -> Option<&'static str> {
    match manager {
        Manager::Npm => None,
        Manager::YarnClassic => Some("yarn install --frozen-lockfile"),
        Manager::YarnBerry => Some("yarn install --immutable"),
        Manager::Pnpm => Some("pnpm install --frozen-lockfile"),
        Manager::Bun => Some("bun install --frozen-lockfile"),
    }
}
