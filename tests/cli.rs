//! The program as it is called: stdout, stderr and exit code, in an empty environment.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// Runs as root, and is said to be wrong for nothing else.
const BAD: &str =
    "FROM node:22\nWORKDIR /app\nENV NODE_ENV=production\nCOPY package.json ./\nCMD [\"node\", \"a.js\"]\n";

struct Project {
    folder: TempDir,
}

struct Said {
    stdout: String,
    stderr: String,
    code: i32,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let it = Self { folder: TempDir::new().unwrap() };
        files.iter().for_each(|(path, text)| it.write(path, text.as_bytes()));
        it
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn run(&self, arguments: &str) -> Said {
        self.run_with(arguments, "")
    }

    fn run_with(&self, arguments: &str, stdin: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
        command.env_clear().current_dir(self.path()).args(arguments.split_whitespace()).write_stdin(stdin);
        let output = command.output().unwrap();
        Said {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }
}

impl Said {
    #[track_caller]
    fn check(&self, code: i32, stdout: &str, stderr: &str) {
        assert_eq!((self.stdout.as_str(), self.stderr.as_str(), self.code), (stdout, stderr, code));
    }

    #[track_caller]
    fn check_parts(&self, code: i32, stdout: &[&str], stderr: &[&str]) {
        for (part, text) in stdout.iter().map(|it| (it, &self.stdout)).chain(stderr.iter().map(|it| (it, &self.stderr)))
        {
            assert!(text.contains(part), "`{part}` is not in:\n{text}");
        }
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
    }
}

#[test]
fn a_missing_file_is_an_error_and_the_others_are_checked() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    let said = project.run("check --output-format concise nope Dockerfile");
    said.check_parts(2, &["Dockerfile:1:1: warning[root-user]"], &["error: nope: no such file\n", "Found "]);
}

#[test]
fn a_folder_without_dockerfiles_is_an_error() {
    let project = Project::new(&[("empty/readme", "")]);
    project.run("check empty").check(
        2,
        "",
        "error: no Dockerfiles under `empty`: looked for Dockerfile, Dockerfile.*, *.Dockerfile, Containerfile*, *.Containerfile; \
         name the file if its name is another\n",
    );
}

#[test]
#[cfg(unix)]
fn an_unreadable_file_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(&[("Dockerfile", BAD)]);
    let path = project.path().join("Dockerfile");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // Permissions do not bind root.
    }
    project.run("check Dockerfile").check(2, "", "error: Dockerfile: cannot be read: permission denied\n");
}

#[test]
fn a_file_that_is_not_utf8_is_an_error() {
    let project = Project::new(&[]);
    project.write("Dockerfile", b"FROM a\n# caf\xe9\n");
    let error = "error: Dockerfile: not UTF-8: byte 0xe9 at offset 12, line 2; save the file as UTF-8\n";
    project.run("check").check(2, "", error);
}

#[test]
fn a_broken_package_json_is_a_warning() {
    let project = Project::new(&[("Dockerfile", BAD), ("package.json", "{\n  \"name\": \n")]);
    project.run("check").check_parts(1, &["warning[root-user]"], &["warning: package.json"]);
}

#[test]
#[cfg(unix)]
fn a_link_to_itself_ends() {
    let project = Project::new(&[("app/Dockerfile", BAD)]);
    std::os::unix::fs::symlink("loop", project.path().join("loop")).unwrap();
    std::os::unix::fs::symlink("..", project.path().join("app/up")).unwrap();
    let said = project.run("check --output-format concise");
    said.check_parts(1, &["app/Dockerfile:1:1: warning[root-user]"], &[]);
    assert!(!said.stdout.contains("up/"), "links to folders are not followed: {}", said.stdout);
    project.run("check loop").check_parts(2, &[], &["error: loop: cannot be read: "]);
}

#[test]
fn a_file_of_ten_megabytes_is_an_error() {
    let project = Project::new(&[]);
    project.write("Dockerfile", &b"RUN echo hello\n".repeat(700_000));
    let error = "error: Dockerfile: larger than 1 MiB, so not a Dockerfile that nodestage would look at\n";
    project.run("check").check(2, "", error);
}

