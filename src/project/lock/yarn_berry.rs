//! The lock of Yarn 2 and later: a list of packages, each under all the `name@npm:range` that it stands for. Packages of
//! the project itself are in it as well, with dependencies and devDependencies in one list.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::Package;
use super::LockedPackage;

/// One package.
#[derive(Clone, Debug, Default)]
struct Entry {
    name: String,
    version: String,
    resolution: String,
    /// What it asks for: name and range.
    wants: Vec<(String, String)>,
    peers: Vec<String>,
    optional_peers: Vec<String>,
}

/// The packages of a lock, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    all: Vec<Entry>,
    by_key: HashMap<String, usize>,
}

/// Which list of an entry a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Wants,
    Peers,
    PeersMeta,
    Other,
}

/// Reads a lock; `None` where a line is none of yarn's, as in a merge that was not finished.
pub(super) fn read(text: &str) -> Option<Entries> {
    let mut res = Entries::default();
    let mut list = List::Other;
    for line in text.lines().filter(|it| !it.trim().is_empty() && !it.starts_with('#')) {
        let depth = line.len() - line.trim_start_matches(' ').len();
        let line = line.trim();
        match depth {
            0 => res.open(line.strip_suffix(':')?)?,
            2 => {
                list = match line {
                    "dependencies:" => List::Wants,
                    "peerDependencies:" => List::Peers,
                    "peerDependenciesMeta:" => List::PeersMeta,
                    _ => List::Other,
                };
                res.field(line)?;
            }
            4 => res.item(list, line)?,
            _ => {}
        }
    }
    Some(res)
}

impl Entries {
    fn open(&mut self, keys: &str) -> Option<()> {
        let keys: Vec<&str> = keys.trim_matches('"').split(", ").collect();
        let name = name_of(keys.first()?).unwrap_or("__metadata").to_owned();
        self.by_key.extend(keys.iter().map(|it| ((*it).to_owned(), self.all.len())));
        self.all.push(Entry { name, ..Entry::default() });
        Some(())
    }

    fn field(&mut self, line: &str) -> Option<()> {
        let (key, value) = pair(line)?;
        let entry = self.all.last_mut()?;
        match key {
            "version" => entry.version = value.to_owned(),
            "resolution" => entry.resolution = value.to_owned(),
            _ => {}
        }
        Some(())
    }

    fn item(&mut self, list: List, line: &str) -> Option<()> {
        let (key, value) = pair(line)?;
        let entry = self.all.last_mut()?;
        match list {
            List::Wants => entry.wants.push((key.to_owned(), value.to_owned())),
            List::Peers => entry.peers.push(key.to_owned()),
            List::PeersMeta => entry.optional_peers.push(key.to_owned()),
            List::Other => {}
        }
        Some(())
    }

    /// Whether the project is one package.
    pub(super) fn is_of_one(&self) -> bool {
        self.all.iter().filter(|it| it.is_of_project()).count() == 1
    }

    /// The packages, with what a production install of the root alone leaves out. A package lies at the root of
    /// node_modules where the lock has one version of it; where the others lie can't be told.
    pub(super) fn packages(&self, package: &Package) -> Vec<LockedPackage> {
        let kept = self.reached(package);
        let mut n_of: HashMap<&str, usize> = HashMap::new();
        self.all.iter().for_each(|it| *n_of.entry(&it.name).or_default() += 1);
        let locked = |(at, entry): (usize, &Entry)| LockedPackage {
            path: match n_of.get(entry.name.as_str()) {
                Some(1) => format!("node_modules/{}", entry.name),
                _ => format!("{}@{}", entry.name, entry.version),
            },
            name: entry.name.clone(),
            version: entry.version.clone(),
            dev: !kept.contains(&at),
            optional: false,
            install_script: false,
            git: entry.resolution.contains("@git") || entry.resolution.contains(".git#"),
            link: None,
            bins: Vec::new(),
        };
        let registered = self.all.iter().enumerate().filter(|(_, it)| !it.is_of_project() && !it.resolution.is_empty());
        registered.map(locked).collect()
    }

