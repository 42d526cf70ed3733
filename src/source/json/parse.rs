//! A JSON parser that never gives up: each damage becomes one issue at its place, and the rest of the file is still read.
//!
//! A sound file is read in one pass ([`strict`]). Only when that fails is the text cut into tokens ([`tokens`], [`quotes`]), the
//! cheapest set of repairs looked for ([`repair`], [`moves`]) and the repaired tokens made a tree ([`build`]).

mod build;
mod duplicates;
mod issues;
mod moves;
mod quotes;
mod repair;
mod strict;
mod tokens;

use std::ops::Range;

use super::tree::Node;

/// Deepest nesting that is read; the deepest published connector has 28 levels.
pub const MAX_DEPTH: usize = 200;
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
    /// A bracket that is not there: a closing one (`other` is the place where its partner was opened), an opening one behind a key or
    /// before the first member of a list's object (an empty span, no `other`), or one of the wrong kind (the span covers it).
    MissingBracket,
    /// A bracket too many.
    ExtraBracket,
    /// A key without a colon.
    MissingColon,
    /// A key without a value.
    MissingValue,
    /// A key or text without (double) quotes.
    MissingQuotes,
    /// A string that is not closed where its line or its value ends.
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

/// Reads a file. There are no issues exactly when `serde_json` reads the file too, with two exceptions: nesting is allowed down to
/// [`MAX_DEPTH`], and an escape for half a surrogate pair is let pass, because the readers of the platform accept it.
pub(super) fn parse(text: &str) -> Parsed {
    // Spans are 32 bits wide; files of that size are refused when they are read, this only keeps the arithmetic safe.
    let end = text.floor_char_boundary(text.len().min(u32::MAX as usize - 1));
    let text = &text[..end];
    strict::parse(text).unwrap_or_else(|| {
        let (tokens, issues) = tokens::read(text);
        let edits = repair::edits(text, &tokens);
        build::build(text, &tokens, &edits, issues)
    })
}

/// The number grammar of RFC 8259, within the range of floating point.
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
    let mut exponent = 0;
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        exponent = digits(&mut at);
        if exponent == 0 {
            return false;
        }
    }
    // Only many digits or a long exponent can leave the range.
    at == bytes.len() && ((int < 100 && exponent < 3) || text.parse::<f64>().is_ok_and(f64::is_finite))
}

#[cfg(test)]
mod mutation_tests;
#[cfg(test)]
mod tests;