#[test]
fn a_read_only_file_is_not_written() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    let path = project.path().join("Dockerfile");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let error = "error: Dockerfile: not written: the file is read-only; make it writable first\n";
    project.run("fix --write --unsafe").check(2, "", error);
    assert_eq!(fs::read_to_string(path).unwrap(), BAD);
}

#[test]
fn a_broken_configuration_is_an_error_for_its_files_only() {
    let project =
        Project::new(&[("a/Dockerfile", BAD), ("b/Dockerfile", BAD), ("a/nodestage.toml", "\ntraget = 'x'\n")]);
    project.run("check --output-format concise").check_parts(
        2,
        &["b/Dockerfile:1:1: warning[root-user]"],
        &["error: a/nodestage.toml:2:1: unknown key `traget`; did you mean `target`?\n"],
    );
}

#[test]
fn a_configuration_that_is_named_must_be_there() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    project.run("check --config no.toml").check_parts(2, &[], &["no.toml: "]);
}

/// Three stages; the last one has no name.
const STAGES: &str = "FROM node:22 AS deps\nFROM node:22 AS server\nFROM node:22\nCMD [\"node\", \"a.js\"]\n";

#[test]
fn a_target_that_is_no_stage_is_an_error() {
    let error = "error: Dockerfile: there is no stage `servr`; the Dockerfile has `deps`, `server`\n";
    let project = Project::new(&[("Dockerfile", STAGES)]);
    for command in ["check", "fix", "fix --write --unsafe"] {
        project.run(&format!("{command} --target servr")).check(2, "", error);
    }
    project.write("nodestage.toml", b"target = 'servr'\n");
    project.run("check").check(2, "", error);
    assert_eq!(fs::read_to_string(project.path().join("Dockerfile")).unwrap(), STAGES);
    for there in ["deps", "SERVER", "2"] {
        assert_ne!(project.run(&format!("check --target {there}")).code, 2, "{there}");
    }
}

#[test]
fn a_compose_target_that_is_no_stage_is_a_problem() {
    let compose = "services:\n  api:\n    build:\n      context: .\n      target: servr\n";
    let project = Project::new(&[("Dockerfile", STAGES), ("compose.yaml", compose)]);
    let problem = "there is no stage `servr`; the Dockerfile has `deps`, `server`";
    project.run("check --output-format concise").check_parts(1, &[], &["compose.yaml", problem]);
    let told = project.run("check --output-format concise --target server");
    assert!(!told.stderr.contains("servr"), "{}", told.stderr);
}

#[test]
fn a_context_that_is_not_there_is_an_error() {
    let project = Project::new(&[("Dockerfile", STAGES)]);
    let error = "there is no folder `apps/srever` to be the build context";
    project.run("check --context apps/srever").check_parts(2, &[], &[error]);
    project.run("fix --write --context Dockerfile").check_parts(2, &[], &["there is no folder `Dockerfile`"]);
    project.write("nodestage.toml", b"context = 'apps/srever'\n");
    project.run("check").check_parts(2, &[], &["apps/srever` to be the build context"]);
}

#[test]
fn configuration_turns_rules_off_and_excludes_files() {
    let config = "exclude = ['old']\n[rules]\nroot-user = 'off'\n";
    let project = Project::new(&[("Dockerfile", BAD), ("old/Dockerfile", "FRM x\n"), ("nodestage.toml", config)]);
    let said = project.run("check --output-format concise");
    assert!(!said.stdout.contains("root-user") && !said.stdout.contains("old/"), "{}", said.stdout);
    project.run("check --isolated --output-format concise").check_parts(1, &["root-user", "old/Dockerfile"], &[]);
    project.run("check old/Dockerfile").check_parts(1, &["syntax-error"], &[]);
    project.run("check --force-exclude old/Dockerfile").check(
        0,
        "",
        "No files to look at: `exclude` of nodestage.toml leaves out 1 file.\n",
    );
}

