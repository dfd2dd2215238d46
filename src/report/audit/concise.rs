//! One line a finding: `severity[kind] path: message (size, layer N: instruction)`.

use std::io::{self, Write};

use super::super::{one_line, severity_name};
use super::{AuditReport, origin};
use crate::config::size;

/// Writes the findings.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    for it in &report.audit.findings {
        let bytes = (it.files > 0).then(|| size(it.bytes));
        let facts: Vec<String> = bytes.into_iter().chain(origin(it)).collect();
        let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
        let (severity, kind) = (severity_name(it.severity), it.kind.name());
        writeln!(out, "{severity}[{kind}] {}: {}{facts}", one_line(&it.path), one_line(&it.message))?;
    }
    Ok(())
}
