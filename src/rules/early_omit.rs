//! `early-omit`

use super::declare_rule;
use super::support::{flag_spans, line_number, quoted, severity, starved_build};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::omit;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::stages::{Build, Install, InstallId, NpmSetting, Scope, Verb};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

declare_rule! {
    /// Flags an install that leaves the devDependencies out above the build that needs them.
    ///
    /// ## Why
    /// The build does not find its compiler. Production packages are for the stage that ships: the stage that builds needs
    /// all of them. A flag leaves them out, or npm's configuration does: `ENV npm_config_omit=dev`, `npm config set omit dev`,
    /// `omit=dev` in .npmrc.
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
    /// Where npm's configuration leaves them out, the install gets `--include=dev`, which is stronger. Packages that come from another stage count as well, where they don't ship. Safe where a lock file proves that the build lacks a package: the build fails without the fix. Unsafe where another
    /// package may bring it.
    pub(crate) EARLY_OMIT { name: "early-omit", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for (at, install) in ctx.model().installs.iter_enumerated() {
        let flags = flags(install);
        if !leaves_dev_out(install) || (flags.is_empty() && install.omitted_by.is_none()) {
            continue;
        }
        let Some((build, package, _)) = starved_build(ctx, at, install) else { continue };
        // Packages that ship from another stage are meant for the run: the build is what stands wrong there.
        if !ctx.model().is_on(build.stage, install.stage) && ships(ctx, at) {
            continue;
        }
        acc.push(match &install.omitted_by {
            Some(setting) if flags.is_empty() => by_setting(ctx, install, setting, build, &package),
            _ => diagnostic(ctx, install, &flags, build, &package),
        });
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
    let res = kept_out(ctx, install, &ctx.text()[flags[0].0], build, package);
    let edits = flags.iter().map(|it| deletion(ctx, it.0)).collect();
    with_fix(res, "Install all dependencies for the build".to_owned(), edits, package)
}

/// The same by npm's configuration, which may be there for something else: a flag is stronger.
fn by_setting(ctx: &Inspection, install: &Install, setting: &NpmSetting, build: &Build, package: &str) -> Diagnostic {
    let mut res = kept_out(ctx, install, &setting.written, build, package);
    if let Some(by) = setting.by.filter(|it| *it != install.instruction) {
        res = res.with_related(ctx.model().instructions[by].content, "it is set here");
    }
    let is_shell = matches!(ctx.model().instructions[install.instruction].kind, Kind::Run(CommandForm::Shell(_)));
    let flag = install.manager.with_dev(install.npm().least()).filter(|_| is_shell);
    match flag.zip(install.command.words.last()) {
        Some((flag, last)) => {
            let edit = Edit::insertion(last.range.end(), format!(" {flag}"));
            with_fix(res, format!("Add `{flag}`"), vec![edit], package)
        }
        None => res.with_held_back("whatever sets it has to stand below the build"),
    }
}

fn kept_out(ctx: &Inspection, install: &Install, by: &str, build: &Build, package: &str) -> Diagnostic {
    let message = format!(
        "`{by}` keeps `{package}` out of this install, and `{}` at line {} needs it",
        quoted(&build.command.words),
        line_number(ctx, build.instruction)
    );
    let mut res = Diagnostic::new(EARLY_OMIT.name, install.command.range, message);
    res.severity =
        install.app.as_ref().and_then(|it| ctx.project().app(it)).map_or(Severity::Warning, |it| severity(&it));
    res
}

fn with_fix(res: Diagnostic, title: String, edits: Vec<Edit>, package: &str) -> Diagnostic {
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
    use crate::testing::{check_clean, check_diagnostics, check_fix, check_unsafe_fix};

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
    fn by_configuration() {
        let files = [PACKAGE, TSCONFIG, LOCK];
        for before in [
            "npm config set omit dev && npm ci",
            "npm config set --location=global omit=dev\nRUN npm ci",
            "npm_config_omit=dev npm ci",
            "npm set production\nRUN npm ci",
        ] {
            check_fix(&EARLY_OMIT, &files, &dockerfile(before), &dockerfile(&format!("{before} --include=dev")));
        }
        let by_env = |env: &str, flag: &str| dockerfile(&format!("true\nENV {env}\nRUN npm ci{flag}"));
        for env in ["npm_config_omit=dev", "NPM_CONFIG_PRODUCTION=true", "npm_config_only=production"] {
            check_fix(&EARLY_OMIT, &files, &by_env(env, ""), &by_env(env, " --include=dev"));
        }
        let by_file = [PACKAGE, TSCONFIG, LOCK, (".npmrc", "omit=dev\n")];
        check_fix(&EARLY_OMIT, &by_file, &dockerfile("npm ci"), &dockerfile("npm ci --include=dev"));
        let expected = "4:5: error[early-omit] `omit=dev in .npmrc` keeps `typescript` out of this install, and `npm run build` at line 5 needs it\n  fix (safe): Add `--include=dev`\n";
        check_diagnostics(&EARLY_OMIT, &by_file, &dockerfile("npm ci"), expected);
    }

    #[test]
    fn a_configuration_that_changes_nothing() {
        let files = [PACKAGE, TSCONFIG, LOCK];
        for install in [
            "npm config set omit optional && npm ci",
            "npm config set omit dev && npm ci --include=dev",
            "npm ci && npm config set omit dev",
            "npm config set omit dev\nUSER node\nRUN npm ci",
            "npm config set fund false && npm ci",
        ] {
            check_clean(&EARLY_OMIT, &files, &dockerfile(install));
        }
        let unseen = "FROM node:22\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n";
        check_clean(&EARLY_OMIT, &[PACKAGE, TSCONFIG, LOCK, (".npmrc", "omit=dev\n")], unseen);
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
