//! What ships, and what it runs: the facts that join the stages with the project.
//!
//! Several rules and the rewrite ask the same: whose package.json is it, what does the start command
//! run, from which sources is that made, what do they do. The answers are found once, here.

mod changed_manifest;
mod client;
mod command;
mod conditions;
mod dev_server;
mod development;
mod given;
mod linker;
mod needed;
mod offline;
mod outside;
mod run_files;
mod shipped;
mod users;

use std::sync::{Arc, LazyLock};

use crate::ecosystem::frameworks::Made;
use crate::ecosystem::servers::{self, Server};
use crate::paths;
use crate::project::{App, Import, Outputs, Project, Reason, Runtime, Site, Start, Tool};
use crate::stages::{Contents, Entry, Holding, Model};
use crate::syntax::Kind;

pub use changed_manifest::changed_manifest;
pub use client::{LostClient, lost_client};
use command::Place;
pub use command::StartCommand;
pub use conditions::Conditions;
pub use development::Development;
pub use given::{GivenMount, Surroundings};
pub use linker::{LINKER_VARIABLE, linker};
pub use needed::{Needed, preloaded_package};
pub use offline::{in_script, offline_install};
pub use outside::{LeftOutside, in_home, left_outside};
pub use run_files::RunFiles;
pub use shipped::{ScriptFile, context_file, is_environment_file};
pub use users::{Doubt, Need, User, need_of};

/// The production stage's app and its start. Every part may be unknown.
#[derive(Clone, Default)]
pub struct ProductionFacts {
    /// The app that ships; `None` where none or more than one could be meant.
    pub app: Option<Arc<App>>,
    /// Whether that app's package.json is known to lie at the working directory.
    pub app_at_workdir: bool,
    /// Whether the start command is a package manager's, and what it runs starts in another folder than the working
    /// directory: by the manager's own words, or by a script that changes the folder.
    pub started_elsewhere: bool,
    /// The root of the workspaces that the container starts a file of the app from: it lies at the working directory, and
    /// the app below it.
    pub above: Option<Arc<App>>,
    /// Where in the image that app lies, absolute; `None` where it is not known.
    pub app_root: Option<String>,
    /// The words that the container starts, ENTRYPOINT and CMD joined; `None` where nothing says so.
    pub command: Option<StartCommand>,
    /// What these words run; `None` where the app or the words are unknown.
    pub start: Option<Start>,
    /// The file that Node runs, from the app's folder: the last program's that has one.
    pub entry: Option<String>,
    /// What the builds of this file make for the app; its `unknown` says what could not be followed.
    pub outputs: Outputs,
    /// What the modules behind `entry` do.
    pub runtime: Option<Arc<Runtime>>,
    /// What the code does of which a framework built the server that the container starts: Next's, React Router's. `None` where
    /// it starts none, or that code can't be read. What it imports is in the output, or among the packages beside it.
    pub built: Option<Arc<Runtime>>,
    /// The devDependencies that the run needs or may need, and that a production install leaves out.
    pub needed: Vec<Needed>,
    /// The development server that the container starts, as one would write it; `None` where it starts
    /// none, or none is known.
    pub dev_server: Option<String>,
    /// What says that the stage is for development; `None` where nothing does, or more speaks against it.
    pub development: Option<Development>,
    /// Who else runs something in the image, or in a stage that is built on it.
    pub users: Vec<User>,
    /// What its containers are given besides.
    pub given: Surroundings,
}

impl ProductionFacts {
    /// The facts of the production stage of `model`.
    #[must_use]
    pub fn of(text: &str, model: &Model<'_>, project: &Project) -> Self {
        let mut facts = Self::of_start(StartCommand::of(text, model, project), model, project);
        facts.given = given::of(model, project);
        facts.dev_server = facts.command.as_ref().and_then(|it| dev_server::find(&it.words, facts.start.as_ref()));
        facts.development = development::of(model, project, &facts);
        facts.users = users::of(text, model, project, &facts);
        facts.needed = needed::of(model, &facts);
        facts
    }

