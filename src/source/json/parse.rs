//! A JSON parser that never gives up: each damage becomes one issue at its place, and the rest of the file is still read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::key_set::KeySet;
use super::tree::{ESCAPED, KEY_ESCAPED, NONE, Node, NodeKind};
use super::value::unquote;

/// Deepest nesting that is read; the deepest published connector has 28 levels.
pub const MAX_DEPTH: usize = 200;
/// So many forgotten brackets are put back in before the file is taken as it is.
const MAX_REPAIRS: usize = 4;
/// Behind this many issues the file is garbage, and more of them help nobody.
const MAX_ISSUES: usize = 100;

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyntaxIssueKind {
    /// The file holds no value at all.
    Empty,
    /// A comma before a closing bracket, or two commas in a row.
    ExtraComma,
    /// Two values or members with no comma between them.
    MissingComma,
    /// A bracket that is never closed; `other` is where it was opened.
    MissingBracket,
    /// A closing bracket too many, or of the wrong kind.
    ExtraBracket,
    /// A key without a colon.
    MissingColon,
    /// A key without a value.
    MissingValue,
    /// A key or text without (double) quotes.
    MissingQuotes,
    /// A string that is not closed on its line.
    UnclosedString,
    /// A raw control character in a string.
    ControlCharacter,
    /// A blank that JSON does not know, such as a no-break space, between values.
    ExoticBlank,
    /// A `//` or `/* */` comment.
    Comment,
    /// A backslash sequence that JSON does not know.
    InvalidEscape,
    /// A number in a form JSON does not know.
    InvalidNumber,
    /// Text that is no value.
    UnexpectedText,
    /// Text behind the end of the file's value.
    TrailingText,
    /// Nesting beyond the supported depth.
    TooDeep,
}

/// One damage of a JSON file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxIssue {
    /// What it is.
    pub kind: SyntaxIssueKind,
    /// Where it is.
    pub span: Range<usize>,
    /// Further places of the same damage (exotic blanks, control characters), folded into this issue.
    pub more: Vec<Range<usize>>,
    /// The place that belongs to it: for a missing bracket the one that was opened.
    pub other: Option<Range<usize>>,
}

pub(super) struct Parsed {
    pub nodes: Vec<Node>,
    pub issues: Vec<SyntaxIssue>,
    pub duplicates: Vec<(u32, u32)>,
}

pub(super) fn parse(text: &str) -> Parsed {
    // Spans are 32 bits wide; files of that size are refused when they are read, this only keeps the arithmetic safe.
    let end = text.floor_char_boundary(text.len().min(u32::MAX as usize - 1));
    let text = &text[..end];
    let mut parser = Parser::new(text, Vec::new());
    parser.file();
    // A bracket that is missing at the end was usually forgotten long before: read again with one put in where indentation betrays it,
    // so that what follows lands where its author meant it.
    for _ in 0..MAX_REPAIRS {
        let Some(suspect) = parser.unclosed_at_end.then(|| parser.suspect_for_unclosed()).flatten() else { break };
        let mut repairs = std::mem::take(&mut parser.repairs);
        if repairs.contains(&suspect) {
            break;
        }
        repairs.push(suspect);
        parser = Parser::new(text, repairs);
        parser.file();
    }
    let mut issues = parser.issues;
    issues.sort_by_key(|issue| (issue.span.start, issue.span.end));
    issues.truncate(MAX_ISSUES);
    Parsed { nodes: parser.nodes, issues, duplicates: parser.duplicates }
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    issues: Vec<SyntaxIssue>,
    duplicates: Vec<(u32, u32)>,
    /// Opening brackets of the containers being read.
    open: Vec<(u8, usize)>,
    /// Closing brackets that close two containers, because one was forgotten before them.
    repairs: Vec<usize>,
    /// Whether the file ended inside a container.
    unclosed_at_end: bool,
    /// Whether members were found behind the end of the top object: its bracket stands too early, and is not missed at the end.
    reopened: bool,
}

type Key = Option<(Range<usize>, u8)>;

