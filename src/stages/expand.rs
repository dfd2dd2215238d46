//! ARG and ENV expansion, as BuildKit's lexer does it: quotes and escapes go, variables are replaced.
//!
//! What grows beyond all measure (`ARG A=$A$A` doubles with each line) is unknown.

/// What is known of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// Its value.
    Known(String),
    /// It is declared, and only the build's caller knows its value; a default in the word holds then.
    Open,
    /// Nobody in the file declares it; the base image may.
    Undeclared,
    /// It has a value that cannot be known, so that a default does not hold either.
    Unknown,
}

/// The platform arguments, which every build sets.
const PLATFORM: &[&str] = &[
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETSTAGE",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// Longer values are unknown; so is what stands deeper in `${a:-${b:-…}}`.
const MAX_LEN: usize = 64 << 10;
const MAX_DEPTH: usize = 32;

/// A word after expansion: text, and the names of unknown variables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expanded(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Unknown(String),
}

impl Expanded {
    /// Of which nothing is known, not even which variable makes it so.
    fn unknown() -> Self {
        Self(vec![Piece::Unknown(String::new())])
    }

    fn len(&self) -> usize {
        let len = |it: &Piece| match it {
            Piece::Text(text) | Piece::Unknown(text) => text.len(),
        };
        self.0.iter().map(len).sum()
    }

    /// The value, where nothing in it is unknown.
    pub(super) fn known(&self) -> Option<String> {
        self.0.iter().map(|it| if let Piece::Text(text) = it { Some(text.as_str()) } else { None }).collect()
    }

    /// With `${name}` in place of what is unknown, so that equal words stay equal.
    pub(super) fn symbolic(&self) -> String {
        self.with(|name| format!("${{{name}}}"))
    }

    /// With `unknown` in place of each unknown part.
    pub(super) fn with(&self, unknown: impl Fn(&str) -> String) -> String {
        let text = |it: &Piece| match it {
            Piece::Text(text) => text.clone(),
            Piece::Unknown(name) => unknown(name),
        };
        self.0.iter().map(text).collect()
    }

    fn push(&mut self, text: char) {
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.push(text),
            _ => self.0.push(Piece::Text(text.into())),
        }
    }

    fn append(&mut self, other: Self) {
        for piece in other.0 {
            match piece {
                Piece::Text(text) => text.chars().for_each(|it| self.push(it)),
                Piece::Unknown(_) => self.0.push(piece),
            }
        }
    }
}

/// Expands `word`.
pub(super) fn expand(word: &str, escape: char, lookup: &dyn Fn(&str) -> Variable) -> Expanded {
    expand_nested(word, escape, lookup, 0)
}

fn expand_nested(word: &str, escape: char, lookup: &dyn Fn(&str) -> Variable, depth: usize) -> Expanded {
    if word.len() > MAX_LEN || depth > MAX_DEPTH {
        return Expanded::unknown();
    }
    let res = Lexer { rest: word.chars().peekable(), escape, lookup, res: Expanded::default(), depth }.run();
    if res.len() > MAX_LEN { Expanded::unknown() } else { res }
}

struct Lexer<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    escape: char,
    lookup: &'a dyn Fn(&str) -> Variable,
    res: Expanded,
    depth: usize,
}

