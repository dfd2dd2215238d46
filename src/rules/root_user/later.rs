//! Stages that are built on the production stage: what they do as root, they still do as root.

use crate::diagnostic::Diagnostic;
use crate::fix::Edit;
use crate::fix::lines::{self, Spot};
use crate::inspection::Inspection;
use crate::stages::{Base, StageId};
use crate::syntax::Kind;

/// `USER root` below the FROM of each stage that takes the user over.
pub(super) fn root_again(ctx: &Inspection, production: StageId) -> Vec<Edit> {
    let stages = heirs(ctx, production).into_iter().map(|it| ctx.model().stages[it].from);
    stages.map(|it| lines::instructions(ctx.source(), Spot::After(it), &["USER root".to_owned()])).collect()
}

/// Says which stages stay root.
pub(super) fn with_note(ctx: &Inspection, production: StageId, res: Diagnostic) -> Diagnostic {
    // One that ships has a diagnostic of its own.
    let staying = heirs(ctx, production).into_iter().filter(|it| !ctx.ships(*it));
    let names: Vec<String> = staying.map(|it| format!("`{}`", ctx.model().name_of(it))).collect();
    match names.as_slice() {
        [] => res,
        names => res.with_note(format!("{} is built on it and stays root", names.join(" and "))),
    }
}

/// The stages right on it that set no user before anything depends on it.
fn heirs(ctx: &Inspection, production: StageId) -> Vec<StageId> {
    let stages = ctx.model().stages.iter_enumerated().filter(|(_, it)| it.base == Base::Stage(production));
    stages.map(|it| it.0).filter(|it| !sets_user_first(ctx, *it)).collect()
}

fn sets_user_first(ctx: &Inspection, stage: StageId) -> bool {
    let depends =
        |it: &Kind| matches!(it, Kind::User(_) | Kind::Run(_) | Kind::Workdir(_) | Kind::Onbuild(_) | Kind::Invalid);
    let mut kinds = ctx.model().stages[stage].instructions.clone().map(|it| &ctx.model().instructions[it].kind);
    kinds.find(|it| depends(it)).is_some_and(|it| matches!(it, Kind::User(_)))
}
