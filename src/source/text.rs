//! Decoded text of one file and the way from a byte in it to line, column and offset in the file on disk.

use std::ops::Range;
use std::sync::OnceLock;

use super::blocks::{self, Blocks};

/// How the bytes of a file were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Plain UTF-8, with or without a byte order mark.
    Utf8,
    /// Some bytes are no UTF-8; those were read as Windows-1252.
    Windows1252,
    /// UTF-16, little endian (what Windows PowerShell writes by default).
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
}

/// A place in a file: `line` and `column` count from 1 (columns in Unicode scalar values), `offset` counts bytes of the file on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
    /// Byte offset in the file on disk, from 0.
    pub offset: usize,
}

/// The text of a file, always valid UTF-8 in memory, that still knows what the file looked like.
///
/// All spans elsewhere are byte ranges of [`SourceText::text`], which never includes the byte order mark.
#[derive(Debug)]
pub struct SourceText {
    raw: String,
    start: usize,
    encoding: Encoding,
    /// Places of bytes that were no UTF-8, as ranges of the text.
    invalid: Vec<Range<usize>>,
    /// How many bytes longer the text is than the file behind each of these places.
    grown: Vec<usize>,
    lines: OnceLock<Vec<u32>>,
    characters: OnceLock<Blocks>,
    utf16_units: OnceLock<Blocks>,
}

/// Columns up to this number of bytes are counted through, others taken from the table of characters.
const COUNTED_THROUGH: usize = 512;

const BOM: &str = "\u{feff}";

