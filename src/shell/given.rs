//! What a script does with the arguments that it is given: the branch of `case "$1" in` that it takes.

mod condition;
mod state;

use tree_sitter::Node;

use super::tree;
use crate::text::{TextRange, range};
use state::State;

/// The way of a script through its branches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The parts of the text that run, in order: a branch whose condition hangs on more than the arguments is in them.
    pub parts: Vec<Part>,
    /// The first arguments that lead into other branches; `None` stands for any word that no branch names.
    pub others: Vec<Option<String>>,
}

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// In the script's text.
    pub range: TextRange,
    /// What `"$@"` is there.
    pub arguments: Vec<String>,
}

/// The way of the script `text` that gets `arguments`.
#[must_use]
pub fn given(text: &str, arguments: &[String]) -> Given {
    let decides = ["case", "if", "shift", "set --", "exec", "exit"].iter().any(|it| text.contains(it));
    let tree = tree::of(text).filter(|it| decides && !it.root_node().has_error());
    let Some(tree) = tree else {
        let part = Part { range: range(0, text.len()), arguments: arguments.to_vec() };
        return Given { parts: vec![part], others: Vec::new() };
    };
    let mut walk = Walk::new(text, arguments);
    walk.push(tree::children(tree.root_node()));
    walk.run();
    walk.given
}

/// What is left to do, the next thing last: the depth of the tree comes from the file, so no recursion.
enum Work<'t> {
    Visit(Node<'t>),
    /// The next part is not beside the one before.
    Gap,
}

struct Walk<'a, 't> {
    text: &'a str,
    work: Vec<Work<'t>>,
    /// With these arguments, and with marks in their place.
    now: State,
    marked: State,
    has_gap: bool,
    given: Given,
}

impl<'a, 't> Walk<'a, 't> {
    fn new(text: &'a str, arguments: &[String]) -> Self {
        let (now, marked) = (State::new(arguments.to_vec()), State::marked(arguments.len()));
        Self { text, work: Vec::new(), now, marked, has_gap: true, given: Given::default() }
    }

    fn push(&mut self, nodes: Vec<Node<'t>>) {
        self.work.extend(nodes.into_iter().rev().filter(Node::is_named).map(Work::Visit));
    }

    fn run(&mut self) {
        while let Some(work) = self.work.pop() {
            match work {
                Work::Gap => self.has_gap = true,
                Work::Visit(node) => self.visit(node),
            }
        }
    }

    fn visit(&mut self, node: Node<'t>) {
        let taken = match node.kind() {
            "comment" => return,
            "case_statement" => self.case(node),
            "if_statement" => self.condition(node),
            _ if self.moves_on(node) => Some(Vec::new()),
            _ => None,
        };
        match taken {
            Some(statements) => {
                self.work.push(Work::Gap);
                self.push(statements);
                self.has_gap = true;
            }
            None => self.add(node),
        }
    }

    /// A statement that runs, or may run.
    fn add(&mut self, node: Node<'t>) {
        self.now.forget(node, self.text);
        self.marked.forget(node, self.text);
        let (part, arguments) = (range(node.start_byte(), node.end_byte()), &self.now.arguments);
        match self.given.parts.last_mut().filter(|it| !self.has_gap && it.arguments == *arguments) {
            Some(last) => last.range = last.range.cover(part),
            None => self.given.parts.push(Part { range: part, arguments: arguments.clone() }),
        }
        self.has_gap = false;
        if self.is_end(node) {
            self.work.clear();
        }
    }

    /// Whether nothing after it runs: `exec node server.js`, `exit 1`.
    fn is_end(&self, node: Node<'t>) -> bool {
        let words = words(node, self.text);
        let is_alone = node.kind() == "command" && node.next_sibling().is_none_or(|it| it.kind() != "&");
        let is_all = |it: &str| matches!(it.trim_matches('"'), "$@" | "${@}");
        let starts_one = |it: &&str| !(it.starts_with('-') || is_all(it) && self.now.arguments.is_empty());
        is_alone
            && match words.split_first() {
                Some((&"exit", _)) => true,
                Some((&"exec", rest)) => rest.first().is_some_and(starts_one),
                _ => false,
            }
    }

