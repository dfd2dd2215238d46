//! What a name says where it is all that is known: whether it is one of a pattern, and whether of a file.

use crate::paths;
use crate::paths::glob::{Dialect, Glob};

/// Whether `name` matches `pattern`, part by part (`*` does not match `/`).
pub(super) fn matches(pattern: &str, name: &str, dialect: Dialect) -> bool {
    Glob::new(pattern, dialect).is_some_and(|it| it.matches(name))
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
        assert!(matches("/app/*.json", "/app/package.json", Dialect::Shell));
        assert!(!matches("/app/*", "/app/src/main.ts", Dialect::Shell));
    }
}
