//! One look at one text.

use super::{Input, SYNTAX_ERROR};
use crate::config::Level;
use crate::config::suppressions::{self, Suppressions};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::Problem;
use crate::rules::{RULES, Rule, RuleContext};
use crate::stages::Model;
use crate::syntax::{Dockerfile, Parse, SyntaxError};

/// What a check found.
#[derive(Debug, Default)]
pub struct CheckResult {
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of the project that could not be read as what they should be.
    pub problems: Vec<Problem>,
}

/// Checks with all rules.
#[must_use]
pub fn check(input: &Input) -> CheckResult {
    check_with(input, RULES)
}

/// Checks with `rules`.
#[must_use]
pub fn check_with(input: &Input, rules: &[&'static Rule]) -> CheckResult {
    let mut diagnostics = look(input, rules).diagnostics;
    diagnostics.sort_by_key(|it| (it.range.start(), it.range.end()));
    CheckResult { diagnostics, problems: input.project.problems() }
}

/// A parsed text and what is wrong with it.
pub(super) struct Look {
    pub(super) parse: Parse,
    /// In the order of the rules.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Checks `input`, which may be a later state of what was given.
pub(super) fn look(input: &Input, rules: &[&'static Rule]) -> Look {
    let text = &input.text;
    let parse = crate::syntax::parse(text);
    let mut diagnostics: Vec<Diagnostic> = parse.errors.iter().map(syntax_error).collect();
    let mut found = with_context(input, &parse.dockerfile, |ctx| run(ctx, input, rules));
    hold_back(text, &parse.errors, &mut found);
    diagnostics.extend(unsilenced(input, &parse.dockerfile, rules, found));
    Look { parse, diagnostics }
}

/// What `read` makes of the input's text and of all that follows from it: the tree, the stages, what ships.
pub fn inspect<T>(input: &Input, read: impl FnOnce(&RuleContext<'_>) -> T) -> T {
    with_context(input, &crate::syntax::parse(&input.text).dockerfile, read)
}

fn with_context<T>(input: &Input, dockerfile: &Dockerfile, read: impl FnOnce(&RuleContext<'_>) -> T) -> T {
    let (text, settings) = (input.text.as_str(), &input.settings);
    let model = Model::build(text, dockerfile, &input.project, settings.target.as_deref());
    read(&RuleContext::new(text, dockerfile, &model, &input.project, settings))
}

fn run(ctx: &RuleContext<'_>, input: &Input, rules: &[&'static Rule]) -> Vec<Diagnostic> {
    let mut res = Vec::new();
    for rule in enabled(input, rules) {
        let n_before = res.len();
        (rule.check)(ctx, &mut res);
        set_severity(&mut res[n_before..], input.settings.level(rule.name));
    }
    res
}

fn enabled<'a>(input: &'a Input, rules: &'a [&'static Rule]) -> impl Iterator<Item = &'static Rule> + 'a {
    rules.iter().copied().filter(|it| input.settings.level(it.name) != Level::Off)
}

fn set_severity(diagnostics: &mut [Diagnostic], level: Level) {
    let Level::As(severity) = level else { return };
    for diagnostic in diagnostics {
        diagnostic.severity = severity;
    }
}

/// What a file with syntax errors means is a guess, so nothing in it is fixed.
fn hold_back(text: &str, errors: &[SyntaxError], diagnostics: &mut [Diagnostic]) {
    let Some(first) = errors.first() else { return };
    let line = crate::text::LineIndex::new(text).line(first.range.start()) + 1;
    for diagnostic in diagnostics.iter_mut().filter(|it| it.fix.is_some()) {
        diagnostic.fix = None;
        diagnostic.held_back = Some(format!("the file has a syntax error at line {line}"));
    }
}

fn unsilenced(
    input: &Input,
    dockerfile: &Dockerfile,
    rules: &[&'static Rule],
    mut found: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let known: Vec<&str> = super::rule_names().chain(rules.iter().map(|it| it.name)).collect();
    let mut comments = Suppressions::find(&input.text, dockerfile, &known);
    found.retain(|it| !comments.silence(it));
    let level = input.settings.level(suppressions::UNUSED);
    if level != Level::Off {
        let ran: Vec<&str> = enabled(input, rules).map(|it| it.name).collect();
        let mut idle = comments.report(&ran);
        set_severity(&mut idle, level);
        found.extend(idle);
    }
    found
}

fn syntax_error(error: &SyntaxError) -> Diagnostic {
    let diagnostic = Diagnostic::new(SYNTAX_ERROR, error.range, error.message.clone());
    Diagnostic { severity: Severity::Error, ..diagnostic }
}
