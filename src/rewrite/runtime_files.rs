//! Which files outside of the build's output must come along, because they are read at run time.

use std::collections::BTreeMap;

use super::{Refusal, Scene, refusal};
use crate::facts::{context_file, is_environment_file};
use crate::paths;
use crate::project::{Access, AccessBase, App, EntryKind, Mention, Outputs, Runtime};

/// The files and folders of the context that must be copied besides the output, from the app's folder.
pub(super) fn gather(
    scene: &Scene<'_>,
    app: &App,
    runtime: &Runtime,
    outputs: &Outputs,
    doubts: &mut Vec<String>,
) -> Result<BTreeMap<String, EntryKind>, Refusal> {
    let mut res: BTreeMap<_, _> = named_by_instructions(scene, app, outputs).into_iter().collect();
    for read in &runtime.reads {
        let site = &read.site;
        match wanted(scene, app, read, outputs) {
            Wanted::No => {}
            Wanted::Computed => doubts.push(format!("`{site}` reads a path that is only known at run time")),
            Wanted::Whole => doubts.push(format!("`{site}` reads the app's own folder")),
            Wanted::Outside(path) => {
                return Err(refusal(format!("`{site}` reads `{path}`, outside of the app's folder")));
            }
            Wanted::File(path, kind) => {
                res.insert(path, kind);
            }
        }
    }
    let mentions = runtime.mentions.iter().flat_map(|it| mentioned_paths(it, of_app(scene, app, &it.text)));
    res.extend(mentions.filter_map(|it| mentioned(scene, app, &it, outputs).map(|kind| (it, kind))));
    let all: Vec<String> = res.keys().cloned().collect();
    res.retain(|path, _| !all.iter().any(|it| it != path && paths::contains(it, path)));
    Ok(res)
}

/// What a read asks of the production stage.
enum Wanted {
    No,
    Computed,
    Outside(String),
    Whole,
    File(String, EntryKind),
}

fn wanted(scene: &Scene<'_>, app: &App, read: &Access, outputs: &Outputs) -> Wanted {
    let at = |path: &str| wanted_at(scene, app, path, outputs);
    match (read.base, read.path.as_deref()) {
        (AccessBase::Temporary, _) => Wanted::No,
        (_, None) => Wanted::Computed,
        (AccessBase::Root, Some(path)) => of_app(scene, app, path).map_or(Wanted::No, |it| at(&it)),
        (_, Some(path)) => at(path),
    }
}

/// The same for `path`, from the app's folder.
fn wanted_at(scene: &Scene<'_>, app: &App, path: &str, outputs: &Outputs) -> Wanted {
    if path.is_empty() || path == "." {
        return Wanted::Whole;
    }
    let comes_anyway =
        path == "package.json" || paths::contains("node_modules", path) || outputs.holding(path).is_some();
    if comes_anyway || is_environment_file(path) {
        return Wanted::No;
    }
    if paths::is_outside(path) {
        return Wanted::Outside(path.to_owned());
    }
    if outputs.outputs.iter().any(|it| paths::contains(path, &it.path)) {
        return Wanted::Whole;
    }
    match seen(scene, app, path) {
        Some(kind) => Wanted::File(path.to_owned(), kind),
        None => Wanted::No,
    }
}

/// `path`, an absolute one of the image, from the app's folder; `None` where nothing of the context is copied to it.
fn of_app(scene: &Scene<'_>, app: &App, path: &str) -> Option<String> {
    let absolute = path.starts_with('/').then_some(path)?;
    paths::relative(&app.folder, &context_file(&scene.production().contents, absolute)?)
}

/// Folders whose bare name in a string is taken for the folder.
const TELLING_FOLDERS: &[&str] = &[
    "views",
    "public",
    "static",
    "assets",
    "locales",
    "i18n",
    "lang",
    "translations",
    "migrations",
    "seeds",
    "drizzle",
    "templates",
    "emails",
    "proto",
    "protos",
    "config",
    "data",
    "certs",
    "fonts",
    "resources",
    "schemas",
    "graphql",
    "sql",
];

