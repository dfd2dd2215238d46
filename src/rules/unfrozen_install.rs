//! `unfrozen-install`

mod clean;
mod frozen;

use super::declare_rule;
use super::support::quoted;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::changed_manifest;
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Lock};
use crate::stages::{Install, Verb};

declare_rule! {
    /// Flags an install that may go past the lock file.
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
    /// Safe where the lock file is in the stage, the package manager can read it, and it agrees with package.json; unsafe
    /// where one of these is not known, or a command before it may have changed package.json. That is told for npm,
    /// Yarn 1 and pnpm (of one package); the later Yarns and bun have unsafe fixes. An install in a script of
    /// package.json is reported only, and so, as information, is an npm 6 whose lock file was written by a later npm.
    pub(crate) UNFROZEN_INSTALL { name: "unfrozen-install", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for install in &ctx.model().installs {
        let is_open = install.verb == Verb::Install && install.lock_present == Some(true);
        let Some(app) = install.app.as_ref().filter(|_| is_open).and_then(|it| ctx.project().app(it)) else { continue };
        let Some(lock) = app.locks.iter().find(|it| it.manager == install.manager) else { continue };
        match clean::too_old(install, lock) {
            Some(major) => acc.push(unread(install, lock, major)),
            None if !is_frozen(install) && !is_without_lock(ctx, install, lock) => {
                acc.push(diagnostic(ctx, install, &app, lock))
            }
            None => {}
        }
    }
}

/// Whether its flags hold it to the lock file.
fn is_frozen(install: &Install) -> bool {
    let arguments: Vec<&str> = install.command.arguments().flatten().collect();
    install.manager.is_frozen(&arguments)
}

/// Whether it always runs, or in a branch of an `if`, where its frozen form does as it would alone. After `||` it mends what
/// failed, and a loop or a function runs it who knows where.
fn is_in_plain_branch(ctx: &Inspection, install: &Install) -> bool {
    let text = &ctx.text()[ctx.model().instructions[install.instruction].content];
    // `if ! npm ci; then npm install; fi` mends what failed as well.
    let is_condition = |it: &Install| {
        let before = ctx.text()[..usize::from(it.command.range.start())].trim_end();
        before.trim_end_matches('!').trim_end().ends_with("if")
    };
    let is_tried = |it: &Install| {
        let is_there = it.instruction == install.instruction && it.manager == install.manager;
        is_there && (!it.command.conditional || is_condition(it))
    };
    let is_elsewhere = ["||", "for ", "while ", "until ", "case ", "()"].iter().any(|it| text.contains(it));
    let is_branch = || text.contains("if ") && !is_elsewhere && !ctx.model().installs.iter().any(is_tried);
    !install.command.conditional || is_branch()
}

/// Whether it is for a folder without the lock file, which is there:
/// `if [ -f package-lock.json ]; then npm ci; else npm install; fi`.
fn is_without_lock(ctx: &Inspection, install: &Install, lock: &Lock) -> bool {
    let text = &ctx.text()[ctx.model().instructions[install.instruction].content];
    let is_frozen_twin = |it: &&Install| {
        it.instruction == install.instruction
            && it.manager == install.manager
            && (it.verb == Verb::CleanInstall || is_frozen(it))
    };
    install.command.conditional
        && text.contains(paths::file_name(&lock.path))
        && ctx.model().installs.iter().any(|it| is_frozen_twin(&it))
}

/// Nothing in the Dockerfile but another image puts that right, so it is said and no more.
fn unread(install: &Install, lock: &Lock, major: u32) -> Diagnostic {
    let (lock, command) = (&lock.path, quoted(&install.command.words[..2.min(install.command.words.len())]));
    let message =
        format!("npm {major} can't read `{lock}`: `{command}` takes the newest versions that package.json allows");
    let mut res = Diagnostic::new(UNFROZEN_INSTALL.name, install.command.range, message);
    res.severity = Severity::Info;
    res.with_held_back(format!(
        "only an image with npm 7 or later, or a lock file made by npm {major}, puts that right"
    ))
}

fn diagnostic(ctx: &Inspection, install: &Install, app: &App, lock: &Lock) -> Diagnostic {
    let command = quoted(&install.command.words[..2.min(install.command.words.len())]);
    let by = match &install.script {
        Some(script) => format!("An install in the script `{script}`"),
        None => format!("`{command}`"),
    };
    let message = format!("{by} may install other versions than `{}` names", lock.path);
    let res = Diagnostic::new(UNFROZEN_INSTALL.name, install.command.range, message);
    if let Some(script) = &install.script {
        return res.with_held_back(format!("the install stands in the script `{script}` of package.json"));
    }
    let frozen = install.manager.frozen();
    let edits = match install.manager.frozen_flag() {
        None => clean::edits(ctx, install, app, lock),
        Some(_) => frozen::edits(ctx, install, app, lock),
    };
    let title = format!("Use `{frozen}`");
    match edits {
        Err(reason) => res.with_held_back(reason),
        Ok((edits, doubt)) => {
            let doubt = doubt.or_else(|| changed_manifest(ctx.model(), ctx.text(), install));
            match doubt {
                None => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
                Some(doubt) => res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(doubt),
            }
        }
    }
}

#[cfg(test)]
mod tests;
