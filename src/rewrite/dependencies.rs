//! How production dependencies get into the production stage (FACTS §8).

use super::{Refusal, Scene, Shape, purpose, refusal, shape};
use crate::project::{App, Lock};

/// The way, and why it is not the plain one.
#[derive(Clone, Debug)]
pub(super) struct Strategy {
    pub(super) way: Way,
    /// Why the plain install was not chosen.
    pub(super) reason: Option<String>,
    /// npm 6 knows `--only=production` alone.
    pub(super) old_npm: bool,
}

/// The ways for npm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A production install in the production stage.
    Install,
    /// `npm prune` in the build stage, and a copy of node_modules.
    Prune,
    /// A copy of node_modules as it is: something needs a devDependency.
    Keep,
}

impl Strategy {
    /// Copies node_modules with all that it holds.
    pub(super) fn keep_all(&mut self, reason: String) {
        (self.way, self.reason) = (Way::Keep, Some(reason));
    }

    /// Whether node_modules comes from the build stage.
    pub(super) fn copies(&self) -> bool {
        self.way != Way::Install
    }

    /// `--omit=dev`, or what npm 6 has for it.
    pub(super) fn omit(&self) -> &'static str {
        if self.old_npm { "--only=production" } else { "--omit=dev" }
    }

    /// The command that takes devDependencies out of a full install.
    pub(super) fn prune(&self) -> &'static str {
        if self.old_npm { "npm prune --production" } else { "npm prune --omit=dev" }
    }
}

/// The lock file that `npm ci` will read.
pub(super) fn lock(app: &App) -> Result<&Lock, Refusal> {
    let lock = app.lock().ok_or_else(|| refusal("there is no lock file beside package.json: `npm ci` needs one"))?;
    if !lock.visible {
        return Err(refusal(format!("`.dockerignore` keeps `{}` out of the build", lock.path)));
    }
    if lock.packages.is_none() {
        return Err(refusal(format!("`{}` can't be read", lock.path)));
    }
    if let Some(reason) = lock.agrees_with(&app.package) {
        return Err(refusal(format!("`npm ci` would fail: {reason}")));
    }
    Ok(lock)
}

/// Chooses the way for the production stage of `scene`.
pub(super) fn strategy(scene: &Scene<'_>, app: &App, doubts: &mut Vec<String>) -> Result<Strategy, Refusal> {
    let lock = lock(app)?;
    let major = npm_major(scene);
    if major.is_none() {
        doubts.push("the version of npm in the image is not known".to_owned());
    }
    if major == Some(6) && lock.generation == Some(3) {
        return Err(refusal(format!("`{}` is of a generation that npm 6 can't read", lock.path)));
    }
    let packages = lock.packages.as_deref().unwrap_or_default();
    if let Some(link) = packages.iter().find(|it| it.link.is_some()) {
        return Err(refusal(format!("`{}` is a link into the build context", link.name)));
    }
    let reason = reason_to_prune(scene, app, lock);
    let way = if reason.is_some() { Way::Prune } else { Way::Install };
    Ok(Strategy { way, reason, old_npm: major == Some(6) })
}

/// npm's major in the stage that installs; floating tags are current.
fn npm_major(scene: &Scene<'_>) -> Option<u32> {
    let installed = scene.model.installs.iter().rev().find_map(|it| it.major);
    let image = scene.model.root_image(scene.stage);
    let floating = image.expanded.as_deref().is_some_and(is_floating);
    installed.or(image.npm_major).or(floating.then_some(11))
}

/// `node`, `node:latest`, `node:lts-alpine`, `node:current-slim`, `node:alpine`, `node:slim`.
fn is_floating(reference: &str) -> bool {
    let name = reference.rsplit('/').next().unwrap_or(reference);
    let tag = name.split_once(':').map_or("latest", |it| it.1);
    ["latest", "lts", "current", "alpine", "slim"].iter().any(|it| tag == *it || tag.starts_with(&format!("{it}-")))
}

/// An ENV that has Node load a file first, in force where an install would run: npm is a Node program.
fn preload(scene: &Scene<'_>) -> Option<usize> {
    let is_early = |it: &usize| match shape(scene.model, scene.project) {
        Some(Shape::Single) => scene.model.builds.iter().any(|build| build.instruction > *it),
        _ => true,
    };
    let stages = scene.model.ancestry(scene.stage);
    let mut all = stages.iter().flat_map(|it| scene.model.stages[*it].instructions.clone());
    all.find(|it| purpose::preloads(scene.model.instructions[*it]) && is_early(it))
}

/// Why a fresh install in the production stage would fail, or lose something; `None` where it would not.
fn reason_to_prune(scene: &Scene<'_>, app: &App, lock: &Lock) -> Option<String> {
    if let Some((name, script)) = app.root_scripts_on_install().first() {
        return Some(format!("a production install would run the script `{name}` (`{}`) again", script.text));
    }
    if let Some(package) = app.production_scripts().first() {
        return Some(format!("`{}` runs an install script, which may need a compiler", package.name));
    }
    if app.package.is_production("@prisma/client") {
        return Some("the generated Prisma client lies in node_modules".to_owned());
    }
    let packages = lock.packages.as_deref().unwrap_or_default();
    if let Some(package) = packages.iter().find(|it| it.git && !it.dev) {
        return Some(format!("`{}` comes from git", package.name));
    }
    if preload(scene).is_some() {
        return Some("`NODE_OPTIONS` has npm load a file that is not there yet".to_owned());
    }
    if app.npmrc.is_some() {
        return Some("an `.npmrc` takes part in the install".to_owned());
    }
    let mounted =
        scene.model.installs.iter().any(|it| scene.model.instructions[it.instruction].flag("mount").is_some());
    mounted.then(|| "the install of the build has mounts".to_owned())
}
