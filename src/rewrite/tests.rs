//! Whole production stages, before and after, and what speaks against a rewrite.

mod managers;
mod servers;

use super::LINKER_DOUBT;
use crate::fix::Applicability;
use crate::rules::{RULES, Rule};
use crate::testing::{Case, check_fix, check_held_back, check_unsafe_fix, replaced};

const PACKAGE: &str = r#"{
  "name": "shop",
  "scripts": { "build": "tsc", "start": "node dist/server.js" },
  "dependencies": { "express": "^5.0.0" },
  "devDependencies": { "typescript": "^5.9.0", "chalk": "^5.0.0" }
}
"#;
const LOCK: &str = r#"{
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "shop", "dependencies": { "express": "^5.0.0" }, "devDependencies": { "typescript": "^5.9.0", "chalk": "^5.0.0" } },
    "node_modules/chalk": { "version": "5.6.0", "dev": true },
    "node_modules/express": { "version": "5.1.0" },
    "node_modules/typescript": { "version": "5.9.3", "dev": true }
  }
}
"#;
const TSCONFIG: &str = r#"{ "compilerOptions": { "rootDir": "src", "outDir": "dist" }, "include": ["src"] }"#;
const SERVER: &str = "import express from 'express';\nexpress().listen(3000);\n";

/// The project, with these files in place of its own or besides.
fn files<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [
        ("package.json", PACKAGE),
        ("package-lock.json", LOCK),
        ("tsconfig.json", TSCONFIG),
        ("src/server.ts", SERVER),
    ];
    replaced(&own, other)
}

fn rule(name: &str) -> &'static Rule {
    RULES.iter().find(|it| it.name == name).expect("the rule is in the table")
}

#[track_caller]
fn splits(other: &[(&str, &str)], before: &str, after: &str) {
    check_fix(rule("single-stage-build"), &files(other), before, after);
}

/// A single stage with `lines` between its build and its end.
fn single(before_build: &str, end: &str) -> String {
    format!(
        "FROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n{before_build}RUN npm run build\n{end}"
    )
}

#[track_caller]
fn refuses(other: &[(&str, &str)], dockerfile: &str, reason: &str) {
    let case = Case::of(rule("single-stage-build")).files(&files(other));
    let found: Vec<_> = case.check(dockerfile).into_iter().map(|it| it.held_back.unwrap_or_default()).collect();
    assert!(matches!(&found[..], [it] if it.contains(reason)), "{reason}: {found:?}");
    assert_eq!(case.fix(dockerfile, Applicability::Safe), dockerfile);
}

const START: &str = "CMD [\"node\", \"dist/server.js\"]\n";

#[test]
fn the_run_keeps_what_it_needs() {
    splits(
        &[],
        "# the shop\nARG TAG=22\nFROM node:${TAG}-slim AS shop\nLABEL team=a\nENV TZ=UTC\nRUN apt-get update && apt-get install -y python3 make\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nCOPY . .\nRUN npm ci\nARG REV\nRUN npm run build\n# late\nENV PORT=3000\nENV REV=$REV\nEXPOSE 3000\nVOLUME /data\nSTOPSIGNAL SIGINT\nRUN mkdir -p logs && chown node:node logs\nCMD [\"node\", \"dist/server.js\"]\n",
        "# the shop\nARG TAG=22\nFROM node:${TAG}-slim AS build\nENV TZ=UTC\nRUN apt-get update && apt-get install -y python3 make\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nARG REV\nRUN npm run build\nRUN npm prune --omit=dev\n\nFROM node:${TAG}-slim AS shop\nENV TZ=UTC\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nARG REV\n# late\nENV PORT=3000\nCOPY package*.json ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\nLABEL team=a\nENV REV=$REV\nEXPOSE 3000\nVOLUME /data\nSTOPSIGNAL SIGINT\nRUN mkdir -p logs && chown node:node logs\nCMD [\"node\", \"dist/server.js\"]\n",
    );
}

