//! Patterns of paths, in the dialects that tools have.

use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::str::Chars;

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

/// A pattern without braces.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sequence {
    /// The literal text in front of the first wildcard, which settles most questions.
    prefix: String,
    tokens: Vec<Token>,
}

/// One piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Star,
    /// `**/`: nothing, or anything that ends in a slash.
    Folders,
    /// `**` at the end.
    Rest,
    Class {
        negated: bool,
        ranges: Vec<RangeInclusive<char>>,
    },
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

impl Sequence {
    fn new(pattern: &str, dialect: Dialect) -> Option<Self> {
        let (mut prefix, mut tokens) = (String::new(), Vec::new());
        let mut rest = pattern.chars().peekable();
        let mut before = None;
        while let Some(it) = rest.next() {
            let token = match it {
                '*' => star(&mut rest, before, dialect),
                '?' => Token::One,
                '\\' => Token::Literal(rest.next()?),
                '[' => class(&mut rest, dialect)?,
                it => Token::Literal(it),
            };
            before = Some(it);
            match token {
                Token::Literal(it) if tokens.is_empty() => prefix.push(it),
                Token::Folders => {
                    // It takes its slash along.
                    before = Some('/');
                    if tokens.last() != Some(&token) {
                        tokens.push(token);
                    }
                }
                Token::Star if tokens.last() == Some(&token) => {}
                token => tokens.push(token),
            }
        }
        Some(Self { prefix, tokens })
    }

    fn matches(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix(&self.prefix) else { return false };
        match self.tokens.last() {
            None => return rest.is_empty(),
            Some(Token::Literal(last)) if !rest.ends_with(*last) => return false,
            Some(_) => {}
        }
        let path: Vec<char> = rest.chars().collect();
        let n_signs = self.tokens.iter().filter(|it| !matches!(it, Token::Star | Token::Folders | Token::Rest)).count();
        if n_signs > path.len() {
            return false;
        }
        let mut ends = vec![false; path.len() + 1];
        ends[path.len()] = true;
        for token in self.tokens.iter().rev() {
            ends = token.step(&path, &ends);
        }
        ends[0]
    }
}

impl Token {
    /// From where in `path` this token and what follows it match, given from where what follows does.
    fn step(&self, path: &[char], after: &[bool]) -> Vec<bool> {
        let mut result = vec![false; after.len()];
        let mut after_slash = false;
        for at in (0..after.len()).rev() {
            let next = path.get(at).copied();
            result[at] = match self {
                Self::Star => after[at] || next.is_some_and(|it| it != '/' && result[at + 1]),
                Self::Rest => after[at] || next.is_some_and(|_| result[at + 1]),
                Self::Folders => {
                    after_slash |= next == Some('/') && after[at + 1];
                    after[at] || after_slash
                }
                _ => next.is_some_and(|it| self.takes(it) && after[at + 1]),
            };
        }
        result
    }

    fn takes(&self, it: char) -> bool {
        match self {
            Self::Literal(literal) => it == *literal,
            Self::Class { negated, ranges } => it != '/' && ranges.iter().any(|range| range.contains(&it)) != *negated,
            _ => it != '/',
        }
    }
}

/// What `*` starts, after the sign `before`.
fn star(rest: &mut Peekable<Chars<'_>>, before: Option<char>, dialect: Dialect) -> Token {
    let is_double = match dialect {
        Dialect::Copy => false,
        Dialect::Ignore => rest.peek() == Some(&'*'),
        Dialect::Shell => {
            let mut ahead = rest.clone();
            let starts_part = before.is_none_or(|it| it == '/');
            starts_part && ahead.next() == Some('*') && ahead.next().is_none_or(|it| it == '/')
        }
    };
    if !is_double {
        return Token::Star;
    }
    rest.next();
    rest.next_if_eq(&'/');
    if rest.peek().is_none() { Token::Rest } else { Token::Folders }
}

/// What stands after `[`.
fn class(rest: &mut Peekable<Chars<'_>>, dialect: Dialect) -> Option<Token> {
    let is_shell = dialect == Dialect::Shell;
    let negated = rest.next_if(|it| *it == '^' || (is_shell && *it == '!')).is_some();
    let mut ranges = Vec::new();
    // In a shell's class the first sign stands for itself.
    if is_shell && let Some(it) = rest.next_if(|it| matches!(it, ']' | '-')) {
        ranges.push(it..=it);
    }
    while ranges.is_empty() || rest.next_if_eq(&']').is_none() {
        let low = if is_shell { rest.next()? } else { class_char(rest)? };
        let mut ahead = rest.clone();
        let is_range = ahead.next() == Some('-') && !(is_shell && ahead.peek() == Some(&']'));
        let high = match is_range {
            false => low,
            true => {
                rest.next();
                if is_shell { rest.next()? } else { class_char(rest)? }
            }
        };
        ranges.push(low..=high);
    }
    Some(Token::Class { negated, ranges })
}

fn class_char(rest: &mut Peekable<Chars<'_>>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        it => Some(it),
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
