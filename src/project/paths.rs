//! Paths of the context as text: forward slashes, no `./`, no final slash; the root is `""`.

use std::path::{Component, Path, PathBuf};

/// `path` seen from `folder`, normalised; `..` stays in front where it leaves the root.
pub(super) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { normalise(path) } else { normalise(&format!("{folder}/{path}")) }
}

/// Without `.`, empty parts, and `..` where there is something to go up from. A leading slash is dropped.
pub(super) fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The folder that holds `path`.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// `path` as seen from `folder`; both from the same root. `None` where `folder` leaves the root.
pub(super) fn relative(folder: &str, path: &str) -> Option<String> {
    let from: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    let to: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let n_common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if from[n_common..].contains(&"..") {
        return None;
    }
    let up = std::iter::repeat_n("..", from.len() - n_common);
    Some(up.chain(to[n_common..].iter().copied()).collect::<Vec<_>>().join("/"))
}

/// What is left of `path` under `folder`; `None` where it is not there.
pub(super) fn under<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    if folder.is_empty() {
        return (!path.starts_with("..")).then_some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// An absolute path without `.` and `..`, links not followed.
pub(super) fn lexical(path: &Path) -> PathBuf {
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

/// An absolute path from an absolute root, with `..` where it is outside.
pub(super) fn from_root(root: &Path, path: &Path) -> String {
    let (root, path) = (lexical(root), lexical(path));
    let text = |it: &Path| it.to_string_lossy().replace('\\', "/");
    relative(&text(&root), &text(&path)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised() {
        for (folder, path, expected) in [
            ("", "./dist/main.js", "dist/main.js"),
            ("src/a", "../b", "src/b"),
            ("src", "../../x", "../x"),
            ("", "", ""),
            ("a", "/b//c/", "b/c"),
        ] {
            assert_eq!(join(folder, path), expected);
        }
        assert_eq!(relative("dist/a", "views/x").as_deref(), Some("../../views/x"));
        assert_eq!(under("src", "src/a.ts"), Some("a.ts"));
        assert_eq!(under("src", "src2/a.ts"), None);
    }
}
