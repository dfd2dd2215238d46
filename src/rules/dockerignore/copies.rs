//! What a Dockerfile takes from the context: whole folders, and what it names.

use std::collections::BTreeSet;

use crate::inspection::Inspection;
use crate::paths;
use crate::project::{EntryKind, Project};
use crate::stages::{Base, InstructionId, Model, StageId};
use crate::syntax::{Copy, Dockerfile, Instruction, Kind, Word};

/// A COPY or ADD that takes folders of the context as they are.
pub(super) struct FolderCopy {
    /// The model's instruction.
    pub(super) instruction: InstructionId,
    /// Its stage.
    pub(super) stage: StageId,
    /// From the root, which is `""`.
    pub(super) folders: Vec<String>,
    /// The patterns of `--exclude`.
    excludes: Vec<String>,
}

impl FolderCopy {
    /// Whether it takes `path` (of the context) along, whatever the ignore file says.
    pub(super) fn takes(&self, path: &str) -> bool {
        let is_below = |folder: &String| paths::below(folder, path).is_some_and(|rest| !rest.is_empty());
        let is_excluded = |it: &String| path.split('/').any(|part| paths::file_name(it) == part);
        self.folders.iter().any(is_below) && !self.excludes.iter().any(is_excluded)
    }
}

/// The copies of whole folders in the stages that production is made of.
pub(super) fn folder_copies(ctx: &Inspection) -> Vec<FolderCopy> {
    let stages = stages_behind(ctx.model());
    let copies = ctx.model().instructions.iter_enumerated();
    copies.filter_map(|(at, it)| folder_copy(ctx, at, it)).filter(|it| stages.contains(&it.stage)).collect()
}

fn folder_copy(ctx: &Inspection, at: InstructionId, instruction: &Instruction) -> Option<FolderCopy> {
    let copy = context_copy(instruction)?;
    let folders: Vec<String> = copy.sources.iter().filter_map(|it| folder(ctx.project(), it)).collect();
    let excludes = instruction.flags.iter().filter(|it| it.name == "exclude").filter_map(|it| it.value.as_ref());
    let excludes = excludes.map(|it| it.value.trim_end_matches('/').to_owned()).collect();
    let stage = ctx.model().stage_of(at)?;
    (!folders.is_empty()).then_some(FolderCopy { instruction: at, stage, folders, excludes })
}

fn context_copy(instruction: &Instruction) -> Option<&Copy> {
    any_copy(instruction).filter(|(is_carried, _)| !is_carried).map(|(_, copy)| copy)
}

/// With whether it copies from another stage.
fn any_copy(instruction: &Instruction) -> Option<(bool, &Copy)> {
    match &instruction.kind {
        Kind::Copy(copy) | Kind::Add(copy) => Some((instruction.flag("from").is_some(), copy)),
        _ => None,
    }
}

/// The folder of the context that a source stands for.
fn folder(project: &Project, source: &Word) -> Option<String> {
    let path = cleaned(&source.value);
    let is_folder = path.is_empty() || project.kind(&path) == Some(EntryKind::Folder);
    match path.as_str() {
        "*" => Some(String::new()),
        _ => (is_folder && !source.has_variable()).then_some(path),
    }
}

fn cleaned(source: &str) -> String {
    paths::rooted(source.trim_matches(['"', '\'']))
}

/// What COPY and ADD take from the context, as the search for a context wants it.
pub(super) fn copied_paths(dockerfile: &Dockerfile) -> Vec<String> {
    let sources = dockerfile.instructions().filter_map(context_copy).flat_map(|it| &it.sources);
    let local = sources.filter(|it| !it.has_variable() && !it.value.contains("://"));
    local.map(|it| it.value.trim_matches(['"', '\'']).to_owned()).collect()
}

/// All that COPY, ADD and bind mounts name, in any stage: in the context, and what came from there.
pub(super) fn named(model: &Model<'_>) -> Vec<String> {
    let copies = model.instructions.iter().filter_map(|it| any_copy(it)).flat_map(|(is_carried, copy)| {
        // The packages that a stage hands on are those that it installed.
        let is_installed = move |it: &&Word| is_carried && it.value.contains("node_modules");
        copy.sources.iter().filter(move |it| !is_installed(it))
    });
    let mounts = model.instructions.iter().filter_map(|it| mounted(it)).flatten();
    copies.map(|it| cleaned(&it.value)).chain(mounts).collect()
}

/// The sources of the bind mounts that read the context.
fn mounted(instruction: &Instruction) -> Option<Vec<String>> {
    let mounts = instruction.flags.iter().filter(|it| it.name == "mount").map(|it| it.mount_options());
    let value = |options: &[(&str, &str)], names: &[&str]| {
        options.iter().find(|(key, _)| names.contains(key)).map(|(_, value)| (*value).to_owned())
    };
    let sources = mounts.filter_map(|it| {
        let is_bind = value(&it, &["type"]).is_none_or(|it| it == "bind") && value(&it, &["from"]).is_none();
        is_bind.then(|| cleaned(&value(&it, &["source", "src"]).unwrap_or_default()))
    });
    Some(sources.collect())
}

/// The production stage, the stages below it, and those that any of them copies from.
fn stages_behind(model: &Model<'_>) -> BTreeSet<StageId> {
    let mut open: Vec<StageId> = model.production.iter().map(|it| it.stage).collect();
    let mut res = BTreeSet::new();
    while let Some(stage) = open.pop() {
        if res.insert(stage) {
            open.extend(sources_of(model, stage));
        }
    }
    res
}

fn sources_of(model: &Model<'_>, stage: StageId) -> Vec<StageId> {
    let base = match model.stages[stage].base {
        Base::Stage(earlier) => Some(earlier),
        Base::Image(_) => None,
    };
    let instructions = model.stages[stage].instructions.clone().map(|it| model.instructions[it]);
    let names = instructions.flat_map(|it| {
        let mounts = it.flags.iter().filter(|it| it.name == "mount").flat_map(|it| it.mount_options());
        let mounts = mounts.filter(|(key, _)| *key == "from").map(|(_, value)| value);
        it.flag_value("from").into_iter().chain(mounts)
    });
    base.into_iter().chain(names.filter_map(|it| model.stage_named(it, stage))).collect()
}
