//! Locks beside package.json files, held against what frozen installs said of them: `fixtures/frozen.json`, which
//! `tests/managers/run` asks the managers themselves.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::Agreement;
use super::super::testing::project_with;

#[derive(Deserialize)]
struct Row {
    name: String,
    /// `yes`, `no` or `unknown`.
    expect: String,
    /// What each manager of `yarn1`, `pnpm9`… answered.
    says: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
}

#[test]
fn frozen_installs_are_foreseen() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../../../fixtures/frozen.json")).unwrap();
    assert!(rows.len() > 40);
    for row in rows {
        let files: Vec<(&str, &str)> = row.files.iter().map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let project = project_with(&files);
        let app = project.app("").unwrap();
        for (manager, said) in &row.says {
            let major = manager.trim_start_matches(|it: char| it.is_alphabetic()).parse().ok();
            let found = app.lock().unwrap().frozen_agreement(&app, major, false);
            let is_right = match row.expect.as_str() {
                "yes" => found == Agreement::Yes,
                "no" => matches!(found, Agreement::No(_)),
                _ => matches!(found, Agreement::Unknown(_)),
            };
            assert!(is_right, "{}, {manager}: {found:?}, not {}", row.name, row.expect);
            assert!(found != Agreement::Yes || said == "agrees", "{}: {manager} refuses it", row.name);
            assert!(!matches!(found, Agreement::No(_)) || said == "refuses", "{}: {manager} takes it", row.name);
        }
    }
}
