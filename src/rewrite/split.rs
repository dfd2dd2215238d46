//! One stage becomes two: the user's own instructions build, a fresh stage ships.

use super::blocks::{self, Target};
use super::chunks::{self, Chunk, split_blank};
use super::dependencies::Way;
use super::evidence::{self, Evidence};
use super::from_stage::{self, Header};
use super::later;
use super::managers;
use super::manifests_first;
use super::purpose::{self, Purpose};
use super::start_script;
use super::workspace_copy;
use super::{Plan, build_of, finish, has_bare_base, nested, production, refusal, stage_of, written};
use crate::fix::Edit;
use crate::fix::lines::Style;
use crate::inspection::Inspection;
use crate::project::Reason;
use crate::stages::{IdRange, InstructionId, NodeModules};
use crate::syntax::Kind;
use crate::text::TextRange;

/// The plan for a stage that installs, builds and ships.
pub(super) fn plan(ctx: &Inspection) -> Result<Plan, Reason> {
    if let Some((folder, modules)) = workspace(ctx) {
        return of_workspace(ctx, folder, modules);
    }
    let build = match build_of(ctx, &[stage_of(ctx)]) {
        Ok(build) => build,
        Err(_) if nested::are_built(ctx) => return written::plan(ctx),
        Err(reason) => return Err(reason),
    };
    let places = later::places(ctx)?;
    let mut evidence = evidence::gather(ctx, build)?;
    start_script::settle(ctx, &mut evidence)?;
    managers::settle(ctx, &mut evidence)?;
    if !prunes_already(ctx) {
        evidence.settle()?;
    }
    let workdir = super::workdir(ctx)?;
    if workdir != evidence.folder {
        return Err(refusal("the build runs in another folder than the start command"));
    }
    let parts = parts(ctx, &|it| evidence.ships(it))?;
    let build = free_name(ctx);
    let is_base = !places.is_empty();
    let layout = Layout { style: blocks::style(ctx), evidence: &evidence, parts: &parts, is_base, body: None };
    // Another may follow, below what is written.
    let in_force = parts.workdir(ctx).ok_or_else(no_workdir)?;
    let owners = blocks::owners(ctx);
    let (flags, context_flags) = (owners.build.as_str(), owners.context.as_str());
    let target = Target { build: &build, folder: workdir, workdir: &in_force, flags, context_flags };
    Ok(plan_of(ctx, &layout, &target, later::renamed(&places, &build)))
}

/// The folder of the workspace that is installed whole in the stage that ships, and its packages.
fn workspace(ctx: &Inspection) -> Option<(&str, &NodeModules)> {
    let root = ctx.project().workspace(&ctx.facts().app.as_ref()?.folder)?;
    let is_roots = |it: &&NodeModules| it.app.as_ref() == Some(&root.root.folder);
    let modules = production(ctx).contents.node_modules().map(|it| it.1).find(is_roots)?;
    let folder = ctx.model().installs[modules.install].folder.as_deref()?;
    workspace_copy::modules(ctx, stage_of(ctx), folder).map(|it| (folder, it))
}

/// The plan for a member of the workspace that lies in `folder`.
fn of_workspace(ctx: &Inspection, folder: &str, modules: &NodeModules) -> Result<Plan, Reason> {
    let stage = stage_of(ctx);
    let mut evidence = workspace_copy::gather(ctx, stage, folder, modules)?;
    start_script::settle(ctx, &mut evidence)?;
    managers::settle(ctx, &mut evidence)?;
    if !later::places(ctx)?.is_empty() {
        return Err(refusal("a later stage takes from the one that ships"));
    }
    let parts = parts(ctx, &|it| evidence.ships(it))?;
    let build = free_name(ctx);
    let workdir = parts.workdir(ctx).ok_or_else(no_workdir)?;
    let owners = blocks::owners(ctx);
    let (flags, context_flags) = (owners.build.as_str(), owners.context.as_str());
    let target = Target { build: &build, folder, workdir: &workdir, flags, context_flags };
    let body = Some(workspace_copy::lines(ctx, stage, folder, &target, &evidence)?);
    let layout = Layout { style: blocks::style(ctx), evidence: &evidence, parts: &parts, is_base: false, body };
    Ok(plan_of(ctx, &layout, &target, Vec::new()))
}

