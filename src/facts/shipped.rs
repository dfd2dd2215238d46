//! Which app ships, and what is built for it.

use std::collections::BTreeSet;
use std::sync::Arc;

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
        Holding::ContextFile(path) if name_of(path) == "package.json" && parent_of(&entry.path) == workdir => {
            Some(parent_of(path).to_owned())
        }
        Holding::ContextFolder(path) => below(&entry.path, workdir).map(|rest| join(path, rest)),
        Holding::NodeModules(it) if parent_of(&entry.path) == workdir => it.app.clone(),
        _ => None,
    }
}

/// `path` from `folder`, both absolute; `None` where it is not in it.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() || folder == "/" { Some(rest) } else { rest.strip_prefix('/') }
}

fn join(folder: &str, rest: &str) -> String {
    if folder.is_empty() || rest.is_empty() { format!("{folder}{rest}") } else { format!("{folder}/{rest}") }
}

/// The apps that a stage holds packages or output of.
fn held(model: &Model<'_>, contents: &Contents) -> BTreeSet<String> {
    let of_entry = |it: &Entry| match &it.holding {
        Holding::NodeModules(it) => it.app.clone(),
        Holding::Output { build, .. } | Holding::UnknownOutput { build } => model.builds.get(*build)?.app.clone(),
        Holding::ContextFile(path) if name_of(path) == "package.json" => Some(parent_of(path).to_owned()),
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

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of an absolute path or of a path from the context's root.
fn parent_of(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => "",
    }
}

/// The file of the context that lies at `word` in the image, from the working directory.
#[must_use]
pub fn context_file(contents: &Contents, word: &str) -> Option<String> {
    let path = absolute(contents.workdir.value.as_deref(), word)?;
    contents.entries.iter().rev().find_map(|it| match &it.holding {
        Holding::ContextFile(file) if it.path == path => Some(file.clone()),
        Holding::ContextFolder(folder) => below(&it.path, &path).map(|rest| join(folder, rest)),
        _ => None,
    })
}

/// `word` as an absolute path; a bare name is looked for in the folders of PATH that images copy to.
fn absolute(workdir: Option<&str>, word: &str) -> Option<String> {
    let word = word.strip_prefix("./").unwrap_or(word);
    if word.starts_with('/') {
        Some(word.to_owned())
    } else {
        Some(format!("{}/{word}", workdir?.trim_end_matches('/')))
    }
}
