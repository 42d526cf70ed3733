//! Checks on the text of files: strict JSON, encoding, layout.

mod proposal;

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::edit::Edit;
use crate::fix::json_edit;
use crate::model::At;
use crate::source::json::SyntaxIssueKind;
use crate::source::{Encoding as Read, SourceText};
use crate::words;

/// What keeps a file from being strict JSON (kind `json-file`). Proposes edits for extra commas, comments, control characters, exotic
/// blanks, backslashes, quotes and `True`, where only one repair can be meant; for two different values of one key that are no objects or
/// lists it proposes to delete the first, which nobody reads.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Syntax {
    /// The kinds of damage this rule answers for.
    pub damage: Vec<Damage>,
}

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Damage {
    /// The file is empty.
    Empty,
    /// A comma before a closing bracket, or two in a row.
    ExtraComma,
    /// No comma between two values.
    MissingComma,
    /// A bracket that is never closed.
    MissingBracket,
    /// A closing bracket too many.
    ExtraBracket,
    /// No colon behind a key.
    MissingColon,
    /// No value behind a key.
    MissingValue,
    /// No quotes, or single quotes.
    MissingQuotes,
    /// A text that is not closed.
    UnclosedString,
    /// A raw control character in a text.
    ControlCharacter,
    /// A blank that JSON does not know.
    ExoticBlank,
    /// A comment.
    Comment,
    /// A backslash sequence that JSON does not know.
    InvalidEscape,
    /// A number in a form that JSON does not know.
    InvalidNumber,
    /// Text that is no value.
    UnexpectedText,
    /// Text behind the end.
    TrailingText,
    /// Nesting beyond the supported depth.
    TooDeep,
    /// A key that an object has twice, with equal values.
    DuplicateEqual,
    /// A key that an object has twice, with different values.
    DuplicateDifferent,
}

impl Damage {
    fn of(kind: SyntaxIssueKind) -> Self {
        match kind {
            SyntaxIssueKind::Empty => Self::Empty,
            SyntaxIssueKind::ExtraComma => Self::ExtraComma,
            SyntaxIssueKind::MissingComma => Self::MissingComma,
            SyntaxIssueKind::MissingBracket => Self::MissingBracket,
            SyntaxIssueKind::ExtraBracket => Self::ExtraBracket,
            SyntaxIssueKind::MissingColon => Self::MissingColon,
            SyntaxIssueKind::MissingValue => Self::MissingValue,
            SyntaxIssueKind::MissingQuotes => Self::MissingQuotes,
            SyntaxIssueKind::UnclosedString => Self::UnclosedString,
            SyntaxIssueKind::ControlCharacter => Self::ControlCharacter,
            SyntaxIssueKind::ExoticBlank => Self::ExoticBlank,
            SyntaxIssueKind::Comment => Self::Comment,
            SyntaxIssueKind::InvalidEscape => Self::InvalidEscape,
            SyntaxIssueKind::InvalidNumber => Self::InvalidNumber,
            SyntaxIssueKind::UnexpectedText => Self::UnexpectedText,
            SyntaxIssueKind::TrailingText => Self::TrailingText,
            SyntaxIssueKind::TooDeep => Self::TooDeep,
        }
    }
}

impl Demand for Syntax {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(artifact) = context.subject.artifact else { return };
        let Some(json) = context.model.json(artifact) else { return };
        let source = json.source();
        for issue in json.issues().iter().filter(|issue| self.damage.contains(&Damage::of(issue.kind))) {
            let found = words::excerpt(source.text().get(issue.span.clone()).unwrap_or_default(), 40);
            let more = match issue.more.len() {
                0 => String::new(),
                count => format!(" ({})", words::count(count, "more place")),
            };
            let hit = Hit::new(At::Text(artifact, issue.span.clone())).with("found", found).with("more", more).with("key", "");
            let mut hit = hit.propose(proposal::of_issue(issue, json.issues(), source.text()));
            if let Some(other) = &issue.other {
                hit = hit.related(format!("opened in line {}", source.position(other.start).line), At::Text(artifact, other.clone()));
            }
            hits.push(hit);
        }
        let (equal, different) = (self.damage.contains(&Damage::DuplicateEqual), self.damage.contains(&Damage::DuplicateDifferent));
        if equal || different {
            for (first, later) in json.duplicate_keys() {
                if (equal && first.equals(&later)) || (different && !first.equals(&later)) {
                    let key = later.key().unwrap_or_default();
                    let is_container = first.is_object() || first.is_array() || later.is_object() || later.is_array();
                    let unread = if different && !is_container { json_edit::remove(first) } else { None };
                    hits.push(
                        Hit::new(At::Key(later))
                            .property(key.clone())
                            .with("key", key)
                            .with("found", "")
                            .with("more", "")
                            .propose(unread)
                            .related("the first one is here", At::Key(first)),
                    );
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found", "more", "key"]
    }
}

/// How a text file is encoded and laid out (kinds `json-file`, `readme`, `intro`, `script`). Proposes edits for line ends and trailing
/// blanks.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Encoding {
    /// What to look for.
    pub problem: EncodingProblem,
}

/// A problem of encoding or layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum EncodingProblem {
    /// A byte order mark in front.
    Bom,
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// UTF-16.
    Utf16,
    /// Both LF and CRLF line ends.
    MixedLineEnds,
    /// Tabs as indentation.
    Tabs,
    /// Blanks at line ends.
    TrailingBlanks,
}

