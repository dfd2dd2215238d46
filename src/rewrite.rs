//! The plan for a whole production stage, which the structural rules' fixes come from.
//!
//! A plan is made of evidence (`evidence`): which build makes what the start command runs, which
//! files outside of the output are read at run time, how production dependencies get in. Then one of
//! the layouts writes it: `split` for a single stage, `from_stage` for a stage that is `FROM` its
//! build, `whole_copy` for `COPY --from=build /app .`, `modules` for dev dependencies alone.
//! USER, NODE_ENV and the start command are other rules' fixes; they follow in later passes.
//!
//! Worked example: one stage `COPY . .`, `npm ci`, `npm run build`, `CMD ["node", "dist/main.js"]`
//! becomes the same instructions under `FROM … AS build`, and after them `FROM …`, `WORKDIR`,
//! `COPY package*.json ./`, `RUN npm ci --omit=dev`, `COPY --from=build /app/dist ./dist`, `CMD`.

mod blocks;
mod chunks;
mod dependencies;
mod evidence;
mod from_stage;
mod mirrored;
mod modules;
mod purpose;
mod split;
mod users;
mod whole_copy;

use crate::diagnostic::Note;
use crate::facts::ProductionFacts;
use crate::fix::{Applicability, Edit, Fix};
use crate::project::Project;
use crate::stages::{Base, Build, Holding, Model, Scope, Stage};
use crate::syntax::Dockerfile;

/// What is wrong with the production stage as a whole, and so what the plan puts right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// It installs, builds and ships in one stage.
    Single,
    /// It is `FROM` a stage that builds.
    FromStage,
    /// It copies a building stage's whole folder; the COPY.
    WholeCopy(usize),
    /// None of these, but devDependencies are in it.
    DevModules,
}

/// How the production stage becomes what it should be, with the facts that it rests on.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it puts right.
    pub shape: Shape,
    /// The edits, and whether they are safe.
    pub fix: Fix,
    /// What is missing for the fix to be safe, one clause each; empty where it is.
    pub doubts: Vec<String>,
    /// What it rests on, one clause each.
    pub evidence: Vec<Note>,
}

/// Why there is no plan: the fact that is missing or against it, one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Completes "Not fixed: …".
    pub reason: String,
}

/// A refusal for this reason.
fn refusal(reason: impl Into<String>) -> Refusal {
    Refusal { reason: reason.into() }
}

/// All that a plan is made from.
#[derive(Clone, Copy)]
struct Scene<'a> {
    text: &'a str,
    dockerfile: &'a Dockerfile,
    model: &'a Model<'a>,
    project: &'a Project,
    facts: &'a ProductionFacts,
    /// The production stage.
    stage: usize,
}

impl<'a> Scene<'a> {
    fn production(&self) -> &'a Stage {
        &self.model.stages[self.stage]
    }

    /// The production stage's WORKDIR at its end.
    fn workdir(&self) -> Result<&'a str, Refusal> {
        self.production().contents.workdir.value.as_deref().ok_or_else(|| refusal("the WORKDIR is not known"))
    }
}

/// The shape of the production stage of `model`; `None` where it is as it should be, or no Node ships.
#[must_use]
pub fn shape(model: &Model<'_>, project: &Project) -> Option<Shape> {
    let stage = model.production.as_ref()?.stage;
    let production = &model.stages[stage];
    if builds_in(model, stage) && matches!(production.base, Base::Image(_)) && !copies_from_a_stage(model, production) {
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

fn builds_in(model: &Model<'_>, stage: usize) -> bool {
    model.builds.iter().any(|it| it.stage == stage)
}

/// Whether a stage holds devDependencies and a folder of sources.
fn holds_all(stage: &Stage) -> bool {
    let dev = stage.contents.node_modules().any(|(_, it)| it.scope == Scope::All);
    dev && stage.contents.entries.iter().any(|it| matches!(it.holding, Holding::ContextFolder(_)))
}

fn copies_from_a_stage(model: &Model<'_>, stage: &Stage) -> bool {
    stage.instructions.clone().any(|it| {
        let from = model.instructions[it].flag_value("from").zip(model.stage_of(it));
        from.is_some_and(|(name, before)| model.stage_named(name, before).is_some())
    })
}

/// The COPY instructions of `stage` that bring a building stage's whole folder, sources included.
#[must_use]
pub fn whole_copies(model: &Model<'_>, project: &Project, stage: usize) -> Vec<usize> {
    whole_copy::find(model, project, stage)
}

/// The plan for the production stage of `model`.
///
/// # Errors
/// A [`Refusal`] names the fact that is missing or against it.
pub fn plan(
    text: &str,
    dockerfile: &Dockerfile,
    model: &Model<'_>,
    project: &Project,
    facts: &ProductionFacts,
) -> Result<Plan, Refusal> {
    let stage = model.production.as_ref().map(|it| it.stage).ok_or_else(|| refusal("there is no stage"))?;
    let scene = Scene { text, dockerfile, model, project, facts, stage };
    let shape = shape(model, project).ok_or_else(|| refusal("nothing is known to be wrong"))?;
    if let Some(development) = &facts.development {
        return Err(refusal(development.reason()));
    }
    if let Some(later) = model.built_on(stage).first().filter(|_| shape != Shape::DevModules) {
        return Err(refusal(format!("the stage `{}` is built on the one that ships", model.name_of(*later))));
    }
    match shape {
        Shape::Single => split::plan(&scene),
        Shape::FromStage => from_stage::plan(&scene),
        Shape::WholeCopy(copy) => whole_copy::plan(&scene, copy),
        Shape::DevModules => modules::plan(&scene),
    }
}

/// A plan of these edits; it is safe where there are no doubts.
fn finish(shape: Shape, title: &str, edits: Vec<Edit>, doubts: Vec<String>, evidence: Vec<Note>) -> Plan {
    let applicability = if doubts.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
    Plan { shape, fix: Fix::new(title, applicability, edits), doubts, evidence }
}

/// The build that makes what the start command runs: the last one of the shipped app.
fn build_of<'a>(scene: &Scene<'a>, stages: &[usize]) -> Result<&'a Build, Refusal> {
    let app = scene.facts.app.as_ref().ok_or_else(|| refusal("it is not known whose package.json ships"))?;
    let mut builds = scene.model.builds.iter().filter(|it| stages.contains(&it.stage));
    builds
        .rfind(|it| it.app.as_deref() == Some(&app.folder))
        .ok_or_else(|| refusal("no build of the app that ships was found"))
}

#[cfg(test)]
mod tests;
