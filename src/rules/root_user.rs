//! `root-user`

mod closed;
mod elsewhere;
mod files;
mod home;
mod later;
mod ownership;
mod privileges;
mod writable;

use super::declare_rule;
use super::support::{
    named_production, named_user, note_of_number, severity_of_shipping, started_stage, variable, written_user,
};
use crate::diagnostic::{Diagnostic, Severity};
use crate::facts::Development;
use crate::fix::lines::{self, Spot};
use crate::fix::{Applicability, Edit, Fix};
use crate::inspection::Inspection;
use crate::project::{Mount, MountKind, Reason};
use crate::rewrite;
use crate::stages::{IdRange, ImageFacts, ImageKind, InstructionId, Libc, Stage, StageId, User};
use crate::syntax::Kind;
use crate::text::TextRange;
use home::Missed;
use ownership::Ownership;
use writable::Needs;

declare_rule! {
    /// Flags a production stage that runs as root.
    ///
    /// ## Why
    /// A flaw in the app, or in one of its packages, then has root's rights in the container, and a
    /// flaw in the container's walls has root's rights on the host.
    ///
    /// ## Example
    /// ```dockerfile before
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// EXPOSE 3000
    /// CMD ["node", "server.js"]
    /// ```
    /// ```dockerfile after
    /// FROM node:22-slim
    /// WORKDIR /app
    /// COPY package*.json ./
    /// RUN npm ci --omit=dev
    /// COPY server.js ./
    /// EXPOSE 3000
    /// USER node
    /// CMD ["node", "server.js"]
    /// ```
    /// ```json file=package.json
    /// {"name": "shop", "dependencies": {}}
    /// ```
    /// ```json file=package-lock.json
    /// {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}}}
    /// ```
    /// ```js file=server.js
    /// require('http').createServer((_, res) => res.end('ok')).listen(3000)
    /// ```
    ///
    /// ## Fix safety
    /// Safe where the image has such a user, every module that runs is known, and everything they write
    /// to has a known place, which is then made writable. Where something may write beside the app, as packages
    /// do that nodestage does not know, the app's folder is given to the user: COPY gets `--chown`, and one `chown`
    /// the folder itself; so are folders elsewhere that the stage makes by `mkdir`, that VOLUME names, or that a compose file
    /// has a volume at. A COPY of files that only their owner may read, by their modes on disk or by `--chmod`, gets `--chown`. Of servers that bring their packages (Next with `output: 'standalone'`, Nitro) all code of the app
    /// counts for what may write. Unsafe where something may write anywhere (a path that is only known at run time, a
    /// program that the app starts), where a folder of the host or a disk of a cluster or a platform, which belongs to root, is
    /// mounted where the app writes, or anything in root's home (compose files, `docker run` in scripts and pages, pods without
    /// `fsGroup` or `runAsUser`, Fly, Render, ECS, Nomad, Terraform), or where a port below 1024
    /// is used (and only if a compose file shows a network of its own, or a variable can give the app another port: Podman, CRI-O
    /// and a host's own network keep those for root), or where the image is another one than the official `node`, of which the users are not known. A browser
    /// that an install or a command fetches to root's home, where no other user looks, goes to another folder by a
    /// variable (`ENV PUPPETEER_CACHE_DIR=…`), unsafe; no fix for what no variable moves, or where Node itself lies there
    /// (nvm), where no other user may go.
    /// Entrypoints that drop root's rights themselves are not reported.
    /// Where the repository has manifests of Kubernetes that run pods, USER names a user of the image's own by its number:
    /// `runAsNonRoot` refuses names. So it does where there is a configuration of hadolint that does not ignore DL3066, or where the
    /// file itself names a user so.
    /// Stages that are built on the production stage stay root: they get `USER root` in the same fix. What
    /// compose files, platforms, manifests, scripts and HEALTHCHECK run in the image counts as well. An action of GitHub
    /// (`using: docker`) must run as root and has no fix. Where `alpine`, `debian` or `ubuntu` have no user but root, one
    /// is made. An image that starts nothing, and that nobody is known to run, is reported as information.
    /// A Dockerfile that is for development by its name (see `missing-node-env`) is reported as information where the app's
    /// folder is known, and the fix is unsafe: sources that one mounts there have to belong to that user. Where the container
    /// starts a development server, which may write beside the sources, the fix is unsafe and comes after that of
    /// `dev-server`; it is unsafe, too, where only a compose file runs the image for development. One that is for development
    /// by its stage otherwise has no fix.
    pub(crate) ROOT_USER { name: "root-user", since: "0.1.0", severity: Warning, fixable: true, check: check }
}

