//! A site of plain files for browsers that its own tool serves in the container: `react-scripts start`, `vite preview`.
//!
//! Worked example: `npm start` is `react-scripts start`, and the script `build` is `react-scripts build`. The site is
//! what that script makes, `build`, and any static server can serve it on port 3000 with `index.html` for unknown paths.

use super::config_file::proxy::Forward;
use super::config_file::{ConfigFile, Setting};
use super::outputs::{self, framework};
use super::{App, EntryKind, Mentions, Output, Program, Reason, Script, Start, Tool, json, mentions, node_server};
use crate::ecosystem::frameworks::{self, When};
use crate::ecosystem::sites::{self, Site};
use crate::ecosystem::{tools, wrappers};
use crate::paths;

mod port;

/// The site, and how it is served today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaticSite {
    /// The server, as one would write it: `vite preview`.
    pub server: String,
    /// The script of package.json that builds.
    pub script: String,
    /// The folder that it makes, from the app's folder.
    pub output: String,
    /// Whether the server answers a path that is no file with `index.html`.
    pub falls_back: bool,
    /// The requests that the server forwards to another.
    pub forwards: Vec<Forward>,
    /// Where the server listens; `None` where that is not known.
    pub port: Option<u16>,
    /// Whether anything outside of the container reaches it.
    pub is_open: bool,
    /// Whether the server only shows what was built before.
    pub is_preview: bool,
    /// Whether the server listens on `PORT`.
    pub reads_port: bool,
}

/// The site that `start` serves; `None` where it serves none.
pub(super) fn of(app: &App, start: &Start) -> Option<Result<StaticSite, Reason>> {
    let serves = |it: &&Program| sites::served(&it.name, &it.arguments).next().is_some();
    let program = start.programs.iter().find(serves)?;
    let all = || sites::served(&program.name, &program.arguments);
    if let Some((site, is_preview)) = all().find(|it| framework::applies(app, &it.0.made)) {
        return Some(read(app, start, Served { program, site, is_preview }));
    }
    if node_server::of(app, program).is_some() {
        return None;
    }
    let is_plain = |it: &(&Site, bool)| matches!(it.0.made.when, When::Page(_) | When::Always);
    let kinds = all().filter(is_plain).map(|it| &it.0.made);
    all().any(|it| is_plain(&it)).then(|| Err(framework::missing(app, all().map(|it| &it.0.made).chain(kinds))))
}

struct Served<'a> {
    program: &'a Program,
    site: &'static Site,
    is_preview: bool,
}

fn read(app: &App, start: &Start, served: Served<'_>) -> Result<StaticSite, Reason> {
    let Served { program, site, is_preview } = served;
    if let Some(reason) = start.unknown.first() {
        return Err(reason.clone());
    }
    let is_alone = |it: &&Program| std::ptr::eq(*it, program) || wrappers::only_assigns(&it.name);
    if let Some(other) = start.programs.iter().find(|it| !is_alone(it)) {
        return Err(format!("`{}` runs beside `{}`", other.name, program.name).into());
    }
    if let Some(option) = sites::turned_by(&program.arguments) {
        return Err(format!("`{}` gets `{option}`, and what it serves by that is not known", program.name).into());
    }
    let root = site.made.root(&program.arguments);
    let (script, output) = build(app, site, root)?;
    let forwards = does_more(app, site, root)?;
    let first = program.arguments.first().filter(|it| !it.starts_with('-'));
    let server = first.map_or_else(|| program.name.clone(), |it| format!("{} {it}", program.name));
    Ok(StaticSite {
        server,
        script,
        output,
        falls_back: site.falls_back,
        forwards,
        port: port::of(app, program, site, is_preview),
        is_open: port::is_open(app, program, site),
        is_preview,
        reads_port: site.reads_port,
    })
}

/// The script that builds the site, and the folder that it makes.
fn build(app: &App, site: &Site, root: &str) -> Result<(String, String), Reason> {
    let (program, _) = site.made.build;
    let words = framework::written(&site.made);
    let is_build =
        |it: &(&String, &Script)| it.0 != "build" && (tools::is_build_name(it.0) || it.1.text.contains(&words));
    let names = app.package.scripts.iter().filter(is_build).map(|it| it.0.as_str());
    let folders = framework::folders(app, &site.made, root)?;
    let mut unknown = None;
    for name in ["build"].into_iter().filter(|it| app.package.scripts.contains_key(*it)).chain(names) {
        let made = app.outputs(name);
        let text = &app.package.scripts[name].text;
        let is_site = |it: &&Output| {
            it.tool == Tool::Framework && folders.contains(&it.path) && frameworks::is_named(text, program)
        };
        if let Some(output) = made.outputs.iter().find(is_site) {
            return Ok((name.to_owned(), output.path.clone()));
        }
        unknown = unknown.or_else(|| made.unknown.into_iter().next_back());
    }
    let none = || format!("no script of package.json is known to run `{words}`").into();
    Err(unknown.unwrap_or_else(none))
}

/// Settings with the values that they have unasked.
const USUAL: &[(&str, &str)] = &[("https", "false"), ("appType", "spa"), ("historyApiFallback", "true")];

/// Settings of the path at which the site lies.
const PATHS: &[&str] = &["base", "baseUrl", "baseURL", "basePath", "pathPrefix", "publicPath", "root", "rootURL"];

/// `/`, `https://example.com`.
fn is_top(url: &str) -> bool {
    let path = url.split_once("://").map_or(url, |it| it.1.split_once('/').map_or("", |it| it.1));
    matches!(path, "" | "/")
}

