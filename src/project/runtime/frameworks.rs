//! What frameworks read by convention: views, static folders, `.env`, `config`.

use oxc_ast::ast::*;

use super::super::Site;
use super::accesses;
use super::graph::Graph;
use super::table::Effect;
use super::{Access, AccessBase, Runtime, typeorm, values};
use crate::ecosystem::packages::{self, Use};

/// Notes what the methods of frameworks read.
pub(super) fn collect(graph: &Graph<'_>, runtime: &mut Runtime) {
    for (idx, module) in graph.modules.iter().enumerate() {
        for call in &module.nodes.calls {
            by_method(graph, idx, call, runtime);
        }
    }
    views(graph, runtime);
    conventions(graph, runtime);
}

fn by_method(graph: &Graph<'_>, idx: usize, call: &CallExpression<'_>, runtime: &mut Runtime) {
    let Expression::StaticMemberExpression(member) = &call.callee else { return };
    let name = member.property.name.as_str();
    let argument = |at: usize| call.arguments.get(at).and_then(Argument::as_expression);
    let (effect, path) = match name {
        "useStaticAssets" | "setBaseViewsDir" | "setViewsDir" => (Effect::reads_folder(name), argument(0)),
        "set" if is_text(argument(0), "views") => (Effect::reads_folder("app.set('views')"), argument(1)),
        "sendFile" | "sendfile" | "download" => (Effect::reads(name), argument(0).filter(|_| !has_root(call))),
        _ => return,
    };
    let site = graph.site(idx, call);
    for path in path.into_iter().flat_map(each) {
        // Fastify's and others' take a name below a folder that is given elsewhere.
        if !(matches!(path, Expression::StringLiteral(it) if !it.value.as_str().starts_with('/'))
            && name.starts_with('s')
            && name != "set"
            && name != "setBaseViewsDir"
            && name != "setViewsDir")
        {
            accesses::note(graph, idx, path, &effect, &site, runtime);
        }
    }
}

/// The elements of a list, or the expression itself.
fn each<'b, 'a>(expression: &'b Expression<'a>) -> Vec<&'b Expression<'a>> {
    match expression.get_inner_expression() {
        Expression::ArrayExpression(it) => {
            it.elements.iter().filter_map(ArrayExpressionElement::as_expression).collect()
        }
        it => vec![it],
    }
}

fn is_text(expression: Option<&Expression<'_>>, text: &str) -> bool {
    expression.is_some_and(|it| it.is_specific_string_literal(text))
}

/// `res.sendFile('x', { root })`: the option is looked at by itself.
fn has_root(call: &CallExpression<'_>) -> bool {
    call.arguments
        .iter()
        .any(|it| matches!(it, Argument::ObjectExpression(it) if super::module::Module::property(it, "root").is_some()))
}

/// Express reads `views` below the working directory where nothing else is set.
fn views(graph: &Graph<'_>, runtime: &mut Runtime) {
    if runtime.reads.iter().any(|it| it.by.contains("views") || it.by == "setBaseViewsDir") {
        return;
    }
    let engine = graph.modules.iter().enumerate().find_map(|(idx, module)| {
        let call = module.nodes.calls.iter().find(|it| {
            let is_set = it.callee_name() == Some("set") || it.callee_name() == Some("setViewEngine");
            is_set
                && (is_text(it.arguments.first().and_then(Argument::as_expression), "view engine")
                    || it.callee_name() == Some("setViewEngine"))
        })?;
        Some(graph.site(idx, *call))
    });
    if let Some(site) = engine {
        runtime.reads.push(at(site, "views", true, "the view engine"));
    }
}

/// What the imported packages read by themselves.
fn conventions(graph: &Graph<'_>, runtime: &mut Runtime) {
    for (name, import) in &graph.packages {
        let defaults = packages::package(name).into_iter().flat_map(packages::Package::defaults);
        for (path, does, _) in defaults.filter(|it| it.1.is_read() && typeorm::is_read(graph, it.0)) {
            runtime.reads.push(at(import.site.clone(), path, does == Use::ReadsFolder, name));
        }
    }
}

/// Below the working directory.
fn at(site: Site, path: &str, is_folder: bool, by: &str) -> Access {
    Access {
        site,
        base: AccessBase::WorkingDirectory,
        path: Some(path.to_owned()),
        is_folder,
        glob: None,
        by: by.to_owned(),
    }
}

/// Whether the value of an expression begins with a text; for options that tell what an object is.
pub(super) fn says(graph: &Graph<'_>, module: usize, expression: Option<&Expression<'_>>, texts: &[&str]) -> bool {
    let value = expression.and_then(|it| values::value(graph, module, it));
    value.is_some_and(|value| texts.iter().any(|it| value.text.contains(it)))
}
