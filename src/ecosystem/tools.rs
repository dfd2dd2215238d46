//! Build tools and frameworks: one row each.

use super::find;
use crate::paths;

/// What is known of one program.
struct Tool {
    /// The program.
    program: &'static str,
    /// When a run of it is a build.
    builds: Builds,
    /// The first words that make it a development server; `""` is none.
    serves: &'static [&'static str],
}

enum Builds {
    Never,
    /// Whatever follows.
    Always,
    /// With one of these words.
    With(&'static [&'static str]),
}

use Builds::{Always, Never, With};

const fn tool(program: &'static str, builds: Builds, serves: &'static [&'static str]) -> Tool {
    Tool { program, builds, serves }
}

const TOOLS: &[Tool] = &[
    // The package of the program `sanity` up to version 2.
    tool("@sanity/cli", Never, &["dev", "start"]),
    tool("astro", With(&["build"]), &["dev"]),
    tool("babel", Always, &[]),
    tool("blitz", With(&["build"]), &["dev"]),
    tool("brunch", With(&["build", "b"]), &["--server", "-s"]),
    tool("build-storybook", Always, &[]),
    tool("bun", With(&["build"]), &[]),
    tool("craco", With(&["build"]), &["start"]),
    tool("docusaurus", With(&["build"]), &["start"]),
    tool("docusaurus-build", Always, &[]),
    tool("docusaurus-start", Never, &[""]),
    tool("eleventy", Always, &["--serve", "--watch"]),
    tool("ember", With(&["build", "b"]), &["serve", "server", "s"]),
    tool("esbuild", Always, &[]),
    tool("expo", With(&["export"]), &["start"]),
    tool("gatsby", With(&["build"]), &["develop"]),
    tool("grunt", Always, &[]),
    tool("gulp", Always, &[]),
    tool("hexo", With(&["generate", "g"]), &["server", "s"]),
    tool("keystone", Never, &["dev"]),
    tool("lerna", With(&["build"]), &[]),
    tool("mastra", With(&["build"]), &["dev"]),
    tool("medusa", With(&["build"]), &["develop"]),
    tool("microbundle", Always, &[]),
    tool("ncc", With(&["build"]), &[]),
    tool("nest", With(&["build"]), &["start"]),
    tool("netlify", Never, &["dev"]),
    tool("next", With(&["build"]), &["dev", ""]),
    tool("ng", With(&["build"]), &["serve", "s"]),
    tool("nitro", With(&["build"]), &["dev"]),
    tool("nitropack", With(&["build"]), &["dev"]),
    tool("nuxi", With(&["build", "generate"]), &["dev"]),
    tool("nuxt", With(&["build", "generate"]), &["dev"]),
    tool("nx", With(&["build"]), &[]),
    tool("parcel", With(&["build"]), &["serve", "watch", ""]),
    tool("polymer", With(&["build"]), &["serve"]),
    tool("preact", With(&["build"]), &["watch"]),
    tool("prisma", With(&["generate"]), &[]),
    tool("quasar", With(&["build"]), &["dev"]),
    tool("react-app-rewired", With(&["build"]), &["start"]),
    tool("react-native", Never, &["start"]),
    tool("react-router", With(&["build"]), &["dev"]),
    tool("react-scripts", With(&["build"]), &["start"]),
    tool("remix", With(&["build", "vite:build"]), &["dev", "vite:dev", "watch"]),
    tool("rollup", Always, &[]),
    tool("rsbuild", With(&["build"]), &["dev", ""]),
    tool("rspack", With(&["build"]), &["dev", "serve"]),
    tool("rw", Never, &["dev"]),
    tool("sanity", With(&["build"]), &["dev"]),
    tool("sapper", With(&["build", "export"]), &["dev"]),
    tool("serverless", Never, &["offline"]),
    tool("sls", Never, &["offline"]),
    tool("start-storybook", Never, &[""]),
    tool("stencil", With(&["build"]), &["--serve"]),
    tool("storybook", With(&["build"]), &["dev"]),
    tool("strapi", With(&["build"]), &["develop", "dev"]),
    tool("svelte-kit", Never, &["dev"]),
    tool("swc", Always, &[]),
    tool("tsc", Always, &[]),
    tool("tsdown", Always, &[]),
    tool("tspc", Always, &[]),
    tool("tsup", Always, &[]),
    tool("tsx", Never, &["watch"]),
    tool("ttsc", Always, &[]),
    tool("turbo", With(&["build"]), &["dev"]),
    tool("umi", With(&["build"]), &["dev"]),
    tool("unbuild", Always, &[]),
    tool("vinxi", With(&["build"]), &["dev"]),
    tool("vite", With(&["build"]), &["dev", "serve", ""]),
    tool("vitepress", With(&["build"]), &["dev", ""]),
    tool("vue-cli-service", With(&["build"]), &["serve"]),
    tool("vuepress", With(&["build"]), &["dev"]),
    tool("webpack", Always, &["serve", "s"]),
    tool("webpack-cli", Always, &[]),
    tool("wrangler", Never, &["dev"]),
    tool("xmcp", With(&["build"]), &["dev"]),
];

/// A bundler whose output is known by its words and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bundler {
    Bun,
    Esbuild,
    /// `node build.mjs`
    Script,
    Ncc,
    Parcel,
    Rollup,
    Tsdown,
    Tsup,
    Unbuild,
    Vite,
    Webpack,
}

