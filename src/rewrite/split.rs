//! One stage becomes two: the user's own instructions build, a fresh stage ships.

use super::blocks::{self, Style, Target};
use super::chunks::{self, Chunk, split_blank};
use super::dependencies::Way;
use super::evidence::{self, Evidence};
use super::purpose::{self, Purpose};
use super::{Plan, Refusal, Scene, Shape, build_of, finish, refusal};
use crate::fix::Edit;
use crate::paths;
use crate::project::Manager;
use crate::syntax::Kind;
use crate::text::TextRange;

/// The plan for a stage that installs, builds and ships.
pub(super) fn plan(scene: &Scene<'_>) -> Result<Plan, Refusal> {
    let build = build_of(scene, &[scene.stage])?;
    stands_alone(scene)?;
    let evidence = evidence::gather(scene, build)?;
    let workdir = scene.workdir()?;
    if workdir != evidence.folder {
        return Err(refusal("the build runs in another folder than the start command"));
    }
    let (chunks, tail) = chunks::of(scene.dockerfile, scene.production().from..=last_instruction(scene));
    let parts = sort(scene, chunks)?;
    let range = range_of(&parts.all, tail);
    let text = write(scene, &evidence, &parts, tail, workdir);
    let edits = vec![Edit::replacement(range, text)];
    Ok(finish(
        Shape::Single,
        "Split into a build stage and a production stage",
        edits,
        evidence.doubts,
        evidence.grounds,
    ))
}

fn last_instruction(scene: &Scene<'_>) -> usize {
    scene.production().instructions.end.max(scene.production().from + 1) - 1
}

/// No other stage may be built on the one that is split.
fn stands_alone(scene: &Scene<'_>) -> Result<(), Refusal> {
    if scene.stage + 1 < scene.model.stages.len() {
        return Err(refusal("another stage follows the one that ships"));
    }
    Ok(())
}

/// The chunks of the stage with their purposes.
struct Parts<'a> {
    all: Vec<Chunk<'a>>,
    purposes: Vec<Purpose>,
}

fn sort<'a>(scene: &Scene<'_>, all: Vec<Chunk<'a>>) -> Result<Parts<'a>, Refusal> {
    let builds = scene.model.builds.iter().filter(|it| it.stage == scene.stage);
    let last_build = builds.map(|it| it.instruction).max().unwrap_or_default();
    let purposes =
        all.iter().map(|it| purpose::of(scene, it.index, it.index > last_build)).collect::<Result<_, _>>()?;
    Ok(Parts { all, purposes })
}

/// From the stage's FROM to the end of what follows its last instruction.
fn range_of(chunks: &[Chunk<'_>], tail: TextRange) -> TextRange {
    let first = chunks[0].instruction.range;
    let last = chunks[chunks.len() - 1].instruction.range;
    if tail.is_empty() { first.cover(last) } else { first.cover(tail) }
}

fn write(scene: &Scene<'_>, evidence: &Evidence, parts: &Parts<'_>, tail: TextRange, workdir: &str) -> String {
    let style = Style::of(scene);
    let name = free_name(scene);
    let target = Target { build: &name, folder: workdir, workdir, flags: "" };
    let mut res = build_stage(scene, style, evidence, parts, &target);
    res += style.eol();
    res += &production_stage(scene, style, evidence, parts, &target);
    res += &scene.text[tail];
    if !scene.text.ends_with('\n') {
        res.truncate(res.trim_end_matches(['\r', '\n']).len());
    }
    res
}

/// `build`, or the first free of its likes.
fn free_name(scene: &Scene<'_>) -> String {
    let taken = |name: &str| {
        scene.model.stages.iter().any(|it| it.name.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(name)))
    };
    if let Some(name) = &scene.production().name {
        let telling = ["build", "builder"].iter().any(|it| name.eq_ignore_ascii_case(it));
        if telling {
            return name.clone();
        }
    }
    ["build", "builder", "compile"]
        .iter()
        .find(|it| !taken(it))
        .map_or_else(|| "nodestage-build".to_owned(), |it| (*it).to_owned())
}

fn build_stage(scene: &Scene<'_>, style: Style, evidence: &Evidence, parts: &Parts<'_>, target: &Target<'_>) -> String {
    let mut res = from_line(scene, style, Some(target.build));
    let order = manifests_first(scene, evidence, parts);
    for (at, chunk) in parts.all.iter().enumerate().skip(1) {
        if parts.purposes[at] == Purpose::Run || order.is_some_and(|it| it + 1 == at) {
            continue;
        }
        let lead = &scene.text[chunk.lead];
        if order == Some(at) {
            let (blank, comments) = split_blank(lead);
            let install = &parts.all[at + 1];
            res += blank;
            res += &blocks::manifests(scene, style, &evidence.app, target);
            res += split_blank(&scene.text[install.lead]).1;
            res += &own(scene, style, install);
            res += comments;
        } else {
            res += lead;
        }
        res += &own(scene, style, chunk);
    }
    if evidence.strategy.way == Way::Prune && !prunes_already(scene) {
        res += &style.line("RUN", &evidence.strategy.prune());
    }
    res
}

