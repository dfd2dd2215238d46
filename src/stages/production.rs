//! Which stage ships.

use super::{Model, Production, Stage, StageId, Table, environment};

/// Names of stages that are beside production, though not for development.
const BESIDE: &[&str] = &["ci", "storybook"];
/// Names of stages that ship where the last one does not.
const SHIPPING: &[&str] =
    &["production", "prod", "runner", "release", "runtime", "run", "final", "serve", "server", "app", "deploy", "main"];

/// The stage that ships, and whether a named target is missing. A configured target counts before the
/// compose file's, which does not count where its name says development: one works with it.
pub(super) fn choose(model: &Model<'_>, target: Option<&str>, compose: Option<&str>) -> (Option<Production>, bool) {
    let stages = &model.stages;
    let configured = target.map(|it| (it, format!("`target = \"{it}\"` in nodestage.toml")));
    let composed = compose.filter(|it| !environment::says_development(it));
    let composed = composed.map(|it| (it, format!("`target: {it}` in the compose file")));
    let Some((name, reason)) = configured.or(composed) else { return (by_name(stages), false) };
    if let Some(stage) = model.stage_named(name, stages.next_id()) {
        return (Some(Production { stage, reason, configured: target.is_some() }), false);
    }
    let last = stages.last_id();
    let reason = format!("the last stage: there is no stage `{name}`");
    (last.map(|stage| Production { stage, reason, configured: false }), true)
}

fn by_name(stages: &Table<StageId, Stage>) -> Option<Production> {
    let last = stages.last_id()?;
    let name = |it: &Stage| it.name.clone().unwrap_or_default();
    let is_beside = |it: &str| environment::says_development(it) || environment::has_word(it, BESIDE);
    if is_beside(&name(&stages[last]))
        && let Some(stage) = stages.ids().rfind(|it| *it < last && environment::has_word(&name(&stages[*it]), SHIPPING))
    {
        let reason = "its name says so, and the last stage's says development".to_owned();
        return Some(Production { stage, reason, configured: false });
    }
    Some(Production { stage: last, reason: "the last stage".to_owned(), configured: false })
}