#[test]
fn what_tells_a_linter_goes_with_its_instruction() {
    splits(
        &[],
        "# check=skip=StageNameCasing\n# hadolint ignore=DL3006\nFROM node:22-slim\n# For the signals\n# hadolint ignore=DL3008\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nCOPY package*.json ./\n# hadolint ignore=DL3016\nRUN npm ci\nCOPY . .\nRUN npm run build\n# hadolint ignore=DL3025\nCMD [\"node\", \"dist/server.js\"]\n",
        "# check=skip=StageNameCasing\n# hadolint ignore=DL3006\nFROM node:22-slim AS build\n# For the signals\n# hadolint ignore=DL3008\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nCOPY package*.json ./\n# hadolint ignore=DL3016\nRUN npm ci\nCOPY . .\nRUN npm run build\n\n# hadolint ignore=DL3006\nFROM node:22-slim\n# hadolint ignore=DL3008\nRUN apt-get update && apt-get install -y tini\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n# hadolint ignore=DL3025\nCMD [\"node\", \"dist/server.js\"]\n",
    );
}

#[test]
fn scripts_that_would_run_again_are_avoided_by_pruning() {
    let package = PACKAGE.replace("\"build\"", "\"prepare\": \"husky\", \"build\"");
    let before = single("", START);
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nRUN npm prune --omit=dev\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\nCMD [\"node\", \"dist/server.js\"]\n";
    splits(&[("package.json", &package)], &before, after);
}

#[test]
fn no_second_install_where_the_first_can_not_be_repeated() {
    let lock_of_other = LOCK.replace("^5.0.0\" }, \"dev", "^4.0.0\" }, \"dev").replace("5.1.0", "4.1.0");
    let old_lock = r#"{"lockfileVersion": 1, "dependencies": {"express": {"version": "5.1.0"}, "chalk": {"version": "5.3.0", "dev": true}}}"#;
    let after = |command: &str| {
        let build = single(command, "").replace("slim\n", "slim AS build\n");
        format!(
            "{build}RUN npm prune --omit=dev\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n{START}"
        )
    };
    for lock in [&lock_of_other, old_lock] {
        splits(&[("package-lock.json", lock)], &single("", START), &after(""));
    }
    splits(&[(".npmrc", "registry=https://registry.test/\n")], &single("", START), &after(""));
    for command in [
        "RUN npm config set registry https://registry.test/\n",
        "RUN npm install -g npm@11\n",
        "RUN apt-get update && apt-get install -y python3 make g++\n",
        "RUN echo '@acme:registry=https://registry.test/' >> ~/.npmrc\n",
    ] {
        let before = format!(
            "FROM node:22-slim\n{command}WORKDIR /app\n{}",
            &single("", START)["FROM node:22-slim\nWORKDIR /app\n".len()..]
        );
        let split = after("").replacen("build\nWORKDIR", &format!("build\n{command}WORKDIR"), 1);
        splits(&[], &before, &split);
    }
}

#[test]
fn flags_of_the_first_install_are_repeated() {
    for (flags, repeated) in [
        ("--legacy-peer-deps --no-audit", " --legacy-peer-deps"),
        ("-f", " --force"),
        ("--registry=https://registry.test/", " --registry=https://registry.test/"),
        ("--registry https://registry.test/ --loglevel warn", " --registry=https://registry.test/"),
        ("--no-optional --silent", " --no-optional"),
    ] {
        let with = |text: &str| text.replace("RUN npm ci\n", &format!("RUN npm ci {flags}\n"));
        let after = with(&single("", "")).replace("slim\n", "slim AS build\n")
            + &format!(
                "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev{repeated} && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n"
            )
            + START;
        splits(&[], &with(&single("", START)), &after);
    }
}

#[test]
fn files_that_are_read_come_along() {
    let server = "import express from 'express';\nimport path from 'node:path';\nconst app = express();\napp.set('views', path.join(__dirname, '../views'));\napp.use(express.static('public'));\napp.listen(3000);\n";
    let after = single("", "").replace("slim\n", "slim AS build\n")
        + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\nCOPY public ./public\nCOPY views ./views\n"
        + START;
    splits(&[("src/server.ts", server), ("views/a.ejs", ""), ("public/a.css", "")], &single("", START), &after);
}

#[test]
fn files_that_take_others_in_bring_their_folder() {
    for (path, text, copied) in [
        ("tpl/page.pug", "extends ./layout.pug\n", "tpl ./tpl"),
        ("tpl/page.ejs", "<%- include('head') %>\n", "tpl ./tpl"),
        ("api/openapi.yaml", "paths:\n  /a:\n    $ref: ./paths/a.yaml\n", "api ./api"),
        ("api/openapi.yaml", "a:\n  $ref: '#/b'\n", "api/openapi.yaml ./api/"),
        ("tpl/page.pug", "p hello\n", "tpl/page.pug ./tpl/"),
    ] {
        let server = format!(
            "import express from 'express';\nimport fs from 'node:fs';\nfs.readFileSync('{path}');\nexpress().listen(3000);\n"
        );
        let after = single("", "").replace("slim\n", "slim AS build\n")
            + &format!(
                "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\nCOPY {copied}\n"
            )
            + START;
        splits(&[("src/server.ts", &server), (path, text)], &single("", START), &after);
    }
}

#[test]
fn absolute_paths_mean_the_apps_files_too() {
    let server = "import express from 'express';\nimport fs from 'node:fs';\nfs.readdirSync('/app/sql');\nload('/app/seeds/one.json');\nexpress().listen(3000);\n";
    let after = single("", "").replace("slim\n", "slim AS build\n")
        + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\nCOPY seeds/one.json ./seeds/\nCOPY sql ./sql\n"
        + START;
    for folder in ["/app/", "/"] {
        let moved = |text: &str| text.replace("/app\n", "/app/\n").replace("/app/", folder);
        let files = [("src/server.ts", &*moved(server)), ("sql/1.sql", ""), ("seeds/one.json", "[]")];
        splits(&files, &moved(&single("", START)), &moved(&after));
    }
}

#[test]
fn what_the_run_starts_may_read_more() {
    let server = "import express from 'express';\nimport { execSync } from 'node:child_process';\nexecSync('sh scripts/seed.sh');\nexpress().listen(3000);\n";
    let files = files(&[("src/server.ts", server), ("scripts/seed.sh", "cat data/x.csv\n"), ("data/x.csv", "")]);
    let reason = "`src/server.ts:3` starts `sh`, which may read files outside of the build's output";
    check_held_back(rule("single-stage-build"), &files, &single("", START), reason);
}

/// What the run needs of the devDependencies stays, with all others; the sources go all the same.
#[test]
fn devdependencies_that_the_run_needs_stay() {
    let preload = "CMD [\"node\", \"-r\", \"chalk/register\", \"dist/server.js\"]\n";
    let variable = format!("ENV NODE_OPTIONS=\"--import chalk\"\n{START}");
    let source = |text: &'static str| [("src/server.ts", text)];
    let cases = [
        (&source("import chalk from 'chalk';\nconsole.log(chalk);\n")[..], START),
        (&source("import express from 'express';\nexpress().set('x', 'chalk');\n"), START),
        (&source("import express from 'express';\nexpress(require.resolve(`chalk`));\n"), START),
        (&[], preload),
        (&[], &variable),
    ];
    for (files, end) in cases {
        let after = all_stay(end);
        splits(files, &single("", end), &after);
    }
}

/// The fixed form of a single stage with this end, with node_modules as it is.
fn all_stay(end: &str) -> String {
    let lines = "COPY package*.json ./\nCOPY --from=build /app/node_modules ./node_modules\n";
    let build =
        "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n";
    format!("{build}\nFROM node:22-slim\nWORKDIR /app\n{lines}COPY --from=build /app/dist ./dist\n{end}")
}

/// The packages are kept that the run needs, also where a second COPY brings them.
#[test]
fn all_stay_where_they_come_twice() {
    let server = "import express from 'express';\nimport chalk from 'chalk';\nexpress().listen(chalk.level);\n";
    let build = single("", "").replace("slim\n", "slim AS build\n");
    let before = format!(
        "{build}\nFROM node:22-slim\nWORKDIR /app\nCOPY --from=build /app .\nCOPY --from=build /app/node_modules ./node_modules\n{START}"
    );
    let case = Case::new().files(&files(&[("src/server.ts", server)]));
    for applicability in [Applicability::Safe, Applicability::Unsafe] {
        let fixed = case.fix(&before, applicability);
        assert!(!fixed.contains("prune") && !fixed.contains("--omit=dev"), "{fixed}");
    }
}

/// `jsxFactory`: JSX uses an import that nothing else does.
#[test]
fn imports_that_jsx_uses() {
    let page = "import { h } from 'chalk';\nexport const page = () => <p>a</p>;\n";
    let server =
        "import express from 'express';\nimport { page } from './page';\nexpress().get('/', page).listen(3000);\n";
    for (factory, stays) in [("h", true), ("React.createElement", false)] {
        let tsconfig = format!(
            r#"{{ "compilerOptions": {{ "rootDir": "src", "outDir": "dist", "jsx": "react", "jsxFactory": "{factory}" }}, "include": ["src"] }}"#
        );
        let other = [("src/server.ts", server), ("src/page.tsx", page), ("tsconfig.json", tsconfig.as_str())];
        let fixed = Case::new().files(&files(&other)).fix(&single("", START), Applicability::Safe);
        assert_eq!(fixed.contains("COPY --from=build /app/node_modules"), stays, "{factory}: {fixed}");
    }
}

/// `verbatimModuleSyntax`: an import stays whose names are all types.
#[test]
fn imports_that_the_settings_keep() {
    let server = "import { type Chalk } from 'chalk';\nimport express from 'express';\nexpress().listen(3000);\n";
    for (option, stays) in [("verbatimModuleSyntax", true), ("strict", false)] {
        let tsconfig = format!(
            r#"{{ "compilerOptions": {{ "rootDir": "src", "outDir": "dist", "{option}": true }}, "include": ["src"] }}"#
        );
        let case = Case::new().files(&files(&[("src/server.ts", server), ("tsconfig.json", &tsconfig)]));
        let fixed = case.fix(&single("", START), Applicability::Safe);
        assert_eq!(fixed.contains("COPY --from=build /app/node_modules"), stays, "{option}: {fixed}");
    }
}

#[test]
fn what_ships_is_given_to_its_user() {
    let end = |path: &str| format!("RUN chown node:node /app && chown -R node:node {path}\nUSER node\n{START}");
    let after = |path: &str| {
        single("", "").replace("slim\n", "slim AS build\n")
            + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n"
            + &end(path)
    };
    for path in ["/app/dist", "dist", "./dist/assets"] {
        splits(&[], &single("", &end(path)), &after(path));
    }
    // That stays in the build stage.
    refuses(
        &[],
        &single("", &end("src")),
        "whether `RUN chown node:node /app && chown -R node:node src` is for the build",
    );
}

#[test]
fn what_tidies_the_output_is_a_part_of_the_build() {
    let tidied = |end: &str| {
        single("", "").replace("slim\n", "slim AS build\n").replace("run build\n", &format!("run build && {end}\n"))
    };
    for end in ["find /app/dist -name '*.map' -exec rm {} +", "rm -rf dist/tests"] {
        let before = tidied(end).replace("slim AS build\n", "slim\n") + START;
        let after = tidied(end)
            + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n"
            + START;
        splits(&[], &before, &after);
    }
}

#[test]
fn an_argument_of_the_build_alone_stays_there() {
    let argument = "ARG VITE_URL\nENV VITE_URL=$VITE_URL\n";
    let after = single(argument, "").replace("slim\n", "slim AS build\n")
        + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n"
        + START;
    splits(&[], &single(argument, START), &after);
}

#[test]
fn an_entry_beside_the_output_comes_along() {
    let start = "CMD [\"node\", \"bin/www\"]\n";
    let files = [("bin/www", "require('../dist/server'); require('./port')"), ("bin/port.js", "")];
    let after = single("", "").replace("slim\n", "slim AS build\n")
        + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n\
        COPY --from=build /app/dist ./dist\nCOPY bin/port.js bin/www ./bin/\n"
        + start;
    splits(&files, &single("", start), &after);
    let alone = [("bin/www", "require('./port')"), ("bin/port.js", "")];
    refuses(&alone, &single("", start), "`bin/www`, which is not what the build makes");
}

#[test]
fn what_speaks_against_it_is_said() {
    refuses(
        &[],
        &single("", "CMD [\"node\", \"build/main.js\"]\n"),
        "`build/main.js`, which is not what the build makes",
    );
    refuses(
        &[],
        &single("RUN ./configure\n", START),
        "it is not known whether `RUN ./configure` is for the build or for the run",
    );
    refuses(&[], &single("USER node\n", START), "the build does not run as root");
    refuses(
        &[],
        &single("COPY src/server.ts /etc/server.ts\n", START),
        "the build has files of the project at `/etc/server.ts`, where the project has none",
    );
    let environment = "CMD [\"node\", \"--env-file=.env\", \"dist/server.js\"]\n";
    refuses(&[], &single("", environment), "`--env-file` needs a file");
    refuses(&[], &single("", "ENTRYPOINT [\"./start.sh\"]\n"), "`./start.sh` is not followed");
    let computed = [("src/server.ts", "import(process.env.MODULE!);\n")];
    refuses(&computed, &single("", START), "`src/server.ts:1` imports a module whose name is only known at run time");
}

#[test]
fn a_stage_from_the_build_gets_a_fresh_base() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nENV TZ=UTC\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\n";
    let before =
        format!("{build}FROM build AS production\n# smaller\nRUN npm prune --production\nEXPOSE 3000\n{START}");
    let after = format!(
        "{build}FROM node:22-slim AS production\nWORKDIR /app\nENV TZ=UTC\n# smaller\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\nEXPOSE 3000\n{START}"
    );
    check_fix(rule("production-from-build"), &files(&[]), &before, &after);
}

