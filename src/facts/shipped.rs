//! Which app ships, and what is built for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::paths;
use crate::project::{App, Outputs, Project};
use crate::stages::{Contents, Entry, Holding, Model};

/// The app in the production stage: the one at its working directory; else the only one that it holds;
/// else the only one that the file installs or builds.
pub(super) fn app(model: &Model<'_>, project: &Project) -> Option<(Arc<App>, bool)> {
    let contents = &model.production_stage()?.contents;
    if let Some(app) = at_workdir(contents, project).and_then(|it| project.app(&it)) {
        return Some((app, true));
    }
    let folder = only(held(model, contents)).or_else(|| only(worked_on(model)))?;
    Some((project.app(&folder)?, false))
}

/// What the builds of `app` make.
pub(super) fn outputs(model: &Model<'_>, app: &App) -> Outputs {
    let mut res = Outputs::default();
    for build in model.builds.iter().filter(|it| it.app.as_deref().is_none_or(|it| it == app.folder)) {
        for output in &build.outputs.outputs {
            if !res.outputs.contains(output) {
                res.outputs.push(output.clone());
            }
        }
        res.unknown.extend(build.outputs.unknown.iter().cloned());
        if build.app.is_none() {
            res.unknown.push("it is not known which package a build belongs to".to_owned());
        }
    }
    let mut all = model.builds.iter().chain(&model.generators);
    res.generated_client = all.any(|it| it.outputs.generated_client);
    res
}

/// The folder of the context that lies at the working directory, by what covers it last.
fn at_workdir(contents: &Contents, project: &Project) -> Option<String> {
    let workdir = contents.workdir.value.as_deref()?;
    let mut folders = contents.entries.iter().rev().filter_map(|it| app_at(it, workdir));
    folders.find(|it| project.app(it).is_some())
}

fn app_at(entry: &Entry, workdir: &str) -> Option<String> {
    match &entry.holding {
        Holding::ContextFile(path) if is_manifest(path) && paths::parent(&entry.path) == workdir => {
            Some(paths::parent(path).to_owned())
        }
        Holding::ContextFolder(path) => paths::below(&entry.path, workdir).map(|rest| paths::join(path, rest)),
        Holding::NodeModules(it) if paths::parent(&entry.path) == workdir => it.app.clone(),
        _ => None,
    }
}

fn is_manifest(path: &str) -> bool {
    paths::file_name(path) == "package.json"
}

/// The apps that a stage holds packages or output of.
fn held(model: &Model<'_>, contents: &Contents) -> BTreeSet<String> {
    let of_entry = |it: &Entry| match &it.holding {
        Holding::NodeModules(it) => it.app.clone(),
        Holding::Output { build, .. } | Holding::UnknownOutput { build } => model.builds.get(*build)?.app.clone(),
        Holding::ContextFile(path) if is_manifest(path) => Some(paths::parent(path).to_owned()),
        _ => None,
    };
    contents.entries.iter().filter_map(of_entry).collect()
}

/// The apps that any stage installs or builds.
fn worked_on(model: &Model<'_>) -> BTreeSet<String> {
    let installed = model.installs.iter().filter_map(|it| it.app.clone());
    installed.chain(model.builds.iter().filter_map(|it| it.app.clone())).collect()
}

fn only(folders: BTreeSet<String>) -> Option<String> {
    let mut folders = folders.into_iter();
    folders.next().filter(|_| folders.next().is_none())
}

/// The file of the context that lies at `word` in the image, from the working directory.
#[must_use]
pub fn context_file(contents: &Contents, word: &str) -> Option<String> {
    let word = word.strip_prefix("./").unwrap_or(word);
    let is_absolute = word.starts_with('/');
    let path = if is_absolute { word.to_owned() } else { paths::join(contents.workdir.value.as_deref()?, word) };
    contents.entries.iter().rev().find_map(|it| match &it.holding {
        Holding::ContextFile(file) if it.path == path => Some(file.clone()),
        Holding::ContextFolder(folder) => paths::below(&it.path, &path).map(|rest| paths::join(folder, rest)),
        _ => None,
    })
}

/// Whether a file holds variables, secrets among them: it belongs in no image, and often in no repository.
#[must_use]
pub fn is_environment_file(path: &str) -> bool {
    let name = paths::file_name(path);
    name == ".env" || name.starts_with(".env.")
}
