//! Compilers that are there for one RUN only: `apk add --virtual … && … && apk del …`.

use crate::ecosystem::{Action, Invocation, system};
use crate::fix::Edit;
use crate::fix::lines::{self, Spot};
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::rules::support::{is_harmless, quoted, word_deletion};
use crate::shell::{Command, Joined, Script, ShellWord};
use crate::stages::{InstructionId, StageId, Verb};
use crate::syntax::{CommandForm, Kind};
use crate::text::TextRange;

/// The packages of instruction `by` in the RUN of the only install after it; or why not.
pub(super) fn edits(ctx: &Inspection, stage: StageId, by: InstructionId) -> Result<Vec<Edit>, Reason> {
    let model = ctx.model();
    let script = plain(ctx, by).ok_or("the packages are not installed by a plain chain of commands")?;
    let is_adding = |it: &&Command| it.words.iter().any(|it| system::is_for_building(&it.raw));
    let mut adding = script.commands.iter().filter(is_adding);
    let (Some(command), None) = (adding.next(), adding.next()) else {
        return Err("more than one command installs them".into());
    };
    let mut beside = script.commands.iter().filter(|it| it.range != command.range);
    if let Some(other) = beside.find(|it| may_compile(it)) {
        return Err(format!("`{}` may compile", quoted(&other.words)).into());
    }
    let Some(install) = only_install(ctx, stage, by)? else { return left_out(ctx, by, command) };
    if command.program() != Some("apk") {
        return Err(format!("`{}` can't take back what it brought", command.program().unwrap_or_default()).into());
    }
    let target = plain(ctx, install).ok_or("the install is not a plain chain of commands")?;
    let (Some(first), Some(last)) = (target.commands.first(), target.commands.last()) else {
        return Err("the install is not a plain chain of commands".into());
    };
    let mut between = model.stages[stage].instructions.clone().filter(|it| *it < install);
    if between.any(|it| matches!(model.instructions[it].kind, Kind::User(_))) {
        return Err("the install does not run as root".into());
    }
    let moved: Vec<&ShellWord> = command.words[2..].iter().filter(|it| system::is_for_building(&it.raw)).collect();
    let names: Vec<&str> = moved.iter().map(|it| it.raw.as_str()).collect();
    let add = format!("apk add --no-cache --virtual .build-deps {} && ", names.join(" "));
    let mut edits = without(ctx, (by, install), script, command, &moved)?;
    edits.push(Edit::insertion(first.range.start(), add));
    edits.push(Edit::insertion(last.range.end(), " && apk del .build-deps"));
    Ok(edits)
}

/// The commands of a RUN in shell form that all have to succeed.
fn plain(ctx: &Inspection, at: InstructionId) -> Option<&Script> {
    let script = ctx.model().scripts[at].as_ref().filter(|it| it.complete)?;
    let Kind::Run(CommandForm::Shell(text)) = &ctx.model().instructions[at].kind else { return None };
    let is_next = |it: &Command| {
        let is_own = text.contains_range(it.range) && !it.conditional && !script.is_substituted(it);
        is_own && matches!(it.joined, Joined::First | Joined::And)
    };
    let is_whole = ctx.text()[*text].trim_start().starts_with(|it: char| it.is_ascii_alphabetic());
    (is_whole && ctx.model().instructions[at].heredocs.is_empty() && script.commands.iter().all(is_next))
        .then_some(script)
}

/// Whether a command may run a compiler: what nobody described, or an install for all of more than a manager.
fn may_compile(command: &Command) -> bool {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    let is_manager = |it: &String| {
        let name = it.split('@').next().unwrap_or(it);
        Invocation::read(&[name.to_owned()]).is_some() || name == "corepack"
    };
    match words.and_then(|it| Invocation::read(&it)).map(|it| it.action) {
        Some(Action::Global(names)) => !names.iter().all(is_manager),
        Some(Action::Install(verb)) => !matches!(verb, Verb::Prune | Verb::Remove),
        _ => !is_harmless(command),
    }
}

/// The command without the compilers, which nothing after it needs.
fn left_out(ctx: &Inspection, by: InstructionId, command: &Command) -> Result<Vec<Edit>, Reason> {
    let is_package = |it: &&ShellWord| !it.raw.starts_with('-');
    let packages: Vec<&ShellWord> = command.words[2..].iter().filter(is_package).collect();
    let compilers: Vec<&&ShellWord> = packages.iter().filter(|it| system::is_compiler(&it.raw)).collect();
    if compilers.len() == packages.len() || !ctx.model().instructions[by].comments.is_empty() {
        return Err("nothing after it compiles, and the command would install nothing else".into());
    }
    Ok(compilers.into_iter().map(|it| word_deletion(command, it)).collect())
}

/// The RUN of the stage that may compile; `None` where nothing does.
fn only_install(ctx: &Inspection, stage: StageId, by: InstructionId) -> Result<Option<InstructionId>, Reason> {
    let model = ctx.model();
    let stages = model.ancestry(stage);
    if model.stage_of(by) != Some(stage) || !model.built_on(stage).is_empty() {
        return Err("another stage has them too".into());
    }
    let compiles = |it: Verb| it != Verb::Prune && it != Verb::Remove;
    let installs = model.installs.iter().filter(|it| stages.contains(&it.stage) && compiles(it.verb));
    let mut installs: Vec<InstructionId> = installs.map(|it| it.instruction).filter(|it| *it > by).collect();
    installs.dedup();
    if installs.len() > 1 {
        return Err("more than one command may compile".into());
    }
    let only = installs.first().copied();
    let scripts = model.scripts.iter_enumerated().filter(|it| it.0 > by && Some(it.0) != only);
    let runs = scripts.filter(|it| matches!(model.instructions[it.0].kind, Kind::Run(_)));
    let mut later = runs
        .filter(|it| model.stage_of(it.0) == Some(stage))
        .filter_map(|it| it.1.as_ref())
        .flat_map(|it| &it.commands);
    match later.find(|it| may_compile(it)) {
        Some(command) => Err(format!("`{}` may compile", quoted(&command.words)).into()),
        None => Ok(only),
    }
}

/// The command without these words; the whole RUN where nothing is left of it.
fn without(
    ctx: &Inspection,
    (by, install): (InstructionId, InstructionId),
    script: &Script,
    command: &Command,
    moved: &[&ShellWord],
) -> Result<Vec<Edit>, Reason> {
    let instruction = ctx.model().instructions[by];
    let is_package = |it: &&ShellWord| !it.raw.starts_with('-');
    let n_packages = command.words[2..].iter().filter(is_package).count();
    if n_packages > moved.len() {
        return match instruction.comments.is_empty() {
            true => Ok(moved.iter().map(|it| word_deletion(command, it)).collect()),
            false => Err("comments stand between the packages".into()),
        };
    }
    let is_own = script.commands.iter().all(|it| it.program() == Some("apk"));
    match is_own && instruction.comments.is_empty() {
        true => Ok(whole(ctx, by, install)),
        false => Err("the same RUN does more".into()),
    }
}

/// No RUN; the comments above it go where its packages go.
fn whole(ctx: &Inspection, by: InstructionId, install: InstructionId) -> Vec<Edit> {
    let instruction = ctx.model().instructions[by];
    let block = lines::block(ctx.source(), instruction);
    let comments = &ctx.text()[TextRange::new(block.start(), instruction.range.start())];
    let mut edits = vec![lines::removal(ctx.source(), block)];
    if !comments.is_empty() {
        edits.push(lines::insertion(ctx.source(), Spot::Before(install), comments));
    }
    edits
}
