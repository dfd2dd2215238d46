//! Locks beside package.json files, held against what `npm ci` said of them: `fixtures/npm-ci.json`.
//!
//! The `npm` of each row is what `npm ci --dry-run` of that major answered.

use std::sync::Arc;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::ecosystem::releases::Npm;

use super::super::testing::project_with;
use super::super::{Agreement, Peers};

#[derive(Deserialize)]
struct Row {
    name: String,
    /// `yes`, `no` or `unknown`.
    expect: String,
    npm: BTreeMap<String, String>,
    package: Value,
    packages: Value,
    files: BTreeMap<String, String>,
}

#[test]
fn npm_ci_is_foreseen() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../../../fixtures/npm-ci.json")).unwrap();
    assert!(rows.len() > 50);
    for row in rows {
        let found = agreement(&row);
        let is_right = match row.expect.as_str() {
            "yes" => found == Agreement::Yes,
            "no" => matches!(found, Agreement::No(_)),
            _ => matches!(found, Agreement::Unknown(_)),
        };
        assert!(is_right, "{}: {found:?}, not {}", row.name, row.expect);
        let refused = row.npm.values().any(|it| it == "refuses");
        assert!(found != Agreement::Yes || !refused, "{}: npm refuses it", row.name);
        assert!(!matches!(found, Agreement::No(_)) || refused, "{}: npm takes it", row.name);
    }
}