#[test]
fn a_whole_folder_becomes_its_output() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /srv\n";
    let after = format!(
        "{build}COPY --chown=node:node package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build --chown=node:node /app/dist ./dist\n{START}"
    );
    for operands in ["/app .", "app/ ./", "/app/dist/.. ../srv/"] {
        let before = format!("{build}COPY --from=build --chown=node:node {operands}\n{START}");
        check_fix(rule("whole-stage-copy"), &files(&[]), &before, &after);
    }
}

/// What a COPY says of its files holds for those in its place.
#[test]
fn flags_of_a_whole_folder_stay() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /srv\n";
    let before = |flags: &str| format!("{build}COPY {flags} --from=build /app .\n{START}");
    let after = |flags: &str, of_context: &str| {
        format!(
            "{build}COPY {of_context}package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build {flags}/app/dist ./dist\n{START}"
        )
    };
    let rule = rule("whole-stage-copy");
    let flags = "--chmod=755 --exclude=**/*.map --exclude=src --exclude=node_modules";
    let expected = after("--chmod=755 --exclude=**/*.map ", "--chmod=755 ");
    check_fix(rule, &files(&[]), &before(flags), &expected);
    for flags in ["--exclude=dist/internal", "--exclude=**/test"] {
        check_unsafe_fix(rule, &files(&[]), &before(flags), &after("", ""));
    }
    check_held_back(rule, &files(&[]), &before("--parents"), "`--parents` says where it goes");
}

