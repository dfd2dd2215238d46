//! Files that change on disk.

use serde_json::json;
use tower_lsp_server::ls_types::{FileEvent, Registration};

use super::State;
use crate::lsp::analysis::VERIFY_AFTER;
use crate::lsp::document::path_of;
use crate::lsp::event::Event;
use crate::lsp::outbox::Message;

/// What projects read. Sources count too: what they import and write decides fixes. Braces hold plain words only:
/// Eglot refuses a registration in which they hold a wildcard.
const PATTERNS: &[&str] = &[
    "**/{Dockerfile,.dockerignore,.npmrc,Procfile}",
    "**/Dockerfile.*",
    "**/Containerfile*",
    "**/.yarnrc*",
    "**/*.{Dockerfile,dockerfile,dockerignore}",
    "**/*.{json,jsonc,json5,yaml,yml,toml,lock,lockb}",
    "**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx,vue,svelte,sh}",
];

/// How clients name a registration.
const WATCHED_FILES: &str = "workspace/didChangeWatchedFiles";

impl State {
    /// Asks the client to tell what changes on disk. Where it doesn't, the stamps of the files that were
    /// read are compared whenever a document is checked anew.
    pub(super) fn watch_files(&self) {
        if !self.world.client.registers_watchers {
            return;
        }
        let watchers: Vec<_> = PATTERNS.iter().map(|it| json!({ "globPattern": it })).collect();
        self.outbox.send(Message::Register(vec![Registration {
            id: "nodestage-files".to_owned(),
            method: WATCHED_FILES.to_owned(),
            register_options: Some(json!({ "watchers": watchers })),
        }]));
    }

    /// Files may have changed: what was read is compared with what is there.
    pub(super) fn files_changed(&mut self) {
        self.change_world(|it| it.disk += 1);
        self.changes.send_modify(|it| *it += 1);
    }

    /// Has files compared once more when the typing is over, or goes on: not every check does it.
    pub(super) fn verify_later(&mut self) {
        if std::mem::replace(&mut self.is_verification_due, true) {
            return;
        }
        let events = self.events.clone();
        tokio::spawn(async move {
            tokio::time::sleep(VERIFY_AFTER).await;
            let _ = events.send(Event::Verify);
        });
    }

    pub(super) fn verify(&mut self) {
        self.is_verification_due = false;
        self.change_world(|it| it.disk += 1);
    }

    pub(super) fn files_reported(&mut self, files: &[FileEvent]) {
        let is_foreign = |it: &FileEvent| {
            let path = path_of(&it.uri);
            path.is_some_and(|it| {
                it.components().any(|it| it.as_os_str() == "node_modules" || it.as_os_str() == ".git")
            })
        };
        if files.iter().any(|it| !is_foreign(it)) {
            self.files_changed();
        }
    }
}