fn agreement(row: &Row) -> Agreement {
    let lock = serde_json::json!({ "lockfileVersion": 3, "packages": row.packages });
    let (package, lock) = (row.package.to_string(), lock.to_string());
    let mut files = vec![("package.json", package.as_str()), ("package-lock.json", lock.as_str())];
    files.extend(row.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let project = project_with(&files);
    let app = project.app("").unwrap();
    let workspace = project.workspace("");
    let members: Vec<_> = workspace.iter().flat_map(|it| it.members.iter().map(|it| Arc::clone(&it.app))).collect();
    let peers = if row.files.contains_key(".npmrc") { Peers::Ignored } else { Peers::Installed };
    app.lock().unwrap().agreement(&app, &members, peers, Npm::default())
}

#[test]
fn the_first_generation_is_known_to_npm_6_alone() {
    let package = r#"{"dependencies": {"a": "^1.0.0"}}"#;
    let lock = |of_a: &str, rest: &str| {
        format!(r#"{{"lockfileVersion": 1, "requires": true, "dependencies": {{"a": {{"version": {of_a}}}{rest}}}}}"#)
    };
    let b = r#", "b": {"version": "2.0.0"}"#;
    for (lock, is_npm_6, expected) in [
        (lock(r#""1.2.0""#, ""), true, "yes"),
        (lock(r#""1.2.0""#, ""), false, "unknown"),
        (lock(r#""2.0.0""#, ""), true, "no"),
        (lock(r#""1.2.0", "requires": {"b": "^2.0.0"}"#, b), true, "yes"),
        (lock(r#""1.2.0", "requires": {"b": "^3.0.0"}"#, b), true, "no"),
        (lock(r#""1.2.0", "requires": {"c": "^3.0.0"}"#, b), true, "no"),
        (lock(r#""1.2.0""#, r#", "fsevents": {"version": "1.2.0"}"#), true, "unknown"),
        (lock(r#""1.2.0""#, r#", "fsevents": {"version": "1.2.0", "optional": true}"#), true, "yes"),
    ] {
        let project = project_with(&[("package.json", package), ("package-lock.json", &lock)]);
        let app = project.app("").unwrap();
        let found = app.lock().unwrap().agreement(
            &app,
            &[],
            Peers::Ignored,
            if is_npm_6 { Npm::of_major(6) } else { Npm::default() },
        );
        let word = match found {
            Agreement::Yes => "yes",
            Agreement::No(_) => "no",
            Agreement::Unknown(_) => "unknown",
        };
        assert_eq!(word, expected, "{lock}");
    }
}

#[test]
fn a_range_that_a_workspace_satisfies() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "": {"workspaces": ["db", "api"]},
        "node_modules/db": {"resolved": "db", "link": true}, "node_modules/api": {"resolved": "api", "link": true},
        "db": {"version": "1.2.0"}, "api": {"dependencies": {"db": "^1.0.0"}}
    }}"#;
    for (version, range, expected) in [
        ("1.2.0", "^1.0.0", Agreement::Yes),
        (
            "1.3.0",
            "^1.0.0",
            Agreement::Unknown("whether package-lock.json holds what `db`: `^1.0.0` asks for is not known".into()),
        ),
        ("1.2.0", "^2.0.0", Agreement::No("`api` asks for `db` ^2.0.0, package-lock.json holds 1.2.0".into())),
    ] {
        let (db, api) = (
            format!(r#"{{"name": "db", "version": "{version}"}}"#),
            format!(r#"{{"name": "api", "dependencies": {{"db": "{range}"}}}}"#),
        );
        let root = r#"{"workspaces": ["db", "api"]}"#;
        let project = project_with(&[
            ("package.json", root),
            ("package-lock.json", lock),
            ("db/package.json", &db),
            ("api/package.json", &api),
        ]);
        let (app, workspace) = (project.app("").unwrap(), project.workspace("").unwrap());
        let members: Vec<_> = workspace.members.iter().map(|it| Arc::clone(&it.app)).collect();
        assert_eq!(
            app.lock().unwrap().agreement(&app, &members, Peers::Installed, Npm::of_major(10)),
            expected,
            "{version} {range}"
        );
    }
}

#[test]
fn an_optional_package_that_the_lock_lacks() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"esbuild": "0.25.5"}},
        "node_modules/esbuild": {"version": "0.25.5", "optionalDependencies": {"NAME": "0.25.5"}}
    }}"#;
    let package = r#"{"dependencies": {"esbuild": "0.25.5"}}"#;
    for (name, npm, agrees) in [
        ("@esbuild/aix-ppc64", Some(10), true),
        ("@esbuild/aix-ppc64", Some(11), false),
        ("@esbuild/aix-ppc64", None, false),
        ("@esbuild/linux-x64", Some(10), true),
        ("@esbuild/linux-arm", Some(10), true),
    ] {
        let lock = lock.replace("NAME", name);
        let app = crate::project::testing::app_with(&[("package.json", package), ("package-lock.json", &lock)]);
        let found = app.lock().expect("it is one").agreement(
            &app,
            &[],
            Peers::Installed,
            npm.map(Npm::of_major).unwrap_or_default(),
        );
        assert_eq!(found == Agreement::Yes, agrees, "{name} {npm:?}: {found:?}");
    }
}

#[test]
fn an_optional_peer_that_does_not_fit() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"mongodb": "6.20.0", "gcp-metadata": "8.1.2"}},
        "node_modules/mongodb": {
            "version": "6.20.0",
            "peerDependencies": {"gcp-metadata": "^7.0.0"},
            "peerDependenciesMeta": {"gcp-metadata": {"optional": true}}
        },
        "node_modules/gcp-metadata": {"version": "8.1.2"}
    }}"#;
    let package = r#"{"dependencies": {"mongodb": "6.20.0", "gcp-metadata": "8.1.2"}}"#;
    let app = crate::project::testing::app_with(&[("package.json", package), ("package-lock.json", lock)]);
    for (npm, agrees) in [
        (Npm::of_major(10), false),
        (Npm::of_major(11), false),
        (Npm::with_node(24, Some(10)), false),
        (Npm::with_node(24, Some(11)), true),
        (Npm::with_node(26, None), true),
        (Npm::default(), false),
    ] {
        let found = app.lock().expect("it is one").agreement(&app, &[], Peers::Installed, npm);
        assert_eq!(found == Agreement::Yes, agrees, "{npm:?}: {found:?}");
    }
}
