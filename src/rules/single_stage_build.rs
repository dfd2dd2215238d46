//! `single-stage-build`

use super::declare_rule;
use super::structure::{shape, with_plan};
use super::support::severity_of_shipping;
use crate::diagnostic::Diagnostic;
use crate::inspection::Inspection;
use crate::rewrite::Shape;

declare_rule! {
    /// Flags a stage that installs everything, builds, and ships.
    ///
    /// ## Why
    /// The compiler, the other devDependencies and the sources stay in the image that is deployed: it is
    /// larger, slower to pull, and has more in it that can be attacked.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-alpine
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
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
    /// Safe when the lock file fits, the build's output and the start command are known, no module that
    /// runs needs a devDependency, and every file read at run time is known. Of a framework's server (`next start`,
    /// `react-router-serve`, `remix-serve`, and those that SvelteKit, Astro and Nitro build for Node) the code counts that it
    /// was built of. Unsafe where a path is only
    /// known at run time, and where a file of variables that ships today is read at the start: it is left behind. Not offered where a fact speaks against it; the diagnostic says which.
    ///
    /// A Dockerfile that is for development by its name (see `missing-node-env`) is not reported; one that
    /// is run for development has no fix, or an unsafe one where only a compose file runs it so. An image that starts
    /// nothing, as one that others are built on, is reported as information.
    pub(crate) SINGLE_STAGE_BUILD { name: "single-stage-build", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(production) = ctx.model().production.as_ref().filter(|_| shape(ctx) == Some(Shape::Single)) else {
        return;
    };
    let stage = &ctx.model().stages[production.stage];
    let mut builds = ctx.model().builds.iter().filter(|it| it.stage == production.stage);
    let Some(build) = builds.next_back() else { return };
    let command = ctx.text()[build.command.range].trim();
    let message =
        format!("The stage that ships also builds (`{command}`): its sources and build tools stay in the image");
    let mut diagnostic =
        Diagnostic::new(SINGLE_STAGE_BUILD.name, ctx.model().instructions[stage.from].content, message)
            .with_related(build.command.range, "built here");
    diagnostic.severity = severity_of_shipping(ctx);
    acc.push(with_plan(ctx, diagnostic));
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Severity;
    use crate::rules::RULES;
    use crate::testing::Case;

    #[test]
    fn an_image_that_starts_nothing_is_information() {
        let package = r#"{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5.9.3"}}"#;
        let before = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\n";
        let started = format!("{before}CMD [\"node\", \"dist/server.js\"]\n");
        for name in ["single-stage-build", "dev-dependencies"] {
            let rule = RULES.iter().find(|it| it.name == name).expect("the rule is in the table");
            let case = Case::of(rule).files(&[("package.json", package)]);
            let found = |dockerfile: &str| case.check(dockerfile).first().map(|it| it.severity);
            assert_eq!(found(before), Some(Severity::Info), "{name}");
            assert_eq!(found(&started), Some(Severity::Warning), "{name}");
        }
    }
}
