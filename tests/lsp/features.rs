//! Actions, hover, hints, outline and navigation.

use serde_json::{Value, json};

use crate::bed::{Bed, codes};
use crate::buffer::{Unit, apply, position, slice};

const UNIT: Unit = Unit::Utf16;

/// A client that can do everything.
fn able() -> Value {
    json!({
        "workspace": {
            "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create"] },
        },
        "textDocument": {
            "codeAction": {
                "disabledSupport": true,
                "dataSupport": true,
                "resolveSupport": { "properties": ["edit"] },
            },
            "hover": { "contentFormat": ["markdown"] },
            "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
            "publishDiagnostics": {
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "tagSupport": { "valueSet": [1, 2] },
            },
        },
    })
}

async fn start(text: &str) -> Bed {
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    bed.open_text("Dockerfile", "dockerfile", text).await;
    bed
}

fn at(bed: &Bed, text: &str, word: &str) -> Value {
    let at = text.find(word).unwrap_or_else(|| panic!("{word} is in the text"));
    json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "position": position(text, at, UNIT) })
}

async fn actions(bed: &mut Bed, text: &str, word: &str, only: &[&str]) -> Vec<Value> {
    let here = at(bed, text, word)["position"].take();
    let mut context = json!({ "diagnostics": [] });
    if !only.is_empty() {
        context["only"] = json!(only);
    }
    let range = json!({ "start": here, "end": here });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": range, "context": context });
    bed.request("textDocument/codeAction", params).await.as_array().unwrap().clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|it| it["title"].as_str().unwrap()).collect()
}

fn edited(text: &str, action: &Value) -> String {
    apply(text, &action["edit"]["documentChanges"][0]["edits"], UNIT)
}

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

#[tokio::test]
async fn a_quick_fix_does_what_its_rule_does_on_the_command_line() {
    let mut bed = start("").await;
    bed.pushed("Dockerfile").await;
    let text = bed.read("Dockerfile");
    bed.replace("Dockerfile", 2, &text).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, &text, "FROM", &["quickfix"]).await;
    let split = &offered[0];
    assert_eq!(split["title"], "Split into a build stage and a production stage");
    assert_eq!(split["isPreferred"], true);
    assert_eq!(codes(&split["diagnostics"]), ["single-stage-build"]);
    assert_eq!(edited(&text, split), by_rule(&bed, "single-stage-build"));
    bed.finish().await;
}

/// What `nodestage fix --rule RULE` makes of the Dockerfile on disk.
fn by_rule(bed: &Bed, rule: &str) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_nodestage"))
        .args(["fix", "--write", "--rule", rule, "--stdin-filename", "Dockerfile", "-"])
        .current_dir(bed.folder.path())
        .stdin(std::fs::File::open(bed.path("Dockerfile")).unwrap())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_shared_fix_comes_once_for_all_that_it_puts_right() {
    let text =
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\nCMD [\"node\", \"dist/server.js\"]\n";
    let mut bed = start(text).await;
    bed.pushed("Dockerfile").await;
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 4, "character": 0 } });
    let params = json!({
        "textDocument": { "uri": bed.uri("Dockerfile") }, "range": range,
        "context": { "diagnostics": [], "only": ["quickfix"] },
    });
    let offered = bed.request("textDocument/codeAction", params).await;
    let splits: Vec<&Value> = offered
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["title"].as_str().unwrap().starts_with("Split into"))
        .collect();
    assert_eq!(splits.len(), 1, "{offered:#}");
    assert_eq!(codes(&splits[0]["diagnostics"]), ["single-stage-build", "dev-dependencies"]);
    bed.finish().await;
}

const LOW_PORT: &str = "FROM node:22-slim\nWORKDIR /app\nCOPY server.js ./\nEXPOSE 80\nENV NODE_ENV=production\nCMD [\"node\", \"server.js\"]\n";

#[tokio::test]
async fn an_unsafe_fix_says_so_and_why_and_is_not_preferred() {
    let mut bed = start(LOW_PORT).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, LOW_PORT, "FROM", &["quickfix"]).await;
    let title = titles(&offered)[0];
    assert!(title.starts_with("Run as `node` (unsafe: ") && title.ends_with(')'), "{title}");
    assert!(offered[0].get("isPreferred").is_none());
    assert!(edited(LOW_PORT, &offered[0]).contains("USER node\nCMD"));
    assert!(actions(&mut bed, LOW_PORT, "FROM", &["source.fixAll"]).await.is_empty());
    bed.finish().await;
}

