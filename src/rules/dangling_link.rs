//! `dangling-link`

mod copied;

use std::collections::BTreeSet;

use super::declare_rule;
use super::support::{commands_before, is_known, started_stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::managers::pnpm_settings::{LAYOUT_FILES, keeps_layout};
use crate::ecosystem::{Manager, Verb};
use crate::fix::Applicability;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Dependency, Member, Workspace};
use crate::stages::{Entry, Holding, NodeModules, Stage, StageId};
use crate::text::offset;

declare_rule! {
    /// Flags packages of a workspace that are links in node_modules, to folders that are not in the image.
    ///
    /// ## Why
    /// An install links the workspace's own packages to their folders. A COPY of node_modules takes the links and
    /// not the folders: the app stops with "Cannot find module".
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build -w core && npm run build -w api
    /// RUN npm prune --omit=dev
    ///
    /// FROM node:22-slim
    /// ENV NODE_ENV=production
    /// WORKDIR /src
    /// COPY --from=build /src/node_modules ./node_modules
    /// COPY --from=build /src/apps/api/package.json ./apps/api/
    /// COPY --from=build /src/apps/api/dist ./apps/api/dist
    /// WORKDIR /src/apps/api
    /// USER node
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim AS build
    /// WORKDIR /src
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build -w core && npm run build -w api
    /// RUN npm prune --omit=dev
    ///
    /// FROM node:22-slim
    /// ENV NODE_ENV=production
    /// WORKDIR /src
    /// COPY --from=build /src/node_modules ./node_modules
    /// COPY --from=build /src/libs/core/package.json /src/libs/core/
    /// COPY --from=build /src/libs/core/dist /src/libs/core/dist
    /// COPY --from=build /src/apps/api/package.json ./apps/api/
    /// COPY --from=build /src/apps/api/dist ./apps/api/dist
    /// WORKDIR /src/apps/api
    /// USER node
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "private": true, "workspaces": ["apps/*", "libs/*"]}
    /// ```
    /// ```json file=package-lock.json
    /// {
    ///   "name": "shop",
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": {"name": "shop", "workspaces": ["apps/*", "libs/*"]},
    ///     "apps/api": {"version": "1.0.0", "dependencies": {"core": "^1.0.0"}},
    ///     "libs/core": {"version": "1.0.0"},
    ///     "node_modules/api": {"resolved": "apps/api", "link": true},
    ///     "node_modules/core": {"resolved": "libs/core", "link": true}
    ///   }
    /// }
    /// ```
    /// ```json file=apps/api/package.json
    /// {"name": "api", "version": "1.0.0", "scripts": {"build": "tsc"}, "dependencies": {"core": "^1.0.0"}}
    /// ```
    /// ```json file=apps/api/tsconfig.json
    /// {"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}
    /// ```
    /// ```ts file=apps/api/src/main.ts
    /// import { name } from 'core'
    /// console.log(name)
    /// ```
    /// ```json file=libs/core/package.json
    /// {"name": "core", "version": "1.0.0", "main": "dist/index.js", "scripts": {"build": "tsc"}}
    /// ```
    /// ```json file=libs/core/tsconfig.json
    /// {"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}
    /// ```
    /// ```ts file=libs/core/src/index.ts
    /// export const name = 'core'
    /// ```
    ///
    /// ## Fix safety
    /// The package's manifest and what its build makes are copied from the same stage. Safe where the sources
    /// import the package, so that the container can't start without it, and it has no packages of its own: by its manifest, or by the lock
    /// file of npm. Where its build is not known, its whole folder is copied, and the fix is unsafe.
    pub(crate) DANGLING_LINK { name: "dangling-link", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, stage)) = started_stage(ctx) else { return };
    let facts = ctx.facts();
    let Some(app) = facts.app.as_ref().filter(|_| runs_as_written(ctx) && all_known(ctx, at)) else { return };
    let Some(workspace) = ctx.project().workspace(&app.folder) else { return };
    for (entry, modules) in stage.contents.node_modules() {
        if let Some(store) = lost_store(ctx, stage, &workspace, entry, modules) {
            acc.extend(without_store(ctx, app, entry, &store));
            continue;
        }
        for link in links(ctx, &workspace, app, modules) {
            let Some(target) = target_of(entry, modules, link.member) else { continue };
            if is_absent(ctx, at, &target) {
                acc.push(diagnostic(
                    ctx,
                    app,
                    Dangling { entry, modules, member: link.member, name: link.name, target },
                ));
            }
        }
    }
}

/// Where the links of a member's own node_modules lead that pnpm has made: to the root's `.pnpm`; `None` where that is there or
/// the layout may be another one.
fn lost_store(
    ctx: &Inspection,
    stage: &Stage,
    workspace: &Workspace,
    entry: &Entry,
    modules: &NodeModules,
) -> Option<String> {
    let install = ctx.model().installs.get(modules.install)?;
    let (own, root) = (modules.app.as_deref()?, &workspace.root);
    let is_of_workspace = install.app.as_ref() == Some(&root.folder) && install.verb != Verb::Deploy;
    let is_of_member = modules.manager == Manager::Pnpm && own != root.folder && is_of_workspace;
    let settings = LAYOUT_FILES.iter().filter_map(|it| ctx.project().text(&root.folder_path(it)));
    let is_usual = settings.into_iter().all(|it| keeps_layout(&it)) && keeps_layout(&ctx.text()[install.command.range]);
    let rest = paths::relative(own, &root.folder)
        .filter(|_| is_of_member && is_usual && stage.contents.env.keys().all(|it| keeps_layout(it)))?;
    let store = paths::join(&paths::absolute(paths::parent(&entry.path), &rest), "node_modules/.pnpm");
    let is_there = |it: &Entry| paths::contains(&it.path, &store) || paths::contains(&store, &it.path);
    (!stage.contents.entries.iter().any(is_there)).then_some(store)
}

fn without_store(ctx: &Inspection, app: &App, entry: &Entry, store: &str) -> Option<Diagnostic> {
    let is_foreign = |name: &&String| !ctx.project().is_own_package(app, name);
    let name = app.package.dependencies.keys().find(is_foreign)?;
    let place = ctx.model().instructions[entry.origin.last()].content;
    let message = format!("`{name}` in `node_modules` is a link into `{store}`, which is not in the image");
    let mut res = Diagnostic::new(DANGLING_LINK.name, place, message);
    res.severity = Severity::Error;
    Some(res.with_held_back("`pnpm deploy` puts a package of the workspace and all that it needs into one folder"))
}

/// Whether the entry's imports are those of its sources: no bundler put the packages into it.
fn runs_as_written(ctx: &Inspection) -> bool {
    let facts = ctx.facts();
    let is_kept = |entry: &String| match facts.outputs.holding(entry) {
        Some(output) => output.tool.compiles(),
        None => facts.outputs.unknown.is_empty(),
    };
    facts.entry.as_ref().is_some_and(is_kept)
}

/// Whether every command of the stage is known, so that none can have made the folder.
fn all_known(ctx: &Inspection, stage: StageId) -> bool {
    let end = offset(ctx.text().len());
    commands_before(ctx, stage, end).all(|it| it.is_some_and(|it| is_known(ctx, it)))
}

struct Link<'a> {
    name: &'a str,
    member: &'a Member,
}

/// What of the workspace these node_modules are known to hold as links that the app needs.
fn links<'a>(ctx: &Inspection, workspace: &'a Workspace, app: &'a App, modules: &NodeModules) -> Vec<Link<'a>> {
    let install = &ctx.model().installs[modules.install];
    let is_own = modules.app.as_deref() == Some(app.folder.as_str());
    let is_roots = modules.app.as_deref() == Some(workspace.root.folder.as_str());
    // pnpm links each package's own dependencies only; what it deploys has copies.
    let is_hoisted = modules.manager != Manager::Pnpm;
    if install.verb == Verb::Deploy || !(is_own || (is_roots && is_hoisted)) {
        return Vec::new();
    }
    let (mut found, mut seen, mut open) = (Vec::new(), BTreeSet::from([app.folder.as_str()]), vec![app]);
    while let Some(next) = open.pop() {
        let links = workspace.links(next).into_iter().filter(|it| it.is_certain);
        for link in links.filter(|it| matches!(it.dependency, Dependency::Production | Dependency::Optional)) {
            if seen.insert(link.member.folder.as_str()) {
                found.push(Link { name: link.name, member: link.member });
                open.extend(is_hoisted.then_some(&*link.member.app));
            }
        }
    }
    found
}

/// Where in the image a member's link leads.
fn target_of(entry: &Entry, modules: &NodeModules, member: &Member) -> Option<String> {
    let rest = paths::relative(modules.app.as_deref()?, &member.folder)?;
    Some(paths::absolute(paths::parent(&entry.path), &rest))
}

/// Whether nothing of the stage can lie at `folder` or below it.
fn is_absent(ctx: &Inspection, stage: StageId, folder: &str) -> bool {
    ctx.model().stages[stage].contents.entries.iter().all(|it| match (paths::below(&it.path, folder), &it.holding) {
        (None, _) => !paths::contains(folder, &it.path),
        (Some(rest), _) if !rest.is_empty() && it.lacks(rest) => true,
        (Some(_), Holding::NodeModules(_) | Holding::Cache(_)) => true,
        (Some(rest), Holding::ContextFile(_)) => !rest.is_empty(),
        (Some(rest), Holding::ContextFolder(of)) => ctx.project().sees(&paths::join(of, rest)) == Some(false),
        // The folders of a build's output are its own.
        (Some(rest), Holding::Output { .. }) => !rest.is_empty(),
        _ => false,
    })
}

/// A link whose folder is not there.
struct Dangling<'a> {
    entry: &'a Entry,
    modules: &'a NodeModules,
    member: &'a Member,
    name: &'a str,
    target: String,
}

fn diagnostic(ctx: &Inspection, app: &App, link: Dangling<'_>) -> Diagnostic {
    let at = link.entry.origin.last();
    let place = ctx.model().instructions[at].content;
    let message =
        format!("`{}` in `node_modules` is a link to `{}`, which is not in the image", link.name, link.target);
    let mut res = Diagnostic::new(DANGLING_LINK.name, place, message);
    let manifest = paths::join(&link.member.folder, "package.json");
    res = res.with_related_file(manifest, None, "the package that it means");
    let import = ctx.facts().runtime.as_ref().and_then(|it| it.imports.get(link.name));
    match import {
        Some(import) => {
            res.severity = Severity::Error;
            res = res.with_related_file(&import.site.path, import.site.line, "imported here");
        }
        None => res.severity = Severity::Warning,
    }
    match copied::fix(ctx, app, &link, at) {
        Ok((fix, doubt)) => {
            let doubt = doubt.or_else(|| {
                import.is_none().then(|| format!("whether the app loads `{}` is not known", link.name).into())
            });
            match doubt {
                None => res.with_fix(fix(Applicability::Safe)),
                Some(doubt) => res.with_fix(fix(Applicability::Unsafe)).with_held_back(doubt),
            }
        }
        Err(why) => res.with_held_back(why),
    }
}
