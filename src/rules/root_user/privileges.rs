//! Whether the start gives root's rights up by itself, or needs them.

use super::home;
use crate::ecosystem::{Invocation, Manager, servers};
use crate::facts::{GivenMount, User};
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{AccessBase, Listen, Program, Reason};
use crate::rules::support::is_transparent;
use crate::stages::{ImageKind, InstructionId, StageId};
use crate::syntax::{CommandForm, Kind};

/// Programs that go on as another user.
const DROPPERS: &[&str] =
    &["gosu", "su-exec", "setpriv", "su", "sudo", "runuser", "chroot", "setuidgid", "s6-setuidgid"];

/// Packages that bring one, so that a script may use it.
const DROPPER_PACKAGES: &[&str] = &["gosu", "su-exec", "s6-overlay", "s6", "runit"];

/// Whether the start drops root's rights, or can't be known not to.
pub(super) fn may_drop(ctx: &Inspection, at: StageId) -> bool {
    let contents = &ctx.model().stages[at].contents;
    let installed = contents.system_packages.iter().any(|it| DROPPER_PACKAGES.contains(&it.0.as_str()));
    let starts = [contents.entrypoint, contents.cmd];
    let is_other = |it: &(String, String)| !matches!(it.0.as_str(), "root" | "0");
    let by_supervisor = ctx.facts().start.iter().flat_map(|it| &it.users).any(is_other);
    installed || by_supervisor || starts.into_iter().flatten().any(|it| starts_dropper(ctx, at, it))
}

/// Why the start fails as another user: a supervisor that is told to go on as root can't.
pub(super) fn kept_by_supervisor(ctx: &Inspection) -> Option<Reason> {
    let (_, path) = ctx.facts().start.as_ref()?.users.first()?;
    Some(format!("`{path}` has `user=root`, which another user can't go on as").into())
}

fn starts_dropper(ctx: &Inspection, at: StageId, instruction: InstructionId) -> bool {
    let (Kind::Cmd(form) | Kind::Entrypoint(form)) = &ctx.model().instructions[instruction].kind else { return true };
    let words: Vec<&str> = match form {
        CommandForm::Exec(words) => words.iter().flat_map(|it| it.value.split_whitespace()).collect(),
        CommandForm::Shell(range) => ctx.text()[*range].split_whitespace().collect(),
    };
    words.iter().any(|it| is_dropper(it)) || words.iter().any(|it| script_may_drop(ctx, at, it))
}

fn is_dropper(word: &str) -> bool {
    let name = word.trim_matches(['"', '\'', ';', '(', ')', '`']);
    let name = paths::file_name(name);
    DROPPERS.contains(&name) || name.starts_with("s6-") || matches!(word, "/init" | "/sbin/init")
}

/// Whether `word` is an entrypoint script that drops root's rights, or one that can't be read.
fn script_may_drop(ctx: &Inspection, at: StageId, word: &str) -> bool {
    let name = paths::file_name(word);
    if !name.ends_with(".sh") && !name.contains("entrypoint") {
        return false;
    }
    let contents = &ctx.model().stages[at].contents;
    match crate::facts::context_file(contents, word).and_then(|it| ctx.project().text(&it)) {
        Some(text) => text.split_whitespace().any(is_dropper),
        // The official images' own entrypoint runs what it is given.
        None => name != "docker-entrypoint.sh" || !is_official(ctx, at),
    }
}

fn is_official(ctx: &Inspection, at: StageId) -> bool {
    let image = ctx.model().root_image(at);
    image.is_official && matches!(image.kind, ImageKind::Node | ImageKind::Bun)
}

/// Why the start may need to be root.
pub(super) fn doubts(ctx: &Inspection, at: StageId) -> Vec<Reason> {
    let facts = ctx.facts();
    let mut res: Vec<Reason> = program_doubt(ctx).into_iter().collect();
    let corepack =
        ctx.model().scripts.iter().flatten().flat_map(|it| &it.commands).any(|it| it.program() == Some("corepack"));
    let started = facts.command.as_ref().filter(|_| corepack).and_then(|it| Invocation::read(&it.words));
    let manager = started.map(|it| it.manager()).filter(|it| !matches!(it, Manager::Npm | Manager::Bun));
    if let Some(manager) = manager.map(Manager::program) {
        res.push(format!("corepack fetches `{manager}` anew for another user").into());
    }
    res.extend(port_doubt(ctx, at));
    res.extend(home_doubt(ctx, at));
    res.extend(home::doubt(ctx, at));
    res.extend(package_doubt(ctx));
    res.extend(closed(ctx, at));
    res.extend(ctx.facts().users.iter().find_map(user_doubt));
    res.extend(given_doubt(ctx));
    res
}

