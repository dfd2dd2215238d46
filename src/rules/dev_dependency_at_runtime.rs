//! `dev-dependency-at-runtime`

use super::declare_rule;
use super::support::{is_global, is_left_out, quoted_words, started_stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::programs;
use crate::facts::preloaded_package;
use crate::inspection::Inspection;
use crate::project::{App, Import, Manager, Named, Program, Runtime, Tool};
use crate::stages::{Scope, Stage};
use crate::text::TextRange;

declare_rule! {
    /// Flags a start command, a preload (`-r`, `--import`, `NODE_OPTIONS`), an imported module or a package that loads others
    /// by their names (`target: 'pino-pretty'`, `dialect: 'postgres'`) that needs a devDependency; or a program that `npx` fetches at each start, as no dependency brings it.
    ///
    /// ## Why
    /// A production install leaves it out, and the container then dies at its start. While it starts,
    /// all devDependencies have to ship. What is fetched at the start is another version any day, and is not there
    /// when the registry is not.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// CMD ["npm", "start"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"start": "tsx src/server.ts"}, "devDependencies": {"tsx": "^4.0.0"}}
    /// ```
    /// ```ts file=src/server.ts
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// There is no fix: which dependency it should be is for package.json to say. A Dockerfile that is for
    /// development by its name (see `missing-node-env`) is reported only where the start fails for certain.
    pub(crate) DEV_DEPENDENCY_AT_RUNTIME { name: "dev-dependency-at-runtime", since: "0.1.0", severity: Warning, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((_, stage)) = started_stage(ctx) else { return };
    let facts = ctx.facts();
    let (Some(app), Some(command), Some(start)) = (&facts.app, &facts.command, &facts.start) else { return };
    let place = ctx.model().instructions[command.instruction].content;
    let severity = severity(stage, app);
    if facts.is_for_development() && severity != Severity::Error {
        return;
    }
    let mut report = |message: String, package: &str, site: Option<&crate::project::Site>| {
        // What the modules load is no compiler.
        let is_loaded =
            facts.runtime.iter().any(|it| it.imports.contains_key(package) || it.named.contains_key(package));
        let note = match is_loaded {
            true => format!("Move `{package}` to `dependencies`"),
            false => {
                format!("Compile in the build stage and start the output, or move `{package}` to `dependencies`")
            }
        };
        let mut res = Diagnostic::new(DEV_DEPENDENCY_AT_RUNTIME.name, place, message).with_note(note);
        res.severity = severity;
        for site in site.into_iter().chain(app.package.dev_sites.get(package)) {
            res = res.with_related_file(&site.path, site.line, format!("`{package}` stands here"));
        }
        acc.push(res);
    };
    if let Some((program, package)) = program(stage, app, &start.programs) {
        let site = program.script.as_ref().map(|it| &it.1);
        return report(program_message(&command.words, program), package, site);
    }
    if let Some((through, package)) = fetched(stage, app, &start.programs) {
        acc.push(fetched_diagnostic(place, through, package));
        return;
    }
    if let Some((package, by)) = preload(ctx, stage, app) {
        return report(format!("{by} `{package}` before the entry, a devDependency"), &package, None);
    }
    if let Some(import) = import(ctx, app) {
        let message = format!("`{}` imports `{}`, a devDependency, at run time", import.site, import.package);
        return report(message, &import.package, Some(&import.site));
    }
    if let Some((named, by)) = named(ctx, app) {
        let message = format!("`{}` has `{by}` load `{}`, a devDependency", named.site, named.package);
        report(message, &named.package, Some(&named.site));
    }
}

/// The first package that it leaves out and that another one loads by its name in a text.
fn named<'c>(ctx: &'c Inspection, app: &App) -> Option<(&'c Named, &'c str)> {
    unbundled(ctx)?
        .named
        .values()
        .find_map(|it| Some((it, it.always_by.as_deref().filter(|_| is_left_out(app, &it.package))?)))
}

/// The first program that a production install leaves out.
fn program<'p>(stage: &Stage, app: &App, programs: &'p [Program]) -> Option<(&'p Program, &'p str)> {
    let mut with_package = programs.iter().filter_map(|it| Some((it, it.package.as_deref()?)));
    with_package.find(|it| is_left_out(app, it.1) && !is_global(stage, it.1))
}