    /// A package that the production packages ask for as a peer, that is a devDependency and comes by nobody else: Yarn 2
    /// and later leave it out, where other managers keep it. Who asks, and for what.
    pub(super) fn lost_peer(&self, package: &Package) -> Option<(&str, &str)> {
        let kept = self.reached(package);
        let is_kept = |name: &str| kept.iter().any(|it| self.all[*it].name == name);
        kept.iter().map(|it| &self.all[*it]).find_map(|entry| {
            let needed = entry.peers.iter().filter(|it| !entry.optional_peers.contains(it));
            let mut lost = needed.filter(|it| package.is_dev_only(it) && !is_kept(it));
            Some((entry.name.as_str(), lost.next()?.as_str()))
        })
    }

    /// What the production dependencies of `package` reach.
    fn reached(&self, package: &Package) -> BTreeSet<usize> {
        let key = |name: &str, range: &str| self.by_key.get(&format!("{name}@{range}")).copied();
        let roots = package.dependencies.iter().chain(&package.optional_dependencies);
        let ranges: BTreeMap<&str, &str> = self
            .all
            .iter()
            .filter(|it| it.is_root(package))
            .flat_map(|it| it.wants.iter().map(|it| (it.0.as_str(), it.1.as_str())))
            .collect();
        let of_root = |(name, range): (&String, &String)| {
            let written = ranges.get(name.as_str()).copied().unwrap_or(range);
            key(name, written).or_else(|| key(name, &format!("npm:{written}")))
        };
        let mut open: Vec<usize> = roots.filter_map(of_root).collect();
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(self.all[at].wants.iter().filter_map(|(name, range)| key(name, range)));
            }
        }
        seen
    }
}

impl Entry {
    fn is_of_project(&self) -> bool {
        self.resolution.contains("@workspace:")
    }

    fn is_root(&self, package: &Package) -> bool {
        self.resolution.ends_with("@workspace:.") || package.name.as_ref() == Some(&self.name) && self.is_of_project()
    }
}

/// `key: "value"` of a line; a list's name has no value.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = match line.strip_prefix('"') {
        Some(rest) => rest.split_once("\":")?,
        None => line.split_once(':')?,
    };
    Some((key, value.trim().trim_matches('"')))
}

/// `@scope/name` of `@scope/name@npm:^1.0.0`.
fn name_of(key: &str) -> Option<&str> {
    let at = key.get(1..)?.find('@')? + 1;
    Some(&key[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# This file is generated by running "yarn install" inside your project.

__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1, @s/a@npm:^1.1":
  version: 1.2.0
  resolution: "@s/a@npm:1.2.0"
  dependencies:
    b: "npm:2"
  peerDependencies:
    c: "*"
    d: "*"
  peerDependenciesMeta:
    d:
      optional: true
  checksum: 10c0/x
  languageName: node
  linkType: hard

"b@npm:2":
  version: 2.0.0
  resolution: "b@npm:2.0.0"

"c@npm:*":
  version: 3.0.0
  resolution: "c@npm:3.0.0"

"d@npm:*":
  version: 3.0.0
  resolution: "d@npm:3.0.0"

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
  dependencies:
    "@s/a": "npm:^1.1"
    c: "npm:*"
    d: "npm:*"
"#;

    fn package() -> Package {
        let text = |it: &str| it.to_owned();
        Package {
            name: Some(text("shop")),
            dependencies: BTreeMap::from([(text("@s/a"), text("^1.1"))]),
            dev_dependencies: BTreeMap::from([(text("c"), text("*")), (text("d"), text("*"))]),
            ..Package::default()
        }
    }

    #[test]
    fn production_is_what_the_dependencies_reach() {
        let found = read(TEXT).expect("it is one").packages(&package());
        let dev: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.version.as_str(), it.dev)).collect();
        let expected = [
            ("node_modules/@s/a", "1.2.0", false),
            ("node_modules/b", "2.0.0", false),
            ("node_modules/c", "3.0.0", true),
            ("node_modules/d", "3.0.0", true),
        ];
        assert_eq!(dev, expected);
    }

    #[test]
    fn a_peer_that_is_a_dev_dependency_is_lost() {
        assert_eq!(read(TEXT).expect("it is one").lost_peer(&package()), Some(("@s/a", "c")));
    }

    #[test]
    fn what_is_none_of_yarns_is_not_read() {
        assert!(read("<<<<<<< HEAD\na@1:\n  version: 1.0.0\n").is_none());
    }
}
