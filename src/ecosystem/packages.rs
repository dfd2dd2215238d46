//! npm packages that do something at run time which imports don't show: one row a package.
//!
//! A row says which files the package reads or writes (by which argument, by which option, by convention), which
//! packages it loads by a name in a text, which programs it brings, and what it needs outside of node_modules.
//! Most packages have no row: they do none of these as far as is known, which is no proof that they don't.

mod configuration;
mod databases;
mod files;
mod logging;
mod quiet;
mod rows;
mod system;
mod tools;
mod web;
mod writers;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use quiet::is_quiet;
pub use rows::{Fact, Package, Use};

/// All tables; every package has one row in one of them.
const TABLES: &[&[Package]] = &[
    configuration::PACKAGES,
    databases::PACKAGES,
    files::PACKAGES,
    logging::PACKAGES,
    system::PACKAGES,
    tools::PACKAGES,
    web::PACKAGES,
    writers::PACKAGES,
];

/// The row of the package called `name`.
#[must_use]
pub fn package(name: &str) -> Option<&'static Package> {
    static BY_NAME: LazyLock<HashMap<&str, &Package>> = LazyLock::new(|| all().map(|it| (it.name, it)).collect());
    BY_NAME.get(name).copied()
}

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Package> {
    TABLES.iter().copied().flatten()
}

/// What the function `path` of the package called `name` does with its arguments: the argument's position, and
/// what is done to the path in it.
#[must_use]
pub fn call(name: &str, path: &str) -> Vec<(usize, Use)> {
    if let ("fs" | "fs/promises" | "fs-extra" | "graceful-fs", false) = (name, path.contains("()")) {
        return files::of_fs(path.rsplit('.').next().unwrap_or_default()).to_vec();
    }
    let facts = package(name).into_iter().flat_map(|it| it.facts);
    let takes = |it: &Fact| match it {
        Fact::Argument { of, at, does } if *of == path => Some((*at, *does)),
        _ => None,
    };
    facts.filter_map(takes).collect()
}

/// What the method called `method` of something that the package called `name` gives does with its arguments.
#[must_use]
pub fn methods(name: &str, method: &str) -> Vec<(usize, Use)> {
    let facts = package(name).into_iter().flat_map(|it| it.facts);
    let takes = |it: &Fact| match it {
        Fact::Method { name, at, does } if *name == method => Some((*at, *does)),
        _ => None,
    };
    facts.filter_map(takes).collect()
}

/// What a method that is called as one of `fs`, of an object that is not known, writes.
#[must_use]
pub fn like_fs(method: &str) -> &'static [(usize, Use)] {
    files::like_fs(method)
}

/// The options with paths in an object that the function called `function` (the last of its names) of the package
/// called `name` is given.
#[must_use]
pub fn options(name: &str, function: &str) -> Vec<(&'static str, Use)> {
    let facts = package(name).into_iter().flat_map(|it| it.facts);
    let takes = |it: &Fact| match it {
        Fact::Option { of, key, does } if of.is_empty() || *of == function => Some((*key, *does)),
        _ => None,
    };
    facts.filter_map(takes).collect()
}

/// The options with paths in an object that is given where the package called `name` is registered as a plugin.
#[must_use]
pub fn plugin_options(name: &str) -> Vec<(&'static str, Use)> {
    let facts = package(name).into_iter().flat_map(|it| it.facts);
    let takes = |it: &Fact| match it {
        Fact::PluginOption { key, does } => Some((*key, *does)),
        _ => None,
    };
    facts.filter_map(takes).collect()
}

/// The package that brings the program called `name`; `None` where no row says so.
#[must_use]
pub fn of_program(name: &str) -> Option<&'static Package> {
    static BY_PROGRAM: LazyLock<HashMap<&str, &Package>> =
        LazyLock::new(|| all().flat_map(|it| it.programs().map(move |program| (program, it))).collect());
    BY_PROGRAM.get(name).copied()
}

/// The package that an import's name speaks of: `@scope/name` of `@scope/name/file`.
#[must_use]
pub fn package_name(name: &str) -> &str {
    let n_parts = if name.starts_with('@') { 2 } else { 1 };
    let end = name.match_indices('/').nth(n_parts - 1).map_or(name.len(), |it| it.0);
    &name[..end]
}

/// The words of a text that may name packages: `tsx`, `dotenv/config`, `@scope/name`, each without what stands in
/// front of it in node_modules.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || matches!(it, '@' | '/' | '_' | '-' | '.');
    let words = text.split(move |it| !is_part(it)).filter(|it| !it.is_empty());
    words.map(|it| it.rsplit("node_modules/").next().unwrap_or(it)).map(|it| it.strip_prefix(".bin/").unwrap_or(it))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn one_row_a_package() {
        let mut names = BTreeSet::new();
        for it in all() {
            assert!(names.insert(it.name), "{} has two rows", it.name);
            assert!(!it.facts.is_empty(), "{} does nothing", it.name);
        }
    }

    #[test]
    fn words_of_texts() {
        let all: Vec<&str> = words("node -r dotenv/config --import=tsx ./node_modules/.bin/vite").collect();
        assert_eq!(all, ["node", "-r", "dotenv/config", "--import", "tsx", "vite"]);
        assert_eq!(package_name("@a/b/c"), "@a/b");
        assert_eq!(package_name("dotenv/config"), "dotenv");
    }

    #[test]
    fn one_package_a_program() {
        let mut programs = BTreeSet::new();
        for it in all().flat_map(Package::programs) {
            assert!(programs.insert(it), "two packages bring `{it}`");
        }
    }

    #[test]
    fn arguments_and_options() {
        assert_eq!(call("fs", "promises.readFile"), [(0, Use::Reads)]);
        assert_eq!(call("fs", "createWriteStream.()"), []);
        assert_eq!(call("express", "static"), [(0, Use::ReadsFolder)]);
        assert_eq!(options("multer", "diskStorage")[0], ("destination", Use::WritesFolder));
        assert_eq!(options("multer", ""), [("dest", Use::WritesFolder)]);
        assert_eq!(plugin_options("@fastify/static"), [("root", Use::ReadsFolder)]);
        assert_eq!(of_program("nest").map(|it| it.name), Some("@nestjs/cli"));
    }
}
