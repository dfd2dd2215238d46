//! A prune at the end of the RUN that installs: what stands between may need devDependencies, whatever it is, and the
//! layer never holds them.

use super::{blocks, production, refusal};
use crate::fix::Edit;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::shell::{Command, Joined};
use crate::stages::{IdRange, Install, InstructionId};
use crate::syntax::Kind;
use crate::text::TextRange;

/// Programs that change what the commands after them run in.
const CHANGES_THE_SHELL: &[&str] = &["cd", "pushd", "export", "set", "source", ".", "alias", "trap", "exit", "exec"];

/// The edits that have `prune` run after the last of `needs`, in one RUN with the install.
///
/// # Errors
/// Where other instructions stand between, or the commands are not all joined by `&&`.
pub(super) fn edits(ctx: &Inspection, install: &Install, needs: &[&Command], prune: &str) -> Result<Vec<Edit>, Reason> {
    let last = needs.iter().filter_map(|it| instruction_of(ctx, it.range)).max().unwrap_or(install.instruction);
    let first = install.instruction;
    if !production(ctx).instructions.contains(last) {
        return Err(refusal("another stage may need a devDependency"));
    }
    let runs: Vec<TextRange> =
        IdRange::new(first, last.next()).map(|it| plain(ctx, it, first == last)).collect::<Result<_, _>>()?;
    let length = runs.iter().map(|it| ctx.text()[*it].len() + 4).sum::<usize>() + prune.len();
    let is_long = length > MAX_LINE || runs.windows(2).any(|it| comments(ctx, gap(it[0], it[1])).next().is_some());
    let mut edits: Vec<Edit> = runs.windows(2).map(|it| joint(ctx, it[0], it[1], is_long)).collect();
    let last = runs[runs.len() - 1];
    let prune = if is_long { prune.replace(" && ", &line_break(ctx)) } else { prune.to_owned() };
    edits.push(Edit::insertion(last.end(), format!("{}{prune}", and(ctx, last, is_long))));
    Ok(edits)
}

fn instruction_of(ctx: &Inspection, range: TextRange) -> Option<InstructionId> {
    ctx.model().instructions.ids().find(|it| ctx.model().instructions[*it].range.contains(range.start()))
}

/// From the first command of a RUN to its last, where nothing else stands in it and all of them must succeed.
fn plain(ctx: &Inspection, at: InstructionId, is_alone: bool) -> Result<TextRange, Reason> {
    let instruction = ctx.model().instructions[at];
    let not_plain = || refusal(format!("`{}` stands between", instruction.original.lines().next().unwrap_or_default()));
    let script = ctx.model().scripts[at].as_ref().filter(|it| it.complete).ok_or_else(not_plain)?;
    let (first, last) = (script.commands.first(), script.commands.last());
    let range = first.ok_or_else(not_plain)?.range.cover(last.ok_or_else(not_plain)?.range);
    let joined = script.commands.iter().skip(1).all(|it| it.joined == Joined::And);
    let changes = |it: &Command| it.program().is_none_or(|it| CHANGES_THE_SHELL.contains(&it));
    let rest = ctx.text()[TextRange::new(range.end(), instruction.range.end())].trim();
    let lone = is_alone || instruction.flags.is_empty() && instruction.comments.is_empty();
    let conditional = script.commands.iter().any(|it| it.conditional);
    let is_plain = matches!(instruction.kind, Kind::Run(_))
        && joined
        && !conditional
        && rest.is_empty()
        && lone
        && (is_alone || !script.commands.iter().any(changes))
        && ctx.dockerfile().escape == '\\';
    is_plain.then_some(range).ok_or_else(not_plain)
}

/// From the end of one RUN to the first command of the next.
fn gap(before: TextRange, after: TextRange) -> TextRange {
    TextRange::new(before.end(), after.start())
}

fn comments(ctx: &Inspection, gap: TextRange) -> impl Iterator<Item = &str> {
    ctx.text()[gap].lines().map(str::trim).filter(|it| it.starts_with('#'))
}

/// What joins two RUNs, in place of the end of the one and the start of the other. Comments between them go on between
/// their commands.
fn joint(ctx: &Inspection, before: TextRange, after: TextRange, is_long: bool) -> Edit {
    let gap = gap(before, after);
    let ending = blocks::style(ctx).ending();
    let comments: String = comments(ctx, gap).map(|it| format!("{ending}    {it}")).collect();
    let and = and(ctx, before, is_long);
    Edit::replacement(gap, if comments.is_empty() { and } else { format!(" \\{comments}{ending}    && ") })
}

/// A longer RUN gets a line for each command, in characters.
const MAX_LINE: usize = 80;

fn line_break(ctx: &Inspection) -> String {
    format!(" \\{}    && ", blocks::style(ctx).ending())
}

/// ` && ` as the RUN writes it: on a line of its own, where it has more than one.
fn and(ctx: &Inspection, run: TextRange, is_long: bool) -> String {
    if is_long || ctx.text()[run].contains('\n') { line_break(ctx) } else { " && ".to_owned() }
}
