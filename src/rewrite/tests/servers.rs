//! Servers that frameworks bring.

use super::*;

#[test]
fn a_frameworks_server_keeps_what_it_reads() {
    let package = r#"{
  "name": "shop",
  "scripts": { "build": "next build", "start": "next start -p 3000" },
  "dependencies": { "next": "^15.0.0" },
  "devDependencies": { "typescript": "^5.9.0", "chalk": "^5.0.0" }
}
"#;
    let lock =
        LOCK.replace("express", "next").replace("^5.0.0\" }, \"dev", "^15.0.0\" }, \"dev").replace("5.1.0", "15.0.1");
    let config = "export default { poweredByHeader: false };\n";
    let site = [
        ("package.json", package),
        ("package-lock.json", lock.as_str()),
        ("next.config.mjs", config),
        ("public/logo.svg", "<svg/>"),
        ("app/page.tsx", "export default () => null;\n"),
    ];
    let start = "CMD [\"node_modules/.bin/next\", \"start\", \"-p\", \"3000\"]\n";
    let before = single("", start);
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/.next ./.next\nCOPY --from=build /app/public ./public\nCOPY next.config.mjs ./\n";
    check_fix(rule("single-stage-build"), &site, &before, &format!("{after}{start}"));
    // What its code does is not all known, or reaches what the build does not bring along.
    for (path, text) in [
        ("app/a.tsx", "import { readFileSync } from 'fs';\nexport default (it) => readFileSync(it);\n"),
        ("app/a.tsx", "import { execSync } from 'child_process';\nexport default () => execSync('make');\n"),
        ("app/about/page.mdx", "# About\n"),
    ] {
        let files = [&site[..], &[(path, text)]].concat();
        check_unsafe_fix(rule("single-stage-build"), &files, &before, &format!("{after}{start}"));
    }
    // Names that only the build knows: behind an alias there may be anything.
    let alias = ("app/a.tsx", "import { a } from 'own-lib';\nexport default () => a;\n");
    let files = [&site[..], &[alias]].concat();
    check_unsafe_fix(rule("single-stage-build"), &files, &before, &format!("{after}{start}"));
    let uses = ("app/a.tsx", "import chalk from 'chalk';\nexport default () => chalk.red('a');\n");
    let all = after.replace(
        "COPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\n",
        "COPY package*.json ./\nCOPY --from=build /app/node_modules ./node_modules\n",
    );
    check_unsafe_fix(rule("single-stage-build"), &[&site[..], &[uses]].concat(), &before, &format!("{all}{start}"));
    let reads = "import { readFileSync } from 'fs';\nimport 'server-only';\nexport default () => readFileSync('texts/a.txt');\n";
    let tests = "import chalk from 'chalk';\nchalk.red('a');\n";
    let files = [&site[..], &[("app/a.tsx", reads), ("app/a.test.tsx", tests), ("texts/a.txt", "")]].concat();
    let texts = "COPY texts/a.txt ./texts/\n";
    check_fix(rule("single-stage-build"), &files, &before, &format!("{after}{texts}{start}"));
    // So it is with a file that runs before the server.
    let seeded = before.replace(start, "CMD [\"sh\", \"-c\", \"node seed.js && exec node_modules/.bin/next start\"]\n");
    for (seed, is_known) in [
        ("require('fs').readFileSync('texts/a.txt');\n", true),
        ("require('fs').readFileSync(process.argv[2]);\n", false),
    ] {
        let files = [&site[..], &[("seed.js", seed), ("texts/a.txt", "")]].concat();
        let case = Case::of(rule("single-stage-build")).files(&files);
        let fixed = case.fix(&seeded, Applicability::Safe);
        assert_eq!(fixed.contains("COPY texts/a.txt ./texts/\n"), is_known, "{fixed}");
        assert_eq!(fixed.contains("seed.js ./\n"), is_known, "{fixed}");
    }
    let refused = |config: &str, reason: &str| {
        let mut files = site;
        files[2].1 = config;
        let case = Case::of(rule("single-stage-build")).files(&files);
        let found: Vec<_> = case.check(&before).into_iter().filter_map(|it| it.held_back).collect();
        assert!(matches!(&found[..], [it] if it.contains(reason)), "{reason}: {found:?}");
    };
    let mut files = site.to_vec();
    files.push((".env.production", "SECRET=1\n"));
    check_unsafe_fix(rule("single-stage-build"), &files, &before, &format!("{after}{start}"));
    let case = Case::of(rule("single-stage-build")).files(&files);
    let found: Vec<_> = case.check(&before).into_iter().filter_map(|it| it.held_back).collect();
    assert!(found[0].contains("`next` reads `.env.production` when the container starts: give its values there"));
    refused("export default { distDir: out() };\n", "`next.config.mjs` computes `distDir`");
    refused("import chalk from 'chalk';\nexport default {};\n", "`next.config.mjs` names `chalk`, a devDependency");
}

