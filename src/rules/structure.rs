//! What the structural rules share: the plan's fix on a diagnostic, and when to say nothing.

use super::RuleContext;
use crate::diagnostic::Diagnostic;
use crate::fix::Applicability;
use crate::rewrite::Shape;

/// The shape of the production stage, where it ships Node and starts what a build made (or may have).
pub(super) fn shape(ctx: &RuleContext<'_>) -> Option<Shape> {
    if !ctx.model.ships_node() || runs_a_dev_tool(ctx) {
        return None;
    }
    crate::rewrite::shape(ctx.model)
}

/// Whether the start command runs a devDependency (`tsx src/main.ts`): then the sources and the
/// devDependencies are what runs, and `dev-dependency-at-runtime` says all there is to say.
pub(super) fn runs_a_dev_tool(ctx: &RuleContext<'_>) -> bool {
    let facts = ctx.facts();
    let Some(app) = &facts.app else { return false };
    let programs = facts.start.iter().flat_map(|it| it.programs.iter());
    programs.filter_map(|it| it.package.as_deref()).any(|it| app.package.is_dev_only(it))
}

/// The diagnostic with the plan's fix, its evidence, and what is missing for it to be safe.
pub(super) fn with_plan(ctx: &RuleContext<'_>, diagnostic: Diagnostic) -> Diagnostic {
    match ctx.plan() {
        Err(refusal) => diagnostic.with_held_back(refusal.reason.clone()),
        Ok(plan) => {
            let mut res = diagnostic.with_fix(plan.fix.clone());
            if plan.fix.applicability < Applicability::Safe {
                res = res.with_held_back(plan.doubts.join("; "));
            }
            plan.evidence.iter().fold(res, |res, it| res.with_note(it.clone()))
        }
    }
}

/// The name of a stage for a message: its own, or its number.
pub(super) fn stage_name(ctx: &RuleContext<'_>, stage: usize) -> String {
    ctx.model.stages[stage].name.clone().unwrap_or_else(|| stage.to_string())
}
