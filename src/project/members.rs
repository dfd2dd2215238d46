//! The workspaces of a root package.

use std::sync::Arc;

use super::{App, EntryKind, Project};
use crate::paths;

impl Project {
    /// The packages that `workspaces` of `app` names, as far as the build sees them; `None` where a pattern
    /// is not a plain one.
    #[must_use]
    pub fn members(&self, app: &App) -> Option<Vec<Arc<App>>> {
        let mut folders = Vec::new();
        for pattern in &app.package.workspaces {
            if pattern.starts_with('!') || pattern.contains("**") || pattern.contains('{') {
                return None;
            }
            let pattern = paths::join(&app.folder, &paths::rooted(pattern));
            let found = self.expand(&pattern)?.into_iter().filter(|it| it.1 == EntryKind::Folder);
            folders.extend(found.map(|it| it.0));
        }
        folders.sort();
        folders.dedup();
        let is_seen = |it: &String| self.sees(&paths::join(it, "package.json")) == Some(true);
        Some(folders.iter().filter(|it| is_seen(it)).filter_map(|it| self.app(it)).collect())
    }
}
