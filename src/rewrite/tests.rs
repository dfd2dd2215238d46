//! Whole production stages, before and after, and what speaks against a rewrite.

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
fn a_frameworks_server_keeps_what_it_reads() {
    let package = r#"{
  "name": "shop",
  "scripts": { "build": "next build", "start": "next start -p 3000" },
  "dependencies": { "next": "^15.0.0" },
  "devDependencies": { "typescript": "^5.9.0", "chalk": "^5.0.0" }
}
"#;
    let lock =
        LOCK.replace("express", "next").replace("^5.0.0\" }, \"dev", "^15.0.0\" }, \"dev").replace("5.1.0", "15.0.1");
    let config = "export default { poweredByHeader: false };\n";
    let site = [
        ("package.json", package),
        ("package-lock.json", lock.as_str()),
        ("next.config.mjs", config),
        ("public/logo.svg", "<svg/>"),
        ("app/page.tsx", "export default () => null;\n"),
    ];
    let start = "CMD [\"node_modules/.bin/next\", \"start\", \"-p\", \"3000\"]\n";
    let before = single("", start);
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/.next ./.next\nCOPY --from=build /app/public ./public\nCOPY next.config.mjs ./\n";
    check_fix(rule("single-stage-build"), &site, &before, &format!("{after}{start}"));
    // What its code does is not all known, or reaches what the build does not bring along.
    for (path, text) in [
        ("app/a.tsx", "import { readFileSync } from 'fs';\nexport default (it) => readFileSync(it);\n"),
        ("app/a.tsx", "import { execSync } from 'child_process';\nexport default () => execSync('make');\n"),
        ("app/about/page.mdx", "# About\n"),
    ] {
        let files = [&site[..], &[(path, text)]].concat();
        check_unsafe_fix(rule("single-stage-build"), &files, &before, &format!("{after}{start}"));
    }
    // Names that only the build knows: behind an alias there may be anything.
    let alias = ("app/a.tsx", "import { a } from 'own-lib';\nexport default () => a;\n");
    let files = [&site[..], &[alias]].concat();
    check_unsafe_fix(rule("single-stage-build"), &files, &before, &format!("{after}{start}"));
    let uses = ("app/a.tsx", "import chalk from 'chalk';\nexport default () => chalk.red('a');\n");
    let all = after.replace(
        "COPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n",
        "COPY package*.json ./\nCOPY --from=build /app/node_modules ./node_modules\n",
    );
    check_unsafe_fix(rule("single-stage-build"), &[&site[..], &[uses]].concat(), &before, &format!("{all}{start}"));
    let reads = "import { readFileSync } from 'fs';\nimport 'server-only';\nexport default () => readFileSync('texts/a.txt');\n";
    let tests = "import chalk from 'chalk';\nchalk.red('a');\n";
    let files = [&site[..], &[("app/a.tsx", reads), ("app/a.test.tsx", tests), ("texts/a.txt", "")]].concat();
    let texts = "COPY texts/a.txt ./texts/\n";
    check_fix(rule("single-stage-build"), &files, &before, &format!("{after}{texts}{start}"));
    // So it is with a file that runs before the server.
    let seeded = before.replace(start, "CMD [\"sh\", \"-c\", \"node seed.js && exec node_modules/.bin/next start\"]\n");
    for (seed, is_known) in [
        ("require('fs').readFileSync('texts/a.txt');\n", true),
        ("require('fs').readFileSync(process.argv[2]);\n", false),
    ] {
        let files = [&site[..], &[("seed.js", seed), ("texts/a.txt", "")]].concat();
        let case = Case::of(rule("single-stage-build")).files(&files);
        let fixed = case.fix(&seeded, Applicability::Safe);
        assert_eq!(fixed.contains("COPY texts/a.txt ./texts/\n"), is_known, "{fixed}");
        assert_eq!(fixed.contains("seed.js ./\n"), is_known, "{fixed}");
    }
    let refused = |config: &str, reason: &str| {
        let mut files = site;
        files[2].1 = config;
        let case = Case::of(rule("single-stage-build")).files(&files);
        let found: Vec<_> = case.check(&before).into_iter().filter_map(|it| it.held_back).collect();
        assert!(matches!(&found[..], [it] if it.contains(reason)), "{reason}: {found:?}");
    };
    let mut files = site.to_vec();
    files.push((".env.production", "SECRET=1\n"));
    check_unsafe_fix(rule("single-stage-build"), &files, &before, &format!("{after}{start}"));
    let case = Case::of(rule("single-stage-build")).files(&files);
    let found: Vec<_> = case.check(&before).into_iter().filter_map(|it| it.held_back).collect();
    assert!(found[0].contains("`next` reads `.env.production` when the container starts: give its values there"));
    refused("export default { distDir: out() };\n", "`next.config.mjs` computes `distDir`");
    refused("import chalk from 'chalk';\nexport default {};\n", "`next.config.mjs` names `chalk`, a devDependency");
}

