//! `docker run`, `docker compose run`, `docker exec` and their like, in the texts that people keep them in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::super::loader::remembered;
use super::super::super::{EntryKind, Loader, Site};
use super::super::builds;
use super::super::compose::service;
use super::super::document::Document;
use super::engine::{Words, compose_files, verb};
use super::{ImageUser, MAX_TEXT, shells, tasks};
use crate::ecosystem::programs;
use crate::shell;

/// Somebody who runs a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) of: Of,
    pub(super) user: ImageUser,
    /// Whether a platform or a cluster runs it, and not somebody on a machine of their own.
    pub(super) is_deployed: bool,
}

/// Whose container it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// That of the image, or the container, of this name.
    Image(String),
    /// That of a service, of these compose files where they are named.
    Service(String, Vec<String>),
}

/// So many files of one folder are read at most.
const MAX_FILES: usize = 64;

/// Folders below the root besides those that builds are looked for in.
const MORE: [&str; 7] = ["docs", "terraform", "nomad", "infrastructure", ".aws", "aws", "ecs"];

/// All of them in the folders, in those right below them, and in those that people keep such files in.
pub(super) fn find(loader: &dyn Loader, folders: &[PathBuf]) -> Vec<Run> {
    let mut places = builds::places(loader, folders);
    places.extend(MORE.iter().filter_map(|it| Some(folders.last()?.join(it))));
    let all: Vec<Arc<Runs>> = places.iter().map(|it| remembered(loader, it, || Runs::of(loader, it))).collect();
    all.iter().flat_map(|it| it.0.iter().cloned()).collect()
}

/// Those in the files of one folder.
struct Runs(Vec<Run>);

impl Runs {
    fn of(loader: &dyn Loader, folder: &Path) -> Self {
        let names = loader.list(folder).unwrap_or_default().into_iter().filter(|it| it.1 == EntryKind::File);
        let files = names.filter_map(|it| Some((reader(&it.0)?, folder.join(it.0)))).take(MAX_FILES);
        let runs = files.flat_map(|(read, path)| {
            let document = Document::read(loader, &path).filter(|it| it.text.len() <= MAX_TEXT);
            document.map(|document| read(&Source { loader, path: &path, document: &document })).unwrap_or_default()
        });
        Self(runs.collect())
    }
}

/// A file that may run containers.
pub(super) struct Source<'a> {
    pub(super) loader: &'a dyn Loader,
    pub(super) path: &'a Path,
    pub(super) document: &'a Document,
}

impl Source<'_> {
    /// The first line that has all words of the first of these that a line has all words of.
    pub(super) fn site(&self, words: &[&[&str]]) -> Site {
        let position = |words: &&[&str]| {
            let is_it = |line: &str| words.iter().all(|it| line.contains(it));
            self.document.text.lines().position(is_it).map(|it| it + 1)
        };
        let line = words.iter().find_map(position);
        Site { path: self.path.to_string_lossy().into_owned(), line }
    }
}

/// Takes them out of one kind of file.
type Read = fn(&Source<'_>) -> Vec<Run>;

fn reader(name: &str) -> Option<Read> {
    shells::reader(name).map(|_| in_texts as Read).or_else(|| tasks::reader(name))
}

fn in_texts(source: &Source<'_>) -> Vec<Run> {
    let name = source.path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    let is_told = name.to_ascii_lowercase().ends_with(".md");
    let texts = shells::reader(name).filter(|_| runs_something(&source.document.text)).map(|it| it(source.document));
    let commands = texts.into_iter().flatten().flat_map(|it| shell::script_of_text(&it).commands);
    let mut res: Vec<Run> = commands.filter_map(|it| read(source, &words(&it))).collect();
    res.iter_mut().for_each(|it| it.user.is_told = is_told);
    res
}

fn runs_something(text: &str) -> bool {
    ["docker", "podman", "nerdctl"].iter().any(|it| text.contains(it))
        && [" run", " exec", " create"].iter().any(|it| text.contains(it))
}

/// The words, those that hold something computed as they are written.
fn words(command: &shell::Command) -> Vec<String> {
    let plain = |it: &str| it.trim_matches(['"', '\'']).to_owned();
    command.words.iter().map(|it| it.value.clone().unwrap_or_else(|| plain(&it.raw))).collect()
}

/// What one command runs.
fn read(source: &Source<'_>, words: &[String]) -> Option<Run> {
    let (kind, rest) = verb(words)?;
    let before = &words[..words.len() - rest.len()];
    let mut run = Words::of(rest, kind);
    let name = run.rest.first()?.clone();
    let last = run.rest.last()?.clone();
    let target = run.given.mounts.first().map_or(last.clone(), |it| it.target.clone());
    let site = source.site(&[&[&name, &last], &["docker", &last], &[&last], &[&target], &["docker", " run "]]);
    let command = Some(run.rest.split_off(1)).filter(|it| runs_node(it));
    let own = run.entrypoint.take().map(|it| vec![it]);
    let (entrypoint, command) = if kind.is_entered() { (command, None) } else { (own, command) };
    let files = run.files.iter().filter_map(|it| Some(source.path.parent()?.join(it)));
    let files: Vec<_> = files.flat_map(|it| service::variables(source.loader, &it)).collect();
    run.given.environment.extend(files);
    let user = ImageUser {
        site,
        entrypoint,
        command,
        user: run.user,
        is_guess: true,
        given: run.given,
        ..ImageUser::default()
    };
    let of = if kind.is_of_compose() { Of::Service(name, compose_files(before)) } else { Of::Image(name) };
    Some(Run { of, user, is_deployed: false })
}

/// Whether words start something of Node's.
pub(in super::super) fn runs_node(words: &[String]) -> bool {
    let is_script = |it: &str| [".js", ".mjs", ".cjs", ".ts"].iter().any(|end| it.ends_with(end));
    let parts = words.iter().flat_map(|it| it.split([' ', '/', '\n', ';']));
    parts.into_iter().any(|it| programs::starts_node(it) || is_script(it))
}
