//! What sources do at run time.

use std::collections::BTreeSet;

use super::super::testing::{app_with, project_with};
use super::super::*;

/// The runtime of `dist/main.js`, compiled from these files below `src`.
fn runtime_of(files: &[(&str, &str)]) -> std::sync::Arc<Runtime> {
    let package = r##"{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}, "imports": {"#x/*": "./src/x/*.ts"}}"##;
    let tsconfig =
        r#"{"compilerOptions": {"outDir": "dist", "rootDir": "src", "baseUrl": ".", "paths": {"@/*": ["src/*"]}}}"#;
    let mut all = vec![("package.json", package), ("tsconfig.json", tsconfig)];
    all.extend(files);
    let app = app_with(&all);
    app.runtime("dist/main.js", &app.outputs("build"))
}

/// `base path by` of each access; `+` in front of writes.
fn accesses(text: &str) -> Vec<String> {
    let runtime = runtime_of(&[
        ("src/main.ts", text),
        ("src/config.ts", "export const UPLOADS = './uploads';\nexport default { dir: { logs: 'logs' } };\n"),
    ]);
    assert!(runtime.unknown.is_empty(), "{text}: {:?}", runtime.unknown);
    let brief = |sign: &str, it: &Access| {
        let base = match it.base {
            AccessBase::WorkingDirectory => "cwd",
            AccessBase::Module => "own",
            AccessBase::Root => "root",
            AccessBase::Temporary => "tmp",
        };
        format!("{sign}{base} {} {}", it.path.as_deref().unwrap_or("?"), it.by)
    };
    let reads = runtime.reads.iter().map(|it| brief("", it));
    reads.chain(runtime.writes.iter().map(|it| brief("+", it))).collect()
}

