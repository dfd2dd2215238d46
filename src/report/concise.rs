//! One line a diagnostic: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use super::{FileReport, one_line, severity_name};
use crate::diagnostic::Severity;
use crate::fix::Applicability;

/// Writes the diagnostics of `file`, in colour where that is wanted.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, file: &FileReport, in_colour: bool) -> io::Result<()> {
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
        let (on, off) = if in_colour { (color(it.severity), "\x1b[0m") } else { ("", "") };
        let (severity, message) = (severity_name(it.severity), one_line(&it.message));
        writeln!(out, "{path}:{}:{}: {on}{severity}[{}]{off} {message}{mark}", place.line, place.column, it.rule)?;
    }
    Ok(())
}

fn color(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "\x1b[1;91m",
        Severity::Warning => "\x1b[1;33m",
        Severity::Info => "\x1b[1;94m",
    }
}
