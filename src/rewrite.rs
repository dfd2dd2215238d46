//! The plan for a whole production stage, which the structural rules' fixes come from.
//!
//! A plan is made of evidence (`evidence`): which build makes what the start command runs, which
//! files outside of the output are read at run time, how production dependencies get in. Then one of
//! the layouts writes it: `split` for a single stage, `from_stage` for a stage that is `FROM` its
//! build, `whole_copy` for `COPY --from=build /app .`, `modules` for dev dependencies alone, `whole_folder` where too
//! little is known for `split`.
//! USER, NODE_ENV and the start command are other rules' fixes; they follow in later passes.
//!
//! Worked example: one stage `COPY . .`, `npm ci`, `npm run build`, `CMD ["node", "dist/main.js"]`
//! becomes the same instructions under `FROM … AS build`, and after them `FROM …`, `WORKDIR`,
//! `COPY package*.json ./`, `RUN npm ci --omit=dev`, `COPY --from=build /app/dist ./dist`, `CMD`.

mod beside;
mod blocks;
mod brought_later;
pub(crate) mod build_step;
mod chunks;
mod dependencies;
mod evidence;
mod from_stage;
mod later;
mod linker;
mod managers;
mod manifests_first;
mod mirrored;
mod modules;
mod nested;
mod own_sources;
mod pruned_copy;
mod pruned_run;
mod pruning;
mod purpose;
mod reinstall;
mod split;
mod start_script;
mod static_site;
mod users;
mod whole_copy;
mod whole_folder;
mod workspace_copy;
mod workspaces;
mod written;

use crate::diagnostic::Note;
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
pub use linker::{LINKER_DOUBT, node_modules_linker};
pub(crate) use pruning::{PLUG_AND_PLAY, missing_member};

pub use crate::inspection::{Plan, Shape};
use crate::project::{Project, Reason};
use crate::stages::{Base, Build, Entry, Holding, InstructionId, Model, Scope, Stage, StageId};

/// A refusal for this reason.
fn refusal(reason: impl Into<Reason>) -> Reason {
    reason.into()
}

/// The production stage. Layouts are asked only where there is one.
fn stage_of(ctx: &Inspection) -> StageId {
    ctx.model().production.as_ref().expect("a plan is of a stage").stage
}

fn production(ctx: &Inspection) -> &Stage {
    &ctx.model().stages[stage_of(ctx)]
}

/// The production stage's WORKDIR at its end.
fn workdir(ctx: &Inspection) -> Result<&str, Reason> {
    production(ctx).contents.workdir.value.as_deref().ok_or_else(|| refusal("the WORKDIR is not known"))
}

/// The WORKDIR in force at instruction `index` of the stage that ships.
fn workdir_at(ctx: &Inspection, index: InstructionId) -> Option<String> {
    let model = ctx.model();
    let own = production(ctx).instructions.clone().filter_map(|at| match &model.instructions[at].kind {
        crate::syntax::Kind::Workdir(word) => Some((at, word)),
        _ => None,
    });
    let (before, after): (Vec<_>, Vec<_>) = own.partition(|it| it.0 < index);
    if after.is_empty() {
        return production(ctx).contents.workdir.value.clone();
    }
    let mut res = String::new();
    for (_, word) in before {
        if word.has_variable() || !word.value.starts_with('/') && res.is_empty() {
            return None;
        }
        res = crate::paths::absolute(&res, &word.value);
    }
    (!res.is_empty()).then_some(res)
}

/// The shape of the production stage of `model`; `None` where it is as it should be, or no Node ships.
#[must_use]
pub fn shape(model: &Model<'_>, project: &Project) -> Option<Shape> {
    let stage = model.production.as_ref()?.stage;
    let production = &model.stages[stage];
    if builds_in(model, stage) && is_built_on_no_build(model, stage) && !takes_from_a_build(model, stage) {
        return Some(Shape::Single);
    }
    if let Some(copy) = whole_copies(model, project, stage).first().copied() {
        return Some(Shape::WholeCopy(copy));
    }
    let behind = &model.ancestry(stage)[1..];
    if behind.iter().any(|it| builds_in(model, *it) || holds_all(&model.stages[*it])) {
        return Some(Shape::FromStage);
    }
    let dev = production.contents.node_modules().any(|(_, it)| it.scope == Scope::All);
    dev.then_some(Shape::DevModules)
}

