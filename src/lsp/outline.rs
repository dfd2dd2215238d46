//! Document symbols and folding: the stages and what is in them.

use tower_lsp_server::ls_types::{
    DocumentSymbol, DocumentSymbolResponse, FoldingRange, FoldingRangeKind, Location, SymbolInformation, SymbolKind,
};

use super::analysis::Analysis;
use crate::syntax::names::stage_ranges;
use crate::syntax::{Dockerfile, Instruction, Item, Kind, SourceFile};
use crate::text::TextRange;

/// The stages, their instructions in them; what stands before the first FROM stands beside them.
pub(super) fn symbols(analysis: &Analysis) -> DocumentSymbolResponse {
    let symbols =
        analysis.checked.as_ref().map(|it| Outline { analysis, source: &it.inspection.input().source }.symbols());
    let symbols = symbols.unwrap_or_default();
    if analysis.world.client.nested_symbols {
        return DocumentSymbolResponse::Nested(symbols);
    }
    let uri = &analysis.document.uri;
    let flat = |it: DocumentSymbol, container: Option<String>| {
        #[allow(deprecated, reason = "the type has no other constructor")]
        SymbolInformation {
            name: it.name,
            kind: it.kind,
            tags: None,
            deprecated: None,
            location: Location::new(uri.clone(), it.range),
            container_name: container,
        }
    };
    let all = symbols.into_iter().flat_map(|mut it| {
        let (name, children) = (it.name.clone(), it.children.take().unwrap_or_default());
        let children = children.into_iter().map(move |child| flat(child, Some(name.clone())));
        std::iter::once(flat(it, None)).chain(children)
    });
    DocumentSymbolResponse::Flat(all.collect())
}

struct Outline<'a> {
    analysis: &'a Analysis,
    source: &'a SourceFile,
}

impl Outline<'_> {
    fn symbols(&self) -> Vec<DocumentSymbol> {
        let dockerfile = self.source.dockerfile();
        let stages = stage_ranges(dockerfile);
        let first = stages.first().map(|it| it.1.start());
        let before = dockerfile.instructions().filter(|it| first.is_none_or(|first| it.content.start() < first));
        let mut res: Vec<DocumentSymbol> = before.map(|it| self.instruction(it)).collect();
        res.extend(stages.iter().enumerate().map(|(at, (from, range))| self.stage(at, from, *range)));
        res
    }

    fn stage(&self, at: usize, from: &Instruction, range: TextRange) -> DocumentSymbol {
        let Kind::From(operands) = &from.kind else { return self.instruction(from) };
        let (name, place) = match &operands.name {
            Some(name) => (name.value.clone(), name.range),
            None => (format!("stage {at}"), operands.image.range),
        };
        let inside = |it: &&Instruction| range.contains_range(it.content) && it.content != from.content;
        let children = self.source.dockerfile().instructions().filter(inside).map(|it| self.instruction(it)).collect();
        self.symbol(name, Some(operands.image.value.clone()), SymbolKind::MODULE, range, place, Some(children))
    }

    fn instruction(&self, it: &Instruction) -> DocumentSymbol {
        let detail: String = self.source.text()[it.operands].split_whitespace().collect::<Vec<_>>().join(" ");
        let detail = detail.chars().take(80).collect();
        self.symbol(it.name(), Some(detail), kind(&it.kind), it.content, it.keyword.range, None)
    }

    fn symbol(
        &self,
        name: String,
        detail: Option<String>,
        kind: SymbolKind,
        range: TextRange,
        place: TextRange,
        children: Option<Vec<DocumentSymbol>>,
    ) -> DocumentSymbol {
        let (range, selection_range) = (self.analysis.range(range), self.analysis.range(place));
        #[allow(deprecated, reason = "the type has no other constructor")]
        DocumentSymbol { name, detail, kind, tags: None, deprecated: None, range, selection_range, children }
    }
}

fn kind(kind: &Kind) -> SymbolKind {
    match kind {
        Kind::Arg(_) | Kind::Env(_) => SymbolKind::VARIABLE,
        Kind::Run(_) => SymbolKind::FUNCTION,
        Kind::Cmd(_) | Kind::Entrypoint(_) | Kind::Healthcheck(_) => SymbolKind::EVENT,
        Kind::Copy(_) | Kind::Add(_) => SymbolKind::FILE,
        _ => SymbolKind::PROPERTY,
    }
}

/// Stages, instructions of more than one line, and comments of more than one line.
pub(super) fn folds(analysis: &Analysis) -> Vec<FoldingRange> {
    let Some(dockerfile) = analysis.checked.as_ref().map(|it| it.inspection.dockerfile()) else { return Vec::new() };
    let stages = stage_ranges(dockerfile).into_iter().map(|it| (it.1, FoldingRangeKind::Region));
    let instructions = dockerfile.instructions().map(|it| (it.content, FoldingRangeKind::Region));
    let comments = comment_blocks(dockerfile).into_iter().map(|it| (it, FoldingRangeKind::Comment));
    let all = stages.chain(instructions).chain(comments).filter_map(|(range, kind)| fold(analysis, range, kind));
    let mut res: Vec<FoldingRange> = all.collect();
    // A stage of one instruction folds once.
    res.sort_by_key(|it| (it.start_line, it.end_line));
    res.dedup_by_key(|it| (it.start_line, it.end_line));
    res
}

fn fold(analysis: &Analysis, range: TextRange, kind: FoldingRangeKind) -> Option<FoldingRange> {
    let range = analysis.range(range);
    // The range of a comment ends after its line.
    let end_line = if range.end.character == 0 { range.end.line.saturating_sub(1) } else { range.end.line };
    let res = FoldingRange { start_line: range.start.line, end_line, kind: Some(kind), ..FoldingRange::default() };
    (res.start_line < res.end_line).then_some(res)
}

fn comment_blocks(dockerfile: &Dockerfile) -> Vec<TextRange> {
    let mut res: Vec<TextRange> = Vec::new();
    for item in &dockerfile.items {
        let Item::Comment(comment) = item else { continue };
        match res.last_mut().filter(|it| it.end() == comment.start()) {
            Some(block) => *block = block.cover(*comment),
            None => res.push(*comment),
        }
    }
    res
}
