//! `tests/facts.tsv` names, for each fact that fixers go wrong without, the tests that fail without it: all of them exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A line of the list.
struct Row<'t> {
    fact: u32,
    kind: &'t str,
    name: &'t str,
}

#[test]
fn every_test_of_a_fact_exists() {
    let text = read("tests/facts.tsv");
    let missing: Vec<String> =
        rows(&text).filter(|it| !exists(it)).map(|it| format!("{}: no {} {}", it.fact, it.kind, it.name)).collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_fact_has_a_test_that_needs_no_network() {
    let text = read("tests/facts.tsv");
    let tested: BTreeSet<u32> = rows(&text).filter(|it| it.kind != "manager").map(|it| it.fact).collect();
    let named = text.lines().filter_map(|it| it.strip_prefix("# ")?.split_once('\t')?.0.parse().ok());
    assert_eq!(tested, named.collect::<BTreeSet<u32>>());
}

fn rows(text: &str) -> impl Iterator<Item = Row<'_>> {
    text.lines().filter(|it| !it.starts_with('#')).map(|line| {
        let parts: Vec<&str> = line.splitn(3, '\t').collect();
        let [fact, kind, name] = parts[..] else { panic!("three columns: {line}") };
        Row { fact: fact.parse().expect("a number"), kind, name }
    })
}

fn exists(row: &Row<'_>) -> bool {
    match row.kind {
        "case" => at(&format!("fixtures/cases/{}/expect.toml", row.name)).is_file(),
        "rule" => at(&format!("fixtures/rules/{}/expected.txt", row.name)).is_file(),
        "unit" => row.name.split_once("::").is_some_and(|(file, name)| is_test(&read(file), name)),
        "manager" => read("tests/managers/run").contains(row.name),
        other => panic!("{other} is no kind"),
    }
}

/// Whether a function of that name is marked as a test right above.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.windows(2).any(|it| it[0] == "#[test]" && it[1] == format!("fn {name}() {{"))
}

fn read(path: &str) -> String {
    fs::read_to_string(at(path)).unwrap_or_else(|it| panic!("{path}: {it}"))
}

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
