//! The protocol's methods: each becomes an event before its first `await`, so that events come in the
//! order of the messages, and none waits for the client.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::*;
use tower_lsp_server::{Client as Peer, LanguageServer};

use super::analysis::Analysis;
use super::capabilities::{self, Client, WHAT_SHIPS};
use super::event::Event;
use super::outbox::{Outbox, Refresh};
use super::state::State;
use super::workspace::{self, Scan};
use super::{Logs, actions, diagnostics, hints, hover, navigation, outline, parent, ships};

/// The server as the protocol's library sees it.
pub(super) struct Backend {
    events: mpsc::UnboundedSender<Event>,
    outbox: Outbox,
    peer: Peer,
    client: OnceLock<Arc<Client>>,
    /// What is known of Dockerfiles that are not open.
    scan: Arc<Mutex<Scan>>,
    was_shut_down: Arc<AtomicBool>,
    /// Told when the client's process is gone.
    orphaned: Arc<Notify>,
}

impl Backend {
    /// Starts the state's task.
    pub(super) fn start(
        peer: Peer,
        events: Events,
        logs: Logs,
        was_shut_down: Arc<AtomicBool>,
        orphaned: Arc<Notify>,
    ) -> Self {
        let Events { sender: events, queue } = events;
        let outbox = Outbox::start(peer.clone(), events.clone());
        tokio::spawn(State::new(events.clone(), outbox.clone(), logs).run(queue));
        Self { events, outbox, peer, client: OnceLock::new(), scan: Arc::default(), was_shut_down, orphaned }
    }

    fn send(&self, event: Event) {
        // The state ends when the client is gone; then there is nobody to tell.
        let _ = self.events.send(event);
    }

    /// The analysis of what the document is now; `None` where it is not open, or no Dockerfile.
    async fn analysis(&self, uri: &Uri) -> Option<Arc<Analysis>> {
        let (reply, answer) = oneshot::channel();
        self.send(Event::Wanted { uri: uri.clone(), reply });
        answer.await.ok()
    }

    fn scanner(&self) -> workspace::Scanner<'_> {
        let can_report_progress = self.client.get().is_some_and(|it| it.progress);
        workspace::Scanner { events: &self.events, scan: &self.scan, peer: &self.peer, can_report_progress }
    }

    /// What `read` makes of the analysis of a document, on another thread.
    async fn read<T, F>(&self, uri: &Uri, read: F) -> Result<Option<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Analysis) -> Option<T> + Send + 'static,
    {
        let Some(analysis) = self.analysis(uri).await else { return Ok(None) };
        blocking(move || read(&analysis)).await
    }
}

/// The state's queue, both ends of it.
pub(super) struct Events {
    pub(super) sender: mpsc::UnboundedSender<Event>,
    pub(super) queue: mpsc::UnboundedReceiver<Event>,
}

/// Works on another thread. A panic there is the request's error, not the server's end.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!("a request failed: {error}");
        Error { message: "nodestage failed on this request; its log says more".into(), ..Error::internal_error() }
    })
}

/// The document is another by now: the client asks again if it still wants to know.
pub(super) fn content_modified() -> Error {
    Error { code: ErrorCode::ContentModified, message: "the document has changed since".into(), data: None }
}

impl LanguageServer for Backend {
    async fn initialize(&self, params: InitializeParams) -> Result<InitializeResult> {
        if let Some(process) = params.process_id {
            parent::watch(process, Arc::clone(&self.orphaned));
        }
        let client = Client::new(&params);
        let capabilities = capabilities::server(&client);
        let _ = self.client.set(Arc::new(client.clone()));
        let refresh = Refresh { diagnostics: client.pulls && client.diagnostic_refresh, hints: client.inlay_refresh };
        self.outbox.start_refreshing(self.peer.clone(), refresh);
        let options = params.initialization_options.clone().unwrap_or(Value::Null);
        self.send(Event::Start { client: Box::new(client), folders: folders(params), options });
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        let server_info = Some(ServerInfo { name: "nodestage".to_owned(), version });
        Ok(InitializeResult { capabilities, server_info, ..InitializeResult::default() })
    }

    async fn initialized(&self, _: InitializedParams) {
        self.send(Event::Ready);
    }

    async fn shutdown(&self) -> Result<()> {
        self.was_shut_down.store(true, Ordering::Relaxed);
        self.send(Event::Stop);
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.send(Event::Opened(Box::new(params.text_document)));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.send(Event::Changed(Box::new(params)));
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {
        self.send(Event::Saved);
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.send(Event::Closed(params.text_document.uri));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.send(Event::Files(params.changes));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.send(Event::Folders(Box::new(params.event)));
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        self.send(Event::ConfigurationChanged(params.settings));
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let uri = &params.text_document.uri;
        let found = match self.read(uri, |it| Some(diagnostics::all(it))).await? {
            Some(found) => found,
            None => self.scanner().of_closed(uri).await?,
        };
        Ok(report(found, params.previous_result_id.as_deref()))
    }

    async fn workspace_diagnostic(&self, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
        self.scanner().answer(params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let uri = params.text_document.uri.clone();
        self.read(&uri, move |it| Some(actions::offered(it, &params))).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        let Some(wanted) = actions::Deferred::of(&action) else { return Ok(action) };
        let analysis = self.analysis(&wanted.uri).await.ok_or_else(content_modified)?;
        blocking(move || wanted.resolve(&analysis, action)).await?.ok_or_else(content_modified)
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let at = params.text_document_position_params;
        self.read(&at.text_document.uri, move |it| hover::at(it, at.position)).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        self.read(&params.text_document.uri, move |it| Some(hints::within(it, params.range))).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        self.read(&params.text_document.uri, |it| Some(outline::symbols(it))).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        self.read(&params.text_document.uri, |it| Some(outline::folds(it))).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let at = params.text_document_position_params;
        self.read(&at.text_document.uri, move |it| navigation::definition(it, at.position)).await
    }

    async fn references(&self, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let (at, own) = (params.text_document_position, params.context.include_declaration);
        self.read(&at.text_document.uri, move |it| navigation::references(it, at.position, own)).await
    }

    async fn document_highlight(&self, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        let at = params.text_document_position_params;
        self.read(&at.text_document.uri, move |it| navigation::highlights(it, at.position)).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<LSPAny>> {
        if params.command != WHAT_SHIPS {
            return Err(Error::invalid_params(format!("there is no command `{}`", params.command)));
        }
        let uri = params.arguments.first().and_then(Value::as_str).and_then(|it| it.parse::<Uri>().ok());
        let uri = uri.ok_or_else(|| Error::invalid_params("the command takes the URI of an open Dockerfile"))?;
        self.read(&uri, |it| Some(json!({ "markdown": ships::page(it)? }))).await
    }
}

/// The workspace folders; older clients name one root.
fn folders(params: InitializeParams) -> Vec<Uri> {
    #[allow(deprecated, reason = "older clients send nothing else")]
    let root = params.root_uri;
    #[allow(deprecated, reason = "older clients send nothing else")]
    let root = root.or_else(|| Uri::from_file_path(PathBuf::from(params.root_path?)));
    match params.workspace_folders {
        Some(folders) if !folders.is_empty() => folders.into_iter().map(|it| it.uri).collect(),
        _ => root.into_iter().collect(),
    }
}

fn report(items: Vec<Diagnostic>, previous: Option<&str>) -> DocumentDiagnosticReportResult {
    let result_id = diagnostics::result_id(&items);
    let report = if previous == Some(result_id.as_str()) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(result_id), items },
        })
    };
    report.into()
}