#[tokio::test]
async fn unsafe_fixes_can_be_turned_off() {
    let params = json!({ "capabilities": able(), "initializationOptions": { "unsafeFixes": false } });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    bed.open_text("Dockerfile", "dockerfile", LOW_PORT).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, LOW_PORT, "FROM", &["quickfix"]).await;
    assert_eq!(titles(&offered)[0], "Run as `node`");
    assert!(offered[0]["disabled"]["reason"].is_string() && offered[0].get("edit").is_none());
    bed.finish().await;
}

const HELD_BACK: &str = "FROM debian:12\nRUN apt-get install -y nodejs\nENV NODE_ENV=production\nWORKDIR /app\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n";

#[tokio::test]
async fn what_is_held_back_is_a_disabled_action() {
    let mut bed = start(HELD_BACK).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    assert_eq!(found[0]["message"], "The production stage runs as root");
    let offered = actions(&mut bed, HELD_BACK, "FROM", &["quickfix"]).await;
    assert_eq!(offered[0]["title"], "Fix `root-user`");
    assert_eq!(offered[0]["disabled"]["reason"], "`debian:12` has no user but root");
    bed.finish().await;
}

#[tokio::test]
async fn what_is_held_back_is_in_the_message_where_actions_cannot_say_it() {
    let mut bed = Bed::on_fixture(json!({}), "express-typescript").await;
    bed.open_text("Dockerfile", "dockerfile", HELD_BACK).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    let expected = "The production stage runs as root\nNot fixed: `debian:12` has no user but root";
    assert_eq!(found[0]["message"], expected);
    assert!(!titles(&actions(&mut bed, HELD_BACK, "FROM", &["quickfix"]).await).contains(&"Fix `root-user`"));
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

#[tokio::test]
async fn helix_reads_in_the_message_what_its_menu_leaves_out() {
    let params = json!({ "capabilities": able(), "clientInfo": { "name": "helix" } });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    bed.open_text("Dockerfile", "dockerfile", HELD_BACK).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    assert!(
        found[0]["message"].as_str().unwrap().ends_with("\nNot fixed: `debian:12` has no user but root"),
        "{found}"
    );
    bed.finish().await;
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

#[tokio::test]
async fn a_suppression_silences() {
    for (reach, comment) in
        [("here", "# nodestage: ignore[root-user]"), ("in this file", "# nodestage: ignore-file[root-user]")]
    {
        let mut bed = start(LOW_PORT).await;
        bed.pushed("Dockerfile").await;
        let offered = actions(&mut bed, LOW_PORT, "FROM", &["quickfix"]).await;
        let title = format!("Ignore `root-user` {reach}");
        let action = offered.iter().find(|it| it["title"] == title.as_str()).expect("it is offered");
        let text = edited(LOW_PORT, action);
        assert_eq!(text, format!("{comment}\n{LOW_PORT}"));
        bed.replace("Dockerfile", 2, &text).await;
        assert_eq!(bed.pushed("Dockerfile").await["diagnostics"], json!([]));
        bed.finish().await;
    }
}

#[tokio::test]
async fn a_stale_action_is_refused() {
    let mut bed = start("").await;
    bed.pushed("Dockerfile").await;
    let text = bed.read("Dockerfile");
    bed.replace("Dockerfile", 2, &text).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, &text, "FROM", &["source", "refactor"]).await;
    assert_eq!(titles(&offered), ["Fix all safe nodestage problems", "Rewrite the production stage"]);
    let resolved = bed.request("codeAction/resolve", offered[0].clone()).await;
    assert_eq!(resolved["edit"]["documentChanges"][0]["textDocument"]["version"], 2);
    bed.replace("Dockerfile", 3, &format!("# new\n{text}")).await;
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
    let mut bed = start("").await;
    bed.pushed("Dockerfile").await;
    let text = bed.read("Dockerfile");
    bed.replace("Dockerfile", 2, &text).await;
    bed.pushed("Dockerfile").await;
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
async fn kinds_are_prefixes_up_to_a_dot() {
    let mut bed = start(LOW_PORT).await;
    bed.pushed("Dockerfile").await;
    for only in ["source.fixAll.eslint", "source.fixAll.nodestages", "quick", "refactor.inline", "notebook"] {
        assert!(actions(&mut bed, LOW_PORT, "FROM", &[only]).await.is_empty(), "{only}");
    }
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
    let mut bed = start("").await;
    bed.pushed("Dockerfile").await;
    let text = bed.read("Dockerfile");
    bed.replace("Dockerfile", 2, &text).await;
    bed.pushed("Dockerfile").await;
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
