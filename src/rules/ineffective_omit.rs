//! `ineffective-omit`

use super::declare_rule;
use super::support::{flag_spans, omit_doubt};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{Manager, omit};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::stages::{Install, Scope, Verb};
use crate::text::TextRange;

declare_rule! {
    /// Flags a flag that should leave devDependencies out, and that the package manager ignores.
    ///
    /// ## Why
    /// It is ignored in silence: the build passes, and the devDependencies ship. npm 6 ignores
    /// `--omit=dev`, all of npm ignores `--omit-dev`, Yarn 1 ignores both, and bun ignores `--prod` up to 1.2.20.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit-dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}, "devDependencies": {"eslint": "^9.0.0"}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe where nothing that is built, installed or started needs a devDependency; unsafe where that
    /// is not known, and in a Dockerfile for development (see `missing-node-env`).
    pub(crate) INEFFECTIVE_OMIT { name: "ineffective-omit", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for install in ctx.model().installs.iter().filter(|it| it.scope != Scope::Production) {
        if !matches!(install.verb, Verb::Install | Verb::CleanInstall | Verb::Prune) {
            continue;
        }
        let ignored = |flag: &str| omit::is_ignored(install.manager, install.major, install.version, flag);
        let spans = flag_spans(&install.command, &["--omit", "--only"], ignored);
        acc.extend(spans.into_iter().map(|(range, _)| diagnostic(ctx, install, range)));
    }
}

fn diagnostic(ctx: &Inspection, install: &Install, range: TextRange) -> Diagnostic {
    let flag = ctx.text()[range].trim();
    let refused = omit::is_refused(install.manager, install.major, flag);
    let program = program(install);
    let verb = if refused { "refuses" } else { "ignores" };
    let mut res = Diagnostic::new(INEFFECTIVE_OMIT.name, range, format!("{program} {verb} `{flag}`"));
    if refused {
        res.severity = Severity::Error;
    } else {
        res = res.with_note("The devDependencies are installed all the same");
    }
    let right = omit::right_flag(install.manager, install.major, install.verb);
    let fix = |applicability| Fix::new(format!("Use `{right}`"), applicability, vec![Edit::replacement(range, right)]);
    match doubt(ctx, install) {
        Some(doubt) => res.with_fix(fix(Applicability::Unsafe)).with_held_back(doubt),
        None => res.with_fix(fix(Applicability::Safe)),
    }
}

fn doubt(ctx: &Inspection, install: &Install) -> Option<Reason> {
    if install.manager == Manager::Npm && install.major.is_none() && !install.is_since(7) {
        return Some("npm 6 ignores `--omit=dev`, and the version of npm is not known here".into());
    }
    omit_doubt(ctx, install)
}

fn program(install: &Install) -> String {
    if let Some(version) = install.version {
        return format!("{} {version}", install.manager.program());
    }
    match (install.manager, install.major) {
        (manager, Some(major)) => format!("{} {major}", manager.program()),
        (manager, None) => manager.program().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::INEFFECTIVE_OMIT;
    use crate::testing::{Case, check_clean, check_fix, check_held_back};

    const FILES: &[(&str, &str)] = &[
        ("package.json", r#"{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "^5.0.0"}}"#),
        ("server.js", "console.log('ok')\n"),
    ];

    fn dockerfile(image: &str, command: &str) -> String {
        format!("FROM {image}\nWORKDIR /app\nCOPY . .\nRUN {command}\nCMD [\"node\", \"server.js\"]\n")
    }

    #[test]
    fn misspelled() {
        for flag in ["--omit-dev", "--no-dev", "-P", "--omit=development", "--omit=dev,optional", "--dev=false"] {
            let before = dockerfile("node:22", &format!("npm install {flag}"));
            check_fix(&INEFFECTIVE_OMIT, FILES, &before, &dockerfile("node:22", "npm install --omit=dev"));
        }
    }

    #[test]
    fn npm_6() {
        for flag in ["--omit=dev", "--omit dev"] {
            let before = dockerfile("node:14", &format!("npm ci {flag}"));
            check_fix(&INEFFECTIVE_OMIT, FILES, &before, &dockerfile("node:14", "npm ci --only=production"));
        }
    }

    #[test]
    fn npm_12() {
        let image = |flag: &str| dockerfile("node:24", &format!("npm i -g npm@12\nRUN npm ci {flag}"));
        for (flag, does) in [
            ("--omit-dev", "refuses"),
            ("--only-production", "refuses"),
            ("--no-dev", "ignores"),
            ("--dev=false", "ignores"),
            ("-P", "ignores"),
        ] {
            let says = format!("npm 12 {does} `{flag}`");
            assert!(Case::of(&INEFFECTIVE_OMIT).files(FILES).report(&image(flag)).contains(&says), "{flag}");
            check_fix(&INEFFECTIVE_OMIT, FILES, &image(flag), &image("--omit=dev"));
        }
    }

    #[test]
    fn pnpm_has_no_such_option() {
        let image = |flag: &str| dockerfile("node:22", &format!("npm i -g pnpm@10\nRUN pnpm install {flag}"));
        check_fix(&INEFFECTIVE_OMIT, FILES, &image("--omit=dev"), &image("--prod"));
        let says = "pnpm 10 refuses `--omit=dev`";
        assert!(Case::of(&INEFFECTIVE_OMIT).files(FILES).report(&image("--omit=dev")).contains(says));
    }

    #[test]
    fn the_right_flag_is_right() {
        check_clean(&INEFFECTIVE_OMIT, FILES, &dockerfile("node:22", "npm ci --omit=dev"));
        check_clean(&INEFFECTIVE_OMIT, FILES, &dockerfile("node:22", "npm ci --omit dev"));
    }

    #[test]
    fn older_buns() {
        let bun = |tag: &str, flag: &str| dockerfile(&format!("oven/bun:{tag}"), &format!("bun install {flag}"));
        for (tag, flag) in
            [("1.1", "--prod"), ("1.2.20-alpine", "--prod"), ("1.0", "--omit=dev"), ("1.1.40", "--omit dev")]
        {
            check_fix(&INEFFECTIVE_OMIT, FILES, &bun(tag, flag), &bun(tag, "--production"));
        }
        for (tag, flag) in [
            ("1.2", "--prod"),
            ("1.3.0", "--prod"),
            ("1", "--prod"),
            ("alpine", "--prod"),
            ("$VERSION", "--prod"),
            ("1.1", "--omit=dev"),
            ("1.0", "--production"),
            ("1.0", "-p"),
        ] {
            check_clean(&INEFFECTIVE_OMIT, FILES, &bun(tag, flag));
        }
    }

    #[test]
    fn a_build_behind_it_may_need_them() {
        check_held_back(
            &INEFFECTIVE_OMIT,
            FILES,
            &dockerfile("node:22", "npm ci --omit-dev && npm run build"),
            "`npm run build` runs after it and may need devDependencies",
        );
    }

    #[test]
    fn for_development() {
        let served = dockerfile("node:22", "npm ci --omit-dev").replace("[\"node\", ", "[\"nodemon\", ");
        let reason = "the container starts a development server, `nodemon server.js`";
        check_held_back(&INEFFECTIVE_OMIT, FILES, &served, reason);
    }

    #[test]
    fn yarn_1_knows_neither() {
        let files = &[("package.json", "{}"), ("yarn.lock", "# yarn lockfile v1\n"), ("server.js", "")];
        for flag in ["--omit=dev", "--only=production"] {
            let before = dockerfile("node:22", &format!("yarn install {flag}"));
            check_fix(&INEFFECTIVE_OMIT, files, &before, &dockerfile("node:22", "yarn install --production"));
        }
    }
}
