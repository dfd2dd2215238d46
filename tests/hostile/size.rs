//! Input below 1 MiB that would take for ever if every question were asked of every pair, or of every way through.

use super::project::{DOCKERFILE, PACKAGE, Project, fill, fill_to};

fn dockerfile(name: &str, text: impl AsRef<str>) {
    let project = Project::app();
    project.write("Dockerfile", text.as_ref());
    project.survives(name);
}

#[test]
fn values_that_double() {
    for (name, line) in [("arg", "ARG A=$A$A\n"), ("env", "ENV A=$A$A\n"), ("default", "ENV A=${B:-$A$A}\n")] {
        let key = &line[..3];
        dockerfile(name, format!("{key} A=x\nFROM node:20\n{key} A=x\n{}COPY $A /$A\nUSER $A\n", line.repeat(60)));
    }
    dockerfile("arg before FROM", format!("ARG A=x\n{}FROM node:$A\nCOPY . .\n", "ARG A=$A$A\n".repeat(60)));
    let big = "x".repeat(60_000);
    dockerfile("many", format!("FROM node:20\nENV A={big}\n{}", fill_to(30_000, |it| format!("ENV B{it}=$A\n"))));
    let stages = fill_to(9_000, |it| format!("FROM s{it} AS s{}\n", it + 1));
    dockerfile("inherited", format!("FROM node:20 AS s0\nENV A={big}\nENV B={big}\n{stages}"));
    for nested in ["${A:-", "${A:+${B:-", "$\"", "${A%${"] {
        dockerfile(nested, format!("FROM node:20\nENV A={}\n", nested.repeat(150_000)));
    }
}

#[test]
fn more_lines_than_anyone_writes() {
    let lines: &[fn(usize) -> String] = &[
        |it| format!("FROM node:20 AS s{it}\n"),
        |it| format!("FROM s{it} AS s{}\nCOPY . .\nRUN npm install\n", it + 1),
        |_| "RUN npm install\n".to_owned(),
        |_| "COPY . .\n".to_owned(),
        |it| format!("ENV A{it}=$A{}\n", it + 1),
        |_| "CMD [\"npm\", \"start\"]\n".to_owned(),
        |it| format!("RUN <<E{it}\nnpm install\nE{it}\n"),
        |_| "# nodestage: ignore[root-user]\n".to_owned(),
        |_| "FOO bar\n".to_owned(),
        |_| "\n".to_owned(),
    ];
    for line in lines {
        dockerfile(&line(0), format!("FROM node:20 AS s0\n{}", fill(line)));
    }
}

/// As many as are looked at.
#[test]
fn as_many_lines_as_count() {
    let lines: &[fn(usize) -> String] = &[
        |_| "RUN npm install\n".to_owned(),
        |_| "ENV NODE_ENV=production\nRUN npm install\n".to_owned(),
        |_| "RUN npm run build\n".to_owned(),
        |it| format!("RUN npm run build && rm -rf src{it}\n"),
        |it| format!("WORKDIR /a{it}\nCOPY . .\nRUN npm ci\n"),
        |_| "WORKDIR a\n".to_owned(),
        |it| format!("COPY b{it} a{it}\n"),
        |it| format!("COPY --from=b /app /app{it}\n"),
        |_| "USER node\nRUN npm install\nUSER root\n".to_owned(),
        |it| format!("FROM node:20 AS s{it}\nCOPY --from=b . .\nRUN npm install\n"),
        |it| {
            format!(
                "FROM {} AS s{it}\nCOPY . .\nRUN npm install\n",
                if it == 0 { "b".to_owned() } else { format!("s{}", it - 1) }
            )
        },
    ];
    for line in lines {
        let mut text = "FROM node:20 AS b\nWORKDIR /app\nENV NODE_ENV=production\nCOPY . .\n".to_owned();
        for it in 0..480 {
            text += &line(it);
        }
        dockerfile(&line(0), text + "RUN npm install\nRUN npm run build\nCMD [\"npm\", \"start\"]\n");
    }
}