impl Lexer<'_> {
    fn run(mut self) -> Expanded {
        let mut quoted = false;
        let mut n_variables = 0;
        while let Some(next) = self.rest.next() {
            n_variables += usize::from(next == '$');
            if n_variables % 16 == 1 && self.res.len() > MAX_LEN {
                break; // the whole is unknown
            }
            match next {
                '"' => quoted = !quoted,
                '\'' if !quoted => self.single_quoted(),
                '$' => self.variable(),
                it if it == self.escape => self.escaped(quoted),
                it => self.res.push(it),
            }
        }
        self.res
    }

    fn single_quoted(&mut self) {
        for next in self.rest.by_ref().take_while(|it| *it != '\'') {
            self.res.push(next);
        }
    }

    /// Inside of double quotes only `"`, `$` and the escape itself are escaped.
    fn escaped(&mut self, quoted: bool) {
        let Some(next) = self.rest.next() else { return };
        if quoted && !['"', '$', self.escape].contains(&next) {
            self.res.push(self.escape);
        }
        self.res.push(next);
    }

    fn variable(&mut self) {
        if self.rest.next_if_eq(&'{').is_some() {
            let body = self.braced();
            return self.substitute(&body);
        }
        let name = self.name();
        if name.is_empty() { self.res.push('$') } else { self.plain(&name) }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(next) = self.rest.next_if(|it| it.is_ascii_alphanumeric() || *it == '_') {
            name.push(next);
        }
        name
    }

    fn braced(&mut self) -> String {
        let mut depth = 1;
        let mut body = String::new();
        for next in self.rest.by_ref() {
            depth += i32::from(next == '{') - i32::from(next == '}');
            if depth == 0 {
                break;
            }
            body.push(next);
        }
        body
    }

    fn substitute(&mut self, body: &str) {
        let end = body.find(|it: char| !it.is_ascii_alphanumeric() && it != '_').unwrap_or(body.len());
        let (name, operator) = body.split_at(end);
        match operator.strip_prefix(':').unwrap_or(operator).split_at_checked(1) {
            None => self.plain(name),
            Some(("-", default)) => self.default(name, default),
            Some(("+", alternative)) => self.alternative(name, alternative),
            Some(("?", _)) => self.plain(name),
            Some(_) => self.res.0.push(Piece::Unknown(name.to_owned())),
        }
    }

    fn plain(&mut self, name: &str) {
        match self.lookup(name) {
            Variable::Known(value) => value.chars().for_each(|it| self.res.push(it)),
            _ => self.res.0.push(Piece::Unknown(name.to_owned())),
        }
    }

    fn default(&mut self, name: &str, default: &str) {
        match self.lookup(name) {
            Variable::Known(value) if !value.is_empty() => self.plain(name),
            Variable::Unknown => self.plain(name),
            _ => self.res.append(expand_nested(default, self.escape, self.lookup, self.depth + 1)),
        }
    }

    fn alternative(&mut self, name: &str, alternative: &str) {
        match self.lookup(name) {
            Variable::Known(value) if value.is_empty() => {}
            Variable::Known(_) => {
                self.res.append(expand_nested(alternative, self.escape, self.lookup, self.depth + 1));
            }
            _ => self.res.0.push(Piece::Unknown(name.to_owned())),
        }
    }

    fn lookup(&self, name: &str) -> Variable {
        match (self.lookup)(name) {
            Variable::Undeclared | Variable::Open if PLATFORM.contains(&name) => Variable::Unknown,
            variable => variable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Variable {
        match name {
            "A" => Variable::Known("a".to_owned()),
            "EMPTY" => Variable::Known(String::new()),
            "OPEN" => Variable::Open,
            _ => Variable::Undeclared,
        }
    }

    #[test]
    fn words_expand() {
        for (word, expected) in [
            ("$A", Some("a")),
            ("x${A}y", Some("xay")),
            ("\"$A b\"", Some("a b")),
            ("'$A'", Some("$A")),
            ("\\$A", Some("$A")),
            ("${EMPTY:-d}", Some("d")),
            ("${OPEN:-$A}", Some("a")),
            ("${OPEN}", None),
            ("$NOBODY", None),
            ("${NOBODY:-d}", Some("d")),
            ("${TARGETARCH:-amd64}", None),
            ("${A:+yes}", Some("yes")),
            ("${A#x}", None),
            ("a$", Some("a$")),
        ] {
            assert_eq!(expand(word, '\\', &lookup).known().as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn what_grows_beyond_measure_is_unknown() {
        let big = "x".repeat(MAX_LEN / 2 + 1);
        let lookup = |name: &str| match name {
            "BIG" => Variable::Known(big.clone()),
            _ => Variable::Undeclared,
        };
        assert!(expand("$BIG", '\\', &lookup).known().is_some());
        for word in ["$BIG$BIG", "${NO:-$BIG$BIG}", "${BIG:+$BIG$BIG}", &"$BIG".repeat(10_000)] {
            assert_eq!(expand(word, '\\', &lookup), Expanded::unknown());
        }
        let deep = "${NO:-".repeat(10_000) + &"}".repeat(10_000);
        assert_eq!(expand(&deep, '\\', &lookup).known(), None);
    }

    #[test]
    fn unknown_parts_keep_their_names() {
        assert_eq!(expand("$OPEN/$A", '\\', &lookup).symbolic(), "${OPEN}/a");
    }
}
