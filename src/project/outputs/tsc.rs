//! The output of the TypeScript compiler.

use super::super::tsconfig::TsConfig;
use super::follow::Builder;
use super::{Output, Tool};
use crate::ecosystem::packages;
use crate::paths;

/// What the words of `tsc` say.
#[derive(Debug, Default)]
struct Words {
    project: Option<String>,
    builds: Option<Vec<String>>,
    out_dir: Option<String>,
    root_dir: Option<String>,
    no_emit: bool,
    declaration_only: bool,
    source_map: bool,
    file: Option<String>,
    /// `--version`, `--init`
    other: bool,
}

/// Flags that take no value, besides those read one by one.
const BARE: [&str; 12] = [
    "--watch",
    "-w",
    "--pretty",
    "--skiplibcheck",
    "--strict",
    "--incremental",
    "--declaration",
    "-d",
    "--force",
    "-f",
    "--verbose",
    "-v",
];

/// `tsc …`
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    let words = read(arguments);
    if words.no_emit || words.other || words.declaration_only {
        return;
    }
    if let Some(file) = &words.file {
        return builder.unknown(format!("`tsc {file}` is not followed yet"));
    }
    match &words.builds {
        Some(projects) if !projects.is_empty() => projects.iter().for_each(|it| project(builder, it, &words, true, 0)),
        Some(_) => project(builder, "tsconfig.json", &words, true, 0),
        None => project(builder, words.project.as_deref().unwrap_or("tsconfig.json"), &words, false, 0),
    }
}

fn read(arguments: &[String]) -> Words {
    let mut words = Words::default();
    let mut rest = arguments.iter().peekable();
    while let Some(word) = rest.next() {
        let flag = word.to_ascii_lowercase();
        let mut value = || rest.next_if(|it| !it.starts_with('-')).cloned();
        match flag.as_str() {
            "-p" | "--project" => words.project = value(),
            "-b" | "--build" => words.builds = Some(Vec::new()),
            "--outdir" => words.out_dir = value(),
            "--rootdir" => words.root_dir = value(),
            "--noemit" => words.no_emit = value_is_true(value()),
            "--emitdeclarationonly" => words.declaration_only = value_is_true(value()),
            "--sourcemap" => words.source_map = value_is_true(value()),
            "--inlinesourcemap" => drop(value()),
            "--version" | "--init" | "--help" | "-h" | "--showconfig" | "--listfilesonly" | "--clean" => {
                words.other = true
            }
            it if BARE.contains(&it) => {
                rest.next_if(|it| *it == "true" || *it == "false");
            }
            it if it.starts_with('-') => {
                rest.next_if(|it| !it.starts_with('-') && !is_source(it));
            }
            _ => match &mut words.builds {
                Some(projects) => projects.push(word.clone()),
                None => words.file = Some(word.clone()),
            },
        }
    }
    words
}

fn value_is_true(value: Option<String>) -> bool {
    value.as_deref() != Some("false")
}

fn is_source(word: &str) -> bool {
    word.ends_with(".ts") || word.ends_with(".tsx")
}

/// Why there is no configuration at `path`, a file or a folder.
fn missing(builder: &Builder<'_>, path: String) -> String {
    let file = if path.ends_with(".json") { path } else { paths::join(&path, "tsconfig.json") };
    let is_there = builder.app.files.is_file(&builder.app.folder_path(&file));
    format!("`{file}` {}", if is_there { "can't be read" } else { "was not found" })
}

fn project(builder: &mut Builder<'_>, path: &str, words: &Words, build: bool, depth: usize) {
    let path = paths::normalise(path);
    let Some(mut config) = TsConfig::load(builder.app, &path) else {
        return builder.unknown(missing(builder, path));
    };
    if build && depth < 8 {
        config.references.clone().iter().for_each(|it| project(builder, it, words, true, depth + 1));
        if config.files.as_ref().is_some_and(Vec::is_empty) && config.include.is_none() {
            return;
        }
    }
    config.out_dir = words.out_dir.as_deref().map(paths::normalise).or(config.out_dir);
    config.root_dir = words.root_dir.as_deref().map(paths::normalise).or(config.root_dir);
    if words.source_map {
        config.source_map = Some(true);
    }
    emit(builder, &config, Tool::Tsc);
}

/// Notes what a configuration makes.
pub(super) fn emit(builder: &mut Builder<'_>, config: &TsConfig, tool: Tool) {
    if config.no_emit == Some(true) || config.declaration_only == Some(true) {
        return;
    }
    if config.out_file.is_some() {
        return builder.unknown("`outFile` is not followed yet".to_owned());
    }
    if config.import_helpers == Some(true) {
        builder.adds_import("tslib", &config.path);
    }
    if let Some(package) = config.jsx_runtime() {
        builder.adds_import(packages::package_name(package), &config.path);
    }
    match &config.out_dir {
        Some(path) if !path.is_empty() => {
            let evidence = config.out_dir_site.clone().unwrap_or_else(|| builder.site.clone());
            let source_root = config.layout(builder.app);
            let (maps, build_info) = (config.maps(), config.build_info());
            let output = Output { source_root, maps, build_info, ..Output::new(path.clone(), tool, evidence) };
            if paths::is_outside(path) { builder.add_outside(output) } else { builder.add(output) }
        }
        None if config.unknown_base.is_some() => {
            let base = config.unknown_base.as_deref().unwrap_or_default();
            builder.unknown(format!("`{}` extends `{base}`, which can't be read", config.path));
        }
        _ => builder.unknown("`tsc` writes beside the sources".to_owned()),
    }
}
