//! Edits that repair damaged JSON and untidy text, where only one repair can be meant.

use std::ops::Range;

use crate::fix::edit::Edit;
use crate::source::json::{SyntaxIssue, SyntaxIssueKind};

/// What repairs a damage; nothing where a person has to decide.
pub(super) fn of_issue(issue: &SyntaxIssue, all: &[SyntaxIssue], text: &str) -> Vec<Edit> {
    // Places in garbage need not lie between characters.
    let places = std::iter::once(&issue.span).chain(&issue.more).filter(|span| text.get((*span).clone()).is_some()).cloned();
    if text.get(issue.span.clone()).is_none() {
        return Vec::new();
    }
    match issue.kind {
        SyntaxIssueKind::ExtraComma => extra_comma(text, issue.span.clone()).into_iter().collect(),
        SyntaxIssueKind::Comment => comment(text, issue.span.clone()).into_iter().collect(),
        SyntaxIssueKind::ExoticBlank => places.map(|place| blank(text, place)).collect(),
        // Where a closing quote is missing, line breaks may lie outside of texts.
        SyntaxIssueKind::ControlCharacter if all.iter().any(|other| other.kind == SyntaxIssueKind::UnclosedString) => Vec::new(),
        SyntaxIssueKind::ControlCharacter => places.map(|place| control_character(text, place)).collect(),
        SyntaxIssueKind::InvalidEscape => escapes(text, issue.span.clone()).unwrap_or_default(),
        SyntaxIssueKind::MissingQuotes => quotes(text, issue.span.clone()).into_iter().collect(),
        SyntaxIssueKind::UnexpectedText => literal(text, issue.span.clone()).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Makes every line end the usual one.
pub(super) fn line_ends(text: &str, usual: &str) -> Vec<Edit> {
    let wants_crlf = usual == "CRLF";
    let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
    let odd = newlines.filter_map(|at| match (wants_crlf, text[..at].ends_with('\r')) {
        (true, false) => Some(Edit { span: at..at + 1, text: "\r\n".to_owned() }),
        (false, true) => Some(deleted(at - 1..at)),
        _ => None,
    });
    odd.collect()
}

pub(super) fn deleted(span: Range<usize>) -> Edit {
    Edit { span, text: String::new() }
}

/// Blanks and tabs directly before and behind a place.
fn blanks_around(text: &str, place: &Range<usize>) -> (usize, usize) {
    let is_blank = [' ', '\t'];
    let before = text[..place.start].trim_end_matches(is_blank).len();
    let behind = text.len() - text[place.end..].trim_start_matches(is_blank).len();
    (before, behind)
}

/// The comma alone, and a blank when one stands on either side of it.
fn extra_comma(text: &str, span: Range<usize>) -> Option<Edit> {
    let between_blanks = text[..span.start].ends_with(' ') && text[span.end..].starts_with(' ');
    let is_comma = text[span.clone()].bytes().all(|byte| byte == b',');
    is_comma.then(|| deleted(span.start..span.end + usize::from(between_blanks)))
}

/// The comment with its line, when nothing else stands on it; else with the blanks before or behind it.
fn comment(text: &str, span: Range<usize>) -> Option<Edit> {
    let comment = &text[span.clone()];
    let is_closed = comment.starts_with("//") || (comment.len() >= 4 && comment.ends_with("*/"));
    // `https://...` without quotes is no comment, whatever it looks like.
    if !is_closed || text[..span.start].ends_with(':') {
        return None;
    }
    let (before, behind) = blanks_around(text, &span);
    let begins_line = before == 0 || text[..before].ends_with('\n');
    let rest = &text[behind..];
    let line_end = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    let ends_line = line_end > 0 || rest.is_empty();
    Some(deleted(match (begins_line, ends_line) {
        (true, true) => before..behind + line_end,
        (true, false) => span.start..behind,
        (false, _) => before..span.end,
    }))
}

/// Plain blanks in the place of others, unless those have no width or stand at the end of a line.
fn blank(text: &str, span: Range<usize>) -> Edit {
    let wide = text[span.clone()].chars().filter(|c| !matches!(c, '\u{feff}' | '\u{200b}' | '\0')).count();
    let rest = &text[span.end..];
    let ends_line = rest.is_empty() || rest.starts_with(['\r', '\n']);
    Edit { span, text: " ".repeat(if ends_line { 0 } else { wide }) }
}

/// The code of a control character; a line break of Windows becomes a plain one.
fn control_character(text: &str, span: Range<usize>) -> Edit {
    let code = match text.as_bytes()[span.start] {
        b'\r' if text[span.end..].starts_with('\n') => String::new(),
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        byte => format!("\\u{byte:04x}"),
    };
    Edit { span, text: code }
}

/// Two backslashes for one, and a bare apostrophe for one with a backslash.
fn escapes(text: &str, span: Range<usize>) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for at in memchr::memchr_iter(b'\\', &text.as_bytes()[span.clone()]).map(|at| span.start + at) {
        match text[at + 1..].chars().next()? {
            '\'' => edits.push(deleted(at..at + 1)),
            // A code with too few digits, or a text that was broken at the end of a line.
            'u' => return None,
            c if c.is_control() => return None,
            _ => edits.push(Edit { span: at..at, text: "\\".to_owned() }),
        }
    }
    Some(edits)
}

/// Double quotes around a bare name, or in the place of single ones.
fn quotes(text: &str, span: Range<usize>) -> Option<Edit> {
    if !text[span.clone()].starts_with('\'') {
        return Some(Edit { text: format!("\"{}\"", &text[span.clone()]), span });
    }
    let mut quoted = "\"".to_owned();
    let mut chars = text[span.start + 1..].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' => {
                let end = span.start + 1 + at + 1;
                let rest = text[end..].trim_start();
                quoted.push('"');
                // An apostrophe inside the text ends it too early.
                return (rest.is_empty() || rest.starts_with([',', ':', '}', ']'])).then_some(Edit { span: span.start..end, text: quoted });
            }
            '\\' => match chars.next()?.1 {
                '\'' => quoted.push('\''),
                escaped => quoted.extend(['\\', escaped]),
            },
            '"' => quoted.push_str("\\\""),
            c if c.is_control() => return None,
            c => quoted.push(c),
        }
    }
    None
}

