use super::SECRET_IN_IMAGE;
use crate::testing::{check_clean, check_diagnostics, check_held_back, check_unsafe_fix};

const FILES: &[(&str, &str)] = &[
    ("package.json", "{}"),
    ("server.js", ""),
    (".npmrc", "//npm.example.test/:_authToken=${NPM_TOKEN}\n"),
    ("clear/.npmrc", "//npm.example.test/:_authToken=npm_a8s7d6\n"),
    (".env.public", "PORT=3000\n"),
    (".env.production", "JWT_SECRET=9f8a7c\n"),
    (".env.test", "JWT_SECRET=9f8a7c\n"),
];

fn dockerfile(lines: &str) -> String {
    format!("FROM node:22-slim\nWORKDIR /app\nCOPY package.json server.js ./\n{lines}\nCMD [\"node\", \"server.js\"]\n")
}

#[test]
fn an_argument_becomes_a_mount() {
    for (before, after) in [
        (
            "ARG NPM_TOKEN\nCOPY .npmrc ./\nRUN npm install --omit=dev",
            "COPY .npmrc ./\nRUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm install --omit=dev",
        ),
        (
            "ARG GH_TOKEN\nRUN --network=default ./fetch $GH_TOKEN",
            "RUN --mount=type=secret,id=GH_TOKEN,env=GH_TOKEN --network=default ./fetch $GH_TOKEN",
        ),
    ] {
        check_unsafe_fix(&SECRET_IN_IMAGE, FILES, &dockerfile(before), &dockerfile(after));
    }
    for (lines, reason) in [
        ("ARG NPM_TOKEN", "something else than a RUN uses it, or nothing is known to"),
        ("ARG NPM_TOKEN=a7f9\nRUN ./x $NPM_TOKEN", "it has a default value, or stands beside others"),
        ("ARG NPM_TOKEN\nLABEL token=$NPM_TOKEN", "something else than a RUN uses it, or nothing is known to"),
    ] {
        check_held_back(&SECRET_IN_IMAGE, FILES, &dockerfile(lines), reason);
    }
}

#[test]
fn what_stays_in_the_image() {
    for (lines, place, message) in [
        ("ENV DB_PASSWORD=q7x9", "4:5", "`DB_PASSWORD` is in the environment of the image, for all who can pull it"),
        (
            "ARG NPM_TOKEN\nENV NPM_TOKEN=$NPM_TOKEN",
            "5:5",
            "`NPM_TOKEN` is in the environment of the image, for all who can pull it",
        ),
        ("COPY .env ./", "4:1", "The secrets of `.env` are in the image, for all who can pull it"),
        (
            "COPY .env.production ./",
            "4:1",
            "The secrets of `.env.production` are in the image, for all who can pull it",
        ),
        ("COPY clear/.npmrc ./", "4:1", "`clear/.npmrc` holds a token, and is in the image"),
        (
            "COPY clear/.npmrc ./clear/\nRUN npm ci\nCOPY . .",
            "4:1",
            "`clear/.npmrc` holds a token, and is in the image",
        ),
        (
            "COPY package.json clear/.npmrc ./\nRUN npm ci && rm .npmrc",
            "4:1",
            "`clear/.npmrc` holds a token, and is in the image",
        ),
        (
            "RUN npm config set //npm.example.test/:_authToken $TOKEN",
            "4:5",
            "The token that is written into .npmrc here stays in a layer of the image",
        ),
        (
            "RUN echo \"//npm.example.test/:_authToken=$TOKEN\" > .npmrc && npm install",
            "4:5",
            "The token that is written into .npmrc here stays in a layer of the image",
        ),
    ] {
        let report = crate::testing::Case::of(&SECRET_IN_IMAGE).files(FILES).report(&dockerfile(lines));
        assert!(report.starts_with(&format!("{place}: warning[secret-in-image] {message}\n")), "{lines}: {report}");
    }
}

#[test]
fn a_stage_hands_it_on() {
    let build = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\n\n";
    for copy in ["COPY --from=build /app/.env ./", "COPY --from=build /app/.env.production ./.env"] {
        let report =
            crate::testing::Case::of(&SECRET_IN_IMAGE).files(FILES).report(&format!("{build}{}", dockerfile(copy)));
        assert!(report.contains("warning[secret-in-image] The secrets of `.env"), "{copy}: {report}");
    }
    for copy in
        ["COPY --from=build /app/.env.public ./", "COPY --from=build /etc/.env ./", "COPY --from=x /app/.env ./"]
    {
        check_clean(&SECRET_IN_IMAGE, FILES, &format!("{build}{}", dockerfile(copy)));
    }
}

#[test]
fn no_secret() {
    for lines in [
        "ARG NEXT_PUBLIC_API_KEY\nENV VITE_TOKEN=abc",
        "ENV JWT_SECRET=dummy API_KEY=",
        "ARG AUTH_SECRET=placeholder",
        "COPY .npmrc .env.public .env.test ./",
        "COPY .env.example ./.env",
        "RUN echo '//npm.example.test/:_authToken=${NPM_TOKEN}' > .npmrc",
        "RUN echo \"//npm.example.test/:_authToken=$TOKEN\" > .npmrc && npm install && rm .npmrc",
    ] {
        check_clean(&SECRET_IN_IMAGE, FILES, &dockerfile(lines));
    }
    let build = "FROM node:22-slim AS build\nARG NPM_TOKEN\nRUN ./x $NPM_TOKEN\nCOPY .env ./\n\n";
    check_diagnostics(&SECRET_IN_IMAGE, FILES, &format!("{build}{}", dockerfile("USER node")), "");
}

#[test]
fn settings_that_a_folder_brings() {
    let text = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";
    let npmrc = |text: &'static str| [("package.json", "{}"), ("a.js", ""), (".npmrc", text)];
    let expected = "3:1: warning[secret-in-image] `.npmrc` holds a token, and is in the image\n  held back: what reads it is not known\n";
    check_diagnostics(&SECRET_IN_IMAGE, &npmrc("//r.example.com/:_authToken=npm_a8s7d6f5\n"), text, expected);
    check_clean(&SECRET_IN_IMAGE, &npmrc("//r.example.com/:_authToken=${NPM_TOKEN}\n"), text);
    let ignored = [&npmrc("//r.example.com/:_authToken=npm_a8s7d6f5\n")[..], &[(".dockerignore", ".npmrc\n")]].concat();
    check_clean(&SECRET_IN_IMAGE, &ignored, text);
}

/// `env=` of a secret mount came with version 1.10 of the syntax.
#[test]
fn a_syntax_that_has_no_such_mount() {
    let text = |tag: &str| {
        format!(
            "# syntax=docker/dockerfile:{tag}\nFROM node:22\nARG NPM_TOKEN\nWORKDIR /app\nRUN echo $NPM_TOKEN | ./fetch\nCMD [\"node\", \"a.js\"]\n"
        )
    };
    let files = &[("package.json", "{}"), ("a.js", "")];
    let reason = "`# syntax` names a version before 1.10, which brings secrets as variables";
    check_held_back(&SECRET_IN_IMAGE, files, &text("1.4"), reason);
    for tag in ["1", "1.10", "1.19-labs"] {
        let after = text(tag)
            .replace("ARG NPM_TOKEN\n", "")
            .replace("RUN ", "RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN ");
        check_unsafe_fix(&SECRET_IN_IMAGE, files, &text(tag), &after);
    }
}
