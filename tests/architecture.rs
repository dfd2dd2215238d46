//! Who may use what: the invariants that `src/lib.rs` states, read off the sources.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file without its test modules and comments.
struct Source {
    /// From `src/`, with forward slashes, without `.rs`.
    module: String,
    text: String,
    first_line: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 30, "the sources are found");
    files.iter().map(|it| read(&root, it)).filter(|it| !is_test(&it.module)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> Source {
    let module = path.strip_prefix(root).unwrap().with_extension("");
    let text = fs::read_to_string(path).unwrap();
    let first_line = text.lines().next().unwrap_or_default().to_owned();
    // Test modules stand at the end of a file.
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code: Vec<&str> = code.lines().filter(|it| !it.trim_start().starts_with("//")).collect();
    Source { module: module.to_string_lossy().replace('\\', "/"), text: code.join("\n"), first_line }
}

fn is_test(module: &str) -> bool {
    module == "testing" || module.starts_with("testing/") || module.split('/').any(|it| it == "tests")
}

impl Source {
    fn is_in(&self, modules: &[&str]) -> bool {
        modules.iter().any(|it| self.module == *it || self.module.starts_with(&format!("{it}/")))
    }

    /// The modules of the crate that it names by path, and those of `use crate::{…}` groups.
    fn uses(&self, module: &str) -> bool {
        let groups = self.text.split("use crate::{").skip(1).filter_map(|it| it.split(';').next());
        let in_group = |it: &str| it.split([',', '{', '}', ' ', '\n']).any(|it| it.split("::").next() == Some(module));
        let is_end = |it: &str| !it.starts_with(|it: char| it.is_alphanumeric() || it == '_');
        self.text.split(&format!("crate::{module}")).skip(1).any(is_end) || groups.into_iter().any(in_group)
    }
}

#[track_caller]
fn check(what: &str, is_wrong: impl Fn(&Source) -> bool) {
    let wrong: Vec<String> = sources().into_iter().filter(is_wrong).map(|it| it.module).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
}

/// From the bottom up, as `src/lib.rs` has them: each uses only those before it.
const LAYERS: &[&str] = &[
    "text",
    "paths",
    "image",
    "syntax",
    "shell",
    "ecosystem",
    "project",
    "stages",
    "facts",
    "fix",
    "diagnostic",
    "config",
    "inspection",
    "rewrite",
    "rules",
    "linter",
    "discover",
    "audit",
    "prove",
    "report",
    "lsp",
    "cli",
];

#[test]
fn each_layer_uses_only_those_below_it() {
    for (at, layer) in LAYERS.iter().enumerate() {
        let above = &LAYERS[at + 1..];
        check(&format!("{layer} uses something above it"), |it| {
            it.is_in(&[layer]) && above.iter().any(|above| it.uses(above))
        });
    }
}

#[test]
fn every_module_has_its_layer() {
    check("a module stands in no layer", |it| !it.is_in(LAYERS) && !it.is_in(&["lib", "main"]));
}

#[test]
fn rules_see_no_disk_and_no_door() {
    check("a rule goes past its context", |it| {
        let far = ["cli", "linter", "lsp", "report"].iter().any(|far| it.uses(far));
        it.is_in(&["rules"]) && (far || it.text.contains("std::fs") || it.text.contains("std::env"))
    });
}

#[test]
fn rules_do_not_use_one_another() {
    let names: Vec<String> =
        sources().into_iter().filter_map(|it| it.module.strip_prefix("rules/").map(str::to_owned)).collect();
    check("a rule uses another", |it| {
        let others = names.iter().filter(|name| !it.module.ends_with(name.as_str()));
        let mut paths = others.flat_map(|name| [format!("rules::{name}::"), format!("super::{name}::")]);
        it.is_in(&["rules"])
            && it.module != "rules"
            && paths.any(|path| it.text.contains(&path) && declares_rule(&path))
    });
}

/// Helpers beside the rules may be shared; rules may not.
fn declares_rule(path: &str) -> bool {
    let name = path.split("::").nth(1).unwrap_or_default();
    let rule = sources().into_iter().find(|it| it.module == format!("rules/{name}"));
    rule.is_some_and(|it| it.text.contains("declare_rule!"))
}

#[test]
fn only_the_edges_touch_the_disk() {
    let edges = ["project/loader", "cli", "config", "discover", "image", "prove/cleanup"];
    check("the disk is touched", |it| {
        let touches = ["std::fs", "fs::read", "File::open", "std::env::", "WalkBuilder", ".path().is_file()"]
            .iter()
            .any(|word| it.text.contains(word));
        touches && !it.is_in(&edges)
    });
}

/// Names that are knowledge of Node's tools: managers with their verbs, flags, settings and lock files, build tools, loaders.
const TOOLS: &[&str] = &[
    "npm",
    "npx",
    "ci",
    "clean-install",
    "insta",
    "instal",
    "isnt",
    "update",
    "legacy-peer-deps",
    "--legacy-peer-deps",
    "--ignore-scripts",
    "frozen-lockfile",
    "--frozen-lockfile",
    "--immutable",
    "--no-audit",
    "--prefer-offline",
    "--production",
    "--prod",
    "--omit=dev",
    "loglevel",
    "audit",
    "fund",
    "registry",
    "omit",
    "only",
    "save-dev",
    ".npmrc",
    ".yarnrc.yml",
    ".yarnrc",
    "pnpm-workspace.yaml",
    ".pnpmfile.cjs",
    "bunfig.toml",
    "patches",
    "yarn",
    "pnpm",
    "pnpx",
    "bunx",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "ts-node",
    "nodemon",
    "webpack",
    "vite",
    "rollup",
    "esbuild",
    "next",
    "nuxt",
    "astro",
];

/// A line with two of them is the start of a list; so are two lines that follow one another.
#[test]
fn lists_of_tools_stand_in_the_ecosystem() {
    check("it lists what is known of Node's tools", |it| {
        let names = |line: &str| TOOLS.iter().filter(|name| line.contains(&format!("\"{name}\""))).count();
        let lines: Vec<usize> = it.text.lines().map(names).collect();
        !it.is_in(&["ecosystem"]) && lines.windows(2).any(|it| it[0] > 1 || it[0] + it[1] > 1)
    });
}

/// It writes what the managers say, so that a new manager changes nothing there.
#[test]
fn the_rewrite_names_no_manager() {
    check("the rewrite names a manager", |it| it.is_in(&["rewrite"]) && it.text.contains("Manager::"));
}

#[test]
fn clap_stays_in_the_command_line() {
    check("clap is used", |it| it.text.contains("clap::") && !it.is_in(&["cli"]));
}

#[test]
fn the_protocol_stays_in_the_server() {
    let crates = ["tower_lsp_server", "ls_types", "tokio", "ropey"];
    check("the protocol is used", |it| crates.iter().any(|word| it.text.contains(word)) && !it.is_in(&["lsp"]));
}

#[test]
fn nothing_but_the_edges_prints() {
    let macros = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];
    check("something prints", |it| macros.iter().any(|word| it.text.contains(word)) && !it.is_in(&["cli", "report"]));
}

#[test]
fn the_server_does_not_use_reports() {
    check("the server uses the command line's reports", |it| it.is_in(&["lsp"]) && it.uses("report"));
}

#[test]
fn every_file_says_what_it_is() {
    check("no `//!` at the head", |it| !it.first_line.starts_with("//! "));
}
