//! Only devDependencies are too much: the install gets its flag, or the copy a production install.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::blocks::{self, Target};
use super::dependencies::{self, Way};
use super::evidence::{self, Evidence};
use super::workspaces::Installed;
use super::{Plan, builds_in, finish, production, refusal, stage_of, users};
use super::{pruned_copy, pruned_run};
use crate::ecosystem::{Effect, effect_of, omit, servers, tools};
use crate::fix::Edit;
use crate::fix::lines;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{App, Deliverable, Reason};
use crate::shell::{self, Command, ShellWord};
use crate::stages::{Entry, Holding, Install, InstructionId, NodeModules, Scope, Verb};
use crate::syntax::Kind;

const TITLE: &str = "Install production dependencies only";

/// The plan for a stage that is right but for its node_modules.
pub(super) fn plan(ctx: &Inspection) -> Result<Plan, Reason> {
    let mut all = production(ctx).contents.node_modules().filter(|(_, it)| it.scope == Scope::All);
    let (entry, modules) = all.next().ok_or_else(|| refusal("no devDependencies are known to ship"))?;
    let is_own = |it: &&InstructionId| ctx.model().stage_of(**it) == Some(stage_of(ctx));
    let own_copy = |it: &Entry| it.origin.via.iter().find(is_own).copied();
    let mut copies: Vec<InstructionId> = own_copy(entry).into_iter().collect();
    for (other, of) in all {
        match own_copy(other) {
            Some(copy) if of.install == modules.install && !copies.is_empty() => copies.push(copy),
            None if other.origin.via == entry.origin.via => {}
            _ => return Err(refusal("more than one `node_modules` ships")),
        }
    }
    copies.sort_unstable();
    copies.dedup();
    let install = &ctx.model().installs[modules.install];
    if install.verb == Verb::Deploy {
        return deployed(ctx, install);
    }
    let mut evidence = gather(ctx, entry, modules)?;
    let edits = match (&entry.origin.via[..], &copies[..]) {
        ([], _) => own_install(ctx, &ctx.model().installs[modules.install], &mut evidence)?,
        (_, []) => return Err(refusal("`node_modules` comes by the stage below")),
        (_, copies) => copied(ctx, copies, entry, modules, &mut evidence)?,
    };
    Ok(finish(TITLE, edits, evidence.doubts, evidence.grounds))
}

/// What must be known of the app whose packages lie at `entry`.
fn gather(ctx: &Inspection, entry: &Entry, modules: &NodeModules) -> Result<Evidence, Reason> {
    let app = evidence::shipped(ctx)?;
    dependencies::manager(ctx, &app)?;
    // The node_modules of a member is of the install at the root.
    let folder = ctx.model().installs[modules.install].app.as_deref().unwrap_or_default();
    let installed = Installed::by(ctx, app, folder)?;
    let app = evidence::with_install(ctx, Arc::clone(&installed.root))?;
    let mut doubts = needs_no_dev(ctx, &installed)?;
    let strategy = dependencies::strategy(ctx, &installed, &mut doubts)?;
    let grounds = evidence::pinned(ctx, &app).into_iter().collect();
    let (deliverable, runtime) = (Deliverable::default(), BTreeMap::new());
    let folder = paths::parent(&entry.path).to_owned();
    let (remade, untracked) = (BTreeSet::new(), BTreeSet::new());
    Ok(Evidence { installed, folder, deliverable, runtime, remade, untracked, strategy, doubts, grounds })
}

