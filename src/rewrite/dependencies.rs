//! How production dependencies get into the production stage (FACTS §8).

use super::pruning::{self, Pruning};
use super::workspaces::Installed;
use super::{Shape, production, purpose, refusal, shape, stage_of};
use crate::ecosystem::releases::Npm;
use crate::ecosystem::{Effect, Manager, Plugin, Production, Steps, effect_of, system};
use crate::facts::{Conditions, changed_manifest, in_home, left_outside};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Agreement, App, Peers, Reason};
use crate::shell::Command;
use crate::stages::{Install, InstructionId, Scope, Verb};

/// The way, and why it is not the plain one.
#[derive(Clone, Debug)]
pub(super) struct Strategy {
    pub(super) way: Way,
    /// Why the plain install was not chosen.
    pub(super) reason: Option<Reason>,
    manager: Manager,
    /// How the manager writes it.
    form: Production,
    /// Flags of the build's install, which the others repeat.
    flags: Vec<String>,
    /// A command that the prune needs before it.
    first: Option<&'static str>,
    /// What the prune of other managers than npm rests on.
    pruning: Result<Pruning, Reason>,
}

/// The ways in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A production install in the production stage.
    Install,
    /// devDependencies are taken out in the build stage, and node_modules is copied.
    Prune,
    /// A copy of node_modules as it is: something needs a devDependency.
    Keep,
}

impl Strategy {
    /// What the build makes brings its packages itself.
    pub(super) fn nothing() -> Self {
        let manager: Manager = Default::default();
        let form = manager.production(Some(u32::MAX)).expect("the usual manager's forms are written");
        Self {
            way: Way::Install,
            reason: None,
            manager,
            form,
            flags: Vec::new(),
            first: None,
            pruning: Ok(Pruning::default()),
        }
    }

    /// Copies node_modules with all that it holds.
    pub(super) fn keep_all(&mut self, reason: Reason) {
        (self.way, self.reason) = (Way::Keep, Some(reason));
    }

    /// Has the packages be pruned in the build stage, where nothing speaks against it and not all are needed.
    pub(super) fn prefer_prune(&mut self) {
        if self.pruning.is_ok() && self.way != Way::Keep {
            self.way = Way::Prune;
        }
    }

    /// What the prune needs, where it is the way: its doubts go to `doubts`.
    pub(super) fn settle(&mut self, doubts: &mut Vec<Reason>) -> Result<(), Reason> {
        if self.way == Way::Prune {
            let pruning = std::mem::replace(&mut self.pruning, Ok(Pruning::default()))?;
            self.flags.extend(pruning.flags);
            self.first = pruning.first;
            doubts.extend(pruning.doubts);
        }
        Ok(())
    }

    /// The flag of an install that leaves devDependencies out, where it has one.
    pub(super) fn omit(&self) -> Option<&'static str> {
        self.form.omit
    }

    /// What the packages lie in, from the app's folder.
    pub(super) fn modules(&self) -> &'static str {
        self.form.modules
    }

    /// Whether the prune goes by the lock file.
    pub(super) fn prune_reads_lock(&self) -> bool {
        !self.manager.habits().prunes_without_lock
    }

    /// Whether the production stage can install by itself: its image has an npm that knows the same words.
    pub(super) fn has_npm(&self, ctx: &Inspection) -> bool {
        let image = ctx.model().root_image(stage_of(ctx));
        let knows_form = || self.manager.production(image.npm.major) == Some(self.form);
        self.manager.habits().installs_afresh && image.npm.at_least.is_some() && knows_form()
    }

    /// What a stage does that installs them itself.
    pub(super) fn steps(&self, app: &App) -> Steps {
        let lock = app.lock().filter(|it| it.manager == self.manager).map(|it| paths::file_name(&it.path));
        let files = self.manager.manifests(lock).iter().map(|it| app.folder_path(it)).collect();
        self.form.steps(files, &self.flags)
    }

    /// The command that takes devDependencies out of a full install.
    pub(super) fn prune(&self) -> String {
        let prune = self.form.prune(&self.flags);
        self.first.map_or_else(|| prune.clone(), |it| format!("{it} && {prune}"))
    }

    /// Has the prune be of these packages of the workspace only, and of its root.
    ///
    /// # Errors
    /// Where nodestage does not know how this manager is told.
    pub(super) fn narrow(&mut self, packages: &[String]) -> Result<(), Reason> {
        if self.flags.iter().any(|it| it.starts_with("--workspace=")) {
            return Ok(());
        }
        if !self.manager.habits().installs_afresh {
            return Err(refusal("a prune would bring packages of the workspace that were not installed"));
        }
        self.flags.extend(packages.iter().map(|it| format!("--workspace={it}")));
        self.flags.push("--include-workspace-root".to_owned());
        Ok(())
    }
}

