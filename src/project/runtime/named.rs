//! devDependencies that the run needs although nothing imports them: a text names them, or a package that is imported
//! loads them by a name of its own (`dialect: 'postgres'` loads `pg`).

use std::collections::{BTreeMap, BTreeSet};

use oxc_span::{GetSpan, Span};

use super::super::{App, EntryKind, Reason, Site};
use super::graph::Graph;
use super::{Access, AccessBase, Import, Named, Runtime};
use crate::ecosystem::packages::{self, package_name};
use crate::paths;

/// Larger files are data, not configuration.
const MAX_CONFIGURATION: usize = 256 << 10;

/// More files of one folder are data.
const MAX_FILES: usize = 50;

/// A text that is there at run time.
pub(super) struct Text {
    pub(super) text: String,
    pub(super) site: Site,
    /// Whether it holds whatever the environment is.
    pub(super) always: bool,
}

/// All of them, by package.
pub(super) fn collect(graph: &Graph<'_>, runtime: &Runtime) -> BTreeMap<String, Named> {
    let app = graph.app;
    let left_out: BTreeSet<&str> =
        app.package.dev_dependencies.keys().map(String::as_str).filter(|it| app.leaves_out(it)).collect();
    let mut res = BTreeMap::new();
    super::commands::collect(graph, &mut res);
    if left_out.is_empty() {
        return res;
    }
    let mut texts = of_modules(graph);
    texts.extend(of_configuration(app, runtime));
    for it in &texts {
        if let Some(name) = left_out.get(package_of(&it.text)) {
            let how = Reason::at(it.site.clone(), format!("names `{name}`"));
            let by = graph.packages.values().find(|import| loads_by_name(import, name));
            let is_loaded = by.filter(|_| it.always).map(|it| it.package.clone());
            let (package, site) = ((*name).to_owned(), it.site.clone());
            add(&mut res, Named { package, site, how, is_certain: by.is_some(), always_by: is_loaded });
        }
    }
    of_installed_files(runtime, &left_out, &mut res);
    for import in graph.packages.values() {
        by_package(import, &left_out, &texts, &mut res);
    }
    res
}

/// The package that a text speaks of: by its name, or as a folder of node_modules.
fn package_of(text: &str) -> &str {
    package_name(text.rsplit_once("node_modules/").map_or(text, |it| it.1))
}

/// Packages whose files are read or served: `express.static('node_modules/jquery/dist')`. Who takes all of node_modules may
/// need any.
fn of_installed_files(runtime: &Runtime, left_out: &BTreeSet<&str>, res: &mut BTreeMap<String, Named>) {
    let own = |it: &&Access| matches!(it.base, AccessBase::WorkingDirectory | AccessBase::Module);
    for access in runtime.reads.iter().filter(own) {
        let Some(path) = access.path.as_deref().filter(|it| it.contains("node_modules")) else { continue };
        let is_all = paths::file_name(path) == "node_modules";
        let is_read = |name: &&&str| package_of(path) == **name || is_all && !name.starts_with("@types/");
        for name in left_out.iter().filter(is_read) {
            let how = match is_all {
                true => format!("takes all of `node_modules`, with `{name}`"),
                false => format!("reads files of `{name}`"),
            };
            let how = Reason::at(access.site.clone(), how);
            let (package, site) = ((*name).to_owned(), access.site.clone());
            let is_certain = !is_all && !access.is_only_built();
            add(res, Named { package, site, how, is_certain, always_by: None });
        }
    }
}

/// Notes it; the first place counts, and who is certain.
pub(super) fn add(res: &mut BTreeMap<String, Named>, named: Named) {
    let (is_certain, always_by) = (named.is_certain, named.always_by.clone());
    let noted = res.entry(named.package.clone()).or_insert(named);
    noted.is_certain |= is_certain;
    noted.always_by = noted.always_by.take().or(always_by);
}

/// Whether the imported package loads the one called `name` where a text says that name.
fn loads_by_name(import: &Import, name: &str) -> bool {
    let Some(row) = packages::package(&import.package) else { return false };
    let is_meant = |(text, loaded): (&str, &[&str])| {
        // The engine `ejs` is the one for `.ejs`.
        (text.is_empty() || text.trim_start_matches('.') == name) && loaded.iter().any(|it| is_like(it, name))
    };
    row.loads().any(is_meant) || row.loads_named().any(|it| is_like(it, name))
}

