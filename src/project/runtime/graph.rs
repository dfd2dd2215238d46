//! The modules that are reachable from an entry.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::ecosystem::servers;

use super::super::tsconfig::TsConfig;
use super::super::{App, EntryKind, ModuleKind, Output, Outputs, Reason, Site, Tool};
use super::components::{self, is_component};
use super::guards;
use super::imports::{self, Target};
use super::members::Members;
use super::modes;
use super::module::{Module, Nodes};
use super::resolve::{self, Resolved};
use super::typeorm;
use super::{Access, AccessBase, Import};
use crate::ecosystem::files;
use crate::ecosystem::packages::{self, package_name};
use crate::paths;
use crate::text::LineIndex;

/// More modules than this, and we do not look on.
const MAX_MODULES: usize = 4000;

/// Larger sources, in bytes, are no one's own, and their expressions may be nested deeper than the stack is.
const MAX_SOURCE: usize = 512 << 10;

/// Deeper nesting of brackets is nobody's own either.
const MAX_NESTING: usize = 2000;

/// The modules of a program, and what was met on the way.
pub(super) struct Graph<'a> {
    pub(super) app: &'a App,
    outputs: &'a Outputs,
    allocator: &'a Allocator,
    /// For `paths`: the configuration next above a folder, from the app's folder; each read once.
    configs: RefCell<BTreeMap<String, Option<Rc<TsConfig>>>>,
    pub(super) modules: Vec<Module<'a>>,
    by_path: BTreeMap<String, usize>,
    missing: BTreeSet<String>,
    /// Whether the sources themselves run: nothing is compiled in between.
    runs_sources: bool,
    /// Whether something that runs where it stands loads what the build makes: `bin/www`, and by it `dist/app.js`.
    loads_output: bool,
    /// The sources of the modules that run compiled then.
    compiled: BTreeSet<String>,
    /// The bundle that the entry is a file of.
    bundle: Option<&'a Output>,
    pub(super) packages: BTreeMap<String, Import>,
    /// Files that are imported but hold no code.
    pub(super) reads: Vec<Access>,
    pub(super) unknown: Vec<Reason>,
    /// The other packages of the workspace whose modules are among them.
    pub(super) members: Members,
}

