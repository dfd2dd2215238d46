//! Next's server with its packages (`output: 'standalone'`): whether the build makes it, and what has to be copied beside it.
//!
//! Worked example: `COPY --from=build /app/.next/standalone ./` alone gives a server whose pages have neither scripts nor
//! styles: `.next/static` and `public` are not in that folder (FACTS §2.3).

use super::{MISSING_OUTPUT, error, lookup};
use crate::diagnostic::Diagnostic;
use crate::facts::context_file;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, EntryKind};
use crate::stages::{InstructionId, StageId};
use crate::syntax::{Copy, Kind};

const FOLDER: &str = "/.next/standalone";

/// What is wrong with each COPY of it.
pub(super) fn find(ctx: &Inspection) -> impl Iterator<Item = Diagnostic> {
    ctx.model().instructions.iter_enumerated().filter_map(|(at, instruction)| match &instruction.kind {
        Kind::Copy(copy) => of_copy(ctx, at, copy),
        _ => None,
    })
}

fn of_copy(ctx: &Inspection, at: InstructionId, copy: &Copy) -> Option<Diagnostic> {
    let model = ctx.model();
    let from = lookup::stage(ctx, at, model.instructions[at].flag_value("from")?)?;
    let is_it = |it: &str| it.trim_end_matches("/.").trim_end_matches('/').ends_with(FOLDER);
    let source = copy.sources.iter().find(|it| !it.has_variable() && is_it(&it.value))?;
    let path = paths::absolute("/", source.value.trim_end_matches("/."));
    let root = path.strip_suffix(FOLDER)?;
    let stages = model.ancestry(from);
    let build = model.builds.iter().find(|it| stages.contains(&it.stage) && it.folder.as_deref() == Some(root))?;
    let app = ctx.project().app(build.app.as_ref()?)?;
    let by_variable = ctx.text().contains("NEXT_PRIVATE_STANDALONE") || says(&app, "NEXT_PRIVATE_STANDALONE");
    match app.config_sets("next.config", "output", "standalone")? {
        true => beside(ctx, at, copy, &Made { app: &app, root, from }),
        false if by_variable => None,
        false => {
            let message = "Next makes no `.next/standalone` without `output: 'standalone'`: the build stops here";
            let res = error(Diagnostic::new(MISSING_OUTPUT.name, source.range, message));
            Some(res.with_held_back("the setting belongs into the configuration of Next"))
        }
    }
}

/// Whether a script of package.json has `word`.
fn says(app: &App, word: &str) -> bool {
    app.package.scripts.values().any(|it| it.text.contains(word))
}

/// Where the server is made.
struct Made<'a> {
    app: &'a App,
    /// The app's folder there.
    root: &'a str,
    from: StageId,
}

/// What is not beside the server: its scripts and styles, and the files that it serves as they are.
fn beside(ctx: &Inspection, at: InstructionId, copy: &Copy, made: &Made<'_>) -> Option<Diagnostic> {
    let Made { app, root, from } = *made;
    let ships = ctx.model().production.as_ref().map(|it| it.stage) == ctx.model().stage_of(at);
    let is_elsewhere = app.config_sets("next.config", "assetPrefix", "") != Some(false);
    // A step of the build may put them into the folder of the server.
    let is_there = |folder: &str| ctx.text().contains(folder) || says(app, folder);
    if !ships || is_elsewhere || copy.sources.len() > 1 || is_there("static") {
        return None;
    }
    let public = app.folder_path("public");
    let copied = context_file(&ctx.model().stages[from].contents, &paths::join(root, "public"));
    let has_public = copied.as_ref() == Some(&public)
        && ctx.project().kind(&public) == Some(EntryKind::Folder)
        && ctx.project().sees(&public) != Some(false)
        && !ctx.project().is_untracked(&public);
    let mut missing = vec![".next/static"];
    missing.extend((has_public && !is_there("public")).then_some("public"));
    let instruction = ctx.model().instructions[at];
    let flags: String = instruction.flags.iter().map(|it| format!("{} ", &ctx.text()[it.range])).collect();
    let to = match copy.destination.value.trim_end_matches('/') {
        "" => "/",
        "." => "./",
        other => &format!("{other}/"),
    };
    let copied: Vec<String> = missing.iter().map(|it| format!("COPY {flags}{root}/{it} {to}{it}")).collect();
    let message =
        "The scripts and styles of the pages are not in the image: `.next/standalone` comes without `.next/static`";
    let edit = lines::instructions(ctx.source(), Spot::After(at), &copied);
    // In a monorepo the server lies deeper, and looks for its files there.
    let is_server = |it: &String| matches!(it.trim_start_matches("./"), "server.js");
    let is_at_top = ctx.facts().command.as_ref().is_some_and(|it| it.words.iter().any(is_server));
    if !is_at_top {
        let res = error(Diagnostic::new(MISSING_OUTPUT.name, instruction.content, message));
        return Some(res.with_held_back("where in it the server lies is not known"));
    }
    let fix = Fix::new(format!("Copy `{}` as well", missing.join("` and `")), Applicability::Safe, vec![edit]);
    Some(error(Diagnostic::new(MISSING_OUTPUT.name, instruction.content, message)).with_fix(fix))
}

#[cfg(test)]
mod tests {
    use super::MISSING_OUTPUT;
    use crate::testing::{Case, check_clean, check_fix, check_held_back};

    const STANDALONE: &str = "module.exports = { output: 'standalone' }";

    fn files(config: &'static str) -> Vec<(&'static str, &'static str)> {
        let package = r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "15"}}"#;
        vec![("package.json", package), ("next.config.js", config), ("public/a.txt", "a"), ("app/page.js", "")]
    }

    fn dockerfile(lines: &str) -> String {
        format!(
            "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\n{lines}\nUSER node\nCMD [\"node\", \"server.js\"]\n"
        )
    }

    #[test]
    fn what_belongs_beside_it() {
        let server = "COPY --from=build --chown=node /app/.next/standalone ./";
        let assets = "COPY --from=build --chown=node /app/.next/static ./.next/static";
        let public = "COPY --from=build --chown=node /app/public ./public";
        let after = dockerfile(&[server, assets, public].join("\n"));
        check_fix(&MISSING_OUTPUT, &files(STANDALONE), &dockerfile(server), &after);
        check_clean(&MISSING_OUTPUT, &files(STANDALONE), &dockerfile(&[server, assets].join("\n")));
        let deeper = dockerfile(server).replace("\"server.js\"", "\"apps/web/server.js\"");
        let reason = "where in it the server lies is not known";
        check_held_back(&MISSING_OUTPUT, &files(STANDALONE), &deeper, reason);
        let elsewhere = files("module.exports = { output: 'standalone', assetPrefix: 'https://cdn.example.com' }");
        check_clean(&MISSING_OUTPUT, &elsewhere, &dockerfile(server));
    }

    #[test]
    fn a_build_that_makes_none() {
        let server = dockerfile(
            "COPY --from=build /app/.next/standalone ./\nCOPY --from=build /app/.next/static ./.next/static",
        );
        let reason = "the setting belongs into the configuration of Next";
        for config in ["module.exports = {}", "// output: 'standalone'\nmodule.exports = { reactStrictMode: true }"] {
            check_held_back(&MISSING_OUTPUT, &files(config), &server, reason);
        }
        for config in [STANDALONE, "module.exports = { output: process.env.OUT }", "module.exports = require('kit')"] {
            let report = Case::of(&MISSING_OUTPUT).files(&files(config)).report(&server);
            assert!(!report.contains("standalone"), "{config}: {report}");
        }
    }
}
