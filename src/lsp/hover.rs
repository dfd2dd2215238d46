//! Hover: what a stage holds, what a rule says, what a flag does.

mod flags;

use tower_lsp_server::ls_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::analysis::{Analysis, Checked};
use super::ships;
use crate::config::suppressions::Comment;
use crate::diagnostic::Diagnostic;
use crate::linter::Inspection;
use crate::rules::{RULES, Rule};
use crate::syntax::{Instruction, Item};
use crate::text::{TextRange, TextSize};

/// What there is to say at a position.
pub(super) fn at(analysis: &Analysis, position: Position) -> Option<Hover> {
    let checked = analysis.checked.as_ref()?;
    let at = analysis.offset(position);
    let (parts, range) = parts(checked, at);
    let kind = if analysis.world.client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
    let contents = HoverContents::Markup(MarkupContent { kind, value: parts.join("\n\n---\n\n") });
    (!parts.is_empty()).then(|| Hover { contents, range: range.map(|it| analysis.range(it)) })
}

/// What is said, the nearest first, and what it is said of.
fn parts(checked: &Checked, at: TextSize) -> (Vec<String>, Option<TextRange>) {
    let inspection = &checked.inspection;
    let Some(Item::Instruction(instruction)) = inspection.dockerfile().item_at(at) else {
        return match suppressed(inspection, at) {
            Some((rule, range)) => (vec![page(rule)], Some(range)),
            None => (Vec::new(), None),
        };
    };
    if let Some((text, range)) = flag(instruction, at) {
        return (vec![text], Some(range));
    }
    let model = inspection.model();
    let stage = model.stages.ids().find(|it| model.instructions[model.stages[*it].from].range == instruction.range);
    let found: Vec<&Diagnostic> = checked.result.diagnostics.iter().filter(|it| touches(it.range, at)).collect();
    let contents = stage.map(|it| ships::stage(inspection.seen_from(it), it));
    let place = if stage.is_some() { Some(instruction.content) } else { found.first().map(|it| it.range) };
    (contents.into_iter().chain(rules(&found)).collect(), place)
}

fn touches(range: TextRange, at: TextSize) -> bool {
    range.contains_inclusive(at)
}

/// The pages of the rules that spoke: whole for one, in short for several.
fn rules(found: &[&Diagnostic]) -> Vec<String> {
    let mut rules: Vec<&'static Rule> = found.iter().filter_map(|it| rule(it.rule)).collect();
    rules.dedup_by_key(|it| it.name);
    match rules[..] {
        [one] => vec![page(one)],
        _ => rules.into_iter().map(summary).collect(),
    }
}

fn rule(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|it| it.name == name)
}

/// The rule's page without the files of its example, which would fill the screen.
fn page(rule: &Rule) -> String {
    let why = section(rule, "## Fix safety").map_or_else(String::new, |it| format!("\n\n{it}"));
    format!("{}{why}", summary(rule))
}

/// The rule in short: what it flags, and why.
fn summary(rule: &Rule) -> String {
    let flags = rule.docs.trim_start().split("\n\n").next().unwrap_or_default().trim();
    let flags = unindented(flags);
    let why = section(rule, "## Why").map_or_else(String::new, |it| format!("\n\n{it}"));
    format!("**{}**: {flags}{why}", rule.name)
}

/// A section of the rule's page, without its heading.
fn section(rule: &Rule, heading: &str) -> Option<String> {
    let docs = unindented(rule.docs);
    let (_, rest) = docs.split_once(heading)?;
    let body = rest.split("\n## ").next().unwrap_or_default();
    Some(body.trim().to_owned())
}

/// Doc comments keep the space after their slashes.
fn unindented(docs: &str) -> String {
    let lines = docs.lines().map(|it| it.strip_prefix(' ').unwrap_or(it));
    lines.collect::<Vec<_>>().join("\n")
}

fn flag(instruction: &Instruction, at: TextSize) -> Option<(String, TextRange)> {
    let flag = instruction.flags.iter().find(|it| touches(it.range, at))?;
    Some((flags::describe(&instruction.name(), flag)?, flag.range))
}

/// The rule that a suppression comment names at `at`.
fn suppressed(inspection: &Inspection, at: TextSize) -> Option<(&'static Rule, TextRange)> {
    let comment = Comment::read(inspection.text(), inspection.dockerfile().item_at(at)?.range())?;
    let named = comment.rules().iter().find(|it| touches(it.range, at))?;
    Some((rule(named.text)?, named.range))
}
