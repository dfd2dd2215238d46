//! npm's `overrides`, as far as they are plain: a name and a range.

use std::collections::BTreeMap;

use super::super::Package;

/// What `overrides` says of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Override {
    /// This range in place of every other.
    Range(String),
    /// Something that depends on who asks, or on the range.
    Unknown,
}

/// The overrides of the root's package.json, by name.
pub(super) fn of(root: &Package) -> BTreeMap<String, Override> {
    root.overrides.iter().map(|(key, value)| (name(key).to_owned(), one(root, key, value.as_deref()))).collect()
}

fn one(root: &Package, key: &str, value: Option<&str>) -> Override {
    let Some(value) = value.filter(|_| name(key) == key) else { return Override::Unknown };
    let Some(of) = value.strip_prefix('$') else { return Override::Range(value.to_owned()) };
    let own = [&root.dev_dependencies, &root.optional_dependencies, &root.dependencies];
    own.iter().find_map(|it| it.get(of)).map_or(Override::Unknown, |it| Override::Range(it.clone()))
}

/// `name` of `name@range`.
fn name(key: &str) -> &str {
    key.rfind('@').filter(|at| *at > 0).map_or(key, |at| &key[..at])
}
