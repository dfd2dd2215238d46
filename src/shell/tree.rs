//! From tree-sitter's tree to a flat list of commands.

use super::{Command, Joined, Place, Script, ShellWord, is_shell, script_argument, word};
use std::cell::RefCell;
use tree_sitter::{Node, Parser};

/// How deep `sh -c 'sh -c …'` is followed.
const MAX_NESTING: usize = 4;

thread_local! {
    static PARSER: RefCell<Option<Parser>> = RefCell::new(new_parser());
}

fn new_parser() -> Option<Parser> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    Some(parser)
}

/// Reads `text`, which stands at `place`; `complete` says whether the text is all there is.
pub(super) fn read(text: &str, place: Place, complete: bool) -> Script {
    nested(text, place, complete, 0)
}

fn nested(text: &str, place: Place, complete: bool, depth: usize) -> Script {
    let tree = PARSER.with_borrow_mut(|it| it.as_mut().and_then(|it| it.parse(ascii(text), None)));
    let Some(tree) = tree else { return Script::default() };
    let complete = complete && !tree.root_node().has_error();
    let mut walk = Walk { text, place, depth, work: Vec::new(), joined: Joined::First, commands: Vec::new(), complete };
    walk.push(tree.root_node(), Context::default());
    walk.run();
    Script { commands: walk.commands, complete: walk.complete }
}

/// `text` with each byte that is not ASCII, or zero, as a letter: the grammar's scanner asks C's `isdigit`
/// about whole characters, which may read beyond its table, and takes a zero for the end.
fn ascii(text: &str) -> Vec<u8> {
    text.bytes().map(|it| if it.is_ascii() && it != 0 { it } else { b'x' }).collect()
}

#[derive(Clone, Copy, Default)]
struct Context {
    conditional: bool,
    /// Where the redirect ends that applies to it.
    redirect: Option<usize>,
}

/// What is left to do, the next thing last: the depth of the tree comes from the file, so no recursion.
enum Work<'t> {
    Visit(Node<'t>, Context),
    Join(Joined),
}

struct Walk<'a, 't> {
    text: &'a str,
    place: Place,
    depth: usize,
    work: Vec<Work<'t>>,
    joined: Joined,
    commands: Vec<Command>,
    complete: bool,
}

