//! What can happen to the server's state.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{oneshot, watch};
use tower_lsp_server::ls_types::{
    DidChangeTextDocumentParams, FileEvent, TextDocumentItem, Uri, WorkspaceFoldersChangeEvent,
};

use super::analysis::Analysis;
use super::capabilities::Client;
use super::world::World;

/// One thing that happened. The state takes them one by one, in order.
pub(super) enum Event {
    /// `initialize`: what the client can do, its folders (as URIs) and its options.
    Start {
        client: Box<Client>,
        folders: Vec<Uri>,
        options: Value,
    },
    /// `initialized`: the client can be asked now.
    Ready,
    Opened(Box<TextDocumentItem>),
    Changed(Box<DidChangeTextDocumentParams>),
    Saved,
    /// It is time to see whether files have changed.
    Verify,
    Closed(Uri),
    /// Files changed on disk.
    Files(Vec<FileEvent>),
    Folders(Box<WorkspaceFoldersChangeEvent>),
    /// `workspace/didChangeConfiguration`: clients that can be asked for it may send `null`.
    ConfigurationChanged(Value),
    /// The client's answer to `workspace/configuration`: for no folder, and then for each of these.
    Configured {
        folders: Vec<Uri>,
        sections: Vec<Value>,
    },
    /// Work is done: the document's URI, and the world's generation that it started from.
    Analysed {
        uri: Uri,
        revision: u64,
        generation: u64,
        analysis: Option<Arc<Analysis>>,
    },
    /// Someone wants the analysis of what a document is now. Nobody is answered where it is not open.
    Wanted {
        uri: Uri,
        reply: oneshot::Sender<Arc<Analysis>>,
    },
    /// Someone wants to know what is there.
    Overview(oneshot::Sender<Overview>),
    /// The client is gone, or wants the server gone.
    Stop,
}

/// What is there at one moment.
pub(super) struct Overview {
    pub(super) world: Arc<World>,
    /// The Dockerfiles and configuration files that are open.
    pub(super) open: Vec<Uri>,
    /// Changes when anything on disk may have changed.
    pub(super) disk: u64,
    /// Tells of anything that may change a diagnostic.
    pub(super) changes: watch::Receiver<u64>,
}