/// `#app/x` is an alias of package.json in other apps than Nuxt's.
#[test]
fn names_of_other_frameworks_are_not_known() {
    let express = "import express from 'express';\nimport '#app/own.js';\nexpress().listen(3000);\n";
    let files = files(&[("src/server.ts", express)]);
    let case = Case::of(rule("single-stage-build")).files(&files);
    let before = single("", START);
    assert_eq!(case.fix(&before, Applicability::Safe), before);
}

#[test]
fn a_server_for_node_is_known_by_its_components() {
    let package = r#"{"type": "module", "scripts": {"build": "astro build", "start": "node dist/server/entry.mjs"}, "dependencies": {"astro": "^5.0.0", "@astrojs/node": "^9.0.0"}}"#;
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"astro": "^5.0.0", "@astrojs/node": "^9.0.0"}}, "node_modules/astro": {"version": "5.0.1"}, "node_modules/@astrojs/node": {"version": "9.0.0"}}}"#;
    let config = "import node from '@astrojs/node';\nexport default { output: 'server', adapter: node({ mode: 'standalone' }) };\n";
    let site = |page: &'static str| {
        [
            ("package.json", package),
            ("package-lock.json", lock),
            ("astro.config.mjs", config),
            ("src/pages/index.astro", page),
        ]
    };
    let start = "CMD [\"node\", \"dist/server/entry.mjs\"]\n";
    let before = single("", start);
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/dist ./dist\n";
    let rule = rule("single-stage-build");
    let plain = site(
        "---\nimport { getCollection } from 'astro:content';\nconst posts = await getCollection('a');\n---\n<p>{posts}</p>\n",
    );
    check_fix(rule, &plain, &before, &format!("{after}{start}"));
    let reads = site(
        "---\nimport { readFileSync } from 'node:fs';\nconst text = readFileSync(Astro.url.pathname);\n---\n<p>{text}</p>\n",
    );
    check_unsafe_fix(rule, &reads, &before, &format!("{after}{start}"));
    // What the adapter leaves outside is imported by the output itself.
    let moved = |text: &str| text.replace("\"dependencies\": {\"astro\"", "\"devDependencies\": {\"astro\"");
    let (package, lock) = (moved(package), moved(lock).replace("\"5.0.1\"", "\"5.0.1\", \"dev\": true"));
    let files = replaced(&plain, &[("package.json", &package), ("package-lock.json", &lock)]);
    let fixed = Case::of(rule).files(&files).fix(&before, Applicability::Unsafe);
    assert!(!fixed.contains("--omit=dev") && fixed.contains("COPY --from=build /app/node_modules"), "{fixed}");
}

/// A plugin of the configuration may read what is beside it when the server starts; the app's own server may do anything of
/// Next's, and in development mode.
#[test]
fn what_next_is_told_to_read() {
    let package = r#"{"name": "shop", "scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "^15.0.0"}, "devDependencies": {"chalk": "^5.0.0"}}"#;
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "^15.0.0"}, "devDependencies": {"chalk": "^5.0.0"}}, "node_modules/next": {"version": "15.0.1"}, "node_modules/next-intl": {"version": "4.0.0"}, "node_modules/next-translate-plugin": {"version": "2.0.0"}, "node_modules/chalk": {"version": "5.6.0", "dev": true}}}"#;
    let with = |plugin: &str| format!("import plugin from '{plugin}';\nexport default plugin({{}});\n");
    let before = single("", "CMD [\"node_modules/.bin/next\", \"start\"]\n");
    for (plugin, is_safe) in [("next-intl/plugin", true), ("next-translate-plugin", false)] {
        let config = with(plugin);
        let package =
            package.replace("\"next\": ", &format!("\"{}\": \"*\", \"next\": ", plugin.trim_end_matches("/plugin")));
        let lock =
            lock.replace("{\"next\": ", &format!("{{\"{}\": \"*\", \"next\": ", plugin.trim_end_matches("/plugin")));
        let files = [
            ("package.json", package.as_str()),
            ("package-lock.json", lock.as_str()),
            ("next.config.mjs", config.as_str()),
            ("app/page.tsx", "export default () => null;\n"),
        ];
        let fixed = Case::of(rule("single-stage-build")).files(&files).fix(&before, Applicability::Safe);
        assert_eq!(fixed != before, is_safe, "{plugin}: {fixed}");
    }
    let server = "const next = require('next');\nnext({ dev: false }).prepare();\n";
    let files = [("package.json", package), ("package-lock.json", lock), ("server.js", server)];
    let plain = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n";
    let after = plain.replace("npm ci", "npm ci --omit=dev");
    check_unsafe_fix(rule("dev-dependencies"), &files, plain, &after);
}

