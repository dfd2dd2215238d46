//! What must be known before a stage is narrowed to the output of its build.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::dependencies::{self, Strategy, Way};
use super::workspaces::Installed;
use super::{beside, mirrored, nested, production, refusal, users};
use crate::diagnostic::Note;
use crate::ecosystem::packages;
use crate::ecosystem::servers::{self, Server};
use crate::ecosystem::wrappers;
use crate::facts::preloaded_package;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{
    App, Artefact, Deliverable, EntryKind, Outputs, Packages, Program, Reason, Runtime, Site, Start, Tool,
};
use crate::stages::{Build, Scope};

/// All that a layout needs to write the production stage.
pub(super) struct Evidence {
    /// Whose packages they are.
    pub(super) installed: Installed,
    /// Where the app lies in the building stage: absolute.
    pub(super) folder: String,
    /// What of the build ships.
    pub(super) deliverable: Deliverable,
    /// Files and folders of the context that are read at run time, from the app's folder.
    pub(super) runtime: BTreeMap<String, EntryKind>,
    /// Those of them that come from the building stage: a command there may have changed them.
    pub(super) remade: BTreeSet<String>,
    /// Those of them that Git leaves out: a build elsewhere may not have them.
    pub(super) untracked: BTreeSet<String>,
    pub(super) strategy: Strategy,
    pub(super) doubts: Vec<Reason>,
    pub(super) grounds: Vec<Note>,
}

impl Evidence {
    /// Whether `path`, absolute, is there in a fresh stage that has what is listed here.
    pub(super) fn ships(&self, path: &str) -> bool {
        let Some(path) = paths::below(&self.folder, path) else { return false };
        let files = self.runtime.keys().filter(|it| !self.untracked.contains(*it)).map(String::as_str);
        let outputs = self.deliverable.artefacts.iter().map(|it| it.to.as_str()).filter(|it| !it.is_empty());
        outputs.chain(files).any(|it| paths::below(it, path).is_some())
    }

    /// Asks for all that the prune needs, where that is the way.
    pub(super) fn settle(&mut self) -> Result<(), Reason> {
        self.strategy.settle(&mut self.doubts)
    }
}

/// Gathers it for `build`, whose output the start command runs.
pub(super) fn gather(ctx: &Inspection, build: &Build) -> Result<Evidence, Reason> {
    gather_of(ctx, build, Installed::alone(app_of(ctx)?))
}

/// The same for an app whose packages are `installed`.
pub(super) fn gather_of(ctx: &Inspection, build: &Build, installed: Installed) -> Result<Evidence, Reason> {
    let app = Arc::clone(&installed.app);
    let start = known_start(ctx, &installed)?;
    only_node(&app, start)?;
    let outputs = &nested::with_nested(ctx, &installed, build);
    mirrored::check(ctx, &installed, build, outputs)?;
    let mut deliverable = known_outputs(ctx, outputs)?;
    add_client(ctx, &app, &mut deliverable)?;
    let unread = Runtime::default();
    let served = ctx.facts().served_folder();
    if let Some(folder) = &served {
        serves_output(ctx, start, folder, &build.outputs, &mut deliverable)?;
    }
    let (entry, modules, mut doubts) = match ctx.facts().server() {
        _ if served.is_some() => (served.as_deref().unwrap_or_default(), &unread, Vec::new()),
        Some(server) => {
            // A file that Node runs before it.
            let own = ctx.facts().runtime.as_deref();
            let mut doubts = doubts_of_server(ctx, &installed, server, &build.outputs)?;
            doubts.extend(own.into_iter().flat_map(|it| doubts_of(ctx.facts().entry.as_deref(), it)));
            (server.made.outputs[0], own.unwrap_or(&unread), doubts)
        }
        None => {
            let (entry, modules) = entry(ctx, start, &build.outputs)?;
            if let Some(folder) = servers::own_folder(entry).filter(|it| runs_alone(ctx, start, it)) {
                deliverable.narrow(folder);
                let unknown = || vec![format!("it is not known what `{entry}` reads besides `{folder}`").into()];
                (entry, modules, doubts_of_built(ctx, None).unwrap_or_else(unknown))
            } else {
                let built = doubts_of_built(ctx, Some(&installed));
                (entry, modules, built.unwrap_or_else(|| doubts_of(Some(entry), modules)))
            }
        }
    };
    let loader = source_loader(modules).filter(|it| !doubts.contains(it));
    doubts.extend(loader);
    doubts.extend(started_program(modules));
    let folder = build.folder.clone().ok_or_else(|| refusal("the folder that the build runs in is not known"))?;
    nested::runs_none(ctx, &installed, build.stage, &folder, &modules.in_place)?;
    beside::add(ctx, build.stage, &folder, &mut deliverable)?;
    let loose = beside::loose_command(ctx, build.stage, &installed.root);
    let RuntimeFiles { files: runtime, made } = run_files(ctx, outputs, &deliverable, loose.as_deref(), &mut doubts)?;
    // Plugins of a framework's build add to the folders that its server reads.
    let is_added_to = |path: &str, kind: EntryKind| {
        kind == EntryKind::Folder && ctx.facts().server().is_some_and(|it| it.reads.contains(&path))
    };
    let may_differ = |it: &(&String, &EntryKind)| loose.is_some() || is_added_to(it.0, *it.1);
    let others = runtime.iter().filter(may_differ).map(|it| it.0);
    let others = others.filter(|it| beside::lies_in(ctx, build.stage, &folder, it) || made.contains(*it));
    let remade = others.cloned().collect();
    users::narrow(ctx, outputs, &mut doubts);
    let strategy = match deliverable.packages {
        Packages::Production => packages(ctx, &installed, modules, &mut doubts)?,
        Packages::Bundled | Packages::Own => {
            imports_ship(&installed, modules)?;
            users::without_dev(ctx, &app, &mut doubts)?;
            Strategy::nothing()
        }
    };
    let grounds = grounds(ctx, &app, entry, build, &runtime, &strategy);
    let is_untracked = |it: &&String| made.contains(*it) || ctx.project().is_untracked(&app.folder_path(it));
    let untracked = runtime.keys().filter(is_untracked).cloned().collect();
    Ok(Evidence { installed, folder, deliverable, runtime, remade, untracked, strategy, doubts, grounds })
}

