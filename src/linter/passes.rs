//! The fix loop: check, apply what fits together, look again, until nothing is left to apply.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::{CheckResult, diagnostics, result};
use super::{Input, Inspection};
use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, FileChange, Fix, apply};
use crate::rules::{RULES, Rule};
use crate::syntax::{Item, SourceFile};

/// Which fixes are wanted.
#[derive(Clone, Debug)]
pub struct FixOptions {
    /// Fixes below it stay.
    pub minimum: Applicability,
    /// Only the fixes of these rules; `None` is all.
    pub rules: Option<Vec<String>>,
    /// Whether fixes that change other files than the Dockerfile are wanted too.
    pub other_files: bool,
    /// A text that has not settled after as many passes is given back as it was.
    pub max_passes: usize,
}

impl Default for FixOptions {
    fn default() -> Self {
        Self { minimum: Applicability::Safe, rules: None, other_files: true, max_passes: 20 }
    }
}

/// A fix that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule that offered it.
    pub rule: &'static str,
    /// What it did.
    pub title: String,
}

/// What became of a text.
#[derive(Debug)]
pub struct FixResult {
    /// The new text of the Dockerfile; `None` where it did not change.
    pub text: Option<String>,
    /// The other files that change, sorted by path; `before` is what they were before all fixes.
    pub files: Vec<FileChange>,
    /// In the order in which they were applied.
    pub applied: Vec<Applied>,
    /// What is left in the new text (or in the old one, where that stays).
    pub remaining: CheckResult,
    /// Why all fixes were taken back.
    pub reverted: Option<Reverted>,
}

/// Fixes that went wrong: a fault of nodestage, and the file is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverted {
    /// The rules of the last pass.
    pub rules: Vec<&'static str>,
    /// One clause that completes "the fixes of … were taken back: …".
    pub reason: &'static str,
}

/// Fixes with all rules.
#[must_use]
pub fn fix(input: &Input, options: &FixOptions) -> FixResult {
    fix_with(input, options, RULES)
}

