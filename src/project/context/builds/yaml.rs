//! Builds in YAML: compose files, GitHub's workflows, GitLab's jobs, Render, Skaffold.

use serde_json::Value;

use super::super::document::Document;
use super::call::{Base, Call};
use super::commands::{self, with_stars};
use crate::paths;

/// How deep a document is read.
const MAX_DEPTH: usize = 32;

/// Keys of jobs and steps that hold commands.
const SCRIPTS: [&str; 4] = ["run", "script", "before_script", "command"];

/// The services of a compose file, whatever its name.
pub(super) fn compose(document: &Document) -> Vec<Call> {
    let Ok(value) = document.yaml() else { return Vec::new() };
    let services = value.get("services").and_then(Value::as_object).into_iter().flatten();
    services.filter_map(|it| service(it.1.get("build")?)).collect()
}

fn service(build: &Value) -> Option<Call> {
    if build.get("dockerfile_inline").is_some() {
        return None;
    }
    let context = build.as_str().or_else(|| text(build, "context")).unwrap_or(".");
    let file = text(build, "dockerfile").map(|it| paths::join(context, &with_stars(it)));
    let target = text(build, "target").map(str::to_owned);
    Some(Call { target, ..Call::new(file, context, Base::Here)? })
}

/// The builds of a document of any name: it may be a compose file.
pub(super) fn any(document: &Document) -> Vec<Call> {
    let is_compose = document.text.lines().any(|it| it.starts_with("services:"));
    let services = if is_compose { compose(document) } else { Vec::new() };
    services.into_iter().chain(calls(document)).collect()
}

/// The builds of any other document: each mapping in it that is a build, or holds commands.
fn calls(document: &Document) -> Vec<Call> {
    let mut res = Vec::new();
    if let Ok(value) = document.yaml() {
        walk(value, 0, &mut res);
    }
    res
}

fn walk(value: &Value, depth: usize, calls: &mut Vec<Call>) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|it| walk(it, depth + 1, calls)),
        Value::Object(map) => {
            calls.extend(step(value).or_else(|| service_of_render(value)).or_else(|| artifact(value)));
            for (_, it) in map.iter().filter(|it| SCRIPTS.contains(&it.0.as_str())) {
                calls.extend(script(value, it));
            }
            map.values().for_each(|it| walk(it, depth + 1, calls));
        }
        _ => {}
    }
}

/// The commands of a job or step, in its working directory.
fn script(step: &Value, commands: &Value) -> Vec<Call> {
    let lines = match commands {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        _ => return Vec::new(),
    };
    let folder = text(step, "working-directory").map(|it| format!("cd '{it}'\n")).unwrap_or_default();
    commands::calls(&with_stars(&(folder + &lines)), Base::Root)
}

/// A step `uses: docker/build-push-action`: the context is the repository where none is given.
fn step(value: &Value) -> Option<Call> {
    let action = text(value, "uses")?.split('@').next()?;
    if !action.ends_with("/build-push-action") {
        return None;
    }
    let with = value.get("with")?;
    let context = with_stars(text(with, "context").unwrap_or("."));
    let context = if context.starts_with("{{") { "." } else { &context };
    let call = Call::new(text(with, "file").map(with_stars), context.trim_end_matches('/'), Base::Root)?;
    let tags = text(with, "tags").map(with_stars).unwrap_or_default();
    let tags = tags.split(['\n', ',']).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    Some(Call { tags, target: text(with, "target").map(str::to_owned), ..call })
}

/// A service of render.yaml.
fn service_of_render(value: &Value) -> Option<Call> {
    let file = text(value, "dockerfilePath")?;
    Call::new(Some(file.to_owned()), text(value, "dockerContext").unwrap_or("."), Base::Here)
}

/// An artifact of skaffold.yaml: its Dockerfile is named from its context.
fn artifact(value: &Value) -> Option<Call> {
    let file = text(value.get("docker")?, "dockerfile")?;
    let context = text(value, "context").unwrap_or(".");
    text(value, "image")?;
    Call::new(Some(paths::join(context, file)), context, Base::Here)
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}
