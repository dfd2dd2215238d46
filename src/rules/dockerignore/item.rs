//! What should stay out of the context, and whether it may.

use std::sync::Arc;

use super::copies::{FolderCopy, folder_copies, named};
use super::{env, git, modules};
use crate::project::App;
use crate::rules::RuleContext;
use crate::stages::Model;

/// Why something should not be kept out. The order is from nothing to certain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Objection {
    /// The image is the same without it, or better.
    None,
    /// Something may need it: a clause.
    Doubt(String),
    /// It is there on purpose.
    Needed,
}

/// What a kind of thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    NodeModules,
    Git,
    Env,
    BuildInfo,
}

/// Something that a COPY takes along and that the ignore file should drop.
pub(super) struct Item {
    pub(super) kind: Kind,
    /// The line for the ignore file.
    pub(super) pattern: String,
    /// What it is called in messages.
    pub(super) shown: String,
    /// The instructions that take it along.
    pub(super) copies: Vec<usize>,
    pub(super) objection: Objection,
    /// The other Dockerfile that needs it.
    pub(super) needed_by: Option<String>,
}

/// A path below a folder of the context.
pub(super) fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

/// A pattern that matches `path` only.
fn literal(path: &str) -> String {
    let escaped = path.chars().map(|it| if "*?[\\".contains(it) { format!("\\{it}") } else { it.to_string() });
    escaped.collect()
}

impl Kind {
    /// Whether a part of a path is such a thing.
    fn is_part(self, part: &str) -> bool {
        match self {
            Self::NodeModules => part == "node_modules",
            Self::Git => part == ".git",
            Self::Env => part.starts_with(".env"),
            Self::BuildInfo => part.ends_with("tsbuildinfo"),
        }
    }
}

/// One Dockerfile and what it takes.
struct Taker<'c, 'a> {
    ctx: &'c RuleContext<'a>,
    copies: Vec<FolderCopy>,
    apps: Vec<Arc<App>>,
    named: Vec<String>,
}

impl<'c, 'a> Taker<'c, 'a> {
    fn new(ctx: &'c RuleContext<'a>) -> Self {
        let copies = folder_copies(ctx);
        let apps = modules::apps(ctx.project, &copies);
        Self { ctx, apps, copies, named: named(ctx.model) }
    }

    /// What it has against keeping out things of a kind; `apps` are those whose node_modules is meant.
    fn objection(&self, kind: Kind, apps: &[Arc<App>]) -> Objection {
        if self.is_named(kind) {
            return Objection::Needed;
        }
        match kind {
            Kind::NodeModules => {
                let all = apps.iter().map(|it| modules::objection(self.ctx, it, &self.copies));
                all.max().unwrap_or(Objection::None)
            }
            Kind::Git => git::objection(self.ctx, &self.apps),
            Kind::Env => env::objection(self.ctx, &self.apps),
            Kind::BuildInfo => Objection::None,
        }
    }

    /// Whether the Dockerfile or the ignore file speaks of such a thing as of something wanted.
    fn is_named(&self, kind: Kind) -> bool {
        let is_part = |path: &str| path.split('/').any(|part| kind.is_part(part));
        // Parts of `.git` are dropped for the sake of the rest.
        let mut patterns = self.ctx.project.dockerignore.patterns();
        let is_kept = patterns.any(|(text, is_exception)| (is_exception || kind == Kind::Git) && is_part(text));
        is_kept || self.named.iter().any(|it| is_part(it))
    }

    /// The instructions that take `path` along, which no ignore file drops.
    fn taking(&self, path: &str) -> Vec<usize> {
        if self.ctx.project.dockerignore.drops(path) {
            return Vec::new();
        }
        self.copies.iter().filter(|it| it.takes(path)).map(|it| it.instruction).collect()
    }

    /// An item, if one of `paths` is taken along and it is not there on purpose.
    fn item(&self, kind: Kind, pattern: &str, paths: &[String], apps: &[Arc<App>]) -> Option<Item> {
        let mut copies: Vec<usize> = paths.iter().flat_map(|it| self.taking(it)).collect();
        copies.sort_unstable();
        copies.dedup();
        let objection = if copies.is_empty() { Objection::Needed } else { self.objection(kind, apps) };
        let shown = if kind == Kind::BuildInfo { paths.first()?.clone() } else { pattern.replace("**/", "") };
        (objection != Objection::Needed).then(|| Item {
            kind,
            pattern: pattern.to_owned(),
            shown,
            copies,
            objection,
            needed_by: None,
        })
    }

