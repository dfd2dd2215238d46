//! `failing-prepare`

use std::collections::BTreeMap;

use super::declare_rule;
use super::support::{is_fatal, is_global, is_left_out, may_have_made, mounts_over, severity};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::managers::DROP_PREPARE;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, EntryKind, Manager, Reason, Script};
use crate::shell::{Command, Joined};
use crate::stages::{Install, Scope, StageId, Verb};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextSize;

declare_rule! {
    /// Flags an install that runs a script of package.json which needs a devDependency, or a file, that is not there.
    ///
    /// ## Why
    /// npm runs `prepare` and `postinstall` also with `--omit=dev`. Where they start a tool that was
    /// left out, or a file that is copied later, the build stops there.
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
    /// RUN npm pkg delete scripts.prepare && npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"prepare": "husky"}, "devDependencies": {"husky": "^9.0.0"}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe for `prepare`, where root runs npm 8 or later, or pnpm beside it, on a package.json that was copied into the
    /// image: only the image's own copy changes. `postinstall` and the others may do more than the build
    /// of a fresh checkout needs, so there is no fix for them.
    pub(crate) FAILING_PREPARE { name: "failing-prepare", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let edited = edited(ctx);
    acc.extend(ctx.model().installs.iter().filter_map(|it| before_its_file(ctx, &edited, it)));
    for install in ctx.model().installs.iter().filter(|it| runs_scripts(it)) {
        let Some(app) = install.app.as_ref().and_then(|it| ctx.project().app(it)) else { continue };
        if is_told_otherwise(ctx, &edited, install, &app) {
            continue;
        }
        let failing = app.root_scripts_on_install().into_iter().filter_map(|(name, script)| {
            // Yarn 1 leaves `prepare` to full installs.
            let is_left_out = install.manager == Manager::YarnClassic && name == "prepare";
            (is_run_by(install, name) && !is_left_out).then_some(())?;
            Some((name, script, failing_program(ctx, install, &app, (name, script))?))
        });
        let failing: Vec<_> = failing.collect();
        if let Some((name, script, program)) = failing.first() {
            let only_prepare = failing.len() == 1 && *name == "prepare";
            let mut found = diagnostic(ctx, install, (name, script, program), only_prepare);
            found.severity = severity(&app);
            acc.push(found);
        }
    }
}

/// An install that runs a script whose file is in the context, but not in the stage yet.
fn before_its_file(ctx: &Inspection, edited: &Edited, install: &Install) -> Option<Diagnostic> {
    let app = install.app.as_ref().and_then(|it| ctx.project().app(it))?;
    let is_whole = matches!(install.verb, Verb::Install | Verb::CleanInstall);
    if !is_whole
        || is_told_otherwise(ctx, edited, install, &app)
        || !is_fatal(ctx, install.instruction, install.command.range)
    {
        return None;
    }
    let scripts = app.root_scripts_on_install().into_iter().filter(|it| runs_at(install, it.0));
    let (name, script, file) = scripts.into_iter().find_map(|(name, script)| {
        let file = unseen_file(ctx, install, &app, (name, script))?;
        Some((name, script, file))
    })?;
    let message = format!("`{name}` runs `{file}`, which is not in the stage yet: the build fails here");
    let mut res = Diagnostic::new(FAILING_PREPARE.name, install.command.range, message).with_related_file(
        &script.site.path,
        script.site.line,
        format!("`{name}` stands here"),
    );
    res.severity = Severity::Error;
    let is_prepare = name == "prepare" && install.scope == Scope::Production;
    Some(match fix(ctx, install, true).ok().filter(|_| is_prepare) {
        None => res.with_held_back("the file has to be copied before the install"),
        Some((fix, None)) => res.with_fix(fix),
        Some((fix, Some(doubt))) => res.with_fix(fix).with_held_back(doubt),
    })
}

/// Whether the manager runs the root's script `name` at this install (FACTS §1.3).
fn runs_at(install: &Install, name: &str) -> bool {
    let is_full = install.scope == Scope::All;
    match install.manager {
        Manager::Npm => install.major.is_some_and(|it| it >= 7) && is_run_by(install, name),
        Manager::Pnpm => is_run_by(install, name) && (is_full || install.major.is_some_and(|it| it <= 10)),
        Manager::Bun => is_run_by(install, name),
        Manager::YarnClassic => is_run_by(install, name) && (is_full || name != "prepare"),
        Manager::YarnBerry => name == "postinstall",
    }
}

/// The file of the context that `node` or a shell starts first in the script, where the install can't see it.
fn unseen_file(ctx: &Inspection, install: &Install, app: &App, (name, script): (&str, &Script)) -> Option<String> {
    if is_guarded(script) {
        return None;
    }
    let start = app.start(&["npm".to_owned(), "run".to_owned(), name.to_owned()]);
    let by_node = start.programs.first().filter(|it| it.name == "node" && it.preloads.is_empty());
    let file = &by_node.and_then(|it| it.entry.clone()).or_else(|| shell_file(&script.text))?;
    let is_there = ctx.project().kind(&app.folder_path(file)) == Some(EntryKind::File);
    let path = paths::join(install.folder.as_ref()?, file);
    let is_seen = install.sees_file(ctx.project(), &path) != Some(false);
    let may_be_made = || may_have_made(ctx, install.stage, install.command.range.start(), &path);
    (is_there && !is_seen && !may_be_made()).then(|| file.clone())
}

/// `./scripts/setup.sh`, `sh scripts/setup.sh`
fn shell_file(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let is_shell = matches!(first, "sh" | "bash");
    let file = if is_shell { words.next()? } else { first };
    (is_shell || file.starts_with("./")).then(|| paths::inside(file)).flatten().filter(|it| !it.contains(['$', '*']))
}

/// Whether the script goes on where a part of it fails.
fn is_guarded(script: &Script) -> bool {
    ["||", ";", "if ", "[", "&", "\n"].iter().any(|it| script.text.replace("&&", "").contains(it))
}

/// Production installs of the managers that run the root's scripts then.
fn runs_scripts(install: &Install) -> bool {
    let by_manager = match install.manager {
        Manager::Npm => install.is_since(7),
        Manager::Pnpm => install.major.is_some_and(|it| it <= 10),
        Manager::Bun | Manager::YarnClassic => true,
        Manager::YarnBerry => false,
    };
    let by_verb = matches!(install.verb, Verb::Install | Verb::CleanInstall);
    by_manager && by_verb && install.scope == Scope::Production && !install.command.conditional
}

/// Scripts beside `prepare` and the three that belong to installs are left to npm's small print.
fn is_run_by(install: &Install, script: &str) -> bool {
    let common = matches!(script, "preinstall" | "install" | "postinstall" | "prepare");
    common && (install.manager == Manager::Npm || install.manager == Manager::Pnpm || script != "install")
}

/// Whether scripts are off, or package.json was changed in the image.
fn is_told_otherwise(ctx: &Inspection, edited: &Edited, install: &Install, app: &App) -> bool {
    let off = |flag: Option<&str>| flag.is_none_or(|it| it.starts_with("--ignore-scripts"));
    let by_npmrc = app.npmrc.iter().flatten().any(|(key, value)| key == "ignore-scripts" && value == "true");
    let env = &ctx.model().stages[install.stage].contents.env;
    let by_env = env.keys().any(|it| it.eq_ignore_ascii_case("npm_config_ignore_scripts"));
    by_npmrc || by_env || install.command.arguments().any(off) || is_edited(ctx, edited, install)
}

/// Where the first command of a stage ends that touches package.json or its scripts.
type Edited = BTreeMap<StageId, TextSize>;

fn edited(ctx: &Inspection) -> Edited {
    let touches = |it: &&Command| it.words.iter().any(|word| touches_scripts(&word.raw));
    let first = |it: StageId| {
        let instructions = ctx.model().stages[it].instructions.clone();
        let scripts = instructions.filter_map(|it| ctx.model().scripts.get(it)?.as_ref());
        scripts.flat_map(|it| &it.commands).filter(touches).map(|it| it.range.end()).min()
    };
    ctx.model().stages.ids().filter_map(|it| Some((it, first(it)?))).collect()
}

/// Whether a command before the install touches package.json or its scripts.
fn is_edited(ctx: &Inspection, edited: &Edited, install: &Install) -> bool {
    let stages = ctx.model().ancestry(install.stage).into_iter();
    stages.filter_map(|it| edited.get(&it)).any(|it| *it <= install.command.range.start())
}

fn touches_scripts(word: &str) -> bool {
    ["pkg", "set-script", "package.json", "prepare", "postinstall"].iter().any(|it| word.contains(it))
}

/// The program of the script that is left out and has to be there.
fn failing_program(ctx: &Inspection, install: &Install, app: &App, (name, script): (&str, &Script)) -> Option<String> {
    if is_guarded(script) {
        return None;
    }
    let start = app.start(&["npm".to_owned(), "run".to_owned(), name.to_owned()]);
    let mut programs = start.programs.into_iter();
    let is_missing = |it: &String| is_left_out(app, it) && !is_global(&ctx.model().stages[install.stage], it);
    programs.find(|it| it.through.is_none() && it.package.as_ref().is_some_and(is_missing)).map(|it| it.name)
}

fn diagnostic(
    ctx: &Inspection,
    install: &Install,
    (name, script, program): (&str, &Script, &String),
    only_prepare: bool,
) -> Diagnostic {
    let by = install
        .command
        .arguments()
        .flatten()
        .find(|it| it.starts_with("--omit") || it.starts_with("--prod") || it.starts_with("--only"));
    let by = by.map_or_else(|| "this install".to_owned(), |it| format!("`{it}`"));
    let message = format!("`{name}` runs `{program}`, which {by} leaves out: the build fails here");
    let res = Diagnostic::new(FAILING_PREPARE.name, install.command.range, message).with_related_file(
        &script.site.path,
        script.site.line,
        format!("`{name}` stands here"),
    );
    match fix(ctx, install, only_prepare) {
        Err(reason) => res.with_held_back(reason),
        Ok((fix, None)) => res.with_fix(fix),
        Ok((fix, Some(doubt))) => res.with_fix(fix).with_held_back(doubt),
    }
}

fn fix(ctx: &Inspection, install: &Install, only_prepare: bool) -> Result<(Fix, Option<Reason>), Reason> {
    // pnpm has no command of its own for it, and holds nothing but the ranges of package.json against its lock file.
    if !matches!(install.manager, Manager::Npm | Manager::Pnpm) {
        let text = format!("dropping a script for {} is not written by nodestage yet", install.manager.program());
        return Err(text.into());
    }
    if npm(ctx, install).is_some_and(|it| it < 7) {
        return Err("the npm of the image has no `npm pkg`".into());
    }
    if !only_prepare {
        return Err("the script may do what the run needs".into());
    }
    if !is_plain_text(ctx, install) {
        return Err("the command does not stand by itself".into());
    }
    let is_elsewhere = |it: &str| ["-C", "--dir", "--prefix", "--cwd"].iter().any(|flag| it.starts_with(flag));
    if install.command.arguments().flatten().any(is_elsewhere) {
        return Err("the install is told to run in another folder".into());
    }
    if mounts_over(ctx, install.instruction, "package.json") {
        return Err("package.json is mounted, so it can't be changed there".into());
    }
    let doubt = doubt(ctx, install);
    let applicability = if doubt.is_some() { Applicability::Unsafe } else { Applicability::Safe };
    let edit = Edit::insertion(install.command.range.start(), format!("{DROP_PREPARE} && "));
    Ok((Fix::new("Drop `prepare` in the image", applicability, vec![edit]), doubt))
}

/// Whether another command can be put in front of it.
fn is_plain_text(ctx: &Inspection, install: &Install) -> bool {
    let command: &Command = &install.command;
    let is_shell = matches!(ctx.model().instructions[install.instruction].kind, Kind::Run(CommandForm::Shell(_)));
    is_shell && matches!(command.joined, Joined::First | Joined::And | Joined::Sequence)
}

fn doubt(ctx: &Inspection, install: &Install) -> Option<Reason> {
    match npm(ctx, install) {
        Some(7) => return Some("early releases of npm 7 have no `npm pkg`".into()),
        None if install.manager != Manager::Npm => return Some("it is not known whether the image has npm 8".into()),
        _ => {}
    }
    let mounts = ctx.model().instructions[install.instruction].flags.iter().filter(|it| it.name == "mount");
    let mut binds = mounts.filter(|it| !it.mount_options().iter().any(|it| it.0 == "type" && it.1 != "bind"));
    if binds.next().is_some() {
        return Some("package.json may be mounted there".into());
    }
    (!ctx.model().is_root_at(install.stage, install.instruction))
        .then(|| "package.json may belong to another user there".into())
}

/// The major of the npm that is there, or the least that it may have.
fn npm(ctx: &Inspection, install: &Install) -> Option<u32> {
    let own = (install.manager == Manager::Npm).then(|| install.npm());
    let npm = own.unwrap_or(ctx.model().root_image(install.stage).npm);
    npm.least()
}

#[cfg(test)]
mod tests;
