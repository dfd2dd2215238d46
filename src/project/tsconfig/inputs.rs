//! The input files of a compilation, and the folder whose layout its output repeats.

use std::collections::BTreeSet;

use super::super::{App, EntryKind};
use super::TsConfig;
use crate::paths;
use crate::paths::glob::{Dialect, Glob};

/// More files than this, and we do not look on.
const MAX_FILES: usize = 20_000;

impl TsConfig {
    /// The folder whose layout the output repeats; `None` where it can't be told.
    pub(in super::super) fn layout(&self, app: &App) -> Option<String> {
        if let Some(root) = &self.root_dir {
            return Some(root.clone());
        }
        if self.composite == Some(true) {
            return Some(self.folder().to_owned());
        }
        let common = common_folder(&self.inputs(app)?);
        match typescript_major(app) {
            Some(major) if major >= 6 => Some(self.folder().to_owned()),
            Some(_) => common,
            // TypeScript 6 and later take the configuration's folder; where that is the same, it does not matter.
            None => common.filter(|it| it == self.folder()),
        }
    }

    /// The files that the compilation starts from, and what they import from outside of these.
    fn inputs(&self, app: &App) -> Option<BTreeSet<String>> {
        let mut files: BTreeSet<String> = self.files.iter().flatten().cloned().collect();
        if self.include.is_some() || self.files.is_none() {
            self.walk(app, &mut files)?;
        }
        files.retain(|it| is_source(it));
        let mut open: Vec<String> = files.iter().cloned().collect();
        while let Some(file) = open.pop() {
            let text = app.files.text(&app.folder_path(&file)).unwrap_or_default();
            for found in imported(app, &file, &text, self.json_modules == Some(true)) {
                if files.insert(found.clone()) && is_source(&found) {
                    open.push(found);
                }
            }
        }
        Some(files)
    }

    fn walk(&self, app: &App, files: &mut BTreeSet<String>) -> Option<()> {
        let everything = vec![paths::join(self.folder(), "**/*")];
        let include: Vec<Glob> = globs(self.include.as_ref().unwrap_or(&everything));
        let exclude = self.excluded();
        let included = self.include.iter().flatten().map(|it| literal_folder(it));
        let mut open = vec![self.folder().to_owned()];
        open.extend(included.filter(|it| !paths::contains(self.folder(), it)));
        while let Some(folder) = open.pop() {
            for (name, kind) in app.files.list(&app.folder_path(&folder)) {
                let path = paths::join(&folder, &name);
                if name == "node_modules" || name.starts_with('.') || exclude.iter().any(|it| it.matches(&path)) {
                    continue;
                }
                match kind {
                    EntryKind::Folder if path.split('/').count() < 32 => open.push(path),
                    EntryKind::File if self.takes(&name) && include.iter().any(|it| it.matches(&path)) => {
                        files.insert(path);
                    }
                    _ => {}
                }
                if files.len() + open.len() > MAX_FILES {
                    return None;
                }
            }
        }
        Some(())
    }

    fn excluded(&self) -> Vec<Glob> {
        let default = ["node_modules", "bower_components", "jspm_packages"].map(|it| paths::join(self.folder(), it));
        let mut exclude = self.exclude.clone().unwrap_or_else(|| default.to_vec());
        if self.exclude.is_none() {
            exclude.extend(self.out_dir.clone());
        }
        let mut all = globs(&exclude);
        all.extend(exclude.iter().filter_map(|it| Glob::new(it, Dialect::Ignore)));
        all
    }

    fn takes(&self, name: &str) -> bool {
        is_source(name) && (is_typescript(name) || self.allow_js == Some(true))
    }
}

/// Patterns without wildcard or extension in the last part name folders.
fn globs(patterns: &[String]) -> Vec<Glob> {
    let whole = patterns.iter().map(|it| {
        let last = paths::file_name(it);
        let is_folder = !last.contains(['*', '?', '.']) || it.is_empty();
        if is_folder { paths::join(it, "**/*") } else { it.clone() }
    });
    whole.filter_map(|it| Glob::new(&it, Dialect::Ignore)).collect()
}

fn literal_folder(pattern: &str) -> String {
    let plain = pattern.split('/').take_while(|it| !it.contains(['*', '?'])).collect::<Vec<_>>().join("/");
    if paths::file_name(&plain).contains('.') { paths::parent(&plain).to_owned() } else { plain }
}

fn is_typescript(name: &str) -> bool {
    [".ts", ".tsx", ".mts", ".cts"].iter().any(|it| name.ends_with(it))
}

/// Declarations make no output.
fn is_source(name: &str) -> bool {
    let is_declaration = [".d.ts", ".d.mts", ".d.cts"].iter().any(|it| name.ends_with(it));
    !is_declaration && (is_typescript(name) || [".js", ".jsx", ".mjs", ".cjs"].iter().any(|it| name.ends_with(it)))
}

/// The folder that holds all of them.
fn common_folder(files: &BTreeSet<String>) -> Option<String> {
    let mut folders = files.iter().map(|it| paths::parent(it));
    let first: Vec<&str> = folders.next()?.split('/').filter(|it| !it.is_empty()).collect();
    let common = folders.fold(first, |common, folder| {
        let parts = folder.split('/');
        common.into_iter().zip(parts).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    Some(common.join("/"))
}

/// The files that `import … from './x'` and `export … from './x'` bring into the program. Only the words in
/// front of a quoted relative path are looked at: the whole program would have to be parsed else, for every
/// file of it.
fn imported(app: &App, file: &str, text: &str, json: bool) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("../").filter(|(at, _)| is_import(text, *at)) {
        let end = text[at..].find(['"', '\'', '`', '\n']).map_or(text.len(), |it| at + it);
        let target = paths::resolve(paths::parent(file), &text[at..end]);
        found.extend(candidates(&target, json).into_iter().find(|it| app.files.is_file(&app.folder_path(it))));
    }
    found
}

fn is_import(text: &str, at: usize) -> bool {
    let Some(before) = text[..at].strip_suffix(['"', '\'']) else { return false };
    let before = before.trim_end();
    let before = before.strip_suffix('(').unwrap_or(before).trim_end();
    ["from", "import"].iter().any(|word| {
        let rest = before.strip_suffix(word);
        rest.is_some_and(|it| !it.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
    })
}

fn candidates(target: &str, json: bool) -> Vec<String> {
    if target.ends_with(".json") {
        return if json { vec![target.to_owned()] } else { Vec::new() };
    }
    let stem = [".js", ".mjs", ".cjs", ".jsx"].iter().find_map(|it| target.strip_suffix(it)).unwrap_or(target);
    let mut all: Vec<String> = vec![target.to_owned()];
    all.extend(["ts", "tsx", "mts", "cts"].map(|it| format!("{stem}.{it}")));
    all.extend(["ts", "tsx"].map(|it| format!("{target}/index.{it}")));
    all.retain(|it| is_typescript(it));
    all
}

/// TypeScript's major by the lock, else by the range.
fn typescript_major(app: &App) -> Option<u32> {
    let locked = app.lock().and_then(|it| it.packages.as_ref()?.iter().find(|it| it.path == "node_modules/typescript"));
    let package = &app.package;
    let range = || package.dev_dependencies.get("typescript").or_else(|| package.dependencies.get("typescript"));
    let version = locked.map(|it| &it.version).or_else(range)?;
    let version = version.trim_start_matches(['^', '~', '=', 'v', ' ']);
    version.split(['.', ' ', '-']).next()?.parse().ok()
}
