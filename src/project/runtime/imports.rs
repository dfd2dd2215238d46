//! The imports of one module: static, dynamic, `require`, workers.

use oxc_ast::ast::*;

use super::graph::Graph;
use super::module::{Binding, Module, local_name};
use super::values;
use crate::paths;

/// One import.
pub(super) struct Target {
    pub(super) what: What,
    pub(super) line: usize,
    /// Whether it stands in code that does not run under `NODE_ENV=production`.
    pub(super) in_development: bool,
}

/// What is imported.
pub(super) enum What {
    /// By its name.
    Name(String),
    /// By its path from the app's folder, among the sources.
    File(String),
    /// Modules of a folder of the sources, by a computed name.
    Folder(String),
    /// It can't be told.
    Unknown(String),
}

/// All imports of a module that are there at run time.
pub(super) fn of(graph: &Graph<'_>, module: usize) -> Vec<Target> {
    let it = &graph.modules[module];
    let nodes = &it.nodes;
    let mut found = Vec::new();
    let mut name =
        |name: &str, line: usize| found.push(Target { what: What::Name(name.to_owned()), line, in_development: false });
    for import in nodes.imports.iter().filter(|import| at_run_time(graph, it, import)) {
        name(import.source.value.as_str(), it.line(*import));
    }
    for literal in nodes.reexports.iter().chain(&nodes.import_equals) {
        name(literal.value.as_str(), it.line(*literal));
    }
    for call in &nodes.import_calls {
        let target = computed(graph, module, &call.source, it.line(*call));
        found.push(Target { in_development: it.is_dead(call.span), ..target });
    }
    for call in &nodes.calls {
        let target = by_call(graph, module, call);
        found.extend(target.map(|target| Target { in_development: it.is_dead(call.span), ..target }));
    }
    for new in nodes.news.iter().filter(|new| is_worker(graph, module, new)) {
        if let Some(path) = new.arguments.first().and_then(Argument::as_expression) {
            found.push(started(graph, module, path, it.line(*new)));
        }
    }
    found
}

/// In TypeScript an import of which only types are used is left out, if the settings do not keep it: then only a line that is one
/// of types as a whole is.
fn at_run_time(graph: &Graph<'_>, module: &Module<'_>, import: &ImportDeclaration<'_>) -> bool {
    let Some(specifiers) = &import.specifiers else { return true };
    if import.import_kind.is_type() {
        return false;
    }
    let is_typescript = module.path.ends_with("ts") || module.path.ends_with("tsx");
    if !is_typescript || specifiers.is_empty() {
        return !is_typescript || !specifiers.is_empty();
    }
    let config = graph.config_of(paths::parent(&module.path));
    if config.as_ref().is_some_and(|it| it.keeps_imports == Some(true)) {
        return true;
    }
    let factory = config.as_ref().and_then(|it| it.jsx_factory.as_deref()).unwrap_or("React");
    specifiers.iter().any(|it| {
        let type_only = matches!(it, ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type());
        !type_only && (module.nodes.values.contains(local_name(it)) || is_jsx_factory(module, it, factory))
    })
}

/// `import React` is used by JSX itself, and so is what the settings name in its place (`h`, `Kit.createElement`).
fn is_jsx_factory(module: &Module<'_>, specifier: &ImportDeclarationSpecifier<'_>, factory: &str) -> bool {
    module.path.ends_with("tsx") && factory.split('.').next() == Some(local_name(specifier))
}

fn by_call(graph: &Graph<'_>, module: usize, call: &CallExpression<'_>) -> Option<Target> {
    let it = &graph.modules[module];
    let first = call.arguments.first()?.as_expression()?;
    let line = it.line(call);
    let is_require = match &call.callee {
        Expression::Identifier(id) => id.name == "require" && !is_own(it, "require"),
        Expression::StaticMemberExpression(it) => it.object.is_specific_id("require") && it.property.name == "resolve",
        _ => return None,
    };
    if is_require {
        return Some(computed(graph, module, first, line));
    }
    let origin = values::origin(graph, module, &call.callee)?;
    origin.is("child_process", "fork").then(|| started(graph, module, first, line))
}

/// A parameter or function of the bundler's own; `createRequire(…)` gives the real one.
fn is_own(module: &Module<'_>, name: &str) -> bool {
    match module.nodes.bindings.get(name) {
        Some(Binding::Value(Expression::CallExpression(call))) => call.callee_name() != Some("createRequire"),
        Some(_) => true,
        None => false,
    }
}

fn is_worker(graph: &Graph<'_>, module: usize, new: &NewExpression<'_>) -> bool {
    values::origin(graph, module, &new.callee).is_some_and(|it| it.is("worker_threads", "Worker"))
}

/// `require(…)` and `import(…)`.
fn computed(graph: &Graph<'_>, module: usize, expression: &Expression<'_>, line: usize) -> Target {
    let what = match values::value(graph, module, expression) {
        Some(it) if it.base.is_none() && !it.open => What::Name(it.text),
        Some(it) => by_path(graph, module, &it).unwrap_or_else(unknown_import),
        None => unknown_import(),
    };
    Target { what, line, in_development: false }
}

fn unknown_import() -> What {
    What::Unknown("imports a module whose name is only known at run time".to_owned())
}

/// An import by a path: of one module, or of any of a folder.
fn by_path(graph: &Graph<'_>, module: usize, value: &values::Value) -> Option<What> {
    let (_, path) = value.place()?;
    Some(if value.open {
        What::Folder(graph.source_path(module, &path))
    } else {
        What::File(graph.source_path(module, &path))
    })
}

/// `new Worker(path)`, `fork(path)`: paths are from the working directory.
fn started(graph: &Graph<'_>, module: usize, expression: &Expression<'_>, line: usize) -> Target {
    let value = values::value(graph, module, expression);
    let place = value.filter(|it| !it.open).and_then(|it| it.place());
    let what = match place {
        Some((_, path)) => What::File(graph.source_path(module, &path)),
        None => What::Unknown("starts a module whose name is only known at run time".to_owned()),
    };
    Target { what, line, in_development: false }
}
