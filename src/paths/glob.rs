//! Patterns of paths, in the dialects that tools have.

mod sequence;

use sequence::{Sequence, Token};

/// Whose patterns they are. In all of them `*` and `?` match within a part of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// .dockerignore and `--exclude`: Go's `filepath.Match`, with `**` for any folders and what begins like this.
    Ignore,
    /// The sources of COPY and ADD: Go's `filepath.Match`, where `**` is no more than two stars.
    Copy,
    /// What shells and Node's tools read: `**` as a whole part, `{a,b}`, `[!a]`.
    Shell,
}

/// A compiled pattern. It always matches a whole path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    /// One, or with braces more: a path matches where one of them does.
    alternatives: Vec<Sequence>,
}

/// No path is longer, in bytes.
const MAX_LEN: usize = 4096;
/// Alternatives in braces multiply; more than these are not read.
const MAX_ALTERNATIVES: usize = 64;

impl Glob {
    /// Compiles a pattern; `None` where its tool refuses it, or it is longer than any path.
    pub(crate) fn new(pattern: &str, dialect: Dialect) -> Option<Self> {
        if pattern.len() > MAX_LEN {
            return None;
        }
        let written = if dialect == Dialect::Shell { alternatives(pattern)? } else { vec![pattern.to_owned()] };
        let alternatives = written.iter().map(|it| Sequence::new(it, dialect)).collect::<Option<_>>()?;
        Some(Self { alternatives })
    }

    /// The only path that matches, where it has no wildcards.
    pub(crate) fn literal(&self) -> Option<&str> {
        let [only] = &self.alternatives[..] else { return None };
        only.tokens.is_empty().then_some(only.prefix.as_str())
    }

    /// `node_modules` of `**/node_modules`: it matches what has this name, wherever it is.
    pub(crate) fn name(&self) -> Option<String> {
        let [only] = &self.alternatives[..] else { return None };
        let [Token::Folders, name @ ..] = &only.tokens[..] else { return None };
        let letter = |it: &Token| match it {
            Token::Literal(it) if *it != '/' => Some(*it),
            _ => None,
        };
        name.iter().map(letter).collect::<Option<String>>().filter(|it| only.prefix.is_empty() && !it.is_empty())
    }

    /// How much there is to try.
    pub(crate) fn len(&self) -> usize {
        self.alternatives.iter().map(|it| it.tokens.len()).sum()
    }

    /// Whether the whole of `path` matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.alternatives.iter().any(|it| it.matches(path))
    }
}

/// A pattern with its braces written out; `None` where they don't close, or there are too many.
pub(crate) fn alternatives(written: &str) -> Option<Vec<String>> {
    let mut all = vec![written.to_owned()];
    while let Some(at) = all.iter().position(|it| it.contains('{')) {
        let pattern = all.remove(at);
        all.extend(opened(&pattern)?);
        if all.len() > MAX_ALTERNATIVES {
            return None;
        }
    }
    Some(all)
}

/// The innermost braces that close first, written out.
fn opened(pattern: &str) -> Option<Vec<String>> {
    let close = pattern.find('}')?;
    let open = pattern[..close].rfind('{')?;
    let inner = pattern[open + 1..close].split(',');
    Some(inner.map(|it| format!("{}{it}{}", &pattern[..open], &pattern[close + 1..])).collect())
}

/// Whether a path has wildcards.
pub(crate) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, pattern: &str, path: &str, expected: bool) {
        assert_eq!(Glob::new(pattern, dialect).unwrap().matches(path), expected, "{dialect:?} {pattern} {path}");
    }

    #[test]
    fn ignore_files_match_as_in_go() {
        for (pattern, path, expected) in [
            ("*.md", "a.md", true),
            ("*.md", "docs/a.md", false),
            ("**/*.md", "docs/x/a.md", true),
            ("**/*.md", "a.md", true),
            ("a/**", "a/b/c", true),
            ("a/**/c", "a/c", true),
            ("a/**/c", "a/b/b/c", true),
            ("a/**/c", "abc/c", false),
            ("package*.json", "package-lock.json", true),
            ("[a-c]?", "bx", true),
            ("[^a-c]?", "bx", false),
            (r"a\*", "a*", true),
            (r"a\*", "ab", false),
            ("a.b", "axb", false),
            ("a", "a", true),
            ("a", "ab", false),
            ("é*", "éa", true),
            (r"a\*b*", "a*bc", true),
            ("a**", "a/b", true),
            ("**/**/**/a", "x/a", true),
            ("a***/b", "a/b", true),
            ("{a,b}", "a", false),
            ("[!a]", "!", true),
            ("*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            check(Dialect::Ignore, pattern, path, expected);
        }
    }

    #[test]
    fn copies_know_no_double_star_and_no_braces() {
        for (pattern, path, expected) in [
            ("**/a", "b/a", true),
            ("**/a", "b/c/a", false),
            ("**/a", "a", false),
            ("a**", "a/b", false),
            ("{a,b}*", "a", false),
            ("{a,b}*", "{a,b}c", true),
        ] {
            check(Dialect::Copy, pattern, path, expected);
        }
    }

    #[test]
    fn shells_have_braces_and_whole_double_stars() {
        for (pattern, path, expected) in [
            ("src/**/*.{graphql,gql}", "src/a/b/x.gql", true),
            ("src/**/*.{graphql,gql}", "src/x.graphql", true),
            ("src/**/*.{graphql,gql}", "src/x.ts", false),
            ("a/**", "a/b/c", true),
            ("a/**", "ab", false),
            ("**/a", "a", true),
            ("**/**/a", "b/c/a", true),
            ("a**", "a/b", false),
            ("a**/b", "ac/b", true),
            ("a**/b", "ac/d/b", false),
            ("[!a-c]x", "dx", true),
            ("[!a-c]x", "bx", false),
            ("[]-]x", "]x", true),
            ("[a-]x", "-x", true),
            ("{a,{b,c}d}", "cd", true),
        ] {
            check(Dialect::Shell, pattern, path, expected);
        }
    }

    #[test]
    fn broken_patterns_are_refused() {
        for pattern in ["[", "[]", "[a-]", "a\\"] {
            assert_eq!(Glob::new(pattern, Dialect::Ignore), None, "{pattern}");
        }
        for pattern in ["[", "[]", "{a", "a\\"] {
            assert_eq!(Glob::new(pattern, Dialect::Shell), None, "{pattern}");
        }
    }
}
