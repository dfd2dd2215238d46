//! `missing-output`

mod distroless;
mod lookup;
mod standalone;

use super::declare_rule;
use super::support::{is_harmless, started_stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::is_environment_file;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::stages::{Holding, InstructionId};
use crate::syntax::{Copy, Instruction, Kind, Word};
use lookup::Found;

declare_rule! {
    /// Flags a start command, or a COPY from the build stage, that names what the build does not make.
    ///
    /// ## Why
    /// The container stops with "Cannot find module", or the build with "not found". Next's server with its packages comes without
    /// the scripts and styles of its pages where `.next/static` is not copied as well.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/src/main.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.9.0"}}
    /// ```
    /// ```json file=tsconfig.json
    /// {"compilerOptions": {"outDir": "dist", "rootDir": "."}, "include": ["src"]}
    /// ```
    /// ```ts file=src/main.ts
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe for the file of a start command where exactly one source of that name is compiled, and for Next's static files. Another
    /// source for a COPY is always unsafe, and there is none where the stage copies it already. `.env` files
    /// are not looked for: they are in no repository.
    pub(crate) MISSING_OUTPUT { name: "missing-output", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if let Some(found) = distroless::find(ctx) {
        acc.push(found);
        return;
    }
    acc.extend(standalone::find(ctx));
    if !is_followed(ctx) {
        return;
    }
    acc.extend(start_file(ctx));
    for (at, instruction) in ctx.model().instructions.iter_enumerated() {
        if let Kind::Copy(copy) = &instruction.kind {
            acc.extend(copy.sources.iter().filter_map(|it| copied(ctx, at, instruction, copy, it)));
        }
    }
}

/// Whether no command of the file makes files that the model does not see.
fn is_followed(ctx: &Inspection) -> bool {
    let is_build =
        |range| ctx.model().builds.iter().any(|it| it.command.range == range && it.outputs.unknown.is_empty());
    let is_install = |range| ctx.model().installs.iter().any(|it| it.command.range == range);
    let runs = ctx.model().instructions.iter().zip(&ctx.model().scripts).filter(|it| matches!(it.0.kind, Kind::Run(_)));
    runs.map(|it| it.1.as_ref()).all(|script| {
        let Some(script) = script.filter(|it| it.complete) else { return false };
        script.commands.iter().all(|it| is_harmless(it) || is_build(it.range) || is_install(it.range))
    })
}

/// The file that Node is started with.
fn start_file(ctx: &Inspection) -> Option<Diagnostic> {
    let (at, stage) = started_stage(ctx)?;
    let facts = ctx.facts();
    let (entry, command) = (facts.entry.as_ref()?, facts.command.as_ref()?);
    if !facts.start.as_ref()?.unknown.is_empty() {
        return None;
    }
    let workdir = stage.contents.workdir.value.as_deref()?;
    let path = paths::join(facts.app_root.as_deref().unwrap_or(workdir), entry);
    let Found::Missing(instead) = lookup::file(ctx, at, &path) else {
        return None;
    };
    // As one would write it there: the app's folder may be another one.
    let entry = &paths::below(workdir, &path).unwrap_or(&path).to_owned();
    let word = word_of(ctx.model().instructions[command.instruction], entry);
    let place = word.map_or(ctx.model().instructions[command.instruction].content, |it| it.range);
    let instead = instead.and_then(|it| paths::below(workdir, &it).map(str::to_owned));
    let Some(instead) = instead else {
        return Some(error(Diagnostic::new(MISSING_OUTPUT.name, place, format!("Nothing in the image is `{entry}`"))));
    };
    let message = format!("The build makes `{instead}`, not `{entry}`");
    let res = error(Diagnostic::new(MISSING_OUTPUT.name, place, message));
    let Some(word) = word else { return Some(res.with_held_back("the path stands in package.json")) };
    let edit = Edit::replacement(word.range, format!("\"{}\"", word.value.replace(entry.as_str(), &instead)));
    Some(res.with_fix(Fix::new(format!("Start `{instead}`"), Applicability::Safe, vec![edit])))
}

/// The word of an exec form that is the entry itself.
fn word_of<'i>(instruction: &'i Instruction, entry: &str) -> Option<&'i Word> {
    let (Kind::Cmd(form) | Kind::Entrypoint(form)) = &instruction.kind else { return None };
    let crate::syntax::CommandForm::Exec(words) = form else { return None };
    words.iter().find(|it| it.value.trim_start_matches("./") == entry)
}

/// A source of a COPY from another stage.
fn copied(
    ctx: &Inspection,
    at: InstructionId,
    instruction: &Instruction,
    copy: &Copy,
    source: &Word,
) -> Option<Diagnostic> {
    let from = lookup::stage(ctx, at, instruction.flag_value("from")?)?;
    let path = paths::absolute("/", &source.value);
    if source.has_variable() || source.value.contains(['*', '?', '[', '"', '\'']) || copy.sources.len() > 1 {
        return None;
    }
    if let Some(meant) = lookup::in_workdir(ctx, from, &source.value) {
        let (name, value) = (instruction.flag_value("from").unwrap_or_default(), &source.value);
        let message = format!("`--from={name}` looks for `{value}` at `/`, and the stage has it at `{meant}`");
        let edit = Edit::replacement(source.range, meant.clone());
        let fix = Fix::new(format!("Copy `{meant}`"), Applicability::Safe, vec![edit]);
        return Some(error(Diagnostic::new(MISSING_OUTPUT.name, source.range, message)).with_fix(fix));
    }
    // What is in no repository may be there when the image is built.
    if is_environment_file(&path) || !lookup::is_absent_output(ctx, from, &path) {
        return None;
    }
    let name = instruction.flag_value("from").unwrap_or_default();
    let res =
        error(Diagnostic::new(MISSING_OUTPUT.name, source.range, format!("The stage `{name}` makes no `{path}`")));
    let outputs = ctx.model().stages[from].contents.entries.iter();
    let mut outputs =
        outputs.filter(|it| matches!(it.holding, Holding::Output { .. }) && !is_copied(ctx, at, &it.path));
    let (Some(only), None) = (outputs.next(), outputs.next()) else { return Some(res) };
    let fix = Fix::new(
        format!("Copy `{}`", only.path),
        Applicability::Unsafe,
        vec![Edit::replacement(source.range, only.path.clone())],
    );
    Some(
        res.with_fix(fix)
            .with_held_back(format!("`{}` is what the build makes, but the start may name another", only.path)),
    )
}