/// The requests that the tool's server forwards.
///
/// # Errors
/// What else it does besides serving the files at `/`.
fn does_more(app: &App, site: &Site, root: &str) -> Result<Vec<Forward>, Reason> {
    let (program, _) = site.made.build;
    beside(app, site)?;
    let config = framework::config(app, &site.made, root).transpose()?;
    let forwards = config.as_ref().filter(|_| site.does_more.contains(&"proxy")).map(|it| forwards(it));
    let forwards = forwards.transpose()?.unwrap_or_default();
    let says_nothing = |it: &str| {
        config.as_ref().is_some_and(|config| {
            let is_at_top = || config.values(it).all(|it| matches!(it, Setting::Text(url) if is_top(url)));
            USUAL.iter().any(|(name, value)| *name == it && config.sets(name, value))
                || PATHS.contains(&it) && is_at_top()
        })
    };
    let others: Vec<&str> = site.does_more.iter().copied().filter(|it| *it != "proxy" && !says_nothing(it)).collect();
    if let Some((config, setting)) = config.as_ref().and_then(|it| Some((it, it.first(&others)?))) {
        return Err(format!("`{}` sets `{setting}`", config.path).into());
    }
    match program {
        _ if tools::is_of_react_scripts(program) => of_react_scripts(app)?,
        "ng" if outputs::serve_options(app).is_some_and(|it| !it["proxyConfig"].is_null()) => {
            return Err(format!("`{}` sets `proxyConfig`", app.folder_path("angular.json")).into());
        }
        _ => {}
    }
    Ok(forwards)
}

/// That no file and no package is there by which the tool's server answers requests itself.
fn beside(app: &App, site: &Site) -> Result<(), Reason> {
    if let Some(path) = site.beside.iter().find_map(|it| found(app, it)) {
        return Err(format!("`{path}` may answer requests, which a server of files does not").into());
    }
    for word in site.words {
        match mentions::find(&app.files, word, true) {
            Mentions::None => {}
            Mentions::At(place) => {
                return Err(Reason::at(place, format!("has `{word}`, which makes a page for each request")));
            }
            Mentions::Unknown => return Err(format!("there is more code than nodestage looks for `{word}` in").into()),
        }
    }
    let is_used = |it: &&&str| app.package.is_production(it) || app.package.is_dev_only(it);
    match site.packages.iter().find(is_used) {
        Some(package) => Err(format!("`{package}` may answer requests, which a server of files does not").into()),
        None => Ok(()),
    }
}

/// Folders are looked into up to this many.
const MAX_FOLDERS: usize = 500;

/// The file or folder at `path`, from the app's folder; after `/**/` stands what the names of files below begin with.
fn found(app: &App, path: &str) -> Option<String> {
    let Some((top, beginning)) = path.split_once("/**/") else {
        return Some(app.folder_path(path)).filter(|it| app.files.kind(it).is_some());
    };
    let mut open = vec![app.folder_path(top)];
    for _ in 0..MAX_FOLDERS {
        let folder = open.pop()?;
        for (name, kind) in app.files.list(&folder) {
            let path = paths::join(&folder, &name);
            match kind {
                EntryKind::Folder => open.push(path),
                _ if name.starts_with(beginning) => return Some(path),
                _ => {}
            }
        }
    }
    open.pop()
}

/// Those that nginx forwards as well, whatever else runs: it looks a target's name up once, when it starts, and stops where
/// there is none.
fn forwards(config: &ConfigFile) -> Result<Vec<Forward>, Reason> {
    let all = config.forwards().ok_or_else(|| Reason::from(format!("`{}` sets `proxy`", config.path)))?;
    let is_there = |it: &str| it == "localhost" || it.parse::<std::net::IpAddr>().is_ok();
    let host = |it: &Forward| it.target.trim_start_matches("http://").split(':').next().unwrap_or_default().to_owned();
    match all.iter().find(|it| !is_there(&host(it))) {
        Some(other) => {
            let (path, target) = (&other.path, &other.target);
            Err(format!("`{}` forwards `{path}` to `{target}`, and nginx starts only where it finds that", config.path)
                .into())
        }
        None => Ok(all.to_vec()),
    }
}

/// Sources: Create React App's pages "Proxying API Requests", "Advanced Configuration" and "Deployment".
fn of_react_scripts(app: &App) -> Result<(), Reason> {
    let path = app.folder_path("package.json");
    let manifest = app.files.text(&path).and_then(|it| json::loose(&it).ok()).unwrap_or_default();
    if !manifest["proxy"].is_null() {
        return Err(format!("`{path}` sets `proxy`").into());
    }
    let home = manifest["homepage"].as_str().unwrap_or_default();
    let inside = home.split_once("://").map_or(home, |it| it.1.split_once('/').map_or("", |it| it.1));
    if !matches!(inside, "" | "/" | "." | "./") {
        return Err(format!("`{path}` sets `homepage`").into());
    }
    let proxy = ["src/setupProxy.js", "src/setupProxy.ts"].map(|it| app.folder_path(it));
    if let Some(path) = proxy.iter().find(|it| app.files.kind(it) == Some(EntryKind::File)) {
        return Err(format!("`{path}` forwards requests").into());
    }
    let scripts = app.files.text(&path).unwrap_or_default();
    let by_variable = |text: &str| ["PUBLIC_URL", "HTTPS"].iter().find(|it| text.contains(**it)).copied();
    let files = [".env", ".env.local", ".env.development", ".env.production"].map(|it| app.folder_path(it));
    let texts = files.iter().filter_map(|it| Some((it, app.files.text(it)?)));
    match texts.chain([(&path, scripts)]).find_map(|(path, text)| Some((path, by_variable(&text)?))) {
        Some((path, variable)) => Err(format!("`{path}` sets `{variable}`").into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
