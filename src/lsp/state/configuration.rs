//! What the client says of itself, its folders and its settings.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tower_lsp_server::ls_types::{Registration, Uri, WorkspaceFoldersChangeEvent};

use super::State;
use crate::lsp::capabilities::Client;
use crate::lsp::document::path_of;
use crate::lsp::outbox::Message;
use crate::lsp::settings::EditorSettings;

impl State {
    pub(super) fn start(&mut self, client: Client, folders: Vec<Uri>, options: Value) {
        self.options = section_of(options);
        let settings = Arc::new(self.read(&Value::Null));
        self.logs.set_level(&settings.log_level);
        self.change_world(|it| {
            it.client = Arc::new(client);
            it.settings = settings;
        });
        self.set_folders(folders);
    }

    /// The client can be asked now.
    pub(super) fn ready(&mut self) {
        self.watch_files();
        if self.world.client.registers_configuration {
            self.outbox.send(Message::Register(vec![Registration {
                id: "nodestage-configuration".to_owned(),
                method: "workspace/didChangeConfiguration".to_owned(),
                register_options: Some(serde_json::json!({ "section": "nodestage" })),
            }]));
        }
        self.ask_configuration();
        self.complain();
    }

    fn ask_configuration(&self) {
        if self.world.client.configuration {
            self.outbox.send(Message::Configuration(self.folder_uris.clone()));
        }
    }

    pub(super) fn configuration_changed(&mut self, settings: &Value) {
        if self.world.client.configuration {
            return self.ask_configuration();
        }
        let settings = Arc::new(self.read(&section_of(settings.clone())));
        self.set_settings(settings, Vec::new());
    }

    /// `sections` are for no folder, and then for each of `folders`.
    pub(super) fn configured(&mut self, folders: &[Uri], sections: &[Value]) {
        let Some((common, own)) = sections.split_first() else { return };
        let common = Arc::new(self.read(common));
        let own = folders.iter().zip(own).filter_map(|(uri, section)| Some((path_of(uri)?, section)));
        let own = own.map(|(path, section)| (path, Arc::new(self.read(section)))).collect();
        self.set_settings(common, own);
    }

    fn set_settings(&mut self, common: Arc<EditorSettings>, own: Vec<(PathBuf, Arc<EditorSettings>)>) {
        self.complain();
        let own = own.into_iter().filter(|it| it.1 != common).collect();
        if self.world.settings == common && self.world.folder_settings == own {
            return;
        }
        self.logs.set_level(&common.log_level);
        self.change_world(|it| {
            it.settings = common;
            it.folder_settings = own;
        });
        // Hints depend on settings, and diagnostics tell of their own changes.
        self.outbox.refresh();
    }

    /// Reads a section over the options that the server was started with. What is wrong is kept for
    /// [`complain`](Self::complain).
    fn read(&mut self, section: &Value) -> EditorSettings {
        let mut merged = self.options.as_object().cloned().unwrap_or_default();
        let own = section.as_object().into_iter().flatten().filter(|it| !it.1.is_null());
        merged.extend(own.map(|(key, value)| (key.clone(), value.clone())));
        let (settings, mistakes) = EditorSettings::read(&Value::Object(merged));
        for mistake in mistakes {
            self.complaints.entry(mistake).or_insert(false);
        }
        settings
    }

    /// Shows what is wrong with the settings, each once.
    fn complain(&mut self) {
        for (complaint, is_shown) in &mut self.complaints {
            if !std::mem::replace(is_shown, true) {
                self.outbox.send(Message::Warn(format!("nodestage settings: {complaint}")));
            }
        }
    }

    fn set_folders(&mut self, folders: Vec<Uri>) {
        let paths = folders.iter().filter_map(path_of).collect();
        self.folder_uris = folders;
        self.change_world(|it| it.folders = paths);
    }

    pub(super) fn folders_changed(&mut self, change: WorkspaceFoldersChangeEvent) {
        let mut folders = std::mem::take(&mut self.folder_uris);
        folders.retain(|it| change.removed.iter().all(|gone| gone.uri != *it));
        let added = change.added.into_iter().map(|it| it.uri).filter(|it| !folders.contains(it));
        folders.extend(added.collect::<Vec<_>>());
        self.set_folders(folders);
        self.ask_configuration();
        self.files_changed();
    }
}

/// The settings themselves: clients send them bare, or under their section's name.
fn section_of(mut settings: Value) -> Value {
    match settings.get_mut("nodestage") {
        Some(section) => section.take(),
        None => settings,
    }
}
