//! The containers of a manifest, of the template of a chart or of a chart's values.

use std::path::Path;

use serde_json::Value;

use super::super::super::{Mount, MountKind, Site};
use super::super::users::runs_node;
use super::super::{Given, ImageUser};

/// A container: what stands in for its image's own words, and what it is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) image: String,
    entrypoint: Option<Vec<String>>,
    command: Option<Vec<String>>,
    user: Option<String>,
    given: Given,
}

/// How deep a document is read.
const MAX_NESTED: usize = 32;

/// What stands in place of what a chart's values give.
const OPEN: &str = "*";

/// The containers of all documents in `text`; `is_grouped`: whether values of the chart have disks given to a group.
pub(super) fn containers(text: &str, is_grouped: bool) -> Vec<Container> {
    let mut res = Vec::new();
    for document in text.split("\n---") {
        let plain = without_templates(document);
        let is_grouped = is_grouped && plain != document;
        match serde_saphyr::from_str::<Value>(&plain) {
            Ok(value) => collect(&value, &Pod { image: None, spec: None, is_grouped }, 0, &mut res),
            Err(_) => res.extend(by_lines(&plain)),
        }
    }
    res
}

/// A template as YAML: its own lines left out, and a text in place of what it fills in.
fn without_templates(text: &str) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let is_own = |it: &&str| it.trim_start().starts_with("{{") && it.trim_end().ends_with("}}") && !it.contains("}}:");
    let lines = text.lines().filter(|it| !is_own(it)).map(|line| {
        let mut parts = line.split("{{");
        let first = parts.next().unwrap_or_default().to_owned();
        let filled = parts.fold(first, |res, it| res + "FILLED" + it.split_once("}}").map_or("", |it| it.1));
        filled + "\n"
    });
    lines.collect::<String>().replace("FILLED", "_filled_")
}

/// Where a container stands.
struct Pod<'v> {
    /// The image of the values around it.
    image: Option<&'v str>,
    /// The pod that it is of.
    spec: Option<&'v Value>,
    /// Whether disks belong to a group all the same.
    is_grouped: bool,
}

fn collect<'v>(value: &'v Value, pod: &Pod<'v>, depth: usize, found: &mut Vec<Container>) {
    if depth > MAX_NESTED {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|it| collect(it, pod, depth + 1, found)),
        Value::Object(map) => {
            let image = image_of(value).or(pod.image);
            let spec = value.get("containers").map(|_| value).or(pod.spec);
            let inner = Pod { image, spec, ..*pod };
            found.extend(container(value, &inner));
            map.values().for_each(|it| collect(it, &inner, depth + 1, found));
        }
        _ => {}
    }
}

/// `image: name`, or the `repository` of it in values.
fn image_of(value: &Value) -> Option<&str> {
    let image = value.get("image")?;
    image.as_str().or_else(|| image.get("repository")?.as_str())
}

