//! `package-cache`

use super::declare_rule;
use super::structure::gets_a_fresh_base_for_sure;
use super::support::{node_stage, severity_of_shipping, start_that_may_build};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::{Action, Invocation};
use crate::facts::{in_script, offline_install};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::{App, Manager, Reason};
use crate::shell::{Command, Joined, Script};
use crate::stages::{Entry, Holding, Install, InstructionId, Verb};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

declare_rule! {
    /// Flags a package manager's cache that stays in the image that ships.
    ///
    /// ## Why
    /// The cache holds every package a second time, as it was downloaded. No run needs it: it is only pulled and
    /// stored with the image. A later `RUN` can't take it out of the layer again.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev && npm cache clean --force
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {"ms": "^2.1.3"}}
    /// ```
    /// ```js file=server.js
    /// console.log(require('ms')('1h'))
    /// ```
    ///
    /// ## Fix safety
    /// Safe: the command empties what the one before it has left, in the same layer. Unsafe where the install brings
    /// another npm, or `yarn` may be a later one than Yarn 1. No fix where the install stands in a condition or a pipe, or
    /// where another one, or one of a script or of the start, takes its packages from the cache (`--offline`). Nothing is said where a
    /// cache mount takes the cache, where it is pnpm's or bun's (its files are linked, not copied), where another fix gives
    /// the stage that ships a fresh base, and in a stage for development.
    pub(crate) PACKAGE_CACHE { name: "package-cache", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((_, stage)) = node_stage(ctx) else { return };
    if ctx.facts().development.is_some() || gets_a_fresh_base_for_sure(ctx) {
        return;
    }
    let mut caches: Vec<(InstructionId, Manager)> = stage.contents.entries.iter().filter_map(left).collect();
    caches.sort_unstable();
    caches.dedup();
    acc.extend(caches.into_iter().filter_map(|(at, manager)| diagnostic(ctx, at, manager)));
}

/// The instruction and the manager of a cache that holds copies of what is in node_modules.
fn left(entry: &Entry) -> Option<(InstructionId, Manager)> {
    match entry.holding {
        Holding::Cache(manager @ (Manager::Npm | Manager::YarnClassic)) => Some((entry.origin.instruction, manager)),
        _ => None,
    }
}

fn diagnostic(ctx: &Inspection, at: InstructionId, manager: Manager) -> Option<Diagnostic> {
    let script = ctx.model().scripts[at].as_ref()?;
    let (place, install) = script.commands.iter().enumerate().rfind(|it| installs(it.1, manager))?;
    let command = install.written();
    let message = format!("`{command}` leaves {}'s cache in the image", manager.program());
    let mut res = Diagnostic::new(PACKAGE_CACHE.name, install.range, message);
    res.severity = severity_of_shipping(ctx);
    if let Some(reason) = objection(ctx, at, script, place, manager) {
        return Some(res.with_held_back(reason));
    }
    let clean = manager.production(Some(u32::MAX))?.clean;
    // At the end of the RUN, where one reads it last, if nothing in between may take the folder, the user, or the
    // manager itself from it.
    let rest = &script.commands[place..];
    let is_chained = |it: &Command| it.joined == Joined::And && !it.conditional && !script.is_substituted(it);
    let is_chain = rest[1..].iter().all(|it| is_chained(it) && is_of_app(it));
    let last = if is_chain { script.commands.len() - 1 } else { place };
    let joint = own_line(ctx, at, script, last).unwrap_or_else(|| script.joint_after(last).to_owned());
    let edit = Edit::insertion(script.commands[last].range.end(), format!("{joint}{clean}"));
    let fix = |applicability| {
        Fix::new(format!("Add `{clean}`"), applicability, vec![edit]).giving_way_to(start_that_may_build(ctx))
    };
    Some(match doubt(ctx, at, &script.commands[..=place], manager) {
        Some(doubt) => res.with_fix(fix(Applicability::Unsafe)).with_held_back(doubt),
        None => res.with_fix(fix(Applicability::Safe)),
    })
}

/// What a line of its own in a heredoc starts with, where the command has its line for itself and others follow.
fn own_line(ctx: &Inspection, at: InstructionId, script: &Script, place: usize) -> Option<String> {
    let command = script.commands[place].range;
    let is_next = script.commands.get(place + 1)?.joined == Joined::Sequence;
    body(ctx, at).filter(|it| is_next && it.contains_range(command))?;
    let indent = ctx.text()[..command.start().into()].rsplit('\n').next().filter(|it| it.trim().is_empty())?;
    let after = &ctx.text()[command.end().into()..];
    let ending = after.find('\n').filter(|it| after[..*it].trim().is_empty()).map(|it| &after[..=it])?;
    Some(format!("{}{indent}", ending.trim_start_matches([' ', '\t'])))
}

