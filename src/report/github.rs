//! Annotations of GitHub Actions: one workflow command a diagnostic.

use std::io::{self, Write};

use super::base::Base;
use super::{FileReport, held_back, one_line};
use crate::diagnostic::{Diagnostic, Severity};

/// Writes the diagnostics of `files`, and in `errors` what could not be looked at.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, files: &[FileReport], errors: &[String], base: &Base) -> io::Result<()> {
    for file in files {
        file.diagnostics.iter().try_for_each(|it| annotation(out, file, it, base))?;
    }
    errors.iter().try_for_each(|it| writeln!(out, "::error title=nodestage::{}", data(&one_line(it))))
}

fn annotation(out: &mut dyn Write, file: &FileReport, it: &Diagnostic, base: &Base) -> io::Result<()> {
    let command = match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (file.text.line_column(it.range.start()), file.text.line_column(it.range.end()));
    let path = property(&one_line(&base.path(&file.path)));
    write!(out, "::{command} file={path},line={},endLine={}", start.line, end.line)?;
    // Columns are understood within one line only.
    if start.line == end.line {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    writeln!(out, ",title=nodestage ({})::{}", property(it.rule), data(&message(it)))
}

/// What is wrong, and what to do.
fn message(it: &Diagnostic) -> String {
    let fix = it.fix.as_ref().map(|it| format!("Fix: {}", one_line(&it.title)));
    let reason = held_back(it).map(|it| one_line(&it));
    [Some(one_line(&it.message)), fix, reason].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Text, range};

    #[test]
    fn what_a_workflow_command_would_take_for_its_own_is_escaped() {
        let diagnostic = Diagnostic::new("root-user", range(0, 4), "100% `a`\n::b");
        let file = FileReport {
            path: "a,b:c/Dockerfile".to_owned(),
            text: Text::from("FROM a\nUSER b\n".to_owned()),
            diagnostics: vec![diagnostic.clone(), Diagnostic { range: range(0, 9), ..diagnostic }],
            ..FileReport::default()
        };
        let base = Base { folder: "/r".into(), root: "/r".into() };
        let mut out = Vec::new();
        write(&mut out, &[file], &["x: no such file".to_owned()], &base).expect("a vector takes all");
        let expected = "::warning file=a%2Cb%3Ac/Dockerfile,line=1,endLine=1,col=1,endColumn=5,title=nodestage (root-user)::100%25 `a`\\u{a}::b\n\
             ::warning file=a%2Cb%3Ac/Dockerfile,line=1,endLine=2,title=nodestage (root-user)::100%25 `a`\\u{a}::b\n\
             ::error title=nodestage::x: no such file\n";
        assert_eq!(String::from_utf8(out).expect("it is UTF-8"), expected);
    }
}
