//! Manifests of Kubernetes: whether the repository shows that its images run there, and what they start.

mod pods;

use std::path::{Path, PathBuf};

use super::super::loader::remembered;
use super::super::{EntryKind, Loader, Site};
use super::ImageUser;
use super::document::Document;
use super::users::Names;

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

/// What the containers of all manifests and charts start in place of what their images do, where that is a program of
/// Node's, and the disks that they mount: their sites have absolute paths. Nothing in a manifest says which Dockerfile
/// makes an image: `names` tells by what it is called.
pub(super) fn users(loader: &dyn Loader, folders: &[PathBuf], names: &Names<'_>) -> Vec<ImageUser> {
    let mut res = Vec::new();
    let folders = folders.iter().map(|folder| remembered(loader, folder, || Manifests::below(loader, folder)));
    for manifests in folders {
        let values = manifests.values.iter().any(|it| it.1.lines().any(|it| it.trim_start().starts_with("fsGroup:")));
        for (path, text) in manifests.pods.iter().chain(&manifests.values) {
            let found = pods::containers(text, values);
            let is_ours =
                |it: &pods::Container| names.is_ours(&it.image) && !(it.is_open() && names.is_place_of_another(path));
            res.extend(found.into_iter().filter(is_ours).map(|it| it.user(path, text)));
        }
    }
    res
}

/// Looks at the manifests that run pods until `goes_on` says that it is enough.
fn visit(loader: &dyn Loader, folders: &[PathBuf], mut goes_on: impl FnMut(&Path, &str) -> bool) {
    for folder in folders {
        let manifests = remembered(loader, folder, || Manifests::below(loader, folder));
        if !manifests.pods.iter().all(|(path, text)| goes_on(path, text)) {
            return;
        }
    }
}

/// What a repository has for its cluster, with the texts.
#[derive(Default)]
struct Manifests {
    /// What runs pods.
    pods: Vec<(PathBuf, String)>,
    /// The values of charts.
    values: Vec<(PathBuf, String)>,
}

impl Manifests {
    /// In `folder`, or below those of [`FOLDERS`] in it.
    fn below(loader: &dyn Loader, folder: &Path) -> Self {
        let mut res = Self::default();
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
                        let text = document.map(|it| it.text.clone()).unwrap_or_default();
                        let is_of_values = is_values(&name);
                        if line_of_pods(&text).is_some() {
                            res.pods.push((path, text));
                        } else if is_of_values {
                            res.values.push((path, text));
                        }
                    }
                    _ => {}
                }
            }
        }
        res
    }
}

/// `values.yaml`, `values-prod.yaml`
fn is_values(name: &str) -> bool {
    name.starts_with("values") || name.contains("-values.")
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
