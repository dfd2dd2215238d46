//! Values of expressions, as far as they are written out: texts, paths, numbers, where a function comes from.

use oxc_ast::ast::*;
use oxc_syntax::operator::{BinaryOperator, UnaryOperator};

use super::AccessBase;
use super::graph::Graph;
use super::module::{Binding, Module};
use super::resolve::{self, Resolved};
use crate::paths;

mod origin;
mod paths_of;

pub(super) use origin::{Origin, origin};

/// How far names are followed.
const MAX_DEPTH: usize = 12;

/// A text that is known, or the start of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// What it is a path from; `None` for a mere text.
    pub(super) base: Option<AccessBase>,
    /// For a module's own folder and for the working directory: from the app's folder.
    pub(super) text: String,
    /// Whether something that is not known follows.
    pub(super) open: bool,
}

impl Value {
    fn text(text: &str) -> Self {
        Self { base: None, text: text.to_owned(), open: false }
    }

    /// What it names as a path, and from where; the folder that is known where it is open. `None` where that
    /// says nothing.
    pub(super) fn place(&self) -> Option<(AccessBase, String)> {
        let glob = self.text.find(['*', '{', '?']);
        let known = glob.map_or(self.text.as_str(), |at| &self.text[..at]);
        let open = self.open || glob.is_some();
        let known = if open { &known[..known.rfind('/').unwrap_or(0)] } else { known };
        let is_absolute = self.text.starts_with('/') && matches!(self.base, None | Some(AccessBase::Root));
        let path = paths::normalise(known);
        if is_absolute {
            let path = format!("/{path}");
            let temporary = ["/tmp", "/var/tmp", "/dev/shm", "/dev/null"].iter().any(|it| paths::contains(it, &path));
            let base = if temporary { AccessBase::Temporary } else { AccessBase::Root };
            return (!open || path.len() > 1).then_some((base, path));
        }
        let base = self.base.unwrap_or(AccessBase::WorkingDirectory);
        let says_nothing = open && (path.is_empty() || paths::is_outside(&path));
        let known = base == AccessBase::Temporary || !says_nothing;
        known.then_some((base, path))
    }

    /// The pattern that it is, from the app's folder; `None` where it is none, or not all of it is known.
    pub(super) fn glob(&self) -> Option<String> {
        let is_relative = !self.text.starts_with('/') || self.base.is_some();
        let is_pattern = self.text.contains(['*', '{', '?']) && !self.open && is_relative;
        is_pattern.then(|| paths::normalise(&self.text))
    }

    /// Two texts, one after the other.
    fn then(self, other: Option<Self>) -> Self {
        match other {
            _ if self.open => self,
            Some(other) if other.base.is_none() => Self { text: self.text + &other.text, open: other.open, ..self },
            _ => Self { open: true, ..self },
        }
    }
}

/// The text or path that an expression gives.
pub(super) fn value(graph: &Graph<'_>, module: usize, expression: &Expression<'_>) -> Option<Value> {
    Evaluation { graph }.value(module, expression, MAX_DEPTH)
}

/// The path that a call gives.
pub(super) fn call(graph: &Graph<'_>, module: usize, call: &CallExpression<'_>) -> Option<Value> {
    Evaluation { graph }.call(module, call, MAX_DEPTH)
}

/// The text of a template.
pub(super) fn template(graph: &Graph<'_>, module: usize, template: &TemplateLiteral<'_>) -> Option<Value> {
    Evaluation { graph }.template(module, template, MAX_DEPTH)
}

/// The text of a sum.
pub(super) fn sum(graph: &Graph<'_>, module: usize, sum: &BinaryExpression<'_>) -> Option<Value> {
    Evaluation { graph }.sum(module, sum, MAX_DEPTH)
}

/// The number that an expression gives.
pub(super) fn number(graph: &Graph<'_>, module: usize, expression: &Expression<'_>) -> Option<f64> {
    Evaluation { graph }.number(module, expression, MAX_DEPTH)
}

/// The environment variable that decides what `expression` gives: `process.env.PORT || 3000`, `Number(env.PORT)`.
pub(super) fn variable(graph: &Graph<'_>, module: usize, expression: &Expression<'_>) -> Option<String> {
    Evaluation { graph }.variable(module, expression, MAX_DEPTH)
}

/// The expressions that may be what `expression` gives: both arms of `a ? b : c` and `a || b`, without
/// environment variables that have a default.
pub(super) fn alternatives<'b, 'a>(expression: &'b Expression<'a>) -> Vec<&'b Expression<'a>> {
    match expression.get_inner_expression() {
        Expression::ConditionalExpression(it) => {
            let mut all = alternatives(&it.consequent);
            all.extend(alternatives(&it.alternate));
            all
        }
        Expression::LogicalExpression(it) => alternatives(&it.right),
        it => vec![it],
    }
}

