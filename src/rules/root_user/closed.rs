//! What COPY brings that only its owner may read: root, where it names nobody.

use super::Ownership;
use super::privileges::closes;
use crate::fix::Edit;
use crate::project::{EntryKind, Reason, Site};
use crate::stages::{Entry, Holding, InstructionId};
use crate::syntax::Kind;

/// Gives what is copied of them to the user, where `edits` do not yet; what can't be given goes to `doubts`.
pub(super) fn give(ownership: &Ownership<'_>, edits: &mut Vec<Edit>, doubts: &mut Vec<Reason>) {
    let ctx = ownership.ctx;
    by_mode(ownership, edits, doubts);
    for entry in &ctx.model().stages[ownership.at].contents.entries {
        let Some(path) = closed(ownership, entry) else { continue };
        let copy = entry.origin.last();
        match ownership.given(copy) {
            Some(edit) => add(edits, edit),
            None if is_given(ownership, copy) => {}
            None => {
                let what = match ctx.project().kind(&path) {
                    Some(EntryKind::Folder) => "a folder that only its owner may enter",
                    _ => "a file that only its owner may read",
                };
                doubts.push(Reason::at(Site { path, line: None }, format!("is {what}, and would be root's")));
            }
        }
    }
}

/// The same for COPYs with a mode (`--chmod=0400`) that lets only the owner read.
fn by_mode(ownership: &Ownership<'_>, edits: &mut Vec<Edit>, doubts: &mut Vec<Reason>) {
    let model = ownership.ctx.model();
    for copy in model.ancestry(ownership.at).into_iter().flat_map(|it| model.stages[it].instructions.clone()) {
        let Some(mode) = model.instructions[copy].flag_value("chmod").filter(|it| closes(it)) else { continue };
        match ownership.given(copy) {
            Some(edit) if lets_owner(ownership, copy, mode) => add(edits, edit),
            None if is_given(ownership, copy) => {}
            _ => doubts.push(format!("`--chmod={mode}` lets only its owner read something").into()),
        }
    }
}

/// Whether the owner may read all that the COPY brings: who is not root can't enter a folder without that right.
fn lets_owner(ownership: &Ownership<'_>, copy: InstructionId, mode: &str) -> bool {
    let ctx = ownership.ctx;
    let owner = mode.len().checked_sub(3).and_then(|at| mode.as_bytes().get(at));
    let Some(bits) = owner.map(|it| it.wrapping_sub(b'0')).filter(|it| *it < 8) else { return false };
    let Kind::Copy(it) = &ctx.model().instructions[copy].kind else { return false };
    let is_file = |source: &str| ctx.project().kind(source) == Some(EntryKind::File);
    let are_files = it.sources.iter().all(|it| is_file(&it.value));
    bits & 4 != 0 && (bits & 1 != 0 || are_files)
}

/// One for each COPY.
fn add(edits: &mut Vec<Edit>, edit: Edit) {
    if !edits.iter().any(|it| it.range() == edit.range()) {
        edits.push(edit);
    }
}

/// What the entry takes of them from the context.
fn closed(ownership: &Ownership<'_>, entry: &Entry) -> Option<String> {
    let ctx = ownership.ctx;
    let copies = entry.origin.via.iter().chain([&entry.origin.instruction]);
    let is_open = |it: &InstructionId| ctx.model().instructions[*it].flag("chmod").is_some();
    let (Holding::ContextFile(path) | Holding::ContextFolder(path)) = &entry.holding else { return None };
    if copies.into_iter().any(is_open) {
        return None;
    }
    ctx.project().closed(path)
}

/// Whether the COPY names an owner: of another one than the user something is said already.
fn is_given(ownership: &Ownership<'_>, copy: InstructionId) -> bool {
    let instruction = ownership.ctx.model().instructions[copy];
    let is_copy = matches!(instruction.kind, Kind::Copy(_) | Kind::Add(_));
    is_copy && instruction.flag_value("chown").is_some_and(|it| ownership.is_user(it))
}