/// That what runs does without devDependencies; what is not known of it.
fn needs_no_dev(ctx: &Inspection, installed: &Installed) -> Result<Vec<Reason>, Reason> {
    let start = evidence::known_start(ctx, installed)?;
    let built = evidence::doubts_of_built(ctx, Some(installed));
    let mut doubts = match (ctx.facts().run().1.map(|it| &**it), start.programs.last()) {
        (own, _) if built.is_some() => {
            let own = own.filter(|it| !it.files.is_empty());
            own.map_or(Ok(()), |it| evidence::imports_ship(installed, it))?;
            let doubts = own.into_iter().flat_map(|it| evidence::doubts_of(ctx.facts().entry.as_deref(), it));
            built.into_iter().flatten().chain(doubts).collect()
        }
        (Some(runtime), _) => {
            evidence::imports_ship(installed, runtime)?;
            evidence::doubts_of(ctx.facts().entry.as_deref(), runtime)
        }
        (None, Some(program)) => {
            let reason = refusal(format!("it is not known which modules `{}` loads", program.name));
            if !servers::serves_output(&program.name, &program.arguments) {
                return Err(reason);
            }
            vec![reason]
        }
        (None, None) => return Err(refusal("it is not known what the container starts")),
    };
    doubts.extend(installed.doubts(ctx));
    users::without_dev(ctx, &installed.app, &mut doubts)?;
    doubts.extend(users::later_stage(ctx));
    if let Some(certain) = ctx.facts().needed.iter().find(|it| it.is_certain) {
        return Err(refusal(certain.reason.clone()));
    }
    doubts.extend(ctx.facts().needed.iter().map(|it| it.reason.clone()));
    Ok(doubts)
}

/// `pnpm deploy` gets `--prod`: the folder that it makes is of the one package, and whole by then.
fn deployed(ctx: &Inspection, install: &Install) -> Result<Plan, Reason> {
    let app = evidence::shipped(ctx)?;
    if install.app.as_ref() != Some(&app.folder) || install.command.conditional || install.script.is_some() {
        return Err(refusal("the install is not a plain one"));
    }
    // A member among the devDependencies is left out as well.
    let runtime = ctx.facts().runtime.as_deref();
    runtime.map_or(Ok(()), |it| evidence::imports_ship(&Installed::alone(Arc::clone(&app)), it))?;
    let root = ctx.project().workspace(&app.folder).map_or(app.folder.clone(), |it| it.root.folder.clone());
    let installed = Installed::by(ctx, app, &root)?;
    let doubts = needs_no_dev(ctx, &installed)?;
    if let Some(needed) = ctx.facts().needed.first() {
        return Err(refusal(needed.reason.clone()));
    }
    needs_nothing(ctx, ctx.model().commands_after(install))?;
    let deploy = install.command.words.iter().find(|it| it.value.as_deref() == Some("deploy"));
    let deploy = deploy.ok_or_else(|| refusal("the install is not a plain one"))?;
    let grounds = evidence::pinned(ctx, &installed.root).into_iter().collect();
    Ok(finish(TITLE, vec![Edit::insertion(deploy.range.end(), " --prod")], doubts, grounds))
}

/// `npm ci` gets `--omit=dev`, where nothing after it needs more.
fn own_install(ctx: &Inspection, install: &Install, evidence: &mut Evidence) -> Result<Vec<Edit>, Reason> {
    if install.stage != stage_of(ctx) && pruned_copy::is_needed_elsewhere(ctx, install.stage) {
        return Err(refusal("another stage needs the same install"));
    }
    if ctx.model().builds.iter().any(|it| it.stage == stage_of(ctx)) {
        return Err(refusal("the stage that ships builds as well"));
    }
    if let Some(script) = &install.script {
        return Err(refusal(format!("the install stands in the script `{script}` of package.json")));
    }
    if !matches!(install.verb, Verb::Install | Verb::CleanInstall) || install.command.conditional {
        return Err(refusal("the install is not a plain one"));
    }
    let after = ctx.model().commands_after(install);
    if let Err(reason) = needs_nothing(ctx, after.iter().copied()) {
        let needs: Vec<&Command> = after.into_iter().filter(|it| may_need(ctx, it)).collect();
        return pruned(ctx, install, &needs, evidence).map_err(|_| reason);
    }
    let script = evidence.installed.packages().find_map(|it| it.root_scripts_on_install().first().copied());
    if let Some((name, text)) = script.map(|it| (it.0.to_owned(), it.1.text.clone())) {
        let reason = match install.manager.runs_in_production(&name) {
            true => format!("the install would run `{name}` (`{text}`) without devDependencies"),
            false => format!("the install would no longer run `{name}` (`{text}`)"),
        };
        return pruned(ctx, install, &[], evidence).map_err(|_| refusal(reason));
    }
    let Some(omit) = evidence.strategy.omit() else { return pruned(ctx, install, &[], evidence) };
    dependencies::nothing_below(ctx, install.instruction)?;
    let verb = plain_verb(install).ok_or_else(|| refusal("the install is not a plain one"))?;
    Ok(vec![Edit::insertion(verb.range.end(), format!(" {omit}"))])
}

