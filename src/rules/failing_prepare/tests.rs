//! What the rule reports and how it mends it, on small projects.

use super::FAILING_PREPARE;
use crate::testing::{check_clean, check_fix, check_held_back};

const HUSKY: &[(&str, &str)] =
    &[("package.json", r#"{"scripts": {"prepare": "husky"}, "devDependencies": {"husky": "9"}}"#)];

fn dockerfile(image: &str, command: &str) -> String {
    format!("FROM {image}\nWORKDIR /app\nCOPY . .\nRUN {command}\n")
}

#[test]
fn a_file_that_is_copied_later() {
    let files = |script: &'static str| {
        let package = match script {
            "prepare" => r#"{"scripts": {"prepare": "node scripts/hooks.mjs"}}"#,
            "guarded" => r#"{"scripts": {"prepare": "node scripts/hooks.mjs || true"}}"#,
            _ => r#"{"scripts": {"postinstall": "node ./scripts/hooks.mjs && echo done"}}"#,
        };
        [("package.json", package), ("scripts/hooks.mjs", "console.log(1)\n")]
    };
    let dockerfile =
        |copy: &str, install: &str| format!("FROM node:22\nWORKDIR /app\n{copy}\nRUN {install}\nCOPY . .\n");
    let manifest = "COPY package.json ./";
    check_fix(
        &FAILING_PREPARE,
        &files("prepare"),
        &dockerfile(manifest, "npm ci --omit=dev"),
        &dockerfile(manifest, "npm pkg delete scripts.prepare && npm ci --omit=dev"),
    );
    let reason = "the file has to be copied before the install";
    for (script, install) in [("prepare", "npm ci"), ("postinstall", "npm ci --omit=dev"), ("prepare", "npm install")] {
        check_held_back(&FAILING_PREPARE, &files(script), &dockerfile(manifest, install), reason);
    }
    for (script, copy, install) in [
        ("prepare", "COPY . .", "npm ci"),
        ("prepare", "COPY package.json ./\nCOPY scripts ./scripts", "npm ci"),
        ("prepare", "COPY package.json ./\nCOPY scripts/hooks.mjs ./scripts/", "npm ci"),
        ("prepare", manifest, "npm ci --ignore-scripts"),
        ("prepare", manifest, "npm ci || true"),
        ("guarded", manifest, "npm ci"),
        ("prepare", manifest, "yarn install --production"),
        ("prepare", "COPY package.json ./\nRUN ./unpack.sh", "npm ci"),
    ] {
        check_clean(&FAILING_PREPARE, &files(script), &dockerfile(copy, install));
    }
}

#[test]
fn husky() {
    check_fix(
        &FAILING_PREPARE,
        HUSKY,
        &dockerfile("node:20", "npm config set fund false && npm ci --omit=dev && npm cache clean --force"),
        &dockerfile(
            "node:20",
            "npm config set fund false && npm pkg delete scripts.prepare && npm ci --omit=dev && npm cache clean --force",
        ),
    );
}

#[test]
fn scripts_of_the_shell_and_of_yarn() {
    let text = |script: &str| format!(r#"{{"scripts": {{{script}}}, "devDependencies": {{"husky": "9"}}}}"#);
    let report = |script: &str, install: &str| {
        let package = text(script);
        let files = [("package.json", package.as_str()), ("yarn.lock", ""), ("scripts/a.sh", "")];
        let text = format!("FROM node:22\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN {install}\n");
        crate::testing::Case::of(&FAILING_PREPARE).files(&files).report(&text)
    };
    let (yarn, npm) = ("yarn install --production", "npm ci");
    for (script, install, expected) in [
        (r#""postinstall": "./scripts/a.sh""#, npm, "`postinstall` runs `scripts/a.sh`, which is not in the stage yet"),
        (r#""prepare": "bash scripts/a.sh""#, npm, "`prepare` runs `scripts/a.sh`, which is not in the stage yet"),
        (r#""postinstall": "husky install""#, yarn, "`postinstall` runs `husky`, which `--production` leaves out"),
        (r#""prepare": "husky install""#, yarn, ""),
        (r#""prepare": "./scripts/none.sh""#, npm, ""),
    ] {
        let found = report(script, install);
        assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{script}: {found}");
    }
}

#[test]
fn by_the_environment() {
    check_fix(
        &FAILING_PREPARE,
        HUSKY,
        &dockerfile("node:20", "NODE_ENV=production npm ci"),
        &dockerfile("node:20", "npm pkg delete scripts.prepare && NODE_ENV=production npm ci"),
    );
}

#[test]
fn postinstall_is_left_to_the_user() {
    let files = &[(
        "package.json",
        r#"{"scripts": {"postinstall": "patch-package"}, "devDependencies": {"patch-package": "8"}}"#,
    )];
    check_held_back(
        &FAILING_PREPARE,
        files,
        &dockerfile("node:20", "npm ci --omit=dev"),
        "the script may do what the run needs",
    );
}

#[test]
fn package_json_of_another_user() {
    check_held_back(
        &FAILING_PREPARE,
        HUSKY,
        &dockerfile("node:20", "npm config get cache\nUSER node\nRUN npm ci --omit=dev"),
        "package.json may belong to another user there",
    );
}

/// Run with pnpm 8, 9 and 10 (11.28 and later do not run the script): the lock file is taken as before.
#[test]
fn pnpm_drops_it_by_npm() {
    let husky =
        r#"{"scripts": {"prepare": "husky"}, "packageManager": "pnpm@10.2.0", "devDependencies": {"husky": "9"}}"#;
    let files = [("package.json", husky)];
    let text = |image: &str, command: &str| dockerfile(image, &format!("corepack enable\nRUN {command}"));
    let install = "pnpm install --frozen-lockfile --prod";
    let after = format!("npm pkg delete scripts.prepare && {install}");
    check_fix(&FAILING_PREPARE, &files, &text("node:22", install), &text("node:22", &after));
    let reason = "the npm of the image has no `npm pkg`";
    check_held_back(&FAILING_PREPARE, &files, &text("node:14", install), reason);
}

#[test]
fn scripts_that_do_not_run_or_do_not_fail() {
    for (image, command) in [
        ("node:20", "npm ci"),
        ("node:20", "npm ci --omit=dev --ignore-scripts"),
        ("node:20", "npm pkg delete scripts.prepare && npm ci --omit=dev"),
        ("node:14", "npm ci --only=production"),
    ] {
        check_clean(&FAILING_PREPARE, HUSKY, &dockerfile(image, command));
    }
    for prepare in ["husky || true", "node prepare.js", "is-ci || husky"] {
        let text = format!(r#"{{"scripts": {{"prepare": "{prepare}"}}, "devDependencies": {{"husky": "9"}}}}"#);
        check_clean(&FAILING_PREPARE, &[("package.json", &text)], &dockerfile("node:20", "npm ci --omit=dev"));
    }
}