/// nodestage can't write the forms of `manager`.
pub(super) fn not_written(manager: Manager) -> Reason {
    match manager.habits().plugin {
        Some(Plugin { name, since, .. }) => {
            refusal(format!("before {since}, it takes a plugin (`{name}`) to leave devDependencies out"))
        }
        None => refusal(format!("the form for `{}` is not written yet", manager.program())),
    }
}

/// Chooses the way for the production stage of `ctx`.
pub(super) fn strategy(ctx: &Inspection, installed: &Installed, doubts: &mut Vec<Reason>) -> Result<Strategy, Reason> {
    let app: &App = &installed.root;
    let installs = installs(ctx, app);
    if !installed.is_workspace() {
        linked(app)?;
    }
    added(ctx, &installs)?;
    let manager = manager(ctx, app)?;
    doubts.extend(foreign_lock(app, manager));
    doubts.extend(unknown_command(ctx, &installs));
    if !manager.habits().installs_afresh {
        return by_prune(ctx, installed, manager, &installs, doubts);
    }
    let old_npm = is_npm_6(ctx, &installs, doubts);
    if old_npm && installed.is_workspace() {
        return Err(refusal("npm 6 knows no workspaces"));
    }
    let conditions: Vec<Conditions> =
        installs.iter().map(|it| Conditions::of(ctx.model(), ctx.project(), it)).collect();
    // What comes before an install of a stage comes before the last one too.
    let stages = installs.chunk_by(|a, b| a.stage == b.stage).filter_map(|it| it.last());
    let changed = stages.into_iter().find_map(|it| changed_manifest(ctx.model(), ctx.text(), it));
    let reason = conditions.iter().find_map(|it| it.other.clone()).or(changed);
    let reason = reason.or_else(|| lock_reason(ctx, app, &installs, &conditions, old_npm));
    let reason = reason.or_else(|| reason_to_prune(ctx, app, &installs));
    let in_workspace =
        || installed.is_workspace().then(|| "an install of its own needs every package.json of the workspace".into());
    let reason = outside(ctx, app, reason.or_else(in_workspace), doubts)?;
    let way = if reason.is_some() { Way::Prune } else { Way::Install };
    let mut flags: Vec<String> = Vec::new();
    for flag in conditions.into_iter().flat_map(|it| it.flags) {
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    let form = manager.production(old_npm.then_some(6)).ok_or_else(|| not_written(manager))?;
    Ok(Strategy { way, reason, manager, form, flags, first: None, pruning: Ok(Pruning::default()) })
}

/// A command after an install of its stage that nobody described.
fn unknown_command(ctx: &Inspection, installs: &[&Install]) -> Option<Reason> {
    let model = ctx.model();
    let of_stage = |it: &&Install| model.stages[it.stage].instructions.clone();
    let later = installs.iter().flat_map(|install| {
        let commands = of_stage(install).flat_map(|it| model.commands_of_run(it));
        commands.filter(|it| it.range.start() >= install.command.range.end())
    });
    let is_unknown = |it: &&Command| matches!(effect_of(it), Effect::Unknown(_));
    let found = later.into_iter().find(is_unknown)?;
    Some(format!("`{}` may change `node_modules`", found.written().lines().next().unwrap_or_default()).into())
}

/// The major whose forms can be written; an older one with the plugin has those that have it built in.
fn major_of(ctx: &Inspection, app: &App, installs: &[&Install]) -> Option<u32> {
    let install = installs.last()?;
    let is_there = |it: &Plugin| ctx.project().kind(&app.folder_path(it.path)).is_some();
    install.manager.habits().plugin.filter(is_there).map_or(install.major, |it| Some(it.major))
}

/// The one manager that installs, and that package.json speaks for. A lock file of another one does not install.
pub(super) fn manager(ctx: &Inspection, app: &App) -> Result<Manager, Reason> {
    let named = app.package.package_manager.as_ref().map(|it| it.0);
    let by_lock = app.manager().filter(|_| ctx.model().installs.is_empty());
    let mut all = ctx.model().installs.iter().map(|it| it.manager).chain(named).chain(by_lock);
    let first = all.next().unwrap_or_default();
    if !first.is_written() {
        return Err(not_written(first));
    }
    match all.find(|it| *it != first) {
        Some(other) if !other.is_written() => Err(not_written(other)),
        Some(other) => Err(refusal(format!("`{}` and `{}` both install here", first.program(), other.program()))),
        None => Ok(first),
    }
}

/// The lock file that is there is another manager's: what `manager` installs does not stand in it.
fn foreign_lock(app: &App, manager: Manager) -> Option<Reason> {
    let lock = app.lock().filter(|it| it.manager != manager)?;
    let text = format!("is not `{}`'s, which installs here: what it brings is not known", manager.program());
    Some(Reason::of_file(&lock.path, text))
}

/// The other managers are not asked to install in the production stage: node_modules of the build has the very
/// packages that it was built with.
fn by_prune(
    ctx: &Inspection,
    installed: &Installed,
    manager: Manager,
    installs: &[&Install],
    doubts: &mut Vec<Reason>,
) -> Result<Strategy, Reason> {
    let app: &App = &installed.root;
    let major = major_of(ctx, app, installs);
    let form = manager.production(major).ok_or_else(|| not_written(manager))?;
    let form = if installed.is_workspace() { of_workspace(form)? } else { form };
    let reason = || Some(format!("`{}` of the build is copied", form.modules).into());
    outside(ctx, app, reason(), doubts)?;
    let pruning = pruning::of(ctx, installed, manager, installs, form);
    Ok(Strategy { way: Way::Prune, reason: None, manager, form, flags: Vec::new(), first: None, pruning })
}

/// The form for all packages of a workspace.
fn of_workspace(form: Production) -> Result<Production, Reason> {
    let prune = form.workspace_prune.ok_or_else(|| refusal("the form for workspaces is not written yet"))?;
    let is_again = prune != form.prune;
    Ok(Production {
        prune,
        prune_runs_scripts: form.prune_runs_scripts || is_again,
        prune_resets: form.prune_resets || is_again,
        prune_rebuilds: form.prune_rebuilds || is_again,
        ..form
    })
}

/// The installs of the app that bring more than production dependencies.
fn installs<'a>(ctx: &'a Inspection, app: &App) -> Vec<&'a Install> {
    let is_own = |it: &&Install| it.app.as_ref().is_none_or(|it| *it == app.folder);
    let brings =
        |it: &&Install| matches!(it.verb, Verb::Install | Verb::CleanInstall | Verb::Add | Verb::Update | Verb::Remove);
    ctx.model().installs.iter().filter(is_own).filter(brings).filter(|it| it.scope != Scope::Production).collect()
}

