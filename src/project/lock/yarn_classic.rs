//! Yarn 1's lock: a list of packages, each under all the `name@range` that it stands for.
//!
//! `yarn install --frozen-lockfile` (1.22, `lib/cli.js`, `bailout` and `find`) asks of the root's own ranges only whether
//! each has a key, and whether the version there satisfies it. What packages ask for among themselves is looked up anew
//! where it is missing, without a word.

use std::collections::BTreeMap;

use nodejs_semver::{Range, Version};

use super::super::Package;
use super::keyed::{Entry, Keyed, name_of};
use super::{Agreement, LockedPackage};
use crate::project::Reason;

/// The packages of a lock, by key.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries(Keyed);

/// Reads a lock; `None` where a line is none of yarn's, as in a merge that was not finished.
pub(super) fn read(text: &str) -> Option<Entries> {
    let mut res = Entries::default();
    let mut in_wants = false;
    for line in text.lines().filter(|it| !it.trim().is_empty() && !it.starts_with('#')) {
        let depth = line.len() - line.trim_start_matches(' ').len();
        let line = line.trim();
        match depth {
            0 => res.open(line.strip_suffix(':')?)?,
            2 if line.ends_with(':') => in_wants = matches!(line, "dependencies:" | "optionalDependencies:"),
            2 => {
                in_wants = false;
                res.field(line)?;
            }
            4 if in_wants => res.0.all.last_mut()?.wants.push(pair(line)?),
            4 => {}
            _ => return None,
        }
    }
    Some(res)
}

impl Entries {
    fn open(&mut self, keys: &str) -> Option<()> {
        let keys: Vec<&str> = keys.split(", ").map(|it| it.trim_matches('"')).collect();
        self.0.open(&keys, name_of(keys.first()?)?);
        Some(())
    }

    fn field(&mut self, line: &str) -> Option<()> {
        let (key, value) = pair(line)?;
        let entry = self.0.all.last_mut()?;
        match key.as_str() {
            "version" => entry.version = value,
            "resolved" => entry.origin = value,
            _ => {}
        }
        Some(())
    }

    /// Whether `yarn install --frozen-lockfile` takes the lock with this package.json, and finds all of it there.
    pub(super) fn agreement(&self, package: &Package, file: &str) -> Agreement {
        let wanted = match wanted(package) {
            Ok(wanted) => wanted,
            Err(reason) => return Agreement::Unknown(reason),
        };
        for (name, range) in &wanted {
            match self.at(name, range) {
                None => return Agreement::No(format!("`{name}` {range} is in package.json but not in {file}").into()),
                Some(entry) if !fits(&entry.version, range) => {
                    return Agreement::No(
                        format!("package.json asks for `{name}` {range}, {file} holds {}", entry.version).into(),
                    );
                }
                Some(_) => {}
            }
        }
        self.gap(package).map_or(Agreement::Yes, |(who, name, range)| {
            Agreement::Unknown(format!("`{who}` asks for `{name}` {range}, which {file} does not hold").into())
        })
    }

    /// The same of all packages of a workspace, its root first: of those that they ask for the workspace's own are links.
    /// What is missing Yarn looks up without a word there.
    pub(super) fn workspace_agreement(&self, packages: &[(String, Package)], file: &str) -> Agreement {
        let own: BTreeMap<&str, Option<&str>> =
            packages.iter().filter_map(|(_, it)| Some((it.name.as_deref()?, it.version.as_deref()))).collect();
        let resolutions = packages.first().map(|it| it.1.resolutions.clone()).unwrap_or_default();
        for (_, package) in packages {
            let mut others = Package { resolutions: resolutions.clone(), ..package.clone() };
            let mut foreign = None;
            for list in [&mut others.dependencies, &mut others.dev_dependencies, &mut others.optional_dependencies] {
                list.retain(|name, range| {
                    let Some(version) = own.get(name.as_str()) else { return true };
                    // One of another version comes from the registry.
                    let is_link = range == "*" || version.is_some_and(|it| satisfies(it, range));
                    foreign = foreign.take().or_else(|| (!is_link).then(|| name.clone()));
                    false
                });
            }
            if let Some(name) = foreign {
                return Agreement::Unknown(format!("`{name}` may be another one than the workspace's own").into());
            }
            match self.agreement(&others, file) {
                Agreement::Yes => {}
                Agreement::No(reason) | Agreement::Unknown(reason) => return Agreement::Unknown(reason),
            }
        }
        Agreement::Yes
    }