/// Why somebody else who runs something in the image may need to be root.
fn user_doubt(user: &User) -> Option<Reason> {
    if user.has_own_user || user.in_later_stage {
        return None;
    }
    let Some(start) = &user.start else { return Some(user.doubt("it is not known what that needs").reason) };
    if let Some(reason) = start.unknown.iter().chain(&start.writes).next() {
        return Some(user.doubt(reason).reason);
    }
    let mut others = start.programs.iter().filter(|it| it.entry.is_none() && !is_transparent(it));
    if let Some(other) = others.find(|it| it.package.is_some() || !(user.is_check || it.name == "node")) {
        return Some(user.doubt(format!("it is not known what `{}` needs", other.name)).reason);
    }
    let runtime = user.runtime.as_ref()?;
    if let Some(reason) = runtime.unknown.first() {
        return Some(user.doubt(reason).reason);
    }
    let write = runtime.writes.iter().find(|it| it.base != AccessBase::Temporary)?;
    Some(user.doubt(format!("`{}` writes files", write.site)).reason)
}

/// What compose files and the like give to the container.
fn given_doubt(ctx: &Inspection) -> Option<Reason> {
    let given = &ctx.facts().given;
    if let Some((rights, site)) = given.rights.first() {
        return Some(Reason::of_file(&site.path, format!("has `{rights}` for it")));
    }
    let is_in_home = |it: &&GivenMount| paths::contains("/root", &it.mount.target);
    if let Some(GivenMount { mount, site, .. }) = given.mounts.iter().find(is_in_home) {
        let text = format!("mounts something at `{}`, where another user may not go", mount.target);
        return Some(Reason::at(site.clone(), text));
    }
    let mut sockets = given.mounts.iter().filter_map(|it| Some((it.mount.source.as_deref()?, &it.site)));
    let (socket, site) = sockets.find(|it| it.0.ends_with(".sock"))?;
    Some(Reason::of_file(&site.path, format!("mounts `{socket}`, which belongs to root")))
}

fn program_doubt(ctx: &Inspection) -> Option<Reason> {
    let facts = ctx.facts();
    let start = match facts.known_start() {
        Ok(start) => start,
        Err(reason) => return Some(reason),
    };
    if let Some(reason) = start.writes.first() {
        return Some(reason.clone());
    }
    let is_server = |it: &Program| facts.built.is_some() && servers::serving(&it.name, &it.arguments).is_some();
    let needs_nothing = |it: &Program| is_transparent(it) || it.served_folder().is_some() || is_server(it);
    let other = start.programs.iter().find(|it| it.entry.is_none() && !needs_nothing(it));
    other.map(|it| format!("it is not known what `{}` needs", it.name).into())
}

/// What lies in root's home, or is looked for in the user's own.
fn home_doubt(ctx: &Inspection, at: StageId) -> Option<Reason> {
    let image = ctx.model().root_image(at);
    // The system's own package puts it where all users find it.
    let is_packaged = ctx.model().stages[at].contents.system_packages.iter().any(|it| it.0 == "nodejs");
    if !image.has_node() && !is_packaged {
        return Some(format!("it is not known where Node was installed on `{}`", image.written).into());
    }
    let is_another = image.kind == ImageKind::Node && !image.is_official;
    is_another
        .then(|| format!("`{}` may be another image than the official `node`, with other users", image.written).into())
}

/// Packages that look for their browser in the home of the user that installed them, or that speak to
/// the engine or the hardware.
const ROOTED: &[&str] = &[
    "puppeteer",
    "playwright",
    "playwright-chromium",
    "dockerode",
    "docker-modem",
    "serialport",
    "usb",
    "onoff",
    "pigpio",
    "raw-socket",
    "net-ping",
    "pcap",
    "@abandonware/noble",
    "@abandonware/bleno",
];

