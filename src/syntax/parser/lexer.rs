//! BuildKit's shell-like splitting of a line, which it uses to find heredocs.
//!
//! No variable is ever set here, so that each `$…` stays as it is written, or is an error.

/// A word, and where it stands in the text.
#[derive(Debug)]
pub(super) struct LexWord {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How deep `${a:-${b:-…}}` may nest before we give up.
const MAX_DEPTH: usize = 64;

/// Splits `text`; with `raw`, quotes and escapes stay in the words.
pub(super) fn words(text: &str, raw_quotes: bool, raw_escapes: bool) -> Result<Vec<LexWord>, String> {
    let mut lexer = Lexer { text, at: 0, raw_quotes, raw_escapes, depth: 0 };
    lexer.until(None, raw_escapes).map(|it| it.1)
}

#[derive(Default)]
struct Words {
    words: Vec<LexWord>,
    word: String,
    start: usize,
    end: usize,
    in_word: bool,
}

impl Words {
    fn add(&mut self, ch: char, at: usize, end: usize) {
        if !ch.is_whitespace() {
            self.add_raw(ch.encode_utf8(&mut [0; 4]), at, end);
        } else if self.in_word && !self.word.is_empty() {
            self.push();
        }
    }

    fn add_raw(&mut self, text: &str, at: usize, end: usize) {
        if !self.in_word {
            self.start = at;
        }
        self.word.push_str(text);
        self.end = end;
        self.in_word = true;
    }

    fn push(&mut self) {
        self.words.push(LexWord { text: std::mem::take(&mut self.word), start: self.start, end: self.end });
        self.in_word = false;
    }

    fn finish(mut self) -> Vec<LexWord> {
        if !self.word.is_empty() {
            self.push();
        }
        self.words
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    raw_quotes: bool,
    raw_escapes: bool,
    depth: usize,
}

impl<'a> Lexer<'a> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let ch = self.peek()?;
        self.at += ch.len_utf8();
        Some(ch)
    }

    /// Up to `stop`, or to the end.
    fn until(&mut self, stop: Option<char>, raw_escapes: bool) -> Result<(String, Vec<LexWord>), String> {
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        self.depth += 1;
        let result = if self.depth > MAX_DEPTH { Err("too deep".to_owned()) } else { self.until_inner(stop) };
        self.depth -= 1;
        self.raw_escapes = outer;
        result
    }

    fn until_inner(&mut self, stop: Option<char>) -> Result<(String, Vec<LexWord>), String> {
        let (mut result, mut words) = (String::new(), Words::default());
        while let Some(ch) = self.peek() {
            if stop == Some(ch) {
                self.next();
                return Ok((result, words.finish()));
            }
            self.piece(ch, &mut result, &mut words)?;
        }
        match stop {
            Some(stop) => Err(format!("unexpected end of statement while looking for matching {stop}")),
            None => Ok((result, words.finish())),
        }
    }

    fn piece(&mut self, ch: char, result: &mut String, words: &mut Words) -> Result<(), String> {
        let start = self.at;
        match ch {
            '\'' | '"' => {
                let text = if ch == '"' { self.double_quoted()? } else { self.single_quoted()? };
                words.add_raw(&text, start, self.at);
                result.push_str(&text);
            }
            '$' => {
                let text = self.dollar()?;
                text.chars().for_each(|it| words.add(it, start, self.at));
                result.push_str(&text);
            }
            '<' => {
                let text = self.possible_heredoc();
                words.add_raw(text, start, self.at);
                result.push_str(text);
            }
            '\\' => self.escaped(result, words),
            _ => {
                self.next();
                words.add(ch, start, self.at);
                result.push(ch);
            }
        }
        Ok(())
    }

    /// The white space after `<<` belongs to the word, so that `<< EOF` is one.
    fn possible_heredoc(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let len = match rest.strip_prefix("<<") {
            Some(behind) => rest.len() - behind.trim_start_matches([' ', '\t', '\r']).len(),
            None => 1,
        };
        self.at += len;
        &rest[..len]
    }

    fn escaped(&mut self, result: &mut String, words: &mut Words) {
        let start = self.at;
        self.next();
        if self.raw_escapes {
            words.add_raw("\\", start, self.at);
            result.push('\\');
        }
        if let Some(ch) = self.next() {
            words.add_raw(ch.encode_utf8(&mut [0; 4]), start, self.at);
            result.push(ch);
        }
    }

    fn single_quoted(&mut self) -> Result<String, String> {
        let start = self.at;
        self.next();
        let len = self.text[self.at..].find('\'').ok_or("no matching single quote")?;
        self.at += len + 1;
        let raw = &self.text[start..self.at];
        Ok(if self.raw_quotes { raw.to_owned() } else { raw[1..=len].to_owned() })
    }

    fn double_quoted(&mut self) -> Result<String, String> {
        self.next();
        let quote = if self.raw_quotes { "\"" } else { "" };
        let mut result = quote.to_owned();
        loop {
            match self.peek().ok_or("no matching double quote")? {
                '"' => break,
                '$' => result.push_str(&self.dollar()?),
                '\\' => self.escaped_in_quotes(&mut result),
                ch => {
                    self.next();
                    result.push(ch);
                }
            }
        }
        self.next();
        Ok(result + quote)
    }

    /// A backslash that escapes nothing comes out twice when escapes are kept; that is BuildKit's way.
    fn escaped_in_quotes(&mut self, result: &mut String) {
        self.next();
        if self.raw_escapes {
            result.push('\\');
        }
        match self.peek() {
            Some(ch @ ('"' | '$' | '\\')) => {
                self.next();
                result.push(ch);
            }
            Some(_) => result.push('\\'),
            None => {}
        }
    }

    fn dollar(&mut self) -> Result<String, String> {
        self.next();
        if self.peek() != Some('{') {
            return Ok(format!("${}", self.name()));
        }
        self.next();
        if matches!(self.peek(), None | Some('{' | '}' | ':')) {
            return Err("syntax error: bad substitution".to_owned());
        }
        let name = self.name();
        match self.next() {
            Some('}') => Ok(format!("${{{name}}}")),
            Some(ch @ (':' | '+' | '-' | '?' | '#' | '%')) => self.modifier(&name, ch),
            Some('/') => self.replacement(&name),
            _ => Err("unsupported modifier in substitution".to_owned()),
        }
    }

    fn modifier(&mut self, name: &str, first: char) -> Result<String, String> {
        let mut sign = first.to_string();
        let last = if first == ':' { self.next() } else { Some(first) };
        if first == ':' {
            sign.extend(last);
        }
        let (word, _) = self.until(Some('}'), matches!(last, Some('#' | '%')))?;
        Ok(format!("${{{name}{sign}{word}}}"))
    }

    fn replacement(&mut self, name: &str) -> Result<String, String> {
        if self.peek() == Some('/') {
            self.next();
        }
        let (pattern, _) = self.until(Some('/'), true)?;
        let (replacement, _) = self.until(Some('}'), true)?;
        Ok(format!("${{{name}/{pattern}/{replacement}}}"))
    }

    /// A variable's name: a number, one special character, or letters, digits and underscores.
    fn name(&mut self) -> String {
        let rest = &self.text[self.at..];
        let len = match rest.chars().next() {
            Some('0'..='9') => rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len()),
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len()),
        };
        self.at += len;
        rest[..len].to_owned()
    }
}