    fn modules(&self) -> Vec<Item> {
        if self.ctx.project.kind(".pnp.cjs").is_some() {
            return Vec::new();
        }
        let path = |app: &Arc<App>| below(&app.folder, "node_modules/package/index.js");
        let open: Vec<Arc<App>> = self.apps.iter().filter(|it| !self.taking(&path(it)).is_empty()).cloned().collect();
        let one = |app: &Arc<App>, pattern: &str| {
            self.item(Kind::NodeModules, pattern, &[path(app)], std::slice::from_ref(app))
        };
        let mut items: Vec<Item> =
            open.iter().filter_map(|it| one(it, &literal(&below(&it.folder, "node_modules")))).collect();
        let is_alone = self.apps.iter().all(|it| it.folder.is_empty());
        if items.len() == open.len() && !is_alone {
            let paths: Vec<String> = open.iter().map(path).collect();
            items = self.item(Kind::NodeModules, "**/node_modules", &paths, &open).into_iter().collect();
        }
        items
    }

    fn git(&self) -> Option<Item> {
        self.ctx.project.kind(".git")?;
        self.item(Kind::Git, ".git", &[".git/HEAD".to_owned()], &[])
    }

    fn env(&self) -> Option<Item> {
        let folders = self.copies.iter().flat_map(|it| &it.folders).chain(self.apps.iter().map(|it| &it.folder));
        let there = folders.filter(|it| env::is_there(self.ctx.project, it, &self.apps));
        self.anywhere(Kind::Env, ".env", there.map(|it| below(it, ".env")).collect())
    }

    /// Where the compilers that this Dockerfile runs note what they made.
    fn build_info(&self) -> Vec<Item> {
        let (usual, named): (Vec<String>, Vec<String>) =
            self.build_info_files().into_iter().partition(|it| it.ends_with(".tsbuildinfo"));
        let named = named.into_iter().filter_map(|it| self.item(Kind::BuildInfo, &literal(&it), &[it], &[]));
        self.anywhere(Kind::BuildInfo, "*.tsbuildinfo", usual).into_iter().chain(named).collect()
    }

    /// Those that do not lie in the output itself, with which they go or stay.
    fn build_info_files(&self) -> Vec<String> {
        let mut res = Vec::new();
        for build in &self.ctx.model.builds {
            for output in &build.outputs.outputs {
                let (Some(app), Some(file)) = (&build.app, &output.build_info) else { continue };
                let is_inside = file.strip_prefix(&output.path).is_some_and(|it| it.starts_with('/'));
                if !is_inside && !file.starts_with("..") {
                    res.push(below(app, file));
                }
            }
        }
        res
    }

    /// An item at any depth, where one of `paths` is not in the root.
    fn anywhere(&self, kind: Kind, name: &str, paths: Vec<String>) -> Option<Item> {
        let is_deep = paths.iter().any(|it| it.contains('/'));
        let pattern = if is_deep { format!("**/{name}") } else { name.to_owned() };
        self.item(kind, &pattern, &paths, &[])
    }
}

/// What the Dockerfile takes along that it should not.
pub(super) fn missing(ctx: &RuleContext<'_>) -> Vec<Item> {
    let taker = Taker::new(ctx);
    if taker.copies.is_empty() {
        return Vec::new();
    }
    let mut res = taker.modules();
    res.extend(taker.git().into_iter().chain(taker.env()).chain(taker.build_info()));
    let own_file = ctx.project.dockerignore.path.as_deref().is_some_and(|it| it != ".dockerignore");
    if !res.is_empty() && !own_file {
        ctx.project.other_dockerfiles().iter().for_each(|it| hear(ctx, it, &mut res));
    }
    res
}

/// Adds the objections of another Dockerfile of the same context.
fn hear(ctx: &RuleContext<'_>, path: &str, items: &mut [Item]) {
    let has_own_file = ctx.project.kind(&format!("{path}.dockerignore")).is_some();
    let Some(text) = ctx.project.text(path).filter(|_| !has_own_file) else { return };
    let parse = crate::syntax::parse(&text);
    let model = Model::build(&text, &parse.dockerfile, ctx.project, None);
    let other = RuleContext::new(&text, &parse.dockerfile, &model, ctx.project, ctx.settings);
    let taker = Taker::new(&other);
    for item in items {
        match taker.objection(item.kind, &taker.apps) {
            Objection::None => {}
            Objection::Doubt(doubt) if item.objection == Objection::None => {
                item.objection = Objection::Doubt(format!("`{path}` may have the same context, and there {doubt}"));
            }
            Objection::Doubt(_) => {}
            Objection::Needed => item.needed_by = Some(path.to_owned()),
        }
    }
}
