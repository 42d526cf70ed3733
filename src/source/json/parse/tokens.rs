//! Cuts a damaged file into tokens with their place in the layout. Damage inside a line is told here; brackets are not paired yet.

use std::ops::Range;

use super::SyntaxIssueKind;
use super::is_number;
use super::issues::Issues;

/// What a token can be in the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    OpenObject,
    OpenArray,
    CloseObject,
    CloseArray,
    Comma,
    Colon,
    /// `;` where a comma may be meant.
    OddComma,
    /// `=` or `=>` where a colon may be meant.
    OddColon,
    String,
    /// A number or literal.
    Scalar,
    /// Text that is no value; before a colon it may be a key.
    Word,
}

impl Kind {
    pub fn opens(self) -> bool {
        matches!(self, Kind::OpenObject | Kind::OpenArray)
    }

    pub fn closes(self) -> bool {
        matches!(self, Kind::CloseObject | Kind::CloseArray)
    }

    pub fn starts_value(self) -> bool {
        matches!(self, Kind::OpenObject | Kind::OpenArray | Kind::String | Kind::Scalar | Kind::Word)
    }
}

/// First on its line.
pub(super) const LEAD: u8 = 1;
/// On a line that begins with a closing bracket.
pub(super) const LED_BY_CLOSE: u8 = 2;
/// Its damage is reported; a comma or colon that lacks beside it belongs to that.
pub(super) const DAMAGED: u8 = 4;
/// Has escapes.
pub(super) const ESCAPES: u8 = 8;
/// A string whose span has no double quotes around it.
pub(super) const BARE: u8 = 16;
/// Behind a mark that a version control system left.
pub(super) const BEHIND_MARK: u8 = 32;

/// A piece of a damaged file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub start: u32,
    pub end: u32,
    /// Line, from 0, and the columns of blanks at its beginning.
    pub line: u32,
    pub indent: u16,
    pub kind: Kind,
    pub flags: u8,
}