/// Whether npm is npm 6, which has other words.
fn is_npm_6(ctx: &Inspection, installs: &[&Install], doubts: &mut Vec<Reason>) -> bool {
    let image = ctx.model().root_image(stage_of(ctx));
    let (stage, npm) = match installs.last() {
        Some(install) => (install.stage, install.npm()),
        None => (stage_of(ctx), image.npm),
    };
    if npm.major.is_none() && npm.at_least.is_none() {
        let written = &ctx.model().root_image(stage).written;
        doubts.push(format!("the version of npm in `{written}` is not known").into());
    }
    npm.major == Some(6)
}

/// A link leads out of node_modules, into files that may not ship.
fn linked(app: &App) -> Result<(), Reason> {
    let locked = app.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    let by_lock = locked.iter().find(|it| it.link.is_some()).map(|it| &it.name);
    let ranges = app.package.dependencies.iter().chain(&app.package.optional_dependencies);
    let is_path = |range: &str| ["file:", "link:", ".", "/"].iter().any(|it| range.starts_with(it));
    let by_range = ranges.clone().find(|it| is_path(it.1)).map(|it| it.0);
    match by_lock.or(by_range) {
        Some(name) => Err(refusal(format!("`{name}` is a link into the build context"))),
        None => Ok(()),
    }
}

