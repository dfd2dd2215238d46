//! Whether the building stage lays the build context out as it is: only then do paths of the sources say
//! which files of the context they mean.

use super::workspaces::Installed;
use super::{Shape, refusal, shape, start_script};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::App;
use crate::project::{Outputs, Reason};
use crate::stages::{Build, Entry, Holding};

/// Refuses where the stage of `build`, `outputs` aside, has files of the context at other places than the app, or its workspace, has them.
pub(super) fn check(ctx: &Inspection, installed: &Installed, build: &Build, outputs: &Outputs) -> Result<(), Reason> {
    let Some(folder) = build.folder.as_deref() else { return Ok(()) };
    let entries = &ctx.model().stages[build.stage].contents.entries;
    let shape = shape(ctx.model(), ctx.project());
    let copied_alone = matches!(shape, Some(Shape::WholeCopy(_)));
    let root = folder.strip_suffix(&installed.path()).and_then(|it| it.strip_suffix('/'));
    let (app, folder) = match root.filter(|_| !copied_alone && installed.is_workspace()) {
        Some(root) => (&*installed.root, root),
        None => (&*installed.app, folder),
    };
    // What is copied into an output comes along with it.
    let is_in_output = |it: &Entry| paths::below(folder, &it.path).is_some_and(|rest| outputs.holding(rest).is_some());
    // The split takes the COPY of a start script along.
    let moves = |it: &Entry| shape == Some(Shape::Single) && start_script::brings(ctx, it.origin.last());
    let mut entries = entries.iter().filter(|it| !is_in_output(it) && !moves(it));
    let odd = entries.find(|it| is_odd(it, app, folder) && (!copied_alone || paths::contains(folder, &it.path)));
    match odd {
        Some(entry) => {
            // A RUN may have moved on what a COPY brought, so no instruction is named.
            Err(refusal(format!("the build has files of the project at `{}`, where the project has none", entry.path)))
        }
        None => Ok(()),
    }
}

fn is_odd(entry: &Entry, app: &App, folder: &str) -> bool {
    let (Holding::ContextFolder(source) | Holding::ContextFile(source)) = &entry.holding else { return false };
    let expected = paths::below(folder, &entry.path).map(|rest| app.folder_path(rest));
    expected.as_deref() != Some(source.as_str())
}