impl Demand for Encoding {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(artifact) = context.subject.artifact else { return };
        let Some(source) = context.model.source(artifact) else { return };
        if let Some((place, count, found)) = self.problem.find(source) {
            let edits = self.problem.edits(source.text(), &found);
            hits.push(Hit::new(At::Text(artifact, place)).with("count", count).with("found", found).propose(edits));
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "found"]
    }
}

impl EncodingProblem {
    /// What repairs it.
    fn edits(self, text: &str, found: &str) -> Vec<Edit> {
        match self {
            Self::MixedLineEnds => proposal::line_ends(text, found),
            Self::TrailingBlanks => trailing_blanks(text).map(proposal::deleted).collect(),
            _ => Vec::new(),
        }
    }

    /// The first place, how many there are, and what is there.
    fn find(self, source: &SourceText) -> Option<(std::ops::Range<usize>, usize, String)> {
        let text = source.text();
        let first_char = 0..text.chars().next().map_or(0, char::len_utf8);
        match self {
            Self::Bom => (source.has_bom() && source.encoding() == Read::Utf8).then(|| (first_char, 1, String::new())),
            Self::Utf16 => matches!(source.encoding(), Read::Utf16Le | Read::Utf16Be).then(|| (first_char, 1, String::new())),
            Self::NotUtf8 => {
                let invalid = source.invalid_bytes();
                let first = invalid.first()?.clone();
                let found = text.get(first.clone()).unwrap_or_default().to_owned();
                Some((first, invalid.len(), found))
            }
            Self::MixedLineEnds if !lf_and_crlf(text) => None,
            Self::MixedLineEnds => {
                let is_crlf = |at: &usize| *at > 0 && text.as_bytes()[at - 1] == b'\r';
                let (crlf, lf): (Vec<usize>, Vec<usize>) = memchr::memchr_iter(b'\n', text.as_bytes()).partition(is_crlf);
                let (odd, usual) = if lf.len() < crlf.len() { (lf, "CRLF") } else { (crlf, "LF") };
                let &first = odd.first()?;
                // The whole line end: between its two halves there is no column.
                let start = first - usize::from(usual == "LF");
                Some((start..first + 1, odd.len(), usual.to_owned()))
            }
            Self::Tabs => {
                let mut lines = indented_with_tabs(text);
                let first = lines.next()?;
                Some((first..first + 1, lines.count() + 1, String::new()))
            }
            Self::TrailingBlanks => {
                let mut ends = trailing_blanks(text);
                let first = ends.next()?;
                Some((first, ends.count() + 1, String::new()))
            }
        }
    }
}

fn lf_and_crlf(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_crlf = |at: usize| at > 0 && bytes[at - 1] == b'\r';
    // Most files have no return at all, or one in every line end.
    let mut ends = memchr::memchr_iter(b'\n', bytes).map(is_crlf);
    match ends.next() {
        Some(true) => ends.any(|is_crlf| !is_crlf),
        Some(false) => memchr::memmem::find(bytes, b"\r\n").is_some(),
        None => false,
    }
}

fn indented_with_tabs(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let mut seen = 0;
    // From tab to tab: most files have none. Only the first of a line can stand in its indentation.
    memchr::memchr_iter(b'\t', bytes).filter_map(move |tab| {
        let line = memchr::memrchr(b'\n', &bytes[seen..tab]).map(|end| seen + end + 1).or((seen == 0).then_some(0));
        seen = tab + 1;
        line.filter(|&line| bytes[line..tab].iter().all(|&byte| byte == b' '))
    })
}

fn trailing_blanks(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let ends = memchr::memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()).filter(|_| !text.ends_with('\n')));
    let before = |end: usize, is_skipped: fn(&u8) -> bool| end - bytes[..end].iter().rev().take_while(|byte| is_skipped(byte)).count();
    ends.filter_map(move |end| {
        let content = before(end, |byte| *byte == b'\r');
        let trimmed = before(content, |byte| matches!(byte, b' ' | b'\t'));
        // A line of nothing but blanks is fine.
        (trimmed < content && trimmed > 0 && bytes[trimmed - 1] != b'\n').then_some(trimmed..content)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_odd_line_end_is_pointed_at_as_a_whole() {
        let found = |text: &str| EncodingProblem::MixedLineEnds.find(&SourceText::from_bytes(text.as_bytes().to_vec()));
        assert_eq!(found("a\nb\r\nc\n"), Some((3..5, 1, "LF".to_owned())));
        assert_eq!(found("a\r\nb\nc\r\n"), Some((4..5, 1, "CRLF".to_owned())));
        assert_eq!(found("a\r\n"), None);
        assert_eq!(found("\na\r\r\n"), Some((3..5, 1, "LF".to_owned())));
    }

    #[test]
    fn tabs_count_where_nothing_but_blanks_stands_before_them_in_the_line() {
        let found = |text: &str| indented_with_tabs(text).collect::<Vec<_>>();
        assert_eq!(found("\ta\n \t\tb\tc\na\t\n\n\t"), [0, 3, 14]);
        assert_eq!(found("a\tb\n  c"), [0; 0]);
    }

    #[test]
    fn blanks_count_behind_text_however_the_line_ends() {
        let found = |text: &str| trailing_blanks(text).collect::<Vec<_>>();
        assert_eq!(found("a \n\n  \nb\t \r\n c\r\r\nd \r \ne  "), [1..2, 8..10, 20..21, 23..25]);
        assert_eq!(found("  \n \r\n "), [0..0; 0]);
    }
}
