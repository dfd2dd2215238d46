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

/// The Dockerfile of a rule without a fix.
fn plain(blocks: &[Block]) -> Option<&str> {
    blocks.iter().find(|it| it.info == "dockerfile").map(|it| it.text.as_str())
}

fn case(rule: &'static Rule, blocks: &[Block]) -> Case {
    let files = blocks.iter().filter_map(|it| Some((it.info.split_once("file=")?.1, it.text.as_str())));
    files.fold(Case::of(rule), |case, (path, text)| case.file(path, text))
}

#[test]
fn every_example_does_what_its_page_says() {
    let wrong: Vec<String> = RULES.iter().filter_map(|it| wrong_example(it)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the example of one page; what it does not do.
fn wrong_example(rule: &'static Rule) -> Option<String> {
    let blocks = blocks(rule.docs);
    let Some(before) = dockerfile(&blocks, "before").or_else(|| plain(&blocks)) else {
        return Some(format!("{} has no example", rule.name));
    };
    let case = case(rule, &blocks);
    let report = case.report(before);
    let after = dockerfile(&blocks, "after").unwrap_or(before);
    let fixed = case.fix(before, Applicability::Safe);
    let left = if after == before { String::new() } else { case.report(after) };
    let is_right = report.contains(&format!("[{}]", rule.name)) && fixed == after && left.is_empty();
    (!is_right).then(|| format!("{}: reported\n{report}fixed\n{fixed}left\n{left}", rule.name))
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
