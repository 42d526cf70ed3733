//! Text inside XML 1.0 documents.

use super::human::escape::{is_command, is_hidden};

/// Escapes a text for element content and attribute values alike. Line breaks and tabs become references, or parsers would turn them
/// into blanks; characters that XML forbids even as references, or that nobody sees, are spelt out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    for (at, c) in text.char_indices() {
        match c {
            // A report may go to the log of a build, which would obey it.
            '#' | ':' if is_command(before, &text[at..]) => out.push_str(if c == '#' { "&#35;" } else { "&#58;" }),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            c if is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
        before = Some(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use resvg::usvg::roxmltree::Document;

    use super::*;

    #[test]
    fn every_character_survives_or_is_spelt_out() {
        let every: String = (0..=0x2fff).chain(0xd000..0x11000).filter_map(char::from_u32).collect();
        let document = format!("<a b=\"{0}\">{0}</a>", escape(&every));
        let parsed = Document::parse(&document).unwrap();
        let expected: String = every
            .chars()
            .map(|c| {
                if matches!(c, '\n' | '\r' | '\t') || !is_hidden(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') {
                    c.to_string()
                } else {
                    c.escape_unicode().to_string()
                }
            })
            .collect();
        assert_eq!(parsed.root_element().attribute("b"), Some(expected.as_str()));
        assert_eq!(parsed.root_element().text(), Some(expected.as_str()));
    }

    #[test]
    fn markup_stays_text() {
        assert_eq!(escape("::error::##vso[x]"), "&#58;:error::&#35;#vso[x]");
        assert_eq!(escape("]]><script>'\"&\u{0}"), "]]&gt;&lt;script&gt;&apos;&quot;&amp;\\u{0}");
    }
}