/// `true`, `false` and `null` as other languages write them.
fn literal(text: &str, span: Range<usize>) -> Option<Edit> {
    let right = match &text[span.clone()] {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "None" | "Null" | "NULL" => "null",
        _ => return None,
    };
    Some(Edit { span, text: right.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fix::edit::apply;
    use crate::source::SourceText;
    use crate::source::json::Json;

    fn repaired(text: &str) -> String {
        let json = Json::parse(Arc::new(SourceText::from_bytes(text.as_bytes().to_vec())));
        let edits = json.issues().iter().flat_map(|issue| of_issue(issue, json.issues(), text)).collect();
        apply(text, edits)
    }

    #[test]
    fn comments_go_with_their_lines_and_with_the_blanks_beside_them() {
        for (text, expected) in [
            ("// a\r\n{\r\n  \"a\": 1 // one\r\n}\r\n", "{\r\n  \"a\": 1\r\n}\r\n"),
            ("{\n  /* two\n     lines */\n  \"a\": /* x */ 1, /* y */ \"b\": 2\n}", "{\n  \"a\": 1, \"b\": 2\n}"),
            ("{\n  /* x */ \"a\": 1\n}//", "{\n  \"a\": 1\n}"),
        ] {
            assert_eq!(repaired(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_comment_or_never_ends_stays() {
        for text in ["{ \"a\": https://x.com/ }", "{ \"a\": 1 } /* and so on", "{ \"a\": \"// no\" }"] {
            assert_eq!(repaired(text), text);
        }
    }

    #[test]
    fn exotic_blanks_become_as_many_plain_ones_and_vanish_at_line_ends() {
        assert_eq!(repaired("{\n\u{2003}\u{a0}\"a\":\u{200b} 1\u{a0}\n}\u{feff}"), "{\n  \"a\": 1\n}");
    }

    #[test]
    fn no_damage_breaks_a_repair() {
        let whole = "{\r\n  \"a\": [1, \"é\\n\", 'x'], // é\n  b: { \"c\": True,, }\n}\n";
        let ends = (0..=whole.len()).filter(|&at| whole.is_char_boundary(at));
        for end in ends {
            let cut = &whole[..end];
            for at in (0..=end).filter(|&at| cut.is_char_boundary(at)) {
                for piece in ["é", "'", "\"", "\\", ",", "/*", "\t", "\u{a0}", "}"] {
                    repaired(&format!("{}{piece}{}", &cut[..at], &cut[at..]));
                }
            }
        }
        assert_eq!(repaired("{ \"a\": 1, é }"), "{ \"a\": 1, é }");
    }

    #[test]
    fn commas_go_alone() {
        assert_eq!(repaired("{ , \"a\": [1,,2,],\n}"), "{ \"a\": [1,2]\n}");
    }

    #[test]
    fn quotes_become_double_ones_and_what_is_inside_keeps_its_meaning() {
        assert_eq!(repaired(r#"{ a-b: 'say \'no\' to "x"\n', 'c': '' }"#), r#"{ "a-b": "say 'no' to \"x\"\n", "c": "" }"#);
        assert_eq!(repaired("{ \"a\": 'it's' }"), "{ \"a\": 'it's' }");
    }

    #[test]
    fn backslashes_are_doubled_unless_a_person_must_decide() {
        assert_eq!(repaired(r#"["^\d\w+$", "it\'s", "\u00e", "a\"b"]"#), r#"["^\\d\\w+$", "it's", "\u00e", "a\"b"]"#);
    }

    #[test]
    fn raw_line_breaks_become_codes_but_not_where_a_quote_is_missing() {
        assert_eq!(repaired("[\"a\tb\r\n c\u{1}\"]"), "[\"a\\tb\\n c\\u0001\"]");
        let unclosed = "{\n\"a\": \"x\ty,\n\"b\": 1\n}";
        assert_eq!(repaired(unclosed), unclosed);
    }

    #[test]
    fn line_ends_become_those_of_the_majority() {
        let text = "a\r\nb\nc\r\n\r\n";
        assert_eq!(apply(text, line_ends(text, "CRLF")), "a\r\nb\r\nc\r\n\r\n");
        assert_eq!(apply(text, line_ends(text, "LF")), "a\nb\nc\n\n");
    }
}
