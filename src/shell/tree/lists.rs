//! How commands of the tree hang together: pipelines, lists, redirects.

use tree_sitter::Node;

use super::super::Joined;
use super::{Context, Walk, Work, children};

impl<'t> Walk<'_, 't> {
    /// A redirect of a pipeline is one of its last command.
    pub(super) fn pipeline(&mut self, node: Node<'t>, context: Context) {
        let children = children(node);
        let last = children.len().saturating_sub(1);
        for (idx, child) in children.into_iter().enumerate().rev() {
            let redirect = context.redirect.filter(|_| idx == last);
            self.push(child, Context { redirect, ..context });
            self.work.extend(joined(child).map(Work::Join));
        }
    }

    /// `a && b || c`, which hangs to the left.
    pub(super) fn list(&mut self, node: Node<'t>, context: Context) {
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

    pub(super) fn redirected(&mut self, node: Node<'t>, context: Context) {
        let heredocs = children(node).into_iter().rev().filter(|it| it.kind() == "heredoc_redirect");
        heredocs.for_each(|it| self.push(it, Context { redirect: None, ..context }));
        let redirects = children(node).into_iter().filter(|it| it.kind().ends_with("redirect"));
        let end = redirects.map(redirect_end).max();
        if let Some(body) = node.child_by_field_name("body") {
            self.push(body, Context { redirect: end.max(context.redirect), ..context });
        }
    }
}

/// What a sign between statements says.
pub(super) fn joined(sign: Node<'_>) -> Option<Joined> {
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

/// A command of a list.
struct Link<'t> {
    joined: Joined,
    node: Node<'t>,
    /// Where the redirect ends that applies to it.
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