impl<'t> Parser<'t> {
    fn new(text: &'t str, repairs: Vec<usize>) -> Self {
        Parser {
            text,
            bytes: text.as_bytes(),
            at: 0,
            nodes: Vec::with_capacity(text.len() / 24),
            issues: Vec::new(),
            duplicates: Vec::new(),
            open: Vec::new(),
            repairs,
            unclosed_at_end: false,
            reopened: false,
        }
    }

    fn file(&mut self) {
        self.blanks();
        if self.at >= self.bytes.len() {
            self.issue(SyntaxIssueKind::Empty, 0..0);
            return;
        }
        self.value(NONE, None);
        loop {
            self.blanks();
            let Some(&byte) = self.bytes.get(self.at) else { return };
            // A bracket too many in the middle closes the file early: when members follow, the file goes on.
            let root_is_object = self.nodes.first().is_some_and(|root| root.kind == NodeKind::Object);
            if root_is_object && (byte == b',' || (byte == b'"' && self.key_follows())) {
                let close = self.nodes[0].end as usize;
                self.issue(SyntaxIssueKind::ExtraBracket, close - 1..close);
                if byte == b',' {
                    self.at += 1;
                }
                self.reopened = true;
                self.open.push((b'{', self.nodes[0].start as usize));
                self.object(0, byte == b',');
                continue;
            }
            let kind = if matches!(byte, b'}' | b']') { SyntaxIssueKind::ExtraBracket } else { SyntaxIssueKind::TrailingText };
            let end = self.text.trim_end().len().max(self.at);
            let end = if kind == SyntaxIssueKind::ExtraBracket && end - self.at > 1 { self.at + 1 } else { end };
            self.issue(kind, self.at..end);
            return;
        }
    }

    fn issue(&mut self, kind: SyntaxIssueKind, span: Range<usize>) {
        self.issue_with(kind, span, None);
    }