/// `#app/x` is an alias of package.json in other apps than Nuxt's.
#[test]
fn names_of_other_frameworks_are_not_known() {
    let express = "import express from 'express';\nimport '#app/own.js';\nexpress().listen(3000);\n";
    let files = files(&[("src/server.ts", express)]);
    let case = Case::of(rule("single-stage-build")).files(&files);
    let before = single("", START);
    assert_eq!(case.fix(&before, Applicability::Safe), before);
}

#[test]
fn a_server_for_node_is_known_by_its_components() {
    let package = r#"{"type": "module", "scripts": {"build": "astro build", "start": "node dist/server/entry.mjs"}, "dependencies": {"astro": "^5.0.0", "@astrojs/node": "^9.0.0"}}"#;
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"astro": "^5.0.0", "@astrojs/node": "^9.0.0"}}, "node_modules/astro": {"version": "5.0.1"}, "node_modules/@astrojs/node": {"version": "9.0.0"}}}"#;
    let config = "import node from '@astrojs/node';\nexport default { output: 'server', adapter: node({ mode: 'standalone' }) };\n";
    let site = |page: &'static str| {
        [
            ("package.json", package),
            ("package-lock.json", lock),
            ("astro.config.mjs", config),
            ("src/pages/index.astro", page),
        ]
    };
    let start = "CMD [\"node\", \"dist/server/entry.mjs\"]\n";
    let before = single("", start);
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n";
    let rule = rule("single-stage-build");
    let plain = site(
        "---\nimport { getCollection } from 'astro:content';\nconst posts = await getCollection('a');\n---\n<p>{posts}</p>\n",
    );
    check_fix(rule, &plain, &before, &format!("{after}{start}"));
    let reads = site(
        "---\nimport { readFileSync } from 'node:fs';\nconst text = readFileSync(Astro.url.pathname);\n---\n<p>{text}</p>\n",
    );
    check_unsafe_fix(rule, &reads, &before, &format!("{after}{start}"));
}

/// SvelteKit takes devDependencies into its output.
#[test]
fn a_server_that_takes_dev_dependencies_in() {
    let package = r#"{"type": "module", "scripts": {"build": "vite build"}, "dependencies": {"ms": "2.1.3"}, "devDependencies": {"@sveltejs/adapter-node": "^5.0.0", "@sveltejs/kit": "^2.0.0", "svelte": "^5.0.0", "vite": "^7.0.0"}}"#;
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "2.1.3"}, "devDependencies": {"@sveltejs/adapter-node": "^5.0.0", "@sveltejs/kit": "^2.0.0", "svelte": "^5.0.0", "vite": "^7.0.0"}}, "node_modules/ms": {"version": "2.1.3"}, "node_modules/@sveltejs/adapter-node": {"version": "5.5.7", "dev": true}, "node_modules/@sveltejs/kit": {"version": "2.48.5", "dev": true}, "node_modules/svelte": {"version": "5.43.8", "dev": true}, "node_modules/vite": {"version": "7.2.2", "dev": true}}}"#;
    let config = "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };\n";
    let page = "<script>\nimport { onMount } from 'svelte';\nimport icon from '$lib/icon.svg';\nonMount(() => {});\n</script>\n<img src={icon} />\n";
    let site = [
        ("package.json", package),
        ("package-lock.json", lock),
        ("svelte.config.js", config),
        ("src/routes/+page.svelte", page),
    ];
    let start = "CMD [\"node\", \"build\"]\n";
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/build ./build\n";
    check_fix(rule("single-stage-build"), &site, &single("", start), &format!("{after}{start}"));
}

#[test]
fn a_server_that_brings_its_packages() {
    let package = r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "^15.0.0"}}"#;
    let site = [
        ("package.json", package),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "^15.0.0"}}, "node_modules/next": {"version": "15.0.1"}}}"#,
        ),
        ("next.config.mjs", "export default { output: 'standalone' };\n"),
        ("public/logo.svg", "<svg/>"),
        ("app/page.tsx", "export default () => null;\n"),
    ];
    let copies = "RUN npm run build && cp -r public .next/standalone/ && cp -r .next/static .next/standalone/.next/\n";
    let head = "FROM node:22-slim";
    let build = format!("WORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n{copies}");
    let start = "CMD [\"node\", \".next/standalone/server.js\"]\n";
    let after = format!(
        "{head} AS build\n{build}\n{head}\nWORKDIR /app\nCOPY --from=build /app/.next/standalone ./.next/standalone\n{start}"
    );
    check_fix(rule("single-stage-build"), &site, &format!("{head}\n{build}{start}"), &after);
    // Whoever else runs in the image may need the packages.
    let compose = "services:\n  web:\n    build: .\n  jobs:\n    build: .\n    command: node jobs.js\n";
    let shared = [&site[..], &[("compose.yaml", compose), ("jobs.js", "")]].concat();
    let case = Case::of(rule("single-stage-build")).files(&shared);
    let fixed = case.fix(&format!("{head}\n{build}{start}"), Applicability::Unsafe);
    assert!(fixed.contains("npm ci --omit=dev"), "{fixed}");
    // What lies elsewhere may be for the run.
    let case = Case::of(rule("single-stage-build")).files(&site);
    for copies in
        ["cp -r public /srv/", "cd app && cp -r public .next/standalone/", "cp -t /srv public .next/standalone/"]
    {
        let elsewhere = format!("{head}\n{}{start}", build.replace("cp -r public .next/standalone/", copies));
        assert_eq!(case.fix(&elsewhere, Applicability::Unsafe), elsewhere, "{copies}");
    }
}

