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

/// The files of the context: before a fix, or those that a fix changes, as they are then.
fn files(blocks: &[Block], after: bool) -> Vec<(&str, &str)> {
    let named = blocks.iter().filter_map(|it| Some((it.info.split_once("file=")?, it.text.as_str())));
    named.filter(|((info, _), _)| info.ends_with(" after ") == after).map(|((_, path), text)| (path, text)).collect()
}

fn case(rule: &'static Rule, files: &[(&str, &str)]) -> Case {
    files.iter().fold(Case::of(rule), |case, (path, text)| case.file(path, text))
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
    let case = case(rule, &files(&blocks, false));
    let report = case.report(before);
    let by_unsafe = dockerfile(&blocks, "after unsafe");
    let after = by_unsafe.or_else(|| dockerfile(&blocks, "after")).unwrap_or(before);
    let minimum = if by_unsafe.is_some() { Applicability::Unsafe } else { Applicability::Safe };
    let (fixed, changes) = case.fix_all(before, minimum);
    let changed: Vec<(&str, &str)> = changes.iter().map(|it| (it.path.as_str(), it.after.as_str())).collect();
    let is_fixed = after != before || !changed.is_empty();
    let left = if is_fixed { case.files(&changed).report(after) } else { String::new() };
    let is_right = fixed == after && changed == files(&blocks, true) && left.is_empty();
    let is_reported = report.contains(&format!("[{}]", rule.name));
    (!is_right || !is_reported)
        .then(|| format!("{}: reported\n{report}fixed\n{fixed}{changed:?}\nleft\n{left}", rule.name))
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
