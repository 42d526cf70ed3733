//! Raw HTML in Markdown, as far as rules need it: visible text, images, links and headings. No tree is built.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};

/// What a scan finds, in order. Ranges are of the scanned text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text between tags, entities not yet replaced.
    Text(Range<usize>),
    /// A tag.
    Tag(Tag, Range<usize>),
}

/// The tags that matter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `<img>` with its source and alternative text.
    Image { source: String, text: String },
    /// `<a>` with its address.
    LinkStart(String),
    /// `</a>`
    LinkEnd,
    /// `<h1>` to `<h6>`
    HeadingStart(u8),
    /// `</h1>` to `</h6>`
    HeadingEnd,
    /// `<b>` and `<strong>`
    StrongStart,
    /// `</b>` and `</strong>`
    StrongEnd,
    /// `<br>`: a new line of the same text.
    LineBreak,
    /// Any element that starts a line of its own, such as `<p>`, `<li>` or `<td>`.
    Block,
}

/// Elements that stand within a line.
const INLINE: [&str; 24] = [
    "abbr", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "picture", "q", "s", "samp", "small", "source", "span",
    "strong", "sub", "sup", "tt", "u", "var",
];
/// Elements whose content is not shown.
const HIDDEN: [&str; 4] = ["script", "style", "template", "title"];
/// Attempts to read attribute values that never end; each may cost the length of the text.
const MAX_UNCLOSED_QUOTES: usize = 16;

/// Goes through a text with HTML in it, in time proportional to its length.
pub(super) fn scan(text: &str, mut found: impl FnMut(Part)) {
    let mut at = 0;
    let mut text_start = 0;
    let mut unclosed_quotes = 0;
    while let Some(open) = memchr(b'<', text.as_bytes().get(at..).unwrap_or_default()).map(|offset| at + offset) {
        let rest = text.get(open + 1..).unwrap_or_default();
        let end = match rest.as_bytes().first() {
            Some(b'!') if rest.starts_with("!--") => Some(open + 1 + after(rest, 3, "-->")),
            Some(b'!' | b'?') => Some(open + 1 + after(rest, 0, ">")),
            Some(byte) if byte.is_ascii_alphabetic() || *byte == b'/' => {
                tag_end(rest, &mut unclosed_quotes).map(|length| open + 1 + length)
            }
            _ => None,
        };
        let Some(end) = end else {
            at = open + 1;
            continue;
        };
        if text_start < open {
            found(Part::Text(text_start..open));
        }
        let inner = text.get(open + 1..end).unwrap_or_default();
        at = end;
        if inner.starts_with(|character: char| character.is_ascii_alphabetic() || character == '/') {
            let (name, attributes) = name_and_attributes(inner);
            if let Some(tag) = tag_of(&name, attributes) {
                found(Part::Tag(tag, open..end));
            }
            if HIDDEN.contains(&name.as_str()) {
                at = end + hidden_length(text.get(end..).unwrap_or_default(), &name);
            }
        }
        text_start = at;
    }
    if text_start < text.len() {
        found(Part::Text(text_start..text.len()));
    }
}

/// Where the text behind `needle` begins, or the end of the text.
fn after(text: &str, from: usize, needle: &str) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    memmem::find(rest, needle.as_bytes()).map_or(text.len(), |offset| from + offset + needle.len())
}

/// The length of a tag (behind its `<`) up to and including its `>`, which may also stand in quoted values.
fn tag_end(text: &str, unclosed_quotes: &mut usize) -> Option<usize> {
    let plain = memchr(b'>', text.as_bytes())? + 1;
    if *unclosed_quotes < MAX_UNCLOSED_QUOTES {
        let quoted = tag_end_behind_quotes(text.as_bytes());
        *unclosed_quotes += usize::from(quoted.is_none());
        return quoted.or(Some(plain));
    }
    Some(plain)
}

fn tag_end_behind_quotes(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'>' => return Some(at + 1),
            quote @ (b'"' | b'\'') => at += memchr(*quote, bytes.get(at + 1..)?)? + 2,
            _ => at += 1,
        }
    }
}

/// How much of a text belongs to an element whose content is not shown. The end tag itself is left, it does no harm.
fn hidden_length(text: &str, name: &str) -> usize {
    let ends = memchr_iter(b'<', text.as_bytes());
    let is_end = |at: &usize| {
        let tag = text.as_bytes().get(at + 1..at + 2 + name.len()).unwrap_or_default();
        tag.first() == Some(&b'/') && tag.get(1..).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
    };
    ends.into_iter().find(is_end).unwrap_or(text.len())
}

/// `img` and ` src="a.png">` of `img src="a.png">`; end tags keep their slash.
fn name_and_attributes(inner: &str) -> (String, &str) {
    let slash = usize::from(inner.starts_with('/'));
    let length = inner.bytes().skip(slash).take_while(u8::is_ascii_alphanumeric).count() + slash;
    let (name, attributes) = inner.split_at_checked(length).unwrap_or((inner, ""));
    (name.to_ascii_lowercase(), attributes)
}

