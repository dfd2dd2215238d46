//! What build scripts make, and what start commands run.

use super::super::testing::app_with;
use super::super::*;

/// `path tool source_root maps` of each output, then `? reason` of what is unknown.
pub(super) fn brief(outputs: &Outputs) -> Vec<String> {
    let known = outputs.outputs.iter().map(|it| {
        let root = it.source_root.as_ref().map_or("?".to_owned(), |it| format!("{it:?}"));
        let entries: String = it.entries.iter().map(|(file, source)| format!(" {file}<{source}")).collect();
        let packages = if it.has_packages { " +packages" } else { "" };
        let maps = it.maps.map_or("?".to_owned(), |it| it.to_string());
        format!("{} {:?} {root} {maps}{entries}{packages}", it.path, it.tool)
    });
    known.chain(outputs.unknown.iter().map(|it| format!("? {it}"))).collect()
}

pub(super) fn made(build: &str, files: &[(&str, &str)]) -> Vec<String> {
    let package = format!(
        r#"{{"scripts": {{"build": {build:?}, "clean": "rimraf dist", "b:a": "tsc", "b:c": "cp -r views out/views"}}, "devDependencies": {{"typescript": "^5.4.0"}}}}"#
    );
    let mut all = vec![("package.json", package.as_str()), ("src/main.ts", ""), ("src/a/b.ts", "")];
    all.extend(files);
    brief(&app_with(&all).outputs("build"))
}