/// The install stays whole, and a prune ends its RUN. It takes out what package.json does not name: what nobody
/// described may have put it there.
fn pruned(
    ctx: &Inspection,
    install: &Install,
    needs: &[&Command],
    evidence: &mut Evidence,
) -> Result<Vec<Edit>, Reason> {
    dependencies::nothing_below(ctx, install.instruction)?;
    if install.folder.as_ref() != Some(&evidence.folder) {
        return Err(refusal("`node_modules` does not stay where it is installed"));
    }
    evidence.settle()?;
    plain_verb(install).ok_or_else(|| refusal("the install is not a plain one"))?;
    let app = &evidence.installed.root;
    let by_scripts = app.root_scripts_on_install().into_iter().find(|it| !is_known(app, &it.1.text, 0));
    let by_scripts = by_scripts.map(|it| it.1.text.clone());
    let unknown = needs.iter().map(|it| it.written()).find(|it| !is_known(app, it, 0)).or(by_scripts);
    let doubt = unknown.map(|it| Reason::from(format!("`{it}` may put into `node_modules` what a prune takes out")));
    let edits = pruned_run::edits(ctx, install, needs, &evidence.strategy.prune())?;
    evidence.doubts.extend(doubt);
    Ok(edits)
}

/// Whether all that a text of the shell runs is described, scripts of package.json too.
pub(super) fn is_known(app: &App, text: &str, depth: usize) -> bool {
    let script = shell::script_of_text(text);
    let is_known_script =
        |it: &String| app.package.scripts.get(it).is_some_and(|it| is_known(app, &it.text, depth + 1));
    let mut commands = script.commands.iter();
    script.complete
        && depth < 8
        && commands.all(|command| match effect_of(command) {
            Effect::Idle | Effect::Build => true,
            Effect::Script(names) => names.iter().all(is_known_script),
            Effect::Unknown(_) => leaves_nothing(command),
            Effect::Install => false,
        })
}

/// Whether it is a check or the like: `husky`, `patch-package`, `eslint .`
fn leaves_nothing(command: &Command) -> bool {
    let arguments: Vec<String> = command.arguments().map(|it| it.unwrap_or("$").to_owned()).collect();
    command.program().is_some_and(|it| tools::leaves_nothing(it, &arguments))
}

/// The verb of an install that does not speak of devDependencies itself, or the program where there is none. A flag
/// that is meant to leave them out and does not is another rule's.
fn plain_verb(install: &Install) -> Option<&ShellWord> {
    let is_plain = !install.command.arguments().flatten().any(omit::is_about);
    let is_own = install.command.program() == Some(install.manager.program());
    let words: Vec<&str> = install.command.words.iter().map(|it| it.value.as_deref().unwrap_or_default()).collect();
    let at = install.manager.verb_at(&words);
    let is_verb = |it: &str| install.manager.is_plain_install(it) || install.manager.is_clean_install(it);
    let found = install.command.words.get(at).filter(|_| at == 0 || words.get(at).is_some_and(|it| is_verb(it)));
    found.filter(|_| is_plain && is_own)
}

/// None of the commands may need a devDependency; what nobody described may.
pub(super) fn needs_nothing<'c>(
    ctx: &Inspection,
    commands: impl IntoIterator<Item = &'c Command>,
) -> Result<(), Reason> {
    match commands.into_iter().find(|it| may_need(ctx, it)) {
        Some(it) => Err(refusal(format!("`{}` may need a devDependency", it.written()))),
        None => Ok(()),
    }
}

fn may_need(ctx: &Inspection, command: &Command) -> bool {
    let is_install = ctx.model().installs.iter().any(|it| it.command.range == command.range);
    effect_of(command) != Effect::Idle && !is_install
}