/// A package that no package.json names is lost by every production install, and by a prune.
fn added(ctx: &Inspection, installs: &[&Install]) -> Result<(), Reason> {
    let unsaved = |it: &&&Install| it.verb == Verb::Add && it.command.arguments().flatten().any(|it| it == "--no-save");
    match installs.iter().find(unsaved) {
        Some(install) => {
            let line = ctx.model().instructions[install.instruction].original.trim();
            Err(refusal(format!("`{line}` adds a package that package.json does not name")))
        }
        None => Ok(()),
    }
}

/// Refuses where a layer below instruction `index` of the production stage holds a full install: it stays in the
/// image, and what is installed above it comes on top.
pub(super) fn nothing_below(ctx: &Inspection, index: InstructionId) -> Result<(), Reason> {
    let ancestry = ctx.model().ancestry(stage_of(ctx));
    let below = |it: &&Install| ancestry.contains(&it.stage) && it.instruction < index;
    let full = |it: &&Install| it.scope != Scope::Production && !matches!(it.verb, Verb::Prune | Verb::Rebuild);
    match ctx.model().installs.iter().filter(below).find(full) {
        Some(install) => {
            let line = ctx.model().instructions[install.instruction].original.trim();
            Err(refusal(format!("what `{line}` installs would stay in the layer below")))
        }
        None => Ok(()),
    }
}

/// Why `npm ci` can't be relied on to take the lock file: there is none, npm can't read it, or it may not agree.
fn lock_reason(
    ctx: &Inspection,
    app: &App,
    installs: &[&Install],
    conditions: &[Conditions],
    old_npm: bool,
) -> Option<Reason> {
    let Some(lock) = app.lock().filter(|it| it.manager.habits().installs_afresh) else {
        return Some("there is no lock file for `npm ci`".into());
    };
    let unreadable = || Some(Reason::of_file(lock.path.clone(), "can't be read"));
    if !lock.visible {
        return Some(format!("`.dockerignore` keeps `{}` out of the build", lock.path).into());
    }
    match lock.generation {
        None => return unreadable(),
        Some(1) if lock.packages.as_ref().is_some_and(|it| !it.is_empty()) => {
            return Some(Reason::of_file(lock.path.clone(), "does not say which packages have install scripts"));
        }
        Some(3..) if old_npm => return Some(format!("npm 6 can't read `{}`", lock.path).into()),
        _ if lock.packages.is_none() => return unreadable(),
        _ => {}
    }
    let changes = |it: &&&Install| matches!(it.verb, Verb::Add | Verb::Update | Verb::Remove);
    if let Some(install) = installs.iter().find(changes) {
        let line = ctx.model().instructions[install.instruction].original.trim();
        return Some(format!("`{line}` changes what the lock file says").into());
    }
    // The build's own `npm ci` shows that the lock is right, where that can't be told from its text; npm 7 does not ask.
    let is_shown =
        installs.iter().any(|it| it.verb == Verb::CleanInstall && !it.command.conditional && it.major != Some(7));
    let peers = conditions.first().map_or(Peers::Installed, |it| it.peers);
    let npm = if old_npm { Npm::of_major(6) } else { installs.last().map(|it| it.npm()).unwrap_or_default() };
    match lock.agreement(app, &[], peers, npm) {
        Agreement::Yes => None,
        Agreement::Unknown(_) if is_shown => None,
        Agreement::No(reason) => Some(format!("`npm ci` would fail: {reason}").into()),
        Agreement::Unknown(reason) => Some(reason),
    }
}

