//! Texts of a definition made safe for Markdown: nothing in them begins a heading, a list, a link, HTML, a formula or a table cell.

use std::sync::OnceLock;

use regex::Regex;

use crate::source::markdown::sentences;

/// Longer texts are not read to their end: no generated text shows more than a small part of this.
const MAX_READ: usize = 8000;
/// HTML that people use in descriptions. Anything else in angle brackets is text, such as `<id>`.
const TAGS: &str = r"(?i:</?(?:a|b|br|code|dd|details|div|dl|dt|em|h[1-6]|hr|i|img|li|ol|p|pre|s|small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)(?:\s[^<>]{0,300})?/?>)";
/// A Markdown link or image to the web.
const LINK: &str = r"!?\[([^\[\]]{1,300})\]\((https?://[^\s()<>]{1,1000})(?:\s[^()]{0,200})?\)";

fn without_tags() -> Option<&'static Regex> {
    static COMPILED: OnceLock<Option<Regex>> = OnceLock::new();
    COMPILED.get_or_init(|| Regex::new(TAGS).ok()).as_ref()
}

fn link() -> Option<&'static Regex> {
    static COMPILED: OnceLock<Option<Regex>> = OnceLock::new();
    COMPILED.get_or_init(|| Regex::new(LINK).ok()).as_ref()
}

/// A text on one line, with single blanks and without invisible characters. Nothing visible is lost, so names stay names.
pub(super) fn line(text: &str) -> String {
    let read = text.get(..text.floor_char_boundary(MAX_READ)).unwrap_or_default();
    let visible: String = read.chars().filter(|&c| c.is_whitespace() || !is_invisible(c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A description on one line: HTML tags are gone, a Markdown link shows its address behind its words.
pub(super) fn prose(text: &str) -> String {
    let text = line(text);
    let text = without_tags().map_or_else(|| text.clone(), |tags| tags.replace_all(&text, " ").into_owned());
    let text = link().map_or_else(|| text.clone(), |link| link.replace_all(&text, "$1 ($2)").into_owned());
    line(&text).replace(" .", ".").replace(" ,", ",")
}

/// Control characters, marks that turn the direction of text, and others that nobody sees. The joiners stay: emoji and some scripts
/// need them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}')
}

/// A text of at most so many characters: whole sentences where they fill half of that, else whole words and three dots.
pub(super) fn bounded(text: &str, limit: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text.to_owned() };
    let head = text.get(..end).unwrap_or_default();
    let sentence = head.rmatch_indices([' ']).map(|(at, _)| &head[..at]).find(|part| part.ends_with(['.', '!', '?']));
    if let Some(sentence) = sentence.filter(|sentence| sentence.len() > head.len() / 2) {
        return sentence.to_owned();
    }
    let words = head.rfind(' ').filter(|&at| at > head.len() / 2).map_or(head, |at| &head[..at]);
    format!("{}...", words.trim_end_matches([' ', ',', ';', ':', '.']))
}

/// The first sentences of a text.
pub(super) fn first_sentences(text: &str, count: usize) -> &str {
    let ends = text.match_indices(' ').map(|(at, _)| at).filter(|&at| text[..at].ends_with(['.', '!', '?', '"', ')']));
    // With the next word behind it a full stop is judged as what it is.
    let is_full = |at: &usize| sentences(&text[..*at]) == count && sentences(&text[..next_word_end(text, *at)]) > count;
    ends.take(400).find(is_full).map_or(text, |at| &text[..at])
}

fn next_word_end(text: &str, at: usize) -> usize {
    text[at + 1..].find(' ').map_or(text.len(), |length| at + 1 + length)
}

/// A text with a mark at its end, so that another sentence can follow.
pub(super) fn ended(text: &str) -> String {
    let text = text.trim_end();
    let is_ended = text.trim_end_matches(['"', '\'', ')', '”', '’']).ends_with(['.', '!', '?', '…', '。', '！', '？', ':']);
    if is_ended || text.is_empty() { text.to_owned() } else { format!("{text}.") }
}

/// A line of text as Markdown, at whatever place of a line it will stand. Web addresses become links, nothing else becomes anything.
pub(super) fn escaped(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = address_start(rest) {
        let (before, from) = rest.split_at(start);
        let end = address_end(from);
        escape_into(&mut markdown, before, from.chars().next());
        if end > from.find("//").map_or(0, |at| at + 2) {
            markdown.push('<');
            markdown.push_str(&from[..end]);
            markdown.push('>');
        } else {
            markdown.push_str(&from[..end]);
        }
        rest = &from[end..];
    }
    escape_into(&mut markdown, rest, None);
    markdown
}

/// Where the first web address begins.
fn address_start(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find("http")?;
        let is_address = text[at..].starts_with("http://") || text[at..].starts_with("https://");
        if is_address && !text[..at].ends_with(|c: char| c.is_alphanumeric()) {
            return Some(at);
        }
        from = at + 4;
    }
}

/// The length of the web address at the start of a text. Marks that end a sentence and lone closing brackets are not part of it.
fn address_end(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    let mut address = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    loop {
        let shorter = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*']);
        let is_open = shorter.ends_with(')') && shorter.matches(')').count() > shorter.matches('(').count();
        let shorter = if is_open { &shorter[..shorter.len() - 1] } else { shorter };
        if shorter.len() == address.len() {
            return address.len();
        }
        address = shorter;
    }
}

