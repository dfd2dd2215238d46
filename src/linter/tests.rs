//! The loop, with rules made for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::{Applicability, Edit, FileChange, Fix};
use crate::project::Overlay;
use crate::rules::Rule;
use crate::text::{TextRange, offset, range};

macro_rules! rule {
    ($ident:ident, $name:literal, $check:path) => {
        static $ident: Rule =
            Rule { name: $name, docs: "", since: "0", severity: Severity::Warning, fixable: true, check: $check };
    };
}

rule!(UPPER, "upper", upper);
rule!(RISKY, "risky", risky);
rule!(FLIP, "flip", flip);
rule!(BREAK, "break", break_it);
rule!(UNCOMMENT, "uncomment", uncomment);
rule!(COUNT, "count", count);
rule!(SWAP, "swap", swap);

/// Replaces the first `from` by `to`.
fn replace(ctx: &Inspection, rule: &'static str, from: &str, to: &str) -> Option<Diagnostic> {
    let at = ctx.text().find(from)?;
    let range = range(at, at + from.len());
    let fix = Fix::new("Replace it", Applicability::Safe, vec![Edit::replacement(range, to)]);
    Some(Diagnostic::new(rule, range, format!("`{from}`")).with_fix(fix))
}

fn upper(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    acc.extend(replace(ctx, "upper", "one", "ONE"));
    acc.extend(replace(ctx, "upper", "two", "TWO"));
}

fn risky(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let found = replace(ctx, "risky", "one", "1");
    if let Some(mut it) = found {
        if let Some(fix) = &mut it.fix {
            fix.applicability = Applicability::Unsafe;
        }
        acc.push(it);
    }
}

fn flip(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    acc.extend(replace(ctx, "flip", "one", "eins").or_else(|| replace(ctx, "flip", "eins", "one")));
}

fn break_it(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    acc.extend(replace(ctx, "break", "RUN", "RUNE"));
}

fn uncomment(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    acc.extend(replace(ctx, "uncomment", "# why\n", ""));
}

/// Wants a line in the file `lines` for each RUN, and the first RUN in capitals.
fn count(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let before = ctx.project().text("lines");
    let lines = before.clone().unwrap_or_default();
    if lines.lines().count() < ctx.text().matches("RUN").count() {
        let change = FileChange { path: "lines".to_owned(), before, after: lines + "line\n" };
        let whole = TextRange::up_to(offset(ctx.text().len()));
        let mut fix = Fix::of_file("Add a line", Applicability::Safe, change.clone());
        if let Some(it) = replace(ctx, "count", "one", "ONE").and_then(|it| it.fix) {
            fix = it.with_file(change);
        }
        acc.push(Diagnostic::new("count", whole, "a line is missing").with_fix(fix));
    }
}

/// Never content with the file `word`.
fn swap(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let before = ctx.project().text("word");
    let after = if before.as_deref() == Some("a") { "b" } else { "a" };
    let fix = Fix::of_file("Swap it", Applicability::Safe, change("word", before.as_deref(), after));
    acc.push(Diagnostic::new("swap", range(0, 4), "the other word").with_fix(fix));
}

fn change(path: &str, before: Option<&str>, after: &str) -> FileChange {
    FileChange { path: path.to_owned(), before: before.map(str::to_owned), after: after.to_owned() }
}

/// The Dockerfile `text` beside these files.
fn placed(text: &str, files: &[(&str, &str)]) -> Input {
    let files =
        [(".git/HEAD", "")].iter().chain(files).map(|(path, text)| (Path::new("/p").join(path), (*text).to_owned()));
    let loader = Arc::new(Overlay::new(files.collect::<BTreeMap<_, _>>(), ()));
    load(loader, Path::new("/p/Dockerfile"), text.to_owned(), Settings::default())
}

fn input(text: &str) -> Input {
    load_unplaced(Arc::new(()), text.to_owned(), Settings::default())
}

