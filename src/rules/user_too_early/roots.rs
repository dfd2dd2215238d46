//! What another user than root may not do in a folder that is root's.
//!
//! Worked example: `WORKDIR /app`, `COPY . .`, `USER node`, `RUN npm ci`: BuildKit makes WORKDIR for the user that is set
//! there (FACTS §0.12), COPY without `--chown` for root; npm stops with EACCES at `/app/node_modules`.

use crate::ecosystem::programs;
use crate::facts::context_file;
use crate::inspection::Inspection;
use crate::paths;
use crate::rules::support::{commands_before, is_known};
use crate::shell::Command;
use crate::stages::{InstructionId, StageId};
use crate::syntax::Kind;

/// Folders of the system that are root's in every image.
const SYSTEM: [&str; 7] = ["/", "/etc", "/mnt", "/opt", "/srv", "/usr", "/var"];

/// In longer stages nothing is said: each step looks at all before it.
const MAX_INSTRUCTIONS: usize = 200;

/// Whether `command` of the RUN `at` fails because of whose the folder is that it works in, or on.
pub(super) fn is_refused(ctx: &Inspection, stage: StageId, at: InstructionId, command: &Command) -> bool {
    let model = ctx.model();
    let image = model.root_image(stage);
    let is_long = model.stages[stage].instructions.clone().nth(MAX_INSTRUCTIONS).is_some();
    if is_long || !image.is_official || image.default_user.as_deref() != Some("root") {
        return false;
    }
    let makes = || {
        let installs = model.installs.iter().any(|it| it.command.range == command.range);
        installs || model.builds.iter().any(|it| it.command.range == command.range)
    };
    if !matches!(command.program(), Some("mkdir" | "chown" | "chmod")) && !makes() {
        return false;
    }
    let workdir = workdir_at(ctx, stage, at);
    let is_roots = || workdir.as_ref().is_some_and(|it| it.1 && nobody_gave(ctx, stage, at, &it.0));
    let folder = || workdir.as_ref().map_or("", |it| it.0.as_str());
    let is_meant = |it: &Command| it.range == command.range;
    match command.program() {
        Some("mkdir") => operands(command, 0).is_some_and(|all| {
            all.iter().any(|it| {
                let path = paths::absolute(folder(), it);
                let is_new = !is_written_above(ctx, at, &path);
                let parent = paths::parent(&path);
                let is_in_app = parent == folder() && is_roots() && !is_copied(ctx, stage, &path);
                is_new && (SYSTEM.contains(&if parent.is_empty() { "/" } else { parent }) || is_in_app)
            })
        }),
        Some("chown" | "chmod") => operands(command, 1).is_some_and(|all| {
            all.iter().any(|it| paths::contains(&paths::absolute(folder(), it), folder()) && is_roots())
        }),
        Some(_) => {
            let installs =
                model.installs.iter().any(|it| is_meant(&it.command) && it.folder.as_deref() == Some(folder()));
            let builds = model.builds.iter().any(|it| {
                is_meant(&it.command) && it.folder.as_deref() == Some(folder()) && !it.outputs.outputs.is_empty()
            });
            (installs || builds) && is_roots()
        }
        None => false,
    }
}

/// Whether the context has what lies at `path`.
fn is_copied(ctx: &Inspection, stage: StageId, path: &str) -> bool {
    let file = context_file(&ctx.model().stages[stage].contents, path);
    file.is_some_and(|it| ctx.project().kind(&it).is_some())
}

/// The words of a command that are no options, without the first `skip`; `None` where one is not known.
fn operands(command: &Command, skip: usize) -> Option<Vec<&str>> {
    let words: Option<Vec<&str>> = command.words[1..].iter().map(|it| it.value.as_deref()).collect();
    let operands = words?.into_iter().filter(|it| !it.starts_with('-'));
    Some(operands.skip(skip).collect())
}

/// The working directory at `at`, and whether root made it; `None` where that is not known.
fn workdir_at(ctx: &Inspection, stage: StageId, at: InstructionId) -> Option<(String, bool)> {
    let model = ctx.model();
    let (mut by_root, mut workdir) = (true, None::<(String, bool)>);
    for it in model.ancestry(stage).into_iter().rev().flat_map(|it| model.stages[it].instructions.clone()) {
        if it >= at {
            break;
        }
        match &model.instructions[it].kind {
            Kind::User(user) => by_root = matches!(user.value.split(':').next(), Some("root" | "0")),
            Kind::Workdir(path) if path.has_variable() => return None,
            Kind::Workdir(path) => {
                let path = paths::absolute(workdir.as_ref().map_or("/", |it| &it.0), &path.value);
                let known = workdir.as_ref().filter(|it| paths::contains(&path, &it.0)).map(|it| it.1);
                workdir = Some((path, known.unwrap_or(by_root)));
            }
            // A COPY may make the folder for somebody.
            Kind::Copy(copy) if model.instructions[it].flag("chown").is_some() => {
                let inside = |it: &str| {
                    workdir.as_ref().is_some_and(|folder| !it.starts_with('/') || paths::contains(&folder.0, it))
                };
                if !inside(&copy.destination.value) {
                    return None;
                }
            }
            _ => {}
        }
    }
    workdir.filter(|it| it.0 != "/" && !it.0.starts_with("/home/") && !it.0.starts_with("/tmp"))
}

/// Whether no command above can have given the folder to somebody.
fn nobody_gave(ctx: &Inspection, stage: StageId, at: InstructionId, folder: &str) -> bool {
    let start = ctx.model().instructions[at].range.start();
    let gives = |it: &Command| match it.program() {
        Some("chown" | "chmod" | "chgrp" | "install" | "setfacl" | "ln") | None => true,
        Some("mkdir") => it.words.iter().any(|it| it.raw.contains(folder)),
        Some("useradd" | "adduser" | "usermod") => it.words.iter().any(|it| it.raw.contains(folder)),
        Some(_) => !is_known(ctx, it) && !is_of_system(it),
    };
    !commands_before(ctx, stage, start).any(|it| it.is_none_or(&gives))
}

fn is_of_system(command: &Command) -> bool {
    let program = command.program().unwrap_or_default();
    programs::installs_for_the_system(program) || matches!(program, "addgroup" | "groupadd" | "rm")
}

/// Whether the file speaks of `path` above, where it may be made.
fn is_written_above(ctx: &Inspection, at: InstructionId, path: &str) -> bool {
    let start = ctx.model().instructions[at].range.start();
    ctx.text()[..usize::from(start)].contains(path)
}
