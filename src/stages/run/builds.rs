//! Builds: what is run, and what it leaves.

use super::script::{Call, Session};
use super::tasks::{installs_only, member_calls, script_task, workspace_task};
use super::{Runner, State, packages};
use crate::ecosystem::frameworks::MOVING;
use crate::ecosystem::{Action, Invocation, Manager, Setting, tools};
use crate::paths;
use crate::paths::glob::{self, Dialect, Glob};
use crate::project::{App, Member, Outputs, Reach, Tool, Workspace};
use crate::stages::{Build, BuildId, Entry, Holding};

/// A package, in the image and in the context.
#[derive(Clone)]
struct Site {
    folder: Option<String>,
    app: Option<String>,
}

impl Site {
    /// The package in `folder` of the context, this one being the root of its workspace.
    fn member(&self, folder: String) -> Self {
        let rest = paths::below(self.app.as_deref().unwrap_or_default(), &folder).unwrap_or_default();
        Self { folder: self.folder.as_ref().map(|it| paths::join(it, rest)), app: Some(folder) }
    }
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
        let sites = self.sites(state, root, &invocation.target.packages, invocation.target.all, invocation.manager());
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
        let is_of_members = script_task(app, script).is_some() || member_calls(app, script).is_some();
        if !is_of_members && self.work_elsewhere(state, session, call, site.folder.as_ref(), app, script) {
            return;
        }
        self.installs_in(state, session, call, site, app, &[script]);
        if let Some((task, filters)) = script_task(app, script) {
            return self.build_members(state, session, call, site, &task, &filters);
        }
        if let Some(calls) = member_calls(app, script).filter(|_| call.script.is_none()) {
            for (words, invocation) in calls {
                let (Action::Script(task) | Action::Run(task)) = &invocation.action else { continue };
                self.build_by_script(
                    state,
                    session,
                    &call.inside(script, words),
                    &invocation,
                    task,
                    site.folder.clone(),
                );
            }
            return;
        }
        let outputs = app.outputs(script);
        // `"build": "tsc --noEmit"` only checks.
        let may_make = !outputs.outputs.is_empty() || !outputs.unknown.is_empty();
        if may_make && tools::is_build_name(script) || !outputs.outputs.is_empty() || outputs.generates() {
            let site = Site { folder: site.folder.clone(), app: site.app.clone() };
            self.build(state, session, call, site, Some(script.to_owned()), outputs);
        } else if session.is_of_script && !installs_only(app, script) {
            let outputs = unknown(&format!("the script `{script}` is not followed yet"));
            self.build(state, session, call, site.clone(), Some(script.to_owned()), outputs);
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
        if let Some((task, filters)) = workspace_task(&call.words) {
            return self.build_members(state, session, call, &site, &task, &filters);
        }
        let outputs = self.outputs_of(&site, &call.words);
        self.build(state, session, call, site, None, outputs);
    }

    /// `task` of the packages that `filters` name, or of all; of those that they need as well, where turbo.json says so.
    fn build_members(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        root: &Site,
        task: &str,
        filters: &[String],
    ) {
        // Turborepo reads filters as pnpm does.
        let mut sites = self.sites(state, root.clone(), filters, filters.is_empty(), Manager::Pnpm);
        if !filters.is_empty() && self.builds_upwards(root, task) {
            sites = self.with_needed(root, sites);
        }
        for site in sites {
            let app = site.app.as_ref().and_then(|it| self.project.app(it));
            // Turborepo and Lerna pass over a package without the script; Nx may have made a target of its own.
            let is_nx = call.words.first().is_some_and(|it| paths::file_name(it) == "nx");
            let has_script = app.as_ref().is_none_or(|it| it.package.scripts.contains_key(task));
            if !has_script && !is_nx && site.app != root.app {
                continue;
            }
            let outputs = app.map_or_else(|| unknown("which package it builds is not known"), |it| it.outputs(task));
            self.build(state, session, call, site, None, outputs);
        }
    }

    /// Whether turbo.json has `task` of a package wait for that of those that it needs (`"dependsOn": ["^build"]`).
    fn builds_upwards(&self, root: &Site, task: &str) -> bool {
        let text = root.app.as_ref().and_then(|it| self.project.text(&paths::join(it, "turbo.json")));
        text.is_some_and(|it| it.contains(&format!("\"^{task}\"")))
    }