pub(super) fn no_workdir() -> Reason {
    refusal("the folder that the build runs in is not known")
}

/// The chunks of the stage, and what each is for; `ships` says which paths, absolute, the fresh stage has.
pub(super) fn parts<'a>(ctx: &'a Inspection, ships: &dyn Fn(&str) -> bool) -> Result<Parts<'a>, Reason> {
    let (chunks, tail) = chunks::of(ctx.dockerfile(), IdRange::new(production(ctx).from, last_instruction(ctx).next()));
    sort(ctx, chunks, tail, ships)
}

pub(super) fn plan_of(ctx: &Inspection, layout: &Layout<'_>, target: &Target<'_>, renamed: Vec<Edit>) -> Plan {
    let range = range_of(&layout.parts.all, layout.parts.tail);
    let text = write(ctx, layout, target);
    let edits = std::iter::once(Edit::replacement(range, text)).chain(renamed).collect();
    let (doubts, grounds) = (layout.evidence.doubts.clone(), layout.evidence.grounds.clone());
    managers::after_the_start(ctx, finish("Split into a build stage and a production stage", edits, doubts, grounds))
}

pub(super) fn last_instruction(ctx: &Inspection) -> InstructionId {
    production(ctx).instructions.end().max(production(ctx).from.next()).previous()
}

/// What both stages are written from.
pub(super) struct Layout<'a> {
    pub(super) style: Style,
    pub(super) evidence: &'a Evidence,
    pub(super) parts: &'a Parts<'a>,
    /// Whether later stages take from the build stage: then it is the old stage whole, devDependencies too.
    pub(super) is_base: bool,
    /// The lines that bring the app and its packages, where they are not the usual ones.
    pub(super) body: Option<String>,
}

/// The chunks of the stage with their purposes.
pub(super) struct Parts<'a> {
    all: Vec<Chunk<'a>>,
    purposes: Vec<Purpose>,
    /// What stands after the last of them.
    tail: TextRange,
    /// How the fresh stage starts, where not like the stage itself: that is built on one with sources or packages.
    base: Option<Header>,
}

impl<'a> Parts<'a> {
    /// The chunks after the FROM that are for the build alone.
    pub(super) fn of_build(&self) -> impl Iterator<Item = &Chunk<'a>> {
        let all = self.all.iter().zip(&self.purposes).skip(1);
        all.filter(|it| *it.1 == Purpose::Build).map(|it| it.0)
    }

    /// The WORKDIR in force where the build stage ends.
    pub(super) fn workdir(&self, ctx: &Inspection) -> Option<String> {
        let mut kept = self.all.iter().zip(&self.purposes).filter(|it| *it.1 != Purpose::Run).map(|it| it.0.index);
        super::workdir_at(ctx, kept.next_back()?.next())
    }
}

fn last_build(ctx: &Inspection) -> InstructionId {
    let builds = ctx.model().builds.iter().filter(|it| it.stage == stage_of(ctx));
    builds.map(|it| it.instruction).max().unwrap_or(InstructionId::new(0))
}

fn sort<'a>(
    ctx: &Inspection,
    all: Vec<Chunk<'a>>,
    tail: TextRange,
    ships: &dyn Fn(&str) -> bool,
) -> Result<Parts<'a>, Reason> {
    let last_build = last_build(ctx);
    let purpose_of = |index: InstructionId| {
        let after_build = index > last_build;
        let of_itself = || purpose::of_shipping(ctx, index, after_build, ships);
        start_script::purpose(ctx, index, after_build).map_or_else(of_itself, Ok)
    };
    let purposes = all.iter().map(|it| purpose_of(it.index)).collect::<Result<_, _>>()?;
    Ok(Parts { all, purposes, tail, base: base(ctx)? })
}

/// The image that the stages below start from, and what the run needs of their lines.
fn base(ctx: &Inspection) -> Result<Option<Header>, Reason> {
    let ancestry = ctx.model().ancestry(stage_of(ctx));
    if has_bare_base(ctx.model(), stage_of(ctx)) {
        return Ok(None);
    }
    let last_build = last_build(ctx);
    let mut later = production(ctx).instructions.clone().filter(|it| *it > last_build);
    if later.any(|it| matches!(ctx.model().instructions[it].kind, Kind::Workdir(_))) {
        return Err(refusal("the WORKDIR changes after the build"));
    }
    from_stage::header(ctx, blocks::style(ctx), &ancestry[1..]).map(Some)
}

