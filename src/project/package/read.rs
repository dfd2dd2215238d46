//! package.json text to [`Package`]: wrong types cost their field only.

use std::collections::BTreeMap;

use jsonc_parser::ast;
use serde_json::{Map, Value};

use super::super::{Manager, Problem, Site};
use super::{ModuleKind, Package, Script};
use crate::text::{LineIndex, offset};

/// Reads the text of the package.json at `path`. Fields of the wrong type are left out, and named.
pub(in super::super) fn read(path: &str, text: &str) -> Result<(Package, Vec<Problem>), Problem> {
    let site = |line| Site { path: path.to_owned(), line };
    let value: Value = serde_json::from_str(text).map_err(|error| Problem {
        site: site(Some(error.line())),
        message: format!("is not JSON: {}", error.to_string().replace(" at line ", ", line ")),
    })?;
    let Value::Object(root) = value else {
        return Err(Problem { site: site(Some(1)), message: "is not a JSON object".to_owned() });
    };
    let mut reader = Reader { path, root, lines: Lines::new(text), problems: Vec::new() };
    let package = reader.package();
    Ok((package, reader.problems))
}

struct Reader<'a> {
    path: &'a str,
    root: Map<String, Value>,
    lines: Lines,
    problems: Vec<Problem>,
}

/// All texts of `exports`, however it is nested, but those under `types`.
fn targets(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items.iter().flat_map(|it| targets(Some(it))).collect(),
        Some(Value::Object(map)) => {
            map.iter().filter(|it| it.0 != "types").flat_map(|it| targets(Some(it.1))).collect()
        }
        _ => Vec::new(),
    }
}

/// The same by path.
fn targets_by_path(value: Option<&Value>) -> BTreeMap<String, Vec<String>> {
    match value {
        Some(Value::Object(map)) if map.keys().all(|it| it.starts_with('.')) => {
            map.iter().map(|(path, it)| (path.clone(), targets(Some(it)))).collect()
        }
        Some(_) => BTreeMap::from([(".".to_owned(), targets(value))]),
        None => BTreeMap::new(),
    }
}