    /// Whether the statement does nothing but set variables and move the arguments: `NAME=$1 && shift`.
    fn moves_on(&mut self, node: Node<'t>) -> bool {
        let Some(links) = and_chain(node) else { return false };
        let moves = |it: &Node<'_>| match it.kind() {
            "variable_assignment" => true,
            "command" => matches!(words(*it, self.text)[..], ["shift"] | ["shift", _] | ["set", "--", ..]),
            _ => false,
        };
        if !links.iter().all(moves) {
            return false;
        }
        for link in links {
            self.now.apply(link, self.text);
            self.marked.apply(link, self.text);
        }
        true
    }

    /// The statements of the item that the subject of a `case` leads to; `None` where that can't be told.
    fn case(&mut self, node: Node<'t>) -> Option<Vec<Node<'t>>> {
        let subject = &self.text[node.child_by_field_name("value")?.byte_range()];
        let (value, mark) = (self.now.expand(subject)?, self.marked.only_first(subject)?);
        let items = tree::children(node).into_iter().filter(|it| it.kind() == "case_item");
        let items: Option<Vec<_>> = items.map(|it| Some((it, self.patterns(it)?))).collect();
        let mut taken = None;
        let mut others = Vec::new();
        for (item, patterns) in items? {
            let leads = |it: &Option<String>| it.as_ref().is_none_or(|it| *it == value);
            if taken.is_none() && patterns.iter().any(leads) {
                taken = Some(body(item, ")"));
            } else {
                others.extend(patterns.into_iter().filter_map(|it| other(&mark, it)));
            }
        }
        self.note(&mark, others.into_iter());
        Some(taken.unwrap_or_default())
    }

    /// The words of a case's item, `None` for `*`; nothing where one is another pattern, or the next item runs as well.
    fn patterns(&self, item: Node<'t>) -> Option<Vec<Option<String>>> {
        if item.child_by_field_name("fallthrough").is_some() {
            return None;
        }
        let mut cursor = item.walk();
        let values = item.children_by_field_name("value", &mut cursor);
        let raw = values.map(|it| &self.text[it.byte_range()]);
        raw.map(|it| if it == "*" { Some(None) } else { self.now.literal(it).map(Some) }).collect()
    }

    /// The statements of an `if` that run; `None` where its condition hangs on more than the arguments.
    fn condition(&mut self, node: Node<'t>) -> Option<Vec<Node<'t>>> {
        let mut clause = node;
        let mut compared = Vec::new();
        let mut later =
            tree::children(node).into_iter().filter(|it| matches!(it.kind(), "elif_clause" | "else_clause"));
        let taken = loop {
            if clause.kind() == "else_clause" {
                break body(clause, "else");
            }
            let tests = condition::tests(clause);
            let [test] = tests[..] else { return None };
            if condition::holds(test, self.text, (&self.now, &self.marked), &mut compared, 0)? {
                break body(clause, "then");
            }
            match later.next() {
                Some(next) => clause = next,
                None => break Vec::new(),
            }
        };
        let has_named = !compared.is_empty();
        self.note(state::FIRST, compared.into_iter().map(Some).chain(has_named.then_some(None)));
        Some(taken)
    }

    /// Notes what leads elsewhere, where the subject hangs on the first argument.
    fn note(&mut self, mark: &str, others: impl Iterator<Item = Option<String>>) {
        for other in others.filter(|_| mark.contains(state::FIRST)) {
            if !self.given.others.contains(&other) {
                self.given.others.push(other);
            }
        }
    }
}

/// The first argument that leads to `pattern`, where there is one; none names `*`.
#[expect(clippy::option_option, reason = "`*` is a pattern without a word")]
fn other(mark: &str, pattern: Option<String>) -> Option<Option<String>> {
    match pattern {
        None => Some(None),
        Some(word) => state::first(mark, &word).map(Some),
    }
}

/// The statements after the sign `opening`, up to the next clause.
fn body<'t>(clause: Node<'t>, opening: &str) -> Vec<Node<'t>> {
    let rest = tree::children(clause).into_iter().skip_while(|it| it.kind() != opening).skip(1);
    rest.take_while(|it| !matches!(it.kind(), "elif_clause" | "else_clause")).collect()
}