/// The bundler that these words run, if it is one; what it is told may be another thing.
pub(crate) fn bundler(program: &str, arguments: &[String]) -> Option<Bundler> {
    let first = arguments.first().map(String::as_str);
    Some(match program {
        "bun" if first == Some("build") => Bundler::Bun,
        "esbuild" => Bundler::Esbuild,
        "ncc" => Bundler::Ncc,
        "node" if arguments.len() == 1 => Bundler::Script,
        "parcel" => Bundler::Parcel,
        "rollup" => Bundler::Rollup,
        "tsdown" => Bundler::Tsdown,
        "tsup" => Bundler::Tsup,
        "unbuild" => Bundler::Unbuild,
        "vite" => Bundler::Vite,
        "webpack" | "webpack-cli" => Bundler::Webpack,
        _ => return None,
    })
}

fn row(program: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|it| it.program == program)
}

/// Options by which a compiler only answers or checks.
const ASKS: &[&str] = &["--noEmit", "--version", "-v", "--help", "--init"];

/// Whether these words, the program first, are a build: `tsc`, `next build`, `node build.mjs`.
pub(crate) fn is_build(words: &[String]) -> bool {
    let program = words.first().map_or("", |it| paths::file_name(it));
    let arguments = words.get(1..).unwrap_or_default();
    if program == "node" {
        if ace_command(arguments).is_some() {
            return is_ace_build(words);
        }
        return arguments.iter().find(|it| !it.starts_with('-')).is_some_and(|it| is_build_file(it));
    }
    let Some(tool) = row(program) else { return false };
    let has = |wanted: &[&str]| {
        arguments.iter().any(|it| wanted.iter().any(|word| it == word || it.ends_with(&format!(":{word}"))))
    };
    let builds = match tool.builds {
        Never => false,
        Always => true,
        With(wanted) => has(wanted),
    };
    builds && !arguments.iter().any(|it| ASKS.contains(&it.as_str()))
}

/// The command of AdonisJS' own program, a file of the app: `node ace build`.
fn ace_command(arguments: &[String]) -> Option<&str> {
    let mut operands = arguments.iter().map(String::as_str).filter(|it| !it.starts_with('-'));
    operands.next().filter(|it| matches!(*it, "ace" | "ace.js"))?;
    Some(operands.next().unwrap_or_default())
}

/// Whether it has TypeScript compile the app, and puts the rest of it beside the output.
pub(crate) fn is_ace_build(words: &[String]) -> bool {
    words.first().is_some_and(|it| it == "node") && ace_command(&words[1..]) == Some("build")
}

/// `node build.mjs`, `node scripts/build.js`, `node esbuild.config.js`, `node node_modules/.bin/tsc`.
fn is_build_file(file: &str) -> bool {
    let name = paths::file_name(file);
    let stem = name.split('.').next().unwrap_or(name);
    let is_bin = file.contains("node_modules/.bin/") && row(name).is_some_and(|it| matches!(it.builds, Always));
    is_bin || ["build", "esbuild", "bundle"].contains(&stem)
}

/// What `turbo prune` takes along of the root besides lock files (FACTS §1.6).
pub(crate) const KEPT_BY_TURBO_PRUNE: &[&str] = &["package.json", "pnpm-workspace.yaml", ".npmrc", ".yarnrc.yml"];

/// Packages that most readers know for build tools, the best known first.
pub(crate) const BEST_KNOWN: &[&str] = &["typescript", "@nestjs/cli", "webpack", "vite", "jest", "eslint", "nodemon"];

/// Words of script names that mean a build, and those that mean something else.
const BUILDING: &[&str] = &["build", "compile", "bundle", "dist", "tsc", "transpile"];
const NOT_BUILDING: &[&str] = &["watch", "dev", "test", "clean", "docker", "check", "lint", "image", "deps"];

/// Whether a script of that name builds: `build`, `build:prod`, `compile`.
pub(crate) fn is_build_name(script: &str) -> bool {
    let words = script.split([':', '-', '_', '.']);
    let has = |of: &[&str]| words.clone().any(|it| of.contains(&it));
    has(BUILDING) && !has(NOT_BUILDING)
}

/// Whether a script of that name only checks.
pub(crate) fn is_check_name(script: &str) -> bool {
    ["test", "lint", "typecheck", "type-check", "format:check", "check"].iter().any(|it| script.starts_with(it))
}

/// Programs that are nothing but development servers; their first word is a file.
const SERVERS_OF_FILES: &[&str] = &["live-server", "node-dev", "nodemon", "ts-node-dev", "tsnd", "webpack-dev-server"];

