//! Files beside package.json that no run reads: of build tools, checks, editors, services, people.

/// Whole names, in lower case.
const NAMES: &[&str] = &[
    "angular.json",
    "app.json",
    "app.yaml",
    "app.yml",
    "appspec.yml",
    "authors",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "biome.json",
    "biome.jsonc",
    "bun.lock",
    "bun.lockb",
    "bunfig.toml",
    "captain-definition",
    "captain-definition.json",
    "circle.yml",
    "cloudbuild.json",
    "cloudbuild.yaml",
    "cloudbuild.yml",
    "codecov.yml",
    "codegen.json",
    "codegen.yaml",
    "codegen.yml",
    "codeowners",
    "components.json",
    "contributors",
    "copying",
    "crowdin.yml",
    "cspell.json",
    "cypress.json",
    "deno.json",
    "deno.jsonc",
    "deno.lock",
    "dependabot.yml",
    "devenv.nix",
    "flake.lock",
    "flake.nix",
    "fly.toml",
    "gemfile",
    "gitversion.yml",
    "gruntfile.js",
    "gulpfile.js",
    "heroku.yml",
    "jenkinsfile",
    "jsconfig.json",
    "justfile",
    "knip.json",
    "lefthook.yaml",
    "lefthook.yml",
    "lerna.json",
    "license",
    "licence",
    "makefile",
    "mkdocs.yml",
    "nest-cli.json",
    "netlify.toml",
    "nixpacks.toml",
    "nodemon.json",
    "nodestage.toml",
    "notice",
    "now.json",
    "npm-shrinkwrap.json",
    "nx.json",
    "nyc.config.js",
    "openapitools.json",
    "ormlogs.log",
    "package-lock.json",
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "procfile",
    "project.json",
    "railway.json",
    "railway.toml",
    "readme",
    "release-please-config.json",
    "render.yaml",
    "renovate.json",
    "renovate.json5",
    "serverless.yaml",
    "serverless.yml",
    "skaffold.yaml",
    "sonar-project.properties",
    "stryker.conf.json",
    "taskfile.yaml",
    "taskfile.yml",
    "tiltfile",
    "todo",
    "tsdoc.json",
    "tslint.json",
    "turbo.json",
    "typedoc.json",
    "vagrantfile",
    "vercel.json",
    "version",
    "wallaby.js",
    "yarn.lock",
];

/// Tools whose configuration (`x.config.js`, `x.conf.js`, `x.json`, `.xrc`, `.xrc.yml`) only a build or a check reads.
const TOOLS: &[&str] = &[
    "ava",
    "babel",
    "browserslist",
    "bundlewatch",
    "c8",
    "changelog",
    "commitlint",
    "craco",
    "cypress",
    "cz",
    "depcheck",
    "dependency-cruiser",
    "drizzle",
    "esbuild",
    "eslint",
    "github-pages",
    "graphql-codegen",
    "huskyrc",
    "husky",
    "istanbul",
    "jasmine",
    "jest",
    "jest-e2e",
    "jest.e2e",
    "jest.unit",
    "jest.integration",
    "jshint",
    "jscs",
    "karma",
    "lint-staged",
    "lintstaged",
    "markdownlint",
    "metro",
    "mocha",
    "ncc",
    "ncu",
    "next",
    "nodemon",
    "npmpackagejsonlint",
    "nyc",
    "parcel",
    "playwright",
    "postcss",
    "prettier",
    "prisma",
    "protractor",
    "react-native",
    "release",
    "release-it",
    "rollup",
    "rspack",
    "semantic-release",
    "spectral",
    "standard-version",
    "stylelint",
    "svelte",
    "swc",
    "syncpack",
    "tailwind",
    "taprc",
    "testcafe",
    "textlint",
    "tsdown",
    "tsup",
    "typedoc",
    "versionrc",
    "vite",
    "vitest",
    "vue",
    "vueconfig",
    "webpack",
    "windi",
    "uno",
    "wdio",
    "xo",
];

/// What files begin with, in lower case.
const STARTS: &[&str] = &[
    "dockerfile",
    "containerfile",
    "docker-compose",
    "compose.",
    "readme",
    "license",
    "licence",
    "changelog",
    "changes",
    "contributing",
    "code_of_conduct",
    "security",
    "tsconfig",
    "jest",
    "webpack",
    "vite.",
    "vitest.",
    ".env",
    ".git",
    ".docker",
    ".eslint",
    ".prettier",
    ".editor",
    ".npm",
    ".nvm",
    ".yarn",
    ".pnp",
    ".travis",
    ".circleci",
    ".ds_store",
    ".lintstaged",
    ".husky",
    ".nyc",
    ".mocha",
    ".vscode",
    ".snyk",
    ".tool-versions",
    ".node-version",
    ".slugignore",
    ".cfignore",
    ".gcloudignore",
    ".ebignore",
    ".vercelignore",
    ".pre-commit",
    ".gitlab-ci",
    ".sentryclirc",
    ".env-",
    ".envrc",
    ".mailmap",
    ".nodemon",
    ".codeclimate",
    ".deepsource",
    ".coveralls",
    ".all-contributors",
    ".releaserc",
    ".swcrc",
    ".babelrc",
    ".browserslist",
    ".markdownlint",
    ".stylelint",
    ".jshint",
    ".jscs",
    ".cz",
    ".commitlint",
    ".ncurc",
    ".c8rc",
    ".huskyrc",
    ".remarkrc",
    ".gitpod",
    ".devcontainer",
    ".replit",
    ".hadolint",
    ".trivyignore",
    ".semgrep",
    ".watchman",
    ".taprc",
    ".solhint",
    ".depcheck",
    ".cspell",
    ".versionrc",
    ".dependency-cruiser",
    ".spectral",
    ".npmpackagejsonlint",
    ".release-it",
    ".flowconfig",
    ".htmlhint",
    ".nsprc",
    ".secrets.baseline",
    ".codesandbox",
    ".tern-",
    ".airtap",
    ".zuul",
    ".imgbot",
    ".kodiak",
    ".mergify",
    ".renovate",
    ".ort",
    ".whitesource",
    ".lgtm",
    ".auto",
    ".changeset",
    ".syncpack",
    ".scrutinizer",
    ".sonar",
    ".bitbucket",
    ".drone",
    ".woodpecker",
    ".cirrus",
    ".appveyor",
    "appveyor",
];

