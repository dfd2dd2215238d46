//! Paths of an image's file system and of the context: plain text, `/` between the parts.

/// `path` seen from the folder `base`, without `.` and `..`, absolute. A path that starts with an unknown
/// variable counts as absolute: that is what such variables hold.
pub(super) fn resolve(base: &str, path: &str) -> String {
    let absolute = path.starts_with('/') || path.starts_with("${");
    let whole = if absolute { path.to_owned() } else { format!("{base}/{path}") };
    format!("/{}", clean(&whole))
}

/// Without empty parts, `.` and `..`, and without slashes at the ends.
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// What remains of `path` below `folder`: `""` for the folder itself; `None` where it is not below.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if path == folder {
        return Some("");
    }
    let rest = if folder == "/" || folder.is_empty() { path } else { path.strip_prefix(folder)? };
    match (folder.is_empty(), rest.strip_prefix('/')) {
        (_, Some(rest)) => Some(rest),
        (true, None) => Some(path),
        (false, None) => None,
    }
}

/// `rest` below `folder`; either may be empty.
pub(super) fn join(folder: &str, rest: &str) -> String {
    match (folder, rest) {
        (folder, "") => folder.to_owned(),
        ("", rest) => rest.to_owned(),
        ("/", rest) => format!("/{rest}"),
        (folder, rest) => format!("{folder}/{rest}"),
    }
}

/// The last part.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder that holds it: `/` or `""` at the top.
pub(super) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

/// The path itself and all folders above it, up to the root.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |it| if it.len() > 1 { Some(parent(it)) } else { None })
}

/// Whether a part of it is a pattern.
pub(super) fn has_glob(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// Whether `name` matches the pattern `glob`, part by part (`*` does not match `/`).
pub(super) fn matches(glob: &str, name: &str) -> bool {
    globset::GlobBuilder::new(glob).literal_separator(true).build().is_ok_and(|it| it.compile_matcher().is_match(name))
}

/// Where a name is all that is known: whether it is the name of a file.
pub(super) fn looks_like_file(path: &str) -> bool {
    const FILES: &[&str] = &["Dockerfile", "Makefile", "Procfile", "LICENSE", "README", "CHANGELOG", ".env"];
    const FOLDERS: &[&str] = &[".next", ".output", ".yarn", ".husky", ".prisma", ".nuxt", ".github", ".svelte-kit"];
    let name = name(path);
    if FOLDERS.contains(&name) || name.is_empty() {
        return false;
    }
    FILES.contains(&name) || name.rfind('.').is_some_and(|at| at + 1 < name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_resolve() {
        for (base, path, expected) in [
            ("/app", "./dist/", "/app/dist"),
            ("/app", "/srv", "/srv"),
            ("/app", "..", "/"),
            ("/app", "${DIR}/x", "/${DIR}/x"),
            ("/", ".", "/"),
        ] {
            assert_eq!(resolve(base, path), expected, "{base} {path}");
        }
    }

    #[test]
    fn ancestors_end_at_the_root() {
        assert_eq!(ancestors("/a/b").collect::<Vec<_>>(), ["/a/b", "/a", "/"]);
        assert_eq!(ancestors("/").collect::<Vec<_>>(), ["/"]);
        assert_eq!(ancestors("").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn below_splits_at_whole_parts() {
        for (path, folder, expected) in [
            ("/app/dist", "/app", Some("dist")),
            ("/app", "/app", Some("")),
            ("/application", "/app", None),
            ("/app", "/", Some("app")),
            ("src/a", "", Some("src/a")),
            ("src/a", "src", Some("a")),
        ] {
            assert_eq!(below(path, folder), expected, "{path} {folder}");
        }
    }
}
