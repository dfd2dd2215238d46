//! pnpm's lock: what each package of the context asked for when it was written (`importers`), and the packages.
//!
//! `pnpm install --frozen-lockfile` holds the ranges of package.json against those, word for word, and its settings against
//! those of the lock (`allProjectsAreUpToDate`, `getOutdatedLockfileSetting`).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::super::Package;
use super::{Agreement, LockedPackage};
use crate::project::Reason;

pub(super) mod settings;

/// What stands above the packages.
#[derive(Clone, Debug)]
pub(super) struct Head {
    root: Map<String, Value>,
}

/// Whether a major reads a lock of this generation (FACTS §1.3).
fn is_read(generation: u32, major: u32) -> bool {
    matches!((generation, major), (5, 6 | 7) | (6, 8) | (9, 9..=12))
}

/// Keys of a lock that are no settings of the install.
const PLAIN: &[&str] = &[
    "lockfileVersion",
    "settings",
    // These two are compared by `settings`.
    "catalogs",
    "overrides",
    "importers",
    "specifiers",
    "dependencies",
    "devDependencies",
    "optionalDependencies",
    "time",
];

const LISTS: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

/// The text of the last document: pnpm 12 writes one about itself in front. Git may have given it the line ends of
/// Windows.
fn document(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.rsplit("\n---\n").next().unwrap_or_default().to_owned()
}

/// Reads what stands above the packages; `None` where it is no YAML of pnpm's.
pub(super) fn read(text: &str) -> Option<Head> {
    let text = document(text);
    let end = ["\npackages:", "\nsnapshots:"].iter().filter_map(|it| text.find(it)).min().unwrap_or(text.len());
    match serde_saphyr::from_str::<Value>(&text[..end]).ok()? {
        Value::Object(root) if root.contains_key("lockfileVersion") => Some(Head { root }),
        _ => None,
    }
}

impl Head {
    /// Whether `pnpm install --frozen-lockfile` of this major takes the lock with this package.json, where no other
    /// file has settings.
    pub(super) fn agreement(&self, package: &Package, file: &str, generation: u32, major: u32) -> Agreement {
        if let Some(found) = self.head_agreement(file, generation, major) {
            return found;
        }
        let peers =
            (!package.peer_dependencies.is_empty()).then(|| "pnpm may add the peerDependencies of package.json".into());
        if let Some(reason) = peers {
            return Agreement::Unknown(reason);
        }
        match self.importer() {
            Some(importer) => self.compare(&importer, package, file, &[]),
            None => Agreement::Unknown(format!("{file} is about several packages").into()),
        }
    }

    /// The same of all packages of a workspace, by their folders from its root, which is the first.
    pub(super) fn workspace_agreement(
        &self,
        packages: &[(String, Package)],
        file: &str,
        generation: u32,
        major: u32,
    ) -> Agreement {
        if let Some(found) = self.head_agreement(file, generation, major) {
            return found;
        }
        let names: Vec<&str> = packages.iter().filter_map(|it| it.1.name.as_deref()).collect();
        for (folder, package) in packages {
            let found = match self.importer_of(if folder.is_empty() { "." } else { folder }) {
                Some(importer) => self.with_peers(package).map(|it| self.compare(&importer, &it, file, &names)),
                None => Err(format!("{file} does not say what `{folder}` asks for").into()),
            };
            match found.unwrap_or_else(Agreement::Unknown) {
                Agreement::Yes => {}
                other => return other,
            }
        }
        Agreement::Yes
    }

    /// Whether pnpm 9 or a later one wrote it.
    fn is_of_9(&self) -> bool {
        let version = self.root.get("lockfileVersion").map(|it| it.as_str().map_or(it.to_string(), str::to_owned));
        version.is_some_and(|it| it.starts_with("9."))
    }

