//! What the locks of both Yarns have in common: packages, each under all the `name@range` that it stands for.

use std::collections::{BTreeSet, HashMap};

use super::LockedPackage;

/// One package.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) version: String,
    /// Where it comes from, as the lock says it.
    pub(super) origin: String,
    /// What it asks for: name and range.
    pub(super) wants: Vec<(String, String)>,
    /// What it asks of whoever asks for it.
    pub(super) peers: Vec<String>,
    pub(super) optional_peers: Vec<String>,
}

/// The packages of a lock.
#[derive(Clone, Debug, Default)]
pub(super) struct Keyed {
    pub(super) all: Vec<Entry>,
    by_key: HashMap<String, usize>,
}

impl Keyed {
    /// Starts a package that stands for these keys.
    pub(super) fn open(&mut self, keys: &[&str], name: &str) {
        self.by_key.extend(keys.iter().map(|it| ((*it).to_owned(), self.all.len())));
        self.all.push(Entry { name: name.to_owned(), ..Entry::default() });
    }

    /// The package that `name` in `range` means.
    pub(super) fn index(&self, name: &str, range: &str) -> Option<usize> {
        self.by_key.get(&format!("{name}@{range}")).copied()
    }

    /// What `roots` reach.
    pub(super) fn reached(&self, roots: impl Iterator<Item = usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = roots.collect();
        let mut seen = BTreeSet::new();
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(self.all[at].wants.iter().filter_map(|(name, range)| self.index(name, range)));
            }
        }
        seen
    }

    /// The packages that `is_meant`, of which a production install brings `kept`. A package lies at the root of
    /// node_modules where the lock has one version of it; where the others lie can't be told.
    pub(super) fn packages(&self, kept: &BTreeSet<usize>, is_meant: impl Fn(&Entry) -> bool) -> Vec<LockedPackage> {
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
            git: ["git+", "@git", ".git#"].iter().any(|it| entry.origin.contains(it)),
            link: None,
            bins: Vec::new(),
        };
        self.all.iter().enumerate().filter(|it| is_meant(it.1)).map(locked).collect()
    }
}

/// `@scope/name` of `@scope/name@^1.0.0`.
pub(super) fn name_of(key: &str) -> Option<&str> {
    let at = key.get(1..)?.find('@')? + 1;
    Some(&key[..at])
}
