//! What the rule reports and how it mends it, on small projects.

use super::PACKAGE_MANAGER_START;
use crate::fix::Applicability;
use crate::testing::{Case, check_clean, check_fix, check_held_back, check_unsafe_fix};

type Check = fn(&'static super::super::Rule, &[(&str, &str)], &str, &str);

fn dockerfile(start: &str) -> String {
    format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\n{start}\n")
}

const PLAIN: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{"scripts": {"start": "node server.js", "start:prod": "node --enable-source-maps ./server.js"}}"#,
    ),
    ("server.js", "process.on('SIGTERM', () => process.exit(0))\n"),
];

#[test]
fn both_forms() {
    for start in ["CMD [\"npm\", \"start\"]", "CMD npm start", "CMD npm run start"] {
        check_fix(&PACKAGE_MANAGER_START, PLAIN, &dockerfile(start), &dockerfile("CMD [\"node\", \"server.js\"]"));
    }
}

#[test]
fn a_build_at_each_start() {
    let files = |start: &str| {
        let package = format!(
            r#"{{"scripts": {{"build": "tsc", "start": "{start}"}}, "devDependencies": {{"typescript": "5", "cross-env": "7"}}}}"#
        );
        [
                ("package.json".to_owned(), package),
                (
                    "package-lock.json".to_owned(),
                    r#"{"lockfileVersion": 3, "packages": {"": {"devDependencies": {"typescript": "5", "cross-env": "7"}}, "node_modules/cross-env": {"version": "7.0.3", "dev": true, "bin": {"cross-env": "a"}}, "node_modules/typescript": {"version": "5.9.3", "dev": true, "bin": {"tsc": "bin/tsc"}}}}"#
                        .to_owned(),
                ),
                ("tsconfig.json".to_owned(), r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}"#.to_owned()),
                ("src/server.ts".to_owned(), "process.on('SIGTERM', () => process.exit(0))\n".to_owned()),
            ]
    };
    let image = |end: &str| format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\n{end}");
    for (start, end) in [
        ("npm run build && node dist/server.js", "RUN npm run build\nCMD [\"node\", \"dist/server.js\"]\n"),
        ("tsc && node dist/server.js", "RUN npx tsc\nCMD [\"node\", \"dist/server.js\"]\n"),
        (
            "npm run build && cross-env DEBUG=a node ./dist/server",
            "RUN npm run build\nENV DEBUG=a\nCMD [\"node\", \"./dist/server\"]\n",
        ),
    ] {
        let files = files(start);
        let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &image("CMD [\"npm\", \"start\"]\n"), &image(end));
    }
    for (start, check) in [
        ("npm run build; node dist/server.js", check_fix as Check),
        ("npm run build && npm run build && node dist/server.js", check_fix),
        ("npm run build && node other.js", check_unsafe_fix),
    ] {
        let files = files(start);
        let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let after = format!("CMD [\"sh\", \"-c\", \"{}\"]\n", start.replace("node ", "exec node "));
        check(&PACKAGE_MANAGER_START, &files, &image("CMD [\"npm\", \"start\"]\n"), &image(&after));
    }
}

#[test]
fn bun_runs_files_too() {
    for file in ["server.ts", "src/index.js", "./server"] {
        let start = dockerfile(&format!("CMD [\"bun\", \"run\", \"{file}\"]"));
        check_clean(&PACKAGE_MANAGER_START, PLAIN, &start.replace("node:22-slim", "oven/bun:1"));
    }
}

#[test]
fn flags_and_paths_stay_as_written() {
    check_fix(
        &PACKAGE_MANAGER_START,
        PLAIN,
        &dockerfile("ENTRYPOINT [ \"npm\", \"run\", \"start:prod\" ]"),
        &dockerfile("ENTRYPOINT [ \"node\", \"--enable-source-maps\", \"./server.js\" ]"),
    );
}

#[test]
fn behind_an_init() {
    for head in ["ENTRYPOINT [\"tini\", \"--\"]\nCMD [", "CMD [\"dumb-init\", "] {
        let before = dockerfile(&format!("{head}\"npm\", \"start\"]"));
        let after = dockerfile(&format!("{head}\"node\", \"server.js\"]"));
        check_fix(&PACKAGE_MANAGER_START, PLAIN, &before, &after);
    }
}

