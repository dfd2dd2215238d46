//! What is known of base images: data, not rules (FACTS §4, §5).

mod table;
mod tag;

use super::expand::{Expanded, Variable, expand};
use crate::ecosystem::releases::{Newest, Npm};
use crate::syntax::Word;
use tag::Tag;

/// The C library of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Libc {
    /// Debian, UBI, Wolfi…
    Glibc,
    /// Alpine.
    Musl,
}

/// The family of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// `node`, the official image.
    Node,
    /// `oven/bun`
    Bun,
    /// `gcr.io/distroless/nodejs…`: no shell, its entrypoint is node.
    Distroless,
    /// Other images that carry Node: chainguard, ubi, bitnami, hardened images.
    OtherNode,
    /// A static web server: nginx, caddy, httpd…
    WebServer,
    /// A bare operating system: alpine, debian, ubuntu.
    System,
    /// `scratch`
    Scratch,
    /// AWS Lambda and other managed runtimes: user and start are not the Dockerfile's.
    Managed,
    /// Known to be none of these (python, golang…), or not known at all.
    Other,
}

/// What is known of one image reference, after ARG expansion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageFacts {
    /// The reference as written in FROM (or in `COPY --from`).
    pub written: String,
    /// After expansion; `None` where a variable has no known value.
    pub expanded: Option<String>,
    /// The family.
    pub kind: ImageKind,
    /// Whether its repository is the one of the family's makers, or a mirror that keeps their names; another
    /// repository called `node` may hold anything.
    pub is_official: bool,
    /// `None` where unknown.
    pub libc: Option<Libc>,
    /// The Node major that the tag names; `None` for `latest`, `lts`, digests, unknown variables.
    pub node_major: Option<u32>,
    /// The npm that comes with that Node; where the tag names none but only ever gets newer (`lts`, `latest`), that of
    /// the images of today or a later one. Nothing is known where there is no npm.
    pub npm: Npm,
    /// The bun that comes with it; `None` where there is none, or it is not known.
    pub bun: Option<Newest>,
    /// The user that it runs as when nothing says otherwise: "root", "65532"; `None` where unknown.
    pub default_user: Option<String>,
    /// A built-in user other than root: ("node", 1000).
    pub builtin_user: Option<(&'static str, u32)>,
    /// Whether it has a shell; `None` where unknown.
    pub shell: Option<bool>,
    /// Its WORKDIR, "/" mostly; `None` where unknown.
    pub workdir: Option<String>,
}

impl ImageFacts {
    /// Whether the image carries Node or bun.
    #[must_use]
    pub fn has_node(&self) -> bool {
        matches!(self.kind, ImageKind::Node | ImageKind::Bun | ImageKind::Distroless | ImageKind::OtherNode)
    }

    /// Whether `/bin/sh` is known to be dash, which stays in front of the last command that it runs .
    #[must_use]
    pub fn has_dash(&self) -> bool {
        let is_debian = || self.expanded.as_deref().is_some_and(|it| matches!(split(it).0, "debian" | "ubuntu"));
        let is_official = self.is_official && self.shell == Some(true) && self.libc == Some(Libc::Glibc);
        match self.kind {
            ImageKind::Node | ImageKind::Bun => is_official,
            ImageKind::System => is_debian(),
            _ => false,
        }
    }

    /// Whether its tag is known to name no version of Node, so that each new one comes under it.
    #[must_use]
    pub fn is_floating(&self) -> bool {
        let Some((_, tag, digest)) = self.expanded.as_deref().map(split) else { return false };
        let tag = Tag { text: tag.unwrap_or("latest") };
        self.kind == ImageKind::Node && self.is_official && !digest && tag.floats()
    }

    /// For the full image of Node on Debian: the same without compilers and other tools.
    #[must_use]
    pub fn slim_variant(&self) -> Option<String> {
        let (repository, tag, digest) = self.expanded.as_deref().map(split)?;
        let tag = tag.unwrap_or("latest");
        let is_full = self.kind == ImageKind::Node && self.is_official && !digest && !(Tag { text: tag }).has("slim");
        let named = if matches!(tag, "latest" | "current") { "slim".to_owned() } else { format!("{tag}-slim") };
        (is_full && self.libc == Some(Libc::Glibc)).then(|| format!("{repository}:{named}"))
    }

    /// What is known of the reference `word`, expanded to `expanded`.
    #[must_use]
    pub fn of(word: &Word, expanded: Option<String>) -> Self {
        let pattern = match &expanded {
            Some(expanded) => expanded.clone(),
            None => expand(&word.value, '\\', &|_| Variable::Undeclared).with(|_| UNKNOWN.into()),
        };
        facts(&word.value, expanded, &pattern)
    }

    /// Nothing is known.
    pub(super) fn unknown() -> Self {
        facts("", None, "\0")
    }

    /// The same, where some variables of the word are known and others are not.
    pub(super) fn of_expanded(word: &Word, expanded: &Expanded) -> Self {
        facts(&word.value, expanded.known(), &expanded.with(|_| UNKNOWN.into()))
    }
}

/// Stands for an unknown part of a reference: a character that no reference can hold.
const UNKNOWN: char = '\0';

