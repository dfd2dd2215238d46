//! What an instruction of a building stage is for: the build, the run, or both.

use super::{brings_packages, managers, production, refusal, workdir_at};
use crate::ecosystem::{Effect, effect_of, find, makes_only_packages, programs, system, tools};
use crate::facts::LINKER_VARIABLE;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::Reason;
use crate::shell::Command;
use crate::stages::{Build, InstructionId};
use crate::syntax::{Instruction, Kind, Pair, Word};

/// Which stage an instruction belongs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It stays behind.
    Build,
    /// It moves.
    Run,
    /// It stays and is repeated.
    Both,
}

/// The purpose of instruction `index`, which stands after the last build or before it.
pub(super) fn of(ctx: &Inspection, index: InstructionId, after_build: bool) -> Result<Purpose, Reason> {
    of_shipping(ctx, index, after_build, &|_| false)
}

/// The same where it is known which paths, absolute, the production stage has besides the app's own folder and its packages.
pub(super) fn of_shipping(
    ctx: &Inspection,
    index: InstructionId,
    after_build: bool,
    ships: &dyn Fn(&str) -> bool,
) -> Result<Purpose, Reason> {
    let instruction = ctx.model().instructions[index];
    let early = if after_build { Purpose::Run } else { Purpose::Both };
    match &instruction.kind {
        Kind::From(_) => Ok(Purpose::Build),
        Kind::Workdir(_) | Kind::Shell(_) => Ok(early),
        Kind::Env(pairs) if pairs.iter().all(|it| is_build_variable(ctx, it) && !is_read(ctx, &it.key.value)) => {
            Ok(Purpose::Build)
        }
        Kind::Env(pairs) if !after_build && is_set_again(ctx, index, pairs) => Ok(Purpose::Build),
        Kind::Env(_) => Ok(early),
        Kind::Arg(_) if after_build => Ok(Purpose::Run),
        Kind::Arg(pairs) => Ok(if used_later(ctx, index, pairs) { Purpose::Both } else { Purpose::Build }),
        Kind::Run(_) => of_run(ctx, index, after_build, ships),
        Kind::Copy(_) => of_copy(ctx, index, after_build),
        Kind::Add(_) => Err(refusal("it is not known whether `ADD` is for the build or for the run")),
        Kind::User(_) if !after_build => Err(refusal("the build does not run as root")),
        Kind::Onbuild(_) => Err(refusal("`ONBUILD` speaks of another build")),
        Kind::Invalid => Err(refusal("an instruction of the stage is not valid")),
        _ => Ok(Purpose::Run),
    }
}

/// A variable that is built in, or that only an install reads.
fn is_build_variable(ctx: &Inspection, pair: &Pair) -> bool {
    tools::is_public_variable(&pair.key.value) || pair.key.value == LINKER_VARIABLE && !managers::uses_yarn(ctx)
}

/// Whether these set NODE_ENV alone, and a later line of the stage gives it another value: the first was the build's.
fn is_set_again(ctx: &Inspection, index: InstructionId, pairs: &[Pair]) -> bool {
    let later = production(ctx).instructions.clone().filter(|it| *it > index);
    let later: Vec<&Pair> = later.filter_map(|it| env_of(&ctx.model().instructions[it].kind)).flatten().collect();
    let is_plain = |it: &&&Pair| it.value.as_ref().is_some_and(|it| !it.has_variable());
    let is_again = |pair: &Pair| {
        pair.key.value == "NODE_ENV" && later.iter().filter(is_plain).any(|it| it.key.value == pair.key.value)
    };
    pairs.iter().all(is_again)
}

fn env_of(kind: &Kind) -> Option<&[Pair]> {
    match kind {
        Kind::Env(pairs) => Some(pairs),
        _ => None,
    }
}

/// Whether a module that runs names the variable: no bundler has put its value there.
fn is_read(ctx: &Inspection, variable: &str) -> bool {
    let Some((app, runtime)) = ctx.facts().app.as_ref().zip(ctx.facts().runtime.as_ref()) else { return false };
    let mut texts = runtime.files.iter().filter_map(|it| ctx.project().text(&app.folder_path(it)));
    texts.any(|it| it.contains(variable))
}

/// Whether an ENV has every Node below it load something first: a file or a package that must be there by then.
pub(super) fn preloads(instruction: &Instruction) -> bool {
    let Kind::Env(pairs) = &instruction.kind else { return false };
    let flags = ["-r", "--require", "--import", "--loader", "--experimental-loader"];
    let loads = |it: &Word| it.value.split([' ', '=', '\'', '"']).any(|word| flags.contains(&word));
    pairs.iter().any(|it| it.key.value == "NODE_OPTIONS" && it.value.as_ref().is_some_and(loads))
}

