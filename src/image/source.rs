//! Where an image is read from.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::archive::{self, Blobs};
use super::config::Config;
use super::documents::{self, Chosen};
use super::layer::{Records, Store};
use super::layout::Folder;
use super::tree::Tree;
use super::{Image, ImageError, Layer, Look, Progress, engine};

/// Where an image is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An archive on disk.
    File(PathBuf),
    /// An OCI layout, or an unpacked archive.
    Folder(PathBuf),
    /// An archive from standard input.
    Stdin,
    /// The name of an image in an engine.
    Engine(String),
}

impl Source {
    /// What `written` means: `-`, a path where something is, or else the name of an image.
    #[must_use]
    pub fn of(written: &str) -> Self {
        let path = PathBuf::from(written);
        match written {
            "-" => Self::Stdin,
            _ if path.is_dir() => Self::Folder(path),
            _ if path.exists() => Self::File(path),
            _ => Self::Engine(written.to_owned()),
        }
    }
}

/// Reads the image, the one for `platform` (`linux/arm64`) where there are several.
///
/// # Errors
/// Where there is none, or it is broken, or it costs more than [`limits`](super::limits) allow.
pub fn read(
    source: &Source,
    platform: Option<&str>,
    look: &dyn Look,
    progress: &mut dyn Progress,
) -> Result<Image, ImageError> {
    let mut store = Store::new(look, progress);
    match source {
        Source::File(path) => {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|it| ImageError::io(&name, &it))?;
            of_archive(BufReader::with_capacity(256 << 10, file), &name, platform, store)
        }
        Source::Stdin => of_archive(BufReader::with_capacity(256 << 10, io::stdin().lock()), "stdin", platform, store),
        Source::Engine(name) => {
            let (mut saving, out) = engine::save(name, platform)?;
            match archive::read(BufReader::with_capacity(256 << 10, out), name, &mut store) {
                Ok(blobs) => saving.end().and_then(|()| of_blobs(&blobs, platform, store)),
                // Why the engine stopped tells more than where the archive did.
                Err(error) => Err(saving.end().err().filter(|_| error.is_truncation()).unwrap_or(error)),
            }
        }
        Source::Folder(path) => of_folder(&Folder::new(path)?, platform, &mut store).and_then(|it| it.image(store)),
    }
    .map_err(|it| it.of(source))
}

/// Reads an image from any stream; `name` is for errors.
pub(super) fn of_archive(
    from: impl Read,
    name: &str,
    platform: Option<&str>,
    mut store: Store<'_>,
) -> Result<Image, ImageError> {
    let blobs = archive::read(from, name, &mut store)?;
    of_blobs(&blobs, platform, store)
}

fn of_blobs(blobs: &Blobs, platform: Option<&str>, store: Store<'_>) -> Result<Image, ImageError> {
    let chosen = documents::choose(&mut |it| Ok(blobs.document(it)), platform)?;
    let config = blobs.document(&chosen.config).ok_or_else(|| missing(&chosen.config))?;
    let config = Config::read(&config, &chosen.config)?;
    let layers: Result<Vec<Arc<Records>>, ImageError> =
        chosen.layers.iter().map(|it| blobs.layer(it).ok_or_else(|| missing(it))).collect();
    Parts { chosen, config, layers: layers? }.image(store)
}

fn of_folder(folder: &Folder, platform: Option<&str>, store: &mut Store<'_>) -> Result<Parts, ImageError> {
    let chosen = documents::choose(&mut |it| folder.document(it), platform)?;
    let config = folder.document(&chosen.config)?.ok_or_else(|| missing(&chosen.config))?;
    let config = Config::read(&config, &chosen.config)?;
    let mut known: HashMap<&str, Arc<Records>> = HashMap::new();
    let mut layers = Vec::new();
    let mut bytes = 0;
    for name in &chosen.layers {
        let records = match known.get(name.as_str()) {
            Some(records) => Arc::clone(records),
            None => {
                let (records, size) = folder.layer(name, store, bytes)?.ok_or_else(|| missing(name))?;
                bytes += size;
                records
            }
        };
        known.insert(name, Arc::clone(&records));
        layers.push(records);
    }
    Ok(Parts { config, layers, chosen })
}

fn missing(name: &str) -> ImageError {
    ImageError::at(name, "the manifest names it, and it is not there: save the image again")
}

/// All that an image is made of.
struct Parts {
    chosen: Chosen,
    config: Config,
    layers: Vec<Arc<Records>>,
}

impl Parts {
    fn image(self, store: Store<'_>) -> Result<Image, ImageError> {
        let Self { chosen, config, layers } = self;
        let ids = &config.diff_ids;
        if ids.len() != layers.len() {
            let what = format!("the manifest names {} layers, the configuration {}", layers.len(), ids.len());
            return Err(ImageError::at(&chosen.config, what));
        }
        let mut named = chosen.layers.iter().zip(ids.iter().zip(&layers));
        if let Some((name, (id, records))) = named.find(|(_, (id, records))| **id != records.digest) {
            let what = format!(
                "its content has the digest {}, and the configuration says {id}: the archive is damaged; save the image again",
                records.digest
            );
            return Err(ImageError::at(name, what));
        }
        let instructions = config.instructions(layers.len());
        let about = layers.iter().zip(instructions).map(|(records, instruction)| Layer {
            digest: records.digest.clone(),
            instruction,
            bytes: records.all.iter().map(|it| it.size).sum(),
        });
        let about = about.collect();
        Ok(Image { name: chosen.name, config, layers: about, tree: Arc::new(Tree::new(layers, store)?) })
    }
}
