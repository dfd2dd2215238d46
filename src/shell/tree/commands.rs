//! One command of the tree: its assignments and words, and the scripts in them.

use tree_sitter::Node;

use super::super::{Command, Joined, Place, Script, ShellWord, is_shell, script_argument, word};
use super::{Context, Walk, children, nested};

/// How deep `sh -c 'sh -c …'` is followed.
const MAX_NESTING: usize = 4;

impl<'t> Walk<'_, 't> {
    pub(super) fn command(&mut self, node: Node<'t>, context: Context) {
        let parts = children(node);
        let assignments = self.assignments(node, &parts);
        let words = word_nodes(node, &parts).map(|it| self.word(it.start_byte(), it.end_byte())).collect();
        let own_redirect = parts.iter().any(|it| it.kind().ends_with("redirect"));
        let simple_end = node.end_byte();
        let end = context.redirect.map_or(simple_end, |it| it.max(simple_end));
        let (start, end) = self.whole_characters(node.start_byte(), end);
        let command = Command {
            range: self.place.range(start, end),
            assignments,
            words,
            joined: std::mem::replace(&mut self.joined, Joined::Sequence),
            conditional: context.conditional,
            redirected: own_redirect || context.redirect.is_some(),
        };
        self.add(command);
        let inner = Context { redirect: Some(0), ..context };
        substitutions(parts).into_iter().for_each(|it| self.push(it, inner));
    }

    /// Adds a command; a shell gives way to the commands of its script.
    fn add(&mut self, command: Command) {
        let Some(script) = self.script_of(&command) else {
            self.commands.push(command);
            return;
        };
        self.complete &= script.complete;
        let joined = command.joined;
        let mut commands = script.commands;
        commands.iter_mut().for_each(|it| {
            it.conditional |= command.conditional;
            it.redirected |= command.redirected;
        });
        if !command.program().is_some_and(is_shell) {
            self.commands.push(command);
        } else if let Some(first) = commands.first_mut() {
            first.joined = joined;
        }
        self.commands.extend(commands);
    }

    /// Those of a command, which consists of `parts`.
    fn assignments(&self, node: Node<'t>, parts: &[Node<'t>]) -> Vec<(String, ShellWord)> {
        let nodes = match node.kind() {
            "variable_assignment" => std::slice::from_ref(&node),
            "command" | "variable_assignments" => parts,
            _ => &[],
        };
        let nodes = nodes.iter().filter(|it| it.kind() == "variable_assignment");
        nodes.filter_map(|it| self.assignment(*it)).collect()
    }

    fn assignment(&self, node: Node<'t>) -> Option<(String, ShellWord)> {
        let (start, end) = (node.start_byte(), node.end_byte());
        let (start, end) = self.whole_characters(start, end);
        let equals = start + self.text[start..end].find('=')?;
        let name = self.text[start..equals].trim_end_matches('+');
        Some((name.to_owned(), self.word(equals + 1, end)))
    }

    fn word(&self, start: usize, end: usize) -> ShellWord {
        let (start, end) = self.whole_characters(start, end);
        let raw = &self.text[start..end];
        ShellWord { range: self.place.range(start, end), value: word::unquote(raw), raw: raw.to_owned() }
    }

    /// The parser, which sees bytes, may cut a character in two where it recovers from an error.
    fn whole_characters(&self, start: usize, end: usize) -> (usize, usize) {
        (self.text.floor_char_boundary(start), self.text.ceil_char_boundary(end))
    }

    /// The commands of `sh -c '…'`, alone or after a wrapper.
    fn script_of(&self, command: &Command) -> Option<Script> {
        let may_hold = command.program().is_some_and(|it| is_shell(it) || is_wrapper(it));
        let words = Some(&command.words).filter(|_| may_hold && self.depth < MAX_NESTING)?;
        let shell = words.iter().position(|it| it.value.as_deref().is_some_and(is_shell))?;
        let arguments = &words[shell + 1..];
        let script = arguments.get(script_argument(arguments.iter().map(|it| it.value.as_deref()))?)?;
        let (text, is_exact) = word::quoted_script(&script.raw)?;
        let place = match self.place {
            Place::At(_) if is_exact => Place::At(script.range.start() + crate::text::offset(1)),
            _ => Place::Within(script.range),
        };
        Some(nested(&text, place, true, self.depth + 1))
    }
}

/// Whether `program` runs its arguments as a command.
fn is_wrapper(program: &str) -> bool {
    matches!(
        program,
        "exec" | "env" | "tini" | "dumb-init" | "su-exec" | "gosu" | "sudo" | "time" | "timeout" | "nohup"
    )
}

/// The program and its arguments, of the parts of a command.
fn word_nodes<'a, 't>(command: Node<'t>, parts: &'a [Node<'t>]) -> impl Iterator<Item = &'a Node<'t>> {
    let is_word = move |it: &&Node<'_>| match command.kind() {
        "variable_assignment" | "variable_assignments" => false,
        "command" => !matches!(it.kind(), "variable_assignment" | "subshell") && !it.kind().ends_with("redirect"),
        _ => true,
    };
    parts.iter().filter(is_word)
}

/// The outermost `$(…)` in the words and assignments of a command, which are its parts, the last one first.
fn substitutions(mut work: Vec<Node<'_>>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    while let Some(node) = work.pop() {
        if node.kind() == "command_substitution" {
            found.push(node);
        } else {
            work.extend(children(node));
        }
    }
    found
}
