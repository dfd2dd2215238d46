//! Actions that silence a diagnostic.

use crate::config::suppressions::{Reach, UNUSED, ignore};
use crate::diagnostic::Diagnostic;
use crate::fix::Edit;
use crate::linter::SYNTAX_ERROR;

/// The comments that silence `diagnostic`, with the titles of the actions that write them.
pub(super) fn comments(text: &str, diagnostic: &Diagnostic) -> Vec<(String, Edit)> {
    let rule = diagnostic.rule;
    if matches!(rule, SYNTAX_ERROR | UNUSED) {
        return Vec::new();
    }
    let dockerfile = crate::syntax::parse(text).dockerfile;
    let at = diagnostic.range.start();
    let here = (format!("Ignore `{rule}` here"), ignore(text, &dockerfile, rule, at, Reach::Instruction));
    let file = (format!("Ignore `{rule}` in this file"), ignore(text, &dockerfile, rule, at, Reach::File));
    [here, file].into_iter().filter_map(|(title, edit)| Some((title, edit?))).collect()
}
