//! Manifests go into a stage before the sources, so that the install stays cached.

use super::chunks::Chunk;
use super::evidence::Evidence;
use super::{production, stage_of};
use crate::inspection::Inspection;
use crate::paths;
use crate::stages::{Install, InstructionId};
use crate::syntax::Kind;

/// The place of a `COPY . .` right before a lone install, where the manifests can go first so that the
/// install stays cached: nothing the install runs may need the sources.
pub(super) fn place(ctx: &Inspection, evidence: &Evidence, chunks: &[Chunk<'_>]) -> Option<usize> {
    if evidence.installed.is_workspace() {
        return None; // The install reads the package.json of each member.
    }
    let app = &evidence.installed.root;
    let locked = app.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    let names = app.manager().unwrap_or_default().settings().iter();
    let mut settings = names.filter(|it| ctx.project().kind(&app.folder_path(it)).is_some());
    let needs_sources = !app.root_scripts_on_install().is_empty()
        || settings.next().is_some()
        || locked.iter().any(|it| it.link.is_some() || it.name == "@prisma/client")
        || app.package.is_dev_only("patch-package");
    let at = (1..chunks.len().checked_sub(1)?).find(|it| copies_all(ctx, &chunks[*it], app.folder.as_str()))?;
    (!needs_sources && is_lone_install(ctx, chunks[at + 1].index) && first_install(ctx) == Some(chunks[at + 1].index))
        .then_some(at)
}

fn copies_all(ctx: &Inspection, chunk: &Chunk<'_>, folder: &str) -> bool {
    let Kind::Copy(copy) = &chunk.instruction.kind else { return false };
    let [source] = &copy.sources[..] else { return false };
    let here = [".", "./"].contains(&copy.destination.value.as_str())
        || Some(copy.destination.value.trim_end_matches('/')) == production(ctx).contents.workdir.value.as_deref();
    chunk.instruction.flags.is_empty() && paths::rooted(&source.value) == folder && here
}

fn first_install(ctx: &Inspection) -> Option<InstructionId> {
    ctx.model().installs.iter().find(|it| it.stage == stage_of(ctx)).map(|it| it.instruction)
}

/// A RUN that installs and does nothing else.
fn is_lone_install(ctx: &Inspection, index: InstructionId) -> bool {
    let commands = ctx.model().scripts[index].as_ref().map_or(0, |it| it.commands.len());
    let is_plain =
        |it: &&Install| it.instruction == index && it.manager.habits().installs_afresh && it.script.is_none();
    let installs = ctx.model().installs.iter().filter(is_plain);
    commands == 1 && installs.count() == 1 && ctx.model().instructions[index].flags.is_empty()
}
