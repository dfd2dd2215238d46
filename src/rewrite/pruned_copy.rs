//! A prune in the stage that node_modules is copied from; in a stage of its own, where others need devDependencies there.

use super::evidence::Evidence;
use super::modules::needs_nothing;
use super::whole_copy::prune_edit;
use super::{blocks, production, refusal, split, stage_of};
use crate::fix::Edit;
use crate::fix::lines::{self, Spot};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Reason;
use crate::stages::{Base, Install, InstructionId, Scope, StageId};
use crate::syntax::{Kind, Word};

/// The edits that have `copies` take a pruned node_modules from `from`.
///
/// # Errors
/// Where the prune would not run in the folder of that node_modules, or lacks what it reads.
pub(super) fn edits(
    ctx: &Inspection,
    copies: &[InstructionId],
    from: StageId,
    install: &Install,
    evidence: &mut Evidence,
) -> Result<Vec<Edit>, Reason> {
    let workdir = has_manifests(ctx, copies, from, evidence)?;
    if let Some(only) = evidence.installed.only(ctx, install, from, workdir)? {
        evidence.strategy.narrow(&only)?;
    }
    let builds = ctx.model().builds.iter().filter(|it| it.stage == from);
    let last = builds.map(|it| it.instruction).max().filter(|_| !is_needed_elsewhere(ctx, from));
    same_user(ctx, from, install, last)?;
    let Some(last) = last else { return apart(ctx, copies, from, evidence) };
    in_place(ctx, from, last)?;
    let edit = prune_edit(ctx, from, last, &evidence.strategy.prune());
    edit.map(|it| vec![it]).ok_or_else(|| refusal("it is pruned already"))
}

/// Nothing needs devDependencies after instruction `after` of the stage `from`.
///
/// # Errors
/// Where a later command, or another stage, may.
pub(super) fn in_place(ctx: &Inspection, from: StageId, after: InstructionId) -> Result<(), Reason> {
    if is_needed_elsewhere(ctx, from) {
        return Err(refusal(format!("another stage may need the devDependencies of `{}`", ctx.model().name_of(from))));
    }
    let mut modules = ctx.model().stages[from].contents.node_modules();
    if modules.all(|(_, it)| it.scope == Scope::Production) {
        return Ok(()); // It is pruned already, by the very commands that come later.
    }
    let later = ctx.model().stages[from].instructions.clone().filter(|it| *it > after);
    needs_nothing(ctx, later.flat_map(|it| ctx.model().commands_of_run(it)))
}

/// `FROM build AS production-deps` and the prune, above the stage that ships.
fn apart(ctx: &Inspection, copies: &[InstructionId], from: StageId, evidence: &Evidence) -> Result<Vec<Edit>, Reason> {
    let model = ctx.model();
    let base = model.stages[from].name.as_deref();
    let base = base.ok_or_else(|| refusal("the stage that `node_modules` comes from has no name"))?;
    let flags = copies.iter().map(|it| model.instructions[*it].flag("from").and_then(|it| it.value.as_ref()));
    let flags: Option<Vec<&Word>> = flags.collect();
    let flags = flags.ok_or_else(|| refusal("`node_modules` does not come by `--from`"))?;
    if names_by_number(ctx) {
        return Err(refusal("a later stage names another by its number, which would change"));
    }
    let name = split::free(ctx, &["production-deps", "prod-deps", "pruned"], "");
    let style = blocks::style(ctx);
    let text = style.line("FROM", &format!("{base} {} {name}", style.keyword("AS")))
        + &style.line("RUN", &evidence.strategy.prune())
        + style.ending();
    let stage = lines::insertion(ctx.source(), Spot::Before(production(ctx).from), &text);
    Ok(flags.into_iter().map(|it| Edit::replacement(it.range, name.clone())).chain([stage]).collect())
}

/// Whether a COPY names the stage that ships, or a later one, by its number.
fn names_by_number(ctx: &Inspection) -> bool {
    let numbers = ctx.model().instructions.iter().filter_map(|it| it.flag_value("from")?.parse::<usize>().ok());
    numbers.max().is_some_and(|it| it >= stage_of(ctx).index())
}

