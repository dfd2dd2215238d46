//! Images for tests, made in memory.

use std::io::Write;

use serde_json::{Value, json};

use super::layer::Store;
use super::{Image, ImageError, Look, digest, source};

/// The entries of a layer.
#[derive(Clone, Debug, Default)]
pub(crate) struct LayerBuilder {
    archive: Vec<u8>,
}

impl LayerBuilder {
    /// With an entry of any kind.
    pub(crate) fn entry(mut self, path: &str, kind: tar::EntryType, target: &str, content: &[u8]) -> Self {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        let mut builder = tar::Builder::new(Vec::new());
        // The crate refuses what only hostile archives have.
        let name = &mut header.as_old_mut().name;
        name[..path.len().min(100)].copy_from_slice(&path.as_bytes()[..path.len().min(100)]);
        if !target.is_empty() {
            header.as_old_mut().linkname[..target.len()].copy_from_slice(target.as_bytes());
        }
        header.set_cksum();
        if path.len() > 100 {
            builder.append_data(&mut header, path, content).expect("memory takes it");
        } else {
            builder.append(&header, content).expect("memory takes it");
        }
        let bytes = builder.into_inner().expect("memory takes it");
        self.archive.extend(&bytes[..bytes.len() - 1024]);
        self
    }

    /// With a file.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.entry(path, tar::EntryType::Regular, "", content.as_ref())
    }

    /// With a folder.
    pub(crate) fn folder(self, path: &str) -> Self {
        self.entry(path, tar::EntryType::Directory, "", b"")
    }

    /// With a symbolic link.
    pub(crate) fn link(self, path: &str, target: &str) -> Self {
        self.entry(path, tar::EntryType::Symlink, target, b"")
    }

    /// With another name of a file.
    pub(crate) fn hard_link(self, path: &str, target: &str) -> Self {
        self.entry(path, tar::EntryType::Link, target, b"")
    }

    /// As an archive.
    pub(crate) fn bytes(mut self) -> Vec<u8> {
        self.archive.extend([0; 1024]);
        self.archive
    }
}

/// How layers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// The bytes in this packing.
    pub(crate) fn pack(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain => bytes.to_vec(),
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
            }
            Self::Zstd => zstd::encode_all(bytes, 0).expect("memory takes it"),
        }
    }
}

/// The configuration of an image: `config` as its `config`, with a step of history for each layer and what comes with them.
pub(crate) fn config(config: &Value, steps: &[&str], layers: &[Vec<u8>]) -> Vec<u8> {
    let of_layers = steps
        .iter()
        .map(|it| json!({ "created_by": it, "empty_layer": it.starts_with("ENV ") || it.starts_with("CMD ") }));
    let ids: Vec<String> = layers.iter().map(|it| digest::of(it)).collect();
    let document = json!({
        "architecture": "amd64", "os": "linux", "config": config,
        "history": of_layers.collect::<Vec<_>>(), "rootfs": { "type": "layers", "diff_ids": ids },
    });
    document.to_string().into_bytes()
}

/// An archive as `docker save` makes it; the manifest comes last.
pub(crate) fn saved(config: &[u8], layers: &[Vec<u8>]) -> Vec<u8> {
    let mut outer = LayerBuilder::default();
    let blob = |bytes: &[u8]| format!("blobs/sha256/{}", &digest::of(bytes)["sha256:".len()..]);
    for layer in layers {
        outer = outer.file(&blob(layer), layer);
    }
    let names: Vec<String> = layers.iter().map(|it| blob(it)).collect();
    let manifest = json!([{ "Config": blob(config), "RepoTags": ["shop:1"], "Layers": names }]);
    outer.file(&blob(config), config).file("manifest.json", manifest.to_string()).bytes()
}

/// The image of a platform: its processor, its configuration, its layers.
pub(crate) type ForPlatform<'a> = (&'a str, Vec<u8>, Vec<Vec<u8>>);

/// An OCI archive of images for several platforms, their layers packed.
pub(crate) fn oci(images: &[ForPlatform<'_>], packing: Packing) -> Vec<u8> {
    let mut outer = LayerBuilder::default();
    let blob = |bytes: &[u8]| format!("blobs/sha256/{}", &digest::of(bytes)["sha256:".len()..]);
    let mut manifests = Vec::new();
    for (architecture, config, layers) in images {
        let packed: Vec<Vec<u8>> = layers.iter().map(|it| packing.pack(it)).collect();
        let named = |it: &[u8]| json!({ "digest": digest::of(it), "size": it.len() });
        let manifest =
            json!({ "config": named(config), "layers": packed.iter().map(|it| named(it)).collect::<Vec<_>>() });
        let manifest = manifest.to_string().into_bytes();
        for bytes in packed.iter().chain([config, &manifest]) {
            outer = outer.file(&blob(bytes), bytes);
        }
        let mut entry = named(&manifest);
        entry["platform"] = json!({ "os": "linux", "architecture": architecture });
        manifests.push(entry);
    }
    let index = json!({ "schemaVersion": 2, "manifests": manifests }).to_string();
    outer.file("index.json", index).file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}").bytes()
}

/// Reads an archive.
pub(crate) fn read(archive: &[u8], platform: Option<&str>, look: &dyn Look) -> Result<Image, ImageError> {
    source::of_archive(archive, "image.tar", platform, Store::new(look, &mut ()))
}

/// Keeps nothing.
pub(crate) struct Nothing;

impl Look for Nothing {
    fn wants(&self, _path: &str, _size: u64) -> bool {
        false
    }

    fn keep(&self, _path: &str, _content: &mut dyn std::io::Read) -> std::io::Result<Option<Vec<u8>>> {
        Ok(None)
    }
}
