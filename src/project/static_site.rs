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
use crate::ecosystem::tools;
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
    let is_alone = |it: &&Program| std::ptr::eq(*it, program) || it.name == "cross-env";
    if let Some(other) = start.programs.iter().find(|it| !is_alone(it)) {
        return Err(format!("`{}` runs beside `{}`", other.name, program.name).into());
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
mod tests {
    use crate::project::testing::app_with;

    const CRA: &str = r#"{"scripts": {"start": "react-scripts start", "build": "react-scripts build"}}"#;
    const VITE: &str =
        r#"{"scripts": {"dev": "vite --host", "build": "tsc -b && vite build", "preview": "vite preview --port 80"}}"#;
    const ANGULAR: &str = r#"{"scripts": {"start": "ng serve --host 0.0.0.0", "build": "ng build"}}"#;

    /// What is said of the site that `command` serves.
    #[track_caller]
    fn check(files: &[(&str, &str)], command: &str, expected: &str) {
        let app = app_with(files);
        let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        let found = match app.site(&app.start(&words)) {
            None => "none".to_owned(),
            Some(Err(reason)) => reason.to_string(),
            Some(Ok(it)) => {
                let port = it.port.map_or_else(|| "?".to_owned(), |it| it.to_string());
                let reach = if it.is_open { "open" } else { "local" };
                let forwards = it.forwards.iter().map(|it| format!(", {} → {}", it.path, it.target));
                let forwards: String = forwards.collect();
                format!("{} → {} by {}, port {port}, {reach}{forwards}", it.server, it.output, it.script)
            }
        };
        assert_eq!(found, expected, "{command}");
    }

    #[test]
    fn create_react_app() {
        let page = ("public/index.html", "");
        let files = [("package.json", CRA), page];
        check(&files, "npm start", "react-scripts start → build by build, port 3000, open");
        check(
            &[("package.json", CRA)],
            "npm start",
            "what `react-scripts build` makes without `public/index.html` is not known",
        );
        let with = |more: &str| CRA.replacen('{', &format!("{{{more},"), 1);
        check(&[("package.json", &with(r#""proxy": "http://api""#)), page], "npm start", "`package.json` sets `proxy`");
        check(
            &[("package.json", &with(r#""homepage": "https://a.github.io/b""#)), page],
            "npm start",
            "`package.json` sets `homepage`",
        );
        check(
            &[("package.json", &with(r#""homepage": ".""#)), page],
            "npm start",
            "react-scripts start → build by build, port 3000, open",
        );
        check(&[files[0], page, ("src/setupProxy.js", "")], "npm start", "`src/setupProxy.js` forwards requests");
        check(&[files[0], page, (".env", "BUILD_PATH=out")], "npm start", "`.env` sets `BUILD_PATH`");
        check(
            &[files[0], page, (".env", "PORT=8000\n")],
            "npm start",
            "react-scripts start → build by build, port 8000, open",
        );
    }

    #[test]
    fn vite() {
        let page = ("index.html", "");
        let files = [("package.json", VITE), page];
        check(&files, "npm run dev", "vite → dist by build, port 5173, open");
        check(&files, "npm run preview", "vite preview → dist by build, port 80, local");
        check(&files, "npm run build", "none");
        let config = |text: &'static str| [files[0], page, ("vite.config.ts", text)];
        check(
            &config("export default { server: { port: 3000, host: true } }"),
            "npx vite",
            "vite → dist by build, port 3000, open",
        );
        check(
            &config("export default { server: { port: +process.env.PORT } }"),
            "npx vite",
            "vite → dist by build, port ?, local",
        );
        check(&config("export default { server: { proxy: f() } }"), "npx vite", "`vite.config.ts` sets `proxy`");
        check(
            &config("export default { server: { proxy: { '/api': 'http://localhost:1' } } }"),
            "npx vite",
            "vite → dist by build, port 5173, local, /api → http://localhost:1",
        );
        check(
            &config("export default { server: { proxy: { '/api': 'http://api:1' } } }"),
            "npx vite",
            "`vite.config.ts` forwards `/api` to `http://api:1`, and nginx starts only where it finds that",
        );
        check(&config("export default { build: { outDir: f() } }"), "npx vite", "`vite.config.ts` computes `outDir`");
        check(&files[..1], "npx vite", "what `vite build` makes without `index.html` is not known");
    }

    #[test]
    fn angular() {
        let json = |builder: &str, more: &str| {
            format!(
                r#"{{"projects": {{"shop": {{"architect": {{"build": {{"builder": "@angular/build:{builder}", "options": {{{more}}}}}}}}}}}}}"#
            )
        };
        let site = |text: &str, expected: &str| {
            check(&[("package.json", ANGULAR), ("angular.json", text)], "npm start", expected)
        };
        site(&json("application", ""), "ng serve → dist/shop/browser by build, port 4200, open");
        site(&json("browser", r#""outputPath": "dist/a""#), "ng serve → dist/a by build, port 4200, open");
        site(
            &json("application", r#""outputPath": {"base": "out", "browser": ""}"#),
            "ng serve → out by build, port 4200, open",
        );
        site(&json("application", r#""ssr": {"entry": "src/server.ts"}"#), "`angular.json` sets `ssr`");
    }

    /// The same for a package.json with these scripts.
    #[track_caller]
    fn scripts(start: &str, build: &str, files: &[(&str, &str)], expected: &str) {
        let package = format!(r#"{{"scripts": {{"start": "{start}", "build": "{build}"}}}}"#);
        check(&[&[("package.json", package.as_str())], files].concat(), "npm start", expected);
    }

    #[test]
    fn sites_of_documents() {
        let vitepress = |config: &str, expected: &str| {
            let config = ("docs/.vitepress/config.mts", config);
            scripts("vitepress dev docs", "vitepress build docs", &[config], expected);
        };
        vitepress("", "vitepress dev → docs/.vitepress/dist by build, port 5173, local");
        vitepress("export default { outDir: '../out' }", "vitepress dev → out by build, port 5173, local");
        vitepress("export default { base: '/docs/' }", "`docs/.vitepress/config.mts` sets `base`");
        scripts(
            "vitepress preview",
            "vitepress build docs",
            &[],
            "no script of package.json is known to run `vitepress build`",
        );
        scripts(
            "vuepress dev src",
            "vuepress build src",
            &[],
            "vuepress dev → src/.vuepress/dist by build, port 8080, open",
        );
        scripts(
            "vuepress dev src",
            "vuepress build src",
            &[("src/.vuepress/config.yml", "dest: out\n")],
            "`src/.vuepress/config.yml` sets `dest`",
        );
        let docusaurus = |url: &str, expected: &str| {
            let config = format!("module.exports = {{ url: 'https://acme.dev', baseUrl: '{url}' }}");
            scripts("docusaurus start", "docusaurus build", &[("docusaurus.config.js", &config)], expected);
        };
        docusaurus("/", "docusaurus start → build by build, port 3000, local");
        docusaurus("/docs/", "`docusaurus.config.js` sets `baseUrl`");
        scripts(
            "docusaurus-start",
            "docusaurus-build",
            &[("siteConfig.js", "module.exports = { baseUrl: '/', projectName: 'acme' }")],
            "docusaurus-start → build/acme by build, port 3000, open",
        );
        scripts(
            "docusaurus-start",
            "docusaurus-build",
            &[],
            "where `docusaurus-build` puts the site is not known without `projectName`",
        );
    }

    #[test]
    fn sites_of_pages() {
        scripts(
            "hexo server",
            "hexo g",
            &[("_config.yml", "root: /\npublic_dir: public\n")],
            "hexo server → public by build, port 4000, open",
        );
        let deploy = ("_config.yml", "deploy:\n  type: sftp\n  port: 22\n");
        scripts("hexo s", "hexo generate", &[deploy], "hexo s → public by build, port ?, open");
        scripts("hexo s", "hexo generate", &[("_config.yml", "root: /blog/\n")], "`_config.yml` sets `root`");
        scripts("eleventy --serve --port=3000", "eleventy", &[], "eleventy → _site by build, port 3000, open");
        let eleventy = ("eleventy.config.mjs", "export default () => ({ dir: { input: 'src', output: 'dist' } })");
        scripts("eleventy --serve", "eleventy --quiet", &[eleventy], "eleventy → dist by build, port 8080, open");
        scripts(
            "brunch watch --server",
            "brunch build --production",
            &[],
            "brunch watch → public by build, port 3333, local",
        );
        scripts("polymer serve", "polymer build", &[], "polymer serve → build/default by build, port 8081, local");
        scripts(
            "polymer serve",
            "polymer build",
            &[("polymer.json", r#"{"builds": []}"#)],
            "`polymer.json` sets `builds`",
        );
        scripts("sapper dev", "sapper export", &[], "sapper dev → __sapper__/export by build, port 3000, open");
        scripts(
            "storybook dev -p 80",
            "storybook build",
            &[],
            "storybook dev → storybook-static by build, port 80, open",
        );
        scripts(
            "start-storybook",
            "build-storybook",
            &[],
            "start-storybook → storybook-static by build, port 6006, open",
        );
        scripts("sapper dev", "sapper build", &[], "`sapper` is not followed yet");
    }

    #[test]
    fn sites_of_one_page() {
        scripts("umi dev", "umi build", &[(".umirc.ts", "")], "umi dev → dist by build, port 8000, open");
        scripts(
            "umi dev",
            "umi build",
            &[("mock/a.ts", "")],
            "`mock` may answer requests, which a server of files does not",
        );
        scripts(
            "parcel src/index.html",
            "parcel build src/index.html",
            &[],
            "parcel src/index.html → dist by build, port 1234, open",
        );
        scripts("parcel", "parcel build src/a.js", &[], "it is not known what `src/a.js` means to `parcel build`");
        scripts("parcel", "parcel build", &[], "`parcel build` is not known to make a page");
        let stencil = |config: &str, expected: &str| {
            let config = [("stencil.config.ts", config)];
            scripts("stencil build --dev --watch --serve", "stencil build", &config, expected);
        };
        stencil(
            "export const config = { outputTargets: [{ type: 'www', baseUrl: 'https://acme.dev/' }] }",
            "stencil build → www by build, port 3333, open",
        );
        stencil(
            "export const config = { outputTargets: [{ type: 'www', baseUrl: 'https://acme.dev/a' }] }",
            "`stencil.config.ts` sets `baseUrl`",
        );
        stencil("export const config = { outputTargets: [{ type: 'dist' }] }", "none");
        let page = ("app/index.html", "");
        scripts(
            "ember serve",
            "ember build --environment=production",
            &[page],
            "ember serve → dist by build, port 4200, open",
        );
        scripts(
            "ember s",
            "ember b",
            &[page, ("server/index.js", "")],
            "`server` may answer requests, which a server of files does not",
        );
        scripts("preact watch", "preact build", &[], "preact watch → build by build, port 8080, open");
        scripts(
            "sanity start",
            "sanity build",
            &[("sanity.json", "{}")],
            "sanity start → dist by build, port 3333, local",
        );
        scripts("sanity dev", "sanity build", &[("sanity.cli.ts", "")], "sanity dev → dist by build, port 3333, local");
    }

    #[test]
    fn what_bends_create_react_app() {
        let page = ("public/index.html", "");
        scripts("craco start", "craco build", &[page], "craco start → build by build, port 3000, open");
        let config = ("craco.config.js", "module.exports = { webpack: { alias: { a: 'b' } } }");
        scripts("craco start", "craco build", &[page, config], "craco start → build by build, port 3000, open");
        let config =
            ("config-overrides.js", "module.exports = (config) => { config.output.path = f(); return config }");
        let rewired = "react-app-rewired";
        let check = |files: &[_], expected: &str| {
            scripts(&format!("{rewired} start"), &format!("{rewired} build"), files, expected);
        };
        check(&[page, config], "`config-overrides.js` sets `path`");
        check(&[page, ("src/setupProxy.js", "")], "`src/setupProxy.js` forwards requests");
        scripts("rsbuild", "rsbuild build", &[], "rsbuild → dist by build, port 3000, open");
        let config = ("rsbuild.config.ts", "export default { output: { distPath: { root: 'out' } } }");
        scripts("rsbuild preview", "rsbuild build", &[config], "`rsbuild.config.ts` sets `distPath`");
    }

    #[test]
    fn what_nuxt_generates() {
        scripts("nuxt preview", "nuxt generate", &[], "nuxt preview → .output/public by build, port 3000, local");
        scripts(
            "nuxt dev",
            "nuxi generate",
            &[("server/api/a.ts", "")],
            "`server` may answer requests, which a server of files does not",
        );
        scripts("nuxt dev", "nuxt build", &[], "none");
        let package = r#"{"scripts": {"dev": "nuxt dev", "generate": "nuxt generate", "build": "nuxt build"}}"#;
        check(&[("package.json", package)], "npm run dev", "none");
    }

    #[test]
    fn what_has_a_server() {
        let page = ("index.html", "");
        let cloudflare = ("vite.config.ts", "import { cloudflare } from '@cloudflare/vite-plugin'");
        let why = "`vite.config.ts` imports `@cloudflare/vite-plugin`, and what that has the build make is not known";
        scripts("vite preview", "vite build", &[page, cloudflare], why);
        let spa = "import adapter from '@sveltejs/adapter-static'; export default { kit: { adapter: adapter({ fallback: 'index.html' }) } }";
        let spa = ("svelte.config.js", spa);
        scripts("vite preview", "vite build", &[spa], "vite preview → build by build, port 4173, local");
        let why = "`src/routes/api/+server.ts` may answer requests, which a server of files does not";
        scripts("vite preview", "vite build", &[spa, ("src/routes/api/+server.ts", "")], why);
        let svelte = ("svelte.config.js", "import adapter from '@sveltejs/adapter-auto'");
        let why = "`svelte.config.js` imports `@sveltejs/adapter-auto`, which makes nothing that runs in a container";
        scripts("vite preview", "vite build", &[svelte], why);
        scripts(
            "gatsby develop",
            "gatsby build",
            &[("src/api/hello.js", "")],
            "`src/api` may answer requests, which a server of files does not",
        );
        scripts(
            "gatsby develop",
            "gatsby build",
            &[("src/pages/shop.tsx", "\nexport async function getServerData() {}")],
            "`src/pages/shop.tsx:2` has `getServerData`, which makes a page for each request",
        );
    }

    #[test]
    fn what_else_runs() {
        let package = r#"{"scripts": {"start": "node api.js & vite", "build": "vite build"}}"#;
        check(&[("package.json", package), ("index.html", "")], "npm start", "`node` runs beside `vite`");
        check(
            &[("package.json", r#"{"scripts": {"dev": "vite"}}"#), ("index.html", "")],
            "npm run dev",
            "no script of package.json is known to run `vite build`",
        );
    }
}
