//! npm's locks: generation 1 is a tree, 2 and 3 have a flat list.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::super::files::Files;
use super::tree::{Node, Ranges, Tree};
use super::{Lock, LockedPackage};
use crate::paths;

/// Deeper trees than any real one, so that a made-up lock can't exhaust the stack.
const MAX_DEPTH: usize = 64;

/// Each level of such a tree has two brackets.
const MAX_NESTING: usize = 2 * MAX_DEPTH;

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
enum Below {
    Range(String),
    Entry(Box<Entry>),
    Other,
}

impl<'de> Deserialize<'de> for Below {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        let range = || serde_json::from_str(text).map(Self::Range);
        Ok(range().or_else(|_| serde_json::from_str(text).map(Self::Entry)).unwrap_or(Self::Other))
    }
}

/// What is of another type than it should be is nothing. Locks are large, and most of their values right: the text is
/// read once more in place of a copy of what is in it.
fn loose<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = <&RawValue>::deserialize(deserializer)?.get();
    Ok(serde_json::from_str(text).ok())
}

/// The line (from 1) at which brackets nest deeper than `serde_json` follows them, which it does not count where it
/// reads a text once more.
fn too_deep(bytes: &[u8]) -> Option<usize> {
    let (mut depth, mut line, mut in_text, mut escaped) = (0_usize, 1, false, false);
    for byte in bytes {
        match byte {
            b'\n' => line += 1,
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return Some(line);
        }
    }
    None
}

/// Reads `bytes` into the lock.
pub(super) fn fill(files: &Files, lock: &mut Lock, bytes: &[u8]) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: Result<File, usize> = match too_deep(bytes) {
        Some(line) => Err(line),
        None => serde_json::from_slice(bytes).map_err(|it| it.line()),
    };
    match file {
        Ok(file) => fill_from(file, lock),
        Err(line) => files.problem(&lock.path, Some(line), "is not a lock that npm can read".to_owned()),
    }
}

fn fill_from(file: File, lock: &mut Lock) {
    lock.generation = file.generation;
    match (file.packages, file.dependencies) {
        (Some(packages), _) => {
            lock.packages = Some(flat(&packages));
            lock.tree = Some(Arc::new(Tree::new(packages.into_iter().map(|(path, it)| {
                let node = node(&path, it);
                (path, node)
            }))));
        }
        (None, Some(tree)) => {
            let (mut packages, mut nodes) = (Vec::new(), Vec::new());
            for (name, entry) in tree {
                add_tree("", &name, entry, &mut (&mut packages, &mut nodes), 0);
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
fn node(path: &str, entry: Entry) -> Node {
    let LockedPackage { name, version, link, .. } = locked(path, &entry);
    let is_range = |(name, below)| match below {
        Below::Range(range) => Some((name, range)),
        _ => None,
    };
    let production = entry.dependencies.into_iter().flatten().filter_map(is_range);
    let peers_meta = entry.peers_meta.into_iter().flatten();
    let ranges = Ranges {
        production: production.chain(entry.requires.into_iter().flatten()).collect(),
        development: entry.dev_dependencies.unwrap_or_default(),
        optional: entry.optional_dependencies.unwrap_or_default(),
        peers: entry.peer_dependencies.unwrap_or_default(),
        optional_peers: peers_meta.filter(|it| it.1.optional == Some(true)).map(|it| it.0).collect(),
    };
    Node {
        name: entry.name.unwrap_or(name),
        version,
        link,
        resolved: entry.resolved,
        ranges,
        bundled: entry.bundled.unwrap_or_default(),
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

fn add_tree(folder: &str, name: &str, mut entry: Entry, found: &mut Found<'_>, depth: usize) {
    let path = paths::resolve(folder, &format!("node_modules/{name}"));
    found.0.push(locked(&path, &entry));
    let (entries, ranges): (BTreeMap<_, _>, BTreeMap<_, _>) =
        entry.dependencies.take().into_iter().flatten().partition(|it| matches!(it.1, Below::Entry(_)));
    entry.dependencies = Some(ranges);
    found.1.push((path.clone(), node(&path, entry)));
    for (name, below) in entries {
        if let Below::Entry(below) = below
            && depth < MAX_DEPTH
        {
            add_tree(&path, &name, *below, found, depth + 1);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> File {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_has_another_type_is_left_out() {
        let file = file(
            r#"{ "lockfileVersion": "3", "packages": {
                "node_modules/a": { "version": 1, "dev": true, "bin": "x.js", "dependencies": { "b": "^1", "c": 2 } },
                "node_modules/b": { "version": "1.0.0", "dependencies": { "d": { "version": "2.0.0" } } } } }"#,
        );
        assert_eq!(file.generation, None);
        let packages = file.packages.unwrap();
        let a = &packages["node_modules/a"];
        assert_eq!(
            (a.version.as_deref(), a.dev, locked("node_modules/a", a).bins),
            (None, Some(true), vec!["a".into()])
        );
        let below = a.dependencies.as_ref().unwrap();
        assert!(matches!((&below["b"], &below["c"]), (Below::Range(it), Below::Other) if it == "^1"));
        let below = packages["node_modules/b"].dependencies.as_ref().unwrap();
        assert!(matches!(&below["d"], Below::Entry(it) if it.version.as_deref() == Some("2.0.0")));
    }

    #[test]
    fn brackets_in_texts_do_not_nest() {
        let nested = |n: usize| format!("\n{}{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(too_deep(nested(MAX_NESTING).as_bytes()), None);
        assert_eq!(too_deep(nested(MAX_NESTING + 1).as_bytes()), Some(2));
        let text = format!(r#"{{ "a\"{}": 1 }}"#, "{".repeat(MAX_NESTING));
        assert_eq!(too_deep(text.as_bytes()), None);
    }
}