/// An ENV that has Node load a file first, in force where an install would run: npm is a Node program.
fn preload(ctx: &Inspection) -> Option<InstructionId> {
    let is_early = |it: &InstructionId| match shape(ctx.model(), ctx.project()) {
        Some(Shape::Single) => ctx.model().builds.iter().any(|build| build.instruction > *it),
        _ => true,
    };
    let stages = ctx.model().ancestry(stage_of(ctx));
    let mut all = stages.iter().flat_map(|it| ctx.model().stages[*it].instructions.clone());
    all.find(|it| purpose::preloads(ctx.model().instructions[*it]) && is_early(it))
}

/// Why a fresh install in the production stage would fail, or lose something; `None` where it would not.
fn reason_to_prune(ctx: &Inspection, app: &App, installs: &[&Install]) -> Option<Reason> {
    if let Some((name, script)) = app.root_scripts_on_install().first() {
        return Some(format!("a production install would run the script `{name}` (`{}`) again", script.text).into());
    }
    if let Some(package) = app.production_scripts().iter().find(|it| in_home(&it.name).is_none()) {
        return Some(format!("`{}` runs an install script, which may need a compiler", package.name).into());
    }
    if app.package.is_production("@prisma/client") {
        return Some("the generated Prisma client lies in node_modules".into());
    }
    let packages = app.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    if let Some(package) = packages.iter().find(|it| it.git && !it.dev) {
        return Some(format!("`{}` comes from git", package.name).into());
    }
    if preload(ctx).is_some() {
        return Some("`NODE_OPTIONS` has npm load a file that is not there yet".into());
    }
    if app.npmrc.is_some() {
        return Some("an `.npmrc` takes part in the install".into());
    }
    let stages = installs.iter().map(|it| &ctx.model().stages[it.stage].contents.system_packages);
    let compiler = stages.flatten().find(|it| system::is_compiler(&it.0));
    compiler.map(|it| format!("`{}` is there for packages that are compiled", it.0).into())
}

/// Packages whose install leaves something in the home of the user: another install does that again, a copy of
/// node_modules loses it.
pub(super) fn outside(
    ctx: &Inspection,
    app: &App,
    reason: Option<Reason>,
    doubts: &mut Vec<Reason>,
) -> Result<Option<Reason>, Reason> {
    // In other shapes the production stage has no more than node_modules today.
    if !matches!(shape(ctx.model(), ctx.project()), Some(Shape::Single | Shape::FromStage)) {
        return Ok(reason);
    }
    if app.lock().is_none_or(|it| it.packages.is_none()) && reason.is_some() {
        doubts.push("without a lock file it is not known what the install leaves outside of `node_modules`".into());
    }
    match (left_outside(app, &production(ctx).contents), &reason) {
        (Some(left), Some(reason)) => Err(refusal(format!(
            "`{}` keeps {} in `~/{}`, which a copy of `node_modules` would lose, and {reason}",
            left.package,
            left.what(),
            left.path
        ))),
        _ => Ok(reason),
    }
}