const BERRY_LOCK: &str = r#"__metadata:
  version: 8
  cacheKey: 10c0

"chalk@npm:^5.0.0":
  version: 5.6.0
  resolution: "chalk@npm:5.6.0"

"express@npm:^5.0.0":
  version: 5.1.0
  resolution: "express@npm:5.1.0"

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
  dependencies:
    chalk: "npm:^5.0.0"
    express: "npm:^5.0.0"
    typescript: "npm:^5.9.0"

"typescript@npm:^5.9.0":
  version: 5.9.3
  resolution: "typescript@npm:5.9.3"
"#;

/// The project with Yarn 4 and this lock; `linker` is what .yarnrc.yml says.
fn berry<'a>(lock: &'a str, linker: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut res = files(&[("yarn.lock", lock), (".yarnrc.yml", linker)]);
    res.retain(|it| it.0 != "package-lock.json");
    res
}

#[test]
fn yarn_4_leaves_dev_dependencies_out() {
    let head = "FROM node:22-slim";
    let rest = "WORKDIR /app\nRUN corepack enable\nCOPY . .\nRUN yarn install --immutable\nRUN yarn build\n";
    let before = format!("{head}\n{rest}{START}");
    let after = format!(
        "{head} AS build\n{rest}RUN yarn workspaces focus --all --production\n\n{head}\nWORKDIR /app\nCOPY package.json yarn.lock ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n{START}"
    );
    let modules = "nodeLinker: node-modules\n";
    check_fix(rule("single-stage-build"), &berry(BERRY_LOCK, modules), &before, &after);
    let held_back = |files: &[(&str, &str)], before: &str| {
        let case = Case::of(rule("single-stage-build")).files(files);
        case.check(before).into_iter().filter_map(|it| it.held_back).collect::<String>()
    };
    let peer =
        BERRY_LOCK.replace("express@npm:5.1.0\"\n", "express@npm:5.1.0\"\n  peerDependencies:\n    chalk: \"*\"\n");
    let reason = "`express` needs `chalk`, a devDependency, which Yarn leaves out although others keep it";
    assert_eq!(held_back(&berry(&peer, modules), &before), reason);
    assert_eq!(held_back(&berry(BERRY_LOCK, ""), &before), LINKER_DOUBT);
    let old = BERRY_LOCK.replace("version: 8", "version: 6");
    let reason = "before Yarn 4, it takes a plugin (`workspace-tools`) to leave devDependencies out";
    assert_eq!(held_back(&berry(&old, modules), &before), reason);
}

#[test]
fn plug_and_play_gives_way_to_node_modules() {
    let head = "FROM node:22-slim";
    let (first, rest) =
        ("WORKDIR /app\nRUN corepack enable\nCOPY . .\n", "RUN yarn install --immutable\nRUN yarn build\n");
    let before = format!("{head}\n{first}{rest}{START}");
    let after = format!(
        "{head} AS build\n{first}ENV YARN_NODE_LINKER=node-modules\n{rest}RUN yarn workspaces focus --all --production\n\n{head}\nWORKDIR /app\nCOPY package.json yarn.lock ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n{START}"
    );
    let files = berry(BERRY_LOCK, "");
    check_unsafe_fix(rule("single-stage-build"), &files, &before, &after);
    // It is asked for by name.
    let by_name = before.replace("CMD [\"node\"", "CMD [\"node\", \"-r\", \"./.pnp.cjs\"");
    check_unsafe_fix(rule("single-stage-build"), &files, &by_name, &by_name);
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

#[test]
fn bun_installs_again() {
    let lock = r#"{"lockfileVersion": 1, "workspaces": {"": {"name": "shop",
        "dependencies": {"express": "^5.0.0"}, "devDependencies": {"typescript": "^5.9.0", "chalk": "^5.0.0"}}},
      "packages": {"chalk": ["chalk@5.6.0", "", {}, ""], "express": ["express@5.1.0", "", {}, ""], "typescript": ["typescript@5.9.3", "", {}, ""]}}"#;
    let mut files = files(&[("bun.lock", lock)]);
    files.retain(|it| it.0 != "package-lock.json");
    let rest = "WORKDIR /app\nCOPY . .\nRUN bun install --frozen-lockfile\nRUN bun run build\n";
    let start = "CMD [\"bun\", \"dist/server.js\"]\n";
    let before = format!("FROM oven/bun:1\n{rest}{start}");
    let after = format!(
        "FROM oven/bun:1 AS build\n{rest}RUN rm -rf node_modules && bun install --frozen-lockfile --production\n\nFROM oven/bun:1\nWORKDIR /app\nCOPY package.json bun.lock ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/dist ./dist\n{start}"
    );
    check_fix(rule("single-stage-build"), &files, &before, &after);
}
