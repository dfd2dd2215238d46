//! What is kept out, what stays, and why.

use super::DOCKERIGNORE;
use crate::fix::Applicability;
use crate::testing::{Case, check_clean, check_diagnostics, check_held_back, check_other_files};

const PACKAGE: (&str, &str) = ("package.json", r#"{"dependencies": {"ms": "^2.0.0"}}"#);
const FILES: &[(&str, &str)] = &[PACKAGE, ("server.js", "require('ms')")];

/// Installs, then copies the context.
const PLAIN: &str = "FROM node:22-alpine\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";

/// With these `files` besides, the safe fixes make the ignore file `after` (`""`: they leave it).
#[track_caller]
fn check(files: &[(&str, &str)], dockerfile: &str, after: &str) {
    check_from(Applicability::Safe, files, dockerfile, after);
}

/// The same with the unsafe fixes.
#[track_caller]
fn check_unsafe(files: &[(&str, &str)], dockerfile: &str, after: &str) {
    check_from(Applicability::Unsafe, files, dockerfile, after);
}

#[track_caller]
fn check_from(minimum: Applicability, files: &[(&str, &str)], dockerfile: &str, after: &str) {
    let files = [FILES, files].concat();
    let expected = [(".dockerignore", after)];
    let expected = if after.is_empty() { &[][..] } else { &expected[..] };
    check_other_files(&DOCKERIGNORE, &files, dockerfile, minimum, expected);
}

#[test]
fn a_file_is_made_or_extended() {
    check(&[], PLAIN, "node_modules\n.git\n");
    check(&[(".dockerignore", "# Logs\r\n*.log\r\n")], PLAIN, "# Logs\r\n*.log\r\nnode_modules\r\n.git\r\n");
    check(&[(".dockerignore", "\u{feff}*.log\n.git")], PLAIN, "\u{feff}*.log\n.git\nnode_modules");
    check(&[(".dockerignore", "node_modules\n!*\n")], PLAIN, "node_modules\n!*\nnode_modules\n.git\n");
}

#[test]
fn what_is_kept_out_already() {
    for ignore in [
        "node_modules\n.git\n",
        "/node_modules/\n.git*\n",
        "**/node_modules\n**/.git\n",
        "node_modules/*\n.git/**\n",
        "*\n!package.json\n!*.js\n",
    ] {
        check(&[(".dockerignore", ignore)], PLAIN, "");
    }
}

#[test]
fn the_ignore_file_of_the_dockerfile_goes_before() {
    let files = [FILES, &[(".dockerignore", "node_modules\n.git\n"), ("Dockerfile.dockerignore", "*.md\n")]].concat();
    let after = [("Dockerfile.dockerignore", "*.md\nnode_modules\n.git\n")];
    check_other_files(&DOCKERIGNORE, &files, PLAIN, Applicability::Safe, &after);
}

#[test]
fn what_it_says() {
    let expected = "5:1: warning[dockerignore] `COPY . .` takes `node_modules` and `.git` along: there is no .dockerignore\n  \
                    fix (safe): Create `.dockerignore` with `node_modules` and `.git`\n";
    check_diagnostics(&DOCKERIGNORE, FILES, PLAIN, expected);
}

#[test]
fn only_git_in_a_build_stage_is_no_more_than_information() {
    let files = [FILES, &[(".dockerignore", "node_modules\n")]].concat();
    let dockerfile =
        format!("{PLAIN}FROM node:22-alpine\nCOPY --from=0 /app/server.js ./\nCMD [\"node\", \"server.js\"]\n");
    let expected = "5:1: info[dockerignore] `COPY . .` takes `.git` along: `.dockerignore` does not keep it out\n  \
                    fix (safe): Add `.git` to `.dockerignore`\n";
    check_diagnostics(&DOCKERIGNORE, &files, &dockerfile, expected);
}

#[test]
fn what_the_image_has_from_the_host_stays() {
    for dockerfile in [
        "FROM node:22-alpine\nWORKDIR /app\nCOPY . .\nCMD [\"node\", \"server.js\"]\n".to_owned(),
        PLAIN.replace("COPY . .", "COPY . .\nCOPY node_modules/private node_modules/private"),
        PLAIN.replace("RUN npm", "RUN --mount=type=bind,source=node_modules,target=/host npm"),
    ] {
        check(&[], &dockerfile, ".git\n");
    }
    check(&[(".dockerignore", "!node_modules/private\n.git\n")], PLAIN, "");
}

#[test]
fn what_is_not_copied_does_not_matter() {
    for dockerfile in [
        PLAIN.replace("COPY . .", "COPY server.js ./"),
        PLAIN.replace("COPY . .", "COPY --exclude=node_modules --exclude=**/.git . ."),
        format!("{PLAIN}FROM nginx\nCOPY --from=0 /app/public /usr/share/nginx/html\n"),
        format!("FROM node AS dev\nCOPY . .\n{}", PLAIN.replace("COPY . .", "COPY server.js .")),
    ] {
        check_clean(&DOCKERIGNORE, FILES, &dockerfile);
    }
}

#[test]
fn folders_and_workspaces() {
    let nested = [("packages/a/package.json", r#"{"dependencies": {"ms": "1"}}"#)];
    let root = r#"{"workspaces": ["packages/*"], "dependencies": {"ms": "1"}}"#;
    let workspaces = [("package.json", root), nested[0]];
    check(&workspaces, PLAIN, "**/node_modules\n.git\n");
    check(
        &[workspaces[0], workspaces[1], (".dockerignore", "node_modules\n.git\n")],
        PLAIN,
        "node_modules\n.git\n**/node_modules\n",
    );
    // The packages of all come from the stage that installs at the root.
    let handed_on = "FROM node:22-alpine AS deps\nWORKDIR /app\nCOPY package.json ./\nCOPY packages/a/package.json packages/a/\nRUN npm install\nFROM node:22-alpine\nWORKDIR /app\nCOPY --from=deps /app ./\nCOPY packages ./packages\nCMD [\"node\", \"packages/a/a.js\"]\n";
    check(&workspaces, handed_on, "**/node_modules\n");
    let berry = ("yarn.lock", "__metadata:\n  version: 8\n");
    let focused = handed_on.replace("npm install", "yarn workspaces focus --all");
    check(&[workspaces[0], workspaces[1], berry], &focused, "**/node_modules\n");
    // Nothing in the image installs for `packages/a`.
    check(&nested, PLAIN, "node_modules\n.git\n");
    check(&nested, &PLAIN.replace("COPY . .", "COPY ./packages/.. ."), "node_modules\n.git\n");
    let folder = "FROM node:22-alpine\nWORKDIR /app\nCOPY packages/a/package.json ./\nRUN npm install\nCOPY packages/a .\nCMD [\"node\", \"a.js\"]\n";
    check(&nested, folder, "**/node_modules\n");
}

#[test]
fn who_may_ask_git_is_asked() {
    let asking = [
        (vec![], PLAIN.replace("COPY . .", "COPY . .\nRUN git rev-parse HEAD > version")),
        (vec![("package.json", r#"{"dependencies": {"git-rev-sync": "1"}}"#)], PLAIN.to_owned()),
        (
            vec![(
                "package.json",
                r#"{"dependencies": {"ms": "2"}, "scripts": {"start": "VERSION=$(git describe) node ."}}"#,
            )],
            PLAIN.to_owned(),
        ),
        (
            vec![(
                "package.json",
                r#"{"dependencies": {"ms": "2"}, "scripts": {"prepare": "git config core.hooksPath .hooks"}}"#,
            )],
            PLAIN.to_owned(),
        ),
        (vec![("scripts/version.js", "readFileSync('.git/HEAD')")], PLAIN.to_owned()),
        (vec![("src/lib/version.ts", "execSync('git log -1')")], PLAIN.replace("22-alpine", "22")),
        (vec![("src/lib/version.ts", "execSync('git log -1')")], PLAIN.replace("RUN", "RUN apk add git\nRUN")),
    ];
    for (files, dockerfile) in asking {
        check(&files, &dockerfile, "node_modules\n");
        check_unsafe(&files, &dockerfile, "node_modules\n.git\n");
    }
    check(&[("src/version.ts", "execSync('git log -1')")], PLAIN, "node_modules\n.git\n");
    check(
        &[("src/a.ts", "// the git way\nimport 'https://a.b/c.git'")],
        &PLAIN.replace("22-alpine", "22"),
        "node_modules\n.git\n",
    );
}

#[test]
fn packages_for_releases_rest_in_the_image() {
    let package = |scripts: &str| {
        format!(r#"{{"devDependencies": {{"@semantic-release/git": "10", "git-cz": "4"}}, "scripts": {{{scripts}}}}}"#)
    };
    let idle = package(r#""release": "semantic-release", "commit": "git-cz""#);
    check(&[("package.json", &idle)], PLAIN, "node_modules\n.git\n");
    for scripts in [r#""start": "semantic-release && node server.js""#, r#""prepare": "git-cz --version""#] {
        check(&[("package.json", &package(scripts))], PLAIN, "node_modules\n");
    }
}

#[test]
fn git_that_is_wanted_stays() {
    check(&[], &PLAIN.replace("RUN npm", "RUN --mount=type=bind,source=.git,target=.git npm"), "node_modules\n");
    check(&[(".dockerignore", "node_modules\n.git/objects\n")], PLAIN, "");
    let carried = format!(
        "{PLAIN}FROM node:22-alpine\nCOPY --from=0 /app/.git/HEAD /app/node_modules/ms ./\nCMD [\"node\", \"server.js\"]\n"
    );
    check(&[], &carried, "node_modules\n");
}

#[test]
fn a_lesser_install_than_the_build_needs() {
    let dockerfile =
        PLAIN.replace("npm install", "npm install --omit=dev").replace("COPY . .", "COPY . .\nRUN npx tsc");
    let files = [FILES, &[(".dockerignore", ".git\n"), ("src/a.ts", "")]].concat();
    let reason = "`node_modules` may be needed: `npx tsc` runs after it and may need devDependencies";
    check_held_back(&DOCKERIGNORE, &files, &dockerfile, reason);
    check(&[], &PLAIN.replace("npm install", "npm install --omit=dev"), "node_modules\n.git\n");
}

#[test]
fn other_dockerfiles_of_the_context_are_asked() {
    let other = "FROM node:22\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
    let files = [FILES, &[(".dockerignore", ".git\n"), ("Dockerfile.e2e", other)]].concat();
    let reason = "`Dockerfile.e2e`, which may have the same context, needs `node_modules`";
    check_held_back(&DOCKERIGNORE, &files, PLAIN, reason);
    check(&[("Dockerfile.e2e", other), ("Dockerfile.e2e.dockerignore", "x")], PLAIN, "node_modules\n.git\n");
    check(&[("Dockerfile.dev", PLAIN)], PLAIN, "node_modules\n.git\n");
    // This one has a context of its own.
    check(&[("client/package.json", "{}"), ("client/Dockerfile", other)], PLAIN, "node_modules\n.git\n");
}

#[test]
fn other_dockerfiles_that_take_nothing_of_it() {
    let start = "CMD [\"node\", \"server.js\"]\n";
    for other in [
        format!("FROM node:22\nRUN npm install -g shop\n{start}"),
        format!("FROM node:22\nCOPY server.js ./\n{start}"),
        "FROM nginx\nCOPY . /usr/share/nginx/html\n".to_owned(),
        "FROM python:3\nCOPY . .\nCMD [\"python3\", \"check.py\"]\n".to_owned(),
    ] {
        check(&[("Dockerfile.e2e", &other)], PLAIN, "node_modules\n.git\n");
    }
    for other in [
        format!("FROM node:22\nCOPY node_modules ./node_modules\nCOPY server.js ./\n{start}"),
        format!("FROM node:22\nCOPY . .\n{start}"),
    ] {
        check(&[("Dockerfile.e2e", &other)], PLAIN, ".git\n");
    }
    let one = ("client/package.json", r#"{"dependencies": {"ms": "2"}}"#);
    let dockerfile = PLAIN
        .replace("COPY . .", "COPY server.js ./\nCOPY client client")
        .replace("RUN npm install", "COPY client/package.json client/\nRUN npm install && npm --prefix client install");
    let other = format!("FROM node:22\nCOPY server ./\n{start}");
    let server = ("server/package.json", r#"{"dependencies": {"ms": "2"}}"#);
    check(&[one, server, ("Dockerfile.e2e", &other)], &dockerfile, "**/node_modules\n");
}

#[test]
fn env_that_stays_in_the_build() {
    let file = (".env", "SECRET=1");
    let build = PLAIN.split("CMD").next().unwrap();
    let carried = |what: &str| format!("{build}FROM node:22-alpine\n{what}\nCMD [\"node\", \"server.js\"]\n");
    check_unsafe(&[file], &carried("COPY --from=0 /app/server.js ./"), "node_modules\n.git\n");
    check_unsafe(&[file], &carried("COPY --from=0 /app/node_modules ./node_modules"), "node_modules\n.git\n");
    check_unsafe(&[file], &carried("COPY --from=0 /app ./"), "node_modules\n.git\n.env\n");
    // The layer of the COPY keeps what a later one hides.
    check_unsafe(&[file], &PLAIN.replace("CMD", "RUN rm -f /app/.e*\nCMD"), "node_modules\n.git\n.env\n");
}

#[test]
fn env_is_for_the_reader_to_decide() {
    let file = (".env", "SECRET=1");
    let dotenv = ("package.json", r#"{"dependencies": {"dotenv": "16"}}"#);
    let next = ("package.json", r#"{"dependencies": {"next": "15"}, "scripts": {"build": "next build"}}"#);
    let script =
        ("package.json", r#"{"dependencies": {"ms": "2"}, "scripts": {"start": "node --env-file=.env server.js"}}"#);
    check(&[file], PLAIN, "node_modules\n.git\n");
    check_unsafe(&[file], PLAIN, "node_modules\n.git\n.env\n");
    check_unsafe(&[file, dotenv], PLAIN, "node_modules\n.git\n.env\n");
    check_unsafe(&[(".gitignore", ".env\n"), dotenv], PLAIN, "node_modules\n.git\n.env\n");
    for (files, dockerfile) in [
        (vec![file, next], PLAIN.replace("COPY . .", "COPY . .\nRUN npm run build")),
        (vec![file, script], PLAIN.to_owned()),
        (vec![file], PLAIN.replace("COPY . .", "COPY . .\nCOPY .env .env")),
        (vec![(".gitignore", ".env\n")], PLAIN.to_owned()),
    ] {
        check_unsafe(&files, &dockerfile, "node_modules\n.git\n");
    }
}

#[test]
fn what_tsc_remembers() {
    let package = ("package.json", r#"{"devDependencies": {"typescript": "5"}, "scripts": {"build": "tsc"}}"#);
    let dockerfile = PLAIN.replace("COPY . .", "COPY . .\nRUN npm run build");
    for (options, after) in [
        (r#""incremental": true, "outDir": "dist", "rootDir": "src""#, "node_modules\n.git\n*.tsbuildinfo\n"),
        (r#""composite": true, "outDir": "dist", "tsBuildInfoFile": "cache/[x]""#, "node_modules\n.git\ncache/\\[x]\n"),
        (r#""incremental": true, "outDir": "dist""#, "node_modules\n.git\n"),
        (r#""outDir": "dist", "rootDir": "src""#, "node_modules\n.git\n"),
    ] {
        let config = format!(r#"{{"compilerOptions": {{{options}}}}}"#);
        check(&[package, ("tsconfig.json", &config), ("src/a.ts", "")], &dockerfile, after);
    }
}

#[test]
fn whichever_folder_the_context_is() {
    let files = [
        ("package.json", r#"{"workspaces": ["apps/*"], "dependencies": {"ms": "2"}}"#),
        ("server.js", "require('ms')"),
        ("apps/web/package.json", PACKAGE.1),
        ("apps/web/server.js", "require('ms')"),
    ];
    let found = |files: &[(&str, &str)]| {
        let case = Case::of(&DOCKERIGNORE).files(files).at("apps/web/Dockerfile");
        let all = case.check(PLAIN).into_iter().map(|it| {
            let fix = it.fix.expect("there is one");
            (fix.applicability, fix.files()[0].path.clone(), fix.files()[0].after.clone())
        });
        all.collect::<Vec<_>>()
    };
    let own = ("Dockerfile.dockerignore".to_owned(), "**/node_modules\n".to_owned());
    assert_eq!(found(&files), [(Applicability::Safe, own.0, own.1)]);
    // The own file would take the place of this one.
    let above = [&files[..], &[(".dockerignore", "secrets\n")]].concat();
    let there = (".dockerignore".to_owned(), "node_modules\n".to_owned());
    assert_eq!(found(&above), [(Applicability::Unsafe, there.0, there.1)]);
}