    fn issue_with(&mut self, kind: SyntaxIssueKind, span: Range<usize>, other: Option<Range<usize>>) {
        let repeats = matches!(kind, SyntaxIssueKind::ExoticBlank | SyntaxIssueKind::ControlCharacter);
        if repeats && let Some(first) = self.issues.iter_mut().find(|issue| issue.kind == kind) {
            first.more.push(span);
            return;
        }
        // A bracket that was forgotten takes its comma with it.
        let with_bracket = |issue: &SyntaxIssue| issue.kind == SyntaxIssueKind::MissingBracket && issue.span.end == span.start;
        if kind == SyntaxIssueKind::MissingComma && self.issues.last().is_some_and(with_bracket) {
            return;
        }
        // Damage breeds damage: what directly touches an issue of the same kind belongs to it.
        if let Some(last) = self.issues.last_mut()
            && last.kind == kind
            && span.start <= last.span.end
            && span.start >= last.span.start
        {
            last.span.end = last.span.end.max(span.end);
            return;
        }
        if self.issues.len() < MAX_ISSUES {
            self.issues.push(SyntaxIssue { kind, span, more: Vec::new(), other });
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips blanks and, reporting them, comments and blanks that JSON does not know.
    fn blanks(&mut self) {
        loop {
            while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
                self.at += 1;
            }
            let start = self.at;
            match self.peek() {
                Some(b'/') if matches!(self.bytes.get(start + 1), Some(b'/' | b'*')) => {
                    let rest = &self.text[start..];
                    let len = if rest.starts_with("//") {
                        rest.find('\n').map(|end| rest[..end].trim_end().len())
                    } else {
                        rest.find("*/").map(|end| end + 2)
                    };
                    self.at = start + len.unwrap_or(rest.len());
                    self.issue(SyntaxIssueKind::Comment, start..self.at);
                }
                Some(byte) if byte >= 0x80 || byte == 0x0b || byte == 0x0c || byte == 0 => {
                    let rest = &self.text[start..];
                    let len = rest
                        .find(|c: char| {
                            !(c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' || c == '\0') || matches!(c, ' ' | '\n' | '\r' | '\t')
                        })
                        .unwrap_or(rest.len());
                    if len == 0 {
                        return;
                    }
                    self.at += len;
                    self.issue(SyntaxIssueKind::ExoticBlank, start..self.at);
                }
                _ => return,
            }
        }
    }

    fn push(&mut self, kind: NodeKind, span: Range<usize>, parent: u32, key: Key, flags: u8) -> u32 {
        let id = self.nodes.len() as u32;
        let (key_start, key_end, key_flags) = key.map_or((NONE, NONE, 0), |(range, flags)| (range.start as u32, range.end as u32, flags));
        self.nodes.push(Node {
            start: span.start as u32,
            end: span.end as u32,
            key_start,
            key_end,
            subtree_end: id + 1,
            parent,
            kind,
            flags: flags | key_flags,
            keys: KeySet::EMPTY,
        });
        id
    }

    /// Reads one value. The caller has skipped blanks; there is a byte.
    fn value(&mut self, parent: u32, key: Key) {
        let start = self.at;
        match self.bytes[start] {
            open @ (b'{' | b'[') => {
                if self.open.len() >= MAX_DEPTH {
                    self.skip_balanced();
                    self.issue(SyntaxIssueKind::TooDeep, start..start + 1);
                    self.push(NodeKind::Invalid, start..self.at, parent, key, 0);
                    return;
                }
                self.at += 1;
                self.open.push((open, start));
                let kind = if open == b'{' { NodeKind::Object } else { NodeKind::Array };
                let id = self.push(kind, start..start + 1, parent, key, 0);
                if open == b'{' { self.object(id, false) } else { self.array(id) }
            }
            quote @ (b'"' | b'\'') => {
                let flags = self.string(quote);
                self.push(NodeKind::String, start..self.at, parent, key, flags);
            }
            _ => self.scalar(parent, key),
        }
    }

    fn close(&mut self, id: u32) {
        let end = self.nodes.len() as u32;
        let node = &mut self.nodes[id as usize];
        node.end = self.at as u32;
        node.subtree_end = end;
        self.open.pop();
    }

    /// Whether the container that is being read may end here although its own closing bracket does not stand here.
    fn ends_without_bracket(&mut self, own: u8) -> bool {
        let opened = self.open.last().map_or(0, |&(_, at)| at);
        match self.peek() {
            None => {
                // Only the innermost container reports: the others end for the same reason.
                let missed = !(self.reopened && self.open.len() == 1);
                if missed && !std::mem::replace(&mut self.unclosed_at_end, true) {
                    self.issue_with(SyntaxIssueKind::MissingBracket, self.bytes.len()..self.bytes.len(), Some(opened..opened + 1));
                }
                true
            }
            Some(close @ (b'}' | b']')) if close != own => {
                let wanted = if close == b'}' { b'{' } else { b'[' };
                let outer_matches = self.open[..self.open.len() - 1].iter().any(|&(open, _)| open == wanted);
                // When our own bracket follows, this one has merely strayed in.
                let strayed = self.text[self.at + 1..].trim_start().as_bytes().first() == Some(&own);
                let outer_matches = outer_matches && !strayed;
                if outer_matches {
                    let end = self.previous_end();
                    self.issue_with(SyntaxIssueKind::MissingBracket, end..end, Some(opened..opened + 1));
                } else {
                    self.issue(SyntaxIssueKind::ExtraBracket, self.at..self.at + 1);
                    self.at += 1;
                    self.blanks();
                    // The last bracket of the file, of the wrong kind: the right one is not missing besides.
                    if self.open.len() == 1 && self.peek().is_none() {
                        return true;
                    }
                }
                outer_matches
            }
            _ => false,
        }
    }

    /// Where a bracket was probably forgotten: before the first closing bracket on a line of its own that is indented otherwise than
    /// the line on which its partner was opened.
    fn suspect_for_unclosed(&self) -> Option<usize> {
        // A line may hold any number of containers, so each line is looked at once.
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.bytes).map(|end| end + 1));
        let indented = |line: usize| (line, self.bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count());
        let lines: Vec<(usize, usize)> = starts.map(indented).collect();
        let indent_of_line = |at: usize| {
            let (line, indent) = lines[lines.partition_point(|(line, _)| *line <= at) - 1];
            (indent, line)
        };
        let containers =
            self.nodes.iter().filter(|node| matches!(node.kind, NodeKind::Object | NodeKind::Array) && node.end > node.start + 1);
        let suspects = containers.filter_map(|node| {
            let close = node.end as usize - 1;
            // A container that the end of the file cuts off may end in any character.
            if !matches!(self.bytes[close], b'}' | b']') {
                return None;
            }
            let (open_indent, open_line) = indent_of_line(node.start as usize);
            let (close_indent, close_line) = indent_of_line(close);
            let alone = open_line != close_line && close_line + close_indent == close;
            (alone && close_indent < open_indent).then_some(close)
        });
        suspects.min()
    }

