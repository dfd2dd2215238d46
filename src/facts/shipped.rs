//! Which app ships, and what is built for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ecosystem::files;
use crate::paths;
use crate::project::{App, EntryKind, Output, Outputs, Project};
use crate::stages::{Build, Contents, Entry, Holding, Model};

/// The app in the production stage: the one at its working directory; else the only one that it holds;
/// else the only one that the file installs or builds.
pub(super) fn app(model: &Model<'_>, project: &Project) -> Option<(Arc<App>, bool)> {
    let contents = &model.production_stage()?.contents;
    if let Some(app) = contents.workdir.value.as_deref().and_then(|it| app_in(contents, project, it)) {
        return Some((app, true));
    }
    let folder = only(held(model, contents)).or_else(|| only(worked_on(model)));
    match folder {
        Some(folder) => Some((project.app(&folder)?, false)),
        None => Some((bare_app(contents, project)?, true)),
    }
}

/// Lone scripts of the context at the working directory, without a package.json.
fn bare_app(contents: &Contents, project: &Project) -> Option<Arc<App>> {
    let workdir = contents.workdir.value.as_deref()?;
    let may_hide_one = |it: &Entry| {
        matches!(it.holding, Holding::Unknown | Holding::NodeModules(_)) && paths::contains(workdir, &it.path)
    };
    if contents.entries.iter().any(may_hide_one) {
        return None;
    }
    let folders = contents.entries.iter().rev().filter_map(|it| match &it.holding {
        Holding::ContextFile(path) if paths::parent(&it.path) == workdir => Some(paths::parent(path).to_owned()),
        Holding::ContextFolder(path) => paths::below(&it.path, workdir).map(|rest| paths::join(path, rest)),
        _ => None,
    });
    only(folders.collect()).and_then(|it| project.bare_app(&it))
}

/// Where in the image `app` lies; `None` where it is not known.
pub(super) fn root_of(contents: &Contents, app: &App) -> Option<String> {
    let manifest = paths::join(&app.folder, "package.json");
    contents.entries.iter().rev().find_map(|it| match &it.holding {
        Holding::ContextFile(path) if *path == manifest => Some(paths::parent(&it.path).to_owned()),
        Holding::ContextFolder(path) => paths::below(path, &app.folder).map(|rest| paths::join(&it.path, rest)),
        Holding::NodeModules(modules) if modules.app.as_deref() == Some(&app.folder) => {
            Some(paths::parent(&it.path).to_owned())
        }
        _ => None,
    })
}

/// Folders in which a shell looks a program up, and where people put scripts.
const PATH: [&str; 5] = ["/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/bin", "/sbin"];

/// A shell script of the context in the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptFile {
    /// Where it lies in the image, absolute.
    pub at: String,
    /// Its path in the context.
    pub path: String,
}

/// The text of the shell script of the context that `word` starts.
pub(super) fn script_text(contents: &Contents, project: &Project, word: &str) -> Option<String> {
    let text = project.text(&script_file(contents, word)?.path)?;
    let first = text.lines().next().unwrap_or_default();
    let is_shell =
        first.starts_with("#!") && ["sh", "bash", "ash", "dash"].iter().any(|it| first.trim_end().ends_with(it));
    (is_shell || (word.ends_with(".sh") && !first.starts_with("#!"))).then_some(text)
}

/// The text of the file of the context that `word` names.
pub(super) fn text(contents: &Contents, project: &Project, word: &str) -> Option<String> {
    project.text(&script_file(contents, word)?.path)
}

/// The file that `word` starts.
pub(super) fn script_file(contents: &Contents, word: &str) -> Option<ScriptFile> {
    let on_path = PATH.iter().filter(|_| !word.contains('/')).map(|it| paths::join(it, word));
    let here = contents.workdir.value.as_deref().map(|it| paths::absolute(it, word));
    on_path.chain(here).find_map(|at| context_file(contents, &at).map(|path| ScriptFile { at, path }))
}

/// What the builds of `app` make, and those of its workspace's members, where it is the root.
pub(super) fn outputs(model: &Model<'_>, project: &Project, app: &App) -> Outputs {
    let mut res = Outputs::default();
    for build in model.builds.iter().filter(|it| it.app.as_deref().is_none_or(|it| it == app.folder)) {
        for output in &build.outputs.outputs {
            if !res.outputs.contains(output) {
                res.outputs.push(output.clone());
            }
        }
        res.unknown.extend(build.outputs.unknown.iter().cloned());
        res.added.extend(build.outputs.added.iter().cloned());
        if build.app.is_none() {
            res.unknown.push("it is not known which package a build belongs to".into());
        }
    }
    res.outputs.extend(of_members(model, project, app));
    let mut all = model.builds.iter().chain(&model.generators);
    res.generated_client = all.any(|it| it.outputs.generated_client);
    // A folder is of one app; what lies in node_modules may be anybody's.
    let own = model.builds.iter().chain(&model.generators).filter(|it| it.app.as_deref() == Some(&*app.folder));
    res.client_folder = own.filter_map(|it| it.outputs.client_folder.clone()).next();
    res
}

