//! `build-in-production`

use super::declare_rule;
use super::structure::{runs_on_sources, shape};
use super::support::named_production;
use crate::diagnostic::Diagnostic;
use crate::inspection::Inspection;
use crate::rewrite::Shape;

declare_rule! {
    /// Flags a build in a production stage that is built on, or takes from, stages that hold the app already.
    ///
    /// ## Why
    /// What a build needs (compilers, devDependencies, sources) then has to be in the stage that ships.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-alpine AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build
    ///
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY . .
    /// COPY --from=build /app/dist ./dist
    /// RUN npm ci && npm run build
    /// CMD ["node", "dist/server.js"]
    /// ```
    ///
    /// ## Fix safety
    /// No fix yet: which of the stages should build is for you to say.
    /// A Dockerfile that is for development by its name (see `missing-node-env`) is not reported.
    pub(crate) BUILD_IN_PRODUCTION { name: "build-in-production", since: "0.1.0", severity: Warning, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(production) = ctx.model().production.as_ref() else { return };
    if !ctx.model().ships_node() || runs_on_sources(ctx) || shape(ctx) == Some(Shape::Single) {
        return;
    }
    for build in ctx.model().builds.iter().filter(|it| it.stage == production.stage) {
        let command = ctx.text()[build.command.range].trim();
        let message = format!("{} runs the build (`{command}`)", named_production(ctx));
        let diagnostic = Diagnostic::new(BUILD_IN_PRODUCTION.name, build.command.range, message);
        acc.push(diagnostic.with_held_back("which stage should build is for you to say"));
    }
}
