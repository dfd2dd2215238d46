//! What a package manager is asked for.

use super::arguments::Arguments;
use crate::stages::Verb;

/// A package manager's command line, read.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) action: Action,
    pub(super) arguments: Arguments,
    /// `--prefix`, `-C`, `--cwd`, `--dir`
    pub(super) folder: Option<String>,
    /// `-w`, `--filter`, `yarn workspace`: the packages it is for; empty where it is for the folder's own.
    pub(super) workspaces: Vec<String>,
    /// `--workspaces`, `-r`: for all packages.
    pub(super) recursive: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Changes node_modules.
    Install(Verb),
    /// Installs programs for all: their names with versions.
    Global(Vec<String>),
    /// Runs a script of package.json, or else a program of node_modules/.bin with arguments.
    Run(Vec<String>),
    /// Runs a program of a package.
    Exec(Vec<String>),
    /// `pnpm deploy DIR`
    Deploy(String),
    /// Empties the cache.
    CleanCache,
    /// Anything else.
    Nothing,
}

const WITH_VALUE: &[&str] = &[
    "--prefix",
    "-C",
    "--cwd",
    "--dir",
    "-w",
    "--workspace",
    "--filter",
    "-F",
    "--omit",
    "--include",
    "--only",
    "--cache",
    "--cache-folder",
    "--modules-folder",
    "--store-dir",
    "--registry",
    "--loglevel",
    "--reporter",
    "--userconfig",
    "--network-timeout",
    "--network-concurrency",
    "--fetch-timeout",
    "--fetch-retries",
    "--fetch-retry-mintimeout",
    "--fetch-retry-maxtimeout",
    "--maxsockets",
    "--mutex",
    "--backend",
    "--workspace-concurrency",
    "--child-concurrency",
];

/// pnpm's `-w` is `--workspace-root` and takes no value; so is its bare `-r`.
const WITH_VALUE_PNPM: &[&str] = &[
    "-C",
    "--dir",
    "--filter",
    "-F",
    "--only",
    "--store-dir",
    "--registry",
    "--loglevel",
    "--reporter",
    "--network-concurrency",
    "--workspace-concurrency",
    "--child-concurrency",
];

impl Request {
    /// Reads the `words` behind `program`.
    pub(super) fn read(program: &str, words: &[String]) -> Self {
        let is_pnpm = program == "pnpm";
        let arguments = Arguments::read(words, if is_pnpm { WITH_VALUE_PNPM } else { WITH_VALUE });
        let names = if is_pnpm { &["filter", "F"][..] } else { &["workspace", "w", "filter", "F"][..] };
        let mut workspaces: Vec<String> = arguments.values(names).map(str::to_owned).collect();
        let folder = arguments.value(&["prefix", "C", "cwd", "dir"]).map(str::to_owned);
        let recursive = arguments.has(&["workspaces", "ws", "r", "recursive", "A", "all"]);
        let action = match program {
            "npm" => npm(&arguments),
            "yarn" | "yarnpkg" => yarn(&arguments, &mut workspaces),
            "pnpm" => pnpm(&arguments),
            _ => bun(&arguments),
        };
        Self { action, arguments, folder, workspaces, recursive }
    }
}

fn install_or_add(arguments: &Arguments) -> Action {
    let packages = arguments.operands.get(1..arguments.n_own.max(1)).unwrap_or_default();
    if arguments.has(&["g", "global"]) || arguments.value(&["location"]) == Some("global") {
        return Action::Global(packages.to_vec());
    }
    Action::Install(if packages.is_empty() { Verb::Install } else { Verb::Add })
}

fn rest(arguments: &Arguments, from: usize) -> Vec<String> {
    arguments.operands.get(from..).unwrap_or_default().to_vec()
}

fn npm(arguments: &Arguments) -> Action {
    match arguments.operand(0).unwrap_or_default() {
        "ci" | "clean-install" | "ic" | "install-clean" | "isntall-clean" | "cit" | "install-ci-test" => {
            Action::Install(Verb::CleanInstall)
        }
        "install" | "i" | "in" | "ins" | "inst" | "isntall" | "add" | "it" | "install-test" => {
            install_or_add(arguments)
        }
        "prune" => Action::Install(Verb::Prune),
        "rebuild" | "rb" => Action::Install(Verb::Rebuild),
        "run" | "run-script" | "rum" | "urn" => Action::Run(rest(arguments, 1)),
        "exec" | "x" => Action::Exec(rest(arguments, 1)),
        "cache" if matches!(arguments.operand(1), Some("clean" | "rm" | "clear" | "verify")) => Action::CleanCache,
        _ => Action::Nothing,
    }
}

fn yarn(arguments: &Arguments, workspaces: &mut Vec<String>) -> Action {
    let Some(first) = arguments.operand(0) else {
        let asks = arguments.has(&["version", "v", "help", "h"]);
        return if asks { Action::Nothing } else { Action::Install(Verb::Install) };
    };
    match first {
        "install" => Action::Install(Verb::Install),
        "add" => Action::Install(Verb::Add),
        "rebuild" => Action::Install(Verb::Rebuild),
        "global" if arguments.operand(1) == Some("add") => Action::Global(rest(arguments, 2)),
        "workspaces" => yarn_workspaces(arguments),
        "workspace" => {
            workspaces.extend(arguments.operand(1).map(str::to_owned));
            let words = rest(arguments, 2);
            let skip = usize::from(words.first().is_some_and(|it| it == "run" || it == "exec"));
            Action::Run(words[skip..].to_vec())
        }
        "run" => Action::Run(rest(arguments, 1)),
        "exec" | "dlx" => Action::Exec(rest(arguments, 1)),
        "cache" if matches!(arguments.operand(1), Some("clean" | "clear")) => Action::CleanCache,
        it if YARN_OWN.contains(&it) => Action::Nothing,
        _ => Action::Run(rest(arguments, 0)),
    }
}

