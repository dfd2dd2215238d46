//! SARIF 2.1.0, with the rules that speak and the fixes.

mod fixes;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, MultiformatMessageString, Notification, PhysicalLocation, Region,
    ReportingDescriptor, Result as SarifResult, ResultLevel, Run, SCHEMA_URL, Sarif, Tool, ToolComponent,
};

use super::base::{Base, Fingerprints};
use super::json::escaped;
use super::{FileReport, held_back};
use crate::diagnostic::{Diagnostic, Place, Related, Severity};
use crate::rules::{RULES, page_url};
use crate::text::{Text, TextRange};

/// Writes the diagnostics of `files`, and in `errors` what could not be looked at.
///
/// # Errors
/// As `out` says.
pub fn write(out: &mut dyn Write, files: &[FileReport], errors: &[String], base: &Base) -> io::Result<()> {
    let mut prints = Fingerprints::default();
    let all = files.iter().flat_map(|file| file.diagnostics.iter().map(move |it| (file, it)));
    let results = all.map(|(file, it)| Reported { file, base }.result(it, prints.next(base, file, it)));
    let run = Run::builder()
        .tool(tool(files))
        .invocations(vec![invocation(errors)])
        .column_kind("unicodeCodePoints")
        .results(results.collect::<Vec<_>>())
        .build();
    let document = Sarif::builder().schema(SCHEMA_URL.to_owned()).version("2.1.0").runs(vec![run]).build();
    writeln!(out, "{}", escaped(&serde_json::to_string_pretty(&document)?))
}

fn tool(files: &[FileReport]) -> Tool {
    let names: BTreeSet<&str> = files.iter().flat_map(|it| &it.diagnostics).map(|it| it.rule).collect();
    let driver = ToolComponent::builder()
        .name("nodestage".to_owned())
        .version(env!("CARGO_PKG_VERSION").to_owned())
        .rules(names.into_iter().map(descriptor).collect::<Vec<_>>())
        .build();
    Tool::builder().driver(driver).build()
}

/// The rule called `name`; what is no rule (`syntax-error`) has a name alone.
fn descriptor(name: &str) -> ReportingDescriptor {
    let mut res = ReportingDescriptor::builder().id(name.to_owned()).build();
    if let Some(rule) = RULES.iter().find(|it| it.name == name) {
        let first = rule.docs.lines().find(|it| !it.trim().is_empty()).unwrap_or_default().trim();
        res.short_description = Some(MultiformatMessageString::builder().text(first.to_owned()).build());
        res.help_uri = page_url(name);
    }
    res
}

fn invocation(errors: &[String]) -> Invocation {
    let one = |it: &String| Notification::builder().level("error").message(message(it)).build();
    Invocation::builder()
        .execution_successful(errors.is_empty())
        .tool_execution_notifications(errors.iter().map(one).collect::<Vec<_>>())
        .build()
}

/// A file, and how its reader calls it.
struct Reported<'a> {
    file: &'a FileReport,
    base: &'a Base,
}

impl Reported<'_> {
    fn result(&self, it: &Diagnostic, fingerprint: String) -> SarifResult {
        let reason = held_back(it).map(|it| format!("\n{it}")).unwrap_or_default();
        let level = match it.severity {
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Info => ResultLevel::Note,
        };
        let mut res = SarifResult::builder()
            .rule_id(it.rule.to_owned())
            .level(level)
            .message(message(&format!("{}{reason}", it.message)))
            .locations(vec![self.here(it.range)])
            .partial_fingerprints(BTreeMap::from([("nodestage/v1".to_owned(), fingerprint)]))
            .build();
        res.related_locations = some(it.related.iter().map(|it| self.related(it)));
        res.fixes = some(it.fix.iter().map(|it| self.fix(it)));
        res
    }

    fn here(&self, range: TextRange) -> Location {
        let place = PhysicalLocation::builder()
            .artifact_location(self.artifact(&self.file.path))
            .region(region(&self.file.text, range))
            .build();
        Location::builder().physical_location(place).build()
    }

    fn related(&self, it: &Related) -> Location {
        let mut location = match &it.place {
            Place::Here(range) => self.here(*range),
            Place::File { path, line } => {
                let artifact = self.artifact(&format!("{}{path}", self.file.context));
                let mut place = PhysicalLocation::builder().artifact_location(artifact).build();
                place.region = line.map(|it| Region::builder().start_line(it as i64).build());
                Location::builder().physical_location(place).build()
            }
        };
        location.message = Some(message(&it.message));
        location
    }

    /// A path from the root; one outside of it has no base.
    fn artifact(&self, path: &str) -> ArtifactLocation {
        let path = self.base.path(path);
        let mut res = ArtifactLocation::builder().uri(uri(&path)).build();
        res.uri_base_id = (!path.starts_with('/')).then(|| "%SRCROOT%".to_owned());
        res
    }
}

fn some<T>(items: impl Iterator<Item = T>) -> Option<Vec<T>> {
    let items: Vec<T> = items.collect();
    (!items.is_empty()).then_some(items)
}

fn message(text: &str) -> Message {
    Message::builder().text(text.to_owned()).build()
}

fn region(text: &Text, range: TextRange) -> Region {
    let (start, end) = (text.line_column(range.start()), text.line_column(range.end()));
    Region::builder()
        .start_line(start.line as i64)
        .start_column(start.column as i64)
        .end_line(end.line as i64)
        .end_column(end.column as i64)
        .build()
}

/// `path` as a reference: what RFC 3986 does not leave as it is comes in percent signs.
fn uri(path: &str) -> String {
    let one = |it: u8| match it {
        b'/' | b'-' | b'.' | b'_' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(it).to_string(),
        _ => format!("%{it:02X}"),
    };
    path.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/é:1/Dockerfile.x"), "a%20b/%C3%A9%3A1/Dockerfile.x");
    }
}