/// The first program that is fetched at each start, and by what: the lock file has no such package.
fn fetched<'p>(stage: &Stage, app: &App, programs: &'p [Program]) -> Option<(&'p str, &'p str)> {
    app.lock()?.packages.as_ref()?;
    let mut with_package = programs.iter().filter_map(|it| Some((it.through.as_deref()?, it.package.as_deref()?)));
    with_package
        .find(|(through, package)| programs::fetches(through) && !app.is_locked(package) && !is_global(stage, package))
}

fn fetched_diagnostic(place: TextRange, through: &str, package: &str) -> Diagnostic {
    let message = format!("`{through}` fetches `{package}` at each start: no dependency brings it");
    let note = format!("Add `{package}` to `dependencies`, and to the lock file");
    Diagnostic::new(DEV_DEPENDENCY_AT_RUNTIME.name, place, message).with_note(note)
}

/// The first package that it leaves out and that `-r`, `--import` or NODE_OPTIONS loads; and who says so.
fn preload(ctx: &Inspection, stage: &Stage, app: &App) -> Option<(String, String)> {
    let options = stage.contents.env_value("NODE_OPTIONS").unwrap_or_default();
    let programs = ctx.facts().start.iter().flat_map(|it| &it.programs);
    let all = programs.flat_map(|it| it.preloads.iter().map(move |preload| (it, preload)));
    let mut packages = all.filter_map(|(program, preload)| Some((program, preload, preloaded_package(preload)?)));
    let (program, preload, package) = packages.find(|it| app.leaves_out(it.2) && !is_global(stage, it.2))?;
    let own = program.arguments.iter().any(|it| it.contains(preload.as_str()));
    let by_variable = !own && options.contains(preload.as_str());
    let by = if by_variable { "`NODE_OPTIONS` loads".to_owned() } else { format!("`{}` loads", program.name) };
    Some((package.to_owned(), by))
}

/// The first import that it leaves out, where the build leaves imports as they are.
fn import<'c>(ctx: &'c Inspection, app: &App) -> Option<&'c Import> {
    unbundled(ctx)?.imports.values().find(|it| is_left_out(app, &it.package))
}

/// What the modules do, where the build leaves imports as they are.
fn unbundled(ctx: &Inspection) -> Option<&Runtime> {
    let facts = ctx.facts();
    let entry = facts.entry.as_ref()?;
    let bundled = facts.outputs.holding(entry).is_some_and(|it| !it.tool.compiles() && it.tool != Tool::Copy);
    facts.runtime.as_deref().filter(|_| !bundled && facts.outputs.unknown.is_empty())
}

fn program_message(words: &[String], program: &Program) -> String {
    let who = if is_manager(words) { format!("`{}`", quoted_words(words)) } else { "The container".to_owned() };
    let is_typed = |it: &String| [".ts", ".mts", ".cts", ".tsx"].iter().any(|end| it.ends_with(end));
    let sources = if program.entry.as_ref().is_some_and(is_typed) { ", on the TypeScript sources" } else { "" };
    let name = if matches!(program.name.as_str(), "node" | "nodejs") { program.package.as_ref() } else { None };
    format!("{who} runs `{}`, a devDependency{sources}", name.unwrap_or(&program.name))
}

fn is_manager(words: &[String]) -> bool {
    let managers = [Manager::Npm, Manager::YarnClassic, Manager::Pnpm, Manager::Bun];
    words.first().is_some_and(|word| managers.iter().any(|it| it.program() == word))
}

/// An error where the stage is known to hold production dependencies only.
fn severity(stage: &Stage, app: &App) -> Severity {
    let mut held = stage.contents.node_modules().filter(|it| it.1.app.as_deref() == Some(&app.folder)).peekable();
    let is_certain = held.peek().is_some() && held.all(|it| it.1.scope == Scope::Production);
    if is_certain { Severity::Error } else { DEV_DEPENDENCY_AT_RUNTIME.severity }
}

