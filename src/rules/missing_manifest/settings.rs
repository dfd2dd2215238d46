//! Files beside package.json that change what an install makes: settings, hooks, patches (FACTS §1.5).

use serde_json::Value;

use super::{MISSING_MANIFEST, manifest_copies, names_folder};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::settings::{Matters, PATCHER, matters};
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::paths::glob::{Dialect, Glob};
use crate::project::{App, EntryKind, Manager};
use crate::rules::support::{mounts_over, quoted};
use crate::stages::{Install, Verb};
use crate::syntax::{Copy, Kind};

/// The first such file that the project has, and the stage lacks when it installs.
pub(super) fn check(ctx: &Inspection, install: &Install) -> Option<Diagnostic> {
    let is_whole = matches!(install.verb, Verb::Install | Verb::CleanInstall) && !install.command.conditional;
    let app = ctx.project().app(install.app.as_ref().filter(|_| is_whole)?)?;
    let folder = install.folder.as_deref()?;
    let names = install.manager.settings().iter().filter(|it| counts(ctx, install.manager, &app, it));
    let mut missing = names.filter(|it| !may_hold(ctx, install, &paths::join(folder, it), &app.folder_path(it)));
    Some(diagnostic(ctx, install, &app, missing.next()?))
}

/// Whether the project has it, .dockerignore keeps it, and it changes what is installed.
fn counts(ctx: &Inspection, manager: Manager, app: &App, name: &str) -> bool {
    let path = app.folder_path(name);
    if ctx.project().sees(&path) != Some(true) && ctx.project().kind(&path) != Some(EntryKind::Folder) {
        return false;
    }
    match matters(name) {
        Matters::Always => true,
        Matters::ByKey(is_one) => keys(ctx, &path).iter().any(|it| is_one(it)),
        Matters::ForPatches => patches(ctx, manager, app),
        Matters::Never => false,
    }
}

/// The keys of a YAML file; none where it can't be read.
fn keys(ctx: &Inspection, path: &str) -> Vec<String> {
    let value = ctx.project().text(path).and_then(|it| serde_saphyr::from_str::<Value>(&it).ok());
    value.and_then(|it| Some(it.as_object()?.keys().cloned().collect())).unwrap_or_default()
}

/// Whether the manager, or a script that it runs, patches packages from the folder.
fn patches(ctx: &Inspection, manager: Manager, app: &App) -> bool {
    let by_script = |it: &str| app.package.scripts.get(it).is_some_and(|it| it.text.contains(PATCHER));
    let by_manager = || {
        let text = ctx.project().text(&app.folder_path("package.json")).unwrap_or_default();
        matches!(manager, Manager::Pnpm | Manager::Bun) && text.contains("\"patchedDependencies\"")
    };
    ["postinstall", "prepare"].iter().any(|it| by_script(it)) || by_manager()
}

/// Whether something may be at `path` when the install begins.
fn may_hold(ctx: &Inspection, install: &Install, path: &str, context: &str) -> bool {
    let stages = ctx.model().ancestry(install.stage);
    let entries = stages.iter().flat_map(|it| &ctx.model().stages[*it].contents.entries);
    let mut before = entries.filter(|it| it.origin.last() < install.instruction);
    let is_copied = || copies(ctx, install).any(|it| brings(it, context));
    let may = is_copied()
        || before.any(|it| {
            paths::contains(path, &it.path)
                || it.holds_file(ctx.project(), path) != Some(false)
                || is_in(path, &it.path)
        });
    may || is_configured(ctx, install)
        || mounts_over(ctx, install.instruction, paths::file_name(path))
        || is_mounted(ctx, install)
}

/// The COPYs above it: of what a later one brings once more, the stage's end knows no more.
fn copies<'a>(ctx: &'a Inspection, install: &Install) -> impl Iterator<Item = &'a Copy> {
    let stages = ctx.model().ancestry(install.stage);
    let all = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    let end = install.instruction;
    all.filter(move |it| *it < end).filter_map(|it| match &ctx.model().instructions[it].kind {
        Kind::Copy(copy) | Kind::Add(copy) => Some(copy),
        _ => None,
    })
}

/// Whether a source of the COPY may be, or hold, the context's `path`.
fn brings(copy: &Copy, path: &str) -> bool {
    copy.sources.iter().any(|it| {
        let source = paths::rooted(&it.value);
        let is_meant = |it: Glob| it.matches(path) || paths::ancestors(path).any(|folder| it.matches(folder));
        it.has_variable() || paths::contains(&source, path) || Glob::new(&source, Dialect::Copy).is_some_and(is_meant)
    })
}

