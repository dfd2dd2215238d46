//! What has gone wrong with other servers: bursts, lost order, clients that die, garbage.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::bed::{Bed, plain};

const HEAD: &str = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\n";

#[tokio::test]
async fn three_hundred_rapid_edits_end_with_the_last() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open_text("Dockerfile", "dockerfile", HEAD).await;
    for version in 2..=300 {
        let text = format!("{HEAD}{}CMD npm start\n", "RUN npm install\n".repeat(version % 40));
        bed.replace("Dockerfile", i32::try_from(version).unwrap(), &text).await;
    }
    let mut last = 0;
    while last < 300 {
        let version = bed.pushed("Dockerfile").await["version"].as_i64().unwrap();
        assert!(version > last, "{version} came after {last}");
        last = version;
    }
    bed.finish().await;
}

#[tokio::test]
async fn a_burst_with_configuration_requests_in_flight() {
    let capabilities = json!({ "workspace": { "configuration": true }, "textDocument": { "diagnostic": {} } });
    let mut bed = Bed::on_fixture(capabilities, "express-typescript").await;
    let first = bed.expect_request("workspace/configuration").await;
    bed.open("Dockerfile", "dockerfile").await;
    let mut asked = Vec::new();
    for n in 0..50 {
        bed.notify("workspace/didChangeConfiguration", json!({ "settings": null })).await;
        bed.replace("Dockerfile", n + 2, &format!("{HEAD}CMD npm start # {n}\n")).await;
        let params = json!({ "textDocument": { "uri": bed.uri("Dockerfile") } });
        asked.push(bed.ask("textDocument/documentSymbol", params).await);
    }
    for id in asked {
        let response = bed.response(id).await;
        assert!(response["result"].is_array(), "{response}");
    }
    bed.answer(&first, json!([null, null])).await;
    for _ in 0..50 {
        let request = bed.expect_request("workspace/configuration").await;
        bed.answer(&request, json!([null, null])).await;
    }
    assert!(!bed.pull("Dockerfile").await["items"].as_array().unwrap().is_empty());
    bed.finish().await;
}

#[tokio::test]
async fn a_cancelled_request_is_answered_once_and_harms_nothing() {
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let mut bed = Bed::on_fixture(capabilities, "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    let known = bed.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    let known: Vec<Value> = known["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!({ "uri": it["uri"], "value": it["resultId"] }))
        .collect();
    // With nothing new to tell, the answer waits.
    let waiting = bed.ask("workspace/diagnostic", json!({ "previousResultIds": known })).await;
    assert_eq!(bed.pull("Dockerfile").await["kind"], "full");
    bed.notify("$/cancelRequest", json!({ "id": waiting })).await;
    assert_eq!(bed.response(waiting).await["error"]["code"], -32800);
    assert_eq!(bed.pull("Dockerfile").await["kind"], "full");
    bed.finish().await;
}

#[tokio::test]
async fn shutdown_with_null_params_while_a_request_waits() {
    let capabilities = json!({ "textDocument": { "diagnostic": {} } });
    let mut bed = Bed::empty(capabilities).await;
    let first = bed.request("workspace/diagnostic", json!({ "previousResultIds": [] })).await;
    assert_eq!(first["items"], json!([]));
    bed.finish().await;
}

#[tokio::test]
async fn garbage_is_passed_over_and_wrong_requests_are_refused() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.write_raw("Content-Length: 7\r\n\r\n{\"json\"").await;
    bed.write_raw("Content-Length: 2\r\n\r\n[]").await;
    assert_eq!(bed.refused("textDocument/hover", json!({ "no": "position" })).await, -32602);
    assert_eq!(bed.refused("no/suchMethod", Value::Null).await, -32601);
    assert_eq!(bed.refused("workspace/executeCommand", json!({ "command": "rm" })).await, -32602);
    bed.notify("textDocument/didChange", json!({ "textDocument": 1 })).await;
    bed.change("Dockerfile", 2, json!([{ "text": "FROM a" }])).await;
    let hover = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "position": { "line": 0, "character": 0 } });
    assert!(bed.request("textDocument/hover", hover).await.is_null());
    bed.finish().await;
}