    fn of_start(command: Option<StartCommand>, model: &Model<'_>, project: &Project) -> Self {
        let (Some((app, app_at_workdir)), Some(stage)) = (shipped::app(model, project), model.production_stage())
        else {
            return Self { command, ..Self::default() };
        };
        let contents = &stage.contents;
        let workdir = contents.workdir.value.as_deref();
        let own_root = workdir.filter(|_| app_at_workdir).map(str::to_owned);
        let app_root = own_root.or_else(|| shipped::root_of(contents, &app));
        let place = Place { root: app_root.as_deref(), workdir, contents, project };
        let inside = command.as_ref().and_then(|it| elsewhere(it, place));
        let started_elsewhere = inside.as_ref().is_some_and(|it| Some(it.1.as_str()) != workdir);
        let (app, app_root, start) = match inside {
            Some((app, root, start)) => (app, Some(root), Some(start)),
            None => {
                let start = command.as_ref().map(|it| it.start(&app, place));
                (app, app_root.clone(), start)
            }
        };
        let from_above = started_below(&app, app_root.as_deref(), start.as_ref(), command.as_ref(), place)
            .filter(|_| app_at_workdir && !started_elsewhere);
        let above = from_above.is_some().then(|| Arc::clone(&app));
        let (app, app_root, mut start) = match from_above {
            Some((app, root, start)) => (app, Some(root), Some(start)),
            None => (app, app_root, start),
        };
        let app_at_workdir = app_at_workdir && app_root.as_deref() == workdir;
        let outputs = shipped::outputs(model, project, &app);
        let given = given::of(model, project).environment;
        if let Some(start) = &mut start {
            start.add_node_options(node_options(model).unwrap_or_default());
            let given = given.iter().filter(|it| it.0 == "NODE_OPTIONS" && it.1 != "*");
            given.for_each(|it| start.add_node_options(&it.1));
        }
        let entry = start.as_ref().and_then(entry_of);
        let preloads = start.as_ref().map(|it| preloads_of(model, it)).unwrap_or_default();
        let image = app_root.as_deref().map(|root| Image { contents, project, root });
        let mut runtime = entry.as_ref().map(|it| runtime_of(&app, image, it, &preloads, &outputs));
        if is_in_production(model, &given, start.as_ref())
            && let Some(runtime) = &mut runtime
            && runtime.imports.values().any(|it| it.is_for_development)
        {
            Arc::make_mut(runtime).imports.retain(|_, it| !it.is_for_development);
        }
        let built = start.as_ref().and_then(|it| built_of(&app, it, entry.as_deref(), &outputs));
        let app = Some(app);
        Self {
            app,
            app_at_workdir,
            started_elsewhere,
            above,
            app_root,
            command,
            start,
            entry,
            outputs,
            runtime,
            built,
            ..Self::default()
        }
    }

    /// What the container starts, where that is known; else why not, one clause.
    ///
    /// # Errors
    /// Where it is not known.
    pub fn known_start(&self) -> Result<&Start, Reason> {
        match (&self.start, &self.command) {
            (Some(start), _) => start.unknown.first().map_or(Ok(start), |it| Err(it.clone())),
            (None, Some(command)) => {
                Err(format!("the app that `{}` belongs to was not found", command.words.join(" ")).into())
            }
            (None, None) => self.start_of_others(),
        }
    }

    /// What others start in an image that starts nothing itself: the first of them, where all are known.
    fn start_of_others(&self) -> Result<&Start, Reason> {
        let mut first = None;
        for user in self.starters() {
            let Some(start) = &user.start else { return Err(user.doubt("it is not known what that runs").reason) };
            if let Some(why) = start.unknown.first() {
                return Err(user.doubt(why).reason);
            }
            // `bash`, `sleep infinity`: somebody works in it.
            if start.programs.iter().all(|it| it.entry.is_none() && it.package.is_none()) {
                return Err(user.doubt("that runs nothing of the app").reason);
            }
            first.get_or_insert(start);
        }
        first.ok_or_else(|| "the image itself starts nothing, and what else does is not known".into())
    }

    /// Who else is known to start something in the image itself.
    fn starters(&self) -> impl Iterator<Item = &User> {
        self.users.iter().filter(|it| !it.is_check && !it.in_later_stage && !it.is_possible)
    }

    /// The file that Node runs and what its modules do; of an image that starts nothing, those of the one who does.
    pub(crate) fn run(&self) -> (Option<&String>, Option<&Arc<Runtime>>) {
        let mut others = self.starters().filter(|_| self.command.is_none());
        match (others.next(), others.next()) {
            (Some(only), None) => (only.entry.as_ref(), only.runtime.as_ref()),
            _ => (self.entry.as_ref(), self.runtime.as_ref()),
        }
    }

