//! What an import's name stands for.

use super::graph::Graph;
use crate::ecosystem::packages::package_name;
use crate::paths;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// A source file, from the app's folder.
    Module(String),
    /// A file that is no code.
    Data(String),
    /// A package, by its name.
    Package(String),
    /// Node's own.
    Builtin,
    /// A relative name, and nothing is there.
    Missing,
}

/// Resolves `name` as module `from` writes it.
pub(super) fn resolve(graph: &Graph<'_>, from: usize, name: &str) -> Resolved {
    let path = &graph.modules[from].path;
    let name = name.split(['?', '!']).next().unwrap_or(name);
    if name.starts_with('.') {
        return file(graph, &paths::resolve(paths::parent(path), name)).unwrap_or(Resolved::Missing);
    }
    if name.starts_with('/') || name.is_empty() {
        return Resolved::Missing;
    }
    if name.starts_with('#') && !graph.members.holds(path) {
        return imports_field(graph, from, name).unwrap_or(Resolved::Missing);
    }
    if is_builtin(name) {
        return Resolved::Builtin;
    }
    if is_typescript(path)
        && let Some(found) = alias(graph, paths::parent(path), name)
    {
        return found;
    }
    if let Some(found) = module_alias(graph, from, name) {
        return found;
    }
    Resolved::Package(package_name(name).to_owned())
}

/// The file that Node or TypeScript finds for `path`.
pub(super) fn file(graph: &Graph<'_>, path: &str) -> Option<Resolved> {
    let found = candidates(path).into_iter().find(|it| graph.app.files.is_file(&graph.app.folder_path(it)))?;
    // Node takes a file without an extension for code.
    let is_code = is_module(&found) || !paths::file_name(&found).contains('.');
    Some(if is_code { Resolved::Module(found) } else { Resolved::Data(found) })
}

/// The files that may be meant by `path`, the first of them that is there.
pub(super) fn candidates(path: &str) -> Vec<String> {
    const EXTENSIONS: [&str; 10] = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs", "jsx", "json", "node"];
    // TypeScript's sources import by the output's name; the source comes before a stale output.
    let as_source = match path.rsplit_once('.') {
        Some((stem, "js")) => vec![format!("{stem}.ts"), format!("{stem}.tsx")],
        Some((stem, "jsx")) => vec![format!("{stem}.tsx")],
        Some((stem, "mjs")) => vec![format!("{stem}.mts")],
        Some((stem, "cjs")) => vec![format!("{stem}.cts")],
        _ => Vec::new(),
    };
    let mut all = vec![path.to_owned()];
    all.extend(as_source);
    all.extend(EXTENSIONS.iter().map(|it| format!("{path}.{it}")));
    all.extend(EXTENSIONS[..9].iter().map(|it| paths::join(path, &format!("index.{it}"))));
    all
}

fn imports_field(graph: &Graph<'_>, from: usize, name: &str) -> Option<Resolved> {
    let imports = &graph.app.package.imports;
    let exact = imports.get(name).cloned();
    let target = exact.or_else(|| imports.iter().find_map(|(pattern, target)| substituted(pattern, target, name)))?;
    if !target.starts_with('.') {
        return Some(Resolved::Package(package_name(&target).to_owned()));
    }
    let target = paths::normalise(&target);
    file(graph, &target).or_else(|| file(graph, &graph.source_path(from, &target)))
}

/// `paths` and `baseUrl` of the tsconfig for what lies in `folder`.
fn alias(graph: &Graph<'_>, folder: &str, name: &str) -> Option<Resolved> {
    let config = graph.config_of(folder)?;
    for (pattern, targets) in &config.aliases {
        let found = targets.iter().find_map(|it| file(graph, &substituted(pattern, it, name)?));
        if found.is_some() {
            return found;
        }
    }
    file(graph, &paths::resolve(config.base_url.as_ref()?, name))
}

/// `_moduleAliases` of package.json, by which the package `module-alias` finds the app's own modules at run time.
fn module_alias(graph: &Graph<'_>, from: usize, name: &str) -> Option<Resolved> {
    graph.app.package.module_aliases.iter().find_map(|(alias, target)| {
        let rest = paths::below(alias, name)?;
        let path = paths::join(&paths::normalise(target), rest);
        file(graph, &path).or_else(|| file(graph, &graph.source_path(from, &path)))
    })
}

/// `target` with what `*` of `pattern` takes of `name`.
pub(super) fn substituted(pattern: &str, target: &str, name: &str) -> Option<String> {
    let Some((before, after)) = pattern.split_once('*') else {
        return (pattern == name).then(|| target.to_owned());
    };
    let rest = name.strip_prefix(before)?.strip_suffix(after)?;
    Some(target.replacen('*', rest, 1))
}

fn is_typescript(path: &str) -> bool {
    [".ts", ".tsx", ".mts", ".cts"].iter().any(|it| path.ends_with(it))
}

/// Whether a file holds code that imports.
pub(super) fn is_module(path: &str) -> bool {
    is_typescript(path) || [".js", ".mjs", ".cjs", ".jsx"].iter().any(|it| path.ends_with(it))
}

/// Whether a file is for bundlers alone: Node can't import it.
pub(super) fn is_asset(path: &str) -> bool {
    const ASSETS: [&str; 16] = [
        "avif", "css", "gif", "ico", "jpeg", "jpg", "less", "otf", "png", "sass", "scss", "styl", "svg", "ttf", "webp",
        "woff2",
    ];
    path.rsplit_once('.').is_some_and(|(_, extension)| ASSETS.contains(&extension))
}

fn is_builtin(name: &str) -> bool {
    if ["node:", "bun:", "data:", "https:", "http:"].iter().any(|it| name.starts_with(it)) {
        return true;
    }
    let first = name.split('/').next().unwrap_or(name);
    [
        "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram",
        "diagnostics_channel", "dns", "domain", "events", "fs", "http", "http2", "https", "inspector", "module", "net", "os",
        "path", "perf_hooks", "process", "punycode", "querystring", "readline", "repl", "stream", "string_decoder", "sys",
        "timers", "tls", "trace_events", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads", "zlib", "bun",
    ]
    .contains(&first)
        // `punycode/`, `buffer/`: with the slash the package is meant.
        && !name.ends_with('/')
}
