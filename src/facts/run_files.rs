//! Which files of the context outside of the build's output the run reads, or may read.

mod globs;
mod including;
mod named;
mod root;

use std::collections::BTreeMap;

use super::{ProductionFacts, context_file, is_environment_file};
use crate::ecosystem::{Manager, dotenv, secrets};
use crate::paths;
use crate::project::{Access, AccessBase, App, EntryKind, Mention, Outputs, Project, Reason, Runtime, Site};
use crate::stages::{Contents, Model};

/// What the run reads of the context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFiles {
    /// Files and folders, from the app's folder; the last part may be a pattern of files, as COPY takes it.
    pub files: BTreeMap<String, EntryKind>,
    /// What else may be read, one clause each.
    pub doubts: Vec<Reason>,
    /// What is read outside of the app's folder: one clause.
    pub outside: Option<Reason>,
    /// Where a file is read that the context does not have, and its path from the app's folder: a command of the build may
    /// have made it.
    pub absent: Vec<(Site, String)>,
    /// The same of texts that may be paths.
    pub may_be_absent: Vec<(Site, String)>,
}

impl RunFiles {
    /// All that the context does not have, and that is or may be read.
    pub fn all_absent(&self) -> impl Iterator<Item = &(Site, String)> {
        self.absent.iter().chain(&self.may_be_absent)
    }

    /// Whether all of the folder `path`, from the app's folder, is read, or a pattern takes files of it.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        self.files.keys().any(|it| paths::contains(it, path) || it.contains('*') && paths::parent(it) == path)
    }
}

/// All that is known when one asks for the files of a run.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    project: &'a Project,
    facts: &'a ProductionFacts,
    app: &'a App,
    outputs: &'a Outputs,
    contents: &'a Contents,
}

/// What the start of `facts` reads besides `outputs`.
pub(super) fn of(model: &Model<'_>, project: &Project, facts: &ProductionFacts, outputs: &Outputs) -> RunFiles {
    let mut res = RunFiles::default();
    let (Some(app), Some(stage)) = (&facts.app, model.production_stage()) else { return res };
    let server = facts.server();
    if facts.runtime.is_none() && server.is_none() && facts.served_folder().is_none() {
        return res;
    }
    let scope = &Scope { project, facts, app, outputs, contents: &stage.contents };
    res.files.extend(named::by_instructions(scope));
    if facts.served_folder().is_none() {
        res.files.extend(root::unknown(scope));
    }
    by_programs(scope, &mut res);
    res.doubts.extend(above(scope));
    facts.runtime.iter().for_each(|it| by_modules(scope, it, false, &mut res));
    facts.built.iter().for_each(|it| by_built(scope, it, &mut res));
    res.doubts.extend(variables(scope).filter(|it| !res.doubts.contains(it)));
    for path in server.iter().flat_map(|it| it.reads) {
        res.files.extend(seen(scope, path).map(|kind| ((*path).to_owned(), kind)));
    }
    for user in facts.users.iter().filter(|it| !it.in_later_stage) {
        let runs_sources = user.entry.as_ref().is_some_and(|it| outputs.holding(it).is_none());
        user.runtime.iter().for_each(|it| by_modules(scope, it, runs_sources, &mut res));
    }
    including::add_folders(scope, &mut res);
    let all: Vec<String> = res.files.keys().cloned().collect();
    res.files.retain(|path, _| !all.iter().any(|it| it != path && paths::contains(it, path)));
    res
}

/// A file of variables, by whatever name, that ships and that a package may be told to read.
fn variables(scope: &Scope<'_>) -> Option<Reason> {
    let imports = || scope.facts.runtime.iter().flat_map(|it| it.imports.values());
    let unknown = imports().find(|it| dotenv::is_like_one(&it.package));
    let import = unknown.or_else(|| imports().find(|it| dotenv::BY_ANY_NAME.contains(&it.package.as_str())))?;
    let names = scope.project.list(&scope.app.folder).unwrap_or_default();
    let is_meant = |it: &str| is_environment_file(it) && !secrets::is_for_tests(it) && it != ".env.development";
    let mut files = names.into_iter().map(|it| it.0).filter(|it| is_meant(it) && seen(scope, it).is_some());
    let file = files.find(|it| root::is_shipped(scope, it))?;
    let text = format!("may be read by `{}` when the container starts", import.package);
    // What is known to read `.env` says so itself.
    (file != ".env" || unknown.is_some()).then(|| Reason::of_file(scope.app.folder_path(&file), text))
}

