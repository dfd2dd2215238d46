//! The lock of Yarn 2 and later: a list of packages, each under all the `name@npm:range` that it stands for. Packages of
//! the project itself are in it as well, with dependencies and devDependencies in one list.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Package;
use super::LockedPackage;
use super::keyed::{Entry, Keyed, name_of};

/// The packages of a lock, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries(Keyed);

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
        self.0.open(&keys, name_of(keys.first()?).unwrap_or("__metadata"));
        Some(())
    }

    fn field(&mut self, line: &str) -> Option<()> {
        let (key, value) = pair(line)?;
        let entry = self.0.all.last_mut()?;
        match key {
            "version" => entry.version = value.to_owned(),
            "resolution" => entry.origin = value.to_owned(),
            _ => {}
        }
        Some(())
    }

    fn item(&mut self, list: List, line: &str) -> Option<()> {
        let (key, value) = pair(line)?;
        let entry = self.0.all.last_mut()?;
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
        self.0.all.iter().filter(|it| is_of_project(it)).count() == 1
    }

    /// Whether it repeats what `package`, all of the project, asks for, range by range, and has a package for each range in
    /// it: an install has nothing to look up.
    pub(super) fn repeats(&self, package: &Package) -> bool {
        let asked = [&package.dependencies, &package.dev_dependencies, &package.optional_dependencies];
        let asked: BTreeMap<&str, &str> = asked.into_iter().flatten().map(|it| (it.0.as_str(), plain(it.1))).collect();
        let of_project: Vec<&Entry> = self.0.all.iter().filter(|it| is_of_project(it)).collect();
        let [root] = of_project[..] else { return false };
        let written: BTreeMap<&str, &str> = root.wants.iter().map(|it| (it.0.as_str(), plain(&it.1))).collect();
        let is_there = |it: &(String, String)| {
            self.0.index(&it.0, &it.1).or_else(|| self.0.index(&it.0, &format!("npm:{}", it.1))).is_some()
        };
        asked == written && self.0.all.iter().flat_map(|it| &it.wants).all(is_there)
    }

    /// The packages, with what a production install of the root alone leaves out.
    pub(super) fn packages(&self, package: &Package) -> Vec<LockedPackage> {
        self.0.packages(&self.reached(package), |it| !is_of_project(it) && !it.origin.is_empty())
    }

    /// A package that the production packages ask for as a peer, that is a devDependency and comes by nobody else: Yarn 2
    /// and later leave it out, where other managers keep it. Who asks, and for what.
    pub(super) fn lost_peer(&self, package: &Package) -> Option<(&str, &str)> {
        let kept = self.reached(package);
        let is_kept = |name: &str| kept.iter().any(|it| self.0.all[*it].name == name);
        kept.iter().map(|it| &self.0.all[*it]).find_map(|entry| {
            let needed = entry.peers.iter().filter(|it| !entry.optional_peers.contains(it));
            let mut lost = needed.filter(|it| package.is_dev_only(it) && !is_kept(it));
            Some((entry.name.as_str(), lost.next()?.as_str()))
        })
    }

    /// What the production dependencies of `package` reach.
    fn reached(&self, package: &Package) -> BTreeSet<usize> {
        let of_root = self.0.all.iter().filter(|it| is_root(it, package)).flat_map(|it| &it.wants);
        let ranges: BTreeMap<&str, &str> = of_root.map(|it| (it.0.as_str(), it.1.as_str())).collect();
        let roots = package.dependencies.iter().chain(&package.optional_dependencies);
        self.0.reached(roots.filter_map(|(name, range)| {
            let written = ranges.get(name.as_str()).copied().unwrap_or(range);
            self.0.index(name, written).or_else(|| self.0.index(name, &format!("npm:{written}")))
        }))
    }
}

/// A range without the protocol that goes without saying.
fn plain(range: &str) -> &str {
    range.strip_prefix("npm:").unwrap_or(range)
}

fn is_of_project(entry: &Entry) -> bool {
    entry.origin.contains("@workspace:")
}

fn is_root(entry: &Entry, package: &Package) -> bool {
    entry.origin.ends_with("@workspace:.") || package.name.as_ref() == Some(&entry.name) && is_of_project(entry)
}

/// `key: "value"` of a line; a list's name has no value.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = match line.strip_prefix('"') {
        Some(rest) => rest.split_once("\":")?,
        None => line.split_once(':')?,
    };
    Some((key, value.trim().trim_matches('"')))
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
    fn the_root_s_ranges_stand_in_it() {
        let lock = read(TEXT).expect("it is one");
        assert!(lock.repeats(&package()));
        let mut other = package();
        other.dependencies.insert("@s/a".to_owned(), "^1.2".to_owned());
        assert!(!lock.repeats(&other));
        assert!(!read(&TEXT.replace("b@npm:2\"", "b@npm:3\"")).expect("it is one").repeats(&package()));
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
