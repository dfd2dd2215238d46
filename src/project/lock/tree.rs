//! An npm lock as the tree of folders that it stands for: which package is found from where.

use std::collections::BTreeMap;

use crate::paths;

/// What a package asks for, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    pub(super) production: BTreeMap<String, String>,
    pub(super) development: BTreeMap<String, String>,
    pub(super) optional: BTreeMap<String, String>,
    pub(super) peers: BTreeMap<String, String>,
    /// Those of the peers that may be missing.
    pub(super) optional_peers: Vec<String>,
}

/// One place of the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The package's own name: an alias is in the path only.
    pub(super) name: String,
    /// Empty for links.
    pub(super) version: String,
    pub(super) resolved: Option<String>,
    /// The target's path from the lock's folder.
    pub(super) link: Option<String>,
    pub(super) ranges: Ranges,
    /// What it brings in its own archive.
    pub(super) bundled: Vec<String>,
    pub(super) in_bundle: bool,
    /// Its dependencies are in a lock of its own.
    pub(super) shrinkwrap: bool,
}

/// Why a package is asked for. A later kind replaces an earlier one of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Peer,
    OptionalPeer,
    Production,
    Optional,
    Development,
}

impl Ranges {
    /// What it asks for, each name once, as npm counts them; peers only `with_peers`, devDependencies only
    /// of packages that are `at_home`: the root and the targets of links.
    pub(super) fn edges(&self, with_peers: bool, at_home: bool) -> BTreeMap<&str, (Kind, &str)> {
        let all = [
            (Kind::Peer, &self.peers, with_peers),
            (Kind::Production, &self.production, true),
            (Kind::Optional, &self.optional, true),
            (Kind::Development, &self.development, at_home),
        ];
        let mut res = BTreeMap::new();
        for (kind, ranges, _) in all.into_iter().filter(|it| it.2) {
            for (name, range) in ranges {
                let may_be_missing = kind == Kind::Peer && self.optional_peers.contains(name);
                res.insert(name.as_str(), (if may_be_missing { Kind::OptionalPeer } else { kind }, range.as_str()));
            }
        }
        res
    }
}

/// The places of an npm lock, by their paths from its folder; `""` is the root.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
}

impl Tree {
    pub(super) fn new(nodes: impl IntoIterator<Item = (String, Node)>) -> Self {
        Self { nodes: nodes.into_iter().collect() }
    }

    /// What is at `path`.
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        self.nodes.get(path)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Where `name` is found from `path`: in its own node_modules, or in one above it.
    pub(super) fn find(&self, path: &str, name: &str) -> Option<(&str, &Node)> {
        let mut folder = path;
        loop {
            let is_modules = paths::file_name(folder) == "node_modules";
            let candidate = paths::join(folder, &format!("node_modules/{name}"));
            if let Some((path, node)) = self.nodes.get_key_value(&candidate).filter(|_| !is_modules) {
                return Some((path, node));
            }
            if folder.is_empty() {
                return None;
            }
            folder = paths::parent(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_counts() {
        let paths = ["node_modules/a", "node_modules/@s/b", "node_modules/@s/b/node_modules/a", "packages/c"];
        let tree = Tree::new(paths.map(|it| (it.to_owned(), Node::default())));
        for (from, name, expected) in [
            ("", "a", Some("node_modules/a")),
            ("node_modules/@s/b", "a", Some("node_modules/@s/b/node_modules/a")),
            ("node_modules/@s/b/node_modules/a", "@s/b", Some("node_modules/@s/b")),
            ("packages/c", "a", Some("node_modules/a")),
            ("node_modules/a", "c", None),
        ] {
            assert_eq!(tree.find(from, name).map(|it| it.0), expected, "{from} {name}");
        }
    }

    #[test]
    fn a_later_kind_replaces_an_earlier_one() {
        let one = |range: &str| BTreeMap::from([("a".to_owned(), range.to_owned())]);
        let ranges = Ranges { production: one("1"), development: one("2"), peers: one("3"), ..Ranges::default() };
        assert_eq!(ranges.edges(true, true)["a"], (Kind::Development, "2"));
        assert_eq!(ranges.edges(true, false)["a"], (Kind::Production, "1"));
    }
}