fn check(ctx: &Inspection, acc: &mut Vec<Diagnostic>) {
    let Some((at, stage)) = started_stage(ctx) else { return };
    if stage.contents.user.value != User::Root || privileges::may_drop(ctx, at) {
        return;
    }
    let place = ctx.model().instructions[stage.contents.user.by.unwrap_or(stage.from)].content;
    let is_named = ctx.facts().is_for_development();
    let who = if is_named { "The container".to_owned() } else { named_production(ctx) };
    let mut diagnostic = Diagnostic::new(ROOT_USER.name, place, format!("{who} runs as root"));
    diagnostic.severity = if is_named { Severity::Info } else { severity_of_shipping(ctx) };
    if let Some(development) = ctx.facts().development.as_ref().filter(|it| !may_change(ctx, it)) {
        acc.extend((!is_named).then(|| diagnostic.with_held_back(development.reason())));
        return;
    }
    if let Some(action) = ctx.facts().users.iter().find(|it| it.must_be_root) {
        acc.push(
            diagnostic.with_held_back(format!("{} makes it an action of GitHub, which must run as root", action.by)),
        );
        return;
    }
    if let Some(reason) = privileges::kept_port(ctx, at).or_else(|| privileges::kept_by_supervisor(ctx)) {
        acc.push(diagnostic.with_held_back(reason));
        return;
    }
    let missed = home::missed(ctx, at);
    if let Some(Missed { reason, .. }) = missed.as_ref().filter(|it| it.elsewhere.is_none()) {
        let linker = rewrite::node_modules_linker(ctx).filter(|_| home::holds_archives(ctx, at));
        acc.push(match linker {
            Some(fix) => diagnostic.with_fix(fix).with_held_back(format!("{reason}; {}", rewrite::LINKER_DOUBT)),
            None => diagnostic.with_held_back(reason.clone()),
        });
        return;
    }
    let image = ctx.model().root_image(at);
    let maker = maker(ctx, at);
    let Some(name) = user_name(ctx, at).or_else(|| maker.map(|_| NEW_USER.to_owned())) else {
        acc.push(diagnostic.with_held_back(format!("`{}` has no user but root", image.written)));
        return;
    };
    if maker.is_some() {
        diagnostic = diagnostic.with_note(format!("`{}` has no user but root: `{name}` is made", image.written));
    }
    if let Some((builtin, uid)) = image.builtin_user.filter(|it| it.0 == name) {
        diagnostic = diagnostic.with_note(format!("`{}` has the user `{builtin}` (uid {uid})", image.written));
    }
    if let Some(note) = note_of_number(ctx).filter(|_| ctx.settings().user.is_none()) {
        diagnostic = diagnostic.with_note(note);
    }
    acc.push(with_fix(ctx, (at, stage), &name, diagnostic, missed));
}

/// What the user is called that is made where there is none.
const NEW_USER: &str = "app";

/// The command that makes a user and its group, where the image is known to have it and no user but root: busybox's
/// on Alpine; `useradd` on Debian and Ubuntu, of which newer ones have no `adduser` (FACTS §4).
fn maker(ctx: &Inspection, at: StageId) -> Option<&'static str> {
    let image = ctx.model().root_image(at);
    if user_name(ctx, at).is_some() || !ctx.model().stages[at].contents.users.is_empty() {
        return None;
    }
    match (image.kind, image.libc) {
        (ImageKind::System, Some(Libc::Musl)) => Some("RUN adduser -D app"),
        (ImageKind::System, _) if is_debian(image) => Some("RUN useradd --create-home app"),
        _ => None,
    }
}

/// Others (UBI, Amazon Linux) have no `useradd` in all of their images.
fn is_debian(image: &ImageFacts) -> bool {
    let name = image.expanded.as_deref().unwrap_or_default().split([':', '@']).next().unwrap_or_default();
    ["debian", "ubuntu"].iter().any(|it| name == *it || name.ends_with(&format!("/{it}")))
}

