//! From tree-sitter's tree to commands.

use std::cell::RefCell;

use tree_sitter::{Node, Parser};

use super::{Command, Joined, Script, ShellWord};
use crate::text::{TextRange, range};

thread_local! {
    /// Making a parser costs more than most scripts.
    static PARSER: RefCell<Option<Parser>> = RefCell::new(bash());
}

fn bash() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    Some(parser)
}

/// The commands of `source`, whose first byte is the byte `base` of the file.
pub(super) fn commands(source: &str, base: usize) -> Script {
    let tree = PARSER.with_borrow_mut(|it| it.as_mut().and_then(|it| it.parse(source, None)));
    let Some(tree) = tree else { return Script::default() };
    let mut walker =
        Walker { source, base, script: Script { commands: Vec::new(), complete: !tree.root_node().has_error() } };
    walker.visit(tree.root_node(), Place { joined: Joined::First, conditional: false, redirected: false });
    walker.script
}

/// The commands inside of `sh -c '…'`; `None` for any other command.
pub(super) fn nested(command: &Command) -> Option<Script> {
    if !matches!(command.program()?, "sh" | "bash" | "ash" | "dash") {
        return None;
    }
    let option = command.words.get(1)?.value.as_deref()?;
    if !(option.starts_with('-') && !option.starts_with("--") && option.ends_with('c')) {
        return None;
    }
    let word = command.words.get(2)?;
    let text = word.value.as_deref()?;
    let mut script = commands(text, 0);
    let shift = inner_start(word, text);
    for it in &mut script.commands {
        it.conditional |= command.conditional;
        it.redirected |= command.redirected;
        place(it, word.range, shift);
    }
    if let Some(first) = script.commands.first_mut() {
        first.joined = command.joined;
    }
    Some(script)
}

/// Where the script's text starts in the file, if it stands there letter by letter between quotes.
fn inner_start(word: &ShellWord, text: &str) -> Option<u32> {
    let length = u32::from(word.range.len());
    (length as usize == text.len() + 2).then(|| u32::from(word.range.start()) + 1)
}

/// Moves the ranges of a nested command into the file: to their own place, or all to the whole word.
fn place(command: &mut Command, whole: TextRange, shift: Option<u32>) {
    let moved = |it: TextRange| shift.map_or(whole, |by| it + crate::text::TextSize::from(by));
    command.range = moved(command.range);
    let assigned = command.assignments.iter_mut().map(|it| &mut it.1);
    for word in command.words.iter_mut().chain(assigned) {
        word.range = moved(word.range);
    }
}

/// How the command that comes next hangs on the others.
#[derive(Clone, Copy)]
struct Place {
    joined: Joined,
    conditional: bool,
    redirected: bool,
}

struct Walker<'s> {
    source: &'s str,
    base: usize,
    script: Script,
}

