//! Code actions: fixes, suppressions, fix all, and the rewrite of the production stage.
//!
//! What is cheap comes with its edits. Fix-all and the rewrite, which run the whole loop, are worked out when
//! they are taken, where the client can wait that long.

mod deferred;

pub(super) use deferred::Deferred;

use tower_lsp_server::ls_types::{
    CodeAction, CodeActionDisabled, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionTriggerKind,
};

use super::analysis::{Analysis, Checked};
use super::capabilities::FIX_ALL;
use super::{diagnostics, edits, suppress};
use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, Fix};
use crate::linter::Inspection;
use crate::project::Reason;
use crate::stages::Model;
use crate::text::TextRange;
use deferred::Task;

/// The actions for a range of the document, as the client asks for them.
pub(super) fn offered(analysis: &Analysis, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let Some(checked) = &analysis.checked else { return Vec::new() };
    let range = analysis.world.client.encoding.text_range(&analysis.document.rope, params.range);
    let offer = Offer { analysis, checked, params, range };
    let mut res = Vec::new();
    if offer.wants(&CodeActionKind::QUICKFIX) {
        res.extend(offer.fixes());
        res.extend(offer.suppressions());
    }
    if offer.wants(&FIX_ALL) {
        res.extend(offer.fix_all());
    }
    if offer.wants(&CodeActionKind::REFACTOR_REWRITE) {
        res.extend(offer.rewrite());
    }
    res.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

struct Offer<'a> {
    analysis: &'a Analysis,
    checked: &'a Checked,
    params: &'a CodeActionParams,
    /// What the client asks about; a cursor is an empty one.
    range: TextRange,
}

impl<'a> Offer<'a> {
    /// A kind is wanted by itself and by what it is a part of: `source` wants `source.fixAll.nodestage`.
    fn wants(&self, kind: &CodeActionKind) -> bool {
        let covers = |it: &CodeActionKind| {
            let rest = kind.as_str().strip_prefix(it.as_str());
            it.as_str().is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
        };
        self.params.context.only.as_ref().is_none_or(|it| it.iter().any(covers))
    }