    fn at(&self, name: &str, range: &str) -> Option<&Entry> {
        self.0.index(name, range).map(|it| &self.0.all[it])
    }

    /// What a package asks for, and the lock does not hold: who, what, which range.
    fn gap(&self, package: &Package) -> Option<(&str, &str, &str)> {
        let is_forced =
            |name: &str| package.resolutions.iter().any(|it| it == name || it.ends_with(&format!("/{name}")));
        self.0.all.iter().find_map(|entry| {
            let mut open = entry.wants.iter().filter(|it| !is_forced(&it.0));
            let is_there = |name: &str, range: &str| self.at(name, range).is_some_and(|it| fits(&it.version, range));
            let (name, range) = open.find(|(name, range)| !is_there(name, range))?;
            Some((entry.name.as_str(), name.as_str(), range.as_str()))
        })
    }

    /// The packages, with what a production install leaves out.
    pub(super) fn packages(&self, package: &Package) -> Vec<LockedPackage> {
        let roots = package.dependencies.iter().chain(&package.optional_dependencies);
        let kept = self.0.reached(roots.filter_map(|(name, range)| self.0.index(name, range)));
        self.0.packages(&kept, |_| true)
    }
}

/// What the root asks for.
fn wanted(package: &Package) -> Result<BTreeMap<&str, &str>, Reason> {
    let mut res: BTreeMap<&str, &str> = BTreeMap::new();
    let lists = [&package.dependencies, &package.dev_dependencies, &package.optional_dependencies];
    for (name, range) in lists.into_iter().flatten() {
        if ["link:", "file:", "workspace:", "portal:"].iter().any(|it| range.starts_with(it)) {
            return Err(format!("`{name}` is a folder of the build context").into());
        }
        if package.resolutions.iter().any(|it| it == name) {
            return Err(format!("`resolutions` of package.json speaks of `{name}`").into());
        }
        if res.insert(name, range).is_some_and(|it| it != range) {
            return Err(format!("package.json asks for two versions of `{name}`").into());
        }
    }
    Ok(res)
}

/// Yarn holds a version against a range where both are plain ones.
fn fits(version: &str, range: &str) -> bool {
    match (Version::parse(version), Range::parse(range)) {
        (Ok(version), Ok(range)) => range.satisfies(&version),
        _ => true,
    }
}

fn satisfies(version: &str, range: &str) -> bool {
    Version::parse(version).is_ok_and(|version| Range::parse(range).is_ok_and(|range| range.satisfies(&version)))
}

/// `name "value"` of a line.
fn pair(line: &str) -> Option<(String, String)> {
    let (key, value) = match line.strip_prefix('"') {
        Some(rest) => rest.split_once("\" ")?,
        None => line.split_once(' ')?,
    };
    Some((key.to_owned(), value.trim().trim_matches('"').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_none_of_yarns_is_not_read() {
        assert!(read("<<<<<<< HEAD\na@1:\n  version \"1.0.0\"\n").is_none());
        assert!(read("{}").is_none());
        assert!(read("# yarn lockfile v1\n\n\n").is_some());
    }

    #[test]
    fn production_is_what_the_dependencies_reach() {
        let text = |it: &str| it.to_owned();
        let package = Package {
            dependencies: BTreeMap::from([(text("@s/a"), text("^1.1"))]),
            dev_dependencies: BTreeMap::from([(text("c"), text("*"))]),
            ..Package::default()
        };
        let found = read(TEXT).unwrap().packages(&package);
        let dev: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.dev)).collect();
        assert_eq!(
            dev,
            [("node_modules/@s/a", false), ("b@2.0.0", false), ("b@1.0.0", true), ("node_modules/c", true)]
        );
    }

    const TEXT: &str = "\"@s/a@^1\", \"@s/a@^1.1\":\n  version \"1.2.0\"\n  dependencies:\n    b \"2\"\n\nb@2:\n  version \"2.0.0\"\n\nb@1:\n  version \"1.0.0\"\n\nc@*:\n  version \"3.0.0\"\n  optionalDependencies:\n    b \"1\"\n";
}
