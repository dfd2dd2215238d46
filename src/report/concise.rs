//! One line a diagnostic: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::{FileReport, one_line, severity_name};
use crate::fix::Applicability;

/// Writes the diagnostics of `file`.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, file: &FileReport) -> io::Result<()> {
    if file.diagnostics.is_empty() {
        return Ok(());
    }
    let path = one_line(&file.path);
    for it in &file.diagnostics {
        let place = file.text.line_column(it.range.start());
        let mark = match it.fix.as_ref().map(|it| it.applicability) {
            Some(Applicability::Safe) => " [fixable]",
            Some(Applicability::Unsafe) => " [fixable with --unsafe]",
            Some(Applicability::DisplayOnly) | None => "",
        };
        let (severity, message) = (severity_name(it.severity), one_line(&it.message));
        writeln!(out, "{}:{}:{}: {severity}[{}] {message}{mark}", path, place.line, place.column, it.rule)?;
    }
    Ok(())
}