    /// What is found where the client asks; Neovim asks with a cursor, so touching is enough.
    fn found(&self) -> impl Iterator<Item = &'a Diagnostic> {
        let range = self.range;
        self.checked.result.diagnostics.iter().filter(move |it| it.range.intersect(range).is_some())
    }

    /// A fix that several rules share comes once.
    fn fixes(&self) -> Vec<CodeAction> {
        let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
        for diagnostic in self.found() {
            let same = groups.iter_mut().find(|it| it[0].fix.is_some() && it[0].fix == diagnostic.fix);
            match same {
                Some(group) => group.push(diagnostic),
                None => groups.push(vec![diagnostic]),
            }
        }
        groups.iter().filter_map(|it| self.fix(it)).collect()
    }

    fn fix(&self, group: &[&Diagnostic]) -> Option<CodeAction> {
        let diagnostic = group.first()?;
        let reason = diagnostic.held_back.as_deref();
        let offered = diagnostic.fix.as_ref().filter(|it| self.is_allowed(it));
        let Some(fix) = offered else { return self.held_back(group, reason?) };
        if self.is_waiting(fix) {
            return self.held_back(group, "another fix comes first, and decides where this one goes");
        }
        let edit = edits::workspace_edit(self.analysis, self.checked, fix.edits(), fix.files());
        let Some(edit) = edit else { return self.held_back(group, "the editor cannot create files") };
        let is_safe = fix.applicability == Applicability::Safe;
        let doubt = reason.filter(|_| !is_safe).map_or_else(String::new, |it| format!(" (unsafe: {it})"));
        Some(CodeAction {
            title: format!("{}{doubt}", fix.title),
            edit: Some(edit),
            is_preferred: (is_safe && !self.gives_way(fix)).then_some(true),
            ..self.quick(group)
        })
    }

    /// One fix at a time must end where all at once do: one that waits for a safe one is not taken before it.
    fn is_waiting(&self, fix: &Fix) -> bool {
        let mut fixes = self.checked.result.diagnostics.iter().filter_map(|it| it.fix.as_ref());
        fixes.any(|it| it.applicability == Applicability::Safe && fix.waits_for(it))
    }

    /// Whether another safe fix is better done first.
    fn gives_way(&self, fix: &Fix) -> bool {
        let mut fixes = self.checked.result.diagnostics.iter().filter_map(|it| it.fix.as_ref());
        fixes.any(|it| it.applicability == Applicability::Safe && fix.gives_way_to(it))
    }

    fn is_allowed(&self, fix: &Fix) -> bool {
        let minimum = if self.checked.editor.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        fix.applicability >= minimum
    }

    /// What can't be done, and why, for clients that show such things.
    fn held_back(&self, group: &[&Diagnostic], reason: &str) -> Option<CodeAction> {
        if !self.analysis.world.client.disabled_actions {
            return None;
        }
        let diagnostic = group.first()?;
        let title = diagnostic.fix.as_ref().map_or_else(|| format!("Fix `{}`", diagnostic.rule), |it| it.title.clone());
        let disabled = Some(CodeActionDisabled { reason: reason.to_owned() });
        Some(CodeAction { title, disabled, ..self.quick(group) })
    }

    fn quick(&self, group: &[&Diagnostic]) -> CodeAction {
        let of = |it: &&Diagnostic| diagnostics::of(self.analysis, self.checked, it);
        CodeAction {
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(group.iter().map(of).collect()),
            ..CodeAction::default()
        }
    }

    fn suppressions(&self) -> Vec<CodeAction> {
        let mut res: Vec<CodeAction> = Vec::new();
        for diagnostic in self.found() {
            for (title, edit) in suppress::comments(&self.checked.inspection.input().source, diagnostic) {
                let edit = edits::workspace_edit(self.analysis, self.checked, &[edit], &[]);
                let action = CodeAction { title, edit, ..self.quick(&[diagnostic]) };
                if res.iter().all(|it| it.title != action.title || it.edit != action.edit) {
                    res.push(action);
                }
            }
        }
        res
    }

    fn fix_all(&self) -> Option<CodeAction> {
        // What happens by itself on saving stays in the file that is saved.
        let other_files = self.params.context.trigger_kind != Some(CodeActionTriggerKind::AUTOMATIC);
        let client = &self.analysis.world.client;
        let reaches_others = other_files && client.document_changes && client.create_files;
        let is_taken = |it: &Fix| it.applicability == Applicability::Safe && (reaches_others || it.files().is_empty());
        if !self.checked.result.diagnostics.iter().filter_map(|it| it.fix.as_ref()).any(is_taken) {
            return None;
        }
        let action = CodeAction {
            title: "Fix all safe nodestage problems".to_owned(),
            kind: Some(FIX_ALL),
            ..CodeAction::default()
        };
        self.deferred(action, Task::FixAll { other_files })
    }

    /// The plan for a whole production stage: for the one at hand, or where it is asked for and none is, the first.
    fn rewrite(&self) -> Option<CodeAction> {
        let is_asked_for = self.params.context.only.is_some();
        let is_at_hand = |it: &&Inspection| production(it.model()).is_some_and(|it| it.intersect(self.range).is_some());
        let first = Some(&self.checked.inspection).filter(|_| is_asked_for);
        let inspection = self.checked.inspection.of_all_that_ships().find(is_at_hand).or(first)?;
        production(inspection.model())?;
        let stage = inspection.model().production.as_ref()?.stage.index();
        let plan = crate::rewrite::plan(inspection).map(|it| it.doubts.clone()).map_err(Reason::to_string);
        let action = CodeAction {
            title: "Rewrite the production stage".to_owned(),
            kind: Some(CodeActionKind::REFACTOR_REWRITE),
            ..CodeAction::default()
        };
        match plan {
            Ok(doubts) => self.planned(action, &doubts, Task::Rewrite(stage)),
            Err(reason) => self.refused(action, reason),
        }
    }

    fn planned(&self, action: CodeAction, doubts: &[Reason], task: Task) -> Option<CodeAction> {
        if doubts.is_empty() {
            return self.deferred(action, task);
        }
        let doubts = Reason::joined(doubts);
        if !self.checked.editor.unsafe_fixes {
            return self.refused(action, doubts);
        }
        let title = format!("{} (unsafe: {doubts})", action.title);
        self.deferred(CodeAction { title, ..action }, task)
    }

    fn refused(&self, action: CodeAction, reason: String) -> Option<CodeAction> {
        let disabled = Some(CodeActionDisabled { reason });
        self.analysis.world.client.disabled_actions.then_some(CodeAction { disabled, ..action })
    }

    /// The action with what it takes to work it out later, or worked out now for a client that can't wait.
    fn deferred(&self, action: CodeAction, task: Task) -> Option<CodeAction> {
        let deferred = Deferred::new(&self.analysis.document, task);
        if self.analysis.world.client.resolves_edits {
            return Some(CodeAction { data: serde_json::to_value(&deferred).ok(), ..action });
        }
        deferred.resolve(self.analysis, action).filter(|it| it.edit.is_some())
    }
}

/// All lines of the production stage, where it is Node that ships.
fn production(model: &Model<'_>) -> Option<TextRange> {
    let stage = model.production_stage().filter(|_| model.ships_node())?;
    let from = model.instructions[stage.from].content;
    let last = stage.instructions.clone().next_back().map(|it| model.instructions[it].content);
    Some(last.map_or(from, |it| from.cover(it)))
}