#[test]
fn stdin_is_checked_where_it_is_said_to_stand() {
    let project = Project::new(&[("app/nodestage.toml", "[rules]\nroot-user = 'error'\n")]);
    let said = project.run_with("check - --stdin-filename app/Dockerfile --output-format concise", BAD);
    said.check_parts(1, &["app/Dockerfile:1:1: error[root-user]"], &["Found "]);
    project.run_with("check - --output-format concise", "FRM a\n").check_parts(1, &["-:1:1: error[syntax-error]"], &[]);
}

#[test]
fn a_fixed_stdin_goes_to_stdout() {
    let project = Project::new(&[]);
    let said = project.run_with("fix - --write --unsafe --rule root-user", BAD);
    assert!(said.stdout.starts_with("FROM node:22\n") && said.stdout.contains("USER node\n"), "{}", said.stdout);
    let unchanged = project.run_with("fix - --write --unsafe --rule root-user", &said.stdout);
    assert_eq!(unchanged.stdout, said.stdout);
}

#[test]
fn fix_shows_a_diff_and_writes_when_told() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    let said = project.run("fix --unsafe --rule root-user");
    said.check_parts(
        1,
        &["--- a/Dockerfile\n+++ b/Dockerfile\n", "+USER node\n"],
        &["Would fix 1 problem in 1 file", "--write"],
    );
    assert_eq!(fs::read_to_string(project.path().join("Dockerfile")).unwrap(), BAD);
    project.run("fix --unsafe --rule root-user --write").check_parts(
        0,
        &[],
        &["Dockerfile: Run as `node` [root-user]\n", "Fixed 1 problem"],
    );
    assert!(fs::read_to_string(project.path().join("Dockerfile")).unwrap().contains("USER node\n"));
    project.run("fix --unsafe").check_parts(0, &[], &["Nothing to fix in 1 file."]);
}

/// Takes `node_modules` of the host along.
const OPEN: &str =
    "FROM node:22-alpine\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nCMD [\"node\", \"a.js\"]\n";

fn open_project(files: &[(&str, &str)]) -> Project {
    let plain = [("Dockerfile", OPEN), ("package.json", "{\"dependencies\": {\"ms\": \"2\"}}"), ("a.js", "")];
    Project::new(&[&plain, files].concat())
}

#[test]
fn other_files_are_shown_and_written() {
    let project = open_project(&[]);
    project.run("fix --rule dockerignore").check(
        1,
        "--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1 @@\n+node_modules\n",
        "Dockerfile: Create `.dockerignore` with `node_modules` [dockerignore]\n\
         Would fix 1 problem in 1 file; 3 problems left.\nNothing was written: `--write` does it.\n",
    );
    assert!(!project.path().join(".dockerignore").exists());
    let said = project.run("fix --rule dockerignore --write");
    said.check_parts(1, &[], &["Dockerfile: Create `.dockerignore`", "Fixed 1 problem in 1 file"]);
    assert_eq!(fs::read_to_string(project.path().join(".dockerignore")).unwrap(), "node_modules\n");
    assert_eq!(fs::read_to_string(project.path().join("Dockerfile")).unwrap(), OPEN);
    project.run("fix --rule dockerignore --write").check_parts(1, &[], &["Nothing to fix in 1 file"]);
}

#[test]
fn the_diff_of_a_shared_file_comes_once_and_applies() {
    let project = open_project(&[("Dockerfile.b", OPEN), (".dockerignore", "*.log")]);
    let said = project.run("fix --rule dockerignore --rule root-user");
    assert_eq!(said.stdout.matches("+++ b/.dockerignore").count(), 1, "{}", said.stdout);
    said.check_parts(1, &["--- a/.dockerignore"], &["Would fix 4 problems in 3 files"]);
    project.run("fix --rule dockerignore --rule root-user --write").check_parts(
        1,
        &[],
        &["Fixed 4 problems in 3 files"],
    );
    assert_eq!(fs::read_to_string(project.path().join(".dockerignore")).unwrap(), "*.log\nnode_modules");
}

