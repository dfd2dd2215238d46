//! Edits as the protocol has them.

use std::collections::HashMap;
use std::path::Path;

use similar::{DiffOp, TextDiff};
use tower_lsp_server::ls_types::{
    CreateFile, CreateFileOptions, DocumentChangeOperation, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Uri,
    WorkspaceEdit,
};

use super::analysis::{Analysis, Checked};
use super::document::uri_of;
use crate::fix::{Edit, FileChange};
use crate::text::{offset, range};

/// The edits of a fix, in the Dockerfile and beside it; `None` where the client can't take them all.
pub(super) fn workspace_edit(
    analysis: &Analysis,
    checked: &Checked,
    edits: &[Edit],
    files: &[FileChange],
) -> Option<WorkspaceEdit> {
    let own = inside(checked.inspection.input().source.text(), edits);
    let own = own.iter().map(|it| TextEdit::new(analysis.range(it.range()), it.text.clone())).collect();
    let mut res = Changes::default();
    res.edit(&analysis.document.uri, Some(analysis.document.version), own);
    for change in files {
        res.add(analysis, &checked.inspection.input().project.place_of(&change.path)?, change)?;
    }
    Some(if analysis.world.client.document_changes { res.versioned() } else { res.plain() })
}

/// The edits that make `new` of `old`, line by line, so that the cursor stays where it is.
pub(super) fn between(old: &str, new: &str) -> Vec<Edit> {
    // Only at `\n`: a lone `\r` ends no line of a Dockerfile.
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old_lines, &new_lines);
    let (olds, news) = (starts(&old_lines), starts(&new_lines));
    let changed = diff.ops().iter().filter(|it| !matches!(it, DiffOp::Equal { .. }));
    let edits = changed.map(|it| {
        let (gone, come) = (it.old_range(), it.new_range());
        Edit::replacement(range(olds[gone.start], olds[gone.end]), &new[news[come.start]..news[come.end]])
    });
    edits.collect()
}

/// Lines that come below the last one come before its line end instead, which makes the same text: after it
/// Neovim 0.11 adds an empty line.
fn inside(text: &str, edits: &[Edit]) -> Vec<Edit> {
    let newline = if text.ends_with("\r\n") { "\r\n" } else { "\n" };
    let Some(end) = text.strip_suffix(newline).map(str::len) else { return edits.to_vec() };
    let is_only_one = edits.iter().filter(|it| usize::from(it.range().end()) > end).count() == 1;
    let moved = |it: &Edit| {
        let is_below = usize::from(it.range().start()) == text.len();
        let lines = it.text.strip_suffix(newline).filter(|_| is_below && is_only_one)?;
        Some(Edit::insertion(offset(end), format!("{newline}{lines}")))
    };
    edits.iter().map(|it| moved(it).unwrap_or_else(|| it.clone())).collect()
}

/// Where each line starts, and where the last one ends.
fn starts(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |at, it| {
        *at += it.len();
        Some(*at)
    });
    std::iter::once(0).chain(ends).collect()
}

/// What changes, file by file, in order.
#[derive(Default)]
struct Changes {
    created: Vec<Uri>,
    edits: Vec<(Uri, Option<i32>, Vec<TextEdit>)>,
}

impl Changes {
    fn edit(&mut self, uri: &Uri, version: Option<i32>, edits: Vec<TextEdit>) {
        if !edits.is_empty() {
            self.edits.push((uri.clone(), version, edits));
        }
    }

    /// The change of another file. The text is the buffer's where the file is open, as the loader has it.
    fn add(&mut self, analysis: &Analysis, path: &Path, change: &FileChange) -> Option<()> {
        let uri = uri_of(path)?;
        let Some(before) = &change.before else {
            if !(analysis.world.client.document_changes && analysis.world.client.create_files) {
                return None;
            }
            self.created.push(uri.clone());
            let start = Position::new(0, 0);
            // What is empty has one line in Neovim, which would stay below; others take no place after the end.
            let end = if analysis.world.client.is_neovim { Position::new(1, 0) } else { start };
            self.edit(&uri, None, vec![TextEdit::new(Range::new(start, end), change.after.clone())]);
            return Some(());
        };
        let rope = ropey::Rope::from_str(before);
        let encoding = analysis.world.client.encoding;
        let edits = inside(before, &between(before, &change.after));
        let edits = edits.iter().map(|it| TextEdit::new(encoding.range(&rope, it.range()), it.text.clone()));
        self.edit(&uri, None, edits.collect());
        Some(())
    }

    fn versioned(self) -> WorkspaceEdit {
        let options = Some(CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) });
        let created = self.created.into_iter().map(|uri| {
            let create = CreateFile { uri, options: options.clone(), annotation_id: None };
            DocumentChangeOperation::Op(ResourceOp::Create(create))
        });
        let edits = self.edits.into_iter().map(|(uri, version, edits)| {
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            let edits = edits.into_iter().map(OneOf::Left).collect();
            DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits })
        });
        let operations = created.chain(edits).collect();
        WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(operations)), ..WorkspaceEdit::default() }
    }

    fn plain(self) -> WorkspaceEdit {
        let changes: HashMap<Uri, Vec<TextEdit>> = self.edits.into_iter().map(|(uri, _, edits)| (uri, edits)).collect();
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::{Applicability, Fix, apply};

    #[track_caller]
    fn check(old: &str, new: &str, n_edits: usize) {
        let edits = between(old, new);
        assert_eq!(edits.len(), n_edits, "{edits:?}");
        if n_edits > 0 {
            assert_eq!(apply::apply(old, &[&Fix::new("", Applicability::Safe, edits)]), new);
        }
    }

    #[test]
    fn only_the_lines_that_differ() {
        check("a\nb\nc\n", "a\nx\nc\nd\n", 2);
        check("a\r\nb", "a\r\nb\r\nc", 1);
        check("", "a", 1);
        check("£\nअ\n", "£\n🍄\n", 1);
        check("a\n", "a\n", 0);
        check("# a\rb\nc\n", "# a\rb\nd\n", 1);
    }

    #[test]
    fn lines_below_the_last() {
        for newline in ["\n", "\r\n"] {
            let (old, new) = (format!("a{newline}"), format!("a{newline}b{newline}"));
            let edits = inside(&old, &between(&old, &new));
            assert_eq!(edits, [Edit::insertion(offset(1), format!("{newline}b"))]);
            assert_eq!(apply::apply(&old, &[&Fix::new("", Applicability::Safe, edits)]), new);
        }
        let others = [
            ("a\n", vec![Edit::replacement(range(0, 2), "b\n"), Edit::insertion(offset(2), "c\n")]),
            ("a\n", vec![Edit::insertion(offset(2), "b")]),
            ("a", vec![Edit::insertion(offset(1), "\nb\n")]),
            ("", vec![Edit::insertion(offset(0), "b\n")]),
        ];
        for (text, edits) in others {
            assert_eq!(inside(text, &edits), edits);
        }
    }
}