/// The links of `a && b && c`; a statement alone is one.
fn and_chain(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    let (mut links, mut node) = (Vec::new(), node);
    while node.kind() == "list" {
        let [left, sign, right] = tree::children(node)[..] else { return None };
        if sign.kind() != "&&" {
            return None;
        }
        links.push(right);
        node = left;
    }
    links.push(node);
    links.reverse();
    Some(links)
}

/// The words of a command, as written.
fn words<'a>(node: Node<'_>, text: &'a str) -> Vec<&'a str> {
    let words = tree::children(node).into_iter().filter(Node::is_named);
    words.map(|it| &text[it.byte_range()]).collect()
}

#[cfg(test)]
mod tests {
    use super::given;

    /// The commands that run, and the other words.
    fn shown(text: &str, arguments: &[&str]) -> (String, Vec<String>) {
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let given = given(text, &arguments);
        let parts = given.parts.iter().map(|it| {
            let text = text[it.range].split_whitespace().collect::<Vec<_>>().join(" ");
            text.replace("\"$@\"", &it.arguments.join(" "))
        });
        (parts.collect::<Vec<_>>().join(" | "), given.others.into_iter().map(|it| it.unwrap_or("…".into())).collect())
    }

    const CASE: &str = "set -e\nROLE=$1 && shift 1\ncase \"$ROLE\" in\n  'web' | site )\n    echo web\n    exec node web.js\n    ;;\n  worker)\n    exec node worker.js \"$@\" ;;\n  *) echo unknown ;;\nesac\nexec \"$@\"\n";

    #[test]
    fn branches() {
        for (text, arguments, expected, others) in [
            (CASE, &["web"][..], "set -e | echo web exec node web.js", &["worker", "…"][..]),
            (CASE, &["worker", "-v"], "set -e | exec node worker.js -v", &["web", "site", "…"]),
            (CASE, &["sh", "-c"], "set -e | echo unknown | exec -c", &["web", "site", "worker"]),
            ("case ${1:-web} in web) a;; b) c;; esac; d", &[], "a | d", &["b"]),
            ("case $MODE in web) a;; esac", &["web"], "case $MODE in web) a;; esac", &[]),
            ("case $1 in w*) a;; esac", &["web"], "case $1 in w*) a;; esac", &[]),
            ("case $1 in web) a;& b) c;; esac", &["web"], "case $1 in web) a;& b) c;; esac", &[]),
            ("if [ \"$1\" = \"dev\" ]; then a; else b; fi", &["web"], "b", &["dev", "…"]),
            (
                "if [ \"x$1\" = xdev ] || [ $1 == test ]; then a; elif [ -z \"$1\" ]; then c; fi; b",
                &["web"],
                "b",
                &["dev", "test", "…"],
            ),
            ("if [ $# -eq 0 ]; then exec npm start; fi\nexec \"$@\"", &[], "exec npm start", &[]),
            ("if [ $# -eq 0 ]; then exec npm start; fi\nexec \"$@\"", &["a", "b"], "exec a b", &[]),
            ("if [ -f \"$1\" ]; then a; fi; b", &["web"], "if [ -f \"$1\" ]; then a; fi; b", &[]),
            ("if [ \"$2\" = x ]; then a; fi", &["web", "x"], "if [ \"$2\" = x ]; then a; fi", &[]),
            (
                "read A; A=$1; read A; case $A in web) a;; esac",
                &["web"],
                "read A | read A; case $A in web) a;; esac",
                &[],
            ),
            (
                "f() { A=x; }; A=$1; f; case $A in web) a;; esac",
                &["web"],
                "f() { A=x; } | f; case $A in web) a;; esac",
                &[],
            ),
            ("set -- node \"$@\"; exec \"$@\"", &["a.js"], "exec node a.js", &[]),
            ("exec node a.js & b", &[], "exec node a.js & b", &[]),
            ("exec > log; b", &[], "exec > log; b", &[]),
        ] {
            assert_eq!(
                shown(text, arguments),
                (expected.to_owned(), others.iter().map(|it| (*it).to_owned()).collect()),
                "{text}"
            );
        }
    }
}