/// From the stage's FROM to the end of what follows its last instruction.
pub(super) fn range_of(chunks: &[Chunk<'_>], tail: TextRange) -> TextRange {
    let first = chunks[0].instruction.range;
    let last = chunks[chunks.len() - 1].instruction.range;
    if tail.is_empty() { first.cover(last) } else { first.cover(tail) }
}

fn write(ctx: &Inspection, layout: &Layout<'_>, target: &Target<'_>) -> String {
    let build = target.build;
    let pruned = layout.prunes_apart(ctx).then(|| free(ctx, &["pruned", "production-deps"], build));
    let mut res = build_stage(ctx, layout, target);
    res += layout.style.ending();
    if let Some(name) = &pruned {
        let style = layout.style;
        let from = format!("{build} {} {name}", style.keyword("AS"));
        res += &style.line("FROM", &from);
        res += &style.line("RUN", &layout.evidence.strategy.prune());
        res += style.ending();
    }
    let packages = Target { build: pruned.as_deref().unwrap_or(build), ..*target };
    res += &production_stage(ctx, layout, target, &packages);
    res += &ctx.text()[layout.parts.tail];
    if !ctx.text().ends_with('\n') && Some(stage_of(ctx)) == ctx.model().stages.last_id() {
        res.truncate(res.trim_end_matches(['\r', '\n']).len());
    }
    res
}

impl Layout<'_> {
    fn prunes(&self, ctx: &Inspection) -> bool {
        self.evidence.strategy.way == Way::Prune && !prunes_already(ctx)
    }

    /// Whether devDependencies go in a stage of their own: others need them in the build stage.
    fn prunes_apart(&self, ctx: &Inspection) -> bool {
        self.is_base && self.prunes(ctx)
    }
}

/// `build`, or the first free of its likes. A stage that is called so itself gives its name to the build stage,
/// where nobody asks for it by that name.
pub(super) fn free_name(ctx: &Inspection) -> String {
    const NAMES: [&str; 3] = ["build", "builder", "compile"];
    let is_last = Some(stage_of(ctx)) == ctx.model().stages.last_id();
    let is_asked_for = ctx.model().production.as_ref().is_some_and(|it| it.configured)
        || ctx.project().compose.as_ref().is_some_and(|it| it.target.is_some());
    match &production(ctx).name {
        Some(name) if is_last && !is_asked_for && NAMES[..2].iter().any(|it| name.eq_ignore_ascii_case(it)) => {
            name.clone()
        }
        _ => free(ctx, &NAMES, ""),
    }
}

/// The first of `names` that no stage has, and that is not `other`.
pub(super) fn free(ctx: &Inspection, names: &[&str], other: &str) -> String {
    let is_taken = |name: &str| {
        let mut all = ctx.model().stages.iter().filter_map(|it| it.name.as_deref());
        name == other || all.any(|it| it.eq_ignore_ascii_case(name))
    };
    let found = names.iter().find(|it| !is_taken(it));
    found.map_or_else(|| format!("nodestage-{}", names[0]), |it| (*it).to_owned())
}

fn build_stage(ctx: &Inspection, layout: &Layout<'_>, target: &Target<'_>) -> String {
    let Layout { style, evidence, parts, is_base, .. } = layout;
    let (style, evidence, parts, is_base) = (*style, *evidence, *parts, *is_base);
    let mut res = from_line(ctx, style, Some(target.build));
    let order = manifests_first::place(ctx, evidence, &parts.all);
    for (at, chunk) in parts.all.iter().enumerate().skip(1) {
        if parts.purposes[at] == Purpose::Run && !is_base || order.is_some_and(|it| it + 1 == at) {
            continue;
        }
        let lead = &ctx.text()[chunk.lead];
        if order == Some(at) {
            let (blank, comments) = split_blank(lead);
            let install = &parts.all[at + 1];
            res += blank;
            res += &blocks::manifests(ctx, style, evidence, target);
            res += split_blank(&ctx.text()[install.lead]).1;
            res += &own(ctx, style, install);
            res += comments;
        } else {
            res += lead;
        }
        res += &own(ctx, style, chunk);
    }
    if layout.prunes(ctx) && !is_base {
        let prune = evidence.strategy.prune();
        let is_here = target.workdir == target.folder;
        let prune = if is_here { prune } else { format!("cd {} && {prune}", target.folder) };
        res += &style.line("RUN", &prune);
    }
    res
}

