//! Reading built images: `docker save` and OCI archives, OCI layout folders, and what an engine gives out.
//!
//! A source is read once, from front to back. Of each entry of a layer a small record is kept, and the bytes of the few
//! files that a [`Look`] asks for; nothing is written anywhere. When the manifest is known, the layers are laid over one
//! another in its order ([`Tree`]), with whiteouts, opaque folders and hard links.
//!
//! Archives are other people's data. What one may cost is bounded by [`limits`]; a path that leads out of the image, a
//! digest that is wrong, an archive that ends too early are errors, each with its place.

mod archive;
mod blob;
mod config;
mod digest;
mod documents;
mod engine;
mod error;
mod layer;
mod layout;
pub mod limits;
mod names;
mod source;
mod tar;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod tree;

pub use config::Config;
pub use engine::{layers_of, n_layers_of_base};
pub use error::ImageError;
pub use names::PathId;
pub use source::{Source, read};
pub use tree::{Entry, Hidden, Tree};

use std::io::{self, Read};

/// Says which files' contents are kept, and what of them.
pub trait Look: Sync {
    /// Whether the content of the file at `path` (absolute, in the image) is to be looked at.
    fn wants(&self, path: &str, size: u64) -> bool;

    /// Whether much is missed without it: what is not vital has a smaller share of the memory, and may be missing.
    fn is_vital(&self, _path: &str) -> bool {
        true
    }

    /// What is kept of the content; all that is not read is passed over. `None` keeps nothing.
    ///
    /// # Errors
    /// As `content` says.
    fn keep(&self, path: &str, content: &mut dyn Read) -> io::Result<Option<Vec<u8>>>;
}

/// Hears how far the reading is.
pub trait Progress {
    /// So many bytes of the source are read, and so many entries of layers.
    fn at(&mut self, bytes: u64, entries: usize);
}

/// Nobody listens.
impl Progress for () {
    fn at(&mut self, _bytes: u64, _entries: usize) {}
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a pipe, a socket.
    Other,
}

/// A layer of an image, the lowest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// The digest of its content, `sha256:…`.
    pub digest: String,
    /// The instruction that made it, without what the builder adds; `None` where the history does not say.
    pub instruction: Option<String>,
    /// What its files hold together, in bytes, whether a later layer hides them or not.
    pub bytes: u64,
}

/// An image that was read.
#[derive(Debug)]
pub struct Image {
    /// What it is called in the archive, where that says so.
    pub name: Option<String>,
    /// How containers of it start.
    pub config: Config,
    /// The lowest first.
    pub layers: Vec<Layer>,
    /// What a container sees.
    pub tree: std::sync::Arc<Tree>,
}
