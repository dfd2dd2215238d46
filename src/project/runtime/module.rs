//! One parsed module: its bindings, and the nodes that rules of thumb ask for.

use std::collections::{BTreeMap, BTreeSet};

use oxc_ast::AstKind;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

use crate::text::LineIndex;

/// What a name of the module stands for.
#[derive(Clone, Copy)]
pub(super) enum Binding<'a> {
    /// `import name from 'x'`, `import * as name`, `import { imported as name }` (then with a name).
    Import { from: &'a str, name: Option<&'a str> },
    /// `const name = …`
    Value(&'a Expression<'a>),
    /// `const { key: name } = …`; with the key that it lies under, `const { outer: { key: name } } = …`.
    Part { of: &'a Expression<'a>, outer: Option<&'a str>, key: &'a str },
    /// More than one thing, or nothing that is known.
    Unknown,
}

/// A module of the program.
pub(super) struct Module<'a> {
    /// From the app's folder.
    pub(super) path: String,
    pub(super) text: &'a str,
    pub(super) lines: LineIndex,
    pub(super) nodes: Nodes<'a>,
    /// Where NODE_ENV decides something: offsets in the text.
    pub(super) modes: Vec<u32>,
    /// What does not run under `NODE_ENV=production`.
    pub(super) dead: Vec<Span>,
}

/// What was collected on the way through the tree.
#[derive(Default)]
pub(super) struct Nodes<'a> {
    pub(super) bindings: BTreeMap<&'a str, Binding<'a>>,
    /// `this.x = …` and class fields; `None` where there is more than one.
    pub(super) fields: BTreeMap<&'a str, Option<&'a Expression<'a>>>,
    pub(super) exports: BTreeMap<&'a str, &'a Expression<'a>>,
    /// `x.name = …` of any object but those above.
    pub(super) settings: Vec<(&'a str, &'a Expression<'a>)>,
    /// Names that are used outside of types.
    pub(super) values: BTreeSet<&'a str>,
    pub(super) imports: Vec<&'a ImportDeclaration<'a>>,
    /// `export … from`, types left out.
    pub(super) reexports: Vec<&'a StringLiteral<'a>>,
    pub(super) import_calls: Vec<&'a ImportExpression<'a>>,
    pub(super) import_equals: Vec<&'a StringLiteral<'a>>,
    pub(super) calls: Vec<&'a CallExpression<'a>>,
    pub(super) news: Vec<&'a NewExpression<'a>>,
    pub(super) objects: Vec<&'a ObjectExpression<'a>>,
    pub(super) members: Vec<&'a StaticMemberExpression<'a>>,
    /// Templates and sums may be paths.
    pub(super) templates: Vec<&'a TemplateLiteral<'a>>,
    /// Every string, import specifiers included.
    pub(super) strings: Vec<&'a StringLiteral<'a>>,
    pub(super) sums: Vec<&'a BinaryExpression<'a>>,
    /// What is run or taken under a condition only: the outermost of such nodes, in order.
    conditional: Vec<Span>,
    /// The outermost functions, in order, and whether one of them has a condition: what stands behind it may not be reached.
    functions: Vec<(Span, bool)>,
}

impl Module<'_> {
    /// Whether a node stands in code that does not run under `NODE_ENV=production`.
    pub(super) fn is_dead(&self, span: Span) -> bool {
        self.dead.iter().any(|it| it.contains_inclusive(span))
    }
}