/// How the packages come that the run of `modules` needs.
pub(super) fn packages(
    ctx: &Inspection,
    installed: &Installed,
    modules: &Runtime,
    doubts: &mut Vec<Reason>,
) -> Result<Strategy, Reason> {
    let mut res = dependencies::strategy(ctx, installed, doubts)?;
    match why_all_stay(ctx) {
        Some(reason) => {
            dependencies::outside(ctx, &installed.root, Some(reason.clone()), doubts)?;
            res.keep_all(reason);
        }
        None => {
            imports_ship(installed, modules)?;
            users::without_dev(ctx, &installed.app, doubts)?;
        }
    }
    Ok(res)
}

/// Whether nothing else runs in the image than what lies in `folder`: it may need packages.
fn runs_alone(ctx: &Inspection, start: &Start, folder: &str) -> bool {
    let mut entries = start.programs.iter().filter_map(|it| it.entry.as_ref());
    entries.all(|it| paths::contains(folder, it)) && ctx.facts().users.iter().all(|it| it.is_check)
}

/// What the run reads besides the output.
struct RuntimeFiles {
    /// From the app's folder.
    files: BTreeMap<String, EntryKind>,
    /// Those of them that the context does not have: a command of the build may make them.
    made: BTreeSet<String>,
}

/// The files that must come along because they are read at run time, from the app's folder; `loose` is a command that may
/// have made more.
fn run_files(
    ctx: &Inspection,
    outputs: &Outputs,
    deliverable: &Deliverable,
    loose: Option<&str>,
    doubts: &mut Vec<Reason>,
) -> Result<RuntimeFiles, Reason> {
    let mut found = ctx.facts().run_files(ctx.model(), ctx.project(), outputs);
    let comes = |it: &&(Site, String)| deliverable.artefacts.iter().any(|made| paths::contains(&made.to, &it.1));
    // A pattern takes such a file along where it is there.
    let is_taken = |it: &&(Site, String)| loose.is_some() && names_a_file(&it.1) && !comes(it);
    let made: BTreeSet<String> = found.absent.iter().filter(is_taken).map(|it| it.1.clone()).collect();
    found.files.extend(made.iter().map(|it| (it.clone(), EntryKind::File)));
    let others = found.all_absent().filter(|it| !made.contains(&it.1));
    doubts.extend(loose.and_then(|it| absent(others, deliverable, it)));
    doubts.extend(found.doubts);
    match found.outside {
        Some(outside) => Err(refusal(outside)),
        None => Ok(RuntimeFiles { files: found.files, made }),
    }
}

