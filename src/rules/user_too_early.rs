//! `user-too-early`

mod roots;

use super::declare_rule;
use super::support::{is_fatal, named_user, started_stage};
use crate::diagnostic::{Diagnostic, Severity};
use crate::ecosystem::{Action, Invocation, programs};
use crate::fix::{Applicability, Edit, Fix, lines};
use crate::inspection::Inspection;
use crate::project::Manager;
use crate::shell::Command;
use crate::stages::{ImageKind, InstructionId, StageId, User};
use crate::syntax::Kind;

declare_rule! {
    /// Flags a USER above a step that only root can do.
    ///
    /// ## Why
    /// The build stops: `apt-get` and `apk` write to the system, `npm install -g` and `corepack enable` of the official
    /// image to /usr/local, which is root's. So is a working directory that WORKDIR makes above USER: there, the user may
    /// install nothing, build nothing, and change no owner.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// USER node
    /// RUN apt-get update && apt-get install -y --no-install-recommends tini
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// RUN apt-get update && apt-get install -y --no-install-recommends tini
    /// USER node
    /// WORKDIR /app
    /// COPY server.js ./
    /// CMD ["node", "server.js"]
    /// ```
    /// ```js file=server.js
    /// console.log('ok')
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the step does nothing else: USER moves below it, or, where something that the user does stands between,
    /// the step gets a `USER root` of its own. Unsafe where other commands of the same RUN would become root's, and where
    /// the app may write into what root installs or builds then.
    pub(crate) USER_TOO_EARLY { name: "user-too-early", since: "0.1.0", severity: Error, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    if started_stage(ctx).is_none() {
        return;
    }
    for stage in ctx.model().stages.ids() {
        let steps = steps(ctx, stage);
        let mut rest = &steps[..];
        while let Some((user, _)) = rest.first() {
            let n_same = rest.iter().take_while(|it| it.0 == *user).count();
            acc.extend(diagnostic(ctx, *user, &rest[..n_same]));
            rest = &rest[n_same..];
        }
    }
}

/// The RUNs of a stage that fail, each with the USER that it runs as.
fn steps(ctx: &Inspection, stage: StageId) -> Vec<(InstructionId, InstructionId)> {
    let model = ctx.model();
    let mut user = None;
    let mut res = Vec::new();
    for at in model.ancestry(stage).into_iter().rev().flat_map(|it| model.stages[it].instructions.clone()) {
        match &model.instructions[at].kind {
            Kind::User(_) => user = named_user(ctx, at).map(|it| (at, it.value)),
            Kind::Run(_) if model.stage_of(at) == Some(stage) => {
                let named = user.filter(|it| matches!(User::of(it.1), User::Named(_)));
                res.extend(named.filter(|_| failing(ctx, stage, at).is_some()).map(|it| (it.0, at)));
            }
            _ => {}
        }
    }
    res
}

/// The first command of a RUN that the build stops at.
fn failing(ctx: &Inspection, stage: StageId, at: InstructionId) -> Option<&Command> {
    let script = ctx.model().scripts[at].as_ref()?;
    let mut commands = script.commands.iter();
    let needs = |it: &Command| needs_root(ctx, stage, it) || roots::is_refused(ctx, stage, at, it);
    commands.find(|it| needs(it) && is_fatal(ctx, at, it.range))
}

fn needs_root(ctx: &Inspection, stage: StageId, command: &Command) -> bool {
    let image = ctx.model().root_image(stage);
    // `apt-get -y install`
    let mut words = command.words.iter().skip(1).filter_map(|it| it.value.as_deref());
    let verb = words.find(|it| !it.starts_with('-'));
    match command.program() {
        Some(program) if programs::installs_for_the_system(program) => {
            matches!(verb, Some("add" | "del" | "install" | "update" | "upgrade" | "remove" | "purge" | "reinstall"))
        }
        Some("addgroup" | "adduser" | "groupadd" | "useradd" | "usermod" | "update-ca-certificates") => true,
        Some("corepack") if verb == Some("enable") => {
            image.kind == ImageKind::Node && image.is_official && !command.written().contains("--install-directory")
        }
        Some(_) => image.kind == ImageKind::Node && image.is_official && writes_to_usr_local(ctx, stage, command),
        None => false,
    }
}

/// `npm install -g`, where npm has no other place for it.
fn writes_to_usr_local(ctx: &Inspection, stage: StageId, command: &Command) -> bool {
    let words: Option<Vec<String>> = command.words.iter().map(|it| it.value.clone()).collect();
    let read = words.and_then(|it| Invocation::read(&it));
    let is_global = read.is_some_and(|it| it.manager() == Manager::Npm && matches!(it.action, Action::Global(_)));
    let names_prefix = |it: &str| it.to_ascii_lowercase().contains("prefix");
    let env = &ctx.model().stages[stage].contents.env;
    is_global && !env.keys().any(|it| names_prefix(it)) && !names_prefix(ctx.text()) && command.assignments.is_empty()
}

fn diagnostic(ctx: &Inspection, user: InstructionId, steps: &[(InstructionId, InstructionId)]) -> Option<Diagnostic> {
    let model = ctx.model();
    let (first, stage) = (steps[0].1, model.stage_of(steps[0].1));
    let command = stage.and_then(|it| failing(ctx, it, first)).map(Command::written).unwrap_or_default();
    let instruction = model.instructions[user];
    let Kind::User(word) = &instruction.kind else { return None };
    let message = format!("`{}` may not do `{command}`, which stands below", word.value);
    let mut res = Diagnostic::new(USER_TOO_EARLY.name, instruction.content, message);
    res.severity = Severity::Error;
    for (_, at) in steps {
        res = res.with_related(model.instructions[*at].content, "this step needs root");
    }
    let is_pure = stage.is_some_and(|stage| steps.iter().all(|it| does_nothing_else(ctx, stage, it.1)));
    let (title, edits) = match stage.filter(|it| (is_pure || only_makes(ctx, steps)) && may_move(ctx, *it, user, steps))
    {
        Some(_) => ("Move USER below it".to_owned(), moved(ctx, user, steps)),
        None => ("Do it as root".to_owned(), as_root(ctx, &word.value, steps)),
    };
    Some(match is_pure {
        true => res.with_fix(Fix::new(title, Applicability::Safe, edits)),
        false => res.with_fix(Fix::new(title, Applicability::Unsafe, edits)).with_held_back(doubt(ctx, steps)),
    })
}

/// Why it is not for nodestage to say that root does all of it.
fn doubt(ctx: &Inspection, steps: &[(InstructionId, InstructionId)]) -> &'static str {
    match only_makes(ctx, steps) {
        true => "the app may write into what is root's then",
        false => "other commands of the same RUN would be root's as well",
    }
}