fn tag_of(name: &str, attributes: &str) -> Option<Tag> {
    Some(match name {
        "img" => Tag::Image { source: attribute(attributes, "src")?, text: attribute(attributes, "alt").unwrap_or_default() },
        "a" => Tag::LinkStart(attribute(attributes, "href")?),
        "/a" => Tag::LinkEnd,
        "b" | "strong" => Tag::StrongStart,
        "/b" | "/strong" => Tag::StrongEnd,
        "br" => Tag::LineBreak,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Tag::HeadingStart(name.bytes().last()? - b'0'),
        "/h1" | "/h2" | "/h3" | "/h4" | "/h5" | "/h6" => Tag::HeadingEnd,
        _ if INLINE.contains(&name.trim_start_matches('/')) => return None,
        _ => Tag::Block,
    })
}

/// The value of an attribute, entities replaced.
fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let is_separator = |character: char| character.is_whitespace() || character == '/';
    let mut rest = attributes.trim_end_matches('>');
    loop {
        rest = rest.trim_start_matches(is_separator);
        if rest.is_empty() {
            return None;
        }
        let length = rest.find(|character: char| is_separator(character) || character == '=').unwrap_or(rest.len());
        let (name, behind) = rest.split_at_checked(length)?;
        let behind_name = behind.trim_start();
        let Some(value) = behind_name.strip_prefix('=') else {
            rest = behind;
            continue;
        };
        let value = value.trim_start();
        let (value, behind_value) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.get(1..)?;
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))?,
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(decode(value));
        }
        rest = behind_value;
    }
}

/// A text with its entities replaced.
fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    pieces(text, |piece, _, _| decoded.push_str(piece));
    decoded
}

/// Cuts a text at its entities: calls with each piece, its place in the text, and whether the piece is as written.
pub(super) fn pieces(text: &str, mut found: impl FnMut(&str, Range<usize>, bool)) {
    let mut start = 0;
    for at in memchr_iter(b'&', text.as_bytes()) {
        let Some((character, length)) = text.get(at + 1..).and_then(entity) else { continue };
        if let Some(before) = text.get(start..at).filter(|before| !before.is_empty()) {
            found(before, start..at, true);
        }
        let end = at + 1 + length;
        found(character.encode_utf8(&mut [0; 4]), at..end, false);
        start = end;
    }
    if let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        found(rest, start..text.len(), true);
    }
}

/// The character of an entity (behind its `&`) and the length with its semicolon. Only the names people use in running text.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = text.get(..end)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "copy" => '©',
        "reg" => '®',
        "trade" => '™',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "middot" => '·',
        "rarr" => '→',
        "larr" => '←',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|character| *character != '\0')?
        }
    };
    Some((character, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<Part> {
        let mut found = Vec::new();
        scan(text, |part| found.push(part));
        found
    }

    fn visible(text: &str) -> String {
        let shown = parts(text).into_iter().filter_map(|part| match part {
            Part::Text(range) => Some(decode(&text[range])),
            Part::Tag(..) => None,
        });
        shown.collect()
    }

    #[test]
    fn comments_scripts_and_declarations_are_not_visible() {
        assert_eq!(visible("a<!-- b > -->c<script>if (a < b) {}</SCRIPT>d<!DOCTYPE x>e<?php ?>f"), "acdef");
        assert_eq!(visible("a<!-- open"), "a");
        assert_eq!(visible("a<style>open"), "a");
    }

    #[test]
    fn a_sign_that_opens_no_tag_is_text() {
        assert_eq!(visible("1 < 2 &amp; 3 &gt; 2 &#x41;&#66; &unknown; & <b"), "1 < 2 & 3 > 2 AB &unknown; & <b");
    }

    #[test]
    fn attributes_are_read_in_every_notation() {
        for tag in
            ["<img src=\"a>b.png\" alt='x y'>", "<IMG data-src=no alt = 'x y' SRC=a>b.png>", "<img\nhidden src='a&gt;b.png' alt=\"x y\"/>"]
        {
            let source = match parts(tag).into_iter().next() {
                Some(Part::Tag(Tag::Image { source, text }, _)) => (source, text),
                other => panic!("{other:?}"),
            };
            let expected = if tag.starts_with("<IMG") { "a" } else { "a>b.png" };
            assert_eq!(source, (expected.to_owned(), "x y".to_owned()), "{tag}");
        }
        assert_eq!(parts("<img alt=x>"), []);
    }

    #[test]
    fn headings_links_and_lines_are_told_apart() {
        let found = parts("<h2 id=x>T</h2><a href=u>l</a><br/><p><em>e</em>");
        let tags: Vec<_> = found.iter().filter_map(|part| if let Part::Tag(tag, _) = part { Some(tag) } else { None }).collect();
        assert_eq!(
            tags,
            [&Tag::HeadingStart(2), &Tag::HeadingEnd, &Tag::LinkStart("u".to_owned()), &Tag::LinkEnd, &Tag::LineBreak, &Tag::Block]
        );
    }

    #[test]
    fn an_attribute_value_that_never_ends_swallows_nothing() {
        assert_eq!(visible("<p class=\"x>one</p> two"), "one two");
        let hostile = "<p class=\"x'>y".repeat(20_001) + "\"<p \"" + &"<p '>z".repeat(20_001);
        assert!(visible(&hostile).ends_with('z'));
    }
}