/// The body of the only heredoc.
fn body(ctx: &Inspection, at: InstructionId) -> Option<TextRange> {
    let [only] = &ctx.model().instructions[at].heredocs[..] else { return None };
    only.body
}

fn invocation(command: &Command) -> Option<Invocation> {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    Invocation::read(&words?)
}

/// A script of the app, or a prune of its packages.
fn is_of_app(command: &Command) -> bool {
    let is_of_app = |it: Action| matches!(it, Action::Script(_) | Action::Run(_) | Action::Install(Verb::Prune));
    invocation(command).is_some_and(|it| is_of_app(it.action))
}

/// Whether it brings another npm, which may not run on this Node.
fn replaces_npm(command: &Command) -> bool {
    let is_npm = |it: &String| it == "npm" || it.starts_with("npm@");
    matches!(invocation(command).map(|it| it.action), Some(Action::Global(names)) if names.iter().any(is_npm))
}

/// Whether the `yarn` of an instruction is known to be Yarn 1, which the images and Corepack have where the app asks for no
/// other: the cache of later ones may be all that holds the packages.
fn is_yarn_1(ctx: &Inspection, at: InstructionId) -> bool {
    let asks_for_no_other = |app: &App| {
        let settings = app.folder_path(".yarnrc.yml");
        app.manager() != Some(Manager::YarnBerry) && ctx.project().kind(&settings).is_none()
    };
    let is_known =
        |it: &Install| it.app.as_ref().and_then(|it| ctx.project().app(it)).is_some_and(|it| asks_for_no_other(&it));
    let mut installs =
        ctx.model().installs.iter().filter(|it| it.instruction == at && it.manager == Manager::YarnClassic);
    installs.all(is_known)
}

/// Whether it downloads packages.
fn installs(command: &Command, manager: Manager) -> bool {
    let fetches = |it: &Action| match it {
        Action::Install(verb) => !matches!(verb, Verb::Prune | Verb::Rebuild | Verb::Remove),
        it => matches!(it, Action::Global(_)),
    };
    invocation(command).is_some_and(|it| it.manager() == manager && fetches(&it.action))
}

fn is_offline(command: &Command) -> bool {
    command.arguments().flatten().any(|it| matches!(it, "--offline" | "--prefer-offline"))
}

/// Why the command can't simply be followed by another one.
fn objection(ctx: &Inspection, at: InstructionId, script: &Script, place: usize, manager: Manager) -> Option<Reason> {
    let install = &script.commands[place];
    let next = script.commands.get(place + 1).map(|it| it.joined);
    let is_plain = matches!(install.joined, Joined::First | Joined::And | Joined::Sequence) && !install.conditional;
    let goes_on = next.is_none_or(|it| matches!(it, Joined::And | Joined::Sequence));
    let is_text = match &ctx.model().instructions[at].kind {
        Kind::Run(CommandForm::Shell(text)) => text.contains_range(install.range) || is_in_body(ctx, at, install),
        _ => false,
    };
    if !script.complete || !is_plain || !goes_on || !is_text || script.is_substituted(install) {
        return Some("the install is not a plain command of the RUN".into());
    }
    let later = ctx.model().scripts.iter().flatten().flat_map(|it| &it.commands);
    let mut later = later.filter(|it| it.range.start() >= install.range.end());
    let offline = later.any(|it| installs(it, manager) && is_offline(it));
    let by_command = offline.then(|| "another install takes its packages from the cache".into());
    by_command.or_else(|| offline_install(ctx.model(), ctx.project(), ctx.facts())).or_else(|| by_script(ctx, install))
}

/// Whether the command stands in a heredoc as it is.
fn is_in_body(ctx: &Inspection, at: InstructionId, command: &Command) -> bool {
    let is_inside = body(ctx, at).is_some_and(|it| it.contains_range(command.range));
    is_inside && command.words.first().is_some_and(|it| ctx.text()[it.range] == it.raw)
}

/// A script of the project that a later command starts.
fn by_script(ctx: &Inspection, install: &Command) -> Option<Reason> {
    let commands = ctx.model().scripts.iter().flatten().flat_map(|it| &it.commands);
    let later = commands.filter(|it| it.range.start() >= install.range.end());
    let mut words = later.flat_map(|it| it.words.iter()).filter_map(|it| it.value.as_deref());
    words.find_map(|it| in_script(it, &it.ends_with(".sh").then(|| ctx.project().text(it))??))
}

/// Why another command after it may fail, or empty what is needed.
fn doubt(ctx: &Inspection, at: InstructionId, commands: &[Command], manager: Manager) -> Option<Reason> {
    if commands.iter().any(replaces_npm) {
        return Some("it brings another npm, which may not run here".into());
    }
    let is_open = manager == Manager::YarnClassic && !is_yarn_1(ctx, at);
    is_open.then(|| "whether `yarn` is Yarn 1 here is not known".into())
}

#[cfg(test)]
mod tests;