#[test]
fn different_changes_of_a_shared_file_are_both_made() {
    let tsc = OPEN.replace("COPY . .", "COPY . .\nRUN npx tsc");
    let config = r#"{"compilerOptions": {"incremental": true, "outDir": "dist", "rootDir": "src"}}"#;
    let project = open_project(&[("Dockerfile.b", &tsc), ("tsconfig.json", config), ("src/a.ts", "")]);
    let said = project.run("fix --rule dockerignore");
    assert!(said.stdout.ends_with(" node_modules\n+*.tsbuildinfo\n"), "{}", said.stdout);
    project.run("fix --rule dockerignore --write").check_parts(1, &[], &["Fixed 2 problems in 1 file"]);
    assert_eq!(fs::read_to_string(project.path().join(".dockerignore")).unwrap(), "node_modules\n*.tsbuildinfo\n");
}

#[test]
fn a_dockerfile_stays_where_its_other_file_can_not_be_written() {
    let project = open_project(&[(".dockerignore", "*.log\n")]);
    let ignore = project.path().join(".dockerignore");
    let mut permissions = fs::metadata(&ignore).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&ignore, permissions).unwrap();
    let error = "error: .dockerignore: not written: the file is read-only; make it writable first\n";
    project.run("fix --write").check(2, "", error);
    assert_eq!(fs::read_to_string(project.path().join("Dockerfile")).unwrap(), OPEN);
}

#[test]
fn stdin_has_no_other_files() {
    let project = open_project(&[]);
    let said = project.run_with("fix - --stdin-filename Dockerfile --write --rule dockerignore", OPEN);
    said.check_parts(
        1,
        &["FROM node:22-alpine\n"],
        &["  Not fixed: it changes `.dockerignore`, and stdin is only the Dockerfile\n"],
    );
    assert!(!project.path().join(".dockerignore").exists());
}

#[test]
fn json_has_the_other_files() {
    let project = open_project(&[]);
    let json: serde_json::Value =
        serde_json::from_str(&project.run("fix --rule dockerignore --output-format json").stdout).unwrap();
    let file = &json["files"][0]["fix"]["files"][0];
    assert_eq!((&file["path"], &file["created"]), (&".dockerignore".into(), &true.into()));
    let json: serde_json::Value = serde_json::from_str(&project.run("check --output-format json").stdout).unwrap();
    let diagnostics = json["files"][0]["diagnostics"].as_array().unwrap();
    let found = diagnostics.iter().find(|it| it["rule"] == "dockerignore").unwrap();
    let expected = serde_json::json!([{ "path": ".dockerignore", "before": null, "after": "node_modules\n" }]);
    assert_eq!(found["fix"]["files"], expected);
}

#[test]
fn what_is_held_back_has_its_reason_and_flag() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    project.run("fix").check_parts(1, &[], &["[root-user]\n  Not fixed: ", "`--unsafe` fixes it anyway"]);
}

#[test]
fn rules_are_listed_and_misspelt_ones_corrected() {
    let project = Project::new(&[]);
    project.run("rule").check_parts(0, &["root-user "], &[]);
    project.run("rule root-user").check_parts(0, &["# root-user\n"], &[]);
    project.run("rule root-usr").check(2, "", "error: there is no rule `root-usr`; did you mean `root-user`?\n");
    project.run("fix --rule root-usr").check(2, "", "error: there is no rule `root-usr`; did you mean `root-user`?\n");
}

#[test]
fn json_is_one_document() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    let said = project.run("check --output-format json Dockerfile nope");
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let diagnostics = json["files"][0]["diagnostics"].as_array().unwrap();
    let found = diagnostics.iter().find(|it| it["rule"] == "root-user").unwrap();
    assert_eq!((&json["version"], &json["errors"][0]), (&1.into(), &"nope: no such file".into()));
    assert_eq!(found["range"]["start"], serde_json::json!({ "line": 1, "column": 1, "offset": 0 }));
    assert!(found["fix"]["edits"].as_array().is_some_and(|it| !it.is_empty()));
    assert_eq!(said.code, 2);
}

#[test]
fn gitignore_is_honoured_and_a_file_comes_once() {
    let project = Project::new(&[("Dockerfile", "FROM a\n"), ("gen/Dockerfile", "FRM\n"), (".gitignore", "gen/\n")]);
    project.run("check . Dockerfile").check(0, "", "Skipped 1 file: no Node.js ships.\n");
}

