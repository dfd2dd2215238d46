//! The stages that follow the one that is split: what they took from it, they take from the build stage, which is the
//! old stage whole.

use super::{refusal, stage_of};
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::stages::{Base, IdRange, StageId};
use crate::syntax::{Instruction, Kind};
use crate::text::TextRange;

/// Where later stages name the stage that ships: each is to name the build stage instead.
///
/// # Errors
/// Where one of them names a stage by its number, which changes, or in a way that is not rewritten.
pub(super) fn places(ctx: &Inspection) -> Result<Vec<TextRange>, Reason> {
    let (model, stage) = (ctx.model(), stage_of(ctx));
    let last = Some(stage) == model.stages.last_id();
    if !last && model.stages[stage].name.is_none() {
        return Err(refusal("the stage that ships is known by its number only, and another follows it"));
    }
    let mut res = Vec::new();
    let end = model.stages[stage].instructions.end().max(model.stages[stage].from.next());
    for at in IdRange::new(end, model.instructions.next_id()) {
        let instruction = model.instructions[at];
        let Some(own) = model.stage_of(at) else { continue };
        if let Kind::From(from) = &instruction.kind
            && model.stages[own].base == Base::Stage(stage)
        {
            res.push(from.image.range);
        }
        res.extend(copied(ctx, instruction, own)?);
    }
    Ok(res)
}

/// The value of `--from=`, where it is the stage.
fn copied(ctx: &Inspection, instruction: &Instruction, own: StageId) -> Result<Option<TextRange>, Reason> {
    let means = |name: &str| ctx.model().stage_named(name, own);
    let mounts = instruction.flags.iter().filter(|it| it.name == "mount").flat_map(|it| it.mount_options());
    let mut mounts = mounts.filter(|(key, name)| *key == "from" && means(name).is_some_and(|it| it >= stage_of(ctx)));
    if let Some((_, name)) = mounts.next() {
        return Err(refusal(format!("a later stage mounts files of `{name}`")));
    }
    let Some(word) = instruction.flag("from").and_then(|it| it.value.as_ref()) else { return Ok(None) };
    match means(&word.value) {
        Some(it) if it >= stage_of(ctx) && word.value.parse::<usize>().is_ok() => {
            Err(refusal(format!("a later stage names the stage `{}` by its number", word.value)))
        }
        Some(it) if it == stage_of(ctx) => Ok(Some(word.range)),
        _ => Ok(None),
    }
}

/// The edits that have them name `build`.
pub(super) fn renamed(places: &[TextRange], build: &str) -> Vec<Edit> {
    places.iter().map(|it| Edit::replacement(*it, build.to_owned())).collect()
}
