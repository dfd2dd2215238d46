//! A text file of a repository that says how images are built and started, and what it holds.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::super::Loader;
use super::super::loader::remembered;

/// Read once a run, and taken apart once, however many Dockerfiles ask what it says of them.
pub(super) struct Document {
    pub(super) text: String,
    yaml: OnceLock<Result<Value, Option<usize>>>,
    toml: OnceLock<Option<Value>>,
}

impl Document {
    /// `None` where there is no file, or it is no UTF-8.
    pub(super) fn read(loader: &dyn Loader, path: &Path) -> Option<Arc<Self>> {
        let read = || {
            let text = String::from_utf8(loader.read(path).ok()?).ok()?;
            Some(Arc::new(Self { text, yaml: OnceLock::new(), toml: OnceLock::new() }))
        };
        Option::clone(&remembered(loader, path, read))
    }

    /// As YAML; where it is none, the line, from 1, at which that shows, if known.
    pub(super) fn yaml(&self) -> Result<&Value, Option<usize>> {
        let line = |it: serde_saphyr::Error| it.location().and_then(|it| usize::try_from(it.line()).ok());
        self.yaml.get_or_init(|| serde_saphyr::from_str(&self.text).map_err(line)).as_ref().map_err(|it| *it)
    }

    pub(super) fn toml(&self) -> Option<&Value> {
        self.toml.get_or_init(|| toml::from_str(&self.text).ok()).as_ref()
    }
}