/// What nobody knows may hold all that lies below it.
fn is_in(path: &str, entry: &str) -> bool {
    entry != path && paths::contains(entry, path) && paths::file_name(entry) == "node_modules"
}

/// `yarn config set nodeLinker node-modules`: the settings come by a command.
fn is_configured(ctx: &Inspection, install: &Install) -> bool {
    let stages = ctx.model().ancestry(install.stage);
    let all = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    let mut commands = all.filter(|it| *it <= install.instruction).flat_map(|it| ctx.model().commands_of_run(it));
    commands.any(|it| {
        let words: Vec<&str> = it.words.iter().filter_map(|it| it.value.as_deref()).collect();
        words.windows(2).any(|it| it == ["config", "set"])
    })
}

/// A bind mount brings more files than their names say.
fn is_mounted(ctx: &Inspection, install: &Install) -> bool {
    let flags = &ctx.model().instructions[install.instruction].flags;
    flags.iter().filter(|it| it.name == "mount").any(|it| it.mount_options().contains(&("type", "bind")))
}

fn diagnostic(ctx: &Inspection, install: &Install, app: &App, name: &str) -> Diagnostic {
    let command = quoted(&install.command.words);
    let message = format!("`{}` is not in the stage yet: `{command}` runs without it", app.folder_path(name));
    let res = Diagnostic::new(MISSING_MANIFEST.name, install.command.range, message);
    match edit(ctx, install, app, name) {
        Some(edit) => res
            .with_fix(Fix::new(format!("Copy `{name}` along"), Applicability::Unsafe, vec![edit]))
            .with_held_back(format!("what is installed may change with `{name}`")),
        None => res.with_held_back("no COPY of package.json can take it along"),
    }
}

/// The COPY of package.json takes a file along; a folder gets a line of its own.
fn edit(ctx: &Inspection, install: &Install, app: &App, name: &str) -> Option<Edit> {
    let is_folder = ctx.project().kind(&app.folder_path(name)) == Some(EntryKind::Folder);
    manifest_copies(ctx, install, app).find_map(|(at, copy, word)| {
        let written = word.value.strip_suffix("package.json").unwrap_or_default();
        let to = copy.destination.value.trim_end_matches('/');
        match (names_folder(copy), is_folder) {
            (false, _) => None,
            (true, false) => Some(Edit::insertion(word.range.end(), format!(" {written}{name}"))),
            (true, true) => {
                let line = format!("COPY {written}{name} {}", paths::join(if to == "." { "./" } else { to }, name));
                Some(lines::instructions(ctx.source(), Spot::After(at), &[line.replace(".//", "./")]))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::MISSING_MANIFEST;
    use crate::testing::{check_clean, check_unsafe_fix};

    fn dockerfile(copy: &str, install: &str) -> String {
        format!(
            "FROM node:22\nRUN corepack enable\nWORKDIR /app\n{copy}\nRUN {install}\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"
        )
    }

    const PNPM: &[(&str, &str)] = &[
        ("package.json", r#"{"name": "shop", "packageManager": "pnpm@10.0.0"}"#),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
    ];

    #[test]
    fn settings_of_pnpm() {
        let overrides = ("pnpm-workspace.yaml", "overrides:\n  ms: 2.1.3\n");
        let idle = ("pnpm-workspace.yaml", "onlyBuiltDependencies: [esbuild]\n");
        let with = |it| [PNPM[0], PNPM[1], it];
        let install = "pnpm install --frozen-lockfile";
        let before = dockerfile("COPY package.json pnpm-lock.yaml ./", install);
        let after = dockerfile("COPY package.json pnpm-workspace.yaml pnpm-lock.yaml ./", install);
        check_unsafe_fix(&MISSING_MANIFEST, &with(overrides), &before, &after);
        check_clean(&MISSING_MANIFEST, &with(idle), &before);
        check_clean(&MISSING_MANIFEST, &with(overrides), &dockerfile("COPY . .", install));
        check_clean(&MISSING_MANIFEST, &with(overrides), &dockerfile("COPY package.json pnpm-*.yaml ./", install));
    }

    #[test]
    fn patches() {
        let package = ("package.json", r#"{"name": "shop", "scripts": {"postinstall": "patch-package"}}"#);
        let lock = ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {"": {}}}"#);
        let files = [package, lock, ("patches/ms+2.1.3.patch", "")];
        let before = dockerfile("COPY package*.json ./", "npm ci");
        check_clean(&MISSING_MANIFEST, &[package, lock], &before);
        let before = dockerfile("COPY package.json package-lock.json ./", "npm ci");
        let after = dockerfile("COPY package.json package-lock.json ./\nCOPY patches ./patches", "npm ci");
        check_unsafe_fix(&MISSING_MANIFEST, &files, &before, &after);
    }
}