impl Reader<'_> {
    fn package(&mut self) -> Package {
        let name = self.text("name");
        Package {
            module: if self.text("type").as_deref() == Some("module") {
                ModuleKind::Module
            } else {
                ModuleKind::CommonJs
            },
            version: self.text("version"),
            main: self.text("main"),
            exports: targets(self.root.get("exports")),
            exports_by_path: targets_by_path(self.root.get("exports")),
            bin: self.bin(name.as_deref()),
            scripts: self.scripts(),
            dependencies: self.texts("dependencies"),
            dev_dependencies: self.texts("devDependencies"),
            optional_dependencies: self.texts("optionalDependencies"),
            peer_dependencies: self.texts("peerDependencies"),
            optional_peers: self.optional_peers(),
            overrides: self.overrides(),
            resolutions: self.keys("resolutions"),
            pnpm: self.root.get("pnpm").and_then(Value::as_object).cloned().unwrap_or_default(),
            engines_node: self.texts("engines").remove("node"),
            package_manager: self
                .text("packageManager")
                .as_deref()
                .and_then(package_manager)
                .or_else(|| self.dev_engine()),
            workspaces: self.workspaces(),
            files: self.list("files"),
            imports: self.imports(),
            module_aliases: self.module_aliases(),
            dev_sites: self.sites("devDependencies"),
            name,
        }
    }

    /// The one exact version under `devEngines`, which corepack and pnpm take for `packageManager`.
    fn dev_engine(&self) -> Option<(Manager, String)> {
        let engine = self.root.get("devEngines")?.get("packageManager")?;
        let (name, version) = (engine.get("name")?.as_str()?, engine.get("version")?.as_str()?);
        nodejs_semver::Version::parse(version).ok()?;
        Some((Manager::named(name, version)?, version.to_owned()))
    }

    fn wrong(&mut self, key: &str, expected: &str) {
        let site = self.site(key, None);
        self.problems.push(Problem { site, message: format!("`{key}` is not {expected}") });
    }

    fn site(&self, section: &str, key: Option<&str>) -> Site {
        Site { path: self.path.to_owned(), line: self.lines.line(section, key) }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.root.get(key) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.wrong(key, "a string");
                None
            }
        }
    }

    fn texts(&mut self, key: &str) -> BTreeMap<String, String> {
        match self.root.get(key) {
            None | Some(Value::Null) => BTreeMap::new(),
            Some(Value::Object(map)) => {
                let all: BTreeMap<_, _> =
                    map.iter().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect();
                if all.len() < map.len() {
                    self.wrong(key, "an object of strings");
                }
                all
            }
            // Old registries' `"engines": ["node >= 0.8"]`.
            Some(Value::Array(_)) if key == "engines" => BTreeMap::new(),
            Some(_) => {
                self.wrong(key, "an object");
                BTreeMap::new()
            }
        }
    }

    fn optional_peers(&self) -> Vec<String> {
        let Some(Value::Object(map)) = self.root.get("peerDependenciesMeta") else { return Vec::new() };
        let is_optional = |it: &Value| it.get("optional") == Some(&Value::Bool(true));
        map.iter().filter(|(_, it)| is_optional(it)).map(|(name, _)| name.clone()).collect()
    }

    fn overrides(&self) -> BTreeMap<String, Option<String>> {
        let Some(Value::Object(map)) = self.root.get("overrides") else { return BTreeMap::new() };
        map.iter().map(|(key, it)| (key.clone(), it.as_str().map(str::to_owned))).collect()
    }

    fn keys(&self, key: &str) -> Vec<String> {
        let Some(Value::Object(map)) = self.root.get(key) else { return Vec::new() };
        map.keys().cloned().collect()
    }

    fn list(&mut self, key: &str) -> Vec<String> {
        match self.root.get(key) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => strings(items),
            Some(_) => {
                self.wrong(key, "a list");
                Vec::new()
            }
        }
    }

    fn bin(&mut self, name: Option<&str>) -> BTreeMap<String, String> {
        match self.root.get("bin") {
            Some(Value::String(path)) => {
                let name = name.unwrap_or_default();
                let unscoped = name.rsplit('/').next().unwrap_or(name);
                BTreeMap::from([(unscoped.to_owned(), path.clone())])
            }
            _ => self.texts("bin"),
        }
    }

    fn scripts(&mut self) -> BTreeMap<String, Script> {
        let texts = self.texts("scripts");
        let script = |(name, text): (String, String)| {
            let site = self.site("scripts", Some(&name));
            (name, Script { text, site })
        };
        texts.into_iter().map(script).collect()
    }

    fn sites(&self, section: &str) -> BTreeMap<String, Site> {
        let Some(Value::Object(map)) = self.root.get(section) else { return BTreeMap::new() };
        map.keys().map(|it| (it.clone(), self.site(section, Some(it)))).collect()
    }

    fn workspaces(&mut self) -> Vec<String> {
        match self.root.get("workspaces") {
            Some(Value::Object(map)) => map.get("packages").and_then(Value::as_array).map(|it| strings(it)),
            _ => None,
        }
        .unwrap_or_else(|| {
            if self.root.get("workspaces").is_some_and(Value::is_object) { Vec::new() } else { self.list("workspaces") }
        })
    }

    fn module_aliases(&self) -> BTreeMap<String, String> {
        let all = self.root.get("_moduleAliases").and_then(Value::as_object).into_iter().flatten();
        all.filter_map(|(name, target)| Some((name.clone(), target.as_str()?.to_owned()))).collect()
    }

    /// `imports`, as far as they are plain strings or have a condition that Node takes.
    fn imports(&self) -> BTreeMap<String, String> {
        let Some(Value::Object(map)) = self.root.get("imports") else { return BTreeMap::new() };
        map.iter().filter_map(|(key, target)| Some((key.clone(), condition(target)?))).collect()
    }
}

fn condition(target: &Value) -> Option<String> {
    match target {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => ["node", "import", "require", "default"].iter().find_map(|it| condition(map.get(*it)?)),
        Value::Array(items) => items.iter().find_map(condition),
        _ => None,
    }
}

fn strings(items: &[Value]) -> Vec<String> {
    items.iter().filter_map(|it| Some(it.as_str()?.to_owned())).collect()
}

/// `pnpm@9.1.0+sha512.…`
fn package_manager(text: &str) -> Option<(Manager, String)> {
    let (name, version) = text.trim().split_once('@')?;
    let version = version.split('+').next().unwrap_or(version).to_owned();
    Some((Manager::named(name, &version)?, version))
}

/// The lines of the top-level keys, and of the keys one below.
struct Lines {
    lines: BTreeMap<(String, Option<String>), usize>,
}

impl Lines {
    fn new(text: &str) -> Self {
        let mut lines = BTreeMap::new();
        let parsed = jsonc_parser::parse_to_ast(text, &Default::default(), &Default::default());
        if let Ok(ast::Value::Object(root)) = parsed.map(|it| it.value.unwrap_or(ast::Value::NullKeyword(null()))) {
            let index = LineIndex::new(text);
            let line = |it: &ast::ObjectProp<'_>| index.line(offset(it.range.start)) + 1;
            for prop in &root.properties {
                let section = prop.name.as_str();
                lines.insert((section.to_owned(), None), line(prop));
                let ast::Value::Object(below) = &prop.value else { continue };
                for it in &below.properties {
                    lines.insert((section.to_owned(), Some(it.name.as_str().to_owned())), line(it));
                }
            }
        }
        Self { lines }
    }

    fn line(&self, section: &str, key: Option<&str>) -> Option<usize> {
        self.lines.get(&(section.to_owned(), key.map(str::to_owned))).copied()
    }
}

fn null() -> ast::NullKeyword {
    ast::NullKeyword { range: jsonc_parser::common::Range::new(0, 0) }
}