#[test]
fn in_entrypoint_and_cmd() {
    for (entrypoint, cmd) in [
        (r#""npm""#, r#""run", "start:prod""#),
        (r#""npm", "run""#, r#""start:prod""#),
        (r#""dumb-init", "--", "npm", "run""#, r#""start:prod""#),
    ] {
        let before = dockerfile(&format!("ENTRYPOINT [{entrypoint}]\n# Ready\nCMD [{cmd}]"));
        let init = entrypoint.split("\"npm\"").next().unwrap_or_default();
        let rest = r#""--enable-source-maps", "./server.js""#;
        let after = dockerfile(&format!("ENTRYPOINT [{init}\"node\"]\n# Ready\nCMD [{rest}]"));
        check_unsafe_fix(&PACKAGE_MANAGER_START, PLAIN, &before, &after);
        let compose = "services:\n  job:\n    build: .\n    command: [run, migrate]\n";
        let files = [PLAIN, &[("compose.yaml", compose)][..]].concat();
        let fixed = crate::testing::Case::of(&PACKAGE_MANAGER_START).files(&files).fix(&before, Applicability::Unsafe);
        assert_eq!(fixed, before);
    }
}

/// Words of an ENTRYPOINT that another stage has as well are not this stage's to change; those of its own CMD are.
#[test]
fn an_entrypoint_of_several_stages() {
    let stages = |entrypoint: &str, start: &str| {
        format!(
            "FROM node:22-slim AS base\nWORKDIR /app\nCOPY . .\nENTRYPOINT {entrypoint}\n\nFROM base AS dev\nCMD [\"npm\", \"test\"]\n\nFROM base AS prod\nCMD {start}\n"
        )
    };
    let fixed = |it: &str| Case::of(&PACKAGE_MANAGER_START).files(PLAIN).fix(it, Applicability::Unsafe);
    let shared = stages(r#"["npm", "run"]"#, r#"["start"]"#);
    assert_eq!(fixed(&shared), shared);
    let init = r#"["tini", "--"]"#;
    assert_eq!(fixed(&stages(init, r#"["npm", "start"]"#)), stages(init, r#"["node", "server.js"]"#));
}

#[test]
fn an_entrypoint_that_goes_by_the_name() {
    let start = dockerfile("ENTRYPOINT [\"./entry.sh\"]\nCMD [\"npm\", \"start\"]");
    let reason = "`./entry.sh` may do something else by the words that it is given";
    for (condition, fixed) in [
        ("if [ \"$1\" = npm ]; then node migrate.js; fi", false),
        ("if [ \"$1\" = node ]; then node migrate.js; fi", false),
        ("if [ \"$1\" = sh ]; then exec sh; fi", true),
        ("node migrate.js", true),
    ] {
        let entry = format!("#!/bin/sh\n{condition}\nexec \"$@\"\n");
        let more = [("entry.sh", &*entry), ("migrate.js", "console.log('done')\n")];
        let files = [PLAIN, &more[..]].concat();
        let report = crate::testing::Case::of(&PACKAGE_MANAGER_START).files(&files).check(&start);
        let held_back: Vec<_> = report.iter().filter_map(|it| it.held_back.as_deref()).collect();
        assert_eq!(held_back.contains(&reason), !fixed, "{condition}: {held_back:?}");
    }
}

#[test]
fn what_the_script_does_besides() {
    held_back(r#""start": "node server.js > app.log""#, "", "`node server.js > app.log` writes a file");
}

fn with_script(scripts: &str, server: &'static str) -> Vec<(String, String)> {
    let package = format!(r#"{{"scripts": {{{scripts}}}, "dependencies": {{"next": "15"}}}}"#);
    vec![("package.json".to_owned(), package), ("server.js".to_owned(), server.to_owned())]
}

#[track_caller]
fn held_back(scripts: &str, server: &'static str, reason: &str) {
    let files = with_script(scripts, server);
    let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    check_held_back(&PACKAGE_MANAGER_START, &files, &dockerfile("CMD [\"npm\", \"start\"]"), reason);
}

#[test]
fn the_shell_gives_way_to_the_last_of_several() {
    let known = [
        ("sleep 5; PORT=80 node server.js", "sleep 5; PORT=80 exec node server.js"),
        ("test -n '$URL' && node server.js", "test -n '$URL' && exec node server.js"),
        ("echo $(node -v) && node server.js", "echo $(node -v) && exec node server.js"),
        ("echo $KEY > /tmp/key && node server.js", "echo $KEY > /tmp/key && exec node server.js"),
    ];
    let unknown = [
        ("node migrate.js && node server.js", "node migrate.js && exec node server.js"),
        ("npm run migrate && next start", "npm run migrate && exec node_modules/.bin/next start"),
        ("next lint && node server.js", "node_modules/.bin/next lint && exec node server.js"),
    ];
    let is_known = |it: &str| known.iter().any(|known| *known.0 == *it);
    for (script, inside) in known.iter().chain(&unknown) {
        let files = with_script(&format!(r#""start": "{script}", "migrate": "node migrate.js""#), "");
        let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let start = |it: &str| dockerfile(it).replace("COPY . .\n", "COPY . .\nRUN npm install\n");
        let after = start(&format!("CMD [\"sh\", \"-c\", \"{inside}\"]"));
        let check = if is_known(script) { check_fix } else { check_unsafe_fix };
        check(&PACKAGE_MANAGER_START, &files, &start("CMD npm start"), &after);
    }
}

#[test]
fn more_hangs_on_it() {
    held_back(r#""prestart": "node migrate.js", "start": "node server.js""#, "", "`prestart` runs as well");
    held_back(r#""start": "node a.js & node server.js""#, "", "`start` runs more than one program");
    held_back(
        r#""start": "dotenv next lint && node server.js""#,
        "",
        "`start` runs `next`, which is found through the manager",
    );
    for script in ["echo $npm_package_version && node server.js", "trap 'rm -f x' EXIT; node server.js"] {
        let scripts = format!(r#""start": "{script}""#);
        held_back(&scripts, "", "`start` needs the shell that the manager starts");
    }
    held_back(r#""start": "(node a.js && node server.js)""#, "", "`start` runs more than one program");
    held_back(r#""start": "next start""#, "", "`start` runs `next`, which is found through the manager");
    let reads = "console.log(process.env.npm_package_version)\n";
    held_back(r#""start": "node server.js""#, reads, "`server.js:1` reads a variable that npm sets");
}

#[test]
fn what_the_manager_sets_or_finds_for_the_modules() {
    for line in [
        "const { npm_package_version } = process.env\n",
        "console.log(process.env['npm_lifecycle_event'])\n",
        "require('path').join(process.env.INIT_CWD, 'x')\n",
        "config.get('npm_config_user_agent')\n",
    ] {
        held_back(r#""start": "node server.js""#, line, "`server.js:1` reads a variable that npm sets");
    }
    let starts = "require('child_process').execSync('next telemetry disable')\n";
    let files = with_script(r#""start": "node server.js""#, starts);
    let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    let (before, after) = (dockerfile("CMD [\"npm\", \"start\"]"), dockerfile("CMD [\"node\", \"server.js\"]"));
    check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &before, &after);
    let health = dockerfile("HEALTHCHECK CMD pgrep -f 'npm start'\nCMD [\"npm\", \"start\"]");
    let reason = "HEALTHCHECK runs `pgrep -f 'npm start'` by the manager's name";
    check_held_back(&PACKAGE_MANAGER_START, PLAIN, &health, reason);
}

#[test]
fn what_a_file_of_data_asks_of_the_manager() {
    let manifest = r#"{"scripts": {"start": "node server.js"}, "dependencies": {"config": "3"}}"#;
    let server = ("server.js", "require('config').get('version')\n");
    let data = ("config/custom-environment-variables.json", "{\"version\": \"npm_package_version\"}\n");
    let (before, after) = (dockerfile("CMD [\"npm\", \"start\"]"), dockerfile("CMD [\"node\", \"server.js\"]"));
    let files = [("package.json", manifest), server, data];
    check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &before, &after);
    check_fix(&PACKAGE_MANAGER_START, &[files[0], server, (data.0, "{\"version\": \"V\"}\n")], &before, &after);
}

#[test]
fn what_the_script_sets_becomes_the_stages() {
    let files = [("package.json", r#"{"scripts": {"start": "NODE_ENV=production node server.js"}}"#), PLAIN[1]];
    let (before, after) = ("CMD [\"npm\", \"start\"]", "ENV NODE_ENV=production\nCMD [\"node\", \"server.js\"]");
    check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &dockerfile(before), &dockerfile(after));
    let given = dockerfile("ENV NODE_ENV=staging\nCMD [\"npm\", \"start\"]");
    let after = dockerfile("ENV NODE_ENV=staging\nCMD [\"sh\", \"-c\", \"NODE_ENV=production exec node server.js\"]");
    check_fix(&PACKAGE_MANAGER_START, &files, &given, &after);
}

#[test]
fn the_shell_sets_what_the_script_does() {
    for (script, start) in [
        ("PORT=$X node server.js", "PORT=$X exec node server.js"),
        ("node server.js --port ${PORT:-3000}", "exec node server.js --port ${PORT:-3000}"),
        ("cross-env A=$X node server.js --b $B", "cross-env A=$X node server.js --b $B"),
        ("cross-env A=1 B=/x:y node server.js --b $B", "A=1 B=/x:y exec node server.js --b $B"),
        ("cross-env A=1 node a.js && cross-env A=1 node server.js", "A=1 node a.js && A=1 exec node server.js"),
    ] {
        let package = format!(r#"{{"scripts": {{"start": "{script}"}}, "devDependencies": {{"cross-env": "7"}}}}"#);
        let files = [("package.json", package.as_str()), PLAIN[1], ("a.js", "")];
        let (before, after) = ("CMD npm start", format!("CMD [\"sh\", \"-c\", \"{start}\"]"));
        if script == start {
            let reason = "`start` sets `A`";
            check_held_back(&PACKAGE_MANAGER_START, &files, &dockerfile(before), reason);
        } else {
            check_fix(&PACKAGE_MANAGER_START, &files, &dockerfile(before), &dockerfile(&after));
        }
    }
}

#[test]
fn a_script_that_changes_the_folder() {
    let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
    for start in ["cd apps/api && npm start", "cd apps/api && node server.js", "npm start -w apps/api"] {
        let root = format!(r#"{{"workspaces": ["apps/*"], "scripts": {{"start": "npm run it", "it": "{start}"}}}}"#);
        let files = [&[("package.json", &*root)][..], &WORKSPACE[1..]].concat();
        check_fix(&PACKAGE_MANAGER_START, &files, &dockerfile("CMD npm start"), &after);
    }
    let root = r#"{"workspaces": ["apps/*"], "scripts": {"start": "cd apps/api && node a.js && npm start"}}"#;
    let files = [&[("package.json", root)][..], &WORKSPACE[1..]].concat();
    check_held_back(&PACKAGE_MANAGER_START, &files, &dockerfile("CMD npm start"), "`cd apps/api` changes the folder");
}

#[test]
fn the_sources_are_not_there() {
    check_unsafe_fix(
        &PACKAGE_MANAGER_START,
        &[("package.json", r#"{"scripts": {"start": "node gone.js"}}"#)],
        &dockerfile("CMD [\"npm\", \"start\"]"),
        &dockerfile("CMD [\"node\", \"gone.js\"]"),
    );
}

const WORKSPACE: &[(&str, &str)] = &[
    ("package.json", r#"{"workspaces": ["apps/*"]}"#),
    ("apps/api/package.json", r#"{"name": "@x/api", "scripts": {"start": "node server.js"}}"#),
    ("apps/api/server.js", "process.on('SIGTERM', () => process.exit(0))\n"),
];

#[test]
fn in_a_package_of_the_workspace() {
    let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
    for start in ["npm start -w apps/api", "npm run start --workspace=@x/api", "npm --prefix apps/api start"] {
        check_fix(&PACKAGE_MANAGER_START, WORKSPACE, &dockerfile(&format!("CMD {start}")), &after);
    }
    for (rest, reason) in [
        (
            "CMD npm start -w apps/api\nRUN touch x",
            "it runs in `/app/apps/api`, and the RUN after it in the working directory",
        ),
        (
            "ENTRYPOINT [\"./entry.sh\"]\nCMD [\"npm\", \"start\", \"-w\", \"apps/api\"]",
            "it runs in `/app/apps/api`, and `./entry.sh` before it in the working directory",
        ),
    ] {
        check_held_back(&PACKAGE_MANAGER_START, WORKSPACE, &dockerfile(rest), reason);
    }
}

#[test]
fn of_the_package_at_the_working_directory() {
    let files = [WORKSPACE, &[("pnpm-workspace.yaml", "packages: [apps/*]\n")]].concat();
    for start in ["pnpm --filter api start", "pnpm -F @x/api run start"] {
        let start = dockerfile(&format!("WORKDIR /app/apps/api\nCMD {start}"));
        let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
        check_fix(&PACKAGE_MANAGER_START, &files, &start, &after);
    }
}

#[test]
fn plug_and_play_is_the_roots() {
    let lock = ("yarn.lock", "__metadata:\n  version: 8\n");
    let files = [WORKSPACE, &[lock]].concat();
    let start = dockerfile("CMD yarn workspace @x/api start");
    check_held_back(&PACKAGE_MANAGER_START, &files, &start, "Yarn may be what lets `node` find the packages");
    let modules = [&files[..], &[(".yarnrc.yml", "nodeLinker: node-modules\n")]].concat();
    let after = dockerfile("WORKDIR /app/apps/api\nCMD [\"node\", \"server.js\"]");
    check_fix(&PACKAGE_MANAGER_START, &modules, &start, &after);
}

#[test]
fn a_server_that_a_dependency_brings() {
    let files = with_script(r#""start": "next start -p 3000""#, "");
    let files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
    let text = |start: &str| format!("FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\n{start}\n");
    let after = text("CMD [\"node_modules/.bin/next\", \"start\", \"-p\", \"3000\"]");
    check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &text("CMD npm start"), &after);
    // The code that it was built of asks the manager for nothing.
    let built = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\n";
    let text = |start: &str| format!("{built}{start}\n");
    let after = text("CMD [\"node_modules/.bin/next\", \"start\", \"-p\", \"3000\"]");
    let scripts = r#""build": "next build", "start": "next start -p 3000""#;
    for (page, check) in [
        ("export default () => null;\n", check_fix as Check),
        ("export default () => process.env.npm_package_version;\n", check_unsafe_fix),
    ] {
        let files = with_script(scripts, "");
        let mut files: Vec<(&str, &str)> = files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        files.push(("app/page.tsx", page));
        check(&PACKAGE_MANAGER_START, &files, &text("CMD npm start"), &after);
    }
}

#[test]
fn where_a_workspace_keeps_the_packages_of_a_member() {
    let member = r#"{"name": "web", "scripts": {"start": "next start"}, "dependencies": {"next": "15"}}"#;
    let npm = |paths: &[&str]| {
        let paths: Vec<String> = paths.iter().map(|it| format!(r#", "{it}": {{"version": "15.0.0"}}"#)).collect();
        format!(r#"{{"lockfileVersion": 3, "packages": {{"": {{"name": "x"}}{}}}}}"#, paths.concat())
    };
    let hoisted = ("package-lock.json", npm(&["node_modules/next"]));
    let nested = ("package-lock.json", npm(&["node_modules/next", "apps/web/node_modules/next"]));
    let pnpm = ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n".to_owned());
    let whole = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN INSTALL\nWORKDIR /app/apps/web\n";
    let copied = "FROM node:22-slim AS deps\nWORKDIR /app\nCOPY . .\nRUN INSTALL\nFROM node:22-slim\nWORKDIR /app\nCOPY . .\nCOPY --from=deps /app/node_modules ./node_modules\nWORKDIR /app/apps/web\n";
    for ((lock, text), dockerfile, expected) in [
        (&hoisted, whole, Some("../../node_modules")),
        (&hoisted, copied, Some("../../node_modules")),
        (&nested, whole, Some("node_modules")),
        (&nested, copied, None),
        (&pnpm, whole, Some("node_modules")),
        (&pnpm, copied, None),
    ] {
        let files = [
            ("package.json", r#"{"private": true, "workspaces": ["apps/*"]}"#),
            ("pnpm-workspace.yaml", "packages: ['apps/*']\n"),
            ("apps/web/package.json", member),
            (*lock, text.as_str()),
        ];
        let install = if *lock == "pnpm-lock.yaml" { "pnpm install" } else { "npm ci" };
        let start = if *lock == "pnpm-lock.yaml" { "pnpm start" } else { "npm start" };
        let dockerfile = dockerfile.replace("INSTALL", install);
        let before = format!("{dockerfile}CMD {start}\n");
        match expected {
            Some(folder) => {
                let after = format!("{dockerfile}CMD [\"{folder}/.bin/next\", \"start\"]\n");
                check_unsafe_fix(&PACKAGE_MANAGER_START, &files, &before, &after);
            }
            None => {
                let reason = "`start` runs `next`, which is found through the manager";
                check_held_back(&PACKAGE_MANAGER_START, &files, &before, reason);
            }
        }
    }
}

#[test]
fn bun_is_the_node_of_its_image() {
    let start = |it: &str| dockerfile(it).replace("node:22-slim", "oven/bun:1");
    let after = start("CMD [\"bun\", \"server.js\"]");
    check_fix(&PACKAGE_MANAGER_START, PLAIN, &start("CMD [\"bun\", \"run\", \"start\"]"), &after);
}

#[test]
fn node_itself() {
    check_clean(&PACKAGE_MANAGER_START, PLAIN, &dockerfile("CMD [\"node\", \"server.js\"]"));
}
