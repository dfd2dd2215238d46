//! `docs/rules.md` is what the rules say of themselves; `UPDATE=1 cargo test --test rule_pages` writes it.

use std::fmt::Write;
use std::path::Path;

use nodestage::rules::{RULES, Rule, page_url};

#[test]
fn the_pages_are_the_rules_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    let pages = pages();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &pages).expect("the pages can be written");
    }
    let written = std::fs::read_to_string(&path).expect("docs/rules.md is there");
    assert!(written == pages, "docs/rules.md is old: UPDATE=1 cargo test --test rule_pages");
}

#[test]
fn every_rule_has_an_address_that_is_its_heading() {
    let pages = pages();
    for rule in RULES {
        let url = page_url(rule.name).expect("a rule has a page");
        let anchor = url.rsplit('#').next().expect("it has an anchor");
        assert!(pages.contains(&format!("\n## {anchor}\n")), "{url}");
    }
    assert_eq!(page_url("no-such-rule"), None);
}

fn pages() -> String {
    let mut res = "# Rules\n\nWhat `nodestage rule NAME` prints, for all rules.\n".to_owned();
    for rule in RULES {
        let _ = write!(res, "\n## {}\n\n{}", rule.name, page(rule));
    }
    res
}

/// The rule's page with its headings one level down.
fn page(rule: &Rule) -> String {
    let mut in_code = false;
    let mut res = String::new();
    for line in rule.docs.lines() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        in_code ^= line.starts_with("```");
        let mark = if line.starts_with("## ") && !in_code { "#" } else { "" };
        let _ = writeln!(res, "{mark}{line}");
    }
    res
}
