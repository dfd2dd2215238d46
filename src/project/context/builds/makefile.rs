//! `docker build` in the recipes of a Makefile.

use std::collections::BTreeMap;

use super::super::document::Document;
use super::call::{Base, Call};
use super::commands;

/// How deep variables may stand in variables.
const MAX_DEPTH: usize = 8;

/// A value longer than that is no path.
const MAX_VALUE: usize = 4096;

/// The variables of the file; `None`: whoever calls it may give another value than the one here.
type Variables<'t> = BTreeMap<&'t str, &'t str>;

/// The builds: as they are when nobody gives a variable another value, and with all that may be given left open.
pub(super) fn calls(document: &Document) -> Vec<Call> {
    let text = joined(&document.text);
    let (all, fixed) = variables(&text);
    let mut res = Vec::new();
    for recipe in recipes(&text).filter(|it| it.contains("build")) {
        let mut calls = Vec::new();
        for variables in [&all, &fixed] {
            let text = expanded(recipe, variables, 0).replace("$$", "$");
            calls.extend(commands::calls(&commands::with_stars(&text), Base::Here));
        }
        calls.dedup();
        res.append(&mut calls);
    }
    res
}

/// The commands of the recipes, with their variables' values.
pub(in super::super) fn commands(text: &str) -> String {
    let text = joined(text);
    let (all, _) = variables(&text);
    recipes(&text).map(|it| expanded(it, &all, 0).replace("$$", "$") + "\n").collect()
}

/// Lines that go on become one.
fn joined(text: &str) -> String {
    text.replace("\\\r\n", " ").replace("\\\n", " ")
}

fn recipes(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|it| Some(it.strip_prefix('\t')?.trim_start_matches(['@', '-', '+'])))
}

/// All variables, and those that are not only defaults (`?=`).
fn variables(text: &str) -> (Variables<'_>, Variables<'_>) {
    let (mut all, mut fixed) = (Variables::new(), Variables::new());
    for line in text.lines().filter(|it| !it.starts_with('\t')) {
        let Some((left, value)) = line.split_once('=') else { continue };
        let is_default = left.ends_with('?');
        let name = left.trim_end_matches([':', '?', '+', '!']).trim().trim_start_matches("export ").trim();
        if name.is_empty() || name.contains(|it: char| !it.is_ascii_alphanumeric() && it != '_') {
            continue;
        }
        let value = value.split(" #").next().unwrap_or_default().trim();
        all.insert(name, value);
        if !is_default {
            fixed.insert(name, value);
        }
    }
    (all, fixed)
}

/// The text with the values of its variables; `*` in place of what is not known.
fn expanded(text: &str, variables: &Variables<'_>, depth: usize) -> String {
    let mut res = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        res.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, len) = match after.chars().next() {
            Some('$') => {
                res.push_str("$$");
                rest = &after[1..];
                continue;
            }
            Some('(') => enclosed(after, ')'),
            Some('{') => enclosed(after, '}'),
            _ => ("", after.chars().next().map_or(0, char::len_utf8)),
        };
        match variables.get(name).filter(|_| depth < MAX_DEPTH && res.len() < MAX_VALUE) {
            Some(value) => res.push_str(&expanded(value, variables, depth + 1)),
            None => res.push('*'),
        }
        rest = &after[len..];
    }
    res + rest
}

/// What stands between the bracket at the start and `end`, and how long that is with both.
fn enclosed(text: &str, end: char) -> (&str, usize) {
    match text.find(end) {
        Some(at) => (&text[1..at], at + 1),
        None => ("", text.len()),
    }
}
