//! Paths in option objects: upload folders, database files, log files, static roots.

use oxc_ast::ast::*;

use super::accesses;
use super::frameworks::says;
use super::graph::Graph;
use super::table::Effect;
use super::{Access, AccessBase, Runtime, values};
use crate::ecosystem::packages::{self, Use};

/// Notes what options name.
pub(super) fn collect(graph: &Graph<'_>, runtime: &mut Runtime) {
    for (idx, module) in graph.modules.iter().enumerate() {
        for object in &module.nodes.objects {
            anywhere(&At { graph, idx }, object, runtime);
        }
        // `form.uploadDir = …`
        for (_, value) in module.nodes.settings.iter().filter(|it| it.0 == UPLOADS) {
            At { graph, idx }.value(value, &Effect::new(Use::WritesFolder, UPLOADS), runtime);
        }
        for call in &module.nodes.calls {
            of_call(&At { graph, idx }, &call.callee, &call.arguments, runtime);
        }
        for new in &module.nodes.news {
            of_call(&At { graph, idx }, &new.callee, &new.arguments, runtime);
        }
    }
}

/// The option of formidable and of what is built on it.
const UPLOADS: &str = "uploadDir";

struct At<'g, 'a> {
    graph: &'g Graph<'a>,
    idx: usize,
}

impl At<'_, '_> {
    fn note(&self, object: &ObjectExpression<'_>, key: &str, effect: &Effect, runtime: &mut Runtime) {
        if let Some(value) = property(object, key) {
            self.value(value, effect, runtime);
        }
    }

    fn value(&self, value: &Expression<'_>, effect: &Effect, runtime: &mut Runtime) {
        let site = self.graph.site(self.idx, value);
        match value.get_inner_expression() {
            Expression::ArrayExpression(list) => {
                for it in list.elements.iter().filter_map(ArrayExpressionElement::as_expression) {
                    accesses::note(self.graph, self.idx, it, effect, &site, runtime);
                }
            }
            it => accesses::note(self.graph, self.idx, it, effect, &site, runtime),
        }
    }
}

fn property<'b>(object: &'b ObjectExpression<'_>, key: &str) -> Option<&'b Expression<'b>> {
    object.properties.iter().find_map(|it| match it {
        ObjectPropertyKind::ObjectProperty(it) if super::module::key_name(&it.key) == Some(key) => Some(&it.value),
        _ => None,
    })
}

/// Options that say by themselves what they are.
fn anywhere(at: &At<'_, '_>, object: &ObjectExpression<'_>, runtime: &mut Runtime) {
    at.note(object, "protoPath", &Effect::reads("protoPath"), runtime);
    at.note(object, UPLOADS, &Effect::new(Use::WritesFolder, UPLOADS), runtime);
    if property(object, "logger").is_some_and(|it| it.is_specific_string_literal("file")) {
        let site = at.graph.site(at.idx, object);
        let (base, path) = (AccessBase::WorkingDirectory, Some("ormlogs.log".to_owned()));
        let access = Access { site, base, path, is_folder: false, glob: None, by: "typeorm".to_owned() };
        accesses::add(runtime, &Effect::new(Use::Writes, "typeorm"), access);
    }
    for key in ["autoSchemaFile", "emitSchemaFile"] {
        schema_file(at, object, key, runtime);
    }
    if at.graph.packages.contains_key("@nestjs/graphql")
        && let Some(Expression::ObjectExpression(it)) = property(object, "definitions")
    {
        at.note(it, "path", &Effect::new(Use::Writes, "definitions"), runtime);
    }
    let kinds = ["type", "dialect", "client", "driver"].iter().filter_map(|it| property(object, it));
    let is_sqlite =
        kinds.into_iter().any(|it| says(at.graph, at.idx, Some(it), &["sqlite", "better-sqlite3", "libsql"]));
    if is_sqlite {
        for key in ["database", "storage", "filename"] {
            at.note(object, key, &Effect::writes_beside("sqlite"), runtime);
        }
        if let Some(Expression::ObjectExpression(it)) = property(object, "connection") {
            at.note(it, "filename", &Effect::writes_beside("sqlite"), runtime);
        }
    }
    if says(at.graph, at.idx, property(object, "target"), &["pino/file", "pino-roll", "pino-pretty"])
        && let Some(Expression::ObjectExpression(options)) = property(object, "options")
    {
        at.note(options, "destination", &Effect::writes_beside("pino"), runtime);
        at.note(options, "file", &Effect::writes_beside("pino"), runtime);
    }
    if says(at.graph, at.idx, property(object, "type"), &["file", "dateFile", "rotating-file"]) {
        at.note(object, "filename", &Effect::writes_beside("log4js"), runtime);
        at.note(object, "path", &Effect::writes_beside("the logger"), runtime);
    }
}

