//! The words of `docker run` and its like: what is done, the options, a name and a command.

use super::super::super::{Mount, MountKind};
use super::super::compose::service;
use super::Given;
use crate::paths;

/// What is done with a container.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Run,
    Exec,
    ComposeRun,
    ComposeExec,
}

impl Kind {
    pub(super) fn is_of_compose(self) -> bool {
        matches!(self, Self::ComposeRun | Self::ComposeExec)
    }

    /// Whether it goes on in a container that runs: no ENTRYPOINT comes before it.
    pub(super) fn is_entered(self) -> bool {
        matches!(self, Self::Exec | Self::ComposeExec)
    }
}

/// What a command does with a container, and the words after that.
pub(super) fn verb(words: &[String]) -> Option<(Kind, &[String])> {
    let is_engine = |it: &String| {
        let name = paths::file_name(it);
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
pub(super) fn compose_files(words: &[String]) -> Vec<String> {
    let is_file = |it: &String| matches!(it.as_str(), "-f" | "--file");
    let apart = words.windows(2).filter(|it| is_file(&it[0])).map(|it| it[1].as_str());
    let joined = words.iter().filter_map(|it| it.strip_prefix("--file="));
    apart.chain(joined).map(|it| paths::file_name(it).to_owned()).collect()
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
pub(super) struct Words {
    pub(super) given: Given,
    pub(super) files: Vec<String>,
    pub(super) user: Option<String>,
    pub(super) entrypoint: Option<String>,
    pub(super) rest: Vec<String>,
}

impl Words {
    pub(super) fn of(words: &[String], kind: Kind) -> Self {
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