    /// Holds the ranges of `package`, one of those called `names`, against what it asked for then.
    fn compare(
        &self,
        then: &BTreeMap<String, (String, String)>,
        package: &Package,
        file: &str,
        names: &[&str],
    ) -> Agreement {
        let lists = [&package.dependencies, &package.dev_dependencies, &package.optional_dependencies];
        let mut now = BTreeMap::new();
        for (list, ranges) in LISTS.into_iter().zip(lists) {
            for (name, range) in ranges {
                let is_member = names.contains(&name.as_str());
                let is_link = is_member && ["workspace:*", "workspace:^", "workspace:~"].contains(&range.as_str());
                let is_folder = || ["link:", "file:", "workspace:"].iter().any(|it| range.starts_with(it));
                if !is_link && (is_member || is_folder()) {
                    let why = if is_member { "is a package of the workspace" } else { "is not looked up" };
                    return Agreement::Unknown(
                        format!("`{name}`, which package.json asks for as `{range}`, {why}").into(),
                    );
                }
                if now.insert(name, (list, range)).is_some() {
                    return Agreement::Unknown(format!("package.json has `{name}` twice").into());
                }
            }
        }
        for (name, (list, range)) in &now {
            match then.get(*name) {
                Some((_, other)) if self.overrides(name) => {
                    if self.override_of(name) != Some(other.as_str()) {
                        return Agreement::Unknown(format!("`overrides` of {file} speaks of `{name}`").into());
                    }
                }
                None => return Agreement::No(format!("`{name}` is in package.json but not in {file}").into()),
                Some((_, other)) if other != *range => {
                    return Agreement::No(
                        format!("package.json asks for `{name}` {range}, {file} was made for {other}").into(),
                    );
                }
                Some((other, _)) if other != list => {
                    return Agreement::No(
                        format!("`{name}` is among the {list} of package.json, and among the {other} of {file}").into(),
                    );
                }
                Some(_) => {}
            }
        }
        match then.keys().find(|it| !now.contains_key(it)) {
            Some(name) => Agreement::No(format!("`{name}` is in {file} but not in package.json").into()),
            None => Agreement::Yes,
        }
    }

    /// Whether a range of `name` may be another than package.json asks for.
    fn overrides(&self, name: &str) -> bool {
        let names = |it: &str| it.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'));
        let is_about = |key: &String| names(child(key));
        self.root.get("overrides").and_then(Value::as_object).is_some_and(|it| it.keys().any(is_about))
    }

    /// The range that all packages get in place of what they ask for.
    fn override_of(&self, name: &str) -> Option<&str> {
        self.root.get("overrides")?.get(name)?.as_str()
    }

    /// What speaks against the lock whatever the packages are.
    fn head_agreement(&self, file: &str, generation: u32, major: u32) -> Option<Agreement> {
        if !is_read(generation, major) {
            return Some(Agreement::No(format!("pnpm {major} can't read {file}").into()));
        }
        if let Some(key) = self.root.keys().find(|it| !PLAIN.contains(&it.as_str())) {
            return Some(Agreement::Unknown(format!("whether `{key}` of {file} is up to date is not known").into()));
        }
        self.settings(file).map(Agreement::Unknown)
    }

    /// The package with its peerDependencies among the others, where pnpm was to install them.
    fn with_peers(&self, package: &Package) -> Result<Package, Reason> {
        let setting = self.root.get("settings").and_then(|it| it.get("autoInstallPeers"));
        let mut res = package.clone();
        if setting != Some(&Value::Bool(true)) || package.peer_dependencies.is_empty() {
            return Ok(res);
        }
        if !package.optional_peers.is_empty() {
            return Err("pnpm may add the peerDependencies of package.json".into());
        }
        let is_there = |name: &String| package.is_production(name) || package.dev_dependencies.contains_key(name);
        let peers = package.peer_dependencies.iter().filter(|it| !is_there(it.0));
        res.dependencies.extend(peers.map(|(name, range)| (name.clone(), range.clone())));
        Ok(res)
    }

    /// A setting that is not pnpm's own default.
    fn settings(&self, file: &str) -> Option<Reason> {
        let is_default = |key: &str, value: &Value| {
            matches!(
                (key, value),
                ("autoInstallPeers", Value::Bool(true)) | ("excludeLinksFromLockfile", Value::Bool(false))
            )
        };
        let settings = self.root.get("settings")?.as_object()?;
        let (key, _) = settings.iter().find(|(key, value)| !is_default(key, value))?;
        Some(format!("{file} was written with a setting of its own, `{key}`").into())
    }

