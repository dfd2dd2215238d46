//! Files of the context that only their owner may read: root, where COPY names nobody.

use super::ownership::Ownership;
use crate::fix::Edit;
use crate::project::{EntryKind, Reason, Site};
use crate::stages::{Entry, Holding, InstructionId};
use crate::syntax::Kind;

/// Gives what is copied of them to the user, where `edits` do not yet; what can't be given goes to `doubts`.
pub(super) fn give(ownership: &Ownership<'_>, edits: &mut Vec<Edit>, doubts: &mut Vec<Reason>) {
    let ctx = ownership.ctx;
    for entry in &ctx.model().stages[ownership.at].contents.entries {
        let Some(path) = closed(ownership, entry) else { continue };
        let copy = entry.origin.last();
        match ownership.given(copy) {
            Some(edit) if edits.iter().any(|it| it.range() == edit.range()) => {}
            Some(edit) => edits.push(edit),
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
