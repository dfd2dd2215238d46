//! What a script of package.json, or a command, has the packages of a workspace do.

use super::elsewhere;
use crate::ecosystem::arguments::Arguments;
use crate::ecosystem::{Action, Invocation};
use crate::paths;
use crate::project::App;
use crate::shell::{Command, Joined};

/// Whether a script of package.json does nothing but install.
pub(super) fn installs_only(app: &App, script: &str) -> bool {
    let Some(steps) = elsewhere::steps(app, script) else { return false };
    let installs = |it: &Vec<String>| Invocation::read(it).is_some_and(|it| matches!(it.action, Action::Install(_)));
    steps.iter().all(installs)
}

/// The task and the packages of a script of package.json that is [`workspace_task`] and no more.
pub(super) fn script_task(app: &App, script: &str) -> Option<(String, Vec<String>)> {
    let text = &app.package.scripts.get(script)?.text;
    let read = crate::shell::script_of_text(text);
    let [only] = &read.commands[..] else { return None };
    let words: Option<Vec<String>> = only.words.iter().map(|it| it.value.clone()).collect();
    let has_hooks = ["pre", "post"].iter().any(|it| app.package.scripts.contains_key(&format!("{it}{script}")));
    workspace_task(&words?).filter(|_| !has_hooks && app.is_workspace_root())
}

/// The scripts of other packages that a script of package.json runs one after another, and nothing else:
/// `npm run build -w api && npm run build -w web`, `yarn workspaces foreach -A run build`.
pub(super) fn member_calls(app: &App, script: &str) -> Option<Vec<(Vec<String>, Invocation)>> {
    let mut res = Vec::new();
    let is_read = collect_calls(app, &[script], &mut res);
    is_read.filter(|()| app.is_workspace_root() && !res.is_empty())?;
    Some(res)
}

/// Adds those of the last of `scripts`, each of which runs the next; `None` where it does something else as well.
fn collect_calls(app: &App, scripts: &[&str], calls: &mut Vec<(Vec<String>, Invocation)>) -> Option<()> {
    let name = scripts.last().filter(|_| scripts.len() <= MAX_DEPTH)?;
    let has_hooks = ["pre", "post"].iter().any(|it| app.package.scripts.contains_key(&format!("{it}{name}")));
    let read = crate::shell::script_of_text(&app.package.scripts.get(*name)?.text);
    let is_chain = |it: &Command| !it.conditional && matches!(it.joined, Joined::First | Joined::And);
    if has_hooks || !read.complete || !read.commands.iter().all(is_chain) {
        return None;
    }
    for command in &read.commands {
        let words = command.words.iter().map(|it| it.value.clone()).collect::<Option<Vec<_>>>()?;
        let invocation = Invocation::read(&words)?;
        let (Action::Script(task) | Action::Run(task)) = &invocation.action else { return None };
        if invocation.target.is_elsewhere() {
            calls.push((words, invocation));
            continue;
        }
        let next = task.first().filter(|it| !scripts.contains(&it.as_str()))?;
        let all: Vec<&str> = scripts.iter().copied().chain([next.as_str()]).collect();
        collect_calls(app, &all, calls)?;
    }
    Some(())
}

/// So many scripts may run one another.
const MAX_DEPTH: usize = 8;

/// `turbo run build --filter=web`, `nx build web`, `nx run web:build`: the task and the packages.
pub(super) fn workspace_task(words: &[String]) -> Option<(String, Vec<String>)> {
    let program = paths::file_name(words.first()?);
    let arguments = Arguments::read(&words[1..], &["--filter", "-F", "--scope", "--projects", "-p"]);
    let task = arguments.operands.iter().find(|it| it.contains("build")).cloned()?;
    let filters = |names: &[&str]| arguments.values(names).map(str::to_owned).collect::<Vec<_>>();
    match program {
        "turbo" => Some((task, filters(&["filter", "F"]))),
        "lerna" => Some((task, filters(&["scope"]))),
        "nx" => Some(nx_task(&arguments.operands, task)),
        _ => None,
    }
}

fn nx_task(operands: &[String], task: String) -> (String, Vec<String>) {
    match task.split_once(':') {
        Some((package, task)) => (task.to_owned(), vec![package.to_owned()]),
        None => {
            let package = operands.iter().skip_while(|it| **it != task).nth(1).cloned();
            (task, package.into_iter().collect())
        }
    }
}
