//! What the server sends on its own: in order, and without ever keeping the state waiting.
//!
//! A handler that awaits the client's answer while the client awaits the server's is a deadlock. So
//! everything goes through a queue; what asks for an answer waits for it in a task of its own.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{Notify, mpsc};
use tower_lsp_server::Client as Peer;
use tower_lsp_server::ls_types::{ConfigurationItem, Diagnostic, MessageType, Registration, Uri};

use super::event::Event;

/// One message.
pub(super) enum Message {
    Publish {
        uri: Uri,
        diagnostics: Vec<Diagnostic>,
        version: Option<i32>,
    },
    Register(Vec<Registration>),
    /// Asks for the section of no folder and of each of these.
    Configuration(Vec<Uri>),
    Warn(String),
}

/// The queue's entry. A clone is the same queue.
#[derive(Clone)]
pub(super) struct Outbox {
    messages: mpsc::UnboundedSender<Message>,
    refresh: Arc<Notify>,
}

/// What the client should ask for again.
#[derive(Clone, Copy)]
pub(super) struct Refresh {
    pub(super) diagnostics: bool,
    pub(super) hints: bool,
}

impl Outbox {
    /// Starts the tasks that empty the queue. Answers of the client become events.
    pub(super) fn start(peer: Peer, events: mpsc::UnboundedSender<Event>) -> Self {
        let (messages, queue) = mpsc::unbounded_channel();
        tokio::spawn(deliver(peer, queue, events));
        Self { messages, refresh: Arc::default() }
    }

    /// Sends `message` after those before it.
    pub(super) fn send(&self, message: Message) {
        // The queue ends with the server.
        let _ = self.messages.send(message);
    }

    /// Has the client ask again. Demands that come while it was told but has not answered become one.
    pub(super) fn refresh(&self) {
        self.refresh.notify_one();
    }

    /// Starts the task that passes refreshes on, once it is known what the client can be told.
    pub(super) fn start_refreshing(&self, peer: Peer, what: Refresh) {
        let wanted = Arc::clone(&self.refresh);
        tokio::spawn(async move {
            loop {
                wanted.notified().await;
                if what.diagnostics {
                    log_error(peer.workspace_diagnostic_refresh().await);
                }
                if what.hints {
                    log_error(peer.inlay_hint_refresh().await);
                }
            }
        });
    }
}

async fn deliver(peer: Peer, mut queue: mpsc::UnboundedReceiver<Message>, events: mpsc::UnboundedSender<Event>) {
    while let Some(message) = queue.recv().await {
        match message {
            Message::Publish { uri, diagnostics, version } => {
                peer.publish_diagnostics(uri, diagnostics, version).await;
            }
            Message::Warn(text) => peer.show_message(MessageType::WARNING, text).await,
            Message::Register(registrations) => {
                let peer = peer.clone();
                tokio::spawn(async move { log_error(peer.register_capability(registrations).await) });
            }
            Message::Configuration(folders) => {
                tokio::spawn(ask(peer.clone(), folders, events.clone()));
            }
        }
    }
}

async fn ask(peer: Peer, folders: Vec<Uri>, events: mpsc::UnboundedSender<Event>) {
    let section = || Some("nodestage".to_owned());
    let scopes = std::iter::once(None).chain(folders.iter().cloned().map(Some));
    let items = scopes.map(|scope_uri| ConfigurationItem { scope_uri, section: section() }).collect();
    match peer.configuration(items).await {
        Ok(sections) => drop(events.send(Event::Configured { folders, sections: sections as Vec<Value> })),
        Err(error) => tracing::warn!("the client does not tell its configuration: {error}"),
    }
}

fn log_error(result: tower_lsp_server::jsonrpc::Result<()>) {
    if let Err(error) = result {
        tracing::warn!("the client refused: {error}");
    }
}
