//! One look at one text.

use super::{Input, Inspection, SYNTAX_ERROR, exec_form, merge};
use crate::config::Level;
use crate::config::suppressions::{self, Suppressions};
use crate::diagnostic::{Diagnostic, Severity};
use crate::fix::Applicability;
use crate::project::{Problem, Project};
use crate::rules::{RULES, Rule};
use crate::syntax::{SourceFile, SyntaxError};

/// What a check found.
#[derive(Debug, Default)]
pub struct CheckResult {
    /// In the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of the project that could not be read as what they should be.
    pub problems: Vec<Problem>,
    /// Whether nothing that ships runs Node, so that most rules say nothing.
    pub is_without_node: bool,
}

/// Checks with all rules.
#[must_use]
pub fn check(input: &Input) -> CheckResult {
    check_with(input, RULES)
}

/// Checks with `rules`.
#[must_use]
pub fn check_with(input: &Input, rules: &[&'static Rule]) -> CheckResult {
    let inspection = Inspection::new(input.clone());
    let res = result(input, diagnostics(&inspection, rules));
    CheckResult { is_without_node: !inspection.model().ships_node(), ..res }
}

/// Checks what was looked at already, with all rules.
#[must_use]
pub fn check_inspected(inspection: &Inspection) -> CheckResult {
    result(inspection.input(), diagnostics(inspection, RULES))
}

/// What is reported of `diagnostics`.
pub(super) fn result(input: &Input, mut diagnostics: Vec<Diagnostic>) -> CheckResult {
    diagnostics.sort_by_key(|it| (it.range.start(), it.range.end()));
    let mut problems = input.project.problems();
    problems.extend(compose_target(input));
    CheckResult { diagnostics, problems, is_without_node: false }
}

/// A compose file that builds a stage which is not there.
fn compose_target(input: &Input) -> Option<Problem> {
    let compose = input.project.compose.as_ref().filter(|_| input.settings.targets.is_empty())?;
    let target = compose.target.as_deref()?;
    let names = super::stages_without(input.source.dockerfile(), target)?;
    Some(Problem { site: compose.site.clone(), message: super::no_stage(target, &names) })
}

/// What is wrong with it, which may be a later state of what was given; in the order of the rules.
pub(super) fn diagnostics(inspection: &Inspection, rules: &[&'static Rule]) -> Vec<Diagnostic> {
    let input = inspection.input();
    let mut res: Vec<Diagnostic> = input.source.errors().iter().map(syntax_error).collect();
    let mut found = of_all_that_ships(inspection, input, rules);
    exec_form::keep(&input.source, &mut found);
    hold_back(&input.source, &mut found);
    keep_inside(&input.project, &mut found);
    doubt_context(&input.project, &mut found);
    res.extend(unsilenced(input, rules, found));
    res.iter_mut().for_each(Diagnostic::shorten);
    res
}

fn of_all_that_ships(inspection: &Inspection, input: &Input, rules: &[&'static Rule]) -> Vec<Diagnostic> {
    if inspection.others().is_empty() {
        return run(inspection, input, rules);
    }
    let found = inspection.of_all_that_ships().map(|it| merge::Found { by: it, diagnostics: run(it, input, rules) });
    merge::all(found.collect())
}

fn run(ctx: &Inspection, input: &Input, rules: &[&'static Rule]) -> Vec<Diagnostic> {
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
fn hold_back(source: &SourceFile, diagnostics: &mut [Diagnostic]) {
    let Some(first) = source.errors().first() else { return };
    let line = source.text().line(first.range.start());
    for diagnostic in diagnostics.iter_mut().filter(|it| it.fix.is_some()) {
        diagnostic.fix = None;
        diagnostic.held_back = Some(format!("the file has a syntax error at line {line}"));
    }
}

/// A file outside of the repository is not changed, whatever says that it is the Dockerfile's.
fn keep_inside(project: &Project, diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        let files = diagnostic.fix.iter().flat_map(|it| it.files());
        let Some(outside) = files.map(|it| &it.path).find(|it| !project.may_write(it)) else { continue };
        diagnostic.held_back = Some(format!("`{outside}` is outside of the repository"));
        diagnostic.fix = None;
    }
}

/// What was read of a context that is a guess may be of another app: what rests on it is not safe.
fn doubt_context(project: &Project, diagnostics: &mut [Diagnostic]) {
    let Some(doubt) = project.doubt() else { return };
    for diagnostic in diagnostics.iter_mut().filter(|it| !holds_anywhere(it.rule)) {
        if let Some(fix) = diagnostic.fix.as_mut().filter(|it| it.applicability == Applicability::Safe) {
            fix.applicability = Applicability::Unsafe;
            diagnostic.held_back = Some(doubt.clone());
        }
    }
}

/// Whether the fixes of a rule rest on the Dockerfile and its images alone, or the rule itself asks for the context.
fn holds_anywhere(rule: &str) -> bool {
    const RULES: [&str; 9] = [
        "deprecated-omit",
        "dockerignore",
        "end-of-life-node",
        "package-cache",
        "secret-in-image",
        "shell-form-start",
        "unknown-user",
        "unpinned-base",
        "user-too-early",
    ];
    RULES.contains(&rule)
}

fn unsilenced(input: &Input, rules: &[&'static Rule], mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let known: Vec<&str> = super::rule_names().chain(rules.iter().map(|it| it.name)).collect();
    let mut comments = Suppressions::find(&input.source, &known);
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
