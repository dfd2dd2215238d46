//! All files as one JSON document. Its shape changes only together with `version`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::summary::Counts;
use super::{FileReport, FixProof, Fixed, ProblemReport, applicability_name, is_hidden, severity_name};
use crate::diagnostic::{Diagnostic, Place, Related};
use crate::fix::{FileChange, Fix};
use crate::rules::page_url;
use crate::text::{Text, TextRange, TextSize};

/// Writes `files`, and in `errors` what could not be looked at.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, files: &[FileReport], errors: &[String]) -> io::Result<()> {
    let counts = Counts::of(files);
    let document = json!({
        "version": 1,
        "files": files.iter().map(file).collect::<Vec<_>>(),
        "errors": errors,
        "summary": {
            "files": files.len(), "diagnostics": counts.all, "fixable": counts.safe, "unsafelyFixable": counts.risky,
            "fixed": counts.fixed, "errors": errors.len(),
        },
    });
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(&document)?))
}

/// With JSON's own escapes for what a terminal would obey or not show; outside of its texts JSON has none of it.
pub(super) fn escaped(json: &str) -> String {
    let mut res = String::with_capacity(json.len());
    for it in json.chars() {
        if it != '\n' && is_hidden(it) {
            it.encode_utf16(&mut [0; 2]).iter().for_each(|unit| res.push_str(&format!("\\u{unit:04x}")));
        } else {
            res.push(it);
        }
    }
    res
}

fn file(file: &FileReport) -> Value {
    let mut res = json!({
        "path": file.path,
        "diagnostics": file.diagnostics.iter().map(|it| diagnostic(it, &file.text, &file.context)).collect::<Vec<_>>(),
        "problems": file.problems.iter().map(problem).collect::<Vec<_>>(),
    });
    if let Some(it) = &file.fixed {
        res["fix"] = fixed(it);
    }
    res
}

fn diagnostic(it: &Diagnostic, text: &Text, context: &str) -> Value {
    json!({
        "rule": it.rule,
        "url": page_url(it.rule),
        "severity": severity_name(it.severity),
        "message": it.message,
        "range": range_of(text, it.range),
        "notes": it.notes.iter().map(|it| &it.message).collect::<Vec<_>>(),
        "related": it.related.iter().map(|it| related(it, text, context)).collect::<Vec<_>>(),
        "fix": it.fix.as_ref().map(|it| fix(it, text, context)),
        "heldBack": it.held_back,
    })
}

fn related(it: &Related, text: &Text, context: &str) -> Value {
    match &it.place {
        Place::Here(range) => json!({ "message": it.message, "range": range_of(text, *range) }),
        Place::File { path, line } => {
            json!({ "message": it.message, "path": format!("{context}{path}"), "line": line })
        }
    }
}

fn fix(it: &Fix, text: &Text, context: &str) -> Value {
    let edits = it.edits().iter().map(|it| json!({ "range": range_of(text, it.range()), "text": it.text }));
    json!({
        "title": it.title,
        "applicability": applicability_name(it.applicability),
        "edits": edits.collect::<Vec<_>>(),
        "files": it.files().iter().map(|it| change(it, context)).collect::<Vec<_>>(),
    })
}

/// `before` is null where the file is created.
fn change(it: &FileChange, context: &str) -> Value {
    json!({ "path": format!("{context}{}", it.path), "before": it.before, "after": it.after })
}

fn problem(it: &ProblemReport) -> Value {
    json!({ "path": it.path, "line": it.line, "message": it.message })
}

fn fixed(it: &Fixed) -> Value {
    let applied = it.applied.iter().map(|it| json!({ "rule": it.rule, "title": it.title }));
    let reverted = it.reverted.as_ref().map(|it| json!({ "rules": it.rules, "reason": it.reason }));
    let others = it.others.iter().map(|it| json!({ "path": it.path, "created": it.created, "diff": it.diff }));
    json!({
        "applied": applied.collect::<Vec<_>>(), "reverted": reverted, "diff": it.diff,
        "files": others.collect::<Vec<_>>(), "written": it.written, "proof": it.proof.as_ref().map(proof),
    })
}

fn proof(it: &FixProof) -> Value {
    json!({ "outcome": it.outcome, "reason": it.reason, "leftOut": it.blamed })
}

/// Lines and columns count from 1, columns in characters; offsets from 0, in bytes.
fn range_of(text: &Text, range: TextRange) -> Value {
    json!({ "start": place(text, range.start()), "end": place(text, range.end()) })
}

fn place(text: &Text, at: TextSize) -> Value {
    let place = text.line_column(at);
    json!({ "line": place.line, "column": place.column, "offset": u32::from(at) })
}
