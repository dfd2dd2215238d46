//! Inlay hints: after the FROM of each stage that ships, what ships.

use tower_lsp_server::ls_types::{InlayHint, InlayHintLabel, InlayHintTooltip, MarkupContent, MarkupKind, Range};

use super::analysis::Analysis;
use super::ships;
use crate::linter::Inspection;

/// The hints in a part of the document.
pub(super) fn within(analysis: &Analysis, part: Range) -> Vec<InlayHint> {
    let Some(checked) = &analysis.checked else { return Vec::new() };
    if !checked.editor.inlay_hints || analysis.is_excluded() {
        return Vec::new();
    }
    let is_seen = |it: &InlayHint| (part.start..=part.end).contains(&it.position);
    let all = checked.inspection.of_all_that_ships();
    all.filter_map(|it| production(analysis, it)).filter(is_seen).collect()
}

fn production(analysis: &Analysis, inspection: &Inspection) -> Option<InlayHint> {
    let model = inspection.model();
    let at = model.production.as_ref()?.stage;
    let from = model.instructions[model.stages[at].from].content;
    let label = format!("ships {}", ships::in_short(inspection)?);
    Some(hint(analysis, analysis.range(from), label, ships::stage(inspection, at)))
}

fn hint(analysis: &Analysis, from: Range, label: String, tooltip: String) -> InlayHint {
    let tooltip = if analysis.world.client.markdown {
        InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: tooltip })
    } else {
        InlayHintTooltip::String(tooltip)
    };
    InlayHint {
        position: from.end,
        label: InlayHintLabel::String(label),
        kind: None,
        text_edits: None,
        tooltip: Some(tooltip),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}