/// Whether a path is that of a file by its name, and can be written as a pattern.
fn names_a_file(path: &str) -> bool {
    let extension = paths::file_name(path).rsplit_once('.').filter(|it| !it.0.is_empty()).map(|it| it.1);
    extension.is_some_and(|it| !it.is_empty() && it != "d") && !path.contains(['*', '?', '[', '\\', '$'])
}

/// That a file is read which does not come along, and which `command` may make.
pub(super) fn absent<'a>(
    mut read: impl Iterator<Item = &'a (Site, String)>,
    deliverable: &Deliverable,
    command: &str,
) -> Option<Reason> {
    let comes = |path: &str| deliverable.artefacts.iter().any(|it| paths::contains(&it.to, path));
    let (site, path) = read.find(|it| !comes(&it.1))?;
    Some(Reason::at(site.clone(), format!("reads `{path}`, which `{command}` may make")))
}

/// An imported package that reads the project's own sources; `module-alias` only reads package.json.
pub(super) fn source_loader(runtime: &Runtime) -> Option<Reason> {
    loading_sources(runtime, |it| it == "module-alias")
}

/// The same, but for some packages.
fn loading_sources(runtime: &Runtime, is_known: impl Fn(&str) -> bool) -> Option<Reason> {
    let mut imports = runtime.imports.values().filter(|it| !is_known(&it.package));
    let import = imports.find(|it| loads_sources(&it.package))?;
    Some(Reason::at(import.site.clone(), format!("imports `{}`, which reads the project's own files", import.package)))
}

/// What needs a devDependency of those that ship today: then all of them stay, whatever else is put right.
fn why_all_stay(ctx: &Inspection) -> Option<Reason> {
    let is_there = production(ctx).contents.node_modules().any(|(_, it)| it.scope != Scope::Production);
    ctx.facts().needed.first().filter(|_| is_there).map(|it| it.reason.clone())
}

/// The shipped app, if it is known how its packages come.
pub(super) fn app_of(ctx: &Inspection) -> Result<Arc<App>, Reason> {
    let app = shipped(ctx)?;
    dependencies::manager(ctx, &app)?;
    if app.is_workspace_root() || ctx.project().app("").is_some_and(|it| it.is_workspace_root()) {
        return Err(refusal("the form for workspaces is not written yet"));
    }
    with_install(ctx, app)
}

/// The shipped app, in a workspace or not.
pub(super) fn shipped(ctx: &Inspection) -> Result<Arc<App>, Reason> {
    ctx.facts().app.clone().ok_or_else(|| refusal("it is not known whose package.json ships"))
}

/// `app`, where something says how its packages come.
pub(super) fn with_install(ctx: &Inspection, app: Arc<App>) -> Result<Arc<App>, Reason> {
    if app.lock().is_none() && ctx.model().installs.is_empty() {
        return Err(refusal("there is no lock file, and no install was found"));
    }
    Ok(app)
}

/// The start command, if everything it runs is there without devDependencies.
pub(super) fn known_start<'a>(ctx: &'a Inspection, installed: &Installed) -> Result<&'a Start, Reason> {
    let not_known = |_| refusal("it is not known what the container starts");
    let start = ctx.facts().start.as_ref().map_or_else(|| ctx.facts().known_start().map_err(not_known), Ok)?;
    if let Some(unknown) = start.unknown.first() {
        return Err(unknown.clone());
    }
    for program in &start.programs {
        let Some(package) = &program.package else { continue };
        if installed.leaves_out(package) {
            return Err(refusal(format!("the start command runs `{}`, a devDependency", program.name)));
        }
        let global = production(ctx).contents.global_packages.iter().any(|it| it.0 == *package);
        if !installed.ships(package) && !global {
            return Err(refusal(format!("the start command runs `{}`, which no dependency brings", program.name)));
        }
    }
    Ok(start)
}

/// Other programs than `node` may read files that no source names (migrations, configuration).
fn only_node(app: &App, start: &Start) -> Result<(), Reason> {
    let preloads = start.programs.iter().flat_map(|it| &it.preloads);
    if let Some(loader) = preloads.filter_map(|it| preloaded_package(it)).find(|it| loads_sources(it)) {
        return Err(refusal(format!("`{loader}` reads the project's own files at run time")));
    }
    let mut arguments = start.programs.iter().flat_map(|it| &it.arguments);
    if arguments.any(|it| it == "--env-file" || it.starts_with("--env-file=")) {
        return Err(refusal("`--env-file` needs a file that should not be in the image"));
    }
    let serves = |it: &Program| servers::serving(&it.name, &it.arguments).is_some();
    let is_read = |it: &Program| app.reads_of(it).is_some();
    let is_node = |it: &Program| it.name == "node" || it.name == "bun" && it.entry.is_some();
    let runs_file = |it: &&Program| is_node(it) || serves(it) || is_read(it) || wrappers::only_assigns(&it.name);
    match start.programs.iter().find(|it| !runs_file(it)) {
        Some(other) => Err(match app.node_server(other) {
            Some(Err(reason)) => reason,
            _ => refusal(format!("`{}` may read files outside of the build's output", other.name)),
        }),
        None => Ok(()),
    }
}

