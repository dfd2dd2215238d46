//! What programs read is as their formats want it.
//!
//! SARIF is held against the schema of OASIS (as the crate `serde-sarif` brings it), GitLab's report against its documentation, which `tests/schemas` has as a schema.
//! JUnit's XML is read by a parser of that format, and its counts are counted again; GitHub's annotations are taken apart.

use std::collections::HashSet;
use std::fs;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// Errors, warnings and hints, with safe fixes, unsafe ones and none, in two files and in .dockerignore.
const WARNED: &str =
    "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm install\nCOPY . .\nCMD npm start\n";

fn run(folder: &TempDir, below: &str, arguments: &str, root: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
    command.env_clear().current_dir(folder.path().join(below)).args(arguments.split(' '));
    if let Some(name) = root {
        command.env(name, folder.path());
    }
    String::from_utf8(command.output().expect("the program starts").stdout).expect("it prints UTF-8")
}

fn project() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder can be made");
    for (path, text) in [
        ("api v1/Dockerfile", WARNED),
        (
            "api v1/package.json",
            r#"{"scripts": {"start": "node a.js"}, "dependencies": {"ms": "2"}, "devDependencies": {"typescript": "5"}}"#,
        ),
        ("api v1/package-lock.json", r#"{"lockfileVersion": 3, "packages": {}}"#),
        ("api v1/a.js", ""),
        ("clean/Dockerfile", "FROM nginx:1.29-alpine\n"),
        ("odd/Dockerfile", "FROM node:22\nRNU <&\u{1}>\n"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    folder
}

/// The pattern of a language has a bracket too many in the schema of OASIS: that is no regular expression.
fn schema_of(text: &str) -> Value {
    serde_json::from_str(&text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).expect("the schema is JSON")
}

#[track_caller]
fn validate(schema: &str, document: &Value) {
    let schema = schema_of(schema);
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> =
        validator.iter_errors(document).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

#[test]
fn sarif_is_valid_and_has_the_fixes() {
    let text = run(&project(), ".", "check --output-format sarif . nope", None);
    let document: Value = serde_json::from_str(&text).expect("it is JSON");
    validate(include_str!("schemas/sarif-2.1.0.json"), &document);
    let run = &document["runs"][0];
    let results = run["results"].as_array().expect("there are results");
    let levels: HashSet<&str> = results.iter().filter_map(|it| it["level"].as_str()).collect();
    assert_eq!(levels, HashSet::from(["error", "warning", "note"]));
    let uris =
        results.iter().filter_map(|it| it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str());
    assert_eq!(uris.collect::<HashSet<_>>(), HashSet::from(["api%20v1/Dockerfile", "odd/Dockerfile"]));
    let has_change =
        |uri: &str| results.iter().any(|it| it["fixes"][0]["artifactChanges"][0]["artifactLocation"]["uri"] == uri);
    assert!(has_change("api%20v1/Dockerfile") && has_change("api%20v1/.dockerignore"), "{text}");
    let prints: HashSet<&Value> = results.iter().map(|it| &it["partialFingerprints"]["nodestage/v1"]).collect();
    assert_eq!(prints.len(), results.len());
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"], "nope: no such file");
    validate(
        include_str!("schemas/sarif-2.1.0.json"),
        &serde_json::from_str(&self::run(&project(), ".", "check --output-format sarif clean", None))
            .expect("it is JSON"),
    );
}

#[test]
fn a_schema_can_refuse() {
    let schema = schema_of(include_str!("schemas/sarif-2.1.0.json"));
    let wrong = serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": {}, "results": [{}] }] });
    assert!(!jsonschema::is_valid(&schema, &wrong));
    let schema = schema_of(include_str!("schemas/gitlab-code-quality.json"));
    assert!(!jsonschema::is_valid(&schema, &serde_json::json!([{ "description": "x" }])));
}

#[test]
fn gitlab_reports_are_valid() {
    let folder = project();
    for (below, arguments) in [(".", "check --output-format gitlab"), ("clean", "check --output-format gitlab ..")] {
        let document: Value =
            serde_json::from_str(&run(&folder, below, arguments, Some("CI_PROJECT_DIR"))).expect("it is JSON");
        validate(include_str!("schemas/gitlab-code-quality.json"), &document);
        let issues = document.as_array().expect("it is a list");
        let paths: HashSet<&str> = issues.iter().filter_map(|it| it["location"]["path"].as_str()).collect();
        assert_eq!(paths, HashSet::from(["api v1/Dockerfile", "odd/Dockerfile"]));
        let prints: HashSet<&Value> = issues.iter().map(|it| &it["fingerprint"]).collect();
        assert_eq!(prints.len(), issues.len());
    }
    assert_eq!(run(&folder, "clean", "check --output-format gitlab", None), "[]\n");
}

#[test]
fn a_fingerprint_outlives_lines_that_move() {
    let folder = project();
    let prints = || -> Vec<Value> {
        let text = run(&folder, ".", "check --output-format gitlab odd", None);
        let document: Vec<Value> = serde_json::from_str(&text).expect("it is JSON");
        document.iter().map(|it| it["fingerprint"].clone()).collect()
    };
    let before = prints();
    let path = folder.path().join("odd/Dockerfile");
    let text = fs::read_to_string(&path).expect("it can be read");
    fs::write(&path, format!("# a comment\n\n{text}")).expect("it can be written");
    // `held back` names the line of the syntax error, the message does not.
    assert_eq!(prints(), before);
}

#[test]
fn junit_is_read_by_its_readers() {
    let xml = run(&project(), ".", "check --output-format junit . nope", None);
    let report = quick_junit::Report::deserialize_from_str(&xml).expect("it is JUnit's XML");
    let suites = &report.test_suites;
    assert_eq!(suites.len(), 4, "three files, and what failed");
    let sum = |count: fn(&quick_junit::TestSuite) -> usize| suites.iter().map(count).sum::<usize>();
    assert_eq!(report.tests, sum(|it| it.test_cases.len()));
    assert_eq!((report.failures, report.errors), (sum(|it| it.failures), 1));
    assert!(report.failures > 0 && xml.contains("<skipped"), "{xml}");
    let clean = suites.iter().find(|it| it.name.as_str() == "clean/Dockerfile").expect("a clean file has its suite");
    assert_eq!((clean.tests, clean.failures, clean.errors), (1, 0, 0));
}

#[test]
fn github_has_an_annotation_for_each() {
    let folder = project();
    let text = run(&folder, "odd", "check --output-format github . nope", Some("GITHUB_WORKSPACE"));
    let n_found = run(&folder, "odd", "check --output-format concise .", None).lines().count();
    assert_eq!(text.lines().count(), n_found + 1, "{text}");
    for line in text.lines() {
        let (head, message) = line.strip_prefix("::").and_then(|it| it.split_once("::")).expect("it is a command");
        let (command, properties) = head.split_once(' ').expect("it has properties");
        assert!(["error", "warning", "notice"].contains(&command) && !message.is_empty(), "{line}");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        let is_known =
            |it: &str| it.split_once('=').is_some_and(|(name, value)| known.contains(&name) && !value.is_empty());
        assert!(properties.split(',').all(is_known), "{line}");
    }
    assert!(text.contains("::error file=odd/Dockerfile,line=2,endLine=2,col=1,"), "{text}");
    assert!(text.ends_with("::error title=nodestage::nope: no such file\n"), "{text}");
}

#[test]
fn an_output_file_has_what_stdout_would_have() {
    let folder = project();
    for format in ["full", "concise", "json", "sarif", "github", "gitlab", "junit"] {
        let expected = run(&folder, ".", &format!("check --output-format {format}"), None);
        let said =
            run(&folder, ".", &format!("check --output-format {format} --output-file a/b/report --color always"), None);
        assert_eq!(said, "");
        assert_eq!(fs::read_to_string(folder.path().join("a/b/report")).expect("it is written"), expected, "{format}");
    }
}
