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
    if is_lexical(root)
        && is_lexical(path)
        && let Ok(below) = path.strip_prefix(root)
    {
        return text(&below.components().collect::<PathBuf>());
    }
    let (root, path) = (lexical(root), lexical(path));
    super::relative(&text(&root), &text(&path)).unwrap_or_default()
}

/// Whether no `..` is in it; what else is left of `.` and slashes shows when it is taken apart.
fn is_lexical(path: &Path) -> bool {
    path.is_absolute() && path.components().all(|it| it != Component::ParentDir)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
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
            ("/repo", "/repo//app/./Dockerfile/", "app/Dockerfile"),
            ("/repo/./app", "/repo/app/a b", "a b"),
            ("/repo/app/..", "/repo/app", "app"),
        ] {
            assert_eq!(from_root(Path::new(root), Path::new(path)), expected, "{root} {path}");
        }
    }
}
