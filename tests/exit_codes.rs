//! How each run ends: 0 clean, 1 findings or a diff, 2 what could not be done.

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

/// Nothing is said of it.
const CLEAN: &str = "FROM node:22.12-alpine\nWORKDIR /app\nENV NODE_ENV=production\nCOPY a.js ./\nUSER node\nCMD [\"node\", \"a.js\"]\n";

/// Two warnings, which have safe fixes.
const FIXABLE: &str = "FROM node:22.12-alpine\nWORKDIR /app\nENV NODE_ENV=production\nCOPY package*.json ./\nRUN npm install\nCOPY a.js ./\nCMD [\"node\", \"a.js\"]\n";

/// A warning, which has an unsafe fix.
const WARNED: &str = "FROM node:22.12-alpine\nWORKDIR /app\nCOPY a.js ./\nUSER node\nCMD [\"node\", \"a.js\"]\n";

/// Hints, and no fix of them.
const HINTED: &str =
    "FROM node:22.12\nWORKDIR /app\nENV NODE_ENV=production\nCOPY a.js ./\nUSER node\nCMD [\"node\", \"a.js\"]\n";

/// An error.
const BROKEN: &str = "FROM node:22.12-alpine\nRNU npm ci\n";

/// Each with the files that it needs, in a folder of its name.
const FOLDERS: &[(&str, &str)] =
    &[("clean", CLEAN), ("warned", WARNED), ("fixable", FIXABLE), ("hinted", HINTED), ("broken", BROKEN)];

/// What is typed, and how it ends.
const CASES: &[(&str, i32)] = &[
    ("check clean", 0),
    ("check fixable", 1),
    ("check warned", 1),
    ("check hinted", 0),
    ("check broken", 1),
    // What is left counts, and a diff does.
    ("fix clean", 0),
    ("fix fixable", 1),
    ("fix warned", 1),
    ("fix hinted", 0),
    ("fix broken", 1),
    ("fix --write clean", 0),
    ("fix --write fixable", 0),
    ("fix --write warned", 1),
    ("fix --write hinted", 0),
    ("fix --write broken", 1),
    // A rule that has nothing to fix: what other rules say is left all the same.
    ("fix --rule source-maps warned", 1),
    ("fix --write --rule source-maps warned", 1),
    ("check --fail-level error fixable", 0),
    ("check --fail-level error broken", 1),
    ("check --fail-level info hinted", 1),
    ("check --fail-level info clean", 0),
    ("fix --fail-level info hinted", 1),
    ("fix --fail-level error fixable", 1),
    ("fix --write --fail-level error warned", 0),
    ("check --exit-zero warned broken", 0),
    ("fix --exit-zero fixable", 0),
    ("fix --write --exit-zero warned", 0),
    ("check --exit-zero nope", 2),
    ("check --rule root-user warned", 0),
    ("check --rule missing-node-env warned", 1),
    ("check --ignore missing-node-env warned", 0),
    ("check --rule source-maps broken", 1),
    ("check --statistics fixable", 1),
    ("check --quiet fixable", 1),
    ("check --output-format sarif fixable", 1),
    ("check --output-format sarif clean", 0),
    ("check --output-file out/report fixable", 1),
    ("check --output-file clean fixable", 2),
    ("check clean nope", 2),
    ("check nope", 2),
    ("check latin1", 2),
    ("check none", 2),
    ("fix none", 2),
    ("check --allow-no-dockerfiles none", 0),
    ("fix --allow-no-dockerfiles none", 0),
    ("check --allow-no-dockerfiles nope", 2),
    ("check --allow-no-dockerfiles none fixable", 1),
    ("check --force-exclude excluded/Dockerfile", 0),
    ("check excluded", 0),
    ("fix --write excluded", 0),
    ("check bad-config", 2),
    ("check --target nope clean", 2),
    ("check --context nope clean", 2),
    ("check --rule root-usr clean", 2),
    ("check --ignore root-usr clean", 2),
    ("fix --rule root-usr clean", 2),
    ("check --output-format xml clean", 2),
    ("check --nope clean", 2),
    ("check @list", 1),
    ("check @nope", 2),
    ("check --stdin-filename Dockerfile clean", 2),
    ("rule root-user", 0),
    ("rule root-usr", 2),
    ("audit nope.tar", 2),
    ("nope", 2),
    ("--version", 0),
    ("--help", 0),
];

fn project() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let write = |path: &str, bytes: &[u8]| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
    };
    for (name, text) in FOLDERS {
        write(&format!("{name}/Dockerfile"), text.as_bytes());
        write(&format!("{name}/a.js"), b"");
        write(&format!("{name}/package.json"), b"{\"dependencies\": {\"ms\": \"2.1.3\"}}");
        write(&format!("{name}/.dockerignore"), b"node_modules\n.git\n.env*\n");
    }
    write("latin1/Dockerfile", b"FROM a\n# caf\xe9\n");
    write("none/readme", b"");
    write("excluded/Dockerfile", WARNED.as_bytes());
    write("excluded/nodestage.toml", b"exclude = ['Dockerfile']\n");
    write("bad-config/Dockerfile", CLEAN.as_bytes());
    write("bad-config/nodestage.toml", b"traget = 'x'\n");
    write("list", b"clean/Dockerfile\n\nfixable/Dockerfile\n");
    folder
}

#[test]
fn each_run_ends_as_the_readme_says() {
    let mut wrong = Vec::new();
    for (arguments, expected) in CASES {
        let folder = project();
        let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
        let output = command.env_clear().current_dir(&folder).args(arguments.split_whitespace()).output();
        let output = output.expect("the program starts");
        let code = output.status.code();
        if code != Some(*expected) {
            let said = [output.stdout, output.stderr].concat();
            wrong.push(format!("{arguments}: {code:?}, not {expected}\n{}", String::from_utf8_lossy(&said)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
