//! npm's locks: generation 1 is a tree, 2 and 3 have a flat list.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::super::files::Files;
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
    #[serde(rename = "devDependencies", deserialize_with = "loose")]
    dev_dependencies: Option<BTreeMap<String, String>>,
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
            lock.root_ranges = packages.get("").map(root_ranges).unwrap_or_default();
            lock.packages = Some(flat(&packages));
        }
        (None, Some(tree)) => {
            let mut packages = Vec::new();
            for (name, entry) in &tree {
                add_tree("", name, entry, &mut packages, 0);
            }
            lock.packages = Some(packages);
        }
        // A lock of a package without dependencies has neither list.
        (None, None) => lock.packages = file.generation.map(|_| Vec::new()),
    }
}

fn root_ranges(root: &Entry) -> BTreeMap<String, String> {
    let range = |(name, below): (&String, &Below)| match below {
        Below::Range(range) => Some((name.clone(), range.clone())),
        _ => None,
    };
    let mut ranges: BTreeMap<_, _> = root.dependencies.iter().flatten().filter_map(range).collect();
    ranges.extend(root.dev_dependencies.iter().flatten().map(|(name, range)| (name.clone(), range.clone())));
    ranges
}

fn flat(packages: &BTreeMap<String, Entry>) -> Vec<LockedPackage> {
    // Entries outside of any node_modules are the targets of links.
    let installed = packages.iter().filter(|(path, _)| path.contains("node_modules/"));
    installed.map(|(path, entry)| locked(path, entry)).collect()
}

fn add_tree(folder: &str, name: &str, entry: &Entry, packages: &mut Vec<LockedPackage>, depth: usize) {
    let path = paths::resolve(folder, &format!("node_modules/{name}"));
    packages.push(locked(&path, entry));
    for (name, below) in entry.dependencies.iter().flatten() {
        if let Below::Entry(below) = below
            && depth < MAX_DEPTH
        {
            add_tree(&path, name, below, packages, depth + 1);
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