/// Whether an instruction that moves or is repeated expands one of these ARGs.
fn used_later(ctx: &Inspection, index: InstructionId, pairs: &[Pair]) -> bool {
    production(ctx).instructions.clone().filter(|it| *it > index).any(|later| {
        let instruction = ctx.model().instructions[later];
        let moves = match instruction.kind {
            Kind::Run(_) => of_run(ctx, later, true, &|_| true) != Ok(Purpose::Build),
            Kind::Copy(_) | Kind::Arg(_) => false,
            Kind::Env(_) => of(ctx, later, true) != Ok(Purpose::Build),
            _ => true,
        };
        moves && pairs.iter().any(|it| mentions(&instruction.original, &it.key.value))
    })
}

fn mentions(text: &str, variable: &str) -> bool {
    text.contains(&format!("${variable}")) || text.contains(&format!("${{{variable}"))
}

fn of_copy(ctx: &Inspection, index: InstructionId, after_build: bool) -> Result<Purpose, Reason> {
    let Some(from) = ctx.model().instructions[index].flag_value("from") else {
        return Ok(if after_build { Purpose::Run } else { Purpose::Build });
    };
    let packages = brings_packages(ctx.model(), index);
    match after_build {
        true if packages => Err(refusal(format!("it is not known which packages of `{from}` the run needs"))),
        true => Ok(Purpose::Run),
        false if packages || lands_in_app(ctx, index) => Ok(Purpose::Build),
        false => Ok(Purpose::Both),
    }
}

/// Whether all that a COPY brings lies in the folder of the app, from where it comes along.
fn lands_in_app(ctx: &Inspection, index: InstructionId) -> bool {
    let Some(root) = ctx.facts().app_root.as_deref() else { return false };
    let mut brought = production(ctx).contents.entries.iter().filter(|it| it.origin.last() == index);
    brought.all(|it| paths::below(root, &it.path).is_some_and(|it| !it.is_empty()))
}

fn of_run(
    ctx: &Inspection,
    index: InstructionId,
    after_build: bool,
    ships: &dyn Fn(&str) -> bool,
) -> Result<Purpose, Reason> {
    let unknown = || {
        let text = ctx.model().instructions[index].original.lines().next().unwrap_or_default().trim();
        refusal(format!("it is not known whether `{text}` is for the build or for the run"))
    };
    let script = ctx.model().scripts[index].as_ref().filter(|it| it.complete).ok_or_else(unknown)?;
    let all = |known: fn(&Command) -> bool| script.commands.iter().all(known);
    let early = if after_build { Purpose::Run } else { Purpose::Both };
    if installs_started_tool(ctx, index) || managers::brings_used(ctx, index) {
        return Ok(early);
    }
    // `TOKEN=$(cat /run/secrets/token) npm ci` is an install, whatever reads the token.
    let is_value = |it: &Command| script.is_substituted(it) && effect_of(it) == Effect::Idle;
    if script.commands.iter().all(|it| is_value(it) || is_for_build(ctx, index, it)) {
        return Ok(Purpose::Build);
    }
    let workdir = production(ctx).contents.workdir.value.as_deref().filter(|_| after_build);
    let is_there = |path: &str| workdir.is_some_and(|it| is_of_app(path, it) || ships(&paths::absolute(it, path)));
    let owns = |it: &Command| owns_known_folders(it, &script.commands, is_there) || after_build && gives_away(it);
    if script.commands.iter().all(|it| is_one_of(it, programs::prepares) || owns(it)) {
        return Ok(early);
    }
    if all(|it| is_one_of(it, |it| programs::installs_for_the_system(it) || matches!(it, "rm" | "set" | "true"))) {
        let packages = production(ctx).contents.system_packages.iter().filter(|it| it.1 == index);
        let only_build = packages.clone().count() > 0 && packages.clone().all(|it| system::is_for_building(&it.0));
        return Ok(if only_build && !after_build { Purpose::Build } else { early });
    }
    Err(unknown())
}

/// `npm install -g pm2`, where the start command runs pm2.
fn installs_started_tool(ctx: &Inspection, index: InstructionId) -> bool {
    let started = |package: &str| {
        let programs = ctx.facts().start.iter().flat_map(|it| it.programs.iter());
        programs.clone().any(|it| it.package.as_deref() == Some(package) || it.name == package)
    };
    production(ctx).contents.global_packages.iter().any(|it| it.1 == index && started(&it.0))
}

