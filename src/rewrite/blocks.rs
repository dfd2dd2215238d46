//! The lines that a plan writes, in the file's own style.

use std::collections::BTreeMap;

use super::dependencies::Way;
use super::evidence::Evidence;
use super::managers;
use super::{production, stage_of};
use crate::fix::lines::Style;
use crate::inspection::Inspection;
use crate::paths;
use crate::paths::glob::{Dialect, Glob};
use crate::project::{App, EntryKind, Packages};
use crate::stages::{Base, Holding, InstructionId, User};
use crate::syntax::{Instruction, Kind};

/// How the file is written.
pub(super) fn style(ctx: &Inspection) -> Style {
    Style::beside(ctx.text(), ctx.model().instructions[production(ctx).from])
}

/// Where the lines go: from which stage, into which folder.
pub(super) struct Target<'a> {
    /// The build stage's name.
    pub(super) build: &'a str,
    /// The app's folder in the production stage, absolute.
    pub(super) folder: &'a str,
    /// The WORKDIR in force there.
    pub(super) workdir: &'a str,
    /// Flags that a COPY from the build stage gets: `--chown=node:node `, with the space after, or nothing.
    pub(super) flags: &'a str,
    /// The same for what comes from the context.
    pub(super) context_flags: &'a str,
}

/// Whose the files are that a fresh stage copies: as in the stage that it takes the place of.
pub(super) struct Owners {
    /// The flag for what the build made: as the user of the stage below, or root.
    pub(super) build: String,
    /// The flag for files of the context.
    pub(super) context: String,
}

/// By the stage's own `--chown`, and by the user that the stage below builds as.
pub(super) fn owners(ctx: &Inspection) -> Owners {
    let model = ctx.model();
    let all = model.ancestry(stage_of(ctx)).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    // A variable may be one that the fresh stage does not have.
    let by_flag = all.filter_map(|it| model.instructions[it].flag_value("chown")).rfind(|it| !it.contains('$'));
    let below = match production(ctx).base {
        Base::Stage(parent) => match &model.stages[parent].contents.user.value {
            User::Named(name) if !name.contains('$') => Some(name.as_str()),
            _ => None,
        },
        _ => None,
    };
    let flag = |it: Option<&str>| it.map(|it| format!("--chown={it} ")).unwrap_or_default();
    Owners { build: flag(below), context: flag(by_flag) }
}

impl Target<'_> {
    /// `path` of the app as a destination: relative where the app's folder is the WORKDIR, or lies in it.
    fn destination(&self, path: &str) -> String {
        if paths::is_outside(path) {
            return paths::absolute(self.folder, path);
        }
        let inside = match self.workdir {
            it if it == self.folder => Some(""),
            "/" => None,
            it => paths::below(it, self.folder),
        };
        match (inside, path) {
            (Some(""), "") => "./".to_owned(),
            (Some(rest), "") => format!("./{rest}/"),
            (Some(rest), path) => format!("./{}", paths::join(rest, path)),
            (None, "") => format!("{}/", self.folder.trim_end_matches('/')),
            (None, path) => paths::join(self.folder, path),
        }
    }
}

/// Manifests and production dependencies.
pub(super) fn dependencies(ctx: &Inspection, style: Style, evidence: &Evidence, target: &Target<'_>) -> String {
    if evidence.deliverable.packages == Packages::Production {
        return manifests(ctx, style, evidence, target) + &packages(style, evidence, target);
    }
    // The manager finds its script there.
    let by_manager = managers::reads_manifest(ctx);
    let path = evidence.installed.app.folder_path("package.json");
    let manifest = || style.line("COPY", &format!("{}{path} {}", target.context_flags, target.destination("")));
    by_manager.then(manifest).unwrap_or_default()
}

/// Manifests, production dependencies and files of a stage that is written anew: what lay beside the manifests when the
/// build stage installed (`.puppeteerrc.cjs`) goes above an install here as well.
pub(super) fn packages_and_files(
    ctx: &Inspection,
    style: Style,
    evidence: &Evidence,
    packages: &Target<'_>,
    target: &Target<'_>,
) -> String {
    let early = files_for_the_install(ctx, evidence);
    if early.is_empty() {
        return dependencies(ctx, style, evidence, packages) + &files(style, evidence, target);
    }
    let outputs = outputs(style, evidence, target);
    let late = evidence.runtime.clone().into_iter().filter(|it| !early.contains_key(&it.0)).collect();
    manifests(ctx, style, evidence, packages)
        + &files_of_context(style, evidence, &early, packages)
        + &self::packages(style, evidence, packages)
        + &outputs
        + &runtime_files(style, evidence, late, target)
}

