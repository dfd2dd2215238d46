//! Manifests of Kubernetes: whether the repository shows that its images run there, and what they start.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::loader::remembered;
use super::super::{EntryKind, Loader, Site};
use super::ImageUser;
use super::document::Document;
use crate::ecosystem::programs;

/// Folders that people keep manifests and charts in; what lies below them may have any name.
const FOLDERS: &[&str] = &[
    "k8s",
    ".k8s",
    "kube",
    "kubernetes",
    "manifests",
    "deploy",
    ".deploy",
    "deployment",
    "deployments",
    "helm",
    "chart",
    "charts",
    "kustomize",
    "infra",
    "infrastructure",
    "ops",
    "devops",
    "gitops",
    "argocd",
];

/// What a manifest has in its name elsewhere.
const NAMES: &[&str] = &["k8s", "kube", "deployment", "manifest", "pod"];

/// What runs pods.
const KINDS: &[&str] = &["Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Rollout"];

/// Files and folders that are looked at from one folder on.
const MAX_ENTRIES: usize = 300;
const MAX_DEPTH: usize = 5;
const MAX_TEXT: usize = 1 << 20;

/// The first place in the folders, or below those of [`FOLDERS`] in them, that runs pods. Its path is absolute.
pub(super) fn find(loader: &dyn Loader, folders: &[PathBuf]) -> Option<Site> {
    let mut res = None;
    visit(loader, folders, |path, text| {
        res = line_of_pods(text).map(|it| Site { path: path.to_string_lossy().into_owned(), line: Some(it) });
        res.is_none()
    });
    res
}

/// The texts of all that run pods there.
pub(super) fn texts(loader: &dyn Loader, folders: &[PathBuf]) -> Vec<String> {
    let mut res = Vec::new();
    visit(loader, folders, |_, text| {
        res.extend(line_of_pods(text).map(|_| text.to_owned()));
        true
    });
    res
}

/// What the containers of all manifests start in place of what their images do, where that is a program of Node's: their
/// sites have absolute paths. Nothing in a manifest says which Dockerfile makes an image: `is_ours` tells by its name.
pub(super) fn users(loader: &dyn Loader, folders: &[PathBuf], is_ours: impl Fn(&str) -> bool) -> Vec<ImageUser> {
    let mut res = Vec::new();
    visit(loader, folders, |path, text| {
        if line_of_pods(text).is_some() {
            let site = |line| Site { path: path.to_string_lossy().into_owned(), line };
            let line = |image: &str| text.lines().position(|it| it.contains(image)).map(|it| it + 1);
            let containers = text.split("\n---").filter_map(|it| serde_saphyr::from_str::<Value>(it).ok());
            let mut found = Vec::new();
            containers.for_each(|it| collect(&it, 0, &mut found));
            let found = found.into_iter().filter(|it| is_ours(&it.0));
            res.extend(found.map(|(image, it)| ImageUser { site: site(line(&image)), ..it }));
        }
        true
    });
    res
}

/// The containers below `value` that start something of Node's, with their images.
fn collect(value: &Value, depth: usize, found: &mut Vec<(String, ImageUser)>) {
    if depth > MAX_NESTED {
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|it| collect(it, depth + 1, found)),
        Value::Object(map) => {
            found.extend(container(value));
            map.values().for_each(|it| collect(it, depth + 1, found));
        }
        _ => {}
    }
}

const MAX_NESTED: usize = 32;