#[test]
fn huge_lines() {
    for line in [
        "RUN a",
        "RUN a ",
        "RUN é",
        "RUN '",
        "RUN \\\n",
        "COPY a ",
        "COPY a/",
        "COPY *a",
        "COPY ../",
        "COPY [\"a\",",
        "ENV A=1 ",
        "LABEL a=b ",
        "CMD [",
        "CMD [\"a\",",
        "CMD {\"a\":",
        "ONBUILD ",
        "X",
        "\r",
        "\0",
        "RUN --mount=a ",
        "RUN cat <<E ",
        "EXPOSE 1 ",
        "HEALTHCHECK --interval=1",
        "FROM a",
        "USER a:",
        "# a",
    ] {
        let (head, rest) = line.split_once(' ').map_or(("", line), |(head, rest)| (head, rest));
        let rest = if rest.is_empty() { "a" } else { rest };
        for size in [20_000, 1_000_000] {
            dockerfile(line, format!("FROM node:20\nCOPY . .\n{head} {}\n", rest.repeat(size / rest.len())));
        }
    }
}

#[test]
fn shell_that_does_not_end() {
    for part in [
        "a | ",
        "a && ",
        "a; ",
        "( ",
        "$( ",
        "` a",
        "{ a; ",
        "if a; then ",
        "case a in a) ",
        "while a; do ",
        "\"$(",
        "<< a ",
        "$(( ",
        "[[ a ",
        "${a:-",
        "f() { ",
        "! ",
        "for a in ",
        "a & ",
        "a=( ",
        "?( ",
        "{a,",
        "a |& ",
        "\" ",
        "<( ",
        "> ",
        "A=1 ",
        "sh -c 'npm install' && ",
        "npm install | ",
    ] {
        for size in [2_000, 16_000, 120_000] {
            let script = part.repeat(size / part.len());
            let project = Project::app();
            project.write("Dockerfile", format!("FROM node:20\nCOPY . .\nRUN npm install && {script}\nCMD {script}\n"));
            let scripts = serde_json::json!({ "scripts": { "build": script, "start": script, "prepare": script } });
            project.write("package.json", scripts.to_string());
            project.survives(part);
        }
    }
}

#[test]
fn scripts_that_call_one_another() {
    let chain = |n: usize| {
        let mut scripts: serde_json::Map<String, serde_json::Value> =
            (0..n).map(|it| (format!("s{it}"), format!("npm run s{0} && npm run s{0}", it + 1).into())).collect();
        scripts.extend([("build".to_owned(), "npm run s0".into()), ("start".to_owned(), "npm run s0".into())]);
        serde_json::json!({ "scripts": scripts }).to_string()
    };
    let itself = r#"{"scripts":{"build":"npm run build && npm run build","start":"npm start; npm start","prepare":"npm run prepare"}}"#;
    for (name, package) in [("short", chain(40)), ("long", chain(15_000)), ("itself", itself.to_owned())] {
        let project = Project::app();
        project.write("package.json", package);
        project.survives(name);
    }
}

#[test]
fn ignore_files() {
    let trees = [
        (0..40).map(|it| format!("src/d{}/f{it}.ts", it % 7)).collect::<Vec<_>>(),
        (0..30).map(|it| format!("src/{}{it}/{}f.ts", "a".repeat(100), "a/".repeat(20))).collect(),
    ];
    for text in [
        (0..600).map(|it| format!("!**/a{it}\n")).collect(),
        fill(|it| format!("!**/a{it}\n")),
        fill(|it| format!("!**/a*a{it}\n")),
        fill(|it| format!("!a{it}/b\n")),
        fill(|it| format!("a{it}\n")),
        format!("!{}x\n!{}\n", "**/".repeat(1000), "*a".repeat(1000)),
        format!("!{}\n", "**/a".repeat(200_000)),
        format!("!{}\n", "?".repeat(800_000)),
        format!("!{}\n", "[".repeat(800_000)),
        format!("!{}\n", "a/".repeat(400_000)),
    ] {
        for tree in &trees {
            let project = Project::app().with(tree.iter().map(|it| (it, "")));
            project.write(".dockerignore", format!("*\n{text}"));
            project.write(".gitignore", &text);
            project.survives(&text[..30.min(text.len())]);
        }
    }
}