const TSCONFIG: (&str, &str) =
    ("tsconfig.json", r#"{"compilerOptions": {/* c */ "outDir": "./dist", "sourceMap": true,}, "include": ["src"],}"#);

#[test]
fn scripts_are_followed_to_their_outputs() {
    let dist = &[r#"dist Tsc "src" true"#][..];
    for (build, expected) in [
        ("tsc", dist),
        ("npx tsc -p .", dist),
        ("node ace build --ignore-ts-errors", dist),
        ("npm run clean && tsc --project tsconfig.json", dist),
        ("cross-env NODE_ENV=production tsc && tsc-alias", dist),
        ("tsc && cp -r src/views dist/views && copyfiles -u 1 \"src/**/*.html\" dist", dist),
        ("tsc && cp -r public out", &[r#"dist Tsc "src" true"#, r#"out Copy "public" false"#]),
        ("run-s b:*", &[r#"dist Tsc "src" true"#, r#"out/views Copy "views" false"#]),
        ("tsc --outDir lib", &[r#"lib Tsc "src" true"#]),
        ("tsc --noEmit", &[]),
        (
            "tsc && webpack --mode production",
            &[r#"dist Tsc "src" true"#, "? the source of what `webpack` makes was not found"],
        ),
        ("vite build", &["? what `vite build` makes without `index.html` is not known"]),
        ("esbuild src/main.ts --outdir=out", &["? what `esbuild` makes of `src/main.ts` is not followed yet"]),
        ("babel src -d dist", &[r#"dist Babel "src" false"#]),
        ("babel ./src --out-dir build --extensions .ts,.js -s", &[r#"build Babel "src" true"#]),
        ("babel src/a.js -o a.js", &["? `babel` is followed for one folder and `--out-dir` only"]),
        ("babel src lib -d dist", &["? `babel` is followed for one folder and `--out-dir` only"]),
        ("babel src -d dist --root-mode upward", &["? `babel --root-mode` is not followed yet"]),
        ("cd client && tsc", &["? `cd client` is not followed"]),
        ("node build.js", &["? `node build.js` is not followed"]),
        ("npm run nothing", &["? package.json has no script `nothing`"]),
        ("npm run build", &["? script `build` runs itself"]),
        ("nest build", &[r#"dist Nest "src" true"#]),
        ("tsc -p missing.json", &["? `missing.json` was not found"]),
    ] {
        assert_eq!(made(build, &[TSCONFIG]), expected, "{build}");
    }
}

#[test]
fn the_layout_is_the_compilers() {
    for (config, files, expected) in [
        (r#"{"compilerOptions": {"outDir": "dist", "rootDir": "."}}"#, &[][..], r#"dist Tsc "" false"#),
        (r#"{"compilerOptions": {"outDir": "dist"}}"#, &[("drizzle.config.ts", "")], r#"dist Tsc "" false"#),
        (
            r#"{"compilerOptions": {"outDir": "dist"}, "exclude": ["*.config.ts"]}"#,
            &[("drizzle.config.ts", "")],
            r#"dist Tsc "src" false"#,
        ),
        (
            r#"{"compilerOptions": {"outDir": "dist"}}"#,
            &[("dist/old.d.ts", ""), ("node_modules/x/i.ts", "")],
            r#"dist Tsc "src" false"#,
        ),
        (
            r#"{"compilerOptions": {"outDir": "dist", "resolveJsonModule": true}, "include": ["src"]}"#,
            &[("src/c.ts", "import x from '../package.json'")],
            r#"dist Tsc "" false"#,
        ),
        (
            r#"{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}"#,
            &[("src/c.ts", "path.join(__dirname, '../shared/x')"), ("shared/x.ts", "")],
            r#"dist Tsc "src" false"#,
        ),
        (
            r#"{"compilerOptions": {"outDir": "dist"}, "include": ["src"]}"#,
            &[("src/c.ts", "export * from '../shared/x'"), ("shared/x.ts", "")],
            r#"dist Tsc "" false"#,
        ),
        (
            r#"{"extends": "./base.json", "compilerOptions": {"sourceMap": false}}"#,
            &[("base.json", r#"{"compilerOptions": {"outDir": "out", "rootDir": "src", "sourceMap": true}}"#)],
            r#"out Tsc "src" false"#,
        ),
        (r#"{"extends": ["@x/base"], "compilerOptions": {"outDir": "out"}}"#, &[], r#"out Tsc "src" ?"#),
        (
            r#"{"extends": "@tsconfig/node20/tsconfig.json", "compilerOptions": {"outDir": "out"}}"#,
            &[],
            r#"out Tsc "src" false"#,
        ),
        (r#"{"extends": "@x/base"}"#, &[], "? `tsconfig.json` extends `@x/base`, which can't be read"),
        (r#"{"extends": "./tsconfig.json"}"#, &[], "? `tsconfig.json` extends `./tsconfig.json`, which can't be read"),
        (r#"{}"#, &[], "? `tsc` writes beside the sources"),
    ] {
        let mut all = vec![("tsconfig.json", config)];
        all.extend(files);
        assert_eq!(made("tsc", &all), [expected], "{config}");
    }
}

#[test]
fn typescript_six_keeps_the_folders() {
    let lock = r#"{"lockfileVersion": 3, "packages": {"node_modules/typescript": {"version": "6.0.3", "dev": true}}}"#;
    assert_eq!(made("tsc", &[TSCONFIG, ("package-lock.json", lock)]), [r#"dist Tsc "" true"#]);
}

/// Babel's plugins may stand on its command line, or in a file that this names.
#[test]
fn plugins_of_babels_command_line() {
    let lock = (
        "package-lock.json",
        r#"{"lockfileVersion": 3, "packages": {"node_modules/@babel/runtime": {"version": "7.27.0", "dev": true}}}"#,
    );
    let config = ("config/babel.json", r#"{"plugins": ["@babel/plugin-transform-runtime"]}"#);
    for (build, by) in [
        ("babel src -d dist --plugins @babel/plugin-transform-runtime", "package.json"),
        ("babel src -d dist --config-file ./config/babel.json", "config/babel.json"),
    ] {
        let reason = format!("? `{by}` adds imports of `@babel/runtime`, a devDependency");
        assert_eq!(made(build, &[config, lock])[1], reason, "{build}");
    }
}

#[test]
fn imports_that_a_compiler_adds() {
    let lock = |dev: bool| {
        format!(
            r#"{{"lockfileVersion": 3, "packages": {{"": {{}}, "node_modules/tslib": {{"version": "2.8.1", "dev": {dev}}},
            "node_modules/@swc/helpers": {{"version": "0.5.17", "dev": {dev}}}, "node_modules/@kit/html": {{"version": "1.0.0", "dev": {dev}}},
            "node_modules/@babel/runtime": {{"version": "7.27.0", "dev": {dev}}}}}}}"#
        )
    };
    let tsconfig =
        ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist", "importHelpers": true}, "include": ["src"]}"#);
    let babel = (".babelrc", r#"{"presets": ["@babel/env"], "plugins": ["@babel/transform-runtime"]}"#);
    let jsx = r#"{"compilerOptions": {"outDir": "dist", "jsx": "react-jsx", "jsxImportSource": "@kit/html"}, "include": ["src"]}"#;
    let swc = (".swcrc", r#"{"jsc": {"externalHelpers": true}}"#);
    for (build, reason) in [
        ("tsc -p jsx.json", "? `jsx.json` adds imports of `@kit/html`, a devDependency"),
        ("swc src -d dist", "? `.swcrc` adds imports of `@swc/helpers`, a devDependency"),
        ("tsc", "? `tsconfig.json` adds imports of `tslib`, a devDependency"),
        ("babel src -d dist", "? `.babelrc` adds imports of `@babel/runtime`, a devDependency"),
    ] {
        for (is_dev, count) in [(true, 2), (false, 1)] {
            let found = made(build, &[tsconfig, babel, swc, ("jsx.json", jsx), ("package-lock.json", &lock(is_dev))]);
            assert_eq!(found.len(), count, "{build}: {found:?}");
            assert_eq!(found.contains(&reason.to_owned()), is_dev, "{found:?}");
        }
    }
}

#[test]
fn apps_of_a_nest_monorepo() {
    let with = |more: &str| {
        format!(
            r#"{{"monorepo": true, "root": "apps/gate", "sourceRoot": "apps/gate/src", {more} "projects": {{
            "auth": {{"type": "application", "root": "apps/auth", "entryFile": "main", "sourceRoot": "apps/auth/src",
                "compilerOptions": {{"assets": ["**/*.proto"]}}}}}}}}"#
        )
    };
    let plain = with("");
    let file = ("nest-cli.json", plain.as_str());
    assert_eq!(made("nest build auth", &[TSCONFIG, file]), [r#"dist/apps/auth Bundler "apps/auth/src" false"#]);
    assert_eq!(made("nest build", &[TSCONFIG, file]), [r#"dist/apps/gate Bundler "apps/gate/src" false"#]);
    assert_eq!(made("nest build shop", &[TSCONFIG, file]), ["? `nest build shop` is not followed yet"]);
    let by_tsc = with(r#""compilerOptions": {"webpack": false},"#);
    let reason = "? a Nest monorepo is followed with webpack only";
    assert_eq!(made("nest build auth", &[TSCONFIG, ("nest-cli.json", &by_tsc)]), [reason]);
}

#[test]
fn nest_takes_its_own_configuration() {
    let build = ("tsconfig.build.json", r#"{"extends": "./tsconfig.json", "exclude": ["test"]}"#);
    let base = ("tsconfig.json", r#"{"compilerOptions": {"outDir": "./dist"}}"#);
    let test = ("test/app.ts", "");
    assert_eq!(made("nest build", &[build, base, test]), [r#"dist Nest "src" false"#]);
    let webpack = ("nest-cli.json", r#"{"compilerOptions": {"webpack": true}}"#);
    assert_eq!(made("nest build", &[build, base, webpack]), [r#"dist Bundler "src" false"#]);
    let own = ("webpack.config.js", "module.exports = (it) => it");
    assert_eq!(made("nest build", &[build, base, webpack, own]), ["? `webpack.config.js` is not followed yet"]);
}

#[test]
fn prisma_generates_a_client() {
    let package = r#"{"scripts": {"build": "prisma generate"}}"#;
    let app = app_with(&[("package.json", package)]);
    assert!(app.outputs("build").generated_client);
    let schema = "generator client {\n  provider = \"prisma-client-js\"\n  output = \"../src/client\"\n}\n";
    let app = app_with(&[("package.json", package), ("prisma/schema.prisma", schema)]);
    assert_eq!(app.outputs("build").client_folder.as_deref(), Some("src/client"));
    assert!(!app.outputs("build").generated_client);
    let elsewhere = schema.replace("../src/client", "../node_modules/@shop/client");
    let app = app_with(&[("package.json", package), ("prisma/schema.prisma", &elsewhere)]);
    let reason = "? `prisma generate` writes to `node_modules/@shop/client`, which a prune may remove";
    assert_eq!(brief(&app.outputs("build")), [reason]);
}

/// `name(package) entry` of each program, then `? reason` of what is unknown.
fn started(words: &str) -> Vec<String> {
    let package = r#"{
        "main": "dist/app.js", "devDependencies": {"typescript": "~5.9.2"},
        "scripts": {
            "start": "node dist/main", "prestart": "npm run build", "build": "tsc",
            "prod": "cross-env NODE_ENV=production node -r dotenv/config ./dist/a/b",
            "dev": "tsx watch src/main.ts", "loop": "npm run loop",
            "migrate": "prisma migrate deploy && node --enable-source-maps dist/main.js"
        }}"#;
    let app = app_with(&[
        ("package.json", package),
        TSCONFIG,
        ("src/main.ts", ""),
        ("src/a/b/index.ts", ""),
        ("server.js", ""),
    ]);
    let words: Vec<String> = words.split(' ').map(|it| it.replace('_', " ")).collect();
    let start = app.start(&words);
    let known = start.programs.iter().map(|it| {
        let package = it.package.as_ref().map_or(String::new(), |it| format!("({it})"));
        format!("{}{package} {}", it.name, it.entry.as_deref().unwrap_or("-"))
    });
    known.chain(start.unknown.iter().map(|it| format!("? {it}"))).collect()
}

#[test]
fn start_commands_are_followed() {
    for (words, expected) in [
        ("node server.js", &["node server.js"][..]),
        ("node server", &["node server.js"]),
        ("node .", &["node dist/app.js"]),
        ("node --max-old-space-size=400 -r dotenv/config ./dist/main", &["node dist/main.js"]),
        ("tini -- node server.js", &["node server.js"]),
        ("dumb-init node server.js", &["node server.js"]),
        ("sh -c exec_node_server.js", &["node server.js"]),
        ("npm start", &["tsc(typescript) -", "node dist/main.js"]),
        ("npm run prod", &["cross-env(cross-env) -", "node dist/a/b/index.js"]),
        ("npm run dev", &["tsx(tsx) src/main.ts"]),
        ("yarn dev", &["tsx(tsx) src/main.ts"]),
        ("pnpm exec tsx src/main.ts", &["tsx(tsx) src/main.ts"]),
        ("npm run migrate", &["prisma(prisma) -", "node dist/main.js"]),
        ("npx nest start", &["nest(@nestjs/cli) -"]),
        ("npx fastify start -l info dist/app.js", &["fastify(fastify-cli) dist/app.js"]),
        ("fastify start -w dist/app.js", &["fastify(fastify-cli) -"]),
        ("pm2-runtime dist/main.js", &["pm2-runtime(pm2) dist/main.js"]),
        (
            "pm2-runtime ecosystem.config.js",
            &["pm2-runtime(pm2) -", "? `ecosystem.config.js`, which says what pm2 starts, was not found"],
        ),
        ("npm run none", &["? package.json has no script `none`"]),
        ("npm run loop", &["? script `loop` runs itself"]),
        ("./start.sh", &["start.sh -", "? `./start.sh` is not followed"]),
        ("npm --prefix api start", &["? `npm --prefix api start` runs in another folder"]),
        ("node --import ./i.mjs --env-file .env server.js", &["node server.js"]),
    ] {
        assert_eq!(started(words), expected, "{words}");
    }
}

#[test]
fn npm_start_falls_back_to_server_js() {
    let app = app_with(&[("package.json", "{}"), ("server.js", "")]);
    let start = app.start(&["npm".to_owned(), "start".to_owned()]);
    assert_eq!(start.programs[0].entry.as_deref(), Some("server.js"));
}

#[test]
fn assignments_and_preloads_are_kept() {
    let package = r#"{"scripts": {"start": "NODE_OPTIONS='--import ./otel.mjs' A=b node -r x/register dist/main.js"}}"#;
    let start = app_with(&[("package.json", package)]).start(&["npm".to_owned(), "start".to_owned()]);
    let node = &start.programs[0];
    assert_eq!(node.preloads, ["x/register", "./otel.mjs"]);
    assert_eq!(node.assignments[1], ("A".to_owned(), "b".to_owned()));
    assert_eq!(node.script.as_ref().unwrap().0, "start");
}

#[test]
fn vite_by_its_words_and_its_root() {
    let page = ("index.html", "");
    let client = |root: &'static str| ("client/index.html", root);
    let config = |text: &'static str| ("vite.config.ts", text);
    for (build, files, expected) in [
        ("vite build --outDir dist/client", &[page][..], "dist/client Framework ? false"),
        ("vite build --outDir=out --mode staging", &[page], "out Framework ? false"),
        (
            "vite build --ssr src/main.ts --outDir dist/server",
            &[page],
            r#"dist/server Bundler "src" ? main<src/main.ts"#,
        ),
        ("vite build --outDir out", &[], "? what `vite build` makes without `index.html` is not known"),
        (
            "vite build",
            &[
                client(""),
                config(
                    "export default { root: path.resolve(import.meta.dirname, 'client'), build: { outDir: path.resolve(import.meta.dirname, 'dist/public') } }",
                ),
            ],
            "dist/public Framework ? false",
        ),
        (
            "vite build",
            &[client(""), config("export default { root: 'client', build: { outDir: '../dist' } }")],
            "dist Framework ? false",
        ),
        ("vite build", &[client(""), config("export default { root: './client' }")], "client/dist Framework ? false"),
        (
            "vite build",
            &[config(
                "import adapter from '@sveltejs/adapter-node'\nexport default { plugins: [sveltekit({ adapter: adapter() })] }",
            )],
            "build Framework ? ?",
        ),
        (
            "vite build",
            &[config(
                "import adapter from '@sveltejs/adapter-node'\nexport default { plugins: [sveltekit({ adapter: adapter({ out: 'server' }) })] }",
            )],
            "? `vite.config.ts` sets `out`",
        ),
        (
            "vite build",
            &[config(
                "import adapter from '@sveltejs/adapter-static'\nexport default { plugins: [sveltekit({ adapter: adapter({ fallback: 'index.html' }) })] }",
            )],
            "build Framework ? ?",
        ),
        (
            "vite build",
            &[config(
                "import adapter from '@sveltejs/adapter-auto'\nexport default { plugins: [sveltekit({ adapter: adapter() })] }",
            )],
            "? `vite.config.ts` imports `@sveltejs/adapter-auto`, which makes nothing that runs in a container",
        ),
    ] {
        assert_eq!(made(build, files), [expected], "{build} {files:?}");
    }
}

/// A server that makes the pages is one file with everything in it, and ships with what browsers load.
#[test]
fn angular_with_a_server() {
    let config = |more: &str| {
        format!(
            r#"{{"projects": {{"web": {{"architect": {{"build": {{"builder": "@angular/build:application", "options": {{"browser": "src/main.ts"{more}}}}}}}}}}}}}"#
        )
    };
    for (more, expected) in [
        (
            r#", "server": "src/main.server.ts", "outputMode": "server", "ssr": {"entry": "src/main.ts"}"#,
            r#"dist/web Bundler "src" false server/server<src/main.ts +packages"#,
        ),
        ("", "dist/web/browser Framework ? ?"),
        (r#", "outputMode": "server""#, "? `angular.json` sets `outputMode`"),
    ] {
        assert_eq!(made("ng build", &[("angular.json", &config(more))]), [expected], "{more}");
    }
}

#[test]
fn the_folder_of_the_sources_by_the_range_of_swc() {
    for (range, expected) in [("^0.1.57", "\"src\""), ("~0.3.0", "\"\""), ("^0.7.0", "\"\""), (">=0.1", "?")] {
        let package = format!(
            r#"{{"scripts": {{"build": "swc src -d dist -s"}}, "devDependencies": {{"@swc/cli": "{range}"}}}}"#
        );
        let app = app_with(&[("package.json", &package), ("src/main.ts", "")]);
        assert_eq!(brief(&app.outputs("build")), [format!("dist Swc {expected} true")], "{range}");
    }
}
