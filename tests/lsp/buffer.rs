//! A client's buffer: the text as lines and columns, changed as the protocol says. It shares no code with
//! the server.

use serde_json::{Value, json};

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Utf8,
    Utf16,
    Utf32,
}

impl Unit {
    pub(crate) const ALL: [Self; 3] = [Self::Utf8, Self::Utf16, Self::Utf32];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn of(self, it: char) -> usize {
        match self {
            Self::Utf8 => it.len_utf8(),
            Self::Utf16 => it.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// The position of byte `at`.
pub(crate) fn position(text: &str, at: usize, unit: Unit) -> Value {
    let (mut line, mut column) = (0, 0);
    for (idx, it) in text[..at].char_indices() {
        if it == '\n' || (it == '\r' && text.as_bytes().get(idx + 1) != Some(&b'\n')) {
            (line, column) = (line + 1, 0);
        } else {
            column += unit.of(it);
        }
    }
    json!({ "line": line, "character": column })
}

/// The byte at a position, which must be in the text.
pub(crate) fn offset(text: &str, position: &Value, unit: Unit) -> usize {
    let (line, character) = (position["line"].as_u64().unwrap(), position["character"].as_u64().unwrap());
    let at = text.char_indices().map(|it| it.0).chain([text.len()]).find(|at| {
        let it = self::position(text, *at, unit);
        it["line"].as_u64() == Some(line) && it["character"].as_u64() >= Some(character)
    });
    at.unwrap_or(text.len())
}

/// The text that a range covers.
pub(crate) fn slice<'a>(text: &'a str, range: &Value, unit: Unit) -> &'a str {
    &text[offset(text, &range["start"], unit)..offset(text, &range["end"], unit)]
}

/// The text with some edits, which all speak of the text before them.
pub(crate) fn apply(text: &str, edits: &Value, unit: Unit) -> String {
    let mut spans: Vec<(usize, usize, &str)> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|it| {
            let (start, end) = (&it["range"]["start"], &it["range"]["end"]);
            (offset(text, start, unit), offset(text, end, unit), it["newText"].as_str().unwrap())
        })
        .collect();
    spans.sort_by_key(|it| (it.0, it.1));
    assert!(spans.windows(2).all(|it| it[0].1 <= it[1].0), "the edits overlap: {spans:?}");
    let mut res = text.to_owned();
    for (start, end, new) in spans.into_iter().rev() {
        res.replace_range(start..end, new);
    }
    res
}