impl<'t> Walk<'_, 't> {
    fn push(&mut self, node: Node<'t>, context: Context) {
        self.work.push(Work::Visit(node, context));
    }

    fn run(&mut self) {
        while let Some(work) = self.work.pop() {
            match work {
                Work::Join(joined) => self.joined = joined,
                Work::Visit(node, context) => self.visit(node, context),
            }
        }
    }

    fn visit(&mut self, node: Node<'t>, context: Context) {
        match node.kind() {
            "command"
            | "declaration_command"
            | "unset_command"
            | "test_command"
            | "variable_assignment"
            | "variable_assignments" => self.command(node, context),
            "list" => self.list(node, context),
            "redirected_statement" => self.redirected(node, context),
            "pipeline" => self.pipeline(node, context),
            "program"
            | "subshell"
            | "compound_statement"
            | "command_substitution"
            | "negated_command"
            | "do_group"
            | "else_clause"
            | "elif_clause"
            | "case_item"
            | "heredoc_redirect"
            | "ERROR" => self.children(node, context),
            "if_statement" | "case_statement" | "for_statement" | "while_statement" | "function_definition" => {
                self.children(node, Context { conditional: true, ..context });
            }
            "c_style_for_statement" => {
                let body = node.child_by_field_name("body");
                body.into_iter().for_each(|it| self.push(it, Context { conditional: true, ..context }));
            }
            _ => {}
        }
    }

    /// Statements and the signs between them.
    fn children(&mut self, node: Node<'t>, context: Context) {
        let mut conditional = context.conditional;
        let mut work = Vec::new();
        for child in children(node) {
            conditional |= child.kind() == "||";
            work.extend(joined(child).map(Work::Join));
            work.push(Work::Visit(child, Context { conditional, ..context }));
        }
        self.work.extend(work.into_iter().rev());
    }

    /// A redirect of a pipeline is one of its last command.
    fn pipeline(&mut self, node: Node<'t>, context: Context) {
        let children = children(node);
        let last = children.len().saturating_sub(1);
        for (idx, child) in children.into_iter().enumerate().rev() {
            let redirect = context.redirect.filter(|_| idx == last);
            self.push(child, Context { redirect, ..context });
            self.work.extend(joined(child).map(Work::Join));
        }
    }

    /// `a && b || c`, which hangs to the left.
    fn list(&mut self, node: Node<'t>, context: Context) {
        let links = chain(node, context.redirect);
        if links.len() == 1 {
            return self.children(node, context);
        }
        let mut is_gated = false;
        let mut work = Vec::new();
        for Link { joined, node, redirect } in links {
            is_gated &= joined == Joined::And;
            let conditional = context.conditional || is_gated || joined == Joined::Or;
            is_gated |= is_test(node, self.text);
            work.extend((joined != Joined::First).then_some(Work::Join(joined)));
            work.push(Work::Visit(node, Context { conditional, redirect }));
        }
        self.work.extend(work.into_iter().rev());
    }

    fn redirected(&mut self, node: Node<'t>, context: Context) {
        let heredocs = children(node).into_iter().rev().filter(|it| it.kind() == "heredoc_redirect");
        heredocs.for_each(|it| self.push(it, Context { redirect: None, ..context }));
        let redirects = children(node).into_iter().filter(|it| it.kind().ends_with("redirect"));
        let end = redirects.map(redirect_end).max();
        if let Some(body) = node.child_by_field_name("body") {
            self.push(body, Context { redirect: end.max(context.redirect), ..context });
        }
    }

    fn command(&mut self, node: Node<'t>, context: Context) {
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

    /// The commands of `sh -c '…'`, alone or behind a wrapper.
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

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    if node.child_count() == 0 {
        return Vec::new(); // most nodes are single words, and a cursor costs more than the question
    }
    node.children(&mut node.walk()).collect()
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

/// What a sign between statements says.
fn joined(sign: Node<'_>) -> Option<Joined> {
    Some(match sign.kind() {
        "&&" => Joined::And,
        "||" => Joined::Or,
        "|" | "|&" => Joined::Pipe,
        "&" => Joined::Background,
        _ => return None,
    })
}

/// Where a redirect ends on its line: what else hangs on a heredoc's line is not part of it.
fn redirect_end(redirect: Node<'_>) -> usize {
    let start = (redirect.kind() == "heredoc_redirect").then(|| children(redirect));
    let start = start.and_then(|it| it.into_iter().find(|it| it.kind() == "heredoc_start"));
    start.unwrap_or(redirect).end_byte()
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

/// Whether a command is there only to decide whether the next one runs.
fn is_test(node: Node<'_>, text: &str) -> bool {
    let node = match node.kind() {
        "negated_command" => node.named_child(0).unwrap_or(node),
        "redirected_statement" => node.child_by_field_name("body").unwrap_or(node),
        _ => node,
    };
    let name = node.child_by_field_name("name").and_then(|it| text.get(it.byte_range()));
    node.kind() == "test_command" || matches!(name, Some("test" | "command" | "which" | "type" | "hash" | "false"))
}

struct Link<'t> {
    joined: Joined,
    node: Node<'t>,
    redirect: Option<usize>,
}

/// The links of `a && b || c > d`, from left to right.
fn chain(list: Node<'_>, mut redirect: Option<usize>) -> Vec<Link<'_>> {
    let (mut links, mut node) = (Vec::new(), list);
    loop {
        let body = node.child_by_field_name("body").filter(|it| it.kind() == "list");
        let heredoc = || children(node).iter().any(|it| it.kind() == "heredoc_redirect");
        match (node.kind(), body) {
            ("list", _) if node.child_count() == 3 => {
                let parts = children(node);
                let joined = joined(parts[1]).unwrap_or(Joined::Sequence);
                links.push(Link { joined, node: parts[2], redirect: redirect.take() });
                node = parts[0];
            }
            ("redirected_statement", Some(body)) if !heredoc() => {
                redirect = Some(node.end_byte());
                node = body;
            }
            _ => break,
        }
    }
    links.push(Link { joined: Joined::First, node, redirect });
    links.reverse();
    links
}