#[tokio::test]
async fn positions_outside_of_the_text() {
    let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
    bed.open("Dockerfile", "dockerfile").await;
    bed.pushed("Dockerfile").await;
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let at = json!({ "textDocument": { "uri": bed.uri("Dockerfile") }, "position": far });
    for method in ["hover", "definition", "documentHighlight"] {
        bed.request(&format!("textDocument/{method}"), at.clone()).await;
    }
    let backwards = json!({ "start": far, "end": { "line": 6, "character": 0 } });
    bed.change("Dockerfile", 2, json!([{ "range": backwards, "text": "CMD node dist/server.js\n" }])).await;
    let found = bed.pushed("Dockerfile").await;
    assert!(!crate::bed::codes(&found["diagnostics"]).contains(&"package-manager-start"), "{found}");
    bed.finish().await;
}

#[tokio::test]
async fn nesting_that_no_stack_has_room_for() {
    const DEEP: usize = 200_000;
    let sources = [
        format!("{}1{}", "(".repeat(DEEP), ")".repeat(DEEP)),
        format!("x = {}1", "1 +".repeat(DEEP / 2)),
        format!("a{}", ".b()".repeat(DEEP / 2)),
    ];
    for source in sources {
        let mut bed = Bed::on_fixture(plain(), "express-typescript").await;
        bed.write("server.js", &source);
        bed.write("tsconfig.json", &"[".repeat(DEEP));
        bed.write("compose.yaml", &"[".repeat(DEEP));
        let run = format!("{}npm install{}", "$(".repeat(DEEP / 10), ")".repeat(DEEP / 10));
        let text = format!("{HEAD}RUN {run}\nCMD [\"node\", \"server.js\"]\n");
        bed.open_text("Dockerfile", "dockerfile", &text).await;
        assert!(!bed.pushed("Dockerfile").await["diagnostics"].as_array().unwrap().is_empty());
        bed.finish().await;
    }
}

/// The server as a process.
struct Process(Child);

impl Process {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nodestage"));
        command.args(["lsp", "--stdio"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().expect("the server starts"))
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let stdin = self.0.stdin.as_mut().expect("it is open");
        write!(stdin, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
        stdin.flush().expect("the server reads");
    }

    /// Reads on until `text` came.
    fn wait_for(&mut self, text: &str) {
        let (mut seen, mut byte) = (String::new(), [0]);
        let stdout = self.0.stdout.as_mut().expect("it is open");
        while !seen.contains(text) {
            assert_eq!(stdout.read(&mut byte).expect("readable"), 1, "the server is gone after {seen}");
            seen.push(char::from(byte[0]));
        }
    }

    fn initialize(&mut self) {
        self.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } }));
        self.wait_for("\"id\":1");
        self.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    }

    /// The exit code; stdin stays as it is.
    fn code(&mut self) -> Option<i32> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.0.try_wait().expect("it can be waited for") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server does not end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

#[test]
fn exit_ends_it_though_stdin_stays_open() {
    let mut server = Process::start();
    server.initialize();
    server.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown", "params": null }));
    server.wait_for("\"id\":2");
    server.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(server.code(), Some(0));
}

#[test]
fn the_log_goes_to_stderr_at_the_level_of_the_settings() {
    for (level, is_told) in [("debug", true), ("error", false)] {
        let mut server = Process::start();
        let options = json!({ "capabilities": {}, "initializationOptions": { "logLevel": level } });
        server.send(&json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": options }));
        server.wait_for("\"id\":1");
        let document = json!({ "uri": "untitled:a", "languageId": "dockerfile", "version": 1, "text": "FROM node" });
        let params = json!({ "textDocument": document });
        server.send(&json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params }));
        server.wait_for("publishDiagnostics");
        server.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
        server.code();
        let mut log = String::new();
        server.0.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert_eq!(log.contains("untitled:a"), is_told, "{level}: {log}");
    }
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut server = Process::start();
    server.initialize();
    server.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(server.code(), Some(1));
}

#[test]
fn a_client_that_dies_takes_it_along() {
    let mut server = Process::start();
    server.initialize();
    // A long request is on its way, and the last message is half there.
    server.send(
        &json!({ "jsonrpc": "2.0", "id": 2, "method": "workspace/diagnostic", "params": { "previousResultIds": [] } }),
    );
    let mut stdin = server.0.stdin.take().expect("it is open");
    write!(stdin, "Content-Length: 100\r\n\r\n{{\"jsonrpc\"").expect("the server reads");
    drop(stdin);
    assert_eq!(server.code(), Some(1));
}

#[test]
fn garbage_from_the_start_does_not_kill_it() {
    let mut server = Process::start();
    server.0.stdin.as_mut().unwrap().write_all(b"hello\r\n\r\nContent-Length: x\r\n\r\n\xff\xfe\x00{}\n").unwrap();
    server.initialize();
    server.send(&json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }));
    server.wait_for("\"id\":2");
    server.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(server.code(), Some(0));
}
