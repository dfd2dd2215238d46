//! A pattern without braces: its pieces, and how they are held against a path.

use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::str::Chars;

use super::Dialect;

/// A pattern without braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sequence {
    /// The literal text in front of the first wildcard, which settles most questions.
    pub(super) prefix: String,
    pub(super) tokens: Vec<Token>,
}

/// One piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
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

impl Sequence {
    pub(super) fn new(pattern: &str, dialect: Dialect) -> Option<Self> {
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
