//! What came of an image, for people and for programs.

mod concise;
mod full;
mod json;

pub use concise::write as write_concise;
pub use full::write as write_full;
pub use json::write as write_json;

use std::io::{self, Write};

use crate::audit::{Audit, Finding};
use crate::diagnostic::Severity;
use crate::image::Image;

/// An image and what was found in it.
pub struct AuditReport<'a> {
    /// As the user calls it.
    pub name: &'a str,
    /// What was read.
    pub image: &'a Image,
    /// What came of it.
    pub audit: &'a Audit,
}

/// The last words.
///
/// # Errors
/// As `out` says.
pub fn write_summary(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    let counted = |it: &&Finding| it.severity != Severity::Info;
    let problems: Vec<&Finding> = report.audit.findings.iter().filter(counted).collect();
    let allowed = match report.audit.allowed {
        0 => String::new(),
        n => format!(" ({n} allowed by nodestage.toml)"),
    };
    match problems.len() {
        0 => writeln!(out, "No problems in {}{allowed}.", super::one_line(report.name)),
        1 => writeln!(out, "Found 1 problem{allowed}."),
        n => writeln!(out, "Found {n} problems{allowed}."),
    }
}

/// `layer 4: RUN npm ci`; `None` where neither is known.
fn origin(finding: &Finding) -> Option<String> {
    let instruction = finding.instruction.as_deref().map(|it| shortened(&super::one_line(it)));
    match (finding.layer, instruction) {
        (Some(layer), Some(instruction)) => Some(format!("layer {}: {instruction}", layer + 1)),
        (Some(layer), None) => Some(format!("layer {}", layer + 1)),
        (None, instruction) => instruction,
    }
}

/// As much of an instruction as tells it from others, in characters.
const MAX_INSTRUCTION: usize = 100;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_INSTRUCTION) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