/// Whether the parser and its visitors, which go down with the nesting, have the stack for it. Brackets in
/// texts and comments count as well: it is a guard, not a reading.
pub(in crate::project) fn can_be_followed(text: &str) -> bool {
    let mut depth = 0_usize;
    let deepest = text.bytes().map(|it| {
        match it {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth
    });
    text.len() <= MAX_SOURCE && deepest.max().unwrap_or_default() <= MAX_NESTING
}

/// See [`super::modes_in`].
pub(super) fn modes_in(allocator: &Allocator, path: &str, text: &str) -> Vec<usize> {
    let lines = LineIndex::new(text);
    let line = |at: u32| lines.line(crate::text::offset(at as usize)) + 1;
    let kind = SourceType::from_path(path).unwrap_or_else(|_| SourceType::unambiguous());
    let parsed = can_be_followed(text).then(|| Parser::new(allocator, text, kind).parse());
    match parsed.filter(|it| !it.panicked) {
        Some(parsed) => modes::of(&parsed.program, text).into_iter().map(line).collect(),
        None => vec![1],
    }
}

/// The package whose code a generated client is.
const CLIENT: &str = "@prisma/client";

impl<'a> Graph<'a> {
    pub(super) fn new(app: &'a App, outputs: &'a Outputs, allocator: &'a Allocator) -> Self {
        Self {
            app,
            outputs,
            allocator,
            configs: RefCell::default(),
            modules: Vec::new(),
            by_path: BTreeMap::new(),
            missing: BTreeSet::new(),
            runs_sources: false,
            loads_output: false,
            compiled: BTreeSet::new(),
            bundle: None,
            packages: BTreeMap::new(),
            reads: Vec::new(),
            unknown: Vec::new(),
            members: Members::default(),
        }
    }

    /// The configuration that TypeScript finds for what lies in `folder`: there, or next above it, up to the app's folder.
    pub(super) fn config_of(&self, folder: &str) -> Option<Rc<TsConfig>> {
        if let Some(known) = self.configs.borrow().get(folder) {
            return known.clone();
        }
        let own = TsConfig::load_quietly(self.app, &paths::join(folder, "tsconfig.json")).map(Rc::new);
        let is_top = folder.is_empty() || paths::file_name(folder) == "..";
        let found = own.or_else(|| if is_top { None } else { self.config_of(paths::parent(folder)) });
        self.configs.borrow_mut().insert(folder.to_owned(), found.clone());
        found
    }

    /// The files that were read, the entry's own first.
    pub(super) fn files(&self) -> Vec<String> {
        let mut files: Vec<String> = self.modules.iter().map(|it| it.path.clone()).collect();
        if let Some((_, rest)) = files.split_first_mut() {
            rest.sort();
        }
        files
    }

    /// The modules that run where they stand although others are compiled, or `reads` are of what the build makes.
    pub(super) fn in_place(&self, reads: &[Access]) -> Vec<String> {
        let is_made = |path: &String| {
            let meets = |it: &Output| paths::contains(&it.path, path) || paths::contains(path, &it.path);
            !path.is_empty() && self.outputs.outputs.iter().any(meets)
        };
        let uses_output = self.loads_output || reads.iter().filter_map(|it| it.path.as_ref()).any(is_made);
        let runs_here = |path: &&String| match self.runs_sources {
            true => uses_output && self.is_in_place(path),
            false => !self.members.holds(path) && self.run_path(path) == **path,
        };
        self.modules.iter().map(|it| &it.path).filter(runs_here).cloned().collect()
    }

    /// Whether a module runs where it stands, as the entry does.
    fn is_in_place(&self, source: &str) -> bool {
        self.runs_sources && !self.members.holds(source) && !self.compiled.contains(source)
    }

    /// Reads the entry's source and all that is reachable from it.
    pub(super) fn walk(&mut self, entry: &str) {
        let entry = paths::normalise(entry);
        let Some(source) = self.app.source_of(&entry, self.outputs) else {
            return self.unknown.push(format!("the source of `{entry}` was not found").into());
        };
        self.runs_sources = source == entry;
        self.bundle = self.outputs.outputs.iter().find(|it| it.source_of_entry(&entry) == Some(&source));
        self.add(&source);
        self.walk_on(0);
    }

    /// Reads what is loaded before the entry: files by their paths, packages by their names.
    pub(super) fn walk_preloads(&mut self, preloads: &[String]) {
        let first = self.modules.len();
        for preload in preloads {
            let name = preload.strip_prefix("file://").unwrap_or(preload);
            // `newrelic/esm-loader.mjs` is a file of a package.
            let is_of_package = name.contains('/') && self.app.package.is_production(package_name(name));
            let is_path = name.starts_with(['.', '/']) || resolve::is_module(name) && !is_of_package;
            let path = paths::normalise(name.strip_prefix("/app/").unwrap_or(name));
            if let Some(source) = self.app.source_of(&path, self.outputs).filter(|it| is_path && resolve::is_module(it))
            {
                self.add(&source);
            } else if is_path {
                self.unknown.push(format!("the source of `{path}` was not found").into());
            } else if !is_path && !name.starts_with("node:") {
                let package = package_name(name).to_owned();
                if !self.app.package.is_production(&package) {
                    continue;
                }
                let site = Site { path: self.app.folder_path("package.json"), line: None };
                self.packages.entry(package.clone()).or_insert(Import {
                    package,
                    site,
                    is_brought: false,
                    is_followed: false,
                    is_for_development: false,
                });
            }
        }
        self.walk_on(first);
    }

    /// Reads the modules that imported packages load by convention: `newrelic.js`, `ormconfig.js`.
    pub(super) fn walk_conventions(&mut self) {
        let first = self.modules.len();
        let rows = self.packages.keys().filter_map(|it| packages::package(it)).flat_map(packages::Package::defaults);
        let is_loaded = |path: &str| resolve::is_module(path) && self.app.files.is_file(&self.app.folder_path(path));
        let read = rows.filter(|it| it.1.is_read()).map(|it| it.0).filter(|it| is_loaded(it));
        let found: Vec<&str> = read.filter(|it| typeorm::is_read(self, it)).collect();
        found.iter().for_each(|it| self.add(it));
        self.walk_on(first);
    }

    /// Follows these files, which are there, and what they import.
    pub(super) fn walk_files(&mut self, paths: &[String]) {
        paths.iter().for_each(|it| self.add(it));
        self.walk_on(0);
    }

    /// Follows the modules from `next` on.
    fn walk_on(&mut self, mut next: usize) {
        while next < self.modules.len() {
            for target in imports::of(self, next) {
                self.follow(next, target);
            }
            next += 1;
        }
    }

    /// Reads a module, if it was not read before.
    fn add(&mut self, path: &str) {
        if self.by_path.contains_key(path) || self.modules.len() >= MAX_MODULES || resolve::is_asset(path) {
            return;
        }
        match self.parse(path) {
            Some(module) => {
                self.by_path.insert(path.to_owned(), self.modules.len());
                self.modules.push(module);
            }
            None => {
                if self.missing.insert(path.to_owned()) {
                    let site = Site { path: self.app.folder_path(path), line: None };
                    self.unknown.push(Reason::at(site, "can't be parsed"));
                }
            }
        }
    }

    /// The same for the source of what the build makes.
    fn add_made(&mut self, source: &str) {
        if self.runs_sources && !self.members.holds(source) {
            self.loads_output = true;
            let is_new = self.compiled.insert(source.to_owned());
            self.doubt_twice(source, is_new && self.by_path.contains_key(source));
        }
        self.add(source);
    }

    /// The same for the source that module `from` names: what is compiled imports what is compiled with it.
    fn add_from(&mut self, from: usize, path: &str) {
        if self.is_compiled(from) && self.made_path(path) != path {
            return self.add_made(path);
        }
        self.doubt_twice(path, self.compiled.contains(path));
        self.add(path);
    }

    /// A module is taken to have one place.
    fn doubt_twice(&mut self, source: &str, is_so: bool) {
        let site = Site { path: self.app.folder_path(source), line: None };
        self.unknown.extend(is_so.then(|| Reason::at(site, "runs both as it stands and compiled")));
    }

    fn parse(&self, path: &str) -> Option<Module<'a>> {
        let text = self.app.files.text(&self.app.folder_path(path)).filter(|it| can_be_followed(it))?;
        let kind = if is_component(path) { components::source_type(&text) } else { self.source_type(path)? };
        let text: &'a str = self.allocator.alloc_str(&components::code(path, &text)?);
        let parsed = Parser::new(self.allocator, text, kind).parse();
        if parsed.panicked {
            return None;
        }
        let nodes = Nodes::of(&parsed.program);
        let modes = modes::of(&parsed.program, text);
        let dead = guards::of(&parsed.program, text);
        Some(Module { path: path.to_owned(), text, lines: LineIndex::new(text), nodes, modes, dead })
    }

    /// A file without an extension (`bin/www`) is what the package's `.js` files are. Bundlers take JSX in any JavaScript.
    fn source_type(&self, path: &str) -> Option<SourceType> {
        if paths::file_name(path).contains('.') {
            let found = SourceType::from_path(path).ok()?;
            return Some(if found.is_javascript() { found.with_jsx(true) } else { found });
        }
        Some(match self.app.package.module {
            ModuleKind::Module => SourceType::mjs(),
            ModuleKind::CommonJs => SourceType::unambiguous(),
        })
    }

    fn follow(&mut self, from: usize, target: Target) {
        let site = Site { path: self.app.folder_path(&self.modules[from].path), line: Some(target.line) };
        match target.what {
            imports::What::Name(name) => {
                let found = resolve::resolve(self, from, &name);
                match found {
                    Resolved::Package(package) => self.found_package(from, package, site, &name, target.in_development),
                    Resolved::Missing if self.load_output(from, &name, &site) => {}
                    Resolved::Missing if self.is_client(from, &name) => {
                        self.found_package(from, CLIENT.to_owned(), site, CLIENT, target.in_development);
                    }
                    found => self.found(from, found, site, &name),
                }
            }
            imports::What::File(path) => match resolve::file(self, &path).unwrap_or(Resolved::Missing) {
                Resolved::Missing if self.load_made(&path, &site) => {}
                found => self.found(from, found, site, &path),
            },
            imports::What::Folder(folder) => self.add_imported(from, &folder),
            imports::What::Unknown(why) => self.unknown.push(Reason::at(site, why)),
        }
    }

    /// Whether `name` leads into the folder that the build generates a client into: its modules need that package alone.
    fn is_client(&self, from: usize, name: &str) -> bool {
        let path = paths::resolve(paths::parent(&self.modules[from].path), name);
        name.starts_with('.') && self.outputs.client_folder.as_ref().is_some_and(|it| paths::contains(it, &path))
    }

    /// Follows a relative name that leads into what the build makes; whether it does. Code that is compiled names it from
    /// where the source lies, or from where the output does.
    fn load_output(&mut self, from: usize, name: &str, site: &Site) -> bool {
        let source = self.modules[from].path.clone();
        let places = [self.run_path(&source), source];
        let relative = name.starts_with('.').then_some(name.split('?').next().unwrap_or(name));
        relative
            .is_some_and(|name| places.iter().any(|it| self.load_made(&paths::resolve(paths::parent(it), name), site)))
    }

    /// The same for a path from the app's folder.
    fn load_made(&mut self, path: &str, site: &Site) -> bool {
        // What lies in another package of the workspace is that package's own.
        let Some(output) = self.outputs.holding(path).filter(|_| !paths::is_outside(path)) else { return false };
        if output.tool == Tool::Framework {
            self.loads_output = true;
            let why = format!("loads `{path}`, which a framework makes of code that is not followed from here");
            self.unknown.push(Reason::at(site.clone(), why));
            return true;
        }
        let names = ["", ".js", ".mjs", ".cjs", "/index.js", "/index.mjs", "/index.cjs"];
        let files = names.iter().map(|it| format!("{path}{it}"));
        let found = files.filter_map(|it| Some((self.app.source_of(&it, self.outputs)?, it))).next();
        let Some((source, file)) = found else { return false };
        // What a bundle took in has the bundle's folder.
        let is_bundle = output.tool == Tool::Bundler && output.source_of_entry(&file) == Some(&source);
        self.bundle = self.bundle.or(Some(output).filter(|_| is_bundle));
        self.add_made(&source);
        true
    }

    fn found(&mut self, from: usize, found: Resolved, site: Site, name: &str) {
        match found {
            Resolved::Module(path) => self.add_from(from, &path),
            Resolved::Data(path) if is_component(&path) => self.add_from(from, &path),
            Resolved::Data(path) => self.read_data(from, site, path),
            Resolved::Package(_) | Resolved::Builtin => {}
            Resolved::Missing => self.note_missing(from, site, name),
        }
    }

    /// A file without code may be made by a command of the build.
    fn note_missing(&mut self, from: usize, site: Site, name: &str) {
        self.unknown.push(Reason::at(site.clone(), format!("imports `{name}`, which is not there")));
        if name.ends_with(".json") {
            let path = match name.starts_with('.') {
                true => paths::resolve(paths::parent(&self.modules[from].path), name),
                false => name.to_owned(),
            };
            self.read_data(from, site, path);
        }
    }

    /// A package of the workspace is followed; others are noted.
    fn found_package(&mut self, from: usize, package: String, site: Site, name: &str, is_for_development: bool) {
        let importer = self.modules[from].path.clone();
        let source = self.members.source(self.app, &package, name);
        let is_followed = source.is_some();
        source.iter().filter(|it| !resolve::is_asset(it)).for_each(|it| self.add(it));
        let bundle = self.bundle_of(&importer).filter(|_| !self.is_in_place(&importer));
        let is_bundled = bundle.is_some_and(|it| it.has_packages) && packages::is_quiet(&package);
        let is_brought = is_bundled || self.members.brings(&importer, &package);
        if !is_followed && !is_brought && !is_for_development && self.is_nobodys(&importer, &package) {
            self.unknown.push(Reason::at(site.clone(), format!("imports `{name}`, which no dependency brings")));
        }
        let new = Import { package: package.clone(), site, is_brought, is_followed, is_for_development };
        let import = self.packages.entry(package).or_insert(new);
        import.is_for_development &= is_for_development;
        import.is_brought &= is_brought;
        // A file of it beside its main one is not.
        import.is_followed &= is_followed;
    }

    /// Whether no package of that name is installed: a loader, or a tool of the build, finds the app's own code by it.
    fn is_nobodys(&self, importer: &str, package: &str) -> bool {
        let is_no_name = package.starts_with(['~', '@']) && !package.contains('/') || package.starts_with("@/");
        let is_locked = || self.app.lock().is_some_and(|it| it.packages.is_some());
        let is_known = || {
            let is_there = self.app.is_locked(package) || self.app.neighbours().contains_key(package);
            is_there || servers::is_built_in(package, |it| self.app.package.names(it))
        };
        is_no_name || is_locked() && !is_known() && !self.names(importer, package)
    }

    /// Whether the package.json next above the module names the package.
    fn names(&self, importer: &str, package: &str) -> bool {
        let path = self.app.folder_path(importer);
        let mut folders = paths::ancestors(paths::parent(&path));
        let found = folders.find(|it| self.app.files.is_file(&paths::join(it, "package.json")));
        let app = found.and_then(|it| App::load(&self.app.files, it));
        app.is_some_and(|it| it.package.names(package))
    }

    /// A file without code that is imported: it has to be where the module is.
    fn read_data(&mut self, from: usize, site: Site, path: String) {
        let is_in_place = self.is_in_place(&self.modules[from].path);
        let path = Some(if is_in_place { path } else { self.made_path(&path) });
        self.reads.push(Access {
            site,
            base: AccessBase::Module,
            path,
            is_folder: false,
            glob: None,
            by: "import".to_owned(),
        });
    }

    /// What may be imported of a folder: all modules below, or of the whole app what a package is known to ask for.
    fn add_imported(&mut self, from: usize, folder: &str) {
        let rows = self.packages.keys().filter_map(|it| packages::package(it));
        let asked: Vec<&str> = rows.flat_map(packages::Package::imports).collect();
        if !folder.is_empty() || asked.is_empty() {
            return self.add_folder(from, folder);
        }
        for path in asked {
            match resolve::file(self, path) {
                Some(resolve::Resolved::Module(file)) => self.add_from(from, &file),
                _ => self.add_folder(from, path),
            }
        }
    }

    /// All modules below a folder of the sources, or of what the build makes.
    fn add_folder(&mut self, from: usize, folder: &str) {
        let source = self.source_of_made(folder);
        if self.is_in_place(&self.modules[from].path) && source != folder {
            return self.each_below(&source, Self::add_made);
        }
        self.each_below(folder, |graph, path| graph.add_from(from, path));
    }

    fn each_below(&mut self, folder: &str, add: impl Fn(&mut Self, &str)) {
        let mut open = vec![folder.to_owned()];
        while let Some(folder) = open.pop() {
            for (name, kind) in self.app.files.list(&self.app.folder_path(&folder)) {
                let path = paths::join(&folder, &name);
                match kind {
                    EntryKind::Folder if name != "node_modules" && path.split('/').count() < 32 => open.push(path),
                    EntryKind::File if resolve::is_module(&path) && !is_test(&path) => add(self, &path),
                    _ => {}
                }
            }
        }
    }

    /// Where the module of a source file is at run time, from the app's folder.
    pub(super) fn run_path(&self, source: &str) -> String {
        if self.is_in_place(source) { source.to_owned() } else { self.made_path(source) }
    }

    /// Where the build puts a source file, from the app's folder; its own place, where it does not.
    fn made_path(&self, source: &str) -> String {
        if let Some(path) = self.bundle_of(source).and_then(|it| bundled_path(it, source)) {
            return path;
        }
        let all = self.outputs.outputs.iter().chain(self.members.outputs());
        let is_meant = |it: &&Output| match it.tool {
            Tool::Copy => !resolve::is_module(source),
            Tool::Bundler => it.entries.is_empty() || it.entries.iter().any(|it| it.1 == source),
            _ => true,
        };
        let compiled = all.filter(is_meant);
        for output in compiled {
            let Some(rest) = output.source_root.as_ref().and_then(|it| paths::below(it, source)) else { continue };
            // A bundle has the folder of its file for all that is in it.
            let rest = if output.tool == Tool::Bundler { paths::file_name(rest) } else { rest };
            if !paths::contains(&output.path, source) {
                return renamed(&paths::join(&output.path, rest));
            }
        }
        source.to_owned()
    }

    /// The bundle that a source file is or would be in: what an entry that runs where it stands imports of another package is in
    /// none.
    fn bundle_of(&self, source: &str) -> Option<&'a Output> {
        self.bundle.filter(|_| !self.runs_sources || !self.members.holds(source))
    }

    /// Whether a module runs compiled although the entry runs where it stands.
    fn is_compiled(&self, module: usize) -> bool {
        self.compiled.contains(&self.modules[module].path)
    }

    /// The source of what module `from` finds at `path` at run time: a file without the extension's change, or a folder.
    pub(super) fn source_path(&self, from: usize, path: &str) -> String {
        if self.is_in_place(&self.modules[from].path) { path.to_owned() } else { self.source_of_made(path) }
    }

    /// The source of what is at `path` at run time, where the build makes it.
    pub(super) fn source_of_made(&self, path: &str) -> String {
        let found = self.outputs.outputs.iter().find_map(|it| {
            let rest = paths::below(&it.path, path)?;
            Some(paths::join(it.source_root.as_ref()?, rest))
        });
        found.unwrap_or_else(|| path.to_owned())
    }

    /// The module at a path.
    pub(super) fn module_at(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// Where NODE_ENV decides something, the entry's own module first.
    pub(super) fn modes(&self) -> Vec<Site> {
        let of = |module: &Module<'_>| {
            let path = self.app.folder_path(&module.path);
            let line = |at: &u32| module.lines.line(crate::text::offset(*at as usize)) + 1;
            module.modes.iter().map(|it| Site { path: path.clone(), line: Some(line(it)) }).collect::<Vec<_>>()
        };
        self.modules.iter().flat_map(of).collect()
    }

    /// Where a node stands.
    pub(super) fn site(&self, module: usize, node: &impl oxc_span::GetSpan) -> Site {
        let module = &self.modules[module];
        Site { path: self.app.folder_path(&module.path), line: Some(module.line(node)) }
    }
}

/// Where code of `source` is that a bundle took in: all of it has the folder of the bundle's file.
fn bundled_path(bundle: &Output, source: &str) -> Option<String> {
    let folder = paths::join(&bundle.path, paths::parent(&bundle.entries.first()?.0));
    (!paths::contains(&bundle.path, source)).then(|| renamed(&paths::join(&folder, paths::file_name(source))))
}

fn is_test(path: &str) -> bool {
    files::is_test_name(path) || files::is_declaration(path) || path.contains("__tests__")
}

/// The name that the compiler gives its output.
fn renamed(path: &str) -> String {
    let Some((stem, extension)) = path.rsplit_once('.') else { return path.to_owned() };
    match extension {
        "ts" | "tsx" | "jsx" => format!("{stem}.js"),
        "mts" => format!("{stem}.mjs"),
        "cts" => format!("{stem}.cjs"),
        _ => path.to_owned(),
    }
}