/// Files of the run beside package.json that a COPY names by themselves above the first install of the stage.
fn files_for_the_install(ctx: &Inspection, evidence: &Evidence) -> BTreeMap<String, EntryKind> {
    let stage = super::stage_of(ctx);
    let install = ctx.model().installs.iter().filter(|it| it.stage == stage).map(|it| it.instruction).min();
    let installs_here = evidence.deliverable.packages == Packages::Production && evidence.strategy.way == Way::Install;
    let Some(install) = install.filter(|_| installs_here) else { return BTreeMap::new() };
    let above = production(ctx).instructions.clone().filter(|it| *it < install);
    let named: Vec<&str> = above
        .flat_map(|it| match &ctx.model().instructions[it].kind {
            Kind::Copy(copy) if ctx.model().instructions[it].flag("from").is_none() => &copy.sources[..],
            _ => &[],
        })
        .filter_map(|it| own_name(&it.value, &evidence.installed.app.folder))
        .collect();
    let is_early = |it: &(&String, &EntryKind)| {
        *it.1 == EntryKind::File && named.contains(&it.0.as_str()) && !evidence.remade.contains(it.0)
    };
    evidence.runtime.iter().filter(is_early).map(|it| (it.0.clone(), *it.1)).collect()
}

/// The install, or the copy of the pruned node_modules; nothing where the artefacts bring what they need.
pub(super) fn packages(style: Style, evidence: &Evidence, target: &Target<'_>) -> String {
    if evidence.deliverable.packages != Packages::Production {
        return String::new();
    }
    let strategy = &evidence.strategy;
    let run = || strategy.steps(&evidence.installed.root).run;
    match strategy.way {
        Way::Install if target.workdir == target.folder => style.line("RUN", &run()),
        Way::Install => style.line("RUN", &format!("cd {} && {}", target.folder, run())),
        Way::Prune | Way::Keep => copy_from_build(style, evidence, target, strategy.modules(), strategy.modules()),
    }
}

/// What the build made, and what is read at run time besides.
pub(super) fn files(style: Style, evidence: &Evidence, target: &Target<'_>) -> String {
    outputs(style, evidence, target) + &runtime_files(style, evidence, evidence.runtime.clone(), target)
}

fn outputs(style: Style, evidence: &Evidence, target: &Target<'_>) -> String {
    let artefacts = evidence.deliverable.artefacts.iter();
    artefacts.map(|it| copy_from_build(style, evidence, target, &it.from, &it.to)).collect()
}

fn copy_from_build(style: Style, evidence: &Evidence, target: &Target<'_>, from: &str, to: &str) -> String {
    copy(style, target, &paths::absolute(&evidence.folder, from), to)
}

/// `from` of the build stage, absolute, to `to` of the target.
pub(super) fn copy(style: Style, target: &Target<'_>, from: &str, to: &str) -> String {
    let (build, flags) = (target.build, target.flags);
    style.line("COPY", &format!("--from={build} {flags}{from} {}", target.destination(to)))
}

/// What the run reads besides: first what comes from the build stage.
fn runtime_files(style: Style, evidence: &Evidence, files: BTreeMap<String, EntryKind>, target: &Target<'_>) -> String {
    let (remade, own): (BTreeMap<_, _>, BTreeMap<_, _>) =
        files.into_iter().partition(|it| evidence.remade.contains(&it.0));
    let from_build = |(path, kind): (&String, &EntryKind)| {
        let to = if *kind == EntryKind::Folder { path.as_str() } else { paths::parent(path) };
        let to = target.destination(to);
        let is_optional = evidence.untracked.contains(path);
        let is_whole = *kind == EntryKind::Folder && !is_optional;
        let to = if is_whole || to.ends_with('/') { to } else { to + "/" };
        let flags = format!("--from={} {}", target.build, target.flags);
        let from = paths::join(&evidence.folder, path);
        style.line("COPY", &operands(&flags, vec![written(&from, is_optional)], to))
    };
    let from_build: String = remade.iter().map(from_build).collect();
    from_build + &files_of_context(style, evidence, &own, target)
}