impl Walker<'_> {
    fn visit(&mut self, node: Node<'_>, place: Place) {
        match node.kind() {
            "command"
            | "declaration_command"
            | "unset_command"
            | "test_command"
            | "variable_assignment"
            | "variable_assignments" => self.command(node, place),
            "list" | "pipeline" => self.joined(node, place),
            "redirected_statement" => self.redirected(node, place),
            "program" | "subshell" | "compound_statement" | "negated_command" | "do_group" => {
                self.statements(node, place)
            }
            "comment" => {}
            _ => {
                self.statements(node, Place { conditional: place.conditional || is_conditional(node.kind()), ..place })
            }
        }
    }

    /// Statements one after the other.
    fn statements(&mut self, node: Node<'_>, mut place: Place) {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "&" => place.joined = Joined::Background,
                _ if child.is_named() => {
                    let before = self.script.commands.len();
                    self.visit(child, place);
                    if self.script.commands.len() > before {
                        place.joined = Joined::Sequence;
                    }
                }
                _ => {}
            }
        }
    }

    /// `a && b`, `a || b`, `a | b`.
    fn joined(&mut self, node: Node<'_>, mut place: Place) {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "&&" => place.joined = Joined::And,
                "||" => (place.joined, place.conditional) = (Joined::Or, true),
                "|" | "|&" => place.joined = Joined::Pipe,
                _ if child.is_named() => self.visit(child, place),
                _ => {}
            }
        }
    }

    fn redirected(&mut self, node: Node<'_>, place: Place) {
        if let Some(body) = node.child_by_field_name("body") {
            self.visit(body, Place { redirected: true, ..place });
        }
    }

    fn command(&mut self, node: Node<'_>, place: Place) {
        let mut command = Command {
            range: self.range(node),
            assignments: Vec::new(),
            words: Vec::new(),
            joined: place.joined,
            conditional: place.conditional,
            redirected: place.redirected,
        };
        let mut inner = Vec::new();
        self.parts(node, &mut command, &mut inner);
        match nested(&command) {
            Some(script) => {
                self.script.complete &= script.complete;
                self.script.commands.extend(script.commands);
            }
            None => self.script.commands.push(command),
        }
        for substitution in inner {
            self.statements(substitution, Place { joined: Joined::Sequence, redirected: true, ..place });
        }
    }

    /// Words and assignments of a command; what it substitutes goes to `inner`.
    fn parts<'t>(&self, node: Node<'t>, command: &mut Command, inner: &mut Vec<Node<'t>>) {
        if node.kind() == "variable_assignment" {
            self.assignment(node, command, inner);
            return;
        }
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "variable_assignment" if command.words.is_empty() => self.assignment(child, command, inner),
                "file_redirect" | "herestring_redirect" | "heredoc_redirect" => command.redirected = true,
                "comment" => {}
                _ => {
                    command.words.push(self.word(child));
                    substitutions(child, inner);
                }
            }
        }
    }

    fn assignment<'t>(&self, node: Node<'t>, command: &mut Command, inner: &mut Vec<Node<'t>>) {
        let name = node.child_by_field_name("name").map_or("", |it| self.text(it));
        let value = match node.child_by_field_name("value") {
            Some(value) => self.word(value),
            None => ShellWord {
                range: TextRange::empty(self.range(node).end()),
                value: Some(String::new()),
                raw: String::new(),
            },
        };
        command.assignments.push((name.to_owned(), value));
        substitutions(node, inner);
    }

    fn word(&self, node: Node<'_>) -> ShellWord {
        let raw = self.text(node).to_owned();
        ShellWord { range: self.range(node), value: self.value(node), raw }
    }

    /// What the shell makes of a word; `None` where that is only known when it runs.
    fn value(&self, node: Node<'_>) -> Option<String> {
        let text = self.text(node);
        match node.kind() {
            "simple_expansion"
            | "expansion"
            | "command_substitution"
            | "process_substitution"
            | "arithmetic_expansion"
            | "ansi_c_string"
            | "translated_string" => None,
            "raw_string" => Some(text.trim_matches('\'').to_owned()),
            "string" => self.quoted(node),
            "command_name" | "concatenation" if node.child_count() > 0 => self.children_values(node),
            "variable_assignment" if has_expansion(node) => None,
            _ => Some(unescaped(text)),
        }
    }

    fn children_values(&self, node: Node<'_>) -> Option<String> {
        let mut cursor = node.walk();
        node.children(&mut cursor).map(|it| self.value(it)).collect()
    }

    fn quoted(&self, node: Node<'_>) -> Option<String> {
        if has_expansion(node) {
            return None;
        }
        let text = self.text(node);
        let inner = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(text);
        Some(inner.replace("\\\"", "\"").replace("\\$", "$").replace("\\`", "`").replace("\\\\", "\\"))
    }

    fn text(&self, node: Node<'_>) -> &str {
        &self.source[node.byte_range()]
    }

    fn range(&self, node: Node<'_>) -> TextRange {
        range(self.base + node.start_byte(), self.base + node.end_byte())
    }
}

/// Whether a node may run its statements never, or more than once.
fn is_conditional(kind: &str) -> bool {
    matches!(
        kind,
        "if_statement"
            | "while_statement"
            | "for_statement"
            | "c_style_for_statement"
            | "case_statement"
            | "function_definition"
    )
}

fn has_expansion(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .any(|it| it.kind().ends_with("expansion") || it.kind().ends_with("substitution") || has_expansion(it))
}

/// The outermost `$(…)` below `node`.
fn substitutions<'t>(node: Node<'t>, inner: &mut Vec<Node<'t>>) {
    if node.kind() == "command_substitution" {
        inner.push(node);
        return;
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        substitutions(child, inner);
    }
}

/// A bare word without its backslashes.
fn unescaped(text: &str) -> String {
    let mut res = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(it) = chars.next() {
        if it == '\\' { res.extend(chars.next()) } else { res.push(it) }
    }
    res
}
