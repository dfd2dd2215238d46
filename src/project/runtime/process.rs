//! Ports, signals, and variables that npm sets.

use oxc_ast::ast::*;

use super::graph::Graph;
use super::module::Module;
use super::{Listen, Runtime, Site, values};
use crate::ecosystem::manifest::names_variable;

/// Notes what the modules listen on and for.
pub(super) fn collect(graph: &Graph<'_>, runtime: &mut Runtime) {
    for (idx, module) in graph.modules.iter().enumerate() {
        for call in &module.nodes.calls {
            port(graph, idx, call, runtime);
            if runtime.signal_handler.is_none() && handles_signals(module, call) {
                runtime.signal_handler = Some(graph.site(idx, *call));
            }
        }
        if !module.text.contains("npm_") && !module.text.contains("INIT_CWD") {
            continue;
        }
        let lines = module.text.lines().enumerate().filter(|it| names_variable(it.1));
        let path = || graph.app.folder_path(&module.path);
        runtime.npm_variables.extend(lines.map(|(at, _)| Site { path: path(), line: Some(at + 1) }));
    }
}

/// `app.listen(3000)`, `serve({ port: 3000 })`.
fn port(graph: &Graph<'_>, idx: usize, call: &CallExpression<'_>, runtime: &mut Runtime) {
    let name = match &call.callee {
        Expression::StaticMemberExpression(it) => it.property.name.as_str(),
        Expression::Identifier(it) if it.name == "serve" => "serve",
        _ => return,
    };
    if name != "listen" && name != "serve" {
        return;
    }
    let Some(first) = call.arguments.first().and_then(Argument::as_expression) else { return };
    let expression = match first {
        Expression::ObjectExpression(options) => match options.properties.iter().find_map(|it| named(it, "port")) {
            Some(it) => it,
            None => return,
        },
        it => it,
    };
    let port = values::number(graph, idx, expression).and_then(as_port);
    // Where the value can't be followed, a module that reads PORT is taken to mean this one.
    let reads_port = || graph.modules[idx].text.contains("process.env.PORT").then(|| "PORT".to_owned());
    let variable = values::variable(graph, idx, expression);
    let variable = if port.is_none() { variable.or_else(reads_port) } else { variable };
    runtime.listens.push(Listen { port, variable, site: graph.site(idx, call) });
}

fn named<'b, 'a>(property: &'b ObjectPropertyKind<'a>, name: &str) -> Option<&'b Expression<'a>> {
    match property {
        ObjectPropertyKind::ObjectProperty(it) if it.key.is_specific_static_name(name) => Some(&it.value),
        _ => None,
    }
}

fn as_port(number: f64) -> Option<u16> {
    let port = u16::try_from(number as i64).ok()?;
    (f64::from(port) == number && port > 0).then_some(port)
}

/// `process.on('SIGTERM', …)`, `app.enableShutdownHooks()`.
fn handles_signals(module: &Module<'_>, call: &CallExpression<'_>) -> bool {
    let Expression::StaticMemberExpression(member) = &call.callee else { return false };
    match member.property.name.as_str() {
        "on" | "once" | "addListener" if member.object.is_specific_id("process") => match call.arguments.first() {
            Some(Argument::StringLiteral(it)) => matches!(it.value.as_str(), "SIGTERM" | "SIGINT"),
            // `for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, …)`
            Some(_) => module.text.contains("SIGTERM"),
            None => false,
        },
        "enableShutdownHooks" => true,
        _ => false,
    }
}
