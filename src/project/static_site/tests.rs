//! Which starts serve a site, and which do more than that.

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
    let site =
        |text: &str, expected: &str| check(&[("package.json", ANGULAR), ("angular.json", text)], "npm start", expected);
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
    scripts("polymer serve", "polymer build", &[("polymer.json", r#"{"builds": []}"#)], "`polymer.json` sets `builds`");
    scripts("sapper dev", "sapper export", &[], "sapper dev → __sapper__/export by build, port 3000, open");
    scripts("storybook dev -p 80", "storybook build", &[], "storybook dev → storybook-static by build, port 80, open");
    scripts("start-storybook", "build-storybook", &[], "start-storybook → storybook-static by build, port 6006, open");
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
    scripts("sanity start", "sanity build", &[("sanity.json", "{}")], "sanity start → dist by build, port 3333, local");
    scripts("sanity dev", "sanity build", &[("sanity.cli.ts", "")], "sanity dev → dist by build, port 3333, local");
}

#[test]
fn what_bends_create_react_app() {
    let page = ("public/index.html", "");
    scripts("craco start", "craco build", &[page], "craco start → build by build, port 3000, open");
    let config = ("craco.config.js", "module.exports = { webpack: { alias: { a: 'b' } } }");
    scripts("craco start", "craco build", &[page, config], "craco start → build by build, port 3000, open");
    let config = ("config-overrides.js", "module.exports = (config) => { config.output.path = f(); return config }");
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

#[test]
fn what_its_words_change() {
    let files = [("package.json", VITE), ("index.html", "")];
    for option in ["--base=/app/", "--mode staging", "-c other.config.ts", "--https", "--outDir other"] {
        let name = option.split(' ').next().unwrap_or_default();
        let reason = format!("`vite` gets `{name}`, and what it serves by that is not known");
        check(&files, &format!("npx vite {option}"), &reason);
    }
    let plain = "npx vite --host 0.0.0.0 --mode production --strictPort --port=4000";
    check(&files, plain, "vite → dist by build, port 4000, open");
}
