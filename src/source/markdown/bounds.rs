//! What part of a Markdown text is read, and how hostile nesting is kept from costing quadratic time.

use std::borrow::Cow;
use std::ops::Range;

/// Thirty times the longest readme seen in practice.
const MAX_BYTES: usize = 1024 * 1024;
/// Quotes and lists within each other on one line. People stop at about five.
const MAX_MARKERS: usize = 64;
/// Columns of blanks before the text of a line; two make a list level.
const MAX_INDENT: usize = 256;

/// The part of a text that is parsed.
pub(super) struct Bounds<'a> {
    /// From the start of the file, so that places need no conversion; as long as the original up to there.
    pub(super) text: Cow<'a, str>,
    /// Where the content begins, behind the metadata.
    pub(super) start: usize,
    /// The metadata block.
    pub(super) front_matter: Option<Range<usize>>,
    /// Whether the end was cut off.
    pub(super) truncated: bool,
}

impl<'a> Bounds<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let kept = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
        let front_matter = front_matter(kept);
        Self {
            text: limit_nesting(kept),
            start: front_matter.as_ref().map_or(0, |range| range.end),
            front_matter,
            truncated: kept.len() < text.len(),
        }
    }
}

/// The `---` block at the very top. A rule drawn there by `---` is told apart by what follows: each line must look like YAML.
fn front_matter(text: &str) -> Option<Range<usize>> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let mut end = first.len();
    let mut keys = 0;
    for line in lines {
        end += line.len();
        let content = line.trim_end();
        if content == "---" || content == "..." {
            return (keys > 0).then_some(0..end);
        }
        let is_key = content
            .split_once(':')
            .is_some_and(|(key, value)| !key.is_empty() && !key.starts_with('#') && (value.is_empty() || value.starts_with(' ')));
        let belongs_to_key = keys > 0 && (content.starts_with([' ', '\t', '-', ']', '}']) || content.is_empty());
        if !is_key && !belongs_to_key && !content.starts_with('#') {
            return None;
        }
        keys += usize::from(is_key);
    }
    None
}

/// Parsing takes time in proportion to depth times lines. A marker beyond the limit is replaced by a full stop,
/// which makes the rest of the line plain text and moves no place.
fn limit_nesting(text: &str) -> Cow<'_, str> {
    let mut excess = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        if let Some(at) = excess_marker(line.as_bytes()) {
            excess.push(offset + at);
        }
        offset += line.len();
    }
    if excess.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut limited = text.to_owned();
    for at in excess {
        // The byte is ASCII, so the text stays valid.
        limited.replace_range(at..=at, ".");
    }
    Cow::Owned(limited)
}

/// The first byte of a line's container marks that goes beyond a limit. A line of blanks alone opens nothing.
fn excess_marker(line: &[u8]) -> Option<usize> {
    let mut markers = 0;
    let mut indent = 0;
    let mut too_deep = None;
    let mut at = 0;
    loop {
        match line.get(at)? {
            b'\n' | b'\r' => return None,
            byte @ (b' ' | b'\t') => {
                indent += if *byte == b'\t' { 4 } else { 1 };
                if indent > MAX_INDENT {
                    too_deep = too_deep.or(Some(at));
                }
                at += 1;
            }
            _ if too_deep.is_some() => return too_deep,
            _ => {
                let length = marker_length(line.get(at..)?)?;
                markers += 1;
                if markers > MAX_MARKERS {
                    return Some(at);
                }
                at += length;
            }
        }
    }
}

/// The length of the quote or list mark that a text begins with.
fn marker_length(text: &[u8]) -> Option<usize> {
    let length = match text.first()? {
        b'>' => return Some(1),
        b'-' | b'*' | b'+' => 1,
        _ => {
            let digits = text.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
            let closed = matches!(text.get(digits), Some(b'.' | b')'));
            if !(1..=9).contains(&digits) || !closed {
                return None;
            }
            digits + 1
        }
    };
    // Without a blank it is text: `-5`, `*bold*`.
    text.get(length).is_none_or(u8::is_ascii_whitespace).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metadata_block_ends_at_its_closing_line() {
        assert_eq!(front_matter("---\ntitle: a\ntags:\n  - x\n- y\n\n# note\n---\nText"), Some(0..41));
        assert_eq!(front_matter("---\r\na: b\r\n...\r\nText"), Some(0..16));
        assert_eq!(front_matter("---\na: b\n---"), Some(0..12));
    }

    #[test]
    fn a_rule_at_the_top_is_no_metadata() {
        for text in [
            "---\n\nText\n---\n",
            "---\n---\n",
            "---\na: b\n",
            "--- x\na: b\n---\n",
            "\n---\na: b\n---\n",
            "---\nSee https://contoso.com\n---\n",
            "---\n# Title\n---\n",
        ] {
            assert_eq!(front_matter(text), None, "{text:?}");
        }
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        let text = "> - 1. deep\n\n* * * * *\n--------------------------------------------------------------------------------\n"
            .to_owned()
            + &" ".repeat(500)
            + "\n";
        assert!(matches!(limit_nesting(&text), Cow::Borrowed(_)));
    }

    #[test]
    fn nesting_stops_at_the_limit_and_no_byte_moves() {
        for unit in [">", "> ", "- ", "1. ", "12) ", "\t", "> * "] {
            let text = unit.repeat(1000) + "é";
            let limited = limit_nesting(&text);
            assert_eq!(limited.len(), text.len(), "{unit:?}");
            assert!(limited.contains('.') && limited.ends_with('é'));
            assert_eq!(limit_nesting(&limited), limited, "{unit:?}");
        }
    }

    #[test]
    fn the_text_is_cut_between_characters() {
        let text = "x".to_owned() + &"é".repeat(MAX_BYTES);
        let bounds = Bounds::of(&text);
        assert!(bounds.truncated);
        assert_eq!(bounds.text.len(), MAX_BYTES - 1);
    }
}
