//! Which nodestage.toml holds for a Dockerfile.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{fmt, io};

use super::Options;
use crate::project::Loader;
use crate::text::{LineIndex, offset};

/// The name of the configuration file.
pub const FILE_NAME: &str = "nodestage.toml";

/// Where configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The nearest nodestage.toml, from the Dockerfile's folder upwards.
    Nearest,
    /// This file, for all Dockerfiles.
    File(PathBuf),
    /// None is read.
    Isolated,
}

/// A nodestage.toml that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    path: PathBuf,
    place: Option<(usize, usize)>,
    offset: usize,
    message: String,
}

impl ConfigError {
    pub(super) fn at(path: &Path, text: &str, at: usize, message: String) -> Self {
        let at = (0..=at.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
        let place = LineIndex::new(text).line_column(text, offset(at));
        Self {
            path: path.to_owned(),
            place: Some((place.line, place.column)),
            offset: at,
            message: message.replace('\n', "; "),
        }
    }

    fn io(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_owned(), place: None, offset: 0, message: error.to_string() }
    }
}

impl ConfigError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The byte of the file where it went wrong; 0 where the file can't be read at all.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Its line, from 1; `None` where the file can't be read at all.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.place.map(|it| it.0)
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

type Found = Result<Option<Arc<Options>>, ConfigError>;

/// The configuration files that were read, each once.
pub struct Configs {
    source: Source,
    known: Vec<&'static str>,
    loader: Arc<dyn Loader>,
    by_folder: Mutex<HashMap<OsString, Found>>,
}

impl Configs {
    /// Nothing is read yet. `known` are the names of all rules.
    #[must_use]
    pub fn new(source: Source, known: Vec<&'static str>, loader: Arc<dyn Loader>) -> Self {
        Self { source, known, loader, by_folder: Mutex::default() }
    }

    /// The configuration for the Dockerfile at `path` (absolute); `None` where there is no file.
    ///
    /// # Errors
    /// Where it cannot be read or something in it is wrong.
    pub fn options(&self, path: &Path) -> Found {
        match &self.source {
            Source::Isolated => Ok(None),
            Source::File(file) => {
                self.cached(file, || self.read(file).and_then(|it| it.map_or_else(|| missing(file), |it| Ok(Some(it)))))
            }
            Source::Nearest => path.parent().map_or(Ok(None), |it| self.nearest(it)),
        }
    }

    fn nearest(&self, folder: &Path) -> Found {
        self.cached(folder, || match self.read(&folder.join(FILE_NAME))? {
            Some(options) => Ok(Some(options)),
            None => folder.parent().map_or(Ok(None), |it| self.nearest(it)),
        })
    }

    fn cached(&self, key: &Path, find: impl FnOnce() -> Found) -> Found {
        let known = self.by_folder.lock().ok().and_then(|it| it.get(key.as_os_str()).cloned());
        if let Some(found) = known {
            return found;
        }
        let found = find();
        if let Ok(mut it) = self.by_folder.lock() {
            it.insert(key.into(), found.clone());
        }
        found
    }

    fn read(&self, path: &Path) -> Found {
        let text = self.loader.read(path).and_then(|it| String::from_utf8(it).map_err(io::Error::other));
        match text {
            Ok(text) => Options::parse(path, &text, &self.known).map(|it| Some(Arc::new(it))),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(ConfigError::io(path, &error)),
        }
    }
}

fn missing(path: &Path) -> Found {
    Err(ConfigError::io(path, &io::ErrorKind::NotFound.into()))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}