/// What the builds of the members make whose root `app` is, from the root's folder.
fn of_members(model: &Model<'_>, project: &Project, app: &App) -> Vec<Output> {
    let Some(workspace) = project.workspace(&app.folder).filter(|it| it.root.folder == app.folder) else {
        return Vec::new();
    };
    let built = |it: &Build| {
        let member = workspace.member(it.app.as_deref()?)?;
        let path = workspace.path_of(member);
        Some(it.outputs.outputs.iter().map(|it| it.seen_from(&path)).collect::<Vec<_>>())
    };
    model.builds.iter().filter_map(built).flatten().collect()
}

/// The app that lies at `folder` of the image, by what covers it last.
pub(super) fn app_in(contents: &Contents, project: &Project, folder: &str) -> Option<Arc<App>> {
    let mut folders = contents.entries.iter().rev().filter_map(|it| app_at(it, folder));
    folders.find_map(|it| project.app(&it))
}

fn app_at(entry: &Entry, folder: &str) -> Option<String> {
    match &entry.holding {
        Holding::ContextFile(path) if is_manifest(path) && paths::parent(&entry.path) == folder => {
            Some(paths::parent(path).to_owned())
        }
        Holding::ContextFolder(path) => paths::below(&entry.path, folder).map(|rest| paths::join(path, rest)),
        Holding::NodeModules(it) if paths::parent(&entry.path) == folder => it.app.clone(),
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

/// The app whose modules are those of `app` as they lie in the image, which has it at `root`: a COPY may put a folder of
/// sources beside package.json (`COPY src/ .`). `None` where `entry` lies in the context as it does in the image, or where
/// what lies there in the image can't be told.
pub(super) fn moved(contents: &Contents, project: &Project, app: &App, root: &str, entry: &str) -> Option<App> {
    let file = file_at(contents, project, &paths::absolute(root, entry))?;
    let folder = match file.strip_suffix(entry)? {
        "" => "",
        before => before.strip_suffix('/')?,
    };
    let lies_alone = || contents.entries.iter().all(|it| brings_no_more(it, app, root, folder));
    (folder != app.folder && project.workspace(&app.folder).is_none() && lies_alone())
        .then(|| app.with_modules_in(folder))
}

/// Whether an entry puts nothing beside the modules of `folder`, which lie in `root`, but what belongs to a manager: a
/// package may load a file there by its name.
fn brings_no_more(entry: &Entry, app: &App, root: &str, folder: &str) -> bool {
    match &entry.holding {
        Holding::ContextFolder(it) => !paths::contains(&entry.path, root) || entry.path == root && it == folder,
        Holding::ContextFile(it) => {
            let name = paths::file_name(it);
            let is_managers = is_manifest(it) || name == ".npmrc" || app.locks.iter().any(|lock| lock.path == *it);
            paths::parent(&entry.path) != root || is_managers || paths::parent(it) == folder
        }
        _ => true,
    }
}

/// Whether `files` of `app`, as [`moved`] gives it, lie in the image as they do in its folder.
pub(super) fn lie_together(contents: &Contents, project: &Project, app: &App, root: &str, files: &[String]) -> bool {
    let is_it = |it: &String| {
        file_at(contents, project, &paths::absolute(root, it)).is_some_and(|found| found == app.folder_path(it))
    };
    files.iter().all(is_it)
}

/// The file of the context that is at `path` of the image, absolute.
fn file_at(contents: &Contents, project: &Project, path: &str) -> Option<String> {
    for entry in contents.entries.iter().rev() {
        let Some(rest) = paths::below(&entry.path, path).filter(|it| !entry.lacks(it)) else { continue };
        let file = match &entry.holding {
            Holding::ContextFile(file) if rest.is_empty() => file.clone(),
            Holding::ContextFolder(folder) => paths::join(folder, rest),
            Holding::ContextFile(_) | Holding::NodeModules(_) | Holding::Cache(_) => continue,
            Holding::Output { .. } | Holding::UnknownOutput { .. } | Holding::Unknown => return None,
        };
        if project.kind(&file) == Some(EntryKind::File) && project.sees(&file) == Some(true) {
            return Some(file);
        }
    }
    None
}

/// Whether a file holds variables, secrets among them: it belongs in no image, and often in no repository.
#[must_use]
pub fn is_environment_file(path: &str) -> bool {
    files::is_environment_file(path)
}