    /// Steps over a closing bracket, unless it also closes the container around, because one was forgotten here.
    fn step_over_close(&mut self) {
        let here = self.at;
        let stands_for_two = self.repairs.contains(&here)
            && !self.issues.iter().any(|issue| issue.kind == SyntaxIssueKind::MissingBracket && issue.span.start == here);
        if stands_for_two {
            let opened = self.open.last().map_or(0, |&(_, at)| at);
            self.issue_with(SyntaxIssueKind::MissingBracket, here..here, Some(opened..opened + 1));
        } else {
            self.at += 1;
        }
    }

    fn previous_end(&self) -> usize {
        self.text[..self.at].trim_end().len()
    }

    /// Reads members up to the closing brace, which may be missing.
    fn object(&mut self, id: u32, mut after_comma: bool) {
        let mut comma_at = self.at.saturating_sub(1);
        let mut first = !after_comma;
        loop {
            self.blanks();
            if self.ends_without_bracket(b'}') {
                break;
            }
            let Some(byte) = self.peek() else { continue };
            match byte {
                b'}' => {
                    // What was stepped over counts as a comma, but need not be one.
                    if after_comma && self.bytes.get(comma_at) == Some(&b',') {
                        self.issue(SyntaxIssueKind::ExtraComma, comma_at..comma_at + 1);
                    }
                    self.step_over_close();
                    break;
                }
                b',' => {
                    if after_comma || first {
                        self.issue(SyntaxIssueKind::ExtraComma, self.at..self.at + 1);
                    }
                    comma_at = self.at;
                    after_comma = true;
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            // An object where a key should be: in a list, the object before it was not closed.
            if byte == b'{' && !first && self.open.len() > 1 && self.open[self.open.len() - 2].0 == b'[' {
                let end = if after_comma { comma_at } else { self.previous_end() };
                let opened = self.open.last().map_or(0, |&(_, at)| at);
                self.issue_with(SyntaxIssueKind::MissingBracket, end..end, Some(opened..opened + 1));
                self.at = end;
                break;
            }
            if !first && !after_comma {
                let end = self.previous_end();
                self.issue(SyntaxIssueKind::MissingComma, end..end);
            }
            let Some(key) = self.key() else {
                // No key can begin here: step over the piece so that the loop always moves.
                let start = self.at;
                self.skip_piece();
                self.issue(SyntaxIssueKind::UnexpectedText, start..self.at);
                (first, after_comma) = (false, true);
                comma_at = start;
                continue;
            };
            self.member(id, key);
            (first, after_comma) = (false, false);
        }
        self.close_keys(id);
        self.close(id);
    }

    /// A quoted key, or (reported) one without double quotes.
    fn key(&mut self) -> Key {
        let start = self.at;
        match self.peek()? {
            quote @ (b'"' | b'\'') => {
                let flags = self.string(quote);
                let is_closed = self.at >= start + 2 && self.bytes[self.at - 1] == quote;
                Some((start..self.at, if flags & ESCAPED != 0 || !is_closed { KEY_ESCAPED } else { 0 }))
            }
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'@') => {
                let rest = &self.text[start..];
                let len = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '@' | '.'))).unwrap_or(rest.len());
                let behind = rest[len..].trim_start();
                if !behind.starts_with(':') {
                    return None;
                }
                self.at += len;
                self.issue(SyntaxIssueKind::MissingQuotes, start..self.at);
                Some((start..self.at, KEY_ESCAPED))
            }
            _ => None,
        }
    }

    /// Reads `: value` behind a key.
    fn member(&mut self, parent: u32, key: (Range<usize>, u8)) {
        self.blanks();
        let key_end = key.0.end;
        match self.peek() {
            Some(b':') => {
                self.at += 1;
                self.blanks();
            }
            Some(byte) if is_value_start(byte) => self.issue(SyntaxIssueKind::MissingColon, key_end..key_end),
            _ => {}
        }
        match self.peek() {
            Some(byte) if is_value_start(byte) => self.value(parent, Some(key)),
            Some(b',' | b'}' | b']') | None => {
                self.issue(SyntaxIssueKind::MissingValue, key.0.clone());
                self.push(NodeKind::Invalid, key_end..key_end, parent, Some(key), 0);
            }
            Some(_) => self.scalar(parent, Some(key)),
        }
    }

    /// Reads items up to the closing bracket, which may be missing.
    fn array(&mut self, id: u32) {
        let (mut first, mut after_comma, mut comma_at) = (true, false, self.at);
        loop {
            self.blanks();
            if self.ends_without_bracket(b']') {
                break;
            }
            let Some(byte) = self.peek() else { continue };
            match byte {
                b']' => {
                    if after_comma {
                        self.issue(SyntaxIssueKind::ExtraComma, comma_at..comma_at + 1);
                    }
                    self.step_over_close();
                    break;
                }
                b',' => {
                    if after_comma || first {
                        self.issue(SyntaxIssueKind::ExtraComma, self.at..self.at + 1);
                    }
                    comma_at = self.at;
                    after_comma = true;
                    self.at += 1;
                    continue;
                }
                // A member here means that the array ended before it.
                b'"' if self.open.len() > 1 && self.open[self.open.len() - 2].0 == b'{' && self.key_follows() => {
                    let end = self.previous_end();
                    let end = if after_comma { comma_at } else { end };
                    let opened = self.open.last().map_or(0, |&(_, at)| at);
                    self.issue_with(SyntaxIssueKind::MissingBracket, end..end, Some(opened..opened + 1));
                    if after_comma {
                        self.at = comma_at;
                    }
                    break;
                }
                _ => {}
            }
            if !first && !after_comma {
                let end = self.previous_end();
                self.issue(SyntaxIssueKind::MissingComma, end..end);
            }
            let before = self.at;
            self.value(id, None);
            if self.at == before {
                self.at += self.text[before..].chars().next().map_or(1, char::len_utf8);
            }
            (first, after_comma) = (false, false);
        }
        self.close(id);
    }

    /// Whether the string that begins here is followed by a colon.
    fn key_follows(&self) -> bool {
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                b'"' => return self.text.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with(':')),
                b'\n' => return false,
                _ => at += 1,
            }
        }
        false
    }

    /// Reads a string; returns its flags. `at` is behind the closing quote afterwards.
    fn string(&mut self, quote: u8) -> u8 {
        let start = self.at;
        let mut flags = 0;
        self.at += 1;
        if quote == b'\'' {
            self.issue(SyntaxIssueKind::MissingQuotes, start..start + 1);
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                _ if byte == quote => {
                    self.at += 1;
                    return flags;
                }
                b'\\' => {
                    flags |= ESCAPED;
                    self.escape();
                }
                b'\n' if self.string_ends_on_this_line(start) => {
                    let line_end = self.previous_end();
                    let end = self.text[..line_end].trim_end_matches(',').len().max(start + 1);
                    self.at = end;
                    self.issue(SyntaxIssueKind::UnclosedString, start..end);
                    return flags;
                }
                0..=0x1f => {
                    self.issue(SyntaxIssueKind::ControlCharacter, self.at..self.at + 1);
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        self.issue(SyntaxIssueKind::UnclosedString, start..self.at);
        flags
    }

    /// At a raw line end inside a string: whether the closing quote was forgotten (the next line begins like JSON) rather than the
    /// text broken over lines.
    fn string_ends_on_this_line(&self, start: usize) -> bool {
        let next = self.text[self.at..].trim_start();
        let next_is_structure = next.starts_with(['}', ']', '{', '['])
            || (next.starts_with('"') && !next.starts_with("\",") && !next[1..].trim_start().starts_with(['}', ']']));
        next_is_structure || next.is_empty() || self.at - start > 20_000
    }

    fn escape(&mut self) {
        let start = self.at;
        self.at += 1;
        let valid = match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                true
            }
            Some(b'u') => {
                self.at += 1;
                let digits = self.bytes[self.at..].iter().take(4).take_while(|digit| digit.is_ascii_hexdigit()).count();
                self.at += digits;
                digits == 4
            }
            Some(byte) if byte.is_ascii() && byte > 0x1f => {
                self.at += 1;
                false
            }
            _ => false,
        };
        if !valid {
            self.issue(SyntaxIssueKind::InvalidEscape, start..self.at);
        }
    }

    /// A number, a literal, or text that is neither.
    fn scalar(&mut self, parent: u32, key: Key) {
        let start = self.at;
        self.skip_piece();
        let piece = &self.text[start..self.at];
        let kind = match piece {
            "true" | "false" => NodeKind::Boolean,
            "null" => NodeKind::Null,
            _ if is_number(piece) => NodeKind::Number,
            _ => {
                let looks_numeric = piece.parse::<f64>().is_ok() || piece.starts_with("0x");
                self.issue(if looks_numeric { SyntaxIssueKind::InvalidNumber } else { SyntaxIssueKind::UnexpectedText }, start..self.at);
                NodeKind::Invalid
            }
        };
        self.push(kind, start..self.at, parent, key, 0);
    }

    /// Steps over text up to the next thing that could be structure; always moves unless at the end.
    fn skip_piece(&mut self) {
        let rest = &self.text[self.at..];
        let len = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | '{' | '[' | '"' | ':')).unwrap_or(rest.len());
        self.at += if len == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { len };
    }

    /// Steps over a container without building it, for nesting beyond the limit.
    fn skip_balanced(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                b'"' => {
                    while let Some(inner) = self.peek() {
                        self.at += if inner == b'\\' { 2 } else { 1 };
                        if inner == b'"' {
                            break;
                        }
                    }
                    self.at = self.at.min(self.bytes.len());
                }
                _ => {}
            }
        }
    }

    /// Notes which keys an object has, and which of them twice.
    fn close_keys(&mut self, id: u32) {
        let end = self.nodes.len() as u32;
        let mut set = KeySet::EMPTY;
        let mut maybe_twice = false;
        let mut child = id + 1;
        while child < end {
            let node = &self.nodes[child as usize];
            if node.key_start != NONE {
                let key = match (&self.bytes[node.key_start as usize..node.key_end as usize], node.flags & KEY_ESCAPED) {
                    ([_, key @ .., _], 0) => KeySet::of_bytes(key),
                    _ => KeySet::ALL,
                };
                maybe_twice |= set.may_have_one(key);
                set = set.with(key);
            }
            child = node.subtree_end;
        }
        self.nodes[id as usize].keys = set;
        if !maybe_twice {
            return;
        }
        let mut keys: Vec<(u32, Cow<'_, str>)> = Vec::new();
        let mut child = id + 1;
        while child < end {
            let node = &self.nodes[child as usize];
            if node.key_start != NONE {
                let key = &self.text[node.key_start as usize..node.key_end as usize];
                keys.push((child, unquote(key, node.flags & KEY_ESCAPED != 0)));
            }
            child = node.subtree_end;
        }
        if keys.len() <= 12 {
            for (index, (later, key)) in keys.iter().enumerate() {
                if let Some((first, _)) = keys[..index].iter().find(|(_, earlier)| earlier == key) {
                    self.duplicates.push((*first, *later));
                }
            }
        } else {
            let mut seen = HashMap::with_capacity(keys.len());
            for (later, key) in keys {
                if let Some(&first) = seen.get(&key) {
                    self.duplicates.push((first, later));
                } else {
                    seen.insert(key, later);
                }
            }
        }
    }
}

fn is_value_start(byte: u8) -> bool {
    matches!(byte, b'{' | b'[' | b'"' | b'\'' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
}

/// The number grammar of RFC 8259.
fn is_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    let digits = |at: &mut usize| {
        let start = *at;
        while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
            *at += 1;
        }
        *at - start
    };
    let int_start = at;
    let int = digits(&mut at);
    if int == 0 || (int > 1 && bytes[int_start] == b'0') {
        return false;
    }
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        if digits(&mut at) == 0 {
            return false;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        if digits(&mut at) == 0 {
            return false;
        }
    }
    at == bytes.len()
}

#[cfg(test)]
mod tests;
