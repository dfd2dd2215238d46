//! `dockerignore`

mod copies;
mod env;
mod git;
mod item;
mod modules;
mod taker;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeSet;

use super::declare_rule;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{Applicability, FileChange, Fix};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::stages::InstructionId;
use item::{Item, Kind, Objection};

declare_rule! {
    /// Flags a COPY of a folder that takes along what .dockerignore should keep out.
    ///
    /// ## Why
    /// The host's `node_modules` covers what the image installed, and may be made for another platform.
    /// `.git` changes with every commit, so that nothing after the COPY is ever cached. With a stale
    /// `tsconfig.tsbuildinfo`, `tsc` takes its work for done and makes nothing. `.env` holds secrets.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// ENV NODE_ENV=production
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY . .
    /// CMD ["node", "server.js"]
    /// ```
    /// ```text file=.dockerignore
    /// *.log
    /// ```
    /// ```text after file=.dockerignore
    /// *.log
    /// node_modules
    /// .git
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {"ms": "^2.1.3"}}
    /// ```
    /// ```json file=package-lock.json
    /// {
    ///   "name": "shop",
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": {"name": "shop", "dependencies": {"ms": "^2.1.3"}},
    ///     "node_modules/ms": {"version": "2.1.3"}
    ///   }
    /// }
    /// ```
    /// ```js file=server.js
    /// console.log(require('ms')('1h'))
    /// ```
    ///
    /// ## Fix safety
    /// The lines are added to .dockerignore, or a new one is made. Safe for `node_modules` where the image
    /// installs all that it needs, for `.git` where nothing is seen to ask Git, for `*.tsbuildinfo` always;
    /// every Dockerfile of the same context is asked. `.env` is always unsafe. What a COPY names stays, and
    /// so does a `node_modules` that the image has from the host only. Where the context may be one folder or another, the
    /// lines go into the ignore file that bears the Dockerfile's name, which counts for either.
    pub(crate) DOCKERIGNORE { name: "dockerignore", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if ctx.project().root().is_none() || !ctx.model().ships_node() {
        return;
    }
    let items = item::missing(ctx);
    let (refused, open): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|it| it.needed_by.is_some());
    let is_known = !may_be_elsewhere(ctx) || ctx.project().own_ignore_file().is_some();
    let is_safe = |it: &&Item| it.objection == Objection::None && is_known;
    let (safe, risky): (Vec<&Item>, Vec<&Item>) = open.into_iter().partition(is_safe);
    acc.extend(diagnostic(ctx, &safe).map(|it| with_fix(ctx, it, &safe, Applicability::Safe)));
    let unproven = diagnostic(ctx, &risky).map(|it| with_fix(ctx, it, &risky, Applicability::Unsafe));
    acc.extend(unproven.map(|it| with_doubt(ctx, it, &risky)));
    acc.extend(diagnostic(ctx, &refused).map(|it| with_refusal(it, &refused)));
}

/// `None` where there are no items.
fn diagnostic(ctx: &Inspection, items: &[&Item]) -> Option<Diagnostic> {
    let copies: BTreeSet<InstructionId> = items.iter().flat_map(|it| it.copies.iter().copied()).collect();
    let first = *copies.first()?;
    let place = |it: InstructionId| ctx.model().instructions[it].content;
    let mut res = Diagnostic::new(DOCKERIGNORE.name, place(first), message(ctx, first, items));
    if items.iter().all(|it| it.kind == Kind::Git) && !copies.iter().any(|it| ships(ctx, *it)) {
        res.severity = Severity::Info;
    }
    res = copies.iter().skip(1).fold(res, |res, it| res.with_related(place(*it), "so does this"));
    let mut notes: Vec<&str> = items.iter().map(|it| why(it.kind)).collect();
    notes.dedup();
    Some(notes.into_iter().fold(res, Diagnostic::with_note))
}

fn message(ctx: &Inspection, copy: InstructionId, items: &[&Item]) -> String {
    let reason = match &ctx.project().dockerignore.path {
        Some(path) => format!("`{path}` does not keep {} out", if items.len() > 1 { "them" } else { "it" }),
        None => "there is no .dockerignore".to_owned(),
    };
    format!("{} takes {} along: {reason}", command(ctx, copy), listed(items, |it| &it.shown))
}

