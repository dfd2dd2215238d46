//! The first reader: a logical line to keyword, flags and words.

use super::json::Json;
use super::{flags, json, words};

/// A part of a logical line.
pub(super) type Span = std::ops::Range<usize>;

/// A word, and where it stands in the logical line.
#[derive(Clone, Debug)]
pub(super) struct Arg {
    pub(super) text: String,
    pub(super) span: Span,
}

/// `key=value` or `key value`.
#[derive(Clone, Debug)]
pub(super) struct RawPair {
    pub(super) span: Span,
    pub(super) key: Arg,
    pub(super) value: Arg,
    separator: &'static str,
}

/// The operands, split.
#[derive(Debug)]
pub(super) enum Operands {
    None,
    /// Whatever follows an unknown keyword; BuildKit makes one empty word of it.
    Ignored,
    Words(Vec<Arg>),
    Pairs(Vec<RawPair>),
    Onbuild(Box<Node>),
}

/// A logical line, split.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) keyword: Span,
    pub(super) flags: Vec<Arg>,
    pub(super) rest: Span,
    pub(super) operands: Operands,
    pub(super) json: bool,
    pub(super) error: Option<String>,
}

/// BuildKit refuses `ONBUILD ONBUILD`; nobody needs the rest of a longer chain.
const MAX_ONBUILD: usize = 8;

impl Node {
    pub(super) fn words(&self) -> &[Arg] {
        if let Operands::Words(words) = &self.operands { words } else { &[] }
    }

    /// BuildKit's words: `parser.Node.Next`.
    pub(super) fn args(&self, line: &str) -> Vec<String> {
        match &self.operands {
            Operands::None => Vec::new(),
            Operands::Ignored => vec![String::new()],
            Operands::Words(words) => words.iter().map(|it| it.text.clone()).collect(),
            Operands::Pairs(pairs) => pairs.iter().flat_map(RawPair::args).collect(),
            Operands::Onbuild(child) => {
                std::iter::once(line[child.keyword.clone()].to_owned()).chain(child.args(line)).collect()
            }
        }
    }

    /// Whether BuildKit looks for `<<EOF` in it.
    pub(super) fn may_hold_heredoc(&self, line: &str) -> bool {
        if let Operands::Onbuild(child) = &self.operands {
            return child.has_heredoc_keyword(line);
        }
        self.has_heredoc_keyword(line)
    }

    fn has_heredoc_keyword(&self, line: &str) -> bool {
        let keyword = line[self.keyword.clone()].to_lowercase();
        matches!(&*keyword, "run" | "copy" | "add") && !self.json
    }
}

impl RawPair {
    fn args(&self) -> [String; 3] {
        [self.key.text.clone(), self.value.text.clone(), self.separator.to_owned()]
    }
}

/// Splits `span` of `line`, the `depth`th ONBUILD inside another.
pub(super) fn read(line: &str, span: Span, escape: char, depth: usize) -> Node {
    let (keyword, rest) = words::split_first(line, words::trim(line, span));
    let (flags, rest) = match rest {
        Some(rest) => flags::split(line, rest),
        None => (Vec::new(), keyword.end..keyword.end),
    };
    let rest = words::trim(line, rest);
    let name = line[keyword.clone()].to_lowercase();
    let mut node = Node { keyword, flags, rest, operands: Operands::None, json: false, error: None };
    if let Err(message) = node.read_operands(line, &name, escape, depth) {
        node.error = Some(message);
    }
    node
}

