//! Each kind of finding, planted in an image, and the image without it.

use serde_json::{Value, json};

use super::{Audit, FindingKind, Origin, Part, Reader, audit};
use crate::config::AuditOptions;
use crate::image::testing::{LayerBuilder, config, read, saved};

/// An image of an app, to which things are added.
#[derive(Clone)]
struct Planted {
    layers: Vec<(&'static str, LayerBuilder)>,
    config: Value,
    platform: &'static str,
}

const MANIFEST: &str = r#"{"name":"shop","dependencies":{"ms":"2.1.3"},"devDependencies":{"typescript":"5.9.3"}}"#;
const LOCK: &str = r#"{"lockfileVersion":3,"packages":{"":{"name":"shop"},
    "node_modules/ms":{"version":"2.1.3"},
    "node_modules/a":{"version":"1.0.0"},
    "node_modules/a/node_modules/b":{"version":"1.0.0","dev":true},
    "node_modules/b":{"version":"1.0.0"},
    "node_modules/@types/ms":{"version":"2.1.0","dev":true},
    "node_modules/typescript":{"version":"5.9.3","dev":true}}}"#;

fn layer() -> LayerBuilder {
    LayerBuilder::default()
}

impl Planted {
    /// An image with nothing wrong: Debian with Node, and an app that runs as a user.
    fn clean() -> Self {
        let base = layer()
            .file("etc/passwd", "root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n")
            .file("etc/group", "root:x:0:\nnode:x:1000:\n")
            .file("lib64/ld-linux-x86-64.so.2", "")
            .file("bin/sh", "")
            .file("usr/local/bin/node", vec![0; 5000])
            .file("usr/local/include/node/node.h", "")
            .file("usr/local/lib/node_modules/npm/index.test.js", "")
            .file("root/.npmrc", "");
        let app = layer()
            .file("app/package.json", MANIFEST)
            .file("app/package-lock.json", LOCK)
            .file("app/node_modules/ms/package.json", r#"{"version":"2.1.3"}"#)
            .file("app/node_modules/ms/test/a.test.ts", "")
            .file("app/dist/server.js", "const ms = require('ms')\n")
            .file("app/.env.example", "DB_PASSWORD=\n");
        let config = json!({
            "User": "node", "WorkingDir": "/app", "Cmd": ["node", "dist/server.js"], "Env": ["NODE_ENV=production", "PATH=/usr/local/bin:/bin"],
        });
        Self {
            layers: vec![("ADD rootfs.tar / # buildkit", base), ("COPY . . # buildkit", app)],
            config,
            platform: "amd64",
        }
    }

    fn with(mut self, step: &'static str, layer: LayerBuilder) -> Self {
        self.layers.push((step, layer));
        self
    }

    fn set(mut self, key: &str, value: Value) -> Self {
        self.config[key] = value;
        self
    }

    fn audit(&self, options: &AuditOptions) -> Audit {
        self.audit_of(&Origin::default(), options)
    }

    fn audit_of(&self, origin: &Origin, options: &AuditOptions) -> Audit {
        let layers: Vec<Vec<u8>> = self.layers.iter().map(|it| it.1.clone().bytes()).collect();
        let steps: Vec<&str> = self.layers.iter().map(|it| it.0).collect();
        let config = String::from_utf8(config(&self.config, &steps, &layers)).unwrap().replace("amd64", self.platform);
        let image = read(&saved(config.as_bytes(), &layers), None, &Reader).expect("it is an image");
        audit(&image, origin, options)
    }

    /// Kind, path and layer from 1 of what is found.
    fn found(&self) -> Vec<String> {
        let found = self.audit(&AuditOptions::default()).findings;
        found.iter().map(|it| format!("{} {} {}", it.kind.name(), it.path, it.layer.map_or(0, |it| it + 1))).collect()
    }
}

#[track_caller]
fn check(planted: &Planted, expected: &[&str]) {
    assert_eq!(planted.found(), expected);
}

/// What is found when these files are in a third layer.
#[track_caller]
fn check_files(files: &[(&str, &str)], expected: &[&str]) {
    let layer = files.iter().fold(layer(), |layer, (path, text)| layer.file(path, text));
    check(&Planted::clean().with("COPY more . # buildkit", layer), expected);
}

#[test]
fn nothing_is_found_in_a_clean_image() {
    check(&Planted::clean(), &[]);
    let sizes = Planted::clean().audit(&AuditOptions::default()).sizes;
    assert!(
        sizes[&Part::Base] >= 5000 && sizes[&Part::Output] == 25 && sizes[&Part::ProductionPackages] == 19,
        "{sizes:?}"
    );
}

#[test]
fn dev_packages_by_the_lock() {
    check_files(
        &[
            ("app/node_modules/typescript/lib/tsc.js", "x"),
            ("app/node_modules/@types/ms/package.json", r#"{"version":"2.1.0"}"#),
            ("app/node_modules/a/node_modules/b/index.js", "xx"),
            ("app/node_modules/b/index.js", "x"),
            ("app/node_modules/.bin/tsc", "x"),
        ],
        &[
            "dev-dependencies /app/node_modules/@types/ms 3",
            "dev-dependencies /app/node_modules/a/node_modules/b 3",
            "dev-dependencies /app/node_modules/typescript 3",
        ],
    );
}

#[test]
fn dev_packages_in_the_folders_of_pnpm_and_bun() {
    let pnpm = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      ms:\n        specifier: 2.1.3\n        version: 2.1.3\n    devDependencies:\n      '@s/a':\n        specifier: 1.2.0\n        version: 1.2.0\n\npackages:\n\n  ms@2.1.3: {}\n\n  '@s/a@1.2.0': {}\n\nsnapshots:\n\n  ms@2.1.3: {}\n\n  '@s/a@1.2.0': {}\n";
    let bun = r#"{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"ms":"2.1.3"},"devDependencies":{"@s/a":"1.2.0"}}},
        "packages":{"ms":["ms@2.1.3","",{},""],"@s/a":["@s/a@1.2.0","",{},""]}}"#;
    let manifest = r#"{"name":"shop","dependencies":{"ms":"2.1.3"},"devDependencies":{"@s/a":"1.2.0"}}"#;
    for (name, lock, folder) in [("pnpm-lock.yaml", pnpm, ".pnpm"), ("bun.lock", bun, ".bun")] {
        let base = Planted::clean();
        let files = layer()
            .file("app/.wh.package-lock.json", "")
            .file("app/package.json", manifest)
            .file(&format!("app/{name}"), lock)
            .file(&format!("app/node_modules/{folder}/@s+a@1.2.0/node_modules/@s/a/index.js"), "x")
            .file(&format!("app/node_modules/{folder}/ms@2.1.3/node_modules/ms/index.js"), "x");
        let expected = format!("dev-dependencies /app/node_modules/{folder}/@s+a@1.2.0/node_modules/@s/a 3");
        check(&base.with("RUN install", files), &[expected.as_str()]);
    }
}

#[test]
fn dev_packages_without_a_lock() {
    let tools = layer()
        .file("app/.wh.package-lock.json", "")
        .file("app/node_modules/typescript/lib/tsc.js", "x")
        .file("app/node_modules/webpack/index.js", "x");
    // `webpack` may come by a production dependency: package.json does not name it.
    check(&Planted::clean().with("RUN npm i", tools.clone()), &["dev-dependencies /app/node_modules/typescript 3"]);
    let noted = layer().file("app/.wh.package-lock.json", "").file("app/node_modules/.package-lock.json", LOCK);
    let noted = noted.file("app/node_modules/a/node_modules/b/index.js", "x");
    check(&Planted::clean().with("RUN npm ci", noted), &["dev-dependencies /app/node_modules/a/node_modules/b 3"]);
    let global =
        layer().file("usr/local/lib/node_modules/nodemon/a.js", "x").file("usr/local/lib/node_modules/pm2/a.js", "x");
    check(&Planted::clean().with("RUN npm i -g", global), &["dev-dependencies /usr/local/lib/node_modules/nodemon 3"]);
}

#[test]
fn dev_packages_in_yarns_archives() {
    let lock = "__metadata:\n  version: 8\n\n\"shop@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"shop@workspace:.\"\n  dependencies:\n    \"@s/a\": \"npm:1.2.0\"\n    ms: \"npm:2.1.3\"\n  languageName: unknown\n  linkType: soft\n\n\"@s/a@npm:1.2.0\":\n  version: 1.2.0\n  resolution: \"@s/a@npm:1.2.0\"\n  languageName: node\n  linkType: hard\n\n\"ms@npm:2.1.3\":\n  version: 2.1.3\n  resolution: \"ms@npm:2.1.3\"\n  languageName: node\n  linkType: hard\n";
    let manifest = r#"{"name":"shop","dependencies":{"ms":"2.1.3"},"devDependencies":{"@s/a":"1.2.0"}}"#;
    let files = layer()
        .file("app/.wh.package-lock.json", "")
        .file("app/package.json", manifest)
        .file("app/yarn.lock", lock)
        .file("app/.pnp.cjs", "")
        .file("app/.yarn/cache/@s-a-npm-1.2.0-0123456789-abcdef.zip", "x")
        .file("app/.yarn/cache/ms-npm-2.1.3-0123456789-abcdef.zip", "x");
    let expected = "dev-dependencies /app/.yarn/cache/@s-a-npm-1.2.0-0123456789-abcdef.zip 3";
    check(&Planted::clean().with("RUN yarn", files), &[expected]);
}

#[test]
fn sources_tests_and_maps() {
    check_files(
        &[
            ("app/src/main.ts", "export {}"),
            ("app/src/a/b.tsx", "x"),
            ("app/src/types.d.ts", ""),
            ("app/public/film.ts", "G\u{1}"),
            ("app/test/a.js", "x"),
            ("app/src/main.spec.ts", "x"),
            ("app/dist/server.js.map", "x"),
            ("app/node_modules/ms/index.js.map", "x"),
            ("app/tsconfig.tsbuildinfo", "x"),
        ],
        &[
            "source-in-production /app/src 3",
            "tests /app/src/main.spec.ts 3",
            "tests /app/test 3",
            "source-maps /app/dist 3",
            "build-info /app/tsconfig.tsbuildinfo 3",
            "package-source-maps /app/node_modules/ms 3",
        ],
    );
    // What runs TypeScript itself needs it.
    let runs = Planted::clean()
        .with("COPY", layer().file("app/src/main.ts", "export {}"))
        .set("Cmd", json!(["node", "src/main.ts"]));
    check(&runs, &[]);
}

#[test]
fn what_should_have_stayed_outside() {
    check_files(
        &[
            ("app/.git/HEAD", "x"),
            ("app/.git/objects/a", "x"),
            ("app/.env.local", "PORT=1"),
            ("app/.env", "DB_PASSWORD=s3cr9t"),
            ("app/.npmrc", "//r.example/:_authToken=npm_a8s7d6f5"),
            ("root/.ssh/id_rsa", "-----BEGIN RSA PRIVATE KEY-----\nx"),
            ("app/cert.pem", "-----BEGIN CERTIFICATE-----\nx"),
        ],
        &[
            "secret-in-image /app/.npmrc 3",
            "secret-in-image /root/.ssh/id_rsa 3",
            "secret-in-image /app/.env 3",
            "environment-file /app/.env.local 3",
            "version-control /app/.git 3",
        ],
    );
    check_files(&[("app/.npmrc", "engine-strict=true\n//r.example/:_authToken=${NPM_TOKEN}\n")], &[]);
}

#[test]
fn secrets_that_no_file_shows() {
    let planted = Planted::clean()
        .with(
            "RUN |1 NPM_TOKEN=npm_a8s7d6f5 /bin/sh -c npm ci # buildkit",
            layer().file("app/.npmrc", "//r/:_authToken=npm_a8s7d6f5"),
        )
        .with("RUN /bin/sh -c rm .npmrc # buildkit", layer().file("app/.wh..npmrc", ""))
        .set(
            "Env",
            json!([
                "PATH=/usr/local/bin:/bin",
                "API_KEY=k83hf83hf",
                "PORT=3000",
                "DB=postgres://shop:s3cr9t@db.example.com/shop"
            ]),
        );
    let expected = [
        "secret-in-image /app/.npmrc 3",
        "secret-in-image ENV API_KEY 0",
        "secret-in-image ENV DB 0",
        "secret-in-image history NPM_TOKEN 0",
    ];
    check(&planted, &expected);
    let shown = format!("{:?}", planted.audit(&AuditOptions::default()).findings);
    assert!(!shown.contains("a8s7d6f5") && !shown.contains("k83hf83hf") && !shown.contains("s3cr9t"), "{shown}");
}

#[test]
fn caches_and_compilers() {
    let large = "x".repeat(70_000);
    check_files(
        &[
            ("root/.npm/_cacache/a", &large),
            ("root/.npm/_logs/a", &large),
            ("var/lib/apt/lists/a", &large),
            ("app/node_modules/.cache/a", &large),
            ("home/node/.cache/yarn/v6/a", "small"),
            ("usr/bin/x86_64-linux-gnu-gcc-12", "x"),
            ("usr/bin/python3", "x"),
            ("usr/include/stdio.h", "x"),
        ],
        &[
            "package-cache /app/node_modules/.cache 3",
            "package-cache /root/.npm/_cacache 3",
            "package-cache /var/lib/apt/lists 3",
            "build-tools-in-production /usr/bin/x86_64-linux-gnu-gcc-12 3",
            "build-tools-in-production /usr/include 3",
        ],
    );
}

#[test]
fn links_that_lead_nowhere() {
    let links = layer()
        .link("app/node_modules/@s/x", "../../packages/x")
        .link("app/up", "./dist")
        .link("app/log", "/dev/stdout")
        .link("app/node_modules/ms/test/broken", "nowhere")
        .link("usr/share/man/x", "nowhere");
    check(&Planted::clean().with("COPY", links), &["dangling-link /app/node_modules/@s/x 3"]);
}

/// The head of an ELF file for that processor, and the name of a library.
fn addon(machine: u8, library: &str) -> Vec<u8> {
    let mut res = b"\x7fELF\x02\x01\x01".to_vec();
    res.resize(18, 0);
    res.extend([machine, 0]);
    res.resize(64 * 1024 - 5, 0);
    res.extend(library.as_bytes());
    res.push(0);
    res
}

#[test]
fn addons_of_another_platform() {
    let musl = layer().file("app/node_modules/a/a.node", addon(62, "libc.musl-x86_64.so.1"));
    check(&Planted::clean().with("COPY", musl.clone()), &["foreign-addon /app/node_modules/a/a.node 3"]);
    let arm = layer().file("app/node_modules/a/a.node", addon(183, "libc.so.6"));
    check(&Planted::clean().with("COPY", arm), &["foreign-addon /app/node_modules/a/a.node 3"]);
    // One of several fits.
    let both = musl.file("app/node_modules/a/b.node", addon(62, "libc.so.6"));
    check(&Planted::clean().with("COPY", both), &[]);
    let fits =
        layer().file("app/node_modules/b/a.node", addon(62, "libc.so.6")).file("app/node_modules/b/w.node", "MZ");
    check(&Planted::clean().with("COPY", fits), &[]);
}

#[test]
fn bytes_that_no_container_sees() {
    let large = layer().file("app/data/big", vec![1; 2 << 20]).file("app/data/small", "x");
    let planted = Planted::clean()
        .with("COPY data", large)
        .with("RUN rm", layer().file("app/data/.wh.big", "").file("app/data/small", "y"));
    check(&planted, &["hidden-bytes /app/data (layer 3, by 4) 3"]);
    assert_eq!(planted.audit(&AuditOptions::default()).findings[0].bytes, (2 << 20) + 1);
}

#[test]
fn users() {
    for user in ["", "root", "0", "0:0", "root:node"] {
        check(&Planted::clean().set("User", json!(user)), &["root-user USER 0"]);
    }
    for user in ["app", "node:staff"] {
        check(&Planted::clean().set("User", json!(user)), &["unknown-user USER 0"]);
    }
    for user in ["1000", "1001:1001", "node:node"] {
        check(&Planted::clean().set("User", json!(user)), &[]);
    }
    let script = layer().file("app/start.sh", "#!/bin/sh\nexec gosu node \"$@\"\n").file("usr/local/bin/gosu", "");
    let planted = Planted::clean().with("COPY", script).set("User", json!("")).set("Entrypoint", json!(["./start.sh"]));
    check(&planted, &[]);
}

#[test]
fn what_starts() {
    for (cmd, expected) in [
        (json!(["node", "dist/main.js"]), &["missing-entry /app/dist/main.js 0"][..]),
        (json!(["node", "dist/server"]), &[]),
        (json!(["node", "--enable-source-maps", "dist/server.js"]), &[]),
        (json!(["node", "/srv/x.js"]), &["missing-entry /srv/x.js 0"]),
        (json!(["bun", "run", "x"]), &["missing-entry bun 0"]),
        (json!(["/bin/sh", "-c", "node dist/main.js"]), &["missing-entry /app/dist/main.js 0"]),
        (json!(["./start.sh"]), &["missing-entry ./start.sh 0"]),
        (json!(["node"]), &[]),
    ] {
        check(&Planted::clean().set("Cmd", cmd), expected);
    }
}

#[test]
fn what_the_entry_imports() {
    let text = "const ms = require('ms')\nconst a = require('./a')\nlet fast\ntry {\n  fast = require('bufferutil')\n} catch {}\nconst fs = require('node:fs')\n";
    let files = [("app/dist/server.js", text), ("app/dist/a.js", "const x = require('express')\nimport('later')\n")];
    check_files(&files, &["missing-import /app/dist/a.js express 3"]);
}

#[test]
fn what_is_allowed() {
    let options = crate::config::Options::parse(
        std::path::Path::new("/p/nodestage.toml"),
        "[audit]\nallow = ['/app/test/**']\nignore = ['source-maps']\nmax-size = '1kB'\n",
        &[],
    );
    let layer = layer().file("app/test/a.js", "x").file("app/tests/a.js", "x").file("app/dist/a.js.map", "x");
    let found = Planted::clean().with("COPY", layer).audit(options.unwrap().audit());
    let kinds: Vec<FindingKind> = found.findings.iter().map(|it| it.kind).collect();
    assert_eq!((kinds, found.allowed), (vec![FindingKind::Tests, FindingKind::MaxSize], 2));
}

#[test]
fn kinds_have_the_names_that_configuration_knows() {
    let mut names: Vec<&str> = FindingKind::ALL.iter().map(|it| it.name()).collect();
    names.sort_unstable();
    assert_eq!(names, crate::config::AUDIT_KINDS);
}

#[test]
fn a_dockerignore_in_the_image_says_nothing() {
    let files = [(".dockerignore", "**"), ("app/node_modules/typescript/lib/tsc.js", "x")];
    check_files(&files, &["dev-dependencies /app/node_modules/typescript 3"]);
}

#[test]
fn of_two_locks_the_one_that_was_installed_by_counts() {
    let files = [
        ("app/yarn.lock", "# yarn lockfile v1\n"),
        ("app/node_modules/.package-lock.json", "{}"),
        ("app/node_modules/@types/ms/index.js", "x"),
    ];
    check_files(&files, &["dev-dependencies /app/node_modules/@types/ms 3"]);
}

#[test]
fn variables_that_were_set_before_stand_in_the_history() {
    let planted = Planted::clean().with("ENV NPM_TOKEN=s3cr9t-of-ours", layer());
    check(&planted, &["secret-in-image history NPM_TOKEN 0"]);
}

#[test]
fn the_base_may_have_more_layers_than_the_history_says() {
    let planted = Planted::clean().with("RUN apt-get", layer().file("usr/lib/gcc/cc1", "x"));
    let of = |n_least_base_layers: usize| {
        let origin = Origin { n_least_base_layers, ..Origin::default() };
        planted.audit_of(&origin, &AuditOptions::default()).findings.len()
    };
    assert_eq!((of(2), of(3)), (1, 0));
}

#[test]
fn parts_add_up_to_the_image() {
    let audit =
        Planted::clean().with("RUN chown", layer().file("app/dist/server.js", "//")).audit(&AuditOptions::default());
    assert_eq!((audit.sizes.values().sum::<u64>(), audit.sizes[&Part::Hidden]), (audit.bytes, 25));
}

#[test]
fn bytes_that_two_layers_hide_are_told_apart() {
    let big = vec![0; 2 << 20];
    let planted = Planted::clean()
        .with("COPY data", layer().file("app/data/a", big.clone()).file("app/data/b", big))
        .with("RUN rm a", layer().file("app/data/.wh.a", ""))
        .with("RUN rm b", layer().file("app/data/.wh.b", ""));
    let expected = ["hidden-bytes /app/data (layer 3, by 4) 3", "hidden-bytes /app/data (layer 3, by 5) 3"];
    check(&planted, &expected);
}
