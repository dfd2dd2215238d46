//! Installs: what they leave in node_modules, and in the manager's cache.

use super::script::{Call, Session};
use super::state::ConfigSet;
use super::{Runner, State};
use crate::ecosystem::managers::pnpm_settings;
use crate::ecosystem::releases::Newest;
use crate::ecosystem::{Ask, Flag, Invocation, Manager, Scope, Setting, Verb, managers, omit};
use crate::paths;
use crate::project::App;
use crate::stages::{Entry, Holding, Install, InstructionId, NodeModules, NpmSetting};

/// More lines of an .npmrc about devDependencies are nobody's own.
const MAX_SETTINGS: usize = 32;

impl Runner<'_, '_> {
    pub(super) fn install(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        invocation: &Invocation,
        verb: Verb,
        folder: Option<String>,
    ) {
        let app = folder.as_ref().and_then(|it| state.app_in(self.project, it));
        let manager = self.which(state, invocation, app.as_deref());
        let major = self.major(state, manager, app.as_deref());
        let modules = folder.as_ref().map(|it| paths::join(it, "node_modules"));
        let before = modules.as_ref().and_then(|it| scope_at(state, it));
        let node_env = session.setting(state, call, "NODE_ENV");
        let flags = &invocation.arguments.flags;
        let settings = self.config(state, session, call, app.as_deref(), folder.as_deref());
        let config: Vec<Flag> = settings.iter().map(|it| it.flag.clone()).collect();
        let version = state.tools.bun.filter(|_| manager == Manager::Bun);
        let ask = Ask { manager, major, version, verb, flags, node_env: node_env.clone(), config: &config, before };
        let omitted_by = settings.into_iter().find(|it| omits(&ask, it));
        let scope = self.without_doubt(ask.scope(), verb, flags, app.as_deref(), before);
        let asks = manager == Manager::Pnpm && verb == Verb::Prune && scope == Scope::Production;
        let scope =
            if asks { self.after_a_question(state, session, call, app.as_deref(), (major, before)) } else { scope };
        let scope = merged(scope, before.filter(|_| call.command.conditional));
        let lock_present = folder.as_ref().and_then(|it| self.lock_present(state, manager, it));
        self.model.installs.push(Install {
            instruction: session.index,
            stage: self.states.next_id(),
            manager,
            major,
            is_major_named: in_stage(state, manager).is_some(),
            version,
            at_least: state.tools.npm.at_least.filter(|_| manager == Manager::Npm),
            verb,
            command: call.command.clone(),
            script: call.script.clone(),
            scope,
            node_env: if let Setting::Value(value) = node_env { Some(value) } else { None },
            node_env_by: set_by(state, session, call, "NODE_ENV"),
            omitted_by,
            folder,
            app,
            lock_present,
            sources_present: state.has_sources(self.project),
            seen: state.all_seen(),
        });
        self.leave(state, session, call, invocation, modules);
    }

    /// A full install of a package.json that nobody knows may have no devDependencies at all.
    fn without_doubt(
        &self,
        scope: Scope,
        verb: Verb,
        flags: &[Flag],
        app: Option<&str>,
        before: Option<Scope>,
    ) -> Scope {
        let is_read = app.is_some_and(|it| self.project.app(it).is_some());
        match (scope, verb) {
            (Scope::All, Verb::Add) if is_read || before == Some(Scope::All) || saves_dev(flags) => Scope::All,
            (Scope::All, Verb::Add) if app.is_none() => Scope::Production,
            (Scope::All, Verb::Add) => Scope::Unknown,
            (Scope::All, _) if app.is_none() => Scope::Unknown,
            _ => scope,
        }
    }

    /// What is there after `pnpm prune --prod`: at the root of workspaces pnpm 8 and 9 ask first whether they may remove
    /// node_modules; a build can't answer, and they end well with all still there. Where `CI` is set they don't ask (run
    /// with 8.15 and 9.15; 10 fails, and later ones prune).
    fn after_a_question(
        &self,
        state: &State,
        session: &Session,
        call: &Call<'_>,
        app: Option<&str>,
        (major, before): (Option<u32>, Option<Scope>),
    ) -> Scope {
        let is_root = |it: &str| self.project.workspace(it).is_some_and(|found| found.root.folder == it);
        let asks = app.is_some_and(is_root) && session.setting(state, call, "CI") == Setting::Unset;
        match major {
            Some(8 | 9) if asks => before.unwrap_or(Scope::Unknown),
            None if asks => merged(Scope::Production, before),
            _ => Scope::Production,
        }
    }

