//! Whole projects in memory, for tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::{App, Overlay, Project, Request};

/// A project of these files (paths from the root); the Dockerfile stands at the root and copies all.
pub(crate) fn project_with(files: &[(&str, &str)]) -> Project {
    project_of(files, "Dockerfile", &[])
}

/// A project found from `dockerfile` by the sources of its COPY instructions.
pub(crate) fn project_of(files: &[(&str, &str)], dockerfile: &str, copy_sources: &[&str]) -> Project {
    let root = PathBuf::from("/repo");
    let mut all: BTreeMap<PathBuf, String> = BTreeMap::from([(root.join(".git/HEAD"), String::new())]);
    all.insert(root.join(dockerfile), String::new());
    all.extend(files.iter().map(|(path, text)| (root.join(path), (*text).to_owned())));
    let copy_sources = copy_sources.iter().map(|it| (*it).to_owned()).collect();
    let request = Request { dockerfile: root.join(dockerfile), context: None, copy_sources, ..Request::default() };
    Project::load(Arc::new(Overlay::new(all, ())), &request)
}

/// The app at the root of a project of these files.
pub(crate) fn app_with(files: &[(&str, &str)]) -> Arc<App> {
    project_with(files).app("").expect("package.json is among the files and can be read")
}