/// The configured user; else the only one that the stage creates; else the image's own.
fn user_name(ctx: &Inspection, at: StageId) -> Option<String> {
    if let Some(user) = &ctx.settings().user {
        return Some(user.clone());
    }
    match ctx.model().stages[at].contents.users.as_slice() {
        [] => ctx.model().root_image(at).builtin_user.map(|it| it.0.to_owned()),
        [(name, _)] => Some(name.clone()),
        _ => None,
    }
}

/// The user called `name` as USER is to name it.
fn in_user(ctx: &Inspection, at: StageId, name: &str) -> String {
    let builtin = ctx.model().root_image(at).builtin_user.filter(|it| it.0 == name && ctx.settings().user.is_none());
    builtin.map_or_else(|| name.to_owned(), |it| written_user(ctx, it))
}

fn with_fix(
    ctx: &Inspection,
    (at, stage): (StageId, &Stage),
    name: &str,
    diagnostic: Diagnostic,
    missed: Option<Missed>,
) -> Diagnostic {
    let moved = missed.and_then(|it| Some((it.elsewhere?, it.reason)));
    let mut doubts: Vec<Reason> = ctx.facts().development.iter().map(may_write).collect();
    doubts.extend(moved.iter().map(|it| it.1.clone()));
    doubts.extend(privileges::doubts(ctx, at));
    let needs = writable::needs(ctx, at, &mut doubts);
    let mut edits = edits(ctx, (at, stage), name, &needs, &mut doubts);
    edits.extend(moved.map(|((at, line), _)| lines::instructions(ctx.source(), Spot::Before(at), &[line])));
    edits.extend(later::root_again(ctx, at));
    let applicability = if doubts.is_empty() { Applicability::Safe } else { Applicability::Unsafe };
    let fix = Fix::new(format!("Run as `{}`", in_user(ctx, at, name)), applicability, edits)
        .depending_on(start_elsewhere(ctx))
        .giving_way_to(all_of_a_development_server(ctx));
    let mut res = diagnostic.with_fix(fix);
    for folder in &needs.folders {
        res = res.with_related_file(&folder.site.path, folder.site.line, format!("`{}` is written here", folder.path));
    }
    res = later::with_note(ctx, at, res);
    if let Some(reason) = needs.app.as_ref().filter(|it| !doubts.contains(it)) {
        res = res.with_note(format!("The app's folder is given to `{name}`: {reason}"));
    }
    let is_volume = |it: &Mount| it.kind == MountKind::Volume && !it.read_only;
    let composed = ctx.facts().given.mounts.iter().any(|it| is_volume(&it.mount));
    if !stage.contents.volumes.is_empty() || (composed && !needs.is_nothing()) {
        res = res.with_note("Volumes that exist already keep their owner");
    }
    match doubts.into_iter().next() {
        Some(doubt) => res.with_held_back(doubt),
        None => res,
    }
}

/// Whether USER is offered where one works with the image.
fn may_change(ctx: &Inspection, development: &Development) -> bool {
    match development {
        Development::Composed(_) => true,
        Development::Named(_) => can_own_app(ctx),
        Development::Run(_) => ctx.facts().dev_server.is_some() && can_own_app(ctx),
    }
}

/// Whether the folder that a development server writes to, with its node_modules, is known and can be given to the user.
fn can_own_app(ctx: &Inspection) -> bool {
    let facts = ctx.facts();
    facts.app.is_some() && facts.app_at_workdir && facts.app_root.as_deref().is_some_and(|it| it != "/")
}

fn may_write(development: &Development) -> Reason {
    match development {
        Development::Composed(reason) => reason.clone(),
        Development::Run(reason) => format!("{reason}, which may write elsewhere than in the app's folder").into(),
        Development::Named(reason) => {
            format!("{reason}: whose the sources are that one mounts there is not known").into()
        }
    }
}

/// A start by a manager in another folder: once it starts there by itself, the working directory is that folder.
fn start_elsewhere(ctx: &Inspection) -> Vec<TextRange> {
    let command = ctx.facts().command.as_ref().filter(|_| ctx.facts().started_elsewhere);
    command.map(|it| ctx.model().instructions[it.instruction].content).into_iter().collect()
}