/// Whether the stage of instruction `at` copies `path` already.
fn is_copied(ctx: &Inspection, at: InstructionId, path: &str) -> bool {
    let stage = ctx.model().stage_of(at).map(|it| ctx.model().stages[it].instructions.clone());
    let names_it = |it: InstructionId| match &ctx.model().instructions[it].kind {
        Kind::Copy(copy) => copy.sources.iter().any(|it| paths::absolute("/", &it.value) == path),
        _ => false,
    };
    stage.is_some_and(|mut it| it.any(names_it))
}

fn error(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = Severity::Error;
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::MISSING_OUTPUT;
    use crate::testing::{check_clean, check_diagnostics, check_fix, check_held_back, check_unsafe_fix};

    const PACKAGE: (&str, &str) =
        ("package.json", r#"{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}}"#);
    const SRC: (&str, &str) =
        ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}"#);
    const MAIN: (&str, &str) = ("src/main.ts", "console.log('ok')\n");

    fn dockerfile(source: &str, entry: &str) -> String {
        format!(
            "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\nFROM node:22\nWORKDIR /app\nCOPY --from=build /app/{source} ./dist\nCMD [\"node\", \"{entry}\"]\n"
        )
    }

    #[test]
    fn another_folder_of_the_output() {
        let before = dockerfile("dist", "dist/src/main.js");
        check_fix(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &before, &dockerfile("dist", "dist/main.js"));
    }

    #[test]
    fn sources_of_another_stage_start_at_the_root() {
        let after = dockerfile("dist", "dist/main.js");
        let before = after.replace("/app/dist", "dist");
        check_fix(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &before, &after);
        check_clean(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &before.replace("WORKDIR /app\nCOPY . .", "COPY . ."));
    }

    #[test]
    fn distroless_starts_node_itself() {
        let dockerfile = |start: &str| {
            format!("FROM gcr.io/distroless/nodejs22-debian12\nWORKDIR /app\nCOPY server.js ./\nCMD {start}\n")
        };
        let files = &[("server.js", "console.log(1)\n")];
        let after = dockerfile("[\"server.js\", \"-v\"]");
        check_fix(&MISSING_OUTPUT, files, &dockerfile("[\"node\", \"server.js\", \"-v\"]"), &after);
        check_fix(&MISSING_OUTPUT, files, &dockerfile("[ \"nodejs\",\"server.js\"]"), &dockerfile("[ \"server.js\"]"));
        check_fix(&MISSING_OUTPUT, files, &dockerfile("node server.js"), &dockerfile("[\"server.js\"]"));
        check_fix(&MISSING_OUTPUT, files, &dockerfile("[\"npm\", \"start\"]"), &dockerfile("[\"server.js\"]"));
        for start in ["[\"npm\", \"run\", \"serve\"]", "[\"yarn\"]", "npm start"] {
            check_held_back(&MISSING_OUTPUT, files, &dockerfile(start), "the file that it starts has to be named");
        }
        check_clean(&MISSING_OUTPUT, files, &after);
        let own = dockerfile("[\"server.js\"]").replace("CMD", "ENTRYPOINT [\"/nodejs/bin/node\"]\nCMD");
        check_clean(&MISSING_OUTPUT, files, &own);
    }

    #[test]
    fn another_output() {
        for source in ["build", "./build/", "src/../build"] {
            let before = dockerfile(source, "dist/main.js");
            check_unsafe_fix(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &before, &dockerfile("dist", "dist/main.js"));
        }
    }

    #[test]
    fn beside_an_output_that_is_copied() {
        let also = |name: &str| {
            dockerfile("dist", "dist/main.js").replace("CMD", &format!("COPY --from=build /app/{name} ./\nCMD"))
        };
        let report = "9:19: error[missing-output] The stage `build` makes no `/app/public`\n";
        check_diagnostics(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &also("public"), report);
        check_clean(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &also(".env.production"));
    }

    #[test]
    fn there_or_not_known() {
        check_clean(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &dockerfile("dist", "dist/main.js"));
        check_clean(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &dockerfile("dist", "dist/main"));
        let webpack = ("package.json", r#"{"scripts": {"build": "webpack"}}"#);
        check_clean(&MISSING_OUTPUT, &[webpack, MAIN], &dockerfile("dist", "dist/bundle.js"));
        let copied = dockerfile("dist", "dist/src/main.js").replace("npm run build", "npm run build && ./layout.sh");
        check_clean(&MISSING_OUTPUT, &[PACKAGE, SRC, MAIN], &copied);
    }
}
