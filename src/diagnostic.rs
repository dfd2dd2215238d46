//! What a rule reports.

use crate::fix::Fix;
use crate::project::Site;
use crate::text::TextRange;

/// How bad it is. The order is from bad to mild.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The build or the run fails.
    Error,
    /// Something ships that should not, or the container runs as it should not.
    Warning,
    /// Worth knowing.
    Info,
}

/// A second place that the message speaks of, in the Dockerfile or in a file of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// A few words.
    pub message: String,
}

/// Why something matters, or what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// A sentence without the final full stop.
    pub message: String,
    /// The file of the project that it speaks of, where it is one.
    pub site: Option<Site>,
}

impl Note {
    /// A note on a file of the project.
    #[must_use]
    pub fn on(site: Site, message: impl Into<String>) -> Self {
        Self { message: message.into(), site: Some(site) }
    }
}

impl<T: Into<String>> From<T> for Note {
    fn from(message: T) -> Self {
        Self { message: message.into(), site: None }
    }
}

/// A place in the Dockerfile or in a file of the build context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the Dockerfile that is checked.
    Here(TextRange),
    /// In another file: its path from the build context's root, and the line (from 1) where known.
    File {
        /// With forward slashes.
        path: String,
        /// Counted from 1.
        line: Option<usize>,
    },
}

/// One problem at one place.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's name; `syntax-error` for the parser's, `unused-suppression` for an idle comment.
    pub rule: &'static str,
    /// How bad, after configuration.
    pub severity: Severity,
    /// The primary place.
    pub range: TextRange,
    /// What is wrong: one sentence, the user's own names in backticks, no full stop.
    pub message: String,
    /// Why it matters, or where it comes from.
    pub notes: Vec<Note>,
    /// Other places.
    pub related: Vec<Related>,
    /// What to do, where a program can.
    pub fix: Option<Fix>,
    /// Why there is no fix, or why it is not safe: one clause that completes "Not fixed: …".
    pub held_back: Option<String>,
}

impl Diagnostic {
    /// A warning of `rule` at `range`.
    #[must_use]
    pub fn new(rule: &'static str, range: TextRange, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Warning,
            range,
            message: message.into(),
            notes: Vec::new(),
            related: Vec::new(),
            fix: None,
            held_back: None,
        }
    }

    /// With this note.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<Note>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With a place in the Dockerfile.
    #[must_use]
    pub fn with_related(self, range: TextRange, message: impl Into<String>) -> Self {
        self.with_place(Place::Here(range), message.into())
    }

    /// With a place in a file of the project.
    #[must_use]
    pub fn with_related_file(self, path: impl Into<String>, line: Option<usize>, message: impl Into<String>) -> Self {
        self.with_place(Place::File { path: path.into(), line }, message.into())
    }

    /// The same words on the same place are said once, and no more places than one looks at.
    fn with_place(mut self, place: Place, message: String) -> Self {
        let related = Related { place, message };
        if self.related.len() < MAX_RELATED && !self.related.contains(&related) {
            self.related.push(related);
        }
        self
    }

    /// With this fix. A fix that is not safe should come with [`held_back`](Self::held_back) as well.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// With the reason why there is no fix, or no safe one.
    #[must_use]
    pub fn with_held_back(mut self, reason: impl Into<String>) -> Self {
        self.held_back = Some(reason.into());
        self
    }

    /// Texts on one line each, with what they quote cut to what one reads.
    pub(crate) fn shorten(&mut self) {
        let notes = self.notes.iter_mut().map(|it| &mut it.message);
        let related = self.related.iter_mut().map(|it| &mut it.message);
        let title = self.fix.as_mut().map(|it| &mut it.title);
        let texts = notes.chain(related).chain(title).chain(&mut self.held_back).chain([&mut self.message]);
        texts.for_each(shorten);
    }
}

/// More places than these say nothing more.
const MAX_RELATED: usize = 50;

/// What is quoted, and a whole text, in characters.
const MAX_QUOTED: usize = 200;
const MAX_TEXT: usize = 2000;

fn shorten(text: &mut String) {
    if text.contains('\n') {
        *text = text.lines().map(|it| it.trim().trim_end_matches('\\').trim_end()).collect::<Vec<_>>().join(" ");
    }
    if text.len() > MAX_QUOTED {
        let parts = text.split('`').enumerate();
        *text = parts
            .map(|(idx, it)| if idx % 2 == 1 { cut(it, MAX_QUOTED) } else { it.to_owned() })
            .collect::<Vec<_>>()
            .join("`");
        *text = cut(text, MAX_TEXT);
    }
}

fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn a_message_is_one_short_line() {
        let long = "é".repeat(1000);
        for (text, expected) in [
            ("`RUN A=1 \\\n    npm ci` fails".to_owned(), "`RUN A=1 npm ci` fails".to_owned()),
            (format!("`{long}` is no instruction"), format!("`{}…` is no instruction", "é".repeat(200))),
            (format!("`a` and {}", "b ".repeat(5000)), format!("`a` and {}…", "b ".repeat(996))),
        ] {
            let mut text = text;
            shorten(&mut text);
            assert_eq!(text, expected);
        }
    }
}