fn why(kind: Kind) -> &'static str {
    match kind {
        Kind::NodeModules => {
            "The host's `node_modules` covers what the image installs and may be made for another platform"
        }
        Kind::Git => "`.git` changes with every commit: the COPY and all steps after it are never cached",
        Kind::Env => "Whoever has the image can read the values in `.env`",
        Kind::BuildInfo => {
            "With it, but without the output that it speaks of, `tsc` takes its work for done and makes nothing"
        }
    }
}

/// The instruction as it is written, if that is short.
fn command(ctx: &Inspection, instruction: InstructionId) -> String {
    let text = ctx.text()[ctx.model().instructions[instruction].content].trim_end();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > 60 || text.contains('\\') { "This COPY".to_owned() } else { format!("`{text}`") }
}

/// Whether the instruction stands in the production stage, or in one that it is built on.
fn ships(ctx: &Inspection, instruction: InstructionId) -> bool {
    let stage = ctx.model().stage_of(instruction);
    ctx.model()
        .production
        .as_ref()
        .is_some_and(|it| ctx.model().ancestry(it.stage).into_iter().any(|it| Some(it) == stage))
}

fn listed<'i>(items: &[&'i Item], name: impl Fn(&'i Item) -> &'i String) -> String {
    let names: Vec<String> = items.iter().map(|it| format!("`{}`", name(it))).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn with_fix(ctx: &Inspection, diagnostic: Diagnostic, items: &[&Item], applicability: Applicability) -> Diagnostic {
    let file = &ctx.project().dockerignore;
    let own = ctx.project().own_ignore_file().filter(|_| may_be_elsewhere(ctx));
    let is_own = own.is_some();
    let path = file.path.clone().or(own).unwrap_or_else(|| ".dockerignore".to_owned());
    if file.path.is_some() && file.text.is_none() {
        return diagnostic.with_held_back(format!("`{path}` is not UTF-8"));
    }
    let items: Vec<Item> = items.iter().map(|it| if is_own { it.anywhere() } else { (*it).clone() }).collect();
    let items: Vec<&Item> = items.iter().collect();
    let lines: Vec<&str> = items.iter().map(|it| it.pattern.as_str()).collect();
    let names = listed(&items, |it| &it.pattern);
    let title = match file.path {
        Some(_) => format!("Add {names} to `{path}`"),
        None => format!("Create `{path}` with {names}"),
    };
    let after = text::extended(file.text.as_deref(), &lines);
    diagnostic.with_fix(Fix::of_file(title, applicability, FileChange { path, before: file.text.clone(), after }))
}

/// Whether a new file could come to a folder that is not the context's root.
fn may_be_elsewhere(ctx: &Inspection) -> bool {
    ctx.project().dockerignore.path.is_none() && ctx.project().may_be_above()
}

fn with_doubt(ctx: &Inspection, diagnostic: Diagnostic, items: &[&Item]) -> Diagnostic {
    let doubts = items.iter().filter_map(|it| match &it.objection {
        Objection::Doubt(doubt) => Some(format!("`{}` may be needed: {doubt}", it.shown).into()),
        _ => None,
    });
    let is_guess = may_be_elsewhere(ctx) && ctx.project().own_ignore_file().is_none();
    let guess = is_guess.then(|| "the build context may be the root of the workspaces".into());
    let doubts = guess.into_iter().chain(doubts).collect::<Vec<Reason>>();
    if diagnostic.fix.is_some() { diagnostic.with_held_back(Reason::joined(&doubts)) } else { diagnostic }
}

fn with_refusal(diagnostic: Diagnostic, items: &[&Item]) -> Diagnostic {
    let path = items.iter().find_map(|it| it.needed_by.clone()).unwrap_or_default();
    diagnostic
        .with_held_back(format!("`{path}`, which may have the same context, needs {}", listed(items, |it| &it.shown)))
}
