//! `unfrozen-install`

mod clean;
mod frozen;

use super::declare_rule;
use super::support::quoted;
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::changed_manifest;
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Lock};
use crate::stages::{Install, Verb};

declare_rule! {
    /// Flags an install that may go past the lock file.
    ///
    /// ## Why
    /// `npm install` takes newer versions where package.json and the lock file do not agree: two builds
    /// of one commit can then differ.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm install --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package.json package-lock.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the lock file is in the stage, the package manager can read it, and it agrees with package.json; unsafe
    /// where one of these is not known, or a command before it may have changed package.json. That is told for npm,
    /// Yarn 1 and pnpm (of one package); the later Yarns and bun have unsafe fixes. An install in a script of
    /// package.json is reported only, and so, as information, is an npm 6 whose lock file was written by a later npm.
    pub(crate) UNFROZEN_INSTALL { name: "unfrozen-install", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    for install in &ctx.model().installs {
        let is_open = install.verb == Verb::Install && install.lock_present == Some(true);
        let Some(app) = install.app.as_ref().filter(|_| is_open).and_then(|it| ctx.project().app(it)) else { continue };
        let Some(lock) = app.locks.iter().find(|it| it.manager == install.manager) else { continue };
        match clean::too_old(install, lock) {
            Some(major) => acc.push(unread(install, lock, major)),
            None if !is_frozen(install) && !is_without_lock(ctx, install, lock) => {
                acc.push(diagnostic(ctx, install, &app, lock))
            }
            None => {}
        }
    }
}

/// Whether its flags hold it to the lock file.
fn is_frozen(install: &Install) -> bool {
    let arguments: Vec<&str> = install.command.arguments().flatten().collect();
    install.manager.is_frozen(&arguments)
}

/// Whether it always runs, or in a branch of an `if`, where its frozen form does as it would alone. After `||` it mends what
/// failed, and a loop or a function runs it who knows where.
fn is_in_plain_branch(ctx: &Inspection, install: &Install) -> bool {
    let text = &ctx.text()[ctx.model().instructions[install.instruction].content];
    // `if ! npm ci; then npm install; fi` mends what failed as well.
    let is_condition = |it: &Install| {
        let before = ctx.text()[..usize::from(it.command.range.start())].trim_end();
        before.trim_end_matches('!').trim_end().ends_with("if")
    };
    let is_tried = |it: &Install| {
        let is_there = it.instruction == install.instruction && it.manager == install.manager;
        is_there && (!it.command.conditional || is_condition(it))
    };
    let is_elsewhere = ["||", "for ", "while ", "until ", "case ", "()"].iter().any(|it| text.contains(it));
    let is_branch = || text.contains("if ") && !is_elsewhere && !ctx.model().installs.iter().any(is_tried);
    !install.command.conditional || is_branch()
}

/// Whether it is for a folder without the lock file, which is there:
/// `if [ -f package-lock.json ]; then npm ci; else npm install; fi`.
fn is_without_lock(ctx: &Inspection, install: &Install, lock: &Lock) -> bool {
    let text = &ctx.text()[ctx.model().instructions[install.instruction].content];
    let is_frozen_twin = |it: &&Install| {
        it.instruction == install.instruction
            && it.manager == install.manager
            && (it.verb == Verb::CleanInstall || is_frozen(it))
    };
    install.command.conditional
        && text.contains(paths::file_name(&lock.path))
        && ctx.model().installs.iter().any(|it| is_frozen_twin(&it))
}

/// Nothing in the Dockerfile but another image puts that right, so it is said and no more.
fn unread(install: &Install, lock: &Lock, major: u32) -> Diagnostic {
    let (lock, command) = (&lock.path, quoted(&install.command.words[..2.min(install.command.words.len())]));
    let message =
        format!("npm {major} can't read `{lock}`: `{command}` takes the newest versions that package.json allows");
    let mut res = Diagnostic::new(UNFROZEN_INSTALL.name, install.command.range, message);
    res.severity = Severity::Info;
    res.with_held_back(format!(
        "only an image with npm 7 or later, or a lock file made by npm {major}, puts that right"
    ))
}

fn diagnostic(ctx: &Inspection, install: &Install, app: &App, lock: &Lock) -> Diagnostic {
    let command = quoted(&install.command.words[..2.min(install.command.words.len())]);
    let by = match &install.script {
        Some(script) => format!("An install in the script `{script}`"),
        None => format!("`{command}`"),
    };
    let message = format!("{by} may install other versions than `{}` names", lock.path);
    let res = Diagnostic::new(UNFROZEN_INSTALL.name, install.command.range, message);
    if let Some(script) = &install.script {
        return res.with_held_back(format!("the install stands in the script `{script}` of package.json"));
    }
    let frozen = install.manager.frozen();
    let edits = match install.manager.frozen_flag() {
        None => clean::edits(ctx, install, app, lock),
        Some(_) => frozen::edits(ctx, install, app, lock),
    };
    let title = format!("Use `{frozen}`");
    match edits {
        Err(reason) => res.with_held_back(reason),
        Ok((edits, doubt)) => {
            let doubt = doubt.or_else(|| changed_manifest(ctx.model(), ctx.text(), install));
            match doubt {
                None => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
                Some(doubt) => res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(doubt),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::UNFROZEN_INSTALL;
    use crate::testing::{check_clean, check_fix, check_held_back, check_unsafe_fix};

    const FILES: &[(&str, &str)] = &[
        ("package.json", r#"{"dependencies": {"ms": "^2.0.0"}}"#),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "^2.0.0"}}, "node_modules/ms": {"version": "2.1.3"}}}"#,
        ),
    ];

    fn dockerfile(image: &str, command: &str) -> String {
        format!(
            "FROM {image}\nWORKDIR /app\nCOPY package*.json ./\nRUN {command}\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"
        )
    }

    #[test]
    fn flags_are_kept_or_mean_nothing() {
        for (before, after) in [
            ("npm install", "npm ci"),
            ("npm i", "npm ci"),
            ("npm install --legacy-peer-deps", "npm ci --legacy-peer-deps"),
            ("npm install --omit=dev --no-audit --loglevel=error", "npm ci --omit=dev --no-audit --loglevel=error"),
            ("npm install --prefix . --no-save", "npm ci --prefix ."),
            ("npm install --prefix=/app", "npm ci --prefix=/app"),
            ("npm install --loglevel notice --no-save", "npm ci --loglevel notice"),
            ("npm install --no-save --silent && npm cache clean --force", "npm ci --silent && npm cache clean --force"),
        ] {
            check_fix(
                &UNFROZEN_INSTALL,
                FILES,
                &dockerfile("node:20-alpine", before),
                &dockerfile("node:20-alpine", after),
            );
        }
    }

    #[test]
    fn package_json_may_be_another_by_then() {
        for command in ["npm pkg set dependencies.ms=1", "sed -i s/2/1/ package.json"] {
            let (before, after) = (format!("{command} && npm install"), format!("{command} && npm ci"));
            check_unsafe_fix(&UNFROZEN_INSTALL, FILES, &dockerfile("node:20", &before), &dockerfile("node:20", &after));
        }
        check_fix(
            &UNFROZEN_INSTALL,
            FILES,
            &dockerfile("node:20", "npm pkg delete scripts.prepare && npm install"),
            &dockerfile("node:20", "npm pkg delete scripts.prepare && npm ci"),
        );
    }

    #[test]
    fn packages_of_a_workspace_by_name() {
        let lock = "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n\n  api:\n    dependencies:\n      ms:\n        specifier: ^2.0.0\n        version: 2.1.3\n\npackages:\n\n  ms@2.1.3: {}\n";
        let files = &[
            ("package.json", "{}"),
            ("pnpm-workspace.yaml", "packages: [api]\n"),
            ("pnpm-lock.yaml", lock),
            ("api/package.json", r#"{"name": "api", "dependencies": {"ms": "^2.0.0"}}"#),
        ];
        let of = |install: &str| {
            other("pnpm-lock.yaml", install).replace("package.json", "package.json pnpm-workspace.yaml")
        };
        for (before, after) in [
            ("pnpm install --filter=api", "pnpm install --frozen-lockfile --filter=api"),
            ("pnpm --filter api install", "pnpm --filter api install --frozen-lockfile"),
            ("pnpm install -F api... --prod", "pnpm install --frozen-lockfile -F api... --prod"),
        ] {
            check_fix(&UNFROZEN_INSTALL, files, &of(before), &of(after));
        }
    }

    #[test]
    fn frozen_already_or_adding() {
        for command in ["npm ci", "npm install express", "npm install -g pnpm", "npm run install"] {
            check_clean(&UNFROZEN_INSTALL, FILES, &dockerfile("node:20", command));
        }
    }

    #[test]
    fn no_lock_in_the_stage() {
        check_clean(&UNFROZEN_INSTALL, FILES, "FROM node:20\nWORKDIR /app\nCOPY package.json .\nRUN npm install\n");
        check_clean(&UNFROZEN_INSTALL, &FILES[..1], &dockerfile("node:20", "npm install"));
    }

    #[test]
    fn the_lock_is_too_new_for_this_npm() {
        let dockerfile = dockerfile("node:14", "npm install");
        let reason = "only an image with npm 7 or later, or a lock file made by npm 6, puts that right";
        check_held_back(&UNFROZEN_INSTALL, FILES, &dockerfile, reason);
    }

    #[test]
    fn an_unknown_npm() {
        let (before, after) = (dockerfile("example/base", "npm install"), dockerfile("example/base", "npm ci"));
        check_unsafe_fix(&UNFROZEN_INSTALL, FILES, &before, &after);
    }

    #[test]
    fn the_lock_does_not_agree() {
        let files = &[("package.json", r#"{"dependencies": {"ms": "^2.0.0", "debug": "1"}}"#), FILES[1]];
        let reason = "`npm ci` would fail: `debug` is in package.json but not in package-lock.json";
        check_held_back(&UNFROZEN_INSTALL, files, &dockerfile("node:20", "npm install"), reason);
    }

    #[test]
    fn branches() {
        let of = |command: &str| dockerfile("node:20", &format!("if [ \"$A\" = b ]; then npm i -g x; {command}; fi"));
        check_fix(&UNFROZEN_INSTALL, FILES, &of("npm install"), &of("npm ci"));
        let for_none = "if [ -f package-lock.json ]; then npm ci; else npm install; fi";
        check_clean(&UNFROZEN_INSTALL, FILES, &dockerfile("node:20", for_none));
    }

    #[test]
    fn what_npm_ci_can_not_do() {
        for (command, reason) in [
            ("npm install --no-package-lock", "it is not known what `--no-package-lock` means to `npm ci`"),
            ("test -f x || npm install", "the command runs in some cases only"),
            ("if npm ci; then echo; else npm install; fi", "the command runs in some cases only"),
            ("npm ci; if [ $? != 0 ]; then npm install; fi", "the command runs in some cases only"),
            ("if ! npm ci; then npm install; fi", "the command runs in some cases only"),
            ("for i in 1 2 3; do npm install && break; done", "the command runs in some cases only"),
            (
                "--mount=type=cache,target=/app/node_modules npm install",
                "`npm ci` can't remove the `node_modules` that is mounted there",
            ),
        ] {
            check_held_back(&UNFROZEN_INSTALL, FILES, &dockerfile("node:20", command), reason);
        }
    }

    const YARN: &str = "# yarn lockfile v1\n\n\nms@^2.0.0:\n  version \"2.1.3\"\n";
    const PNPM: &str = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      ms:\n        specifier: ^2.0.0\n        version: 2.1.3\n\npackages:\n\n  ms@2.1.3: {}\n";

    fn other(lock: &str, command: &str) -> String {
        format!(
            "FROM node:20\nRUN npm install -g pnpm@10\nWORKDIR /app\nCOPY package.json {lock} ./\nRUN {command}\nCMD [\"node\", \"server.js\"]\n"
        )
    }

    #[test]
    fn other_managers() {
        for (lock, text, before, after) in [
            ("yarn.lock", YARN, "yarn", "yarn --frozen-lockfile"),
            ("yarn.lock", YARN, "yarn install", "yarn install --frozen-lockfile"),
            ("yarn.lock", YARN, "yarn --production=true", "yarn --frozen-lockfile --production=true"),
            (
                "yarn.lock",
                YARN,
                "yarn install --ignore-engines --network-timeout 100000 && yarn cache clean",
                "yarn install --frozen-lockfile --ignore-engines --network-timeout 100000 && yarn cache clean",
            ),
            ("pnpm-lock.yaml", PNPM, "pnpm i", "pnpm i --frozen-lockfile"),
            ("pnpm-lock.yaml", PNPM, "pnpm install --prod", "pnpm install --frozen-lockfile --prod"),
            ("pnpm-lock.yaml", PNPM, "pnpm -r i --store-dir /s", "pnpm -r i --frozen-lockfile --store-dir /s"),
        ] {
            let files = &[FILES[0], (lock, text)];
            check_fix(&UNFROZEN_INSTALL, files, &other(lock, before), &other(lock, after));
        }
    }

    #[test]
    fn other_locks_that_do_not_agree() {
        for (lock, text, command, reason) in [
            (
                "yarn.lock",
                YARN.replace("^2.0.0", "^1.0.0"),
                "yarn",
                "`yarn install --frozen-lockfile` would fail: `ms` ^2.0.0 is in package.json but not in yarn.lock",
            ),
            (
                "yarn.lock",
                YARN.replace("2.1.3", "1.1.3"),
                "yarn",
                "`yarn install --frozen-lockfile` would fail: package.json asks for `ms` ^2.0.0, yarn.lock holds 1.1.3",
            ),
            (
                "pnpm-lock.yaml",
                PNPM.replace("^2.0.0", "^2.1.0"),
                "pnpm i",
                "`pnpm install --frozen-lockfile` would fail: package.json asks for `ms` ^2.0.0, pnpm-lock.yaml was made for ^2.1.0",
            ),
            (
                "pnpm-lock.yaml",
                PNPM.replace("9.0", "6.0"),
                "pnpm i",
                "`pnpm install --frozen-lockfile` would fail: pnpm 10 can't read pnpm-lock.yaml",
            ),
        ] {
            check_held_back(&UNFROZEN_INSTALL, &[FILES[0], (lock, &text)], &other(lock, command), reason);
        }
    }

    #[test]
    fn other_locks_that_may_not_agree() {
        for (lock, text, package) in [
            ("yarn.lock", format!("{YARN}  dependencies:\n    b \"1\"\n"), FILES[0].1),
            ("yarn.lock", YARN.to_owned(), r#"{"dependencies": {"ms": "^2.0.0"}, "resolutions": {"ms": "2.0.0"}}"#),
            ("yarn.lock", YARN.to_owned(), r#"{"dependencies": {"ms": "^2.0.0"}, "workspaces": ["(a|b)"]}"#),
            ("pnpm-lock.yaml", format!("overrides:\n  a: 1.0.0\n{PNPM}"), FILES[0].1),
            ("pnpm-lock.yaml", PNPM.to_owned(), r#"{"dependencies": {"ms": "^2.0.0"}, "pnpm": {"overrides": {}}}"#),
        ] {
            let verb = if lock == "yarn.lock" { "yarn install" } else { "pnpm install" };
            let files = &[("package.json", package), (lock, text.as_str())];
            let after = other(lock, &format!("{verb} --frozen-lockfile"));
            check_unsafe_fix(&UNFROZEN_INSTALL, files, &other(lock, verb), &after);
        }
        let files = &[FILES[0], ("pnpm-lock.yaml", PNPM)];
        let unknown = |it: &str| other("pnpm-lock.yaml", it).replace("npm install -g pnpm@10", "corepack enable");
        let after = unknown("pnpm install --frozen-lockfile");
        check_unsafe_fix(&UNFROZEN_INSTALL, files, &unknown("pnpm install"), &after);
    }

    #[test]
    fn flags_that_nobody_described() {
        let files = &[FILES[0], ("yarn.lock", YARN)];
        let reason = "it is not known what `--flat` means to `yarn install --frozen-lockfile`";
        check_held_back(&UNFROZEN_INSTALL, files, &other("yarn.lock", "yarn install --flat"), reason);
    }
}
