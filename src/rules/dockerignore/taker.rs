//! One Dockerfile and what it takes from the context.

use std::cell::OnceCell;

use super::copies::{FolderCopy, folder_copies, named};
use super::item::{Item, Kind, Objection};
use super::{env, git, modules};
use crate::inspection::Inspection;
use crate::paths;
use crate::stages::{Holding, InstructionId, Verb};

/// A Dockerfile with its copies of whole folders.
pub(super) struct Taker<'c> {
    ctx: &'c Inspection,
    copies: Vec<FolderCopy>,
    /// The folders of the apps among them; found when first asked for.
    apps: OnceCell<Vec<String>>,
    /// What it names one by one.
    named: Vec<String>,
}

impl<'c> Taker<'c> {
    pub(super) fn new(ctx: &'c Inspection) -> Self {
        Self { ctx, copies: folder_copies(ctx), apps: OnceCell::new(), named: named(ctx.model()) }
    }

    pub(super) fn apps(&self) -> &[String] {
        self.apps.get_or_init(|| modules::apps(self.ctx.project(), &self.copies))
    }

    /// What it takes along that it should not.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut res = self.modules();
        res.extend(self.git());
        res.extend(self.env());
        res.extend(self.build_info());
        res
    }

    /// What it has against keeping out things of a kind; `apps` are those whose node_modules is meant.
    pub(super) fn objection(&self, kind: Kind, apps: &[String]) -> Objection {
        if self.is_wanted(kind) {
            return Objection::Needed;
        }
        match kind {
            Kind::NodeModules => {
                let all = apps.iter().map(|it| modules::objection(self.ctx, it, &self.copies));
                all.max().unwrap_or(Objection::None)
            }
            Kind::Git => git::objection(self.ctx, self.apps()),
            Kind::Env => env::objection(self.ctx, self.apps()),
            Kind::BuildInfo => Objection::None,
        }
    }

    /// What a Dockerfile that is not the one judged has against it: what it does not copy it does not need, and
    /// packages only where it starts Node on what it did not install.
    pub(super) fn objection_of_other(&self, item: &Item) -> Objection {
        let takes = |path: &String| self.copies.iter().any(|it| it.takes(path));
        let is_named = self.named.iter().any(|it| names(it, item));
        if !is_named && !item.paths.iter().any(takes) {
            return Objection::None;
        }
        let is_meant = |app: &&String| item.paths.contains(&inside(app));
        let apps: Vec<String> = self.apps().iter().filter(is_meant).cloned().collect();
        let installs = self.ctx.model().installs.iter().any(|it| it.verb != Verb::Prune);
        match self.objection(item.kind, &apps) {
            Objection::Needed if item.kind != Kind::NodeModules || is_named => Objection::Needed,
            Objection::Needed if !self.ctx.model().ships_node() => Objection::None,
            Objection::Needed if installs => Objection::Doubt("not all packages are seen to be installed".into()),
            it => it,
        }
    }

    /// Whether the Dockerfile or the ignore file speaks of such a thing as of something wanted.
    fn is_wanted(&self, kind: Kind) -> bool {
        let is_part = |path: &str| path.split('/').any(|part| kind.is_part(part));
        // Parts of `.git` are dropped for the sake of the rest.
        let mut patterns = self.ctx.project().dockerignore.patterns();
        let is_kept = patterns.any(|(text, is_exception)| (is_exception || kind == Kind::Git) && is_part(text));
        is_kept || self.named.iter().any(|it| is_part(it))
    }

    /// The instructions that take one of `paths` along, which no ignore file drops.
    fn taking(&self, paths: &[String]) -> Vec<InstructionId> {
        let open: Vec<&String> = paths.iter().filter(|it| !self.ctx.project().dockerignore.drops(it)).collect();
        let takes = |copy: &&FolderCopy| open.iter().any(|it| copy.takes(it));
        self.copies.iter().filter(takes).map(|it| it.instruction).collect()
    }

    /// An item, if one of `paths` is taken along and it is not there on purpose.
    fn item(&self, kind: Kind, pattern: &str, paths: &[String], apps: &[String]) -> Option<Item> {
        let copies = self.taking(paths);
        let objection = if copies.is_empty() { Objection::Needed } else { self.objection(kind, apps) };
        if objection == Objection::Needed {
            return None;
        }
        let shown = if kind == Kind::BuildInfo { paths.first()?.clone() } else { pattern.replace("**/", "") };
        Some(Item {
            kind,
            pattern: pattern.to_owned(),
            shown,
            copies,
            objection,
            needed_by: None,
            paths: paths.to_vec(),
        })
    }

    /// An item at any depth, where one of `paths` is not in the root.
    fn anywhere(&self, kind: Kind, name: &str, paths: &[String]) -> Option<Item> {
        let is_deep = paths.iter().any(|it| it.contains('/'));
        let pattern = if is_deep { format!("**/{name}") } else { name.to_owned() };
        self.item(kind, &pattern, paths, &[])
    }

    /// One line for all apps, where none of them needs the host's; else one for each that does not.
    fn modules(&self) -> Vec<Item> {
        let is_open = |app: &String| !self.taking(&[inside(app)]).is_empty();
        let mut folders = self.copies.iter().flat_map(|it| &it.folders);
        // Whatever the apps are called.
        if !folders.any(|it| is_open(it) || is_open(&paths::join(it, "\0"))) {
            return Vec::new();
        }
        let open: Vec<String> = self.apps().iter().filter(|it| is_open(it)).cloned().collect();
        if open.is_empty() || self.ctx.project().kind(".pnp.cjs").is_some() {
            return Vec::new();
        }
        let one = |app: &String| {
            let pattern = literal(&paths::join(app, "node_modules"));
            self.item(Kind::NodeModules, &pattern, &[inside(app)], std::slice::from_ref(app))
        };
        let each: Vec<Item> = open.iter().filter_map(one).collect();
        if each.len() < open.len() || self.apps().iter().all(String::is_empty) {
            return each;
        }
        let paths: Vec<String> = open.iter().map(inside).collect();
        self.item(Kind::NodeModules, "**/node_modules", &paths, &open).into_iter().collect()
    }

    fn git(&self) -> Option<Item> {
        let path = [".git/HEAD".to_owned()];
        let is_there = !self.taking(&path).is_empty() && self.ctx.project().kind(".git").is_some();
        is_there.then(|| self.item(Kind::Git, ".git", &path, &[]))?
    }

    fn env(&self) -> Option<Item> {
        let installed = self.ctx.model().installs.iter().filter_map(|it| it.app.as_ref());
        let mut folders: Vec<&String> = self.copies.iter().flat_map(|it| &it.folders).chain(installed).collect();
        folders.sort_unstable();
        folders.dedup();
        let paths = folders
            .iter()
            .map(|it| (it, paths::join(it, ".env")))
            .filter(|it| !self.taking(std::slice::from_ref(&it.1)).is_empty());
        let there: Vec<String> = paths.filter(|it| env::is_there(self.ctx.project(), it.0)).map(|it| it.1).collect();
        let there: Vec<String> = there.into_iter().filter(|it| self.ships(it)).collect();
        self.anywhere(Kind::Env, ".env", &there)
    }

    /// Whether a file of the context comes to the image that ships, as far as is known: by a layer of its own, even
    /// if a later one hides it, or from another stage.
    fn ships(&self, path: &str) -> bool {
        let model = self.ctx.model();
        let Some(at) = model.production.as_ref().map(|it| it.stage) else { return false };
        let layers = model.ancestry(at);
        let is_carried = model.stages[at].contents.entries.iter().any(|it| {
            let Holding::ContextFolder(folder) = &it.holding else { return false };
            paths::below(folder, path).is_some_and(|rest| !rest.is_empty() && !it.lacks(rest))
        });
        is_carried || self.copies.iter().any(|it| layers.contains(&it.stage) && it.takes(path))
    }

    /// Where the compilers that this Dockerfile runs note what they made.
    fn build_info(&self) -> Vec<Item> {
        let (usual, named): (Vec<String>, Vec<String>) =
            self.build_info_files().into_iter().partition(|it| it.ends_with(".tsbuildinfo"));
        let named = named.into_iter().filter_map(|it| self.item(Kind::BuildInfo, &literal(&it), &[it], &[]));
        self.anywhere(Kind::BuildInfo, "*.tsbuildinfo", &usual).into_iter().chain(named).collect()
    }

    /// Those that do not lie in the output itself, with which they go or stay.
    fn build_info_files(&self) -> Vec<String> {
        let mut res = Vec::new();
        for build in &self.ctx.model().builds {
            for output in &build.outputs.outputs {
                let (Some(app), Some(file)) = (&build.app, &output.build_info) else { continue };
                if !paths::contains(&output.path, file) && !paths::is_outside(file) {
                    res.push(paths::join(app, file));
                }
            }
        }
        res
    }
}

/// A file of the host's packages of an app.
fn inside(app: impl AsRef<str>) -> String {
    paths::join(app.as_ref(), "node_modules/package/index.js")
}

/// Whether `path`, which a Dockerfile names, speaks of what `item` keeps out.
fn names(path: &str, item: &Item) -> bool {
    let is_below = |it: &String| paths::contains(path, it) || paths::contains(paths::parent(it), path);
    let is_anywhere = item.kind != Kind::NodeModules || item.pattern.starts_with("**/");
    path.split('/').any(|part| item.kind.is_part(part)) && (is_anywhere || item.paths.iter().any(is_below))
}

/// A pattern that matches `path` only.
fn literal(path: &str) -> String {
    let escaped = path.chars().map(|it| if "*?[\\".contains(it) { format!("\\{it}") } else { it.to_string() });
    escaped.collect()
}
