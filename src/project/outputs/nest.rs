//! The output of `nest build`.

use serde_json::Value;

use super::super::json;
use super::super::tsconfig::TsConfig;
use super::Tool;
use super::follow::Builder;
use super::{swc, tsc};
use crate::paths;
use crate::project::Reason;

/// `nest build`; anything else that `nest` does makes nothing that stays.
pub(super) fn run(builder: &mut Builder<'_>, arguments: &[String]) {
    if !matches!(arguments.first().map(String::as_str), Some("build" | "b")) {
        return builder.unknown("`nest` is followed for `nest build` only".to_owned());
    }
    let Some(settings) = settings(builder) else { return };
    let option = |key: &str| settings.get("compilerOptions").and_then(|it| it.get(key));
    let by_swc = match kind(&settings, arguments) {
        Err(why) => return builder.unknown(why),
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

/// What compiles.
#[derive(PartialEq, Eq)]
enum Kind {
    Tsc,
    Swc,
}

/// The compiler, or why what it makes is not known.
fn kind(settings: &Value, arguments: &[String]) -> Result<Kind, Reason> {
    let option = |key: &str| settings.get("compilerOptions").and_then(|it| it.get(key));
    let named = arguments.get(1).is_some_and(|it| !it.starts_with('-'));
    if named || settings.get("monorepo").and_then(Value::as_bool) == Some(true) {
        return Err("a Nest monorepo is not followed yet".into());
    }
    let builder = value_of(arguments, &["-b", "--builder"]);
    let builder = builder.or_else(|| {
        let builder = option("builder")?;
        Some(builder.as_str().or_else(|| builder.get("type")?.as_str())?.to_owned())
    });
    let webpack =
        option("webpack").and_then(Value::as_bool) == Some(true) || arguments.iter().any(|it| it == "--webpack");
    match builder.as_deref() {
        Some("swc") => Ok(Kind::Swc),
        Some(other) if other != "tsc" => Err(format!("`{other}` is not followed yet").into()),
        None if webpack && !arguments.iter().any(|it| it == "--tsc") => Err("`webpack` is not followed yet".into()),
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