impl SourceText {
    /// Reads the bytes of a file. Never fails: what is no UTF-8 is read as UTF-16 or Windows-1252 and remembered as such.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        if let Some(encoding) = utf16_kind(&bytes) {
            return Self::new(decode_utf16(&bytes, encoding), encoding, Vec::new());
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::new(text, Encoding::Utf8, Vec::new()),
            Err(error) => {
                let (text, invalid) = decode_windows_1252(error.as_bytes());
                Self::new(text, Encoding::Windows1252, invalid)
            }
        }
    }

    fn new(raw: String, encoding: Encoding, mut invalid: Vec<Range<usize>>) -> Self {
        let start = if raw.starts_with(BOM) { BOM.len() } else { 0 };
        for range in &mut invalid {
            *range = range.start.saturating_sub(start)..range.end.saturating_sub(start);
        }
        let mut total = 0;
        let grown = invalid.iter().map(|range| {
            total += range.len() - 1;
            total
        });
        let grown = grown.collect();
        let (lines, characters, utf16_units) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { raw, start, encoding, invalid, grown, lines, characters, utf16_units }
    }

    /// The text without byte order mark.
    pub fn text(&self) -> &str {
        &self.raw[self.start..]
    }

    /// Whether the file begins with a byte order mark.
    pub fn has_bom(&self) -> bool {
        self.start > 0
    }

    /// How the bytes were read.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Ranges of the text whose bytes in the file are no UTF-8.
    pub fn invalid_bytes(&self) -> &[Range<usize>] {
        &self.invalid
    }

    /// Byte offsets at which lines begin.
    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut starts = vec![0];
            starts.extend(memchr::memchr_iter(b'\n', self.text().as_bytes()).map(|at| at as u32 + 1));
            starts
        })
    }

    /// Where the line of a byte begins.
    pub fn line_start(&self, at: usize) -> usize {
        let starts = self.line_starts();
        starts[starts.partition_point(|&start| start as usize <= at).saturating_sub(1)] as usize
    }

    /// The first newline.
    pub fn first_line_end(&self) -> Option<usize> {
        self.line_starts().get(1).map(|&start| start as usize - 1)
    }

    /// Number of lines; an empty file has one.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The text of a line (from 1) without its line end; empty when there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let range = self.line_range(line);
        &self.text()[range]
    }

    /// The byte range of a line (from 1) without its line end.
    pub fn line_range(&self, line: usize) -> Range<usize> {
        let starts = self.line_starts();
        let text = self.text();
        let Some(&start) = line.checked_sub(1).and_then(|index| starts.get(index)) else {
            return text.len()..text.len();
        };
        let start = start as usize;
        let end = starts.get(line).map_or(text.len(), |&next| next as usize);
        let trimmed = text[start..end].trim_end_matches(['\n', '\r']);
        start..start + trimmed.len()
    }

    /// Line, column and file offset of a byte of the text. Bytes past the end count as the end.
    pub fn position(&self, at: usize) -> Position {
        let text = self.text();
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let starts = self.line_starts();
        let index = starts.partition_point(|&start| start as usize <= at).saturating_sub(1);
        let line_start = starts[index] as usize;
        let column = if at - line_start <= COUNTED_THROUGH {
            text[line_start..at].chars().count()
        } else {
            self.chars_before(at) - self.chars_before(line_start)
        } + 1;
        Position { line: index + 1, column, offset: self.file_offset(at) }
    }

    /// The positions of both ends of a range, as [`SourceText::position`] gives them.
    pub fn positions(&self, span: &Range<usize>) -> (Position, Position) {
        let start = self.position(span.start);
        let text = self.text();
        let is_short = span.end.saturating_sub(span.start) <= COUNTED_THROUGH;
        let between = text.get(span.clone()).filter(|between| is_short && !between.contains('\n'));
        let end = match between {
            Some(between) => {
                Position { line: start.line, column: start.column + between.chars().count(), offset: self.file_offset(span.end) }
            }
            None => self.position(span.end),
        };
        (start, end)
    }

    /// The byte of the text at a position that [`SourceText::position`] has given.
    pub fn text_offset(&self, position: Position) -> usize {
        let text = self.text();
        let at = match self.encoding {
            Encoding::Utf8 => position.offset.saturating_sub(self.start),
            _ => {
                let line = self.line_starts().get(position.line.saturating_sub(1)).map_or(text.len(), |&start| start as usize);
                let number = self.chars_before(line) + position.column.saturating_sub(1);
                self.character_table().byte_of(text, number)
            }
        };
        text.floor_char_boundary(at.min(text.len()))
    }

    /// Number of characters before a byte of the text, which lies on a character boundary.
    fn chars_before(&self, at: usize) -> usize {
        self.character_table().before(self.text(), at)
    }

    fn character_table(&self) -> &Blocks {
        self.characters.get_or_init(|| Blocks::new(self.text(), blocks::characters))
    }

    /// The byte offset in the file on disk of a byte of the text.
    pub fn file_offset(&self, at: usize) -> usize {
        match self.encoding {
            Encoding::Utf8 => at + self.start,
            Encoding::Windows1252 => {
                let before = self.invalid.partition_point(|range| range.end <= at);
                at + self.start - before.checked_sub(1).map_or(0, |last| self.grown[last])
            }
            Encoding::Utf16Le | Encoding::Utf16Be => {
                let bom = if self.has_bom() { 2 } else { 0 };
                let units = self.utf16_units.get_or_init(|| Blocks::new(self.text(), blocks::utf16_units));
                bom + 2 * units.before(self.text(), at)
            }
        }
    }
}

/// UTF-16 announces itself by its byte order mark, or (ASCII text without one) by zero bytes at every second place.
fn utf16_kind(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => Some(Encoding::Utf16Le),
        [0xfe, 0xff, ..] => Some(Encoding::Utf16Be),
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => Some(Encoding::Utf16Le),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => Some(Encoding::Utf16Be),
        _ => None,
    }
}

