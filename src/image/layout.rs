//! A folder that is an OCI layout, or an unpacked `docker save`: only what the manifest names is read.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::archive::{self, Known};
use super::layer::{Records, Store};
use super::{ImageError, blob, limits};

/// A folder with the blobs of an image.
pub(super) struct Folder {
    path: PathBuf,
    /// Without links.
    real: PathBuf,
}

impl Folder {
    /// # Errors
    /// Where it can't be entered.
    pub(super) fn new(path: &Path) -> Result<Self, ImageError> {
        let real = path.canonicalize().map_err(|it| ImageError::io(path.display(), &it))?;
        Ok(Self { path: path.to_owned(), real })
    }

    /// The document called `name`; `None` where there is none.
    pub(super) fn document(&self, name: &str) -> Result<Option<Vec<u8>>, ImageError> {
        let Some((file, _)) = self.open(name)? else { return Ok(None) };
        let bytes = blob::document(file, &self.shown(name))?;
        archive::check(name, &super::digest::of(&bytes)).map_err(|it| ImageError::at(self.path.display(), it))?;
        Ok(Some(bytes))
    }

    /// The layer called `name`; `None` where there is none.
    pub(super) fn layer(
        &self,
        name: &str,
        store: &mut Store<'_>,
        read: u64,
    ) -> Result<Option<(Arc<Records>, u64)>, ImageError> {
        let Some((file, size)) = self.open(name)? else { return Ok(None) };
        // The size may be any: what is no layer is not kept.
        let found = archive::blob_of(name, size.max(limits::DOCUMENT + 1), BufReader::new(file), store, &|| read);
        match found.map_err(|it| ImageError::at(self.path.display(), it))? {
            Some(Known::Layer(records)) => Ok(Some((Arc::new(records), size))),
            _ => Err(ImageError::at(self.shown(name), "not a layer: no tar archive, and none that is compressed")),
        }
    }

    fn shown(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// Opens a file of the folder. Links may lead to other files of it, as old archives have them, and nowhere else.
    fn open(&self, name: &str) -> Result<Option<(File, u64)>, ImageError> {
        let real = match self.real.join(name).canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ImageError::io(self.shown(name), &error)),
        };
        if !real.starts_with(&self.real) {
            return Err(ImageError::at(self.shown(name), "it leads out of the folder: the image is not to be trusted"));
        }
        let error = |it: io::Error| ImageError::io(self.shown(name), &it);
        let about = fs::metadata(&real).map_err(error)?;
        if !about.is_file() {
            return Err(ImageError::at(self.shown(name), "not a regular file"));
        }
        Ok(Some((File::open(&real).map_err(error)?, about.len())))
    }
}
