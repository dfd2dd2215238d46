//! What holds for all documents at one moment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::capabilities::Client;
use super::settings::EditorSettings;
use crate::project::{Disk, Loader, Overlay};

/// A frozen view of everything around the documents.
#[derive(Clone)]
pub(super) struct World {
    pub(super) client: Arc<Client>,
    /// The disk, and over it the buffers that are no Dockerfiles.
    pub(super) files: Arc<dyn Loader>,
    /// Another number whenever `files` may have changed, as far as anyone told.
    pub(super) disk: u64,
    /// The workspace folders.
    pub(super) folders: Vec<PathBuf>,
    /// For what is in no workspace folder.
    pub(super) settings: Arc<EditorSettings>,
    pub(super) folder_settings: BTreeMap<PathBuf, Arc<EditorSettings>>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            client: Arc::default(),
            files: Arc::new(Disk),
            disk: 0,
            folders: Vec::new(),
            settings: Arc::default(),
            folder_settings: BTreeMap::new(),
        }
    }
}

impl World {
    /// Lays `buffers` over the disk.
    pub(super) fn set_buffers(&mut self, buffers: &BTreeMap<PathBuf, Arc<str>>) {
        let buffers = buffers.iter().map(|(path, text)| (path.clone(), Arc::clone(text)));
        self.files = Arc::new(Overlay::new(buffers, Disk));
        self.disk += 1;
    }

    /// The innermost workspace folder that `path` is in.
    pub(super) fn folder_of(&self, path: &Path) -> Option<&Path> {
        let holding = self.folders.iter().filter(|it| path.starts_with(it));
        holding.max_by_key(|it| it.components().count()).map(PathBuf::as_path)
    }

    /// The settings for a file at `path`.
    pub(super) fn settings_for(&self, path: Option<&Path>) -> &Arc<EditorSettings> {
        let of_folder = path.and_then(|it| self.folder_settings.get(self.folder_of(it)?));
        of_folder.unwrap_or(&self.settings)
    }
}