/// Whether `program` with these arguments is a development server: the word that makes it one.
pub(crate) fn development_server<'a>(program: &str, arguments: &'a [String]) -> Option<&'a str> {
    if program == "node" && ace_command(arguments) == Some("serve") {
        return Some("serve");
    }
    let first = arguments.first().filter(|it| !it.starts_with('-')).map_or("", String::as_str);
    let serves = row(program).map_or(&[][..], |it| it.serves);
    let is_meant = |word: &&str| *word == first || word.is_empty() && first.ends_with(".html");
    if serves.iter().any(is_meant) || is_server_of_files(program) {
        return Some(first);
    }
    if let Some(option) = arguments.iter().find(|it| it.starts_with('-') && serves.contains(&it.as_str())) {
        return Some(option);
    }
    arguments.iter().map(String::as_str).find(|it| matches!(*it, "--watch" | "--hot"))
}

/// Whether `program` restarts a file whenever it changes.
pub(crate) fn is_server_of_files(program: &str) -> bool {
    SERVERS_OF_FILES.contains(&program)
}

/// Create React App, and those that bend it.
const REACT_SCRIPTS: &[&str] = &["craco", "react-app-rewired", "react-scripts"];

/// Whether `program` builds and serves as Create React App does.
pub(crate) fn is_of_react_scripts(program: &str) -> bool {
    REACT_SCRIPTS.contains(&program)
}

/// Variables that frameworks write into the output when they build.
const PUBLIC_PREFIXES: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "PUBLIC_",
    "NUXT_PUBLIC_",
    "VUE_APP_",
    "GATSBY_",
    "SANITY_STUDIO_",
    "UMI_APP_",
];

/// Whether a framework writes the variable into the output when it builds.
pub(crate) fn is_public_variable(name: &str) -> bool {
    PUBLIC_PREFIXES.iter().any(|it| name.starts_with(it))
}

/// Programs of npm packages that check, clean, or change in place: they leave no output.
const WITHOUT_OUTPUT: &[&str] = &[
    "attw",
    "ava",
    "biome",
    "c8",
    "cspell",
    "del",
    "del-cli",
    "depcheck",
    "depcruise",
    "eslint",
    "husky",
    "is-ci",
    "jest",
    "knip",
    "lint-staged",
    "madge",
    "make-dir",
    "markdownlint",
    "mkdirp",
    "mocha",
    "nyc",
    "only-allow",
    "oxlint",
    "patch-package",
    "prettier",
    "publint",
    "resolve-tspaths",
    "rimraf",
    "size-limit",
    "standard",
    "stylelint",
    "syncpack",
    "tap",
    "trash",
    "tsc-alias",
    "tsconfig-replace-paths",
    "tslint",
    "tspath",
    "type-coverage",
    "vitest",
    "wait-on",
    "xo",
];

/// The system's programs of which the same is known.
const SYSTEM_WITHOUT_OUTPUT: &[&str] = &[
    ":", "[", "cat", "chmod", "chown", "du", "echo", "exit", "export", "find", "ls", "mkdir", "printf", "pwd", "rm",
    "set", "sleep", "test", "touch", "true",
];

/// Whether a step of a build script leaves no output behind.
pub(crate) fn leaves_nothing(program: &str, arguments: &[String]) -> bool {
    let words: Vec<String> = std::iter::once(program.to_owned()).chain(arguments.iter().cloned()).collect();
    if program == "find" {
        let leaves = |it: &&[String]| leaves_nothing(&it[0], &it[1..]);
        return find::commands(&words).is_some_and(|it| it.iter().all(leaves));
    }
    WITHOUT_OUTPUT.contains(&program) || SYSTEM_WITHOUT_OUTPUT.contains(&program)
}

/// Whether a program does nothing but to set up Git's hooks in a checkout.
pub(crate) fn sets_up_checkout(program: &str) -> bool {
    matches!(program, "husky" | "lefthook" | "simple-git-hooks")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn builds() {
        for line in [
            "tsc",
            "tsc -p .",
            "next build",
            "remix vite:build",
            "node build.mjs",
            "node ace build --ignore-ts-errors",
            "node node_modules/.bin/tsc",
        ] {
            assert!(is_build(&words(line)), "{line}");
        }
        for line in ["tsc --noEmit", "next start", "vite", "node server.js", "make", "node node_modules/.bin/next"] {
            assert!(!is_build(&words(line)), "{line}");
        }
    }

    #[test]
    fn development_servers() {
        let word = |line: &str| {
            let words = words(line);
            development_server(&words[0], &words[1..]).map(str::to_owned)
        };
        assert_eq!(word("eleventy --quiet --serve").as_deref(), Some("--serve"));
        assert_eq!(word("parcel src/index.html").as_deref(), Some("src/index.html"));
        assert_eq!(word("@sanity/cli start").as_deref(), Some("start"));
        assert_eq!(word("sanity start").or(word("stencil build")).or(word("vitepress preview docs")), None);
    }

    #[test]
    fn names_of_builds() {
        assert!(["build", "build:prod", "compile", "ui-build"].into_iter().all(is_build_name));
        assert!(!["start", "build:watch", "docker:build", "rebuild"].into_iter().any(is_build_name));
    }
}
