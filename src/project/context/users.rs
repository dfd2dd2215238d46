//! Who else starts something in the image, besides its own CMD: compose services, platforms, actions.

mod compose;
mod engine;
mod hcl;
mod names;
mod platforms;
mod run;
mod shells;
mod tasks;

pub(super) use compose::is_compose;
pub(super) use names::Names;
pub(super) use run::runs_node;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::loader::remembered;
use super::super::{EntryKind, Loader, Mount, Site};
use super::document::Document;
use crate::ecosystem::Manager;
use crate::paths;
use crate::shell;
use names::Service;

/// Somebody who builds the Dockerfile and starts something of their own in the image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageUser {
    /// Where that is said.
    pub site: Site,
    /// The stage that is built for it; `None` for the last one.
    pub target: Option<String>,
    /// The service of a compose file that it is.
    pub(super) service: Option<String>,
    /// In place of ENTRYPOINT.
    pub entrypoint: Option<Vec<String>>,
    /// In place of CMD.
    pub command: Option<Vec<String>>,
    /// The user that it runs as, whatever the image says.
    pub user: Option<String>,
    /// Whether it only looks after the app's health.
    pub is_check: bool,
    /// Whether nothing says that it is this Dockerfile's image, and not another one.
    pub is_guess: bool,
    /// Whether it is an action of GitHub, which has to run as root.
    pub is_action: bool,
    /// Whether only a page for readers says so: somebody may do it.
    pub is_told: bool,
    /// What it gives to the container besides.
    pub given: Given,
}

/// What a container is given besides its command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// What is mounted.
    pub mounts: Vec<Mount>,
    /// The variables whose values are written out.
    pub environment: Vec<(String, String)>,
    /// What gives it root's rights, as written.
    pub rights: Option<String>,
}

impl ImageUser {
    /// Whether anything in it differs from what the image does by itself.
    pub(super) fn is_telling(&self) -> bool {
        self.is_action || self.entrypoint.is_some() || self.command.is_some()
    }

    /// Whether it gives something to the container.
    pub(super) fn is_giving(&self) -> bool {
        self.given != Given::default()
    }
}

/// Folders in which people keep the files that build an image of the folder above.
const BESIDE: [&str; 10] =
    ["docker", ".docker", "deploy", "deployment", "deployments", "compose", "infra", "stacks", "ops", ".do"];

/// Larger files say nothing about this, or too much of it.
const MAX_TEXT: usize = 1 << 20;

/// The users of the image of `dockerfile` that the files in `folders` and right below them name; their sites
/// have absolute paths still. `names` tells which image is meant where none of these files builds it.
pub(super) fn find(loader: &dyn Loader, folders: &[PathBuf], dockerfile: &Path, names: &Names<'_>) -> Vec<ImageUser> {
    let dockerfile = paths::lexical(dockerfile);
    let mut res = Vec::new();
    for folder in folders {
        read_folder(loader, folder, &dockerfile, &mut res);
    }
    if let Some(root) = folders.last() {
        BESIDE.iter().for_each(|it| read_folder(loader, &root.join(it), &dockerfile, &mut res));
    }
    let service = |it: &ImageUser| {
        Some(Service { name: it.service.clone()?, file: paths::file_name(&it.site.path.replace('\\', "/")).to_owned() })
    };
    let services: Vec<Service> = res.iter().filter_map(service).collect();
    let runs = run::find(loader, folders).into_iter();
    res.extend(runs.filter_map(|mut it| names.has(&mut it, &services).then_some(it.user)));
    res
}

fn read_folder(loader: &dyn Loader, folder: &Path, dockerfile: &Path, users: &mut Vec<ImageUser>) {
    let telling = remembered(loader, folder, || Telling::find(loader, folder));
    for (name, read) in &telling.0 {
        let path = folder.join(name);
        let Some(document) = Document::read(loader, &path).filter(|it| it.text.len() <= MAX_TEXT) else { continue };
        let keys = OnceCell::new();
        users.extend(read(&File { loader, path: &path, folder, document: &document, dockerfile, keys }));
    }
}

/// The files of a folder that may speak of an image, and what reads each.
struct Telling(Vec<(String, Read)>);

impl Telling {
    fn find(loader: &dyn Loader, folder: &Path) -> Self {
        let names = loader.list(folder).unwrap_or_default().into_iter();
        let files = names.filter(|it| it.1 == EntryKind::File);
        Self(files.filter_map(|(name, _)| reader(&name).map(|it| (name, it))).collect())
    }
}

fn reader(name: &str) -> Option<Read> {
    let is_yaml = || (name.ends_with(".yml") || name.ends_with(".yaml")) && !Manager::Pnpm.locks().contains(&name);
    // A file with `services` that build is one of compose's, however it is called.
    let by_contents = || Some(compose::users as Read).filter(|_| is_yaml());
    platforms::reader(name).filter(|_| !compose::is_compose(name)).or_else(by_contents)
}

/// Reads one kind of file.
type Read = fn(&File<'_>) -> Vec<ImageUser>;

/// A file that may speak of the Dockerfile.
struct File<'a> {
    loader: &'a dyn Loader,
    path: &'a Path,
    folder: &'a Path,
    document: &'a Document,
    dockerfile: &'a Path,
    /// The first line of each key, from 1.
    keys: OnceCell<HashMap<&'a str, usize>>,
}

impl File<'_> {
    /// Whether `written`, from the file's folder, is the Dockerfile.
    fn is_dockerfile(&self, written: &str) -> bool {
        paths::lexical(&self.folder.join(written)) == self.dockerfile
    }

    fn text(&self) -> &str {
        &self.document.text
    }

    fn yaml(&self) -> Option<&Value> {
        self.document.yaml().ok()
    }

    fn toml(&self) -> Option<&Value> {
        self.document.toml()
    }

    /// The line of a key or of what stands for one.
    fn site(&self, key: &str) -> Site {
        let line = self.keys.get_or_init(|| keys(&self.document.text)).get(key).copied();
        Site { path: self.path.to_string_lossy().into_owned(), line }
    }
}

/// How many of the signs that may end a key are looked at in a line: a key may have some in it.
const MAX_ENDS: usize = 4;

fn keys(text: &str) -> HashMap<&str, usize> {
    let mut res = HashMap::new();
    for (line, n) in text.lines().zip(1..) {
        let line = line.trim_start().trim_start_matches(['"', '\'', '[']);
        for (end, _) in line.match_indices([':', '=', '"', '\'', ']']).take(MAX_ENDS) {
            res.entry(line[..end].trim_end()).or_insert(n);
        }
    }
    res
}

/// The words of a command, written as a list or as a text; `None` where it is neither, or empty.
fn words(value: &Value) -> Option<Vec<String>> {
    let word = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    let words = match value {
        Value::Array(words) => words.iter().map(word).collect(),
        Value::String(text) => words_of_text(text),
        _ => return None,
    };
    Some(words).filter(|it: &Vec<String>| !it.is_empty())
}

/// One plain command as its words, anything else as text for a shell.
fn words_of_text(text: &str) -> Vec<String> {
    let script = shell::script_of_text(text);
    if let ([command], true) = (&script.commands[..], script.complete)
        && command.assignments.is_empty()
        && !command.redirected
        && let Some(words) = command.words.iter().map(|it| it.value.clone()).collect()
    {
        return words;
    }
    if text.trim().is_empty() { Vec::new() } else { ["sh", "-c", text].map(str::to_owned).to_vec() }
}

#[cfg(test)]
mod tests;
