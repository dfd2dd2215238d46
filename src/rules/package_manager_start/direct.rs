//! What a package manager's start comes down to, without the manager.

use crate::ecosystem::{Action, Invocation};
use crate::facts::StartCommand;
use crate::inspection::Inspection;
use crate::project::{App, Manager, Program};
use crate::rules::support::is_transparent;
use crate::stages::ImageKind;
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

/// Where the manager's words stand.
pub(super) enum Written {
    /// Strings of an exec form.
    Words(TextRange),
    /// The whole text of a shell form.
    Text(TextRange),
}

/// Whether the words start a script of package.json.
pub(super) fn is_manager(words: &[String]) -> bool {
    script_name(words).is_some()
}

/// `npm start` → `start`, `yarn serve` → `serve`.
fn script_name(words: &[String]) -> Option<String> {
    let invocation = Invocation::read(words)?;
    match invocation.action {
        Action::Script(words) => words.into_iter().next(),
        Action::Run(words) => words.into_iter().next().filter(|it| !is_file(it)),
        _ => None,
    }
}

fn is_file(word: &str) -> bool {
    let extension = word.rsplit_once('.').map_or("", |it| it.1);
    word.starts_with(['.', '/']) || matches!(extension, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx")
}

/// The words to start in place of the manager's; or why there are none.
pub(super) fn words(ctx: &Inspection, command: &StartCommand) -> Result<Vec<String>, String> {
    let facts = ctx.facts();
    let (Some(app), Some(start)) = (&facts.app, &facts.start) else {
        return Err("it is not known whose package.json it reads".to_owned());
    };
    let script = script_name(&command.words).unwrap_or_default();
    let script = script.as_str();
    refuse(ctx, app, command, script)?;
    if let Some(reason) = start.unknown.first() {
        return Err(reason.to_string());
    }
    // What an entrypoint script runs before it stays as it is.
    let is_own = |it: &&Program| command.script.is_none() || it.script.is_some();
    let programs: Vec<&Program> = start.programs.iter().filter(|it| !is_transparent(it)).filter(is_own).collect();
    let [program] = programs.as_slice() else {
        return Err(format!("`{script}` runs more than one program"));
    };
    plain(ctx, program, script)
}

/// What speaks against it before the script is looked at.
fn refuse(ctx: &Inspection, app: &App, command: &StartCommand, script: &str) -> Result<(), String> {
    let hooks = [format!("pre{script}"), format!("post{script}")];
    if let Some(hook) = hooks.iter().find(|it| app.package.scripts.contains_key(*it)) {
        return Err(format!("`{hook}` runs as well"));
    }
    if let Some(folder) = Invocation::read(&command.words).and_then(|it| it.target.folder) {
        return Err(format!("it runs in `{folder}`, and its words alone would run in the working directory"));
    }
    if !ctx.facts().app_at_workdir {
        return Err("the package.json is not known to be in the working directory".to_owned());
    }
    if let Some(site) = ctx.facts().runtime.as_ref().and_then(|it| it.npm_variables.first()) {
        return Err(format!("`{site}` reads a variable that npm sets"));
    }
    let image = ctx.model().production.as_ref().map(|it| ctx.model().root_image(it.stage).kind);
    let is_bun = command.words.first().is_some_and(|it| it == "bun") || image == Some(ImageKind::Bun);
    if is_bun {
        return Err("bun may be what runs the script".to_owned());
    }
    if let Some((key, _)) =
        app.npmrc.iter().flatten().find(|it| matches!(it.0.as_str(), "node-options" | "script-shell"))
    {
        return Err(format!("`.npmrc` sets `{key}`"));
    }
    if app.manager() == Some(Manager::YarnBerry) {
        return Err("Yarn may be what lets `node` find the packages".to_owned());
    }
    Ok(())
}

/// One `node` with words that need no shell.
fn plain(ctx: &Inspection, program: &Program, script: &str) -> Result<Vec<String>, String> {
    if program.name != "node" {
        return Err(format!("`{script}` runs `{}`, which is found through the manager", program.name));
    }
    let contents = ctx.model().production_stage().map(|it| &it.contents);
    let is_set = |name: &str, value: &str| contents.and_then(|it| it.env_value(name)) == Some(value);
    if let Some((name, _)) = program.assignments.iter().find(|(name, value)| !is_set(name, value)) {
        return Err(format!("`{script}` sets `{name}`"));
    }
    let needs_shell = |it: &&String| it.contains(['$', '*', '?', '`', '~', '<', '>', '|', '&', ';', '{', '\n']);
    if let Some(word) = program.arguments.iter().find(needs_shell) {
        return Err(format!("`{word}` needs a shell"));
    }
    Ok(std::iter::once(program.name.clone()).chain(program.arguments.iter().cloned()).collect())
}

/// Why it is not known that the app does without what the manager sets.
pub(super) fn doubt(ctx: &Inspection) -> Option<String> {
    ctx.facts().known_runtime().err().map(|it| it.to_string())
}

/// Where the words stand, if all of them stand in one instruction.
pub(super) fn written(ctx: &Inspection, command: &StartCommand) -> Option<Written> {
    let instruction = ctx.model().instructions[command.instruction];
    let (Kind::Cmd(form) | Kind::Entrypoint(form)) = &instruction.kind else { return None };
    if !instruction.comments.is_empty() {
        return None;
    }
    match form {
        CommandForm::Exec(words) => {
            let first = words.len().checked_sub(command.words.len())?;
            let same = words[first..].iter().map(|it| &it.value).eq(&command.words);
            let range = words.get(first)?.range.cover(words.last()?.range);
            same.then_some(Written::Words(range))
        }
        CommandForm::Shell(range) => command.shell.then_some(Written::Text(*range)),
    }
}