fn decode_utf16(bytes: &[u8], encoding: Encoding) -> String {
    let units = bytes.chunks(2).map(|pair| match (pair, encoding) {
        ([a, b], Encoding::Utf16Be) => u16::from_be_bytes([*a, *b]),
        ([a, b], _) => u16::from_le_bytes([*a, *b]),
        _ => 0xfffd,
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Valid UTF-8 stays, every other byte is read as Windows-1252: the two encodings in which connector files were seen.
fn decode_windows_1252(bytes: &[u8]) -> (String, Vec<Range<usize>>) {
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut invalid = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for &byte in chunk.invalid() {
            let start = text.len();
            text.push(windows_1252(byte));
            invalid.push(start..text.len());
        }
    }
    (text, invalid)
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

/// The byte that stands for a character in Windows-1252.
fn to_windows_1252(c: char) -> Option<u8> {
    u8::try_from(u32::from(c)).ok().or_else(|| (0x80..=0x9f).find(|&byte| windows_1252(byte) == c))
}

/// What a text was before its UTF-8 was read as Windows-1252; `None` when it never was.
pub fn redecoded(text: &str) -> Option<String> {
    let bytes: Vec<u8> = text.chars().map(to_windows_1252).collect::<Option<_>>()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(bytes: &[u8], offset: usize) -> (usize, usize, usize) {
        let source = SourceText::from_bytes(bytes.to_vec());
        let position = source.position(offset);
        (position.line, position.column, position.offset)
    }

    #[test]
    fn columns_count_characters_and_offsets_count_bytes() {
        assert_eq!(at("é\n日本x".as_bytes(), 3), (2, 1, 3));
        assert_eq!(at("é\n日本x".as_bytes(), 9), (2, 3, 9));
    }

    #[test]
    fn columns_of_very_long_lines_are_exact() {
        let text = format!("first\n{}", "aé日".repeat(5_000));
        let source = SourceText::from_bytes(text.clone().into_bytes());
        for (index, (at, _)) in text.char_indices().enumerate().skip(6).step_by(371) {
            assert_eq!((source.position(at).line, source.position(at).column), (2, index - 5));
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_text_but_counts_in_the_offset() {
        let source = SourceText::from_bytes("\u{feff}{}".as_bytes().to_vec());
        assert_eq!(source.text(), "{}");
        assert_eq!(source.position(1), Position { line: 1, column: 2, offset: 4 });
    }

    #[test]
    fn windows_1252_bytes_are_read_and_located() {
        let source = SourceText::from_bytes(b"caf\xe9 \x96 x".to_vec());
        assert_eq!(source.text(), "café – x");
        assert_eq!(source.encoding(), Encoding::Windows1252);
        assert_eq!(source.invalid_bytes(), [3..5, 6..9]);
        assert_eq!(source.position(10).offset, 7);
    }

    #[test]
    fn utf16_is_decoded_and_offsets_point_into_the_file() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("{\"é\"}".encode_utf16().flat_map(u16::to_le_bytes));
        let source = SourceText::from_bytes(bytes);
        assert_eq!(source.text(), "{\"é\"}");
        assert_eq!(source.position(4).offset, 8);
    }

    #[test]
    fn a_position_leads_back_to_its_byte_in_every_encoding() {
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend("a\né日x".encode_utf16().flat_map(u16::to_le_bytes));
        for bytes in ["\u{feff}a\né日x".as_bytes().to_vec(), utf16, b"a\ncaf\xe9 x".to_vec()] {
            let source = SourceText::from_bytes(bytes);
            for (at, _) in source.text().char_indices() {
                assert_eq!(source.text_offset(source.position(at)), at);
                for end in at..=source.text().len() + 1 {
                    assert_eq!(source.positions(&(at..end)), (source.position(at), source.position(end)));
                }
            }
        }
    }

    #[test]
    fn places_in_long_lines_of_other_encodings_cost_no_more_than_in_short_ones() {
        let line = "aé日".repeat(100_000);
        let utf16 = [0xff, 0xfe].into_iter().chain(line.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [utf16, b"caf\xe9 \x96 ".repeat(100_000)] {
            let source = SourceText::from_bytes(bytes);
            let start = std::time::Instant::now();
            for (at, _) in source.text().char_indices().step_by(10) {
                assert_eq!(source.text_offset(source.position(at)), at);
            }
            assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
        }
    }

    #[test]
    fn lines_come_without_their_line_ends() {
        let source = SourceText::from_bytes(b"a\r\nbc\n".to_vec());
        assert_eq!([source.line(1), source.line(2), source.line(3), source.line(9)], ["a", "bc", "", ""]);
        assert_eq!(source.line_count(), 3);
    }
}
