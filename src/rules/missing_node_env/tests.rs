//! What the rule reports and how it mends it, on small projects.

use super::MISSING_NODE_ENV;
use crate::fix::Applicability;
use crate::testing::{Case, check_clean, check_fix, check_held_back, check_unsafe_fix};

const FILES: &[(&str, &str)] = &[
    ("package.json", r#"{"scripts": {"build": "tsc", "start": "node server.js", "dev": "nodemon server.js"}}"#),
    ("server.js", "console.log('ok')\n"),
];

#[test]
fn behind_the_build_of_the_same_stage() {
    check_fix(
        &MISSING_NODE_ENV,
        FILES,
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nCMD [\"node\", \"server.js\"]",
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nENV NODE_ENV=production\nCMD [\"node\", \"server.js\"]",
    );
}

#[test]
fn packages_that_go_by_it() {
    for (package, reason) in [
        ("getconfig", "`getconfig`, which `server.js:1` imports, picks its files by NODE_ENV"),
        ("envalid", "`envalid`, which `server.js:1` imports, answers by NODE_ENV"),
    ] {
        let (manifest, server) =
            (format!(r#"{{"dependencies": {{"{package}": "1"}}}}"#), format!("require('{package}')"));
        let files = [("package.json", manifest.as_str()), ("server.js", &server)];
        let text = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
        check_held_back(&MISSING_NODE_ENV, &files, text, reason);
    }
}

#[test]
fn below_the_workdir_in_lower_case_and_crlf() {
    check_fix(
        &MISSING_NODE_ENV,
        FILES,
        "from node:22-slim\r\nworkdir /app\r\ncopy package*.json .\r\nrun npm ci --omit=dev\r\ncopy . .\r\ncmd node server.js\r\n",
        "from node:22-slim\r\nworkdir /app\r\nenv NODE_ENV=production\r\ncopy package*.json .\r\nrun npm ci --omit=dev\r\ncopy . .\r\ncmd node server.js\r\n",
    );
}

#[test]
fn what_is_mounted_is_installed_when_the_container_starts() {
    let reason = "the container installs packages by `yarn` when it starts, and devDependencies would be left out";
    let dockerfile = "FROM node:22\nWORKDIR /app\nENTRYPOINT yarn && yarn serve\n";
    check_held_back(&MISSING_NODE_ENV, &[], dockerfile, reason);
}

#[test]
fn next_sets_it_itself() {
    let files = |name| {
        [
            ("package.json", r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "15.0.0"}}"#),
            ("pages/index.js", "export const live = process.env.NODE_ENV === 'production'\n"),
            (name, "require('http').createServer().listen(process.env.NODE_ENV === 'production' ? 80 : 3000)\n"),
        ]
    };
    let build = "FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n";
    let standalone = |env: &str, more: &str, start: &str| {
        format!(
            "{build}\nFROM node:22\nWORKDIR /app\n{env}COPY --from=build /app/.next/standalone ./\n{more}CMD [\"node\", \"{start}\"]\n"
        )
    };
    let whole = |env: &str| format!("{build}{env}CMD [\"npx\", \"next\", \"start\"]\n");
    let line = "ENV NODE_ENV=production\n";
    let none = files("lib/none.js");
    check_fix(&MISSING_NODE_ENV, &none, &standalone("", "", "server.js"), &standalone(line, "", "server.js"));
    check_fix(&MISSING_NODE_ENV, &none, &whole(""), &whole(line));
    let own = files("custom.js");
    let of = |env: &str| standalone(env, "COPY custom.js ./\n", "custom.js");
    check_unsafe_fix(&MISSING_NODE_ENV, &own, &of(""), &of(line));
}

#[test]
fn below_a_workdir_further_down() {
    let dockerfile = |env: &str| {
        format!(
            "FROM node:22\nRUN apt-get update\nCOPY . /app\nWORKDIR /app\n{env}RUN npm ci --omit=dev\nCMD [\"node\", \"server.js\"]\n"
        )
    };
    check_fix(&MISSING_NODE_ENV, FILES, &dockerfile(""), &dockerfile("ENV NODE_ENV=production\n"));
}

#[test]
fn another_stage_stands_on_it() {
    let before = "FROM node:22 AS production\nCOPY . .\nCMD [\"node\", \"server.js\"]\nFROM production AS test\nRUN npm ci\nCMD [\"npm\", \"test\"]\n";
    let after = "FROM node:22 AS production\nENV NODE_ENV=production\nCOPY . .\nCMD [\"node\", \"server.js\"]\nFROM production AS test\nRUN npm ci\nCMD [\"npm\", \"test\"]\n";
    check_unsafe_fix(&MISSING_NODE_ENV, FILES, before, after);
}

#[test]
fn set_or_not_known_or_not_wanted() {
    for dockerfile in [
        "FROM node:22\nENV NODE_ENV production\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
        "FROM node:22\nARG MODE\nENV NODE_ENV=$MODE\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
        "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"npm\", \"run\", \"dev\"]\n",
        "FROM nginx\nCOPY . /usr/share/nginx/html\n",
        "FROM example/base\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
    ] {
        check_clean(&MISSING_NODE_ENV, FILES, dockerfile);
    }
}

/// Where the modules are not followed, all that may be of the run is looked at, and nothing else.
#[test]
fn code_of_other_packages() {
    let mode = "module.exports = process.env.NODE_ENV === 'production' ? 1 : 2\n";
    let files: &[(&str, &str)] = &[
        ("package.json", r#"{"workspaces": ["apps/*", "packages/*"]}"#),
        ("package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#),
        ("turbo.json", "{}"),
        (
            "apps/api/package.json",
            r#"{"name": "api", "scripts": {"build": "tsc && ./more.sh"}, "dependencies": {"lib": "*"}}"#,
        ),
        ("apps/api/src/a.ts", ""),
        ("apps/web/package.json", r#"{"name": "web"}"#),
        ("apps/web/session.js", mode),
        ("packages/lib/package.json", r#"{"name": "lib"}"#),
        ("packages/lib/index.js", ""),
    ];
    let build = "RUN npm run build -w api\n";
    let start = "CMD [\"node\", \"apps/api/dist/index.js\"]\n";
    let installed = "FROM node:22 AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\n";
    let next = "FROM node:22\nWORKDIR /app\n";
    let prune = "FROM node:22 AS all\nWORKDIR /app\nCOPY . .\nRUN npx turbo prune api --docker\n";
    let pruned = "FROM node:22 AS build\nWORKDIR /app\nCOPY --from=all /app/out/full/ .\nRUN npm ci\n";
    let ship = "COPY --from=build /app/apps/api/dist ./apps/api/dist\n";
    for before in [
        format!("{installed}COPY apps/api apps/api\n{build}{next}{ship}{start}"),
        format!("{prune}{pruned}{build}{next}{ship}{start}"),
    ] {
        let after = before.replace(next, &format!("{next}ENV NODE_ENV=production\n"));
        check_fix(&MISSING_NODE_ENV, files, &before, &after);
        let all = before.replace(build, &format!("COPY . .\n{build}"));
        let after = after.replace(build, &format!("COPY . .\n{build}"));
        check_unsafe_fix(&MISSING_NODE_ENV, files, &all, &after);
    }
}

#[test]
fn for_development() {
    let dockerfile = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n";
    assert_eq!(Case::of(&MISSING_NODE_ENV).files(FILES).at("Dockerfile.dev").report(dockerfile), "");
    let compose = "services:\n  shop:\n    build: .\n    environment:\n      NODE_ENV: development\n";
    let files = [FILES, &[("compose.yaml", compose)]].concat();
    let reason = "`compose.yaml:2` sets `NODE_ENV` to `development`";
    check_held_back(&MISSING_NODE_ENV, &files, dockerfile, reason);
    // The same image may ship elsewhere.
    let after = dockerfile.replace("RUN npm ci\n", "RUN npm ci\nENV NODE_ENV=production\n");
    check_unsafe_fix(&MISSING_NODE_ENV, &files, dockerfile, &after);
    let own = dockerfile.replace("COPY", "ENV NODE_ENV=development\nCOPY");
    check_clean(&MISSING_NODE_ENV, &files, &own);
}

/// The install leaves devDependencies out first, and this line goes above it then.
#[test]
fn it_waits_for_the_fix_of_an_install() {
    const LOCKED: &[(&str, &str)] = &[
        ("package.json", r#"{"devDependencies": {"eslint": "9"}}"#),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"eslint": "9"}}, "node_modules/eslint": {"version": "9.9.0", "dev": true}}}"#,
        ),
        ("server.js", "console.log('ok')\n"),
    ];
    let before = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nUSER node\nCMD [\"node\", \"server.js\"]\n";
    let after = "FROM node:22\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\nRUN npm ci --omit=dev && npm cache clean --force\nUSER node\nCMD [\"node\", \"server.js\"]\n";
    let case = Case::new().files(LOCKED);
    assert_eq!(case.fix(before, Applicability::Safe), after);
    check_fix(&MISSING_NODE_ENV, LOCKED, before, &before.replace("npm ci\n", "npm ci\nENV NODE_ENV=production\n"));
}
