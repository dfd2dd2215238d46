//! Tests of `user-too-early`.

use super::USER_TOO_EARLY;
use crate::testing::{check_clean, check_fix, check_unsafe_fix};

const FILES: &[(&str, &str)] = &[("package.json", "{}"), ("server.js", "")];

fn dockerfile(lines: &str) -> String {
    format!("FROM node:22-alpine\n{lines}\nWORKDIR /app\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n")
}

#[test]
fn it_moves_below() {
    for (before, after) in [
        ("USER node\nRUN apk --no-cache add tini", "RUN apk --no-cache add tini\nUSER node"),
        ("# who\nUSER node\nENV A=b\nRUN apk add tini", "ENV A=b\nRUN apk add tini\n# who\nUSER node"),
        ("ARG WHO=node\nUSER $WHO\nRUN apk add tini", "ARG WHO=node\nRUN apk add tini\nUSER $WHO"),
        ("ENV WHO=node\nUSER ${WHO}\nRUN apk add tini", "ENV WHO=node\nRUN apk add tini\nUSER ${WHO}"),
        ("USER node\nRUN apk add tini\nRUN npm i -g pm2", "RUN apk add tini\nRUN npm i -g pm2\nUSER node"),
    ] {
        check_fix(&USER_TOO_EARLY, FILES, &dockerfile(before), &dockerfile(after));
    }
}

#[test]
fn root_for_one_step() {
    for (before, after) in [
        ("USER node\nRUN npm ci\nRUN apk add tini", "USER node\nRUN npm ci\nUSER root\nRUN apk add tini\nUSER node"),
        (
            "USER node\nWORKDIR /x\nRUN apk add tini\nRUN apk add curl",
            "USER node\nWORKDIR /x\nUSER root\nRUN apk add tini\nRUN apk add curl\nUSER node",
        ),
    ] {
        check_fix(&USER_TOO_EARLY, FILES, &dockerfile(before), &dockerfile(after));
    }
    let stages = |lines: &str| dockerfile(lines).replacen("alpine", "alpine AS base", 1);
    let before = stages("USER node\n\nFROM base\nRUN apk add tini");
    check_fix(
        &USER_TOO_EARLY,
        FILES,
        &before,
        &stages("USER node\n\nFROM base\nUSER root\nRUN apk add tini\nUSER node"),
    );
    check_unsafe_fix(
        &USER_TOO_EARLY,
        FILES,
        &dockerfile("USER node\nRUN apk add tini && npm ci"),
        &dockerfile("USER node\nUSER root\nRUN apk add tini && npm ci\nUSER node"),
    );
}

#[test]
fn root_does_it_or_nobody_must() {
    for lines in [
        "RUN apk add tini\nUSER node",
        "USER node\nUSER root\nRUN apk add tini",
        "USER $NAME\nRUN apk add tini",
        "USER node\nRUN sudo apk add tini",
        "USER node\nRUN apk add tini || true",
        "USER node\nRUN apk info",
        "USER node\nENV NPM_CONFIG_PREFIX=/home/node/.npm-global\nRUN npm i -g pm2",
        "USER node\nRUN npm config set prefix ~/.local && npm i -g pm2",
    ] {
        check_clean(&USER_TOO_EARLY, FILES, &dockerfile(lines));
    }
}

/// What the user may not do where root made the folder.
#[test]
fn in_a_folder_of_roots() {
    for (before, after) in [
        ("USER node\nRUN corepack enable", "RUN corepack enable\nUSER node"),
        ("USER node\nRUN mkdir -p /data", "RUN mkdir -p /data\nUSER node"),
        (
            "WORKDIR /app\nCOPY . .\nUSER node\nRUN chown -R node:node /app",
            "WORKDIR /app\nCOPY . .\nRUN chown -R node:node /app\nUSER node",
        ),
        (
            "WORKDIR /app\nUSER node\nRUN mkdir logs && chown node logs",
            "WORKDIR /app\nRUN mkdir logs && chown node logs\nUSER node",
        ),
    ] {
        check_fix(&USER_TOO_EARLY, FILES, &dockerfile(before), &dockerfile(after));
    }
    let before = "WORKDIR /app\nCOPY package.json ./\nUSER node\nRUN npm install";
    let after = "WORKDIR /app\nCOPY package.json ./\nRUN npm install\nUSER node";
    check_unsafe_fix(&USER_TOO_EARLY, FILES, &dockerfile(before), &dockerfile(after));
}

#[test]
fn in_a_folder_of_the_users() {
    for lines in [
        "USER node\nWORKDIR /app\nRUN npm install",
        "WORKDIR /home/node/app\nUSER node\nRUN npm install",
        "WORKDIR /app\nRUN chown node /app\nUSER node\nRUN npm install",
        "RUN mkdir /app && chown node /app\nWORKDIR /app\nUSER node\nRUN npm install",
        "USER node\nRUN mkdir -p /tmp/a /home/node/b",
        "RUN mkdir /data && chown node /data\nUSER node\nRUN mkdir -p /data",
        "USER node\nWORKDIR /app\nRUN chown -R node:node /app",
        "WORKDIR /app\nUSER node\nRUN npm config list",
    ] {
        check_clean(&USER_TOO_EARLY, FILES, &dockerfile(lines));
    }
}