/// Whether each step is nothing but an install or a build in the folder of the app.
fn only_makes(ctx: &Inspection, steps: &[(InstructionId, InstructionId)]) -> bool {
    let model = ctx.model();
    steps.iter().all(|(_, at)| {
        let is_alone = model.scripts[*at].as_ref().is_some_and(|it| it.complete && it.commands.len() == 1);
        let makes = model.installs.iter().any(|it| it.instruction == *at)
            || model.builds.iter().any(|it| it.instruction == *at);
        is_alone && makes && model.stage_of(*at).is_some_and(|it| !does_nothing_else(ctx, it, *at))
    })
}

/// Whether all commands of the RUN work on the system only, or give things to somebody.
fn does_nothing_else(ctx: &Inspection, stage: StageId, at: InstructionId) -> bool {
    let Some(script) = ctx.model().scripts[at].as_ref().filter(|it| it.complete) else { return false };
    let cleans = |it: &Command| {
        let is_of_system = |it: &str| it.starts_with("/var/") || it.starts_with("/etc/") || it.starts_with("/tmp/");
        it.program() == Some("rm") && it.arguments().flatten().all(|it| it.starts_with('-') || is_of_system(it))
    };
    script.commands.iter().all(|it| {
        let is_of_system = it.program().is_some_and(programs::installs_for_the_system);
        let gives = matches!(it.program(), Some("chown" | "chmod" | "mkdir"));
        is_of_system || gives || needs_root(ctx, stage, it) || cleans(it) || it.written().starts_with("npm cache clean")
    })
}

/// Whether nothing that depends on the user stands between.
fn may_move(ctx: &Inspection, stage: StageId, user: InstructionId, steps: &[(InstructionId, InstructionId)]) -> bool {
    let model = ctx.model();
    let last = steps[steps.len() - 1].1;
    let is_step = |it: InstructionId| steps.iter().any(|step| step.1 == it);
    let mut between = model.stages[stage].instructions.clone().filter(|it| *it > user && *it <= last);
    let is_idle = |it: InstructionId| {
        let kind = &model.instructions[it].kind;
        matches!(kind, Kind::Env(_) | Kind::Arg(_) | Kind::Label(_) | Kind::Expose(_) | Kind::Copy(_) | Kind::Add(_))
    };
    model.stage_of(user) == Some(stage) && between.all(|it| is_step(it) || is_idle(it))
}

fn moved(ctx: &Inspection, user: InstructionId, steps: &[(InstructionId, InstructionId)]) -> Vec<Edit> {
    let block = lines::block(ctx.source(), ctx.model().instructions[user]);
    let text = ctx.text()[block].to_owned();
    vec![Edit::deletion(block), lines::insertion(ctx.source(), lines::Spot::After(steps[steps.len() - 1].1), &text)]
}

/// `USER root` above each of them, and the user again below.
fn as_root(ctx: &Inspection, user: &str, steps: &[(InstructionId, InstructionId)]) -> Vec<Edit> {
    let follows = |at: InstructionId| steps.iter().any(|it| it.1 == at);
    let line = |spot, name: &str| lines::instructions(ctx.source(), spot, &[format!("USER {name}")]);
    let mut res = Vec::new();
    for (_, at) in steps {
        if !follows(at.previous()) {
            res.push(line(lines::Spot::Before(*at), "root"));
        }
        if !follows(at.next()) {
            res.push(line(lines::Spot::After(*at), user));
        }
    }
    res
}

#[cfg(test)]
mod tests;
