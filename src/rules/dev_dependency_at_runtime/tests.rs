//! What the rule reports and how it mends it, on small projects.

use super::DEV_DEPENDENCY_AT_RUNTIME;
use crate::testing::{Case, check_clean, check_diagnostics};

fn dockerfile(install: &str, start: &str) -> String {
    format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {install}\nCMD {start}\n")
}

const TSX: &[(&str, &str)] = &[
    ("package.json", r#"{"scripts": {"start": "tsx src/server.ts"}, "devDependencies": {"tsx": "4"}}"#),
    ("src/server.ts", "console.log('ok')\n"),
];

#[test]
fn on_the_sources() {
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        TSX,
        &dockerfile("npm ci", "[\"npm\", \"start\"]"),
        "5:1: warning[dev-dependency-at-runtime] `npm start` runs `tsx`, a devDependency, on the TypeScript sources\n",
    );
}

#[test]
fn an_error_where_it_is_left_out() {
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        TSX,
        &dockerfile("npm ci --omit=dev", "npm start"),
        "5:1: error[dev-dependency-at-runtime] `npm start` runs `tsx`, a devDependency, on the TypeScript sources\n",
    );
}

#[test]
fn for_development() {
    let package = r#"{"scripts": {"start": "nodemon server.js"}, "devDependencies": {"nodemon": "3"}}"#;
    let case = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).file("package.json", package).at("Dockerfile.dev");
    assert_eq!(case.report(&dockerfile("npm ci", "npm start")), "");
    let certain = case.report(&dockerfile("npm ci --omit=dev", "npm start"));
    assert_eq!(certain, "5:1: error[dev-dependency-at-runtime] `npm start` runs `nodemon`, a devDependency\n");
}

#[test]
fn a_name_in_a_text() {
    let package =
        r#"{"dependencies": {"pino": "9", "sequelize": "6"}, "devDependencies": {"pino-pretty": "13", "pg": "8"}}"#;
    let pino = "`server.js:1` has `pino` load `pino-pretty`, a devDependency";
    for (text, expected) in [
        ("require('pino')({ transport: { target: 'pino-pretty' } })", pino),
        ("require('pino')(process.env.PLAIN ? {} : { transport: { target: 'pino-pretty' } })", ""),
        ("if (process.env.PRETTY) { require('pino')({ transport: { target: 'pino-pretty' } }) }", ""),
        (
            "const t = () => { if (x) return; return { target: 'pino-pretty' } }; require('pino')({ transport: t() })",
            "",
        ),
        ("const p = { target: 'pino-pretty' }; require('pino')(process.env.NODE_ENV === 'production' ? {} : p)", ""),
        (
            "new (require('sequelize').Sequelize)({ dialect: 'postgres' })",
            "`server.js:1` has `sequelize` load `pg`, a devDependency",
        ),
    ] {
        let files = [("package.json", package), ("server.js", text)];
        let report = Case::of(&DEV_DEPENDENCY_AT_RUNTIME)
            .files(&files)
            .report(&dockerfile("npm ci --omit=dev", "[\"node\", \"server.js\"]"));
        let message = match expected {
            "" => String::new(),
            it => format!("5:1: error[dev-dependency-at-runtime] {it}\n"),
        };
        assert_eq!(report, message, "{text}");
    }
}

#[test]
fn an_import() {
    let files = &[
        ("package.json", r#"{"devDependencies": {"dotenv": "16", "@types/node": "22"}}"#),
        ("server.js", "require('fs');\nrequire('dotenv').config();\n"),
    ];
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        files,
        &dockerfile("npm ci --omit=dev", "[\"node\", \"server.js\"]"),
        "5:1: error[dev-dependency-at-runtime] `server.js:2` imports `dotenv`, a devDependency, at run time\n",
    );
}

#[test]
fn a_preload() {
    let files =
        &[("package.json", r#"{"devDependencies": {"dotenv": "16", "tsx": "4"}}"#), ("server.js", "require('fs');\n")];
    let start = "[\"node\", \"-r\", \"dotenv/config\", \"server.js\"]";
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        files,
        &dockerfile("npm ci --omit=dev", start),
        "5:1: error[dev-dependency-at-runtime] `node` loads `dotenv` before the entry, a devDependency\n",
    );
    let variable = dockerfile("npm ci --omit=dev\nENV NODE_OPTIONS=--import=tsx", "node server.js");
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        files,
        &variable,
        "6:1: error[dev-dependency-at-runtime] `NODE_OPTIONS` loads `tsx` before the entry, a devDependency\n",
    );
}

