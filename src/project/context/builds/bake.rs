//! Targets of `docker buildx bake`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::document::Document;
use super::call::{Base, Call};
use super::commands::with_stars;
use crate::paths;

/// What a target says, and whom it takes the rest from.
#[derive(Default)]
struct Target {
    context: Option<String>,
    dockerfile: Option<String>,
    stage: Option<String>,
    inherits: Vec<String>,
}

/// Targets that take from one another are followed so far.
const MAX_INHERITED: usize = 8;

/// The targets of a bake file in HCL, of which the plain lines are read.
pub(super) fn calls(document: &Document) -> Vec<Call> {
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in braces_apart(&document.text).lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("target ").filter(|it| it.trim_start().starts_with('"')) {
            current = quoted(name).next().map(str::to_owned);
        } else if let (Some(name), Some((key, value))) = (&current, line.split_once('=')) {
            let target = targets.entry(name.clone()).or_default();
            let text = || quoted(value).next().map(with_stars);
            match key.trim() {
                "context" => target.context = text(),
                "dockerfile" => target.dockerfile = text(),
                "target" => target.stage = text(),
                "inherits" => target.inherits = quoted(value).map(str::to_owned).collect(),
                _ => {}
            }
        } else if line == "}" {
            current = None;
        }
    }
    all(&targets)
}

/// The same of one in JSON.
pub(super) fn json(document: &Document) -> Vec<Call> {
    let Ok(value) = serde_json::from_str::<Value>(&document.text) else { return Vec::new() };
    let targets = value.get("target").and_then(Value::as_object).into_iter().flatten();
    let targets = targets.map(|(name, it)| {
        let text = |key: &str| it.get(key).and_then(Value::as_str).map(with_stars);
        let inherits = it.get("inherits").and_then(Value::as_array).into_iter().flatten();
        let inherits = inherits.filter_map(|it| it.as_str().map(str::to_owned)).collect();
        let (context, dockerfile, stage) = (text("context"), text("dockerfile"), text("target"));
        (name.clone(), Target { context, dockerfile, stage, inherits })
    });
    all(&targets.collect())
}

/// The text with each block's braces at the end of a line and on one of their own: a block may stand on one line.
fn braces_apart(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut is_quoted = false;
    for char in text.chars() {
        is_quoted ^= char == '"';
        match char {
            '{' if !is_quoted => res.push_str("{\n"),
            '}' if !is_quoted => res.push_str("\n}\n"),
            _ => res.push(char),
        }
    }
    res
}

/// The texts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn all(targets: &BTreeMap<String, Target>) -> Vec<Call> {
    let field = |name: &String, of: fn(&Target) -> &Option<String>| found(targets, name, of, 0);
    let call = |name: &String| {
        let context = field(name, |it| &it.context).unwrap_or_else(|| ".".to_owned());
        let context = context.trim_end_matches('/');
        let file = field(name, |it| &it.dockerfile).map(|it| paths::join(context, &it));
        Some(Call { target: field(name, |it| &it.stage), ..Call::new(file, context, Base::Either)? })
    };
    targets.keys().filter_map(call).collect()
}

/// What the target says, or else the last of those that it inherits from.
fn found(
    targets: &BTreeMap<String, Target>,
    name: &str,
    of: fn(&Target) -> &Option<String>,
    depth: usize,
) -> Option<String> {
    let target = targets.get(name).filter(|_| depth < MAX_INHERITED)?;
    let inherited = || target.inherits.iter().rev().find_map(|it| found(targets, it, of, depth + 1));
    of(target).clone().or_else(inherited)
}
