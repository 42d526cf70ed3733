//! Lines that a reader takes for headings though Markdown does not: `##Title` and a line of bold text.

use std::ops::Range;

use super::flow::{self, BREAK, CODE, Flow, Piece, STRONG};
use super::{HeadingLike, HeadingLikeKind};

/// A longer bold line is emphasis, not a title.
const MAX_TITLE: usize = 80;

/// Finds the lines of one block of text. `bold` tells whether lines of bold text count, which they do outside of lists and quotes.
pub(super) fn find(source: &str, flow: &Flow, first_piece: usize, bold: bool, found: &mut Vec<HeadingLike>) {
    for line in flow.pieces_from(first_piece).split(|piece| piece.marks & BREAK != 0) {
        let Some(first) = line.first() else { continue };
        let candidate = missing_blank(source, flow, line, first).or_else(|| if bold { bold_title(flow, line) } else { None });
        if let Some((kind, level, text)) = candidate {
            let span = line_around(source, first.source().start);
            found.push(HeadingLike { kind, level, text, body: span.end..span.end, span, empty: true });
        }
    }
}

/// The line that holds a byte, without blanks at its ends.
fn line_around(source: &str, at: usize) -> Range<usize> {
    let (before, behind) = (source.get(..at).unwrap_or_default(), source.get(at..).unwrap_or_default());
    let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let end = at + behind.find(['\n', '\r']).unwrap_or(behind.len());
    let line = source.get(start..end).unwrap_or_default();
    let indent = line.len() - line.trim_start().len();
    start + indent..start + indent.max(line.trim_end().len())
}

fn words(flow: &Flow, line: &[Piece]) -> String {
    let text: String = line.iter().map(|piece| flow.text_of(piece)).collect();
    flow::collapse(&text)
}

/// `##Title` at the start of a line of the file.
fn missing_blank(source: &str, flow: &Flow, line: &[Piece], first: &Piece) -> Option<(HeadingLikeKind, u8, String)> {
    if first.marks & CODE != 0 || !first.exact || !flow.text_of(first).starts_with('#') {
        return None;
    }
    // With a blank it would have to stand at the start of the line, at most three columns in.
    let before = source.get(..first.source().start)?;
    let indent = before.len() - before.trim_end_matches(' ').len();
    let starts_line = before.trim_end_matches(' ').ends_with(['\n', '\r']) || indent == before.len();
    // Escaped marks have a backslash before them, so they do not pass this test.
    if !starts_line || indent > 3 {
        return None;
    }
    let behind = source.get(first.source().start..)?;
    let level = behind.bytes().take_while(|byte| *byte == b'#').count();
    let next = behind.get(level..)?.chars().next()?;
    let text = words(flow, line);
    let title = text.trim_matches('#').trim();
    let is_title = match next {
        '0'..='9' => level > 1,
        '*' | '_' | '[' | '`' | '"' | '\'' | '(' | '<' | '{' | '&' => true,
        _ => !next.is_ascii_punctuation() && !next.is_whitespace(),
    };
    let is_tag_or_color = level == 1 && (is_color(title) || title.split(' ').skip(1).any(|word| word.starts_with('#')));
    let level = u8::try_from(level).ok().filter(|level| (1..=6).contains(level))?;
    (is_title && !is_tag_or_color && !title.is_empty()).then(|| (HeadingLikeKind::MissingBlank, level, title.to_owned()))
}

