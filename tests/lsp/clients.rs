//! What real editors send at the start, replayed: each is told what is wrong in the way that it understands,
//! and takes the edits in the form that it knows.

use serde_json::{Value, json};

use crate::bed::{Bed, EXPRESS, codes, editor};
use crate::buffer::{Unit, apply};

/// What an editor gets.
struct Expected {
    encoding: Unit,
    pulls: bool,
    document_changes: bool,
    watches: bool,
    resolves: bool,
}

#[tokio::test]
async fn vs_code() {
    let expected =
        Expected { encoding: Unit::Utf16, pulls: true, document_changes: true, watches: true, resolves: true };
    check("vscode", expected).await;
}

#[tokio::test]
async fn neovim_0_11() {
    let expected =
        Expected { encoding: Unit::Utf8, pulls: true, document_changes: false, watches: false, resolves: true };
    check("neovim-0.11", expected).await;
}

#[tokio::test]
async fn neovim_0_12() {
    let expected =
        Expected { encoding: Unit::Utf8, pulls: true, document_changes: false, watches: false, resolves: true };
    check("neovim-0.12", expected).await;
}

#[tokio::test]
async fn helix() {
    let expected =
        Expected { encoding: Unit::Utf8, pulls: true, document_changes: true, watches: true, resolves: true };
    check("helix", expected).await;
}

#[tokio::test]
async fn eglot() {
    let expected =
        Expected { encoding: Unit::Utf16, pulls: false, document_changes: true, watches: true, resolves: false };
    check("eglot", expected).await;
}

async fn check(name: &str, expected: Expected) {
    let params = editor(name);
    let configures = params["capabilities"]["workspace"]["configuration"] == true;
    let reconfigures = params["capabilities"]["workspace"]["didChangeConfiguration"]["dynamicRegistration"] == true;
    let mut bed = Bed::start(params, "express-typescript").await.ready().await;
    assert_eq!(bed.capabilities["positionEncoding"], expected.encoding.name());
    assert_eq!(bed.capabilities.get("diagnosticProvider").is_some(), expected.pulls);
    if expected.watches {
        let registered = bed.expect("client/registerCapability").await;
        assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    }
    if reconfigures {
        let registered = bed.expect("client/registerCapability").await;
        assert_eq!(registered["registrations"][0]["method"], "workspace/didChangeConfiguration");
    }
    if configures {
        let asked = bed.expect_request("workspace/configuration").await;
        let nothing = asked["params"]["items"].as_array().unwrap().iter().map(|_| Value::Null).collect();
        bed.answer(&asked, nothing).await;
    }
    let text = bed.open("Dockerfile", "dockerfile").await;
    let found = if expected.pulls {
        bed.pull("Dockerfile").await["items"].take()
    } else {
        bed.pushed("Dockerfile").await["diagnostics"].take()
    };
    assert_eq!(codes(&found), EXPRESS);
    let action = fix_all(&mut bed).await;
    assert_eq!(action.get("edit").is_none(), expected.resolves);
    let action = if expected.resolves { bed.request("codeAction/resolve", action).await } else { action };
    let edits = edits(&bed, &action, expected.document_changes);
    assert_eq!(apply(&text, &edits, expected.encoding), fixed(&bed));
    bed.finish().await;
}

/// The edits of an action on the Dockerfile, in the form that the client knows.
fn edits(bed: &Bed, action: &Value, document_changes: bool) -> Value {
    let (edit, uri) = (&action["edit"], bed.uri("Dockerfile"));
    if !document_changes {
        assert!(edit.get("documentChanges").is_none());
        return edit["changes"][&uri].clone();
    }
    assert!(edit.get("changes").is_none());
    assert_eq!(edit["documentChanges"][0]["textDocument"], json!({ "uri": uri, "version": 1 }));
    edit["documentChanges"][0]["edits"].clone()
}

/// The one action that fixes all that is safe.
pub(crate) async fn fix_all(bed: &mut Bed) -> Value {
    let params = json!({
        "textDocument": { "uri": bed.uri("Dockerfile") },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } },
        "context": { "diagnostics": [], "only": ["source.fixAll"] },
    });
    let mut actions = bed.request("textDocument/codeAction", params).await;
    assert_eq!(actions.as_array().map(Vec::len), Some(1), "{actions}");
    actions[0].take()
}

/// What the command line makes of the Dockerfile on disk.
pub(crate) fn fixed(bed: &Bed) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_nodestage"))
        .args(["fix", "--write", "--stdin-filename", "Dockerfile", "-"])
        .current_dir(bed.folder.path())
        .stdin(std::fs::File::open(bed.path("Dockerfile")).expect("the Dockerfile"))
        .output()
        .expect("nodestage runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}