    /// Puts what the last install made into the stage.
    fn leave(
        &self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        invocation: &Invocation,
        modules: Option<String>,
    ) {
        let Some(at) = self.model.installs.last_id() else { return };
        let install = &self.model.installs[at];
        if matches!(install.verb, Verb::Prune | Verb::Rebuild)
            && modules.as_ref().is_none_or(|it| scope_at(state, it).is_none())
        {
            return;
        }
        if let Some(path) = modules {
            let holding = Holding::NodeModules(NodeModules {
                scope: install.scope,
                manager: install.manager,
                app: install.app.clone(),
                libc: state.libc,
                node_major: state.tools.node,
                install: at,
            });
            let mut entry = Entry::new(path, holding, session.index);
            if install.verb == Verb::Rebuild || (install.verb == Verb::Prune && install.scope != Scope::Production) {
                entry = as_before(state, entry);
            }
            state.contents.place(entry);
        }
        if !matches!(install.verb, Verb::Prune | Verb::Rebuild) {
            super::cache::leave(state, session, call, invocation, install.manager);
        }
    }

    /// The manager behind the program: for `yarn`, Yarn 1 or a later one.
    fn which(&self, state: &State, invocation: &Invocation, app: Option<&str>) -> Manager {
        match invocation.manager() {
            Manager::YarnClassic if self.is_berry(state, invocation, app) => Manager::YarnBerry,
            manager => manager,
        }
    }

    fn is_berry(&self, state: &State, invocation: &Invocation, app: Option<&str>) -> bool {
        let of_app = app.and_then(|it| self.manager_of(it));
        match (of_app, state.tools.yarn) {
            (Some(Manager::YarnBerry), _) => true,
            (Some(Manager::YarnClassic), _) => false,
            (_, Some(major)) => major >= 2,
            _ => {
                invocation.arguments.has(&["immutable", "immutable-cache"])
                    || invocation.arguments.operand(1) == Some("focus")
            }
        }
    }

    /// The manager's major: of what the stage brings in, else of package.json, else of the lock file.
    fn major(&self, state: &State, manager: Manager, app: Option<&str>) -> Option<u32> {
        let of_package = |app: &App| {
            let (named, version) = app.package.package_manager.as_ref()?;
            version.split('.').next()?.parse().ok().filter(|_| *named == manager)
        };
        let of_lock = |app: &App| {
            managers::of(manager).major_of_lock(app.locks.iter().find(|it| it.manager == manager)?.generation?)
        };
        match manager {
            Manager::Npm => return state.tools.npm.major,
            Manager::YarnClassic => return Some(1),
            Manager::YarnBerry | Manager::Pnpm | Manager::Bun => {}
        }
        in_stage(state, manager).or_else(|| self.upwards(app?, of_package)).or_else(|| self.upwards(app?, of_lock))
    }

    /// What npm's configuration says of dev dependencies.
    fn config(
        &self,
        state: &State,
        session: &Session,
        call: &Call<'_>,
        app: Option<&str>,
        folder: Option<&str>,
    ) -> Vec<NpmSetting> {
        let mut res = Vec::new();
        for name in omit::SETTINGS {
            let upper = format!("NPM_CONFIG_{}", name.to_ascii_uppercase());
            for variable in [format!("npm_config_{name}"), upper] {
                if let Setting::Value(value) = session.setting(state, call, &variable) {
                    let by = set_by(state, session, call, &variable);
                    let written = format!("{variable}={value}");
                    res.push(NpmSetting { flag: ((*name).to_owned(), Some(value)), written, by });
                }
            }
        }
        let is_there = folder.is_some_and(|it| state.has_file(self.project, &paths::join(it, ".npmrc")) == Some(true));
        let lines = app.filter(|_| is_there).and_then(|it| self.project.app(it)?.npmrc.clone());
        // `omit[]` too; each is asked about beside all others.
        let is_meant = |it: &(String, String)| omit::SETTINGS.iter().any(|name| it.0.starts_with(name));
        let lines = lines.unwrap_or_default().into_iter().filter(is_meant).take(MAX_SETTINGS);
        res.extend(lines.map(|(name, value)| {
            let written = format!("{name}={value} in .npmrc");
            NpmSetting { flag: (name, Some(value)), written, by: None }
        }));
        let is_users = |it: &&ConfigSet| it.user.as_ref().is_none_or(|it| *it == state.contents.user.value);
        res.extend(state.npm_config.iter().rev().filter(is_users).map(|it| it.setting.clone()));
        res
    }

