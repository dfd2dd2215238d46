//! COPY and ADD.

use super::select::select;
use super::{Runner, State};
use crate::ecosystem::Manager;
use crate::paths;
use crate::paths::glob::{Dialect, is_glob};
use crate::project::EntryKind;
use crate::stages::{Contents, Entry, Holding, InstructionId, Scope, StageId, names};
use crate::syntax::{Copy, Instruction, Kind};

/// A stage of more parts than these is not followed part by part.
const MAX_ENTRIES: usize = 2000;

/// What one source brings.
struct Source {
    /// As `COPY --parents` keeps it.
    path: String,
    is_file: bool,
    parts: Vec<super::select::Pick>,
}

/// Where a COPY puts what it brings.
struct Destination {
    path: String,
    /// Whether files keep their names in it.
    is_folder: bool,
    parents: bool,
    exclude: Vec<String>,
}

/// Where a COPY reads.
enum Place {
    Context,
    Stage(StageId),
    Image,
}

impl Runner<'_, '_> {
    pub(super) fn copy(&self, state: &mut State, index: InstructionId, instruction: &Instruction, copy: &Copy) {
        let place = self.place(instruction);
        let expanded = copy.sources.iter().map(|it| self.expand(state, it).symbolic());
        let mut sources: Vec<_> = expanded.flat_map(|it| self.sources(&place, &it, index)).collect();
        if matches!(instruction.kind, Kind::Add(_)) {
            sources.iter_mut().for_each(|it| unpack(it, index));
        }
        let n_parts: usize = sources.iter().map(|it| it.parts.len()).sum();
        if n_parts + state.contents.entries.len() > MAX_ENTRIES {
            sources = vec![unknown("", false, index)];
        }
        sources.extend(instruction.heredocs.iter().map(|it| unknown(&it.name, true, index)));
        let destination = self.destination(state, instruction, copy, sources.len());
        for source in sources {
            put(&mut state.contents, source, &destination, index);
        }
    }

    fn place(&self, instruction: &Instruction) -> Place {
        let Some(from) = instruction.flag_value("from") else { return Place::Context };
        self.place_named(from)
    }

    fn place_named(&self, from: &str) -> Place {
        self.model.stage_named(from, self.states.next_id()).map_or(Place::Image, Place::Stage)
    }

    fn destination(&self, state: &State, instruction: &Instruction, copy: &Copy, n_sources: usize) -> Destination {
        let written = self.expand(state, &copy.destination).symbolic();
        let path = paths::absolute(&state.folder, &written);
        let says_folder = written.ends_with('/') || written == "." || written.ends_with("/.");
        let is_folder = says_folder || n_sources > 1 || path == state.folder || is_folder(&state.contents, &path);
        let exclude = instruction.flags.iter().filter(|it| it.name == "exclude").filter_map(|it| it.value.as_ref());
        let exclude = exclude.map(|it| it.value.clone()).collect();
        Destination { path, is_folder, parents: instruction.flag("parents").is_some(), exclude }
    }

    fn sources(&self, place: &Place, source: &str, index: InstructionId) -> Vec<Source> {
        match place {
            _ if source.contains("://") || source.starts_with("git@") => vec![unknown(source, true, index)],
            Place::Context => self.context_sources(source, index),
            Place::Stage(stage) => self.stage_sources(*stage, source, index),
            Place::Image => vec![unknown(source, names::looks_like_file(source), index)],
        }
    }

    fn context_sources(&self, source: &str, index: InstructionId) -> Vec<Source> {
        let source = paths::rooted(source);
        let found = match self.project.expand(&source) {
            _ if source.contains("${") => Vec::new(),
            Some(found) => found.into_iter().map(|(path, kind)| (path, Some(kind))).collect(),
            None => guess(&source),
        };
        if found.is_empty() {
            return vec![unknown(&source, names::looks_like_file(&source), index)];
        }
        let source = |(path, kind): (String, Option<EntryKind>)| match kind {
            Some(kind) => context_source(path, kind, index),
            None => unknown(&path, true, index),
        };
        found.into_iter().map(source).collect()
    }