/// What programs read by themselves, of the image's other users as well.
fn by_programs(scope: &Scope<'_>, res: &mut RunFiles) {
    let users = scope.facts.users.iter().filter(|it| !it.in_later_stage).filter_map(|it| it.start.as_ref());
    let programs = scope.facts.start.iter().chain(users).flat_map(|it| &it.programs);
    for reads in programs.filter_map(|it| scope.app.reads_of(it)) {
        let outside_of_output = reads.files.into_iter().filter(|it| scope.outputs.holding(it).is_none());
        res.files.extend(outside_of_output.filter_map(|it| seen(scope, &it).map(|kind| (it, kind))));
        let is_seen = |it: &Reason| it.site.as_ref().is_none_or(|it| scope.project.sees(&it.path) != Some(false));
        res.doubts.extend(reads.doubt.filter(|it| is_seen(it) && !res.doubts.contains(it)));
    }
}

/// What modules read, and those of them that no build makes.
fn by_modules(scope: &Scope<'_>, runtime: &Runtime, runs_sources: bool, res: &mut RunFiles) {
    let modules = if runs_sources && runtime.in_place.is_empty() { &runtime.files } else { &runtime.in_place };
    for path in modules.iter().filter(|it| scope.outputs.holding(it).is_none()) {
        res.files.extend(seen(scope, path).map(|kind| (path.clone(), kind)));
    }
    runtime.reads.iter().for_each(|it| read(scope, it, res));
    res.files.extend(runtime.writes.iter().filter_map(|it| written(scope, it)));
    for mention in &runtime.mentions {
        mentioned_files(scope, mention, res);
    }
}

/// What code reads that is in the output of a framework: what it finds from its own folder was built in.
fn by_built(scope: &Scope<'_>, built: &Runtime, res: &mut RunFiles) {
    let mut own = RunFiles::default();
    let is_by_place = |it: &&Access| it.base == AccessBase::Module && it.path.is_some();
    built.reads.iter().filter(|it| !is_by_place(it)).for_each(|it| read(scope, it, &mut own));
    let writes = built.writes.iter().filter(|it| !is_by_place(it));
    own.files.extend(writes.filter_map(|it| written(scope, it)));
    for mention in &built.mentions {
        mentioned_files(scope, &Mention { folder: String::new(), ..mention.clone() }, &mut own);
    }
    res.files.extend(own.files);
    res.doubts.extend(own.doubts.into_iter().chain(own.outside));
}

fn read(scope: &Scope<'_>, read: &Access, res: &mut RunFiles) {
    let site = &read.site;
    if let Some(glob) = read.glob.as_deref().filter(|_| read.base != AccessBase::Temporary) {
        if scope.facts.above.is_some() && read.base == AccessBase::WorkingDirectory {
            return res
                .doubts
                .push(Reason::at(site.clone(), format!("reads `{glob}`, from the root of the workspaces")));
        }
        return globs::add(scope, glob, site, res);
    }
    match wanted(scope, read) {
        Wanted::No => {}
        Wanted::Computed => res.doubts.push(Reason::at(site.clone(), "reads a path that is only known at run time")),
        Wanted::Variables(path) => {
            let text = format!("is read by `{}` when the container starts", read.by);
            let doubt = Reason::of_file(scope.app.folder_path(&path), text);
            res.doubts.extend(Some(doubt).filter(|it| !res.doubts.contains(it)));
        }
        Wanted::Whole => res.doubts.push(Reason::at(site.clone(), "reads the app's own folder")),
        Wanted::Outside(path) => {
            res.outside.get_or_insert(Reason::at(site.clone(), format!("reads `{path}`, outside of the app's folder")));
        }
        Wanted::Absent(path) => res.absent.push((site.clone(), path)),
        Wanted::File(path, kind) => {
            res.files.insert(path, kind);
        }
    }
}

