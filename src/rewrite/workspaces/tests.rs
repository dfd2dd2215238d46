//! node_modules of a workspace's root, pruned for the member that ships.

use crate::fix::Applicability;
use crate::rules::{RULES, Rule};
use crate::testing::{Case, check_fix, check_held_back, check_unsafe_fix, replaced};

const ROOT: &str = r#"{"name": "shop", "private": true, "workspaces": ["apps/*", "packages/*"], "devDependencies": {"typescript": "5.9.3"}}"#;
const API: &str = r#"{"name": "@shop/api", "version": "1.0.0", "scripts": {"build": "tsc"}, "dependencies": {"@shop/db": "*", "express": "^5.0.0"}, "devDependencies": {"chalk": "5.6.0"}}"#;
const WEB: &str = r#"{"name": "@shop/web", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}}"#;
const DB: &str = r#"{"name": "@shop/db", "version": "1.0.0", "scripts": {"build": "tsc"}, "dependencies": {"pg": "^8.0.0"}, "devDependencies": {"chalk": "5.6.0"}}"#;
/// A member that another one needs for its build, with a devDependency of its own.
const DB_WITH_TOOL: &str = r#"{"name": "@shop/db", "version": "1.0.0", "scripts": {"build": "tsc"}, "dependencies": {"pg": "^8.0.0"}, "devDependencies": {"@shop/tool": "*", "chalk": "5.6.0"}}"#;
const TOOL: &str = r#"{"name": "@shop/tool", "version": "1.0.0", "devDependencies": {"chalk": "5.6.0"}}"#;
const LOCK: &str = r#"{
  "name": "shop",
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "shop", "workspaces": ["apps/*", "packages/*"], "devDependencies": { "typescript": "5.9.3" } },
    "apps/api": { "name": "@shop/api", "version": "1.0.0", "dependencies": { "@shop/db": "*", "express": "^5.0.0" }, "devDependencies": { "chalk": "5.6.0" } },
    "apps/web": { "name": "@shop/web", "version": "1.0.0", "dependencies": { "ms": "2.1.3" } },
    "packages/db": { "name": "@shop/db", "version": "1.0.0", "dependencies": { "pg": "^8.0.0" }, "devDependencies": { "chalk": "5.6.0" } },
    "node_modules/@shop/api": { "resolved": "apps/api", "link": true },
    "node_modules/@shop/web": { "resolved": "apps/web", "link": true },
    "node_modules/@shop/db": { "resolved": "packages/db", "link": true },
    "node_modules/chalk": { "version": "5.6.0", "dev": true },
    "node_modules/express": { "version": "5.1.0" },
    "node_modules/ms": { "version": "2.1.3" },
    "node_modules/pg": { "version": "8.16.0" },
    "node_modules/typescript": { "version": "5.9.3", "dev": true }
  }
}
"#;
const TSCONFIG: &str = r#"{ "compilerOptions": { "rootDir": "src", "outDir": "dist" }, "include": ["src"] }"#;

fn files<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let own = [
        ("package.json", ROOT),
        ("package-lock.json", LOCK),
        ("apps/api/package.json", API),
        ("apps/api/tsconfig.json", TSCONFIG),
        ("apps/api/src/main.ts", "import express from 'express';\nimport '@shop/db';\nexpress().listen(3000);\n"),
        ("apps/web/package.json", WEB),
        ("packages/db/package.json", DB),
        ("packages/db/tsconfig.json", TSCONFIG),
        ("packages/db/src/index.ts", "import pg from 'pg';\nexport default pg;\n"),
    ];
    replaced(&own, other)
}

fn rule() -> &'static Rule {
    RULES.iter().find(|it| it.name == "dev-dependencies").expect("the rule is in the table")
}

const SHIPPED: &str = "FROM node:22-slim\nWORKDIR /app\nENV NODE_ENV=production\nCOPY --from=build /app/apps/api/dist ./apps/api/dist\nCOPY --from=build /app/packages/db ./packages/db\nCOPY --from=build /app/node_modules ./node_modules\nUSER node\nCMD [\"node\", \"apps/api/dist/main.js\"]\n";
const BUILD: &str =
    "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build --workspaces --if-present\n";

#[test]
fn all_packages_are_pruned_at_the_root() {
    let before = format!("{BUILD}\n{SHIPPED}");
    let after = format!("{BUILD}RUN npm prune --omit=dev\n\n{SHIPPED}");
    check_fix(rule(), &files(&[]), &before, &after);
}