/// A copied node_modules: a production install in its place, or the copy of a pruned one.
fn copied(
    ctx: &Inspection,
    copies: &[InstructionId],
    entry: &Entry,
    modules: &NodeModules,
    evidence: &mut Evidence,
) -> Result<Vec<Edit>, Reason> {
    let copy = copies[0];
    let instruction = ctx.model().instructions[copy];
    let is_alone = copies.len() == 1 && brings_nothing_else(ctx, copy).is_ok();
    let workdir = super::workdir(ctx)?;
    let style = blocks::style(ctx);
    let later = production(ctx).instructions.clone().filter(|it| *it > copy);
    needs_nothing(ctx, later.flat_map(|it| ctx.model().commands_of_run(it)))?;
    let name = instruction.flag_value("from").unwrap_or_default();
    let from =
        ctx.model().stage_named(name, stage_of(ctx)).ok_or_else(|| refusal("`node_modules` comes from an image"))?;
    let has_npm = evidence.strategy.has_npm(ctx);
    if is_alone && !stands_well(ctx, copy) && evidence.strategy.way == Way::Install {
        evidence.strategy.prefer_prune();
    }
    if evidence.strategy.way == Way::Prune || !has_npm || !is_alone {
        evidence.settle()?;
        if !builds_in(ctx.model(), from) && !pruned_copy::is_needed_elsewhere(ctx, from) {
            return own_install(ctx, &ctx.model().installs[modules.install], evidence);
        }
        return pruned_copy::edits(ctx, copies, from, &ctx.model().installs[modules.install], evidence);
    }
    dependencies::nothing_below(ctx, copy)?;
    if runs_as_other(ctx, copy) || paths::parent(&entry.path) != workdir {
        return Err(refusal("the install would not run as root in the WORKDIR"));
    }
    let target = Target { build: name, folder: workdir, workdir, flags: "", context_flags: "" };
    let lines =
        blocks::missing_manifests(ctx, style, evidence, &target, copy) + &blocks::packages(style, evidence, &target);
    Ok(vec![lines::replacement(ctx.source(), instruction.range, &lines)])
}

/// Whether an install in the place of the COPY would have its manifests above it and nothing that changes with the sources.
fn stands_well(ctx: &Inspection, copy: InstructionId) -> bool {
    let copies = |it: &InstructionId| matches!(ctx.model().instructions[*it].kind, Kind::Copy(_) | Kind::Add(_));
    let entries = &production(ctx).contents.entries;
    let is_manifest = |it: &Entry| paths::file_name(&it.path) == "package.json";
    let brings = |at: InstructionId, is_meant: &dyn Fn(&Entry) -> bool| {
        entries.iter().filter(|it| it.origin.last() == at).all(is_meant)
    };
    let is_file = |it: &Entry| matches!(it.holding, Holding::ContextFile(_));
    let mut all = production(ctx).instructions.clone().filter(copies);
    all.all(|it| match it.cmp(&copy) {
        std::cmp::Ordering::Less => brings(it, &is_file),
        std::cmp::Ordering::Equal => true,
        std::cmp::Ordering::Greater => brings(it, &|entry| !is_manifest(entry)),
    })
}

/// The COPY that gives way must be one of the stage itself, and of node_modules alone.
fn brings_nothing_else(ctx: &Inspection, copy: InstructionId) -> Result<(), Reason> {
    let Kind::Copy(operands) = &ctx.model().instructions[copy].kind else {
        return Err(refusal("`node_modules` does not come by COPY"));
    };
    let only_modules = operands.sources.iter().all(|it| it.value.trim_end_matches('/').ends_with("node_modules"));
    if !only_modules || ctx.model().stage_of(copy) != Some(stage_of(ctx)) {
        return Err(refusal("`node_modules` comes along with other files"));
    }
    Ok(())
}

/// Whether a USER stands before the COPY.
fn runs_as_other(ctx: &Inspection, copy: InstructionId) -> bool {
    let user =
        ctx.model().ancestry(stage_of(ctx)).into_iter().flat_map(|it| ctx.model().stages[it].instructions.clone());
    user.filter(|it| *it < copy).any(|it| matches!(ctx.model().instructions[it].kind, Kind::User(_)))
}