#[test]
fn files_are_found_where_they_are_at_run_time() {
    for (text, expected) in [
        ("import fs from 'fs'; fs.readFileSync('data/x.json')", &["cwd data/x.json readFileSync"][..]),
        (
            "import * as fs from 'node:fs'; import path from 'path'; fs.readFileSync(path.join(__dirname, '../views', 'a.html'))",
            &["own views/a.html readFileSync"],
        ),
        (
            "import { readFile } from 'fs/promises'; await readFile(`${__dirname}/../sql/a.sql`)",
            &["own sql/a.sql readFile"],
        ),
        ("import fs from 'fs'; fs.readFileSync(__dirname + '/../a.txt')", &["own a.txt readFileSync"]),
        (
            "import fs from 'fs'; import path from 'path'; fs.readFileSync(path.resolve(process.cwd(), 'templates', name + '.hbs'))",
            &["cwd templates readFileSync"],
        ),
        ("import fs from 'fs'; fs.readFileSync(new URL('../x.txt', import.meta.url))", &["own x.txt readFileSync"]),
        (
            "import { dirname, join } from 'path'; import { fileURLToPath } from 'url'; import fs from 'fs'; const __dirname = dirname(fileURLToPath(import.meta.url)); fs.readFileSync(join(__dirname, 'a.proto'))",
            &["own dist/a.proto readFileSync"],
        ),
        ("import fs from 'fs'; fs.readFileSync(name)", &["cwd ? readFileSync"]),
        ("import fs from 'fs'; fs.existsSync(name)", &[]),
        (
            "import { UPLOADS } from './config'; import fs from 'fs'; fs.mkdirSync(UPLOADS, { recursive: true })",
            &["+cwd uploads mkdirSync"],
        ),
        (
            "import config from './config'; import fs from 'fs'; fs.createWriteStream(`${config.dir.logs}/a.log`)",
            &["+cwd logs/a.log createWriteStream"],
        ),
        (
            "import fs from 'fs'; fs.writeFileSync(process.env.OUT || '/data/out.json', '')",
            &["+root /data/out.json writeFileSync"],
        ),
        (
            "import fs from 'fs'; import os from 'os'; import path from 'path'; fs.writeFileSync(path.join(os.tmpdir(), 'x'), '')",
            &["+tmp x writeFileSync"],
        ),
        ("import fs from 'fs'; fs.writeFileSync('/tmp/x', '')", &["+tmp /tmp/x writeFileSync"]),
        (
            "import express from 'express'; import path from 'path'; app.use(express.static(path.join(__dirname, '..', 'public')))",
            &["own public express.static"],
        ),
        ("import express from 'express'; app.use(express.static('public'))", &["cwd public express.static"]),
        ("import { serveStatic } from 'hono/bun'; serveStatic({ root: './static' })", &["cwd static hono/bun"]),
        (
            "import path from 'path'; app.set('views', path.join(__dirname, '../views')); app.set('view engine', 'ejs')",
            &["own views app.set('views')"],
        ),
        ("app.set('view engine', 'ejs')", &["cwd views the view engine"]),
        ("import multer from 'multer'; multer({ dest: 'uploads/' })", &["+cwd uploads multer"]),
        (
            "import multer from 'multer'; multer.diskStorage({ destination: (req, file, cb) => cb(null, 'up') })",
            &["+cwd up multer"],
        ),
        ("import Database from 'better-sqlite3'; new Database('data/x.db')", &["+cwd data better-sqlite3"]),
        ("import Database from 'better-sqlite3'; new Database(':memory:')", &[]),
        (
            "import winston from 'winston'; new winston.transports.File({ filename: 'logs/a.log' })",
            &["+cwd logs winston"],
        ),
        ("x({ type: 'sqlite', database: 'db/x.sqlite' })", &["+cwd db sqlite"]),
        (
            "import { join } from 'path'; x({ template: { dir: join(__dirname, '../mails') } })",
            &["own mails path.join"],
        ),
        ("x({ entities: [__dirname + '/**/*.entity{.ts,.js}'] })", &["own dist path.join"]),
        (
            "import path from 'path'; import { ServeStaticModule } from '@nestjs/serve-static'; ServeStaticModule.forRoot({ rootPath: path.join(__dirname, '..', 'client') })",
            &["own client @nestjs/serve-static"],
        ),
        ("import 'dotenv/config'", &["cwd .env dotenv"]),
        ("import config from 'config'; config.get('x')", &["cwd config config"]),
        ("class A { dir = './up'; f() { require('fs').mkdirSync(this.dir) } }", &["+cwd up mkdirSync"]),
        ("parts.join('/'); list.filter(x => x).join(', ')", &[]),
        ("const { promises } = require('fs'); promises.readFile('a')", &["cwd a readFile"]),
        ("const { promises: { writeFile } } = require('fs'); writeFile('a', '')", &["+cwd a writeFile"]),
        ("const { promises: { writeFile: put = f } } = require('fs'); put('a', '')", &["+cwd a writeFile"]),
        (
            "import formidable from 'formidable'; const form = new formidable.IncomingForm(); form.uploadDir = './files'",
            &["+cwd files uploadDir"],
        ),
        (
            "import pino from 'pino'; pino({ transport: { target: 'pino-pretty', options: { destination: 'logs/a.log' } } })",
            &["+cwd logs pino"],
        ),
        ("import pino from 'pino'; pino({ transport: { target: 'pino-pretty', options: { destination: 1 } } })", &[]),
        (
            "import { GraphQLModule } from '@nestjs/graphql'; GraphQLModule.forRoot({ definitions: { path: 'src/graphql.ts' } })",
            &["+cwd src/graphql.ts definitions"],
        ),
    ] {
        assert_eq!(accesses(text), expected, "{text}");
    }
}

