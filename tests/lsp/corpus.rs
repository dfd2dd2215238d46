//! Real Dockerfiles through the server: every request is answered, and fix-all is what the command line does.
//!
//! `NODESTAGE_CORPUS` names a folder of Dockerfiles, each beside its neighbours.

#![allow(clippy::print_stderr, reason = "a measurement says what it found")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use nodestage::linter::{self, FixOptions};
use nodestage::project::Disk;
use serde_json::{Value, json};

use crate::bed::{Bed, codes};
use crate::buffer::{Unit, apply};

const UNIT: Unit = Unit::Utf16;

#[tokio::test]
async fn every_request_on_every_file() {
    let Some(corpus) = std::env::var_os("NODESTAGE_CORPUS") else {
        return eprintln!("skipped: NODESTAGE_CORPUS names no corpus");
    };
    let corpus = std::fs::canonicalize(corpus).expect("the corpus is there");
    let mut files = Vec::new();
    collect(&corpus, &mut files);
    assert!(files.len() > 300, "the corpus holds Dockerfiles: {}", files.len());
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let mut bed = Bed::empty(capabilities).await;
    let mut n_fixed = 0;
    for file in &files {
        n_fixed += usize::from(check(&mut bed, file).await);
    }
    bed.finish().await;
    eprintln!("{} files, {n_fixed} changed by fix-all, as by the engine", files.len());
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").flatten().map(|it| it.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files);
        } else if name.to_ascii_lowercase().contains("dockerfile") && !name.ends_with(".dockerignore") {
            files.push(path);
        }
    }
}

/// Whether fix-all changes it.
async fn check(bed: &mut Bed, path: &Path) -> bool {
    let Ok(text) = std::fs::read_to_string(path) else { return false };
    let uri = format!("file://{}", path.display());
    if !uri.is_ascii() || uri.contains([' ', '[', ']', '%', '#', '?']) {
        return false;
    }
    bed.open_uri(&uri, "dockerfile", &text).await;
    let document = json!({ "uri": uri });
    let pulled = bed.request("textDocument/diagnostic", json!({ "textDocument": document })).await;
    let input = linter::load(Arc::new(Disk), path, text.clone(), Default::default());
    let found = linter::check(&input);
    nodestage::testing::check_premises(&linter::Inspection::new(input.clone()), &found.diagnostics);
    let expected: Vec<&str> = found.diagnostics.iter().map(|it| it.rule).collect();
    let pulled: Vec<&str> = codes(&pulled["items"]).into_iter().filter(|it| *it != "project").collect();
    assert_eq!(pulled, expected, "{uri}");
    everywhere(bed, &document, &text).await;
    let fixed = linter::fix(&input, &FixOptions { other_files: false, ..FixOptions::default() }).text;
    assert_eq!(fix_all(bed, &document, &text).await, fixed, "{uri}");
    bed.notify("textDocument/didClose", json!({ "textDocument": document })).await;
    fixed.is_some()
}

/// Asks all that can be asked, at a position in each of some lines.
async fn everywhere(bed: &mut Bed, document: &Value, text: &str) {
    let n_lines = text.lines().count();
    for line in (0..n_lines).step_by(n_lines / 6 + 1) {
        let at = json!({ "textDocument": document, "position": { "line": line, "character": line % 30 } });
        for method in ["hover", "definition", "documentHighlight"] {
            bed.request(&format!("textDocument/{method}"), at.clone()).await;
        }
    }
    let all = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": n_lines, "character": 0 } });
    bed.request("textDocument/inlayHint", json!({ "textDocument": document, "range": all })).await;
    let params = json!({ "textDocument": document, "range": all, "context": { "diagnostics": [] } });
    bed.request("textDocument/codeAction", params).await;
    for method in ["documentSymbol", "foldingRange"] {
        bed.request(&format!("textDocument/{method}"), json!({ "textDocument": document })).await;
    }
    let command = json!({ "command": "nodestage.whatShips", "arguments": [document["uri"]] });
    bed.request("workspace/executeCommand", command).await;
}

async fn fix_all(bed: &mut Bed, document: &Value, text: &str) -> Option<String> {
    let start = json!({ "line": 0, "character": 0 });
    let context = json!({ "diagnostics": [], "only": ["source.fixAll.nodestage"], "triggerKind": 2 });
    let range = json!({ "start": start, "end": start });
    let params = json!({ "textDocument": document, "range": range, "context": context });
    let actions = bed.request("textDocument/codeAction", params).await;
    let action = actions.as_array().and_then(|it| it.first())?;
    let edits = &action["edit"]["changes"][document["uri"].as_str().unwrap()];
    Some(apply(text, edits, UNIT)).filter(|it| it != text)
}
