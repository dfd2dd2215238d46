//! `manager-at-latest`

mod pin;

use super::declare_rule;
use super::support::node_stage;
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{Action, Invocation, latest};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::Manager;
use crate::shell::{Command, ShellWord};
use crate::stages::{InstructionId, says_development};
use crate::syntax::Kind;
use pin::{Pin, pin};

declare_rule! {
    /// Flags a package manager that is installed at whatever version is the latest on the day of the build.
    ///
    /// ## Why
    /// The same Dockerfile gets another major tomorrow. npm 12 installs on no Node below 22, and runs no install
    /// scripts of dependencies; pnpm 10 skips them, and later ones end with an error; each major of pnpm reads the lock files of
    /// a few others only.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// RUN npm install -g pnpm
    /// WORKDIR /app
    /// COPY package.json pnpm-lock.yaml ./
    /// RUN pnpm install --frozen-lockfile --prod
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// RUN npm install -g pnpm@9.15.9
    /// WORKDIR /app
    /// COPY package.json pnpm-lock.yaml ./
    /// RUN pnpm install --frozen-lockfile --prod
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "packageManager": "pnpm@9.15.9", "dependencies": {"ms": "^2.1.3"}}
    /// ```
    /// ```yaml file=pnpm-lock.yaml
    /// lockfileVersion: '9.0'
    /// ```
    /// ```js file=server.js
    /// console.log(require('ms')('1h'))
    /// ```
    ///
    /// ## Fix safety
    /// Safe where `packageManager` of package.json names the version, to which pnpm and Corepack switch by themselves:
    /// it is information then. Safe as well where today's npm does not install on the image's Node, and the build fails. Unsafe
    /// else: the major that the lock file is made for, or the latest that nodestage knows of. `yarn` from npm is Yarn 1
    /// for good, and not reported.
    pub(crate) MANAGER_AT_LATEST { name: "manager-at-latest", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

/// A word that names a manager without a version.
struct Floating<'c> {
    at: InstructionId,
    /// The verb, which takes names alone where it is `update`.
    verb: &'c ShellWord,
    word: &'c ShellWord,
    manager: Manager,
    by_corepack: bool,
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if node_stage(ctx).is_none() {
        return;
    }
    for (at, script) in ctx.model().scripts.iter_enumerated() {
        let Some(script) = script.as_ref().filter(|_| ships(ctx, at)) else { continue };
        let commands = script.commands.iter().filter(|it| !it.conditional);
        acc.extend(commands.flat_map(|it| floating(at, it)).map(|it| diagnostic(ctx, &it)));
    }
}

/// A RUN of a stage that is not for development by its name.
fn ships(ctx: &Inspection, at: InstructionId) -> bool {
    let stage = ctx.model().stage_of(at).and_then(|it| ctx.model().stages[it].name.as_ref());
    matches!(ctx.model().instructions[at].kind, Kind::Run(_)) && !stage.is_some_and(|it| says_development(it))
}

fn floating(at: InstructionId, command: &Command) -> Vec<Floating<'_>> {
    let words: Vec<String> =
        command.words.iter().map(|it| it.value.clone().unwrap_or_else(|| it.raw.clone())).collect();
    let by_corepack = latest::is_corepack(&words);
    let named = match Invocation::read(&words).map(|it| it.action) {
        Some(Action::Global(names)) => names,
        _ if by_corepack => words[2..].to_vec(),
        _ => return Vec::new(),
    };
    // After the program and its verb.
    let words = command.words.iter().skip(2).filter(|it| it.value.as_ref().is_some_and(|it| named.contains(it)));
    let manager = |it: &ShellWord| latest::floating_manager(it.value.as_deref()?, by_corepack);
    let verb = command.words.get(1);
    words.filter_map(|word| Some(Floating { at, verb: verb?, word, manager: manager(word)?, by_corepack })).collect()
}

