//! JUnit's XML: a suite a Dockerfile, a test case a diagnostic. Hints are skipped cases; what could not be looked at is an error.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::base::Base;
use super::{FileReport, held_back, severity_name};
use crate::diagnostic::{Diagnostic, Severity};

/// Writes the diagnostics of `files`, and in `errors` what could not be looked at.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, files: &[FileReport], errors: &[String], base: &Base) -> io::Result<()> {
    let mut report = Report::new("nodestage");
    report.add_test_suites(files.iter().map(|it| suite(it, base)));
    if !errors.is_empty() {
        let mut failed = TestSuite::new("nodestage");
        failed.add_test_cases(errors.iter().map(|it| unable(it)));
        report.add_test_suite(failed);
    }
    // As text: the writer may be no more than a reference.
    let xml = report.to_string().map_err(io::Error::other)?;
    out.write_all(xml.as_bytes())
}

fn suite(file: &FileReport, base: &Base) -> TestSuite {
    let path = base.path(&file.path);
    let mut suite = TestSuite::new(path.as_str());
    suite.add_test_cases(file.diagnostics.iter().map(|it| case(file, it, &path)));
    if file.diagnostics.is_empty() {
        let mut clean = TestCase::new("nodestage", TestCaseStatus::success());
        clean.set_classname(path.as_str());
        suite.add_test_case(clean);
    }
    suite
}

fn case(file: &FileReport, it: &Diagnostic, path: &str) -> TestCase {
    let place = file.text.line_column(it.range.start());
    let mut status = match it.severity {
        Severity::Info => TestCaseStatus::skipped(),
        Severity::Error | Severity::Warning => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    status.set_message(it.message.as_str()).set_type(severity_name(it.severity));
    let reason = held_back(it).map(|it| format!("\n{it}")).unwrap_or_default();
    status.set_description(format!("{path}:{}:{}: {}{reason}", place.line, place.column, it.message));
    let mut case = TestCase::new(it.rule, status);
    case.set_classname(path);
    for (name, value) in [("line", place.line), ("column", place.column)] {
        case.extra.insert(name.into(), value.to_string().into());
    }
    case
}

fn unable(error: &str) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(error).set_type("error");
    TestCase::new("nodestage", status)
}
