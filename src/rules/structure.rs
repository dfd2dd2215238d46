//! What the structural rules share: the plan's fix on a diagnostic, and when to say nothing.

use super::support::{is_transparent, lacks_node};
use crate::diagnostic::Diagnostic;
use crate::fix::Applicability;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::rewrite::{self, LINKER_DOUBT, PLUG_AND_PLAY, Plan, Shape};

/// The shape of the production stage, where it ships Node and starts what a build made (or may have).
pub(super) fn shape(ctx: &Inspection) -> Option<Shape> {
    ctx.shape_once(|| {
        let is_meant = ctx.model().ships_node() && !runs_on_sources(ctx) && !lacks_node(ctx);
        if is_meant { crate::rewrite::shape(ctx.model(), ctx.project()) } else { None }
    })
}

/// Whether sources and devDependencies are what the stage is for: nothing of it ships, or it
/// [runs a devDependency](runs_a_dev_tool).
pub(super) fn runs_on_sources(ctx: &Inspection) -> bool {
    ctx.facts().is_for_development() || runs_a_dev_tool(ctx)
}

/// Whether the start command runs a devDependency (`tsx src/main.ts`): then the sources and the
/// devDependencies are what runs, and `dev-dependency-at-runtime` says all there is to say. What only sets variables
/// for the next program runs no sources.
fn runs_a_dev_tool(ctx: &Inspection) -> bool {
    let facts = ctx.facts();
    let Some(app) = &facts.app else { return false };
    let programs = facts.start.iter().flat_map(|it| it.programs.iter()).filter(|it| !is_transparent(it));
    programs.filter_map(|it| it.package.as_deref()).any(|it| app.leaves_out(it))
}

/// The diagnostic with the plan's fix, its evidence, and what is missing for it to be safe.
pub(super) fn with_plan(ctx: &Inspection, diagnostic: Diagnostic) -> Diagnostic {
    match crate::rewrite::plan(ctx) {
        Err(refusal) => with_refusal(ctx, diagnostic, refusal),
        Ok(plan) => with_this_plan(diagnostic, plan),
    }
}

/// The diagnostic with the reason for no fix; or with what gets that reason out of the way.
pub(super) fn with_refusal(ctx: &Inspection, diagnostic: Diagnostic, refusal: &Reason) -> Diagnostic {
    let linker = || crate::rewrite::node_modules_linker(ctx).filter(|_| refusal.text == PLUG_AND_PLAY);
    match linker() {
        Some(fix) => diagnostic.with_fix(fix).with_held_back(LINKER_DOUBT),
        None => diagnostic.with_held_back(refusal),
    }
}

/// The same with any plan.
pub(super) fn with_this_plan(diagnostic: Diagnostic, plan: &Plan) -> Diagnostic {
    let mut res = diagnostic.with_fix(plan.fix.clone());
    if plan.fix.applicability < Applicability::Safe {
        res = res.with_held_back(Reason::joined(&plan.doubts));
    }
    plan.evidence.iter().fold(res, |res, it| res.with_note(it.clone()))
}

/// Whether the stage's layers don't ship once the structural fix is in: they are the build stage's then.
pub(super) fn gets_a_fresh_base(ctx: &Inspection) -> bool {
    use Shape::{DevModules, FromStage, Single, WholeCopy};
    match shape(ctx) {
        Some(Single | FromStage | WholeCopy(_)) if rewrite::plan(ctx).is_ok() => true,
        // That one writes into the same command.
        Some(DevModules) if has_dev(ctx) => {
            rewrite::plan(ctx).is_ok_and(|it| it.fix.applicability == Applicability::Safe)
        }
        Some(Single | FromStage | WholeCopy(_) | DevModules) | None => {
            matches!(rewrite::static_site(ctx), Some(Ok(_)))
        }
    }
}

/// The same where the structural fix is safe: what an unsafe one would leave behind ships as long as nobody takes it.
pub(super) fn gets_a_fresh_base_for_sure(ctx: &Inspection) -> bool {
    use Shape::{FromStage, Single, WholeCopy};
    match (shape(ctx), rewrite::plan(ctx)) {
        (Some(Single | FromStage | WholeCopy(_)), Ok(plan)) => plan.fix.applicability == Applicability::Safe,
        _ => gets_a_fresh_base(ctx),
    }
}

fn has_dev(ctx: &Inspection) -> bool {
    ctx.facts().app.as_ref().is_some_and(|it| !it.package.dev_dependencies.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::testing::Case;

    const FILES: &[(&str, &str)] = &[
        (
            "package.json",
            r#"{"scripts": {"build": "tsc", "dev": "next dev"}, "dependencies": {"next": "15"}, "devDependencies": {"typescript": "5"}}"#,
        ),
        ("tsconfig.json", r#"{"compilerOptions": {"outDir": "dist"}}"#),
        (
            "package-lock.json",
            r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "15"}, "devDependencies": {"typescript": "5"}}, "node_modules/next": {"version": "15.0.0"}, "node_modules/typescript": {"version": "5.0.0", "dev": true}}}"#,
        ),
        (".dockerignore", "node_modules\n.git\n"),
    ];
    const DOCKERFILE: &str =
        "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD [\"npm\", \"run\", \"dev\"]\n";

    #[test]
    fn for_development_by_name() {
        for (name, what) in [("Dockerfile.dev", "`Dockerfile.dev`"), ("dev/Dockerfile", "the folder `dev`")] {
            let expected = format!(
                "1:1: info[root-user] The container runs as root\n  fix (unsafe): Run as `node`\n  held back: {what} is for development by its name: whose the sources are that one mounts there is not known\n"
            );
            assert_eq!(Case::new().files(FILES).at(name).report(DOCKERFILE), expected, "{name}");
        }
    }

    #[test]
    fn a_development_server_is_reported_and_left() {
        let report = Case::new().files(FILES).report(DOCKERFILE);
        let expected = "\
1:1: warning[single-stage-build] The stage that ships also builds (`npm run build`): its sources and build tools stay in the image
  held back: the container starts a development server, `next dev`
1:1: warning[root-user] The production stage runs as root
  fix (unsafe): Run as `node`
  held back: the container starts a development server, `next dev`, which may write elsewhere than in the app's folder
4:5: warning[dev-dependencies] The devDependency `typescript` reaches the production image
  held back: the container starts a development server, `next dev`
5:1: warning[dev-server] The container starts a development server, `next dev`
  held back: what starts the app for production is not known
5:1: warning[package-manager-start] The container starts through `npm run dev`
  held back: `dev` runs `next`, which is found through the manager
";
        assert_eq!(report, expected, "{report}");
    }
}
