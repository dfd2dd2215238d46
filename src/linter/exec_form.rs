//! Fixes inside of `RUN ["npm", "ci"]`: what rules write there as for a shell becomes an array again.
//!
//! Worked example: a rule puts ` --omit=dev` after the word `"ci"`. Then `["npm", "ci" --omit=dev]` is no array any more, and
//! Docker takes it for shell text: "[npm,: not found". It becomes `["npm", "ci", "--omit=dev"]`.

use crate::diagnostic::Diagnostic;
use crate::fix::{Edit, Fix};
use crate::shell;
use crate::syntax::{CommandForm, Instruction, Kind, SourceFile};

/// Mends the fixes of `diagnostics`; one that can't be written so is held back.
pub(super) fn keep(source: &SourceFile, diagnostics: &mut [Diagnostic]) {
    let instructions = source.dockerfile().instructions();
    let arrays: Vec<&Instruction> =
        instructions.filter(|it| matches!(it.kind, Kind::Run(CommandForm::Exec(_)))).collect();
    for diagnostic in diagnostics.iter_mut().filter(|_| !arrays.is_empty()) {
        let Some(fix) = &mut diagnostic.fix else { continue };
        if !arrays.iter().all(|it| mend(source.text(), it, fix)) {
            diagnostic.fix = None;
            diagnostic.held_back = Some("the RUN is an array of words, which no shell reads".to_owned());
        }
    }
}

/// Makes an array again of what `fix` leaves of the one in `run`; false where it can't be one.
fn mend(text: &str, run: &Instruction, fix: &mut Fix) -> bool {
    let whole = run.operands;
    let is_inside = |it: &Edit| whole.contains_range(it.range()) && !it.text.contains('\n') && it.range() != whole;
    let inside: Vec<Edit> = fix.edits().iter().filter(|it| is_inside(it)).cloned().collect();
    if inside.is_empty() {
        return true;
    }
    let start = usize::from(whole.start());
    let mut written = text[whole].to_owned();
    for edit in inside.iter().rev() {
        let range = usize::from(edit.range().start()) - start..usize::from(edit.range().end()) - start;
        written.replace_range(range, &edit.text);
    }
    if serde_json::from_str::<Vec<String>>(&written).is_ok() {
        return true;
    }
    let Some(array) = array(&written) else { return false };
    fix.replace(&inside, Edit::replacement(whole, array));
    true
}

/// The words in brackets as an array; `None` where some are for a shell.
fn array(written: &str) -> Option<String> {
    let words = shell::words_in_brackets(written)?;
    let is_for_shell = |it: &String| {
        !it.starts_with('"') && it.contains(['$', '&', '|', ';', '<', '>', '\'', '"', '\\', '`', '*', '('])
    };
    if words.iter().any(is_for_shell) {
        return None;
    }
    let quoted = words.iter().map(|it| if it.starts_with('"') { it.clone() } else { format!("\"{it}\"") });
    let gap = if written.contains("\",\"") { "," } else { ", " };
    Some(format!("[{}]", quoted.collect::<Vec<_>>().join(gap)))
}

#[cfg(test)]
mod tests {
    use super::array;

    #[test]
    fn words_for_a_shell_become_an_array() {
        for (written, expected) in [
            (r#"["npm", "ci" --omit=dev]"#, Some(r#"["npm", "ci", "--omit=dev"]"#)),
            (r#"["npm",ci]"#, Some(r#"["npm", "ci"]"#)),
            (r#"["npm","ci",]"#, Some(r#"["npm","ci"]"#)),
            (r#"["pnpm","install" --frozen-lockfile]"#, Some(r#"["pnpm","install","--frozen-lockfile"]"#)),
            (r#"["sh", "-c", "a \"b\" c" d]"#, Some(r#"["sh", "-c", "a \"b\" c", "d"]"#)),
            (r#"["npm", "ci"] && npm cache clean --force"#, None),
            (r#"["npm", "ci" && x]"#, None),
        ] {
            assert_eq!(array(written).as_deref(), expected, "{written}");
        }
    }
}
