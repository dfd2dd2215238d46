//! Whether the production stage can start Node at all.

use super::{commands_before, is_known};
use crate::ecosystem::programs;
use crate::inspection::Inspection;
use crate::paths;
use crate::stages::{ImageFacts, ImageKind, StageId};

/// Whether the container starts Node, or a program that needs it, and nothing puts it into the image.
pub(in crate::rules) fn lacks_node(ctx: &Inspection) -> bool {
    let Some(stage) = ctx.model().production.as_ref().map(|it| it.stage) else { return false };
    let Some(first) = ctx.facts().command.as_ref().and_then(|it| it.words.first()) else { return false };
    is_bare(ctx.model().root_image(stage)) && programs::starts_node(first) && !may_hold_node(ctx, stage)
}

/// Whether it is an official image that brings no Node.
fn is_bare(image: &ImageFacts) -> bool {
    let Some(name) = image.expanded.as_deref().and_then(|it| it.split([':', '@']).next()) else { return false };
    let is_official = !name.contains('/') || name.contains("docker.io/library/");
    is_official && matches!(image.kind, ImageKind::System | ImageKind::Scratch | ImageKind::WebServer)
}

/// Whether a package, a COPY, a command or a PATH may bring it.
fn may_hold_node(ctx: &Inspection, stage: StageId) -> bool {
    let stages = ctx.model().ancestry(stage);
    let contents = &ctx.model().stages[stage].contents;
    let end = ctx.model().stages[stage].instructions.end().previous();
    let end = ctx.model().instructions[end].range.end();
    let is_program_folder = |it: &str| {
        it == "/"
            || it.contains("/bin")
            || it.starts_with("/usr")
            || it.starts_with("/opt")
            || programs::starts_node(paths::file_name(it))
    };
    contents.env.contains_key("PATH")
        || contents.system_packages.iter().any(|it| programs::starts_node(&it.0) || it.0.contains("node"))
        || contents.entries.iter().any(|it| is_program_folder(&it.path))
        || ctx.model().installs.iter().any(|it| stages.contains(&it.stage))
        || commands_before(ctx, stage, end)
            .any(|it| it.is_none_or(|it| !is_known(ctx, it) || it.words.iter().any(|it| it.raw.contains('$'))))
}
