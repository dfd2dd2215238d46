//! npm's locks: generation 1 is a tree, 2 and 3 have a flat list.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::super::files::Files;
use super::tree::{Node, Ranges, Tree};
use super::{Lock, LockedPackage};
use crate::paths;

/// Deeper trees than any real one, so that a made-up lock can't exhaust the stack.
const MAX_DEPTH: usize = 64;

#[derive(Deserialize)]
struct File {
    #[serde(default, rename = "lockfileVersion", deserialize_with = "loose")]
    generation: Option<u32>,
    #[serde(default, deserialize_with = "loose")]
    packages: Option<BTreeMap<String, Entry>>,
    #[serde(default, deserialize_with = "loose")]
    dependencies: Option<BTreeMap<String, Entry>>,
}

/// An entry of either list: what is of another type than it should be is left out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(deserialize_with = "loose")]
    version: Option<String>,
    #[serde(deserialize_with = "loose")]
    resolved: Option<String>,
    #[serde(deserialize_with = "loose")]
    dev: Option<bool>,
    #[serde(deserialize_with = "loose")]
    optional: Option<bool>,
    #[serde(deserialize_with = "loose")]
    link: Option<bool>,
    #[serde(rename = "hasInstallScript", deserialize_with = "loose")]
    install_script: Option<bool>,
    #[serde(deserialize_with = "loose")]
    bin: Option<Bins>,
    #[serde(deserialize_with = "loose")]
    dependencies: Option<BTreeMap<String, Below>>,
    #[serde(deserialize_with = "loose")]
    requires: Option<BTreeMap<String, String>>,
    #[serde(rename = "devDependencies", deserialize_with = "loose")]
    dev_dependencies: Option<BTreeMap<String, String>>,
    #[serde(rename = "optionalDependencies", deserialize_with = "loose")]
    optional_dependencies: Option<BTreeMap<String, String>>,
    #[serde(rename = "peerDependencies", deserialize_with = "loose")]
    peer_dependencies: Option<BTreeMap<String, String>>,
    #[serde(rename = "peerDependenciesMeta", deserialize_with = "loose")]
    peers_meta: Option<BTreeMap<String, PeerMeta>>,
    #[serde(rename = "bundleDependencies", deserialize_with = "loose")]
    bundled: Option<Vec<String>>,
    #[serde(rename = "inBundle", deserialize_with = "loose")]
    in_bundle: Option<bool>,
    #[serde(rename = "bundled", deserialize_with = "loose")]
    is_bundled: Option<bool>,
    #[serde(rename = "hasShrinkwrap", deserialize_with = "loose")]
    shrinkwrap: Option<bool>,
    #[serde(deserialize_with = "loose")]
    name: Option<String>,
}

/// What stands under a name of `peerDependenciesMeta`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PeerMeta {
    #[serde(deserialize_with = "loose")]
    optional: Option<bool>,
}

/// The programs of a package, by name; a lone one has the package's own.
#[derive(Deserialize)]
#[serde(untagged)]
enum Bins {
    Named(BTreeMap<String, IgnoredAny>),
    Own(IgnoredAny),
}

/// What stands under an entry's `dependencies`: a range (2, 3) or another entry (1).
#[derive(Deserialize)]
#[serde(untagged)]
enum Below {
    Range(String),
    Entry(Box<Entry>),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Loose<T> {
    Right(T),
    Wrong(IgnoredAny),
}

fn loose<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(match Loose::deserialize(deserializer)? {
        Loose::Right(it) => Some(it),
        Loose::Wrong(_) => None,
    })
}

