//! The fix loop: check, apply what fits together, look again, until nothing is left to apply.

use std::collections::BTreeMap;

use super::Input;
use super::check::{CheckResult, Look, look};
use crate::diagnostic::Diagnostic;
use crate::fix::{Applicability, Fix, apply};
use crate::rules::{RULES, Rule};
use crate::syntax::{Item, Parse};

/// Which fixes are wanted.
#[derive(Clone, Debug)]
pub struct FixOptions {
    /// Fixes below it stay.
    pub minimum: Applicability,
    /// Only the fixes of these rules; `None` is all.
    pub rules: Option<Vec<String>>,
    /// A text that has not settled after as many passes is given back as it was.
    pub max_passes: usize,
}

impl Default for FixOptions {
    fn default() -> Self {
        Self { minimum: Applicability::Safe, rules: None, max_passes: 20 }
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
    /// The new text; `None` where nothing changed.
    pub text: Option<String>,
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
    let first = look(input, &input.text, rules);
    let mut state = State { text: None, applied: Vec::new(), look: first };
    let comments = comments(&input.text, &state.look.parse);
    let n_errors = state.look.parse.errors.len();
    for _ in 0..options.max_passes {
        let Some(pass) = Pass::choose(input, &state, options) else { return state.finish(input) };
        let next = look(input, &pass.text, rules);
        if let Some(reason) = broken(&pass.text, &next.parse, n_errors, &comments) {
            return pass.revert(input, rules, reason);
        }
        state.advance(pass, next);
    }
    match Pass::choose(input, &state, options) {
        None => state.finish(input),
        Some(pass) => pass.revert(input, rules, "they did not come to an end"),
    }
}

/// The text as far as it is fixed.
struct State {
    text: Option<String>,
    applied: Vec<Applied>,
    look: Look,
}

impl State {
    fn advance(&mut self, pass: Pass, look: Look) {
        self.text = Some(pass.text);
        self.applied.extend(pass.applied);
        self.look = look;
    }

    fn finish(self, input: &Input) -> FixResult {
        // Passes may undo one another and end where they began.
        let text = self.text.filter(|it| *it != input.text);
        let applied = if text.is_some() { self.applied } else { Vec::new() };
        FixResult { text, applied, remaining: remaining(input, self.look), reverted: None }
    }
}

/// What one pass does.
struct Pass {
    text: String,
    applied: Vec<Applied>,
}

impl Pass {
    /// `None` where there is nothing to do.
    fn choose(input: &Input, state: &State, options: &FixOptions) -> Option<Self> {
        let (rules, fixes): (Vec<&'static str>, Vec<&Fix>) = wanted(&state.look.diagnostics, options).unzip();
        let chosen = apply::choose(&fixes);
        let applied: Vec<Applied> =
            chosen.iter().map(|it| Applied { rule: rules[*it], title: fixes[*it].title.clone() }).collect();
        let chosen: Vec<&Fix> = chosen.iter().map(|it| fixes[*it]).collect();
        let before = state.text.as_deref().unwrap_or(&input.text);
        let text = apply::apply(before, &chosen);
        (text != before).then_some(Self { text, applied })
    }

    fn revert(self, input: &Input, rules: &[&'static Rule], reason: &'static str) -> FixResult {
        let mut names: Vec<&'static str> = self.applied.iter().map(|it| it.rule).collect();
        names.sort_unstable();
        names.dedup();
        let remaining = remaining(input, look(input, &input.text, rules));
        FixResult { text: None, applied: Vec::new(), remaining, reverted: Some(Reverted { rules: names, reason }) }
    }
}

fn wanted<'a>(
    diagnostics: &'a [Diagnostic],
    options: &'a FixOptions,
) -> impl Iterator<Item = (&'static str, &'a Fix)> + 'a {
    let is_wanted = |rule: &str| options.rules.as_ref().is_none_or(|it| it.iter().any(|it| it == rule));
    let fixes = diagnostics.iter().filter_map(|it| Some((it.rule, it.fix.as_ref()?)));
    fixes.filter(move |(rule, fix)| fix.applicability >= options.minimum && is_wanted(rule))
}

fn remaining(input: &Input, look: Look) -> CheckResult {
    let mut diagnostics = look.diagnostics;
    diagnostics.sort_by_key(|it| (it.range.start(), it.range.end()));
    CheckResult { diagnostics, problems: input.project.problems() }
}

/// What must never happen to a file.
fn broken(text: &str, parse: &Parse, n_errors: usize, comments: &BTreeMap<String, usize>) -> Option<&'static str> {
    if parse.errors.len() > n_errors {
        return Some("they left a syntax error behind");
    }
    let now = self::comments(text, parse);
    let is_kept = |(comment, n): (&String, &usize)| now.get(comment).is_some_and(|it| it >= n);
    (!comments.iter().all(is_kept)).then_some("they lost a comment")
}

/// The comment lines of a file and how often each stands in it; their indentation may change.
fn comments(text: &str, parse: &Parse) -> BTreeMap<String, usize> {
    let items = parse.dockerfile.items.iter().flat_map(|it| match it {
        Item::Comment(range) => vec![*range],
        Item::Directive(it) => vec![it.range],
        Item::Instruction(it) => it.comments.clone(),
        Item::Blank(_) => Vec::new(),
    });
    let mut res = BTreeMap::new();
    for range in items {
        let line = text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default();
        *res.entry(line.trim().to_owned()).or_default() += 1;
    }
    res
}