#[test]
fn a_command_that_nobody_described() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nRUN ./patch\n";
    let rest = "\nFROM node:22-slim\nWORKDIR /app\n";
    let before = format!("{build}{rest}COPY --from=build /app .\n{START}");
    let after = format!(
        "{build}{rest}COPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n{START}"
    );
    check_unsafe_fix(rule("whole-stage-copy"), &files(&[]), &before, &after);
    check_held_back(rule("whole-stage-copy"), &files(&[]), &before, "`./patch` may change `node_modules`");
}

/// What the context lacks comes from the build, where a command may make it there.
#[test]
fn a_file_that_a_command_of_the_build_may_make() {
    let build = |command: &str| {
        format!(
            "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n{command}\nFROM node:22-slim\nWORKDIR /app\n"
        )
    };
    let server = "import express from 'express';\nimport fs from 'node:fs';\nfs.readFileSync('info/version.txt');\nexpress().listen(3000);\n";
    let files = files(&[("src/server.ts", server)]);
    let copies = |besides: &str| {
        format!(
            "COPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n{besides}{START}"
        )
    };
    for (command, besides) in
        [("RUN date > info/version.txt\n", "COPY --from=build /app/info/version.tx[t] ./info/\n"), ("", "")]
    {
        let before = format!("{}COPY --from=build /app .\n{START}", build(command));
        check_fix(rule("whole-stage-copy"), &files, &before, &(build(command) + &copies(besides)));
    }
}

