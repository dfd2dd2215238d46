//! Conditions of an `if` that hang on the arguments alone.

use tree_sitter::Node;

use super::super::tree;
use super::state::{self, State};
use super::words;

/// How deep tests are joined.
const MAX_DEPTH: usize = 16;

/// The statements between `if` and `then`.
pub(super) fn tests(clause: Node<'_>) -> Vec<Node<'_>> {
    let parts = tree::children(clause).into_iter().take_while(|it| it.kind() != "then");
    parts.filter(Node::is_named).collect()
}

/// Whether a condition holds; `None` where that hangs on more than the arguments. The first arguments that it asks for go
/// to `compared`.
pub(super) fn holds(
    node: Node<'_>,
    text: &str,
    states: (&State, &State),
    compared: &mut Vec<String>,
    depth: usize,
) -> Option<bool> {
    let parts = tree::children(node);
    let mut inner = |it: Node<'_>| holds(it, text, states, compared, depth + 1);
    match node.kind() {
        _ if depth > MAX_DEPTH => None,
        "negated_command" => inner(*parts.last()?).map(|it| !it),
        "list" => {
            let [left, sign, right] = parts[..] else { return None };
            let (left, right) = (inner(left)?, inner(right)?);
            Some(if sign.kind() == "&&" { left && right } else { left || right })
        }
        "test_command" => {
            let inside = text[node.byte_range()].trim_start_matches('[').trim_end_matches(']');
            is_true(&split(inside), states, compared)
        }
        "command" => is_true(words(node, text).strip_prefix(&["test"])?, states, compared),
        _ => None,
    }
}

/// The words of a test, split at the blanks outside of quotes.
fn split(text: &str) -> Vec<&str> {
    let mut quote = None;
    let is_blank = |ch: char| {
        match (quote, ch) {
            (Some(open), _) if open == ch => quote = None,
            (None, '"' | '\'') => quote = Some(ch),
            _ => {}
        }
        quote.is_none() && ch.is_whitespace()
    };
    text.split(is_blank).filter(|it| !it.is_empty()).collect()
}

fn is_true(words: &[&str], (now, marked): (&State, &State), compared: &mut Vec<String>) -> Option<bool> {
    match words {
        ["!", rest @ ..] => is_true(rest, (now, marked), compared).map(|it| !it),
        ["-z", word] => filled(word, now, marked).map(|it| !it),
        ["-n", word] => filled(word, now, marked),
        [left, sign, right] if matches!(*sign, "=" | "==" | "!=") => {
            let is_equal = now.literal(left)? == now.literal(right)?;
            let marks = (marked.only_first(left)?, marked.only_first(right)?);
            compared.extend(state::first(&marks.0, &marks.1).or_else(|| state::first(&marks.1, &marks.0)));
            Some(is_equal == (*sign != "!="))
        }
        ["$#" | "\"$#\"", sign, count] => {
            let none = now.literal("$#")? == "0";
            match (*sign, *count) {
                ("-eq" | "=" | "==", "0") | ("-lt", "1") => Some(none),
                ("-ne" | "!=" | "-gt", "0") | ("-ge", "1") => Some(!none),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a quoted word is more than nothing.
fn filled(word: &str, now: &State, marked: &State) -> Option<bool> {
    marked.only_first(word)?;
    now.expand(word).filter(|_| word.starts_with('"')).map(|it| !it.is_empty())
}
