//! What several rules need: where lines go, which stage counts, what a missing devDependency breaks.

mod certain;
mod commands;
mod named_user;
mod needs;
mod node;
mod positional;
mod start_words;
mod starved;

pub(super) use certain::{commands_before, is_fatal, is_known, may_have_made};
pub(super) use commands::{
    flag_spans, is_harmless, mounts_over, needs_shell, quoted, quoted_words, text_of_shell, word_deletion,
};
pub(super) use named_user::{NamedUser, named_user, variable};
pub(super) use needs::{is_global, is_left_out, is_transparent, omit_doubt, severity};

pub(super) use node::lacks_node;
pub(super) use start_words::{StartEdits, start_that_may_build, start_with};
pub(super) use starved::starved_build;

use crate::diagnostic::Severity;
use crate::ecosystem::programs;
use crate::inspection::Inspection;
use crate::stages::{ImageKind, InstructionId, Stage, StageId};
use crate::syntax::Kind;
use crate::text::offset;

/// How much it matters what ships in the image: little where it starts nothing, as an image that others are built on,
/// and nobody is known to start something in it.
pub(super) fn severity_of_shipping(ctx: &Inspection) -> Severity {
    let starts = |it: &Stage| it.contents.cmd.is_some() || it.contents.entrypoint.is_some();
    let image = ctx.model().production.as_ref().map(|it| ctx.model().root_image(it.stage).kind);
    let is_plain = matches!(image, Some(ImageKind::Node | ImageKind::Bun | ImageKind::System));
    let is_started = ctx.model().production_stage().is_none_or(starts) || !ctx.facts().users.is_empty();
    if is_plain && !is_started { Severity::Info } else { Severity::Warning }
}

/// The production stage at the start of a message: by its name where several ship.
pub(super) fn named_production(ctx: &Inspection) -> String {
    let model = ctx.model();
    match model.production.as_ref().filter(|_| ctx.is_of_several()) {
        Some(it) => format!("The production stage `{}`", model.name_of(it.stage)),
        None => "The production stage".to_owned(),
    }
}

/// The production stage and its index, where it runs Node and the Dockerfile decides how; `None` also in
/// a Dockerfile for development.
pub(super) fn node_stage(ctx: &Inspection) -> Option<(StageId, &Stage)> {
    started_stage(ctx).filter(|_| !ctx.facts().is_for_development())
}

/// The same, for development too: what can't start is wrong in any case.
pub(super) fn started_stage(ctx: &Inspection) -> Option<(StageId, &Stage)> {
    let at = ctx.model().production.as_ref()?.stage;
    let managed = ctx.model().root_image(at).kind == ImageKind::Managed;
    let runs_node = !managed && ctx.model().ships_node() && !lacks_node(ctx) && !starts_something_else(ctx);
    runs_node.then(|| (at, &ctx.model().stages[at]))
}

/// A user of the image's own as USER names it: by its number where something of the repository asks for that. Both are the
/// same user.
pub(super) fn written_user(ctx: &Inspection, (name, uid): (&str, u32)) -> String {
    if note_of_number(ctx).is_some() && !may_renumber(ctx) { uid.to_string() } else { name.to_owned() }
}

/// Whether a command may give the image's own user another number: its name stays right then.
fn may_renumber(ctx: &Inspection) -> bool {
    let mut commands = ctx.model().scripts.iter().flatten().flat_map(|it| &it.commands);
    commands.any(|it| {
        let is_change = matches!(it.program(), Some("usermod" | "groupmod" | "userdel" | "deluser"));
        is_change || it.words.iter().any(|it| it.raw.contains("/etc/passwd"))
    })
}

/// Why users are named by their numbers: the repository shows that Kubernetes runs the image, whose `runAsNonRoot` can't tell
/// of a name that it is not root's (FACTS §0); it has a configuration of hadolint, which asks for numbers (DL3066); or the file
/// itself names users so.
pub(super) fn note_of_number(ctx: &Inspection) -> Option<String> {
    if let Some(site) = ctx.project().pods() {
        return Some(format!("`{site}` runs pods: `runAsNonRoot` of Kubernetes refuses a user that has a name only"));
    }
    let path = HADOLINT.iter().find(|it| ctx.project().kind(it).is_some());
    let asks = |it: &&&str| ctx.project().text(it).is_some_and(|it| !it.contains("DL3066"));
    match path.filter(asks) {
        Some(path) => Some(format!("`{path}` is there, and hadolint asks for users by their numbers (DL3066)")),
        None => names_users_by_number(ctx).then(|| "The file names users by their numbers".to_owned()),
    }
}

/// Whether a USER or a `--chown` of the file has the number of another user than root.
fn names_users_by_number(ctx: &Inspection) -> bool {
    let is_number = |it: &str| it.split(':').next().and_then(|it| it.parse::<u32>().ok()).is_some_and(|it| it > 0);
    ctx.model().instructions.iter().any(|it| match &it.kind {
        Kind::User(user) => is_number(&user.value),
        _ => it.flag_value("chown").is_some_and(is_number),
    })
}

/// Where hadolint looks for its configuration in the current folder.
const HADOLINT: &[&str] = &[".hadolint.yaml", ".hadolint.yml"];

/// The line of instruction `instruction`, from 1.
pub(super) fn line_number(ctx: &Inspection, instruction: InstructionId) -> usize {
    let start = ctx.model().instructions.get(instruction).map_or(offset(0), |it| it.content.start());
    ctx.text().line(start)
}

/// Whether all that the container starts, through its scripts too, is known to be no Node.
fn starts_something_else(ctx: &Inspection) -> bool {
    let Ok(start) = ctx.facts().known_start() else { return false };
    programs::run_without_node(start.programs.iter().map(|it| it.name.as_str()))
}