fn escape_into(markdown: &mut String, text: &str, next: Option<char>) {
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let is_start = markdown.is_empty();
    let mut before = markdown.chars().next_back();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, after)| *after).or(next);
        let opens_line = is_start && at == 0;
        let needs_escape = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' | '$' => true,
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
            '#' => before.is_none_or(char::is_whitespace) || after.is_none(),
            '>' | '-' | '+' | '=' => opens_line,
            '.' | ')' => is_start && number > 0 && at == number,
            '&' => is_entity(&text[at..]),
            _ => false,
        };
        if needs_escape {
            markdown.push('\\');
        }
        markdown.push(c);
        before = Some(c);
    }
}

/// Whether a text begins like `&amp;` or `&#38;`.
fn is_entity(text: &str) -> bool {
    let name = text.get(1..).unwrap_or_default();
    let length = name.bytes().take(40).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    length > 0 && name[length..].starts_with(';')
}

/// A text as code. Backticks have no place in it.
pub(super) fn code(text: &str) -> String {
    let text = line(text).replace('`', "'");
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::markdown::{BlockKind, Markdown};

    const HOSTILE: [&str; 30] = [
        "# Heading",
        "#",
        "Setext\n===",
        "---",
        "***",
        "___",
        "- item",
        "+ item",
        "1. item",
        "12) item",
        "> quote",
        "    code",
        "```\ncode",
        "~~~ code",
        "`code` and ``more``",
        "**bold** *it* __x__ _y_ ~~z~~",
        "[text](https://evil.example) ![i](x.png) [ref]: http://x",
        "<script>alert(1)</script> <b>bold</b> <!-- hidden",
        "<https://x.example> <a@b.example>",
        "| a | b |\n|---|---|\n| c | d |",
        "&lt;b&gt; &#35; &copy R&D AT&T;",
        "\\# \\\\ ends with \\",
        "$x^2$ and $$y$$",
        "C#, F #",
        "Title ##",
        "TODO",
        "a_b_c _d",
        "\u{202e}evil\u{0}\u{7}",
        "=== equal",
        "x | y",
    ];

    #[test]
    fn no_text_makes_structure_and_every_reader_sees_what_was_written() {
        for text in HOSTILE {
            let plain = line(text);
            for (prefix, kind) in [("", BlockKind::Paragraph), ("- ", BlockKind::ListItem)] {
                let source = format!("{prefix}{}", escaped(&plain));
                let document = Markdown::parse(&source);
                assert_eq!(document.plain_text(), plain, "{source}");
                assert!(document.headings().is_empty() && document.heading_like().is_empty(), "{source}");
                assert_eq!(document.blocks().len(), 1, "{source}");
                assert_eq!(document.blocks()[0].kind, kind, "{source}");
                assert!(document.links().iter().all(|link| !link.image && link.target.starts_with("http")), "{source}");
            }
            let heading = Markdown::parse(&format!("### {}\n\ntext", escaped(&plain)));
            assert_eq!(heading.headings()[0].text, plain, "{text:?}");
            let table = Markdown::parse(&format!("| a | b |\n|---|---|\n| {} | end |", escaped(&plain)));
            assert_eq!(table.blocks().iter().filter(|block| block.kind == BlockKind::TableCell).count(), 4, "{text:?}");
            assert_eq!(table.blocks()[3].text, "end", "{text:?}");
            let bold = Markdown::parse(&format!("- **{}** (required): note", escaped(&plain)));
            assert_eq!(bold.plain_text(), format!("{plain} (required): note"), "{text:?}");
        }
    }

    #[test]
    fn web_addresses_are_links_and_keep_their_characters() {
        assert_eq!(escaped("See https://x.example/a_b?c=*d. Done"), "See <https://x.example/a_b?c=*d>. Done");
        assert_eq!(escaped("(http://x.example/(1))"), "(<http://x.example/(1)>)");
        assert_eq!(escaped("https:// and xhttp://y"), "https:// and xhttp://y");
        let document = Markdown::parse("See <https://x.example/a_b?c=*d>");
        assert_eq!(document.links()[0].target, "https://x.example/a_b?c=*d");
    }

    #[test]
    fn descriptions_lose_their_markup_but_not_their_words() {
        assert_eq!(
            prose("Gets <b>one</b> item.<br/>See [the docs](https://x.example/a \"t\")."),
            "Gets one item. See the docs (https://x.example/a)."
        );
        assert_eq!(prose("The <id> of\r\n\tthe <imageGallerySize>"), "The <id> of the <imageGallerySize>");
    }

    #[test]
    fn long_texts_end_with_a_sentence_or_a_word() {
        assert_eq!(bounded("One. Two three.", 40), "One. Two three.");
        assert_eq!(bounded("One sentence here. Another one here.", 30), "One sentence here.");
        assert_eq!(bounded("One two three four five", 16), "One two three...");
        assert_eq!(bounded(&"é".repeat(50), 10), format!("{}...", "é".repeat(10)));
    }

    #[test]
    fn sentences_are_counted_as_the_rules_count_them() {
        let text = "Version 2.1 is here, e.g. for shops. It is new. It is good.";
        assert_eq!(first_sentences(text, 1), "Version 2.1 is here, e.g. for shops.");
        assert_eq!(first_sentences(text, 2), "Version 2.1 is here, e.g. for shops. It is new.");
        assert_eq!(first_sentences(text, 3), text);
        assert_eq!(ended("No end"), "No end.");
        assert_eq!(ended("An (end.)"), "An (end.)");
    }

    #[test]
    fn code_holds_any_text() {
        assert_eq!(code("a`b\nc"), "`a'b c`");
        assert_eq!(code(" "), "");
    }
}
