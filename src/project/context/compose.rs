//! The compose service that builds a Dockerfile.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::loader::remembered;
use super::super::{Loader, Site};
use super::document::Document;
use crate::paths;

pub(super) mod service;

const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// What a compose file says of the Dockerfile's service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compose {
    /// Where.
    pub site: Site,
    /// `build.target`
    pub target: Option<String>,
    /// `environment`: NODE_ENV.
    pub node_env: Option<String>,
    /// `command`, in place of CMD.
    pub command: Option<Vec<String>>,
    /// `volumes` of all services that build this Dockerfile.
    pub mounts: Vec<Mount>,
    /// `environment` of all of them, where values are written out; of the files of `env_file` NODE_OPTIONS alone.
    pub environment: Vec<(String, String)>,
    /// What gives one of them root's rights or keeps it root, as written: `privileged`, `user: root`.
    pub rights: Option<String>,
    /// Whether one of them has the network of the host.
    pub on_host_network: bool,
}

/// One of a service's `volumes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// A path of the host or the volume's name; `None` for a volume without one.
    pub source: Option<String>,
    /// Where it lies in the container.
    pub target: String,
    /// Whose it is.
    pub kind: MountKind,
    /// Whether nothing can be written there.
    pub read_only: bool,
}

/// Who gives what is mounted, and its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MountKind {
    /// The engine: a volume takes its first files, and their owner, from the image.
    Volume,
    /// The host: a folder or a file of it.
    Host,
    /// A cluster or a platform: a disk that is root's, whatever the image has there.
    Disk,
}

/// What the compose files of some folders say.
#[derive(Default)]
pub(super) struct Found {
    /// The context, absolute, and what is said besides; the site's path is absolute still.
    pub(super) service: Option<(PathBuf, Compose)>,
    /// Files that can't be read as YAML: path, line, message.
    pub(super) broken: Vec<(PathBuf, Option<usize>, String)>,
}

#[derive(Default)]
pub(super) struct Service {
    name: String,
    context: PathBuf,
    pub(super) target: Option<String>,
    node_env: Option<String>,
    command: Option<Vec<String>>,
    mounts: Vec<Mount>,
    environment: Vec<(String, String)>,
    rights: Option<String>,
    on_host_network: bool,
}

/// Looks in the folders for a file one or more of whose services, agreeing, build `dockerfile`.
pub(super) fn find(loader: &dyn Loader, folders: &[PathBuf], dockerfile: &Path) -> Found {
    let mut found = Found::default();
    let dockerfile = paths::lexical(dockerfile);
    for path in folders.iter().flat_map(|it| files(loader, it)) {
        let Some(document) = Document::read(loader, &path) else { continue };
        match document.yaml() {
            Ok(value) => {
                let services = services(loader, value, path.parent().unwrap_or(Path::new("")), &dockerfile);
                if !services.is_empty() {
                    found.service = agreed(loader, services, &path, &document.text);
                    return found;
                }
            }
            Err(line) => found.broken.push((path, line, "is not YAML that can be read".to_owned())),
        }
    }
    found
}

/// Where a compose file may stand in `folder`.
fn files(loader: &dyn Loader, folder: &Path) -> Vec<PathBuf> {
    let there = remembered(loader, folder, || there(loader, folder));
    there.0.iter().map(|it| folder.join(it)).collect()
}

/// The names of compose files that stand in a folder: in most none.
struct There(Vec<&'static str>);

fn there(loader: &dyn Loader, folder: &Path) -> There {
    let is_there = |it: &&&str| loader.kind(&folder.join(it)).is_some();
    There(NAMES.iter().filter(is_there).copied().collect())
}

fn services(loader: &dyn Loader, compose: &Value, folder: &Path, dockerfile: &Path) -> Vec<Service> {
    let Some(services) = compose.get("services").and_then(Value::as_object) else { return Vec::new() };
    let builds = services.iter().filter_map(|(name, it)| {
        let built = service(name, it.get("build")?, folder, dockerfile)?;
        Some(Service {
            node_env: node_env(it),
            command: command(it),
            mounts: service::mounts(it),
            environment: service::environment(loader, folder, it),
            rights: service::rights(it),
            on_host_network: it.get("network_mode").is_some_and(|it| it.as_str() == Some("host")),
            ..built
        })
    });
    builds.collect()
}

/// The service, if it builds `dockerfile`.
pub(super) fn service(name: &str, build: &Value, folder: &Path, dockerfile: &Path) -> Option<Service> {
    let field = |key: &str| build.get(key).and_then(Value::as_str);
    if build.get("dockerfile_inline").is_some() {
        return None;
    }
    let context = build.as_str().or_else(|| field("context")).unwrap_or(".");
    let file = field("dockerfile").unwrap_or("Dockerfile");
    if context.contains('$') || context.contains("://") || context.starts_with("git@") || file.contains('$') {
        return None;
    }
    let context = paths::lexical(&folder.join(context));
    let target = field("target").filter(|it| !it.contains('$')).map(str::to_owned);
    let builds_it = paths::lexical(&context.join(file)) == dockerfile;
    builds_it.then(|| Service { name: name.to_owned(), context, target, ..Service::default() })
}

/// What `environment`, a map or a list, says of NODE_ENV.
fn node_env(service: &Value) -> Option<String> {
    let environment = service.get("environment")?;
    let written = match environment.as_array() {
        Some(list) => list.iter().filter_map(Value::as_str).find_map(|it| it.strip_prefix("NODE_ENV="))?,
        None => environment.get("NODE_ENV")?.as_str()?,
    };
    (!written.contains('$')).then(|| written.to_owned())
}

/// The words of `command`, which stands in for CMD; a text is for a shell to read.
fn command(service: &Value) -> Option<Vec<String>> {
    let command = service.get("command")?;
    match command.as_array() {
        Some(words) => words.iter().map(|it| it.as_str().map(str::to_owned)).collect(),
        None => Some(["sh", "-c", command.as_str()?].map(str::to_owned).to_vec()),
    }
}

/// What the services say, where they agree on the context and it is there.
fn agreed(loader: &dyn Loader, services: Vec<Service>, path: &Path, text: &str) -> Option<(PathBuf, Compose)> {
    let first = services.first()?;
    if services.iter().any(|it| it.context != first.context) || loader.kind(&first.context).is_none() {
        return None;
    }
    let site = Site { path: path.to_string_lossy().into_owned(), line: line_of(text, &first.name) };
    let compose = Compose {
        site,
        target: same(&services, |it| &it.target),
        node_env: same(&services, |it| &it.node_env),
        command: same(&services, |it| &it.command),
        mounts: services.iter().flat_map(|it| it.mounts.clone()).collect(),
        environment: services.iter().flat_map(|it| it.environment.clone()).collect(),
        rights: services.iter().find_map(|it| it.rights.clone()),
        on_host_network: services.iter().any(|it| it.on_host_network),
    };
    Some((first.context.clone(), compose))
}

/// What all of them say.
fn same<T: Clone + PartialEq>(services: &[Service], of: impl Fn(&Service) -> &Option<T>) -> Option<T> {
    let first = of(services.first()?).clone()?;
    services.iter().all(|it| of(it).as_ref() == Some(&first)).then_some(first)
}

/// The line of a service's key.
fn line_of(text: &str, name: &str) -> Option<usize> {
    let is_key = |line: &str| {
        let key = line.trim_start().trim_start_matches(['"', '\'']);
        line.starts_with([' ', '\t']) && key.strip_prefix(name).is_some_and(|it| it.starts_with([':', '"', '\'']))
    };
    text.lines().position(is_key).map(|it| it + 1)
}
