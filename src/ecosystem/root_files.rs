//! Files beside package.json that no run reads: of build tools, checks, editors, services, people.

mod tables;

use tables::{CHECKERS, ENDINGS, NAMES, STARTS, TOOLS};

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

/// `Dockerfile.web`, `api.dockerfile`, `Containerfile`, and their ignore files; `docker-bake.hcl`, `bake.prod.hcl`.
fn is_for_images(name: &str) -> bool {
    let names = ["dockerfile", "containerfile", "dockerignore"];
    let is_bake = name.contains("bake") && name.ends_with(".hcl") || name.starts_with("docker-bake.");
    is_bake || name.split('.').any(|part| names.iter().any(|it| part.starts_with(it)))
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
    let looked_for = name.contains(".config.") || name.contains("rc.") || is_loaded_first(name);
    typed || matches!(extension, "js" | "mjs" | "cjs") && !looked_for
}

/// `tracing.js`, `instrument.mjs`, `otel-setup.cjs`: NODE_OPTIONS has such a file loaded, wherever the container is given that.
fn is_loaded_first(name: &str) -> bool {
    const PARTS: &[&str] =
        &["apm", "instrument", "instrumentation", "opentelemetry", "otel", "preload", "telemetry", "tracer", "tracing"];
    let stem = name.rsplit_once('.').map_or(name, |it| it.0);
    stem.split(['-', '_', '.']).any(|it| PARTS.contains(&it))
}

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
            "docker-bake.hcl",
            "bake.prod.hcl",
            "docker-bake.override.json",
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
            "policy.hcl",
            "firebase.json",
            "tracing.js",
            "otel-setup.mjs",
        ] {
            assert!(!is_idle(name) && !is_code(name), "{name}");
        }
        assert!(is_code("server.js") && is_code("tracing.ts") && is_code("src.ts") && is_code("drizzle.config.ts"));
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