    /// What the only package asked for: list, name, range.
    fn importer(&self) -> Option<BTreeMap<String, (String, String)>> {
        let Some(importers) = self.root.get("importers") else { return specifiers(&self.root) };
        let importers = importers.as_object()?;
        importers.keys().next().filter(|it| importers.len() == 1 && *it == ".")?;
        self.importer_of(".")
    }

    /// What the package in `folder` asked for.
    fn importer_of(&self, folder: &str) -> Option<BTreeMap<String, (String, String)>> {
        let importer = self.root.get("importers")?.get(folder)?.as_object()?;
        let is_plain = importer.keys().all(|it| it == "specifiers" || LISTS.contains(&it.as_str()));
        specifiers(importer).filter(|_| is_plain)
    }
}

/// By name: the list that it stands in, and its range.
fn specifiers(importer: &Map<String, Value>) -> Option<BTreeMap<String, (String, String)>> {
    let apart = importer.get("specifiers").and_then(Value::as_object);
    let mut res = BTreeMap::new();
    for list in LISTS {
        for (name, value) in importer.get(list).and_then(Value::as_object).into_iter().flatten() {
            let range = value.get("specifier").or_else(|| apart?.get(name))?.as_str()?;
            res.insert(name.clone(), (list.to_owned(), range.to_owned()));
        }
    }
    Some(res)
}

/// `b@1` of `a>b@1`. The sign also stands in ranges, after `@`, a space or `|`.
fn child(key: &str) -> &str {
    let is_sign = |it: &(usize, &str)| !key[..it.0].ends_with(['@', ' ', '|']);
    key.rmatch_indices('>').find(is_sign).map_or(key, |(at, _)| &key[at + 1..])
}

/// One package of the lock, by its key.
#[derive(Default)]
struct Entry {
    dev: Option<bool>,
    wants: Vec<String>,
}

/// The packages; `package` says which of them lie at the root. Those that only others need lie in `.pnpm`.
pub(super) fn packages(text: &str, package: &Package, head: &Head) -> Vec<LockedPackage> {
    let entries = entries(&document(text));
    let kept = reached(&entries, head);
    let locked = |(key, entry): (&String, &Entry)| {
        let (name, version) = split(key)?;
        let dev = entry.dev.unwrap_or_else(|| !kept.contains(key));
        let is_own = if dev { package.is_dev_only(name) } else { package.is_production(name) };
        let path = if is_own {
            format!("node_modules/{name}")
        } else {
            format!("node_modules/.pnpm/{name}@{version}/node_modules/{name}")
        };
        Some(LockedPackage {
            path,
            name: name.to_owned(),
            version: version.to_owned(),
            dev,
            optional: false,
            install_script: false,
            git: false,
            link: None,
            bins: Vec::new(),
        })
    };
    entries.iter().filter_map(locked).collect()
}

/// The keys of `snapshots` (pnpm 9 and later), else of `packages`, with what is asked for there.
fn entries(text: &str) -> BTreeMap<String, Entry> {
    let section = ["\nsnapshots:\n", "\npackages:\n"].iter().find_map(|it| text.split_once(it)).map_or("", |it| it.1);
    let mut res: BTreeMap<String, Entry> = BTreeMap::new();
    let (mut key, mut in_wants) = (String::new(), false);
    for line in section.lines().take_while(|it| it.is_empty() || it.starts_with(' ')) {
        let depth = line.len() - line.trim_start_matches(' ').len();
        let Some((name, value)) = line.trim().rsplit_once(": ").or_else(|| Some((line.trim().strip_suffix(':')?, "")))
        else {
            continue;
        };
        let name = name.trim_matches('\'').trim_start_matches('/');
        match depth {
            2 => {
                name.clone_into(&mut key);
                res.insert(key.clone(), Entry::default());
            }
            4 => in_wants = matches!(name, "dependencies" | "optionalDependencies"),
            6 if in_wants => res.entry(key.clone()).or_default().wants.push(wanted_key(name, value)),
            _ => {}
        }
        if let Some(entry) = res.get_mut(&key).filter(|_| depth == 4 && name == "dev") {
            entry.dev = Some(value == "true");
        }
    }
    res
}

