//! `missing-script`

use super::declare_rule;
use super::support::{is_fatal, may_have_made, quoted};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::Manager;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::App;
use crate::stages::ScriptCall;

declare_rule! {
    /// Flags a RUN of a script that package.json does not have.
    ///
    /// ## Why
    /// The manager answers "Missing script", and the build stops there.
    ///
    /// ## Example
    /// ```dockerfile
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci
    /// COPY . .
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/main.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"compile": "tsc"}, "devDependencies": {"typescript": "^5.9.0"}}
    /// ```
    ///
    /// ## Fix safety
    /// No fix: which script is meant is for you to say. Of Yarn, bun and `pnpm build`, which also start programs
    /// of packages by that word, only names that no program has are reported.
    pub(crate) MISSING_SCRIPT { name: "missing-script", since: "0.1.0", severity: Error, fixable: false, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for call in ctx.model().script_calls.iter().filter(|it| it.filters.is_empty() && !it.is_special) {
        let Some(app) = call.app.as_ref().and_then(|it| ctx.project().app(it)) else { continue };
        if !app.package.scripts.contains_key(&call.script) && must_be_script(call, &app) && is_certain(ctx, call) {
            acc.push(diagnostic(call, &app));
        }
    }
}

/// Whether the manager can take the word for nothing but a script.
fn must_be_script(call: &ScriptCall, app: &App) -> bool {
    let name = call.script.as_str();
    let is_plain = name.chars().all(|it| it.is_ascii_alphanumeric() || "-_:.".contains(it));
    let mut words = call.command.words.iter().filter_map(|it| it.value.as_deref());
    let says_run = words.any(|it| matches!(it, "run" | "run-script"));
    match call.manager {
        Manager::Npm => is_plain && says_run && call.manager.runs_only_scripts(name),
        Manager::Pnpm if says_run => is_plain && call.manager.runs_only_scripts(name),
        _ => is_plain && is_no_program(name, app),
    }
}

/// Programs of packages are called otherwise. With a colon Yarn looks in all workspaces.
fn is_no_program(name: &str, app: &App) -> bool {
    let is_single = !app.is_workspace_root();
    matches!(name, "build" | "compile") || (name.contains(':') && is_single)
}

fn is_certain(ctx: &Inspection, call: &ScriptCall) -> bool {
    let start = call.command.range.start();
    is_fatal(ctx, call.instruction, call.command.range)
        && !may_have_made(ctx, call.stage, start, "package.json")
        && !may_have_made(ctx, call.stage, start, "pkg")
        && !may_have_made(ctx, call.stage, start, &call.script)
}

fn diagnostic(call: &ScriptCall, app: &App) -> Diagnostic {
    let manifest = paths::join(&app.folder, "package.json");
    let command = quoted(&call.command.words);
    let message = format!("`{manifest}` has no script `{}`: `{command}` fails", call.script);
    let mut res = Diagnostic::new(MISSING_SCRIPT.name, call.command.range, message);
    res.severity = Severity::Error;
    let names = app.package.scripts.keys().map(String::as_str);
    let reason = match crate::config::nearest(&call.script, names) {
        Some(name) => format!("`{name}` may be meant, or a script that is still to be written"),
        None => "which script is meant is for you to say".to_owned(),
    };
    res.with_held_back(reason)
}

#[cfg(test)]
mod tests {
    use super::MISSING_SCRIPT;
    use crate::testing::{check_clean, check_diagnostics};

    const PACKAGE: (&str, &str) = ("package.json", r#"{"scripts": {"compile": "tsc", "start": "node ."}}"#);

    fn dockerfile(command: &str) -> String {
        format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN {command}\n")
    }

    #[test]
    fn a_script_that_is_not_there() {
        for (command, reason) in [
            ("npm run build", "which script is meant is for you to say"),
            ("npm run-script build -- --prod", "which script is meant is for you to say"),
            ("npm run compil", "`compile` may be meant, or a script that is still to be written"),
            ("pnpm run build", "which script is meant is for you to say"),
            ("yarn build", "which script is meant is for you to say"),
            ("bun run build:prod", "which script is meant is for you to say"),
        ] {
            let name = command.split(' ').find(|it| !["npm", "pnpm", "yarn", "bun", "run", "run-script"].contains(it));
            let expected = format!(
                "5:5: error[missing-script] `package.json` has no script `{}`: `{command}` fails\n  held back: {reason}\n",
                name.unwrap_or_default()
            );
            check_diagnostics(&MISSING_SCRIPT, &[PACKAGE], &dockerfile(command), &expected);
        }
    }

    #[test]
    fn there_or_not_certain() {
        for command in [
            "npm run compile",
            "npm run build --if-present",
            "npm run --if-present build",
            "npm run build || true",
            "npm run build; echo done",
            "npm run",
            "npm start",
            "yarn tsc",
            "pnpm tsc",
            "bun run server.ts",
            "bun run tsc",
            "npm run build -w api",
            "npm run build --workspaces",
            "npm --prefix client run build",
            "npm pkg set scripts.build=tsc && npm run build",
            "cd $DIR && npm run build",
            "if [ -f x ]; then npm run build; fi",
            "./prepare.sh && npm run build",
        ] {
            check_clean(&MISSING_SCRIPT, &[PACKAGE], &dockerfile(command));
        }
        check_clean(&MISSING_SCRIPT, &[], &dockerfile("npm run build"));
    }
}
