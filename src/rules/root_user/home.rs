//! What root's home holds, where another user neither looks nor may go.

use std::cmp::Reverse;

use crate::ecosystem::{homes, managers};
use crate::facts::{left_outside, linker};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Linker, Manager, Reason};

use crate::stages::{Contents, ImageKind, Install, StageId};
use crate::syntax::Kind;
use crate::text::TextRange;

/// Why another user would miss something: what root's install or another fetch put into root's home.
pub(super) fn missed(ctx: &Inspection, at: StageId) -> Option<Reason> {
    let contents = &ctx.model().stages[at].contents;
    let workdir = contents.workdir.value.as_deref().filter(|it| paths::contains("/root", it));
    if let Some(workdir) = workdir.filter(|_| !is_opened(ctx, at)) {
        return Some(format!("only root may enter `{workdir}`").into());
    }
    if contents.env.keys().any(|it| homes::leads_elsewhere(it)) {
        return None;
    }
    if let Some(path) = node(ctx, at) {
        return Some(format!("Node lies in `{path}`, where another user may not go").into());
    }
    let fetch = commands(ctx, at).find(|it| homes::fetches(it));
    if let Some(command) = fetch {
        return Some(format!("`{command}` fetches to `/root`, where another user does not look").into());
    }
    if let Some(command) = linking(ctx, contents) {
        return Some(format!("`{command}` links into root's home, where another user may not go").into());
    }
    if let Some(path) = archives(ctx, contents) {
        return Some(format!("Yarn keeps the packages in `{path}`, where another user does not look").into());
    }
    let app = ctx.facts().app.as_ref()?;
    if !contents.node_modules().any(|(entry, _)| entry.origin.via.is_empty()) {
        return None;
    }
    let left = left_outside(app, contents)?;
    Some(
        format!("`{}` keeps {} in `/root/{}`, where another user does not look", left.package, left.what(), left.path)
            .into(),
    )
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
    commands(ctx, at).any(|it| it.starts_with("chmod ") && it.contains(" /root"))
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
    let made = commands(ctx, at).filter(|it| !it.starts_with("rm ")).find_map(|it| named(&it));
    let copied = contents.entries.iter().find_map(|it| named(&it.path));
    let path = made.or(copied).or_else(|| contents.env_value("PATH").and_then(named))?;
    Some(format!("something in the image lies at `{path}`, where another user may not go").into())
}

/// The commands of the stage's own RUNs and of those below it, as written; what stands in another one (`$(…)`) is in
/// the text of that.
fn commands(ctx: &Inspection, at: StageId) -> impl Iterator<Item = String> {
    let model = ctx.model();
    let instructions = model.ancestry(at).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    let runs = instructions.filter(|it| matches!(model.instructions[*it].kind, Kind::Run(_)));
    let mut ranges: Vec<TextRange> = runs.flat_map(|it| model.commands_of_run(it)).map(|it| it.range).collect();
    ranges.sort_unstable_by_key(|it| (it.start(), Reverse(it.end())));
    let mut end = None;
    ranges.retain(|it| {
        let is_outer = end.is_none_or(|end| it.start() >= end);
        if is_outer {
            end = Some(it.end());
        }
        is_outer
    });
    ranges.into_iter().map(|it| ctx.text()[it].split_whitespace().collect::<Vec<_>>().join(" "))
}