const YARN_OWN: &[&str] = &[
    "config", "set", "plugin", "cache", "global", "remove", "upgrade", "up", "why", "info", "node", "init", "dedupe",
    "policies", "versions", "version", "audit", "link", "list", "check", "import", "outdated", "npm", "login", "pack",
    "publish", "start", "test",
];

fn yarn_workspaces(arguments: &Arguments) -> Action {
    match arguments.operand(1) {
        Some("focus") => Action::Install(Verb::Focus),
        Some("run") => Action::Run(rest(arguments, 2)),
        Some("foreach") => {
            let at = arguments.operands.iter().position(|it| it == "run");
            at.map_or(Action::Nothing, |it| Action::Run(rest(arguments, it + 1)))
        }
        _ => Action::Nothing,
    }
}

fn pnpm(arguments: &Arguments) -> Action {
    let skip = usize::from(matches!(arguments.operand(0), Some("recursive" | "multi" | "m")));
    let Some(first) = arguments.operand(skip) else { return Action::Nothing };
    match first {
        "ci" | "clean-install" | "ic" | "install-clean" => Action::Install(Verb::CleanInstall),
        "install" | "i" | "add" => install_or_add(arguments),
        "prune" => Action::Install(Verb::Prune),
        "rebuild" | "rb" => Action::Install(Verb::Rebuild),
        "run" | "run-script" => Action::Run(rest(arguments, skip + 1)),
        "exec" | "dlx" => Action::Exec(rest(arguments, skip + 1)),
        "deploy" => arguments.operand(skip + 1).map_or(Action::Nothing, |it| Action::Deploy(it.to_owned())),
        "store" if arguments.operand(1) == Some("prune") => Action::CleanCache,
        it if PNPM_OWN.contains(&it) => Action::Nothing,
        _ => Action::Run(rest(arguments, skip)),
    }
}

const PNPM_OWN: &[&str] = &[
    "config",
    "c",
    "set",
    "get",
    "store",
    "fetch",
    "remove",
    "rm",
    "update",
    "up",
    "why",
    "list",
    "ls",
    "env",
    "setup",
    "init",
    "import",
    "pack",
    "publish",
    "link",
    "patch",
    "approve-builds",
    "dedupe",
    "audit",
    "outdated",
    "self-update",
    "start",
    "test",
];

fn bun(arguments: &Arguments) -> Action {
    let Some(first) = arguments.operand(0) else { return Action::Nothing };
    match first {
        "install" | "i" => install_or_add(arguments),
        "ci" => Action::Install(Verb::CleanInstall),
        "add" | "a" => install_or_add(arguments),
        "prune" => Action::Install(Verb::Prune),
        "run" => Action::Run(rest(arguments, 1)),
        "x" => Action::Exec(rest(arguments, 1)),
        "build" => Action::Exec(["bun".to_owned()].into_iter().chain(rest(arguments, 0)).collect()),
        "pm" if arguments.operand(1) == Some("cache") => Action::CleanCache,
        "pm" | "remove" | "rm" | "update" | "link" | "init" | "create" | "upgrade" | "test" | "start" => {
            Action::Nothing
        }
        _ => Action::Run(rest(arguments, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        let words = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        for (line, expected) in [
            ("npm ci --omit=dev", Action::Install(Verb::CleanInstall)),
            ("npm i", Action::Install(Verb::Install)),
            ("npm --prefix server install", Action::Install(Verb::Install)),
            ("npm install --no-save sharp", Action::Install(Verb::Add)),
            ("npm i -g pnpm@9", Action::Global(words(&["pnpm@9"]))),
            ("npm run build -- --prod", Action::Run(words(&["build", "--prod"]))),
            ("npm cache clean --force", Action::CleanCache),
            ("yarn", Action::Install(Verb::Install)),
            ("yarn --frozen-lockfile", Action::Install(Verb::Install)),
            ("yarn --version", Action::Nothing),
            ("yarn build", Action::Run(words(&["build"]))),
            ("yarn workspaces focus --all --production", Action::Install(Verb::Focus)),
            ("yarn workspace web build", Action::Run(words(&["build"]))),
            ("pnpm -r build", Action::Run(words(&["build"]))),
            ("pnpm --filter api deploy --prod /out", Action::Deploy("/out".to_owned())),
            ("pnpm fetch", Action::Nothing),
            ("pnpm exec tsc", Action::Exec(words(&["tsc"]))),
            ("bun install", Action::Install(Verb::Install)),
            ("bun run build", Action::Run(words(&["build"]))),
        ] {
            let mut parts = line.split(' ').map(str::to_owned);
            let program = parts.next().unwrap_or_default();
            let request = Request::read(&program, &parts.collect::<Vec<_>>());
            assert_eq!(request.action, expected, "{line}");
        }
    }
}
