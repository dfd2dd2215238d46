//! What is known of base images: data, not rules (FACTS §4, §5).

use crate::syntax::Word;

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
    /// `None` where unknown.
    pub libc: Option<Libc>,
    /// The Node major that the tag names; `None` for `latest`, `lts`, digests, unknown variables.
    pub node_major: Option<u32>,
    /// The npm major that comes with that Node; `None` where unknown, or where there is no npm.
    pub npm_major: Option<u32>,
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

    /// What is known of the reference `word`, expanded to `expanded`.
    #[must_use]
    pub fn of(word: &Word, expanded: Option<String>) -> Self {
        super::image::facts(&word.value, expanded)
    }
}

/// The table.
pub(crate) fn facts(written: &str, expanded: Option<String>) -> ImageFacts {
    ImageFacts {
        written: written.to_owned(),
        expanded,
        kind: ImageKind::Other,
        libc: None,
        node_major: None,
        npm_major: None,
        default_user: None,
        builtin_user: None,
        shell: None,
        workdir: None,
    }
}
