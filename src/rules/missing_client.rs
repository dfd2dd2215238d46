//! `missing-client`

use super::declare_rule;
use super::support::started_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::Manager;
use crate::facts::{LostClient, lost_client};
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Reason;
use crate::stages::{Build, InstructionId, StageId, Verb};
use crate::syntax::Kind;

declare_rule! {
    /// Flags a Prisma client that is generated into node_modules, but not into those that ship.
    ///
    /// ## Why
    /// Every install makes node_modules anew, and without the generated client `@prisma/client` stops with
    /// "did not initialize yet".
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npx prisma generate
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// ENV NODE_ENV=production
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY --from=build /app/dist ./dist
    /// USER node
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npx prisma generate
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// ENV NODE_ENV=production
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY --from=build /app/node_modules/.prisma ./node_modules/.prisma
    /// COPY --from=build /app/dist ./dist
    /// USER node
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```json file=package.json
    /// {
    ///   "name": "shop",
    ///   "scripts": {"build": "tsc"},
    ///   "dependencies": {"@prisma/client": "^6.19.0"},
    ///   "devDependencies": {"prisma": "^6.19.0", "typescript": "^5.9.0"}
    /// }
    /// ```
    /// ```json file=package-lock.json
    /// {
    ///   "name": "shop",
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": {
    ///       "name": "shop",
    ///       "dependencies": {"@prisma/client": "^6.19.0"},
    ///       "devDependencies": {"prisma": "^6.19.0", "typescript": "^5.9.0"}
    ///     },
    ///     "node_modules/@prisma/client": {"version": "6.19.0", "hasInstallScript": true},
    ///     "node_modules/prisma": {"version": "6.19.0", "dev": true},
    ///     "node_modules/typescript": {"version": "5.9.3", "dev": true}
    ///   }
    /// }
    /// ```
    /// ```json file=tsconfig.json
    /// {"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}
    /// ```
    /// ```text file=prisma/schema.prisma
    /// generator client {
    ///   provider = "prisma-client-js"
    /// }
    /// ```
    /// ```ts file=src/main.ts
    /// import { PrismaClient } from '@prisma/client'
    /// new PrismaClient()
    /// ```
    ///
    /// ## Fix safety
    /// The client is copied from the stage that generates it. Safe where both stages are on the same image and
    /// install what the lock file says; unsafe else.
    pub(crate) MISSING_CLIENT { name: "missing-client", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if started_stage(ctx).is_none() {
        return;
    }
    let Some(lost) = lost_client(ctx.model(), ctx.project(), ctx.facts()) else { return };
    let place = ctx.model().instructions[lost.entry.origin.last()].content;
    let mut res = Diagnostic::new(MISSING_CLIENT.name, place, message(ctx, &lost));
    res.severity = Severity::Error;
    if let Some(generator) = lost.generator {
        res = res.with_related(generator.command.range, "generated here");
    }
    if let Some(install) = lost.removed_by {
        res = res.with_related(install.command.range, "this install begins with an empty `node_modules`");
    }
    let site = &lost.import.site;
    res = res.with_related_file(&site.path, site.line, "imported here");
    acc.push(match fix(ctx, &lost) {
        Ok((fix, None)) => res.with_fix(fix),
        Ok((fix, Some(doubt))) => res.with_fix(fix).with_held_back(doubt),
        Err(why) => res.with_held_back(why),
    });
}

fn message(ctx: &Inspection, lost: &LostClient<'_>) -> String {
    let package = &lost.import.package;
    match lost.generator {
        None => format!("Nothing generates the client of `{package}` in the `node_modules` that ship"),
        Some(_) if lost.removed_by.is_some() => {
            format!("The client of `{package}` is generated before the install that removes it")
        }
        Some(it) => {
            let stage = ctx.model().name_of(it.stage);
            format!("The client of `{package}` is generated in `{stage}`, and is not in the `node_modules` that ship")
        }
    }
}

fn fix(ctx: &Inspection, lost: &LostClient<'_>) -> Result<(Fix, Option<Reason>), Reason> {
    let generator = lost.generator.ok_or("which stage should generate it is for you to say")?;
    if lost.removed_by.is_some() {
        return Err("it has to be generated after that install, or be kept elsewhere".into());
    }
    let at = lost.entry.origin.last();
    let production = ctx.model().production.as_ref().map(|it| it.stage);
    if ctx.model().stage_of(at) != production || Some(generator.stage) == production {
        return Err("where it belongs in the stage is not known".into());
    }
    if !matches!(lost.modules.manager, Manager::Npm | Manager::YarnClassic) {
        return Err(format!("where {} keeps it in `node_modules` is not known", lost.modules.manager.program()).into());
    }
    let (from, source) = source(ctx, lost, generator)?;
    let root = paths::parent(&lost.entry.path);
    let target = paths::join(root, &lost.client.path);
    let workdir = ctx.model().production_stage().and_then(|it| it.contents.workdir.value.clone());
    let target = match workdir.as_deref().and_then(|it| paths::below(it, &target)) {
        Some(rest) if may_be_relative(ctx, at) => format!("./{rest}"),
        _ => target,
    };
    let line = format!("COPY --from={from} {}{source} {target}", owner(ctx, at));
    let doubt = doubt(ctx, lost, generator);
    let applicability = if doubt.is_some() { Applicability::Unsafe } else { Applicability::Safe };
    let edit = lines::instructions(ctx.source(), Spot::After(at), &[line]);
    Ok((Fix::new(format!("Copy `{}` from `{from}`", lost.client.path), applicability, vec![edit]), doubt))
}

/// The stage's name and the client's path there.
fn source(ctx: &Inspection, lost: &LostClient<'_>, generator: &Build) -> Result<(String, String), Reason> {
    let folder = generator.folder.as_deref().ok_or("the folder that it is generated in is not known")?;
    let stage = &ctx.model().stages[generator.stage];
    let from = stage.name.clone().ok_or("the stage that generates it has no name")?;
    let modules = paths::join(folder, "node_modules");
    let is_there = stage.contents.node_modules().any(|it| it.0.path == modules);
    if !is_there || !lost.client.path.starts_with("node_modules/") {
        return Err("where it is generated is not known".into());
    }
    Ok((from, paths::join(folder, &lost.client.path)))
}

/// No WORKDIR comes after the line.
fn may_be_relative(ctx: &Inspection, at: InstructionId) -> bool {
    let Some(stage) = ctx.model().production_stage() else { return false };
    !stage.instructions.clone().any(|it| it > at && matches!(ctx.model().instructions[it].kind, Kind::Workdir(_)))
}

/// `--chown` of the COPY that brings node_modules.
fn owner(ctx: &Inspection, at: InstructionId) -> String {
    let owner = ctx.model().instructions[at].flag_value("chown");
    owner.map(|it| format!("--chown={it} ")).unwrap_or_default()
}

/// Why the client may not fit the packages or the image here.
fn doubt(ctx: &Inspection, lost: &LostClient<'_>, generator: &Build) -> Option<Reason> {
    let model = ctx.model();
    let install = &model.installs[lost.modules.install];
    let production = model.production.as_ref()?.stage;
    let has_platform = |stage: StageId| {
        model.ancestry(stage).into_iter().any(|it| model.instructions[model.stages[it].from].flag("platform").is_some())
    };
    let (there, here) = (&model.root_image(generator.stage).written, &model.root_image(production).written);
    if there != here || has_platform(generator.stage) || has_platform(production) {
        return Some(format!("it is generated on `{there}` and runs on `{here}`").into());
    }
    let is_frozen = |stage: StageId| {
        let mut all = model.installs.iter().filter(|it| model.is_on(stage, it.stage));
        all.all(|it| it.verb == Verb::CleanInstall || it.verb == Verb::Prune)
    };
    let is_pinned = is_frozen(install.stage) && is_frozen(installer_of(ctx, generator));
    (!is_pinned).then(|| "two installs may bring two versions of `@prisma/client`".into())
}

/// The stage whose install brought the packages that the generator used.
fn installer_of(ctx: &Inspection, generator: &Build) -> StageId {
    let modules = ctx.model().stages[generator.stage].contents.node_modules().next();
    modules.map_or(generator.stage, |it| ctx.model().installs[it.1.install].stage)
}
