//! Faults planted one by one in a file that is right: `fixtures/planted/` holds that file with its context, and
//! `faults.toml`, which says how each is planted and by which rule, for which reason, it must be found.

use std::fs;
use std::path::{Path, PathBuf};

use nodestage::diagnostic::Diagnostic;
use nodestage::testing::Case;
use serde::Deserialize;

/// `faults.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Faults {
    fault: Vec<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    what: String,
    /// What is replaced in the Dockerfile, and by what.
    #[serde(default)]
    replace: Vec<(String, String)>,
    /// Files of the context that are added, or are others.
    #[serde(default)]
    files: std::collections::BTreeMap<String, String>,
    /// `rule: words of the message`.
    reports: Vec<String>,
    /// Rules that see the same from another side.
    #[serde(default)]
    also: Vec<String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/planted")
}

fn read(name: &str) -> String {
    fs::read_to_string(folder().join(name)).expect("the fixture is there")
}

fn right() -> Case {
    Case::new().folder(&folder().join("right"), |_| true)
}

#[test]
fn the_right_file_is_quiet() {
    let text = read("right/Dockerfile");
    assert_eq!(right().report(&text), "");
}

#[test]
fn each_fault_is_found_for_its_reason() {
    let faults: Faults = toml::from_str(&read("faults.toml")).expect("faults.toml can be read");
    assert!(faults.fault.len() >= 22, "{} faults", faults.fault.len());
    let wrong: Vec<String> = faults.fault.iter().flat_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(fault: &Fault) -> Vec<String> {
    let files = fault.files.iter().fold(right(), |case, (path, text)| case.file(path, text));
    let found = files.check(&planted(fault));
    let missing = fault.reports.iter().filter(|it| !found.iter().any(|found| is(found, it)));
    let missing = missing.map(|it| format!("{}: not found: {it}", fault.what));
    let others = found.iter().filter(|it| !is_expected(fault, it));
    let others = others.map(|it| format!("{}: {}: {}", fault.what, it.rule, it.message));
    missing.chain(others).collect()
}

fn planted(fault: &Fault) -> String {
    fault.replace.iter().fold(read("right/Dockerfile"), |text, (old, new)| {
        assert!(text.contains(old), "{}: the Dockerfile lacks {old:?}", fault.what);
        text.replace(old, new)
    })
}

fn is(found: &Diagnostic, line: &str) -> bool {
    let (rule, words) = line.split_once(": ").expect("a line names a rule and words");
    found.rule == rule && found.message.contains(words)
}

fn is_expected(fault: &Fault, found: &Diagnostic) -> bool {
    fault.also.iter().any(|it| it == found.rule) || fault.reports.iter().any(|it| is(found, it))
}