/// What an imported package loads: by the texts that pick it, or any of its own where none does.
fn by_package(import: &Import, left_out: &BTreeSet<&str>, texts: &[Text], res: &mut BTreeMap<String, Named>) {
    let Some(row) = packages::package(&import.package) else { return };
    let is_loaded = |loaded: &[&str]| left_out.iter().any(|it| loaded.iter().any(|pattern| is_like(pattern, it)));
    if !row.loads().any(|(_, loaded)| is_loaded(loaded)) {
        return;
    }
    let picked = |alias: &str| texts.iter().find(|it| is_picked(alias, &it.text));
    let is_alias = |alias: &str| !alias.is_empty() && !alias.starts_with('.');
    let none_is_picked = !row.loads().any(|(alias, _)| is_alias(alias) && picked(alias).is_some());
    for (alias, loaded) in row.loads() {
        let by = picked(alias);
        let may_load = by.is_some() || alias.is_empty() || is_alias(alias) && none_is_picked;
        for name in left_out.iter().filter(|it| may_load && loaded.iter().any(|pattern| is_like(pattern, it))) {
            let site = by.map_or(&import.site, |it| &it.site);
            let how = match by {
                Some(_) => {
                    let text = format!("names `{alias}`, for which `{}` loads `{name}`", import.package);
                    Reason::at(site.clone(), text)
                }
                None => format!("`{}`, which `{site}` imports, may load `{name}`", import.package).into(),
            };
            // A file's extension (`.ejs`) may be another's.
            let is_certain = by.is_some() && is_alias(alias) && loaded.first() == Some(name);
            let always_by = by.filter(|it| is_certain && it.always).map(|_| import.package.clone());
            add(res, Named { package: (*name).to_owned(), site: site.clone(), how, is_certain, always_by });
        }
    }
}

/// Whether a text picks what `alias` stands for: `postgres`, a URL `postgres://…`, for `.ejs` a file.
fn is_picked(alias: &str, text: &str) -> bool {
    let Some(rest) = text.strip_prefix(alias).filter(|_| !alias.is_empty()) else {
        return alias.starts_with('.') && text.ends_with(alias);
    };
    rest.is_empty() || rest.starts_with(':')
}

/// `passport-*` takes every package whose name begins so.
fn is_like(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

/// The strings of the modules, but those that name what is imported.
pub(super) fn of_modules(graph: &Graph<'_>) -> Vec<Text> {
    let mut res = Vec::new();
    for (at, module) in graph.modules.iter().enumerate() {
        let nodes = &module.nodes;
        let imports = nodes.imports.iter().map(|it| it.source.span).chain(nodes.reexports.iter().map(|it| it.span));
        let dynamic = nodes.import_calls.iter().map(|it| it.source.span());
        let imported: BTreeSet<Span> = imports.chain(dynamic).collect();
        for string in nodes.strings.iter().filter(|it| !imported.contains(&it.span())) {
            let always = module.modes.is_empty() && !nodes.is_conditional(string.span());
            res.push(Text { text: string.value.as_str().to_owned(), site: graph.site(at, *string), always });
        }
        for template in nodes.templates.iter().filter(|it| it.quasis.len() == 1) {
            let text = template.quasis[0].value.raw.as_str().to_owned();
            let always = module.modes.is_empty() && !nodes.is_conditional(template.span());
            res.push(Text { text, site: graph.site(at, *template), always });
        }
    }
    res
}

/// The words of the configuration that is read at run time.
fn of_configuration(app: &App, runtime: &Runtime) -> Vec<Text> {
    let reads = runtime.reads.iter().filter(|it| matches!(it.base, AccessBase::WorkingDirectory | AccessBase::Module));
    let mut open: BTreeSet<String> = reads.filter_map(|it| it.path.clone()).collect();
    for mention in runtime.mentions.iter().filter(|it| is_configuration(&it.text)) {
        open.extend(paths::inside(&mention.text));
        open.extend(paths::inside(&paths::join(&mention.folder, &mention.text)));
    }
    let files: BTreeSet<String> = open.iter().flat_map(|it| files_of(app, it)).collect();
    files.iter().flat_map(|it| words_of(app, it)).collect()
}

fn files_of(app: &App, path: &str) -> Vec<String> {
    match app.files.kind(&app.folder_path(path)) {
        Some(EntryKind::File) if is_configuration(path) => vec![path.to_owned()],
        Some(EntryKind::Folder) if !path.is_empty() => {
            let names = app.files.list(&app.folder_path(path)).into_iter();
            let files = names.filter(|(name, kind)| *kind == EntryKind::File && is_configuration(name));
            files.take(MAX_FILES).map(|(name, _)| paths::join(path, &name)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a file is configuration by its name; the manifest and the compiler's own name all that is installed.
fn is_configuration(path: &str) -> bool {
    let name = paths::file_name(path);
    let own = name.starts_with("package") || name.starts_with("tsconfig") || path.contains("node_modules");
    let extension = name.rsplit_once('.').map_or("", |it| it.1);
    !own && (matches!(extension, "json" | "json5" | "yml" | "yaml" | "toml" | "js" | "cjs" | "mjs")
        || name.ends_with("rc"))
}

fn words_of(app: &App, path: &str) -> Vec<Text> {
    let full = app.folder_path(path);
    let Some(text) = app.files.text(&full).filter(|it| it.len() <= MAX_CONFIGURATION) else { return Vec::new() };
    let mut res = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let site = Site { path: full.clone(), line: Some(at + 1) };
        res.extend(packages::words(line).map(|it| Text { text: it.to_owned(), site: site.clone(), always: false }));
    }
    res
}
