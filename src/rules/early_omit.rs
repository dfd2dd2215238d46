//! `early-omit`

use super::declare_rule;
use super::support::{flag_spans, line_number, quoted, severity, starved_build};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::omit;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::stages::{Build, Install, InstallId, Scope, Verb};
use crate::text::TextRange;

declare_rule! {
    /// Flags an install that leaves the devDependencies out above the build that needs them.
    ///
    /// ## Why
    /// The build does not find its compiler. Production packages are for the stage that ships: the stage that builds needs
    /// all of them.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim AS build
    /// WORKDIR /app
    /// COPY . .
    /// RUN npm ci --omit=dev
    /// RUN npm run build
    ///
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY --from=build /app/dist ./dist
    /// CMD ["node", "dist/server.js"]
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
    /// CMD ["node", "dist/server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.9.0"}}
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
    /// {"compilerOptions": {"outDir": "dist", "rootDir": "src"}, "include": ["src"]}
    /// ```
    /// ```ts file=src/server.ts
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Packages that come from another stage count as well, where they don't ship. Safe where a lock file proves that the build lacks a package: the build fails without the fix. Unsafe where another
    /// package may bring it.
    pub(crate) EARLY_OMIT { name: "early-omit", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for (at, install) in ctx.model().installs.iter_enumerated() {
        let flags = flags(install);
        if flags.is_empty() || !leaves_dev_out(install) {
            continue;
        }
        let Some((build, package, _)) = starved_build(ctx, at, install) else { continue };
        // Packages that ship from another stage are meant for the run: the build is what stands wrong there.
        if !ctx.model().is_on(build.stage, install.stage) && ships(ctx, at) {
            continue;
        }
        acc.push(diagnostic(ctx, install, &flags, build, &package));
    }
}

/// Whether the stage that ships has the packages of the install.
fn ships(ctx: &Inspection, install: InstallId) -> bool {
    let stage = ctx.model().production_stage();
    stage.is_none_or(|it| it.contents.node_modules().any(|(_, it)| it.install == install))
}

fn leaves_dev_out(install: &Install) -> bool {
    matches!(install.verb, Verb::Install | Verb::CleanInstall)
        && install.scope == Scope::Production
        && install.script.is_none()
        && !install.command.conditional
}

/// The words that ask for production dependencies only.
fn flags(install: &Install) -> Vec<(TextRange, &str)> {
    let asks = |it: &str| omit::is_production(it) || omit::is_old(it);
    let ignored = |it: &str| omit::is_ignored(install.manager, install.major, install.version, it);
    flag_spans(&install.command, &["--omit", "--only"], |it| asks(it) && !ignored(it))
}

fn diagnostic(
    ctx: &Inspection,
    install: &Install,
    flags: &[(TextRange, &str)],
    build: &Build,
    package: &str,
) -> Diagnostic {
    let message = format!(
        "`{}` keeps `{package}` out of this install, and `{}` at line {} needs it",
        &ctx.text()[flags[0].0],
        quoted(&build.command.words),
        line_number(ctx, build.instruction)
    );
    let mut res = Diagnostic::new(EARLY_OMIT.name, install.command.range, message);
    res.severity =
        install.app.as_ref().and_then(|it| ctx.project().app(it)).map_or(Severity::Warning, |it| severity(&it));
    let edits = flags.iter().map(|it| deletion(ctx, it.0)).collect();
    let title = "Install all dependencies for the build";
    match res.severity {
        Severity::Error => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
        _ => res
            .with_fix(Fix::new(title, Applicability::Unsafe, edits))
            .with_held_back(format!("whether another package brings `{package}` is not known")),
    }
}

/// The words with the space in front of them.
fn deletion(ctx: &Inspection, words: TextRange) -> Edit {
    let before = &ctx.text()[..words.start().into()];
    let n_spaces = before.len() - before.trim_end_matches([' ', '\t']).len();
    let start = words.start() - crate::text::offset(n_spaces);
    Edit::deletion(TextRange::new(start, words.end()))
}

#[cfg(test)]
mod tests {
    use super::EARLY_OMIT;
    use crate::testing::{check_clean, check_fix, check_unsafe_fix};

    const PACKAGE: (&str, &str) =
        ("package.json", r#"{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}}"#);
    const TSCONFIG: (&str, &str) = ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}}"#);
    const LOCK: (&str, &str) = (
        "package-lock.json",
        r#"{"lockfileVersion": 3, "packages": {"": {}, "node_modules/typescript": {"version": "5.0.0", "dev": true}}}"#,
    );

    fn dockerfile(install: &str) -> String {
        format!("FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN {install}\nRUN npm run build\n")
    }

    #[test]
    fn the_flag_goes() {
        for (before, after) in [
            ("npm ci --omit=dev", "npm ci"),
            ("npm ci --only=production --no-audit", "npm ci --no-audit"),
            ("npm ci --omit dev && npm cache clean --force", "npm ci && npm cache clean --force"),
        ] {
            check_fix(&EARLY_OMIT, &[PACKAGE, TSCONFIG, LOCK], &dockerfile(before), &dockerfile(after));
        }
        let before = dockerfile("npm install --omit=dev");
        check_unsafe_fix(&EARLY_OMIT, &[PACKAGE, TSCONFIG], &before, &dockerfile("npm install"));
    }

    #[test]
    fn packages_of_another_stage() {
        let dockerfile = |install: &str, shipped: &str| {
            format!(
                "FROM node:22 AS deps\nWORKDIR /app\nCOPY package*.json ./\nRUN {install}\n\nFROM node:22 AS build\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY . .\nRUN npm run build\n\nFROM node:22\nWORKDIR /app\n{shipped}COPY --from=build /app/dist ./dist\nCMD [\"node\", \"dist/server.js\"]\n"
            )
        };
        let files = [PACKAGE, TSCONFIG, LOCK, ("server.ts", "")];
        check_fix(&EARLY_OMIT, &files, &dockerfile("npm ci --omit=dev", ""), &dockerfile("npm ci", ""));
        // There the build is what stands wrong.
        for from in ["deps", "build"] {
            let shipped = format!("COPY --from={from} /app/node_modules ./node_modules\n");
            check_clean(&EARLY_OMIT, &files, &dockerfile("npm ci --omit=dev", &shipped));
        }
    }

    #[test]
    fn a_build_that_has_its_tools() {
        let files = [PACKAGE, TSCONFIG, LOCK];
        check_clean(&EARLY_OMIT, &files, &dockerfile("npm ci"));
        check_clean(&EARLY_OMIT, &files, &dockerfile("npm ci --omit=dev && npm i -g typescript"));
        check_clean(&EARLY_OMIT, &files, &dockerfile("npm ci --omit=dev\nRUN npm ci"));
        let after = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nRUN npm ci --omit=dev\n";
        check_clean(&EARLY_OMIT, &files, after);
    }
}