/// The places that a text may mean: from the working directory, and from the module's own folder. `of_app` is what
/// it is of the app's folder, where it is an absolute path.
fn mentioned_paths(mention: &Mention, of_app: Option<String>) -> Vec<String> {
    let text = of_app.as_deref().unwrap_or(&mention.text);
    let from_root = text.starts_with('/');
    let names_a_file = paths::file_name(text).contains('.') || text.contains("../");
    if from_root && !names_a_file {
        return Vec::new();
    }
    let bare = !text.contains('/') && !text.contains('.');
    if bare && !TELLING_FOLDERS.contains(&text) {
        return Vec::new();
    }
    let text = text.trim_start_matches('/');
    let both = [paths::inside(text), paths::inside(&paths::join(&mention.folder, text))];
    both.into_iter().flatten().collect()
}

/// What lies at a place that a text mentions, if it is data and neither code nor configuration of the build.
fn mentioned(scene: &Scene<'_>, app: &App, path: &str, outputs: &Outputs) -> Option<EntryKind> {
    let name = paths::file_name(path);
    let known = ["package.json", "package-lock.json", "npm-shrinkwrap.json", "Dockerfile", "node_modules"];
    let is_module = |it: &str| [".ts", ".tsx", ".mts", ".cts"].iter().any(|end| it.ends_with(end));
    let comes_anyway =
        outputs.holding(path).is_some() || paths::contains("node_modules", path) || known.contains(&name);
    if comes_anyway || is_environment_file(path) || is_module(name) || name.starts_with("tsconfig") {
        return None;
    }
    if outputs.outputs.iter().any(|it| paths::contains(path, &it.path)) {
        return None;
    }
    let kind = seen(scene, app, path)?;
    let names = scene.project.list(&app.folder_path(path)).unwrap_or_default();
    let is_code = kind == EntryKind::Folder && names.iter().any(|it| is_module(&it.0));
    let source_roots = outputs.outputs.iter().filter_map(|it| it.source_root.as_deref()).filter(|it| !it.is_empty());
    let holds_sources = source_roots.clone().any(|it| paths::contains(path, it));
    let is_source = source_roots.clone().any(|it| paths::contains(it, path)) && name.ends_with(".js");
    (!is_code && !holds_sources && !is_source).then_some(kind)
}

/// What a build sees at `path` of the app.
pub(super) fn seen(scene: &Scene<'_>, app: &App, path: &str) -> Option<EntryKind> {
    let path = app.folder_path(path);
    scene.project.sees(&path).filter(|it| *it)?;
    scene.project.kind(&path)
}

/// Files of the context that the start command or the health check names.
fn named_by_instructions(scene: &Scene<'_>, app: &App, outputs: &Outputs) -> Vec<(String, EntryKind)> {
    let health =
        scene.production().instructions.clone().filter(|it| scene.model.instructions[*it].name() == "HEALTHCHECK");
    let scripts = health.filter_map(|it| scene.model.scripts[it].as_ref());
    let commands = scripts.flat_map(|it| it.commands.iter());
    let words = commands.flat_map(|it| it.words.iter().filter_map(|it| it.value.clone()));
    let programs = scene.facts.start.iter().flat_map(|it| it.programs.iter());
    let started = programs.flat_map(|it| it.preloads.iter().cloned());
    let mut res = Vec::new();
    for word in words.chain(started) {
        let path = word.trim_start_matches("./");
        let elsewhere = path.is_empty() || path.starts_with('/') || path.contains("..");
        if elsewhere || outputs.holding(path).is_some() || path == "package.json" {
            continue;
        }
        if seen(scene, app, path) == Some(EntryKind::File) {
            res.push((path.to_owned(), EntryKind::File));
        }
    }
    res
}
