//! A client in memory that leaves nothing unread and nothing unanswered, and fails where the server does.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nodestage::lsp::{Logs, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A client and the server that it speaks with. [`finish`](Self::finish) must be called.
pub(crate) struct Bed {
    to: WriteHalf<DuplexStream>,
    from: BufReader<ReadHalf<DuplexStream>>,
    server: JoinHandle<bool>,
    unread: VecDeque<Value>,
    n_requests: i64,
    is_finished: bool,
    /// What the server answered to `initialize`.
    pub(crate) capabilities: Value,
    /// The workspace, a folder of its own on disk.
    pub(crate) folder: tempfile::TempDir,
}

/// The capabilities of a client that can do nothing in particular: it is pushed diagnostics.
pub(crate) fn plain() -> Value {
    json!({})
}

/// The `params` of the `initialize` request that a real editor sends.
pub(crate) fn editor(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lsp/clients").join(name).with_extension("json");
    let path = path.with_file_name(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
    let request: Value = serde_json::from_str(&text).expect("a request");
    request["params"].clone()
}

impl Bed {
    /// A session with a client of these capabilities, on a copy of `fixtures/NAME`, initialized.
    pub(crate) async fn on_fixture(capabilities: Value, fixture: &str) -> Self {
        let bed = Self::start(json!({ "capabilities": capabilities }), fixture).await;
        bed.ready().await
    }

    /// A session in an empty folder, initialized.
    pub(crate) async fn empty(capabilities: Value) -> Self {
        Self::start(json!({ "capabilities": capabilities }), "").await.ready().await
    }

    /// A session with these `params` of `initialize`, their folders replaced by the bed's own.
    pub(crate) async fn start(mut params: Value, fixture: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(".git")).expect("a folder");
        if !fixture.is_empty() {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture), folder.path());
        }
        let (client, server) = tokio::io::duplex(1024 * 1024);
        let (input, output) = tokio::io::split(server);
        let server = tokio::spawn(serve(input, output, Logs::default()));
        let (from, to) = tokio::io::split(client);
        let mut bed = Self {
            to,
            from: BufReader::new(from),
            server,
            unread: VecDeque::new(),
            n_requests: 0,
            is_finished: false,
            capabilities: Value::Null,
            folder,
        };
        let root = bed.uri("");
        if params.get("workspaceFolders").is_none_or(|it| !it.is_null()) {
            params["workspaceFolders"] = json!([{ "uri": root, "name": "workspace" }]);
        }
        params["rootUri"] = json!(root);
        params["rootPath"] = Value::Null;
        params["processId"] = Value::Null;
        bed.capabilities = bed.request("initialize", params).await["capabilities"].take();
        bed
    }

    pub(crate) async fn ready(mut self) -> Self {
        self.notify("initialized", json!({})).await;
        self
    }

    /// The path of a file of the workspace.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        if file.is_empty() { self.folder.path().to_owned() } else { self.folder.path().join(file) }
    }

    /// The URI of a file of the workspace.
    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}", self.path(file).display())
    }

    /// Writes a file of the workspace.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().expect("it is in the workspace")).expect("a folder");
        std::fs::write(path, text).expect("the file can be written");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("the file can be read")
    }

    /// Opens a file with what stands on disk; gives the text.
    pub(crate) async fn open(&mut self, file: &str, language: &str) -> String {
        let text = self.read(file);
        self.open_text(file, language, &text).await;
        text
    }

    /// Opens a file with another text.
    pub(crate) async fn open_text(&mut self, file: &str, language: &str, text: &str) {
        let uri = self.uri(file);
        self.open_uri(&uri, language, text).await;
    }

    pub(crate) async fn open_uri(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document })).await;
    }

    /// Replaces the whole text of an open file.
    pub(crate) async fn replace(&mut self, file: &str, version: i32, text: &str) {
        self.change(file, version, json!([{ "text": text }])).await;
    }

    pub(crate) async fn change(&mut self, file: &str, version: i32, changes: Value) {
        let document = json!({ "uri": self.uri(file), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params).await;
    }

    pub(crate) async fn close(&mut self, file: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": self.uri(file) } })).await;
    }

    pub(crate) async fn save(&mut self, file: &str) {
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": self.uri(file) } })).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }

    /// Sends a request and gives its number.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.n_requests += 1;
        let id = self.n_requests;
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        id
    }

    /// The answer to request `id`, whole. What else comes meanwhile is kept for later.
    pub(crate) async fn response(&mut self, id: i64) -> Value {
        self.take(|it| it.get("method").is_none() && it["id"] == id, &format!("the answer to request {id}")).await
    }

    /// Sends a request and gives its result.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params).await;
        let mut response = self.response(id).await;
        assert!(response.get("error").is_none(), "{method}: {response}");
        response["result"].take()
    }

    /// Sends a request that must fail, and gives the error's code.
    pub(crate) async fn refused(&mut self, method: &str, params: Value) -> i64 {
        let id = self.ask(method, params).await;
        let response = self.response(id).await;
        response["error"]["code"].as_i64().unwrap_or_else(|| panic!("{method} is not refused: {response}"))
    }

    /// The next notification or request of the server with this method; gives its `params`. A request is
    /// answered with `null`.
    pub(crate) async fn expect(&mut self, method: &str) -> Value {
        let mut message = self.expect_request(method).await;
        if message.get("id").is_some() {
            self.answer(&message, Value::Null).await;
        }
        message["params"].take()
    }

    /// The same, not answered.
    pub(crate) async fn expect_request(&mut self, method: &str) -> Value {
        self.take(|it| it["method"] == method, method).await
    }

    pub(crate) async fn answer(&mut self, request: &Value, result: Value) {
        self.send(json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })).await;
    }

    /// The diagnostics that are pushed for a file next.
    pub(crate) async fn pushed(&mut self, file: &str) -> Value {
        let uri = self.uri(file);
        let is_it = |it: &Value| it["method"] == "textDocument/publishDiagnostics" && it["params"]["uri"] == uri;
        self.take(is_it, &format!("diagnostics of {file}")).await["params"].take()
    }

    /// The diagnostics that are pulled for a file now.
    pub(crate) async fn pull(&mut self, file: &str) -> Value {
        let params = json!({ "textDocument": { "uri": self.uri(file) } });
        self.request("textDocument/diagnostic", params).await
    }

    /// Says goodbye. Everything that came must have been read, and the server must end by itself.
    pub(crate) async fn finish(mut self) {
        let id = self.ask("shutdown", Value::Null).await;
        let answer = self.response(id).await;
        assert!(answer.get("error").is_none() && answer["result"].is_null(), "{answer}");
        self.notify("exit", Value::Null).await;
        let ended = tokio::time::timeout(PATIENCE, &mut self.server).await.expect("the server ends");
        assert!(ended.expect("the server does not panic"), "it knows that it was shut down");
        while let Some(message) = self.next().await {
            self.unread.push_back(message);
        }
        self.is_finished = true;
        assert!(self.unread.is_empty(), "unread: {:#?}", self.unread);
    }

    /// Reads on until `is_it`; the rest is kept.
    async fn take(&mut self, is_it: impl Fn(&Value) -> bool, what: &str) -> Value {
        if let Some(at) = self.unread.iter().position(&is_it) {
            return self.unread.remove(at).expect("it is there");
        }
        loop {
            let next = tokio::time::timeout(PATIENCE, self.next()).await;
            match next.unwrap_or_else(|_| panic!("{what} does not come; unread: {:#?}", self.unread)) {
                Some(message) if is_it(&message) => return message,
                Some(message) => self.unread.push_back(message),
                None => panic!("the server is gone before {what}; unread: {:#?}", self.unread),
            }
        }
    }

    /// The next message; `None` at the end.
    async fn next(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.from.read_line(&mut line).await.expect("readable") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", n)) => length = n.parse().expect("a number"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).await.expect("a whole message");
        Some(serde_json::from_slice(&body).expect("JSON"))
    }

    async fn send(&mut self, message: Value) {
        let body = message.to_string();
        let head = format!("Content-Length: {}\r\n\r\n", body.len());
        self.write_raw(&(head + &body)).await;
    }

    /// Writes bytes as they are.
    pub(crate) async fn write_raw(&mut self, bytes: &str) {
        self.to.write_all(bytes.as_bytes()).await.expect("the server reads");
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        assert!(self.is_finished || std::thread::panicking(), "a session must be finished");
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("the fixture").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// The codes of some diagnostics, in order.
pub(crate) fn codes(diagnostics: &Value) -> Vec<&str> {
    let all = diagnostics.as_array().into_iter().flatten();
    all.map(|it| it["code"].as_str().unwrap_or_default()).collect()
}

/// The rules that `fixtures/express-typescript` breaks.
pub(crate) const EXPRESS: &[&str] = &[
    "single-stage-build",
    "missing-node-env",
    "root-user",
    "dev-dependencies",
    "unfrozen-install",
    "package-manager-start",
];
