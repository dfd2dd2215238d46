//! Go's path patterns, as .dockerignore and COPY use them.

use std::ops::RangeInclusive;

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

/// A compiled pattern. It always matches a whole path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob {
    /// The literal text in front of the first wildcard, which settles most questions.
    prefix: String,
    tokens: Vec<Token>,
}

/// No path is longer, in bytes.
const MAX_LEN: usize = 4096;

impl Glob {
    /// Compiles a pattern of `filepath.Match`, with `**` on top of it; `None` where Go refuses it,
    /// or it is longer than any path.
    pub(super) fn new(pattern: &str) -> Option<Self> {
        if pattern.len() > MAX_LEN {
            return None;
        }
        let (mut prefix, mut tokens) = (String::new(), Vec::new());
        let mut rest = pattern.chars().peekable();
        while let Some(it) = rest.next() {
            let token = match it {
                '*' if rest.next_if_eq(&'*').is_some() => {
                    rest.next_if_eq(&'/');
                    if rest.peek().is_none() { Token::Rest } else { Token::Folders }
                }
                '*' => Token::Star,
                '?' => Token::One,
                '\\' => Token::Literal(rest.next()?),
                '[' => class(&mut rest)?,
                it => Token::Literal(it),
            };
            match token {
                Token::Literal(it) if tokens.is_empty() => prefix.push(it),
                Token::Star | Token::Folders if tokens.last() == Some(&token) => {}
                token => tokens.push(token),
            }
        }
        Some(Self { prefix, tokens })
    }

    /// The only path that matches, where it has no wildcards.
    pub(super) fn literal(&self) -> Option<&str> {
        self.tokens.is_empty().then_some(self.prefix.as_str())
    }

    /// `node_modules` of `**/node_modules`: it matches what has this name, wherever it is.
    pub(super) fn name(&self) -> Option<String> {
        let [Token::Folders, name @ ..] = &self.tokens[..] else { return None };
        let letter = |it: &Token| match it {
            Token::Literal(it) if *it != '/' => Some(*it),
            _ => None,
        };
        name.iter().map(letter).collect::<Option<String>>().filter(|it| self.prefix.is_empty() && !it.is_empty())
    }

    /// How much there is to try.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether the whole of `path` matches.
    pub(super) fn matches(&self, path: &str) -> bool {
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

/// What stands after `[`.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Token> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while ranges.is_empty() || rest.next_if_eq(&']').is_none() {
        let low = class_char(rest)?;
        let high = if rest.next_if_eq(&'-').is_some() { class_char(rest)? } else { low };
        ranges.push(low..=high);
    }
    Some(Token::Class { negated, ranges })
}

fn class_char(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        it => Some(it),
    }
}

/// Whether a COPY source or a pattern has wildcards.
pub(super) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_go() {
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
            ("*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn broken_patterns_are_refused() {
        for pattern in ["[", "[]", "[a-]", "a\\"] {
            assert_eq!(Glob::new(pattern), None, "{pattern}");
        }
    }
}
