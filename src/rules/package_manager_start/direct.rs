//! What a package manager's start comes down to, without the manager.

use super::{chain, data};
use crate::ecosystem::{Action, Invocation, WorkspaceLayout, brought, servers, sites};
use crate::facts::{StartCommand, User, linker};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Linker, Manager, Program, Reason};
use crate::rules::support::{is_transparent, needs_shell};
use crate::shell;
use crate::stages::{Contents, Entry, ImageKind, InstructionId};
use crate::syntax::Kind;

/// Whether the words start a script of package.json.
pub(super) fn is_manager(words: &[String]) -> bool {
    script_words(words).is_some()
}

/// `npm start` → `start`, `yarn serve --host` → `serve`, `--host`.
pub(super) fn script_words(words: &[String]) -> Option<Vec<String>> {
    let invocation = Invocation::read(words)?;
    match invocation.action {
        Action::Script(words) => Some(words).filter(|it| !it.is_empty()),
        Action::Run(words) => Some(words).filter(|it| it.first().is_some_and(|it| !is_file(it))),
        _ => None,
    }
}

fn is_file(word: &str) -> bool {
    let extension = word.rsplit_once('.').map_or("", |it| it.1);
    word.starts_with('.')
        || word.contains('/')
        || matches!(extension, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx")
}

/// What to start in place of the manager.
pub(super) struct Direct {
    pub(super) words: Vec<String>,
    /// Variables that the script sets and the stage does not.
    pub(super) environment: Vec<(String, String)>,
    /// Why the words may do something else than the script.
    pub(super) doubt: Option<Reason>,
}

/// What to start in place of the manager; or why there is nothing.
pub(super) fn start(ctx: &Inspection, command: &StartCommand) -> Result<Direct, Reason> {
    let facts = ctx.facts();
    let (Some(app), Some(start)) = (&facts.app, &facts.start) else {
        return Err("it is not known whose package.json it reads".into());
    };
    let words = script_words(&command.words).unwrap_or_default();
    let script = words.first().map_or("", String::as_str);
    refuse(ctx, app, command, script)?;
    if let Some(reason) = start.unknown.iter().chain(&start.writes).next() {
        return Err(reason.clone());
    }
    // What an entrypoint script runs before it stays as it is.
    let is_own = |it: &&Program| command.script.is_none() || it.script.is_some();
    let programs: Vec<&Program> = start.programs.iter().filter(|it| !is_transparent(it)).filter(is_own).collect();
    match programs.as_slice() {
        [program] if start.besides.is_empty() && is_single(app, script, program) => {
            let in_shell = |reason| match folder(ctx) {
                // A shell would go to the folder of old from there.
                Some(_) => Err(reason),
                None => chain::start(ctx, app, command, script).map_err(|_| reason),
            };
            plain(ctx, app, program, script).or_else(in_shell)
        }
        _ => chain::start(ctx, app, command, script),
    }
}

/// Whether the script, and the one that it runs in the end, is one command: `echo` and `|| true` are no programs.
fn is_single(app: &App, script: &str, program: &Program) -> bool {
    let names = program.script.iter().map(|it| it.0.as_str()).chain([script]);
    let mut texts = names.filter_map(|it| app.package.scripts.get(it));
    texts.all(|it| shell::script_of_text(&it.text).commands.len() == 1 || it.text.starts_with("cd "))
}

/// What speaks against it before the script is looked at.
pub(super) fn refuse(ctx: &Inspection, app: &App, command: &StartCommand, script: &str) -> Result<(), Reason> {
    let hooks = [format!("pre{script}"), format!("post{script}")];
    if let Some(hook) = hooks.iter().find(|it| app.package.scripts.contains_key(*it)) {
        return Err(format!("`{hook}` runs as well").into());
    }
    if ctx.facts().started_elsewhere {
        stays_alone(ctx, command)?;
    } else if !ctx.facts().app_at_workdir {
        return Err("the package.json is not known to be in the working directory".into());
    }
    let bunfig = app.folder_path("bunfig.toml");
    if command.words.first().is_some_and(|it| it == "bun") && ctx.project().kind(&bunfig).is_some() {
        return Err(format!("by `{bunfig}`, bun may be what runs the script").into());
    }
    if let Some(reason) = watched(ctx) {
        return Err(reason);
    }
    if let Some((key, _)) =
        app.npmrc.iter().flatten().find(|it| matches!(it.0.as_str(), "node-options" | "script-shell"))
    {
        return Err(format!("`.npmrc` sets `{key}`").into());
    }
    let workspace = ctx.project().workspace(&app.folder);
    // A package of a workspace has the lock file, and the settings, of the root.
    let root = workspace.as_ref().map_or(app, |it| &it.root);
    if root.manager() == Some(Manager::YarnBerry) && plugs_in(ctx, root) {
        return Err("Yarn may be what lets `node` find the packages".into());
    }
    Ok(())
}

/// Who looks for the process by the manager's name.
fn watched(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    if let Some(user) = facts.users.iter().find(|it| brought::looks_for_manager(&it.words.join(" "))) {
        return Some(format!("{} by the manager's name", user.says()).into());
    }
    let scripts = facts.scripts(ctx.model()).into_iter();
    let texts = scripts.filter_map(|it| ctx.project().text(&it.path)).chain(ctx.project().manifests());
    let is_found = texts.into_iter().any(|it| it.lines().any(brought::looks_for_manager));
    is_found.then(|| "something looks for the process by the manager's name".into())
}

/// Whether the packages of the stage that ships may lie elsewhere than in node_modules.
fn plugs_in(ctx: &Inspection, root: &App) -> bool {
    let contents = ctx.model().production_stage().map(|it| &it.contents);
    let installs = contents.iter().flat_map(|it| it.node_modules()).map(|(_, it)| &ctx.model().installs[it.install]);
    let mut linkers = installs.map(|it| linker(ctx.model(), ctx.project(), it)).peekable();
    match linkers.peek() {
        Some(_) => linkers.any(|it| it != Linker::NodeModules),
        None => root.yarnrc().linker != Linker::NodeModules,
    }
}

/// A WORKDIR above the start is for nothing else in the stage, nor for what others run in the image.
fn stays_alone(ctx: &Inspection, command: &StartCommand) -> Result<(), Reason> {
    let folder = folder(ctx).ok_or("where its package lies in the image is not known")?;
    let Some(stage) = ctx.model().production_stage() else { return Ok(()) };
    let heeds = |it: &InstructionId| {
        let kind = &ctx.model().instructions[*it].kind;
        matches!(kind, Kind::Run(_) | Kind::Copy(_) | Kind::Add(_) | Kind::Workdir(_) | Kind::Volume(_))
    };
    if let Some(at) = stage.instructions.clone().filter(|it| *it > command.instruction).find(heeds) {
        let name = ctx.model().instructions[at].name();
        return Err(format!("it runs in `{folder}`, and the {name} after it in the working directory").into());
    }
    let is_relative = |it: &String| it.starts_with('.') || it.contains('/') && !it.starts_with('/');
    let before = command.script.iter().flatten().take(1).chain(&command.wrapper);
    if let Some(word) = before.clone().find(|it| is_relative(it)) {
        return Err(format!("it runs in `{folder}`, and `{word}` before it in the working directory").into());
    }
    let heeds = |it: &&User| !it.is_check || it.entry.is_some() || it.words.iter().any(is_relative);
    match ctx.facts().users.iter().find(heeds) {
        Some(user) => Err(format!("it runs in `{folder}`, and {} in the working directory", user.says()).into()),
        None => Ok(()),
    }
}

/// Where its package lies in the image, where that is not the working directory.
pub(super) fn folder(ctx: &Inspection) -> Option<&str> {
    let workdir = ctx.model().production_stage()?.contents.workdir.value.as_deref();
    ctx.facts().app_root.as_deref().filter(|it| Some(*it) != workdir)
}

/// One program with words that need no shell.
pub(super) fn plain(ctx: &Inspection, app: &App, program: &Program, script: &str) -> Result<Direct, Reason> {
    let environment = environment(ctx, program, script)?;
    if let Some(words) = built_server(ctx, app, program) {
        return Ok(Direct { words, environment, doubt: None });
    }
    let name = found(ctx, app, program, script)?;
    if let Some(word) = program.arguments.iter().find(|it| needs_shell(it)) {
        return Err(format!("`{word}` needs a shell").into());
    }
    let words = std::iter::once(name).chain(program.arguments.iter().cloned()).collect();
    Ok(Direct { words, environment, doubt: None })
}

/// `vinxi start` → `node .output/server/index.mjs`, where the file builds that.
fn built_server(ctx: &Inspection, app: &App, program: &Program) -> Option<Vec<String>> {
    let is_plain = program.arguments.len() == 1 && !sites::is_preview(&program.name, &program.arguments);
    let server = app.node_server(program).filter(|_| is_plain)?.ok().filter(|it| it.is_same && it.needs.is_none())?;
    let is_built = ctx.facts().outputs.holding(&server.file).is_some();
    is_built.then(|| vec!["node".to_owned(), server.file])
}

/// The variables that the script sets and the stage does not, where nothing else in the image would see them and nothing
/// gives them another value.
fn environment(ctx: &Inspection, program: &Program, script: &str) -> Result<Vec<(String, String)>, Reason> {
    let contents = ctx.model().production_stage().map(|it| &it.contents);
    let is_set = |name: &str, value: &str| contents.and_then(|it| it.env_value(name)) == Some(value);
    let composed = |name: &str| ctx.facts().given.environment.iter().any(|it| it.0 == name);
    let is_plain = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "_./:-".contains(it));
    let mut res: Vec<(String, String)> = Vec::new();
    for (name, value) in program.assignments.iter().filter(|(name, value)| !is_set(name, value) || composed(name)) {
        let is_given = contents.is_none_or(|it| it.env.contains_key(name)) || composed(name);
        if is_given || !is_plain(value) || !ctx.facts().users.is_empty() {
            return Err(format!("`{script}` sets `{name}`").into());
        }
        res.push((name.clone(), value.clone()));
    }
    Ok(res)
}

