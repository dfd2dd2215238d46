//! The settings of a file of code: what it names, what it imports, and whether some stand elsewhere.

use std::collections::BTreeSet;

use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};

use super::proxy::{self, Forward};
use super::value::{Names, setting};
use super::{Named, Setting};

/// What was read so far.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) named: Vec<Named>,
    pub(super) modules: Vec<String>,
    pub(super) proxies: Vec<Option<Vec<Forward>>>,
    /// The files of the project that it imports, as they are written.
    pub(super) parts: Vec<String>,
    /// What constants are, as far as that is written.
    constants: Names,
    /// The names that packages have here.
    packages: BTreeSet<String>,
    /// The names whose settings are read here, or in the file that they are imported from.
    own: BTreeSet<String>,
    /// What is spread where settings stand; `None` for what has no name.
    spread: Vec<Option<String>>,
    /// The settings that one is inside of.
    outer: Vec<String>,
    /// Where other settings come from.
    elsewhere: Option<String>,
}

impl Reader {
    /// Where settings stand that were not read.
    pub(super) fn elsewhere(&self) -> Option<String> {
        let is_own = |it: &Option<String>| it.as_ref().is_some_and(|it| self.own.contains(it));
        let is_spread = || self.spread.iter().any(|it| !is_own(it)).then(|| "what it spreads".to_owned());
        self.elsewhere.clone().or_else(is_spread)
    }

    fn loads(&mut self, module: &str) {
        self.modules.push(module.to_owned());
        if module.starts_with('.') && !self.parts.iter().any(|it| it == module) {
            self.parts.push(module.to_owned());
        }
    }

    /// Notes what a name stands for that `module` is imported by.
    fn names(&mut self, name: &str, module: &str) {
        let names = if module.starts_with('.') { &mut self.own } else { &mut self.packages };
        names.insert(name.to_owned());
    }

    fn set(&mut self, name: String, value: &Expression<'_>) {
        let is_of_plugin = self.is_in_plugin();
        let outer = self.outer.last().cloned();
        self.named.push(Named { name, value: setting(value, &self.constants), outer, is_of_plugin });
    }

    fn is_in_plugin(&self) -> bool {
        self.outer.iter().any(|it| matches!(it.as_str(), "plugins" | "integrations"))
    }

    /// `export default base`, `defineConfig(base)`, `mergeConfig(base, {})`, `require('base')`: what a package brings is the
    /// configuration, or a part of it.
    fn exports(&mut self, value: &Expression<'_>) {
        let is_of_package = |it: &Expression<'_>| match it.get_inner_expression() {
            Expression::Identifier(it) => self.packages.contains(it.name.as_str()),
            Expression::CallExpression(it) => it.common_js_require().is_some_and(|it| !it.value.starts_with('.')),
            _ => false,
        };
        let is_elsewhere = match value.get_inner_expression() {
            Expression::CallExpression(it) if it.common_js_require().is_none() => {
                it.arguments.iter().filter_map(Argument::as_expression).any(is_of_package)
            }
            it => is_of_package(it),
        };
        if is_elsewhere {
            self.elsewhere.get_or_insert_with(|| "a package".to_owned());
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        let Some(name) = it.key.static_name() else { return walk::walk_object_property(self, it) };
        self.set(name.to_string(), &it.value);
        if name == "proxy" && !self.is_in_plugin() {
            self.proxies.push(proxy::read(&it.value));
        }
        self.outer.push(name.into_owned());
        walk::walk_object_property(self, it);
        self.outer.pop();
    }

    /// `...base`, at the top or in `build`; what deeper ones add (`alias`) moves no output.
    fn visit_spread_element(&mut self, it: &SpreadElement<'a>) {
        if self.outer.len() < 2 && !self.is_in_plugin() {
            match it.argument.get_inner_expression() {
                Expression::Identifier(name) => self.spread.push(Some(name.name.to_string())),
                Expression::CallExpression(call)
                    if call.common_js_require().is_some_and(|it| it.value.starts_with('.')) => {}
                _ => self.spread.push(None),
            }
        }
        walk::walk_spread_element(self, it);
    }

    /// `f([...all])` outside of all settings adds none.
    fn visit_array_expression_element(&mut self, it: &ArrayExpressionElement<'a>) {
        match it {
            ArrayExpressionElement::SpreadElement(it) if self.outer.is_empty() => walk::walk_spread_element(self, it),
            _ => walk::walk_array_expression_element(self, it),
        }
    }

    fn visit_arguments(&mut self, it: &oxc_allocator::Vec<'a, Argument<'a>>) {
        for it in it {
            match it {
                Argument::SpreadElement(it) if self.outer.is_empty() => walk::walk_spread_element(self, it),
                _ => walk::walk_argument(self, it),
            }
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::StaticMemberExpression(member) = &it.left {
            self.set(member.property.name.to_string(), &it.right);
            self.exports(&it.right);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        for declarator in it.declarations.iter().filter(|_| it.kind.is_const()) {
            if let (Some(name), Some(init)) = (declarator.id.get_identifier_name(), &declarator.init) {
                // Of one that is declared in another function as well, it is not known which is meant.
                let value = if self.constants.contains_key(name.as_str()) {
                    Setting::Other
                } else {
                    setting(init, &self.constants)
                };
                self.constants.insert(name.to_string(), value);
            }
        }
        walk::walk_variable_declaration(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let (Some(name), Some(init)) = (it.id.get_identifier_name(), &it.init) {
            match init.get_inner_expression() {
                Expression::ObjectExpression(_) => drop(self.own.insert(name.to_string())),
                Expression::CallExpression(call) => {
                    if let Some(module) = call.common_js_require() {
                        self.names(&name, &module.value);
                    }
                }
                _ => {}
            }
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.loads(&it.source.value);
        it.specifiers.iter().flatten().for_each(|name| self.names(&name.local().name, &it.source.value));
    }

    fn visit_export_default_declaration(&mut self, it: &ExportDefaultDeclaration<'a>) {
        if let Some(value) = it.declaration.as_expression() {
            self.exports(value);
        }
        walk::walk_export_default_declaration(self, it);
    }

    fn visit_export_from_declaration(&mut self, it: &ExportFromDeclaration<'a>) {
        self.elsewhere.get_or_insert_with(|| format!("`{}`", it.source.value));
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if let Expression::StringLiteral(module) = &it.source {
            self.loads(&module.value);
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some(module) = it.common_js_require() {
            self.loads(&module.value);
        }
        walk::walk_call_expression(self, it);
    }
}
