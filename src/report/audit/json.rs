//! One JSON document. Its shape changes only together with `version`.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::super::json::escaped;
use super::super::severity_name;
use super::AuditReport;
use crate::audit::{Finding, Part, shown_instruction};
use crate::image::Layer;

/// Writes the report. Layers are counted from 1, sizes in bytes.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, report: &AuditReport<'_>) -> io::Result<()> {
    let (image, audit) = (report.image, report.audit);
    let sizes: Map<String, Value> = Part::ALL
        .into_iter()
        .map(|it| (key(it).to_owned(), json!(audit.sizes.get(&it).copied().unwrap_or(0))))
        .collect();
    let document = json!({
        "version": 1,
        "image": {
            "name": report.name, "reference": image.name, "platform": image.config.platform, "bytes": audit.bytes,
            "files": audit.files, "layers": image.layers.iter().map(layer).collect::<Vec<_>>(),
        },
        "sizes": sizes,
        "findings": audit.findings.iter().map(finding).collect::<Vec<_>>(),
        "allowed": audit.allowed,
        "doubts": audit.doubts,
    });
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(&document)?))
}

const fn key(part: Part) -> &'static str {
    match part {
        Part::Base => "base",
        Part::ProductionPackages => "productionPackages",
        Part::DevPackages => "devPackages",
        Part::Output => "output",
        Part::Sources => "sources",
        Part::Rest => "rest",
        Part::Hidden => "hidden",
    }
}

fn layer(it: &Layer) -> Value {
    let instruction = it.instruction.as_deref().map(shown_instruction);
    json!({ "digest": it.digest, "instruction": instruction, "bytes": it.bytes })
}

fn finding(it: &Finding) -> Value {
    json!({
        "kind": it.kind.name(), "severity": severity_name(it.severity), "path": it.path, "message": it.message,
        "bytes": it.bytes, "files": it.files, "layer": it.layer.map(|it| it + 1), "instruction": it.instruction,
    })
}
