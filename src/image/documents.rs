//! Manifests and indexes: from the one at the top to the configuration and the layers of one platform.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::config::platform;
use super::{ImageError, digest, limits};

/// What is meant, by the names of blobs in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) name: Option<String>,
    pub(super) config: String,
    /// The lowest first.
    pub(super) layers: Vec<String>,
}

/// Gets the bytes of a document by its name; `None` where there is none.
pub(super) type Get<'a> = dyn FnMut(&str) -> Result<Option<Vec<u8>>, ImageError> + 'a;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    layers: Vec<String>,
}

/// Follows the documents to the image for `wanted` (`linux/arm64`), or else for this machine.
///
/// # Errors
/// Where there is none, or several, or a document is broken or missing.
pub(super) fn choose(get: &mut Get<'_>, wanted: Option<&str>) -> Result<Chosen, ImageError> {
    // What Docker saves has both; an index alone speaks of platforms.
    let saved = if wanted.is_none() { get("manifest.json")? } else { None };
    if let Some(bytes) = saved {
        return of_saved(&bytes);
    }
    if let Some(bytes) = get("index.json")? {
        return of_index(get, &bytes, wanted);
    }
    match get("manifest.json")? {
        Some(bytes) => of_saved(&bytes),
        None => Err(ImageError::new(
            "not an image: it has neither a `manifest.json` (`docker save`) nor an `index.json` (OCI layout); \
             what `docker export` makes says nothing of layers, user and start: use `docker save`",
        )),
    }
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8], name: &str) -> Result<T, ImageError> {
    serde_json::from_slice(bytes).map_err(|it| ImageError::at(name, format_args!("not as it should be: {it}")))
}

fn of_saved(bytes: &[u8]) -> Result<Chosen, ImageError> {
    let all: Vec<Saved> = parse(bytes, "manifest.json")?;
    let tags = |it: &Saved| it.repo_tags.iter().flatten().next().cloned();
    match all.as_slice() {
        [one] => checked(Chosen { name: tags(one), config: one.config.clone(), layers: one.layers.clone() }),
        [] => Err(ImageError::at("manifest.json", "it names no image")),
        _ => {
            let names: Vec<String> = all.iter().filter_map(tags).collect();
            let what = format!("it holds {} images ({}): save one of them alone", all.len(), names.join(", "));
            Err(ImageError::at("manifest.json", what))
        }
    }
}

/// Indexes may name further ones; deeper than this none does.
const MAX_DEPTH: usize = 4;

fn of_index(get: &mut Get<'_>, bytes: &[u8], wanted: Option<&str>) -> Result<Chosen, ImageError> {
    let index: Value = parse(bytes, "index.json")?;
    let mut found = Vec::new();
    let mut absent = None;
    collect(get, &index, None, &mut (&mut found, &mut absent), 0)?;
    if found.is_empty() {
        let absent =
            absent.map_or_else(|| "it names no image".to_owned(), |it| format!("it names `{it}`, which is missing"));
        return Err(ImageError::at("index.json", absent));
    }
    let here = host_platform();
    let is_meant =
        |it: &Platformed, platform: &str| it.platform == platform || it.platform.starts_with(&format!("{platform}/"));
    let platform = wanted.unwrap_or(&here);
    let is_lone = wanted.is_none() && found.len() == 1;
    let meant: Vec<&Platformed> = found.iter().filter(|it| is_lone || is_meant(it, platform)).collect();
    let names: BTreeSet<&str> = meant.iter().filter_map(|it| it.chosen.name.as_deref()).collect();
    if names.len() > 1 && meant.iter().any(|it| it.chosen.config != meant[0].chosen.config) {
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let what = format!("it holds several images for {platform} ({names}): save one of them alone");
        return Err(ImageError::at("index.json", what));
    }
    meant.first().map(|it| it.chosen.clone()).ok_or_else(|| {
        let names: BTreeSet<&str> = found.iter().map(|it| it.platform.as_str()).collect();
        ImageError::new(format!(
            "there is no image for {platform}, only for {}: choose with `--platform`",
            names.into_iter().collect::<Vec<_>>().join(", ")
        ))
    })
}

/// `linux` and what this machine is.
fn host_platform() -> String {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("linux/{architecture}")
}

struct Platformed {
    platform: String,
    chosen: Chosen,
}

/// What was found, and a manifest that is named but not there.
type Found<'a> = (&'a mut Vec<Platformed>, &'a mut Option<String>);

fn collect(
    get: &mut Get<'_>,
    index: &Value,
    name: Option<&str>,
    found: &mut Found<'_>,
    depth: usize,
) -> Result<(), ImageError> {
    let manifests = index["manifests"].as_array().map_or(&[][..], Vec::as_slice);
    if depth > MAX_DEPTH || manifests.len() > limits::LAYERS {
        return Err(ImageError::at("index.json", "its indexes are nested too deep, or name too many images"));
    }
    for entry in manifests {
        let is_apart =
            entry["platform"]["os"] == "unknown" || !entry["annotations"]["vnd.docker.reference.type"].is_null();
        let annotations = &entry["annotations"];
        let own = annotations["io.containerd.image.name"]
            .as_str()
            .or(annotations["org.opencontainers.image.ref.name"].as_str());
        let name = own.or(name);
        let path = blob_path(&entry["digest"])?;
        let Some(bytes) = get(&path)?.filter(|_| !is_apart) else {
            // Docker saves the indexes of all platforms, and the blobs of one.
            found.1.get_or_insert(path);
            continue;
        };
        let document: Value = parse(&bytes, &path)?;
        if document["manifests"].is_array() {
            collect(get, &document, name, found, depth + 1)?;
        } else {
            found.0.extend(image(get, &document, &entry["platform"], name)?);
        }
    }
    Ok(())
}

/// The image of a manifest; `None` where its configuration is not there.
fn image(
    get: &mut Get<'_>,
    manifest: &Value,
    platform_of: &Value,
    name: Option<&str>,
) -> Result<Option<Platformed>, ImageError> {
    let config = blob_path(&manifest["config"]["digest"])?;
    let layers = manifest["layers"].as_array().map_or(&[][..], Vec::as_slice);
    let layers: Result<Vec<String>, ImageError> = layers.iter().map(|it| blob_path(&it["digest"])).collect();
    let Some(bytes) = get(&config)? else { return Ok(None) };
    let written: Value = parse(&bytes, &config)?;
    let says = if platform_of.is_object() { platform_of } else { &written };
    let text = |key: &str| says[key].as_str().unwrap_or_default();
    let platform = platform(text("os"), text("architecture"), says["variant"].as_str());
    let chosen = checked(Chosen { name: name.map(str::to_owned), config, layers: layers? })?;
    Ok(Some(Platformed { platform, chosen }))
}

fn blob_path(written: &Value) -> Result<String, ImageError> {
    let digest = written.as_str().unwrap_or_default();
    match digest.strip_prefix("sha256:").filter(|_| digest::is_one(digest)) {
        Some(hex) => Ok(format!("blobs/sha256/{hex}")),
        None => {
            Err(ImageError::new(format!("`{digest}` is not a sha256 digest, which is what images name their blobs by")))
        }
    }
}

fn checked(chosen: Chosen) -> Result<Chosen, ImageError> {
    match chosen.layers.len() > limits::LAYERS {
        true => Err(ImageError::new(format!("it names {} layers; no engine takes so many", chosen.layers.len()))),
        false => Ok(chosen),
    }
}