/// Whether all that the command makes is known: an install, a build whose output was followed, a check.
fn is_for_build(ctx: &Inspection, index: InstructionId, command: &Command) -> bool {
    if ctx.model().builds.iter().any(|it| it.instruction == index && it.command.range == command.range) {
        return true;
    }
    makes_only_packages(command) && !is_file_making(ctx, command)
        || fills_output(ctx, index, command)
        || tidies_output(ctx, index, command)
}

/// `cp -r public .next/standalone/`: into what a build of this stage makes, and so a part of it.
fn fills_output(ctx: &Inspection, index: InstructionId, command: &Command) -> bool {
    let arguments: Option<Vec<&str>> = command.arguments().collect();
    let is_target_named = |it: &&str| it.starts_with("-t") || it.starts_with("--target");
    let moves = ctx.model().scripts[index].iter().flat_map(|it| &it.commands).any(|it| it.program() == Some("cd"));
    let arguments = arguments.filter(|it| command.program() == Some("cp") && !moves && !it.iter().any(is_target_named));
    arguments.as_ref().and_then(|it| it.last()).is_some_and(|it| lies_in_output(ctx, index, it))
}

/// `find dist -name '*.map' -delete`, `rm -rf dist/tests`: of what a build of this stage makes.
fn tidies_output(ctx: &Inspection, index: InstructionId, command: &Command) -> bool {
    let arguments: Option<Vec<&str>> = command.arguments().collect();
    let Some(arguments) = arguments.filter(|_| !command.redirected) else { return false };
    let paths: Vec<&str> = match command.program() {
        // The folder itself is what ships.
        Some("rm") => arguments.iter().filter(|it| !it.starts_with('-')).map(|it| paths::parent(it)).collect(),
        Some("find") if arguments.contains(&"-name") => {
            arguments.into_iter().take_while(|it| !it.starts_with(['-', '(', '!', '\\'])).collect()
        }
        _ => return false,
    };
    !paths.is_empty() && paths.iter().all(|it| lies_in_output(ctx, index, it))
}

/// Whether a build of this stage, at the latest in instruction `index`, makes what lies at `target`.
fn lies_in_output(ctx: &Inspection, index: InstructionId, target: &str) -> bool {
    let is_filled = |it: &Build| {
        let folder = it.folder.as_deref().unwrap_or_default();
        let path = workdir_at(ctx, index).map(|workdir| paths::absolute(&workdir, target));
        path.and_then(|path| paths::below(folder, &path).map(|rest| it.outputs.holding(rest).is_some())) == Some(true)
    };
    ctx.model().builds.iter().any(|it| it.instruction <= index && is_filled(it))
}

fn is_one_of(command: &Command, is_meant: impl Fn(&str) -> bool) -> bool {
    command.words.is_empty() || command.program().is_some_and(is_meant)
}

/// `chown node uploads`, where the same RUN makes `uploads`, or where that is there in the production stage.
fn owns_known_folders(command: &Command, all: &[Command], is_there: impl Fn(&str) -> bool) -> bool {
    let paths = |it: &Command| -> Vec<String> {
        it.arguments().map(|it| it.unwrap_or("$").to_owned()).filter(|it| !it.starts_with('-')).collect()
    };
    let made: Vec<String> = all.iter().filter(|it| it.program() == Some("mkdir")).flat_map(paths).collect();
    let changed = paths(command);
    is_one_of(command, |it| matches!(it, "chown" | "chmod"))
        && changed.len() > 1
        && changed[1..].iter().all(|it| made.contains(it) || is_there(it))
}

/// `find . … -exec chown node {} +`, as this tool writes it for a new user.
pub(super) fn gives_away(command: &Command) -> bool {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    words.is_some_and(|it| find::gives_away(&it))
}

/// The app's folder or its node_modules: both are there in any stage that ships it.
fn is_of_app(path: &str, workdir: &str) -> bool {
    let path = paths::absolute(workdir, path);
    path == workdir && workdir != "/" || path == paths::join(workdir, "node_modules")
}

/// `echo … > file`: it may write a file that the run reads; an `.npmrc` is for installs.
fn is_file_making(ctx: &Inspection, command: &Command) -> bool {
    let target = ctx.text()[command.range].rsplit_once('>').map(|it| it.1.trim().trim_matches(['"', '\'']));
    let is_npmrc = target.is_some_and(|it| paths::file_name(it) == ".npmrc");
    let writes = matches!(command.program(), Some("echo" | "printf" | "cat"));
    command.redirected && writes && target.is_some() && !is_npmrc
}
