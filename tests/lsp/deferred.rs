//! Fix-all and the rewrite, which are worked out when they are taken.

use serde_json::{Value, json};

use crate::bed::Bed;
use crate::scene::{HELD_BACK, able, actions, edited, on_fixture, start, titles};

#[tokio::test]
async fn a_stale_action_is_refused() {
    let (mut bed, text) = on_fixture().await;
    let offered = actions(&mut bed, &text, "FROM", &["source", "refactor"]).await;
    assert_eq!(titles(&offered), ["Fix all safe nodestage problems", "Rewrite the production stage"]);
    let resolved = bed.request("codeAction/resolve", offered[0].clone()).await;
    assert_eq!(resolved["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    bed.replace("Dockerfile", 2, &format!("# new\n{text}")).await;
    for action in offered {
        assert_eq!(bed.refused("codeAction/resolve", action).await, -32801);
    }
    bed.pushed("Dockerfile").await;
    bed.close("Dockerfile").await;
    bed.pushed("Dockerfile").await;
    assert_eq!(bed.refused("codeAction/resolve", resolved_without_edit(resolved)).await, -32801);
    bed.finish().await;
}

fn resolved_without_edit(mut action: Value) -> Value {
    action.as_object_mut().unwrap().remove("edit");
    action
}

#[tokio::test]
async fn the_rewrite_makes_the_whole_stage() {
    let (mut bed, text) = on_fixture().await;
    let offered = actions(&mut bed, &text, "CMD", &["refactor.rewrite"]).await;
    let action = bed.request("codeAction/resolve", offered[0].clone()).await;
    assert_eq!(edited(&text, &action), crate::clients::fixed(&bed));
    bed.finish().await;
}

#[tokio::test]
async fn a_rewrite_that_is_refused_says_why() {
    let mut bed = start(HELD_BACK).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, HELD_BACK, "CMD", &["refactor"]).await;
    assert_eq!(titles(&offered), ["Rewrite the production stage"]);
    assert_eq!(offered[0]["disabled"]["reason"], "nothing is known to be wrong");
    bed.finish().await;
}

#[tokio::test]
async fn fixing_on_save_stays_in_the_file() {
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    std::fs::remove_file(bed.path(".dockerignore")).unwrap();
    bed.open("Dockerfile", "dockerfile").await;
    bed.pushed("Dockerfile").await;
    for (trigger, n_files) in [(1, 2), (2, 1)] {
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        let context = json!({ "diagnostics": [], "only": ["source.fixAll"], "triggerKind": trigger });
        let document = json!({ "uri": bed.uri("Dockerfile") });
        let params = json!({ "textDocument": document, "range": range, "context": context });
        let action = bed.request("textDocument/codeAction", params).await[0].take();
        let action = bed.request("codeAction/resolve", action).await;
        let changes = action["edit"]["documentChanges"].as_array().unwrap();
        let edited = changes.iter().filter(|it| it.get("edits").is_some()).count();
        assert_eq!(edited, n_files, "{action:#}");
    }
    bed.finish().await;
}

/// Two stages that a compose file builds, each with all of the build.
const TWO: &str = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\nFROM node:22-slim AS api\nWORKDIR /app\nCOPY --from=build /app .\nCMD [\"node\", \"dist/server.js\"]\n\nFROM node:22-slim AS worker\nWORKDIR /app\nCOPY --from=build /app .\nCMD [\"node\", \"dist/server.js\", \"worker\"]\n";

#[tokio::test]
async fn each_stage_that_ships_has_its_own() {
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    let compose =
        "services:\n  api:\n    build: {context: ., target: api}\n  jobs:\n    build: {context: ., target: worker}\n";
    bed.write("compose.yaml", compose);
    bed.open_text("Dockerfile", "dockerfile", TWO).await;
    bed.pushed("Dockerfile").await;
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": all });
    let hints = bed.request("textDocument/inlayHint", params).await;
    let lines: Vec<&Value> = hints.as_array().unwrap().iter().map(|it| &it["position"]["line"]).collect();
    assert_eq!(lines, [10, 5]);
    for (word, other) in [("node:22-slim AS api", "worker"), ("node:22-slim AS worker", "api")] {
        let offered = actions(&mut bed, TWO, word, &["refactor.rewrite"]).await;
        let action = bed.request("codeAction/resolve", offered[0].clone()).await;
        let text = edited(TWO, &action);
        assert_eq!(text.matches("npm ci --omit=dev").count(), 2, "{text}");
        assert!(text.contains(&format!("AS {other}\nWORKDIR /app\nENV NODE_ENV=production\n")), "{text}");
    }
    bed.finish().await;
}
