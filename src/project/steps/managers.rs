//! Package managers and npm-run-all: what they run in an app.

use super::super::App;
use super::{Unwrapped, What, matching_scripts, runs_hooks};
use crate::ecosystem::{Action, Invocation};

/// What the manager's command `words` runs; `None` where it does something else than run a program.
pub(super) fn follow(
    app: &App,
    invocation: &Invocation,
    words: &[String],
    through: &mut Option<String>,
) -> Option<Unwrapped> {
    if invocation.target.is_elsewhere() {
        return Some(Unwrapped::unknown(format!("`{}` runs in another folder", words.join(" "))));
    }
    let hooks = runs_hooks(app, invocation);
    match &invocation.action {
        Action::Script(words) => Some(script(app, words, hooks)),
        Action::Run(words) if app.package.scripts.contains_key(&words[0]) => Some(scripts(words, hooks)),
        // `bun run file.ts`: bun itself runs it.
        Action::Run(words) if invocation.program == "bun" && words[0].contains(['/', '.']) => {
            let words = std::iter::once(invocation.program.to_owned()).chain(words.iter().cloned());
            Some(Unwrapped::Done(What::Program(words.collect())))
        }
        Action::Run(inner) => Some(looked_up(invocation.program.to_owned(), inner, through)),
        Action::Exec(inner) if inner.first().is_some_and(|it| it == invocation.program) => None,
        Action::Exec(inner) => Some(looked_up(lookup_name(invocation), inner, through)),
        Action::Shell(text) => Some(Unwrapped::Done(What::Texts(vec![text.clone()]))),
        Action::Node(words) => {
            Some(Unwrapped::Rest(std::iter::once("node".to_owned()).chain(words.iter().cloned()).collect()))
        }
        _ => None,
    }
}

/// What else runs scripts of package.json.
pub(super) fn run_others(app: &App, name: &str, words: &[String]) -> Option<Unwrapped> {
    match name {
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" | "run-z" => Some(run_all(app, words)),
        "node" if words.get(1).is_some_and(|it| it == "--run") => Some(scripts(words.get(2..)?, false)),
        _ => None,
    }
}

/// `npx`, `pnpm exec`: how it is looked up.
fn lookup_name(invocation: &Invocation) -> String {
    let verb = invocation.arguments.operand(0).filter(|it| matches!(*it, "exec" | "x" | "dlx"));
    verb.map_or_else(|| invocation.program.to_owned(), |it| format!("{} {it}", invocation.program))
}

fn looked_up(name: String, words: &[String], through: &mut Option<String>) -> Unwrapped {
    *through = Some(name);
    Unwrapped::Rest(words.to_vec())
}

/// `npm start` without a start script runs server.js, if there is one.
fn script(app: &App, words: &[String], hooks: bool) -> Unwrapped {
    let is_default = words[0] == "start" && !app.package.scripts.contains_key("start");
    if is_default && app.files.is_file(&app.folder_path("server.js")) {
        return Unwrapped::Rest(vec!["node".to_owned(), "server.js".to_owned()]);
    }
    scripts(words, hooks)
}

/// The script that `words` name, with its arguments.
fn scripts(words: &[String], hooks: bool) -> Unwrapped {
    let arguments = words[1..].iter().skip_while(|it| *it == "--").cloned().collect();
    Unwrapped::Done(What::Scripts { names: vec![words[0].clone()], arguments, hooks })
}

fn run_all(app: &App, words: &[String]) -> Unwrapped {
    let names = words[1..].iter().filter(|it| !it.starts_with('-') && *it != "run-s");
    let names = names.flat_map(|it| matching_scripts(app, it)).collect();
    Unwrapped::Done(What::Scripts { names, arguments: Vec::new(), hooks: true })
}