/// What follows from `pattern`: the reference with [`UNKNOWN`] in place of unknown variables.
fn facts(written: &str, expanded: Option<String>, pattern: &str) -> ImageFacts {
    let (repository, tag, digest) = split(pattern);
    let tag = Tag { text: tag.unwrap_or(if digest { "\0" } else { "latest" }) };
    let family = table::family(repository, &tag);
    let node_major = family.node_major;
    let has_npm = matches!(family.kind, ImageKind::Node | ImageKind::OtherNode);
    let floats = family.kind == ImageKind::Node && !digest && tag.floats();
    let npm = match node_major.filter(|_| has_npm) {
        Some(major) => Npm::with_node(major, tag.node_minor()),
        None if floats => Npm::floating(),
        None => Npm::default(),
    };
    ImageFacts {
        written: written.to_owned(),
        expanded,
        kind: family.kind,
        is_official: family.kind != ImageKind::Node || table::is_official_node(repository),
        libc: family.libc,
        node_major,
        npm,
        bun: (family.kind == ImageKind::Bun).then(|| Newest::named(tag.text)).flatten(),
        default_user: family.user.map(str::to_owned),
        builtin_user: family.builtin,
        shell: family.shell,
        workdir: family.workdir.map(str::to_owned),
    }
}

/// The repository, the tag, and whether there is a digest.
fn split(reference: &str) -> (&str, Option<&str>, bool) {
    let (name, digest) = match reference.split_once('@') {
        Some((name, _)) => (name, true),
        None => (reference, false),
    };
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag), digest),
        _ => (name, None, digest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str) -> ImageFacts {
        facts(pattern, Some(pattern.to_owned()), pattern)
    }

    #[test]
    fn kind_libc_and_majors() {
        use ImageKind::*;
        use Libc::*;
        for (image, kind, libc, node, npm) in [
            ("node", Node, Some(Glibc), None, None),
            ("node:20-alpine", Node, Some(Musl), Some(20), Some(10)),
            ("node:20.11.1-bookworm-slim", Node, Some(Glibc), Some(20), Some(10)),
            ("node:14", Node, Some(Glibc), Some(14), Some(6)),
            ("docker.io/library/node:lts-slim", Node, Some(Glibc), None, None),
            ("public.ecr.aws/docker/library/node:jod-alpine", Node, Some(Musl), Some(22), Some(10)),
            ("localhost:5000/node", Node, Some(Glibc), None, None),
            ("node:\0-alpine", Node, Some(Musl), None, None),
            ("node:\0", Node, None, None, None),
            ("node:22.\0-slim", Node, Some(Glibc), Some(22), Some(10)),
            ("node@sha256:abc", Node, None, None, None),
            ("node:24-alpine@sha256:abc", Node, Some(Musl), Some(24), Some(11)),
            ("oven/bun:1-alpine", Bun, Some(Musl), None, None),
            ("gcr.io/distroless/nodejs22-debian12:nonroot", Distroless, Some(Glibc), Some(22), None),
            ("registry.access.redhat.com/ubi9/nodejs-20-minimal", OtherNode, Some(Glibc), Some(20), Some(10)),
            ("cgr.dev/chainguard/node:latest-dev", OtherNode, Some(Glibc), None, None),
            ("public.ecr.aws/lambda/nodejs:20", Managed, Some(Glibc), Some(20), None),
            ("nginx:alpine", WebServer, Some(Musl), None, None),
            ("alpine:3.20", System, Some(Musl), None, None),
            ("debian:bookworm-slim", System, Some(Glibc), None, None),
            ("scratch", Scratch, None, None, None),
            ("golang:1.22-alpine", Other, Some(Musl), None, None),
            ("\0", Other, None, None, None),
        ] {
            let facts = of(image);
            assert_eq!((facts.kind, facts.libc), (kind, libc), "{image}");
            assert_eq!((facts.node_major, facts.npm.major), (node, npm), "{image}");
        }
    }

    #[test]
    fn repositories_of_the_makers() {
        for (image, official) in [
            ("node:22", true),
            ("library/node:22", true),
            ("docker.io/node:22", true),
            ("docker.io/library/node", true),
            ("public.ecr.aws/docker/library/node:22", true),
            ("mirror.gcr.io/library/node:22", true),
            ("registry.example.com/hub/docker.io/library/node:22", true),
            ("arm64v8/node:22-alpine", true),
            ("acme/node:22", false),
            ("localhost:5000/node:22", false),
            ("ghcr.io/acme/node", false),
        ] {
            assert_eq!(of(image).is_official, official, "{image}");
        }
    }

    #[test]
    fn tags_that_only_get_newer() {
        for (image, least) in [
            ("node", Some(10)),
            ("node:latest", Some(10)),
            ("node:lts-alpine", Some(10)),
            ("docker.io/library/node:slim", Some(10)),
            ("node:bookworm-slim", Some(10)),
            ("node:14", Some(6)),
            ("node:stretch", None),
            ("node:lts-alpine3.12", None),
            ("node:\0", None),
            ("node@sha256:abc", None),
            ("node:lts@sha256:abc", None),
            ("example.com/base:latest", None),
        ] {
            assert_eq!(of(image).npm.at_least.map(|it| it.major), least, "{image}");
        }
    }

    #[test]
    fn users() {
        for (image, user, builtin) in [
            ("node:20", Some("root"), Some(("node", 1000))),
            ("oven/bun:1", Some("root"), Some(("bun", 1000))),
            ("gcr.io/distroless/nodejs22-debian12", Some("root"), Some(("nonroot", 65532))),
            ("gcr.io/distroless/nodejs22-debian12:nonroot", Some("65532"), Some(("nonroot", 65532))),
            ("cgr.dev/chainguard/node", Some("65532"), Some(("node", 65532))),
            ("nginxinc/nginx-unprivileged:alpine", Some("101"), Some(("nginx", 101))),
            ("ubuntu:24.04", Some("root"), Some(("ubuntu", 1000))),
            ("ubuntu", Some("root"), Some(("ubuntu", 1000))),
            ("ubuntu:22.04", Some("root"), None),
            ("debian:13", Some("root"), None),
            ("example.com/ours:1", None, None),
        ] {
            let facts = of(image);
            assert_eq!((facts.default_user.as_deref(), facts.builtin_user), (user, builtin), "{image}");
        }
    }
}