/// The folder that the prune runs in: what it reads lies there, beside the node_modules that is copied.
fn has_manifests<'a>(
    ctx: &'a Inspection,
    copies: &[InstructionId],
    from: StageId,
    evidence: &Evidence,
) -> Result<&'a str, Reason> {
    let contents = &ctx.model().stages[from].contents;
    let workdir = contents.workdir.value.as_deref().ok_or_else(|| refusal("the WORKDIR is not known"))?;
    for (n, copy) in copies.iter().enumerate() {
        let instruction = ctx.model().instructions[*copy];
        let named = instruction.flag_value("from").and_then(|it| ctx.model().stage_named(it, stage_of(ctx)));
        let Kind::Copy(operands) = &instruction.kind else { return Err(refusal("it is no COPY")) };
        let mut folders = operands.sources.iter().map(|it| {
            let source = paths::absolute("/", &it.value);
            source.strip_suffix("/node_modules").map(str::to_owned).unwrap_or(source)
        });
        // The packages of a workspace have theirs below the root's.
        let is_meant = |it: String| it == workdir || (n > 0 || copies.len() > 1) && paths::contains(workdir, &it);
        if named != Some(from) || !folders.all(is_meant) {
            let name = ctx.model().name_of(from);
            return Err(refusal(format!("`node_modules` does not lie in the WORKDIR of `{name}`")));
        }
    }
    let lock = evidence.installed.root.lock().filter(|_| evidence.strategy.prune_reads_lock());
    let lock = lock.map(|it| paths::file_name(&it.path));
    for name in std::iter::once("package.json").chain(lock) {
        if contents.holds_file(ctx.project(), &paths::join(workdir, name)) != Some(true) {
            return Err(refusal(format!("`{name}` is not in the stage that `node_modules` comes from")));
        }
    }
    Ok(workdir)
}

/// The prune may remove what the install made: nobody else has been made the user since, up to the instruction `last` that
/// the prune follows, or to the end.
pub(super) fn same_user(
    ctx: &Inspection,
    from: StageId,
    install: &Install,
    last: Option<InstructionId>,
) -> Result<(), Reason> {
    let stages = ctx.model().ancestry(from);
    let mut later = stages.into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    let is_user = |it: &InstructionId| matches!(ctx.model().instructions[*it].kind, Kind::User(_));
    let is_between = |it: &InstructionId| *it > install.instruction && last.is_none_or(|last| *it < last);
    match later.find(|it| is_between(it) && is_user(it)) {
        Some(_) => Err(refusal("a prune would run as another user than the install")),
        None => Ok(()),
    }
}

/// Whether another stage than the one that ships is built on `stage`, or copies from it and may need what a prune takes.
pub(super) fn is_needed_elsewhere(ctx: &Inspection, stage: StageId) -> bool {
    let model = ctx.model();
    let own = model.ancestry(stage_of(ctx));
    let is_base = model.stages.ids().any(|it| !own.contains(&it) && model.stages[it].base == Base::Stage(stage));
    let copies = model.instructions.iter_enumerated().any(|(at, it)| {
        let from = it.flag_value("from").zip(model.stage_of(at));
        let takes = |user: StageId| user != stage && !only_hands_on(ctx, user);
        from.is_some_and(|(name, user)| {
            user != stage_of(ctx) && model.stage_named(name, user) == Some(stage) && takes(user)
        })
    });
    is_base || copies || is_built_by_itself(ctx, stage)
}

/// Whether a compose file, a workflow or the like may build an image of the stage itself.
fn is_built_by_itself(ctx: &Inspection, stage: StageId) -> bool {
    ctx.model().stages[stage].name.as_deref().is_some_and(|it| ctx.project().is_target(it))
}

/// Whether a stage hands on to the one that ships what it copies, and neither runs anything that may need
/// devDependencies nor starts something.
fn only_hands_on(ctx: &Inspection, stage: StageId) -> bool {
    let model = ctx.model();
    let mut own = model.stages[stage].instructions.clone();
    let starts = own.any(|it| matches!(model.instructions[it].kind, Kind::Cmd(_) | Kind::Entrypoint(_)));
    let runs = model.stages[stage].instructions.clone();
    !starts
        && model.feeding(stage_of(ctx)).contains(&stage)
        && needs_nothing(ctx, runs.flat_map(|it| model.commands_of_run(it))).is_ok()
        && !is_needed_elsewhere(ctx, stage)
}