#[test]
fn compiler_configuration() {
    let extends = |bases: &[String]| serde_json::json!({ "extends": bases }).to_string();
    let same = |base: &str, n: usize| extends(&vec![base.to_owned(); n]);
    let diamond: Vec<(String, String)> =
        (0..14).map(|it| (format!("t{it}.json"), same(&format!("./t{}.json", it + 1), 4))).collect();
    let long: Vec<(String, String)> =
        (0..2000).map(|it| (format!("t{it}.json"), same(&format!("./t{}.json", it + 1), 1))).collect();
    let references: Vec<serde_json::Value> =
        (0..20).map(|it| serde_json::json!({ "path": format!("./t{it}.json") })).collect();
    let referring = serde_json::json!({ "references": references }).to_string();
    let referred: Vec<(String, String)> = (0..20).map(|it| (format!("t{it}.json"), referring.clone())).collect();
    let globs: Vec<String> = (0..2000).map(|it| format!("{}{it}", "**/*".repeat(50))).collect();
    for (name, text, others) in [
        ("itself", same("./tsconfig.json", 3), vec![]),
        ("circle", same("./b.json", 5), vec![("b.json".to_owned(), same("./tsconfig.json", 5))]),
        ("diamond", same("./t0.json", 4), diamond),
        ("long", same("./t0.json", 1), long),
        ("many", same("./b.json", 50_000), vec![("b.json".to_owned(), "{}".to_owned())]),
        ("references", referring, referred),
        (
            "folder",
            serde_json::json!({ "references": vec![serde_json::json!({ "path": "." }); 20] }).to_string(),
            vec![],
        ),
        ("globs", serde_json::json!({ "include": globs, "exclude": globs }).to_string(), vec![]),
        ("deep", "{\"a\":".repeat(150_000), vec![]),
    ] {
        let project = Project::app().with(others);
        project.write("tsconfig.json", text);
        project.survives(name);
    }
}

#[test]
fn deep_and_self_containing_files() {
    let aliases: String =
        (1..15).map(|it| format!("a{it}: &a{it} [{}]\n", vec![format!("*a{}", it - 1); 10].join(","))).collect();
    let bomb = format!("a0: &a0 [x]\n{aliases}services:\n  a:\n    build: .\n    x: *a14\npackages: *a14\n");
    let deep = |open: &str| open.repeat(300_000 / open.len());
    for name in [
        "package.json",
        "package-lock.json",
        "compose.yaml",
        "pnpm-workspace.yaml",
        "pnpm-lock.yaml",
        "yarn.lock",
        ".yarnrc.yml",
        "nest-cli.json",
        "nodestage.toml",
        ".npmrc",
        "turbo.json",
    ] {
        for text in [&bomb, &deep("["), &deep("{\"a\":"), &deep("{a: "), &deep("- "), &deep("a=["), &deep("a: &a\n")] {
            let project = Project::app();
            project.write(name, text);
            project.survives(&format!("{name}: {}", &text[..4]));
        }
    }
}

