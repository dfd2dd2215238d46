//! `source-in-production`

use super::declare_rule;
use super::structure::{shape, with_this_plan};
use crate::diagnostic::Diagnostic;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Member, Reach};
use crate::rewrite::{self, Shape};
use crate::stages::{Entry, Holding, Stage};

declare_rule! {
    /// Flags a source tree in a production stage that runs the output of a build.
    ///
    /// ## Why
    /// The sources are not needed to run, and show more than what is deployed: tests, fixtures,
    /// configuration, sometimes secrets.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    ///
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci --omit=dev
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    ///
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```json file=package.json
    /// {
    ///   "name": "shop",
    ///   "scripts": { "build": "tsc", "start": "node dist/server.js" },
    ///   "devDependencies": { "typescript": "^5.9.0" }
    /// }
    /// ```
    /// ```json file=package-lock.json
    /// {
    ///   "name": "shop",
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "name": "shop", "devDependencies": { "typescript": "^5.9.0" } },
    ///     "node_modules/typescript": { "version": "5.9.3", "dev": true }
    ///   }
    /// }
    /// ```
    /// ```json file=tsconfig.json
    /// { "compilerOptions": { "rootDir": "src", "outDir": "dist" }, "include": ["src"] }
    /// ```
    /// ```ts file=src/server.ts
    /// import { createServer } from 'node:http';
    /// createServer((_request, response) => response.end('ok')).listen(3000);
    /// ```
    ///
    /// ## Fix safety
    /// As for `single-stage-build`: what the run reads besides the output comes along, and where that is not known
    /// the fix is unsafe. No fix where a later step of the stage, an install among them, may need the sources. A
    /// Dockerfile that is for development by its name (see `missing-node-env`) is not reported.
    pub(crate) SOURCE_IN_PRODUCTION { name: "source-in-production", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let ships = ctx.model().ships_node() && !ctx.facts().is_for_development();
    let Some(stage) = ctx.model().production_stage().filter(|_| ships) else { return };
    let covered = matches!(shape(ctx), Some(Shape::Single | Shape::FromStage | Shape::WholeCopy(_)));
    if covered || !runs_output(ctx) {
        return;
    }
    let Some(entry) = unread_sources(ctx, stage) else { return };
    let place = ctx.model().instructions[entry.origin.last()].content;
    let message = format!("{} in the production stage, which runs the build's output", described(entry));
    let diagnostic = Diagnostic::new(SOURCE_IN_PRODUCTION.name, place, message);
    acc.push(match rewrite::without_sources(ctx) {
        Ok(plan) => with_this_plan(diagnostic, &plan),
        Err(refusal) => diagnostic.with_held_back(refusal),
    });
}

/// The first source tree of the stage that the run is not known to read.
fn unread_sources<'s>(ctx: &Inspection, stage: &'s Stage) -> Option<&'s Entry> {
    let facts = ctx.facts();
    let read = facts.run_files(ctx.model(), ctx.project(), &facts.outputs);
    let is_read = |folder: &str| {
        let app = facts.app.as_ref();
        app.and_then(|it| paths::relative(&it.folder, folder)).is_some_and(|it| !it.is_empty() && read.takes(&it))
    };
    // What one puts into node_modules by hand is a package; so is what the workspace links there.
    let is_package = |it: &Entry| it.path.contains("/node_modules/") || is_linked(ctx, it);
    stage.contents.source_trees(ctx.project()).filter(|it| !is_package(it)).find(|it| match &it.holding {
        Holding::ContextFolder(folder) => !is_read(folder),
        _ => true,
    })
}

/// Whether an entry is a package of the workspace that the app needs, or a folder of such.
fn is_linked(ctx: &Inspection, entry: &Entry) -> bool {
    let (Some(app), Holding::ContextFolder(folder)) = (&ctx.facts().app, &entry.holding) else { return false };
    if folder.is_empty() || paths::contains(folder, &app.folder) {
        return false;
    }
    let is_of = |it: &&Member| paths::contains(folder, &it.folder) || paths::contains(&it.folder, folder);
    let workspace = ctx.project().workspace(&app.folder).filter(|it| it.root.folder != app.folder);
    workspace.is_some_and(|it| it.closure_by(app, Reach::All).iter().any(is_of))
}

/// Whether the start command runs what a build of this file makes.
fn runs_output(ctx: &Inspection) -> bool {
    let facts = ctx.facts();
    let built = ctx.model().builds.iter().any(|it| it.app == facts.app.as_ref().map(|it| it.folder.clone()));
    built && facts.entry.as_deref().is_some_and(|it| facts.outputs.holding(it).is_some())
}

fn described(entry: &Entry) -> String {
    match &entry.holding {
        Holding::ContextFolder(path) if !path.is_empty() => format!("The sources in `{path}` are"),
        _ => "The source tree is".to_owned(),
    }
}
