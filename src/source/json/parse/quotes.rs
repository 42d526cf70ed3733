//! Strings of a damaged file: where one ends whose quotes are missing, doubled, of another kind or inside its text.

use std::ops::Range;

use super::SyntaxIssueKind;
use super::tokens::{BARE, DAMAGED, ESCAPES, Kind, Lexer, is_plain_value};

/// A string that still runs after so many bytes of further lines was meant to end on its first one.
const MAX_BROKEN: usize = 20_000;
/// So often is a string read on over further lines in vain; then every string of the file ends with its line.
const MAX_VAIN: usize = 50;
/// So many blanks between a string and what follows it are looked through.
const MAX_BLANKS: usize = 200;

/// Answers to looks ahead, kept because neighbouring places ask for the same: without them, garbage would take quadratic time.
#[derive(Default)]
pub(super) struct Ahead {
    /// From, and the first byte there that is no blank.
    solid: Option<(usize, usize)>,
    quote: Option<(usize, usize)>,
    second_quote: Option<(usize, usize)>,
    line_end: Option<(usize, usize)>,
    sign: Option<(usize, usize)>,
    /// From, and the first quote there that can close a string on the same line (or the end of that line).
    closing: [Option<(usize, usize, bool)>; 4],
    /// A place, and whether the text there looks like the beginning of a JSON line.
    structure: Option<(usize, bool)>,
    /// How many strings were read on over further lines in vain.
    vain: usize,
}

fn cached(cache: &mut Option<(usize, usize)>, at: usize, find: impl FnOnce() -> usize) -> usize {
    if let Some((from, to)) = *cache
        && (from..=to).contains(&at)
    {
        return to;
    }
    let to = find();
    *cache = Some((at, to));
    to
}

impl Ahead {
    /// The first byte from here that is no blank.
    pub fn solid(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let found = cached(&mut self.solid, at, || at + bytes[at..].iter().take_while(blank).count());
        (found < bytes.len()).then_some(found)
    }

    fn quote(&mut self, bytes: &[u8], at: usize) -> usize {
        cached(&mut self.quote, at, || memchr::memchr(b'"', &bytes[at..]).map_or(bytes.len(), |found| at + found))
    }

    /// The first quote, colon or bracket from here.
    pub fn sign(&mut self, bytes: &[u8], at: usize) -> usize {
        let plain = |byte: &&u8| !matches!(byte, b'"' | b':' | b'{' | b'}' | b'[' | b']');
        cached(&mut self.sign, at, || at + bytes[at..].iter().take_while(plain).count())
    }

    pub fn line_end(&mut self, bytes: &[u8], at: usize) -> usize {
        cached(&mut self.line_end, at, || memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found))
    }
}

/// What a quote inside a string that is read turns out to be.
enum Quote {
    Closes,
    /// Closes, and the one behind it is too many.
    Doubled,
    /// The quote before it was too many, this one opens.
    Opens,
    /// Belongs to the text.
    Inner,
    /// Opens the next string: this one should have ended here.
    Overrun(usize),
}

