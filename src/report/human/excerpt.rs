//! Cuts the few columns of a file that a finding is about, so that one line of a megabyte costs and prints no more than a short one.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::escape::{char_columns, is_command, is_hidden, push};
use crate::finding;
use crate::source::{Position, SourceText};

/// Tabs are expanded to multiples of this.
pub const TAB_WIDTH: usize = 4;

/// Widest excerpt, also where the terminal is wider or unlimited: about 160 columns to each side.
const MOST_COLUMNS: usize = 320;
/// Narrowest excerpt, also where the terminal is narrower: less shows nothing.
const LEAST_COLUMNS: usize = 24;

/// Finds the bytes of positions in a file, in time linear in the file as long as positions ascend.
///
/// It goes by line and column because the offset of a [`Position`] counts bytes of the file on disk, which differ from those of the text
/// for every encoding but plain UTF-8.
#[derive(Debug)]
pub struct Cursor {
    line: usize,
    column: usize,
    byte: usize,
}

impl Cursor {
    /// A cursor at the beginning of a file.
    pub fn new() -> Self {
        Self { line: 1, column: 1, byte: 0 }
    }

    /// The byte within its line at which a position lies; positions behind the line's end count as its end.
    pub fn seek(&mut self, source: &SourceText, position: Position) -> usize {
        if position.line != self.line || position.column < self.column {
            *self = Self { line: position.line, column: 1, byte: 0 };
        }
        let line = source.line(position.line);
        for c in line.get(self.byte..).unwrap_or_default().chars().take(position.column.saturating_sub(self.column)) {
            self.column += 1;
            self.byte += c.len_utf8();
        }
        self.byte
    }
}

/// One line of a file around a span, with the line before and behind it, as it is shown. It is the source code miette draws.
#[derive(Debug)]
pub struct Excerpt {
    text: String,
    /// Number of the first line, from 1.
    first_line: usize,
    lines: usize,
    /// The span in `text`.
    span: Range<usize>,
    /// Column of the middle of the span in the drawn line.
    middle: usize,
    /// Columns of line number and frame to the left.
    gutter: usize,
    /// Heading of the frame.
    name: String,
}

/// How much an excerpt may take.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Columns of the terminal.
    pub width: usize,
    /// What stands for text that was left out.
    pub ellipsis: &'static str,
}

impl Excerpt {
    /// Cuts the surroundings of a range out of a file; `byte` is where it starts within its line. `None` when there is no such line.
    pub fn cut(source: &SourceText, range: finding::Range, byte: usize, name: String, frame: Frame) -> Option<Self> {
        let number = range.start.line;
        if number == 0 || number > source.line_count() {
            return None;
        }
        let line = source.line(number);
        let same_line = range.end.line <= number;
        let length = if same_line { range.end.column.saturating_sub(range.start.column) } else { usize::MAX };
        let gutter = (number + 1).to_string().len() + 4;
        let room = frame.width.saturating_sub(gutter).clamp(LEAST_COLUMNS, MOST_COLUMNS);
        let window = Window::around(line, byte, length, room, frame.ellipsis);

        let mut excerpt = Self { text: String::new(), first_line: number, lines: 0, span: 0..0, middle: 0, gutter, name };
        // Beside a line that is shown from its middle the beginnings of its neighbours would mislead.
        let context = window.shown.start == 0;
        if context && number > 1 && excerpt.push_context(source.line(number - 1), room, frame) {
            excerpt.first_line = number - 1;
        }
        excerpt.push_window(line, &window, same_line, frame);
        if context && number < source.line_count() {
            excerpt.push_context(source.line(number + 1), room, frame);
        }
        Some(excerpt)
    }

    /// The span in the bytes of the excerpt.
    pub fn span(&self) -> SourceSpan {
        (self.span.start, self.span.len()).into()
    }

    /// Columns that are left for a label drawn below the middle of the span.
    pub fn room_for_label(&self, width: usize) -> usize {
        const ELBOW: usize = 5;
        width.saturating_sub(self.gutter + self.middle + ELBOW)
    }

    /// Adds a neighbouring line from its beginning; a blank one says nothing and is left out.
    fn push_context(&mut self, line: &str, room: usize, frame: Frame) -> bool {
        let window = Window::around(line, 0, 0, room, frame.ellipsis);
        let shown = line.get(window.shown.clone()).unwrap_or_default();
        if shown.trim().is_empty() {
            return false;
        }
        self.push_shown(line, window.shown.clone());
        if window.shown.end < line.len() {
            self.text.push_str(frame.ellipsis);
        }
        self.end_line();
        true
    }

