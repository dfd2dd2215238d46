//! The context of a Dockerfile as the repository's own builds name it: in compose files of any name, Makefiles, scripts,
//! workflows.

mod bake;
mod call;
pub(super) mod commands;
pub(super) mod makefile;
mod yaml;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use call::{Base, Call};

use super::super::loader::remembered;
use super::super::{EntryKind, Loader};
use super::document::Document;
use super::users::is_compose;
use crate::paths;

/// Folders of a repository in which people keep what builds its images, from its root.
const BESIDE: [&str; 12] = [
    "docker",
    ".docker",
    "deploy",
    "deployment",
    "deployments",
    "compose",
    "infra",
    "scripts",
    "ci",
    ".github/workflows",
    "bin",
    "build",
];

/// Larger files say nothing about this.
const MAX_TEXT: usize = 1 << 20;

/// So many files of one folder are read at most.
const MAX_FILES: usize = 64;

/// The context that all builds of `dockerfile` agree on, of those that `fits`; `folders` lead from its own up to the
/// repository's root. Builds that name the file itself count before those that leave a part of the name open (a matrix,
/// a variable).
pub(super) fn context(
    loader: &dyn Loader,
    folders: &[PathBuf],
    dockerfile: &Path,
    fits: impl Fn(&Path) -> bool,
) -> Option<PathBuf> {
    let root = folders.last()?;
    let calls = places(loader, folders).into_iter().flat_map(|it| calls_in(loader, &it));
    let dockerfile = paths::lexical(dockerfile);
    let (mut exact, mut open) = (Vec::new(), Vec::new());
    for (folder, call) in calls {
        for base in call.bases(&folder, root) {
            let Some(context) = call.context_for(&base, &dockerfile).filter(|it| fits(it)) else { continue };
            if call.is_open() { open.push(context) } else { exact.push(context) }
        }
    }
    agreed(if exact.is_empty() { open } else { exact })
}

/// What a build in those files calls its image.
pub(super) struct Tag {
    pub(super) name: String,
    /// The stage at which it stops.
    pub(super) target: Option<String>,
    /// Whether it builds the Dockerfile that is asked for.
    pub(super) is_ours: bool,
}

/// The names of the images that those files build.
pub(super) fn tags(loader: &dyn Loader, folders: &[PathBuf], dockerfile: &Path) -> Vec<Tag> {
    let Some(root) = folders.last() else { return Vec::new() };
    let dockerfile = paths::lexical(dockerfile);
    let mut res = Vec::new();
    for (folder, call) in places(loader, folders).into_iter().flat_map(|it| calls_in(loader, &it)) {
        let is_ours = call.bases(&folder, root).iter().any(|it| call.context_for(it, &dockerfile).is_some());
        let target = &call.target;
        res.extend(call.tags.iter().map(|it| Tag { name: it.clone(), target: target.clone(), is_ours }));
    }
    res
}

/// The stages at which builds of `dockerfile` stop, each with the files that say so.
pub(super) fn targets(loader: &dyn Loader, folders: &[PathBuf], dockerfile: &Path) -> Vec<(String, PathBuf)> {
    let Some(root) = folders.last() else { return Vec::new() };
    let dockerfile = paths::lexical(dockerfile);
    let calls = places(loader, folders).into_iter().flat_map(|it| calls_in(loader, &it));
    let is_ours = |(folder, call): &(PathBuf, Call)| {
        !call.is_open() && call.bases(folder, root).iter().any(|it| call.context_for(it, &dockerfile).is_some())
    };
    let named = calls.filter(is_ours).filter_map(|(_, call)| Some((call.target?, call.by)));
    named.filter(|it| !it.0.contains(['$', '*'])).collect()
}

fn agreed(contexts: Vec<PathBuf>) -> Option<PathBuf> {
    let mut contexts = contexts.into_iter();
    let first = contexts.next()?;
    contexts.all(|it| it == first).then_some(first)
}