#[test]
fn no_more_is_brought_than_was_installed() {
    let manifests = "COPY package*.json ./\nCOPY apps/api/package.json ./apps/api/\nCOPY packages/db/package.json ./packages/db/\nRUN npm ci\nCOPY . .\n";
    let head = format!(
        "FROM node:22-slim AS build\nWORKDIR /app\n{manifests}RUN npm run build -w packages/db\nRUN npm run build -w apps/api\n"
    );
    let before = format!("{head}\n{SHIPPED}");
    let after = format!("{head}RUN npm prune --omit=dev --workspace=apps/api --include-workspace-root\n\n{SHIPPED}");
    check_fix(rule(), &files(&[]), &before, &after);
    let tool = ("packages/db/package.json", DB_WITH_TOOL);
    let lib = ("packages/tool/package.json", TOOL);
    let tool_too =
        |it: &str| it.replace("COPY packages/db", "COPY packages/tool/package.json ./packages/tool/\nCOPY packages/db");
    let after = after.replace("=apps/api ", "=apps/api --workspace=packages/tool ");
    check_fix(rule(), &files(&[tool, lib]), &tool_too(&before), &tool_too(&after));
}

#[test]
fn a_filter_of_the_install_is_repeated() {
    let build = BUILD.replace("RUN npm ci", "RUN npm ci -w apps/api");
    let after = format!("{build}RUN npm prune --omit=dev --workspace=apps/api\n\n{SHIPPED}");
    check_fix(rule(), &files(&[]), &format!("{build}\n{SHIPPED}"), &after);
}

#[test]
fn another_stage_keeps_its_dev_dependencies() {
    let test = "FROM build AS test\nRUN npm test\n";
    let before = format!("{BUILD}\n{test}\n{SHIPPED}");
    let shipped = SHIPPED.replace("--from=build /app/node_modules", "--from=production-deps /app/node_modules");
    let after = format!("{BUILD}\n{test}\nFROM build AS production-deps\nRUN npm prune --omit=dev\n\n{shipped}");
    check_fix(rule(), &files(&[]), &before, &after);
}

#[test]
fn a_linked_member_may_need_one() {
    let index = ("packages/db/src/index.ts", "import chalk from 'chalk';\nexport default chalk;\n");
    let before = format!("{BUILD}\n{SHIPPED}");
    let after = format!("{BUILD}RUN npm prune --omit=dev\n\n{SHIPPED}");
    check_unsafe_fix(rule(), &files(&[index]), &before, &after);
}

#[test]
fn other_managers() {
    let workspace = ("pnpm-workspace.yaml", "packages: ['apps/*', 'packages/*']\n");
    let again =
        "find . -name node_modules -prune -exec rm -rf {} + && pnpm install --frozen-lockfile --prod --prefer-offline";
    let found: Vec<_> = files(&[PNPM_LOCK, workspace]).into_iter().filter(|it| it.0 != "package-lock.json").collect();
    let build = BUILD.replace("RUN npm ci", "RUN npm install -g pnpm@9\nRUN pnpm install --frozen-lockfile");
    let build = build.replace("RUN npm run build --workspaces --if-present", "RUN pnpm -r build");
    let shipped = SHIPPED.replace(
        "COPY --from=build /app/node_modules ./node_modules\n",
        "COPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/apps/api/node_modules ./apps/api/node_modules\n",
    );
    check_fix(rule(), &found, &format!("{build}\n{shipped}"), &format!("{build}RUN {again}\n\n{shipped}"));
    // What says which packages are meant, and where they come from, holds for the second install as well.
    let flags = "--filter '@shop/api...' --store-dir=/store";
    let filtered = build.replace("install --frozen-lockfile", &format!("install --frozen-lockfile {flags}"));
    let after = format!("{filtered}RUN {again} {flags}\n\n{shipped}");
    check_fix(rule(), &found, &format!("{filtered}\n{shipped}"), &after);
    let prepared =
        |script: &str| ROOT.replace("\"private\"", &format!("\"scripts\": {{\"prepare\": \"{script}\"}}, \"private\""));
    let mut found = found;
    found.retain(|it| it.0 != "package.json");
    let with = |package| [&found[..], &[("package.json", package)]].concat();
    let hooks = prepared("husky");
    let after = format!("{build}RUN npm pkg delete scripts.prepare && {again}\n\n{shipped}");
    check_fix(rule(), &with(&hooks), &format!("{build}\n{shipped}"), &after);
    // Another user than root may not change package.json.
    let reason = format!("`{again}` would run the script `prepare` (`husky`) again");
    let by_node = build.replace("RUN pnpm install", "USER node\nRUN pnpm install");
    check_held_back(rule(), &with(&hooks), &format!("{by_node}\n{shipped}"), &reason);
    let other = prepared("node setup.js");
    let reason = format!("`{again}` would run the script `prepare` (`node setup.js`) again");
    check_held_back(rule(), &with(&other), &format!("{build}\n{shipped}"), &reason);
}

