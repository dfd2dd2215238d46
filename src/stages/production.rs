//! Which stages ship.

use super::{Model, Production, Stage, Wanted, environment};
use crate::project::{BuildTarget, Project};

/// Names of stages that are beside production, though not for development.
const BESIDE: &[&str] = &["ci", "storybook"];
/// Names of stages that ship where the last one does not.
const SHIPPING: &[&str] =
    &["production", "prod", "runner", "release", "runtime", "run", "final", "serve", "server", "app", "deploy", "main"];

/// Names of stages that others take from, whatever they start.
const MAKING: &[&str] = &["build", "builder", "base", "deps", "dependencies", "install", "installer", "compile"];

/// The stage that ships, and whether a named target is missing. The compose file's target does not count where its name
/// says development: one works with it.
pub(super) fn choose(model: &Model<'_>, wanted: Wanted<'_>, project: &Project) -> (Option<Production>, bool) {
    let stages = &model.stages;
    let compose = project.compose.as_ref().and_then(|it| it.target.as_deref());
    let composed = || compose.filter(|it| !environment::says_development(it));
    let named = match wanted {
        Wanted::Also(it) => return (Some(it.clone()), false),
        Wanted::Configured(it) => Some((it, configured(it))),
        Wanted::Likely => composed().map(|it| (it, format!("`target: {it}` in the compose file"))),
    };
    let Some((name, reason)) = named else { return (by_name(model, project), false) };
    if let Some(stage) = model.stage_named(name, stages.next_id()) {
        return (Some(Production { stage, reason, configured: matches!(wanted, Wanted::Configured(_)) }), false);
    }
    let last = stages.last_id();
    let reason = format!("the last stage: there is no stage `{name}`");
    (last.map(|stage| Production { stage, reason, configured: false }), true)
}

fn configured(target: &str) -> String {
    format!("`target = \"{target}\"` in nodestage.toml")
}

/// The stages that ship besides the production stage of `model`. Where configuration names stages (`configured`, all of
/// them), they are the ones; else those are that builds of the repository end at and that start something for production.
pub(super) fn others(model: &Model<'_>, configured: &[String], project: &Project) -> Vec<Production> {
    let found = match configured {
        [] => by_builds(model, project),
        [_, others @ ..] => by_configuration(model, others),
    };
    let mut res: Vec<Production> = Vec::new();
    for it in found {
        let is_known = model.production.iter().chain(&res).any(|other| other.stage == it.stage);
        if !is_known {
            res.push(it);
        }
    }
    res
}

fn by_configuration(model: &Model<'_>, targets: &[String]) -> Vec<Production> {
    let found = targets.iter().filter_map(|it| Some((it, model.stage_named(it, model.stages.next_id())?)));
    found.map(|(name, stage)| Production { stage, reason: configured(name), configured: true }).collect()
}

fn by_builds(model: &Model<'_>, project: &Project) -> Vec<Production> {
    if model.stages.len() < 2 {
        return Vec::new();
    }
    let found =
        project.targets().iter().filter_map(|it| Some((it, model.stage_named(&it.stage, model.stages.next_id())?)));
    let found = found.filter(|(target, stage)| is_for_production(target, &model.stages[*stage]));
    found.map(|(target, stage)| Production { stage, reason: target.says(), configured: false }).collect()
}

/// Whether a stage that a build ends at starts something, and nothing says that one works with it or takes from it.
fn is_for_production(target: &BuildTarget, stage: &Stage) -> bool {
    let starts = stage.contents.cmd.is_some() || stage.contents.entrypoint.is_some();
    let is_other = |it: &str| environment::says_development(it) || environment::has_word(it, BESIDE);
    starts && !is_other(&target.stage) && !is_other(target.file_name()) && !environment::has_word(&target.stage, MAKING)
}

fn by_name(model: &Model<'_>, project: &Project) -> Option<Production> {
    let stages = &model.stages;
    let last = stages.last_id()?;
    let name = |it: &Stage| it.name.clone().unwrap_or_default();
    let is_beside = |it: &str| environment::says_development(it) || environment::has_word(it, BESIDE);
    if is_beside(&name(&stages[last]))
        && let Some(stage) = stages.ids().rfind(|it| *it < last && environment::has_word(&name(&stages[*it]), SHIPPING))
    {
        let reason = "its name says so, and the last stage's says development".to_owned();
        return Some(Production { stage, reason, configured: false });
    }
    if environment::says_development(&name(&stages[last]))
        && let Some(built) = by_builds(model, project).into_iter().next()
    {
        return Some(built);
    }
    Some(Production { stage: last, reason: "the last stage".to_owned(), configured: false })
}
