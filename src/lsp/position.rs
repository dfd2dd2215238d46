//! Where LSP positions and our byte offsets meet; nowhere else.
//!
//! LSP ends a line at `\n`, `\r\n` and a lone `\r`; BuildKit, and so [`crate::text::LineIndex`], at `\n`
//! only. The rope counts lines as LSP does.

use ropey::{Rope, RopeSlice};
use tower_lsp_server::ls_types::{Position, PositionEncodingKind, Range};

use crate::text::{TextRange, TextSize, range};

/// What a position's `character` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what a client speaks that says nothing.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The cheapest of those that a client offers.
    #[must_use]
    pub fn negotiated(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if !offered.contains(&PositionEncodingKind::UTF16) && offered.contains(&PositionEncodingKind::UTF32) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// The byte at `position` of `rope`. What lies after the end of a line is its end, what lies after
    /// the last line is the end of the text, and inside of a character is its start.
    #[must_use]
    pub fn offset(self, rope: &Rope, position: Position) -> usize {
        let line = position.line as usize;
        if line >= rope.len_lines() {
            return rope.len_bytes();
        }
        let content = content(rope.line(line));
        let column = position.character as usize;
        rope.line_to_byte(line) + self.byte_column(content, column)
    }

    fn byte_column(self, line: RopeSlice<'_>, column: usize) -> usize {
        let char = match self {
            Self::Utf8 => line.byte_to_char(column.min(line.len_bytes())),
            Self::Utf16 => line.utf16_cu_to_char(column.min(line.len_utf16_cu())),
            Self::Utf32 => column.min(line.len_chars()),
        };
        line.char_to_byte(char)
    }

    /// The position of the byte at `at`, which is the text's end for bytes after it.
    #[must_use]
    pub fn position(self, rope: &Rope, at: TextSize) -> Position {
        let at = usize::from(at).min(rope.len_bytes());
        let line = rope.byte_to_line(at);
        let before = rope.byte_slice(rope.line_to_byte(line)..at);
        let column = match self {
            Self::Utf8 => before.len_bytes(),
            Self::Utf16 => before.len_utf16_cu(),
            Self::Utf32 => before.len_chars(),
        };
        Position::new(as_u32(line), as_u32(column))
    }

    /// `from` as positions.
    #[must_use]
    pub fn range(self, rope: &Rope, from: TextRange) -> Range {
        Range::new(self.position(rope, from.start()), self.position(rope, from.end()))
    }

    /// `from` as bytes; a range that runs backwards is turned.
    #[must_use]
    pub fn text_range(self, rope: &Rope, from: Range) -> TextRange {
        let (a, b) = (self.offset(rope, from.start), self.offset(rope, from.end));
        range(a.min(b), a.max(b))
    }
}

/// A line without what ends it.
fn content(line: RopeSlice<'_>) -> RopeSlice<'_> {
    let mut n = line.len_chars();
    if n > 0 && line.char(n - 1) == '\n' {
        n -= 1;
    }
    if n > 0 && line.char(n - 1) == '\r' {
        n -= 1;
    }
    line.slice(..n)
}

/// Lines and columns of a text whose bytes are counted in 32 bits.
fn as_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::offset;

    const TEXT: &str = "\u{feff}a£\r\nअ🍄x\rlone\n\nend";

    #[track_caller]
    fn check(encoding: Encoding, word: &str, line: u32, character: u32) {
        let (rope, at) = (Rope::from_str(TEXT), TEXT.find(word).unwrap());
        let position = Position { line, character };
        assert_eq!(encoding.position(&rope, offset(at)), position);
        assert_eq!(encoding.offset(&rope, position), at);
    }

    #[test]
    fn columns_count_what_was_negotiated() {
        check(Encoding::Utf8, "x", 1, 7);
        check(Encoding::Utf16, "x", 1, 3);
        check(Encoding::Utf32, "x", 1, 2);
        check(Encoding::Utf8, "£", 0, 4);
        check(Encoding::Utf16, "£", 0, 2);
    }

    #[test]
    fn lines_end_at_a_lone_carriage_return_too() {
        check(Encoding::Utf16, "lone", 2, 0);
        check(Encoding::Utf16, "end", 4, 0);
    }

    #[track_caller]
    fn check_clamped(encoding: Encoding, line: u32, character: u32, at: usize) {
        assert_eq!(encoding.offset(&Rope::from_str(TEXT), Position { line, character }), at);
    }

    #[test]
    fn what_is_outside_is_the_nearest_end() {
        let crlf = TEXT.find("\r\n").unwrap();
        check_clamped(Encoding::Utf16, 0, 99, crlf);
        check_clamped(Encoding::Utf8, 9, 0, TEXT.len());
        check_clamped(Encoding::Utf32, 4, 99, TEXT.len());
    }

    #[test]
    fn inside_of_a_character_is_its_start() {
        let mushroom = TEXT.find('🍄').unwrap();
        check_clamped(Encoding::Utf16, 1, 2, mushroom);
        check_clamped(Encoding::Utf8, 1, 5, mushroom);
    }

    #[test]
    fn utf_8_is_taken_wherever_it_is_offered() {
        use PositionEncodingKind as Kind;
        let negotiated = |offered: &[Kind]| Encoding::negotiated(offered);
        assert_eq!(negotiated(&[]), Encoding::Utf16);
        assert_eq!(negotiated(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(negotiated(&[Kind::UTF32]), Encoding::Utf32);
        assert_eq!(negotiated(&[Kind::new("utf-7")]), Encoding::Utf16);
    }
}
