//! bun.lock: what the project's own packages ask for, and under `packages` the others by the place that they lie at:
//! `a/b` is the `b` in the node_modules of `a`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::{Package, json};
use super::{Agreement, LockedPackage};

/// A lock.
#[derive(Clone, Debug)]
pub(super) struct Lock(Map<String, Value>);

/// Reads a lock; `None` where it is none.
pub(super) fn read(text: &str) -> Option<Lock> {
    match json::loose(text).ok()? {
        Value::Object(map) if map.get("packages").is_some_and(Value::is_object) => Some(Lock(map)),
        _ => None,
    }
}

impl Lock {
    /// Whether the project is one package.
    pub(super) fn is_of_one(&self) -> bool {
        self.0.get("workspaces").and_then(Value::as_object).is_some_and(|it| it.len() == 1)
    }

    /// Whether a frozen install takes the lock with this package.json: bun compares the lists.
    pub(super) fn agreement(&self, package: &Package, file: &str) -> Agreement {
        self.agreement_of("", package, file)
    }

    /// The same of all packages of a workspace, by their folders from its root.
    pub(super) fn workspace_agreement(&self, packages: &[(String, Package)], file: &str) -> Agreement {
        let unknown = || Agreement::Unknown(format!("whether `{file}` agrees with the workspaces is not known").into());
        let held = self.0.get("workspaces").and_then(Value::as_object);
        let is_same = held.is_some_and(|it| it.len() == packages.len());
        if !is_same || ["catalog", "catalogs", "overrides"].iter().any(|it| self.0.contains_key(*it)) {
            return unknown();
        }
        for (folder, package) in packages {
            match self.agreement_of(folder, package, file) {
                Agreement::Yes => {}
                Agreement::No(reason) | Agreement::Unknown(reason) => return Agreement::Unknown(reason),
            }
        }
        Agreement::Yes
    }

    fn agreement_of(&self, folder: &str, package: &Package, file: &str) -> Agreement {
        let Some(root) = self.0.get("workspaces").and_then(|it| it.get(folder)?.as_object()) else {
            return Agreement::Unknown(format!("whether `{file}` agrees with package.json is not known").into());
        };
        let lists = [
            ("dependencies", &package.dependencies),
            ("devDependencies", &package.dev_dependencies),
            ("optionalDependencies", &package.optional_dependencies),
            ("peerDependencies", &package.peer_dependencies),
        ];
        for (key, wanted) in lists {
            let held = texts(root.get(key));
            let missing = wanted.iter().find(|(name, range)| held.get(name.as_str()) != Some(&range.as_str()));
            if let Some((name, range)) = missing {
                return Agreement::No(format!("`{name}` {range} is in package.json but not in {file}").into());
            }
            if let Some(name) = held.keys().find(|it| !wanted.contains_key(**it)) {
                return Agreement::No(format!("`{name}` is in {file} but not in package.json").into());
            }
        }
        match package.overrides.is_empty() && package.resolutions.is_empty() {
            true => Agreement::Yes,
            false => Agreement::Unknown(format!("whether `{file}` agrees with the overrides is not known").into()),
        }
    }

    /// The packages, with what a production install of the root leaves out.
    pub(super) fn packages(&self, package: &Package) -> Vec<LockedPackage> {
        let Some(all) = self.0.get("packages").and_then(Value::as_object) else { return Vec::new() };
        let kept = reached(all, package);
        let locked = |(key, value): (&String, &Value)| {
            let written = value.get(0)?.as_str()?;
            let at = written.get(1..)?.find('@')? + 1;
            let (name, version) = (&written[..at], &written[at + 1..]);
            Some(LockedPackage {
                path: path(key),
                name: name.to_owned(),
                version: version.to_owned(),
                dev: !kept.contains(key.as_str()),
                optional: false,
                install_script: false,
                git: version.starts_with("git"),
                link: version.strip_prefix("workspace:").or(version.strip_prefix("file:")).map(str::to_owned),
                bins: texts(value.get(2).and_then(|it| it.get("bin"))).keys().map(|it| (*it).to_owned()).collect(),
            })
        };
        all.iter().filter_map(locked).collect()
    }
}

