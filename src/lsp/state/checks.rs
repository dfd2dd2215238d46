//! Checks: started when something changed, told to the client and to those who wait when they are done.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tower_lsp_server::ls_types::Uri;

use super::{Open, State};
use crate::lsp::analysis::{Analysis, analyse};
use crate::lsp::diagnostics;
use crate::lsp::document::{Document, Kind};
use crate::lsp::event::Event;
use crate::lsp::outbox::Message;
use crate::lsp::world::World;

impl State {
    /// Starts a check of each document whose analysis is not of now, one at a time for each.
    pub(super) fn start_work(&mut self) {
        for (uri, open) in &mut self.open {
            let now = (open.document.revision, self.generation);
            let is_done = open.is_current(self.generation) || open.failed == Some(now);
            if open.document.kind == Kind::Other || open.running.is_some() || is_done {
                continue;
            }
            open.running = Some(now);
            let earlier = open.analysis.as_ref().map(|it| Arc::clone(&it.0));
            let job = Job {
                uri: uri.clone(),
                document: open.document.clone(),
                world: Arc::clone(&self.world),
                generation: self.generation,
                earlier,
            };
            job.start(self.events.clone());
        }
    }

    pub(super) fn analysed(&mut self, uri: &Uri, revision: u64, generation: u64, analysis: Option<Arc<Analysis>>) {
        let Some(open) = self.open.get_mut(uri) else { return };
        if open.running != Some((revision, generation)) {
            // Of a document that was closed and opened again meanwhile.
            return;
        }
        open.running = None;
        let Some(analysis) = analysis else { return self.failed(uri, (revision, generation)) };
        if (open.document.revision, self.generation) != (revision, generation) {
            return;
        }
        let is_new_text = open.analysis.as_ref().is_none_or(|it| it.0.document.revision != revision);
        open.analysis = Some((Arc::clone(&analysis), generation));
        for reply in open.waiting.drain(..) {
            // Whoever asked may have cancelled.
            let _ = reply.send(Arc::clone(&analysis));
        }
        self.tell(uri, &analysis, is_new_text);
    }

    /// A fault of ours in one file: the server goes on, and the file is tried again when it changes.
    fn failed(&mut self, uri: &Uri, at: (u64, u64)) {
        let Some(open) = self.open.get_mut(uri) else { return };
        open.failed = Some(at);
        open.waiting.clear();
        let text = format!("nodestage failed on {}; its log says more. Please report it.", uri.as_str());
        self.outbox.send(Message::Warn(text));
    }

    /// Tells the client of a new analysis: pushed, or by a demand to pull again where the text is not new.
    fn tell(&mut self, uri: &Uri, analysis: &Analysis, is_new_text: bool) {
        let Some(open) = self.open.get_mut(uri) else { return };
        let diagnostics = diagnostics::all(analysis);
        let told = Some(diagnostics::result_id(&diagnostics));
        let is_news = open.told != told;
        open.told = told;
        if self.world.client.pulls {
            if is_news && !is_new_text {
                self.outbox.refresh();
            }
        } else if is_news || is_new_text {
            let version = Some(analysis.document.version);
            self.outbox.send(Message::Publish { uri: uri.clone(), diagnostics, version });
        }
        if is_news {
            self.changes.send_modify(|it| *it += 1);
        }
    }

    pub(super) fn wanted(&mut self, uri: &Uri, reply: oneshot::Sender<Arc<Analysis>>) {
        let generation = self.generation;
        let Some(open) = self.open.get_mut(uri).filter(|it| it.document.kind != Kind::Other) else { return };
        match &open.analysis {
            Some((analysis, _)) if open.is_current(generation) => drop(reply.send(Arc::clone(analysis))),
            _ if open.failed == Some((open.document.revision, generation)) => {}
            _ => open.waiting.push(reply),
        }
    }
}

impl Open {
    fn is_current(&self, generation: u64) -> bool {
        let made_in = self.analysis.as_ref().filter(|it| it.0.document.revision == self.document.revision);
        made_in.is_some_and(|it| it.1 == generation)
    }
}

/// One check.
struct Job {
    uri: Uri,
    document: Document,
    world: Arc<World>,
    generation: u64,
    earlier: Option<Arc<Analysis>>,
}

impl Job {
    /// Works on another thread; the result comes as an event, whatever happens.
    fn start(self, events: mpsc::UnboundedSender<Event>) {
        tokio::spawn(async move {
            let Self { uri, document, world, generation, earlier } = self;
            let revision = document.revision;
            let work = tokio::task::spawn_blocking(move || analyse(&world, &document, earlier.as_ref()));
            let analysis = work.await.inspect_err(|it| tracing::error!("a check failed: {it}")).ok();
            let _ = events.send(Event::Analysed { uri, revision, generation, analysis });
        });
    }
}
