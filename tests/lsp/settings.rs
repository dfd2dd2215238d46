//! What decides what is found besides the Dockerfile: settings, configuration, buffers, files on disk.

use serde_json::{Value, json};

use crate::bed::{Bed, EXPRESS, codes, plain};

/// A client that is pushed diagnostics and can be asked for its configuration.
fn configurable() -> Value {
    json!({ "workspace": { "configuration": true } })
}

async fn pushed_codes(bed: &mut Bed, file: &str) -> Vec<String> {
    let pushed = bed.pushed(file).await;
    codes(&pushed["diagnostics"]).into_iter().map(str::to_owned).collect()
}

const PACKAGE: &str = r#"{"name": "shop", "scripts": {"start": "node server.js"}}"#;

#[tokio::test]
async fn a_buffer_counts_as_it_stands_and_the_disk_when_it_is_closed() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.open_text("package.json", "json", PACKAGE).await;
    assert!(!pushed_codes(&mut bed, "Dockerfile").await.contains(&"dev-dependencies".to_owned()));
    bed.close("package.json").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.finish().await;
}

#[tokio::test]
async fn a_buffer_counts_without_a_file() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.open_text("nodestage.toml", "toml", "[rules]\nroot-user = 'off'\n").await;
    assert_eq!(codes(&bed.pushed("nodestage.toml").await["diagnostics"]), [""; 0]);
    assert!(!pushed_codes(&mut bed, "Dockerfile").await.contains(&"root-user".to_owned()));
    bed.close("nodestage.toml").await;
    assert_eq!(codes(&bed.pushed("nodestage.toml").await["diagnostics"]), [""; 0]);
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.finish().await;
}

#[tokio::test]
async fn all_that_projects_read_counts_as_it_stands() {
    let built = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM node:22-slim\nENV NODE_ENV=production\nCOPY --from=build /app/dist ./dist\nUSER node\nCMD [\"node\", \"dist/server.js\"]\n";
    let plain_install = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD [\"node\", \"server.js\"]\n";
    let tsconfig = "{ \"compilerOptions\": { \"outDir\": \"out\" }, \"include\": [\"src\"] }";
    let cases =
        [(built, "tsconfig.json", "json", tsconfig), (plain_install, ".dockerignore", "ignore", "package-lock.json\n")];
    for (dockerfile, file, language, text) in cases {
        let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
        bed.open_text("Dockerfile", "dockerfile", dockerfile).await;
        let before = pushed_codes(&mut bed, "Dockerfile").await;
        bed.open_text(file, language, text).await;
        let after = pushed_codes(&mut bed, "Dockerfile").await;
        assert_ne!(before, after, "{file}");
        bed.close(file).await;
        assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, before, "{file}");
        bed.finish().await;
    }
}

#[tokio::test]
async fn a_wrong_nodestage_toml_is_told_where_it_is_wrong() {
    let capabilities = json!({ "textDocument": { "publishDiagnostics": { "relatedInformation": true } } });
    let mut bed = Bed::on_fixture(capabilities, "express-typescript").await;
    bed.write("nodestage.toml", "target = 'x'\n[rules]\nroot-usr = 'off'\n");
    bed.open("nodestage.toml", "toml").await;
    let found = bed.pushed("nodestage.toml").await["diagnostics"].take();
    assert_eq!(found[0]["message"], "unknown rule `root-usr`; did you mean `root-user`?");
    assert_eq!(found[0]["range"]["start"], json!({ "line": 2, "character": 0 }));
    bed.open("Dockerfile", "dockerfile").await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    assert_eq!(codes(&found), ["configuration"]);
    assert_eq!(found[0]["relatedInformation"][0]["location"]["uri"], bed.uri("nodestage.toml"));
    bed.replace("nodestage.toml", 2, "").await;
    assert_eq!(codes(&bed.pushed("nodestage.toml").await["diagnostics"]), [""; 0]);
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.finish().await;
}

#[tokio::test]
async fn a_broken_package_json_is_told_on_the_dockerfile() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open_text("package.json", "json", "{\n  \"name\":\n}").await;
    bed.open("Dockerfile", "dockerfile").await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    let told = found.as_array().unwrap().iter().find(|it| it["code"] == "project").expect("it is told");
    assert_eq!(told["severity"], 3);
    assert!(told["message"].as_str().unwrap().starts_with("`package.json:"), "{told}");
    bed.finish().await;
}

#[tokio::test]
async fn a_file_that_changes_on_disk_is_seen_on_saving_and_typing() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    let package = bed.read("package.json");
    bed.write("package.json", PACKAGE);
    bed.save("Dockerfile").await;
    assert!(!pushed_codes(&mut bed, "Dockerfile").await.contains(&"dev-dependencies".to_owned()));
    bed.write("package.json", &package);
    let text = bed.read("Dockerfile");
    bed.replace("Dockerfile", 2, &text).await;
    // At the latest a moment after the typing.
    while pushed_codes(&mut bed, "Dockerfile").await != EXPRESS {}
    bed.finish().await;
}

