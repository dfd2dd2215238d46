//! `production-from-build`

use super::declare_rule;
use super::structure::{shape, with_plan};
use super::support::named_production;
use crate::diagnostic::Diagnostic;
use crate::inspection::Inspection;
use crate::rewrite::Shape;
use crate::stages::Base;

declare_rule! {
    /// Flags a production stage that is `FROM` a stage that builds.
    ///
    /// ## Why
    /// A stage keeps everything that its base holds: the sources, devDependencies and caches of the build
    /// ship, and deleting them in a later layer does not make the image smaller.
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
    /// FROM build AS production
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
    /// FROM node:22-alpine AS production
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev && npm cache clean --force
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
    /// As for `single-stage-build`, in development too.
    pub(crate) PRODUCTION_FROM_BUILD { name: "production-from-build", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(production) = ctx.model().production.as_ref().filter(|_| shape(ctx) == Some(Shape::FromStage)) else {
        return;
    };
    let stage = &ctx.model().stages[production.stage];
    let Base::Stage(parent) = stage.base else { return };
    let parent_name = ctx.model().name_of(parent);
    let who = named_production(ctx);
    let message = format!("{who} starts from `{parent_name}`, so all that the build needed ships");
    let mut diagnostic =
        Diagnostic::new(PRODUCTION_FROM_BUILD.name, ctx.model().instructions[stage.from].content, message);
    let ancestors = ctx.model().ancestry(parent);
    if let Some(build) = ctx.model().builds.iter().rfind(|it| ancestors.contains(&it.stage)) {
        diagnostic = diagnostic.with_related(build.command.range, "built here");
    }
    acc.push(with_plan(ctx, diagnostic));
}