impl<'a> Nodes<'a> {
    /// Walks a program.
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut nodes = Self::default();
        nodes.visit_program(program);
        nodes
    }

    /// Whether a node may not come to anything: it stands under a condition, or in a function that has one.
    pub(super) fn is_conditional(&self, span: Span) -> bool {
        let at = self.conditional.partition_point(|it| it.start <= span.start);
        let in_function = self.functions.partition_point(|it| it.0.start <= span.start);
        let holds = |it: &Span| it.contains_inclusive(span);
        self.conditional[..at].last().is_some_and(holds)
            || self.functions[..in_function].last().is_some_and(|it| it.1 && holds(&it.0))
    }

    fn condition(&mut self, span: Span) {
        if !self.conditional.last().is_some_and(|it| it.contains_inclusive(span)) {
            self.conditional.push(span);
        }
    }

    fn branch(&mut self, span: Span) {
        self.condition(span);
        if let Some(function) = self.functions.last_mut().filter(|it| it.0.contains_inclusive(span)) {
            function.1 = true;
        }
    }

    fn function(&mut self, span: Span) {
        if !self.functions.last().is_some_and(|it| it.0.contains_inclusive(span)) {
            self.functions.push((span, false));
        }
    }

    fn bind(&mut self, name: &'a str, binding: Binding<'a>) {
        self.bindings.entry(name).and_modify(|it| *it = Binding::Unknown).or_insert(binding);
    }

    fn declare(&mut self, it: &'a VariableDeclarator<'a>) {
        match (&it.id, &it.init) {
            (BindingPattern::BindingIdentifier(id), Some(init)) => self.bind(id.name.as_str(), Binding::Value(init)),
            (BindingPattern::BindingIdentifier(_), None) => {}
            (BindingPattern::ObjectPattern(pattern), Some(init)) => self.take_apart(pattern, init, None),
            _ => {}
        }
    }

    /// Parts of parts are known to the second level: `const { promises: { writeFile } } = require('fs')`.
    fn take_apart(&mut self, pattern: &'a ObjectPattern<'a>, of: &'a Expression<'a>, outer: Option<&'a str>) {
        for it in &pattern.properties {
            let Some(key) = key_name(&it.key) else { continue };
            match &it.value {
                BindingPattern::ObjectPattern(inner) if outer.is_none() => self.take_apart(inner, of, Some(key)),
                value => {
                    if let Some(name) = value.get_identifier_name() {
                        self.bind(name.as_str(), Binding::Part { of, outer, key });
                    }
                }
            }
        }
    }

    fn import(&mut self, it: &'a ImportDeclaration<'a>) {
        self.imports.push(it);
        let from = it.source.value.as_str();
        for specifier in it.specifiers.iter().flatten() {
            let name = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    Some(module_name(&it.imported)).filter(|it| *it != "default")
                }
                _ => None,
            };
            self.bind(local_name(specifier), Binding::Import { from, name });
        }
    }

    fn assign(&mut self, it: &'a AssignmentExpression<'a>) {
        match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(id) => {
                self.bindings
                    .entry(id.name.as_str())
                    .and_modify(|it| *it = Binding::Unknown)
                    .or_insert(Binding::Value(&it.right));
            }
            AssignmentTarget::StaticMemberExpression(member) => {
                let name = member.property.name.as_str();
                match &member.object {
                    Expression::ThisExpression(_) => self.field(name, &it.right),
                    Expression::Identifier(id) if id.name == "exports" => {
                        self.exports.insert(name, &it.right);
                    }
                    Expression::Identifier(id) if id.name == "module" && name == "exports" => {
                        self.exports.insert("default", &it.right);
                    }
                    _ => self.settings.push((name, &it.right)),
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, name: &'a str, value: &'a Expression<'a>) {
        self.fields.entry(name).and_modify(|it| *it = None).or_insert(Some(value));
    }

    fn export(&mut self, it: &'a Declaration<'a>) {
        let Declaration::VariableDeclaration(declaration) = it else { return };
        for it in &declaration.declarations {
            if let (Some(name), Some(init)) = (it.id.get_identifier_name(), &it.init) {
                self.exports.insert(name.as_str(), init);
            }
        }
    }
}

impl<'a> Visit<'a> for Nodes<'a> {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::VariableDeclarator(it) => self.declare(it),
            AstKind::ImportDeclaration(it) => self.import(it),
            AstKind::AssignmentExpression(it) => self.assign(it),
            AstKind::CallExpression(it) => self.calls.push(it),
            AstKind::NewExpression(it) => self.news.push(it),
            AstKind::ObjectExpression(it) => self.objects.push(it),
            AstKind::StaticMemberExpression(it) => self.members.push(it),
            AstKind::TemplateLiteral(it) => self.templates.push(it),
            AstKind::StringLiteral(it) => self.strings.push(it),
            AstKind::BinaryExpression(it) => self.sums.push(it),
            AstKind::ImportExpression(it) => self.import_calls.push(it),
            AstKind::ExportFromDeclaration(it) if !it.export_kind.is_type() => self.reexports.push(&it.source),
            AstKind::ExportAllDeclaration(it) if !it.export_kind.is_type() => self.reexports.push(&it.source),
            AstKind::ExportDeclaration(it) => self.export(&it.declaration),
            AstKind::ExportDefaultDeclaration(it) => {
                if let Some(it) = it.declaration.as_expression() {
                    self.exports.insert("default", it);
                }
            }
            AstKind::TSExternalModuleReference(it) => self.import_equals.push(&it.expression),
            AstKind::ConditionalExpression(it) => self.condition(it.span),
            AstKind::LogicalExpression(it) => self.condition(it.span),
            AstKind::IfStatement(it) => self.branch(it.span),
            AstKind::SwitchStatement(it) => self.branch(it.span),
            AstKind::Function(it) => self.function(it.span),
            AstKind::ArrowFunctionExpression(it) => self.function(it.span),
            AstKind::IdentifierReference(it) => {
                self.values.insert(it.name.as_str());
            }
            AstKind::PropertyDefinition(it) => {
                if let (Some(name), Some(value)) = (key_name(&it.key), &it.value) {
                    self.field(name, value);
                }
            }
            // A parameter or a function of the same name hides the outer one.
            AstKind::FormalParameter(it) => {
                if let Some(name) = it.pattern.get_identifier_name() {
                    self.bind(name.as_str(), Binding::Unknown);
                }
            }
            _ => {}
        }
    }

    fn visit_ts_type(&mut self, _: &TSType<'a>) {}
    fn visit_ts_type_annotation(&mut self, _: &TSTypeAnnotation<'a>) {}
    fn visit_ts_type_parameter_instantiation(&mut self, _: &TSTypeParameterInstantiation<'a>) {}
    fn visit_ts_type_parameter_declaration(&mut self, _: &TSTypeParameterDeclaration<'a>) {}
    fn visit_ts_interface_declaration(&mut self, _: &TSInterfaceDeclaration<'a>) {}
    fn visit_ts_type_alias_declaration(&mut self, _: &TSTypeAliasDeclaration<'a>) {}
    fn visit_ts_class_implements(&mut self, _: &TSClassImplements<'a>) {}

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        if !it.import_kind.is_type() {
            walk::walk_import_declaration(self, it);
        }
    }
}

/// The key of an object or a class, where it is written out.
pub(super) fn key_name<'a>(key: &'a PropertyKey<'a>) -> Option<&'a str> {
    match key {
        PropertyKey::StaticIdentifier(it) => Some(it.name.as_str()),
        PropertyKey::StringLiteral(it) => Some(it.value.as_str()),
        _ => None,
    }
}

fn module_name<'a>(name: &ModuleExportName<'a>) -> &'a str {
    match name {
        ModuleExportName::IdentifierName(it) => it.name.as_str(),
        ModuleExportName::IdentifierReference(it) => it.name.as_str(),
        ModuleExportName::StringLiteral(it) => it.value.as_str(),
    }
}

/// The name that an import gives.
pub(super) fn local_name<'a>(specifier: &'a ImportDeclarationSpecifier<'a>) -> &'a str {
    match specifier {
        ImportDeclarationSpecifier::ImportSpecifier(it) => it.local.name.as_str(),
        ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => it.local.name.as_str(),
        ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => it.local.name.as_str(),
    }
}

impl<'a> Module<'a> {
    /// The line of a node, from 1.
    pub(super) fn line(&self, node: &impl GetSpan) -> usize {
        self.lines.line(crate::text::offset(node.span().start as usize)) + 1
    }

    /// The value of an object's property.
    pub(super) fn property(object: &'a ObjectExpression<'a>, name: &str) -> Option<&'a Expression<'a>> {
        object.properties.iter().find_map(|it| match it {
            ObjectPropertyKind::ObjectProperty(it) if key_name(&it.key) == Some(name) => Some(&it.value),
            _ => None,
        })
    }
}
