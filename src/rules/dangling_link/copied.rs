//! What makes a link whole: its folder is copied from the stage that has it.

use std::collections::BTreeSet;

use super::Dangling;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Fix};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Member, Reason};
use crate::stages::{InstructionId, StageId};
use crate::syntax::{Instruction, Kind};

/// The COPY lines below the one that brings node_modules, and what is not known of them.
pub(super) fn fix(
    ctx: &Inspection,
    app: &App,
    link: &Dangling<'_>,
    at: InstructionId,
) -> Result<(impl Fn(Applicability) -> Fix, Option<Reason>), Reason> {
    let instruction: &Instruction = ctx.model().instructions[at];
    let from = carried_from(ctx, link, at).ok_or("the stage that has its folder is not known")?;
    let folder = source_folder(ctx, link, from).ok_or("where its folder lies in the other stage is not known")?;
    let (parts, doubt) = parts(ctx, app, link, from);
    let flags: String = ["from", "chown", "chmod"]
        .into_iter()
        .filter_map(|name| Some(format!("--{name}={} ", instruction.flag_value(name)?)))
        .collect();
    let line = |part: &String| {
        let to = paths::join(&link.target, part);
        let to = if part == "package.json" { format!("{}/", link.target) } else { to };
        format!("COPY {flags}{} {to}", paths::join(&folder, part))
    };
    let edit = lines::instructions(ctx.source(), Spot::After(at), &parts.iter().map(line).collect::<Vec<_>>());
    let title = format!("Copy `{}` along", link.member.name);
    Ok((move |applicability| Fix::new(title.clone(), applicability, vec![edit.clone()]), doubt))
}

/// The stage that the COPY at `at` takes the packages from, where that is the one that installed them.
fn carried_from(ctx: &Inspection, link: &Dangling<'_>, at: InstructionId) -> Option<StageId> {
    let instruction: &Instruction = ctx.model().instructions[at];
    let is_plain = matches!(&instruction.kind, Kind::Copy(it) if it.sources.len() == 1);
    let own = ctx.model().stage_of(at)?;
    let from = ctx.model().stage_named(instruction.flag_value("from").filter(|_| is_plain)?, own)?;
    let install = ctx.model().installs[link.modules.install].stage;
    ctx.model().is_on(from, install).then_some(from)
}

/// Where the member lies in that stage.
fn source_folder(ctx: &Inspection, link: &Dangling<'_>, from: StageId) -> Option<String> {
    let install = &ctx.model().installs[link.modules.install];
    let rest = paths::relative(install.app.as_deref()?, &link.member.folder)?;
    let folder = paths::absolute(install.folder.as_deref()?, &rest);
    let contents = &ctx.model().stages[from].contents;
    let holds = contents.holds_file(ctx.project(), &paths::join(&folder, "package.json")) == Some(true);
    holds.then_some(folder)
}

/// What of the member is copied, from its folder; its whole folder where its build is not known.
fn parts(ctx: &Inspection, app: &App, link: &Dangling<'_>, from: StageId) -> (Vec<String>, Option<Reason>) {
    let stages = ctx.model().ancestry(from);
    let is_its = |app: &Option<String>| app.as_deref() == Some(link.member.folder.as_str());
    let builds: Vec<_> = ctx.model().builds.iter().filter(|it| stages.contains(&it.stage) && is_its(&it.app)).collect();
    let outputs: BTreeSet<&String> = builds.iter().flat_map(|it| &it.outputs.outputs).map(|it| &it.path).collect();
    let main = link.member.app.package.main.as_deref().map(paths::normalise);
    let is_made = |main: &String| outputs.iter().any(|it| paths::contains(it, main));
    let is_known = builds.iter().all(|it| it.outputs.unknown.is_empty()) && main.as_ref().is_some_and(is_made);
    if !is_known {
        let doubt = format!("all of `{}` comes along, its sources too", link.member.folder).into();
        return (vec![String::new()], Some(doubt));
    }
    let all = ["package.json".to_owned()].into_iter().chain(outputs.into_iter().cloned()).collect();
    let doubt = || format!("`{}` may have a `node_modules` of its own", link.member.name).into();
    (all, may_nest(ctx, app, link.member).then(doubt))
}

/// Whether an install may have put packages into the member's own folder: those of which the root has another version.
fn may_nest(ctx: &Inspection, app: &App, member: &Member) -> bool {
    let package = &member.app.package;
    if package.dependencies.is_empty() && package.optional_dependencies.is_empty() {
        return false;
    }
    let workspace = ctx.project().workspace(&app.folder);
    let locked = workspace.and_then(|it| it.root.lock()?.packages.clone());
    let own = format!("{}/node_modules/", member.folder);
    locked.is_none_or(|it| it.iter().any(|it| it.path.starts_with(&own)))
}