    fn stage_sources(&self, stage: StageId, source: &str, index: InstructionId) -> Vec<Source> {
        let contents = &self.states[stage].contents;
        let source = paths::absolute("/", source);
        let mut res = Vec::new();
        for path in expand_glob(contents, self.project, &source, Dialect::Copy) {
            let parts = select(contents, self.project, &path);
            let is_file = parts.iter().all(|it| it.rest.is_empty() && it.entry.is_file());
            if !parts.is_empty() {
                res.push(Source { path, is_file, parts });
            }
        }
        if res.is_empty() { vec![unknown(&source, names::looks_like_file(&source), index)] } else { res }
    }

    /// Notes what `--mount` lays into the stage while the command runs.
    pub(super) fn mount(&self, state: &mut State, index: InstructionId, instruction: &Instruction) {
        (state.mounts, state.cache_mounts) = (Vec::new(), Vec::new());
        for flag in instruction.flags.iter().filter(|it| it.name == "mount") {
            let options = flag.mount_options();
            let option = |names: &[&str]| options.iter().find(|(key, _)| names.contains(key)).map(|(_, value)| *value);
            let Some(target) = option(&["target", "dst", "destination"]) else { continue };
            let target = paths::absolute(&state.folder, &self.expand_text(state, target).symbolic());
            match option(&["type"]).unwrap_or("bind") {
                "cache" | "tmpfs" => state.cache_mounts.push(target),
                "bind" => {
                    let place = option(&["from"]).map_or(Place::Context, |it| self.place_named(it));
                    let source = option(&["source", "src"]).unwrap_or(".");
                    self.bind(state, &self.sources(&place, source, index), target);
                }
                _ => {}
            }
        }
    }

    fn bind(&self, state: &mut State, sources: &[Source], target: String) {
        for part in sources.iter().flat_map(|it| &it.parts) {
            state.mounts.push(Entry { path: paths::join(&target, &part.rest), ..part.entry.clone() });
        }
    }
}

fn unknown(path: &str, is_file: bool, index: InstructionId) -> Source {
    let entry = Entry::new(path.to_owned(), Holding::Unknown, index);
    Source { path: path.to_owned(), is_file, parts: vec![super::select::Pick { rest: String::new(), entry }] }
}

fn context_source(path: String, kind: EntryKind, index: InstructionId) -> Source {
    let (holding, is_file) = match kind {
        EntryKind::File => (Holding::ContextFile(path.clone()), true),
        EntryKind::Folder => (Holding::ContextFolder(path.clone()), false),
    };
    let entry = Entry::new(String::new(), holding, index);
    Source { path, is_file, parts: vec![super::select::Pick { rest: String::new(), entry }] }
}

