//! Task definitions of ECS, jobs of Nomad, and what Terraform deploys.

use serde_json::Value;

use super::super::super::{Mount, MountKind};
use super::run::{Of, Run, Source, runs_node};
use super::{Given, ImageUser, hcl};

/// What reads a file of that name.
pub(super) fn reader(name: &str) -> Option<fn(&Source<'_>) -> Vec<Run>> {
    let ends = |ends: &[&str]| ends.iter().any(|it| name.ends_with(it));
    let is_task = || name.contains("task") || name.contains("ecs") || name.contains("container");
    Some(match name {
        _ if ends(&[".json"]) && is_task() => tasks,
        _ if ends(&[".hcl"]) && name.contains("bake") => return None,
        _ if ends(&[".tf", ".nomad", ".hcl"]) => blocks,
        _ => return None,
    })
}

/// The containers of a task definition, whole or by themselves.
fn tasks(source: &Source<'_>) -> Vec<Run> {
    let Ok(value) = serde_json::from_str::<Value>(&source.document.text) else { return Vec::new() };
    let inner = value.get("taskDefinition").unwrap_or(&value);
    let containers = inner.get("containerDefinitions").unwrap_or(inner).as_array();
    containers.into_iter().flatten().filter_map(|it| container(source, it)).collect()
}

fn container(source: &Source<'_>, value: &Value) -> Option<Run> {
    let image = value.get("image")?.as_str()?;
    let words = |key: &str| -> Option<Vec<String>> {
        let words = value.get(key)?.as_array()?.iter().map(|it| it.as_str().map(str::to_owned));
        words.collect::<Option<Vec<_>>>().filter(|it| runs_node(it))
    };
    let list = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten();
    let text = |it: &Value, key: &str| it.get(key).and_then(Value::as_str).map(str::to_owned);
    let is_read_only = |it: &Value| it.get("readOnly").and_then(Value::as_bool) == Some(true);
    let mounts = list("mountPoints").filter(|it| !is_read_only(it));
    let given = Given {
        mounts: mounts.filter_map(|it| text(it, "containerPath")).map(disk).collect(),
        environment: list("environment").filter_map(|it| Some((text(it, "name")?, text(it, "value")?))).collect(),
        rights: value.get("privileged").and_then(Value::as_bool).filter(|it| *it).map(|_| "privileged".to_owned()),
    };
    let (entrypoint, command) = (words("entryPoint"), words("command"));
    let last = entrypoint.iter().chain(&command).flatten().last().map_or("", String::as_str);
    let site = source.site(&[&[image, last], &[last]]);
    let user = ImageUser {
        site,
        entrypoint,
        command,
        user: text(value, "user"),
        given,
        is_guess: true,
        ..ImageUser::default()
    };
    Some(Run { of: Of::Image(image.to_owned()), user, is_deployed: true })
}

/// A disk of the platform at `target`.
pub(super) fn disk(target: String) -> Mount {
    Mount { source: None, target, kind: MountKind::Disk, read_only: false }
}

/// The commands and disks of Nomad's and Terraform's files.
fn blocks(source: &Source<'_>) -> Vec<Run> {
    let found = hcl::containers(&source.document.text).into_iter();
    let runs = found.map(|it| {
        let words = |words: Vec<String>| Some(words).filter(|it| runs_node(it));
        let is_entrypoint = !it.command.is_empty() && (it.is_entrypoint || !it.arguments.is_empty());
        let all = words([it.command, it.arguments].concat());
        let (entrypoint, command) = if is_entrypoint { (all, None) } else { (None, all) };
        let given = Given { mounts: it.disks.into_iter().map(disk).collect(), ..Given::default() };
        let site = super::Site { path: source.path.to_string_lossy().into_owned(), line: Some(it.line) };
        let user =
            ImageUser { site, entrypoint, command, user: it.user, given, is_guess: true, ..ImageUser::default() };
        Run { of: Of::Image(it.image), user, is_deployed: true }
    });
    runs.collect()
}
