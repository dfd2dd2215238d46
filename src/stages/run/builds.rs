//! Builds: what is run, and what it leaves.

use super::script::{Call, Session};
use super::{Runner, State};
use crate::ecosystem::arguments::Arguments;
use crate::ecosystem::{Action, Invocation, Manager, tools};
use crate::paths;
use crate::project::{App, Outputs};
use crate::stages::{Build, BuildId, Entry, Holding};

/// A package, in the image and in the context.
struct Site {
    folder: Option<String>,
    app: Option<String>,
}

impl Runner<'_, '_> {
    /// `npm run build`; also `yarn tsc`, where no script is called so.
    pub(super) fn build_by_script(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        invocation: &Invocation,
        words: &[String],
        folder: Option<String>,
    ) {
        let Some(script) = words.first() else { return };
        let app = folder.as_ref().and_then(|it| state.app_in(self.project, it));
        let root = Site { folder, app };
        let is_script = |app: &App| app.package.scripts.contains_key(script);
        let sites = self.sites(root, &invocation.target.packages, invocation.target.all, invocation.manager());
        for site in sites {
            let app = site.app.as_ref().and_then(|it| self.project.app(it));
            match app {
                Some(app) if is_script(&app) => self.run_script(state, session, call, &site, &app, script),
                _ if tools::is_build(words) => {
                    let outputs = self.outputs_of(&site, words);
                    self.build(state, session, call, site, None, outputs);
                }
                None if tools::is_build_name(script) => {
                    let outputs = unknown("the package.json that it belongs to is not known");
                    self.build(state, session, call, site, Some(script.clone()), outputs);
                }
                _ => {}
            }
        }
    }

    fn run_script(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        site: &Site,
        app: &App,
        script: &str,
    ) {
        self.installs_in(state, session, call, site, app, &[script]);
        let outputs = app.outputs(script);
        if tools::is_build_name(script) || !outputs.outputs.is_empty() || outputs.generated_client {
            let site = Site { folder: site.folder.clone(), app: site.app.clone() };
            self.build(state, session, call, site, Some(script.to_owned()), outputs);
        }
    }

    /// The installs in the last of these scripts, each of which runs the next: `"setup": "npm install"`.
    fn installs_in(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        site: &Site,
        app: &App,
        scripts: &[&str],
    ) {
        let Some(name) = scripts.last().filter(|_| scripts.len() < 8) else { return };
        let texts = [format!("pre{name}"), (*name).to_owned(), format!("post{name}")];
        for text in texts.iter().filter_map(|it| app.package.scripts.get(it)) {
            for command in crate::shell::script_of_text(&text.text).commands.iter().filter(|it| !it.conditional) {
                let Some(words) = command.words.iter().map(|it| it.value.clone()).collect::<Option<Vec<_>>>() else {
                    continue;
                };
                let inner = call.inside(name, words);
                let Some(invocation) = Invocation::read(&inner.words).filter(|it| !it.target.is_elsewhere()) else {
                    continue;
                };
                match &invocation.action {
                    Action::Install(verb) => {
                        self.install(state, session, &inner, &invocation, *verb, site.folder.clone());
                    }
                    Action::Script(words) | Action::Run(words) => {
                        let Some(next) = words.first().filter(|it| !scripts.contains(&it.as_str())) else { continue };
                        let all: Vec<&str> = scripts.iter().copied().chain([next.as_str()]).collect();
                        self.installs_in(state, session, &inner, site, app, &all);
                    }
                    _ => {}
                }
            }
        }
    }

    /// `tsc`, `npx next build`, `turbo run build --filter=web`.
    pub(super) fn build_by_program(&mut self, state: &mut State, session: &Session, call: &Call<'_>) {
        if !tools::is_build(&call.words) {
            return;
        }
        let folder = session.folder.clone();
        let app = folder.as_ref().and_then(|it| state.app_in(self.project, it));
        let site = Site { folder, app };
        if let Some((script, filters)) = workspace_task(&call.words)
            && !filters.is_empty()
        {
            // Turborepo reads filters as pnpm does.
            for site in self.sites(site, &filters, false, Manager::Pnpm) {
                let app = site.app.as_ref().and_then(|it| self.project.app(it));
                let outputs =
                    app.map_or_else(|| unknown("which package it builds is not known"), |it| it.outputs(&script));
                self.build(state, session, call, site, None, outputs);
            }
            return;
        }
        let outputs = self.outputs_of(&site, &call.words);
        self.build(state, session, call, site, None, outputs);
    }

    fn outputs_of(&self, site: &Site, words: &[String]) -> Outputs {
        match site.app.as_ref().and_then(|it| self.project.app(it)) {
            Some(app) => app.outputs_of_text(&words.join(" ")),
            None if words.first().is_some_and(|it| paths::file_name(it) == "prisma") => {
                Outputs { generated_client: true, ..Outputs::default() }
            }
            None => unknown("the package.json that it belongs to is not known"),
        }
    }

    fn build(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        site: Site,
        script: Option<String>,
        outputs: Outputs,
    ) {
        let build = Build {
            instruction: session.index,
            stage: self.states.next_id(),
            command: call.command.clone(),
            script,
            folder: site.folder,
            app: site.app,
            outputs,
        };
        if build.only_generates() {
            self.model.generators.push(build);
        } else {
            leave(state, self.model.builds.next_id(), &build);
            self.model.builds.push(build);
        }
    }

    /// The packages that a command is for.
    fn sites(&self, root: Site, workspaces: &[String], recursive: bool, manager: Manager) -> Vec<Site> {
        if workspaces.is_empty() && !recursive {
            return vec![root];
        }
        let app = root.app.clone().unwrap_or_default();
        let found: Vec<_> = workspaces.iter().filter_map(|it| self.workspace(&app, it, manager)).collect();
        if found.len() != workspaces.len() || recursive {
            return vec![Site { app: None, ..root }];
        }
        let site = |package: String| {
            let rest = paths::below(&app, &package).unwrap_or_default();
            Site { folder: root.folder.as_ref().map(|it| paths::join(it, rest)), app: Some(package.clone()) }
        };
        found.into_iter().map(site).collect()
    }

    /// The folder of the package that `-w`, `--filter` or the like names: by path or by name.
    pub(super) fn workspace(&self, root: &str, name: &str, manager: Manager) -> Option<String> {
        let by_path = paths::join(root, &paths::rooted(name.trim_end_matches("...").trim_matches(['{', '}'])));
        if self.project.app(&by_path).is_some() {
            return Some(by_path);
        }
        self.project.package_meant(root, name, manager)
    }
}

/// Puts what `build`, the one at `index`, makes into the stage.
fn leave(state: &mut State, index: BuildId, build: &Build) {
    let Some(folder) = &build.folder else { return };
    for output in &build.outputs.outputs {
        let holding = Holding::Output { build: index, path: output.path.clone(), tool: output.tool };
        state.contents.place(Entry::new(paths::absolute(folder, &output.path), holding, build.instruction));
    }
    if !build.outputs.unknown.is_empty() {
        let holding = Holding::UnknownOutput { build: index };
        state.contents.place(Entry::new(folder.clone(), holding, build.instruction));
    }
}

fn unknown(reason: &str) -> Outputs {
    Outputs { outputs: Vec::new(), unknown: vec![reason.into()], ..Outputs::default() }
}

/// `turbo run build --filter=web`, `nx build web`, `nx run web:build`: the task and the packages.
fn workspace_task(words: &[String]) -> Option<(String, Vec<String>)> {
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
