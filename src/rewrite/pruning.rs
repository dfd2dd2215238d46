//! Taking devDependencies out of the build's own node_modules, with the managers that have no plain install in the
//! production stage yet: is the lock file that the build installed by still there, and is the prune that install again?

use super::refusal;
use super::workspaces::Installed;
use crate::ecosystem::managers::{DROP_PREPARE, npm_flags};
use crate::ecosystem::{FlagUse, Manager, Production, brought, tools};
use crate::facts::linker;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Agreement, App, Linker, Lock, Member, Reason, Script};
use crate::shell::{self, Command};
use crate::stages::{ImageKind, Install, Verb};
use crate::syntax::Kind;

/// The flags that the prune repeats, and why it may be wrong; or why there is none.
#[derive(Clone, Debug, Default)]
pub(super) struct Pruning {
    pub(super) flags: Vec<String>,
    /// A command that has to come before it.
    pub(super) first: Option<&'static str>,
    pub(super) doubts: Vec<Reason>,
}

/// What a prune after `installs` of `app` needs.
pub(super) fn of(
    ctx: &Inspection,
    installed: &Installed,
    manager: Manager,
    installs: &[&Install],
    form: Production,
) -> Result<Pruning, Reason> {
    let app: &App = &installed.root;
    let mut res = Pruning::default();
    for install in installs {
        plain(install)?;
        read_flags(install, installed.is_workspace() && form.prune_resets, &mut res)?;
        res.doubts.extend(mount_doubt(ctx, install));
        let doubt = locked(ctx, app, install)?;
        // The same install of the same packages, but for some: what the first one proved holds.
        let is_shown = installed.is_workspace() && is_shown(install) && install.lock_present == Some(true);
        res.doubts.extend(doubt.filter(|_| !is_shown));
    }
    let later = manager.habits().later_settings.map(|it| app.folder_path(it));
    if let Some(later) = later.filter(|it| ctx.project().kind(it).is_some()) {
        return Err(Reason::of_file(later, "speaks for a later Yarn"));
    }
    if manager.habits().has_linkers {
        installs.iter().try_for_each(|it| linked(ctx, it))?;
        installs.iter().try_for_each(|it| is_later_yarn(ctx, app, it))?;
    }
    peers(app)?;
    let mut scripts = installed.packages().flat_map(|app| {
        let scripts = app.root_scripts_on_install().into_iter();
        scripts.filter(|it| manager.runs_in_production(it.0) && !app.is_idle_without_dev(it.1)).collect::<Vec<_>>()
    });
    if form.prune_runs_scripts
        && let Some((name, script)) = scripts.next()
    {
        if scripts.next().is_some() || !can_drop(ctx, app, (name, script), installs) {
            return Err(refusal(format!("`{}` would run the script `{name}` (`{}`) again", form.prune, script.text)));
        }
        res.first = Some(DROP_PREPARE);
    }
    if form.prune_rebuilds
        && let Some(client) = generated(ctx, installed)
    {
        return Err(refusal(format!("`{}` would lose {client}", form.prune)));
    }
    if form.prune_resets {
        res.doubts.extend(reset_doubt(ctx, app, installs));
    }
    Ok(res)
}

/// Whether the only script that would run again is the root's `prepare`, which sets up a checkout, and root has an npm in the
/// build stage that can take it out of the image's own package.json.
fn can_drop(ctx: &Inspection, root: &App, (name, script): (&str, &Script), installs: &[&Install]) -> bool {
    let is_own = name == "prepare" && root.package.scripts.get(name).is_some_and(|it| it.site == script.site);
    let sets_up = |it: &Command| it.program().is_some_and(tools::sets_up_checkout);
    let is_idle = shell::script_of_text(&script.text).commands.iter().all(sets_up);
    let can_edit = |it: &Install| {
        let npm = ctx.model().root_image(it.stage).npm.least();
        npm.is_some_and(|it| it >= 8) && ctx.model().is_root_at(it.stage, it.instruction)
    };
    is_own && is_idle && installs.last().is_some_and(|it| can_edit(it))
}

/// Why there is nothing to prune.
pub(crate) const PLUG_AND_PLAY: &str = "Yarn's Plug'n'Play has no `node_modules` to copy";

