//! `docker run`, `docker compose run`, `docker exec` and their like, in the texts that people keep them in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::super::loader::remembered;
use super::super::super::{EntryKind, Loader, Mount, MountKind, Site};
use super::super::builds;
use super::super::compose::service;
use super::super::document::Document;
use super::{Given, ImageUser, MAX_TEXT, shells, tasks};
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

/// What is done with a container.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Run,
    Exec,
    ComposeRun,
    ComposeExec,
}

impl Kind {
    fn is_of_compose(self) -> bool {
        matches!(self, Self::ComposeRun | Self::ComposeExec)
    }

    /// Whether it goes on in a container that runs: no ENTRYPOINT comes before it.
    fn is_entered(self) -> bool {
        matches!(self, Self::Exec | Self::ComposeExec)
    }
}

/// What a command does with a container, and the words after that.
fn verb(words: &[String]) -> Option<(Kind, &[String])> {
    let is_engine = |it: &String| {
        let name = crate::paths::file_name(it);
        matches!(name, "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose")
    };
    let start = words.iter().take(MAX_BEFORE).position(is_engine)?;
    let is_compose = words[start].ends_with("compose");
    let mut rest = &words[start + 1..];
    let mut composes = is_compose;
    loop {
        match rest.first()?.as_str() {
            "compose" => (composes, rest) = (true, &rest[1..]),
            "container" => rest = &rest[1..],
            "run" | "create" => return Some((if composes { Kind::ComposeRun } else { Kind::Run }, &rest[1..])),
            "exec" => return Some((if composes { Kind::ComposeExec } else { Kind::Exec }, &rest[1..])),
            it if it.starts_with("--") && it.contains('=') => rest = &rest[1..],
            it if it.starts_with('-') => rest = rest.get(2..)?,
            _ => return None,
        }
    }
}

/// The names of what `-f` and `--file` give.
fn compose_files(words: &[String]) -> Vec<String> {
    let is_file = |it: &String| matches!(it.as_str(), "-f" | "--file");
    let apart = words.windows(2).filter(|it| is_file(&it[0])).map(|it| it[1].as_str());
    let joined = words.iter().filter_map(|it| it.strip_prefix("--file="));
    apart.chain(joined).map(|it| crate::paths::file_name(it).to_owned()).collect()
}

/// `sudo -E`, `time`, `$ ` and the like stand before an engine.
const MAX_BEFORE: usize = 4;

/// Options that take no value.
const SWITCHES: [&str; 24] = [
    "--detach",
    "--disable-content-trust",
    "--help",
    "--init",
    "--interactive",
    "--no-deps",
    "--no-healthcheck",
    "--no-tty",
    "--no-TTY",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--quiet-pull",
    "--read-only",
    "--remove-orphans",
    "--replace",
    "--rm",
    "--service-ports",
    "--sig-proxy",
    "--tty",
    "--use-aliases",
    "--build",
    "-it",
];

/// The options, and what follows them: a name and a command.
#[derive(Default)]
struct Words {
    given: Given,
    files: Vec<String>,
    user: Option<String>,
    entrypoint: Option<String>,
    rest: Vec<String>,
}

impl Words {
    fn of(words: &[String], kind: Kind) -> Self {
        let mut res = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if !word.starts_with('-') || word == "-" {
                res.rest = std::iter::once(word).chain(words).cloned().collect();
                return res;
            }
            if SWITCHES.contains(&word.as_str()) {
                res.option(word, "", kind);
                continue;
            }
            match (word.split_once('='), letter_with_value(word)) {
                (Some((name, value)), _) if word.starts_with("--") => res.option(name, value, kind),
                (_, Some((name, ""))) => res.option(name, words.next().map_or("", String::as_str), kind),
                (_, Some((name, value))) => res.option(name, value, kind),
                _ if !word.starts_with("--") => {}
                _ => res.option(word, words.next().map_or("", String::as_str), kind),
            }
        }
        res
    }

    fn option(&mut self, name: &str, value: &str, kind: Kind) {
        match name {
            // Of compose's `run` that is a port.
            "-v" | "--volume" => self.given.mounts.extend(service::short(value).map(with_path)),
            "--mount" => self.given.mounts.extend(long(value)),
            "-e" | "--env" => {
                let pair = value.split_once('=').map(|it| (it.0.to_owned(), it.1.to_owned()));
                self.given.environment.extend(pair);
            }
            "--env-file" if !kind.is_of_compose() => self.files.push(value.to_owned()),
            "-u" | "--user" => self.user = Some(value.to_owned()),
            "--entrypoint" => self.entrypoint = Some(value.to_owned()).filter(|it| !it.is_empty()),
            "--privileged" | "--cap-add" | "--device" => self.given.rights = Some(name.to_owned()),
            _ => {}
        }
    }
}

/// `-p`, `-itp` and a value that follows, or `-p3000:3000`; `None` where none of the letters takes one.
fn letter_with_value(word: &str) -> Option<(&'static str, &str)> {
    let letters = word.strip_prefix('-').filter(|it| !it.starts_with('-'))?;
    let at = letters.find(|it: char| !"ditPqT".contains(it))?;
    let name = match letters.as_bytes()[at] {
        b'v' => "-v",
        b'e' => "-e",
        b'u' => "-u",
        _ => "-",
    };
    let value = &letters[at..];
    Some((name, value.get(1..).unwrap_or_default().trim_start_matches('=')))
}

/// A source that is computed is a path: names of volumes are not.
fn with_path(mount: Mount) -> Mount {
    let is_path = mount.source.as_ref().is_some_and(|it| it.contains(['$', '*', '/', '\\', '%', '`']));
    if is_path { Mount { kind: MountKind::Host, ..mount } } else { mount }
}

/// `type=bind,source=./data,target=/data,readonly`
fn long(written: &str) -> Option<Mount> {
    let field = |keys: &[&str]| {
        let pairs = written.split(',').filter_map(|it| it.split_once('='));
        pairs.into_iter().find(|it| keys.contains(&it.0)).map(|it| it.1.to_owned())
    };
    let is_bind = field(&["type"]).as_deref() == Some("bind");
    Some(Mount {
        source: field(&["source", "src"]),
        target: field(&["target", "destination", "dst"])?,
        kind: if is_bind { MountKind::Host } else { MountKind::Volume },
        read_only: written.split(',').any(|it| matches!(it, "readonly" | "ro" | "readonly=true" | "ro=true")),
    })
}