impl Lexer<'_> {
    /// Reads what begins with a double quote.
    pub fn quoted(&mut self) {
        let (mut open, mut at) = (self.at, self.at + 1);
        let mut flags = 0;
        let mut first_break = None;
        // Damage inside the string counts only for the part that is taken in the end.
        let mut inner: Vec<(SyntaxIssueKind, Range<usize>)> = Vec::new();
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'"' => match self.role_of_quote(open, at, first_break.is_some(), flags & DAMAGED != 0) {
                    Quote::Closes => return self.close_string(open, at + 1, at + 1, flags, inner),
                    Quote::Doubled => {
                        inner.push((SyntaxIssueKind::UnexpectedText, at + 1..at + 2));
                        return self.close_string(open, at + 1, at + 2, flags | DAMAGED, inner);
                    }
                    Quote::Opens => {
                        inner.push((SyntaxIssueKind::UnexpectedText, open..open + 1));
                        (open, at) = (at, at + 1);
                    }
                    Quote::Inner => {
                        match inner.last_mut() {
                            Some((SyntaxIssueKind::UnexpectedText, span)) => span.end = at + 1,
                            _ => inner.push((SyntaxIssueKind::UnexpectedText, at..at + 1)),
                        }
                        flags |= DAMAGED;
                        at += 1;
                    }
                    Quote::Overrun(end) => return self.unclosed(open, end, flags, inner),
                },
                b'\\' => {
                    flags |= ESCAPES;
                    let (end, valid) = self.escape(at);
                    if !valid {
                        inner.push((SyntaxIssueKind::InvalidEscape, at..end));
                    }
                    at = end;
                }
                b'\n' => {
                    let first = *first_break.get_or_insert(at);
                    if self.ends_before(at) || at - first > MAX_BROKEN || self.ahead.vain > MAX_VAIN {
                        self.ahead.vain += usize::from(at > first);
                        let end = self.end_on_line(open, first);
                        return self.unclosed(open, end, flags, inner);
                    }
                    inner.push((SyntaxIssueKind::ControlCharacter, at..at + 1));
                    at += 1;
                }
                b'\r' if self.bytes.get(at + 1) == Some(&b'\n') && first_break.is_none() && self.ends_before(at + 1) => at += 1,
                0..=0x1f => {
                    inner.push((SyntaxIssueKind::ControlCharacter, at..at + 1));
                    at += 1;
                }
                _ => at += 1,
            }
        }
        let end = self.end_on_line(open, first_break.unwrap_or(self.bytes.len()));
        self.unclosed(open, end, flags, inner);
    }

    fn close_string(&mut self, open: usize, end: usize, next: usize, flags: u8, inner: Vec<(SyntaxIssueKind, Range<usize>)>) {
        for (kind, span) in inner {
            self.issues.add(kind, span);
        }
        self.push(Kind::String, open..end, flags);
        self.continue_at(next);
    }

    fn unclosed(&mut self, open: usize, end: usize, flags: u8, mut inner: Vec<(SyntaxIssueKind, Range<usize>)>) {
        inner.retain(|(_, span)| span.end <= end);
        // A quote of another kind at its end was meant to close it, and is no part of the text.
        let text = self.text[open..end].trim_end_matches(['\'', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}']);
        let text_end = open + text.len().max(1);
        inner.push((SyntaxIssueKind::UnclosedString, open..end));
        self.close_string(open, text_end, end, flags | DAMAGED | BARE, inner);
    }

    /// The first byte on this line that is no blank; `None` at the end of the line.
    fn follow(&self, at: usize) -> Option<u8> {
        let rest = self.bytes.get(at..)?;
        let solid = rest.iter().take(MAX_BLANKS).copied().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        solid.filter(|&byte| byte != b'\n')
    }

    fn comment_follows(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let slash = rest.iter().take(MAX_BLANKS).position(|&byte| byte == b'/');
        slash.is_some_and(|slash| matches!(rest.get(slash + 1), Some(b'/' | b'*')))
    }

    /// Whether a string can end before this place.
    fn can_end_before(&self, at: usize) -> bool {
        matches!(self.follow(at), None | Some(b',' | b':' | b'}' | b']'))
    }

    fn role_of_quote(&mut self, open: usize, at: usize, broken: bool, after_inner: bool) -> Quote {
        let next = self.bytes.get(at + 1).copied();
        match self.follow(at + 1) {
            None | Some(b',' | b':' | b'}' | b']' | b'{' | b'[' | b';' | b'=') => return Quote::Closes,
            Some(b'/') if self.comment_follows(at + 1) => return Quote::Closes,
            _ => {}
        }
        if !broken && let Some(end) = self.overrun(open, at) {
            return Quote::Overrun(end);
        }
        if next == Some(b'"') && self.can_end_before(at + 2) {
            return Quote::Doubled;
        }
        let word_touches = next.is_some_and(|byte| !matches!(byte, b' ' | b'\t' | b'"'));
        if word_touches && at == open + 1 {
            return Quote::Opens;
        }
        let rest = &self.text[at + 1..];
        let word = rest.starts_with(|c: char| c.is_alphanumeric()) && !is_plain_value(&rest[..self.piece_at(at + 1)]);
        if (word || after_inner) && self.closing_quote('"', at + 1).is_some() { Quote::Inner } else { Quote::Closes }
    }

    /// At a quote that something odd follows: where the string should have ended, when this quote opens the next one.
    fn overrun(&mut self, open: usize, at: usize) -> Option<usize> {
        let content = self.text[open + 1..at].trim_end();
        let last = *content.as_bytes().last()?;
        if !matches!(last, b',' | b':' | b'{' | b'[') {
            return None;
        }
        let partner = self.ahead.quote(self.bytes, at + 1);
        let line_end = self.ahead.line_end(self.bytes, at);
        if partner >= line_end {
            return None;
        }
        let is_value = self.behind_colon();
        let fits = if is_value { self.follow(partner + 1) == Some(b':') } else { self.can_end_before(partner + 1) };
        if !fits || (is_value && last == b':') {
            return None;
        }
        let key_end = if last == b':' { Some(content.len() - 1) } else { content.find(':').filter(|_| !is_value) };
        let key_end = key_end.filter(|&end| content[end..].starts_with(": ") || is_rest_of_member(&content[end + 1..]));
        Some(open + 1 + key_end.unwrap_or_else(|| without_structure(content)))
    }

    /// Where a string ends that is not closed on its line: before the comma and the brackets that the line closes.
    fn end_on_line(&self, open: usize, line_end: usize) -> usize {
        let content = self.text[open + 1..line_end].trim_end();
        if !self.behind_colon()
            && let Some(colon) = content.find(':')
            && is_rest_of_member(&content[colon + 1..])
        {
            return open + 1 + content[..colon].trim_end().len();
        }
        let mut content = content.strip_suffix(',').unwrap_or(content).trim_end();
        for _ in 0..self.opened_on_line.max(0) {
            let Some(shorter) = content.strip_suffix(['}', ']']) else { break };
            content = shorter.trim_end();
        }
        open + 1 + content.len()
    }

    /// At a line end inside a string: whether its closing quote was forgotten (the next line begins like JSON) rather than the text
    /// broken over lines.
    fn ends_before(&mut self, line_end: usize) -> bool {
        let Some(next) = self.ahead.solid(self.bytes, line_end) else { return true };
        if let Some((at, answer)) = self.ahead.structure
            && at == next
        {
            return answer;
        }
        let answer = self.begins_structure(next);
        self.ahead.structure = Some((next, answer));
        answer
    }

    fn begins_structure(&mut self, at: usize) -> bool {
        let line_end = self.ahead.line_end(self.bytes, at);
        let line = &self.text[at..line_end];
        match self.bytes[at] {
            b'{' | b'[' | b'}' | b']' => {
                let rest = line.trim_start_matches(['{', '[', '}', ']', ',', ' ', '\t', '\r']);
                rest.is_empty() || rest.starts_with('"')
            }
            b'"' => {
                let closes_here = matches!(self.follow(at + 1), None | Some(b',' | b'}' | b']'));
                let partner = line[1..].find('"').map(|quote| at + 1 + quote);
                !closes_here && partner.is_none_or(|partner| self.can_end_before(partner + 1))
            }
            _ => self.mark_at(at).is_some(),
        }
    }

    /// The end of the escape sequence here and whether JSON knows it.
    fn escape(&self, start: usize) -> (usize, bool) {
        match self.bytes.get(start + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (start + 2, true),
            Some(b'u') => {
                let digits = self.bytes[start + 2..].iter().take(4).take_while(|digit| digit.is_ascii_hexdigit()).count();
                (start + 2 + digits, digits == 4)
            }
            Some(&byte) if byte.is_ascii() && byte > 0x1f => (start + 2, false),
            _ => (start + 1, false),
        }
    }

    /// Reads a string in quotes of another kind; says whether one begins here.
    pub fn oddly_quoted(&mut self, quote: char) -> bool {
        let closing = match quote {
            '\'' => '\'',
            '\u{2018}' | '\u{2019}' | '\u{201a}' => '\u{2019}',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '\u{201d}',
            _ => return false,
        };
        let start = self.at;
        let inner_start = start + quote.len_utf8();
        let Some(end) = self.closing_quote(closing, inner_start) else { return false };
        let len = self.text[end..].chars().next().map_or(0, char::len_utf8);
        let escapes = if memchr::memchr(b'\\', &self.bytes[start..end]).is_some() { ESCAPES } else { 0 };
        if quote == '\'' && self.bytes[end] == b'\'' {
            self.issues.add(SyntaxIssueKind::MissingQuotes, start..start + 1);
            self.push(Kind::String, start..end + 1, DAMAGED | escapes);
        } else {
            self.issues.add(SyntaxIssueKind::MissingQuotes, start..end + len);
            self.push(Kind::String, inner_start..end, DAMAGED | BARE | escapes);
        }
        self.at = end + len;
        true
    }

    /// The first quote from here, on the same line, behind which a string can end.
    fn closing_quote(&mut self, quote: char, from: usize) -> Option<usize> {
        let slot = match quote {
            '"' => 0,
            '\'' => 1,
            '\u{2019}' => 2,
            _ => 3,
        };
        if let Some((start, end, found)) = self.ahead.closing[slot]
            && (start..=end).contains(&from)
        {
            return found.then_some(end);
        }
        let line_end = self.ahead.line_end(self.bytes, from);
        let closes = |c: char| match quote {
            '"' => c == '"',
            '\'' => matches!(c, '\'' | '"'),
            '\u{2019}' => matches!(c, '\u{2018}' | '\u{2019}' | '\''),
            _ => matches!(c, '\u{201c}' | '\u{201d}' | '"'),
        };
        let line = &self.text[from..line_end];
        let found = line.char_indices().find(|&(at, c)| {
            let escaped = from + at > 0 && self.bytes[from + at - 1] == b'\\';
            closes(c) && !escaped && self.can_end_before(from + at + c.len_utf8())
        });
        let found = found.map(|(at, _)| from + at);
        self.ahead.closing[slot] = Some((from, found.unwrap_or(line_end), found.is_some()));
        found
    }

    /// For text that begins without a quote: the quote on its line that closes it all the same.
    pub fn closing_quote_of_bare(&mut self, start: usize) -> Option<usize> {
        let quote = self.ahead.quote(self.bytes, start);
        if quote >= self.ahead.line_end(self.bytes, start) || !self.can_end_before(quote + 1) {
            return None;
        }
        let before = &self.bytes[start.max(quote.saturating_sub(MAX_BLANKS))..quote];
        let last = before.iter().rposition(|byte| !matches!(byte, b' ' | b'\t'));
        let behind_blank = last.is_none_or(|last| last + 1 < before.len());
        let opens = last.is_none_or(|last| matches!(before[last], b',' | b':' | b'{' | b'[')) || (behind_blank && self.opens_key(quote));
        (!opens).then_some(quote)
    }

    /// Whether a quote is followed by another one and a colon.
    fn opens_key(&mut self, quote: usize) -> bool {
        let bytes = self.bytes;
        let find = || memchr::memchr2(b'"', b'\n', &bytes[quote + 1..]).map_or(bytes.len(), |found| quote + 1 + found);
        let partner = cached(&mut self.ahead.second_quote, quote + 1, find);
        bytes.get(partner) == Some(&b'"') && self.follow(partner + 1) == Some(b':')
    }
}

/// Length of the text before the commas, blanks and brackets at its end; a closing bracket with a partner in the text stays.
fn without_structure(text: &str) -> usize {
    let mut text = text.trim_end_matches([',', ' ', '\t', '{', '[']);
    let mut surplus = text.matches(['}', ']']).count().saturating_sub(text.matches(['{', '[']).count());
    while surplus > 0
        && let Some(shorter) = text.strip_suffix(['}', ']'])
    {
        text = shorter.trim_end_matches([',', ' ', '\t']);
        surplus -= 1;
    }
    text.len()
}

/// Whether this is all that can stand behind a key and its colon on a line when it is no text.
fn is_rest_of_member(rest: &str) -> bool {
    let value = rest.trim_end_matches([',', '}', ']', ' ', '\t', '\r']).trim_start();
    matches!(value, "{" | "[" | "") || is_plain_value(value)
}
