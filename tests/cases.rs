//! What must hold of whole projects: `fixtures/cases/<case>/` holds a Dockerfile, its context, and `expect.toml`,
//! which says what is reported and what a fix does or leaves alone. The words of messages are tested beside the rules.

use std::fs;
use std::path::{Path, PathBuf};

use nodestage::diagnostic::Diagnostic;
use nodestage::fix::Applicability;
use nodestage::testing::Case;
use serde::Deserialize;

/// `expect.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// What happened there, in a sentence: the reason for the case.
    why: String,
    /// The Dockerfile's path, where it is not `Dockerfile`.
    #[serde(default = "dockerfile")]
    dockerfile: String,
    #[serde(default)]
    check: Reported,
    #[serde(default)]
    safe: Fixed,
    #[serde(default, rename = "unsafe")]
    all: Fixed,
}

fn dockerfile() -> String {
    "Dockerfile".to_owned()
}

/// What `check` says.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Reported {
    /// `rule`, or `rule: a part of what it says` (message, notes, why it is held back).
    reports: Vec<String>,
    /// The same, of what it must not say.
    silent: Vec<String>,
}

/// What the fixes of one applicability and above leave.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Fixed {
    /// Whether nothing changes.
    unchanged: bool,
    /// Parts of the fixed Dockerfile.
    has: Vec<String>,
    /// What is no part of it.
    lacks: Vec<String>,
}

#[test]
fn every_case_is_as_it_should_be() {
    let folders = folders();
    assert!(!folders.is_empty(), "the cases are found");
    let wrong: Vec<String> = folders.iter().flat_map(|it| run(it)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn folders() -> Vec<PathBuf> {
    let parent = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut res: Vec<PathBuf> = fs::read_dir(parent).into_iter().flatten().flatten().map(|it| it.path()).collect();
    res.sort();
    res
}

fn run(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("expect.toml")).expect("a case has an expect.toml");
    let expected: Expected = toml::from_str(&text).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    assert!(!expected.why.is_empty(), "a case says why it is there");
    let text = fs::read_to_string(folder.join(&expected.dockerfile)).expect("a case has a Dockerfile");
    let case = Case::new().at(&expected.dockerfile).folder(folder, |it| it != "expect.toml");
    let mut wrong = expected.check.compare(&case.check(&text));
    for (what, expected, minimum) in
        [("safe", &expected.safe, Applicability::Safe), ("unsafe", &expected.all, Applicability::Unsafe)]
    {
        let fixed = case.fix(&text, minimum);
        wrong.extend(expected.compare(&text, &fixed).into_iter().map(|it| format!("{what}: {it}\n{fixed}")));
    }
    if !wrong.is_empty() {
        wrong.push(case.report(&text));
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    wrong.into_iter().map(|it| format!("{name}: {it}")).collect()
}

impl Reported {
    fn compare(&self, found: &[Diagnostic]) -> Vec<String> {
        let says = |line: &&String| found.iter().any(|it| says(it, line));
        let missing = self.reports.iter().filter(|it| !says(it)).map(|it| format!("not reported: {it}"));
        let wrong = self.silent.iter().filter(|it| says(it)).map(|it| format!("reported: {it}"));
        missing.chain(wrong).collect()
    }
}

fn says(diagnostic: &Diagnostic, line: &str) -> bool {
    let (rule, part) = line.split_once(": ").unwrap_or((line, ""));
    let notes = diagnostic.notes.iter().map(|it| &it.message);
    let mut texts = notes.chain([&diagnostic.message]).chain(&diagnostic.held_back);
    diagnostic.rule == rule && texts.any(|it| it.contains(part))
}

impl Fixed {
    fn compare(&self, before: &str, fixed: &str) -> Vec<String> {
        let missing = self.has.iter().filter(|it| !fixed.contains(*it)).map(|it| format!("lacks {it:?}"));
        let wrong = self.lacks.iter().filter(|it| fixed.contains(*it)).map(|it| format!("has {it:?}"));
        let changed = (self.unchanged && before != fixed).then(|| "changed".to_owned());
        missing.chain(wrong).chain(changed).collect()
    }
}
