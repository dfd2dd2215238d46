//! What a file is by its name: the one classifier, for what a build context has and for what an image holds.

use crate::paths;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FileKind {
    /// `tsconfig.tsbuildinfo`
    BuildInfo,
    /// `.env`, `.env.production`
    Environment,
    /// `a.test.js`, and code in a folder of tests.
    Test,
    /// `a.js.map`
    SourceMap,
    /// `a.d.ts`
    Declaration,
    /// `a.ts`, `a.tsx`
    TypeScript,
    /// `a.js`, `a.mjs`, `a.cjs`, `a.jsx`
    JavaScript,
    /// A compiled addon.
    Addon,
    /// Anything else.
    Other,
}

/// Folders that hold nothing but tests and what these need.
const TEST_FOLDERS: &[&str] =
    &["test", "tests", "__tests__", "__mocks__", "__fixtures__", "__snapshots__", "e2e", "cypress", "playwright"];

/// Folders in which version control keeps what it knows.
const VERSION_CONTROL: &[&str] = &[".git", ".hg", ".svn", ".bzr", ".jj"];

/// Endings of files that name the variables and hold no secrets: `.env.example`.
const MODELS: &[&str] = &[".example", ".sample", ".template", ".dist", ".schema", ".defaults", ".tpl"];

const TYPESCRIPT: &[&str] = &[".ts", ".tsx", ".mts", ".cts"];
const DECLARATIONS: &[&str] = &[".d.ts", ".d.mts", ".d.cts"];
const JAVASCRIPT: &[&str] = &[".js", ".mjs", ".cjs", ".jsx"];
const MAPS: &[&str] = &[".js.map", ".mjs.map", ".cjs.map", ".jsx.map", ".css.map", ".ts.map", ".mts.map", ".cts.map"];

/// What the file at `path` is for; the folders that it lies in count as well.
pub(crate) fn kind_of(path: &str) -> FileKind {
    let name = paths::file_name(path);
    let ends = |of: &[&str]| of.iter().any(|it| name.ends_with(it));
    let is_code = ends(TYPESCRIPT) || ends(JAVASCRIPT);
    match () {
        () if is_build_info(name) => FileKind::BuildInfo,
        () if is_environment_file(name) => FileKind::Environment,
        () if ends(MAPS) => FileKind::SourceMap,
        () if is_code && !ends(DECLARATIONS) && (is_test_name(name) || test_folder(path).is_some()) => FileKind::Test,
        // What Next writes for the editor says types only.
        () if ends(DECLARATIONS) || path.contains("/.next/types/") => FileKind::Declaration,
        () if ends(TYPESCRIPT) => FileKind::TypeScript,
        () if ends(JAVASCRIPT) => FileKind::JavaScript,
        () if name.ends_with(".node") => FileKind::Addon,
        () => FileKind::Other,
    }
}

/// Whether a file of that name is a test.
pub(crate) fn is_test_name(name: &str) -> bool {
    [".test.", ".spec."].iter().any(|it| name.contains(it))
}

/// Whether a folder of that name holds tests.
pub(crate) fn is_test_folder(name: &str) -> bool {
    TEST_FOLDERS.contains(&name)
}

/// The topmost folder of tests that `path` lies in.
pub(crate) fn test_folder(path: &str) -> Option<&str> {
    let ends = path.match_indices('/').map(|it| it.0);
    ends.map(|at| &path[..at]).find(|it| is_test_folder(paths::file_name(it)))
}

/// Whether a file is what an incremental compiler notes.
pub(crate) fn is_build_info(name: &str) -> bool {
    name.ends_with("tsbuildinfo")
}

/// Whether a folder of that name is what version control knows.
pub(crate) fn is_version_control(name: &str) -> bool {
    VERSION_CONTROL.contains(&name)
}

/// Whether a file declares types only.
pub(crate) fn is_declaration(name: &str) -> bool {
    name.contains(".d.ts") || DECLARATIONS.iter().any(|it| name.ends_with(it))
}

/// Whether a file holds variables, secrets among them: it belongs in no image, and often in no repository.
pub(crate) fn is_environment_file(path: &str) -> bool {
    let name = paths::file_name(path);
    name == ".env" || name.starts_with(".env.") && !MODELS.iter().any(|it| name.ends_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        for (path, expected) in [
            ("/app/src/main.ts", FileKind::TypeScript),
            ("/app/dist/main.d.ts", FileKind::Declaration),
            ("/app/.next/types/link.d.ts", FileKind::Declaration),
            ("/app/.next/types/app/page.ts", FileKind::Declaration),
            ("/app/dist/main.d.ts.map", FileKind::SourceMap),
            ("/app/src/main.spec.ts", FileKind::Test),
            ("/app/test/app.js", FileKind::Test),
            ("/app/public/test/a.png", FileKind::Other),
            ("/app/tsconfig.build.tsbuildinfo", FileKind::BuildInfo),
            ("/app/.env.production", FileKind::Environment),
            ("/app/.env.example", FileKind::Other),
            ("/app/dist/main.js", FileKind::JavaScript),
            ("/app/world.map", FileKind::Other),
            ("/app/build/Release/a.node", FileKind::Addon),
        ] {
            assert_eq!(kind_of(path), expected, "{path}");
        }
        assert_eq!(test_folder("/app/e2e/tests/a.js"), Some("/app/e2e"));
    }
}
