//! What root's home holds, where another user neither looks nor may go.

use std::cmp::Reverse;

use crate::ecosystem::homes::{self, Movable};
use crate::ecosystem::managers;
use crate::facts::{left_outside, linker};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Linker, Manager, Reason};
use crate::stages::{Contents, ImageKind, Install, InstructionId, StageId};
use crate::syntax::Kind;
use crate::text::TextRange;

/// What another user would miss in root's home.
pub(super) struct Missed {
    pub(super) reason: Reason,
    /// The line that has it lie elsewhere from the start, and its place.
    pub(super) elsewhere: Option<(InstructionId, String)>,
}

impl From<Reason> for Missed {
    fn from(reason: Reason) -> Self {
        Self { reason, elsewhere: None }
    }
}

/// What another user would miss: what root's install or another fetch put into root's home.
pub(super) fn missed(ctx: &Inspection, at: StageId) -> Option<Missed> {
    let contents = &ctx.model().stages[at].contents;
    let workdir = contents.workdir.value.as_deref().filter(|it| paths::contains("/root", it));
    if let Some(workdir) = workdir.filter(|_| !is_opened(ctx, at)) {
        return Some(Reason::from(format!("only root may enter `{workdir}`")).into());
    }
    if contents.env.keys().any(|it| homes::leads_elsewhere(it)) {
        return None;
    }
    if let Some(path) = node(ctx, at) {
        return Some(Reason::from(format!("Node lies in `{path}`, where another user may not go")).into());
    }
    let fetch = commands(ctx, at).find(|it| homes::fetches(&it.1));
    if let Some((run, command)) = fetch {
        let reason = format!("`{command}` fetches to `/root`, where another user does not look").into();
        let elsewhere = homes::movable_by(&command).and_then(|it| moved(ctx, at, it, run));
        return Some(Missed { reason, elsewhere });
    }
    if let Some(command) = linking(ctx, contents) {
        return Some(Reason::from(format!("`{command}` links into root's home, where another user may not go")).into());
    }
    if let Some(path) = archives(ctx, contents) {
        return Some(
            Reason::from(format!("Yarn keeps the packages in `{path}`, where another user does not look")).into(),
        );
    }
    left(ctx, at)
}

/// What the install of a package leaves there.
fn left(ctx: &Inspection, at: StageId) -> Option<Missed> {
    let contents = &ctx.model().stages[at].contents;
    let app = ctx.facts().app.as_ref()?;
    let (_, modules) = contents.node_modules().find(|(entry, _)| entry.origin.via.is_empty())?;
    let left = left_outside(app, contents)?;
    let install = ctx.model().installs[modules.install].instruction;
    let reason =
        format!("`{}` keeps {} in `/root/{}`, where another user does not look", left.package, left.what(), left.path);
    let elsewhere = homes::movable(left.path).and_then(|it| moved(ctx, at, it, install));
    Some(Missed { reason: reason.into(), elsewhere })
}

/// The variable before all that fetches, where nothing in the Dockerfile names the folder.
fn moved(ctx: &Inspection, at: StageId, movable: Movable, by: InstructionId) -> Option<(InstructionId, String)> {
    if ctx.text().contains(movable.folder) {
        return None;
    }
    let installs = ctx.model().stages[at].contents.node_modules();
    let own = installs.filter(|(entry, _)| entry.origin.via.is_empty());
    let first = own.map(|(_, it)| ctx.model().installs[it.install].instruction).chain([by]).min()?;
    Some((first, format!("ENV {}={}", movable.variable, movable.target())))
}

/// Where in root's home Node lies that nvm or its like brought, on an image that has none.
fn node(ctx: &Inspection, at: StageId) -> Option<String> {
    let contents = &ctx.model().stages[at].contents;
    let is_systems = ctx.model().root_image(at).kind == ImageKind::System
        && !contents.system_packages.iter().any(|it| it.0.starts_with("nodejs"));
    let named = |name: &&str| contents.env_value(name).filter(|it| paths::contains("/root", it));
    let path = homes::OF_NODE.iter().find_map(named).filter(|_| is_systems && !is_opened(ctx, at))?;
    Some(path.to_owned())
}

