//! Targets of `docker buildx bake`.

mod hcl;

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::document::Document;
use super::call::{Base, Call};
use super::commands::with_stars;
use crate::paths;

/// What a target says, and whom it takes the rest from. The texts have their variables still in them.
#[derive(Default)]
struct Target {
    context: Option<String>,
    dockerfile: Option<String>,
    /// A Dockerfile of its own, in the bake file.
    inline: Option<String>,
    stage: Option<String>,
    inherits: Vec<String>,
    /// The values of each variable: there is a target for each choice of them.
    matrix: BTreeMap<String, Vec<String>>,
}

/// Targets that take from one another are followed so far.
const MAX_INHERITED: usize = 8;

/// A matrix with more targets is not followed.
const MAX_CHOICES: usize = 64;

/// The targets of a bake file in HCL, of which the plain lines are read.
pub(super) fn calls(document: &Document) -> Vec<Call> {
    let mut targets: BTreeMap<String, Target> = BTreeMap::new();
    // The target that is open, and the names of the blocks inside of it.
    let mut current: Option<String> = None;
    let mut blocks: Vec<String> = Vec::new();
    for line in hcl::lines(&document.text) {
        let key = line.split('=').next().unwrap_or_default().trim();
        if line == "}" {
            blocks.pop();
        } else if line.ends_with('{') {
            if blocks.is_empty() {
                current = line.strip_prefix("target ").and_then(|it| quoted(it).next()).map(str::to_owned);
            }
            blocks.push(key.trim_end_matches('{').trim().to_owned());
        } else if let (Some(name), Some((_, value))) = (&current, line.split_once('=')) {
            let target = targets.entry(name.clone()).or_default();
            match &blocks[..] {
                [_] => target.set(key, value),
                [_, block] if block == "matrix" => {
                    target.matrix.insert(key.to_owned(), quoted(value).map(str::to_owned).collect());
                }
                _ => {}
            }
        }
    }
    all(&targets)
}

impl Target {
    fn set(&mut self, key: &str, value: &str) {
        match key {
            "context" => self.context = hcl::text(value),
            "dockerfile" => self.dockerfile = hcl::text(value),
            "dockerfile-inline" => self.inline = hcl::text(value),
            "target" => self.stage = hcl::text(value),
            "inherits" => self.inherits = quoted(value).map(str::to_owned).collect(),
            _ => {}
        }
    }

    /// Each choice of the matrix's values: the variables with their values.
    fn choices(&self) -> Vec<Vec<(&str, &str)>> {
        let mut res = vec![Vec::new()];
        for (name, values) in self.matrix.iter().filter(|it| !it.1.is_empty()) {
            let with = |choice: &Vec<_>, value| [&choice[..], &[(name.as_str(), value)]].concat();
            res = res.iter().flat_map(|it| values.iter().map(move |value| with(it, value.as_str()))).collect();
            if res.len() > MAX_CHOICES {
                return vec![Vec::new()];
            }
        }
        res
    }
}

/// The same of one in JSON.
pub(super) fn json(document: &Document) -> Vec<Call> {
    let Ok(value) = serde_json::from_str::<Value>(&document.text) else { return Vec::new() };
    let targets = value.get("target").and_then(Value::as_object).into_iter().flatten();
    let texts =
        |it: &Value| it.as_array().into_iter().flatten().filter_map(|it| Some(it.as_str()?.to_owned())).collect();
    let targets = targets.map(|(name, it)| {
        let text = |key: &str| it.get(key).and_then(Value::as_str).map(str::to_owned);
        let matrix = it.get("matrix").and_then(Value::as_object).into_iter().flatten();
        let matrix = matrix.map(|(name, values)| (name.clone(), texts(values))).collect();
        let inherits = it.get("inherits").map(texts).unwrap_or_default();
        let (context, dockerfile, stage) = (text("context"), text("dockerfile"), text("target"));
        (name.clone(), Target { context, dockerfile, inline: text("dockerfile-inline"), stage, inherits, matrix })
    });
    all(&targets.collect())
}

/// The texts in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn all(targets: &BTreeMap<String, Target>) -> Vec<Call> {
    let files = targets.iter().filter(|it| found(targets, it.0, |it| &it.inline, 0).is_none());
    files.flat_map(|(name, it)| it.choices().into_iter().filter_map(|it| call(targets, name, &it))).collect()
}

/// The build of a target under one choice of its matrix.
fn call(targets: &BTreeMap<String, Target>, name: &str, choice: &[(&str, &str)]) -> Option<Call> {
    let field = |of: fn(&Target) -> &Option<String>| {
        let text = found(targets, name, of, 0)?;
        let text = choice.iter().fold(text, |text, (name, value)| text.replace(&format!("${{{name}}}"), value));
        Some(with_stars(&text))
    };
    let context = field(|it| &it.context).unwrap_or_else(|| ".".to_owned());
    let context = context.trim_end_matches('/');
    let file = field(|it| &it.dockerfile).map(|it| paths::join(context, &it));
    Some(Call { target: field(|it| &it.stage), ..Call::new(file, context, Base::Either)? })
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
