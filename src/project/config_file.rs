//! Configuration that is written as code (`vite.config.ts`), or as data (`_config.yml`): the settings that it names, and
//! their plain values.

use std::collections::BTreeSet;

use oxc_allocator::Allocator;
use oxc_ast_visit::Visit;
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::files::Files;
use super::{App, runtime};
use crate::ecosystem::frameworks;
use crate::paths;
use crate::project::Reason;

mod data;
pub(super) mod proxy;
mod reader;
mod value;

use proxy::Forward;
use reader::Reader;

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Setting {
    Text(String),
    /// A path from the folder of the file: `path.resolve(__dirname, 'dist')`.
    Path(String),
    Number(f64),
    Flag(bool),
    List(Vec<Self>),
    /// The settings inside, in their order.
    Table(Vec<(String, Self)>),
    /// Anything that has to be run.
    Other,
}

/// The endings of files of code, in the order in which they are looked for.
const CODE: &[&str] = &[".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];

/// A configuration that takes settings from more files is the project's code.
const MAX_PARTS: usize = 16;

pub(super) fn is_code(path: &str) -> bool {
    CODE.iter().any(|it| path.ends_with(it))
}

/// One such file.
#[derive(Clone, Debug)]
pub(super) struct ConfigFile {
    /// From the context's root.
    pub(super) path: String,
    /// Whether it is data, in which a name may mean many things.
    pub(super) is_data: bool,
    named: Vec<Named>,
    /// The modules that it imports.
    modules: Vec<String>,
    /// The settings called `proxy`, as far as all of each is known.
    proxies: Vec<Option<Vec<Forward>>>,
}

/// A setting, and where it stands.
#[derive(Clone, Debug)]
struct Named {
    name: String,
    value: Setting,
    /// The setting that it is a part of; `None` for those at the top.
    outer: Option<String>,
    /// Whether it is one of a plugin's options.
    is_of_plugin: bool,
}

impl ConfigFile {
    /// The file called `stem`, with any extension that Node, a bundler or a tool reads; `None` where there is none.
    ///
    /// # Errors
    /// Where settings may stand elsewhere: one clause.
    pub(super) fn find(app: &App, stem: &str) -> Option<Result<Self, Reason>> {
        let of = |ending: &&str| {
            let path = app.folder_path(&format!("{stem}{ending}"));
            let text = app.files.text(&path).filter(|_| app.files.is_file(&path))?;
            Some((text, path))
        };
        if let Some((text, path)) = CODE.iter().find_map(of) {
            return Some(Self::with_parts(&app.files, path, &text, &mut BTreeSet::new()));
        }
        let (text, path) = data::ENDINGS.iter().find_map(of)?;
        Some(match data::read(&path, &text) {
            Some(named) => Ok(Self { path, is_data: true, named, modules: Vec::new(), proxies: Vec::new() }),
            None => Err(Reason::of_file(path, "can't be parsed")),
        })
    }

    /// Reads the text of the file at `path`, and those of the files of the project that it takes settings from, each once.
    ///
    /// # Errors
    /// Where settings may stand elsewhere: one clause.
    fn with_parts(files: &Files, path: String, text: &str, seen: &mut BTreeSet<String>) -> Result<Self, Reason> {
        seen.insert(path.clone());
        let (mut res, parts) = Self::read_alone(path, text)?;
        for part in parts.iter().filter(|it| paths::file_name(it) != "package.json") {
            let whole = paths::resolve(paths::parent(&res.path), part);
            let endings = [""].iter().chain(CODE);
            let found = endings.map(|it| format!("{whole}{it}")).find(|it| is_code(it) && files.is_file(it));
            let text = found.as_ref().filter(|_| seen.len() < MAX_PARTS).and_then(|it| files.text(it));
            let (Some(found), Some(text)) = (found, text) else {
                return Err(Reason::of_file(&res.path, format!("takes settings from `{part}`")));
            };
            if !seen.contains(&found) {
                let other = Self::with_parts(files, found, &text, seen)?;
                res.named.extend(other.named);
                res.modules.extend(other.modules);
                res.proxies.extend(other.proxies);
            }
        }
        Ok(res)
    }

    /// Reads the text of the file at `path` alone.
    ///
    /// # Errors
    /// Where settings may stand elsewhere: one clause.
    pub(super) fn read(path: String, text: &str) -> Result<Self, Reason> {
        let (res, parts) = Self::read_alone(path, text)?;
        match parts.first() {
            Some(part) => Err(Reason::of_file(&res.path, format!("takes settings from `{part}`"))),
            None => Ok(res),
        }
    }

    /// The same, and the names of the project's files that it takes settings from.
    fn read_alone(path: String, text: &str) -> Result<(Self, Vec<String>), Reason> {
        let allocator = Allocator::default();
        let kind = SourceType::from_path(&path).unwrap_or_default();
        let parsed = runtime::can_be_followed(text).then(|| Parser::new(&allocator, text, kind).parse());
        let Some(parsed) = parsed.filter(|it| !it.panicked) else {
            return Err(Reason::of_file(path, "can't be parsed"));
        };
        let mut reader = Reader::default();
        reader.visit_program(&parsed.program);
        if let Some(other) = reader.elsewhere() {
            return Err(Reason::of_file(path, format!("takes settings from {other}")));
        }
        let Reader { named, modules, proxies, parts, .. } = reader;
        Ok((Self { path, is_data: false, named, modules, proxies }, parts))
    }

    /// The first of `names` that it sets, anywhere.
    pub(super) fn first<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().find(|name| self.named.iter().any(|it| it.name == **name)).copied()
    }

    /// The first of these settings that it gives another value than the one beside it.
    pub(super) fn first_other<'a>(&self, settings: &[(&'a str, &str)]) -> Option<&'a str> {
        let is_other = |(name, usual): &&(&'a str, &str)| self.values(name).any(|it| !it.is(usual));
        settings.iter().find(is_other).map(|it| it.0)
    }

    /// The same, the options of plugins too.
    pub(super) fn first_other_anywhere<'a>(&self, settings: &[(&'a str, &str)]) -> Option<&'a str> {
        let is_other =
            |(name, usual): &&(&'a str, &str)| self.named.iter().any(|it| it.name == *name && !it.value.is(usual));
        settings.iter().find(is_other).map(|it| it.0)
    }

    /// Whether it imports `module`, or a file of it.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.modules.iter().any(|it| frameworks::is_of(it, module))
    }

    /// The first of the modules that it imports which is one of these.
    pub(super) fn first_import(&self, is_meant: impl Fn(&str) -> bool) -> Option<&str> {
        self.modules.iter().map(String::as_str).find(|it| is_meant(it))
    }

    /// Whether it sets `name` to `value`, and to nothing else.
    pub(super) fn sets(&self, name: &str, value: &str) -> bool {
        let mut values = self.values(name).peekable();
        values.peek().is_some() && values.all(|it| it.is(value))
    }

    /// The same, the options of plugins too.
    pub(super) fn sets_anywhere(&self, name: &str, value: &str) -> bool {
        let mut values = self.named.iter().filter(|it| it.name == name).map(|it| &it.value).peekable();
        values.peek().is_some() && values.all(|it| it.is(value))
    }

    /// The one text that `name` is set to; `None` where it is not set.
    ///
    /// # Errors
    /// Where it is computed, or set to several: one clause.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Reason> {
        let mut values = self.values(name);
        let Some(first) = values.next() else { return Ok(None) };
        match first {
            Setting::Text(text) if values.all(|it| it == first) => Ok(Some(text)),
            _ => Err(Reason::of_file(&self.path, format!("computes `{name}`"))),
        }
    }

    /// The requests that its server forwards, where there is one such setting; `None` where they are not known.
    pub(super) fn forwards(&self) -> Option<&[Forward]> {
        match &self.proxies[..] {
            [] => Some(&[]),
            [only] => only.as_deref(),
            _ => None,
        }
    }

    /// The folder that `name` is set to, from the folder of the app; texts are from `root` there. `None` where it is not set.
    ///
    /// # Errors
    /// Where it is computed, or set to several: one clause.
    pub(super) fn folder(&self, name: &str, app: &App, root: &str) -> Result<Option<String>, Reason> {
        self.place(self.values(name), name, app, root)
    }

    /// The same for the setting `name` of `outer`.
    pub(super) fn folder_in(&self, outer: &str, name: &str, app: &App) -> Result<Option<String>, Reason> {
        self.place(self.inside(outer, name), name, app, "")
    }

    fn place<'a>(
        &self,
        mut values: impl Iterator<Item = &'a Setting>,
        name: &str,
        app: &App,
        root: &str,
    ) -> Result<Option<String>, Reason> {
        let Some(first) = values.next() else { return Ok(None) };
        let own = || paths::below(&app.folder, paths::parent(&self.path));
        let found = match first {
            Setting::Text(text) => Some(paths::resolve(root, text)),
            Setting::Path(path) => own().map(|it| paths::resolve(it, path)),
            _ => None,
        };
        match found.filter(|_| values.all(|it| it == first)) {
            Some(found) => Ok(Some(found)),
            None => Err(Reason::of_file(&self.path, format!("computes `{name}`"))),
        }
    }

    /// The values of the settings called `name`; those of plugins are other ones.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &Setting> {
        self.named.iter().filter(move |it| it.name == name && !it.is_of_plugin).map(|it| &it.value)
    }

    /// The values of the settings called `name` that are parts of `outer`; `""` is the top.
    pub(super) fn inside(&self, outer: &str, name: &str) -> impl Iterator<Item = &Setting> {
        let is_there = move |it: &&Named| it.outer.as_deref().unwrap_or_default() == outer;
        self.named.iter().filter(move |it| it.name == name && !it.is_of_plugin).filter(is_there).map(|it| &it.value)
    }

    /// The one value of the setting `name` of `outer`; `None` where it is not set.
    ///
    /// # Errors
    /// Where it is set to several: one clause.
    pub(super) fn one(&self, outer: &str, name: &str) -> Result<Option<&Setting>, Reason> {
        let mut values = self.inside(outer, name);
        let Some(first) = values.next() else { return Ok(None) };
        match values.all(|it| it == first) {
            true => Ok(Some(first)),
            false => Err(Reason::of_file(&self.path, format!("computes `{name}`"))),
        }
    }

    /// What plugins are told by options of these names.
    pub(super) fn of_plugins(&self, names: &[&str]) -> impl Iterator<Item = &Setting> {
        self.named.iter().filter(move |it| it.is_of_plugin && names.contains(&it.name.as_str())).map(|it| &it.value)
    }
}

