//! For a terminal: sizes as bars, then the findings by kind.

use std::io::{self, Write};

use super::super::{one_line, severity_name};
use super::{AuditReport, origin, shortened};
use crate::audit::{Finding, Part};
use crate::config::size;
use crate::diagnostic::Severity;

/// So many findings of one kind are shown.
const MAX_SHOWN: usize = 10;

/// The longest bar, in characters.
const BAR: u64 = 30;

/// Writes the report.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    head(out, report)?;
    sizes(out, report)?;
    layers(out, report)?;
    for of_kind in report.audit.findings.chunk_by(|a, b| a.kind == b.kind) {
        findings(out, of_kind)?;
    }
    writeln!(out)
}

fn head(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    let (image, audit) = (report.image, report.audit);
    let (n_layers, n_files) = (image.layers.len(), audit.files);
    let called = image.name.as_deref().filter(|it| *it != report.name).map(|it| format!(" ({})", one_line(it)));
    writeln!(
        out,
        "{BOLD}{}{RESET}{}: {}, {} in {n_layers} {}, {n_files} {}",
        one_line(report.name),
        called.unwrap_or_default(),
        one_line(&image.config.platform),
        size(audit.bytes),
        if n_layers == 1 { "layer" } else { "layers" },
        if n_files == 1 { "file" } else { "files" },
    )
}

fn sizes(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    writeln!(out)?;
    let sizes = &report.audit.sizes;
    let max = sizes.values().copied().max().unwrap_or(0).max(1);
    for part in Part::ALL {
        let bytes = sizes.get(&part).copied().unwrap_or(0);
        let length = (u128::from(bytes) * u128::from(BAR)).div_ceil(u128::from(max));
        let bar = match usize::try_from(length) {
            Ok(length) if length > 0 => format!("  {CYAN}{}{RESET}", "█".repeat(length)),
            _ => String::new(),
        };
        writeln!(out, "  {:19}  {:>8}{bar}", part.name(), size(bytes))?;
    }
    Ok(())
}

fn layers(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    writeln!(out)?;
    for (at, layer) in report.image.layers.iter().enumerate().filter(|it| it.1.bytes > 0) {
        let instruction = layer.instruction.as_deref().map(crate::audit::shown_instruction);
        let instruction = instruction.map_or_else(|| "(unknown)".to_owned(), |it| shortened(&one_line(&it)));
        writeln!(out, "  {:>5}  {:>8}  {instruction}", at + 1, size(layer.bytes))?;
    }
    Ok(())
}

fn findings(out: &mut dyn Write, all: &[Finding]) -> io::Result<()> {
    let Some(first) = all.first() else { return Ok(()) };
    let bytes: u64 = all.iter().map(|it| it.bytes).sum();
    let total = if bytes > 0 { format!(", {}", size(bytes)) } else { String::new() };
    let color = match first.severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Info => CYAN,
    };
    writeln!(out, "\n{color}{}[{}]{RESET} {}{total}", severity_name(first.severity), first.kind.name(), all.len())?;
    // What is nobody's fault is told in one line.
    let n_shown = if first.severity == Severity::Info { 0 } else { MAX_SHOWN };
    let mut before = None;
    for it in all.iter().take(n_shown) {
        let origin = origin(it);
        if origin.is_some() && origin != before {
            writeln!(out, "  {DIM}{}{RESET}", origin.as_deref().unwrap_or_default())?;
        }
        before = origin;
        let bytes = if it.files > 0 { size(it.bytes) } else { String::new() };
        writeln!(out, "  {bytes:>8}  {}: {}", one_line(&it.path), one_line(&it.message))?;
    }
    match all.len().saturating_sub(n_shown) {
        0 => Ok(()),
        n if n_shown == 0 => writeln!(out, "            {} in {n} places: no problem of the app's own", first.message),
        n => writeln!(out, "            and {n} more: `--output-format json` has all"),
    }
}

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[1;91m";
const YELLOW: &str = "\x1b[1;33m";
const CYAN: &str = "\x1b[36m";
const RESET: &str = "\x1b[0m";
