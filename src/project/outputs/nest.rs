//! The output of `nest build`.

use serde_json::Value;

use super::super::json;
use super::super::tsconfig::TsConfig;
use super::follow::Builder;
use super::{Output, Tool};
use super::{swc, tsc};
use crate::paths;
use crate::project::Reason;

/// `nest build`; anything else that `nest` does makes nothing that stays.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    if !matches!(arguments.first().map(String::as_str), Some("build" | "b")) {
        return builder.unknown("`nest` is followed for `nest build` only".to_owned());
    }
    let Some(settings) = settings(builder) else { return };
    let project = match Project::named(&settings, arguments) {
        Err(why) => return builder.unknown(why),
        Ok(project) => project,
    };
    let option = |key: &str| project.option(key);
    let by_swc = match kind(&project, arguments) {
        Err(why) => return builder.unknown(why),
        Ok(Kind::Webpack) => return webpack(builder, &project),
        Ok(kind) => kind == Kind::Swc,
    };
    let named = value_of(arguments, &["-p", "--path"]);
    let named = named.or_else(|| Some(option("tsConfigPath")?.as_str()?.to_owned()));
    let path = named.map(|it| paths::normalise(&it)).unwrap_or_else(|| default_config(builder));
    match TsConfig::load(builder.app, &path) {
        Some(config) if by_swc => swc::by_nest(builder, &config, &settings),
        Some(config) => tsc::emit(builder, &config, Tool::Nest),
        None => builder.unknown(format!("`{path}` can't be read")),
    }
}

/// nest-cli.json; nothing where there is none.
fn settings(builder: &mut Builder<'_>) -> Option<Value> {
    let app = builder.app;
    let candidates = ["nest-cli.json", ".nestcli.json", ".nest-cli.json", "nest.json"];
    let Some(path) = candidates.iter().map(|it| app.folder_path(it)).find(|it| app.files.is_file(it)) else {
        return Some(Value::Null);
    };
    let text = app.files.text(&path)?;
    match json::loose(&text) {
        Ok(value) => Some(value),
        Err(line) => {
            app.files.problem(&path, Some(line), "is not JSON".to_owned());
            builder.unknown(format!("`{path}` can't be read"));
            None
        }
    }
}

/// The settings of what is built: of one app of a monorepo, with those of the whole file where it has none.
struct Project<'a> {
    all: &'a Value,
    own: Option<&'a Value>,
}

impl<'a> Project<'a> {
    fn named(all: &'a Value, arguments: &[String]) -> Result<Self, Reason> {
        let mut names = arguments.iter().skip(1).take_while(|it| !it.starts_with('-'));
        let Some(name) = names.next() else { return Ok(Self { all, own: None }) };
        match all.get("projects").and_then(|it| it.get(name)) {
            Some(own) if names.next().is_none() => Ok(Self { all, own: Some(own) }),
            _ => Err(format!("`nest build {name}` is not followed yet").into()),
        }
    }

    fn is_in_monorepo(&self) -> bool {
        self.own.is_some() || self.all.get("monorepo").and_then(Value::as_bool) == Some(true)
    }

    fn get(&self, path: &str) -> Option<&'a Value> {
        self.own.and_then(|it| it.pointer(path)).or_else(|| self.all.pointer(path))
    }

    fn option(&self, key: &str) -> Option<&'a Value> {
        self.get(&format!("/compilerOptions/{key}"))
    }

    fn text(&self, key: &str, default: &str) -> String {
        self.get(&format!("/{key}")).and_then(Value::as_str).map_or_else(|| default.to_owned(), paths::normalise)
    }
}

/// One file, into the folder below `dist` that is called as the app's own (run with `@nestjs/cli` 10: `dist/apps/auth/main.js`);
/// what lies in node_modules stays an import.
fn webpack(builder: &mut Builder<'_>, project: &Project<'_>) {
    let named = project.option("webpackConfigPath").and_then(Value::as_str).map(paths::normalise);
    let config = builder.app.folder_path(named.as_deref().unwrap_or("webpack.config.js"));
    if named.is_some() || builder.app.files.is_file(&config) {
        return builder.unknown(format!("`{config}` is not followed yet"));
    }
    let path = paths::join("dist", &project.text("root", ""));
    let mut assets = project.option("assets").and_then(Value::as_array).into_iter().flatten();
    let is_elsewhere = |it: &Value| !it.as_str().is_some_and(|it| paths::contains(&path, &paths::normalise(it)));
    if assets.any(|it| it.get("outDir").is_some_and(is_elsewhere)) {
        return builder.unknown("`outDir` of `assets` is not followed yet");
    }
    let source_root = Some(project.text("sourceRoot", "src"));
    let evidence = builder.site.clone();
    builder.add(Output { source_root, maps: Some(false), ..Output::new(path, Tool::Bundler, evidence) });
}

/// What compiles.
#[derive(PartialEq, Eq)]
enum Kind {
    Tsc,
    Swc,
    Webpack,
}

/// The compiler, or why what it makes is not known. In a monorepo it is webpack unless something says otherwise.
fn kind(project: &Project<'_>, arguments: &[String]) -> Result<Kind, Reason> {
    let builder = value_of(arguments, &["-b", "--builder"]);
    let builder = builder.or_else(|| {
        let builder = project.option("builder")?;
        Some(builder.as_str().or_else(|| builder.get("type")?.as_str())?.to_owned())
    });
    let by_words = |word: &str| arguments.iter().any(|it| it == word);
    let set = project.option("webpack").and_then(Value::as_bool);
    let webpack = set.unwrap_or_else(|| project.is_in_monorepo()) || by_words("--webpack");
    match builder.as_deref() {
        Some("webpack") => Ok(Kind::Webpack),
        None if webpack && !by_words("--tsc") => Ok(Kind::Webpack),
        _ if project.is_in_monorepo() => Err("a Nest monorepo is followed with webpack only".into()),
        Some("swc") => Ok(Kind::Swc),
        Some(other) if other != "tsc" => Err(format!("`{other}` is not followed yet").into()),
        _ => Ok(Kind::Tsc),
    }
}

fn value_of(arguments: &[String], flags: &[&str]) -> Option<String> {
    let at = arguments.iter().position(|it| flags.contains(&it.split('=').next().unwrap_or(it)))?;
    arguments[at].split_once('=').map(|it| it.1.to_owned()).or_else(|| arguments.get(at + 1).cloned())
}

fn default_config(builder: &Builder<'_>) -> String {
    let name = "tsconfig.build.json";
    let exists = builder.app.files.is_file(&builder.app.folder_path(name));
    if exists { name.to_owned() } else { "tsconfig.json".to_owned() }
}