#[test]
fn colours_come_when_told_only() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    for format in ["full", "concise"] {
        let check = format!("check --output-format {format}");
        assert!(!project.run(&check).stdout.contains('\x1b'));
        assert!(project.run(&format!("{check} --color always")).stdout.contains('\x1b'));
    }
    for (value, is_coloured) in [("1", true), ("0", false)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
        let output = command.env_clear().env("FORCE_COLOR", value).current_dir(project.path()).arg("check").output();
        assert_eq!(output.unwrap().stdout.contains(&0x1b), is_coloured, "FORCE_COLOR={value}");
    }
}

#[test]
fn a_list_names_the_files() {
    let project =
        Project::new(&[("a/Dockerfile", "FROM a\n"), ("b/x", BAD), ("c/Dockerfile", BAD), ("list", "b/x\r\n\na\n")]);
    let said = project.run("check --output-format concise @list");
    said.check_parts(
        1,
        &["b/x:1:1: warning[root-user]"],
        &["Skipped 1 file: no Node.js ships.\nFound ", "More on a rule: `nodestage rule NAME`.\n"],
    );
    assert!(!said.stdout.contains("c/Dockerfile"), "{}", said.stdout);
    let said = project.run_with("check --output-format concise @-", "c\n");
    said.check_parts(1, &["c/Dockerfile:1:1: warning[root-user]"], &[]);
    project.run("check @nope").check(2, "", "error: nope: no such file\n");
}

#[test]
fn what_names_stdin_reads_it() {
    let project = Project::new(&[("app/nodestage.toml", "[rules]\nroot-user = 'error'\n"), ("Dockerfile", BAD)]);
    let said = project.run_with("check --stdin-filename app/Dockerfile --output-format concise", BAD);
    said.check_parts(1, &["app/Dockerfile:1:1: error[root-user]"], &[]);
    let said = project.run_with("fix --stdin-filename app/Dockerfile --write --unsafe --rule root-user", BAD);
    said.check_parts(0, &["FROM node:22\n", "USER node\n"], &["app/Dockerfile: Run as `node` [root-user]"]);
    let error =
        "error: `--stdin-filename` names what stdin holds, and other paths are given: give `-` as well, or alone\n";
    project.run("check --stdin-filename app/Dockerfile Dockerfile").check(2, "", error);
}

#[test]
fn rules_are_chosen_and_counted() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    let said = project.run("check --rule root-user --output-format concise --quiet");
    assert_eq!((said.stdout.lines().count(), said.stderr.as_str()), (1, ""));
    let said = project.run("check --ignore root-user --output-format concise");
    assert!(!said.stdout.contains("root-user"), "{}", said.stdout);
    project.run("check --rule root-user --statistics").check_parts(1, &["    1  root-user  ("], &["Found 1 problem"]);
}

#[test]
fn what_was_looked_at_is_said_when_asked() {
    let project = Project::new(&[
        ("Dockerfile", BAD),
        ("x/Dockerfile", BAD),
        ("nodestage.toml", "exclude = ['x']\n"),
        ("package.json", "{}"),
    ]);
    project.run("check --verbose --quiet").check_parts(2, &[], &["cannot be used with"]);
    project.run("check --verbose").check_parts(
        1,
        &[],
        &["Dockerfile: looked at, with ./ around it\n", "x/Dockerfile: left out by `exclude`\n"],
    );
}

#[test]
fn a_folder_without_dockerfiles_may_be_clean() {
    let project = Project::new(&[("empty/Dockerfile.j2", "FROM a\n")]);
    project.run("check --allow-no-dockerfiles empty").check_parts(
        0,
        &[],
        &["warning: no Dockerfiles under `empty`", "No files to look at.\n"],
    );
}

#[test]
#[cfg(unix)]
fn a_broken_pipe_is_success() {
    use std::process::{Command, Stdio};
    let project = Project::new(&[("Dockerfile", BAD)]);
    let (reader, writer) = std::io::pipe().unwrap();
    // Before it starts: nobody ever reads.
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
    command.env_clear().current_dir(project.path()).arg("check").stdout(writer).stderr(Stdio::null());
    assert_eq!(command.status().unwrap().code(), Some(0));
}

