//! The users that images come with.

use crate::inspection::Inspection;
use crate::stages::{ImageKind, Libc, StageId};

/// Users that come with Debian's and Alpine's base files.
const DEBIAN: &[&str] = &[
    "root",
    "daemon",
    "bin",
    "sys",
    "sync",
    "games",
    "man",
    "lp",
    "mail",
    "news",
    "uucp",
    "proxy",
    "www-data",
    "backup",
    "list",
    "irc",
    "gnats",
    "_apt",
    "nobody",
    "systemd-network",
    "systemd-timesync",
    "messagebus",
    "sshd",
];
const ALPINE: &[&str] = &[
    "root",
    "bin",
    "daemon",
    "adm",
    "lp",
    "sync",
    "shutdown",
    "halt",
    "mail",
    "news",
    "uucp",
    "operator",
    "man",
    "postmaster",
    "cron",
    "ftp",
    "sshd",
    "at",
    "squid",
    "xfs",
    "games",
    "cyrus",
    "vpopmail",
    "ntp",
    "smmsp",
    "guest",
    "nobody",
    "svn",
    "postgres",
    "nut",
    "utmp",
];

/// Those of Google's images without a shell. Source: their file `passwd.bzl`.
const DISTROLESS: &[&str] = &["root", "nobody", "nonroot"];

/// Whether the image has the user; `None` where that is not known.
pub(super) fn has_user(ctx: &Inspection, stage: StageId, name: &str) -> Option<bool> {
    let image = ctx.model().root_image(stage);
    let repository = image.expanded.as_deref()?.split([':', '@']).next()?;
    let is_official = |of: &str| repository == of || repository == format!("docker.io/library/{of}");
    let is_known = match image.kind {
        ImageKind::Node => is_official("node"),
        ImageKind::System => ["alpine", "debian", "ubuntu"].into_iter().any(is_official),
        ImageKind::WebServer => ["nginx", "nginxinc/nginx-unprivileged"].into_iter().any(is_official),
        ImageKind::Bun => is_official("oven/bun"),
        ImageKind::Distroless => return Some(DISTROLESS.contains(&name)),
        _ => false,
    };
    let users = match image.libc.filter(|_| is_known)? {
        Libc::Glibc => DEBIAN,
        Libc::Musl => ALPINE,
    };
    let is_servers = image.kind == ImageKind::WebServer && name == "nginx";
    Some(users.contains(&name) || is_servers || image.builtin_user.is_some_and(|it| it.0 == name))
}
