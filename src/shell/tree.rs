//! From tree-sitter's tree to a flat list of commands.

mod commands;
mod lists;

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{Node, ParseOptions, ParseState, Parser, Tree};

use super::{Command, Joined, Place, Script, plain};

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
    plain::read(text, place, complete).unwrap_or_else(|| parsed(text, place, complete, depth))
}

pub(super) fn parsed(text: &str, place: Place, complete: bool, depth: usize) -> Script {
    let Some(tree) = of(text) else { return Script::default() };
    let complete = complete && !tree.root_node().has_error();
    let mut walk = Walk { text, place, depth, work: Vec::new(), joined: Joined::First, commands: Vec::new(), complete };
    walk.push(tree.root_node(), Context::default());
    walk.run();
    Script { commands: walk.commands, complete: walk.complete }
}

/// The tree of `text`; `None` where that takes more work than a script is worth.
pub(super) fn of(text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|it| it.as_mut().and_then(|it| parse(it, text)))
}

/// No script that anyone wrote is longer, in bytes.
const MAX_LEN: usize = 256 << 10;

/// How often the parser may ask whether to go on, which it does after every 100 steps: at first, and for each byte.
/// It looks for the cheapest way to mend what is broken, and an unfinished pipeline has ever more ways; what is
/// whole takes a tenth of this.
const MIN_ROUNDS: usize = 300;
const BYTES_PER_ROUND: usize = 8;

fn parse(parser: &mut Parser, text: &str) -> Option<Tree> {
    if text.len() > MAX_LEN {
        return None;
    }
    let bytes = ascii(text);
    let mut left = MIN_ROUNDS + bytes.len() / BYTES_PER_ROUND;
    let mut is_worth_it = |_: &ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut is_worth_it);
    let tree = parser.parse_with_options(&mut |at, _| &bytes[at.min(bytes.len())..], None, Some(options));
    if tree.is_none() {
        parser.reset(); // or else it goes on with this text
    }
    tree
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
            work.extend(lists::joined(child).map(Work::Join));
            work.push(Work::Visit(child, Context { conditional, ..context }));
        }
        self.work.extend(work.into_iter().rev());
    }
}

pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    if node.child_count() == 0 {
        return Vec::new(); // most nodes are single words, and a cursor costs more than the question
    }
    node.children(&mut node.walk()).collect()
}