impl Node {
    fn read_operands(&mut self, line: &str, name: &str, escape: char, depth: usize) -> Result<(), String> {
        let rest = self.rest.clone();
        match name {
            "add" | "copy" | "volume" => self.read_json(line, rest, Fallback::Words)?,
            "run" | "cmd" | "entrypoint" | "shell" => self.read_json(line, rest, Fallback::Whole)?,
            "healthcheck" => self.read_healthcheck(line, rest)?,
            "env" | "label" => self.operands = pairs(line, rest, name, escape)?,
            "arg" => self.operands = Operands::Words(words::quoted(line, rest, escape)),
            "expose" | "from" => self.operands = Operands::Words(words::blank_delimited(line, rest)),
            "maintainer" | "stopsignal" | "user" | "workdir" => self.operands = Operands::Words(whole(line, rest)),
            "onbuild" if !rest.is_empty() && depth < MAX_ONBUILD => {
                let mut child = read(line, rest, escape, depth + 1);
                self.error = child.error.take();
                self.operands = Operands::Onbuild(Box::new(child));
            }
            "onbuild" => {}
            _ => self.operands = Operands::Ignored,
        }
        Ok(())
    }

    fn read_json(&mut self, line: &str, rest: Span, fallback: Fallback) -> Result<(), String> {
        let json = json::array(line, rest.clone());
        let is_mixed = matches!(json, Json::Mixed);
        self.json = matches!(json, Json::Strings(_));
        self.operands = Operands::Words(match (json, fallback) {
            (Json::Strings(strings), _) => strings,
            (Json::No | Json::Mixed, Fallback::Words) => words::blank_delimited(line, rest),
            (Json::No | Json::Mixed, Fallback::Whole) => whole(line, rest),
        });
        if is_mixed {
            return Err("when using JSON array syntax, arrays must be comprised of strings only".to_owned());
        }
        Ok(())
    }

    /// `NONE`, or `CMD` and a command.
    fn read_healthcheck(&mut self, line: &str, rest: Span) -> Result<(), String> {
        // BuildKit goes by bytes; after a letter that is not ASCII the two differ, and so does nothing else.
        let text = &line[rest.clone()];
        let end = rest.start + text.find(char::is_whitespace).unwrap_or(text.len());
        let kind = Arg { text: line[rest.start..end].to_owned(), span: rest.start..end };
        let result = self.read_json(line, words::trim(line, end..rest.end), Fallback::Whole);
        if let Operands::Words(words) = &mut self.operands
            && !kind.text.is_empty()
        {
            words.insert(0, kind);
        }
        result
    }
}

/// What operands are that are no JSON array.
#[derive(Clone, Copy)]
enum Fallback {
    Words,
    Whole,
}

fn whole(line: &str, rest: Span) -> Vec<Arg> {
    if rest.is_empty() {
        return Vec::new();
    }
    vec![Arg { text: line[rest.clone()].to_owned(), span: rest }]
}

fn pairs(line: &str, rest: Span, name: &str, escape: char) -> Result<Operands, String> {
    let words = words::quoted(line, rest.clone(), escape);
    let Some(first) = words.first() else { return Ok(Operands::None) };
    if !first.text.contains('=') {
        return old_pair(line, rest, name);
    }
    words.iter().map(pair).collect::<Result<_, _>>().map(Operands::Pairs)
}

/// `ENV key all the rest`.
fn old_pair(line: &str, rest: Span, name: &str) -> Result<Operands, String> {
    let (key, value) = words::split_first(line, rest.clone());
    let value = value.ok_or_else(|| format!("{} must have two arguments", name.to_uppercase()))?;
    let arg = |span: Span| Arg { text: line[span.clone()].to_owned(), span };
    Ok(Operands::Pairs(vec![RawPair { span: rest, key: arg(key), value: arg(value), separator: "" }]))
}

fn pair(word: &Arg) -> Result<RawPair, String> {
    let (key, value) = word
        .text
        .split_once('=')
        .ok_or_else(|| format!("Syntax error - can't find = in {:?}. Must be of the form: name=value", word.text))?;
    let Span { start, end } = word.span;
    let key = Arg { text: key.to_owned(), span: start..start + key.len() };
    let value = Arg { text: value.to_owned(), span: key.span.end + 1..end };
    Ok(RawPair { span: word.span.clone(), key, value, separator: "=" })
}