const PNPM_LOCK: (&str, &str) = (
    "pnpm-lock.yaml",
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      typescript:\n        specifier: 5.9.3\n        version: 5.9.3\n\npackages:\n\n  typescript@5.9.3: {}\n",
);

fn named(name: &str) -> &'static Rule {
    RULES.iter().find(|it| it.name == name).expect("the rule is in the table")
}

const WHOLE: &str = "FROM node:22-slim\nWORKDIR /app\nENV NODE_ENV=production\nCOPY --from=build /app .\nUSER node\nWORKDIR /app/apps/api\nCMD [\"node\", \"dist/main.js\"]\n";

fn narrowed(members: &str) -> String {
    let copies = format!(
        "COPY --from=build /app/package.json ./\nCOPY --from=build /app/node_modules ./node_modules\n{members}COPY --from=build /app/apps/api/package.json ./apps/api/\nCOPY --from=build /app/apps/api/dist ./apps/api/dist\n"
    );
    let shipped = WHOLE.replace("COPY --from=build /app .\n", &copies);
    format!("{BUILD}RUN npm prune --omit=dev\n\n{shipped}")
}

const DB_COPIES: &str = "COPY --from=build /app/packages/db/package.json ./packages/db/\nCOPY --from=build /app/packages/db/dist ./packages/db/dist\n";

#[test]
fn only_what_the_app_links_to_is_copied() {
    let main = ("packages/db/package.json", &*DB.replace("\"scripts\"", "\"main\": \"dist/index.js\", \"scripts\""));
    let before = format!("{BUILD}\n{WHOLE}");
    check_fix(named("whole-stage-copy"), &files(&[main]), &before, &narrowed(DB_COPIES));
    // A devDependency that the run imports.
    let api = API.replace("\"@shop/db\": \"*\", ", "").replace("{\"chalk\"", "{\"@shop/db\": \"*\", \"chalk\"");
    check_fix(
        named("whole-stage-copy"),
        &files(&[main, ("apps/api/package.json", &api)]),
        &before,
        &narrowed(DB_COPIES),
    );
}

#[test]
fn a_member_that_is_not_known_stays_and_loses_its_dev_dependencies() {
    // Without `main` it would load index.js, which nothing makes.
    let before = format!("{BUILD}\n{WHOLE}");
    check_held_back(
        named("whole-stage-copy"),
        &files(&[]),
        &before,
        "it is not known which file of `@shop/db` is loaded",
    );
    check_fix(rule(), &files(&[]), &before, &format!("{BUILD}RUN npm prune --omit=dev\n\n{WHOLE}"));
}

#[test]
fn another_user_may_not_prune() {
    let build = BUILD.replace("RUN npm run", "USER node\nRUN npm run");
    let reason = "a prune would run as another user than the install";
    check_held_back(rule(), &files(&[]), &format!("{build}\n{SHIPPED}"), reason);
    // A user of later is not asked.
    let end = format!("USER node\n\n{SHIPPED}");
    let after = format!("{BUILD}RUN npm prune --omit=dev\n{end}");
    check_fix(rule(), &files(&[]), &format!("{BUILD}{end}"), &after);
}