/// The stage's own FROM with another name: for the build stage, or its old one for production.
fn from_line(scene: &Scene<'_>, style: Style, name: Option<&str>) -> String {
    let instruction = scene.model.instructions[scene.production().from];
    let Kind::From(from) = &instruction.kind else { return String::new() };
    let up_to_image = TextRange::new(instruction.content.start(), from.image.range.end());
    let as_name = name.map(|it| format!(" {} {it}", style.keyword("AS"))).unwrap_or_default();
    format!("{}{as_name}{}", &scene.text[up_to_image], style.eol())
}

/// The instruction's own lines, ended as the file ends its lines.
fn own(scene: &Scene<'_>, style: Style, chunk: &Chunk<'_>) -> String {
    let text = &scene.text[chunk.instruction.range];
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}{}", style.eol()) }
}

/// The place of a `COPY . .` right before a lone install, where the manifests can go first so that the
/// install stays cached: nothing the install runs may need the sources.
fn manifests_first(scene: &Scene<'_>, evidence: &Evidence, parts: &Parts<'_>) -> Option<usize> {
    let app = &evidence.app;
    let locked = app.lock().and_then(|it| it.packages.as_deref()).unwrap_or_default();
    let needs_sources = !app.root_scripts_on_install().is_empty()
        || app.npmrc.is_some()
        || locked.iter().any(|it| it.link.is_some() || it.name == "@prisma/client")
        || app.package.is_dev_only("patch-package");
    let at = (1..parts.all.len().checked_sub(1)?).find(|it| copies_all(scene, &parts.all[*it], app.folder.as_str()))?;
    (!needs_sources
        && is_lone_install(scene, parts.all[at + 1].index)
        && first_install(scene) == Some(parts.all[at + 1].index))
    .then_some(at)
}

fn copies_all(scene: &Scene<'_>, chunk: &Chunk<'_>, folder: &str) -> bool {
    let Kind::Copy(copy) = &chunk.instruction.kind else { return false };
    let [source] = &copy.sources[..] else { return false };
    let here = [".", "./"].contains(&copy.destination.value.as_str())
        || Some(copy.destination.value.trim_end_matches('/')) == scene.production().contents.workdir.value.as_deref();
    chunk.instruction.flags.is_empty() && paths::rooted(&source.value) == folder && here
}

fn first_install(scene: &Scene<'_>) -> Option<usize> {
    scene.model.installs.iter().find(|it| it.stage == scene.stage).map(|it| it.instruction)
}

/// A RUN that installs and does nothing else.
fn is_lone_install(scene: &Scene<'_>, index: usize) -> bool {
    let commands = scene.model.scripts[index].as_ref().map_or(0, |it| it.commands.len());
    let installs = scene
        .model
        .installs
        .iter()
        .filter(|it| it.instruction == index && it.manager == Manager::Npm && it.script.is_none());
    commands == 1 && installs.count() == 1 && scene.model.instructions[index].flags.is_empty()
}

fn prunes_already(scene: &Scene<'_>) -> bool {
    scene.production().contents.node_modules().all(|(_, it)| it.scope == crate::stages::Scope::Production)
}

fn production_stage(
    scene: &Scene<'_>,
    style: Style,
    evidence: &Evidence,
    parts: &Parts<'_>,
    target: &Target<'_>,
) -> String {
    let name = scene.production().name.as_deref().filter(|it| *it != target.build);
    let mut res = from_line(scene, style, name);
    for (at, chunk) in parts.all.iter().enumerate() {
        if parts.purposes[at] == Purpose::Both {
            res += &own(scene, style, chunk);
        }
    }
    let (early, late): (Vec<&Chunk<'_>>, Vec<&Chunk<'_>>) = moved(parts).partition(|it| is_constant_env(it));
    for chunk in early {
        res += split_blank(&scene.text[chunk.lead]).1;
        res += &own(scene, style, chunk);
    }
    res += &blocks::dependencies(scene, style, evidence, target);
    res += &blocks::files(style, evidence, target);
    for chunk in late {
        res += &scene.text[chunk.lead];
        res += &own(scene, style, chunk);
    }
    res
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