#[test]
fn absolute_paths_are_those_of_the_production_stage() {
    let server = "import express from 'express';\nimport fs from 'node:fs';\nfs.readdirSync('/srv/sql');\nfs.readdirSync('/app/data');\nfs.readdirSync('/data');\nexpress().listen(3000);\n";
    let files = files(&[("src/server.ts", server), ("sql/1.sql", ""), ("data/1.json", "")]);
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /srv\n";
    let before = format!("{build}COPY --from=build /app .\n{START}");
    let after = format!(
        "{build}COPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\nCOPY sql ./sql\n{START}"
    );
    check_fix(rule("whole-stage-copy"), &files, &before, &after);
}

#[test]
fn a_copied_node_modules_becomes_a_production_install() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\n";
    let rest = format!("COPY --from=build /app/dist ./dist\n{START}");
    let before = format!("{build}COPY --from=build /app/node_modules ./node_modules\n{rest}");
    let after = format!("{build}COPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n{rest}");
    check_fix(rule("dev-dependencies"), &files(&[]), &before, &after);
}

#[test]
fn the_flag_follows_the_verb() {
    let package = PACKAGE.replace("node dist/server.js", "node server.js");
    let files =
        [("package.json", package.as_str()), ("package-lock.json", LOCK), ("server.js", "require('express')\n")];
    for install in ["npm ci", "npm --loglevel warn ci", "npm --no-audit ci"] {
        let text = |flag: &str| {
            format!(
                "FROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN {install}{flag}\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n"
            )
        };
        check_fix(rule("dev-dependencies"), &files, &text(""), &text(" --omit=dev"));
    }
}