    fn push_window(&mut self, line: &str, window: &Window, same_line: bool, frame: Frame) {
        let from = self.text.len();
        if window.shown.start > 0 {
            self.text.push_str(frame.ellipsis);
        }
        self.push_shown(line, window.shown.start..window.span.start);
        let start = self.text.len();
        self.push_shown(line, window.span.clone());
        let mut end = self.text.len();
        if !same_line {
            end = start + self.text.get(start..).unwrap_or_default().trim_end().len();
        }
        self.push_shown(line, window.span.end..window.shown.end);
        if window.shown.end < line.len() {
            self.text.push_str(frame.ellipsis);
        }
        self.span = start..end;
        let before = drawn_columns(self.text.get(from..start).unwrap_or_default(), 0);
        let within = drawn_columns(self.text.get(start..end).unwrap_or_default(), before);
        self.middle = before + within / 2;
        self.end_line();
    }

    /// Every line ends, the last one too: a span at the end of the file then still lies on a line.
    fn end_line(&mut self) {
        self.text.push('\n');
        self.lines += 1;
    }

    /// Adds a part of a line. A command to a build is known by the line as a whole, wherever it is divided.
    fn push_shown(&mut self, line: &str, part: Range<usize>) {
        for (at, c) in line.get(part.clone()).unwrap_or_default().char_indices() {
            match c {
                '\t' => self.text.push(c),
                '#' if line.get(part.start + at..).is_some_and(|rest| is_command(None, rest)) => self.text.extend(c.escape_unicode()),
                c => push(&mut self.text, c),
            }
        }
    }
}

impl SourceCode for Excerpt {
    /// Always the whole excerpt: it was cut for its only label.
    fn read_span<'a>(&'a self, _: &SourceSpan, _: usize, _: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let all = (0, self.text.len()).into();
        let first = self.first_line.saturating_sub(1);
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), self.text.as_bytes(), all, first, 0, self.lines)))
    }
}

/// Which bytes of a line are shown, and which of them are underlined.
#[derive(Debug)]
struct Window {
    shown: Range<usize>,
    span: Range<usize>,
}

impl Window {
    /// Takes the span first (`length` in characters), then as much on both sides as there is room for. Never looks at more characters than
    /// fit, however long the line is.
    fn around(line: &str, byte: usize, length: usize, room: usize, ellipsis: &str) -> Self {
        let byte = byte.min(line.len());
        let (before, behind) = line.split_at_checked(byte).unwrap_or((line, ""));
        let reserve = 2 * ellipsis.chars().count();
        let short = take(line.chars(), usize::MAX, room).bytes == line.len();
        let room = if short { room } else { room.saturating_sub(reserve) };

        let span = take(behind.chars(), length, room);
        let rest = behind.get(span.bytes..).unwrap_or_default();
        let mut left = take(before.chars().rev(), usize::MAX, (room - span.columns) / 2);
        let right = take(rest.chars(), usize::MAX, room - span.columns - left.columns);
        left = take(before.chars().rev(), usize::MAX, room - span.columns - right.columns);

        let end = before.len() + span.bytes;
        Self { shown: before.len() - left.bytes..end + right.bytes, span: before.len()..end }
    }
}

struct Taken {
    bytes: usize,
    columns: usize,
}

/// Takes characters as long as they fit.
fn take(chars: impl Iterator<Item = char>, most: usize, room: usize) -> Taken {
    let mut taken = Taken { bytes: 0, columns: 0 };
    for c in chars.take(most) {
        let columns = shown_columns(c);
        if taken.columns + columns > room {
            break;
        }
        taken.columns += columns;
        taken.bytes += c.len_utf8();
    }
    taken
}

/// Columns a character takes at most in an excerpt.
fn shown_columns(c: char) -> usize {
    match c {
        '\t' => TAB_WIDTH,
        '\r' => 2,
        c if is_hidden(c) => c.escape_unicode().len(),
        c => char_columns(c),
    }
}

