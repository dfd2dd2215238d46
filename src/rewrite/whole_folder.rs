//! A stage that installs, builds and ships, of which it is not known what the run reads: all that lies in the app's folder
//! comes along, without devDependencies.
//!
//! Worked example: `COPY . .`, `npm ci`, `npm run build` and `CMD ["node", "server.js"]`, where the build is of a tool that
//! nodestage does not follow, become a build stage with `RUN npm prune --omit=dev` at its end, and a stage with
//! `COPY --from=build /app ./`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::blocks::{self, Target};
use super::dependencies::{Strategy, Way};
use super::evidence::{self, Evidence};
use super::split::{self, Layout};
use super::workspaces::Installed;
use super::{Plan, later, managers, production, refusal, stage_of};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{Deliverable, Reason, Runtime};
use crate::stages::{Install, Scope};

/// The plan, where `why` is what keeps the output of the build from coming alone.
pub(super) fn plan(ctx: &Inspection, why: &Reason) -> Result<Plan, Reason> {
    let mut evidence = gather(ctx, why)?;
    managers::settle(ctx, &mut evidence)?;
    evidence.settle()?;
    if !later::places(ctx)?.is_empty() {
        return Err(refusal("a later stage takes from the one that ships"));
    }
    let parts = split::parts(ctx, &|it| paths::below(&evidence.folder, it).is_some())?;
    let build = split::free_name(ctx);
    let workdir = parts.workdir(ctx).ok_or_else(split::no_workdir)?;
    let owners = blocks::owners(ctx);
    let (flags, context_flags) = (owners.build.as_str(), owners.context.as_str());
    let target = Target { build: &build, folder: &evidence.folder, workdir: &workdir, flags, context_flags };
    let style = blocks::style(ctx);
    let to = if workdir == evidence.folder { "./" } else { &evidence.folder };
    let body = Some(style.line("COPY", &format!("{flags}--from={build} {} {to}", evidence.folder)));
    let layout = Layout { style, evidence: &evidence, parts: &parts, is_base: false, body };
    Ok(split::plan_of(ctx, &layout, &target, Vec::new()))
}

fn gather(ctx: &Inspection, why: &Reason) -> Result<Evidence, Reason> {
    let (installed, install) = installed(ctx)?;
    let folder = install.folder.clone().ok_or_else(split::no_workdir)?;
    evidence::known_start(ctx, &installed)?;
    let (unread, runtime) = (Runtime::default(), ctx.facts().runtime.as_deref());
    let so = format!("so all of `{folder}` comes along, and what the build leaves outside of it is not known");
    let mut doubts = vec![Reason { text: format!("{}, {so}", why.text), ..why.clone() }];
    doubts.extend(ctx.facts().known_runtime().err());
    let mut strategy = strategy(ctx, &installed, runtime.unwrap_or(&unread), &mut doubts)?;
    if let Some(only) = installed.only(ctx, install, stage_of(ctx), &folder)? {
        strategy.narrow(&only)?;
    }
    Ok(Evidence {
        installed,
        folder,
        deliverable: Deliverable::default(),
        runtime: BTreeMap::new(),
        remade: BTreeSet::new(),
        untracked: BTreeSet::new(),
        strategy,
        doubts,
        grounds: Vec::new(),
    })
}

/// Whose packages they are, and the install that brings them.
fn installed(ctx: &Inspection) -> Result<(Installed, &Install), Reason> {
    let app = evidence::with_install(ctx, evidence::shipped(ctx)?)?;
    let mut all = production(ctx).contents.node_modules().filter(|(_, it)| it.scope == Scope::All);
    let (_, modules) = all.next().ok_or_else(|| refusal("no devDependencies are known to ship"))?;
    let install = &ctx.model().installs[modules.install];
    if install.stage != stage_of(ctx) {
        return Err(refusal("the packages are installed in another stage"));
    }
    let of = modules.app.as_ref().ok_or_else(|| refusal("it is not known whose packages are installed"))?;
    let installed = Installed::by(ctx, Arc::clone(&app), of)?;
    if installed.root.package.dev_dependencies.is_empty() && installed.app.package.dev_dependencies.is_empty() {
        return Err(refusal("there are no devDependencies to leave out"));
    }
    Ok((installed, install))
}

/// The prune: an install would not bring what the build has put into node_modules.
fn strategy(
    ctx: &Inspection,
    installed: &Installed,
    modules: &Runtime,
    doubts: &mut Vec<Reason>,
) -> Result<Strategy, Reason> {
    let mut res = evidence::packages(ctx, installed, modules, doubts)?;
    res.prefer_prune();
    match res.way {
        Way::Prune => Ok(res),
        Way::Install => Err(refusal("what the install brings can't be pruned")),
        Way::Keep => Err(refusal("the run needs devDependencies")),
    }
}
