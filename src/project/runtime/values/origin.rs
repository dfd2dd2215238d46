//! Which package a function comes from.

use oxc_ast::ast::*;

use super::super::graph::Graph;
use super::super::module::Binding;
use super::MAX_DEPTH;

/// A package and the names that lead from it: `fs` and `promises.readFile`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Origin {
    /// As imported, without `node:`.
    pub(in super::super) package: String,
    /// `default` left out; a call is `()`.
    pub(in super::super) names: Vec<String>,
}

impl Origin {
    /// Whether it is this one name of this package.
    pub(in super::super) fn is(&self, package: &str, name: &str) -> bool {
        self.package == package && self.names.iter().map(String::as_str).eq([name])
    }

    /// The names, joined by dots.
    pub(in super::super) fn path(&self) -> String {
        self.names.join(".")
    }

    fn then(mut self, name: &str) -> Self {
        if name != "default" {
            self.names.push(name.to_owned());
        }
        self
    }

    fn package(name: &str) -> Self {
        Self { package: name.strip_prefix("node:").unwrap_or(name).to_owned(), names: Vec::new() }
    }
}

/// Where what `expression` names comes from.
pub(in super::super) fn origin(graph: &Graph<'_>, module: usize, expression: &Expression<'_>) -> Option<Origin> {
    find(graph, module, expression, MAX_DEPTH)
}

fn find(graph: &Graph<'_>, module: usize, expression: &Expression<'_>, depth: usize) -> Option<Origin> {
    let depth = depth.checked_sub(1)?;
    match expression.get_inner_expression() {
        Expression::Identifier(it) => match graph.modules[module].nodes.bindings.get(it.name.as_str())? {
            Binding::Import { from, name } => Some(Origin::package(from).then(name.unwrap_or("default"))),
            Binding::Value(it) => find(graph, module, it, depth),
            Binding::Part { of, outer, key } => {
                let whole = find(graph, module, of, depth)?;
                Some(outer.iter().fold(whole, |it, outer| it.then(outer)).then(key))
            }
            Binding::Unknown => None,
        },
        Expression::StaticMemberExpression(it) => {
            Some(find(graph, module, &it.object, depth)?.then(it.property.name.as_str()))
        }
        Expression::CallExpression(call) => called(graph, module, call, depth),
        Expression::NewExpression(new) => Some(find(graph, module, &new.callee, depth)?.then("()")),
        Expression::AwaitExpression(it) => find(graph, module, &it.argument, depth),
        Expression::SequenceExpression(it) => find(graph, module, it.expressions.last()?, depth),
        Expression::ImportExpression(it) => match &it.source {
            Expression::StringLiteral(name) => Some(Origin::package(name.value.as_str())),
            _ => None,
        },
        _ => None,
    }
}

fn called(graph: &Graph<'_>, module: usize, call: &CallExpression<'_>, depth: usize) -> Option<Origin> {
    if let Some(name) = call.common_js_require() {
        return Some(Origin::package(name.value.as_str()));
    }
    let name = super::paths_of::name_of(&call.callee)?;
    // What a compiler writes around `require`, and what keeps the function that it is given.
    if matches!(
        name,
        "__importStar" | "__importDefault" | "promisify" | "_interopRequireDefault" | "_interopRequireWildcard"
    ) {
        return find(graph, module, call.arguments.first()?.as_expression()?, depth);
    }
    Some(find(graph, module, &call.callee, depth)?.then("()"))
}