#[test]
fn all_modules_of_a_bundle_have_its_folder() {
    let text = "import fs from 'fs'; import path from 'path'; fs.readFileSync(path.join(__dirname, '../a.txt'))";
    for (build, expected) in [("tsup src/main.ts", "a.txt"), ("tsc --rootDir src --outDir dist", "dist/a.txt")] {
        let package =
            format!(r#"{{"scripts": {{"build": "{build}"}}, "devDependencies": {{"tsup": "8", "typescript": "5"}}}}"#);
        let files = [
            ("package.json", package.as_str()),
            ("src/main.ts", "import './lib/a'"),
            ("src/lib/a.ts", text),
            ("tsconfig.json", "{}"),
        ];
        let app = app_with(&files);
        let runtime = app.runtime("dist/main.js", &app.outputs("build"));
        let reads: Vec<_> = runtime.reads.iter().map(|it| it.path.as_deref()).collect();
        assert_eq!((reads, &runtime.unknown[..]), (vec![Some(expected)], &[][..]), "{build}");
    }
}

#[test]
fn imports_are_followed() {
    let runtime = runtime_of(&[
        (
            "src/main.ts",
            "import 'reflect-metadata';\nimport { a } from './a.js';\nimport { T } from './types';\nimport type { R } from 'typed';\nimport { Kind, used } from 'mixed';\nimport { Only } from 'only-types';\nimport { y } from '@/y';\nimport z from '#x/z';\nlet k: Kind; let o: Only; let t: T; used(a, y, z);",
        ),
        ("src/a.ts", "export const a = require('pkg/deep'); export * from './b'; import('lazy');"),
        ("src/b/index.ts", "import fs from 'node:fs'; import path from 'path'; import d from '@s/p/x'; d(fs, path);"),
        ("src/types.ts", "import 'never';"),
        ("src/y.ts", "import 'why';"),
        ("src/x/z.ts", ""),
    ]);
    let names: Vec<&str> = runtime.imports.keys().map(String::as_str).collect();
    assert_eq!(names, ["@s/p", "lazy", "mixed", "pkg", "reflect-metadata", "why"]);
    assert_eq!(runtime.files, ["src/main.ts", "src/a.ts", "src/b/index.ts", "src/x/z.ts", "src/y.ts"]);
    assert_eq!(runtime.imports["pkg"].site.to_string(), "src/a.ts:1");
    assert!(runtime.unknown.is_empty(), "{:?}", runtime.unknown);
}

#[test]
fn packages_of_the_workspace_are_followed() {
    let files = [
        ("package.json", r#"{"workspaces": ["apps/*", "packages/*"]}"#),
        (
            "apps/api/package.json",
            r#"{"name": "api", "dependencies": {"db": "*", "utils": "*", "ui": "*", "two": "*"}}"#,
        ),
        (
            "apps/api/main.js",
            "require('db'); require('utils/deep'); require('ui'); require('ui/keys'); require('ui/forms/text'); require('two/a'); require('express')",
        ),
        (
            "packages/db/package.json",
            r#"{"name": "db", "main": "dist/index.js", "scripts": {"build": "tsc"}, "dependencies": {"pg": "8"}}"#,
        ),
        ("packages/db/tsconfig.json", r#"{"compilerOptions": {"rootDir": "src", "outDir": "dist"}}"#),
        (
            "packages/db/src/index.ts",
            "import 'pg'; import 'ms'; import fs from 'fs'; fs.writeFileSync(__dirname + '/x', process.env.NODE_ENV === 'production' ? 'a' : 'b')",
        ),
        ("packages/utils/package.json", r#"{"name": "utils"}"#),
        ("packages/utils/deep.js", ""),
        (
            "packages/ui/package.json",
            r#"{"name": "ui", "exports": {".": "./src/index.ts", "./keys": {"types": "./src/keys.d.ts", "default": "./src/keys.ts"}, "./forms/*": "./src/forms/*.ts"}}"#,
        ),
        ("packages/ui/src/index.ts", ""),
        ("packages/ui/src/keys.ts", ""),
        ("packages/ui/src/forms/text.ts", ""),
        (
            "packages/two/package.json",
            r#"{"name": "two", "exports": {"./a": {"import": "./a.js", "require": "./b.js"}}}"#,
        ),
        ("packages/two/a.js", ""),
        ("packages/two/b.js", ""),
    ];
    let project = project_with(&files);
    let runtime = project.app("apps/api").expect("it is there").runtime("main.js", &Outputs::default());
    let ui = ["index.ts", "keys.ts", "forms/text.ts"].map(|it| format!("../../packages/ui/src/{it}"));
    let others = ["main.js", "../../packages/db/src/index.ts", "../../packages/utils/deep.js"].map(str::to_owned);
    let followed: BTreeSet<&String> = runtime.files.iter().collect();
    assert_eq!(followed, others.iter().chain(&ui).collect());
    let imports: Vec<_> =
        runtime.imports.values().map(|it| (it.package.as_str(), it.is_brought, it.is_followed)).collect();
    let expected = [
        ("db", false, true),
        ("express", false, false),
        ("ms", false, false),
        ("pg", true, false),
        ("two", false, false),
        ("ui", false, true),
        ("utils", false, true),
    ];
    assert_eq!(imports, expected);
    assert_eq!(runtime.modes.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["packages/db/src/index.ts"]);
    assert_eq!(runtime.writes[0].path.as_deref(), Some("../../packages/db/dist/x"));
}

#[test]
fn commands_in_texts_name_dev_dependencies() {
    let package = r#"{"scripts": {"db:push": "drizzle-kit push", "setup": "npm run db:push"}, "devDependencies": {"drizzle-kit": "0.30", "typescript": "5"}}"#;
    for (text, expected) in [
        ("execSync('npx drizzle-kit push')", &["drizzle-kit"][..]),
        ("execSync(`bunx drizzle-kit push --url=${url}`)", &["drizzle-kit"]),
        ("execSync('cd db && ./node_modules/.bin/drizzle-kit push')", &["drizzle-kit"]),
        ("spawn('npx', ['tsc', '--noEmit'])", &["typescript"]),
        ("execSync('npm run db:push')", &["drizzle-kit"]),
        ("spawn('yarn', ['setup'])", &["drizzle-kit"]),
        ("execSync('git status'); log('drizzle')", &[]),
    ] {
        let text = format!("import {{ execSync, spawn }} from 'node:child_process'; {text}");
        let app = app_with(&[("package.json", package), ("main.js", &text)]);
        let runtime = app.runtime("main.js", &Outputs::default());
        let named: Vec<&str> = runtime.named.keys().map(String::as_str).collect();
        assert_eq!(named, expected, "{text}");
    }
    // Who starts no programs says it for the reader.
    let app = app_with(&[("package.json", package), ("main.js", "throw new Error('run npx drizzle-kit push')")]);
    assert!(app.runtime("main.js", &Outputs::default()).named.is_empty());
    let project = project_with(&[
        ("package.json", r#"{"workspaces": ["api"], "devDependencies": {"prisma": "6"}}"#),
        ("api/package.json", "{}"),
        ("api/main.js", "require('child_process').execSync('npx prisma migrate deploy')"),
    ]);
    let runtime = project.app("api").expect("it is there").runtime("main.js", &Outputs::default());
    assert_eq!(runtime.named.keys().collect::<Vec<_>>(), ["prisma"]);
}

#[test]
fn files_of_packages_that_are_served() {
    let package = r#"{"dependencies": {"express": "4"}, "devDependencies": {"jquery": "3", "htmx.org": "2", "@types/node": "22"}}"#;
    let brief = |text: &str| {
        let text = format!("const express = require('express'), path = require('path'); {text}");
        let app = app_with(&[("package.json", package), ("main.js", &text)]);
        let runtime = app.runtime("main.js", &Outputs::default());
        runtime.named.values().map(|it| format!("{} {}", it.package, it.is_certain)).collect::<Vec<_>>()
    };
    for (text, expected) in [
        ("app.use(express.static(__dirname + '/node_modules/jquery/dist'))", &["jquery true"][..]),
        ("app.use(express.static(path.join(process.cwd(), 'node_modules', 'jquery', 'dist')))", &["jquery true"]),
        ("serve('./node_modules/htmx.org/dist/htmx.js')", &["htmx.org false"]),
        ("app.use('/lib', express.static('node_modules'))", &["htmx.org false", "jquery false"]),
        ("app.use(express.static('public'))", &[]),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
}

#[test]
fn what_cant_be_followed_is_told() {
    for (text, expected) in [
        ("require(name)", "imports a module whose name is only known at run time"),
        ("import('./' + name)", "imports a module whose name is only known at run time"),
        ("import './gone'", "imports `./gone`, which is not there"),
    ] {
        let runtime = runtime_of(&[("src/main.ts", text)]);
        assert!(runtime.unknown.iter().any(|it| it.text == expected), "{text}: {:?}", runtime.unknown);
    }
    let runtime = runtime_of(&[]);
    assert_eq!(runtime.unknown, ["the source of `dist/main.js` was not found".into()]);
}

#[test]
fn folders_of_modules_are_followed() {
    let text = "import fs from 'fs'; import path from 'path'; fs.readdirSync(path.join(__dirname, 'routes')).forEach(it => require(path.join(__dirname, 'routes', it)))";
    let runtime = runtime_of(&[("src/main.ts", text), ("src/routes/a.ts", "import 'in-a'")]);
    assert!(runtime.imports.contains_key("in-a"));
    assert!(runtime.unknown.is_empty(), "{:?}", runtime.unknown);
}

#[test]
fn what_a_framework_imports_by_a_function_of_the_app() {
    let server = "import { Ignitor } from '@adonisjs/core'\nconst ROOT = new URL('../', import.meta.url)\n\
        const importer = (path) => path.startsWith('.') ? import(new URL(path, ROOT).href) : import(path)\n\
        new Ignitor(ROOT, { importer })";
    let app = app_with(&[
        ("package.json", r#"{"type": "module", "scripts": {"build": "node ace build"}}"#),
        ("tsconfig.json", r#"{"compilerOptions": {"outDir": "build", "rootDir": "."}}"#),
        ("bin/server.ts", server),
        ("adonisrc.ts", "import 'in-adonisrc'"),
        ("config/app.ts", "import 'in-config'"),
        ("eslint.config.js", "import 'in-eslint'"),
        ("bin/test.ts", "import 'in-test'"),
    ]);
    let runtime = app.runtime("build/bin/server.js", &app.outputs("build"));
    let imports: Vec<&str> = runtime.imports.keys().map(String::as_str).collect();
    assert_eq!(imports, ["@adonisjs/core", "in-adonisrc", "in-config"]);
    assert_eq!(runtime.unknown.len(), 1, "{:?}", runtime.unknown);
}

#[test]
fn ports_signals_and_variables_are_found() {
    for (text, port) in [
        ("app.listen(3000)", Some(3000)),
        ("const PORT = process.env.PORT || 8080; app.listen(PORT, () => {})", Some(8080)),
        ("await app.listen(Number(process.env.PORT ?? 4000), '0.0.0.0')", Some(4000)),
        ("app.listen({ port: parseInt(process.env.PORT || '5000', 10) })", Some(5000)),
        ("app.listen(process.env.PORT)", None),
        ("app.listen('/run/x.sock')", None),
    ] {
        let runtime = runtime_of(&[("src/main.ts", text)]);
        assert_eq!(runtime.listens.iter().find_map(|it| it.port), port, "{text}");
    }
    let runtime =
        runtime_of(&[("src/main.ts", "process.once('SIGTERM', stop);\nconsole.log(process.env.npm_package_version)")]);
    assert_eq!(runtime.signal_handler.as_ref().unwrap().line, Some(1));
    assert_eq!(runtime.npm_variables[0].line, Some(2));
}

#[test]
fn plain_javascript_runs_in_place() {
    let app = app_with(&[
        ("package.json", r#"{"type": "commonjs"}"#),
        (
            "server.js",
            "const path = require('path'); const r = require('./lib/a'); app.use(require('express').static(path.join(__dirname, 'public')))",
        ),
        ("lib/a.js", "require('../data.json'); return 1"),
        ("data.json", "{}"),
    ]);
    let runtime = app.runtime("server.js", &Outputs::default());
    assert_eq!(runtime.files, ["server.js", "lib/a.js"]);
    let reads: Vec<_> = runtime.reads.iter().map(|it| it.path.as_deref().unwrap_or("?")).collect();
    assert_eq!(reads, ["public", "data.json"]);
    assert!(runtime.unknown.is_empty(), "{:?}", runtime.unknown);
}

/// All that a bundle took in has the folder of its file; packages that it took in are not needed beside it.
#[test]
fn code_in_a_bundle() {
    let package =
        r#"{"scripts": {"build": "webpack"}, "devDependencies": {"express": "4", "webpack": "5", "odd": "1"}}"#;
    let main = "import express from 'express'; import './lib/a'; import odd from 'odd'; odd(express())";
    let a = "import fs from 'fs'; fs.readFileSync(__dirname + '/../views/a.html')";
    let of = |config: &str| {
        let files =
            [("package.json", package), ("webpack.config.js", config), ("src/main.ts", main), ("src/lib/a.ts", a)];
        let app = app_with(&files);
        let runtime = app.runtime("dist/server/app.js", &app.outputs("build"));
        let reads: Vec<String> = runtime.reads.iter().filter_map(|it| it.path.clone()).collect();
        let needed: Vec<String> =
            runtime.imports.values().filter(|it| !it.is_brought).map(|it| it.package.clone()).collect();
        (reads.join(" "), needed.join(" "))
    };
    let config = |more: &str| {
        format!("module.exports = {{ entry: './src/main.ts', output: {{ filename: 'server/app.js' }}{more} }}")
    };
    assert_eq!(of(&config("")), ("dist/views/a.html".to_owned(), "odd".to_owned()));
    let expected = ("dist/views/a.html".to_owned(), "express odd".to_owned());
    assert_eq!(of(&config(", externals: [nodeExternals()]")), expected);
}

/// A server of one's own that loads what a framework's build makes, or what another one does.
#[test]
fn modules_that_the_build_makes() {
    let package = r#"{"type": "module", "scripts": {"build": "react-router build && tsc -p worker"}}"#;
    let tsconfig = r#"{"compilerOptions": {"outDir": "../out", "rootDir": "src"}, "include": ["src"]}"#;
    let server = "import './out/a.js'; const path = './build/server/index.js'; await import(path); import './none.js'";
    let files = [
        ("package.json", package),
        ("worker/tsconfig.json", tsconfig),
        ("worker/src/a.ts", "import 'pg'"),
        ("server.js", server),
    ];
    let app = app_with(&files);
    let runtime = app.runtime("server.js", &app.outputs("build"));
    assert_eq!(runtime.files, ["server.js", "worker/src/a.ts"]);
    let mut unknown: Vec<String> = runtime.unknown.iter().map(ToString::to_string).collect();
    unknown.sort();
    let built =
        "`server.js:1` loads `build/server/index.js`, which a framework makes of code that is not followed from here";
    assert_eq!(unknown, ["`server.js:1` imports `./none.js`, which is not there", built]);
}

/// A package of the workspace without a script of its own is compiled from the root, unless its files are named as they are.
#[test]
fn a_package_that_the_root_compiles() {
    let written = |main: &str| {
        let shared = format!(r#"{{"name": "@x/shared", "main": "{main}"}}"#);
        let project = project_with(&[
            ("package.json", r#"{"workspaces": ["packages/*"]}"#),
            ("packages/api/package.json", r#"{"name": "@x/api", "dependencies": {"@x/shared": "*"}}"#),
            ("packages/api/server.js", "require('@x/shared')"),
            ("packages/shared/package.json", &shared),
            ("packages/shared/tsconfig.json", r#"{"compilerOptions": {"outDir": "dist/js", "rootDir": "src"}}"#),
            ("packages/shared/src/index.ts", "import fs from 'fs'; fs.writeFileSync(__dirname + '/a.txt', '')"),
        ]);
        let app = project.app("packages/api").expect("an app");
        let runtime = app.runtime("server.js", &Outputs::default());
        runtime.writes.iter().filter_map(|it| it.path.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(written("dist/js/index.js"), "../shared/dist/js/a.txt");
    assert_eq!(written("src/index.ts"), "../shared/src/a.txt");
}

/// `bin/www` runs where it stands, and what it loads of the output finds its files from there.
#[test]
fn an_entry_that_loads_what_the_build_makes() {
    let app = |www: &str, more: &[(&str, &str)]| {
        let app = "import fs from 'fs'; import './lib/a'; import data from './data.json'; import own from '../own';\n\
            fs.readFileSync(__dirname + '/../../views/a.html', own(data))";
        let mut files = vec![
            ("package.json", r#"{"scripts": {"build": "tsc"}}"#),
            ("tsconfig.json", r#"{"compilerOptions": {"outDir": "out/js", "rootDir": "src"}, "include": ["src"]}"#),
            ("bin/www", www),
            ("src/app.ts", app),
            ("src/data.json", "{}"),
            ("src/lib/a.ts", "import 'pg'"),
            ("own.js", "require('ms')"),
        ];
        files.extend_from_slice(more);
        app_with(&files)
    };
    let of = |www: &str, more: &[(&str, &str)]| {
        let app = app(www, more);
        let runtime = app.runtime("bin/www", &app.outputs("build"));
        let reads: Vec<&str> = runtime.reads.iter().filter_map(|it| it.path.as_deref()).collect();
        let unknown: Vec<String> = runtime.unknown.iter().map(ToString::to_string).collect();
        let imports: Vec<&str> = runtime.imports.keys().map(String::as_str).collect();
        format!("{} | {} | {} | {}", runtime.in_place.join(" "), reads.join(" "), imports.join(" "), unknown.join("; "))
    };
    let loads = "require('../out/js/app'); require('fs').readFileSync(__dirname + '/../views/b.html')";
    let reads = "views/b.html views/a.html out/js/data.json";
    assert_eq!(of(loads, &[]), format!("bin/www own.js | {reads} | ms pg | "));
    let by_path = "require(require('path').join(__dirname, '..', 'out', 'js', 'app.js'))";
    assert_eq!(of(by_path, &[]), "bin/www own.js | out/js/app.js views/a.html out/js/data.json | ms pg | ");
    let folder = "require('fs').readdirSync('out/js/lib').forEach(it => require(__dirname + '/../out/js/lib/' + it))";
    assert_eq!(of(folder, &[]), "bin/www | out/js/lib out/js/lib | pg | ");
    let twice = "require('../out/js/lib/a'); require('../src/lib/a')";
    assert_eq!(of(twice, &[]), "bin/www |  | pg | `src/lib/a.ts` runs both as it stands and compiled");
    assert_eq!(of("require('./a')", &[("bin/a.js", "require('ms')")]), " |  | ms | ");
    // It sends what the build makes.
    let sends = "require('express').static(__dirname + '/../out/js'); require('./a')";
    assert_eq!(of(sends, &[("bin/a.js", "")]), "bin/www bin/a.js | out/js | express | ");
}
