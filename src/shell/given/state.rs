//! Arguments and variables of a script, as far as they are known.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::super::tree;
use super::words;

/// What stands for the first argument, and for the others, where one asks what hangs on them.
pub(super) const FIRST: &str = "\u{1}";
const OTHER: &str = "\u{2}";

/// Longer values are nobody's.
const MAX_VALUE: usize = 1024;

#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) arguments: Vec<String>,
    /// Whether nothing else may have changed the arguments.
    is_known: bool,
    variables: BTreeMap<String, String>,
    /// What a function sets: when, can't be told.
    of_functions: BTreeSet<String>,
}

impl State {
    pub(super) fn new(arguments: Vec<String>) -> Self {
        Self { arguments, is_known: true, variables: BTreeMap::new(), of_functions: BTreeSet::new() }
    }

    /// `n_arguments` marks, one at least: whoever starts the script may give it one.
    pub(super) fn marked(n_arguments: usize) -> Self {
        let others = std::iter::repeat_n(OTHER.to_owned(), n_arguments.saturating_sub(1));
        Self::new(std::iter::once(FIRST.to_owned()).chain(others).collect())
    }

    /// What becomes of `raw`, in marks; `None` where that hangs on more than the first argument.
    pub(super) fn only_first(&self, raw: &str) -> Option<String> {
        self.expand(raw).filter(|it| !it.contains(OTHER) && it.matches(FIRST).count() <= 1)
    }

    /// A word that is no pattern.
    pub(super) fn literal(&self, raw: &str) -> Option<String> {
        let is_quoted = raw.starts_with(['"', '\'']);
        Some(raw).filter(|it| is_quoted || !it.contains(['*', '?', '['])).and_then(|it| self.expand(it))
    }

    /// The word with its quotes taken off and its variables filled in; `None` where one is not known.
    pub(super) fn expand(&self, raw: &str) -> Option<String> {
        let mut value = String::new();
        let mut quote = None;
        let mut rest = raw;
        while let Some(ch) = rest.chars().next() {
            rest = &rest[ch.len_utf8()..];
            match (quote, ch) {
                (Some(open), _) if open == ch => quote = None,
                (Some('\''), _) => value.push(ch),
                (None, '\'' | '"') => quote = Some(ch),
                (_, '`' | '\\') => return None,
                (_, '$') => {
                    let (name, after) = parameter(rest)?;
                    value += &self.value(name)?;
                    rest = after;
                }
                _ => value.push(ch),
            }
        }
        (value.len() <= MAX_VALUE).then_some(value)
    }

    /// The value of `1`, `#`, `NAME`, `1:-default`.
    fn value(&self, parameter: &str) -> Option<String> {
        let (name, default) = match parameter.split_once(":-").or_else(|| parameter.split_once('-')) {
            Some((name, default)) => (name, Some(default).filter(|it| !it.contains(['$', '"', '\'', '`']))?),
            None => (parameter, ""),
        };
        let value = match name {
            "#" => Some(self.arguments.len().to_string()).filter(|_| self.is_known),
            _ => match name.parse::<usize>() {
                Ok(at) if at > 0 => {
                    Some(self.arguments.get(at - 1).cloned().unwrap_or_default()).filter(|_| self.is_known)
                }
                _ => self.variables.get(name).cloned(),
            },
        };
        value.map(|it| if it.is_empty() { default.to_owned() } else { it })
    }

    /// Does what `NAME=value`, `shift 2` or `set -- a b` does.
    pub(super) fn apply(&mut self, node: Node<'_>, text: &str) {
        if node.kind() == "variable_assignment" {
            return self.assign(&text[node.byte_range()]);
        }
        match &words(node, text)[..] {
            ["shift"] => self.shift(1),
            ["shift", count] => match count.parse() {
                Ok(count) => self.shift(count),
                Err(_) => self.is_known = false,
            },
            ["set", "--", rest @ ..] => self.set(rest),
            _ => {}
        }
    }

    fn assign(&mut self, text: &str) {
        let Some((name, value)) = text.split_once('=') else { return };
        match self.expand(value).filter(|_| !self.of_functions.contains(name)) {
            Some(value) => self.variables.insert(name.to_owned(), value),
            None => self.variables.remove(name.trim_end_matches('+')),
        };
    }

    fn shift(&mut self, count: usize) {
        let count = count.min(self.arguments.len());
        self.arguments.drain(..count);
    }

    fn set(&mut self, words: &[&str]) {
        let mut arguments = Vec::new();
        for word in words {
            match (word.trim_matches('"'), self.expand(word)) {
                ("$@" | "${@}", _) => arguments.extend(self.arguments.iter().cloned()),
                (_, Some(word)) => arguments.push(word),
                _ => self.is_known = false,
            }
        }
        self.arguments = arguments;
    }

    /// Forgets what a statement may change that may run or not.
    pub(super) fn forget(&mut self, statement: Node<'_>, text: &str) {
        let mut open = vec![(statement, false)];
        while let Some((node, in_function)) = open.pop() {
            let in_function = in_function || node.kind() == "function_definition";
            match node.kind() {
                "variable_assignment" => self.forget_name(&text[node.byte_range()], in_function),
                "for_statement" => {
                    let name = node.child_by_field_name("variable").map(|it| &text[it.byte_range()]);
                    self.forget_name(name.unwrap_or_default(), in_function);
                }
                "command" => self.forget_by(&words(node, text), in_function),
                "unset_command" => self.variables.clear(),
                _ => {}
            }
            open.extend(tree::children(node).into_iter().map(|it| (it, in_function)));
        }
    }

    fn forget_name(&mut self, assignment: &str, in_function: bool) {
        let name = assignment.split(['=', '+', '[']).next().unwrap_or_default();
        self.variables.remove(name);
        if in_function {
            self.of_functions.insert(name.to_owned());
        }
    }

    fn forget_by(&mut self, words: &[&str], in_function: bool) {
        match words.first().copied().unwrap_or_default() {
            "shift" => self.is_known &= in_function,
            "set" if words[1..].iter().any(|it| !it.starts_with(['-', '+']) && *it != "pipefail" || *it == "--") => {
                self.is_known &= in_function;
            }
            "eval" | "source" | "." => {
                self.is_known = false;
                self.variables.clear();
            }
            "read" | "getopts" | "mapfile" | "readarray" | "printf" | "let" | "unset" => self.variables.clear(),
            _ => {}
        }
    }
}

/// The name after a `$`, and what follows it.
fn parameter(rest: &str) -> Option<(&str, &str)> {
    if let Some(inside) = rest.strip_prefix('{') {
        let (name, after) = inside.split_once('}')?;
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | ':' | '#' | '/' | '.');
        let is_length = name.len() > 1 && name.starts_with('#');
        return Some((name, after)).filter(|_| name.chars().all(plain) && !is_length);
    }
    let first = rest.chars().next()?;
    let len = match first {
        '#' | '0'..='9' => 1,
        _ => rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(rest.len()),
    };
    (len > 0).then(|| rest.split_at(len))
}

/// The first argument with which what is `mark` in marks becomes `value`.
pub(super) fn first(mark: &str, value: &str) -> Option<String> {
    let (before, after) = mark.split_once(FIRST)?;
    value.strip_prefix(before)?.strip_suffix(after).map(str::to_owned)
}
