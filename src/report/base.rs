//! Names of files for programs that know the repository only: from its root, whatever folder nodestage ran in.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::FileReport;
use crate::diagnostic::Diagnostic;
use crate::paths::lexical;

/// From where the user names files, and from where the reader does.
#[derive(Clone, Debug)]
pub struct Base {
    /// The current folder, absolute.
    pub folder: PathBuf,
    /// The root of what is checked out, absolute.
    pub root: PathBuf,
}

impl Base {
    /// What the reader calls `path`: from the root, with forward slashes. A file outside keeps its name.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        let place = lexical(&self.folder.join(path));
        place.strip_prefix(&self.root).unwrap_or(Path::new(path)).to_string_lossy().replace('\\', "/")
    }
}

/// Tells a diagnostic from all others, and is the same where only lines have moved: made of the path, the rule and the
/// message, and counted where they are the same.
#[derive(Debug, Default)]
pub struct Fingerprints(HashMap<String, usize>);

impl Fingerprints {
    /// The next diagnostic's.
    pub fn next(&mut self, base: &Base, file: &FileReport, diagnostic: &Diagnostic) -> String {
        let key = format!("{}\0{}\0{}", base.path(&file.path), diagnostic.rule, diagnostic.message);
        let n_before = self.0.entry(key.clone()).or_default();
        let bytes = Sha256::digest(format!("{key}\0{n_before}"));
        *n_before += 1;
        bytes[..16].iter().map(|it| format!("{it:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_from_the_root() {
        let base = Base { folder: "/r/apps/api".into(), root: "/r".into() };
        for (path, expected) in [
            ("Dockerfile", "apps/api/Dockerfile"),
            ("../web/Dockerfile", "apps/web/Dockerfile"),
            ("/r/Dockerfile", "Dockerfile"),
            ("/elsewhere/Dockerfile", "/elsewhere/Dockerfile"),
        ] {
            assert_eq!(base.path(path), expected);
        }
    }
}
