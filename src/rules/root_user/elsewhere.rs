//! What else is written to: volumes, folders of the host, paths in the environment.

use super::files;
use super::writable::{Folder, Needs};
use crate::facts::GivenMount;
use crate::inspection::Inspection;
use crate::paths;
use crate::project::{MountKind, Reason, Site};
use crate::stages::StageId;
use crate::syntax::Kind;

/// Folders at the top that belong to the system.
const SYSTEM: &[&str] =
    &["bin", "boot", "dev", "etc", "home", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "tmp", "usr", "var"];

/// Whether a folder of the image belongs to the system, or is the root.
pub(super) fn is_of_the_system(folder: &str) -> bool {
    let first = folder.trim_start_matches('/').split('/').next().unwrap_or_default();
    first.is_empty() || SYSTEM.contains(&first)
}

/// Adds to what must be writable, where something writes at all.
pub(super) fn collect(ctx: &Inspection, at: StageId, needs: &mut Needs, doubts: &mut Vec<Reason>) {
    if needs.is_nothing() {
        return;
    }
    let Some(workdir) = ctx.model().stages[at].contents.workdir.value.clone() else { return };
    let named = environment(ctx, at, &workdir, needs);
    if needs.app.is_some() {
        volumes(ctx, at, &workdir, needs, doubts);
        made(ctx, at, &workdir, needs);
    }
    binds(ctx, &workdir, needs, doubts);
    let is_given = |path: &str| needs.folders.iter().any(|it| paths::contains(&it.path, path));
    doubts.extend(named.into_iter().filter(|it| !is_given(&it.0)).map(|it| it.1));
}

/// Folders that the stage makes by `mkdir`: nobody makes one to read from it.
fn made(ctx: &Inspection, at: StageId, workdir: &str, needs: &mut Needs) {
    for (folder, site) in files::made_folders(ctx, at) {
        let meets_app = workdir != "/" && paths::contains(workdir, &folder) || paths::contains(&folder, workdir);
        if !meets_app && may_be_given(&folder) {
            needs.add(Folder { path: folder, filled: false, site });
        }
    }
}

/// Folders of the system that hold one for each program.
const SHARED: &[&str] =
    &["/home", "/usr/src", "/var", "/var/cache", "/var/lib", "/var/local", "/var/log", "/var/opt", "/var/www"];

/// Folders below those that belong to the system all the same.
const KEPT: &[&str] = &[
    "/var/backups",
    "/var/cache/apk",
    "/var/cache/apt",
    "/var/lib/apk",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/lock",
    "/var/mail",
    "/var/run",
    "/var/spool",
    "/var/tmp",
];

/// Folders that every image has, and their files.
const FILLED: &[&str] = &[
    "/etc/ssl",
    "/etc/apk",
    "/etc/apt",
    "/usr/bin",
    "/usr/include",
    "/usr/lib",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local",
    "/usr/sbin",
    "/usr/share",
];

/// Whether a folder below one of the system's may be one program's: `/etc/todos`.
pub(super) fn may_be_of_one(folder: &str) -> bool {
    let known = [SHARED, FILLED].concat();
    folder.matches('/').count() > 1 && !known.contains(&folder) && !KEPT.iter().any(|it| paths::contains(it, folder))
}

/// Whether a folder may be the app's own, whatever program made it.
pub(super) fn may_be_given(folder: &str) -> bool {
    let is_in_shared = !SHARED.contains(&folder) && SHARED.iter().any(|it| paths::contains(it, folder));
    let is_kept = KEPT.iter().any(|it| paths::contains(it, folder));
    !is_of_the_system(folder) || is_in_shared && !is_kept
}

/// Volumes take their first files and their owner from the image: what may write must find its folder there.
fn volumes(ctx: &Inspection, at: StageId, workdir: &str, needs: &mut Needs, doubts: &mut Vec<Reason>) {
    for (target, site) in declared(ctx, at).into_iter().chain(given(ctx)) {
        let target = target.trim_end_matches('/');
        if target.contains("node_modules") || target == workdir || target.contains('$') {
            continue;
        }
        match paths::below(workdir, target).filter(|_| workdir != "/") {
            Some(rest) => needs.add(Folder { path: rest.to_owned(), filled: false, site }),
            None if !may_be_given(target) => {
                doubts.push(Reason::at(site.clone(), format!("has a volume at `{target}`, which belongs to root")));
            }
            None => needs.add(Folder { path: target.to_owned(), filled: false, site }),
        }
    }
}