/// A RUN that lets nobody but the owner read something.
fn closed(ctx: &Inspection, at: StageId) -> Option<Reason> {
    let model = ctx.model();
    let mut own = model.ancestry(at).into_iter().flat_map(|it| model.stages[it].instructions.clone());
    own.find_map(|it| {
        let mut commands = model.commands_of_run(it).filter(|it| it.program() == Some("chmod"));
        let found = commands.find(|it| it.arguments().flatten().any(closes))?;
        Some(format!("`{}` lets only its owner read something", found.written()).into())
    })
}

/// `600`, `0700`, `go-rwx`, `o=`.
pub(super) fn closes(mode: &str) -> bool {
    let is_octal = (3..=4).contains(&mode.len()) && mode.bytes().all(|it| (b'0'..=b'7').contains(&it));
    if is_octal {
        return !mode.ends_with(['4', '5', '6', '7']);
    }
    let takes = |it: &str| ["go-r", "o-r", "og-r", "a-r", "go=", "o="].iter().any(|start| it.starts_with(start));
    let gives = |it: &str| it.starts_with("go=r") || it.starts_with("o=r");
    mode.split(',').any(|it| takes(it) && !gives(it))
}

fn package_doubt(ctx: &Inspection) -> Option<Reason> {
    let app = ctx.facts().app.as_ref()?;
    let found = ROOTED.iter().find(|it| app.package.is_production(it))?;
    Some(format!("`{found}` may need what belongs to root").into())
}

/// Why the app may not start as another user at all: nothing says that its container has a network of its own, where Docker
/// (20.10 and later) and containerd (2.0 and later) give all users the ports below 1024, and no variable gives the app another
/// port. Run on the host's network, as `docker run --network=host` is, such an app stops at once.
pub(super) fn kept_port(ctx: &Inspection, at: StageId) -> Option<Reason> {
    let low = low_port(ctx, at).filter(|it| it.variable.is_none() && !has_own_network(ctx))?;
    let keepers = "which Podman, CRI-O and a host's own network keep for root";
    Some(format!("port {} is below 1024, {keepers}, and nothing says that the container has its own", low.port).into())
}

fn port_doubt(ctx: &Inspection, at: StageId) -> Option<Reason> {
    let LowPort { port, variable } = low_port(ctx, at)?;
    let way_out =
        variable.filter(|_| !has_own_network(ctx)).map(|it| format!(": there, give the app another by `{it}`"));
    let keepers = "which Podman, CRI-O and a host's own network keep for root";
    Some(format!("port {port} is below 1024, {keepers}{}", way_out.unwrap_or_default()).into())
}

fn has_own_network(ctx: &Inspection) -> bool {
    ctx.project().compose.as_ref().is_some_and(|it| !it.on_host_network)
}

/// A port below 1024 that the app listens on, as far as that shows.
struct LowPort {
    port: u16,
    /// What gives the app another one.
    variable: Option<String>,
}

fn low_port(ctx: &Inspection, at: StageId) -> Option<LowPort> {
    let contents = &ctx.model().stages[at].contents;
    let listens: Vec<&Listen> = ctx.facts().runtime.iter().flat_map(|it| &it.listens).collect();
    let is_low = |it: &u16| *it < 1024;
    let set = |name: &str| contents.env_value(name).and_then(|it| it.parse::<u16>().ok());
    let given = |it: &&Listen| it.variable.as_deref().and_then(set).or(it.port).filter(is_low);
    if let Some((listen, port)) = listens.iter().find_map(|it| Some((it, given(it)?))) {
        return Some(LowPort { port, variable: listen.variable.clone() });
    }
    // A high port that is known is no proof against it: other servers listen without a call of that name.
    let port = set("PORT").filter(is_low).or_else(|| exposed(ctx, at).find(is_low))?;
    let variable = listens.iter().map(|it| it.variable.clone()).collect::<Option<Vec<String>>>();
    Some(LowPort { port, variable: variable.unwrap_or_default().into_iter().next() })
}

fn exposed(ctx: &Inspection, at: StageId) -> impl Iterator<Item = u16> {
    let words =
        ctx.model().stages[at].contents.exposes.iter().filter_map(|it| match &ctx.model().instructions[*it].kind {
            Kind::Expose(words) => Some(words),
            _ => None,
        });
    words.flatten().filter_map(|it| it.value.split(['/', '-']).next()?.parse::<u16>().ok())
}
