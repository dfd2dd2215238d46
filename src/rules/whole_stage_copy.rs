//! `whole-stage-copy`

use super::declare_rule;
use super::structure::{runs_on_sources, shape, with_plan};
use super::support::lacks_node;
use crate::diagnostic::Diagnostic;
use crate::inspection::Inspection;
use crate::rewrite::{Shape, whole_copies};
use crate::stages::Scope;

declare_rule! {
    /// Flags a `COPY --from` that brings a building stage's whole folder.
    ///
    /// ## Why
    /// The stages are two in name only: sources, devDependencies and caches come along with the output.
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
    /// COPY --from=build /app .
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
    /// As for `single-stage-build`, in development too. A stage that serves static files gets no fix.
    pub(crate) WHOLE_STAGE_COPY { name: "whole-stage-copy", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some(production) = ctx.model().production.as_ref().filter(|_| !runs_on_sources(ctx)) else { return };
    let planned = shape(ctx);
    for copy in whole_copies(ctx.model(), ctx.project(), production.stage) {
        let instruction = ctx.model().instructions[copy];
        let from = instruction.flag_value("from").unwrap_or_default();
        let mut modules = ctx.model().stages[production.stage].contents.node_modules();
        let is_pruned = modules.all(|it| it.1.scope == Scope::Production);
        let what = if is_pruned { "sources" } else { "sources and devDependencies" };
        let message = format!("The whole folder of `{from}` is copied: its {what} come with the output");
        let diagnostic = Diagnostic::new(WHOLE_STAGE_COPY.name, instruction.content, message);
        acc.push(match planned {
            Some(Shape::WholeCopy(it)) if it == copy => with_plan(ctx, diagnostic),
            Some(_) => diagnostic.with_held_back("the stage has another trouble that comes first"),
            None if lacks_node(ctx) => diagnostic.with_held_back("nothing puts Node into the image"),
            None => diagnostic.with_held_back("which of the files are served is not known"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::WHOLE_STAGE_COPY;
    use crate::testing::check_clean;

    const PACKAGE: (&str, &str) =
        ("package.json", r#"{"dependencies": {"ms": "2"}, "devDependencies": {"mocha": "11"}}"#);

    #[test]
    fn a_plain_app_is_its_sources() {
        let start = "FROM node:22\nWORKDIR /app\nCOPY --from=source /app ./\nCMD [\"node\", \"server.js\"]\n";
        for install in ["npm ci --omit=dev", "npm install && npm test && rm -rf node_modules"] {
            let source = format!("FROM node:22 AS source\nWORKDIR /app\nCOPY . .\nRUN {install}\n");
            check_clean(&WHOLE_STAGE_COPY, &[PACKAGE, ("server.js", "")], &format!("{source}\n{start}"));
        }
    }

    #[test]
    fn a_library_beside_the_app() {
        let files = [PACKAGE, ("lib/package.json", r#"{"name": "lib"}"#), ("lib/index.js", ""), ("server.js", "")];
        let dockerfile = "FROM node:22 AS build\nCOPY lib /src/lib\nCOPY package.json server.js /src/app/\nWORKDIR /src/app\nRUN npm install && npx tsc\n\nFROM node:22\nWORKDIR /app\nCOPY package.json ./\nRUN npm install --omit=dev\nCOPY --from=build /src/app/dist ./dist\nCOPY --from=build /src/lib ./node_modules/lib\nCMD [\"node\", \"dist/server.js\"]\n";
        check_clean(&WHOLE_STAGE_COPY, &files, dockerfile);
    }
}
