//! The `--name=value` words between the keyword and the operands.

use super::node::{Arg, Span};

/// Splits the flags off: the flags, and what is left of `span`.
///
/// BuildKit goes byte by byte here, and takes each byte as a character. So do we: text that is not
/// ASCII is garbled in its flags, and two continuation bytes pass for white space.
pub(super) fn split(line: &str, span: Span) -> (Vec<Arg>, Span) {
    let end = span.end;
    let mut reader = Reader { bytes: line.as_bytes(), at: span.start, end };
    let mut flags = Vec::new();
    loop {
        reader.skip_space();
        if !reader.rest().starts_with(b"--") {
            return (flags, ceil(line, reader.at)..end);
        }
        let start = reader.at;
        let text = reader.word();
        if text == "--" {
            return (flags, ceil(line, reader.at)..end);
        }
        flags.push(Arg { text, span: start..ceil(line, reader.at) });
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..self.end]
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.rest().first()?;
        self.at += 1;
        Some(byte)
    }

    fn skip_space(&mut self) {
        self.at += self.rest().iter().take_while(|it| is_space(**it)).count();
    }

    /// Up to the next white space that is not quoted; quotes and escapes removed.
    fn word(&mut self) -> String {
        let mut word = String::new();
        let mut quote = None;
        while let Some(byte) = self.rest().first().copied().filter(|it| quote.is_some() || !is_space(*it)) {
            self.at += 1;
            match byte {
                _ if quote == Some(byte) => quote = None,
                b'\'' | b'"' if quote.is_none() => quote = Some(byte),
                b'\\' => word.extend(self.next().map(char::from)),
                _ => word.push(char::from(byte)),
            }
        }
        word
    }
}

fn is_space(byte: u8) -> bool {
    char::from(byte).is_whitespace()
}

/// The next place at or after `at` where a character starts.
pub(super) fn ceil(line: &str, at: usize) -> usize {
    (at..line.len()).find(|it| line.is_char_boundary(*it)).unwrap_or(line.len())
}