    /// The framework whose server is the last that the container starts.
    pub(crate) fn server(&self) -> Option<&'static Server> {
        let last = self.start.as_ref()?.programs.last()?;
        servers::serving(&last.name, &last.arguments)
    }

    /// The folder that a server of files serves, from the folder where it runs, where the container starts nothing else.
    #[must_use]
    pub fn served_folder(&self) -> Option<String> {
        let start = self.start.as_ref().filter(|it| it.unknown.is_empty())?;
        let [only] = &start.programs[..] else { return None };
        only.served_folder()
    }

    /// The scripts that the container starts, or that another user of the image does.
    #[must_use]
    pub fn scripts(&self, model: &Model<'_>) -> Vec<ScriptFile> {
        let Some(stage) = model.production_stage() else { return Vec::new() };
        let users = self.users.iter().filter(|it| !it.in_later_stage).filter_map(|it| it.start.as_ref());
        let words = self.start.iter().chain(users).flat_map(|it| &it.script_words);
        words.filter_map(|it| shipped::script_file(&stage.contents, it)).collect()
    }

    /// Whether the Dockerfile is meant for development, so that nothing of it ships.
    #[must_use]
    pub fn is_for_development(&self) -> bool {
        matches!(self.development, Some(Development::Named(_)))
    }

    /// What the run reads of the context besides `outputs`.
    #[must_use]
    pub fn run_files(&self, model: &Model<'_>, project: &Project, outputs: &Outputs) -> RunFiles {
        run_files::of(model, project, self, outputs)
    }

    /// What the modules do, where all of them are known; else what is not, one clause.
    ///
    /// # Errors
    /// Where something is not known.
    pub fn known_runtime(&self) -> Result<&Runtime, Reason> {
        static NOTHING: LazyLock<Runtime> = LazyLock::new(Runtime::default);
        self.known_start()?;
        if self.served_folder().is_some() {
            return Ok(&NOTHING);
        }
        // A file that Node runs before the framework's server has to be known as well.
        let has_own = self.run().1.is_some_and(|it| !it.files.is_empty());
        if let Some(built) = self.known_built().filter(|it| it.is_err() || !has_own) {
            return built;
        }
        let (Some(entry), Some(runtime)) = self.run() else {
            return Err("it is not known which modules the container runs".into());
        };
        match runtime.unknown.first() {
            Some(reason) if reason.site.is_some() => Err(reason.clone()),
            Some(_) | None if runtime.files.is_empty() => Err(self.without_source(entry).into()),
            Some(reason) => Err(reason.clone()),
            None => {
                match runtime
                    .imports
                    .values()
                    .find(|it| self.app.as_ref().is_some_and(|app| !it.is_followed && app.is_local(&it.package)))
                {
                    Some(it) => Err(Reason::at(
                        it.site.clone(),
                        format!("imports `{}`, which is of the project itself and not followed", it.package),
                    )),
                    None => Ok(runtime),
                }
            }
        }
    }
}

impl ProductionFacts {
    /// Whether the container runs Next's own server and nothing else: `next start`, or the file that its build wrote with
    /// `output: 'standalone'`. Both set NODE_ENV themselves, and in what they serve it stands written since the build.
    #[must_use]
    pub fn is_next_server(&self, model: &Model<'_>) -> bool {
        let [program] = self.start.as_ref().map(|it| &it.programs[..]).unwrap_or_default() else { return false };
        // What an entrypoint script does by NODE_ENV is another question.
        if self.command.as_ref().is_none_or(|it| !it.wrapper_known || it.script.is_some()) {
            return false;
        }
        let is_by_word = program.name == "next" && program.arguments.first().is_some_and(|it| it == "start");
        is_by_word || program.name == "node" && program.preloads.is_empty() && self.starts_standalone(model)
    }

    fn starts_standalone(&self, model: &Model<'_>) -> bool {
        let Some((entry, stage)) = self.entry.as_ref().zip(model.production_stage()) else { return false };
        let folder = self.app_root.as_deref().or(stage.contents.workdir.value.as_deref());
        let from = folder.and_then(|it| stage.contents.covering(&paths::join(it, entry)));
        let is_standalone = |it: &str| {
            let it = it.trim_end_matches("/.").trim_end_matches('/');
            it == ".next/standalone" || it.ends_with("/.next/standalone")
        };
        from.is_some_and(|it| match &model.instructions[it.origin.last()].kind {
            Kind::Copy(copy) => copy.sources.iter().any(|it| is_standalone(&it.value)),
            _ => false,
        })
    }

