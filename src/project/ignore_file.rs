//! .dockerignore, matched as BuildKit does (Go's patternmatcher): patterns are rooted, the last match wins.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::paths;
use crate::paths::glob::{Dialect, Glob};

/// The patterns of one ignore file.
#[derive(Clone, Debug, Default)]
pub struct Dockerignore {
    /// The file's path from the root; `None` where there is none.
    pub path: Option<String>,
    /// All of it, as it was read; `None` where there is none, or it is not UTF-8.
    pub text: Option<String>,
    patterns: Vec<Pattern>,
    index: Index,
    is_unreadable: bool,
    /// The last pattern that covers a path, for what was asked already.
    known: Arc<Mutex<HashMap<String, Option<usize>>>>,
}

/// How to find the last pattern that matches a path without trying all of them.
#[derive(Clone, Debug, Default)]
struct Index {
    /// `dist`: the last one of each text.
    literals: HashMap<String, usize>,
    /// `**/node_modules`: the last one of each name.
    names: HashMap<String, usize>,
    /// All others, in order.
    wild: Vec<usize>,
}

/// What the patterns that have to be tried one by one may amount to, in signs and wildcards.
const MAX_WILD: usize = 8_000;

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
            match Glob::new(&text, Dialect::Ignore) {
                Some(glob) => patterns.push(Pattern { glob, text, exception, line: idx + 1 }),
                None => broken.push(idx + 1),
            }
        }
        let index = Index::of(&patterns);
        (Self { path: Some(path.to_owned()), patterns, index, ..Self::default() }, broken)
    }

    /// One that is there but can't be read.
    pub(super) fn unreadable(path: &str) -> Self {
        Self { path: Some(path.to_owned()), is_unreadable: true, ..Self::default() }
    }

    /// Whether it can't be told what it keeps out: it can't be read, or has more wildcards than anyone writes.
    pub(super) fn is_unknown(&self) -> bool {
        self.is_unreadable || self.is_absurd()
    }

    /// Whether so many patterns have to be tried one by one that nobody wrote them.
    fn is_absurd(&self) -> bool {
        self.index.wild.iter().map(|it| self.patterns[*it].glob.len()).sum::<usize>() > MAX_WILD
    }

    /// Whether the build does not see `path`. A folder that is dropped may still be there for the sake of
    /// an exception below it: see [`keeps_below`](Self::keeps_below).
    #[must_use]
    pub fn drops(&self, path: &str) -> bool {
        self.last(&paths::normalise(path)).is_some_and(|it| !self.patterns[it].exception)
    }

    /// The last pattern that matches `path` or a folder above it.
    fn last(&self, path: &str) -> Option<usize> {
        if self.patterns.is_empty() || path.is_empty() || path.len() > paths::MAX_LEN {
            return None;
        }
        if let Some(known) = self.known.lock().ok().and_then(|it| it.get(path).copied()) {
            return known;
        }
        let above = self.last(paths::parent(path));
        let last = above.max(self.index.last(&self.patterns, path, above));
        if let Ok(mut known) = self.known.lock() {
            known.insert(path.to_owned(), last);
        }
        last
    }

    /// The line (from 1) that keeps `path` out; `None` where the build sees it.
    #[must_use]
    pub fn line_that_drops(&self, path: &str) -> Option<usize> {
        let last = &self.patterns[self.last(&paths::normalise(path))?];
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

impl Index {
    fn of(patterns: &[Pattern]) -> Self {
        let mut res = Self::default();
        for (idx, Pattern { glob, .. }) in patterns.iter().enumerate() {
            match (glob.literal(), glob.name()) {
                (Some(path), _) => drop(res.literals.insert(path.to_owned(), idx)),
                (None, Some(name)) => drop(res.names.insert(name, idx)),
                (None, None) => res.wild.push(idx),
            }
        }
        res
    }

    /// The last pattern that matches `path` itself; one up to `above` does not matter.
    fn last(&self, patterns: &[Pattern], path: &str, above: Option<usize>) -> Option<usize> {
        let plain = self.literals.get(path).max(self.names.get(paths::file_name(path))).copied().max(above);
        let later = self.wild.iter().rev().take_while(|it| Some(**it) > plain);
        later.copied().find(|it| patterns[*it].glob.matches(path)).or(plain)
    }
}

impl Pattern {
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
    fn many_patterns_are_not_tried_one_by_one() {
        let names: String = (0..50_000).map(|it| format!("!**/a{it}\n")).collect();
        let (ignore, _) = Dockerignore::parse(".dockerignore", &format!("*\n{names}src\n!src/keep\n"));
        assert!(!ignore.is_absurd());
        for (path, expected) in
            [("x", true), ("x/a7", false), ("x/a7/y", false), ("src/a7", true), ("src/keep/a", false)]
        {
            assert_eq!(ignore.drops(path), expected, "{path}");
        }
        let wild: String = (0..10_000).map(|it| format!("!**/a*{it}\n")).collect();
        assert!(Dockerignore::parse(".dockerignore", &wild).0.is_absurd());
    }

    #[test]
    fn refused_patterns_are_named() {
        assert_eq!(Dockerignore::parse("x", "a\n[\n").1, [2]);
    }
}
