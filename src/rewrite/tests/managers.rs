//! What other managers than npm do otherwise.

use super::*;

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