struct Evaluation<'g, 'a> {
    graph: &'g Graph<'a>,
}

impl<'a> Evaluation<'_, 'a> {
    fn value(&self, module: usize, expression: &Expression<'a>, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        match expression.get_inner_expression() {
            Expression::StringLiteral(it) => Some(Value::text(it.value.as_str())),
            Expression::TemplateLiteral(it) => self.template(module, it, depth),
            Expression::BinaryExpression(it) => self.sum(module, it, depth),
            Expression::LogicalExpression(it) => self.value(module, &it.right, depth),
            Expression::Identifier(it) => self.name(module, it.name.as_str(), depth),
            Expression::StaticMemberExpression(it) => self.member(module, it, depth),
            Expression::CallExpression(it) => self.call(module, it, depth),
            Expression::NewExpression(it) => self.url(module, it, depth),
            Expression::AwaitExpression(it) => self.value(module, &it.argument, depth),
            _ => None,
        }
    }

    fn sum(&self, module: usize, it: &BinaryExpression<'a>, depth: usize) -> Option<Value> {
        if it.operator != BinaryOperator::Addition {
            return None;
        }
        Some(self.value(module, &it.left, depth)?.then(self.value(module, &it.right, depth)))
    }

    fn template(&self, module: usize, template: &TemplateLiteral<'a>, depth: usize) -> Option<Value> {
        let mut whole: Option<Value> = None;
        for (idx, quasi) in template.quasis.iter().enumerate() {
            let text = Value::text(quasi.value.cooked.as_ref().map_or("", |it| it.as_str()));
            whole = Some(match whole {
                Some(so_far) => so_far.then(Some(text)),
                None => text,
            });
            let Some(expression) = template.expressions.get(idx) else { continue };
            let part = self.value(module, expression, depth);
            let so_far = whole.take()?;
            // `${__dirname}/x`: the base is the first part's.
            whole = Some(if so_far.text.is_empty() && idx == 0 { part? } else { so_far.then(part) });
        }
        whole
    }

    fn name(&self, module: usize, name: &str, depth: usize) -> Option<Value> {
        let found = self.graph.modules[module].nodes.bindings.get(name);
        match (found, name) {
            (None, "__dirname") => Some(self.own_folder(module)),
            (None, "__filename") => Some(self.own_file(module)),
            _ => {
                let (module, expression) = self.target(module, *found?, depth)?;
                self.value(module, expression, depth)
            }
        }
    }

    fn own_file(&self, module: usize) -> Value {
        let path = self.graph.run_path(&self.graph.modules[module].path);
        Value { base: Some(AccessBase::Module), text: path, open: false }
    }

    fn own_folder(&self, module: usize) -> Value {
        let file = self.own_file(module);
        Value { text: paths::parent(&file.text).to_owned(), ..file }
    }

    /// The expression that a name stands for, and the module it stands in.
    fn target(&self, module: usize, binding: Binding<'a>, depth: usize) -> Option<(usize, &'a Expression<'a>)> {
        let depth = depth.checked_sub(1)?;
        match binding {
            Binding::Value(it) => Some((module, it)),
            Binding::Part { of, outer: None, key } => self.property(module, of, key, depth),
            Binding::Part { of, outer: Some(outer), key } => {
                let (module, part) = self.property(module, of, outer, depth)?;
                self.property(module, part, key, depth)
            }
            Binding::Import { from, name } => self.exported(module, from, name.unwrap_or("default")),
            Binding::Unknown => None,
        }
    }

    fn exported(&self, module: usize, from: &str, name: &str) -> Option<(usize, &'a Expression<'a>)> {
        let Resolved::Module(path) = resolve::resolve(self.graph, module, from) else { return None };
        let module = self.graph.module_at(&path)?;
        let expression = self.graph.modules[module].nodes.exports.get(name)?;
        Some((module, expression))
    }

    /// The value of `object.key`, where the object is written out.
    fn property(
        &self,
        module: usize,
        object: &Expression<'a>,
        key: &str,
        depth: usize,
    ) -> Option<(usize, &'a Expression<'a>)> {
        let depth = depth.checked_sub(1)?;
        let (module, object) = self.object(module, object, depth)?;
        Some((module, Module::property(object, key)?))
    }

    fn object(
        &self,
        module: usize,
        expression: &Expression<'a>,
        depth: usize,
    ) -> Option<(usize, &'a ObjectExpression<'a>)> {
        let depth = depth.checked_sub(1)?;
        let (module, found) = match expression.get_inner_expression() {
            Expression::Identifier(id) => {
                let binding = *self.graph.modules[module].nodes.bindings.get(id.name.as_str())?;
                self.target(module, binding, depth)?
            }
            Expression::StaticMemberExpression(it) => {
                self.property(module, &it.object, it.property.name.as_str(), depth)?
            }
            Expression::CallExpression(call) => {
                let name = call.common_js_require()?.value.as_str();
                self.exported(module, name, "default")?
            }
            _ => return None,
        };
        match found.get_inner_expression() {
            Expression::ObjectExpression(it) => Some((module, it)),
            // Object.freeze({…})
            Expression::CallExpression(call) => match call.arguments.first()?.as_expression()?.get_inner_expression() {
                Expression::ObjectExpression(it) if call.callee_name() == Some("freeze") => Some((module, it)),
                _ => None,
            },
            other => self.object(module, other, depth),
        }
    }

    fn member(&self, module: usize, it: &StaticMemberExpression<'a>, depth: usize) -> Option<Value> {
        let name = it.property.name.as_str();
        match (&it.object, name) {
            (Expression::ImportMeta(_), "dirname" | "dir") => Some(self.own_folder(module)),
            (Expression::ImportMeta(_), "filename" | "url" | "path") => Some(self.own_file(module)),
            (Expression::ThisExpression(_), _) => {
                let field = (*self.graph.modules[module].nodes.fields.get(name)?)?;
                self.value(module, field, depth)
            }
            (object, "pathname" | "href") => self.value(module, object, depth),
            (object, "sep") if object.is_specific_id("path") => Some(Value::text("/")),
            (object, _) => {
                let (module, found) = self.property(module, object, name, depth)?;
                self.value(module, found, depth)
            }
        }
    }

    /// `new URL('./x', import.meta.url)`
    fn url(&self, module: usize, new: &NewExpression<'a>, depth: usize) -> Option<Value> {
        if !new.callee.is_specific_id("URL") {
            return None;
        }
        let part = |idx: usize| self.value(module, new.arguments.get(idx)?.as_expression()?, depth);
        let base = part(1).filter(|it| it.base == Some(AccessBase::Module))?;
        let folder = Value { text: paths::parent(&base.text).to_owned(), ..base };
        Some(paths_of::joined(folder, part(0)))
    }

    fn number(&self, module: usize, expression: &Expression<'a>, depth: usize) -> Option<f64> {
        let depth = depth.checked_sub(1)?;
        match expression.get_inner_expression() {
            Expression::NumericLiteral(it) => Some(it.value),
            Expression::StringLiteral(it) => it.value.as_str().parse().ok(),
            Expression::LogicalExpression(it) => self.number(module, &it.right, depth),
            Expression::ConditionalExpression(it) => {
                let arm = self.number(module, &it.alternate, depth);
                arm.or_else(|| self.number(module, &it.consequent, depth))
            }
            Expression::UnaryExpression(it) if it.operator == UnaryOperator::UnaryPlus => {
                self.number(module, &it.argument, depth)
            }
            Expression::CallExpression(it) if matches!(it.callee_name(), Some("Number" | "parseInt")) => {
                self.number(module, it.arguments.first()?.as_expression()?, depth)
            }
            Expression::Identifier(it) => {
                let binding = *self.graph.modules[module].nodes.bindings.get(it.name.as_str())?;
                let (module, found) = self.target(module, binding, depth)?;
                self.number(module, found, depth)
            }
            Expression::StaticMemberExpression(it) => {
                let (module, found) = self.property(module, &it.object, it.property.name.as_str(), depth)?;
                self.number(module, found, depth)
            }
            _ => None,
        }
    }

    fn variable(&self, module: usize, expression: &Expression<'a>, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        match expression.get_inner_expression() {
            Expression::StaticMemberExpression(it) if is_environment(&it.object) => Some(it.property.name.to_string()),
            Expression::LogicalExpression(it) => self.variable(module, &it.left, depth),
            Expression::UnaryExpression(it) => self.variable(module, &it.argument, depth),
            Expression::CallExpression(it) => self.variable(module, it.arguments.first()?.as_expression()?, depth),
            Expression::Identifier(it) => {
                let binding = *self.graph.modules[module].nodes.bindings.get(it.name.as_str())?;
                if let Binding::Part { of, key, outer: None } = binding
                    && is_environment(of)
                {
                    return Some(key.to_owned());
                }
                let (module, found) = self.target(module, binding, depth)?;
                self.variable(module, found, depth)
            }
            Expression::StaticMemberExpression(it) => {
                let (module, found) = self.property(module, &it.object, it.property.name.as_str(), depth)?;
                self.variable(module, found, depth)
            }
            _ => None,
        }
    }
}

/// `process.env`, `Bun.env`
fn is_environment(expression: &Expression<'_>) -> bool {
    let Expression::StaticMemberExpression(it) = expression.get_inner_expression() else { return false };
    it.property.name == "env" && (it.object.is_specific_id("process") || it.object.is_specific_id("Bun"))
}