#[test]
fn large_lock_files() {
    let entry = |it: usize| {
        format!(r#","node_modules/p{it}":{{"version":"1.0.0","dev":true,"dependencies":{{"p{}":"^1.0.0"}}}}"#, it + 1)
    };
    let npm = format!(r#"{{"lockfileVersion":3,"packages":{{"":{PACKAGE}{}}}}}"#, fill(entry));
    let nested = "node_modules/p/".repeat(40);
    let deep = format!(
        r#"{{"lockfileVersion":3,"packages":{{"":{PACKAGE}{}}}}}"#,
        fill(|it| format!(r#","{nested}node_modules/p{it}":{{"version":"1.0.0","dependencies":{{"zz":"1"}}}}"#))
    );
    let first = format!(
        r#"{{"lockfileVersion":1,"dependencies":{{"p":{{}}{}}}}}"#,
        fill(|it| format!(r#","p{it}":{{"version":"1.0.0","requires":{{"p{}":"1"}}}}"#, it + 1))
    );
    let yarn = format!("# yarn lockfile v1\n\n{}", fill(|it| format!("p{it}@^1:\n  version \"1.0.0\"\n\n")));
    let pnpm = format!(
        "lockfileVersion: '9.0'\npackages:\n{}",
        fill(|it| format!("  p{it}@1.0.0:\n    resolution: {{a: b}}\n"))
    );
    for (name, text) in [
        ("package-lock.json", npm),
        ("package-lock.json", deep),
        ("package-lock.json", first),
        ("yarn.lock", yarn),
        ("pnpm-lock.yaml", pnpm),
    ] {
        let project = Project::app();
        project.write(
            "Dockerfile",
            DOCKERFILE.replace("COPY . .", "COPY package*.json *.lock *.yaml ./\nRUN npm ci\nCOPY . ."),
        );
        project.write(name, text);
        project.survives(name);
    }
}

#[test]
fn large_manifests() {
    let many = |key: &str| {
        let entries: serde_json::Map<String, serde_json::Value> =
            (0..40_000).map(|it| (format!("p{it}"), "^1.0.0".into())).collect();
        serde_json::json!({ "name": "a", "scripts": { "start": "node ." }, key: entries }).to_string()
    };
    let ranges: serde_json::Map<String, serde_json::Value> =
        (0..20).map(|it| (format!("p{it}"), "1 || ".repeat(5000).into())).collect();
    for text in [
        many("dependencies"), many("devDependencies"), many("scripts"),
        serde_json::json!({ "dependencies": ranges }).to_string(),
        serde_json::json!({ "workspaces": (0..300).map(|it| format!("packages/*{}", "/**".repeat(it))).collect::<Vec<_>>() }).to_string(),
        serde_json::json!({ "workspaces": (0..50_000).map(|it| format!("packages/a{it}")).collect::<Vec<_>>() }).to_string(),
    ] {
        let project = Project::app();
        project.write("package.json", &text);
        project.survives(&text[..40]);
    }
}

#[test]
fn javascript() {
    let doubled = |combine: &str| -> String {
        let lines: String =
            (0..40).map(|it| format!("const a{}={};", it + 1, combine.replace('@', &format!("a{it}")))).collect();
        format!(
            "const fs=require('fs'),path=require('path');const a0='x';{lines}fs.writeFileSync(a40);fs.readFileSync(a39)"
        )
    };
    for text in [
        fill(|it| format!("function a{it}(b,c){{return require('fs').readFileSync(b+c+'x{it}')}}")),
        fill(|it| format!("require('fs').writeFileSync('./x{it}','a');")),
        fill(|it| format!("require('./x{it}');")),
        fill(|it| format!("app.use(express.static(path.join(__dirname,'p{it}')));")),
        doubled("@+@"),
        doubled("`${@}${@}`"),
        doubled("path.join(@,@)"),
        doubled("c?@:@"),
        format!("require('fs').writeFileSync({}'b')", "'a'+".repeat(200_000)),
        "(".repeat(300_000),
        "[".repeat(300_000),
        "a".to_owned() + &"(a".repeat(200_000),
        "if(a){".repeat(100_000),
        "x=".to_owned() + &"!".repeat(900_000),
        "x=".to_owned() + &"a?b:".repeat(200_000),
        "x=".to_owned() + &"`${".repeat(100_000),
        "<a>".repeat(200_000),
        "x=".to_owned() + &"a=>".repeat(200_000),
        "x".to_owned() + &".a()".repeat(200_000),
        "x=/".to_owned() + &"(a|".repeat(200_000),
        "// pino\n".repeat(100_000),
        "x='".to_owned() + &"a".repeat(900_000) + "'",
        "class A{x=".repeat(50_000),
    ] {
        let project = Project::new().with([
            ("Dockerfile", "FROM node:20\nWORKDIR /app\nCOPY package*.json ./\nRUN npm install\nCOPY . .\nCMD [\"node\", \"index.js\"]\n"),
            ("package.json", r#"{"name":"a","main":"index.js","dependencies":{"express":"4"}}"#),
            ("index.js", text.as_str()),
        ]);
        project.survives(&text[..30]);
    }
}

#[test]
fn modules_in_circles() {
    let chain = (0..3000).map(|it| (format!("a{it}.js"), format!("require('./a{}')", it + 1)));
    let all: String = (0..150).map(|it| format!("require('./a{it}');")).collect();
    let circle = (0..150).map(|it| (format!("a{it}.js"), all.clone()));
    for (name, files) in [("chain", chain.collect::<Vec<_>>()), ("circle", circle.collect())] {
        let project = Project::app().with(files);
        project.write("index.js", "require('./a0')");
        project.write("Dockerfile", "FROM node:20\nCOPY . .\nRUN npm install\nCMD [\"node\", \"index.js\"]\n");
        project.survives(name);
    }
}