/// Fixes with `rules`.
#[must_use]
pub fn fix_with(input: &Input, options: &FixOptions, rules: &[&'static Rule]) -> FixResult {
    fix_from(&Inspection::new(input.clone()), options, rules)
}

/// Fixes what was looked at already, with all rules.
#[must_use]
pub fn fix_inspected(inspection: &Inspection, options: &FixOptions) -> FixResult {
    fix_from(inspection, options, RULES)
}

fn fix_from(inspection: &Inspection, options: &FixOptions, rules: &[&'static Rule]) -> FixResult {
    let input = inspection.input();
    let mut state = State::first(inspection, rules);
    let comments = comments(&input.source);
    for _ in 0..options.max_passes {
        let Some(pass) = Pass::choose(&state, options) else { return state.finish(input) };
        let next = state.after(input, &pass, rules);
        if let Some(reason) = broken(&next.input.source, input.source.errors().len(), &comments) {
            return pass.revert(input, rules, reason);
        }
        state = next;
    }
    match Pass::choose(&state, options) {
        None => state.finish(input),
        Some(pass) => pass.revert(input, rules, "they did not come to an end"),
    }
}

/// The Dockerfile and its context as far as they are fixed.
struct State {
    input: Input,
    /// Other files, by path: as they were before all passes, and as they are now.
    files: BTreeMap<String, FileChange>,
    applied: Vec<Applied>,
    /// What is found in it.
    diagnostics: Vec<Diagnostic>,
}

impl State {
    fn first(inspection: &Inspection, rules: &[&'static Rule]) -> Self {
        let diagnostics = diagnostics(inspection, rules);
        Self { input: inspection.input().clone(), files: BTreeMap::new(), applied: Vec::new(), diagnostics }
    }

    /// Where `pass` leads; `first` is the input before all passes.
    fn after(&self, first: &Input, pass: &Pass, rules: &[&'static Rule]) -> Self {
        let files = merged(&self.files, &pass.files);
        let project = if pass.files.is_empty() {
            Arc::clone(&self.input.project)
        } else {
            Arc::new(first.project.with_files(files.values().map(|it| (it.path.as_str(), it.after.as_str()))))
        };
        let input = Input { source: SourceFile::new(pass.text.clone()), project, ..first.clone() };
        let applied = [&self.applied[..], &pass.applied].concat();
        let diagnostics = diagnostics(&Inspection::new(input.clone()), rules);
        Self { input, files, applied, diagnostics }
    }

    fn finish(self, first: &Input) -> FixResult {
        // Passes may undo one another and end where they began.
        let text = self.input.source.text();
        let text = (**text != **first.source.text()).then(|| text.to_string());
        let files: Vec<FileChange> =
            self.files.into_values().filter(|it| it.before.as_ref() != Some(&it.after)).collect();
        let is_changed = text.is_some() || !files.is_empty();
        let applied = if is_changed { self.applied } else { Vec::new() };
        FixResult { text, files, applied, remaining: result(&self.input, self.diagnostics), reverted: None }
    }
}

/// The changes of one more pass; what a file was before all of them stays.
fn merged(files: &BTreeMap<String, FileChange>, changes: &[FileChange]) -> BTreeMap<String, FileChange> {
    let mut res = files.clone();
    for change in changes {
        let entry = res.entry(change.path.clone()).or_insert_with(|| change.clone());
        entry.after.clone_from(&change.after);
    }
    res
}

/// What one pass does.
struct Pass {
    text: String,
    files: Vec<FileChange>,
    applied: Vec<Applied>,
}

impl Pass {
    /// `None` where there is nothing to do.
    fn choose(state: &State, options: &FixOptions) -> Option<Self> {
        let (rules, fixes): (Vec<&'static str>, Vec<&Fix>) = wanted(&state.diagnostics, options).unzip();
        let chosen = apply::choose(&fixes);
        let applied: Vec<Applied> =
            chosen.iter().map(|it| Applied { rule: rules[*it], title: fixes[*it].title.clone() }).collect();
        let chosen: Vec<&Fix> = chosen.iter().map(|it| fixes[*it]).collect();
        let before = state.input.source.text();
        let text = apply::apply(before, &chosen);
        let mut files: Vec<FileChange> = chosen.iter().flat_map(|it| it.files()).cloned().collect();
        files.sort();
        files.dedup();
        (*text != **before || !files.is_empty()).then_some(Self { text, files, applied })
    }

    fn revert(self, first: &Input, rules: &[&'static Rule], reason: &'static str) -> FixResult {
        let mut names: Vec<&'static str> = self.applied.iter().map(|it| it.rule).collect();
        names.sort_unstable();
        names.dedup();
        let remaining = result(first, diagnostics(&Inspection::new(first.clone()), rules));
        let reverted = Some(Reverted { rules: names, reason });
        FixResult { text: None, files: Vec::new(), applied: Vec::new(), remaining, reverted }
    }
}

fn wanted<'a>(
    diagnostics: &'a [Diagnostic],
    options: &'a FixOptions,
) -> impl Iterator<Item = (&'static str, &'a Fix)> + 'a {
    let is_wanted = |rule: &str| options.rules.as_ref().is_none_or(|it| it.iter().any(|it| it == rule));
    let fixes = diagnostics.iter().filter_map(|it| Some((it.rule, it.fix.as_ref()?)));
    fixes.filter(move |(rule, fix)| {
        let may_touch = options.other_files || fix.files().is_empty();
        fix.applicability >= options.minimum && may_touch && is_wanted(rule)
    })
}

/// What must never happen to a file.
fn broken(source: &SourceFile, n_errors: usize, comments: &BTreeMap<String, usize>) -> Option<&'static str> {
    if source.errors().len() > n_errors {
        return Some("they left a syntax error behind");
    }
    let now = self::comments(source);
    let is_kept = |(comment, n): (&String, &usize)| now.get(comment).is_some_and(|it| it >= n);
    (!comments.iter().all(is_kept)).then_some("they lost a comment")
}

/// The comment lines of a file and how often each stands in it; their indentation may change.
fn comments(source: &SourceFile) -> BTreeMap<String, usize> {
    let items = source.dockerfile().items.iter().flat_map(|it| match it {
        Item::Comment(range) => vec![*range],
        Item::Directive(it) => vec![it.range],
        Item::Instruction(it) => it.comments.clone(),
        Item::Blank(_) => Vec::new(),
    });
    let mut res = BTreeMap::new();
    for range in items {
        let line = source.text().get(std::ops::Range::<usize>::from(range)).unwrap_or_default();
        *res.entry(line.trim().to_owned()).or_default() += 1;
    }
    res
}