/// Whether a build in those files may stop at the stage called `stage`: `--target builder`, `target: builder`.
pub(super) fn is_target(loader: &dyn Loader, folders: &[PathBuf], stage: &str) -> bool {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
    let is_sign = |it: char| it.is_whitespace() || matches!(it, ':' | '=' | '"' | '\'');
    let names = |line: &str| {
        let values = line.split("target").skip(1).filter(|it| it.starts_with(is_sign));
        let mut rest = values.filter_map(|it| it.trim_start_matches(is_sign).strip_prefix(stage));
        rest.any(|it| !it.starts_with(is_word))
    };
    let text = |path: &Path| Document::read(loader, path).filter(|it| it.text.len() <= MAX_TEXT);
    let mut files = places(loader, folders).into_iter().flat_map(|it| files(loader, &it));
    files.any(|it| text(&it).is_some_and(|it| it.text.lines().any(names)))
}

/// The files of a folder that may build the Dockerfile.
fn files(loader: &dyn Loader, folder: &Path) -> Vec<PathBuf> {
    let entries = loader.list(folder).unwrap_or_default();
    let files = entries.into_iter().filter(|it| it.1 == EntryKind::File && reader(&it.0).is_some());
    files.take(MAX_FILES).map(|it| folder.join(it.0)).collect()
}

/// The folders whose files may build the Dockerfile.
pub(super) fn places(loader: &dyn Loader, folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut res = folders.to_vec();
    if let Some(root) = folders.last() {
        res.extend(remembered(loader, root, || Beside::of(loader, root)).0.iter().cloned());
    }
    res.dedup();
    res
}

/// Those of them that lie below a repository's root.
struct Beside(Vec<PathBuf>);

impl Beside {
    fn of(loader: &dyn Loader, root: &Path) -> Self {
        let mut res = Vec::new();
        for folder in BESIDE.iter().map(|it| root.join(it)) {
            let entries = loader.list(&folder).unwrap_or_default();
            let folders = entries.into_iter().filter(|it| it.1 == EntryKind::Folder).take(MAX_FILES);
            res.extend(folders.map(|it| folder.join(it.0)));
            res.push(folder);
        }
        Self(res)
    }
}

/// The builds that the files of a folder name.
fn calls_in(loader: &dyn Loader, folder: &Path) -> Vec<(PathBuf, Call)> {
    let read = || {
        let entries = loader.list(folder).unwrap_or_default();
        let names = entries.into_iter().filter(|it| it.1 == EntryKind::File).map(|it| it.0);
        let files = names.filter_map(|it| Some((reader(&it)?, it))).take(MAX_FILES);
        files.flat_map(|(read, name)| calls_of(loader, &folder.join(name), read)).collect::<Vec<_>>()
    };
    let calls: Arc<Vec<Call>> = remembered(loader, folder, read);
    calls.iter().map(|it| (folder.to_owned(), it.clone())).collect()
}

/// Takes the builds out of one kind of file.
type Read = fn(&Document) -> Vec<Call>;

fn calls_of(loader: &dyn Loader, path: &Path, read: Read) -> Vec<Call> {
    let document = Document::read(loader, path).filter(|it| it.text.len() <= MAX_TEXT && is_telling(&it.text));
    let calls = document.map(|it| read(&it)).unwrap_or_default();
    calls.into_iter().map(|it| Call { by: path.to_owned(), ..it }).collect()
}

fn is_telling(text: &str) -> bool {
    ["ocker", "build", "target"].iter().any(|it| text.contains(it))
}

fn reader(name: &str) -> Option<Read> {
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    Some(match name {
        "Makefile" | "makefile" | "GNUmakefile" => makefile::calls,
        "package.json" => scripts,
        it if it.ends_with(".mk") => makefile::calls,
        it if it.ends_with(".hcl") && it.contains("bake") => bake::calls,
        it if it.ends_with(".json") && it.contains("docker-bake") => bake::json,
        it if it.ends_with(".sh") => |it| commands::calls(&commands::with_stars(&it.text), Base::Either),
        it if is_compose(it) => yaml::compose,
        _ if is_yaml => yaml::any,
        _ => return None,
    })
}

/// The scripts of a package.json.
fn scripts(document: &Document) -> Vec<Call> {
    let Ok(package) = serde_json::from_str::<serde_json::Value>(&document.text) else { return Vec::new() };
    let scripts = package.get("scripts").and_then(|it| it.as_object()).into_iter().flatten();
    let texts = scripts.filter_map(|it| it.1.as_str()).filter(|it| it.contains("build"));
    texts.flat_map(|it| commands::calls(&commands::with_stars(it), Base::Here)).collect()
}

#[cfg(test)]
mod tests;
