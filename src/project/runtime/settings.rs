//! Files of settings that name what is written: log4js.json, Prisma's schema.

use oxc_ast::ast::*;
use serde_json::Value;

use super::super::{EntryKind, Site};
use super::graph::Graph;
use super::table::Effect;
use super::{Access, AccessBase, Runtime, accesses, typeorm, values};
use crate::paths;

/// Notes what they name.
pub(super) fn collect(graph: &Graph<'_>, runtime: &mut Runtime) {
    if graph.packages.contains_key("log4js") {
        log4js(graph, runtime);
    }
    if graph.packages.contains_key("@prisma/client") || graph.packages.contains_key("prisma") {
        prisma(graph, runtime);
    }
    database_urls(graph, runtime);
    databases(graph, runtime);
}

/// SQLite in ormconfig.json, and in the JSON files that the sources import.
fn databases(graph: &Graph<'_>, runtime: &mut Runtime) {
    let imported = graph.reads.iter().filter_map(|it| it.path.as_deref()).filter(|it| it.ends_with(".json"));
    let imported = imported.map(|it| graph.source_of_made(it));
    let convention =
        Some("ormconfig.json").filter(|it| graph.packages.contains_key("typeorm") && typeorm::is_read(graph, it));
    let convention = convention.map(str::to_owned);
    for file in imported.chain(convention).collect::<Vec<_>>() {
        let Some(value) = json(graph, &file) else { continue };
        let mut names = Vec::new();
        sqlite_files(&value, &mut names);
        for name in names.iter().filter(|it| !it.starts_with(":memory:")) {
            let site = Site { path: graph.app.folder_path(&file), line: None };
            written_beside(runtime, site, "sqlite", name, "");
        }
    }
}

fn json(graph: &Graph<'_>, file: &str) -> Option<Value> {
    let full = graph.app.folder_path(file);
    let text = if graph.app.files.is_file(&full) { graph.app.files.text(&full) } else { None };
    serde_json::from_str(&text?).ok()
}

/// The files of every object that says it is of SQLite.
fn sqlite_files(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let text = |key: &str| fields.get(key).and_then(Value::as_str);
            let kinds = ["type", "dialect", "client", "driver"].iter().filter_map(|it| text(it));
            if kinds.into_iter().any(|it| it.contains("sqlite")) {
                names.extend(["storage", "database", "filename"].iter().filter_map(|it| text(it)).map(str::to_owned));
            }
            fields.values().for_each(|it| sqlite_files(it, names));
        }
        Value::Array(items) => items.iter().for_each(|it| sqlite_files(it, names)),
        _ => {}
    }
}

/// `log4js.configure(path)`, and log4js.json beside package.json, which old versions read by themselves.
fn log4js(graph: &Graph<'_>, runtime: &mut Runtime) {
    let mut files = vec!["log4js.json".to_owned()];
    for (idx, module) in graph.modules.iter().enumerate() {
        for call in module.nodes.calls.iter().filter(|it| it.callee_name() == Some("configure")) {
            let is_log4js = values::origin(graph, idx, &call.callee).is_some_and(|it| it.package == "log4js");
            let argument = call.arguments.first().and_then(Argument::as_expression).filter(|_| is_log4js);
            let Some(argument) = argument else { continue };
            let value = values::value(graph, idx, argument).filter(|it| !it.open);
            match value.and_then(|it| it.place()) {
                Some((_, path)) => files.push(graph.source_path(idx, &path)),
                // Written out in place: the options are read where they stand.
                None if matches!(argument.get_inner_expression(), Expression::ObjectExpression(_)) => {}
                None => unknown_log(graph.site(idx, *call), runtime),
            }
        }
    }
    for file in files {
        let full = graph.app.folder_path(&file);
        let parsed = json(graph, &file);
        let mut names = Vec::new();
        parsed.iter().for_each(|it| filenames(it, &mut names));
        for name in names {
            written_beside(runtime, Site { path: full.clone(), line: None }, "log4js", &name, "");
        }
    }
}

fn unknown_log(site: Site, runtime: &mut Runtime) {
    let base = AccessBase::WorkingDirectory;
    runtime.writes.push(Access { site, base, path: None, is_folder: false, glob: None, by: "log4js".to_owned() });
}

/// Every `filename` in a value.
fn filenames(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            names.extend(fields.get("filename").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|it| filenames(it, names));
        }
        Value::Array(items) => items.iter().for_each(|it| filenames(it, names)),
        _ => {}
    }
}

/// Notes a file, from `folder`, that is written with others beside it.
fn written_beside(runtime: &mut Runtime, site: Site, by: &str, name: &str, folder: &str) {
    let (base, path) = match name.strip_prefix('/') {
        Some(rest) if paths::contains("tmp", rest) => (AccessBase::Temporary, format!("/{rest}")),
        Some(_) => (AccessBase::Root, name.to_owned()),
        None => (AccessBase::WorkingDirectory, paths::resolve(folder, name)),
    };
    let access = Access { site, base, path: Some(path), is_folder: false, glob: None, by: by.to_owned() };
    accesses::add(runtime, &Effect::writes_beside(by), access);
}

/// A SQLite file is relative to the schema; one that a variable names may be anywhere.
fn prisma(graph: &Graph<'_>, runtime: &mut Runtime) {
    for path in schemas(graph) {
        let full = graph.app.folder_path(&path);
        let Some(text) = graph.app.files.text(&full) else { continue };
        let Some(block) = text.split("datasource ").nth(1).and_then(|it| it.split('}').next()) else { continue };
        if !block.contains("\"sqlite\"") {
            continue;
        }
        let line = text.lines().position(|it| it.trim_start().starts_with("url")).map(|it| it + 1);
        let site = Site { path: full, line };
        let url = block.lines().map(str::trim).find(|it| it.starts_with("url")).unwrap_or_default();
        match url.split('"').nth(1).and_then(|it| it.strip_prefix("file:")) {
            Some(file) if !url.contains("env(") => {
                let file = file.split('?').next().unwrap_or(file);
                written_beside(runtime, site, "prisma", file, paths::parent(&path));
            }
            _ => {
                let base = AccessBase::WorkingDirectory;
                runtime.writes.push(Access {
                    site,
                    base,
                    path: None,
                    is_folder: false,
                    glob: None,
                    by: "prisma".to_owned(),
                });
            }
        }
    }
}

fn schemas(graph: &Graph<'_>) -> Vec<String> {
    let mut res = vec!["schema.prisma".to_owned()];
    for folder in ["prisma", "prisma/schema"] {
        let entries = graph.app.files.list(&graph.app.folder_path(folder));
        let files = entries.into_iter().filter(|it| it.1 == EntryKind::File && it.0.ends_with(".prisma"));
        res.extend(files.map(|it| paths::join(folder, &it.0)));
    }
    res
}

/// `file:./local.db`, `sqlite:./local.db` in a text.
fn database_urls(graph: &Graph<'_>, runtime: &mut Runtime) {
    for (idx, module) in graph.modules.iter().enumerate() {
        for string in &module.nodes.strings {
            let text = string.value.as_str();
            let Some(path) = ["file:", "sqlite://", "sqlite:"].iter().find_map(|it| text.strip_prefix(it)) else {
                continue;
            };
            if path.is_empty()
                || path.starts_with("//")
                || path.starts_with(":memory:")
                || path.contains(char::is_whitespace)
            {
                continue;
            }
            let path = path.split('?').next().unwrap_or(path);
            written_beside(runtime, graph.site(idx, *string), "sqlite", path, "");
        }
    }
}
