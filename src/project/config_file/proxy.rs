//! `server: { proxy: { '/api': 'http://localhost:3000' } }`: requests that a development server forwards.
//!
//! Sources: Vite's page "Server Options" (`server.proxy`), Vue CLI's "Configuration Reference" (`devServer.proxy`).

use oxc_ast::ast::*;

/// Requests that go to another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forward {
    /// What their path starts with: `/api`.
    pub path: String,
    /// Where they go: `http://localhost:3000`, without a path.
    pub target: String,
    /// Whether the target sees its own name as `Host` (`changeOrigin`), and not the site's.
    pub own_host: bool,
    /// Whether `path` is cut off first.
    pub cut: bool,
    /// Whether web sockets go there as well.
    pub sockets: bool,
}

/// What a proxy's settings say; `None` where anything else is in them.
pub(super) fn read(value: &Expression<'_>) -> Option<Vec<Forward>> {
    let Expression::ObjectExpression(routes) = value.get_inner_expression() else { return None };
    routes.properties.iter().map(|it| route(plain(it)?)).collect()
}

fn plain<'a, 'b>(property: &'b ObjectPropertyKind<'a>) -> Option<&'b ObjectProperty<'a>> {
    match property {
        ObjectPropertyKind::ObjectProperty(it) => Some(it),
        ObjectPropertyKind::SpreadProperty(_) => None,
    }
}

fn route(property: &ObjectProperty<'_>) -> Option<Forward> {
    let key = property.key.static_name()?;
    let path = key.strip_prefix('^').unwrap_or(&key);
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '/' | '-' | '_');
    if !path.starts_with('/') || path.len() < 2 || !path.chars().all(is_plain) {
        return None;
    }
    let mut res = Forward { path: path.to_owned(), target: String::new(), own_host: false, cut: false, sockets: false };
    match property.value.get_inner_expression() {
        Expression::StringLiteral(it) => res.target = target(&it.value)?,
        Expression::ObjectExpression(it) => it.properties.iter().try_for_each(|it| option(&mut res, plain(it)?))?,
        _ => return None,
    }
    (!res.target.is_empty()).then_some(res)
}

/// A server by its name and port alone.
fn target(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("http://")?;
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | ':');
    (!host.is_empty() && host.chars().all(is_plain)).then(|| text.to_owned())
}

fn option(forward: &mut Forward, property: &ObjectProperty<'_>) -> Option<()> {
    let name = property.key.static_name()?;
    match (&*name, property.value.get_inner_expression()) {
        ("target", Expression::StringLiteral(it)) => forward.target = target(&it.value)?,
        ("changeOrigin", Expression::BooleanLiteral(it)) => forward.own_host = it.value,
        ("ws", Expression::BooleanLiteral(it)) => forward.sockets = it.value,
        // For a target with a certificate, and for logs.
        ("secure" | "logLevel", _) => {}
        ("rewrite", Expression::ArrowFunctionExpression(it)) => forward.cut = cuts(it, &forward.path)?,
        ("pathRewrite", Expression::ObjectExpression(it)) => {
            let [only] = &it.properties[..] else { return None };
            let only = plain(only)?;
            let is_empty =
                matches!(only.value.get_inner_expression(), Expression::StringLiteral(it) if it.value.is_empty());
            forward.cut = (is_empty && only.key.static_name()? == format!("^{}", forward.path)).then_some(true)?;
        }
        _ => return None,
    }
    Some(())
}

/// `path => path.replace(/^\/api/, '')`.
fn cuts(function: &ArrowFunctionExpression<'_>, path: &str) -> Option<bool> {
    let Expression::CallExpression(call) = function.body.as_expression()?.get_inner_expression() else { return None };
    let is_replace = call.callee.as_member_expression().and_then(|it| it.static_property_name()) == Some("replace");
    let [pattern, with] = &call.arguments[..] else { return None };
    let is_empty = matches!(with, Argument::StringLiteral(it) if it.value.is_empty());
    let pattern = match pattern {
        Argument::RegExpLiteral(it) if it.regex.flags.is_empty() => it.regex.pattern.text.replace("\\/", "/"),
        Argument::StringLiteral(it) => format!("^{}", it.value),
        _ => return None,
    };
    (is_replace && is_empty && pattern == format!("^{path}")).then_some(true)
}