    /// The packages, those first that they need.
    fn with_needed(&self, root: &Site, sites: Vec<Site>) -> Vec<Site> {
        let Some(workspace) = root.app.as_ref().and_then(|it| self.project.workspace(it)) else { return sites };
        let members = sites.iter().filter_map(|it| workspace.member(it.app.as_deref()?));
        let needed = members.flat_map(|it| workspace.closure_by(&it.app, Reach::All)).map(|it| it.folder.clone());
        let mut folders: Vec<String> = Vec::new();
        for folder in needed.filter(|it| sites.iter().all(|site| site.app.as_ref() != Some(it))) {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        folders.into_iter().map(|it| root.member(it)).chain(sites).collect()
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
        let is_of_framework = outputs.outputs.iter().any(|it| it.tool == Tool::Framework);
        let is_set = |it: &&&str| session.setting(state, call, it) != Setting::Unset;
        let moves = MOVING.iter().filter(|_| is_of_framework).find(is_set);
        let outputs = moves.map_or(outputs, |it| unknown(&format!("`{it}` may put the output elsewhere")));
        for (site, outputs) in self.by_package(site, outputs) {
            let build = Build {
                instruction: session.index,
                stage: self.states.next_id(),
                command: call.command.clone(),
                script: script.clone(),
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
    }

    /// The packages in which something is made.
    fn by_package(&self, site: Site, outputs: Outputs) -> Vec<(Site, Outputs)> {
        let Some(app) = site.app.as_deref() else { return vec![(site, outputs)] };
        let place = |folder: &str| {
            let rest = paths::relative(app, folder)?;
            Some(paths::absolute(site.folder.as_deref()?, &rest))
        };
        let parts = packages::parts(self.project, app, outputs).into_iter();
        parts.map(|(app, outputs)| (Site { folder: place(&app), app: Some(app) }, outputs)).collect()
    }

    /// The packages that a command is for.
    fn sites(&self, state: &State, root: Site, workspaces: &[String], recursive: bool, manager: Manager) -> Vec<Site> {
        if workspaces.is_empty() && !recursive {
            return vec![root];
        }
        let app = root.app.clone().unwrap_or_default();
        let found: Option<Vec<_>> = workspaces.iter().map(|it| self.filtered(&app, it, manager)).collect();
        let all = if recursive && workspaces.is_empty() { self.all_members(state, &root) } else { None };
        match all {
            Some(all) => all,
            None => match found.filter(|_| !recursive || !workspaces.is_empty()) {
                Some(found) => self.in_order(&root, found.concat()),
                None => vec![Site { app: None, ..root }],
            },
        }
    }

    /// The packages that a filter means: `web`, with pnpm's signs `web...` and those that it needs, or all of a pattern.
    fn filtered(&self, root: &str, filter: &str, manager: Manager) -> Option<Vec<String>> {
        if manager != Manager::Pnpm || !filter.contains("...") && !glob::is_glob(filter) {
            return Some(vec![self.workspace(root, filter, manager)?]);
        }
        let workspace = self.project.workspace(root).filter(|it| it.unknown.is_none() && it.root.folder == root)?;
        if filter.starts_with(['!', '.']) && !filter.starts_with("./") || filter.contains('[') {
            return None;
        }
        let name = filter.trim_end_matches("...").trim_end_matches('^');
        let meant: Vec<&Member> = match name.strip_prefix("./") {
            _ if !glob::is_glob(name) => workspace.selected(manager, name),
            Some(folders) => matching(&workspace, folders, |it| workspace.path_of(it))?,
            None => matching(&workspace, name, |it| it.name.clone())?,
        };
        let mut res: Vec<String> = Vec::new();
        for member in &meant {
            let needed = workspace.closure_by(&member.app, Reach::All).into_iter().filter(|_| filter.ends_with("..."));
            res.extend(needed.map(|it| it.folder.clone()));
            res.extend((!filter.ends_with("^...")).then(|| member.folder.clone()));
        }
        Some(res)
    }

    /// The packages as pnpm takes them, each once: those first that others need.
    fn in_order(&self, root: &Site, folders: Vec<String>) -> Vec<Site> {
        let mut res: Vec<String> = Vec::new();
        for folder in folders {
            if !res.contains(&folder) {
                res.push(folder);
            }
        }
        res.into_iter().map(|it| root.member(it)).collect()
    }

    /// The members of the workspace whose package.json is in the stage; `None` where they are not known.
    fn all_members(&self, state: &State, root: &Site) -> Option<Vec<Site>> {
        let workspace = self.project.workspace(root.app.as_ref()?)?;
        if workspace.unknown.is_some() || Some(&workspace.root.folder) != root.app.as_ref() {
            return None;
        }
        let sites = workspace.members.iter().map(|it| root.member(it.folder.clone()));
        let is_there = |it: &Site| {
            let folder = it.folder.as_ref()?;
            state.has_file(self.project, &paths::join(folder, "package.json"))
        };
        sites.filter(|it| is_there(it) != Some(false)).map(|it| is_there(&it).map(|_| it)).collect()
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

/// The members whose name or folder a pattern matches; `None` where it is not followed.
fn matching<'w>(workspace: &'w Workspace, pattern: &str, of: impl Fn(&Member) -> String) -> Option<Vec<&'w Member>> {
    let glob = Glob::new(pattern, Dialect::Shell).filter(|_| !pattern.contains(['{', '}']))?;
    Some(workspace.members.iter().filter(|it| glob.matches(&of(it))).collect())
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
