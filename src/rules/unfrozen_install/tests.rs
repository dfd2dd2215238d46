//! What the rule reports and how it mends it, on small projects.

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
    let of =
        |install: &str| other("pnpm-lock.yaml", install).replace("package.json", "package.json pnpm-workspace.yaml");
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
        ("pnpm-lock.yaml", PNPM.to_owned(), r#"{"dependencies": {"ms": "^2.0.0"}, "pnpm": {"packageExtensions": {}}}"#),
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

/// An array of words stays one.
#[test]
fn in_exec_form() {
    let files = &[FILES[0], ("pnpm-lock.yaml", PNPM)];
    let pnpm = |words: &str| other("pnpm-lock.yaml", words);
    check_fix(
        &UNFROZEN_INSTALL,
        files,
        &pnpm(r#"["pnpm", "install"]"#),
        &pnpm(r#"["pnpm", "install", "--frozen-lockfile"]"#),
    );
}
