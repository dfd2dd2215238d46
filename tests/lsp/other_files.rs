//! Fixes of other files than the Dockerfile.

use serde_json::{Value, json};

use crate::bed::{Bed, codes};
use crate::buffer::{Unit, apply};
use crate::scene::{UNIT, able, actions};

const DOCKERFILE: &str = "FROM node:22-alpine\nWORKDIR /app\nENV NODE_ENV=production\nCOPY package.json ./\n\
                          RUN npm install\nCOPY . .\nUSER node\nCMD [\"node\", \"a.js\"]\n";

/// A workspace whose Dockerfile takes `node_modules` along.
async fn bed(operations: &[&str]) -> Bed {
    let edit = json!({ "documentChanges": true, "resourceOperations": operations });
    let capabilities = json!({
        "workspace": { "workspaceEdit": edit },
        "textDocument": { "codeAction": { "disabledSupport": true } },
    });
    let mut bed = Bed::empty(capabilities).await;
    bed.write("package.json", "{\"dependencies\": {\"ms\": \"2\"}}");
    bed.write("a.js", "require('ms')\n");
    bed.open_text("Dockerfile", "dockerfile", DOCKERFILE).await;
    bed.pushed("Dockerfile").await;
    bed
}

/// The action of this title, or of the one that begins so.
async fn action(bed: &mut Bed, only: &str, title: &str) -> Option<Value> {
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let context = json!({ "diagnostics": [], "only": [only] });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": range, "context": context });
    let actions = bed.request("textDocument/codeAction", params).await;
    let mut actions = actions.as_array().unwrap().iter();
    actions.find(|it| it["title"].as_str().unwrap().starts_with(title)).cloned()
}

#[tokio::test]
async fn a_file_is_created_and_then_filled() {
    let mut bed = bed(&["create"]).await;
    let quick = action(&mut bed, "quickfix", "Create `.dockerignore`").await.expect("it is offered");
    let all = action(&mut bed, "source.fixAll", "Fix all").await.expect("it is offered");
    for action in [quick, all] {
        let changes = action["edit"]["documentChanges"].as_array().unwrap();
        assert_eq!((&changes[0]["kind"], &changes[0]["uri"]), (&json!("create"), &json!(bed.uri(".dockerignore"))));
        let edit = changes.iter().find(|it| it["textDocument"]["uri"] == bed.uri(".dockerignore")).unwrap();
        assert_eq!(apply("", &edit["edits"], Unit::Utf16), "node_modules\n.git\n");
    }
    bed.finish().await;
}

#[tokio::test]
async fn an_open_file_counts_as_it_stands_in_the_editor() {
    let mut bed = bed(&["create"]).await;
    bed.write(".dockerignore", "old\n");
    bed.open_text(".dockerignore", "ignore", "*.log").await;
    bed.pushed("Dockerfile").await;
    let quick = action(&mut bed, "quickfix", "Add `node_modules`").await.expect("it is offered");
    let changes = quick["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(apply("*.log", &changes[0]["edits"], Unit::Utf16), "*.log\nnode_modules\n.git");
    bed.finish().await;
}

#[tokio::test]
async fn a_client_that_can_create_nothing_is_told() {
    let mut bed = bed(&[]).await;
    let quick = action(&mut bed, "quickfix", "Create `.dockerignore`").await.expect("it is shown");
    assert_eq!(quick["disabled"]["reason"], "the editor cannot create files");
    let all = action(&mut bed, "source.fixAll", "Fix all").await.expect("the Dockerfile has a safe fix");
    assert!(!all.to_string().contains(".dockerignore"), "{all}");
    bed.finish().await;
}

/// The quick fix of the rule `dockerignore`, where it can be taken.
async fn ignore_action(bed: &mut Bed) -> Option<Value> {
    let text = bed.read("Dockerfile");
    let offered = actions(bed, &text, "COPY", &["quickfix"]).await;
    let is_it = |it: &&Value| it.get("edit").is_some() && codes(&it["diagnostics"]) == ["dockerignore"];
    offered.iter().filter(|it| !it["title"].as_str().unwrap().starts_with("Ignore")).find(is_it).cloned()
}

#[tokio::test]
async fn a_fix_extends_a_file_as_it_stands_in_the_buffer() {
    for capabilities in [able(), json!({})] {
        let mut bed = Bed::on_fixture(capabilities, "express-typescript").await;
        bed.open_text(".dockerignore", "ignore", "# £ अ 🍄\r\ncoverage\r\n").await;
        bed.open("Dockerfile", "dockerfile").await;
        bed.pushed("Dockerfile").await;
        let action = ignore_action(&mut bed).await.expect("it is offered");
        let (uri, edit) = (bed.uri(".dockerignore"), &action["edit"]);
        let edits = match edit.get("documentChanges") {
            Some(changes) => changes[0]["edits"].clone(),
            None => edit["changes"][&uri].clone(),
        };
        let text = apply("# £ अ 🍄\r\ncoverage\r\n", &edits, UNIT);
        assert!(text.starts_with("# £ अ 🍄\r\ncoverage\r\n") && text.contains("node_modules\r\n"), "{text:?}");
        bed.finish().await;
    }
}

#[tokio::test]
async fn neovim_replaces_the_line_that_its_new_file_has() {
    let params = json!({ "capabilities": able(), "clientInfo": { "name": "Neovim" } });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    std::fs::remove_file(bed.path(".dockerignore")).unwrap();
    bed.open("Dockerfile", "dockerfile").await;
    bed.pushed("Dockerfile").await;
    let action = ignore_action(&mut bed).await.expect("it is offered");
    let range = &action["edit"]["documentChanges"][1]["edits"][0]["range"];
    assert_eq!(range["end"], json!({ "line": 1, "character": 0 }));
    bed.finish().await;
}
