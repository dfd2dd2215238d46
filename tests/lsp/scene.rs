//! What the tests of actions and of reading start from: a client that can do everything, and a text.

use serde_json::{Value, json};

use crate::bed::Bed;
use crate::buffer::{Unit, apply, position};

pub(crate) const UNIT: Unit = Unit::Utf16;

/// A client that can do everything.
pub(crate) fn able() -> Value {
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

pub(crate) async fn start(text: &str) -> Bed {
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    bed.open_text("Dockerfile", "dockerfile", text).await;
    bed
}

pub(crate) fn at(bed: &Bed, text: &str, word: &str) -> Value {
    let at = text.find(word).unwrap_or_else(|| panic!("{word} is in the text"));
    json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "position": position(text, at, UNIT) })
}

pub(crate) async fn actions(bed: &mut Bed, text: &str, word: &str, only: &[&str]) -> Vec<Value> {
    let here = at(bed, text, word)["position"].take();
    let mut context = json!({ "diagnostics": [] });
    if !only.is_empty() {
        context["only"] = json!(only);
    }
    let range = json!({ "start": here, "end": here });
    let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "range": range, "context": context });
    bed.request("textDocument/codeAction", params).await.as_array().unwrap().clone()
}

pub(crate) fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|it| it["title"].as_str().unwrap()).collect()
}

pub(crate) fn edited(text: &str, action: &Value) -> String {
    apply(text, &action["edit"]["documentChanges"][0]["edits"], UNIT)
}

/// It starts and is clean but for its user; what the image holds is a doubt.
pub(crate) const UNSURE: &str =
    "FROM shop/node:22-slim\nWORKDIR /app\nCOPY server.js ./\nENV NODE_ENV=production\nCMD [\"node\", \"server.js\"]\n";

/// The same, but there is no user to run as.
pub(crate) const HELD_BACK: &str = "FROM amazonlinux:2023\nRUN dnf install -y nodejs\nENV NODE_ENV=production\nWORKDIR /app\nCOPY server.js ./\nCMD [\"node\", \"server.js\"]\n";

/// The fixture's own Dockerfile, open; with its text.
pub(crate) async fn on_fixture() -> (Bed, String) {
    let mut bed = Bed::on_fixture(able(), "express-typescript").await;
    let text = bed.open("Dockerfile", "dockerfile").await;
    bed.pushed("Dockerfile").await;
    (bed, text)
}