/// GraphQL's schema, written when the app starts: a path, or an object with one; `true` is nothing for Nest, and
/// `schema.graphql` for type-graphql.
fn schema_file(at: &At<'_, '_>, object: &ObjectExpression<'_>, key: &str, runtime: &mut Runtime) {
    let effect = Effect::new(Use::Writes, key);
    match property(object, key).map(Expression::get_inner_expression) {
        Some(Expression::BooleanLiteral(it)) if it.value && key == "emitSchemaFile" => {
            let site = at.graph.site(at.idx, object);
            let path = Some("schema.graphql".to_owned());
            let base = AccessBase::WorkingDirectory;
            accesses::add(
                runtime,
                &effect,
                Access { site, base, path, is_folder: false, glob: None, by: key.to_owned() },
            );
        }
        Some(Expression::BooleanLiteral(_)) | None => {}
        Some(Expression::ObjectExpression(it)) => at.note(it, "path", &effect, runtime),
        Some(it) => at.value(it, &effect, runtime),
    }
}

/// Options whose meaning the call gives.
fn of_call(at: &At<'_, '_>, callee: &Expression<'_>, arguments: &[Argument<'_>], runtime: &mut Runtime) {
    let objects = arguments.iter().filter_map(|it| match it {
        Argument::ObjectExpression(it) => Some(&**it),
        _ => None,
    });
    let origin = values::origin(at.graph, at.idx, callee);
    let (package, path) = origin.map(|it| (it.package.clone(), it.path())).unwrap_or_default();
    let plugin =
        arguments.first().and_then(Argument::as_expression).and_then(|it| values::origin(at.graph, at.idx, it));
    let plugin = plugin.map(|it| it.package).unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default().to_owned();
    for object in objects {
        for (key, effect) in keys(&package, &last, &plugin) {
            if key == "destination" && property(object, key).is_some_and(is_function) {
                destination(at, object, &effect, runtime);
            } else {
                at.note(object, key, &effect, runtime);
            }
        }
    }
}

fn is_function(it: &Expression<'_>) -> bool {
    matches!(it, Expression::ArrowFunctionExpression(_) | Expression::FunctionExpression(_))
}

/// The options of a package's function and of the plugin that is registered, with what is done to their paths.
fn keys(package: &str, last: &str, plugin: &str) -> Vec<(&'static str, Effect)> {
    let own = packages::options(package, last).into_iter().map(|(key, does)| (key, Effect::new(does, package)));
    let of_plugin = packages::plugin_options(plugin).into_iter().map(|(key, does)| (key, Effect::new(does, plugin)));
    own.chain(of_plugin).collect()
}

/// `destination: (req, file, cb) => cb(null, 'uploads/')`: the second argument of every call in it whose
/// first is `null`.
fn destination(at: &At<'_, '_>, object: &ObjectExpression<'_>, effect: &Effect, runtime: &mut Runtime) {
    let Some(function) = property(object, "destination") else { return };
    let span = oxc_span::GetSpan::span(function);
    let calls = at.graph.modules[at.idx].nodes.calls.iter();
    for call in calls.filter(|it| span.contains_inclusive(it.span)) {
        let [Argument::NullLiteral(_), folder] = call.arguments.as_slice() else { continue };
        if let Some(folder) = folder.as_expression() {
            at.value(folder, effect, runtime);
        }
    }
}
