//! The editor and the command line agree on every project we have: fix-all at once, and safe quick fixes taken
//! one by one until none is left.

use std::path::Path;

use serde_json::{Value, json};

use crate::bed::Bed;
use crate::buffer::{Unit, apply};
use crate::clients::{fix_all, fixed};

const UNIT: Unit = Unit::Utf16;

/// More than any project takes.
const MAX_FIXES: i32 = 20;

fn projects() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = folders(&root.join("fixtures/rules"));
    let cases = rules.iter().flat_map(|rule| {
        let cases = folders(&root.join("fixtures/rules").join(rule));
        cases.into_iter().map(move |it| format!("rules/{rule}/{it}"))
    });
    let e2e = folders(&root.join("tests/e2e/projects")).into_iter().map(|it| format!("../tests/e2e/projects/{it}"));
    let all = cases.chain(e2e).chain(["express-typescript".to_owned()]);
    all.filter(|it| root.join("fixtures").join(it).join("Dockerfile").is_file()).collect()
}

fn folders(at: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(at).expect("a folder").flatten().filter(|it| it.path().is_dir());
    let mut res: Vec<String> = entries.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    res.sort();
    res
}

#[tokio::test]
async fn all_projects() {
    let projects = projects();
    assert!(projects.len() > 25, "the projects are found: {}", projects.len());
    for project in &projects {
        let expected = at_once(project).await;
        assert_eq!(one_by_one(project).await, expected, "{project}: quick fixes");
    }
}

/// What fix-all makes of the Dockerfile: what the command line does.
async fn at_once(project: &str) -> String {
    let mut bed = Bed::on_fixture(json!({}), project).await;
    let text = bed.open("Dockerfile", "dockerfile").await;
    let found = bed.pushed("Dockerfile").await;
    let expected = fixed(&bed);
    if expected == text {
        assert_eq!(offered(&mut bed, &["source.fixAll"]).await, json!([]), "{project}: {found:#}");
    } else {
        let edits = fix_all(&mut bed).await["edit"]["changes"][bed.uri("Dockerfile")].take();
        assert_eq!(apply(&text, &edits, UNIT), expected, "{project}");
    }
    bed.finish().await;
    expected
}

async fn one_by_one(project: &str) -> String {
    let mut bed = Bed::on_fixture(json!({}), project).await;
    let mut text = bed.open("Dockerfile", "dockerfile").await;
    bed.pushed("Dockerfile").await;
    for version in 2..MAX_FIXES {
        let actions = offered(&mut bed, &["quickfix"]).await;
        let mut preferred = actions.as_array().unwrap().iter().filter(|it| it["isPreferred"] == true);
        // A fix may change .dockerignore only: the command line does not from standard input.
        let edits = preferred.find_map(|it| it["edit"]["changes"].get(bed.uri("Dockerfile")));
        let Some(edits) = edits else { break };
        text = apply(&text, edits, UNIT);
        bed.replace("Dockerfile", version, &text).await;
        bed.pushed("Dockerfile").await;
    }
    bed.finish().await;
    text
}

async fn offered(bed: &mut Bed, only: &[&str]) -> Value {
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 } });
    let context = json!({ "diagnostics": [], "only": only });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": range, "context": context });
    bed.request("textDocument/codeAction", params).await
}
