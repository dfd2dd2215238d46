//! An archive of blobs, as it streams by: documents are kept, layers become records.
//!
//! The manifest may come last, so each blob that looks like a layer is read as one.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use super::blob::{self, Blob, Content};
use super::digest::{self, Hashing, Seen};
use super::layer::{Records, Store};
use super::tar::{Head, Reader, Type};
use super::{ImageError, limits};
use crate::paths;

/// What an archive held, by the names of its entries.
#[derive(Default)]
pub(super) struct Blobs {
    documents: HashMap<String, Vec<u8>>,
    layers: HashMap<String, Arc<Records>>,
    /// Names that stand for others.
    links: HashMap<String, String>,
    n_bytes: usize,
}

impl Blobs {
    /// The document called `name`.
    pub(super) fn document(&self, name: &str) -> Option<Vec<u8>> {
        self.documents.get(&self.resolved(name)).cloned()
    }

    /// The layer called `name`.
    pub(super) fn layer(&self, name: &str) -> Option<Arc<Records>> {
        self.layers.get(&self.resolved(name)).cloned()
    }

    fn resolved(&self, name: &str) -> String {
        let mut name = paths::normalise(name);
        // Old archives link each layer that is there twice to the first one.
        for _ in 0..8 {
            match self.links.get(&name) {
                Some(target) => name = target.clone(),
                None => break,
            }
        }
        name
    }

    fn add_document(&mut self, name: String, bytes: Vec<u8>) -> Result<(), ImageError> {
        self.n_bytes += bytes.len();
        if self.n_bytes > limits::DOCUMENTS {
            let limit = limits::DOCUMENTS >> 20;
            return Err(ImageError::at(name, format_args!("its documents are larger than {limit} MiB together")));
        }
        self.documents.insert(name, bytes);
        Ok(())
    }
}

/// Reads the archive called `name` to its end.
///
/// # Errors
/// Where it is none, or broken, or costs more than is allowed.
pub(super) fn read(source: impl Read, name: &str, store: &mut Store<'_>) -> Result<Blobs, ImageError> {
    let counting = Hashing::counting(source);
    let seen = counting.seen();
    let blob = Blob::new(counting).map_err(|it| ImageError::io(name, &it))?;
    if matches!(blob.content, Content::Document | Content::Unknown) {
        return Err(ImageError::at(
            name,
            "not an image: no tar archive, and none that is compressed with gzip or zstd",
        ));
    }
    let unpacked =
        blob::unpack(blob.content, blob.inner, seen.clone(), name).map_err(|it| ImageError::io(name, &it))?;
    let mut outer = Reader::new(unpacked, name);
    let mut blobs = Blobs::default();
    let mut n_entries = 0;
    while let Some(head) = outer.next()? {
        n_entries += 1;
        if n_entries > limits::BLOBS {
            let what = format!(
                "it holds more than {} files, so it is no archive of layers; `docker save` makes one",
                limits::BLOBS
            );
            return Err(ImageError::at(name, what));
        }
        entry(&head, &mut outer, &seen, store, &mut blobs)?;
    }
    // Who writes it is heard out, or else it ends with an error of its own.
    io::copy(&mut outer.into_rest(), &mut io::sink()).map_err(|it| ImageError::io(name, &it))?;
    Ok(blobs)
}

fn entry(
    head: &Head,
    outer: &mut Reader<impl Read>,
    seen: &Seen,
    store: &mut Store<'_>,
    blobs: &mut Blobs,
) -> Result<(), ImageError> {
    let path = paths::normalise(&head.path);
    match head.kind {
        Type::Link => {
            let target = paths::resolve(paths::parent(&path), &head.target);
            blobs.links.insert(path, target);
        }
        Type::HardLink => {
            blobs.links.insert(path, paths::normalise(&head.target));
        }
        Type::File if may_be_blob(&path) => {
            let read = || seen.bytes();
            match blob_of(&path, head.size, outer.content(), store, &read)? {
                Some(Known::Layer(records)) => drop(blobs.layers.insert(path, Arc::new(records))),
                Some(Known::Document(bytes)) => blobs.add_document(path, bytes)?,
                None => {}
            }
            store.tell(seen.bytes());
        }
        Type::File | Type::Folder | Type::Other => {}
    }
    Ok(())
}

/// Whether an image may have a blob of that name: it stands in no deep folder but `blobs`.
fn may_be_blob(path: &str) -> bool {
    path.starts_with("blobs/") || path.matches('/').count() <= 1
}

/// What a blob turned out to be.
pub(super) enum Known {
    Layer(Records),
    Document(Vec<u8>),
}

/// Reads a blob whose name may be its digest; `None` where it is neither a layer nor a document.
///
/// # Errors
/// Where it is broken, or its bytes have another digest.
pub(super) fn blob_of(
    name: &str,
    size: u64,
    content: impl Read,
    store: &mut Store<'_>,
    read: &dyn Fn() -> u64,
) -> Result<Option<Known>, ImageError> {
    let raw = Hashing::new(content);
    let seen = raw.seen();
    let mut blob = Blob::new(raw).map_err(|it| ImageError::io(name, &it))?;
    let res = match blob.content {
        Content::Document if size <= limits::DOCUMENT => Some(Known::Document(blob::document(&mut blob.inner, name)?)),
        Content::Document | Content::Unknown => None,
        content => Some(Known::Layer(layer(content, &mut blob.inner, &seen, name, store, read)?)),
    };
    // Padding after the last entry, and what follows compressed data, count for the digest.
    io::copy(&mut blob.inner, &mut io::sink()).map_err(|it| ImageError::io(name, &it))?;
    check(name, &seen.digest())?;
    Ok(res.map(|it| with_digest(it, seen.digest())))
}

fn with_digest(read: Known, digest: String) -> Known {
    match read {
        Known::Layer(records) if records.digest.is_empty() => Known::Layer(Records { digest, ..records }),
        other => other,
    }
}

fn layer(
    content: Content,
    packed: impl Read,
    seen: &Seen,
    name: &str,
    store: &mut Store<'_>,
    read: &dyn Fn() -> u64,
) -> Result<Records, ImageError> {
    let error = |it: io::Error| ImageError::io(name, &it);
    let unpacked = blob::unpack(content, packed, seen.clone(), name).map_err(error)?;
    // What is not compressed is hashed already.
    let unpacked = if content == Content::Tar { Hashing::counting(unpacked) } else { Hashing::new(unpacked) };
    let inner = unpacked.seen();
    let mut reader = Reader::new(unpacked, name);
    let all = store.read(&mut reader, name, read)?;
    let rest = io::copy(&mut reader.into_rest(), &mut io::sink()).map_err(error)?;
    store.count(rest, name)?;
    Ok(Records { all, digest: inner.digest() })
}

/// Holds the digest of a blob against its name, where that is one.
pub(super) fn check(name: &str, found: &str) -> Result<(), ImageError> {
    let named = name.strip_prefix("blobs/sha256/").map(|it| format!("sha256:{it}")).filter(|it| digest::is_one(it));
    match named {
        Some(named) if named != found => {
            let what = format!("its bytes have the digest {found}: the archive is damaged; save the image again");
            Err(ImageError::at(name, what))
        }
        _ => Ok(()),
    }
}
