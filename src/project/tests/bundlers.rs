//! What bundlers make.

use super::super::testing::app_with;
use super::outputs::{brief, made};

/// `made`, for bundlers: the sources are `src/main.ts`, `src/a/b.ts` and `src/index.js`.
fn bundled(build: &str, files: &[(&str, &str)]) -> Vec<String> {
    made(build, &[files, &[("src/index.js", "")]].concat())
}

#[test]
fn bundlers_by_their_words() {
    for (build, expected) in [
        ("tsup src/main.ts --dts --format esm,cjs", r#"dist Bundler "src" false main<src/main.ts +packages"#),
        ("tsup src/main.ts -d lib --sourcemap", r#"lib Bundler "src" true main<src/main.ts +packages"#),
        ("tsup src/main.ts src/a/b.ts", r#"dist Bundler "src" false main<src/main.ts a/b<src/a/b.ts +packages"#),
        ("tsup src/*.ts", r#"dist Bundler "src" false main<src/main.ts +packages"#),
        ("tsup src/a.ts --onSuccess x", "? it is not known what `--onSuccess` means to `tsup`"),
        ("tsup src/none.ts", "? the source of what `tsup` makes was not found"),
        (
            "esbuild src/main.ts --bundle --platform=node --outfile=out/a.js",
            r#"out Bundler "src" false a<src/main.ts +packages"#,
        ),
        ("esbuild src/main.ts --bundle --external:x --outdir=out", r#"out Bundler "src" false main<src/main.ts"#),
        (
            "esbuild src/main.ts --bundle --outbase=. --outdir=out",
            r#"out Bundler "src" false src/main<src/main.ts +packages"#,
        ),
        (
            "esbuild src/main.ts --bundle --outbase=lib --outdir=out",
            "? not all entries of `esbuild` lie in its `--outbase`",
        ),
        ("esbuild src/main.ts --bundle", "? where `esbuild` puts what it makes of `src` is not known"),
        (
            "bun build ./src/main.ts --outdir ./dist --target bun",
            r#"dist Bundler "src" false main<src/main.ts +packages"#,
        ),
        ("bun build src/main.ts --compile", "? it is not known what `--compile` means to `bun build`"),
        ("ncc build src/main.ts -o out -m", r#"out Bundler "src" false index<src/main.ts +packages"#),
        ("ncc build src/main.ts -s -e pg", r#"dist Bundler "src" false index<src/main.ts"#),
        ("ncc run src/main.ts", "? `ncc run src/main.ts` is not followed"),
        ("rollup src/main.ts -o dist/app.js -f cjs", r#"dist Bundler "src" false app<src/main.ts"#),
        ("rollup -i src/main.ts -d dist -m", r#"dist Bundler "src" true main<src/main.ts"#),
        ("webpack --mode production", r#"dist Bundler "src" false main<src/index.js +packages"#),
        ("webpack ./src/a/b.ts -o out", r#"out Bundler "src/a" false main<src/a/b.ts +packages"#),
        ("webpack --analyze", "? it is not known what `--analyze` means to `webpack`"),
        ("webpack -c webpack.prod.js", "? `webpack.prod.js` was not found"),
        ("unbuild", "? what `unbuild` makes is not known without `build.config.ts`"),
        ("tsdown src/main.ts", r#"dist Bundler "src" false main<src/main.ts +packages"#),
    ] {
        assert_eq!(bundled(build, &[]), [expected], "{build}");
    }
}

#[test]
fn bundlers_by_their_configuration() {
    let webpack = |text: &'static str| ("webpack", "webpack.config.js", text);
    let rollup = |text: &'static str| ("rollup -c", "rollup.config.mjs", text);
    let tsup = |text: &'static str| ("tsup", "tsup.config.ts", text);
    for ((build, config, text), expected) in [
        (
            webpack(
                "module.exports = { target: 'node', entry: './src/main.ts', output: { filename: 'bundle.js', path: path.resolve(__dirname, 'out') } }",
            ),
            r#"out Bundler "src" false bundle<src/main.ts +packages"#,
        ),
        (
            webpack(
                "module.exports = (env) => ({ entry: { server: './src/main', job: ['./src/a/b.ts'] }, externals: [nodeExternals()], devtool: 'source-map' })",
            ),
            r#"dist Bundler "src" true server<src/main.ts job<src/a/b.ts"#,
        ),
        (
            webpack("module.exports = { output: { filename: '[name].[contenthash].js' }, devtool: 'eval' }"),
            "dist Bundler ? false +packages",
        ),
        (webpack("module.exports = { entry: glob() }"), "? `webpack.config.js` computes `entry`"),
        (webpack("module.exports = { output: { path: out } }"), "? `webpack.config.js` computes `path`"),
        (
            webpack("module.exports = { plugins: [new Copy({ patterns: [{ from: 'a', to: '../b' }] })] }"),
            "? `webpack.config.js` has plugins that may put things elsewhere",
        ),
        (
            webpack(
                "const dir = path.resolve(__dirname, 'out'); const server = { entry: './src/main.ts', output: { path: path.join(dir, 'server'), filename: 'app.js' } }; module.exports = [server]",
            ),
            r#"out/server Bundler "src" false app<src/main.ts +packages"#,
        ),
        (
            webpack("module.exports = [{ entry: './src/main.ts' }, { entry: './src/index.js' }]"),
            "? `webpack.config.js` computes `entry`",
        ),
        (
            rollup(
                "export default { input: 'src/main.ts', output: [{ file: 'dist/a.cjs', format: 'cjs' }], plugins: [ts()] }",
            ),
            r#"dist Bundler "src" false a<src/main.ts"#,
        ),
        (
            rollup(
                "import resolve from '@rollup/plugin-node-resolve'\nexport default { input: ['src/main.ts'], output: { dir: 'dist', sourcemap: true } }",
            ),
            r#"dist Bundler "src" true main<src/main.ts +packages"#,
        ),
        (
            rollup("export default { input: 'src/main.ts', output: { file: pkg.main } }"),
            "? `rollup.config.mjs` computes `output`",
        ),
        (
            tsup(
                "export default defineConfig({ entry: ['src/**/*.ts', '!src/a/*.ts'], outDir: 'lib', sourcemap: true })",
            ),
            r#"lib Bundler "src" true main<src/main.ts +packages"#,
        ),
        (
            tsup("export default defineConfig((o) => ({ entry: { server: 'src/main.ts' }, external: ['pg'] }))"),
            r#"dist Bundler "src" false server<src/main.ts"#,
        ),
        (tsup("export default { entry: ['src/main.ts'], onSuccess: 'node x' }"), "? `tsup.config.ts` sets `onSuccess`"),
        (
            ("tsdown", "tsdown.config.ts", "export default defineConfig({ entry: 'src/main.ts' })"),
            r#"dist Bundler "src" false main<src/main.ts +packages"#,
        ),
        (
            ("unbuild", "build.config.ts", "export default defineBuildConfig({ entries: ['src/main'] })"),
            r#"dist Bundler "src" false main<src/main.ts +packages"#,
        ),
    ] {
        assert_eq!(bundled(build, &[(config, text)]), [expected], "{text}");
    }
}

#[test]
fn settings_of_several_files() {
    let prod = "const { merge } = require('webpack-merge')\nconst common = require('./webpack.common')\nmodule.exports = merge(common, { mode: 'production', devtool: false })";
    let common = "module.exports = { entry: './src/main.ts', output: { filename: 'app.js' } }";
    let files = [("webpack.prod.js", prod), ("webpack.common.js", common)];
    let expected = r#"dist Bundler "src" false app<src/main.ts +packages"#;
    assert_eq!(bundled("webpack --config webpack.prod.js", &files), [expected]);
    let expected = "? `webpack.prod.js` takes settings from `./webpack.common`";
    assert_eq!(bundled("webpack --config webpack.prod.js", &files[..1]), [expected]);
}

/// A program for Node: its file is the one that `main` names.
#[test]
fn parcel_for_node() {
    let package = r#"{"source": "src/main.ts", "main": "dist/app.js", "scripts": {"build": "parcel build"}}"#;
    let app = app_with(&[("package.json", package), ("src/main.ts", "")]);
    assert_eq!(brief(&app.outputs("build")), [r#"dist Bundler "src" true app<src/main.ts"#]);
}

#[test]
fn several_configurations_in_one_file() {
    let config = "const server = { entry: './src/main.ts', output: { path: path.resolve(__dirname, 'out'), filename: 'server.js' } };\nconst client = { entry: { app: './src/index.js' }, output: { path: path.resolve(__dirname, 'public') } };\nmodule.exports = [server, client];";
    let expected = [
        r#"out Bundler "src" false server<src/main.ts +packages"#,
        r#"public Bundler "src" false app<src/index.js +packages"#,
    ];
    assert_eq!(bundled("webpack", &[("webpack.config.js", config)]), expected);
}

/// esbuild's own way: a script that calls it, and does nothing else.
#[test]
fn builds_written_as_scripts() {
    let script = |text: &'static str| [("build.mjs", text)];
    for (text, expected) in [
        (
            "import { build } from 'esbuild'\nawait build({ entryPoints: ['src/main.ts'], bundle: true, platform: 'node', outfile: 'out/app.js', packages: 'external' })",
            r#"out Bundler "src" false app<src/main.ts"#,
        ),
        (
            "import * as esbuild from 'esbuild'\nimport path from 'node:path'\nawait esbuild.build({ entryPoints: { app: 'src/main.ts' }, bundle: true, outdir: path.resolve(import.meta.dirname, 'out'), sourcemap: true })",
            r#"out Bundler "src" true app<src/main.ts +packages"#,
        ),
        (
            "import { build } from 'esbuild'\nimport fs from 'fs'\nawait build({ entryPoints: ['src/main.ts'], bundle: true, outdir: 'out' })",
            "? `node build.mjs` is not followed",
        ),
        (
            "import { build } from 'esbuild'\nawait build({ entryPoints: files(), bundle: true, outdir: 'out' })",
            "? `build.mjs` computes `entryPoints`",
        ),
    ] {
        assert_eq!(bundled("node build.mjs", &script(text)), [expected], "{text}");
    }
}

#[test]
fn a_module_for_a_server_by_vites_settings() {
    let config = "export default { build: { ssr: 'src/index.js', outDir: 'build' } }";
    let expected = r#"build Bundler "src" ? index<src/index.js"#;
    assert_eq!(bundled("vite build", &[("vite.config.js", config)]), [expected]);
    let config = "export default { build: { outDir: 'build' } }";
    let files = [("vite.config.js", config), ("index.html", "")];
    assert_eq!(bundled("vite build --ssr src/index.js", &files), [expected]);
}

/// Some write the folder of the source where others leave that of the bundle.
#[test]
fn code_that_asks_for_its_folder() {
    let asks = ("src/lib.js", "require('fs').readFileSync(__dirname + '/a')");
    let bun = "bun build src/main.ts --outdir dist";
    assert_eq!(bundled(bun, &[asks]), ["? what `bun build` makes of `__dirname` is not followed"]);
    let webpack = ("webpack.config.js", "module.exports = { node: { __dirname: true } }");
    assert_eq!(bundled("webpack", &[webpack]), ["? `webpack.config.js` sets `__dirname`"]);
    let plain = ("webpack.config.js", "module.exports = { node: { __dirname: false } }");
    assert_eq!(bundled("webpack", &[plain, asks]), [r#"dist Bundler "src" false main<src/index.js +packages"#]);
}
