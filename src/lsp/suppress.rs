//! Actions that silence a diagnostic.

use crate::config::suppressions::{Reach, UNUSED, ignore};
use crate::diagnostic::Diagnostic;
use crate::fix::Edit;
use crate::linter::SYNTAX_ERROR;
use crate::syntax::SourceFile;

/// The comments that silence `diagnostic`, with the titles of the actions that write them.
pub(super) fn comments(source: &SourceFile, diagnostic: &Diagnostic) -> Vec<(String, Edit)> {
    let rule = diagnostic.rule;
    if matches!(rule, SYNTAX_ERROR | UNUSED) {
        return Vec::new();
    }
    let at = diagnostic.range.start();
    let here = (format!("Ignore `{rule}` here"), ignore(source, rule, at, Reach::Instruction));
    let file = (format!("Ignore `{rule}` in this file"), ignore(source, rule, at, Reach::File));
    [here, file].into_iter().filter_map(|(title, edit)| Some((title, edit?))).collect()
}