    /// What the modules do that the container runs, and the code that a framework's server was built of.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &Arc<Runtime>> {
        self.runtime.iter().chain(&self.built)
    }

    /// The same of the code that a framework's server was built of, where that can be read.
    fn known_built(&self) -> Option<Result<&Runtime, Reason>> {
        let (app, built) = (self.app.as_ref()?, self.built.as_deref()?);
        if let Some(reason) = built.unknown.first() {
            return Some(Err(reason.clone()));
        }
        // A name that package.json does not have may be an alias of the build's, whose code was not read.
        let is_known = |it: &str| app.package.names(it) || servers::is_built_in(it, |it| app.package.names(it));
        let why = |it: &Import| match () {
            () if it.is_followed || it.is_brought => None,
            () if app.leaves_out(&it.package) => Some("a devDependency"),
            () if app.is_local(&it.package) => Some("which is of the project itself and not followed"),
            () => (!is_known(&it.package)).then_some("which package.json does not name"),
        };
        let lost = built.imports.values().find_map(|it| Some((it, why(it)?)));
        Some(lost.map_or(Ok(built), |(it, why)| {
            Err(Reason::at(it.site.clone(), format!("imports `{}`, {why}", it.package)))
        }))
    }

    /// What all code of the app does, where the container runs a server that was built of it and brings its packages:
    /// Next's with `output: 'standalone'`, Nitro's. `None` where it runs none, or there is more code than we look at.
    #[must_use]
    pub fn bundled_runtime(&self, model: &Model<'_>) -> Option<Arc<Runtime>> {
        let (app, entry, contents) = (self.app.as_ref()?, self.entry.as_ref()?, &model.production_stage()?.contents);
        let path = paths::join(self.app_root.as_deref().or(contents.workdir.value.as_deref())?, entry);
        let is_copied = |it: &Entry| match &model.instructions[it.origin.last()].kind {
            Kind::Copy(copy) => copy.sources.iter().any(|it| servers::is_own_folder(it.value.trim_end_matches('/'))),
            _ => false,
        };
        let is_own = |it: &Entry| {
            let is_output = matches!(it.holding, Holding::Output { .. } | Holding::UnknownOutput { .. });
            is_output && paths::contains(&it.path, &path) && is_copied(it)
        };
        let mut entries = contents.entries.iter();
        (servers::own_folder(entry).is_some() || entries.any(is_own)).then(|| app.runtime_of_sources()).flatten()
    }

    /// Says that the source of `entry` was not found, and what of the build may be to blame.
    fn without_source(&self, entry: &str) -> String {
        let by_script = || {
            let app = self.app.as_ref().filter(|it| it.package.scripts.contains_key("build"))?;
            app.outputs("build").unknown.into_iter().next()
        };
        match self.outputs.unknown.first().cloned().or_else(by_script) {
            Some(why) => format!("the source of `{entry}` was not found: {why}"),
            None => format!("the source of `{entry}` was not found"),
        }
    }
}

/// Whether the image says `NODE_ENV=production`, and nothing that starts or runs it another.
fn is_in_production(model: &Model<'_>, given: &[(String, String)], start: Option<&Start>) -> bool {
    let name = "NODE_ENV";
    let says = model.production_stage().and_then(|it| it.contents.env_value(name)) == Some("production");
    let by_start = start.iter().flat_map(|it| &it.programs).flat_map(|it| &it.assignments);
    let mut all = given.iter().map(|it| (&it.0, &it.1)).chain(by_start.map(|it| (&it.0, &it.1)));
    says && all.all(|it| it.0 != name || it.1 == "production")
}

/// What the code does that the framework's server was built of.
fn built_of(app: &App, start: &Start, entry: Option<&str>, outputs: &Outputs) -> Option<Arc<Runtime>> {
    let last = start.programs.last()?;
    let server = servers::serving(&last.name, &last.arguments).map(|it| &it.made);
    let made = server.or_else(|| servers::built_as(entry?))?;
    let is_made = outputs.outputs.iter().any(|it| it.tool == Tool::Framework);
    let found =
        (is_made && !app.config_says(made.config, servers::moves_sources)).then(|| app.runtime_of_places(made.sources));
    let mut found = found.flatten()?;
    if made.bundles_dev {
        Arc::make_mut(&mut found).imports.retain(|_, it| !app.leaves_out(&it.package));
    }
    note_unseen(app, made, Arc::make_mut(&mut found));
    Some(found)
}

