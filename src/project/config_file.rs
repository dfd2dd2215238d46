//! Configuration that is written as code (`vite.config.ts`): the settings that it names, and their plain values.

use oxc_allocator::Allocator;
use oxc_ast::ast::*;
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::{App, runtime};

/// The value of a setting.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Setting {
    Text(String),
    Number(f64),
    Flag(bool),
    /// Anything that has to be run, or to be read on.
    Other,
}

/// One such file.
#[derive(Clone, Debug)]
pub(super) struct ConfigFile {
    /// From the context's root.
    pub(super) path: String,
    settings: Vec<(String, Setting)>,
    /// The modules that it imports.
    modules: Vec<String>,
}

impl ConfigFile {
    /// The file called `stem`, with any extension that Node or a bundler reads; `None` where there is none.
    ///
    /// # Errors
    /// Where settings may stand elsewhere: one clause.
    pub(super) fn find(app: &App, stem: &str) -> Option<Result<Self, String>> {
        ["js", "mjs", "cjs", "ts", "mts", "cts"].iter().filter(|_| !stem.is_empty()).find_map(|extension| {
            let path = app.folder_path(&format!("{stem}.{extension}"));
            let text = app.files.text(&path)?;
            Some(Self::read(path, &text))
        })
    }

    fn read(path: String, text: &str) -> Result<Self, String> {
        let allocator = Allocator::default();
        let kind = SourceType::from_path(&path).unwrap_or_default();
        let parsed = runtime::can_be_followed(text).then(|| Parser::new(&allocator, text, kind).parse());
        let Some(parsed) = parsed.filter(|it| !it.panicked) else { return Err(format!("`{path}` can't be parsed")) };
        let mut reader = Reader::default();
        reader.visit_program(&parsed.program);
        match reader.imported {
            Some(other) => Err(format!("`{path}` takes settings from `{other}`")),
            None => Ok(Self { path, settings: reader.settings, modules: reader.modules }),
        }
    }

    /// The first of `names` that it sets, anywhere.
    pub(super) fn first<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().find(|it| self.values(it).next().is_some()).copied()
    }

    /// The first of these settings that it gives another value than the one beside it.
    pub(super) fn first_other<'a>(&self, settings: &[(&'a str, &str)]) -> Option<&'a str> {
        let is_other = |(name, usual): &&(&'a str, &str)| self.values(name).any(|it| !it.is(usual));
        settings.iter().find(is_other).map(|it| it.0)
    }

    /// Whether it imports `module`.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.modules.iter().any(|it| it == module)
    }

    /// Whether it sets `name` to `value`, and to nothing else.
    pub(super) fn sets(&self, name: &str, value: &str) -> bool {
        let mut values = self.values(name).peekable();
        values.peek().is_some() && values.all(|it| it.is(value))
    }

    /// The values of the settings called `name`.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(move |it| it.0 == name).map(|it| &it.1)
    }
}

impl Setting {
    /// Whether it is known to be `value`, as one would write it.
    fn is(&self, value: &str) -> bool {
        match self {
            Self::Text(text) => text == value,
            Self::Flag(flag) => flag.to_string() == value,
            Self::Number(_) | Self::Other => false,
        }
    }
}

#[derive(Default)]
struct Reader {
    settings: Vec<(String, Setting)>,
    modules: Vec<String>,
    /// A file of the project that it loads.
    imported: Option<String>,
}

impl Reader {
    fn loads(&mut self, module: &str) {
        self.modules.push(module.to_owned());
        if module.starts_with('.') {
            self.imported.get_or_insert_with(|| module.to_owned());
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if let Some(name) = it.key.static_name() {
            self.settings.push((name.into_owned(), setting(&it.value)));
        }
        walk::walk_object_property(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let AssignmentTarget::StaticMemberExpression(member) = &it.left {
            self.settings.push((member.property.name.to_string(), setting(&it.right)));
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_import_declaration(&mut self, it: &ImportDeclaration<'a>) {
        self.loads(&it.source.value);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some(module) = it.common_js_require() {
            self.loads(&module.value);
        }
        walk::walk_call_expression(self, it);
    }
}

fn setting(value: &Expression<'_>) -> Setting {
    match value.get_inner_expression() {
        Expression::StringLiteral(it) => Setting::Text(it.value.to_string()),
        Expression::NumericLiteral(it) => Setting::Number(it.value),
        Expression::BooleanLiteral(it) => Setting::Flag(it.value),
        _ => Setting::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::{ConfigFile, Setting};

    fn read(text: &str) -> Result<ConfigFile, String> {
        ConfigFile::read("vite.config.ts".to_owned(), text)
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
    fn settings_of_another_file() {
        for text in ["import base from './base'", "module.exports = { ...require('../base') }"] {
            assert!(read(text).is_err_and(|it| it.contains("takes settings from")), "{text}");
        }
        assert_eq!(read("export default {").map(|it| it.path), Err("`vite.config.ts` can't be parsed".to_owned()));
    }
}