fn builds_in(model: &Model<'_>, stage: StageId) -> bool {
    model.builds.iter().any(|it| it.stage == stage)
}

/// Whether a stage holds devDependencies and a folder of sources.
fn holds_all(stage: &Stage) -> bool {
    let dev = stage.contents.node_modules().any(|(_, it)| it.scope == Scope::All);
    dev && stage.contents.entries.iter().any(|it| matches!(it.holding, Holding::ContextFolder(_)))
}

/// Whether the stages below a stage build nothing.
fn is_built_on_no_build(model: &Model<'_>, stage: StageId) -> bool {
    model.ancestry(stage).into_iter().skip(1).all(|it| !builds_in(model, it))
}

/// Whether a fresh stage can start from the same one: it is an image, or stages with neither sources nor packages.
fn has_bare_base(model: &Model<'_>, stage: StageId) -> bool {
    let is_bare = |it: &Entry| !matches!(it.holding, Holding::ContextFolder(_) | Holding::NodeModules(_));
    match model.stages[stage].base {
        Base::Stage(parent) => model.stages[parent].contents.entries.iter().all(is_bare),
        _ => true,
    }
}

/// Whether a stage takes what another one built of the app that it builds itself.
fn takes_from_a_build(model: &Model<'_>, stage: StageId) -> bool {
    let own: Vec<_> = model.builds.iter().filter(|it| it.stage == stage).map(|it| &it.app).collect();
    model.stages[stage].instructions.clone().any(|it| {
        let from = model.instructions[it].flag_value("from").and_then(|name| model.stage_named(name, stage));
        let ancestry = from.map(|it| model.ancestry(it)).unwrap_or_default();
        model.builds.iter().any(|it| ancestry.contains(&it.stage) && own.contains(&&it.app))
    })
}

/// Whether the COPY at `index` brings installed packages, and besides them no more than single files of the context.
fn brings_packages(model: &Model<'_>, index: InstructionId) -> bool {
    let Some(stage) = model.stage_of(index) else { return false };
    let mut entries = model.stages[stage].contents.entries.iter().filter(|it| it.origin.last() == index);
    let is_modules = |it: &&Entry| matches!(it.holding, Holding::NodeModules(_));
    let is_file = |it: &Entry| matches!(it.holding, Holding::ContextFile(_));
    entries.clone().any(|it| is_modules(&it)) && entries.all(|it| is_modules(&it) || is_file(it))
}

/// The COPY instructions of `stage` that bring a building stage's whole folder, sources included.
#[must_use]
pub fn whole_copies(model: &Model<'_>, project: &Project, stage: StageId) -> Vec<InstructionId> {
    whole_copy::find(model, project, stage)
}

/// The rewrite of the production stage, or why there is none. Made once, when first asked for.
///
/// # Errors
/// The [`Reason`] names the fact that is missing or against it.
pub fn plan(ctx: &Inspection) -> Result<&Plan, &Reason> {
    ctx.plan_once(|| make(ctx).map(|it| doubted(ctx, it)))
}

/// The plan, which is not safe where a compose file runs the image for development.
fn run_elsewhere(ctx: &Inspection, mut plan: Plan) -> Plan {
    if let Some(development) = ctx.facts().development.as_ref().filter(|it| it.is_by_others()) {
        plan.doubts.insert(0, development.reason().clone());
        plan.fix.applicability = plan.fix.applicability.min(Applicability::Unsafe);
    }
    plan
}

/// The plan, which is not safe where the context is a guess.
fn doubted(ctx: &Inspection, plan: Plan) -> Plan {
    let mut plan = run_elsewhere(ctx, plan);
    if let Some(doubt) = ctx.project().doubt() {
        plan.doubts.insert(0, doubt.into());
        plan.fix.applicability = plan.fix.applicability.min(Applicability::Unsafe);
    }
    plan
}