/// The packages must lie in node_modules (FACTS §1.3).
fn linked(ctx: &Inspection, install: &Install) -> Result<(), Reason> {
    match linker(ctx.model(), ctx.project(), install) {
        Linker::NodeModules => Ok(()),
        Linker::PlugAndPlay => Err(refusal(PLUG_AND_PLAY)),
        Linker::Other => Err(refusal("it is not known how Yarn lays out `node_modules`")),
    }
}

/// The `yarn` of Node's images is Yarn 1: something has to bring a later one, or tell it to start that.
fn is_later_yarn(ctx: &Inspection, app: &App, install: &Install) -> Result<(), Reason> {
    let model = ctx.model();
    let stages = model.ancestry(install.stage);
    let earlier = stages.iter().flat_map(|it| model.stages[*it].instructions.clone());
    let mut commands = earlier.filter(|it| *it <= install.instruction).flat_map(|it| model.commands_of_run(it));
    let brings = |it: &Command| {
        let text = it.written();
        text.contains("corepack")
            || text.contains("yarn set version")
            || text.contains("@yarnpkg/")
            || text.contains("yarn@")
    };
    let settings = brought::YARN_SETTINGS.iter().filter_map(|it| ctx.project().text(&app.folder_path(it)));
    let is_told = settings.into_iter().any(|it| it.contains("yarnPath") || it.contains("yarn-path"));
    let is_node = model.root_image(install.stage).kind == ImageKind::Node;
    match is_told || !is_node || commands.any(brings) {
        true => Ok(()),
        false => {
            let text = "the `yarn` of the image is Yarn 1, and nothing brings the later one that wrote the lock file";
            Err(refusal(text))
        }
    }
}

/// What a production dependency asks for as a peer must not be a devDependency that goes.
fn peers(app: &App) -> Result<(), Reason> {
    match app.lock().and_then(|it| it.lost_peer(&app.package)) {
        Some((who, peer)) => Err(refusal(format!(
            "`{who}` needs `{peer}`, a devDependency, which Yarn leaves out although others keep it"
        ))),
        None => Ok(()),
    }
}

fn plain(install: &Install) -> Result<(), Reason> {
    let is_plain = matches!(install.verb, Verb::Install | Verb::CleanInstall) && install.script.is_none();
    let line = || install.command.written();
    match () {
        () if install.command.conditional => Err(refusal(format!("`{}` runs in some cases only", line()))),
        () if !is_plain => Err(refusal(format!("`{}` may change what the lock file says", line()))),
        () => Ok(()),
    }
}

/// `is_again`: the prune is another install.
fn read_flags(install: &Install, is_again: bool, res: &mut Pruning) -> Result<(), Reason> {
    let mut words = install.command.words.iter().skip(1).peekable();
    while let Some(word) = words.next() {
        let Some(text) = word.value.as_deref() else {
            return Err(refusal(format!("the install of the build has `{}`", word.raw)));
        };
        if !text.starts_with('-') {
            continue;
        }
        let name = text.split('=').next().unwrap_or(text).trim_start_matches('-');
        let value = words.next_if(|_| install.manager.takes_value(text)).map(|it| &it.raw);
        let flag = value.map_or_else(|| word.raw.clone(), |it| format!("{} {it}", word.raw));
        let meaning = if is_again { install.manager.flag_again(name) } else { install.manager.flag_use(name) };
        match meaning {
            FlagUse::Repeated if !res.flags.contains(&flag) => res.flags.push(flag),
            FlagUse::Idle | FlagUse::Repeated => {}
            FlagUse::Unknown => return Err(refusal(format!("the install of the build has `{text}`"))),
        }
    }
    let assigned = install.command.assignments.iter().map(|it| &it.0);
    let matters = assigned.into_iter().find(|it| !npm_flags::is_idle_variable(it));
    res.doubts.extend(matters.map(|it| Reason::from(format!("the install of the build has `{it}`"))));
    Ok(())
}

/// What the install saw by a mount, the prune does not see; a cache it can do without.
fn mount_doubt(ctx: &Inspection, install: &Install) -> Option<Reason> {
    let instruction = ctx.model().instructions[install.instruction];
    let mounts = instruction.flags.iter().filter(|it| it.name == "mount");
    let is_cache =
        |it: &crate::syntax::Flag| it.mount_options().into_iter().any(|(key, value)| key == "type" && value == "cache");
    mounts.into_iter().any(|it| !is_cache(it)).then(|| "the install of the build has mounts".into())
}

