//! `early-node-env`

use super::declare_rule;
use super::support::{line_number, quoted, severity, starved_build};
use crate::diagnostic::Diagnostic;
use crate::ecosystem::omit;
use crate::fix::lines::{self, Spot, Style};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::{Program, Reason, Start};
use crate::stages::{Build, IdRange, Install, InstructionId, Scope, Verb};
use crate::syntax::{CommandForm, Kind};

declare_rule! {
    /// Flags `NODE_ENV=production` above an install that the build's own tools must come from.
    ///
    /// ## Why
    /// npm, Yarn 1 and pnpm up to 9 then leave the devDependencies out, and the build does not find
    /// its compiler.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// ENV NODE_ENV=production
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci
    /// RUN npm run build
    /// ENV NODE_ENV=production
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.9.0"}}
    /// ```
    /// ```json file=tsconfig.json
    /// {"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}
    /// ```
    /// ```ts file=src/server.ts
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the build is known not to look at `NODE_ENV` (`tsc`, `nest`), and nothing else does
    /// between the old place and the new. The build fails without the fix. Where `NODE_ENV` has to stay, as in a stage that
    /// others are built on, the install is told to bring devDependencies (`--include=dev`), which is safe.
    pub(crate) EARLY_NODE_ENV { name: "early-node-env", since: "0.1.0", severity: Error, fixable: true, check: check }
}

/// Build tools that do the same whatever NODE_ENV says.
const INDIFFERENT: &[&str] =
    &["tsc", "tsc-alias", "nest", "rimraf", "copyfiles", "cpx", "shx", "tsup", "rm", "cp", "mkdir"];

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for (at, install) in ctx.model().installs.iter_enumerated() {
        if !is_cut_short(install) {
            continue;
        }
        let Some((build, package, start)) = starved_build(ctx, at, install) else { continue };
        let message = format!(
            "`NODE_ENV=production` keeps `{package}` out of this install, and `{}` at line {} needs it",
            quoted(&build.command.words),
            line_number(ctx, build.instruction)
        );
        let mut res = Diagnostic::new(EARLY_NODE_ENV.name, install.command.range, message);
        if let Some(app) = install.app.as_ref().and_then(|it| ctx.project().app(it)) {
            res.severity = severity(&app);
        }
        if let Some(by) = install.node_env_by {
            res = res.with_related(ctx.model().instructions[by].content, "`NODE_ENV` is set here");
        }
        acc.push(with_fix(ctx, install, build, &start, res));
    }
}

/// Whether it is NODE_ENV alone that leaves the devDependencies out.
fn is_cut_short(install: &Install) -> bool {
    matches!(install.verb, Verb::Install | Verb::CleanInstall)
        && install.node_env.as_deref() == Some("production")
        && install.scope == Scope::Production
        && !install.command.conditional
        && !install.command.arguments().any(|it| it.is_none_or(omit::asks))
}

fn with_fix(ctx: &Inspection, install: &Install, build: &Build, start: &Start, res: Diagnostic) -> Diagnostic {
    let edits = match moved(ctx, install, build) {
        Ok(edits) => edits,
        Err(reason) => return with_dev(ctx, install, res, reason),
    };
    let title = "Set `NODE_ENV` after the build";
    match start.programs.iter().find(|it| !is_indifferent(it)) {
        Some(program) => res
            .with_fix(Fix::new(title, Applicability::Unsafe, edits))
            .with_held_back(format!("`{}` may build something else without `NODE_ENV`", program.name)),
        None => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
    }
}

/// The same where NODE_ENV has to stay: the install is told to bring devDependencies.
fn with_dev(ctx: &Inspection, install: &Install, res: Diagnostic, reason: Reason) -> Diagnostic {
    let is_shell = matches!(ctx.model().instructions[install.instruction].kind, Kind::Run(CommandForm::Shell(_)));
    let flag = install.manager.with_dev(install.npm().least()).filter(|_| is_shell && install.script.is_none());
    match flag.zip(install.command.words.last()) {
        Some((flag, last)) => {
            let edit = Edit::insertion(last.range.end(), format!(" {flag}"));
            res.with_fix(Fix::new(format!("Add `{flag}`"), Applicability::Safe, vec![edit]))
        }
        None => res.with_held_back(reason),
    }
}

fn is_indifferent(program: &Program) -> bool {
    INDIFFERENT.contains(&program.name.as_str())
}