/// Columns of shown text that begins behind `start` columns.
fn drawn_columns(shown: &str, start: usize) -> usize {
    let end = shown.chars().fold(start, |at, c| at + if c == '\t' { TAB_WIDTH - at % TAB_WIDTH } else { char_columns(c) });
    end - start
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 80, ellipsis: "..." };

    /// The excerpt's text and the text under its span, for a byte range of a file.
    fn cut(text: &str, span: Range<usize>, frame: Frame) -> (String, String) {
        let source = SourceText::from_bytes(text.as_bytes().to_vec());
        let range = finding::Range { start: source.position(span.start), end: source.position(span.end) };
        let byte = Cursor::new().seek(&source, range.start);
        let excerpt = Excerpt::cut(&source, range, byte, "name".to_owned(), frame).unwrap();
        let under = excerpt.text[excerpt.span.clone()].to_owned();
        (excerpt.text, under)
    }

    #[test]
    fn a_short_line_is_shown_whole_between_its_neighbours() {
        let (text, under) = cut("{\n  \"a\": 1,\n  \"b\": 2\n}\n", 14..17, FRAME);
        assert_eq!((text.as_str(), under.as_str()), ("  \"a\": 1,\n  \"b\": 2\n}\n", "\"b\""));
    }

    #[test]
    fn blank_neighbours_are_left_out() {
        assert_eq!(cut("\n\nx\n   \n", 2..3, FRAME).0, "x\n");
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_of_the_span() {
        let line = format!("{}HERE{}", "a".repeat(70_000), "b".repeat(1_000_000));
        let (text, under) = cut(&line, 70_000..70_004, FRAME);
        assert_eq!(text, format!("...{}HERE{}...\n", "a".repeat(32), "b".repeat(33)));
        assert_eq!(under, "HERE");
    }

    #[test]
    fn a_line_shown_from_its_middle_stands_alone() {
        let line = "a".repeat(500);
        assert_eq!(cut(&format!("before\n{line}\nbehind\n"), 300..301, FRAME).0.lines().count(), 1);
        assert_eq!(cut(&format!("before\n{line}\nbehind\n"), 8..9, FRAME).0.lines().count(), 3);
    }

    #[test]
    fn a_span_longer_than_the_room_is_underlined_as_far_as_it_is_shown() {
        let line = format!("[{}]", "a".repeat(500_000));
        let (text, under) = cut(&line, 0..line.len(), FRAME);
        assert_eq!(text, format!("[{}...\n", "a".repeat(68)));
        assert_eq!(under.len(), 69);
    }

    #[test]
    fn text_without_any_width_is_cut_too() {
        let line = format!("e{}", "\u{301}".repeat(400_000));
        assert!(cut(&line, 300_001..300_003, FRAME).0.len() < 200);
    }

    #[test]
    fn a_wide_character_is_never_split() {
        let line = "日本語👩\u{200d}💻".repeat(3_000);
        for start in [0, 9, 13, 16, 20_000, 65_001].map(|at| line.floor_char_boundary(at)) {
            let (text, _) = cut(&line, start..line.len(), Frame { width: 40, ellipsis: "…" });
            assert!(text.chars().count() < 40, "{text}");
        }
    }

    #[test]
    fn only_the_first_line_of_a_span_is_underlined() {
        let (text, under) = cut("{ \"a\": {  \r\n  }\r\n}", 7..16, FRAME);
        assert_eq!((text.as_str(), under.as_str()), ("{ \"a\": {  \n  }\n", "{"));
    }

    #[test]
    fn an_empty_file_and_the_end_of_a_file_have_a_place() {
        assert_eq!(cut("", 0..0, FRAME), ("\n".to_owned(), String::new()));
        assert_eq!(cut("{\n", 2..2, FRAME), ("{\n\n".to_owned(), String::new()));
    }

    #[test]
    fn hidden_characters_are_shown_and_still_underlined_in_the_right_place() {
        assert_eq!(cut("\u{1b}[2J\u{202e}\rx", 8..9, FRAME), ("\\u{1b}[2J\\u{202e}\\rx\n".to_owned(), "x".to_owned()));
    }

    #[test]
    fn positions_in_any_order_and_encoding_are_found() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("é日x\nab".encode_utf16().flat_map(u16::to_le_bytes));
        let source = SourceText::from_bytes(bytes);
        let mut cursor = Cursor::new();
        let at = |line, column| Position { line, column, offset: 0 };
        assert_eq!([at(1, 3), at(2, 2), at(1, 2), at(1, 99), at(0, 0), at(9, 9)].map(|at| cursor.seek(&source, at)), [5, 1, 2, 6, 0, 0]);
    }

    #[test]
    fn a_place_that_does_not_exist_has_no_excerpt() {
        let source = SourceText::from_bytes(b"{}".to_vec());
        let at = |line| finding::Range { start: Position { line, column: 1, offset: 0 }, ..finding::Range::default() };
        assert!(Excerpt::cut(&source, at(0), 0, String::new(), FRAME).is_none());
        assert!(Excerpt::cut(&source, at(2), 0, String::new(), FRAME).is_none());
    }
}
