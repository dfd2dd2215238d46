//! Where a root package names its members: `workspaces`, pnpm-workspace.yaml, lerna.json.

use serde_json::Value;

use super::super::files::Files;
use super::super::{App, Package, json};
use crate::ecosystem::Manager;
use crate::paths;

/// What names the members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Source {
    /// `workspaces` of package.json.
    Package,
    /// `packages` of pnpm-workspace.yaml.
    Pnpm,
    /// `packages` of lerna.json; installs know nothing of it.
    Lerna,
}

/// The patterns of a root package; none where it is no root.
#[derive(Clone, Debug)]
pub(in super::super) struct Patterns {
    pub(in super::super) source: Source,
    /// As written.
    pub(in super::super) globs: Vec<String>,
    /// The file that can't be read.
    pub(in super::super) broken: Option<String>,
}

impl Patterns {
    /// Those of the app: what its manager reads comes first.
    pub(in super::super) fn of(files: &Files, folder: &str, package: &Package, manager: Option<Manager>) -> Self {
        let own = || Self { source: Source::Package, globs: package.workspaces.clone(), broken: None };
        let pnpm = || pnpm(files, folder);
        let (first, second) = if manager == Some(Manager::Pnpm) { (pnpm(), own()) } else { (own(), pnpm()) };
        [first, second].into_iter().find(Self::names_any).unwrap_or_else(|| lerna(files, folder))
    }

    /// Whether there may be members.
    pub(in super::super) fn names_any(&self) -> bool {
        !self.globs.is_empty() || self.broken.is_some()
    }
}

/// pnpm-workspace.yaml may hold settings only: then there is one package.
fn pnpm(files: &Files, folder: &str) -> Patterns {
    let path = paths::join(folder, "pnpm-workspace.yaml");
    let text = if files.is_file(&path) { files.text(&path) } else { None };
    let (globs, broken) = match text.as_deref().map(serde_saphyr::from_str::<Value>) {
        None => (Vec::new(), None),
        Some(Ok(value)) => (listed(&value), None),
        Some(Err(_)) => (Vec::new(), Some(path)),
    };
    Patterns { source: Source::Pnpm, globs, broken }
}

fn lerna(files: &Files, folder: &str) -> Patterns {
    let path = paths::join(folder, "lerna.json");
    let text = if files.is_file(&path) { files.text(&path) } else { None };
    let value = text.and_then(|it| json::loose(&it).ok()).unwrap_or_default();
    Patterns { source: Source::Lerna, globs: listed(&value), broken: None }
}

fn listed(value: &Value) -> Vec<String> {
    let items = value.get("packages").and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
}

impl App {
    /// What names the packages that belong to it.
    pub(in super::super) fn workspace_patterns(&self) -> &Patterns {
        self.patterns.get_or_init(|| Patterns::of(&self.files, &self.folder, &self.package, self.manager()))
    }

    /// Whether the packages of other folders belong to it, so that its install brings theirs.
    #[must_use]
    pub fn is_workspace_root(&self) -> bool {
        let patterns = self.workspace_patterns();
        patterns.names_any() && patterns.source != Source::Lerna
    }
}