/// Whether the text starts with a colour such as `007ee5`.
fn is_color(title: &str) -> bool {
    let word = title.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    matches!(word.len(), 3 | 6) && word.bytes().all(|byte| byte.is_ascii_hexdigit()) && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// A line of nothing but bold text, with or without a colon, that does not read as a sentence.
fn bold_title(flow: &Flow, line: &[Piece]) -> Option<(HeadingLikeKind, u8, String)> {
    let mut has_words = false;
    for piece in line {
        let text = flow.text_of(piece).trim();
        if piece.marks & STRONG != 0 && piece.marks & CODE == 0 {
            has_words |= text.chars().any(char::is_alphanumeric);
        } else if !matches!(text, "" | ":") {
            return None;
        }
    }
    if !has_words {
        return None;
    }
    let text = words(flow, line);
    let title = text.strip_suffix(':').map_or(text.as_str(), str::trim_end);
    // The level follows from the headings before the line, which the caller knows.
    (title.len() <= MAX_TITLE && !title.ends_with(['.', '!', ','])).then(|| (HeadingLikeKind::Bold, 0, title.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::Markdown;
    use super::*;
    use HeadingLikeKind::*;

    fn found(text: &str) -> Vec<(HeadingLikeKind, u8, String, String)> {
        let document = Markdown::parse(text);
        let entry = |like: &HeadingLike| (like.kind, like.level, like.text.clone(), text[like.span.clone()].to_owned());
        document.heading_like().iter().map(entry).collect()
    }

    fn entry(kind: HeadingLikeKind, level: u8, text: &str, span: &str) -> (HeadingLikeKind, u8, String, String) {
        (kind, level, text.to_owned(), span.to_owned())
    }

    #[test]
    fn number_signs_without_a_blank_are_found_on_any_line_of_a_text() {
        let text = "#Title\r\nsome text\n  ##*Get* items##\n- item\n###Übersicht\n\n##2. Step";
        assert_eq!(
            found(text),
            [
                entry(MissingBlank, 1, "Title", "#Title"),
                entry(MissingBlank, 2, "Get items", "##*Get* items##"),
                entry(MissingBlank, 3, "Übersicht", "###Übersicht"),
                entry(MissingBlank, 2, "2. Step", "##2. Step"),
            ]
        );
    }

    #[test]
    fn code_hashtags_colors_and_numbers_are_no_headings() {
        for text in [
            "```\n##Code\n```",
            "    ##Code",
            "`##Code`",
            "#1 in its class",
            "#007ee5 is blue",
            "#PowerApps #Flow",
            "\\##Title",
            "text ##Title",
            "####### x",
            "#######x",
            "#!/bin/sh",
            "- ##Item",
            "<!--\n##Hidden\n-->",
            "`a\n##b`",
        ] {
            assert_eq!(found(text), [], "{text:?}");
        }
    }

    #[test]
    fn a_line_of_bold_text_stands_for_a_heading_below_the_one_before_it() {
        let text = "**Start**\n\n## One\n**Prerequisites:**\nYou need a key.\n\n__Known `no`__\n\n<b>Limits</b>:\n";
        assert_eq!(
            found(text),
            [
                entry(Bold, 1, "Start", "**Start**"),
                entry(Bold, 3, "Prerequisites", "**Prerequisites:**"),
                entry(Bold, 3, "Limits", "<b>Limits</b>:"),
            ]
        );
    }

    #[test]
    fn bold_text_within_a_line_a_list_or_a_sentence_is_emphasis() {
        for text in [
            "**Note** that",
            "- **Get items**",
            "> **Quote**",
            "**Please read the manual first.**",
            "| **a** |\n|---|\n",
            "**",
            "****",
            "Text **bold**\nmore",
        ] {
            assert_eq!(found(text), [], "{text:?}");
        }
        assert_eq!(found(&format!("**{}**", "x".repeat(100))), []);
    }

    #[test]
    fn the_body_reaches_to_the_next_heading_or_line_like_one() {
        let text = "##Publisher\nContoso\n##Empty\n\n**Key**\n\ntext\n\n## Real\n";
        let document = Markdown::parse(text);
        let bodies: Vec<_> = document.heading_like().iter().map(|like| (text[like.body.clone()].trim(), like.is_empty())).collect();
        assert_eq!(bodies, [("Contoso", false), ("", false), ("text", false)]);
        let document = Markdown::parse("##Publisher\n##Operations\n###Get item\n## Real\n\ntext");
        let empty: Vec<_> = document.heading_like().iter().map(HeadingLike::is_empty).collect();
        assert_eq!(empty, [true, false, true]);
    }
}
