//! Other packages of the workspace: their modules run in the same process, so they are followed like the app's own.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{App, Output};
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
    /// The source of its main file, from its folder.
    source: String,
    /// Its outputs, from the folder of the app that runs.
    outputs: Vec<Output>,
}

impl Members {
    /// The source, from the folder of `app`, that `name` means, where `package` is one of the workspace's.
    pub(super) fn source(&mut self, app: &App, package: &str, name: &str) -> Option<String> {
        if name != package || self.others.contains(package) {
            return None;
        }
        if !self.known.contains_key(package) {
            self.meet(app, package);
        }
        let member = self.known.get(package)?;
        Some(paths::resolve(&member.folder, &member.source))
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
        let built = member.outputs("build");
        let entry = entry_of(&member)?;
        let source = member.source_of(&entry, &built)?;
        let folder = paths::relative(&app.folder, folder)?;
        let outputs = built.outputs.iter().map(|it| it.seen_from(&folder)).collect();
        Some(Self { app: member, folder, source, outputs })
    }
}

/// The one file that it loads; `None` where package.json names several.
fn entry_of(app: &App) -> Option<String> {
    let mut targets = app.package.main.iter().chain(&app.package.exports).filter(|it| !it.ends_with("package.json"));
    let Some(first) = targets.next() else { return Some("index.js".to_owned()) };
    let first = paths::normalise(first);
    // `exports` may name the same file by conditions, or a twin for ES modules.
    let stem = |it: &str| it.rsplit_once('.').map_or_else(|| it.to_owned(), |it| it.0.to_owned());
    let is_twin = |it: &String| stem(&paths::normalise(it)) == stem(&first);
    targets.all(is_twin).then_some(first)
}