/// The ENV line goes from where it is to after the last build of its stage.
fn moved(ctx: &Inspection, install: &Install, build: &Build) -> Result<Vec<Edit>, Reason> {
    let by = install.node_env_by.ok_or("it is set by the command itself")?;
    let instruction = ctx.model().instructions[by];
    let same_stage = ctx.model().stage_of(by) == Some(install.stage) && build.stage == install.stage;
    match &instruction.kind {
        Kind::Env(pairs) if pairs.len() == 1 && same_stage => {}
        Kind::Env(pairs) if pairs.len() == 1 => return Err("it is set in another stage than the build's".into()),
        Kind::Env(_) => return Err("that ENV sets more than `NODE_ENV`".into()),
        _ => return Err("it is not set by ENV".into()),
    }
    let last = ctx.model().builds.iter().filter(|it| it.stage == install.stage).map(|it| it.instruction).max();
    let last = last.unwrap_or(build.instruction);
    // An ARG is in the environment of every RUN below it.
    let first = ctx.model().stages[install.stage].from;
    if IdRange::new(first, last.next()).any(|it| is_arg(ctx, it)) {
        return Err("`ARG NODE_ENV` sets it as well".into());
    }
    if IdRange::new(by.next(), last.next())
        .any(|it| ctx.text()[ctx.model().instructions[it].content].contains("NODE_ENV"))
    {
        return Err("`NODE_ENV` is used before the build ends".into());
    }
    let block = lines::block(ctx.source(), instruction);
    let ending = Style::beside(ctx.text(), instruction).ending();
    let whole: String = ctx.text()[block].lines().map(|it| format!("{}{ending}", it.trim_end_matches('\r'))).collect();
    Ok(vec![Edit::deletion(block), lines::insertion(ctx.source(), Spot::After(last), &whole)])
}

fn is_arg(ctx: &Inspection, instruction: InstructionId) -> bool {
    let Kind::Arg(pairs) = &ctx.model().instructions[instruction].kind else { return false };
    pairs.iter().any(|it| it.key.value == "NODE_ENV")
}

#[cfg(test)]
mod tests {
    use super::EARLY_NODE_ENV;
    use crate::testing::{check_clean, check_fix, check_held_back, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[
        (
            "package.json",
            r#"{"scripts": {"build": "tsc", "bundle": "webpack"}, "devDependencies": {"typescript": "5", "webpack-cli": "6"}}"#,
        ),
        ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}}"#),
    ];

    #[test]
    fn the_comment_goes_along() {
        check_fix(
            &EARLY_NODE_ENV,
            FILES,
            "FROM node:22 AS build\n# what runs\nENV NODE_ENV=production\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n",
            "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n# what runs\nENV NODE_ENV=production\n",
        );
    }

    #[test]
    fn webpack_may_look_at_it() {
        check_unsafe_fix(
            &EARLY_NODE_ENV,
            FILES,
            "FROM node:22\nENV NODE_ENV=production\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run bundle\n",
            "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run bundle\nENV NODE_ENV=production\n",
        );
    }

    #[test]
    fn where_it_has_to_stay() {
        let more =
            "FROM node:22\nENV NODE_ENV=production TZ=UTC\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n";
        let base = "FROM node:22 AS base\nENV NODE_ENV=production\nWORKDIR /app\n\nFROM base AS build\nCOPY . .\nRUN npm ci\nRUN npm run build\n";
        for before in [more, base] {
            for (install, flag) in
                [("npm ci", "--include=dev"), ("npm install -g pnpm@9 && pnpm install", "--prod=false")]
            {
                let before = before.replace("npm ci", install);
                check_fix(&EARLY_NODE_ENV, FILES, &before, &before.replace(install, &format!("{install} {flag}")));
            }
        }
        let old = more.replace("node:22", "node:14");
        check_fix(&EARLY_NODE_ENV, FILES, &old, &old.replace("npm ci", "npm ci --production=false"));
        let unknown = more.replace("node:22", "shop/base");
        check_held_back(&EARLY_NODE_ENV, FILES, &unknown, "that ENV sets more than `NODE_ENV`");
    }

    #[test]
    fn asked_for_or_undone_or_not_obeyed() {
        for install in ["npm ci --omit=dev", "npm ci --include=dev", "pnpm install"] {
            let dockerfile = format!(
                "FROM node:22\nENV NODE_ENV=production\nWORKDIR /app\nCOPY . .\nRUN {install}\nRUN npm run build\n"
            );
            check_clean(&EARLY_NODE_ENV, FILES, &dockerfile);
        }
    }

    #[test]
    fn without_a_build() {
        check_clean(
            &EARLY_NODE_ENV,
            FILES,
            "FROM node:22\nENV NODE_ENV=production\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
        );
    }
}
