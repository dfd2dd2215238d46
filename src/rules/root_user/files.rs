//! Who owns the files that the stage holds.

use crate::ecosystem::{Invocation, programs};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Site;
use crate::rules::support::{is_harmless, line_number};
use crate::shell::Command;
use crate::stages::{InstructionId, StageId};
use crate::syntax::Kind;

/// The commands of RUN instructions that are part of the stage, also of those that it is built on.
fn commands(ctx: &Inspection, at: StageId) -> impl Iterator<Item = (InstructionId, &Command)> {
    let instructions = ctx.model().ancestry(at).into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    let runs = instructions.filter(|it| matches!(ctx.model().instructions[*it].kind, Kind::Run(_)));
    runs.flat_map(|idx| {
        let script = ctx.model().scripts.get(idx).and_then(Option::as_ref);
        script.into_iter().flat_map(move |it| it.commands.iter().map(move |it| (idx, it)))
    })
}

/// Whether a RUN may have made files that the app writes to: anything but an install of packages.
pub(super) fn made_by_run(ctx: &Inspection, at: StageId) -> bool {
    commands(ctx, at).any(|(_, it)| may_make_files(ctx, it))
}

/// The folders that RUNs make by `mkdir`, absolute; those whose names are computed, or hang on the folder where it
/// runs, left out.
pub(super) fn made_folders(ctx: &Inspection, at: StageId) -> Vec<(String, Site)> {
    let mut res = Vec::new();
    for (instruction, command) in commands(ctx, at).filter(|it| it.1.program() == Some("mkdir")) {
        let line = Some(line_number(ctx, instruction));
        let site = Site { path: ctx.project().dockerfile().to_owned(), line };
        let folders = command.arguments().flatten().filter(|it| it.starts_with('/') && !it.contains(['{', '*']));
        res.extend(folders.map(|it| (paths::absolute("/", it), site.clone())));
    }
    res
}

fn may_make_files(ctx: &Inspection, command: &Command) -> bool {
    if ctx.model().installs.iter().any(|it| it.command.range == command.range) {
        return false;
    }
    let Some(program) = command.program() else { return !command.words.is_empty() };
    // `apt-get … >/dev/null`
    let is_quiet =
        programs::makes_no_files(program) && (!command.redirected || programs::installs_for_the_system(program));
    let is_managers = Invocation::read(&[program.to_owned()]).is_some() && is_harmless(command);
    !is_quiet && !is_managers
}

/// Whether a RUN may have made `path`, below /tmp: it names it, or it runs what may do what the app does.
pub(super) fn may_be_made(ctx: &Inspection, at: StageId, path: &str) -> bool {
    let names = |it: &Command| it.words.iter().any(|it| it.raw.contains(path));
    commands(ctx, at).any(|(_, it)| names(it) || (may_make_files(ctx, it) && !is_harmless(it)))
}

/// Whether the app's folder holds files that no COPY of this stage brought.
pub(super) fn come_from_elsewhere(ctx: &Inspection, at: StageId, workdir: &str) -> bool {
    let stage = &ctx.model().stages[at];
    let mut below = stage.contents.entries.iter().filter(|it| paths::contains(workdir, &it.path));
    below.any(|it| !stage.instructions.contains(it.origin.last()))
}