#[tokio::test]
async fn a_watched_file_changes_what_was_told() {
    let capabilities = json!({
        "workspace": {
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "diagnostics": { "refreshSupport": true },
        },
        "textDocument": { "diagnostic": {} },
    });
    let mut bed = Bed::on_fixture(capabilities, "express-typescript").await;
    bed.expect("client/registerCapability").await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(codes(&bed.pull("Dockerfile").await["items"]), EXPRESS);
    bed.write("nodestage.toml", "[rules]\nroot-user = 'off'\n");
    let event = |file: &str| json!({ "uri": bed.uri(file), "type": 1 });
    let (foreign, own) = (event("node_modules/a/package.json"), event("nodestage.toml"));
    bed.notify("workspace/didChangeWatchedFiles", json!({ "changes": [foreign] })).await;
    bed.notify("workspace/didChangeWatchedFiles", json!({ "changes": [own] })).await;
    bed.expect("workspace/diagnostic/refresh").await;
    assert!(!codes(&bed.pull("Dockerfile").await["items"]).contains(&"root-user"));
    bed.finish().await;
}

#[tokio::test]
async fn options_and_then_settings() {
    let params = json!({
        "capabilities": configurable(),
        "initializationOptions": { "rules": { "root-user": "off" }, "unsafeFixes": false },
    });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    let asked = bed.expect_request("workspace/configuration").await;
    let (section, folder) = ("nodestage", bed.uri(""));
    assert_eq!(asked["params"]["items"], json!([{ "section": section }, { "scopeUri": folder, "section": section }]));
    bed.open("Dockerfile", "dockerfile").await;
    assert!(!pushed_codes(&mut bed, "Dockerfile").await.contains(&"root-user".to_owned()));
    bed.answer(&asked, json!([null, { "rules": { "dev-dependencies": "error" } }])).await;
    let found = bed.pushed("Dockerfile").await["diagnostics"].take();
    let of =
        |code: &str| found.as_array().unwrap().iter().find(|it| it["code"] == code).map(|it| it["severity"].clone());
    assert_eq!((of("dev-dependencies"), of("root-user")), (Some(json!(1)), Some(json!(2))));
    bed.finish().await;
}

#[tokio::test]
async fn settings_that_are_pushed() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    let settings = json!({ "settings": { "nodestage": { "rules": { "root-user": "off" } } } });
    bed.notify("workspace/didChangeConfiguration", settings).await;
    assert!(!pushed_codes(&mut bed, "Dockerfile").await.contains(&"root-user".to_owned()));
    bed.finish().await;
}

#[tokio::test]
async fn a_wrong_setting_is_said_once() {
    let params = json!({ "capabilities": {}, "initializationOptions": { "rules": { "root-usr": "off" } } });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    let shown = bed.expect("window/showMessage").await;
    let expected = "nodestage settings: `nodestage.rules`: there is no rule `root-usr`; did you mean `root-user`?";
    assert_eq!(shown, json!({ "type": 2, "message": expected }));
    bed.notify("workspace/didChangeConfiguration", json!({ "settings": {} })).await;
    bed.finish().await;
}

#[tokio::test]
async fn the_innermost_of_several_folders_counts() {
    let capabilities = configurable();
    let mut bed = Bed::start(json!({ "capabilities": capabilities }), "express-typescript").await.ready().await;
    let asked = bed.expect_request("workspace/configuration").await;
    bed.answer(&asked, json!([null, null])).await;
    bed.write("inner/Dockerfile", "FROM node:22-slim\nCMD [\"node\", \"a.js\"]\n");
    let added = json!({ "uri": bed.uri("inner"), "name": "inner" });
    let event = json!({ "event": { "added": [added], "removed": [] } });
    bed.notify("workspace/didChangeWorkspaceFolders", event).await;
    let asked = bed.expect_request("workspace/configuration").await;
    bed.answer(&asked, json!([null, null, { "rules": { "root-user": "off", "missing-node-env": "off" } }])).await;
    // The answer is taken in before what follows it.
    bed.open("inner/Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "inner/Dockerfile").await, [""; 0]);
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.finish().await;
}

#[tokio::test]
async fn a_document_without_a_file() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open_uri("untitled:Untitled-1", "dockerfile", "FROM node:22-slim\nCMD [\"node\", \"a.js\"]\n").await;
    let pushed = bed.expect("textDocument/publishDiagnostics").await;
    assert_eq!(pushed["uri"], "untitled:Untitled-1");
    assert_eq!(codes(&pushed["diagnostics"]), ["missing-node-env", "root-user"]);
    bed.finish().await;
}

#[tokio::test]
async fn a_file_outside_of_all_folders() {
    let params = json!({ "capabilities": {}, "workspaceFolders": null });
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.finish().await;
}

#[tokio::test]
async fn closing_clears() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.close("Dockerfile").await;
    assert_eq!(bed.pushed("Dockerfile").await["diagnostics"], json!([]));
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, EXPRESS);
    bed.finish().await;
}

#[tokio::test]
async fn what_is_excluded_has_no_diagnostics() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.write("nodestage.toml", "exclude = ['Dockerfile']\n");
    bed.open("Dockerfile", "dockerfile").await;
    assert_eq!(pushed_codes(&mut bed, "Dockerfile").await, [""; 0]);
    bed.finish().await;
}
