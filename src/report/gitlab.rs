//! A Code Quality report of GitLab: a list of issues, of which GitLab compares the fingerprints.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::FileReport;
use super::base::{Base, Fingerprints};
use super::json::escaped;
use crate::diagnostic::{Diagnostic, Severity};

/// Writes the diagnostics of `files`.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, files: &[FileReport], base: &Base) -> io::Result<()> {
    let mut prints = Fingerprints::default();
    let all = files.iter().flat_map(|file| file.diagnostics.iter().map(move |it| (file, it)));
    let issues: Vec<Value> = all.map(|(file, it)| issue(file, it, base, prints.next(base, file, it))).collect();
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(&issues)?))
}

fn issue(file: &FileReport, it: &Diagnostic, base: &Base, fingerprint: String) -> Value {
    let severity = match it.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    let lines = json!({ "begin": file.text.line(it.range.start()), "end": file.text.line(it.range.end()) });
    json!({
        "description": it.message,
        "check_name": it.rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": { "path": base.path(&file.path), "lines": lines },
    })
}
