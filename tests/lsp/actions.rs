//! Quick fixes and suppressions.

use serde_json::{Value, json};

use crate::bed::{Bed, codes};
use crate::scene::{HELD_BACK, UNSURE, able, actions, edited, on_fixture, start, titles};

#[tokio::test]
async fn a_quick_fix_does_what_its_rule_does_on_the_command_line() {
    let (mut bed, text) = on_fixture().await;
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

#[tokio::test]
async fn an_unsafe_fix_says_so_and_why_and_is_not_preferred() {
    let mut bed = start(UNSURE).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, UNSURE, "FROM", &["quickfix"]).await;
    let title = titles(&offered)[0];
    assert!(title.starts_with("Run as `node` (unsafe: ") && title.ends_with(')'), "{title}");
    assert!(offered[0].get("isPreferred").is_none());
    assert!(edited(UNSURE, &offered[0]).contains("USER node\nCMD"));
    assert!(actions(&mut bed, UNSURE, "FROM", &["source.fixAll"]).await.is_empty());
    bed.finish().await;
}

#[tokio::test]
async fn unsafe_fixes_can_be_turned_off() {
    let params = json!({ "capabilities": able(), "initializationOptions": { "unsafeFixes": false } });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    bed.open_text("Dockerfile", "dockerfile", UNSURE).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, UNSURE, "FROM", &["quickfix"]).await;
    assert_eq!(titles(&offered)[0], "Run as `node`");
    assert!(offered[0]["disabled"]["reason"].is_string() && offered[0].get("edit").is_none());
    bed.finish().await;
}

#[tokio::test]
async fn what_is_held_back_is_a_disabled_action() {
    let mut bed = start(HELD_BACK).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    assert_eq!(found[0]["message"], "The production stage runs as root");
    let offered = actions(&mut bed, HELD_BACK, "FROM", &["quickfix"]).await;
    assert_eq!(offered[0]["title"], "Fix `root-user`");
    assert_eq!(offered[0]["disabled"]["reason"], "`amazonlinux:2023` has no user but root");
    bed.finish().await;
}

#[tokio::test]
async fn what_is_held_back_is_in_the_message_where_actions_cannot_say_it() {
    let mut bed = Bed::on_fixture(json!({}), "express-typescript").await;
    bed.open_text("Dockerfile", "dockerfile", HELD_BACK).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    let expected = "The production stage runs as root\nNot fixed: `amazonlinux:2023` has no user but root";
    assert_eq!(found[0]["message"], expected);
    assert!(!titles(&actions(&mut bed, HELD_BACK, "FROM", &["quickfix"]).await).contains(&"Fix `root-user`"));
    bed.finish().await;
}

#[tokio::test]
async fn helix_reads_in_the_message_what_its_menu_leaves_out() {
    let params = json!({ "capabilities": able(), "clientInfo": { "name": "helix" } });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    bed.open_text("Dockerfile", "dockerfile", HELD_BACK).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    assert!(
        found[0]["message"].as_str().unwrap().ends_with("\nNot fixed: `amazonlinux:2023` has no user but root"),
        "{found}"
    );
    bed.finish().await;
}

#[tokio::test]
async fn a_suppression_silences() {
    for (reach, comment) in
        [("here", "# nodestage: ignore[root-user]"), ("in this file", "# nodestage: ignore-file[root-user]")]
    {
        let mut bed = start(UNSURE).await;
        bed.pushed("Dockerfile").await;
        let offered = actions(&mut bed, UNSURE, "FROM", &["quickfix"]).await;
        let title = format!("Ignore `root-user` {reach}");
        let action = offered.iter().find(|it| it["title"] == title.as_str()).expect("it is offered");
        let text = edited(UNSURE, action);
        assert_eq!(text, format!("{comment}\n{UNSURE}"));
        bed.replace("Dockerfile", 2, &text).await;
        assert_eq!(bed.pushed("Dockerfile").await["diagnostics"], json!([]));
        bed.finish().await;
    }
}

#[tokio::test]
async fn kinds_are_prefixes_up_to_a_dot() {
    let mut bed = start(UNSURE).await;
    bed.pushed("Dockerfile").await;
    for only in ["source.fixAll.eslint", "source.fixAll.nodestages", "quick", "refactor.inline", "notebook"] {
        assert!(actions(&mut bed, UNSURE, "FROM", &[only]).await.is_empty(), "{only}");
    }
    bed.finish().await;
}

/// Where the line goes is decided by the install, whose fix comes first.
#[tokio::test]
async fn a_fix_that_waits_for_another_is_not_offered_before_it() {
    let text = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nUSER node\nCMD [\"node\", \"server.js\"]\n";
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    bed.write("server.js", "require('express')().listen(3000);\n");
    bed.open_text("Dockerfile", "dockerfile", text).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, text, "FROM", &["quickfix"]).await;
    let waiting = offered.iter().find(|it| it["title"] == "Set `NODE_ENV=production`").expect("it is there");
    assert_eq!(waiting["disabled"]["reason"], "another fix comes first, and decides where this one goes");
    let omitted = text.replace("npm ci", "npm ci --omit=dev");
    bed.replace("Dockerfile", 2, &omitted).await;
    bed.pushed("Dockerfile").await;
    let offered = actions(&mut bed, &omitted, "FROM", &["quickfix"]).await;
    assert_eq!(edited(&omitted, &offered[0]), omitted.replace("/app\n", "/app\nENV NODE_ENV=production\n"));
    bed.finish().await;
}