/// SvelteKit takes devDependencies into its output.
#[test]
fn a_server_that_takes_dev_dependencies_in() {
    let package = r#"{"type": "module", "scripts": {"build": "vite build"}, "dependencies": {"ms": "2.1.3"}, "devDependencies": {"@sveltejs/adapter-node": "^5.0.0", "@sveltejs/kit": "^2.0.0", "svelte": "^5.0.0", "vite": "^7.0.0"}}"#;
    let lock = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"ms": "2.1.3"}, "devDependencies": {"@sveltejs/adapter-node": "^5.0.0", "@sveltejs/kit": "^2.0.0", "svelte": "^5.0.0", "vite": "^7.0.0"}}, "node_modules/ms": {"version": "2.1.3"}, "node_modules/@sveltejs/adapter-node": {"version": "5.5.7", "dev": true}, "node_modules/@sveltejs/kit": {"version": "2.48.5", "dev": true}, "node_modules/svelte": {"version": "5.43.8", "dev": true}, "node_modules/vite": {"version": "7.2.2", "dev": true}}}"#;
    let config = "import adapter from '@sveltejs/adapter-node';\nexport default { kit: { adapter: adapter() } };\n";
    let page = "<script>\nimport { onMount } from 'svelte';\nimport icon from '$lib/icon.svg';\nonMount(() => {});\n</script>\n<img src={icon} />\n";
    let site = [
        ("package.json", package),
        ("package-lock.json", lock),
        ("svelte.config.js", config),
        ("src/routes/+page.svelte", page),
    ];
    let start = "CMD [\"node\", \"build\"]\n";
    let after = "FROM node:22-slim AS build\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\n\nFROM node:22-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCOPY --from=build /app/build ./build\n";
    check_fix(rule("single-stage-build"), &site, &single("", start), &format!("{after}{start}"));
}

#[test]
fn a_server_that_brings_its_packages() {
    let package = r#"{"scripts": {"build": "next build"}, "dependencies": {"next": "^15.0.0"}}"#;
    let site = [
        ("package.json", package),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "^15.0.0"}}, "node_modules/next": {"version": "15.0.1"}}}"#,
        ),
        ("next.config.mjs", "export default { output: 'standalone' };\n"),
        ("public/logo.svg", "<svg/>"),
        ("app/page.tsx", "export default () => null;\n"),
    ];
    let copies = "RUN npm run build && cp -r public .next/standalone/ && cp -r .next/static .next/standalone/.next/\n";
    let head = "FROM node:22-slim";
    let build = format!("WORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\n{copies}");
    let start = "CMD [\"node\", \".next/standalone/server.js\"]\n";
    let after = format!(
        "{head} AS build\n{build}\n{head}\nWORKDIR /app\nCOPY --from=build /app/.next/standalone ./.next/standalone\n{start}"
    );
    check_fix(rule("single-stage-build"), &site, &format!("{head}\n{build}{start}"), &after);
    // Whoever else runs in the image may need the packages.
    let compose = "services:\n  web:\n    build: .\n  jobs:\n    build: .\n    command: node jobs.js\n";
    let shared = [&site[..], &[("compose.yaml", compose), ("jobs.js", "")]].concat();
    let case = Case::of(rule("single-stage-build")).files(&shared);
    let fixed = case.fix(&format!("{head}\n{build}{start}"), Applicability::Unsafe);
    assert!(fixed.contains("npm ci --omit=dev"), "{fixed}");
    // What lies elsewhere may be for the run.
    let case = Case::of(rule("single-stage-build")).files(&site);
    for copies in
        ["cp -r public /srv/", "cd app && cp -r public .next/standalone/", "cp -t /srv public .next/standalone/"]
    {
        let elsewhere = format!("{head}\n{}{start}", build.replace("cp -r public .next/standalone/", copies));
        assert_eq!(case.fix(&elsewhere, Applicability::Unsafe), elsewhere, "{copies}");
    }
}
