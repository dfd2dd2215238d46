//! Which files outside of the build's output must come along, because they are read at run time.

use std::collections::BTreeMap;

use super::evidence::within;
use super::{Refusal, Scene, refusal};
use crate::project::{Access, AccessBase, App, EntryKind, Outputs, Runtime};

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
    let all: Vec<String> = res.keys().cloned().collect();
    res.retain(|path, _| !all.iter().any(|it| it != path && within(path, it)));
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
    if matches!(read.base, AccessBase::Temporary | AccessBase::Root) {
        return Wanted::No;
    }
    let Some(path) = read.path.as_deref() else { return Wanted::Computed };
    if path.is_empty() || path == "." {
        return Wanted::Whole;
    }
    let comes_anyway = path == "package.json" || within(path, "node_modules") || outputs.holding(path).is_some();
    if comes_anyway || is_environment_file(path) {
        return Wanted::No;
    }
    if path.starts_with("..") {
        return Wanted::Outside(path.to_owned());
    }
    if outputs.outputs.iter().any(|it| within(&it.path, path)) {
        return Wanted::Whole;
    }
    match seen(scene, app, path) {
        Some(kind) => Wanted::File(path.to_owned(), kind),
        None => Wanted::No,
    }
}

/// `.env` files hold secrets: they are never copied into an image.
fn is_environment_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|it| it == ".env" || it.starts_with(".env."))
}

/// What a build sees at `path` of the app.
fn seen(scene: &Scene<'_>, app: &App, path: &str) -> Option<EntryKind> {
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