/// Endings of texts for people, pictures, and what tools leave or run.
const ENDINGS: &[&str] = &[
    ".md",
    ".mdx",
    ".rst",
    ".adoc",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".webp",
    ".pdf",
    ".docx",
    ".pptx",
    ".drawio",
    ".log",
    ".tgz",
    ".zip",
    ".tsbuildinfo",
    ".http",
    ".rest",
    ".postman_collection.json",
    ".postman_environment.json",
    ".code-workspace",
    ".iml",
    ".sln",
    ".njsproj",
    ".bat",
    ".cmd",
    ".ps1",
    ".sh",
    ".nix",
    ".tf",
    ".patch",
    ".diff",
    ".swp",
    ".bak",
    ".orig",
    ".map",
    ".d.ts",
    "ignore",
    "~",
];

/// Whether no run is known to read the file called `name`, which lies beside package.json.
#[must_use]
pub fn is_idle(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.contains(&name.as_str())
        || is_for_images(&name)
        || STARTS.iter().any(|it| name.starts_with(it))
        || ENDINGS.iter().any(|it| name.ends_with(it))
        || tool_of(&name).is_some_and(|it| TOOLS.contains(&it))
}

/// `Dockerfile.web`, `api.dockerfile`, `Containerfile`, and their ignore files.
fn is_for_images(name: &str) -> bool {
    let names = ["dockerfile", "containerfile", "dockerignore"];
    name.split('.').any(|part| names.iter().any(|it| part.starts_with(it)))
}

/// The tool in `x.config.js`, `x.conf.js`, `.xrc`, `.xrc.json`, `x.json`.
fn tool_of(name: &str) -> Option<&str> {
    if let Some((tool, _)) = name.split_once(".config.").or_else(|| name.split_once(".conf.")) {
        return Some(tool.trim_start_matches('.'));
    }
    if let Some(rest) = name.strip_prefix('.') {
        return rest.split_once("rc.").map(|it| it.0).or_else(|| rest.strip_suffix("rc"));
    }
    name.strip_suffix(".json").or_else(|| name.strip_suffix(".yml")).or_else(|| name.strip_suffix(".yaml"))
}

/// Whether a file is code that runs only where it is imported or named: `server.js`, but not `x.config.js` or
/// `.xrc.js`, which a library may look for.
#[must_use]
pub fn is_code(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |it| it.1);
    let typed = matches!(extension, "ts" | "mts" | "cts" | "tsx" | "jsx" | "vue" | "svelte");
    let looked_for = name.contains(".config.") || name.contains("rc.");
    typed || matches!(extension, "js" | "mjs" | "cjs") && !looked_for
}

/// Tools of tests and of style, whose configuration no container reads.
const CHECKERS: &[&str] = &[
    "ava",
    "commitlint",
    "cypress",
    "eslint",
    "jest",
    "karma",
    "lint-staged",
    "nightwatch",
    "playwright",
    "prettier",
    "protractor",
    "stylelint",
    "testcafe",
    "vitest",
    "wdio",
];

/// Whether a file of this name configures tests or checks: `cypress.config.ts`, `.eslintrc.js`, `wdio.conf.js`.
#[must_use]
pub fn configures_checks(name: &str) -> bool {
    let name = name.trim_start_matches('.');
    let is_of = |tool: &str| {
        let rest = name.strip_prefix(tool);
        rest.is_some_and(|it| {
            ["rc.", ".config.", ".conf.", ".setup.", ".workspace."].iter().any(|start| it.starts_with(start))
        })
    };
    CHECKERS.iter().any(|it| is_of(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_run_reads() {
        for name in [
            "README.md",
            "tsconfig.build.json",
            "jest.config.js",
            ".eslintrc.cjs",
            "docker-compose.prod.yml",
            "webpack.config.js",
            "LICENSE",
            "Makefile",
            ".prettierrc",
            "nest-cli.json",
            ".dockerignore",
            "screenshot.png",
            "commitlint.config.mjs",
            ".lintstagedrc.json",
        ] {
            assert!(is_idle(name), "{name}");
        }
    }

    #[test]
    fn what_one_may_read() {
        for name in [
            "ormconfig.json",
            "log4js.json",
            "swagger.yaml",
            "lingui.config.js",
            ".mjmlconfig",
            "moleculer.config.js",
            ".apprc.json",
            "secrets.yaml",
            "words.txt",
            "firebase.json",
        ] {
            assert!(!is_idle(name) && !is_code(name), "{name}");
        }
        assert!(is_code("server.js") && is_code("src.ts") && is_code("drizzle.config.ts"));
    }

    #[test]
    fn configuration_of_checks() {
        for name in ["cypress.config.ts", ".eslintrc.js", "jest.setup.js", "wdio.conf.js", "playwright.config.ts"] {
            assert!(super::configures_checks(name), "{name}");
        }
        for name in ["next.config.js", "jest.js", "config.js", "vite.config.ts", "server.js", "avatar.config.js"] {
            assert!(!super::configures_checks(name), "{name}");
        }
    }
}