#[test]
fn turborepo_builds_what_is_needed() {
    let turbo = ("turbo.json", r#"{"tasks": {"build": {"dependsOn": ["^build"]}}}"#);
    let main = ("packages/db/package.json", &*DB.replace("\"scripts\"", "\"main\": \"dist/index.js\", \"scripts\""));
    let root = ROOT.replace("\"private\"", "\"scripts\": {\"build\": \"turbo run build\"}, \"private\"");
    for command in ["npx turbo run build --filter=@shop/api", "npm run build"] {
        let with = |text: &str| text.replace("npm run build --workspaces --if-present", command);
        let files = files(&[turbo, main, ("package.json", &root)]);
        let before = with(&format!("{BUILD}\n{WHOLE}"));
        check_fix(named("whole-stage-copy"), &files, &before, &with(&narrowed(DB_COPIES)));
    }
}

#[test]
fn what_turborepo_leaves_in_the_stage_below_is_not_in_the_way() {
    let main = ("packages/db/package.json", &*DB.replace("\"scripts\"", "\"main\": \"dist/index.js\", \"scripts\""));
    let build = "FROM node:22-slim AS base\nWORKDIR /app\nRUN npm install -g turbo\nCOPY . .\nRUN turbo prune @shop/api --docker\n\nFROM base AS build\nWORKDIR /app\nCOPY --from=base /app/out/json/ .\nCOPY --from=base /app/out/package-lock.json ./package-lock.json\nRUN npm ci\nCOPY --from=base /app/out/full/ .\nCOPY turbo.json turbo.json\nRUN npx turbo run build --filter=@shop/api\n";
    let turbo = ("turbo.json", r#"{"tasks": {"build": {"dependsOn": ["^build"], "outputs": ["dist/**"]}}}"#);
    let after = narrowed(DB_COPIES).replace(BUILD, build);
    check_fix(named("whole-stage-copy"), &files(&[main, turbo]), &format!("{build}\n{WHOLE}"), &after);
}

#[test]
fn others_keep_what_they_need() {
    let main = ("packages/db/package.json", &*DB.replace("\"scripts\"", "\"main\": \"dist/index.js\", \"scripts\""));
    for (between, reason) in [
        ("RUN npm test\n", "`npm test` may need a devDependency"),
        ("\nFROM build AS test\nRUN npm test\n", "another stage may need the devDependencies of `build`"),
    ] {
        let before = format!("{BUILD}{between}\n{WHOLE}");
        check_held_back(named("whole-stage-copy"), &files(&[main]), &before, reason);
    }
    // The weaker edit is right there too.
    let test = "FROM build AS test\nRUN npm test\n";
    let pruned = "FROM build AS production-deps\nRUN npm prune --omit=dev\n";
    let after = format!("{BUILD}\n{test}\n{pruned}\n{}", WHOLE.replace("--from=build", "--from=production-deps"));
    check_fix(rule(), &files(&[main]), &format!("{BUILD}\n{test}\n{WHOLE}"), &after);
}

#[test]
fn a_prune_sees_all_that_was_installed() {
    let deps = "FROM node:22-slim AS deps\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY package*.json ./\nCOPY apps/api ./apps/api\nRUN npm run build -w apps/api\n";
    let reason = "`apps/web/package.json` may not be in the stage that `node_modules` comes from";
    check_held_back(rule(), &files(&[]), &format!("{deps}\n{build}\n{SHIPPED}"), reason);
}

const ALONE: &str = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nENV NODE_ENV=production\nUSER node\nWORKDIR /app/apps/api\nCMD [\"node\", \"dist/main.js\"]\n";

#[test]
fn one_stage_is_split_for_the_member_that_ships() {
    let db = r#"{"name": "@shop/db", "version": "1.0.0", "main": "dist/index.js", "scripts": {"build": "tsc"}, "dependencies": {"pg": "^8.0.0"}, "devDependencies": {"chalk": "5.6.0"}}"#;
    let root =
        |script: &str| ROOT.replace("\"private\"", &format!("\"scripts\": {{\"build\": \"{script}\"}}, \"private\""));
    let copies = "COPY --from=build /app/package.json ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/packages/db/package.json ./packages/db/\nCOPY --from=build /app/packages/db/dist ./packages/db/dist\nCOPY --from=build /app/apps/api/package.json ./apps/api/\nCOPY --from=build /app/apps/api/dist ./apps/api/dist\n";
    let after = format!(
        "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nRUN npm prune --omit=dev\n\nFROM node:22-slim\nWORKDIR /app\nENV NODE_ENV=production\n{copies}USER node\nWORKDIR /app/apps/api\nCMD [\"node\", \"dist/main.js\"]\n"
    );
    for script in [
        "npm run build --workspaces --if-present",
        "npm run build -w packages/db && npm run build -w @shop/api",
        "npm run build:db && npm run build -w apps/api\", \"build:db\": \"npm -w packages/db run build",
        "turbo run build",
    ] {
        let root = root(script);
        let files = files(&[("package.json", &root), ("packages/db/package.json", db)]);
        check_fix(named("single-stage-build"), &files, ALONE, &after);
    }
    // What the member reads beside its output comes from its own folder.
    let root = root("npm run build --workspaces --if-present");
    let main = "import express from 'express';\nimport '@shop/db';\nimport { readFileSync } from 'node:fs';\nreadFileSync(__dirname + '/../texts/hello.txt');\nexpress().listen(3000);\n";
    let files = files(&[
        ("package.json", &root),
        ("packages/db/package.json", db),
        ("apps/api/src/main.ts", main),
        ("apps/api/texts/hello.txt", "hello"),
    ]);
    let after = after.replace("USER node", "COPY apps/api/texts/hello.txt ./apps/api/texts/\nUSER node");
    check_fix(named("single-stage-build"), &files, ALONE, &after);
}

#[test]
fn one_stage_is_split_where_the_member_is_started_from_the_root() {
    let root = ROOT
        .replace("\"private\"", "\"scripts\": {\"build\": \"npm run build --workspaces --if-present\"}, \"private\"");
    let db = r#"{"name": "@shop/db", "version": "1.0.0", "main": "dist/index.js", "scripts": {"build": "tsc"}, "dependencies": {"pg": "^8.0.0"}, "devDependencies": {"chalk": "5.6.0"}}"#;
    let with = |main: &'static str| {
        let main = ("apps/api/src/main.ts", main);
        let text = [("texts/hello.txt", "hello"), ("apps/api/texts/own.txt", "own")];
        [&[("package.json", &*root), ("packages/db/package.json", db), main][..], &text].concat()
    };
    for start in ["node\", \"apps/api/dist/main.js", "node\", \"apps/api/dist/main"] {
        let before = ALONE.replace("WORKDIR /app/apps/api\n", "").replace("node\", \"dist/main.js", start);
        let after = format!(
            "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\nRUN npm prune --omit=dev\n\nFROM node:22-slim\nWORKDIR /app\nENV NODE_ENV=production\nCOPY --from=build /app/package.json ./\nCOPY --from=build /app/node_modules ./node_modules\nCOPY --from=build /app/packages/db/package.json ./packages/db/\nCOPY --from=build /app/packages/db/dist ./packages/db/dist\nCOPY --from=build /app/apps/api/package.json ./apps/api/\nCOPY --from=build /app/apps/api/dist ./apps/api/dist\nUSER node\nCMD [\"{start}\"]\n"
        );
        let plain = "import express from 'express';\nimport '@shop/db';\nexpress().listen(3000);\n";
        check_fix(named("single-stage-build"), &files(&with(plain)), &before, &after);
        // What is read from the working directory is read at the root.
        let reads = "import { readFileSync } from 'node:fs';\nimport '@shop/db';\nreadFileSync('texts/hello.txt');\n";
        let reason = "`apps/api/src/main.ts:3` reads `texts/hello.txt`, outside of the app's folder, so all of `/app` comes along, and what the build leaves outside of it is not known";
        check_held_back(named("single-stage-build"), &files(&with(reads)), &before, reason);
        let own =
            "import { readFileSync } from 'node:fs';\nimport '@shop/db';\nreadFileSync('apps/api/texts/own.txt');\n";
        let copy = "COPY apps/api/texts/own.txt ./apps/api/texts/\nUSER node";
        check_fix(named("single-stage-build"), &files(&with(own)), &before, &after.replace("USER node", copy));
    }
}

#[test]
fn what_keeps_one_stage_of_a_workspace_whole() {
    let root =
        |script: &str| ROOT.replace("\"private\"", &format!("\"scripts\": {{\"build\": \"{script}\"}}, \"private\""));
    for (script, reason) in [
        ("npm run build -w packages/db", "no build of `apps/api/package.json` was found"),
        ("npm run build -w apps/api", "no build of `packages/db/package.json` was found"),
        ("npm run build -w apps/api && ./after.sh", "no build of `apps/api/package.json` was found"),
    ] {
        let root = root(script);
        let all = files(&[("package.json", &root)]);
        let case = Case::of(named("single-stage-build")).files(&all);
        let found = case.check(ALONE).into_iter().find_map(|it| it.held_back).unwrap_or_default();
        assert!(found.starts_with(&format!("{reason}, so all of `/app` comes along")), "{found}");
        assert_eq!(case.fix(ALONE, Applicability::Safe), ALONE);
    }
}
