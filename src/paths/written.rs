//! Paths as somebody wrote them, made such as the rest takes them.

/// In an image: `written`, as seen from `folder`. What starts with an unknown variable counts as absolute: that is
/// what such variables hold.
pub(crate) fn absolute(folder: &str, written: &str) -> String {
    let is_absolute = written.starts_with('/') || written.starts_with("${");
    let folder = if is_absolute { "" } else { folder };
    let parts = Parts::of(folder.split('/').chain(written.split('/')));
    let mut res = String::with_capacity(folder.len() + written.len() + 2);
    parts.inner.iter().for_each(|it| res.extend(["/", it]));
    if res.is_empty() { "/".to_owned() } else { res }
}

/// In the context: `written`, as seen from `folder`; a leading slash means the root.
pub(crate) fn resolve(folder: &str, written: &str) -> String {
    if folder.is_empty() || written.starts_with('/') {
        return normalise(written);
    }
    Parts::of(folder.split(['/', '\\']).chain(written.split(['/', '\\']))).with_ups()
}

/// In the context, from the root. Projects that are written on Windows have backslashes as well.
pub(crate) fn normalise(written: &str) -> String {
    if is_settled(written) && !written.contains('\\') {
        return written.to_owned();
    }
    Parts::of(written.split(['/', '\\'])).with_ups()
}

/// [`normalise`] of a pattern, in which a backslash escapes.
pub(crate) fn normalise_pattern(written: &str) -> String {
    Parts::of(written.split('/')).with_ups()
}

/// As COPY reads its sources: from a root that no `..` leads out of.
pub(crate) fn rooted(written: &str) -> String {
    if is_settled(written) {
        return written.to_owned();
    }
    Parts::of(written.split('/')).inner.join("/")
}

/// In the context: what `written` names below the root; `None` where it leads out, or is the root itself.
pub(crate) fn inside(written: &str) -> Option<String> {
    let parts = Parts::of(written.split('/'));
    (parts.n_up == 0 && !parts.inner.is_empty()).then(|| parts.inner.join("/"))
}

/// Whether it is as we would write it, which most are.
fn is_settled(written: &str) -> bool {
    written.is_empty() || written.split('/').all(|it| !matches!(it, "" | "." | ".."))
}

/// What remains of a path when each `..` has taken the part before it.
struct Parts<'a> {
    /// How many `..` had nothing to take.
    n_up: usize,
    inner: Vec<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(written: impl Iterator<Item = &'a str>) -> Self {
        let mut res = Self { n_up: 0, inner: Vec::with_capacity(8) };
        for part in written {
            match part {
                "" | "." => {}
                ".." => res.n_up += usize::from(res.inner.pop().is_none()),
                _ => res.inner.push(part),
            }
        }
        res
    }

    fn with_ups(mut self) -> String {
        if self.n_up > 0 {
            self.inner.splice(0..0, std::iter::repeat_n("..", self.n_up));
        }
        self.inner.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_end_at_their_root() {
        for (folder, written, expected) in [
            ("/app", "./dist/", "/app/dist"),
            ("/app", "/srv", "/srv"),
            ("/app", "../srv", "/srv"),
            ("/app", "../..", "/"),
            ("/app", "${DIR}/x", "/${DIR}/x"),
            ("/", ".", "/"),
        ] {
            assert_eq!(absolute(folder, written), expected, "{folder} {written}");
        }
    }

    #[test]
    fn the_context_has_an_outside() {
        for (folder, written, expected) in [
            ("", "./dist/main.js", "dist/main.js"),
            ("src/a", "../b", "src/b"),
            ("src", "../../x", "../x"),
            ("src", "../../../x/..", "../.."),
            ("src", "..", ""),
            ("", "..", ".."),
            ("", "", ""),
            ("a", "/b//c/", "b/c"),
            ("a", r".\b\..\c", "a/c"),
        ] {
            assert_eq!(resolve(folder, written), expected, "{folder} {written}");
        }
    }

    /// What is made of `..` above the root, of a backslash, and of the root itself is all that they differ in.
    #[test]
    fn four_ways_to_read_a_path() {
        for (written, normal, pattern, root, within) in [
            ("./a//b/../c/", "a/c", "a/c", "a/c", Some("a/c")),
            ("/a", "a", "a", "a", Some("a")),
            ("../../a", "../../a", "../../a", "a", None),
            ("a/../../b", "../b", "../b", "b", None),
            (r"a\b", "a/b", r"a\b", r"a\b", Some(r"a\b")),
            ("a/..", "", "", "", None),
            (".", "", "", "", None),
        ] {
            assert_eq!(normalise(written), normal, "{written}");
            assert_eq!(normalise_pattern(written), pattern, "{written}");
            assert_eq!(rooted(written), root, "{written}");
            assert_eq!(inside(written).as_deref(), within, "{written}");
        }
    }
}