/// Notes what the code does not say: devDependencies that the output imports by itself, and what a plugin may have it read.
fn note_unseen(app: &App, made: &Made, built: &mut Runtime) {
    let site = || Site { path: app.folder_path(made.outputs[0]), line: None };
    for package in made.imports.iter().filter(|it| app.leaves_out(it)).map(|it| (*it).to_owned()) {
        let import = Import {
            package: package.clone(),
            site: site(),
            is_brought: false,
            is_followed: false,
            is_for_development: false,
        };
        built.imports.entry(package).or_insert(import);
    }
    let may_read = |it: &&Import| servers::may_read_more(paths::file_name(&it.site.path), &it.package);
    let plugins = built.imports.values().filter(may_read);
    let why = |it: &Import| format!("imports `{}`, which may have the server read more files", it.package);
    built.unknown.extend(plugins.map(|it| Reason::at(it.site.clone(), why(it))));
}

/// `npm --prefix server start`, `npm start -w server`: the app there, where it lies in the image, and what it starts.
fn elsewhere(command: &StartCommand, place: Place<'_>) -> Option<(Arc<App>, String, Start)> {
    let (root, inside) = command.elsewhere(place)?;
    let app = shipped::app_in(place.contents, place.project, &root)?;
    let start = inside.start(&app, Place { root: Some(&root), workdir: Some(&root), ..place });
    Some((app, root, start))
}

/// `node apps/api/dist/main.js` at the root of the workspaces: the package whose file that is, where it lies in the image,
/// and what is started of it.
fn started_below(
    root: &App,
    folder: Option<&str>,
    start: Option<&Start>,
    command: Option<&StartCommand>,
    place: Place<'_>,
) -> Option<(Arc<App>, String, Start)> {
    let [program] = &start?.programs[..] else { return None };
    let entry = program.entry.as_ref().filter(|_| program.script.is_none() && root.is_workspace_root())?;
    let workspace = place.project.workspace(&root.folder).filter(|it| it.root.folder == root.folder)?;
    let member = workspace.member_holding(&root.folder_path(entry)).filter(|it| it.folder != root.folder)?;
    let at = paths::join(folder?, &workspace.path_of(member));
    let start = command?.start(&member.app, Place { root: Some(&at), ..place });
    entry_of(&start)?;
    Some((Arc::clone(&member.app), at, start))
}

/// ENV NODE_OPTIONS of the production stage.
fn node_options<'m>(model: &'m Model<'_>) -> Option<&'m str> {
    model.production_stage()?.contents.env_value("NODE_OPTIONS")
}

/// What is loaded or run before the entry; files from the working directory.
fn preloads_of(model: &Model<'_>, start: &Start) -> Vec<String> {
    let workdir = model.production_stage().and_then(|it| it.contents.workdir.value.as_deref());
    let from_workdir = |it: &String| match workdir.and_then(|workdir| paths::below(workdir, it)) {
        Some(rest) => format!("./{rest}"),
        None => it.clone(),
    };
    let preloads = start.programs.iter().flat_map(|it| &it.preloads);
    preloads.map(from_workdir).chain(start.earlier()).collect()
}

/// A start may run migrations first; what stays is the last program.
fn entry_of(start: &Start) -> Option<String> {
    start.programs.iter().rev().find_map(|it| it.entry.clone())
}

/// The file system that an app runs in.
#[derive(Clone, Copy)]
struct Image<'a> {
    contents: &'a Contents,
    project: &'a Project,
    /// The app's folder.
    root: &'a str,
}

/// What runs when `entry` is started, by the modules that lie in the image.
fn runtime_of(
    app: &App,
    image: Option<Image<'_>>,
    entry: &str,
    preloads: &[String],
    outputs: &Outputs,
) -> Arc<Runtime> {
    let moved = || {
        let Image { contents, project, root } = image.filter(|_| outputs.holding(entry).is_none())?;
        let app = shipped::moved(contents, project, app, root, entry)?;
        let runtime = app.runtime_with(entry, preloads, &Outputs::default());
        shipped::lie_together(contents, project, &app, root, &runtime.files).then_some(runtime)
    };
    moved().unwrap_or_else(|| app.runtime_with(entry, preloads, &sources_of(app, outputs, entry)))
}

/// Where this file builds nothing, the output comes with the context: package.json's build made it, or it is kept there and
/// has no source.
fn sources_of(app: &App, outputs: &Outputs, entry: &str) -> Outputs {
    if !outputs.outputs.is_empty() || !outputs.unknown.is_empty() {
        return outputs.clone();
    }
    let built = app.outputs("build");
    let is_kept = app.has_file(entry) && app.source_of(entry, &built).is_none();
    if is_kept { outputs.clone() } else { built }
}
