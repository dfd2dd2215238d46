//! Programs that the official images of Node lack, or came to lack (FACTS §1.7).

/// One of them.
#[derive(Clone, Copy)]
pub(crate) struct Absent {
    pub(crate) program: &'static str,
    /// The first Node whose images are without it; 0 is all.
    pub(crate) since: u32,
    /// The package that brings it; `None` where its version is not for us to say.
    pub(crate) package: Option<&'static str>,
}

/// Corepack 0.35 and later want another Node than 25.
pub(crate) const ABSENT: &[Absent] = &[
    Absent { program: "corepack", since: 25, package: Some("corepack@0.34.7") },
    Absent { program: "yarn", since: 26, package: Some("yarn@1.22.22") },
    Absent { program: "pnpm", since: 0, package: None },
];