#[track_caller]
fn check_fix(text: &str, rules: &[&'static Rule], options: &FixOptions, expected: Option<&str>) -> FixResult {
    let result = fix_with(&input(text), options, rules);
    assert_eq!(result.text.as_deref(), expected);
    result
}

#[track_caller]
fn check_messages(text: &str, rules: &[&'static Rule], expected: &[&str]) {
    let diagnostics = check_with(&input(text), rules).diagnostics;
    let messages: Vec<String> = diagnostics.iter().map(|it| format!("{}: {}", it.rule, it.message)).collect();
    assert_eq!(messages, expected);
}

const TEXT: &str = "FROM a\n# why\nRUN one\nRUN two\n";

#[test]
fn all_safe_fixes_are_applied() {
    let result = check_fix(TEXT, &[&UPPER], &FixOptions::default(), Some("FROM a\n# why\nRUN ONE\nRUN TWO\n"));
    assert_eq!(result.applied.len(), 2);
    assert!(result.remaining.diagnostics.is_empty());
}

#[test]
fn fixes_that_touch_take_another_pass() {
    check_fix("FROM a\nRUN onetwo\n", &[&UPPER], &FixOptions::default(), Some("FROM a\nRUN ONETWO\n"));
}

#[test]
fn unsafe_fixes_wait_for_the_word() {
    let result = check_fix(TEXT, &[&RISKY], &FixOptions::default(), None);
    assert_eq!(result.remaining.diagnostics.len(), 1);
    let options = FixOptions { minimum: Applicability::Unsafe, ..FixOptions::default() };
    check_fix(TEXT, &[&RISKY], &options, Some("FROM a\n# why\nRUN 1\nRUN two\n"));
}

#[test]
fn only_the_fixes_of_the_named_rules() {
    let options = FixOptions { rules: Some(vec!["flip".to_owned()]), max_passes: 1, ..FixOptions::default() };
    let result = check_fix(TEXT, &[&UPPER], &options, None);
    assert_eq!(result.remaining.diagnostics.len(), 2);
}

#[test]
fn other_files_change_with_the_dockerfile_and_are_seen_changed() {
    let result = fix_with(&placed(TEXT, &[]), &FixOptions::default(), &[&COUNT]);
    assert_eq!(result.text.as_deref(), Some("FROM a\n# why\nRUN ONE\nRUN two\n"));
    assert_eq!(result.files, [change("lines", None, "line\nline\n")]);
    assert_eq!((result.applied.len(), result.remaining.diagnostics.len()), (2, 0));
    let result = fix_with(&placed("FROM a\nRUN b\nRUN c\n", &[("lines", "0\n")]), &FixOptions::default(), &[&COUNT]);
    assert_eq!((result.text, result.files), (None, vec![change("lines", Some("0\n"), "0\nline\n")]));
    assert_eq!(result.applied.len(), 1);
}

#[test]
fn other_files_stay_where_they_should() {
    let options = FixOptions { other_files: false, ..FixOptions::default() };
    let result = fix_with(&placed(TEXT, &[]), &options, &[&COUNT]);
    assert_eq!((result.text, result.files.len(), result.remaining.diagnostics.len()), (None, 0, 1));
}

#[test]
fn other_files_that_do_not_settle_go_back() {
    let result = fix_with(&placed(TEXT, &[]), &FixOptions::default(), &[&SWAP]);
    assert!(result.files.is_empty() && result.reverted.is_some_and(|it| it.rules == ["swap"]));
}

#[track_caller]
fn check_reverted(text: &str, rules: &[&'static Rule], names: &[&str], reason: &str) {
    let reverted = check_fix(text, rules, &FixOptions::default(), None).reverted.expect("it goes back");
    assert_eq!((reverted.rules.as_slice(), reverted.reason), (names, reason));
}

#[test]
fn what_does_not_settle_goes_back() {
    check_reverted(TEXT, &[&FLIP], &["flip"], "they did not come to an end");
}

#[test]
fn what_breaks_the_file_goes_back() {
    check_reverted(TEXT, &[&BREAK], &["break"], "they left a syntax error behind");
}

#[test]
fn what_loses_a_comment_goes_back() {
    check_reverted(TEXT, &[&UNCOMMENT], &["uncomment"], "they lost a comment");
}

#[test]
fn a_file_with_syntax_errors_is_not_fixed() {
    let result = check_fix("FROM a\nRUN one\nRUNN x\n", &[&UPPER], &FixOptions::default(), None);
    let held_back: Vec<_> = result.remaining.diagnostics.iter().filter_map(|it| it.held_back.as_deref()).collect();
    assert_eq!(held_back, ["the file has a syntax error at line 3"]);
}

#[test]
fn a_comment_above_silences_the_instruction_below() {
    check_messages(
        "FROM a\n# nodestage: ignore[upper] why not\n# more\nRUN one\nRUN two\n",
        &[&UPPER],
        &["upper: `two`"],
    );
    check_messages("FROM a\n# nodestage: ignore\nRUN one && two\n", &[&UPPER], &[]);
    check_messages("FROM a\nRUN one && \\\n  # nodestage: ignore[upper]\n  two\n", &[&UPPER], &[]);
}

#[test]
fn a_comment_for_the_file_silences_all_of_it() {
    check_messages("FROM a\nRUN one\nRUN two\n# nodestage: ignore-file[upper]\n", &[&UPPER], &[]);
}

#[test]
fn a_stage_is_silenced_from_its_from_to_the_next() {
    let stages = "FROM a AS x\n# nodestage: ignore-stage[upper]\n# more\nFROM b AS y\nENV A=1\n\nRUN one\n";
    check_messages(&format!("{stages}RUN two\n"), &[&UPPER], &[]);
    check_messages(&format!("{stages}FROM c\nRUN two\n"), &[&UPPER], &["upper: `two`"]);
    check_messages("# nodestage: ignore-stage\nFROM a\nRUN one\n", &[&UPPER], &[]);
    check_messages(
        "# nodestage: ignore-stage[upper]\nFROM a\n# nodestage: ignore-stage[upper]\nRUN x\n",
        &[&UPPER],
        &[
            "unused-suppression: there is no `upper` to ignore in the stage below",
            "unused-suppression: this comment stands above no FROM",
        ],
    );
}

#[test]
fn idle_and_wrong_comments_are_reported() {
    check_messages(
        "FROM a\n# nodestage: ignore[upper, uper]\nRUN x\n# nodestage: ignore[upper\nRUN y\n# nodestage: ignroe\nRUN z\n# nodestage: ignore\n",
        &[&UPPER],
        &[
            "unused-suppression: there is no `upper` to ignore at the instruction below",
            "unused-suppression: there is no rule `uper`; did you mean `upper`?",
            "unused-suppression: the bracket after `ignore` is not closed",
            "unused-suppression: `ignroe` is not something a nodestage comment can say; did you mean `ignore`?",
            "unused-suppression: this comment stands above no instruction",
        ],
    );
}

#[test]
fn a_comment_for_a_rule_that_is_off_is_not_idle() {
    let mut input = input("FROM a\n# nodestage: ignore[upper]\nRUN one\n");
    input.settings.levels.insert("upper", None);
    assert!(check_with(&input, &[&UPPER]).diagnostics.is_empty());
}

#[test]
fn configuration_sets_the_severity() {
    let mut input = input(TEXT);
    input.settings.levels.insert("upper", Some(Severity::Error));
    assert_eq!(check_with(&input, &[&UPPER]).diagnostics[0].severity, Severity::Error);
}

#[test]
fn copy_sources_are_those_of_the_context() {
    let text = "FROM a\nCOPY \"a b\" x ./\nCOPY --from=b c d\nADD https://x/y $z q ./\nCOPY <<E /e\nE\n";
    let parse = crate::syntax::parse(text);
    assert_eq!(request_for(Path::new("/p/Dockerfile"), &parse.dockerfile).copy_sources, ["\"a", "b\"", "x", "q"]);
}

#[test]
fn ranges_stay_in_the_file() {
    let whole = TextRange::up_to(offset(TEXT.len()));
    assert!(check_with(&input(TEXT), &[&UPPER]).diagnostics.iter().all(|it| whole.contains_range(it.range)));
}
