//! The visible text of a document in one string, with the way back from each piece to its place in the file.

use std::ops::Range;

/// What a piece of text is, as bits.
pub(super) type Marks = u8;
/// Bold.
pub(super) const STRONG: Marks = 1;
/// Code, inline or block.
pub(super) const CODE: Marks = 2;
/// The text of a link.
pub(super) const LINK: Marks = 4;
/// Part of a heading.
pub(super) const HEADING: Marks = 8;
/// The end of a line within a block.
pub(super) const BREAK: Marks = 16;

/// A piece of the text and where it comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    at: u32,
    len: u32,
    source: u32,
    source_end: u32,
    pub(super) marks: Marks,
    /// Whether the piece equals its source byte for byte (an entity such as `&amp;` does not).
    pub(super) exact: bool,
}

impl Piece {
    /// Its place in the file.
    pub(super) fn source(&self) -> Range<usize> {
        self.source as usize..self.source_end as usize
    }

    /// Its place in the text of the flow.
    pub(super) fn range(&self) -> Range<usize> {
        self.at as usize..(self.at + self.len) as usize
    }
}

/// The visible text. Blocks are separated by line feeds.
#[derive(Debug, Default)]
pub(super) struct Flow {
    text: String,
    pieces: Vec<Piece>,
}

/// Places are below the limit on the length of a document, far below this type's.
fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl Flow {
    /// Adds text that stands at `source` in the file.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>, marks: Marks, exact: bool) {
        if text.is_empty() {
            return;
        }
        let at = narrow(self.text.len());
        self.text.push_str(text);
        let (len, start, end) = (narrow(text.len()), narrow(source.start), narrow(source.end));
        // The parser cuts text at each special character; joined again, addresses and phrases stay in one piece.
        if let Some(last) = self.pieces.last_mut()
            && exact
            && last.exact
            && last.marks == marks
            && marks & BREAK == 0
            && last.source_end == start
            && last.at + last.len == at
        {
            last.len += len;
            last.source_end = end;
            return;
        }
        self.pieces.push(Piece { at, len, source: start, source_end: end, marks, exact });
    }

    /// Ends a block, so that no phrase reaches into the next.
    pub(super) fn end_block(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// The length of the text so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The number of pieces so far.
    pub(super) fn count(&self) -> usize {
        self.pieces.len()
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The text behind a place in it.
    pub(super) fn text_from(&self, start: usize) -> &str {
        self.text.get(start..).unwrap_or_default()
    }

    /// The text of a piece.
    pub(super) fn text_of(&self, piece: &Piece) -> &str {
        self.text.get(piece.range()).unwrap_or_default()
    }

    /// The pieces in file order.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The pieces from the one with this number.
    pub(super) fn pieces_from(&self, first: usize) -> &[Piece] {
        self.pieces.get(first..).unwrap_or_default()
    }

    /// The text with white space collapsed within lines and no empty lines.
    pub(super) fn plain_text(&self) -> String {
        let mut plain = String::with_capacity(self.text.len());
        for line in self.text.lines() {
            let start = plain.len();
            for word in line.split_whitespace() {
                match plain.len() {
                    0 => {}
                    length if length == start => plain.push('\n'),
                    _ => plain.push(' '),
                }
                plain.push_str(word);
            }
        }
        plain
    }
}

/// Runs of white space become one blank; none stays at the ends.
pub(super) fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_pieces_are_joined_unless_they_differ() {
        let mut flow = Flow::default();
        flow.push("a", 0..1, 0, true);
        flow.push("b", 1..2, 0, true);
        flow.push("c", 2..3, STRONG, true);
        flow.push("&", 3..8, STRONG, false);
        flow.push("d", 8..9, STRONG, true);
        let found: Vec<_> = flow.pieces().iter().map(|piece| (flow.text_of(piece), piece.source())).collect();
        assert_eq!(found, [("ab", 0..2), ("c", 2..3), ("&", 3..8), ("d", 8..9)]);
    }

    #[test]
    fn plain_text_has_one_line_for_each_block() {
        let mut flow = Flow::default();
        flow.end_block();
        flow.push(" a \t b\n\n  c", 0..10, 0, true);
        flow.end_block();
        flow.end_block();
        flow.push("d", 12..13, 0, true);
        assert_eq!(flow.plain_text(), "a b\nc\nd");
        assert_eq!(collapse("  a \n b\u{a0}c "), "a b c");
    }
}
