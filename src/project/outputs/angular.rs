//! Where `ng build` puts a site, or a server that makes its pages, by angular.json.

use serde_json::Value;

use crate::paths;
use crate::project::{App, Reason, json};

use super::bundler::Bundle;

/// The folder of the files for browsers, from the app's folder.
pub(super) fn output(app: &App) -> Result<String, Reason> {
    let path = app.folder_path("angular.json");
    let config = app
        .files
        .text(&path)
        .and_then(|it| json::loose(&it).ok())
        .ok_or_else(|| Reason::of_file(&path, "can't be read"))?;
    let (name, project) = only_project(&config).ok_or_else(|| Reason::of_file(&path, "has more than one project"))?;
    let target = target(project, "build").ok_or_else(|| Reason::of_file(&path, "has no build"))?;
    let options = &target["options"];
    let production = &target["configurations"]["production"];
    if !production["outputPath"].is_null() {
        return Err(Reason::of_file(&path, "sets `outputPath` for production"));
    }
    let settings = [options, production];
    for setting in ["server", "ssr", "baseHref", "deployUrl", "outputMode"] {
        let is_set = |it: &&Value| !matches!(it[setting], Value::Null | Value::Bool(false));
        if settings.iter().any(is_set) {
            return Err(Reason::of_file(&path, format!("sets `{setting}`")));
        }
    }
    let folder =
        folder(&options["outputPath"], name).ok_or_else(|| Reason::of_file(&path, "has an unknown output path"))?;
    match target["builder"].as_str().and_then(|it| it.rsplit_once(':')).map(|it| it.1) {
        Some("application") => Ok(folder.browser()),
        Some("browser" | "browser-esbuild") => Ok(folder.base),
        _ => Err(format!("the builder in `{path}` is not known").into()),
    }
}

/// A server that the build makes of a file of the project: `ssr: { entry: 'src/server.ts' }` becomes
/// `dist/NAME/server/server.mjs`, with all packages in it but those of `externalDependencies`. Source: Angular's page
/// "Server-side and hybrid-rendering"; FACTS §2.3.
pub(super) fn server(app: &App) -> Option<Bundle> {
    let config = json::loose(&app.files.text(&app.folder_path("angular.json"))?).ok()?;
    let (name, project) = only_project(&config)?;
    let build = target(project, "build")?;
    let options = &build["options"];
    let production = &build["configurations"]["production"];
    let entry = options["ssr"]["entry"].as_str()?;
    let is_set = |it: &str| !matches!(production[it], Value::Null);
    let is_plain = !["outputPath", "ssr", "server", "outputMode"].into_iter().any(is_set)
        && options["outputMode"].as_str().is_none_or(|it| it == "server")
        && options["outputPath"].get("server").is_none();
    let by_application = build["builder"].as_str()?.ends_with(":application");
    let folder = folder(&options["outputPath"], name)?.base;
    let maps = match (&options["sourceMap"], &production["sourceMap"]) {
        (_, Value::Bool(maps)) | (Value::Bool(maps), Value::Null) => Some(*maps),
        (Value::Null, Value::Null) => Some(false),
        _ => None,
    };
    let has_packages = options["externalDependencies"].is_null();
    let entries = vec![("server/server".to_owned(), entry.to_owned())];
    (is_plain && by_application).then_some(Bundle { folder, entries, maps, has_packages })
}

/// The options of `ng serve`.
pub(in crate::project) fn serve_options(app: &App) -> Option<Value> {
    let config = json::loose(&app.files.text(&app.folder_path("angular.json"))?).ok()?;
    let (_, project) = only_project(&config)?;
    Some(target(project, "serve")?["options"].clone())
}

fn only_project(config: &Value) -> Option<(&String, &Value)> {
    let projects = config["projects"].as_object()?;
    let mut all = projects.iter().filter(|it| it.1["projectType"] != "library");
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

fn target<'a>(project: &'a Value, name: &str) -> Option<&'a Value> {
    ["architect", "targets"].iter().find_map(|it| project[it].get(name))
}

struct Folder {
    base: String,
    /// Of the files for browsers, in it; `None` where nothing is set.
    browser: Option<String>,
}

impl Folder {
    fn browser(self) -> String {
        paths::join(&self.base, self.browser.as_deref().unwrap_or("browser"))
    }
}

fn folder(path: &Value, project: &str) -> Option<Folder> {
    match path {
        Value::Null => Some(Folder { base: format!("dist/{project}"), browser: None }),
        Value::String(base) => Some(Folder { base: paths::resolve("", base), browser: None }),
        Value::Object(parts) => Some(Folder {
            base: paths::resolve("", parts.get("base")?.as_str()?),
            browser: parts.get("browser").and_then(|it| it.as_str()).map(str::to_owned),
        }),
        _ => None,
    }
}