/// ADD unpacks archives.
fn unpack(source: &mut Source, index: InstructionId) {
    const ARCHIVES: &[&str] = &[".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".txz", ".tbz2"];
    if source.is_file && ARCHIVES.iter().any(|it| source.path.ends_with(it)) {
        *source = unknown(&source.path, false, index);
    }
}

/// What a source stands for in a context that cannot be read; `None` for files that may not be there.
fn guess(source: &str) -> Vec<(String, Option<EntryKind>)> {
    let sibling = |name: &str| paths::join(paths::parent(source), name);
    let file = Some(EntryKind::File);
    match paths::file_name(source) {
        "*" => vec![(paths::parent(source).to_owned(), Some(EntryKind::Folder))],
        "package*.json" | "package*" => {
            vec![(sibling("package.json"), file), (sibling(Manager::Npm.usual_lock()), None)]
        }
        name if is_glob(name) => {
            let plain = name.replace(['*', '?', '[', ']'], "");
            if names::looks_like_file(&plain) { vec![(sibling(&plain), None)] } else { Vec::new() }
        }
        name if names::looks_like_file(name) => vec![(source.to_owned(), file)],
        _ => vec![(source.to_owned(), Some(EntryKind::Folder))],
    }
}

/// The paths of a stage that match a pattern; the path itself where it is none.
pub(super) fn expand_glob(
    contents: &Contents,
    project: &crate::project::Project,
    source: &str,
    dialect: Dialect,
) -> Vec<String> {
    if !is_glob(source) {
        return vec![source.to_owned()];
    }
    let n_parts = source.split('/').count();
    let mut res: Vec<String> = Vec::new();
    let of_entries = contents.entries.iter().map(|it| it.path.split('/').take(n_parts).collect::<Vec<_>>().join("/"));
    let of_folders = contents.entries.iter().flat_map(|it| glob_in_folder(it, project, source));
    for path in of_entries.filter(|it| names::matches(source, it, dialect)).chain(of_folders) {
        if !res.contains(&path) {
            res.push(path);
        }
    }
    res
}

fn glob_in_folder(entry: &Entry, project: &crate::project::Project, source: &str) -> Vec<String> {
    let (Holding::ContextFolder(folder), Some(rest)) = (&entry.holding, paths::below(&entry.path, source)) else {
        return Vec::new();
    };
    let pattern = paths::join(folder, rest);
    let paths = match project.expand(&pattern) {
        Some(found) => found.into_iter().map(|(it, _)| it).collect::<Vec<_>>(),
        None => guess(&pattern).into_iter().map(|(it, _)| it).collect(),
    };
    paths.iter().filter_map(|it| Some(paths::join(&entry.path, paths::below(folder, it)?))).collect()
}

pub(super) fn is_folder(contents: &Contents, path: &str) -> bool {
    let stands_there = |it: &Entry| match paths::below(path, &it.path) {
        Some("") => !it.is_file(),
        below => below.is_some(),
    };
    contents.entries.iter().any(stands_there)
}

fn put(contents: &mut Contents, source: Source, destination: &Destination, index: InstructionId) {
    let base = match &source {
        it if destination.parents => {
            paths::join(&destination.path, &paths::rooted(it.path.rsplit("/./").next().unwrap_or(&it.path)))
        }
        it if it.is_file && destination.is_folder => paths::join(&destination.path, paths::file_name(&it.path)),
        _ => destination.path.clone(),
    };
    for part in source.parts {
        if destination.exclude.iter().any(|it| excludes(it, &part.rest)) {
            continue;
        }
        let mut entry = part.entry;
        entry.path = paths::join(&base, &part.rest);
        if entry.origin.instruction != index {
            entry.origin.via.push(index);
        }
        exclude_inside(&mut entry, &part.rest, &destination.exclude);
        place(contents, entry);
    }
}

fn excludes(pattern: &str, rest: &str) -> bool {
    let pattern = paths::rooted(pattern);
    !rest.is_empty() && (paths::contains(&pattern, rest) || names::matches(&pattern, rest, Dialect::Ignore))
}

/// Notes what the flag leaves out of a folder.
fn exclude_inside(entry: &mut Entry, rest: &str, exclude: &[String]) {
    if entry.is_file() {
        return;
    }
    for pattern in exclude {
        let pattern = paths::rooted(pattern);
        match paths::below(rest, &pattern) {
            Some("") => {}
            Some(inner) => entry.without.push(inner.to_owned()),
            None if pattern.starts_with("**/") => entry.without.push(pattern),
            None => {}
        }
    }
}

/// node_modules over node_modules merge: dev dependencies of either are there afterwards.
pub(super) fn place(contents: &mut Contents, entry: Entry) {
    let rank = |it: &Entry| match &it.holding {
        Holding::NodeModules(it) if it.scope == Scope::All => 2,
        Holding::NodeModules(it) if it.scope == Scope::Unknown => 1,
        _ => 0,
    };
    let is_modules = |it: &Entry| matches!(it.holding, Holding::NodeModules(_));
    let keeps_old = is_modules(&entry)
        && contents.entries.iter().any(|it| it.path == entry.path && is_modules(it) && rank(it) > rank(&entry));
    if !keeps_old {
        contents.place(entry);
    }
}
