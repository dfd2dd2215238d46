//! Whether a file is in a stage, by all that lies over its path.

use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, EntryKind, Output};
use crate::stages::{BuildId, Entry, Holding, InstructionId, StageId};

/// What is known of a path.
pub(super) enum Found {
    /// It is there, or may be.
    Maybe,
    /// It is not; what is there in its place, absolute, where exactly one file has its name.
    Missing(Option<String>),
}

/// Looks for the file at `path` in stage `stage`.
pub(super) fn file(ctx: &Inspection, stage: StageId, path: &str) -> Found {
    let mut instead = Vec::new();
    let mut n_outputs = 0;
    for entry in &ctx.model().stages[stage].contents.entries {
        let Some(rest) = paths::below(&entry.path, path) else { continue };
        match one(ctx, entry, rest) {
            One::Maybe => return Found::Maybe,
            One::Not => {}
            One::NotInOutput(found) => {
                n_outputs += 1;
                instead.extend(found.into_iter().map(|it| paths::join(&entry.path, &it)));
            }
        }
    }
    match (n_outputs, instead.len()) {
        // Where no output lies over it, the file may come from anywhere.
        (0, _) => Found::Maybe,
        (_, 1) => Found::Missing(instead.pop()),
        _ => Found::Missing(None),
    }
}

enum One {
    Maybe,
    Not,
    /// Not in this output; what is there of the same name, from the output's folder.
    NotInOutput(Vec<String>),
}

fn one(ctx: &Inspection, entry: &Entry, rest: &str) -> One {
    match &entry.holding {
        _ if !entry.without.is_empty() => One::Maybe,
        Holding::ContextFolder(folder) if ctx.project().sees(&paths::join(folder, rest)) == Some(false) => One::Not,
        Holding::ContextFile(_) if !rest.is_empty() => One::Not,
        Holding::NodeModules(_) | Holding::Cache(_) => One::Not,
        Holding::Output { build, path, .. } => in_output(ctx, *build, path, rest).unwrap_or(One::Maybe),
        _ => One::Maybe,
    }
}

/// Looks among the sources of a compiled output; `None` where these can't be told.
fn in_output(ctx: &Inspection, build: BuildId, path: &str, rest: &str) -> Option<One> {
    let build = &ctx.model().builds[build];
    let app = ctx.project().app(build.app.as_ref()?)?;
    let outputs = &build.outputs;
    let output = outputs.outputs.iter().find(|it| it.path == path)?;
    let only = outputs.unknown.is_empty() && outputs.outputs.iter().filter(|it| overlaps(it, path)).count() == 1;
    let is_compiled = output.tool.compiles();
    let root = output.source_root.as_ref().filter(|_| only && is_compiled && !rest.is_empty())?;
    let stem = rest.strip_suffix(".js").or_else(|| rest.strip_suffix(".mjs")).or_else(|| rest.strip_suffix(".cjs"))?;
    let source = |ending: &&str| paths::join(&app.folder, &paths::join(root, &format!("{stem}{ending}")));
    if ENDINGS.iter().any(|it| ctx.project().kind(&source(it)).is_some()) {
        return Some(One::Maybe);
    }
    Some(One::NotInOutput(same_name(ctx, &app, root, rest)?))
}

const ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", "/index.ts", "/index.js"];

fn overlaps(output: &Output, path: &str) -> bool {
    paths::contains(&output.path, path) || paths::contains(path, &output.path)
}

/// The outputs of all sources below `root` that are called as `file` is; `None` where there are too
/// many folders to look into.
fn same_name(ctx: &Inspection, app: &App, root: &str, file: &str) -> Option<Vec<String>> {
    let (stem, ending) = paths::file_name(file).rsplit_once('.')?;
    let top = paths::join(&app.folder, root);
    let mut folders = vec![String::new()];
    let mut res = Vec::new();
    let mut at = 0;
    while let Some(folder) = folders.get(at).cloned() {
        at += 1;
        for (entry, kind) in ctx.project().list(&paths::join(&top, &folder)).unwrap_or_default() {
            match kind {
                EntryKind::Folder if !is_skipped(&entry) => folders.push(paths::join(&folder, &entry)),
                EntryKind::File if is_source_of(&entry, stem) => {
                    res.push(paths::join(&folder, &format!("{stem}.{ending}")))
                }
                _ => {}
            }
        }
        if at > 500 {
            return None;
        }
    }
    Some(res)
}

fn is_skipped(folder: &str) -> bool {
    folder.starts_with('.') || matches!(folder, "node_modules" | "dist" | "build" | "test" | "tests" | "coverage")
}

fn is_source_of(file: &str, stem: &str) -> bool {
    file.rsplit_once('.').is_some_and(|it| it.0 == stem && matches!(it.1, "ts" | "tsx" | "mts" | "cts"))
}

/// The earlier stage that `--from=name` means, at instruction `at`.
pub(super) fn stage(ctx: &Inspection, at: InstructionId, name: &str) -> Option<StageId> {
    ctx.model().stage_named(name, ctx.model().stage_of(at)?)
}

/// Where a stage has what `--from` looks for at `/`: in its WORKDIR (BuildKit takes relative sources from the root).
pub(super) fn in_workdir(ctx: &Inspection, stage: StageId, source: &str) -> Option<String> {
    let contents = &ctx.model().stages[stage].contents;
    let workdir = contents.workdir.value.as_deref().filter(|it| *it != "/" && !source.starts_with('/'))?;
    let (meant, path) = (paths::absolute(workdir, source), paths::absolute("/", source));
    let is_made =
        |it: &Entry| matches!(it.holding, Holding::Output { .. } | Holding::NodeModules(_)) && it.path == meant;
    let may_hold = |it: &Entry| paths::contains(&path, &it.path) || paths::contains(&it.path, &path);
    (contents.entries.iter().any(is_made) && !contents.entries.iter().any(may_hold)).then_some(meant)
}

/// Whether `path` lies beside a known output of the stage, and nothing can have put it there.
pub(super) fn is_absent_output(ctx: &Inspection, stage: StageId, path: &str) -> bool {
    let entries = &ctx.model().stages[stage].contents.entries;
    let beside =
        |it: &Entry| matches!(it.holding, Holding::Output { .. }) && paths::parent(&it.path) == paths::parent(path);
    let may_hold = |it: &Entry| {
        let inside = paths::contains(path, &it.path);
        let over = paths::below(&it.path, path).is_some_and(|rest| !matches!(one_of_folder(ctx, it, rest), One::Not));
        inside || over || is_of_member(it, path)
    };
    paths::parent(path) != "/" && entries.iter().any(beside) && !entries.iter().any(may_hold)
}

/// Whether `path` is the node_modules of a package below the folder of an install: at a root of workspaces that is made
/// as well.
fn is_of_member(entry: &Entry, path: &str) -> bool {
    let is_below = || paths::contains(paths::parent(&entry.path), paths::parent(path));
    matches!(entry.holding, Holding::NodeModules(_)) && paths::file_name(path) == "node_modules" && is_below()
}

fn one_of_folder(ctx: &Inspection, entry: &Entry, rest: &str) -> One {
    match &entry.holding {
        Holding::Output { .. } => One::Maybe,
        _ => one(ctx, entry, rest),
    }
}