fn container(value: &Value, pod: &Pod<'_>) -> Option<Container> {
    let list = |key: &str| -> Option<Vec<String>> {
        value.get(key)?.as_array()?.iter().map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let (entrypoint, command) = (list("command"), list("args"));
    let words: Vec<String> = entrypoint.iter().chain(&command).flatten().cloned().collect();
    let given = given(value, pod);
    if !runs_node(&words) && given == Given::default() {
        return None;
    }
    let is_known = runs_node(&words);
    let image = pod.image.unwrap_or("_filled_").replace("_filled_", OPEN);
    let user = Some(value).into_iter().chain(pod.spec).find_map(|it| {
        let user = it.get("securityContext")?.get("runAsUser")?;
        Some(user.to_string())
    });
    let (entrypoint, command) = (entrypoint.filter(|_| is_known), command.filter(|_| is_known));
    Some(Container { image, entrypoint, command, user, given })
}

fn given(value: &Value, pod: &Pod<'_>) -> Given {
    let list = |key: &str| value.get(key).and_then(Value::as_array).into_iter().flatten();
    let text = |it: &Value, key: &str| it.get(key).and_then(Value::as_str).map(str::to_owned);
    let is_read_only = |it: &Value| it.get("readOnly").and_then(Value::as_bool) == Some(true);
    let mounts = list("volumeMounts").filter(|it| !is_read_only(it)).filter_map(|it| {
        let target = text(it, "mountPath")?;
        let kind = kind_of(it.get("name")?.as_str()?, pod);
        // Whoever may write there, only root may enter its home.
        let read_only = kind.is_none();
        let kind = kind.or_else(|| target.starts_with("/root").then_some(MountKind::Disk))?;
        Some(Mount { source: None, target, kind, read_only })
    });
    let environment = list("env").filter_map(|it| Some((text(it, "name")?, text(it, "value")?)));
    let environment = environment.filter(|it| !it.1.contains("_filled_")).collect();
    let rights = value.get("securityContext").and_then(|it| it.get("privileged")).and_then(Value::as_bool);
    let rights = rights.filter(|it| *it).map(|_| "privileged".to_owned());
    Given { mounts: mounts.collect(), environment, rights }
}

/// What is mounted from a pod's volume of that name; `None` where anybody may write there, or nobody. An `emptyDir` is
/// everybody's. A name that no volume has is that of a claim.
fn kind_of(name: &str, pod: &Pod<'_>) -> Option<MountKind> {
    let spec = pod.spec?;
    let volumes = spec.get("volumes").and_then(Value::as_array).into_iter().flatten();
    let volume = volumes.into_iter().find(|it| it.get("name").and_then(Value::as_str) == Some(name));
    let has = |keys: &[&str]| volume.is_some_and(|it| keys.iter().any(|key| it.get(*key).is_some()));
    if has(&["hostPath", "nfs"]) {
        return Some(MountKind::Host);
    }
    let is_grouped = spec.get("securityContext").is_some_and(|it| it.get("fsGroup").is_some()) || pod.is_grouped;
    let is_everybodys = has(&["emptyDir", "configMap", "secret", "projected", "downwardAPI"]);
    (!is_grouped && !is_everybodys).then_some(MountKind::Disk)
}

/// What can be told of a template that is no YAML without its values: commands in one line.
fn by_lines(text: &str) -> Vec<Container> {
    let value = |key: &'static str| {
        let lines = text.lines().filter_map(move |it| it.trim_start().trim_start_matches("- ").strip_prefix(key));
        lines.filter_map(|it| serde_saphyr::from_str::<Value>(it.trim()).ok())
    };
    let words =
        |it: Value| -> Option<Vec<String>> { it.as_array()?.iter().map(|it| it.as_str().map(str::to_owned)).collect() };
    let image = value("image:").find_map(|it| it.as_str().map(|it| it.replace("_filled_", OPEN)));
    let image = image.unwrap_or_else(|| OPEN.to_owned());
    let commands = value("command:").chain(value("args:")).filter_map(words).filter(|it| runs_node(it));
    commands.map(|it| Container { image: image.clone(), entrypoint: Some(it), ..Container::default() }).collect()
}

impl Container {
    /// Whether nothing but the chart's values says which image it is.
    pub(super) fn is_open(&self) -> bool {
        self.image.contains(OPEN)
    }

    /// The container as one of the image's users.
    pub(super) fn user(self, path: &Path, text: &str) -> ImageUser {
        let words = self.entrypoint.iter().chain(&self.command).flatten().map(String::as_str);
        let telling = words.into_iter().next_back().or(self.given.mounts.first().map(|it| it.target.as_str()));
        let image = self.image.split(OPEN).next().unwrap_or_default();
        let position = |it: &str| text.lines().position(|line| line.contains(it)).map(|it| it + 1);
        let line = Some(image).filter(|it| !it.is_empty()).or(telling).and_then(position);
        let site = Site { path: path.to_string_lossy().into_owned(), line };
        let Self { entrypoint, command, user, given, .. } = self;
        ImageUser { site, entrypoint, command, user, given, is_guess: true, ..ImageUser::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::containers;

    #[test]
    fn what_charts_start_and_mount() {
        let pod = |rest: &str| format!("spec:\n  {{{{- if .Values.x }}}}\n  a: 1\n  {{{{- end }}}}\n{rest}");
        let disk = |security: &str, volume: &str| {
            let mount = "volumeMounts: [{name: data, mountPath: /app/data}]";
            pod(&format!(
                "  securityContext: {security}\n  containers:\n    - image: \"{{{{ .Values.i }}}}:1\"\n      {mount}\n  volumes: [{{name: data, {volume}}}]\n"
            ))
        };
        let claim = "persistentVolumeClaim: {claimName: a}";
        for (text, expected) in [
            (pod("  containers:\n    - image: shop\n      command: [npm, run, migrate]\n"), "shop npm run migrate"),
            (pod("  containers:\n    - image: shop\n      command: [\"/bin/busybox\"]\n"), ""),
            ("image: {repository: shop}\nworker:\n  args: [node, worker.js]\n".to_owned(), "shop node worker.js"),
            (disk("{}", claim), "*:1 /app/data"),
            (disk("{fsGroup: 1000}", claim), ""),
            (disk("{}", "emptyDir: {}"), ""),
            (disk("{fsGroup: 1000}", "hostPath: {path: /x}"), "*:1 /app/data"),
            ("a: [\nimage: shop\ncommand: [node, a.js]\n".to_owned(), "shop node a.js"),
        ] {
            let found = containers(&text, false).into_iter().map(|it| {
                let words = it.entrypoint.iter().chain(&it.command).flatten().cloned();
                let targets = it.given.mounts.iter().map(|it| it.target.clone());
                std::iter::once(it.image.clone()).chain(words).chain(targets).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(found.collect::<Vec<_>>().join("\n"), expected, "{text}");
        }
    }
}