/// Reads `bytes` into the lock.
pub(super) fn fill(files: &Files, lock: &mut Lock, bytes: &[u8]) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: File = match serde_json::from_slice(bytes) {
        Ok(file) => file,
        Err(error) => {
            files.problem(&lock.path, Some(error.line()), "is not a lock that npm can read".to_owned());
            return;
        }
    };
    lock.generation = file.generation;
    match (file.packages, file.dependencies) {
        (Some(packages), _) => {
            lock.packages = Some(flat(&packages));
            lock.tree = Some(Arc::new(Tree::new(packages.iter().map(|(path, it)| (path.clone(), node(path, it))))));
        }
        (None, Some(tree)) => {
            let (mut packages, mut nodes) = (Vec::new(), Vec::new());
            for (name, entry) in &tree {
                add_tree("", name, entry, &mut (&mut packages, &mut nodes), 0);
            }
            lock.packages = Some(packages);
            lock.tree = Some(Arc::new(Tree::new(nodes)));
        }
        // A lock of a package without dependencies has neither list.
        (None, None) => {
            lock.packages = file.generation.map(|_| Vec::new());
            lock.tree = file.generation.map(|_| Arc::new(Tree::new([])));
        }
    }
}

/// The entry as a place of the tree.
fn node(path: &str, entry: &Entry) -> Node {
    let is_range = |(name, below): (&String, &Below)| match below {
        Below::Range(range) => Some((name.clone(), range.clone())),
        _ => None,
    };
    let production = entry.dependencies.iter().flatten().filter_map(is_range);
    let mut ranges = Ranges {
        production: production.chain(entry.requires.clone().into_iter().flatten()).collect(),
        development: entry.dev_dependencies.clone().unwrap_or_default(),
        optional: entry.optional_dependencies.clone().unwrap_or_default(),
        peers: entry.peer_dependencies.clone().unwrap_or_default(),
        optional_peers: Vec::new(),
    };
    let is_optional = |it: &(&String, &PeerMeta)| it.1.optional == Some(true);
    ranges.optional_peers =
        entry.peers_meta.iter().flatten().filter(is_optional).map(|(name, _)| name.clone()).collect();
    let LockedPackage { name, version, link, .. } = locked(path, entry);
    Node {
        name: entry.name.clone().unwrap_or(name),
        version,
        link,
        resolved: entry.resolved.clone(),
        ranges,
        bundled: entry.bundled.clone().unwrap_or_default(),
        in_bundle: entry.in_bundle == Some(true) || entry.is_bundled == Some(true),
        shrinkwrap: entry.shrinkwrap == Some(true),
    }
}

fn flat(packages: &BTreeMap<String, Entry>) -> Vec<LockedPackage> {
    // Entries outside of any node_modules are the targets of links.
    let installed = packages.iter().filter(|(path, _)| path.contains("node_modules/"));
    installed.map(|(path, entry)| locked(path, entry)).collect()
}

/// The flat list, and the places of the tree.
type Found<'a> = (&'a mut Vec<LockedPackage>, &'a mut Vec<(String, Node)>);

fn add_tree(folder: &str, name: &str, entry: &Entry, found: &mut Found<'_>, depth: usize) {
    let path = paths::resolve(folder, &format!("node_modules/{name}"));
    found.0.push(locked(&path, entry));
    found.1.push((path.clone(), node(&path, entry)));
    for (name, below) in entry.dependencies.iter().flatten() {
        if let Below::Entry(below) = below
            && depth < MAX_DEPTH
        {
            add_tree(&path, name, below, found, depth + 1);
        }
    }
}

fn locked(path: &str, entry: &Entry) -> LockedPackage {
    let version = entry.version.clone().unwrap_or_default();
    let resolved = entry.resolved.as_deref().unwrap_or(&version);
    let file = version.strip_prefix("file:").filter(|it| !it.ends_with(".tgz"));
    let link = if entry.link == Some(true) { Some(resolved) } else { file };
    let own = path.rsplit('/').next().unwrap_or(path);
    let bins = match &entry.bin {
        None => Vec::new(),
        Some(Bins::Named(all)) => all.keys().cloned().collect(),
        Some(Bins::Own(_)) => vec![own.to_owned()],
    };
    LockedPackage {
        bins,
        name: path.rsplit("node_modules/").next().unwrap_or(path).to_owned(),
        path: path.to_owned(),
        dev: entry.dev == Some(true),
        optional: entry.optional == Some(true),
        install_script: entry.install_script == Some(true),
        git: resolved.starts_with("git"),
        link: link.map(paths::normalise),
        version: if link.is_some() { String::new() } else { version },
    }
}