/// What is written to and there already: the file, or the folder, without which the write fails.
fn written(scope: &Scope<'_>, write: &Access) -> Option<(String, EntryKind)> {
    let path = write.path.as_deref().filter(|it| !paths::is_outside(it))?;
    let is_of_app = match write.base {
        AccessBase::Module => true,
        AccessBase::WorkingDirectory => scope.facts.above.is_none(),
        AccessBase::Root | AccessBase::Temporary => false,
    };
    let folder = if write.is_folder { path } else { paths::parent(path) };
    let is_meant = |it: &&str| is_of_app && !it.is_empty() && *it != "." && scope.outputs.holding(it).is_none();
    // Sources would come along for a file that a library makes among them, with the folder.
    let mut roots = scope.outputs.outputs.iter().filter_map(|it| it.source_root.as_deref());
    let holds_sources = roots.any(|it| !it.is_empty() && paths::contains(it, folder) || paths::contains(folder, it));
    let found = |it: &&str| Some(((*it).to_owned(), seen(scope, it)?));
    let is_taken = |it: &(String, EntryKind)| it.1 == EntryKind::File || !holds_sources;
    [path, folder].iter().filter(|it| is_meant(it)).find_map(|it| found(it).filter(|it| is_taken(it)))
}

fn mentioned_files(scope: &Scope<'_>, mention: &Mention, res: &mut RunFiles) {
    if let Some(glob) = &mention.glob {
        for pattern in [paths::inside(glob), paths::inside(&paths::join(&mention.folder, glob))].iter().flatten() {
            globs::add(scope, pattern, &mention.site, res);
        }
        return;
    }
    res.doubts.extend(mentioned_above(scope, mention));
    for path in mentioned_paths(scope, mention, of_app(scope, &mention.text)) {
        match mentioned(scope, &path) {
            Some(kind) => res.files.extend([(path, kind)]),
            None if is_absent(scope, &path) => res.may_be_absent.push((mention.site.clone(), path)),
            None => {}
        }
    }
}

/// `path`, from the root of the workspaces in which the container starts, from the app's folder.
fn from_above(scope: &Scope<'_>, path: &str) -> Option<String> {
    let root = scope.facts.above.as_ref()?;
    paths::below(&scope.app.folder, &root.folder_path(&paths::normalise(path))).map(str::to_owned)
}

/// What a container that starts at the root of the workspaces may read there.
fn above(scope: &Scope<'_>) -> Option<Reason> {
    let root = scope.facts.above.as_deref()?;
    let (name, _) = root::unknown(&Scope { app: root, ..*scope }).into_iter().next()?;
    Some(format!("the container starts at the root of the workspaces, and may read `{name}` there").into())
}

/// That a text names a file at the root of the workspaces, where the container starts.
fn mentioned_above(scope: &Scope<'_>, mention: &Mention) -> Option<Reason> {
    let root = scope.facts.above.as_deref()?;
    let path = paths::inside(&mention.text).filter(|it| it.contains(['/', '.']))?;
    let is_own = paths::contains(&scope.app.folder, &root.folder_path(&path)) || path == "package.json";
    let found =
        seen(&Scope { app: root, ..*scope }, &path).filter(|_| !is_own && !paths::contains("node_modules", &path));
    found.map(|_| Reason::at(mention.site.clone(), format!("names `{path}`, which lies at the root of the workspaces")))
}

/// Whether a text that may be a path names a file that nobody sees from here; modules are followed by themselves.
fn is_absent(scope: &Scope<'_>, path: &str) -> bool {
    let is_module = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx"].iter().any(|it| path.ends_with(it));
    let is_file = path.contains('/') && paths::file_name(path).contains('.') && !is_module;
    is_file && scope.outputs.holding(path).is_none() && scope.project.kind(&scope.app.folder_path(path)).is_none()
}

/// What a read asks of the production stage.
enum Wanted {
    No,
    Computed,
    Outside(String),
    Absent(String),
    Whole,
    /// A file of variables, which should not be in the image and is.
    Variables(String),
    File(String, EntryKind),
}

