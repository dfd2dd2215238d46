//! What is shown: diagnostics, hover, hints, the outline, where names lead.

use serde_json::json;

use crate::bed::{Bed, codes};
use crate::buffer::{position, slice};
use crate::scene::{UNIT, able, at, on_fixture, start};

#[tokio::test]
async fn diagnostics_lead_to_their_pages_and_carry_tags() {
    let mut bed = start("FROM node:22\nRUN npm ci --only=production\nCMD [\"node\", \"a.js\"]\n").await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    let at = codes(&found).iter().position(|it| *it == "deprecated-omit").expect("it is found");
    assert_eq!(found[at]["tags"], json!([2]));
    assert_eq!(found[at]["source"], "nodestage");
    let href = found[at]["codeDescription"]["href"].as_str().unwrap();
    assert!(href.starts_with("https://") && href.ends_with("#deprecated-omit"), "{href}");
    bed.finish().await;
}

const STAGES: &str = "# syntax=docker/dockerfile:1\nARG V=22\n# one\n# two\nFROM node:${V}-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && \\\n    npm run build\n\nFROM node:${V}-slim\nARG V\nWORKDIR /app\nCOPY --link --from=build /app/dist ./dist\n# nodestage: ignore[root-user]\nCMD [\"node\", \"dist/server.js\"]\n";

async fn hover(bed: &mut Bed, text: &str, word: &str) -> String {
    let params = at(bed, text, word);
    let hover = bed.request("textDocument/hover", params).await;
    hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn hover_tells_of_stages_flags_rules_and_comments() {
    let mut bed = start(STAGES).await;
    bed.pushed("Dockerfile").await;
    let stage = hover(&mut bed, STAGES, "FROM node:${V}-slim AS").await;
    assert!(stage.starts_with("**Stage `build`** on `node:${V}-slim`"), "{stage}");
    assert!(stage.contains("- `/app/node_modules`: all packages, by npm: 12 dev packages (line 8)"), "{stage}");
    let ships = hover(&mut bed, STAGES, "FROM node:${V}-slim\n").await;
    assert!(ships.contains("It ships (the last stage)."), "{ships}");
    assert!(ships.contains("- `/app/dist`: `dist`, made by the build (line 8 → 14)"), "{ships}");
    assert!(ships.contains("**root-user**: Flags"), "{ships}");
    assert!(hover(&mut bed, STAGES, "--link").await.starts_with("`COPY --link`: "));
    assert!(hover(&mut bed, STAGES, "root-user]").await.starts_with("**root-user**: "));
    assert_eq!(hover(&mut bed, STAGES, "# one").await, "");
    bed.finish().await;
}

#[tokio::test]
async fn a_hint_says_what_ships() {
    let (mut bed, _) = on_fixture().await;
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": all });
    let hints = bed.request("textDocument/inlayHint", params).await;
    assert_eq!(hints[0]["label"], "ships 12 dev packages · root · sources");
    assert_eq!(hints[0]["position"], json!({ "line": 0, "character": 19 }));
    let below = json!({ "start": { "line": 1, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": below });
    assert_eq!(bed.request("textDocument/inlayHint", params).await, json!([]));
    let command = json!({ "command": "nodestage.whatShips", "arguments": [bed.uri("Dockerfile")] });
    let page = bed.request("workspace/executeCommand", command).await;
    assert!(page["markdown"].as_str().unwrap().starts_with("# What ships\n"), "{page}");
    bed.finish().await;
}

#[tokio::test]
async fn stages_are_symbols_and_fold() {
    let mut bed = start(STAGES).await;
    bed.pushed("Dockerfile").await;
    let document = json!({ "textDocument": { "uri": bed.uri("Dockerfile") } });
    let symbols = bed.request("textDocument/documentSymbol", document.clone()).await;
    let names: Vec<&str> = symbols.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ARG", "build", "stage 1"]);
    assert_eq!(symbols[1]["children"].as_array().unwrap().len(), 3);
    assert_eq!(slice(STAGES, &symbols[1]["selectionRange"], UNIT), "build");
    let folds = bed.request("textDocument/foldingRange", document).await;
    let lines: Vec<(u64, u64)> = folds
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["startLine"].as_u64().unwrap(), it["endLine"].as_u64().unwrap()))
        .collect();
    assert_eq!(lines, [(2, 3), (4, 8), (7, 8), (10, 15)]);
    bed.finish().await;
}

#[tokio::test]
async fn names_lead_to_where_they_are_given() {
    let mut bed = start(STAGES).await;
    bed.pushed("Dockerfile").await;
    for (word, offset, given) in [("--from=build", 7, "build\n"), ("${V}-slim AS", 2, "V=22")] {
        let at = STAGES.find(word).unwrap() + offset;
        let here = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "position": position(STAGES, at, UNIT) });
        let target = bed.request("textDocument/definition", here.clone()).await;
        assert_eq!(target["range"]["start"], position(STAGES, STAGES.find(given).unwrap(), UNIT), "{word}");
        let params = json!({ "textDocument": here["textDocument"], "position": here["position"], "context": { "includeDeclaration": false } });
        let uses = bed.request("textDocument/references", params).await;
        assert!(
            uses.as_array().unwrap().iter().any(|it| it["range"]["start"]["line"] == here["position"]["line"]),
            "{uses}"
        );
        let marks = bed.request("textDocument/documentHighlight", here).await;
        assert!(marks.as_array().unwrap().len() > uses.as_array().unwrap().len());
    }
    bed.finish().await;
}

#[tokio::test]
async fn what_is_for_development_does_not_ship() {
    let (mut bed, text) = on_fixture().await;
    bed.open_text("Dockerfile.dev", "dockerfile", &text).await;
    bed.pushed("Dockerfile.dev").await;
    let document = json!({ "uri": bed.uri("Dockerfile.dev") });
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
    let hints = json!({ "textDocument": document, "range": all });
    assert_eq!(bed.request("textDocument/inlayHint", hints).await, json!([]));
    let here = json!({ "textDocument": document, "position": { "line": 0, "character": 0 } });
    let hover = bed.request("textDocument/hover", here).await["contents"]["value"].take();
    let expected = "It does not ship: `Dockerfile.dev` is for development by its name.";
    assert!(hover.as_str().unwrap().contains(expected), "{hover}");
    bed.finish().await;
}

#[tokio::test]
async fn a_note_leads_to_the_file_that_it_speaks_of() {
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    let notes = found[0]["relatedInformation"].as_array().unwrap();
    let note = notes.iter().find(|it| it["message"] == "`tsconfig.json:5` says that the build writes `dist`");
    let location = &note.unwrap_or_else(|| panic!("{notes:#?}"))["location"];
    assert_eq!((&location["uri"], &location["range"]["start"]["line"]), (&json!(bed.uri("tsconfig.json")), &json!(4)));
    bed.finish().await;
}
