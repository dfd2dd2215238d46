//! Tests of `unknown-user`.

use super::UNKNOWN_USER;
use crate::testing::{check_clean, check_diagnostics, check_fix, check_held_back, check_unsafe_fix};

fn dockerfile(image: &str, lines: &str) -> String {
    format!("FROM {image}\nWORKDIR /app\nCOPY . .\n{lines}\nCMD [\"node\", \"server.js\"]\n")
}

#[test]
fn a_comment_after_the_name() {
    for (before, after) in [
        ("USER 1000 # node", "# node\nUSER 1000"),
        ("USER node   #why", "#why\nUSER node"),
        ("# hadolint ignore=DL3002\nUSER node # why", "# why\n# hadolint ignore=DL3002\nUSER node"),
        ("# who\nuser node:node # the image's own", "# who\n# the image's own\nuser node:node"),
    ] {
        check_fix(&UNKNOWN_USER, &[], &dockerfile("node:22", before), &dockerfile("node:22", after));
    }
}

#[test]
fn nobody_creates_it() {
    for (image, name) in [("node:22-alpine", "nextjs"), ("node:22", "app:app"), ("node:20-slim", "nonroot")] {
        let user = |name: &str| dockerfile(image, &format!("USER {name}"));
        check_unsafe_fix(&UNKNOWN_USER, &[], &user(name), &user("node"));
    }
    let bun = |name: &str| dockerfile("oven/bun:1", &format!("USER {name}"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &bun("node"), &bun("bun"));
    let reason = "which user is meant, or has to be created, is for you to say";
    check_held_back(&UNKNOWN_USER, &[], &dockerfile("alpine:3.22", "RUN apk add nodejs\nUSER node"), reason);
    check_held_back(&UNKNOWN_USER, &[], &dockerfile("debian:13-slim", "USER node"), reason);
}

#[test]
fn by_number_where_pods_run() {
    let files = &[("k8s/app.yaml", "apiVersion: apps/v1\nkind: Deployment\n")];
    let user = |name: &str| dockerfile("node:22-alpine", &format!("USER {name}"));
    check_unsafe_fix(&UNKNOWN_USER, files, &user("nextjs"), &user("1000"));
    check_clean(&UNKNOWN_USER, files, &user("node"));
    let changed = |name: &str| dockerfile("node:22", &format!("RUN usermod -u 1234 node\nUSER {name}"));
    check_unsafe_fix(&UNKNOWN_USER, files, &changed("nextjs"), &changed("node"));
}

#[test]
fn there_or_not_certain() {
    for (image, lines) in [
        ("node:22", "USER node"),
        ("node:22-alpine", "USER 1001"),
        ("node:22", "USER www-data"),
        ("node:22-alpine", "USER nobody:nobody"),
        ("node:22", "RUN useradd app\nUSER app"),
        ("node:22-alpine", "RUN addgroup -S app && adduser -S -G app app\nUSER app"),
        ("node:22", "RUN useradd ${NAME}\nUSER app"),
        ("node:22", "RUN ./users.sh\nUSER app"),
        ("node:22", "RUN echo 'app:x:1001:1001::/:' >> /etc/passwd\nUSER app"),
        ("node:22", "COPY --from=build /etc/passwd /etc/passwd\nUSER app"),
        ("ubuntu:24.04", "USER ubuntu"),
        ("node:22", "ARG NAME\nUSER $NAME"),
        ("node:22", "ARG NAME=node\nUSER $NAME"),
        ("node:22", "ENV NAME=app\nRUN useradd $NAME\nUSER $NAME"),
        ("node:22", "USER ${NAME}"),
        ("node:22", "ARG UID=1001\nUSER $UID:$UID"),
        ("example.test/node:22", "USER app"),
    ] {
        check_clean(&UNKNOWN_USER, &[], &dockerfile(image, lines));
    }
}

/// The owner that COPY gives: BuildKit looks the name up in the image that is being built.
#[test]
fn owners_of_copies() {
    let text = "FROM node:22-slim AS build\nCOPY . .\n\nFROM gcr.io/distroless/nodejs22-debian12\nCOPY --from=build --chown=node:node /app /app\nCMD [\"server.js\"]\n";
    check_unsafe_fix(&UNKNOWN_USER, &[], text, &text.replace("node:node", "nonroot:nonroot"));
    let slim = dockerfile("node:22-slim", "COPY --chown=app . .");
    check_unsafe_fix(&UNKNOWN_USER, &[], &slim, &slim.replace("=app", "=node"));
    for lines in [
        "COPY --chown=node:node . .",
        "COPY --chown=1001:0 . .",
        "COPY --chown=$USER . .",
        "RUN useradd app\nCOPY --chown=app . .",
    ] {
        check_clean(&UNKNOWN_USER, &[], &dockerfile("node:22-slim", lines));
    }
    for (image, name) in [
        ("nginx:1-alpine", "nginx"),
        ("nginxinc/nginx-unprivileged:stable-alpine", "nginx"),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "nonroot"),
        ("oven/bun:1", "bun"),
    ] {
        check_clean(&UNKNOWN_USER, &[], &dockerfile(image, &format!("COPY --chown={name} . .")));
    }
}

/// ENV says it for good; the default of ARG is what the build may change.
#[test]
fn names_by_a_variable() {
    let env = |name: &str| dockerfile("node:22", &format!("ENV APP_USER={name}\nUSER ${{APP_USER}}"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &env("nextjs"), &env("node"));
    let arg = |name: &str| dockerfile("node:22", &format!("ARG APP_USER={name}\nUSER $APP_USER"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &arg("nextjs"), &arg("node"));
    let expected = "5:6: warning[unknown-user] `node:22` has no user `nextjs`, which `$APP_USER` is by default, and nothing creates one\n  fix (unsafe): Run as `node`\n  held back: `nextjs` may be meant to be created\n";
    check_diagnostics(&UNKNOWN_USER, &[], &arg("nextjs"), expected);
    let group = dockerfile("node:22", "ENV NAME=nextjs\nUSER $NAME:node");
    check_held_back(&UNKNOWN_USER, &[], &group, "the name comes by a variable");
    let global = format!("ARG NAME=nextjs\n{}", dockerfile("node:22", "ARG NAME\nUSER $NAME"));
    check_held_back(&UNKNOWN_USER, &[], &global, "the name comes by a variable");
}

#[test]
fn a_misspelled_name() {
    let made = |user: &str| {
        dockerfile("node:22", &format!("RUN groupadd -r nodejs && useradd -r -g nodejs nextjs\nUSER {user}"))
    };
    check_fix(&UNKNOWN_USER, &[], &made("nexjs"), &made("nextjs"));
    check_fix(&UNKNOWN_USER, &[], &made("nexjs:nodejs"), &made("nextjs:nodejs"));
    let joined = |user: &str| dockerfile("node:22", &format!("RUN useradd app-user\nUSER {user}"));
    check_fix(&UNKNOWN_USER, &[], &joined("appuser"), &joined("app-user"));
    let two = |user: &str| dockerfile("node:22", &format!("RUN useradd web1\nRUN useradd nextjs\nUSER {user}"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &two("nexjs"), &two("nextjs"));
    let other = |user: &str| dockerfile("node:22", &format!("RUN useradd web1\nUSER {user}"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &other("web2"), &other("web1"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &other("somebody"), &other("node"));
    let owner =
        |user: &str| dockerfile("node:22", &format!("RUN useradd nextjs\nCOPY --chown={user}:node . .\nUSER nextjs"));
    check_unsafe_fix(&UNKNOWN_USER, &[], &owner("nexjs"), &owner("nextjs"));
}
