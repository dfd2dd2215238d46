//! A production install over a full one, with a manager that takes nothing away: node_modules goes first.

use super::{Plan, finish, modules, production, refusal};
use crate::ecosystem::omit;
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::shell::Command;
use crate::stages::{Install, Scope, Verb};

/// The plan where the stage has such an install.
pub(super) fn plan(ctx: &Inspection) -> Result<Plan, Reason> {
    let mut all = production(ctx).contents.node_modules().filter(|(_, it)| it.scope == Scope::All);
    let (entry, modules) = all.next().ok_or_else(|| refusal("no devDependencies are known to ship"))?;
    let install = &ctx.model().installs[modules.install];
    if !is_over_another(ctx, install) {
        return Err(refusal("the install brings devDependencies itself"));
    }
    if entry.origin.via.is_empty() {
        return Err(refusal("the full install stays in the layer below"));
    }
    if install.script.is_some() || install.command.conditional {
        return Err(refusal("the install is not a plain one"));
    }
    let mut doubts = Vec::new();
    if ctx.facts().outputs.generated_client {
        return Err(refusal("the generated Prisma client lies in `node_modules`"));
    }
    let is_plain = |it: &&Install| it.instruction <= install.instruction && it.stage == install.stage;
    doubts.extend(lost(ctx, install));
    if install.command.arguments().flatten().any(|it| it.starts_with("--ignore-scripts")) {
        doubts.push("`--ignore-scripts` leaves out what packages build when they are installed".into());
    }
    if let Some(it) = ctx.model().generators.iter().find(|it| it.instruction <= install.instruction) {
        doubts.push(format!("`{}` may generate files into `node_modules`", it.command.written()).into());
    }
    let is_workspace = ctx
        .model()
        .installs
        .iter()
        .filter(is_plain)
        .any(|it| it.app.as_ref().and_then(|it| ctx.project().workspace(it)).is_some());
    let remove =
        if is_workspace { "find . -name node_modules -prune -exec rm -rf {} +" } else { "rm -rf node_modules" };
    let edit = Edit::insertion(install.command.range.start(), format!("{remove} && "));
    let title = "Remove the full install before the production one";
    Ok(finish(title, vec![edit], doubts, Vec::new()))
}

/// A command before the install that nobody described: it may put something into node_modules.
fn lost(ctx: &Inspection, install: &Install) -> Option<Reason> {
    let app = install.app.as_ref().and_then(|it| ctx.project().app(it))?;
    let runs = ctx.model().stages[install.stage].instructions.clone().filter(|it| *it <= install.instruction);
    let commands = runs.flat_map(|it| ctx.model().commands_of_run(it));
    let before = commands.filter(|it| it.range.end() <= install.command.range.start());
    let is_install = |it: &Command| ctx.model().installs.iter().any(|install| install.command.range == it.range);
    let mut unknown = before.filter(|it| !is_install(it) && !modules::is_known(&app, &it.written(), 0));
    unknown.next().map(|it| format!("`{}` may put into `node_modules` what is removed", it.written()).into())
}

/// Whether the install would bring production dependencies only, had there been none before.
pub(super) fn is_over_another(ctx: &Inspection, install: &Install) -> bool {
    let ignored = |it: &str| omit::is_ignored(install.manager, install.major, install.version, it);
    let says_so = install.command.arguments().flatten().any(|it| omit::is_production(it) && !ignored(it));
    let before = ctx.model().installs.iter().any(|it| {
        it.stage == install.stage
            && it.folder == install.folder
            && it.command.range.end() <= install.command.range.start()
    });
    install.manager.only_adds() && says_so && before && matches!(install.verb, Verb::Install | Verb::CleanInstall)
}

#[cfg(test)]
mod tests {
    use crate::rules::{RULES, Rule};
    use crate::testing::{check_fix, check_unsafe_fix};

    fn rule() -> &'static Rule {
        RULES.iter().find(|it| it.name == "dev-dependencies").expect("the rule is in the table")
    }

    #[test]
    fn the_full_install_goes_first() {
        let package = r#"{"name": "shop", "dependencies": {"ms": "^2.0.0"}, "devDependencies": {"semver": "^7.0.0"}}"#;
        for (head, install, production) in [
            (
                "FROM node:22 AS build\nRUN npm install -g pnpm@9\n",
                "pnpm install --frozen-lockfile",
                "pnpm install --prod --frozen-lockfile",
            ),
            ("FROM oven/bun:1 AS build\n", "bun install", "bun install --production"),
        ] {
            let text = |again: &str| {
                format!(
                    "{head}WORKDIR /app\nCOPY . .\nRUN {install} && npx tsc\nRUN {again}\n\nFROM node:22\nWORKDIR /app\nCOPY --from=build /app ./\nCMD [\"node\", \"server.js\"]\n"
                )
            };
            let files = [("package.json", package), ("server.js", "require('ms')\n")];
            check_fix(rule(), &files, &text(production), &text(&format!("rm -rf node_modules && {production}")));
            // What the full install has compiled is lost.
            let bare = format!("{production} --ignore-scripts");
            check_unsafe_fix(rule(), &files, &text(&bare), &text(&format!("rm -rf node_modules && {bare}")));
        }
    }

    #[test]
    fn of_a_workspace_all_go() {
        let text = |remove: &str| {
            format!(
                "FROM node:22 AS build\nRUN npm install -g pnpm@10\nWORKDIR /app\nCOPY . .\nRUN pnpm install\nRUN {remove}pnpm install --prod\n\nFROM node:22\nWORKDIR /app/apps/api\nCOPY --from=build /app /app\nCMD [\"node\", \"server.js\"]\n"
            )
        };
        let files = [
            ("package.json", r#"{"name": "shop", "devDependencies": {"semver": "^7.0.0"}}"#),
            ("pnpm-workspace.yaml", "packages: [apps/*]\n"),
            ("apps/api/package.json", r#"{"name": "api", "dependencies": {"ms": "^2.0.0"}}"#),
            ("apps/api/server.js", "require('ms')\n"),
        ];
        let remove = "find . -name node_modules -prune -exec rm -rf {} + && ";
        check_fix(rule(), &files, &text(""), &text(remove));
    }
}