/// The keys of what the production dependencies of `package` reach.
fn reached<'a>(all: &'a Map<String, Value>, package: &Package) -> BTreeSet<&'a str> {
    let key = |from: &str, name: &str| {
        let mut above = Some(from);
        while let Some(place) = above.filter(|it| !it.is_empty()) {
            if let Some((key, _)) = all.get_key_value(&format!("{place}/{name}")) {
                return Some(key.as_str());
            }
            above = outer(place);
        }
        all.get_key_value(name).map(|it| it.0.as_str())
    };
    let roots = package.dependencies.keys().chain(package.optional_dependencies.keys());
    let mut open: Vec<&str> = roots.filter_map(|it| key("", it)).collect();
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        if seen.insert(at) {
            let info = all.get(at).and_then(|it| it.get(2));
            let lists = ["dependencies", "optionalDependencies", "peerDependencies"];
            let wants = lists.iter().filter_map(|it| info?.get(*it)?.as_object()).flat_map(Map::keys);
            open.extend(wants.filter_map(|it| key(at, it)));
        }
    }
    seen
}

/// The packages of a key: `@a/b/c` is `c` in `@a/b`.
fn names(key: &str) -> Vec<String> {
    let mut res: Vec<String> = Vec::new();
    for part in key.split('/') {
        match res.last_mut() {
            Some(scope) if scope.starts_with('@') && !scope.contains('/') => *scope = format!("{scope}/{part}"),
            _ => res.push(part.to_owned()),
        }
    }
    res
}

/// The key of the package around; `None` at the top.
fn outer(key: &str) -> Option<&str> {
    let last = names(key).pop()?;
    key.strip_suffix(&last)?.strip_suffix('/')
}

fn path(key: &str) -> String {
    names(key).iter().map(|it| format!("node_modules/{it}")).collect::<Vec<_>>().join("/")
}

fn texts(value: Option<&Value>) -> BTreeMap<&str, &str> {
    let pairs = value.and_then(Value::as_object).into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "shop",
      "dependencies": { "@s/a": "^1.0.0", },
      "devDependencies": { "c": "*", },
    },
  },
  "packages": {
    "@s/a": ["@s/a@1.2.0", "", { "dependencies": { "b": "2" }, "bin": { "a": "cli.js" } }, "sha512-x"],

    "@s/a/b": ["b@2.0.0", "", { "dependencies": { "d": "1" } }, "sha512-x"],

    "b": ["b@1.0.0", "", {}, "sha512-x"],

    "c": ["c@3.0.0", "", { "dependencies": { "b": "1" } }, "sha512-x"],

    "d": ["d@1.0.0", "", {}, "sha512-x"],
  }
}"#;

    fn package(dev: &str) -> Package {
        let map = |name: &str, range: &str| BTreeMap::from([(name.to_owned(), range.to_owned())]);
        Package { dependencies: map("@s/a", "^1.0.0"), dev_dependencies: map("c", dev), ..Package::default() }
    }

    #[test]
    fn production_is_what_the_dependencies_reach() {
        let found = read(TEXT).expect("it is one").packages(&package("*"));
        let found: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.version.as_str(), it.dev)).collect();
        let expected = [
            ("node_modules/@s/a", "1.2.0", false),
            ("node_modules/@s/a/node_modules/b", "2.0.0", false),
            ("node_modules/b", "1.0.0", true),
            ("node_modules/c", "3.0.0", true),
            ("node_modules/d", "1.0.0", false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_lists_are_compared() {
        let lock = read(TEXT).expect("it is one");
        assert_eq!(lock.agreement(&package("*"), "bun.lock"), Agreement::Yes);
        let reason = "`c` ^3.0.0 is in package.json but not in bun.lock".into();
        assert_eq!(lock.agreement(&package("^3.0.0"), "bun.lock"), Agreement::No(reason));
    }

    #[test]
    fn what_is_none_is_not_read() {
        assert!(read("<<<<<<< HEAD").is_none() && read("[]").is_none());
    }
}