impl Token {
    pub fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Cuts the text into tokens and lists the damage that lies inside them and between them.
pub(super) fn read(text: &str) -> (Vec<Token>, Issues) {
    let mut lexer = Lexer::new(text);
    lexer.run();
    (lexer.tokens, lexer.issues)
}

pub(super) struct Lexer<'t> {
    pub text: &'t str,
    pub bytes: &'t [u8],
    pub at: usize,
    pub issues: Issues,
    pub tokens: Vec<Token>,
    pub ahead: super::quotes::Ahead,
    /// Opening less closing brackets since the line began.
    pub opened_on_line: i32,
    line: u32,
    line_start: usize,
    indent: u16,
    /// Flags for the next token, and those all tokens of the line get.
    next_flags: u8,
    line_flags: u8,
    /// Inside the first version of a merge conflict.
    in_conflict: bool,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str) -> Self {
        Lexer {
            text,
            bytes: text.as_bytes(),
            at: 0,
            issues: Issues::default(),
            tokens: Vec::with_capacity(text.len() / 8),
            ahead: super::quotes::Ahead::default(),
            opened_on_line: 0,
            line: 0,
            line_start: 0,
            indent: 0,
            next_flags: LEAD,
            line_flags: 0,
            in_conflict: false,
        }
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn run(&mut self) {
        while let Some(byte) = self.peek() {
            if self.at == self.line_start && matches!(byte, b'<' | b'=' | b'>' | b'|') && self.conflict_mark() {
                continue;
            }
            let start = self.at;
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.new_line();
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'{' => self.bracket(Kind::OpenObject),
                b'[' => self.bracket(Kind::OpenArray),
                b'}' => self.bracket(Kind::CloseObject),
                b']' => self.bracket(Kind::CloseArray),
                b',' => self.sign(Kind::Comma, 1),
                b':' => self.sign(Kind::Colon, 1),
                b';' => self.sign(Kind::OddComma, 1),
                b'=' => self.sign(Kind::OddColon, if self.bytes.get(start + 1) == Some(&b'>') { 2 } else { 1 }),
                b'"' => self.quoted(),
                b'/' if matches!(self.bytes.get(start + 1), Some(b'/' | b'*')) => self.comment(),
                b'\'' if self.oddly_quoted('\'') => {}
                b'\0' | 0x0b | 0x0c => self.exotic_blank(),
                0x80.. => {
                    let c = self.text[start..].chars().next().unwrap_or_default();
                    if is_exotic_blank(c) {
                        self.exotic_blank();
                    } else if !self.oddly_quoted(c) {
                        self.bare();
                    }
                }
                _ => self.bare(),
            }
            debug_assert!(self.at > start, "the lexer moves");
        }
    }

    fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
        self.next_flags |= LEAD;
        self.line_flags = 0;
        self.opened_on_line = 0;
    }

    /// Adds a token; `at` is set behind it by the caller.
    pub fn push(&mut self, kind: Kind, span: Range<usize>, flags: u8) {
        if self.next_flags & LEAD != 0 {
            let columns = self.bytes[self.line_start..span.start].iter().map(|&byte| if byte == b'\t' { 4 } else { 1 });
            self.indent = columns.take(0xfffe).sum::<usize>().min(0xfffe) as u16;
            self.line_flags = if kind.closes() { LED_BY_CLOSE } else { 0 };
        }
        let flags = flags | self.next_flags | self.line_flags;
        self.next_flags = 0;
        self.tokens.push(Token { start: span.start as u32, end: span.end as u32, line: self.line, indent: self.indent, kind, flags });
    }

    /// Goes on behind a token or comment that may have line ends inside.
    pub fn continue_at(&mut self, at: usize) {
        let lines = memchr::memchr_iter(b'\n', &self.bytes[self.at..at]).count();
        self.line += lines as u32;
        if lines > 0 {
            self.opened_on_line = 0;
        }
        self.at = at;
    }

    fn bracket(&mut self, kind: Kind) {
        self.opened_on_line += if kind.opens() { 1 } else { -1 };
        self.sign(kind, 1);
    }

    fn sign(&mut self, kind: Kind, len: usize) {
        self.push(kind, self.at..self.at + len, 0);
        self.at += len;
    }

    fn comment(&mut self) {
        let (start, rest) = (self.at, &self.text[self.at..]);
        let len = if rest.starts_with("//") {
            memchr::memchr(b'\n', rest.as_bytes()).map(|end| rest[..end].trim_end().len())
        } else {
            rest[2..].find("*/").map(|end| end + 4)
        };
        let end = start + len.unwrap_or(rest.len());
        self.issues.add(SyntaxIssueKind::Comment, start..end);
        self.continue_at(end);
    }

    fn exotic_blank(&mut self) {
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| !is_exotic_blank(c)).unwrap_or(rest.len());
        self.issues.add(SyntaxIssueKind::ExoticBlank, self.at..self.at + len);
        self.at += len;
    }

    /// A line that a version control system wrote between two versions. The first version is read, the other one stepped over.
    fn conflict_mark(&mut self) -> bool {
        let Some(mark) = self.mark_at(self.at) else { return false };
        let mut at = self.mark_line();
        match mark {
            b'<' => self.in_conflict = true,
            b'>' => self.in_conflict = false,
            _ if self.in_conflict => {
                let wanted = if mark == b'|' { b'=' } else { b'>' };
                self.in_conflict = false;
                while let Some(end) = memchr::memchr(b'\n', &self.bytes[at..]) {
                    at += end + 1;
                    let found = self.mark_at(at);
                    if found == Some(wanted) {
                        // The next round reports this mark.
                        self.continue_at(at - 1);
                        self.in_conflict = wanted == b'=';
                    }
                    if matches!(found, Some(b'<' | b'=' | b'>')) {
                        break;
                    }
                }
            }
            _ => {}
        }
        self.next_flags |= BEHIND_MARK;
        true
    }

    pub fn mark_at(&self, at: usize) -> Option<u8> {
        let rest = &self.bytes[at..];
        let mark = *rest.first().filter(|byte| matches!(byte, b'<' | b'=' | b'>' | b'|'))?;
        let is_mark = rest.len() >= 7 && rest[..7].iter().all(|&byte| byte == mark);
        (is_mark && matches!(rest.get(7), None | Some(b' ' | b'\r' | b'\n'))).then_some(mark)
    }

    /// Reports the line and stops at its end, which is returned.
    fn mark_line(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let end = self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = self.at..self.at + self.text[self.at..end].trim_end().len();
        self.issues.add(SyntaxIssueKind::UnexpectedText, line);
        self.at = end;
        end
    }

    /// A number, a literal, text without quotes, or text that lacks its first quote only.
    fn bare(&mut self) {
        let start = self.at;
        let mut end = start + self.piece_at(start);
        if self.is_stop(&self.text[start..end]) && self.ahead.solid(self.bytes, end).is_some_and(|next| self.bytes[next] == b'"') {
            end -= 1;
        }
        let piece = &self.text[start..end];
        let literal = is_plain_value(piece);
        let goes_on = self.word_follows(end);
        if literal && !goes_on && self.bytes.get(end) != Some(&b'"') {
            self.push(Kind::Scalar, start..end, 0);
            self.at = end;
            return;
        }
        let before_colon = self.ahead.solid(self.bytes, end).is_some_and(|at| self.bytes[at] == b':');
        let key_without_quotes = before_colon && !literal && !self.behind_colon();
        if !key_without_quotes && let Some(quote) = self.closing_quote_of_bare(start) {
            self.issues.add(SyntaxIssueKind::MissingQuotes, start..quote + 1);
            self.push(Kind::String, start..quote, DAMAGED | BARE | self.escapes_in(start..quote));
            self.at = quote + 1;
            return;
        }
        if literal {
            self.push(Kind::Scalar, start..end, 0);
        } else if piece.parse::<f64>().is_ok() || piece.starts_with("0x") {
            self.issues.add(SyntaxIssueKind::InvalidNumber, start..end);
            self.push(Kind::Scalar, start..end, DAMAGED);
        } else {
            while self.word_follows(end) {
                end = self.ahead.solid(self.bytes, end).unwrap_or(end);
                end += self.piece_at(end);
            }
            end = self.prose_end(end).unwrap_or(end);
            self.push(Kind::Word, start..end, 0);
        }
        self.at = end;
    }

    /// Whether this is a number or literal with a full stop behind it, where a comma was meant.
    fn is_stop(&self, piece: &str) -> bool {
        piece.strip_suffix('.').is_some_and(is_plain_value)
    }

    /// Where a value without quotes ends that has commas inside: with its line, if that has no other structure.
    fn prose_end(&mut self, end: usize) -> Option<usize> {
        if !self.behind_colon() || !matches!(self.bytes.get(end), Some(b',' | b';' | b'=')) {
            return None;
        }
        let line_end = self.ahead.line_end(self.bytes, end);
        if self.ahead.sign(self.bytes, end) < line_end {
            return None;
        }
        let rest = self.text[end..line_end].trim_end();
        Some(end + rest.strip_suffix(',').unwrap_or(rest).len())
    }

    fn escapes_in(&self, span: Range<usize>) -> u8 {
        if memchr::memchr(b'\\', &self.bytes[span]).is_some() { ESCAPES } else { 0 }
    }

    /// Whether the token before was a colon, so that a value stands here.
    pub fn behind_colon(&self) -> bool {
        self.tokens.last().is_some_and(|token| matches!(token.kind, Kind::Colon | Kind::OddColon))
    }

    /// Length of the text here, up to a blank or anything that could be structure; never zero. Braces in an address belong to it.
    pub fn piece_at(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let (mut address, mut placeholder) = (false, false);
        let mut ends = |at: usize, c: char| match c {
            '{' => {
                let inside = rest[at + 1..].find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
                placeholder = address && inside.is_some_and(|end| end > 0 && rest.as_bytes()[at + 1 + end] == b'}');
                !placeholder
            }
            '}' => !std::mem::take(&mut placeholder),
            ':' => {
                let slashes = rest[at + 1..].starts_with("//");
                address |= slashes;
                !slashes
            }
            '/' => {
                address = true;
                false
            }
            ';' | '=' => !address,
            c => matches!(c, ',' | ']' | '[' | '"') || c.is_whitespace() || is_exotic_blank(c),
        };
        let len = rest.char_indices().find(|&(at, c)| ends(at, c)).map_or(rest.len(), |(at, _)| at);
        if len == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { len }
    }

    /// Whether another word stands behind this place, on the same line.
    fn word_follows(&mut self, end: usize) -> bool {
        let Some(next) = self.ahead.solid(self.bytes, end).filter(|&next| next > end) else { return false };
        let same_line = memchr::memchr(b'\n', &self.bytes[end..next]).is_none();
        let comment = self.bytes[next] == b'/' && matches!(self.bytes.get(next + 1), Some(b'/' | b'*'));
        let word =
            self.text[next..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '&' | '-' | '/' | '#' | '$' | '.' | '%'));
        same_line && word && !comment
    }
}

/// Whether this is a literal or a number.
pub(super) fn is_plain_value(text: &str) -> bool {
    matches!(text, "true" | "false" | "null") || is_number(text)
}

fn is_exotic_blank(c: char) -> bool {
    !matches!(c, ' ' | '\n' | '\r' | '\t') && (c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0'))
}
