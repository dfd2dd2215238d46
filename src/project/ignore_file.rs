//! .dockerignore, matched as BuildKit does (Go's patternmatcher): patterns are rooted, the last match wins.

use super::glob::Glob;
use crate::paths;

/// The patterns of one ignore file.
#[derive(Clone, Debug, Default)]
pub struct Dockerignore {
    /// The file's path from the root; `None` where there is none.
    pub path: Option<String>,
    /// All of it, as it was read; `None` where there is none, or it is not UTF-8.
    pub text: Option<String>,
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    glob: Glob,
    text: String,
    exception: bool,
    /// Counted from 1.
    line: usize,
}

impl Dockerignore {
    /// Reads an ignore file; the second part names the lines that Go refuses (from 1).
    pub(super) fn parse(path: &str, text: &str) -> (Self, Vec<usize>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (mut patterns, mut broken) = (Vec::new(), Vec::new());
        for (idx, line) in text.lines().enumerate() {
            let Some((exception, text)) = pattern_of(line) else { continue };
            match Glob::new(&text) {
                Some(glob) => patterns.push(Pattern { glob, text, exception, line: idx + 1 }),
                None => broken.push(idx + 1),
            }
        }
        (Self { path: Some(path.to_owned()), text: None, patterns }, broken)
    }

    /// Whether the build does not see `path`. A folder that is dropped may still be there for the sake of
    /// an exception below it: see [`keeps_below`](Self::keeps_below).
    #[must_use]
    pub fn drops(&self, path: &str) -> bool {
        let path = paths::normalise(path);
        let last = self.patterns.iter().rev().find(|it| it.covers(&path));
        last.is_some_and(|it| !it.exception)
    }

    /// The line (from 1) that keeps `path` out; `None` where the build sees it.
    #[must_use]
    pub fn line_that_drops(&self, path: &str) -> Option<usize> {
        let path = paths::normalise(path);
        let last = self.patterns.iter().rev().find(|it| it.covers(&path))?;
        (!last.exception).then_some(last.line)
    }

    /// The patterns, and whether each is an exception (`!`), in order.
    pub fn patterns(&self) -> impl Iterator<Item = (&str, bool)> {
        self.patterns.iter().map(|it| (it.text.as_str(), it.exception))
    }

    /// Whether an exception may keep something below `folder`, though the folder itself is dropped.
    #[must_use]
    pub fn keeps_below(&self, folder: &str) -> bool {
        self.patterns.iter().any(|it| it.exception && it.may_reach_below(folder))
    }
}

impl Pattern {
    /// Whether it matches the path or a folder above it.
    fn covers(&self, path: &str) -> bool {
        let mut path = path;
        while !path.is_empty() {
            if self.glob.matches(path) {
                return true;
            }
            path = paths::parent(path);
        }
        false
    }

    fn may_reach_below(&self, folder: &str) -> bool {
        let literal = self.text.split(['*', '?', '[', '\\']).next().unwrap_or("");
        let wild = literal.len() < self.text.len();
        paths::below(folder, &self.text).is_some_and(|it| !it.is_empty())
            || (wild && (folder.starts_with(literal) || literal.starts_with(folder)))
    }
}

/// The pattern of a line as `filepath.Clean` leaves it, and whether it is an exception.
fn pattern_of(line: &str) -> Option<(bool, String)> {
    if line.starts_with('#') {
        return None;
    }
    let line = line.trim();
    let (exception, text) = match line.strip_prefix('!') {
        Some(rest) => (true, rest.trim()),
        None => (false, line),
    };
    let text = paths::normalise_pattern(text);
    (!text.is_empty()).then_some((exception, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drops(text: &str, path: &str) -> bool {
        Dockerignore::parse(".dockerignore", text).0.drops(path)
    }

    #[test]
    fn the_last_match_wins() {
        for (text, path, expected) in [
            ("node_modules", "node_modules/a/b.js", true),
            ("node_modules", "packages/a/node_modules", false),
            ("**/node_modules", "packages/a/node_modules/x", true),
            ("/dist/", "dist/main.js", true),
            ("*\n!src", "src/main.ts", false),
            ("*\n!src", "package.json", true),
            ("*.md\n!README.md", "README.md", false),
            ("!README.md\n*.md", "README.md", true),
            ("# a\n\n  .env*  ", ".env.local", true),
            ("a/b/../c", "a/c", true),
            ("../../a", "a", false),
            ("*/temp*", "somedir/temporary.txt", true),
            ("*/temp*", "temporary.txt", false),
            ("\u{feff}dist", "dist", true),
            ("*.lock\r\n", "yarn.lock", true),
            ("a\n!a/b", "a/b/c", false),
            (".", "a", false),
        ] {
            assert_eq!(drops(text, path), expected, "{text:?} {path}");
        }
    }

    #[test]
    fn refused_patterns_are_named() {
        assert_eq!(Dockerignore::parse("x", "a\n[\n").1, [2]);
    }
}
