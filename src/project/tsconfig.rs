//! tsconfig.json with its `extends` chain.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{App, Site, json};
use crate::paths;
use crate::text::LineIndex;

mod inputs;

/// The options that say what a compilation makes, and where. Paths are from the app's folder.
#[derive(Clone, Debug, Default)]
pub(super) struct TsConfig {
    /// The file that was asked for.
    pub(super) path: String,
    pub(super) out_dir: Option<String>,
    /// Where `outDir` stands.
    pub(super) out_dir_site: Option<Site>,
    pub(super) root_dir: Option<String>,
    pub(super) no_emit: Option<bool>,
    pub(super) declaration_only: Option<bool>,
    pub(super) source_map: Option<bool>,
    pub(super) declaration_map: Option<bool>,
    pub(super) composite: Option<bool>,
    pub(super) incremental: Option<bool>,
    pub(super) build_info_file: Option<String>,
    pub(super) allow_js: Option<bool>,
    pub(super) json_modules: Option<bool>,
    pub(super) import_helpers: Option<bool>,
    /// Whether an import stays of which only types are used, if its line does not say so of all of it.
    pub(super) keeps_imports: Option<bool>,
    pub(super) jsx: Option<String>,
    pub(super) jsx_import_source: Option<String>,
    pub(super) jsx_factory: Option<String>,
    pub(super) out_file: Option<String>,
    pub(super) base_url: Option<String>,
    /// `paths`: pattern to targets, from the app's folder.
    pub(super) aliases: Vec<(String, Vec<String>)>,
    pub(super) include: Option<Vec<String>>,
    pub(super) files: Option<Vec<String>>,
    pub(super) exclude: Option<Vec<String>>,
    /// The projects of `references`, as written; of the file itself only.
    pub(super) references: Vec<String>,
    /// A base that is in no file we can read.
    pub(super) unknown_base: Option<String>,
}

/// Longer chains of `extends` are not followed, nor more bases than these.
const MAX_DEPTH: usize = 16;
const MAX_BASES: usize = 64;

impl TsConfig {
    /// The package whose runtime is imported by what is compiled of JSX: by the settings, where they name none themselves React's.
    pub(super) fn jsx_runtime(&self) -> Option<&str> {
        let is_automatic = matches!(self.jsx.as_deref(), Some("react-jsx" | "react-jsxdev"));
        self.jsx_import_source.as_deref().or(is_automatic.then_some("react"))
    }

    /// Reads the configuration at `path` (a file, or a folder with a tsconfig.json); `None` where there is
    /// none that can be read.
    pub(super) fn load(app: &App, path: &str) -> Option<Self> {
        let path = existing(app, path)?;
        let mut config = Chain::default().read(app, &path, MAX_DEPTH)?;
        config.path = path;
        Some(config)
    }

    /// [`load`](Self::load) for those to whom it does not matter.
    pub(super) fn load_quietly(app: &App, path: &str) -> Option<Self> {
        app.files.is_file(&app.folder_path(path)).then(|| Self::load(app, path))?
    }

    /// The folder of the file.
    pub(super) fn folder(&self) -> &str {
        paths::parent(&self.path)
    }

    /// The file in which an incremental compilation notes what it made, as TypeScript names it; `None`
    /// where it makes none.
    pub(super) fn build_info(&self) -> Option<String> {
        if self.incremental.or(self.composite) != Some(true) {
            return None;
        }
        if let Some(path) = &self.build_info_file {
            return Some(path.clone());
        }
        let name = self.path.strip_suffix(".json").unwrap_or(&self.path);
        let place = match (&self.out_dir, &self.root_dir) {
            (Some(out), Some(root)) => paths::resolve(out, &paths::relative(root, name)?),
            (Some(out), None) => paths::join(out, paths::file_name(name)),
            (None, _) => name.to_owned(),
        };
        Some(place + ".tsbuildinfo")
    }

    /// Whether files with maps come with the output.
    pub(super) fn maps(&self) -> Option<bool> {
        let any = [self.source_map, self.declaration_map].contains(&Some(true));
        if !any && self.unknown_base.is_some() { None } else { Some(any) }
    }
}

fn existing(app: &App, path: &str) -> Option<String> {
    let candidates = [path.to_owned(), format!("{path}.json"), paths::join(path, "tsconfig.json")];
    candidates.into_iter().find(|it| app.files.is_file(&app.folder_path(it)))
}

/// The files of one `extends` chain, each read once: bases may share bases, and may go round in a circle.
#[derive(Default)]
struct Chain(BTreeMap<String, Option<TsConfig>>);

impl Chain {
    fn read(&mut self, app: &App, path: &str, depth: usize) -> Option<TsConfig> {
        if let Some(known) = self.0.get(path) {
            return known.clone();
        }
        // What comes back to it finds nothing.
        self.0.insert(path.to_owned(), None);
        let config = self.read_anew(app, path, depth);
        self.0.insert(path.to_owned(), config.clone());
        config
    }

    fn read_anew(&mut self, app: &App, path: &str, depth: usize) -> Option<TsConfig> {
        let full = app.folder_path(path);
        let text = app.files.text(&full)?;
        let own = match json::loose(&text) {
            Ok(value) => value,
            Err(line) => {
                app.files.problem(&full, Some(line), "is not JSON that TypeScript reads".to_owned());
                return None;
            }
        };
        let mut config = TsConfig::default();
        let bases = bases(&own);
        for base in bases.iter().take(MAX_BASES) {
            match find_base(app, path, base).and_then(|it| self.read(app, &it, depth.checked_sub(1)?)) {
                Some(found) => config.over(found),
                None if says_nothing(base) => {}
                None => config.unknown_base = Some((*base).to_owned()),
            }
        }
        if let Some(base) = bases.get(MAX_BASES) {
            config.unknown_base = Some((*base).to_owned());
        }
        config.over(Reader { folder: paths::parent(path), value: &own, site: site(&full, &text) }.config());
        Some(config)
    }
}

