//! The one task that owns what the server knows, and takes events in order.
//!
//! It never waits for the client and never works: checks run on other threads and come back as events.
//! Each carries what it was started from; a result that is older than what the state has by then is
//! dropped, so an old version's diagnostics never follow a newer one's. What comes in a burst is taken
//! in whole before new work is started: of 300 edits in a row only a few are checked, the last always.

mod checks;
mod configuration;
mod watch;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch as broadcast};
use tower_lsp_server::ls_types::{DidChangeTextDocumentParams, TextDocumentItem, Uri};

use super::analysis::Analysis;
use super::document::{Document, Kind};
use super::event::{Event, Overview};
use super::outbox::{Message, Outbox};
use super::world::World;
use crate::lsp::Logs;

/// The state. See [`State::run`].
pub(super) struct State {
    world: Arc<World>,
    /// Changes when the world does, or the files behind it may have.
    generation: u64,
    open: BTreeMap<Uri, Open>,
    /// The texts of open documents that are no Dockerfiles.
    buffers: BTreeMap<PathBuf, Arc<str>>,
    folder_uris: Vec<Uri>,
    /// `initializationOptions`
    options: Value,
    /// What is wrong with the settings, and whether it was shown.
    complaints: BTreeMap<String, bool>,
    events: mpsc::UnboundedSender<Event>,
    outbox: Outbox,
    changes: broadcast::Sender<u64>,
    logs: Logs,
    is_verification_due: bool,
}

/// An open document.
struct Open {
    document: Document,
    /// The newest there is, and the generation that it was made in.
    analysis: Option<(Arc<Analysis>, u64)>,
    /// The revision and the generation of the check that is running.
    running: Option<(u64, u64)>,
    /// Those of the last check that came to grief: it is not tried again on the same.
    failed: Option<(u64, u64)>,
    waiting: Vec<oneshot::Sender<Arc<Analysis>>>,
    /// The diagnostics that the client was told, by their name.
    told: Option<String>,
}

impl State {
    pub(super) fn new(events: mpsc::UnboundedSender<Event>, outbox: Outbox, logs: Logs) -> Self {
        Self {
            world: Arc::default(),
            generation: 0,
            open: BTreeMap::new(),
            buffers: BTreeMap::new(),
            folder_uris: Vec::new(),
            options: Value::Null,
            complaints: BTreeMap::new(),
            events,
            outbox,
            changes: broadcast::Sender::new(0),
            logs,
            is_verification_due: false,
        }
    }

    /// Takes events until the server stops.
    pub(super) async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Event>) {
        while let Some(event) = queue.recv().await {
            let mut next = Some(event);
            while let Some(event) = next {
                if matches!(event, Event::Stop) {
                    return;
                }
                self.handle(event);
                next = queue.try_recv().ok();
            }
            self.start_work();
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Start { client, folders, options } => self.start(*client, folders, options),
            Event::Ready => self.ready(),
            Event::Opened(item) => self.opened(&item),
            Event::Changed(params) => self.changed(&params),
            Event::Saved => self.files_changed(),
            Event::Verify => self.verify(),
            Event::Closed(uri) => self.closed(&uri),
            Event::Files(files) => self.files_reported(&files),
            Event::Folders(change) => self.folders_changed(*change),
            Event::ConfigurationChanged(settings) => self.configuration_changed(&settings),
            Event::Configured { folders, sections } => self.configured(&folders, &sections),
            Event::Analysed { uri, revision, generation, analysis } => {
                self.analysed(&uri, revision, generation, analysis);
            }
            Event::Wanted { uri, reply } => self.wanted(&uri, reply),
            Event::Overview(reply) => drop(reply.send(self.overview())),
            Event::Stop => {}
        }
    }

    fn opened(&mut self, item: &TextDocumentItem) {
        let document = Document::new(item);
        tracing::debug!(uri = item.uri.as_str(), kind = ?document.kind, "opened");
        self.lay(&document);
        let open = Open { document, analysis: None, running: None, failed: None, waiting: Vec::new(), told: None };
        self.open.insert(item.uri.clone(), open);
        self.changes.send_modify(|it| *it += 1);
    }

    fn changed(&mut self, params: &DidChangeTextDocumentParams) {
        let uri = &params.text_document.uri;
        let Some(open) = self.open.get_mut(uri) else {
            return tracing::warn!(uri = uri.as_str(), "a document changed that is not open");
        };
        open.document.change(params.text_document.version, &params.content_changes, self.world.client.encoding);
        let document = open.document.clone();
        self.lay(&document);
        self.verify_later();
    }

    fn closed(&mut self, uri: &Uri) {
        let Some(open) = self.open.remove(uri) else { return };
        if open.told.is_some() && !self.world.client.pulls {
            self.outbox.send(Message::Publish { uri: uri.clone(), diagnostics: Vec::new(), version: None });
        }
        let path = open.document.path.filter(|_| open.document.kind != Kind::Dockerfile);
        if path.is_some_and(|it| self.buffers.remove(&it).is_some()) {
            self.lay_buffers();
        }
        self.changes.send_modify(|it| *it += 1);
    }

    /// What is no Dockerfile counts as it stands in the buffer.
    fn lay(&mut self, document: &Document) {
        let Some(path) = document.path.as_ref().filter(|_| document.kind != Kind::Dockerfile) else { return };
        self.buffers.insert(path.clone(), document.rope.to_string().into());
        self.lay_buffers();
    }

    fn lay_buffers(&mut self) {
        let buffers = self.buffers.clone();
        self.change_world(|it| it.set_buffers(&buffers));
    }

    fn change_world(&mut self, change: impl FnOnce(&mut World)) {
        change(Arc::make_mut(&mut self.world));
        self.generation += 1;
    }

    fn overview(&self) -> Overview {
        let open = self.open.iter().filter(|it| it.1.document.kind != Kind::Other);
        Overview {
            world: Arc::clone(&self.world),
            open: open.map(|it| it.0.clone()).collect(),
            disk: self.world.disk,
            changes: self.changes.subscribe(),
        }
    }
}
