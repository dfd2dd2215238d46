//! Other packages of the workspace: their modules run in the same process, so they are followed like the app's own.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{App, Output, Outputs};
use super::resolve;
use crate::paths;

/// Those that were met so far.
#[derive(Default)]
pub(super) struct Members {
    /// By name.
    known: BTreeMap<String, Member>,
    /// Packages that are none of the workspace's, or load what is not known.
    others: BTreeSet<String>,
}

struct Member {
    app: App,
    /// Its folder, from the folder of the app that runs: `../../packages/db`.
    folder: String,
    /// What its build makes, from its folder.
    built: Outputs,
    /// The same, from the folder of the app that runs.
    outputs: Vec<Output>,
}

impl Members {
    /// The source, from the folder of `app`, that `name` means, where `package` is one of the workspace's.
    pub(super) fn source(&mut self, app: &App, package: &str, name: &str) -> Option<String> {
        if self.others.contains(package) {
            return None;
        }
        if !self.known.contains_key(package) {
            self.meet(app, package);
        }
        let member = self.known.get(package)?;
        let source = member.source(name.strip_prefix(package)?)?;
        Some(paths::resolve(&member.folder, &source))
    }

    fn meet(&mut self, app: &App, package: &str) {
        match Member::of(app, package) {
            Some(member) => _ = self.known.insert(package.to_owned(), member),
            None => _ = self.others.insert(package.to_owned()),
        }
    }

    /// Whether the package that holds the module `path` names `package` among its dependencies.
    pub(super) fn brings(&self, path: &str, package: &str) -> bool {
        self.holding(path).is_some_and(|it| it.app.package.is_production(package))
    }

    /// Whether one of them holds the module `path`.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.holding(path).is_some()
    }

    fn holding(&self, path: &str) -> Option<&Member> {
        self.known.values().find(|it| paths::contains(&it.folder, path))
    }

    /// What their builds make.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &Output> {
        self.known.values().flat_map(|it| &it.outputs)
    }
}

impl Member {
    fn of(app: &App, name: &str) -> Option<Self> {
        let folder = app.neighbours().get(name).filter(|it| **it != app.folder)?;
        let member = App::load(&app.files, folder)?;
        // Without a script of its own it is compiled from elsewhere (`tsc -b` at the root), if it does not run as it is written.
        let package = &member.package;
        let mut named = package.main.iter().chain(package.exports_by_path.get(".").into_iter().flatten());
        let is_written = named.any(|it| member.has_file(&paths::normalise(it)));
        let is_built_here = package.scripts.contains_key("build") || is_written;
        let built = if is_built_here { member.outputs("build") } else { member.outputs_of_text("tsc") };
        let folder = paths::relative(&app.folder, folder)?;
        let outputs = built.outputs.iter().map(|it| it.seen_from(&folder)).collect();
        Some(Self { app: member, folder, built, outputs })
    }

    /// The source of what is asked for by `rest` after its name (`/schema`, or nothing), from its folder; `None` where
    /// package.json names several files for it.
    fn source(&self, rest: &str) -> Option<String> {
        let package = &self.app.package;
        let source_of = |it: String| self.app.source_of(&it, &self.built).filter(|it| resolve::is_module(it));
        match rest.strip_prefix('/') {
            None => {
                let named = one_of(package.main.iter().chain(self.exported(".")))?;
                source_of(named.unwrap_or_else(|| "index.js".to_owned()))
            }
            Some(path) if package.exports.is_empty() => resolve::candidates(path).into_iter().find_map(source_of),
            Some(path) => source_of(self.exported_file(&format!("./{path}"))?),
        }
    }

    fn exported(&self, path: &str) -> impl Iterator<Item = &String> {
        self.app.package.exports_by_path.get(path).into_iter().flatten()
    }

    /// The file that `exports` has for a path, by the pattern with the most before its `*`.
    fn exported_file(&self, path: &str) -> Option<String> {
        if let Some(found) = one_of(self.exported(path))? {
            return Some(found);
        }
        let all = &self.app.package.exports_by_path;
        let found = |(pattern, targets): (&String, &Vec<String>)| {
            let target = one_of(targets)??;
            Some((pattern.find('*')?, resolve::substituted(pattern, &target, path)?))
        };
        all.iter().filter_map(found).max().map(|it| it.1)
    }
}

/// The one file that is meant; `Some(None)` where none is named, `None` where there are several.
fn one_of<'a>(targets: impl IntoIterator<Item = &'a String>) -> Option<Option<String>> {
    let mut targets = targets.into_iter().filter(|it| !it.ends_with("package.json"));
    let Some(first) = targets.next() else { return Some(None) };
    let first = paths::normalise(first);
    // `exports` may name the same file by conditions, or a twin for ES modules.
    let stem = |it: &str| it.rsplit_once('.').map_or_else(|| it.to_owned(), |it| it.0.to_owned());
    let is_twin = |it: &String| stem(&paths::normalise(it)) == stem(&first);
    targets.all(is_twin).then_some(Some(first))
}
