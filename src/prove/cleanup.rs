//! What a run makes, and its removal.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::ProveError;
use super::engine::{Engine, Stop};

/// The label of every container and image that a proof makes; its value is the id of the run.
pub const LABEL: &str = "nodestage.prove";

/// A temporary folder, and an id. All that bears it goes with this value, and nothing else.
pub(super) struct Scratch {
    pub(super) engine: Engine,
    id: String,
    folder: TempDir,
}

impl Scratch {
    /// # Errors
    /// Where no temporary folder can be made.
    pub(super) fn new(engine: Engine) -> Result<Self, ProveError> {
        let folder = tempfile::Builder::new().prefix("nodestage-prove-").tempdir();
        let folder = folder.map_err(|it| ProveError::Scratch(it.to_string()))?;
        // The folder's name is new, and so is the id. Names of images have small letters only.
        let name = folder.path().file_name().unwrap_or_default().to_string_lossy();
        let random: String = name.bytes().rev().take(6).map(|it| format!("{it:02x}")).collect();
        Ok(Self { engine, id: format!("{random}-{}", std::process::id()), folder })
    }

    /// `nodestage.prove=…`
    pub(super) fn label(&self) -> String {
        format!("{LABEL}={}", self.id)
    }

    /// The name for something that is made.
    pub(super) fn name(&self, what: &str) -> String {
        format!("nodestage-prove-{}-{what}", self.id)
    }

    /// Writes a file of the temporary folder.
    ///
    /// # Errors
    /// As the disk says.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, ProveError> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).map_err(|it| ProveError::Scratch(it.to_string()))?;
        Ok(path)
    }

    /// Takes a file of the temporary folder away, if it is there.
    pub(super) fn forget(&self, path: &Path) {
        let _ = std::fs::remove_file(path);
    }

    /// Removes the container called `name`, with its volumes.
    pub(super) fn remove_container(&self, name: &str) {
        let _ = self.patient().ask(&["rm", "--force", "--volumes", name]);
    }

    /// Removes the image called `name`.
    pub(super) fn remove_image(&self, name: &str) {
        let _ = self.patient().ask(&["image", "rm", "--force", name]);
    }

    /// The engine, for what is to be done although the user has had enough.
    fn patient(&self) -> Engine {
        Engine { stop: Stop::default(), ..self.engine.clone() }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let (engine, filter) = (self.patient(), format!("label={}", self.label()));
        let containers = engine.ask(&["ps", "--all", "--quiet", "--filter", &filter]).unwrap_or_default();
        containers.lines().for_each(|it| self.remove_container(it));
        let images = engine.ask(&["images", "--quiet", "--filter", &filter]).unwrap_or_default();
        images.lines().for_each(|it| self.remove_image(it));
    }
}
