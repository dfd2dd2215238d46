//! Every rule's page, tested: its headings, and its example.

use super::{RULES, Rule};
use crate::fix::Applicability;
use crate::testing::Case;

/// A fenced block of a page.
struct Block {
    info: String,
    text: String,
}

fn blocks(docs: &str) -> Vec<Block> {
    let mut res = Vec::new();
    let mut open: Option<Block> = None;
    for line in docs.lines().map(|it| it.strip_prefix(' ').unwrap_or(it)) {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => res.extend(open.take()),
            (Some(info), None) => open = Some(Block { info: info.to_owned(), text: String::new() }),
            (None, Some(block)) => block.text.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed in {docs}");
    res
}

fn dockerfile<'b>(blocks: &'b [Block], which: &str) -> Option<&'b str> {
    let wanted = format!("dockerfile {which}");
    blocks.iter().find(|it| it.info == wanted).map(|it| it.text.as_str())
}

fn case(rule: &'static Rule, blocks: &[Block]) -> Case {
    let files = blocks.iter().filter_map(|it| Some((it.info.split_once("file=")?.1, it.text.as_str())));
    files.fold(Case::of(rule), |case, (path, text)| case.file(path, text))
}

#[test]
fn every_example_does_what_its_page_says() {
    for rule in RULES {
        let blocks = blocks(rule.docs);
        let before = dockerfile(&blocks, "before").unwrap_or_else(|| panic!("{} has an example", rule.name));
        let case = case(rule, &blocks);
        let report = case.report(before);
        assert!(report.contains(&format!("[{}]", rule.name)), "{} finds nothing in its example: {report}", rule.name);
        let after = dockerfile(&blocks, "after").unwrap_or(before);
        let fixed = case.fix(before, Applicability::Safe);
        assert!(fixed == after, "{}:\n{fixed}\nis not\n{after}\nreport:\n{report}", rule.name);
        assert!(after == before || case.report(after).is_empty(), "{}: {}", rule.name, case.report(after));
    }
}

#[test]
fn every_page_has_its_parts() {
    for rule in RULES {
        let headings: Vec<&str> = rule.docs.lines().filter_map(|it| it.trim().strip_prefix("## ")).collect();
        assert_eq!(headings, ["Why", "Example", "Fix safety"], "{}", rule.name);
        let name = rule.name;
        assert!(name.chars().all(|it| it == '-' || it.is_ascii_lowercase()), "{name}");
    }
}

#[test]
fn names_are_there_once() {
    let mut names: Vec<&str> = RULES.iter().map(|it| it.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|it| it[0] != it[1]), "{names:?}");
}
