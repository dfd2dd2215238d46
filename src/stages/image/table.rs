//! The families of images.

use super::tag::{Tag, leading_number};
use crate::stages::{ImageKind, Libc};

/// What a family of images has in common.
#[derive(Clone, Copy)]
pub(super) struct Family {
    pub(super) kind: ImageKind,
    pub(super) libc: Option<Libc>,
    pub(super) node_major: Option<u32>,
    pub(super) user: Option<&'static str>,
    pub(super) builtin: Option<(&'static str, u32)>,
    pub(super) shell: Option<bool>,
    pub(super) workdir: Option<&'static str>,
}

/// Nothing is known.
const OTHER: Family = Family {
    kind: ImageKind::Other,
    libc: None,
    node_major: None,
    user: None,
    builtin: None,
    shell: None,
    workdir: None,
};

/// An image that runs as root in `/` and has a shell, as most do.
const PLAIN: Family = Family { user: Some("root"), shell: Some(true), workdir: Some("/"), ..OTHER };

/// Systems by the last part of the repository.
const MUSL_SYSTEMS: &[&str] = &["alpine"];
const GLIBC_SYSTEMS: &[&str] = &[
    "debian",
    "ubuntu",
    "rockylinux",
    "almalinux",
    "oraclelinux",
    "centos",
    "fedora",
    "amazonlinux",
    "archlinux",
    "wolfi-base",
    "ubi",
    "ubi-minimal",
    "buildpack-deps",
];
const WEB_SERVERS: &[&str] = &[
    "nginx",
    "nginx-unprivileged",
    "nginx-static",
    "nginx-brotli",
    "openresty",
    "angie",
    "caddy",
    "httpd",
    "lighttpd",
    "traefik",
    "static-web-server",
    "static-file-server",
    "docker-static-website",
    "gostatic",
    "miniserve",
];
/// Other languages' official images, which run as root.
const LANGUAGES: &[&str] = &[
    "golang",
    "python",
    "rust",
    "ruby",
    "php",
    "openjdk",
    "eclipse-temurin",
    "maven",
    "gradle",
    "elixir",
    "erlang",
    "perl",
    "gcc",
    "swift",
    "dart",
    "haskell",
];
/// Images that carry Node besides other things, by words in the repository.
const WITH_NODE: &[&str] =
    &["playwright", "puppeteer", "cypress", "actor-node", "python-nodejs", "alpine-node", "pm2", "typescript-node"];

/// The family of `repository`.
pub(super) fn family(repository: &str, tag: &Tag<'_>) -> Family {
    let name = repository.rsplit('/').next().unwrap_or(repository);
    managed(repository, tag)
        .or_else(|| distroless(repository, name, tag))
        .or_else(|| hardened(repository, name, tag))
        .or_else(|| red_hat(repository, name))
        .or_else(|| node(repository, name, tag))
        .or_else(|| system(repository, name, tag))
        .or_else(|| others(repository, name, tag))
        .unwrap_or(Family { libc: tag.libc(None), ..OTHER })
}

fn managed(repository: &str, tag: &Tag<'_>) -> Option<Family> {
    const MANAGED: &[&str] = &[
        "lambda/nodejs",
        "aws-lambda-nodejs",
        "azure-functions/node",
        "google-appengine/nodejs",
        "google_appengine/nodejs",
    ];
    let is_managed = MANAGED.iter().any(|it| repository.ends_with(it)) || repository.contains("lambda-nodejs");
    is_managed.then(|| Family {
        kind: ImageKind::Managed,
        libc: tag.libc(Some(Libc::Glibc)),
        node_major: tag.node_major(),
        ..OTHER
    })
}

fn distroless(repository: &str, name: &str, tag: &Tag<'_>) -> Option<Family> {
    if !repository.contains("distroless/") {
        return None;
    }
    let family = Family {
        libc: Some(Libc::Glibc),
        user: Some(if tag.has("nonroot") { "65532" } else { "root" }),
        builtin: Some(("nonroot", 65532)),
        shell: Some(tag.has("debug")),
        workdir: Some(if tag.has("nonroot") { "/home/nonroot" } else { "/" }),
        ..OTHER
    };
    let Some(rest) = name.strip_prefix("nodejs") else { return Some(Family { kind: ImageKind::System, ..family }) };
    Some(Family { kind: ImageKind::Distroless, node_major: leading_number(rest), ..family })
}

/// Chainguard's and Docker's hardened images, and Bitnami's.
fn hardened(repository: &str, name: &str, tag: &Tag<'_>) -> Option<Family> {
    let family = || Family {
        kind: ImageKind::OtherNode,
        libc: tag.libc(Some(Libc::Glibc)),
        node_major: tag.node_major(),
        ..OTHER
    };
    let chainguard = repository.starts_with("cgr.dev/") || repository.contains("chainguard/");
    let docker = repository.starts_with("dhi.io/") || name == "dhi-node";
    match name {
        "node" if chainguard => Some(Family {
            user: Some("65532"),
            builtin: Some(("node", 65532)),
            shell: Some(tag.has("dev")),
            workdir: Some("/app"),
            ..family()
        }),
        "node" | "dhi-node" if docker => {
            let dev = tag.has("dev");
            Some(Family { user: Some(if dev { "root" } else { "65532" }), shell: Some(dev), ..family() })
        }
        "node" if repository.contains("bitnami") => {
            Some(Family { shell: Some(true), workdir: Some("/app"), ..family() })
        }
        "node" if repository.contains("cimg/") || repository.contains("circleci/") => {
            Some(Family { user: Some("circleci"), shell: Some(true), ..family() })
        }
        _ => None,
    }
}

fn red_hat(repository: &str, name: &str) -> Option<Family> {
    let rest = name.strip_prefix("nodejs-").filter(|_| !repository.contains("distroless"))?;
    Some(Family {
        kind: ImageKind::OtherNode,
        libc: Some(Libc::Glibc),
        node_major: leading_number(rest),
        user: Some("1001"),
        builtin: Some(("default", 1001)),
        shell: Some(true),
        workdir: Some("/opt/app-root/src"),
    })
}

fn node(repository: &str, name: &str, tag: &Tag<'_>) -> Option<Family> {
    if !repository.ends_with("oven/bun") && name != "node" {
        return None;
    }
    let libc = tag.libc(Some(Libc::Glibc));
    if repository.ends_with("oven/bun") {
        let (builtin, workdir) = (Some(("bun", 1000)), Some("/home/bun/app"));
        let shell = Some(!tag.has("distroless"));
        return Some(Family { kind: ImageKind::Bun, libc, builtin, workdir, shell, ..PLAIN });
    }
    let node_major = tag.node_major();
    Some(Family { kind: ImageKind::Node, libc, node_major, builtin: Some(("node", 1000)), ..PLAIN })
}

/// Organisations of the Docker Hub that build the official images for one kind of processor each.
const BY_PROCESSOR: &[&str] = &["amd64", "arm32v6", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x"];

/// Whether a repository called `node` is the official one, or a mirror of it.
pub(super) fn is_official_node(repository: &str) -> bool {
    let Some((folder, _)) = repository.rsplit_once('/') else { return true };
    let last = folder.rsplit('/').next().unwrap_or(folder);
    matches!(last, "library" | "docker.io" | "index.docker.io") || BY_PROCESSOR.contains(&last)
}

fn system(repository: &str, name: &str, tag: &Tag<'_>) -> Option<Family> {
    let libc = match name {
        "scratch" if repository == name => {
            return Some(Family { kind: ImageKind::Scratch, shell: Some(false), ..PLAIN });
        }
        "busybox" => None,
        _ if MUSL_SYSTEMS.contains(&name) => Some(Libc::Musl),
        _ if GLIBC_SYSTEMS.contains(&name) || repository.contains("opensuse/") => Some(Libc::Glibc),
        _ => return None,
    };
    let builtin = (name == "ubuntu" && tag.has_ubuntu_user()).then_some(("ubuntu", 1000));
    Some(Family { kind: ImageKind::System, libc: libc.or(tag.libc(None)), builtin, ..PLAIN })
}

fn others(repository: &str, name: &str, tag: &Tag<'_>) -> Option<Family> {
    if WEB_SERVERS.contains(&name) {
        return Some(web_server(name, tag));
    }
    if LANGUAGES.contains(&name) {
        return Some(Family { libc: tag.libc(Some(Libc::Glibc)), ..PLAIN });
    }
    let carries_node = WITH_NODE.iter().any(|it| repository.contains(it));
    carries_node.then_some(Family { kind: ImageKind::OtherNode, libc: tag.libc(None), shell: Some(true), ..OTHER })
}

fn web_server(name: &str, tag: &Tag<'_>) -> Family {
    let libc = if name == "caddy" { Some(Libc::Musl) } else { tag.libc(Some(Libc::Glibc)) };
    let (user, builtin) = match name {
        "nginx-unprivileged" => ("101", Some(("nginx", 101))),
        "nginx" => ("root", Some(("nginx", 101))),
        _ => ("root", None),
    };
    let workdir = if name == "caddy" { "/srv" } else { "/" };
    Family { kind: ImageKind::WebServer, libc, user: Some(user), builtin, workdir: Some(workdir), ..PLAIN }
}
