//! npm, yarn, pnpm, bun, npx and npm-run-all: what they run.

use super::super::App;
use super::{Unwrapped, What, matching_scripts, runs_hooks};

/// Options that turn to another folder or package.
const ELSEWHERE: [&str; 13] = [
    "--prefix",
    "-C",
    "--dir",
    "--cwd",
    "-w",
    "--workspace",
    "--workspaces",
    "-ws",
    "--filter",
    "-F",
    "-r",
    "--recursive",
    "--workspace-root",
];

/// Takes a manager off `words`; `None` where it is none, or does something else than run a program.
pub(super) fn unwrap(app: &App, name: &str, words: &[String], through: &mut Option<String>) -> Option<Unwrapped> {
    match name {
        "npm" | "yarn" | "pnpm" | "yarnpkg" => manager(app, name, words, through),
        "bun" => bun(app, words, through),
        "npx" | "bunx" | "pnpx" => lookup(name, &words[1..], through),
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" | "run-z" => Some(run_all(app, words)),
        "node" if words.get(1).is_some_and(|it| it == "--run") => {
            Some(scripts(vec![words.get(2)?.clone()], &words[3..], false))
        }
        _ => None,
    }
}

fn manager(app: &App, name: &str, words: &[String], through: &mut Option<String>) -> Option<Unwrapped> {
    let n_flags = words[1..].iter().take_while(|it| it.starts_with('-')).count();
    if words[1..].iter().take_while(|it| *it != "--").any(|it| is_elsewhere(it)) {
        return Some(Unwrapped::unknown(format!("`{}` runs in another folder", words.join(" "))));
    }
    let rest = &words[1 + n_flags..];
    let verb = rest.first()?.as_str();
    let hooks = runs_hooks(app, name);
    match verb {
        "start" | "stop" | "restart" | "test" if name == "npm" => Some(lifecycle(app, verb, &rest[1..], hooks)),
        "t" | "tst" if name == "npm" => Some(lifecycle(app, "test", &rest[1..], hooks)),
        "run" | "run-script" | "rum" | "urn" => run(app, name, &rest[1..], hooks),
        "exec" | "x" | "dlx" => lookup(&format!("{name} {verb}"), &rest[1..], through),
        "workspace" | "workspaces" => Some(Unwrapped::unknown(format!("`{}` runs in another folder", words.join(" ")))),
        "node" if name == "yarn" => Some(Unwrapped::rest(rest)),
        _ if name == "npm" => None,
        _ if app.package.scripts.contains_key(verb) => Some(scripts(vec![verb.to_owned()], &rest[1..], hooks)),
        _ if is_builtin(verb) => None,
        _ => lookup(name, rest, through),
    }
}

fn is_elsewhere(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or(word);
    ELSEWHERE.contains(&name)
}

/// `npm start` without a start script runs server.js, if there is one.
fn lifecycle(app: &App, verb: &str, rest: &[String], hooks: bool) -> Unwrapped {
    if verb == "start" && !app.package.scripts.contains_key("start") && app.files.is_file(&app.folder_path("server.js"))
    {
        return Unwrapped::rest(&["node".to_owned(), "server.js".to_owned()]);
    }
    scripts(vec![verb.to_owned()], rest, hooks)
}

fn run(app: &App, name: &str, rest: &[String], hooks: bool) -> Option<Unwrapped> {
    let n_flags = rest.iter().take_while(|it| it.starts_with('-')).count();
    let script = rest.get(n_flags)?;
    let is_script = app.package.scripts.contains_key(script);
    if !is_script && name != "npm" {
        // yarn and pnpm look among the installed programs next.
        return Some(Unwrapped::rest(&rest[n_flags..]));
    }
    Some(scripts(vec![script.clone()], &rest[n_flags + 1..], hooks))
}

fn scripts(names: Vec<String>, rest: &[String], hooks: bool) -> Unwrapped {
    let flags = ["--if-present", "--silent", "-s"];
    let rest = rest.iter().filter(|it| !flags.contains(&it.as_str())).skip_while(|it| *it == "--");
    Unwrapped::Done(What::Scripts { names, arguments: rest.cloned().collect(), hooks })
}

/// `npx [flags] program`.
fn lookup(name: &str, words: &[String], through: &mut Option<String>) -> Option<Unwrapped> {
    let mut rest = words;
    while let Some(flag) = rest.first().filter(|it| it.starts_with('-')) {
        if flag == "-c" || flag == "--call" || flag == "--shell-mode" {
            return Some(Unwrapped::Done(What::Texts(vec![rest.get(1)?.clone()])));
        }
        let n_taken = if flag == "-p" || flag == "--package" { 2 } else { 1 };
        rest = rest.get(n_taken..).unwrap_or_default();
    }
    let (first, arguments) = rest.split_first()?;
    *through = Some(name.to_owned());
    // `npx prisma@5 generate`
    let at = first.get(1..).and_then(|it| it.find('@')).map_or(first.len(), |it| it + 1);
    let mut program = vec![first[..at].to_owned()];
    program.extend(arguments.iter().filter(|it| *it != "--").cloned());
    Some(Unwrapped::rest(&program))
}

fn bun(app: &App, words: &[String], through: &mut Option<String>) -> Option<Unwrapped> {
    let n_flags = words[1..].iter().take_while(|it| it.starts_with('-')).count();
    let rest = &words[1 + n_flags..];
    match rest.first()?.as_str() {
        "x" => lookup("bun x", &rest[1..], through),
        "run" => {
            let n_flags = rest[1..].iter().take_while(|it| it.starts_with('-')).count();
            bun_run(app, rest.get(1 + n_flags..)?, through)
        }
        verb if app.package.scripts.contains_key(verb) && !is_builtin(verb) => {
            Some(scripts(vec![verb.to_owned()], &rest[1..], true))
        }
        _ => None,
    }
}

fn bun_run(app: &App, rest: &[String], through: &mut Option<String>) -> Option<Unwrapped> {
    let name = rest.first()?;
    if app.package.scripts.contains_key(name) {
        return Some(scripts(vec![name.clone()], &rest[1..], true));
    }
    if name.contains(['/', '.']) {
        let words = std::iter::once("bun".to_owned()).chain(rest.iter().cloned());
        return Some(Unwrapped::Done(What::Program(words.collect())));
    }
    lookup("bun run", rest, through)
}

fn run_all(app: &App, words: &[String]) -> Unwrapped {
    let names = words[1..].iter().filter(|it| !it.starts_with('-') && *it != "run-s");
    let names: Vec<String> = names.flat_map(|it| matching_scripts(app, it)).collect();
    scripts(names, &[], true)
}

/// Verbs of yarn, pnpm and bun that are no programs.
fn is_builtin(verb: &str) -> bool {
    [
        "install",
        "i",
        "ci",
        "add",
        "remove",
        "rm",
        "update",
        "up",
        "upgrade",
        "prune",
        "build",
        "test",
        "create",
        "init",
        "link",
        "unlink",
        "publish",
        "pack",
        "config",
        "cache",
        "store",
        "fetch",
        "deploy",
        "set",
        "plugin",
        "plugins",
        "import",
        "audit",
        "why",
        "list",
        "ls",
        "outdated",
        "version",
        "rebuild",
        "setup",
        "env",
        "focus",
        "dedupe",
        "info",
        "autoclean",
        "check",
        "global",
        "licenses",
        "bin",
        "patch",
        "pm",
        "repl",
    ]
    .contains(&verb)
}