/// VOLUME instructions.
fn declared(ctx: &Inspection, at: StageId) -> Vec<(String, Site)> {
    let mut res = Vec::new();
    for volume in &ctx.model().stages[at].contents.volumes {
        let Kind::Volume(words) = &ctx.model().instructions[*volume].kind else { continue };
        let line = crate::rules::support::line_number(ctx, *volume);
        let site = Site { path: ctx.project().dockerfile().to_owned(), line: Some(line) };
        res.extend(words.iter().map(|it| (it.value.clone(), site.clone())));
    }
    res
}

/// Named volumes of compose files and the like.
fn given(ctx: &Inspection) -> Vec<(String, Site)> {
    let volumes =
        ctx.facts().given.mounts.iter().filter(|it| it.mount.kind == MountKind::Volume && !it.mount.read_only);
    volumes.map(|it| (it.mount.target.clone(), it.site.clone())).collect()
}

/// Folders of the host, and disks of a cluster or a platform, keep the owner that they have there.
fn binds(ctx: &Inspection, workdir: &str, needs: &Needs, doubts: &mut Vec<Reason>) {
    let is_kept = |it: &&GivenMount| it.mount.kind != MountKind::Volume && !it.mount.read_only;
    for GivenMount { mount, site, is_guess } in ctx.facts().given.mounts.iter().filter(is_kept) {
        let target = mount.target.trim_end_matches('/');
        let meets = |it: &str| paths::contains(it, target) || paths::contains(target, it);
        let is_file = paths::file_name(target).contains('.') && needs.folders.iter().all(|it| it.path != target);
        let is_written = needs.folders.iter().any(|it| meets(&paths::absolute(workdir, &it.path)));
        let is_beside = !is_of_the_system(target) && !is_guess;
        let may_be_written = needs.app.is_some() && !is_file && (meets(workdir) || is_beside);
        if is_written || may_be_written {
            let text = match mount.kind {
                MountKind::Disk => format!("mounts a disk at `{target}`, which belongs to root"),
                _ => format!("mounts a folder of the host at `{target}`, whose owner is not known"),
            };
            doubts.push(Reason::at(site.clone(), text));
        }
    }
}

/// Variables whose value is a path that is only read.
const READ_ONLY: &[&str] =
    &["PATH", "CERT", "_CA", "KEY", "BIN", "EXEC", "URL", "URI", "ROUTE", "PREFIX", "JAVA", "TZ"];

/// Paths that variables give, which may take the place of a default in the sources: those elsewhere, and what is to be
/// said where nothing gives them to the user.
fn environment(ctx: &Inspection, at: StageId, workdir: &str, needs: &mut Needs) -> Vec<(String, Reason)> {
    let mut res = Vec::new();
    let env = &ctx.model().stages[at].contents.env;
    let own = env.iter().filter_map(|(name, it)| Some((name.clone(), it.value.clone()?)));
    for (name, value) in own.chain(ctx.facts().given.environment.iter().cloned()) {
        let file = ["file:", "sqlite://", "sqlite:"].iter().find_map(|it| value.strip_prefix(it));
        if file.is_none() && is_read_only(&name) {
            continue;
        }
        let path = file.unwrap_or(&value);
        if path.starts_with("./") || file.is_some_and(|it| !it.starts_with('/')) {
            needs.own_app(format!("`{name}` is `{value}`").into());
        } else if path.starts_with('/') && path.len() > 1 && !path.starts_with("//") {
            res.extend(absolute(&name, &value, path, workdir, needs));
        }
    }
    res
}

/// `NODE_PATH` and its like are searched, others with PATH in the name (`DB_PATH`) may be written to.
fn is_read_only(name: &str) -> bool {
    let is_search = name == "PATH" || name == "NODE_PATH" || name.starts_with("npm_") || name.starts_with("NPM_");
    is_search || READ_ONLY.iter().skip(1).any(|it| name.contains(it))
}

fn absolute(name: &str, value: &str, path: &str, workdir: &str, needs: &mut Needs) -> Option<(String, Reason)> {
    if workdir != "/" && paths::contains(workdir, path) {
        needs.own_app(format!("`{name}` is `{value}`").into());
        return None;
    }
    let is_harmless =
        ["/tmp", "/var/tmp", "/dev", "/usr", "/bin", "/home/node", "/opt"].iter().any(|it| paths::contains(it, path));
    let reason = || format!("`{name}` is `{value}`, which belongs to root, and the app may write there").into();
    (!is_harmless).then(|| (path.to_owned(), reason()))
}
