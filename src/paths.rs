//! Paths as text: `/` between the parts, no empty part, no `.`, no slash at the end.
//!
//! There are two kinds, and nothing but the docs tells them apart:
//!
//! - **In the build context**, from its root or from an app's folder: `src/main.ts`, without a leading slash. The
//!   root is `""`, and what lies outside keeps its `..` in front. [`resolve`], [`normalise`] and [`relative`] give
//!   these.
//! - **In an image**: `/app/dist`, absolute. The root is `/`, and no `..` leads out of it. [`absolute`] gives these.
//!
//! [`join`], [`below`], [`contains`], [`parent`] and [`file_name`] take both, as long as the two that they are given
//! are of one kind. The folder comes first wherever there is one. Links are not followed.

mod disk;
pub(crate) mod glob;
mod written;

/// No system has longer paths, in bytes.
pub(crate) const MAX_LEN: usize = 4096;

pub(crate) use disk::{from_root, lexical};
pub(crate) use written::{absolute, inside, normalise, normalise_pattern, resolve, rooted};

/// `rest` below `folder`; either may be empty. Both stay as they are: see [`resolve`] and [`absolute`].
pub(crate) fn join(folder: &str, rest: &str) -> String {
    match (folder, rest) {
        (folder, "") => folder.to_owned(),
        ("", rest) => rest.to_owned(),
        ("/", rest) => ["/", rest].concat(),
        (folder, rest) => [folder, "/", rest].concat(),
    }
}

/// What remains of `path` below `folder`: `""` for the folder itself; `None` where it is not below.
pub(crate) fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    match folder {
        _ if path == folder => Some(""),
        "" => (!is_outside(path)).then_some(path),
        "/" => path.strip_prefix('/'),
        _ => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

/// Whether `path` is `folder` or lies below it.
pub(crate) fn contains(folder: &str, path: &str) -> bool {
    below(folder, path).is_some()
}

/// The folder that holds `path`: `/` or `""` at the top.
pub(crate) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

/// The last part; of `/usr/local/bin/node` the program's name.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `path` of an image, and all folders above it up to the root.
pub(crate) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |it| if it.len() > 1 { Some(parent(it)) } else { None })
}

/// In the context: whether `path` lies outside of the folder that it is from.
pub(crate) fn is_outside(path: &str) -> bool {
    path == ".." || path.starts_with("../")
}

/// In the context: `path` as seen from `folder`, both from the same root. `None` where `folder` leaves the root.
pub(crate) fn relative(folder: &str, path: &str) -> Option<String> {
    let from: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    let to: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let n_common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if from[n_common..].contains(&"..") {
        return None;
    }
    let ups = std::iter::repeat_n("..", from.len() - n_common);
    Some(ups.chain(to[n_common..].iter().copied()).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_leaves_both_as_they_are() {
        for (folder, rest, expected) in [
            ("/app", "dist", "/app/dist"),
            ("/", "app", "/app"),
            ("src", "a/b", "src/a/b"),
            ("", "src", "src"),
            ("/app", "", "/app"),
            ("", "", ""),
            ("src", "../a", "src/../a"),
        ] {
            assert_eq!(join(folder, rest), expected, "{folder} {rest}");
        }
    }

    #[test]
    fn below_splits_at_whole_parts() {
        for (folder, path, expected) in [
            ("/app", "/app/dist", Some("dist")),
            ("/app", "/app", Some("")),
            ("/app", "/application", None),
            ("/app", "/", None),
            ("/", "/app", Some("app")),
            ("/", "/", Some("")),
            ("src", "src/a.ts", Some("a.ts")),
            ("src", "src2/a.ts", None),
            ("", "src/a", Some("src/a")),
            ("", "", Some("")),
            ("", "../a", None),
            ("", "..a", Some("..a")),
            ("..", "../a", Some("a")),
        ] {
            assert_eq!(below(folder, path), expected, "{folder} {path}");
        }
    }

    #[test]
    fn parents_and_names() {
        for (path, folder, name) in [
            ("/app/dist", "/app", "dist"),
            ("/app", "/", "app"),
            ("/", "/", ""),
            ("src/a.ts", "src", "a.ts"),
            ("a.ts", "", "a.ts"),
            ("", "", ""),
        ] {
            assert_eq!((parent(path), file_name(path)), (folder, name), "{path}");
        }
    }

    #[test]
    fn ancestors_end_at_the_root() {
        assert_eq!(ancestors("/a/b").collect::<Vec<_>>(), ["/a/b", "/a", "/"]);
        assert_eq!(ancestors("/").collect::<Vec<_>>(), ["/"]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn relative_goes_up_and_down() {
        for (folder, path, expected) in [
            ("dist/a", "views/x", Some("../../views/x")),
            ("src", "src/a", Some("a")),
            ("", "a", Some("a")),
            ("a", "a", Some("")),
            ("../a", "b", None),
            ("../a", "../b", Some("../b")),
        ] {
            assert_eq!(relative(folder, path).as_deref(), expected, "{folder} {path}");
        }
    }
}
