//! What a name says where it is all that is known: whether it is a pattern, and whether of a file.

use crate::paths;

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
    let name = paths::file_name(path);
    if FOLDERS.contains(&name) || name.is_empty() {
        return false;
    }
    FILES.contains(&name) || name.rfind('.').is_some_and(|at| at + 1 < name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (path, expected) in [
            ("/app/package.json", true),
            ("Makefile", true),
            (".env", true),
            ("dist", false),
            ("/app/.next", false),
            ("/", false),
            ("odd.", false),
        ] {
            assert_eq!(looks_like_file(path), expected, "{path}");
        }
    }

    #[test]
    fn patterns_match_part_by_part() {
        assert!(matches("/app/*.json", "/app/package.json"));
        assert!(!matches("/app/*", "/app/src/main.ts"));
    }
}