impl Setting {
    /// Whether it is known to be `value`, as one would write it.
    fn is(&self, value: &str) -> bool {
        match self {
            Self::Text(text) => text == value,
            Self::Flag(flag) => flag.to_string() == value,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ConfigFile, Setting};

    fn read(text: &str) -> Result<ConfigFile, String> {
        ConfigFile::read("vite.config.ts".to_owned(), text).map_err(String::from)
    }

    #[test]
    fn names_and_values() {
        let text = "// proxy: https://vite.dev\nexport default defineConfig(({ mode }: Env) => ({ build: { outDir: 'out' }, server: { port: 3000, 'host': true, hmr: f() } }))\nmodule.exports.base = '/'";
        let file = read(text).expect("it is read");
        let values = |name: &str| file.values(name).cloned().collect::<Vec<_>>();
        assert_eq!(values("outDir"), [Setting::Text("out".to_owned())]);
        assert_eq!(values("port"), [Setting::Number(3000.0)]);
        assert_eq!(values("host"), [Setting::Flag(true)]);
        assert_eq!(values("hmr"), [Setting::Other]);
        assert_eq!(file.first(&["proxy", "base"]), Some("base"));
        assert_eq!(file.first_other(&[("outDir", "out"), ("host", "true"), ("port", "")]), Some("port"));
    }

    #[test]
    fn options_of_plugins_are_their_own() {
        let file = read("export default { plugins: [dts({ outDir: 'types' })], resolve: { alias: { ...a } } }")
            .expect("it is read");
        assert_eq!(file.text("outDir"), Ok(None));
        assert_eq!(file.first(&["outDir"]), Some("outDir"));
        for text in ["{ build: { outDir: mode ? 'a' : 'b' } }", "[{ outDir: 'a' }, { outDir: 'b' }]"] {
            let file = read(&format!("export default {text}")).expect("it is read");
            let why = file.text("outDir").map_err(String::from);
            assert_eq!(why, Err("`vite.config.ts` computes `outDir`".to_owned()), "{text}");
        }
    }

    #[test]
    fn settings_of_another_file() {
        for text in [
            "import base from './base'",
            "module.exports = { ...require('../base') }",
            "import base from '@acme/vite'; export default base",
            "import base from '@acme/vite'; export default mergeConfig(base, { build: {} })",
            "module.exports = require('@acme/vite')",
            "export { default } from '@acme/vite'",
            "export default { build: { ...common } }",
        ] {
            assert!(read(text).is_err_and(|it| it.contains("takes settings from")), "{text}");
        }
        let text = "export default (all) => { tags([...all]); push(...all); return { dir: { output: 'a' } } }";
        assert_eq!(read(text).map(|it| it.text("output") == Ok(Some("a"))), Ok(true));
        assert_eq!(read("export default {").map(|it| it.path), Err("`vite.config.ts` can't be parsed".to_owned()));
    }
}