/// The stage's own FROM with another name: for the build stage, or its old one for production.
pub(super) fn from_line(ctx: &Inspection, style: Style, name: Option<&str>) -> String {
    let instruction = ctx.model().instructions[production(ctx).from];
    let Kind::From(from) = &instruction.kind else { return String::new() };
    let up_to_image = TextRange::new(instruction.content.start(), from.image.range.end());
    let as_name = name.map(|it| format!(" {} {it}", style.keyword("AS"))).unwrap_or_default();
    format!("{}{as_name}{}", &ctx.text()[up_to_image], style.ending())
}

/// What tells a linter about the FROM itself: above the first one of a file, `check=` is for all of it.
fn pragmas_of_from(ctx: &Inspection, style: Style, from: &Chunk<'_>) -> String {
    let all = chunks::pragmas(&ctx.text()[from.lead], style.ending());
    all.split_inclusive('\n').filter(|it| it.contains("hadolint")).collect()
}

/// The instruction's own lines, ended as the file ends its lines.
pub(super) fn own(ctx: &Inspection, style: Style, chunk: &Chunk<'_>) -> String {
    let text = &ctx.text()[chunk.instruction.range];
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}{}", style.ending()) }
}

fn prunes_already(ctx: &Inspection) -> bool {
    production(ctx).contents.node_modules().all(|(_, it)| it.scope == crate::stages::Scope::Production)
}

fn production_stage(ctx: &Inspection, layout: &Layout<'_>, target: &Target<'_>, packages: &Target<'_>) -> String {
    let Layout { style, evidence, parts, .. } = layout;
    let (style, evidence, parts) = (*style, *evidence, *parts);
    let name = production(ctx).name.as_deref().filter(|it| *it != target.build);
    let mut res = match &parts.base {
        Some(base) => {
            let as_name = name.map(|it| format!(" {} {it}", style.keyword("AS"))).unwrap_or_default();
            style.line("FROM", &format!("{}{as_name}", base.image)) + &base.lines
        }
        None => pragmas_of_from(ctx, style, &parts.all[0]) + &from_line(ctx, style, name),
    };
    for (at, chunk) in parts.all.iter().enumerate() {
        match parts.purposes[at] {
            Purpose::Both => {
                res += &chunks::pragmas(&ctx.text()[chunk.lead], style.ending());
                res += &own(ctx, style, chunk);
            }
            Purpose::Build => res += &managers::line(ctx, style, chunk.index).unwrap_or_default(),
            Purpose::Run => {}
        }
    }
    let (early, late): (Vec<&Chunk<'_>>, Vec<&Chunk<'_>>) = moved(parts).partition(|it| is_constant_env(it));
    for chunk in early {
        res += split_blank(&ctx.text()[chunk.lead]).1;
        res += &own(ctx, style, chunk);
    }
    match &layout.body {
        Some(lines) => {
            if lines.starts_with("WORKDIR ") {
                drop_last_workdir(&mut res);
            }
            res += lines;
        }
        None => {
            res += &blocks::packages_and_files(ctx, style, evidence, packages, target);
        }
    }
    for chunk in late {
        res += &ctx.text()[chunk.lead];
        res += &own(ctx, style, chunk);
    }
    res
}

/// Takes back a WORKDIR that another one follows.
fn drop_last_workdir(text: &mut String) {
    let start = text.trim_end().rfind('\n').map_or(0, |it| it + 1);
    if text[start..].starts_with("WORKDIR ") {
        text.truncate(start);
    }
}

/// An ENV that hangs on no ARG and loads nothing: it can go first, so that the install is cached below it.
fn is_constant_env(chunk: &Chunk<'_>) -> bool {
    !purpose::preloads(chunk.instruction)
        && matches!(chunk.instruction.kind, Kind::Env(_))
        && !chunk.instruction.original.contains('$')
}

fn moved<'p, 'a>(parts: &'p Parts<'a>) -> impl Iterator<Item = &'p Chunk<'a>> {
    parts.all.iter().zip(&parts.purposes).filter(|(_, it)| **it == Purpose::Run).map(|(chunk, _)| chunk)
}