#[cfg(test)]
mod tests {
    use super::DEV_DEPENDENCY_AT_RUNTIME;
    use crate::testing::{Case, check_clean, check_diagnostics};

    fn dockerfile(install: &str, start: &str) -> String {
        format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {install}\nCMD {start}\n")
    }

    const TSX: &[(&str, &str)] = &[
        ("package.json", r#"{"scripts": {"start": "tsx src/server.ts"}, "devDependencies": {"tsx": "4"}}"#),
        ("src/server.ts", "console.log('ok')\n"),
    ];

    #[test]
    fn on_the_sources() {
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            TSX,
            &dockerfile("npm ci", "[\"npm\", \"start\"]"),
            "5:1: warning[dev-dependency-at-runtime] `npm start` runs `tsx`, a devDependency, on the TypeScript sources\n",
        );
    }

    #[test]
    fn an_error_where_it_is_left_out() {
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            TSX,
            &dockerfile("npm ci --omit=dev", "npm start"),
            "5:1: error[dev-dependency-at-runtime] `npm start` runs `tsx`, a devDependency, on the TypeScript sources\n",
        );
    }

    #[test]
    fn for_development() {
        let package = r#"{"scripts": {"start": "nodemon server.js"}, "devDependencies": {"nodemon": "3"}}"#;
        let case = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).file("package.json", package).at("Dockerfile.dev");
        assert_eq!(case.report(&dockerfile("npm ci", "npm start")), "");
        let certain = case.report(&dockerfile("npm ci --omit=dev", "npm start"));
        assert_eq!(certain, "5:1: error[dev-dependency-at-runtime] `npm start` runs `nodemon`, a devDependency\n");
    }

    #[test]
    fn a_name_in_a_text() {
        let package =
            r#"{"dependencies": {"pino": "9", "sequelize": "6"}, "devDependencies": {"pino-pretty": "13", "pg": "8"}}"#;
        let pino = "`server.js:1` has `pino` load `pino-pretty`, a devDependency";
        for (text, expected) in [
            ("require('pino')({ transport: { target: 'pino-pretty' } })", pino),
            ("require('pino')(process.env.PLAIN ? {} : { transport: { target: 'pino-pretty' } })", ""),
            ("if (process.env.PRETTY) { require('pino')({ transport: { target: 'pino-pretty' } }) }", ""),
            (
                "const t = () => { if (x) return; return { target: 'pino-pretty' } }; require('pino')({ transport: t() })",
                "",
            ),
            (
                "const p = { target: 'pino-pretty' }; require('pino')(process.env.NODE_ENV === 'production' ? {} : p)",
                "",
            ),
            (
                "new (require('sequelize').Sequelize)({ dialect: 'postgres' })",
                "`server.js:1` has `sequelize` load `pg`, a devDependency",
            ),
        ] {
            let files = [("package.json", package), ("server.js", text)];
            let report = Case::of(&DEV_DEPENDENCY_AT_RUNTIME)
                .files(&files)
                .report(&dockerfile("npm ci --omit=dev", "[\"node\", \"server.js\"]"));
            let message = match expected {
                "" => String::new(),
                it => format!("5:1: error[dev-dependency-at-runtime] {it}\n"),
            };
            assert_eq!(report, message, "{text}");
        }
    }

    #[test]
    fn an_import() {
        let files = &[
            ("package.json", r#"{"devDependencies": {"dotenv": "16", "@types/node": "22"}}"#),
            ("server.js", "require('fs');\nrequire('dotenv').config();\n"),
        ];
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            files,
            &dockerfile("npm ci --omit=dev", "[\"node\", \"server.js\"]"),
            "5:1: error[dev-dependency-at-runtime] `server.js:2` imports `dotenv`, a devDependency, at run time\n",
        );
    }

    #[test]
    fn a_preload() {
        let files = &[
            ("package.json", r#"{"devDependencies": {"dotenv": "16", "tsx": "4"}}"#),
            ("server.js", "require('fs');\n"),
        ];
        let start = "[\"node\", \"-r\", \"dotenv/config\", \"server.js\"]";
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            files,
            &dockerfile("npm ci --omit=dev", start),
            "5:1: error[dev-dependency-at-runtime] `node` loads `dotenv` before the entry, a devDependency\n",
        );
        let variable = dockerfile("npm ci --omit=dev\nENV NODE_OPTIONS=--import=tsx", "node server.js");
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            files,
            &variable,
            "6:1: error[dev-dependency-at-runtime] `NODE_OPTIONS` loads `tsx` before the entry, a devDependency\n",
        );
    }

    #[test]
    fn a_program_of_node_modules() {
        let files = &[("package.json", r#"{"devDependencies": {"tsx": "4"}}"#), ("server.ts", "console.log(1);\n")];
        let expected = "5:1: error[dev-dependency-at-runtime] The container runs `tsx`, a devDependency, on the TypeScript sources\n";
        let start = "[\"./node_modules/.bin/tsx\", \"server.ts\"]";
        check_diagnostics(&DEV_DEPENDENCY_AT_RUNTIME, files, &dockerfile("npm ci --omit=dev", start), expected);
        let by_node = "[\"node\", \"node_modules/tsx/dist/cli.mjs\", \"server.ts\"]";
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            files,
            &dockerfile("npm ci --omit=dev", by_node),
            "5:1: error[dev-dependency-at-runtime] The container runs `tsx`, a devDependency\n",
        );
    }

    #[test]
    fn a_program_that_is_fetched() {
        let lock = |more: &str| format!(r#"{{"lockfileVersion": 3, "packages": {{"": {{}}{more}}}}}"#);
        let report = |lock: &str, start: &str| {
            let case = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).file("package.json", "{}").file("server.ts", "");
            case.file("package-lock.json", lock).report(&dockerfile("npm ci", start))
        };
        let expected =
            "5:1: warning[dev-dependency-at-runtime] `npx` fetches `tsx` at each start: no dependency brings it\n";
        assert_eq!(report(&lock(""), "[\"npx\", \"tsx\", \"server.ts\"]"), expected);
        // As a dependency of another, or from elsewhere.
        let brought = lock(r#", "node_modules/tsx": {"version": "4.0.0"}"#);
        assert_eq!(report(&brought, "[\"npx\", \"tsx\", \"server.ts\"]"), "");
        assert_eq!(report(&lock(""), "[\"tsx\", \"server.ts\"]"), "");
    }

    #[test]
    fn a_program_of_another_name_by_the_lock() {
        let files = &[
            ("package.json", r#"{"scripts": {"start": "odd server.js"}, "devDependencies": {"even": "1"}}"#),
            (
                "package-lock.json",
                r#"{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"even": "1"}}, "node_modules/even": {"version": "1.0.0", "dev": true, "bin": {"odd": "x.js"}}}}"#,
            ),
        ];
        check_diagnostics(
            &DEV_DEPENDENCY_AT_RUNTIME,
            files,
            &dockerfile("npm ci --omit=dev", "npm start"),
            "5:1: error[dev-dependency-at-runtime] `npm start` runs `odd`, a devDependency\n",
        );
    }

    #[test]
    fn in_both_lists_or_brought_by_another() {
        let both =
            r#"{"scripts": {"start": "tsx x.ts"}, "dependencies": {"tsx": "4"}, "devDependencies": {"tsx": "4"}}"#;
        check_clean(
            &DEV_DEPENDENCY_AT_RUNTIME,
            &[("package.json", both)],
            &dockerfile("npm ci", "[\"npm\", \"start\"]"),
        );
        let locked = (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"node_modules/tsx": {"version": "4.0.0", "devOptional": true}}}"#,
        );
        check_clean(
            &DEV_DEPENDENCY_AT_RUNTIME,
            &[TSX[0], TSX[1], locked],
            &dockerfile("npm ci", "[\"npm\", \"start\"]"),
        );
    }
}