/// The lock file that the install took must be the one that lies there after it, and all that was asked for must
/// stand in it.
fn locked(ctx: &Inspection, app: &App, install: &Install) -> Result<Option<Reason>, Reason> {
    let lock: Option<&Lock> = app.locks.iter().find(|it| it.manager == install.manager);
    let program = install.manager.program();
    match (install.lock_present, lock.filter(|it| it.visible)) {
        (Some(false), None) if !has(install, "pure-lockfile") => Ok(None),
        (Some(false), Some(lock)) => {
            Err(Reason::of_file(&lock.path, "is not there at the install, and may come after it"))
        }
        (Some(true), Some(lock)) => {
            Ok(agreed(app, install, lock)?.or_else(|| missing_member(ctx, install, app).filter(|_| !is_shown(install))))
        }
        _ if ctx.project().may_be_above() => Err(refusal("the lock file is not known")),
        _ => Err(refusal(format!("it is not known which lock file `{program}` installs by"))),
    }
}

/// What is not known of the lock that the prune reads again. Where the build's own install is frozen, it shows that
/// pnpm takes it; Yarn may still look up what packages ask for among themselves.
fn agreed(app: &App, install: &Install, lock: &Lock) -> Result<Option<Reason>, Reason> {
    let is_shown = is_shown(install);
    match lock.frozen_agreement(app, install.major, install.is_major_named) {
        Agreement::No(reason) => Err(refusal(reason)),
        Agreement::Unknown(reason) if !is_shown && !lock.repeats_ranges(app) => Ok(Some(reason)),
        Agreement::Yes | Agreement::Unknown(_) => Ok(lock.other_settings(app).filter(|_| is_shown)),
    }
}

/// Whether the install fails where the lock file does not agree.
fn is_shown(install: &Install) -> bool {
    let arguments: Vec<&str> = install.command.arguments().flatten().collect();
    install.manager.habits().proves_lock && install.manager.is_frozen(&arguments)
}

/// To bun a lock with a package that is not there does not agree: one that the install may not see.
#[must_use]
pub(crate) fn missing_member(ctx: &Inspection, install: &Install, app: &App) -> Option<Reason> {
    let workspace = ctx.project().workspace(&app.folder).filter(|_| install.manager.wants_all_members())?;
    let folder = install.folder.as_deref().unwrap_or("/");
    let manifest = |it: &Member| paths::join(&workspace.path_of(it), "package.json");
    let sees = |path: &str| install.sees_file(ctx.project(), &paths::join(folder, path)) == Some(true);
    let missing = workspace.members.iter().map(manifest).find(|it| !sees(it))?;
    Some(Reason::of_file(missing, "may not be there at the install"))
}

fn has(install: &Install, name: &str) -> bool {
    install.command.arguments().flatten().any(|it| it.trim_start_matches('-') == name)
}

/// What is generated into node_modules.
fn generated(ctx: &Inspection, installed: &Installed) -> Option<&'static str> {
    let names = |it: &App| it.package.is_production("@prisma/client");
    let has_client = installed.packages().any(|it| names(it)) || ctx.facts().outputs.generated_client;
    has_client.then_some("the generated Prisma client")
}

/// What may have changed files in node_modules that such a prune sets back.
fn reset_doubt(ctx: &Inspection, app: &App, installs: &[&Install]) -> Option<Reason> {
    let changes = |it: &str| it.contains("node_modules") || it.contains("patch");
    let by_script = app.package.scripts.iter().find(|(name, it)| {
        let is_run = matches!(name.as_str(), "preinstall" | "install" | "postinstall");
        is_run || changes(&it.text)
    });
    if let Some((name, script)) = by_script {
        return Some(
            format!("the script `{name}` (`{}`) may have changed packages, which are set back", script.text).into(),
        );
    }
    let model = ctx.model();
    let indices = installs.iter().flat_map(|it| model.stages[it.stage].instructions.clone());
    let mut runs = indices.filter(|it| matches!(model.instructions[*it].kind, Kind::Run(_)));
    let touches = |it: &Command| it.words.iter().any(|word| changes(&word.raw)) && it.program() != Some("rm");
    let found = runs.find_map(|it| model.commands_of_run(it).into_iter().find(|it| touches(it)).map(Command::written));
    found.map(|it| format!("`{it}` may have changed packages, which are set back").into())
}
