//! Actions that are worked out when they are taken.

use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::{CodeAction, Uri};

use crate::fix::apply;
use crate::linter::{self, FixOptions, FixResult, Input, Inspection};
use crate::lsp::analysis::{Analysis, Checked};
use crate::lsp::document::Document;
use crate::lsp::edits;
use crate::stages::StageId;
use crate::syntax::SourceFile;

/// What travels through the client in an action's `data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::lsp) struct Deferred {
    pub(in crate::lsp) uri: Uri,
    /// The state of the document that the action was offered for.
    revision: u64,
    task: Task,
}

/// What to work out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Task {
    /// All that is safe.
    #[serde(rename_all = "camelCase")]
    FixAll {
        /// Whether other files than the Dockerfile may change.
        other_files: bool,
    },
    /// The plan for a stage that ships, by its number, and then all that is safe.
    Rewrite(usize),
}

impl Deferred {
    pub(super) fn new(document: &Document, task: Task) -> Self {
        Self { uri: document.uri.clone(), revision: document.revision, task }
    }

    /// What an action that comes back carries; `None` where it has its edits, or is not ours.
    pub(in crate::lsp) fn of(action: &CodeAction) -> Option<Self> {
        let data = action.data.clone().filter(|_| action.edit.is_none() && action.disabled.is_none())?;
        serde_json::from_value(data).ok()
    }

    /// The action with its edits; `None` where the document has changed since it was offered.
    pub(in crate::lsp) fn resolve(&self, analysis: &Analysis, action: CodeAction) -> Option<CodeAction> {
        let checked = analysis.checked.as_ref().filter(|_| analysis.document.revision == self.revision)?;
        let options = FixOptions { other_files: can_touch_others(analysis, self.task), ..FixOptions::default() };
        let result = match self.task {
            Task::FixAll { .. } => linter::fix_inspected(&checked.inspection, &options),
            Task::Rewrite(stage) => rewritten(checked.inspection.seen_from(StageId::new(stage)), &options),
        };
        if let Some(reverted) = &result.reverted {
            tracing::error!(?reverted, "fixes were taken back");
        }
        Some(CodeAction { edit: edit(analysis, checked, &result), ..action })
    }
}

fn can_touch_others(analysis: &Analysis, task: Task) -> bool {
    let client = &analysis.world.client;
    let may = matches!(task, Task::FixAll { other_files: true } | Task::Rewrite(_));
    may && client.document_changes && client.create_files
}

/// The plan is taken as it is, safe or not: its title said so. What follows is safe.
fn rewritten(inspection: &Inspection, options: &FixOptions) -> FixResult {
    let Ok(plan) = crate::rewrite::plan(inspection) else { return linter::fix_inspected(inspection, options) };
    let input = inspection.input();
    let text = apply::apply(input.source.text(), &[&plan.fix]);
    let rewritten = linter::fix(&Input { source: SourceFile::new(text.clone()), ..input.clone() }, options);
    FixResult { text: Some(rewritten.text.unwrap_or(text)), ..rewritten }
}

fn edit(
    analysis: &Analysis,
    checked: &Checked,
    result: &FixResult,
) -> Option<tower_lsp_server::ls_types::WorkspaceEdit> {
    let old = checked.inspection.input().source.text();
    let own = edits::between(old, result.text.as_deref().unwrap_or(old));
    edits::workspace_edit(analysis, checked, &own, &result.files)
}