/// That a server of files serves what the build makes: it needs no other package, and none at all where it is installed
/// for all.
fn serves_output(
    ctx: &Inspection,
    start: &Start,
    folder: &str,
    outputs: &Outputs,
    deliverable: &mut Deliverable,
) -> Result<(), Reason> {
    if outputs.holding(folder).is_none() || !ctx.facts().app_at_workdir {
        return Err(refusal(format!("the container serves `{folder}`, which is not what the build makes")));
    }
    let globals = &production(ctx).contents.global_packages;
    let is_global = |it: &Program| globals.iter().any(|(package, _)| Some(package) == it.package.as_ref());
    if start.programs.iter().all(is_global) && ctx.facts().users.iter().all(|it| it.is_check) {
        deliverable.packages = Packages::Bundled;
    }
    Ok(())
}

/// A program that a module starts: no source says which of the project's files it reads.
fn started_program(runtime: &Runtime) -> Option<Reason> {
    let (site, program) = runtime.starts.first()?;
    let name = program.as_ref().and_then(|it| it.split_whitespace().next());
    let what = name.map_or_else(|| "a program".to_owned(), |it| format!("`{it}`"));
    Some(Reason::at(site.clone(), format!("starts {what}, which may read files outside of the build's output")))
}

fn loads_sources(package: &str) -> bool {
    packages::package(package).is_some_and(packages::Package::loads_sources)
}

pub(super) fn known_outputs(ctx: &Inspection, outputs: &Outputs) -> Result<Deliverable, Reason> {
    if let Some(unknown) = outputs.unknown.iter().chain(&ctx.facts().outputs.unknown).next() {
        return Err(unknown.clone());
    }
    let res = Deliverable::in_place(outputs.outputs.iter().chain(&ctx.facts().outputs.outputs));
    if res.artefacts.is_empty() { Err(refusal("it is not known where the build's output lands")) } else { Ok(res) }
}

/// A client that is generated into a folder of its own, where the run looks for its engine, comes along as it is: compilers
/// take no engine with them. Since Prisma 7 there is none.
fn add_client(ctx: &Inspection, app: &App, deliverable: &mut Deliverable) -> Result<(), Reason> {
    let Some(client) = app.generated_client().filter(|it| !it.is_in_modules()) else { return Ok(()) };
    if ctx.facts().outputs.client_folder.as_ref() != Some(&client.path) || paths::is_outside(&client.path) {
        let (schema, folder) = (app.folder_path(&client.schema), &client.path);
        let text = format!("has its client in `{folder}`, and what generates it there was not found");
        return Err(Reason::of_file(schema, text));
    }
    if !(client.is_typescript && is_since_prisma_7(app)) {
        deliverable.add(Artefact { from: client.path.clone(), to: client.path });
    }
    Ok(())
}

/// Whether the lock file has Prisma 7 or a later one.
fn is_since_prisma_7(app: &App) -> bool {
    let locked = app.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    let client = locked.iter().find(|it| it.name == "@prisma/client");
    client.and_then(|it| it.version.split('.').next()?.parse::<u32>().ok()).is_some_and(|it| it >= 7)
}

fn entry<'a>(ctx: &'a Inspection, start: &Start, outputs: &Outputs) -> Result<(&'a str, &'a Runtime), Reason> {
    let entry = ctx.facts().entry.as_deref().ok_or_else(|| match start.programs.last() {
        Some(program) => refusal(format!("it is not known which file `{}` runs", program.name)),
        None => refusal("it is not known what the container starts"),
    })?;
    let runtime = ctx.facts().runtime.as_deref();
    // `bin/www` runs where it stands and loads `dist/app.js`.
    let loads_output = runtime.is_some_and(|it| it.in_place.iter().any(|it| it == entry));
    if outputs.holding(entry).is_none() && !loads_output {
        return Err(refusal(format!("the start command runs `{entry}`, which is not what the build makes")));
    }
    match runtime {
        Some(runtime) => Ok((entry, runtime)),
        None => Err(refusal(format!("the sources of `{entry}` were not found"))),
    }
}

