//! Definition, references and highlights of stage names and variables.

use tower_lsp_server::ls_types::{
    DocumentHighlight, DocumentHighlightKind, GotoDefinitionResponse, Location, Position,
};

use super::analysis::Analysis;
use crate::syntax::names::{Name, definition as definition_of, name_at, names};

/// Where the name at `at` was given.
pub(super) fn definition(analysis: &Analysis, at: Position) -> Option<GotoDefinitionResponse> {
    let names = all(analysis)?;
    let name = name_at(&names, analysis.offset(at))?;
    let given = definition_of(&names, name)?;
    Some(GotoDefinitionResponse::Scalar(location(analysis, given)))
}

/// All places of the thing whose name stands at `at`; with those that give the name if `with_own`.
pub(super) fn references(analysis: &Analysis, at: Position, with_own: bool) -> Option<Vec<Location>> {
    let names = all(analysis)?;
    let same = same_as(&names, name_at(&names, analysis.offset(at))?);
    Some(same.filter(|it| with_own || !it.is_definition).map(|it| location(analysis, it)).collect())
}

/// The same, for the editor to mark.
pub(super) fn highlights(analysis: &Analysis, at: Position) -> Option<Vec<DocumentHighlight>> {
    let names = all(analysis)?;
    let same = same_as(&names, name_at(&names, analysis.offset(at))?);
    let kind = |it: &Name| if it.is_definition { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
    Some(same.map(|it| DocumentHighlight { range: analysis.range(it.range), kind: Some(kind(it)) }).collect())
}

fn all(analysis: &Analysis) -> Option<Vec<Name>> {
    let source = &analysis.checked.as_ref()?.inspection.input().source;
    Some(names(source.text(), source.dockerfile()))
}

fn same_as<'a>(names: &'a [Name], name: &'a Name) -> impl Iterator<Item = &'a Name> {
    names.iter().filter(|it| it.of == name.of)
}

fn location(analysis: &Analysis, name: &Name) -> Location {
    Location::new(analysis.document.uri.clone(), analysis.range(name.range))
}