/// The program by a name that is found without the manager: it has `node_modules/.bin` in PATH, a container has not.
pub(super) fn found(ctx: &Inspection, app: &App, program: &Program, script: &str) -> Result<String, Reason> {
    let image = ctx.model().production.as_ref().map(|it| ctx.model().root_image(it.stage).kind);
    let runs_file = program.arguments.first().is_some_and(|it| is_file(it));
    match (program.name.as_str(), image) {
        // The image has no other `node` than bun.
        ("node", Some(ImageKind::Bun)) if runs_file => return Ok("bun".to_owned()),
        ("bun", Some(ImageKind::Bun)) => return Ok("bun".to_owned()),
        ("node", Some(ImageKind::Bun)) => return Err("bun may be what runs the script".into()),
        ("node", _) => return Ok("node".to_owned()),
        _ => {}
    }
    let through_manager = || match app.node_server(program) {
        Some(Err(reason)) => reason,
        _ => format!("`{script}` runs `{}`, which is found through the manager", program.name).into(),
    };
    if ctx.facts().dev_server.is_some() || !servers::serves_output(&program.name, &program.arguments) {
        return Err(through_manager());
    }
    let package = program.package.as_deref().ok_or_else(through_manager)?;
    if !app.package.is_production(package) {
        return Err(format!("`{script}` runs `{}`, which is in no `dependencies`", program.name).into());
    }
    let modules = modules_of(ctx, app, package).ok_or_else(through_manager)?;
    Ok(format!("{modules}/.bin/{}", program.name))
}

