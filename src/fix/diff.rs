//! What a fix changes, as a unified diff.

use similar::{DiffOp, TextDiff};

/// The unified diff from `old` to `new`, both versions of the file called `name`; empty where they are
/// equal. `git apply` and `patch -p1` take it.
#[must_use]
pub fn unified(name: &str, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let name = plain(name);
    hunks(old, new, &format!("a/{name}"), &format!("b/{name}"))
}

/// The unified diff that creates the file called `name`.
#[must_use]
pub fn creation(name: &str, new: &str) -> String {
    hunks("", new, "/dev/null", &format!("b/{}", plain(name)))
}

fn plain(name: &str) -> String {
    name.trim_start_matches("./").trim_start_matches('/').replace('\\', "/")
}

fn hunks(old: &str, new: &str, from: &str, to: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(from, to).to_string()
}

/// How many lines go and come.
#[must_use]
pub fn counts(old: &str, new: &str) -> (usize, usize) {
    let diff = TextDiff::from_lines(old, new);
    diff.ops().iter().fold((0, 0), |(gone, come), op| match op {
        DiffOp::Equal { .. } => (gone, come),
        _ => (gone + op.old_range().len(), come + op.new_range().len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_file_and_shows_the_lines() {
        let diff = unified("./Dockerfile", "FROM a\nUSER root\n", "FROM a\nUSER node\n");
        assert_eq!(diff, "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\n-USER root\n+USER node\n");
        assert_eq!(unified("Dockerfile", "a", "a"), "");
    }

    #[test]
    fn a_new_file_comes_from_nothing() {
        let diff = creation("app/.dockerignore", "node_modules\n");
        assert_eq!(diff, "--- /dev/null\n+++ b/app/.dockerignore\n@@ -0,0 +1 @@\n+node_modules\n");
    }

    #[test]
    fn a_missing_final_newline_is_marked() {
        assert!(unified("Dockerfile", "FROM a", "FROM b").contains("\\ No newline at end of file"));
    }

    #[test]
    fn lines_are_counted() {
        assert_eq!(counts("a\nb\nc\n", "a\nx\ny\nc\n"), (1, 2));
    }
}