/// What is not known of the modules that a framework's server loads. Its configuration is one of them, and stands where
/// it stood: it must not name what a production install leaves out.
fn doubts_of_server(
    ctx: &Inspection,
    installed: &Installed,
    server: &Server,
    outputs: &Outputs,
) -> Result<Vec<Reason>, Reason> {
    let app = &installed.app;
    if !outputs.outputs.iter().any(|it| it.tool == Tool::Framework) {
        return Err(refusal(format!("what `{}` serves is not what the build makes", server.program)));
    }
    let is_there = |it: &&&str| {
        let path = app.folder_path(it);
        ctx.project().kind(&path).is_some() && ctx.project().sees(&path) != Some(false)
    };
    if let Some((package, path)) = app.named_in_files(server.reads) {
        return Err(Reason::of_file(path, format!("names `{package}`, a devDependency")));
    }
    let file = server.environment.iter().find(is_there);
    let variables =
        file.map(|it| format!("`{}` reads `{it}` when the container starts: give its values there", server.program));
    let unknown =
        || vec![format!("it is not known which modules `{}` loads, nor what they read", server.program).into()];
    let modules = doubts_of_built(ctx, Some(installed)).unwrap_or_else(unknown);
    Ok(variables.map(Into::into).into_iter().chain(modules).collect())
}

/// What is not known of the code that a framework's server was built of; `None` where that code can't be read. Of `installed`
/// come the packages that are not in the output.
pub(super) fn doubts_of_built(ctx: &Inspection, installed: Option<&Installed>) -> Option<Vec<Reason>> {
    let built = ctx.facts().built.as_deref()?;
    let lost = installed.and_then(|it| imports_ship(it, built).err());
    // What the server itself reads is written with it.
    let own = ctx.facts().server().map(|it| it.made.build.0);
    let loader = loading_sources(built, |it| Some(it) == own || installed.is_none());
    let others = loader.into_iter().chain(started_program(built));
    Some(built.unknown.iter().take(1).cloned().chain(lost).chain(others).collect())
}

/// No module that runs may need a package that a production install leaves out.
pub(super) fn imports_ship(installed: &Installed, runtime: &Runtime) -> Result<(), Reason> {
    for import in runtime.imports.values() {
        let is_named = |it: &str| installed.app.package.names(it);
        let is_there = import.is_brought || import.is_followed || servers::is_built_in(&import.package, is_named);
        if is_there || installed.ships(&import.package) {
            continue;
        }
        let (site, package) = (&import.site, &import.package);
        let what = if installed.leaves_out(package) { "a devDependency" } else { "which no dependency brings" };
        return Err(Reason::at(site.clone(), format!("imports `{package}`, {what}")));
    }
    Ok(())
}

/// What could not be followed in the sources.
pub(super) fn doubts_of(entry: Option<&str>, runtime: &Runtime) -> Vec<Reason> {
    if runtime.files.is_empty() && runtime.unknown.is_empty() {
        return vec![format!("the source of `{}` was not found", entry.unwrap_or_default()).into()];
    }
    runtime.unknown.iter().cloned().chain(source_loader(runtime)).collect()
}

fn grounds(
    ctx: &Inspection,
    app: &App,
    entry: &str,
    build: &Build,
    runtime: &BTreeMap<String, EntryKind>,
    strategy: &Strategy,
) -> Vec<Note> {
    let mut res = Vec::new();
    if let Some(output) = build.outputs.holding(entry) {
        let site = &output.evidence;
        res.push(Note::on(site.clone(), format!("`{site}` says that the build writes `{}`", output.path)));
    }
    res.extend(pinned(ctx, app));
    if !runtime.is_empty() {
        let names: Vec<String> = runtime.keys().map(|it| format!("`{it}`")).collect();
        res.push(format!("read at run time besides: {}", names.join(", ")).into());
    }
    let how = if strategy.way == Way::Keep { "devDependencies stay" } else { "pruned in the build stage" };
    res.extend(strategy.reason.as_ref().map(|it| format!("{how}: {it}").into()));
    res
}

/// What the lock file is good for, where it is that of the manager that installs.
pub(super) fn pinned(ctx: &Inspection, app: &App) -> Option<Note> {
    let lock = app.lock().filter(|it| dependencies::manager(ctx, app) == Ok(it.manager))?;
    let site = Site { path: lock.path.clone(), line: None };
    Some(Note::on(site, format!("`{}` pins the dependencies", lock.path)))
}
