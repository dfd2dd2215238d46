//! Calls that give a path: `path.join`, `fileURLToPath`, `process.cwd()`.

use oxc_ast::ast::*;

use super::super::AccessBase;
use super::{Evaluation, Value, origin};
use crate::paths;

/// `first/second`, as `path.join` has it; what is not known leaves it open.
pub(super) fn joined(first: Value, second: Option<Value>) -> Value {
    let slash = |it: Value| Value { text: format!("{}/", it.text), ..it };
    match second {
        _ if first.open => first,
        Some(second) if second.base.is_none() => slash(first).then(Some(second)),
        _ => Value { open: true, ..slash(first) },
    }
}

impl<'a> Evaluation<'_, 'a> {
    /// The path that a call gives.
    pub(super) fn call(&self, module: usize, call: &CallExpression<'a>, depth: usize) -> Option<Value> {
        let argument = |idx: usize| self.value(module, call.arguments.get(idx)?.as_expression()?, depth);
        match name_of(&call.callee)? {
            "join" | "resolve" if self.is_path(module, &call.callee) => self.join(module, call, depth),
            "normalize" | "fileURLToPath" | "realpathSync" | "pathToFileURL" | "String" => argument(0),
            "toString" if call.arguments.is_empty() => self.value(module, receiver(call)?, depth),
            "dirname" => {
                let of = argument(0).filter(|it| !it.open)?;
                let root = if of.text.starts_with('/') { "/" } else { "" };
                Some(Value { text: format!("{root}{}", paths::resolve(&of.text, "..")), ..of })
            }
            "cwd" if is_process(&call.callee) => Some(at(AccessBase::WorkingDirectory)),
            "tmpdir" => Some(at(AccessBase::Temporary)),
            _ => None,
        }
    }

    /// Whether it is `path.join`, not a list's or a promise's.
    fn is_path(&self, module: usize, callee: &Expression<'a>) -> bool {
        let known = origin(self.graph, module, callee);
        known.is_some_and(|it| matches!(it.package.as_str(), "path" | "path/posix" | "upath" | "pathe"))
    }

    fn join(&self, module: usize, call: &CallExpression<'a>, depth: usize) -> Option<Value> {
        let mut parts = call.arguments.iter().map(|it| self.value(module, it.as_expression()?, depth));
        let mut whole = parts.next()??;
        for part in parts {
            let restarts = name_of(&call.callee) == Some("resolve")
                && part.as_ref().is_some_and(|it| it.base.is_some() || it.text.starts_with('/'));
            whole = if restarts { part? } else { joined(whole, part) };
        }
        Some(whole)
    }
}

fn at(base: AccessBase) -> Value {
    Value { base: Some(base), text: String::new(), open: false }
}

/// The last name of what is called.
pub(super) fn name_of<'a>(callee: &'a Expression<'_>) -> Option<&'a str> {
    match callee.get_inner_expression() {
        Expression::Identifier(it) => Some(it.name.as_str()),
        Expression::StaticMemberExpression(it) => Some(it.property.name.as_str()),
        Expression::SequenceExpression(it) => name_of(it.expressions.last()?),
        _ => None,
    }
}

fn receiver<'b, 'a>(call: &'b CallExpression<'a>) -> Option<&'b Expression<'a>> {
    match &call.callee {
        Expression::StaticMemberExpression(it) => Some(&it.object),
        _ => None,
    }
}

fn is_process(callee: &Expression<'_>) -> bool {
    match callee {
        Expression::StaticMemberExpression(it) => it.object.is_specific_id("process"),
        // `import { cwd } from 'process'`
        other => other.is_specific_id("cwd"),
    }
}