#[test]
fn files_that_a_library_may_read_come_along() {
    let server = "import express from 'express';\nimport { migrate } from './db';\nmigrate({ migrationsFolder: './drizzle', texts: 'locales/{{lng}}.json' });\nexpress().listen(3000);\n";
    let db = "export function migrate(_options: object) {}\n";
    let after = single("", "").replace("slim\n", "slim AS build\n")
        + "\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\nCOPY drizzle ./drizzle\nCOPY locales ./locales\n"
        + START;
    let other = [("src/server.ts", server), ("src/db.ts", db), ("drizzle/1.sql", ""), ("locales/en.json", "{}")];
    splits(&other, &single("", START), &after);
}

#[test]
fn a_generated_client_comes_along() {
    let package = r#"{"scripts": {"build": "prisma generate && tsc"}, "dependencies": {"@prisma/client": "6.19.0"}, "devDependencies": {"prisma": "6.19.0", "typescript": "5.9.3"}}"#;
    let lock = |version: &str| {
        format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {{"@prisma/client": "6.19.0"}}, "devDependencies": {{"prisma": "6.19.0", "typescript": "5.9.3"}}}},
            "node_modules/@prisma/client": {{"version": "{version}"}}, "node_modules/prisma": {{"version": "6.19.0", "dev": true}}, "node_modules/typescript": {{"version": "5.9.3", "dev": true}}}}}}"#
        )
    };
    let schema = |provider: &str, output: &str| {
        format!("generator client {{\n  provider = \"{provider}\"\n  output = \"{output}\"\n}}\n")
    };
    let server = |from: &str| format!("import {{ PrismaClient }} from '{from}';\nnew PrismaClient();\n");
    let before = format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n{START}");
    for (provider, output, import, version, copied) in [
        ("prisma-client-js", "../generated/client", "../generated/client", "6.19.0", Some("generated/client")),
        ("prisma-client", "../src/generated", "./generated/client", "6.19.0", Some("src/generated")),
        ("prisma-client", "../src/generated", "./generated/client", "7.0.1", None),
    ] {
        let (lock, schema, server) = (lock(version), schema(provider, output), server(import));
        let files = files(&[
            ("package.json", package),
            ("package-lock.json", &lock),
            ("prisma/schema.prisma", &schema),
            ("src/server.ts", &server),
        ]);
        let after = Case::of(rule("single-stage-build")).files(&files).fix(&before, Applicability::Unsafe);
        let line = copied.map(|it| format!("COPY --from=build /app/{it} ./{it}\n"));
        assert_eq!(after.matches("COPY --from=build").count(), 2 + usize::from(copied.is_some()), "{after}");
        assert!(line.is_none_or(|it| after.contains(&it)), "{after}");
    }
    let (lock, schema, server) =
        (lock("6.19.0"), schema("prisma-client-js", "../generated/client"), server("../generated/client"));
    let by_hand = package.replace("prisma generate && tsc", "tsc");
    let files = files(&[
        ("package.json", &by_hand),
        ("package-lock.json", &lock),
        ("prisma/schema.prisma", &schema),
        ("src/server.ts", &server),
    ]);
    let reason = "`prisma/schema.prisma` has its client in `generated/client`, and what generates it there was not found, so all of `/app` comes along, and what the build leaves outside of it is not known; `src/server.ts:1` imports `../generated/client`, which is not there";
    check_held_back(rule("single-stage-build"), &files, &before, reason);
}
