//! Caches that ship, and what empties them.

use super::PACKAGE_CACHE;
use crate::testing::{check_clean, check_fix, check_held_back};

const FILES: &[(&str, &str)] = &[("package.json", r#"{"dependencies": {"ms": "2"}}"#), ("server.js", "")];

fn dockerfile(run: &str) -> String {
    format!("FROM node:22\nWORKDIR /app\nCOPY . .\nRUN {run}\nCMD [\"node\", \"server.js\"]\n")
}

#[test]
fn what_is_emptied() {
    for (before, after) in [
        ("npm ci", "npm ci && npm cache clean --force"),
        ("npm i -g pm2 && npm ci\\\n && echo ok", "npm i -g pm2 && npm ci && npm cache clean --force\\\n && echo ok"),
        ("npm ci && npm run a", "npm ci && npm run a && npm cache clean --force"),
        // npm ends with an error in a folder that is gone.
        (
            "cd /tmp/x && npm ci && mv node_modules / && rm -rf /tmp/x",
            "cd /tmp/x && npm ci && npm cache clean --force && mv node_modules / && rm -rf /tmp/x",
        ),
        ("npm ci && npm uninstall -g npm", "npm ci && npm cache clean --force && npm uninstall -g npm"),
        // Of a list with `&&`, `set -e` sees the last command alone.
        ("set -e; npm ci; \\\n  rm -f x", "set -e; npm ci; npm cache clean --force; \\\n  rm -f x"),
        ("npm ci 2>&1", "npm ci 2>&1 && npm cache clean --force"),
    ] {
        check_fix(&PACKAGE_CACHE, FILES, &dockerfile(before), &dockerfile(after));
    }
}

#[test]
fn heredocs_keep_their_shape() {
    let clean = "npm cache clean --force";
    for (before, after) in [
        ("<<EOF\nnpm ci\nEOF", format!("<<EOF\nnpm ci && {clean}\nEOF")),
        ("<<EOF\nset -e\n  npm ci\n  rm -f x\nEOF", format!("<<EOF\nset -e\n  npm ci\n  {clean}\n  rm -f x\nEOF")),
        ("<<-EOF\n\tnpm ci # all\n\tls\n\tEOF", format!("<<-EOF\n\tnpm ci; {clean} # all\n\tls\n\tEOF")),
        (
            "<<EOF bash\n#!/bin/bash\nls; npm ci \\\n  --no-audit\nEOF",
            format!("<<EOF bash\n#!/bin/bash\nls; npm ci \\\n  --no-audit && {clean}\nEOF"),
        ),
        (
            "bash -e <<'EOF'\napt-get update\nnpm ci &&\n  ls\nEOF",
            format!("bash -e <<'EOF'\napt-get update\nnpm ci && {clean} &&\n  ls\nEOF"),
        ),
        ("<<EOF\r\nnpm ci\r\nls\r\nEOF", format!("<<EOF\r\nnpm ci\r\n{clean}\r\nls\r\nEOF")),
    ] {
        check_fix(&PACKAGE_CACHE, FILES, &dockerfile(before), &dockerfile(&after));
    }
    let reason = "the install is not a plain command of the RUN";
    for run in ["<<EOF\nif true; then\n  npm ci\nfi\nEOF", "<<EOF\nnpm ci | tee log\nEOF"] {
        check_held_back(&PACKAGE_CACHE, FILES, &dockerfile(run), reason);
    }
}

#[test]
fn yarn_1() {
    let files = [FILES[0], FILES[1], ("yarn.lock", "# yarn lockfile v1\n")];
    let (before, after) = ("yarn install --production; ls", "yarn install --production; yarn cache clean; ls");
    check_fix(&PACKAGE_CACHE, &files, &dockerfile(before), &dockerfile(after));
}

#[test]
fn an_install_in_a_stage_below() {
    let of = |run: &str| {
        format!(
            "FROM node:22 AS base\nWORKDIR /app\nCOPY package.json ./\nRUN {run}\n\nFROM base\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n"
        )
    };
    check_fix(&PACKAGE_CACHE, FILES, &of("npm ci"), &of("npm ci && npm cache clean --force"));
}

#[test]
fn each_layer_has_its_own() {
    let clean = " && npm cache clean --force";
    let of = |clean: &str| dockerfile(&format!("npm i -g pm2{clean}\nRUN npm ci{clean}"));
    check_fix(&PACKAGE_CACHE, FILES, &of(""), &of(clean));
    check_clean(&PACKAGE_CACHE, FILES, &of(clean));
}

#[test]
fn what_leaves_none() {
    for run in [
        "npm ci && npm cache clean --force",
        "--mount=type=cache,target=/root/.npm npm ci",
        "npm ci && rm -rf /root/.npm",
        "npm ci && rm -rf /root/.npm/*",
        "npm ci && rm -rf /root/.npm/_cacache",
        "npm ci && rm -rf \"$(npm config get cache)\"",
        "yarn install && rm -rf $(yarn cache dir)",
        "--mount=type=tmpfs,target=/root/.npm npm ci",
        "echo ok",
    ] {
        check_clean(&PACKAGE_CACHE, FILES, &dockerfile(run));
    }
    let built = "FROM node:22 AS deps\nWORKDIR /app\nCOPY package.json ./\nRUN npm ci\n\nFROM node:22\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n";
    check_clean(&PACKAGE_CACHE, FILES, built);
}

#[test]
fn what_is_no_plain_command() {
    let reason = "the install is not a plain command of the RUN";
    for run in ["npm ci || npm install", "if true; then npm ci; fi", "npm ci | tee log", "[\"npm\", \"ci\"]"] {
        check_held_back(&PACKAGE_CACHE, FILES, &dockerfile(run), reason);
    }
    let later = |start: &str| dockerfile("npm ci").replace("CMD [\"node\", \"server.js\"]", start);
    let script = ("again.sh", "set -e\nnpm ci --offline --omit=dev\n");
    let files = [FILES, &[script]].concat();
    let reason = "`again.sh:2` installs packages from the cache";
    check_held_back(&PACKAGE_CACHE, &files, &later("COPY . .\nRUN sh again.sh"), reason);
    let reason = "`npm ci --offline --omit=dev` takes its packages from the cache when the container starts";
    check_held_back(&PACKAGE_CACHE, &files, &later("COPY . .\nENTRYPOINT [\"./again.sh\"]"), reason);
    let reason = "it brings another npm, which may not run here";
    check_held_back(&PACKAGE_CACHE, FILES, &dockerfile("npm i -g npm@latest"), reason);
    let reason = "whether `yarn` is Yarn 1 here is not known";
    let files = [FILES[0], FILES[1], (".yarnrc.yml", "yarnPath: .yarn/releases/yarn.cjs\n")];
    check_held_back(&PACKAGE_CACHE, &files, &dockerfile("yarn install"), reason);
    let of = |clean: &str| dockerfile(&format!("npm ci\nRUN npm install --offline ms{clean}"));
    check_fix(&PACKAGE_CACHE, FILES, &of(""), &of(" && npm cache clean --force"));
    let of = |clean: &str| dockerfile(&format!("npm i -g pnpm{clean}\nRUN pnpm install --offline"));
    check_fix(&PACKAGE_CACHE, FILES, &of(""), &of(" && npm cache clean --force"));
}