#[test]
fn a_baseline_leaves_what_is_new() {
    let project = Project::new(&[("Dockerfile", BAD), ("no.json", "{}")]);
    project.run("check --output-format json --output-file known.json").check(1, "", "");
    project.write("Dockerfile", format!("# syntax=docker/dockerfile:1\n\n{BAD}").as_bytes());
    project.run("check --fail-level info --baseline known.json").check_parts(
        0,
        &[],
        &["in the baseline are not shown.\n"],
    );
    project.write("Dockerfile", format!("{BAD}RNU x\n").as_bytes());
    let said = project.run("check --output-format concise --baseline known.json");
    said.check_parts(1, &["error[syntax-error]"], &[]);
    assert!(!said.stdout.contains("root-user"), "{}", said.stdout);
    for bad in ["no.json", "nope.json"] {
        project.run(&format!("check --baseline {bad}")).check_parts(2, &[], &[&format!("error: {bad}: no baseline: ")]);
    }
}

#[test]
fn what_changed_since_a_revision_is_looked_at() {
    let project = Project::new(&[
        ("a/Dockerfile", BAD),
        ("a/package.json", "{}"),
        ("b/Dockerfile", BAD),
        ("b/package.json", "{}"),
    ]);
    let git = |arguments: &str| {
        let mut command = std::process::Command::new("git");
        command.current_dir(project.path()).args(["-c", "user.name=a", "-c", "user.email=a@b.example"]);
        command.args(arguments.split(' ')).output().is_ok_and(|it| it.status.success())
    };
    if !(git("init -q") && git("add .") && git("commit -qm first")) {
        return; // no git here
    }
    let look = |arguments: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
        command.current_dir(project.path()).args(arguments.split(' ')).env("NO_COLOR", "1");
        let output = command.output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text)
    };
    let check = "check --output-format concise --changed-since HEAD";
    assert_eq!(look(check), (0, "No files to look at.\n".to_owned()));
    for path in ["a/package.json", "a/new.js", "a/Dockerfile"] {
        let before = fs::read(project.path().join(path)).ok();
        project.write(path, format!("{}\n", String::from_utf8_lossy(&before.clone().unwrap_or_default())).as_bytes());
        let (code, text) = look(check);
        assert!(code == 1 && text.contains("a/Dockerfile:") && !text.contains("b/Dockerfile:"), "{path}: {text}");
        match before {
            Some(it) => project.write(path, &it),
            None => fs::remove_file(project.path().join(path)).unwrap(),
        }
    }
    assert_eq!(look("check --changed-since nope"), (2, "error: there is no revision `nope`\n".to_owned()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
    let output =
        command.current_dir(project.path()).args(check.split(' ')).env("PATH", project.path()).output().unwrap();
    let error = "error: `--changed-since` asks git, and there is no git on the PATH\n";
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(2), error));
}

#[test]
fn settings_are_shown() {
    let config = "user = '1000:1000'\n[rules]\nroot-user = 'error'\nsource-maps = 'off'\n[files.'a/Dockerfile']\ncontext = 'a'\n";
    let project =
        Project::new(&[("Dockerfile", BAD), ("a/Dockerfile", BAD), ("nodestage.toml", config), ("package.json", "{}")]);
    project.run("check --show-settings --target 0 a Dockerfile").check(
        0,
        "a/Dockerfile\n  context: a\n  target: 0\n  user: 1000:1000\n  root-user: error\n  source-maps: off\n\
         Dockerfile\n  context: .\n  target: 0\n  user: 1000:1000\n  root-user: error\n  source-maps: off\n",
        "",
    );
}

#[test]
fn a_diff_has_colours_when_told_and_none_in_a_file() {
    let project = Project::new(&[("Dockerfile", BAD)]);
    let fix = "fix --unsafe --rule root-user --color always";
    project.run(fix).check_parts(1, &["\x1b[32m+USER node\x1b[0m\n"], &[]);
    project.run(&format!("{fix} --output-file a.diff")).check_parts(1, &[], &[]);
    let written = fs::read_to_string(project.path().join("a.diff")).unwrap();
    assert!(written.contains("\n+USER node\n") && !written.contains('\x1b'), "{written}");
}