/// The node_modules that a package of the app's lies in, from the app's folder: its own, or that of the workspace's root
/// where the lock file has it there.
pub(super) fn modules_of(ctx: &Inspection, app: &App, package: &str) -> Option<String> {
    let contents = &ctx.model().production_stage()?.contents;
    let app_root = ctx.facts().app_root.as_ref()?;
    let own = "node_modules".to_owned();
    let has_own = lying_in(contents, app_root).is_some();
    let workspace = ctx.project().workspace(&app.folder).filter(|it| it.root.folder != app.folder);
    let Some(workspace) = workspace.filter(|it| it.is_installed_at_root) else {
        return has_own.then_some(own);
    };
    let inside = paths::below(&workspace.root.folder, &app.folder)?;
    let above = app_root.strip_suffix(inside)?.trim_end_matches('/');
    let has_own = has_own || brings_members(contents, above);
    let layout = workspace.root.manager().and_then(|it| it.habits().workspace_layout);
    if layout == Some(WorkspaceLayout::Linked) {
        // pnpm links what a package asks for into its own folder.
        return has_own.then_some(own);
    }
    let locked = workspace.root.lock()?.packages.as_deref()?;
    let is_at = |it: &str| locked.iter().any(|package| package.path == it);
    if is_at(&paths::join(inside, &format!("node_modules/{package}"))) {
        return has_own.then_some(own);
    }
    let is_roots = is_at(&format!("node_modules/{package}")) && lying_in(contents, above).is_some();
    is_roots.then(|| "../".repeat(inside.split('/').count()) + "node_modules")
}

fn lying_in<'c>(contents: &'c Contents, folder: &str) -> Option<&'c Entry> {
    let path = paths::join(folder, "node_modules");
    contents.node_modules().map(|it| it.0).find(|it| it.path == path)
}

/// Whether the node_modules of the members are where those of the workspace's root, `root`, are: an install makes them
/// too, while a COPY of the root's alone leaves them out.
fn brings_members(contents: &Contents, root: &str) -> bool {
    let Some(modules) = lying_in(contents, root) else { return false };
    let is_whole = |it: &Entry| it.path == root && it.origin.via.last() == modules.origin.via.last();
    modules.origin.via.is_empty() || contents.entries.iter().any(is_whole)
}

/// Why it is not known that the app does without what the manager sets, or finds for it.
pub(super) fn doubt(ctx: &Inspection) -> Option<Reason> {
    let variable = ctx.facts().modules().find_map(|it| it.npm_variables.first());
    let variable = variable.map(|it| Reason::at(it.clone(), "reads a variable that npm sets"));
    let unknown = || ctx.facts().known_runtime().err();
    variable.or_else(unknown).or_else(|| data::named(ctx)).or_else(|| found_for_modules(ctx))
}

/// A program that a module starts by its name, and that only the manager's PATH may lead to.
fn found_for_modules(ctx: &Inspection) -> Option<Reason> {
    let app = ctx.facts().app.as_ref()?;
    let first = |it: &Option<String>| it.as_ref().and_then(|it| it.split_whitespace().next()).map(str::to_owned);
    let is_brought = |name: String| !name.contains('/') && app.brings_program(&name);
    let mut starts = ctx.facts().modules().flat_map(|it| &it.starts);
    let (site, program) = starts.find(|it| first(&it.1).is_none_or(is_brought))?;
    let what = first(program).map_or_else(|| "a program".to_owned(), |it| format!("`{it}`"));
    Some(Reason::at(site.clone(), format!("starts {what}, which the manager may find for it")))
}
