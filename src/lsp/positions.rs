//! Places as editors count them: lines from 0, columns in UTF-16 units.

use std::ops::Range as Bytes;
use std::sync::OnceLock;

use lsp_types::{Position, Range};

use crate::source::blocks::{Blocks, utf16_units};

/// Columns up to this number of bytes are counted through, others taken from a table.
const COUNTED_THROUGH: usize = 512;

/// A text with the places of its lines.
pub struct Positions<'t> {
    text: &'t str,
    starts: Vec<u32>,
    units: OnceLock<Blocks>,
}

impl<'t> Positions<'t> {
    /// Finds the lines of a text. `\n`, `\r\n` and `\r` end one, as the protocol has it.
    pub fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
        Self { text, starts, units: OnceLock::new() }
    }

    /// The place of a byte. Bytes past the end count as the end, those inside a character or a line end as its start.
    pub fn position(&self, at: usize) -> Position {
        let at = self.text.floor_char_boundary(at.min(self.text.len()));
        let at = at - usize::from(self.text[..at].ends_with('\r') && self.text[at..].starts_with('\n'));
        let line = self.starts.partition_point(|&start| start as usize <= at).saturating_sub(1);
        let start = self.starts[line] as usize;
        let column = if at - start <= COUNTED_THROUGH {
            utf16_units(&self.text.as_bytes()[start..at])
        } else {
            self.units_before(at) - self.units_before(start)
        };
        Position { line: line as u32, character: column as u32 }
    }

    /// The range of some bytes.
    pub fn range(&self, span: Bytes<usize>) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The byte at a place. Columns past the end of a line count as its end, lines past the end of the text as that.
    pub fn byte(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let span = self.line(line);
        let mut left = position.character as usize;
        let mut at = start as usize;
        for c in self.text[span].chars() {
            if left < c.len_utf16() {
                break;
            }
            left -= c.len_utf16();
            at += c.len_utf8();
        }
        at
    }

    /// The bytes of a line (from 0) without its line end.
    pub fn line(&self, line: usize) -> Bytes<usize> {
        let Some(&start) = self.starts.get(line) else { return self.text.len()..self.text.len() };
        let start = start as usize;
        let end = self.starts.get(line + 1).map_or(self.text.len(), |&next| next as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    fn units_before(&self, at: usize) -> usize {
        self.units.get_or_init(|| Blocks::new(self.text, utf16_units)).before(self.text, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, at: usize) -> (u32, u32) {
        let position = Positions::new(text).position(at);
        (position.line, position.character)
    }

    #[test]
    fn columns_count_utf_16_units() {
        let text = "日本\r\na😀b\rc\nd";
        let at = |needle: &str| text.find(needle).unwrap();
        assert_eq!(position(text, at("本")), (0, 1));
        assert_eq!(position(text, at("b")), (1, 3));
        assert_eq!(position(text, at("c")), (2, 0));
        assert_eq!(position(text, at("d")), (3, 0));
        assert_eq!(position(text, 999), (3, 1));
    }

    #[test]
    fn there_is_no_place_inside_a_line_end() {
        let text = "ab\r\nc\r\r\n";
        assert_eq!([2, 3, 4].map(|at| position(text, at)), [(0, 2), (0, 2), (1, 0)]);
        assert_eq!([6, 7, 8].map(|at| position(text, at)), [(2, 0), (2, 0), (3, 0)]);
    }

    #[test]
    fn places_lead_back_to_their_bytes() {
        let text = "日本\r\na😀b\rc\n\nd";
        let positions = Positions::new(text);
        for (at, c) in text.char_indices().filter(|(at, _)| !text[*at..].starts_with("\n") || !text[..*at].ends_with('\r')) {
            assert_eq!(positions.byte(positions.position(at)), at, "{c:?}");
        }
        assert_eq!(positions.byte(Position { line: 0, character: 99 }), 6, "the line end is no part of the line");
        assert_eq!(positions.byte(Position { line: 1, character: 2 }), text.find('😀').unwrap(), "half a character is its start");
        assert_eq!(positions.byte(Position { line: 99, character: 0 }), text.len());
    }

    #[test]
    fn columns_of_very_long_lines_are_exact() {
        let text = "aé日😀".repeat(5_000);
        let positions = Positions::new(&text);
        let mut units = 0;
        for (number, (at, c)) in text.char_indices().enumerate() {
            if number % 371 == 0 {
                assert_eq!(positions.position(at).character, units);
            }
            units += c.len_utf16() as u32;
        }
    }
}
