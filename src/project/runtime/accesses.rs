//! Files read and written: the calls of `fs` and of packages that take a path.

use std::collections::{BTreeSet, HashSet};

use oxc_ast::ast::*;
use oxc_span::GetSpan;

use super::super::Site;
use super::graph::Graph;
use super::table::{self, Effect};
use super::{Access, AccessBase, Runtime, values};
use crate::ecosystem::packages::Use;
use crate::paths;

/// Notes what every module's calls read and write.
pub(super) fn collect(graph: &Graph<'_>, runtime: &mut Runtime) {
    for (idx, module) in graph.modules.iter().enumerate() {
        for call in &module.nodes.calls {
            by_callee(graph, idx, &call.callee, &call.arguments, graph.site(idx, *call), runtime);
        }
        for new in &module.nodes.news {
            by_callee(graph, idx, &new.callee, &new.arguments, graph.site(idx, *new), runtime);
        }
        built_paths(graph, idx, runtime);
    }
}

fn by_callee(
    graph: &Graph<'_>,
    module: usize,
    callee: &Expression<'_>,
    arguments: &[Argument<'_>],
    site: Site,
    runtime: &mut Runtime,
) {
    let origin = values::origin(graph, module, callee);
    let mut effects = origin.as_ref().map(table::effects).unwrap_or_default();
    if effects.is_empty() {
        effects = table::by_method(graph, callee, origin.as_ref());
    }
    if origin.as_ref().is_some_and(|it| opens_to_write(it, arguments)) {
        effects = vec![Effect::new(Use::Writes, "open")];
    }
    for effect in effects {
        let Some(argument) = arguments.get(effect.argument()).and_then(Argument::as_expression) else { continue };
        note(graph, module, argument, &effect, &site, runtime);
    }
}

/// `fs.open(path, 'a')`; flags that are not written out may say so.
fn opens_to_write(origin: &values::Origin, arguments: &[Argument<'_>]) -> bool {
    let is_open = matches!(origin.names.last().map(String::as_str), Some("open" | "openSync"));
    let is_fs = matches!(origin.package.as_str(), "fs" | "fs/promises" | "fs-extra" | "graceful-fs");
    let flags = arguments.get(1).and_then(Argument::as_expression).map(Expression::get_inner_expression);
    let only_reads = match flags {
        None | Some(Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_)) => true,
        Some(Expression::StringLiteral(it)) => it.value == "r",
        Some(_) => false,
    };
    is_open && is_fs && !only_reads
}

/// Notes the accesses by one argument.
pub(super) fn note(
    graph: &Graph<'_>,
    module: usize,
    argument: &Expression<'_>,
    effect: &Effect,
    site: &Site,
    runtime: &mut Runtime,
) {
    if let Expression::ArrayExpression(list) = argument.get_inner_expression() {
        let elements = list.elements.iter().filter_map(ArrayExpressionElement::as_expression);
        elements.for_each(|it| note(graph, module, it, effect, site, runtime));
        return;
    }
    for expression in values::alternatives(argument).into_iter().filter(|it| may_be_path(it)) {
        let value = values::value(graph, module, expression);
        let place = value.as_ref().and_then(values::Value::place);
        let says_nothing = place.is_none() && effect.only_looks();
        if says_nothing || value.as_ref().is_some_and(|it| is_in_memory(it, effect)) {
            continue;
        }
        let glob = value.as_ref().and_then(values::Value::glob);
        let is_open = value.is_some_and(|it| it.open || it.text.contains(['*', '{']));
        let is_folder = is_open || effect.is_folder();
        let (base, path) = place.map_or((AccessBase::WorkingDirectory, None), |(base, path)| (base, Some(path)));
        add(runtime, effect, Access { site: site.clone(), base, path, is_folder, glob, by: effect.by().to_owned() });
    }
}

/// File descriptors, buffers and options stand in the place of a path.
fn may_be_path(expression: &Expression<'_>) -> bool {
    !matches!(
        expression,
        Expression::NumericLiteral(_) | Expression::ObjectExpression(_) | Expression::ArrowFunctionExpression(_)
    )
}

/// SQLite's databases without a file.
fn is_in_memory(value: &values::Value, effect: &Effect) -> bool {
    value.text.starts_with(":memory:") || (effect.takes_folder() && value.text.is_empty())
}

/// Notes one access.
pub(super) fn add(runtime: &mut Runtime, effect: &Effect, mut access: Access) {
    if effect.takes_folder()
        && let Some(path) = &access.path
    {
        access.path = Some(paths::parent(path).to_owned());
        access.is_folder = true;
    }
    let list = if effect.is_write() { &mut runtime.writes } else { &mut runtime.reads };
    list.push(access);
}

/// Paths that are put together from the module's folder or the working directory, whatever for: something
/// will be read there. What another access says of the same path goes before; see [`settle`].
fn built_paths(graph: &Graph<'_>, idx: usize, runtime: &mut Runtime) {
    let nodes = &graph.modules[idx].nodes;
    let joins =
        nodes.calls.iter().filter(|it| is_join(graph, idx, it)).map(|it| (it.span(), values::call(graph, idx, it)));
    let templates = nodes.templates.iter().map(|it| (it.span(), values::template(graph, idx, it)));
    let sums = nodes.sums.iter().map(|it| (it.span(), values::sum(graph, idx, it)));
    let all: Vec<_> = joins.chain(templates).chain(sums).collect();
    for (span, value) in all {
        let Some(value) = value.filter(|it| it.base.is_some()) else { continue };
        let Some((base, path)) = value.place() else { continue };
        if path.is_empty() || base == AccessBase::Root {
            continue;
        }
        let site =
            Site { path: graph.app.folder_path(&graph.modules[idx].path), line: Some(graph.modules[idx].line(&span)) };
        let is_folder = value.open || value.text.contains(['*', '{']);
        let glob = value.glob();
        runtime.reads.push(Access { site, base, path: Some(path), is_folder, glob, by: BUILT.to_owned() });
    }
}

const BUILT: &str = "path.join";

impl Access {
    /// Whether the path is only put together, and it is not known what for.
    pub(super) fn is_only_built(&self) -> bool {
        self.by == BUILT
    }
}

fn is_join(graph: &Graph<'_>, module: usize, call: &CallExpression<'_>) -> bool {
    values::origin(graph, module, &call.callee).is_some_and(|it| it.is("path", "join") || it.is("path", "resolve"))
}

/// Leaves out what is said twice, and paths that are only put together where another access says what is done there.
pub(super) fn settle(runtime: &mut Runtime) {
    for list in [&mut runtime.writes, &mut runtime.reads] {
        let mut seen = HashSet::new();
        list.retain(|it| seen.insert(it.clone()));
    }
    let known = |it: &&Access| !it.is_only_built();
    let others = runtime.writes.iter().chain(runtime.reads.iter().filter(known));
    let places: BTreeSet<Place> = others.filter_map(|it| Some((it.base, it.path.clone()?))).collect();
    let mut seen = HashSet::new();
    runtime.reads.retain(|it| {
        let is_first = seen.insert((it.base, it.path.clone()));
        known(&it) || is_first && !holds(&places, (it.base, it.path.clone().unwrap_or_default()))
    });
}

type Place = (AccessBase, String);

/// Whether one of `places` is `place`, or lies below it.
fn holds(places: &BTreeSet<Place>, place: Place) -> bool {
    let (base, below) = (place.0, format!("{}/", place.1));
    let mut after = places.range((base, below.clone())..);
    let is_below = |it: &Place| it.0 == base && it.1.starts_with(&below);
    places.contains(&place) || !place.1.is_empty() && after.next().is_some_and(is_below)
}