    /// Whether a lock file of `manager` lies in `folder`, or in the root of the workspace around it.
    fn lock_present(&self, state: &State, manager: Manager, folder: &str) -> Option<bool> {
        let mut doubtful = false;
        for above in paths::ancestors(folder) {
            let counts = match manager {
                _ if above == folder || self.is_workspace_root(state, above) => true,
                // It finds the root by that file, whether or not a package.json lies there.
                Manager::Pnpm => match state.has_file(self.project, &paths::join(above, pnpm_settings::FILE)) {
                    Some(is_there) => is_there,
                    None => {
                        doubtful = true;
                        false
                    }
                },
                _ => false,
            };
            for name in manager.locks().iter().filter(|_| counts) {
                match state.has_file(self.project, &paths::join(above, name)) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => doubtful = true,
                }
            }
        }
        if doubtful { None } else { Some(false) }
    }

    fn is_workspace_root(&self, state: &State, folder: &str) -> bool {
        let app = state.app_in(self.project, folder).and_then(|it| self.project.app(&it));
        app.is_some_and(|it| it.is_workspace_root())
    }

    /// `pnpm deploy DIR`: a package with its own node_modules.
    pub(super) fn deploy(
        &mut self,
        state: &mut State,
        session: &Session,
        call: &Call<'_>,
        invocation: &Invocation,
        target: &str,
        folder: Option<String>,
    ) {
        let root = folder.as_ref().and_then(|it| state.app_in(self.project, it));
        let app = root.and_then(|it| self.workspace(&it, invocation.target.packages.first()?, Manager::Pnpm));
        let is_production = invocation.arguments.has(&["prod", "P", "production"]);
        let scope = if is_production { Scope::Production } else { Scope::All };
        let base = folder.as_deref().unwrap_or("/");
        let path = session.resolve(state, target).unwrap_or_else(|| paths::absolute(base, target));
        self.model.installs.push(Install {
            instruction: session.index,
            stage: self.states.next_id(),
            manager: Manager::Pnpm,
            major: self.major(state, Manager::Pnpm, app.as_deref().or(Some(""))),
            is_major_named: in_stage(state, Manager::Pnpm).is_some(),
            version: None,
            at_least: None,
            verb: Verb::Deploy,
            command: call.command.clone(),
            script: call.script.clone(),
            scope,
            node_env: None,
            node_env_by: None,
            omitted_by: None,
            folder: Some(path.clone()),
            app,
            lock_present: folder.as_ref().and_then(|it| self.lock_present(state, Manager::Pnpm, it)),
            sources_present: state.has_sources(self.project),
            seen: state.all_seen(),
        });
        state.contents.place(Entry::new(path.clone(), Holding::Unknown, session.index));
        self.leave(state, session, call, invocation, Some(paths::join(&path, "node_modules")));
    }
}

/// The major that the stage brings in.
fn in_stage(state: &State, manager: Manager) -> Option<u32> {
    match manager {
        Manager::Npm => state.tools.npm.major,
        Manager::YarnClassic => None,
        Manager::YarnBerry => state.tools.yarn.filter(|it| *it > 1),
        Manager::Pnpm => state.tools.pnpm,
        Manager::Bun => state.tools.bun.and_then(Newest::major),
    }
}

/// Whether it is this setting that leaves devDependencies out.
fn omits(ask: &Ask<'_>, setting: &NpmSetting) -> bool {
    let with = |config: &[Flag]| {
        let node_env = ask.node_env.clone();
        Ask { config, node_env, before: None, ..*ask }.scope() == Scope::Production
    };
    with(ask.config) && !with(&[]) && with(std::slice::from_ref(&setting.flag))
}

fn saves_dev(flags: &[Flag]) -> bool {
    flags.iter().any(|(name, _)| name == "save-dev" || name == "D")
}

fn scope_at(state: &State, path: &str) -> Option<Scope> {
    state.contents.node_modules().filter(|(it, _)| it.path == path).last().map(|(_, it)| it.scope)
}

/// What may have run: the scope is known where it makes no difference.
fn merged(scope: Scope, before: Option<Scope>) -> Scope {
    if before.is_some_and(|it| it != scope) { Scope::Unknown } else { scope }
}

/// The entry that is there already: the command removed nothing that counts.
fn as_before(state: &State, entry: Entry) -> Entry {
    let old = state.contents.node_modules().find(|(it, _)| it.path == entry.path).map(|(it, _)| it.clone());
    match (old, entry.holding.clone()) {
        (Some(mut old), Holding::NodeModules(new)) => {
            if let Holding::NodeModules(modules) = &mut old.holding {
                modules.scope = new.scope;
            }
            old
        }
        _ => entry,
    }
}

fn set_by(state: &State, session: &Session, call: &Call<'_>, name: &str) -> Option<InstructionId> {
    if session.sets(call, name) {
        return None;
    }
    let of_env = state.contents.env.get(name).map(|it| it.by);
    of_env.or_else(|| state.args.get(name).map(|it| it.by)).flatten()
}