/// `ms: 2.1.3` is `ms@2.1.3`; an alias says the whole key.
fn wanted_key(name: &str, value: &str) -> String {
    let value = value.trim_matches('\'');
    let plain = value.split('(').next().unwrap_or(value);
    if plain.get(1..).is_some_and(|it| it.contains('@')) { value.to_owned() } else { format!("{name}@{value}") }
}

fn reached(entries: &BTreeMap<String, Entry>, head: &Head) -> BTreeSet<String> {
    let importers = head.root.get("importers").and_then(Value::as_object);
    let all = importers.map_or_else(|| vec![&head.root], |it| it.values().filter_map(Value::as_object).collect());
    let lists = all.into_iter().flat_map(|it| ["dependencies", "optionalDependencies"].map(|list| it.get(list)));
    let pairs = lists.flatten().filter_map(Value::as_object).flatten();
    let key = |(name, value): (&String, &Value)| {
        let version = value.get("version").unwrap_or(value).as_str()?;
        Some(wanted_key(name, version))
    };
    let mut open: Vec<String> = pairs.filter_map(key).collect();
    let mut seen = BTreeSet::new();
    while let Some(key) = open.pop() {
        if seen.insert(key.clone()) {
            open.extend(entries.get(&key).into_iter().flat_map(|it| it.wants.iter().cloned()));
        }
    }
    seen
}

/// Name and version of `@s/a@1.2.3(b@4)`, and of `a/1.2.3_b@4`, as pnpm 7 has it.
fn split(key: &str) -> Option<(&str, &str)> {
    let key = key.split('(').next()?;
    let from = if key.starts_with('@') { key.find('/')? + 1 } else { 0 };
    let at = from + key[from..].find(['@', '/'])?;
    Some((&key[..at], key[at + 1..].split('_').next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        for (key, expected) in [
            ("ms@2.1.3", Some(("ms", "2.1.3"))),
            ("@s/a@1.2.3(b@4.0.0)", Some(("@s/a", "1.2.3"))),
            ("@s/a/1.2.3_b@4.0.0", Some(("@s/a", "1.2.3"))),
            ("a/1.2.3", Some(("a", "1.2.3"))),
            ("a", None),
        ] {
            assert_eq!(split(key), expected, "{key}");
        }
        assert_eq!(wanted_key("ms", "2.1.3"), "ms@2.1.3");
        assert_eq!(wanted_key("a-cjs", "a@4.2.3"), "a@4.2.3");
        assert_eq!(wanted_key("x", "18.2.0(react@18.0.0)"), "x@18.2.0(react@18.0.0)");
    }

    #[test]
    fn production_is_what_the_dependencies_reach() {
        let text = "lockfileVersion: '9.0'\n\n---\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      '@s/a':\n        specifier: ^1.0.0\n        version: 1.2.0(b@2.0.0)\n    devDependencies:\n      c:\n        specifier: 3.0.0\n        version: 3.0.0\n\npackages:\n\n  '@s/a@1.2.0':\n    resolution: {integrity: x}\n\nsnapshots:\n\n  '@s/a@1.2.0(b@2.0.0)':\n    dependencies:\n      b: 2.0.0\n\n  b@2.0.0: {}\n\n  c@3.0.0: {}\n";
        let own = |name: &str, range: &str| BTreeMap::from([(name.to_owned(), range.to_owned())]);
        let package =
            Package { dependencies: own("@s/a", "^1.0.0"), dev_dependencies: own("c", "3.0.0"), ..Package::default() };
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let head = read(&text).unwrap();
            let found = packages(&text, &package, &head);
            let found: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.dev)).collect();
            let of_b = "node_modules/.pnpm/b@2.0.0/node_modules/b";
            assert_eq!(found, [("node_modules/@s/a", false), (of_b, false), ("node_modules/c", true)]);
            assert_eq!(head.agreement(&package, "pnpm-lock.yaml", 9, 10), Agreement::Yes);
        }
    }
}
