//! Which stage ships.

use super::{Model, Production, Stage};

const DEVELOPMENT: &[&str] =
    &["dev", "develop", "development", "test", "tests", "testing", "debug", "local", "lint", "e2e", "ci", "storybook"];
const PRODUCTION: &[&str] =
    &["production", "prod", "runner", "release", "runtime", "run", "final", "serve", "server", "app", "deploy", "main"];

/// The stage that ships, and whether a named target is missing. A configured target counts before the
/// compose file's.
pub(super) fn choose(model: &Model<'_>, target: Option<&str>, compose: Option<&str>) -> (Option<Production>, bool) {
    let stages = &model.stages;
    let configured = target.map(|it| (it, format!("`target = \"{it}\"` in nodestage.toml")));
    let composed = compose.map(|it| (it, format!("`target: {it}` in the compose file")));
    let Some((name, reason)) = configured.or(composed) else { return (by_name(stages), false) };
    if let Some(stage) = model.stage_named(name, stages.len()) {
        return (Some(Production { stage, reason }), false);
    }
    let last = stages.len().checked_sub(1);
    let reason = format!("the last stage: there is no stage `{name}`");
    (last.map(|stage| Production { stage, reason }), true)
}

fn by_name(stages: &[Stage]) -> Option<Production> {
    let last = stages.len().checked_sub(1)?;
    if is_named(&stages[last], DEVELOPMENT)
        && let Some(stage) = stages[..last].iter().rposition(|it| is_named(it, PRODUCTION))
    {
        let reason = "its name says so, and the last stage's says development".to_owned();
        return Some(Production { stage, reason });
    }
    Some(Production { stage: last, reason: "the last stage".to_owned() })
}

/// Whether a part of the stage's name is one of `words`: `dev-envs`, `app_test`.
fn is_named(stage: &Stage, words: &[&str]) -> bool {
    let name = stage.name.as_deref().unwrap_or_default().to_ascii_lowercase();
    name.split(['-', '_', '.']).any(|it| words.contains(&it))
}