fn container(value: &Value) -> Option<(String, ImageUser)> {
    let image = value.get("image")?.as_str()?;
    let list = |key: &str| -> Option<Vec<String>> {
        value.get(key)?.as_array()?.iter().map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let (entrypoint, command) = (list("command"), list("args"));
    let words = entrypoint.iter().chain(&command).flatten().flat_map(|it| it.split([' ', '/', '\n', ';']));
    let runs_node = words.into_iter().any(programs::starts_node);
    runs_node.then(|| (image.to_owned(), ImageUser { entrypoint, command, is_guess: true, ..ImageUser::default() }))
}

/// Looks at the manifests that run pods until `goes_on` says that it is enough.
fn visit(loader: &dyn Loader, folders: &[PathBuf], mut goes_on: impl FnMut(&Path, &str) -> bool) {
    for folder in folders {
        let manifests = remembered(loader, folder, || Manifests::below(loader, folder));
        if !manifests.0.iter().all(|(path, text)| goes_on(path, text)) {
            return;
        }
    }
}

/// Those that run pods, with their texts.
struct Manifests(Vec<(PathBuf, String)>);

impl Manifests {
    /// In `folder`, or below those of [`FOLDERS`] in it.
    fn below(loader: &dyn Loader, folder: &Path) -> Self {
        let mut res = Vec::new();
        let mut open = vec![(folder.to_owned(), 0)];
        let mut n_entries = 0;
        while let Some((folder, depth)) = open.pop().filter(|_| n_entries < MAX_ENTRIES) {
            n_entries += 1;
            for (name, kind) in loader.list(&folder).unwrap_or_default() {
                let path = folder.join(&name);
                match kind {
                    EntryKind::Folder if depth < MAX_DEPTH && is_entered(&name, depth) => open.push((path, depth + 1)),
                    EntryKind::File if n_entries < MAX_ENTRIES && is_read(&name, depth) => {
                        n_entries += 1;
                        let document = Document::read(loader, &path).filter(|it| it.text.len() <= MAX_TEXT);
                        let text = document.filter(|it| line_of_pods(&it.text).is_some()).map(|it| it.text.clone());
                        res.extend(text.map(|it| (path, it)));
                    }
                    _ => {}
                }
            }
        }
        Self(res)
    }
}

fn is_entered(name: &str, depth: usize) -> bool {
    if depth == 0 { FOLDERS.contains(&name) } else { name != "node_modules" }
}

fn is_read(name: &str, depth: usize) -> bool {
    let is_yaml = [".yaml", ".yml", ".yaml.tpl", ".yml.tpl"].iter().any(|it| name.ends_with(it));
    is_yaml && (depth > 0 || NAMES.iter().any(|it| name.contains(it)))
}

/// The line, from 1, that says that no container may be root, or else the one that makes it a manifest that runs pods.
/// Templates of charts are no YAML, so the lines are read as they stand.
fn line_of_pods(text: &str) -> Option<usize> {
    let is_manifest = text.lines().any(|it| it.starts_with("apiVersion:"));
    let value =
        |line: &str, key: &str| line.strip_prefix(key).and_then(|it| it.split_whitespace().next().map(str::to_owned));
    let forbids_root = |it: &str| value(it.trim_start(), "runAsNonRoot:").as_deref() == Some("true");
    let runs_pods = |it: &str| is_manifest && value(it, "kind:").is_some_and(|it| KINDS.contains(&it.as_str()));
    let line = text.lines().position(forbids_root).or_else(|| text.lines().position(runs_pods));
    line.map(|it| it + 1)
}

#[cfg(test)]
mod tests {
    use super::line_of_pods;

    #[test]
    fn what_runs_pods() {
        for (text, line) in [
            ("apiVersion: apps/v1\nkind: Deployment\nspec: {}\n", Some(2)),
            ("apiVersion: v1\nkind: Pod # one\nspec:\n  securityContext:\n    runAsNonRoot: true\n", Some(5)),
            (
                "apiVersion: apps/v1\nkind: Deployment\n{{- if .Values.x }}\n  replicas: {{ .Values.n }}\n{{- end }}\n",
                Some(2),
            ),
            ("podSecurityContext:\n  runAsNonRoot: true # as the cluster wants it\n", Some(2)),
            ("podSecurityContext:\n  # runAsNonRoot: true\n", None),
            ("podSecurityContext:\n  runAsNonRoot: false\n", None),
            ("apiVersion: v1\nkind: Service\n", None),
            ("kind: Deployment\n", None),
            ("services:\n  app:\n    deploy: {}\n", None),
        ] {
            assert_eq!(line_of_pods(text), line, "{text}");
        }
    }
}