/// Whether a command may let others into root's home.
fn is_opened(ctx: &Inspection, at: StageId) -> bool {
    commands(ctx, at).any(|it| it.1.starts_with("chmod ") && it.1.contains(" /root"))
}

/// Whether the packages themselves lie in root's home.
pub(super) fn holds_archives(ctx: &Inspection, at: StageId) -> bool {
    archives(ctx, &ctx.model().stages[at].contents).is_some()
}

/// The install whose node_modules is of links into the cache (run with bun 1.4: `EACCES` for another user).
fn linking(ctx: &Inspection, contents: &Contents) -> Option<String> {
    let mut installs = contents.node_modules().map(|(_, it)| &ctx.model().installs[it.install]);
    let links =
        |it: &&Install| it.command.arguments().flatten().any(|it| it.trim_start_matches("--backend=") == "symlink");
    installs.find(links).map(|it| it.command.written())
}

/// Where Yarn 4 keeps the archives that `.pnp.cjs` names, where nothing says otherwise.
fn archives(ctx: &Inspection, contents: &Contents) -> Option<String> {
    let (_, modules) = contents.node_modules().find(|(_, it)| it.manager == Manager::YarnBerry)?;
    let settings = ctx.project().app(modules.app.as_deref()?)?.yarnrc();
    let install = &ctx.model().installs[modules.install];
    let is_later = install.major.is_none_or(|it| it >= 4);
    let plugs_in = linker(ctx.model(), ctx.project(), install) == Linker::PlugAndPlay;
    let is_set = ["YARN_ENABLE_GLOBAL_CACHE", "YARN_GLOBAL_FOLDER", "YARN_CACHE_FOLDER"]
        .iter()
        .any(|it| contents.env.contains_key(*it));
    let is_global = settings.global_cache.unwrap_or(is_later) && plugs_in && !is_set;
    is_global.then(|| managers::of(Manager::YarnBerry).cache("/root"))
}

/// Something of the image that lies in root's home, and that the run may look for there.
pub(super) fn doubt(ctx: &Inspection, at: StageId) -> Option<Reason> {
    let contents = &ctx.model().stages[at].contents;
    let workdir = contents.workdir.value.as_deref().unwrap_or_default();
    if contents.env.contains_key("HOME") || paths::contains("/root", workdir) {
        return None;
    }
    let named = |it: &str| homes::named(it).map(str::to_owned);
    let made = commands(ctx, at).filter(|it| !it.1.starts_with("rm ")).find_map(|it| named(&it.1));
    let copied = contents.entries.iter().find_map(|it| named(&it.path));
    let path = made.or(copied).or_else(|| contents.env_value("PATH").and_then(named))?;
    Some(format!("something in the image lies at `{path}`, where another user may not go").into())
}

/// The commands of the stage's own RUNs and of those below it, as written, each with its RUN; what stands in another one
/// (`$(…)`) is in the text of that.
fn commands(ctx: &Inspection, at: StageId) -> impl Iterator<Item = (InstructionId, String)> {
    let model = ctx.model();
    let instructions = model.ancestry(at).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    let runs = instructions.filter(|it| matches!(model.instructions[*it].kind, Kind::Run(_)));
    let all = runs.flat_map(|run| model.commands_of_run(run).map(move |it| (run, it.range)));
    let mut ranges: Vec<(InstructionId, TextRange)> = all.collect();
    ranges.sort_unstable_by_key(|(_, it)| (it.start(), Reverse(it.end())));
    let mut end = None;
    ranges.retain(|(_, it)| {
        let is_outer = end.is_none_or(|end| it.start() >= end);
        if is_outer {
            end = Some(it.end());
        }
        is_outer
    });
    ranges.into_iter().map(|(run, it)| (run, ctx.text()[it].split_whitespace().collect::<Vec<_>>().join(" ")))
}