fn diagnostic(ctx: &Inspection, found: &Floating<'_>) -> Diagnostic {
    let (name, word) = (found.manager.program(), found.word);
    let message = format!("`{}` is another {name} with each new release", word.raw);
    let mut res = Diagnostic::new(MANAGER_AT_LATEST.name, word.range, message);
    let (version, applicability, doubt) = match pin(ctx, found) {
        Pin::Named(version) => {
            res.severity = Severity::Info;
            (version, Applicability::Safe, None)
        }
        Pin::Fails { node, instead } => {
            res.severity = Severity::Error;
            res.message = format!("The latest {name} does not install on Node {node}");
            (instead.to_string(), Applicability::Safe, None)
        }
        Pin::Major(major, doubt) => (major.to_string(), Applicability::Unsafe, Some(doubt)),
        Pin::None => return res.with_held_back("which version is meant is for you to say"),
    };
    if word.value.as_ref() != Some(&word.raw) {
        return res.with_held_back("the word is quoted");
    }
    let mut edits = vec![Edit::replacement(word.range, format!("{name}@{version}"))];
    // `npm update -g npm@12`: "Update arguments must only contain package names" (npm 11.19).
    if matches!(found.verb.value.as_deref(), Some("update" | "up" | "upgrade" | "udpate")) {
        edits.push(Edit::replacement(found.verb.range, "install"));
    }
    let res = res.with_fix(Fix::new(format!("Pin `{name}@{version}`"), applicability, edits));
    match doubt {
        Some(doubt) => res.with_held_back(doubt),
        None => res,
    }
}

#[cfg(test)]
mod tests {
    use super::MANAGER_AT_LATEST;
    use crate::testing::{check_clean, check_diagnostics, check_fix, check_unsafe_fix};

    fn dockerfile(node: &str, run: &str) -> String {
        format!(
            "FROM node:{node} AS build\nWORKDIR /app\nCOPY . .\nRUN {run}\nRUN pnpm install\n\nFROM node:{node}\nCOPY --from=build /app /app\nCMD [\"node\", \"/app/server.js\"]\n"
        )
    }

    const NAMED: &[(&str, &str)] = &[("package.json", r#"{"packageManager": "pnpm@9.1.0+sha512.abc"}"#)];
    const PLAIN: &[(&str, &str)] = &[("package.json", "{}")];

    #[test]
    fn the_version_of_package_json() {
        for (run, after) in [
            ("npm i -g pnpm", "npm i -g pnpm@9.1.0"),
            ("npm install --global pnpm@latest turbo", "npm install --global pnpm@9.1.0 turbo"),
            (
                "corepack enable && corepack prepare pnpm@latest --activate",
                "corepack enable && corepack prepare pnpm@9.1.0 --activate",
            ),
        ] {
            check_fix(&MANAGER_AT_LATEST, NAMED, &dockerfile("22", run), &dockerfile("22", after));
        }
        let files = [NAMED, &[(".npmrc", "manage-package-manager-versions=false\n")]].concat();
        let (run, after) = (dockerfile("22", "npm i -g pnpm"), dockerfile("22", "npm i -g pnpm@9"));
        check_unsafe_fix(&MANAGER_AT_LATEST, &files, &run, &after);
    }

    #[test]
    fn the_major_of_the_lock() {
        let files = [PLAIN, &[("pnpm-lock.yaml", "lockfileVersion: '6.0'\n")]].concat();
        let (run, after) = (dockerfile("22", "npm i -g pnpm"), dockerfile("22", "npm i -g pnpm@8"));
        check_unsafe_fix(&MANAGER_AT_LATEST, &files, &run, &after);
    }

    #[test]
    fn an_npm_that_does_not_install() {
        let (run, after) = (dockerfile("20", "npm install -g npm@latest"), dockerfile("20", "npm install -g npm@10"));
        check_fix(&MANAGER_AT_LATEST, PLAIN, &run, &after);
        let expected =
            "4:20: error[manager-at-latest] The latest npm does not install on Node 20\n  fix (safe): Pin `npm@10`\n";
        check_diagnostics(&MANAGER_AT_LATEST, PLAIN, &run, expected);
    }

    #[test]
    fn the_latest_that_is_known() {
        let (run, after) = (dockerfile("24", "npm install -g npm"), dockerfile("24", "npm install -g npm@12"));
        check_unsafe_fix(&MANAGER_AT_LATEST, PLAIN, &run, &after);
        let run = dockerfile("24", "npm update -g npm");
        check_unsafe_fix(&MANAGER_AT_LATEST, PLAIN, &run, &after);
    }

    #[test]
    fn versions_and_others() {
        for run in [
            "npm i -g pnpm@9 npm@11",
            "npm i -g pnpm@latest-10",
            "npm i -g pnpm@$PNPM",
            "npm i -g yarn corepack@latest",
            "npm i npm",
            "corepack enable pnpm",
            "corepack prepare pnpm@9.1.0 --activate",
            "if [ -f pnpm-lock.yaml ]; then npm i -g pnpm; fi",
        ] {
            check_clean(&MANAGER_AT_LATEST, PLAIN, &dockerfile("22", run));
        }
        check_clean(&MANAGER_AT_LATEST, PLAIN, &dockerfile("22", "npm i -g pnpm").replace("build", "dev"));
    }
}
