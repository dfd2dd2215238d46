//! `# syntax=…`, `# escape=…` and `# check=…` at the head of the file.

use crate::syntax::Directive;
use crate::text::TextRange;

/// Which directives were seen, and whether one may still follow.
#[derive(Debug)]
pub(super) struct Directives {
    seen: Vec<String>,
    open: bool,
    escape: char,
}

impl Default for Directives {
    fn default() -> Self {
        Self { seen: Vec::new(), open: true, escape: '\\' }
    }
}

impl Directives {
    pub(super) fn escape(&self) -> char {
        self.escape
    }

    /// Ends the head of the file.
    pub(super) fn close(&mut self) {
        self.open = false;
    }

    /// Reads a comment line, leading space trimmed.
    pub(super) fn read(&mut self, comment: &str, range: TextRange) -> Result<Option<Directive>, String> {
        let directive = split(comment).filter(|_| self.open);
        let Some((name, value)) = directive else {
            self.close();
            return Ok(None);
        };
        if self.seen.contains(&name) {
            return Err(format!("only one {name} parser directive can be used"));
        }
        self.seen.push(name.clone());
        if name == "escape" {
            self.escape = escape(value)?;
        }
        Ok(Some(Directive { range, name, value: value.to_owned() }))
    }
}

fn escape(value: &str) -> Result<char, String> {
    match value {
        "\\" => Ok('\\'),
        "`" => Ok('`'),
        _ => Err(format!("invalid escape token '{value}' does not match ` or \\")),
    }
}

/// The lower-case name and the value, if the name is one of the three.
fn split(comment: &str) -> Option<(String, &str)> {
    // The classes of white space differ: Unicode's after the hash, ASCII's around the equals sign.
    const ASCII: [char; 5] = ['\t', '\n', '\u{c}', '\r', ' '];
    let (name, value) = comment.strip_prefix('#')?.trim_start().split_once('=')?;
    let name = name.trim_end_matches(ASCII).to_ascii_lowercase();
    let value = value.trim_matches(ASCII);
    let known = matches!(&*name, "syntax" | "escape" | "check");
    (known && !value.is_empty()).then_some((name, value))
}