/// What takes devDependencies out of the production stage where there is no [`plan`] that puts all of it right: the
/// stage keeps what else it has.
///
/// # Errors
/// The [`Reason`] names the fact that is missing or against it.
pub fn without_dev(ctx: &Inspection) -> Result<Plan, Reason> {
    let stage = ctx.model().production.as_ref().map(|it| it.stage).ok_or_else(|| refusal("there is no stage"))?;
    if let Some(development) = ctx.facts().development.as_ref().filter(|it| !it.is_by_others()) {
        return Err(development.reason().clone());
    }
    if shape(ctx.model(), ctx.project()) == Some(Shape::DevModules) || !ctx.model().built_on(stage).is_empty() {
        return Err(refusal("there is no other way"));
    }
    reinstall::plan(ctx).or_else(|_| modules::plan(ctx)).map(|it| run_elsewhere(ctx, it))
}

/// What takes the sources out of a stage that runs the output of another one.
///
/// # Errors
/// The [`Reason`] names the fact that is missing or against it.
pub fn without_sources(ctx: &Inspection) -> Result<Plan, Reason> {
    match ctx.facts().development.as_ref().filter(|it| !it.is_by_others()) {
        Some(development) => Err(development.reason().clone()),
        None => own_sources::plan(ctx).map(|it| run_elsewhere(ctx, it)),
    }
}

/// What has a static server serve the site that the container serves by the tool it was made with; `None` where it
/// serves no site so. Made once, when first asked for.
#[must_use]
pub fn static_site(ctx: &Inspection) -> Option<Result<&Plan, &Reason>> {
    ctx.site_plan_once(|| Some(static_site::find(ctx)?.and_then(|it| static_site::plan(ctx, &it))))
}

/// That a compose file lays a folder of the host over the app's sources, one clause; `None` where none does.
#[must_use]
pub fn sources_mounted(ctx: &Inspection) -> Option<Reason> {
    static_site::mounted(ctx)
}

fn make(ctx: &Inspection) -> Result<Plan, Reason> {
    let model = ctx.model();
    let stage = model.production.as_ref().map(|it| it.stage).ok_or_else(|| refusal("there is no stage"))?;
    let shape = shape(model, ctx.project()).ok_or_else(|| refusal("nothing is known to be wrong"))?;
    if static_site::find(ctx).is_some_and(|it| it.is_ok())
        && let Some(plan) = static_site(ctx)
    {
        return plan.cloned().map_err(Clone::clone);
    }
    if let Some(development) = ctx.facts().development.as_ref().filter(|it| !it.is_by_others()) {
        return Err(development.reason().clone());
    }
    if let Some(later) = model.built_on(stage).first().filter(|_| !matches!(shape, Shape::DevModules | Shape::Single)) {
        return Err(refusal(format!("the stage `{}` is built on the one that ships", model.name_of(*later))));
    }
    match shape {
        Shape::Single => split::plan(ctx).or_else(|why| {
            // What takes devDependencies out by a smaller edit comes first.
            let is_smaller = without_dev(ctx).is_ok();
            whole_folder::plan(ctx, &why).ok().filter(|_| !is_smaller).ok_or(why)
        }),
        Shape::FromStage => from_stage::plan(ctx),
        Shape::WholeCopy(copy) => whole_copy::plan(ctx, copy),
        Shape::DevModules => reinstall::plan(ctx).or_else(|_| modules::plan(ctx)),
    }
}

/// A plan of these edits; it is safe where there are no doubts.
fn finish(title: &str, edits: Vec<Edit>, doubts: Vec<Reason>, evidence: Vec<Note>) -> Plan {
    let applicability = if doubts.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
    Plan { fix: Fix::new(title, applicability, edits), doubts, evidence }
}

/// The build that makes what the start command runs: the last one of the shipped app.
fn build_of<'a>(ctx: &'a Inspection, stages: &[StageId]) -> Result<&'a Build, Reason> {
    let app = ctx.facts().app.as_ref().ok_or_else(|| refusal("it is not known whose package.json ships"))?;
    let mut builds = ctx.model().builds.iter().filter(|it| stages.contains(&it.stage));
    builds
        .rfind(|it| it.app.as_deref() == Some(&app.folder))
        .ok_or_else(|| refusal("no build of the app that ships was found"))
}

#[cfg(test)]
mod tests;
