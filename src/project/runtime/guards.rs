//! Code that does not run under `NODE_ENV=production`.
//!
//! Worked example: `const isProduction = process.env.NODE_ENV === 'production'`, then `if (!isProduction) { vite = await
//! import('vite') }`: where the image sets NODE_ENV to `production`, Vite is not loaded.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use super::modes;

/// The parts of a module that do not run then.
pub(super) fn of(program: &Program<'_>, text: &str) -> Vec<Span> {
    if !modes::may_have(text) {
        return Vec::new();
    }
    let mut bound = Bound::default();
    bound.visit_program(program);
    let mut guards = Guards { several: bound.several, ..Guards::default() };
    guards.visit_program(program);
    guards.dead
}

/// The names that stand for several things.
#[derive(Default)]
struct Bound<'a> {
    seen: BTreeSet<&'a str>,
    several: BTreeSet<&'a str>,
}

impl<'a> Visit<'a> for Bound<'a> {
    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        if !self.seen.insert(it.name.as_str()) {
            self.several.insert(it.name.as_str());
        }
    }
}

/// Conditions that are longer say nothing.
const MAX_DEPTH: usize = 16;

#[derive(Default)]
struct Guards<'a> {
    /// What constants are then.
    known: BTreeMap<&'a str, bool>,
    /// Names that are none of them.
    several: BTreeSet<&'a str>,
    dead: Vec<Span>,
}

impl<'a> Guards<'a> {
    /// What an expression is then; `None` where that is not known.
    fn value(&self, it: &Expression<'a>) -> Option<bool> {
        self.value_within(it, MAX_DEPTH)
    }

    fn value_within(&self, it: &Expression<'a>, left: usize) -> Option<bool> {
        let left = left.checked_sub(1)?;
        match it.get_inner_expression() {
            Expression::BinaryExpression(it) if it.operator.is_equality() => {
                let sides = [(&it.left, &it.right), (&it.right, &it.left)];
                let (_, other) = sides.into_iter().find(|it| modes::is_variable(it.0))?;
                let Expression::StringLiteral(word) = other.get_inner_expression() else { return None };
                let is_negated = matches!(it.operator, BinaryOperator::Inequality | BinaryOperator::StrictInequality);
                Some((word.value == "production") != is_negated)
            }
            Expression::UnaryExpression(it) if it.operator == UnaryOperator::LogicalNot => {
                self.value_within(&it.argument, left).map(|it| !it)
            }
            Expression::LogicalExpression(it) => {
                let decides = match it.operator {
                    LogicalOperator::And => false,
                    LogicalOperator::Or => true,
                    LogicalOperator::Coalesce => return None,
                };
                let sides = (self.value_within(&it.left, left), self.value_within(&it.right, left));
                match sides {
                    (Some(left), _) if left == decides => Some(decides),
                    (_, Some(right)) if right == decides => Some(decides),
                    (Some(_), Some(right)) => Some(right),
                    _ => None,
                }
            }
            Expression::Identifier(it) => self.known.get(it.name.as_str()).copied(),
            _ => None,
        }
    }
}

impl<'a> Visit<'a> for Guards<'a> {
    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.kind.is_const() {
            for declarator in &it.declarations {
                let name = declarator.id.get_identifier_name();
                let value = declarator.init.as_ref().and_then(|it| self.value(it));
                if let (Some(name), Some(value)) = (name, value)
                    && !self.several.contains(name.as_str())
                {
                    self.known.insert(name.as_str(), value);
                }
            }
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        match self.value(&it.test) {
            Some(false) => self.dead.push(it.consequent.span()),
            Some(true) => self.dead.extend(it.alternate.as_ref().map(GetSpan::span)),
            None => {}
        }
        walk::walk_if_statement(self, it);
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        match self.value(&it.test) {
            Some(false) => self.dead.push(it.consequent.span()),
            Some(true) => self.dead.push(it.alternate.span()),
            None => {}
        }
        walk::walk_conditional_expression(self, it);
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        let skips = matches!(
            (it.operator, self.value(&it.left)),
            (LogicalOperator::And, Some(false)) | (LogicalOperator::Or, Some(true))
        );
        if skips {
            self.dead.push(it.right.span());
        }
        walk::walk_logical_expression(self, it);
    }
}

#[cfg(test)]
mod tests {
    use oxc_parser::Parser;
    use oxc_span::SourceType;

    #[test]
    fn what_does_not_run() {
        let dead = |text: &str| {
            let allocator = oxc_allocator::Allocator::default();
            let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
            super::of(&parsed.program, text).iter().map(|it| it.source_text(text).to_owned()).collect::<Vec<_>>()
        };
        for (text, expected) in [
            ("if (process.env.NODE_ENV !== 'production') a(); else b()", "a();"),
            ("if (process.env.NODE_ENV === 'production') a(); else b()", "b()"),
            ("const dev = process.env.NODE_ENV === 'development'; dev ? a() : b()", "a()"),
            ("const prod = process.env.NODE_ENV === 'production'; if (!prod) { a() }", "{ a() }"),
            ("process.env.NODE_ENV === 'test' && a()", "a()"),
        ] {
            assert_eq!(dead(text), [expected], "{text}");
        }
        for text in [
            "if (process.env.NODE_ENV !== mode) a()",
            "let dev = process.env.NODE_ENV !== 'production'; if (dev) a()",
            "const dev = process.env.NODE_ENV !== 'production'; function f(dev) { if (dev) a() }",
            "if (process.env.DEBUG || process.env.NODE_ENV === 'test') a()",
        ] {
            assert_eq!(dead(text), Vec::<String>::new(), "{text}");
        }
    }
}