fn wanted(scope: &Scope<'_>, read: &Access) -> Wanted {
    let at = |path: &str| wanted_at(scope, path);
    match (read.base, read.path.as_deref()) {
        (AccessBase::Temporary, _) => Wanted::No,
        (_, None) => Wanted::Computed,
        (AccessBase::Root, Some(path)) => of_app(scope, path).map_or(Wanted::No, |it| at(&it)),
        (AccessBase::WorkingDirectory, Some(path)) if scope.facts.above.is_some() => {
            let outside = || if is_environment_file(path) { Wanted::No } else { Wanted::Outside(path.to_owned()) };
            from_above(scope, path).map_or_else(outside, |it| at(&it))
        }
        (_, Some(path)) => at(path),
    }
}

/// The same for `path`, from the app's folder.
fn wanted_at(scope: &Scope<'_>, path: &str) -> Wanted {
    if path.is_empty() || path == "." {
        return Wanted::Whole;
    }
    let comes_anyway =
        path == "package.json" || paths::contains("node_modules", path) || scope.outputs.holding(path).is_some();
    if comes_anyway {
        return Wanted::No;
    }
    if is_environment_file(path) {
        let ships = seen(scope, path).is_some() && root::is_shipped(scope, path);
        return if ships { Wanted::Variables(path.to_owned()) } else { Wanted::No };
    }
    if paths::is_outside(path) {
        return Wanted::Outside(path.to_owned());
    }
    if scope.outputs.outputs.iter().any(|it| paths::contains(path, &it.path)) {
        return Wanted::Whole;
    }
    match seen(scope, path) {
        Some(kind) => Wanted::File(path.to_owned(), kind),
        None => Wanted::Absent(path.to_owned()),
    }
}

/// `path`, an absolute one of the image, from the app's folder; `None` where nothing of the context is copied to it.
fn of_app(scope: &Scope<'_>, path: &str) -> Option<String> {
    let absolute = path.starts_with('/').then_some(path)?;
    paths::relative(&scope.app.folder, &context_file(scope.contents, absolute)?)
}

/// The places that a text may mean: from the working directory, and from the module's own folder. `of_app` is what
/// it is of the app's folder, where it is an absolute path.
fn mentioned_paths(scope: &Scope<'_>, mention: &Mention, of_app: Option<String>) -> Vec<String> {
    let text = of_app.as_deref().unwrap_or(&mention.text);
    let from_root = text.starts_with('/');
    let names_a_file = paths::file_name(text).contains('.') || text.contains("../");
    if from_root && !names_a_file {
        return Vec::new();
    }
    let bare = !text.contains('/') && !text.contains('.');
    if bare && !root::is_told_by_name(scope, text) {
        return Vec::new();
    }
    let text = text.trim_start_matches('/');
    let both = [paths::inside(text), paths::inside(&paths::join(&mention.folder, text))];
    both.into_iter().flatten().collect()
}

/// What lies at a place that a text mentions, if it is data and neither code nor configuration of the build.
fn mentioned(scope: &Scope<'_>, path: &str) -> Option<EntryKind> {
    let outputs = scope.outputs;
    let name = paths::file_name(path);
    let known = [&["package.json", "Dockerfile", "node_modules"], Manager::Npm.locks()].concat();
    let is_module = |it: &str| [".ts", ".tsx", ".mts", ".cts"].iter().any(|end| it.ends_with(end));
    let comes_anyway =
        outputs.holding(path).is_some() || paths::contains("node_modules", path) || known.contains(&name);
    if comes_anyway || is_environment_file(path) || is_module(name) || name.starts_with("tsconfig") {
        return None;
    }
    if outputs.outputs.iter().any(|it| paths::contains(path, &it.path)) {
        return None;
    }
    let kind = seen(scope, path)?;
    let names = scope.project.list(&scope.app.folder_path(path)).unwrap_or_default();
    let is_code = kind == EntryKind::Folder && names.iter().any(|it| is_module(&it.0));
    let source_roots = outputs.outputs.iter().filter_map(|it| it.source_root.as_deref()).filter(|it| !it.is_empty());
    let holds_sources = source_roots.clone().any(|it| paths::contains(path, it));
    let is_source = source_roots.clone().any(|it| paths::contains(it, path)) && name.ends_with(".js");
    (!is_code && !holds_sources && !is_source).then_some(kind)
}

/// What a build sees at `path` of the app.
fn seen(scope: &Scope<'_>, path: &str) -> Option<EntryKind> {
    let path = scope.app.folder_path(path);
    scope.project.sees(&path).filter(|it| *it)?;
    scope.project.kind(&path)
}