fn bases(value: &Value) -> Vec<&str> {
    match value.get("extends") {
        Some(Value::String(base)) => vec![base],
        Some(Value::Array(bases)) => bases.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The file of a base: beside, or of a package in a node_modules folder.
fn find_base(app: &App, path: &str, base: &str) -> Option<String> {
    let folder = paths::parent(path);
    if base.starts_with('.') {
        return existing(app, &paths::resolve(folder, base));
    }
    let mut folder = paths::resolve(&app.folder, folder);
    loop {
        let candidate = paths::resolve(&folder, &format!("node_modules/{base}"));
        let from_app = paths::relative(&app.folder, &candidate)?;
        if let Some(found) = existing(app, &from_app) {
            return Some(found);
        }
        if folder.is_empty() {
            return None;
        }
        folder = paths::parent(&folder).to_owned();
    }
}

/// The well-known bases that set neither folders nor emit.
fn says_nothing(base: &str) -> bool {
    ["@tsconfig/node", "@tsconfig/recommended", "@tsconfig/strictest", "@tsconfig/esm"]
        .iter()
        .any(|it| base.starts_with(it))
}

/// Where `outDir` stands in the file.
fn site(path: &str, text: &str) -> Site {
    let line = text.find("\"outDir\"").map(|at| LineIndex::new(text).line(crate::text::offset(at)) + 1);
    Site { path: path.to_owned(), line }
}

impl TsConfig {
    /// `other`, which extends this one, over it.
    fn over(&mut self, other: Self) {
        macro_rules! take {
            ($($field:ident),*) => { $(if other.$field.is_some() { self.$field = other.$field; })* };
        }
        take!(
            out_dir,
            out_dir_site,
            root_dir,
            no_emit,
            declaration_only,
            source_map,
            declaration_map,
            composite,
            incremental,
            build_info_file,
            allow_js,
            json_modules,
            import_helpers,
            keeps_imports,
            jsx,
            jsx_import_source,
            jsx_factory,
            out_file,
            base_url,
            include,
            files,
            exclude,
            unknown_base
        );
        if !other.aliases.is_empty() {
            self.aliases = other.aliases;
        }
        self.references = other.references;
    }
}

/// One file, its paths seen from the app's folder.
struct Reader<'a> {
    folder: &'a str,
    value: &'a Value,
    site: Site,
}

impl Reader<'_> {
    fn config(self) -> TsConfig {
        let out_dir = self.path("outDir");
        TsConfig {
            out_dir_site: out_dir.is_some().then(|| self.site.clone()),
            out_dir,
            root_dir: self.path("rootDir"),
            no_emit: self.flag("noEmit"),
            declaration_only: self.flag("emitDeclarationOnly"),
            source_map: self.flag("sourceMap"),
            declaration_map: self.flag("declarationMap"),
            composite: self.flag("composite"),
            incremental: self.flag("incremental"),
            build_info_file: self.path("tsBuildInfoFile"),
            allow_js: self.flag("allowJs"),
            json_modules: self.flag("resolveJsonModule"),
            import_helpers: self.flag("importHelpers"),
            keeps_imports: self.keeps_imports(),
            jsx: self.text("jsx"),
            jsx_import_source: self.text("jsxImportSource"),
            jsx_factory: self.text("jsxFactory"),
            out_file: self.path("outFile"),
            base_url: self.path("baseUrl"),
            aliases: self.aliases(),
            include: self.globs("include"),
            files: self.globs("files"),
            exclude: self.globs("exclude"),
            references: self.references(),
            ..TsConfig::default()
        }
    }

    fn option(&self, key: &str) -> Option<&Value> {
        self.value.get("compilerOptions")?.get(key)
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.option(key)?.as_bool()
    }

    fn text(&self, key: &str) -> Option<String> {
        self.option(key)?.as_str().map(str::to_owned)
    }

    fn keeps_imports(&self) -> Option<bool> {
        let preserves = || Some(self.option("importsNotUsedAsValues")?.as_str() == Some("preserve"));
        self.flag("verbatimModuleSyntax").or_else(|| self.flag("preserveValueImports")).or_else(preserves)
    }

    fn path(&self, key: &str) -> Option<String> {
        Some(self.seen(self.option(key)?.as_str()?))
    }

    fn seen(&self, path: &str) -> String {
        paths::resolve(self.folder, path.strip_prefix("${configDir}/").unwrap_or(path))
    }

    fn globs(&self, key: &str) -> Option<Vec<String>> {
        let globs = self.value.get(key)?.as_array()?;
        Some(globs.iter().filter_map(|it| Some(self.seen(it.as_str()?))).collect())
    }

    fn aliases(&self) -> Vec<(String, Vec<String>)> {
        let Some(aliases) = self.option("paths").and_then(Value::as_object) else { return Vec::new() };
        let base = self.path("baseUrl").unwrap_or_else(|| self.folder.to_owned());
        let targets = |it: &Value| {
            let targets = it.as_array().map(Vec::as_slice).unwrap_or_default();
            targets.iter().filter_map(|it| Some(paths::resolve(&base, it.as_str()?))).collect()
        };
        aliases.iter().map(|(pattern, it)| (pattern.clone(), targets(it))).collect()
    }

    fn references(&self) -> Vec<String> {
        let list = self.value.get("references").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|it| Some(self.seen(it.get("path")?.as_str()?))).collect()
    }
}
