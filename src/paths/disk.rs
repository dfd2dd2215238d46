//! Paths of the disk: where the context's root stands, and what lies where in it.

use std::path::{Component, Path, PathBuf};

/// An absolute path without `.` and `..`, links not followed.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                result.pop();
            }
            _ => result.push(part),
        }
    }
    result
}

/// The path in the context, whose root is `root`, of what stands at `path`; with `..` where it is outside. Both
/// absolute.
pub(crate) fn from_root(root: &Path, path: &Path) -> String {
    let (root, path) = (lexical(root), lexical(path));
    let text = |it: &Path| it.to_string_lossy().replace('\\', "/");
    super::relative(&text(&root), &text(&path)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_the_root() {
        for (root, path, expected) in [
            ("/repo/app", "/repo/app/./docker/../Dockerfile", "Dockerfile"),
            ("/repo/app", "/repo/compose.yaml", "../compose.yaml"),
            ("/repo/app/", "/repo/app", ""),
            ("/", "/Dockerfile", "Dockerfile"),
        ] {
            assert_eq!(from_root(Path::new(root), Path::new(path)), expected, "{root} {path}");
        }
    }
}