/// All of the file where the container starts a development server: what takes its place may write nothing, and is not
/// built where another user than root runs.
fn all_of_a_development_server(ctx: &Inspection) -> Vec<TextRange> {
    ctx.facts().dev_server.iter().map(|_| crate::text::range(0, ctx.text().len())).collect()
}

fn edits(
    ctx: &Inspection,
    (at, stage): (StageId, &Stage),
    name: &str,
    needs: &Needs,
    doubts: &mut Vec<Reason>,
) -> Vec<Edit> {
    let spot = spot(ctx, stage);
    let user = format!("USER {}", in_user(ctx, at, name));
    let ownership = Ownership { ctx, at, user: name };
    let (mut edits, complete) = if needs.app.is_some() { ownership.copies(doubts) } else { (Vec::new(), true) };
    closed::give(&ownership, &mut edits, doubts);
    if let Some(maker) = maker(ctx, at) {
        // COPY asks for the user by its name, so it comes first.
        let top = stage.contents.user.by.filter(|it| *it > stage.from).unwrap_or(stage.from);
        edits.push(lines::instructions(ctx.source(), Spot::After(top), &[maker.to_owned()]));
    }
    let Some(run) = ownership.command(needs, complete) else {
        let added = || lines::instructions(ctx.source(), spot, std::slice::from_ref(&user));
        edits.push(last_switch(ctx, stage).map_or_else(added, |it| match of_variable(ctx, stage) {
            Some(default) => Edit::replacement(default, in_user(ctx, at, name)),
            None => Edit::replacement(it, user.clone()),
        }));
        return edits;
    };
    match writable::volume_before(ctx, stage, spot, &needs.folders, doubts) {
        Some(volume) => {
            edits.push(lines::instructions(ctx.source(), Spot::Before(volume), &[run]));
            edits.push(lines::instructions(ctx.source(), spot, &[user]));
        }
        None => edits.push(lines::instructions(ctx.source(), spot, &[run, user])),
    }
    edits
}

/// The stage's own `USER root`, where nothing below it needs root, and no comment speaks of it.
fn last_switch(ctx: &Inspection, stage: &Stage) -> Option<TextRange> {
    let by = stage.contents.user.by.filter(|it| stage.instructions.contains(*it))?;
    let content = ctx.model().instructions[by].content;
    let above = ctx.text()[..content.start().into()].lines().next_back().unwrap_or_default();
    let below = IdRange::new(by.next(), stage.instructions.end().max(by.next()));
    let is_last = !below.map(|it| &ctx.model().instructions[it].kind).any(needs_root);
    (is_last && !above.trim_start().starts_with('#')).then_some(content)
}

/// The default of the variable that the stage's own USER consists of, and that nothing else reads: who builds the image can
/// still say another user.
fn of_variable(ctx: &Inspection, stage: &Stage) -> Option<TextRange> {
    let by = stage.contents.user.by?;
    let Kind::User(word) = &ctx.model().instructions[by].kind else { return None };
    let name = variable(word)?;
    let is_alone = ctx.text().matches(name).count() == 2;
    named_user(ctx, by).filter(|it| it.by_argument && is_alone)?.place
}

fn needs_root(kind: &Kind) -> bool {
    matches!(kind, Kind::Run(_) | Kind::Workdir(_) | Kind::Add(_) | Kind::Copy(_) | Kind::User(_) | Kind::Invalid)
}

/// After the last step that may need root: above the start command that follows it, or at the end.
fn spot(ctx: &Inspection, stage: &Stage) -> Spot {
    let kind = |at: InstructionId| &ctx.model().instructions[at].kind;
    let last = stage.instructions.clone().rev().find(|it| needs_root(kind(*it))).unwrap_or(stage.from);
    let mut after = IdRange::new(last.next(), stage.instructions.end().max(last.next()));
    match after.find(|at| matches!(kind(*at), Kind::Cmd(_) | Kind::Entrypoint(_))) {
        Some(start) => Spot::Before(start),
        None => Spot::After(stage.instructions.end().max(stage.from.next()).previous()),
    }
}

#[cfg(test)]
mod tests;
