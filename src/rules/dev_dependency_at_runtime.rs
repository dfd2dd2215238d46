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
    unbundled(ctx)?.imports.values().find(|it| !it.is_brought && is_left_out(app, &it.package))
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
mod tests;
