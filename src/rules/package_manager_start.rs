//! `package-manager-start`

mod built;
mod chain;
mod data;
mod direct;

use built::Built;
use direct::Direct;

use super::declare_rule;
use super::support::{StartEdits, node_stage, quoted_words, start_with};
use crate::diagnostic::Diagnostic;
use crate::facts::StartCommand;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::rewrite;

declare_rule! {
    /// Flags a container that starts its app through a package manager.
    ///
    /// ## Why
    /// The manager and its shell stay in memory beside the app, and SIGTERM reaches them in place of
    /// the app: it is cut off, and its own handler for a clean end does not run.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// CMD ["npm", "start"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"start": "node server.js"}}
    /// ```
    /// ```js file=server.js
    /// process.on('SIGTERM', () => process.exit(0))
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the script is a plain `node …` without scripts before or after it and without
    /// variables of its own. Unsafe where not all modules are known, or one, or a file of data that they read, names what managers set (`npm_package_*`), and where the
    /// script builds first (`npm run build && node dist/server.js`), which is done in the image then. A server that a
    /// dependency brings (`next start`) is started by its path, a package in another folder (`npm start -w api`) after a
    /// WORKDIR. Of several commands (`prisma migrate deploy && node server.js`) a shell runs those before the last as the
    /// manager did, and gives way to the last by `exec`.
    /// A Dockerfile that is for development by its name (see `missing-node-env`) is not reported.
    pub(crate) PACKAGE_MANAGER_START { name: "package-manager-start", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    let Some(command) = ctx.facts().command.as_ref().filter(|it| direct::is_manager(&it.words)) else { return };
    let place = ctx.model().instructions[command.instruction].content;
    let message = format!("The container starts through `{}`", quoted_words(&command.words));
    acc.push(with_fix(ctx, command, Diagnostic::new(PACKAGE_MANAGER_START.name, place, message)));
}

fn with_fix(ctx: &Inspection, command: &StartCommand, res: Diagnostic) -> Diagnostic {
    let built = built::find(ctx, command);
    if let Some(Ok(built)) = &built {
        return with_build(ctx, command, res, built);
    }
    match direct::start(ctx, command) {
        Ok(start) => with_start(ctx, command, res, &start),
        Err(reason) => res.with_held_back(built.and_then(Result::err).unwrap_or(reason)),
    }
}

/// ENV for the variables that the script sets.
fn variables(start: &Direct) -> Vec<String> {
    start.environment.iter().map(|(name, value)| format!("ENV {name}={value}")).collect()
}

/// The same with a fix that builds in the image what the container builds at each start.
fn with_build(ctx: &Inspection, command: &StartCommand, res: Diagnostic, built: &Built) -> Diagnostic {
    let StartEdits { mut edits, doubt: by_others } = match start_with(ctx, command, &built.start.words) {
        Ok(edits) => edits,
        Err(reason) => return res.with_held_back(reason),
    };
    let step = built.step.iter().map(|it| format!("RUN {it}"));
    let added: Vec<String> = step.chain(variables(&built.start)).collect();
    if !added.is_empty() {
        let spot = Spot::After(rewrite::build_step::place(ctx));
        edits.push(lines::instructions(ctx.source(), spot, &added));
    }
    let title = format!("Build in the image, and start `{}` itself", quoted_words(&built.start.words));
    let given = || "the build does not see what the container is given when it starts".into();
    let doubt = rewrite::sources_mounted(ctx).unwrap_or_else(given);
    res.with_note("The container builds the app at each start")
        .with_fix(Fix::new(title, Applicability::Unsafe, edits))
        .with_held_back(Reason::joined(&[Some(doubt), by_others].into_iter().flatten().collect::<Vec<_>>()))
}

fn with_start(ctx: &Inspection, command: &StartCommand, res: Diagnostic, start: &Direct) -> Diagnostic {
    let StartEdits { mut edits, doubt: by_others } = match start_with(ctx, command, &start.words) {
        Ok(edits) => edits,
        Err(reason) => return res.with_held_back(reason),
    };
    if !start.environment.is_empty() {
        edits.push(lines::instructions(ctx.source(), Spot::Before(command.instruction), &variables(start)));
    }
    if let Some(folder) = direct::folder(ctx) {
        edits.push(lines::instructions(
            ctx.source(),
            Spot::Before(command.instruction),
            &[format!("WORKDIR {folder}")],
        ));
    }
    let title = match start.words.as_slice() {
        [shell, _, script] if shell == "sh" => format!("Start `{script}`"),
        words => format!("Start `{}` itself", quoted_words(words)),
    };
    let res = with_signal_note(ctx, res);
    let given = start
        .environment
        .first()
        .map(|(name, _)| format!("who starts the container may give `{name}` another value").into());
    match direct::doubt(ctx).or(start.doubt.clone()).or(given).or(by_others) {
        Some(doubt) => res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(doubt),
        None => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
    }
}

fn with_signal_note(ctx: &Inspection, res: Diagnostic) -> Diagnostic {
    let facts = ctx.facts();
    let is_first = facts.command.as_ref().is_some_and(|it| it.wrapper.is_none());
    let is_deaf = facts.runtime.as_ref().is_some_and(|it| it.signal_handler.is_none() && it.unknown.is_empty());
    if !is_first || !is_deaf {
        return res;
    }
    res.with_note("No module handles SIGTERM: as the first process, `node` waits to be killed; `docker run --init` or a handler ends it at once")
}

#[cfg(test)]
mod tests;
