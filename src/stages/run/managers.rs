//! Programs that are package managers, and which of them is meant.

use super::script::{Call, Session};
use super::state::ConfigSet;
use super::{Runner, State};
use crate::ecosystem::managers::npm_flags;
use crate::ecosystem::releases::{Newest, Npm};
use crate::ecosystem::{Action, Invocation, Manager, omit};
use crate::paths;
use crate::stages::{InstructionId, NpmSetting, ScriptCall};

impl Runner<'_, '_> {
    /// A command that is none of the file system's.
    pub(super) fn tool(&mut self, state: &mut State, session: &Session, call: &Call<'_>) {
        match Invocation::read(&call.words) {
            Some(invocation) => self.manager(state, session, call, &invocation),
            None => self.program(state, session, call),
        }
    }

    fn program(&mut self, state: &mut State, session: &Session, call: &Call<'_>) {
        match call.program() {
            "corepack" => corepack(state, call.arguments()),
            "turbo" if call.arguments().iter().any(|it| it == "prune") => self.turbo_prune(state, session, call),
            _ => self.build_by_program(state, session, call),
        }
    }

    fn manager(&mut self, state: &mut State, session: &Session, call: &Call<'_>, invocation: &Invocation) {
        let folder = match &invocation.target.folder {
            Some(folder) => session.resolve(state, folder),
            None => session.folder.clone(),
        };
        if self.is_other_alternative(state, session, call, folder.as_deref()) {
            return;
        }
        match &invocation.action {
            Action::Install(verb) => self.install(state, session, call, invocation, *verb, folder),
            Action::Global(packages) => {
                global(state, session.index, packages);
                super::cache::leave(state, session, call, invocation, invocation.manager());
            }
            // Flags after it are its own.
            Action::Run(words) if words.first().is_some_and(|it| it == "turbo") => {
                self.tool(state, session, &call.of(words.clone()));
            }
            Action::Script(words) | Action::Run(words) => {
                self.note_script(state, session, call, invocation, words, folder.as_deref());
                self.build_by_script(state, session, call, invocation, words, folder);
            }
            Action::Exec(words) if words.first().is_some_and(|it| it == invocation.program) => {
                self.program(state, session, &call.of(words.clone()));
            }
            Action::Exec(words) => self.tool(state, session, &call.of(words.clone())),
            Action::Deploy(target) => self.deploy(state, session, call, invocation, target, folder),
            Action::CleanCache => super::cache::clean(state, session.index, invocation.program),
            Action::Idle if invocation.manager() == Manager::Npm => set_config(state, session.index, call),
            Action::Node(_) | Action::Shell(_) | Action::Idle | Action::Unknown => {}
        }
    }

    fn note_script(
        &mut self,
        state: &State,
        session: &Session,
        call: &Call<'_>,
        invocation: &Invocation,
        words: &[String],
        folder: Option<&str>,
    ) {
        let Some(script) = words.first() else { return };
        self.model.script_calls.push(ScriptCall {
            instruction: session.index,
            stage: self.states.next_id(),
            command: call.command.clone(),
            manager: invocation.manager(),
            script: script.clone(),
            filters: invocation.target.packages.clone(),
            app: folder.and_then(|it| state.certain_app_in(self.project, it)),
            is_special: invocation.target.all || invocation.looks_elsewhere(),
        });
    }

    /// Whether the app's own manager is known to be another one of those that the script tries.
    fn is_other_alternative(&self, state: &State, session: &Session, call: &Call<'_>, folder: Option<&str>) -> bool {
        if !session.has_alternatives || !call.command.conditional {
            return false;
        }
        let app = folder.and_then(|it| state.app_in(self.project, it));
        let manager = app.and_then(|it| self.manager_of(&it));
        manager.is_some_and(|it| it.program() != call.program())
    }

    /// The manager of the app in `folder`, or of the workspace that it belongs to.
    pub(super) fn manager_of(&self, folder: &str) -> Option<Manager> {
        self.upwards(folder, |it| it.manager())
    }

    /// The first answer from the app in `folder` and those above it.
    pub(super) fn upwards<T>(&self, folder: &str, ask: impl Fn(&crate::project::App) -> Option<T>) -> Option<T> {
        let mut folder = folder;
        loop {
            if let Some(answer) = self.project.app(folder).and_then(|it| ask(&it)) {
                return Some(answer);
            }
            if folder.is_empty() {
                return None;
            }
            folder = paths::parent(folder);
        }
    }
}

/// `npm config set omit dev`
fn set_config(state: &mut State, index: InstructionId, call: &Call<'_>) {
    let words: Vec<&str> = call.arguments().iter().map(String::as_str).collect();
    let Some((pairs, is_global)) = npm_flags::set_values(&words).filter(|_| !call.command.conditional) else { return };
    let user = Some(state.contents.user.value.clone()).filter(|_| !is_global);
    for (name, value) in pairs.into_iter().filter(|it| omit::SETTINGS.contains(&it.0.as_str())) {
        let setting = NpmSetting { flag: (name, Some(value)), written: call.command.written(), by: Some(index) };
        state.npm_config.push(ConfigSet { setting, user: user.clone() });
    }
}

/// `npm install -g`: programs, and new versions of the managers.
fn global(state: &mut State, index: InstructionId, packages: &[String]) {
    for package in packages {
        let (name, version) = match package.rfind('@').filter(|at| *at > 0) {
            Some(at) => (&package[..at], Some(&package[at + 1..])),
            None => (package.as_str(), None),
        };
        set_version(state, name, version);
        state.contents.global_packages.push((name.to_owned(), index));
    }
}

/// `corepack prepare pnpm@9 --activate`, `corepack use`, `corepack install -g`.
fn corepack(state: &mut State, words: &[String]) {
    if !words.first().is_some_and(|it| ["prepare", "use", "install"].contains(&it.as_str())) {
        return;
    }
    for (name, version) in words.iter().filter_map(|it| it.rsplit_once('@')) {
        set_version(state, name, Some(version));
    }
}

/// Notes the major of a manager that is brought in; `latest` and the like are unknown.
fn set_version(state: &mut State, name: &str, version: Option<&str>) {
    let digits = version.map(|it| it.trim_start_matches(['^', '~', '=', 'v', '>']));
    let major = digits.and_then(|it| it.split('.').next()?.parse::<u32>().ok());
    match Manager::named(name, version.unwrap_or_default()) {
        Some(Manager::Npm) => {
            // A tag of npm's own only gets newer.
            let is_tag = version.is_none_or(|it| matches!(it, "latest" | "" | "next" | "lts"));
            state.tools.npm = match major {
                Some(major) => Npm::of_major(major),
                None if is_tag => Npm::floating(),
                None => Npm::default(),
            };
        }
        Some(Manager::Pnpm) => state.tools.pnpm = major,
        Some(Manager::Bun) => state.tools.bun = Newest::named(version.unwrap_or_default()),
        Some(Manager::YarnClassic | Manager::YarnBerry) => {
            state.tools.yarn = major.or(Some(if is_berry(version) { 4 } else { 1 }));
        }
        None => {}
    }
}

/// npm's `yarn` is Yarn 1; corepack's `stable` and `berry` are not.
fn is_berry(version: Option<&str>) -> bool {
    matches!(version, Some("stable" | "berry" | "canary"))
}