#[test]
fn a_program_of_node_modules() {
    let files = &[("package.json", r#"{"devDependencies": {"tsx": "4"}}"#), ("server.ts", "console.log(1);\n")];
    let expected =
        "5:1: error[dev-dependency-at-runtime] The container runs `tsx`, a devDependency, on the TypeScript sources\n";
    let start = "[\"./node_modules/.bin/tsx\", \"server.ts\"]";
    check_diagnostics(&DEV_DEPENDENCY_AT_RUNTIME, files, &dockerfile("npm ci --omit=dev", start), expected);
    let by_node = "[\"node\", \"node_modules/tsx/dist/cli.mjs\", \"server.ts\"]";
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        files,
        &dockerfile("npm ci --omit=dev", by_node),
        "5:1: error[dev-dependency-at-runtime] The container runs `tsx`, a devDependency\n",
    );
}

#[test]
fn a_program_that_is_fetched() {
    let lock = |more: &str| format!(r#"{{"lockfileVersion": 3, "packages": {{"": {{}}{more}}}}}"#);
    let report = |lock: &str, start: &str| {
        let case = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).file("package.json", "{}").file("server.ts", "");
        case.file("package-lock.json", lock).report(&dockerfile("npm ci", start))
    };
    let expected =
        "5:1: warning[dev-dependency-at-runtime] `npx` fetches `tsx` at each start: no dependency brings it\n";
    assert_eq!(report(&lock(""), "[\"npx\", \"tsx\", \"server.ts\"]"), expected);
    // As a dependency of another, or from elsewhere.
    let brought = lock(r#", "node_modules/tsx": {"version": "4.0.0"}"#);
    assert_eq!(report(&brought, "[\"npx\", \"tsx\", \"server.ts\"]"), "");
    assert_eq!(report(&lock(""), "[\"tsx\", \"server.ts\"]"), "");
}

#[test]
fn a_program_of_another_name_by_the_lock() {
    let files = &[
        ("package.json", r#"{"scripts": {"start": "odd server.js"}, "devDependencies": {"even": "1"}}"#),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"even": "1"}}, "node_modules/even": {"version": "1.0.0", "dev": true, "bin": {"odd": "x.js"}}}}"#,
        ),
    ];
    check_diagnostics(
        &DEV_DEPENDENCY_AT_RUNTIME,
        files,
        &dockerfile("npm ci --omit=dev", "npm start"),
        "5:1: error[dev-dependency-at-runtime] `npm start` runs `odd`, a devDependency\n",
    );
}

#[test]
fn in_both_lists_or_brought_by_another() {
    let both = r#"{"scripts": {"start": "tsx x.ts"}, "dependencies": {"tsx": "4"}, "devDependencies": {"tsx": "4"}}"#;
    check_clean(&DEV_DEPENDENCY_AT_RUNTIME, &[("package.json", both)], &dockerfile("npm ci", "[\"npm\", \"start\"]"));
    let locked = (
        "package-lock.json",
        r#"{"lockfileVersion": 3, "packages": {"node_modules/tsx": {"version": "4.0.0", "devOptional": true}}}"#,
    );
    check_clean(&DEV_DEPENDENCY_AT_RUNTIME, &[TSX[0], TSX[1], locked], &dockerfile("npm ci", "[\"npm\", \"start\"]"));
}

/// Where the image says which mode it runs in, code of the other one does not run.
#[test]
fn code_of_another_mode() {
    let server = "const prod = process.env.NODE_ENV === 'production'\nif (!prod) { const { createServer } = await import('vite') }\n";
    let files = |server: &'static str| {
        [("package.json", r#"{"type": "module", "devDependencies": {"vite": "7"}}"#), ("server.js", server)]
    };
    let text = |env: &str| {
        let start = "[\"node\", \"server.js\"]";
        dockerfile("npm ci", start).replacen("CMD", &format!("{env}CMD"), 1)
    };
    let reported = |server: &'static str, env: &str| {
        let report = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).files(&files(server)).report(&text(env));
        report.contains("imports `vite`, a devDependency")
    };
    assert!(!reported(server, "ENV NODE_ENV=production\n"));
    assert!(reported(server, ""));
    assert!(reported("await import('vite')\n", "ENV NODE_ENV=production\n"));
    let script = r#"{"type": "module", "scripts": {"start": "NODE_ENV=development node server.js"}, "devDependencies": {"vite": "7"}}"#;
    let started = text("ENV NODE_ENV=production\n").replace("[\"node\", \"server.js\"]", "[\"npm\", \"start\"]");
    let files = [("package.json", script), ("server.js", server)];
    let report = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).files(&files).report(&started);
    assert!(report.contains("imports `vite`, a devDependency"), "{report}");
}

/// What another package of the workspace lists as its own comes with that package.
#[test]
fn an_import_of_a_member() {
    let files = [
        ("package.json", r#"{"workspaces": ["api", "core"]}"#),
        ("api/package.json", r#"{"name": "api", "dependencies": {"core": "*"}, "devDependencies": {"uuid": "9"}}"#),
        ("api/server.js", "require('core')\n"),
        ("core/package.json", r#"{"name": "core", "dependencies": {"uuid": "9"}}"#),
        ("core/index.js", "require('uuid')\n"),
    ];
    let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nWORKDIR /app/api\nCMD [\"node\", \"server.js\"]\n";
    check_clean(&DEV_DEPENDENCY_AT_RUNTIME, &files, text);
    let without = [("core/package.json", r#"{"name": "core"}"#)];
    let files = crate::testing::replaced(&files, &without);
    let report = Case::of(&DEV_DEPENDENCY_AT_RUNTIME).files(&files).report(text);
    assert!(report.contains("`core/index.js:1` imports `uuid`, a devDependency"), "{report}");
}
