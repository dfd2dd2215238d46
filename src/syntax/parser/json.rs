//! JSON arrays of strings, with the place of each string.

use super::node::{Arg, Span};

/// What a text that might be a JSON array is.
#[derive(Debug)]
pub(super) enum Json {
    /// An array of strings.
    Strings(Vec<Arg>),
    /// An array that holds something else: BuildKit refuses it.
    Mixed,
    /// Not JSON: BuildKit falls back to words.
    No,
}

/// As deep as Go's decoder goes.
const MAX_DEPTH: usize = 10_000;

/// Reads `span` as a JSON array.
pub(super) fn array(line: &str, span: Span) -> Json {
    let start = span.end - line[span.clone()].trim_start().len();
    let mut reader = Reader { line, at: start, end: span.end, depth: 0 };
    if !reader.eat('[') {
        return Json::No;
    }
    match reader.elements() {
        Some(Some(strings)) if reader.is_done() => Json::Strings(strings),
        Some(None) if reader.is_done() => Json::Mixed,
        _ => Json::No,
    }
}

struct Reader<'a> {
    line: &'a str,
    at: usize,
    end: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.line[self.at..self.end]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let ch = self.peek()?;
        self.at += ch.len_utf8();
        Some(ch)
    }

    fn eat(&mut self, ch: char) -> bool {
        let found = self.peek() == Some(ch);
        self.at += if found { ch.len_utf8() } else { 0 };
        found
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn is_done(&mut self) -> bool {
        self.space();
        self.at == self.end
    }

    /// The elements after `[`; the inner `None` when they are not all strings, the outer one when this
    /// is not JSON.
    fn elements(&mut self) -> Option<Option<Vec<Arg>>> {
        let mut strings = Some(Vec::new());
        self.space();
        if self.eat(']') {
            return Some(strings);
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() == Some('"') {
                let text = self.string()?;
                strings.iter_mut().for_each(|it| it.push(Arg { text: text.clone(), span: start..self.at }));
            } else {
                self.value()?;
                strings = None;
            }
            self.space();
            match self.next()? {
                ',' => {}
                ']' => return Some(strings),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat('"').then_some(())?;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                ch if ch < ' ' => return None,
                ch => text.push(ch),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            ch @ ('"' | '\\' | '/') => ch,
            _ => return None,
        })
    }

    /// `XXXX` or a surrogate pair; half a pair is replaced, as Go does.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if (0xd800..0xdc00).contains(&high) && self.rest().starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                return char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
            self.at = before;
        }
        Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// Any value that is not a string; only its extent counts.
    fn value(&mut self) -> Option<()> {
        match self.peek()? {
            '"' => drop(self.string()?),
            '[' => self.nested(false)?,
            '{' => self.nested(true)?,
            '-' | '0'..='9' => self.number()?,
            _ => self.literal()?,
        }
        Some(())
    }

    /// An array or an object, without recursion: its depth comes from the file.
    fn nested(&mut self, is_object: bool) -> Option<()> {
        let mut open = vec![is_object];
        self.next()?;
        let mut empty_ok = true;
        while let Some(&in_object) = open.last() {
            self.space();
            if empty_ok && self.eat(if in_object { '}' } else { ']' }) {
                open.pop();
            } else {
                if in_object {
                    self.key()?;
                }
                match self.peek()? {
                    inner @ ('[' | '{') => {
                        self.next()?;
                        open.push(inner == '{');
                        empty_ok = true;
                        (open.len() + self.depth < MAX_DEPTH).then_some(())?;
                        continue;
                    }
                    _ => self.value()?,
                }
            }
            empty_ok = self.close(&mut open)?;
        }
        Some(())
    }

    /// Closes what ends here, up to the next comma.
    fn close(&mut self, open: &mut Vec<bool>) -> Option<bool> {
        while let Some(&in_object) = open.last() {
            self.space();
            if self.eat(',') {
                return Some(false);
            }
            self.eat(if in_object { '}' } else { ']' }).then_some(())?;
            open.pop();
        }
        Some(false)
    }

    fn key(&mut self) -> Option<()> {
        self.string()?;
        self.space();
        self.eat(':').then_some(())?;
        self.space();
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        self.eat('-');
        if !self.eat('0') {
            self.digits()?;
        }
        if self.eat('.') {
            self.digits()?;
        }
        if self.eat('e') || self.eat('E') {
            let _sign = self.eat('+') || self.eat('-');
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let n_digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += n_digits;
        (n_digits > 0).then_some(())
    }

    fn literal(&mut self) -> Option<()> {
        let word = ["true", "false", "null"].into_iter().find(|it| self.rest().starts_with(it))?;
        self.at += word.len();
        Some(())
    }
}