/// A line for each folder of the context, and one for all files that go into the same folder.
pub(super) fn files_of_context(
    style: Style,
    evidence: &Evidence,
    files: &BTreeMap<String, EntryKind>,
    target: &Target<'_>,
) -> String {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for (path, kind) in files {
        let is_optional = evidence.untracked.contains(path);
        let source = evidence.installed.app.folder_path(path);
        let source = written(&source, is_optional);
        let destination = match (kind, paths::parent(path)) {
            (EntryKind::Folder, _) if is_optional => target.destination(path) + "/",
            (EntryKind::Folder, _) => target.destination(path),
            (EntryKind::File, "") => target.destination(""),
            (EntryKind::File, folder) => format!("{}/", target.destination(folder)),
        };
        match lines.iter_mut().find(|it| it.0 == destination && destination.ends_with('/')) {
            Some(line) => line.1.push(source),
            None => lines.push((destination, vec![source])),
        }
    }
    lines.into_iter().map(|(to, from)| style.line("COPY", &operands(target.context_flags, from, to))).collect()
}

/// The path as a pattern that fits nothing else, and may fit nothing: a COPY of a path that is not there ends the build, and one
/// of a pattern does not (FACTS §3).
fn optional(path: &str) -> String {
    let path = source(path);
    match path.char_indices().next_back() {
        // Others mean something in such a set.
        Some((at, last)) if !"]^!-\\*?".contains(last) => format!("{}[{last}]", &path[..at]),
        _ => path,
    }
}

fn written(path: &str, is_optional: bool) -> String {
    if is_optional { optional(path) } else { source(path) }
}

/// The words of a COPY; as JSON where a space stands in one.
fn operands(flags: &str, mut sources: Vec<String>, destination: String) -> String {
    sources.push(destination.replace('$', r"\$"));
    if sources.iter().any(|it| it.contains([' ', '\''])) {
        let quoted: Vec<String> = sources.iter().map(|it| serde_json::Value::from(it.as_str()).to_string()).collect();
        return format!("{flags}[{}]", quoted.join(", "));
    }
    format!("{flags}{}", sources.join(" "))
}

/// A source as COPY takes it for itself: `$` names no variable and, but in patterns of files, `[` opens no set.
fn source(path: &str) -> String {
    let path = path.replace('$', r"\$");
    if path.contains('*') { path } else { path.replace('[', "[[]") }
}

/// The COPY of what the install needs: as the file already spells it, else the usual way.
pub(super) fn manifests(ctx: &Inspection, style: Style, evidence: &Evidence, target: &Target<'_>) -> String {
    let app = &evidence.installed.root;
    let spelled = ctx.model().instructions.iter().find_map(|it| spelled(it, app));
    let sources = spelled.unwrap_or_else(|| evidence.strategy.steps(app).files.join(" "));
    style.line("COPY", &format!("{}{sources} {}", target.context_flags, target.destination("")))
}

/// The same for instruction `at` of a stage that may have some of them by a COPY of its own above: only what is missing.
pub(super) fn missing_manifests(
    ctx: &Inspection,
    style: Style,
    evidence: &Evidence,
    target: &Target<'_>,
    at: InstructionId,
) -> String {
    let has = |name: &str| {
        let path = paths::join(target.folder, paths::file_name(name));
        let entries = production(ctx).contents.entries.iter();
        let mut above = entries.filter(|it| it.origin.last() < at);
        above.any(|it| it.path == path && matches!(it.holding, Holding::ContextFile(_)))
    };
    let lock = evidence.installed.root.lock().map(|it| it.path.as_str());
    match (has("package.json"), lock.filter(|it| !has(it))) {
        (true, None) => String::new(),
        (true, Some(lock)) => style.line("COPY", &format!("{}{lock} {}", target.context_flags, target.destination(""))),
        (false, _) => manifests(ctx, style, evidence, target),
    }
}

/// The sources of a COPY that brings both files of this app and nothing else.
fn spelled(instruction: &Instruction, app: &App) -> Option<String> {
    let Kind::Copy(copy) = &instruction.kind else { return None };
    if instruction.flag("from").is_some() {
        return None;
    }
    let names: Option<Vec<&str>> = copy.sources.iter().map(|it| own_name(&it.value, &app.folder)).collect();
    let names = names?;
    let lock = paths::file_name(&app.lock()?.path);
    let has = |name: &str| names.iter().any(|it| matches(it, name));
    let only =
        names.iter().all(|it| !matches(it, "tsconfig.json") && (matches(it, "package.json") || matches(it, lock)));
    let sources: Vec<&str> = copy.sources.iter().map(|it| it.value.as_str()).collect();
    (has("package.json") && has(lock) && only).then(|| sources.join(" "))
}

/// The part of a COPY source after the app's folder.
fn own_name<'a>(source: &'a str, folder: &str) -> Option<&'a str> {
    let source = source.trim_start_matches("./").trim_start_matches('/');
    let rest = paths::below(folder, source)?;
    (!rest.contains('/')).then_some(rest)
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern == name || Glob::new(pattern, Dialect::Copy).is_some_and(|it| it.matches(name))
}
