//! Custom code as the rules see it: C# with comments and the content of texts blanked out, so that patterns meet code only.

use std::ops::Range;

/// A C# file, taken apart just enough to tell code from comments and texts.
#[derive(Debug)]
pub struct CSharp {
    code: String,
    literals: Vec<Range<usize>>,
}

impl CSharp {
    /// Takes a file apart. Never fails; what is never closed runs to the end.
    pub fn parse(text: &str) -> Self {
        let mut code = text.as_bytes().to_vec();
        let mut literals = Vec::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let (end, literal) = match rest {
                [b'/', b'/', ..] => (line_end(bytes, at), None),
                [b'/', b'*', ..] => (text[at + 2..].find("*/").map_or(bytes.len(), |close| at + 2 + close + 2), None),
                [b'"', b'"', b'"', ..] => {
                    let end = text[at + 3..].find("\"\"\"").map_or(bytes.len(), |close| at + 3 + close + 3);
                    (end, Some(content(text, at + 3..end, "\"\"\"")))
                }
                [b'@', b'"', ..] | [b'$', b'@', b'"', ..] | [b'@', b'$', b'"', ..] => {
                    let open = at + rest.iter().position(|&byte| byte == b'"').unwrap_or(0);
                    let end = verbatim_end(bytes, open + 1);
                    (end, Some(content(text, open + 1..end, "\"")))
                }
                [b'"', ..] => {
                    let end = quoted_end(bytes, at + 1, b'"');
                    (end, Some(content(text, at + 1..end, "\"")))
                }
                [b'\'', ..] => (quoted_end(bytes, at + 1, b'\''), None),
                _ => {
                    at += 1;
                    continue;
                }
            };
            // Line ends stay, so that lines of the code are lines of the file.
            code[at..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
            literals.extend(literal);
            at = end;
        }
        Self { code: String::from_utf8(code).unwrap_or_default(), literals }
    }

    /// The code: as long as the file, with blanks for comments and texts.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The contents of the texts, as ranges of the file, in order.
    pub fn literals(&self) -> &[Range<usize>] {
        &self.literals
    }
}

/// What stands between the quotes of a text; one that is never closed has no quote to leave out.
fn content(text: &str, inside: Range<usize>, quote: &str) -> Range<usize> {
    let end = text[inside.clone()].strip_suffix(quote).map_or(inside.end, |content| inside.start + content.len());
    inside.start..end
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |end| from + end)
}

/// Behind the closing quote of a text with backslash escapes, which ends with its line at the latest.
fn quoted_end(bytes: &[u8], from: usize, quote: u8) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Behind the closing quote of a verbatim text, in which a doubled quote is a quote.
fn verbatim_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_never_closed_run_to_the_end_of_the_last_character() {
        for text in ["\"caf\u{e9}", "@\"caf\u{e9}", "\"\"\"caf\u{e9}", "\"caf\u{e9}\n"] {
            let parsed = CSharp::parse(text);
            let literals: Vec<&str> = parsed.literals().iter().map(|range| &text[range.clone()]).collect();
            assert_eq!(literals, ["caf\u{e9}"], "{text}");
            assert_eq!(parsed.code().len(), text.len());
        }
    }

    #[test]
    fn comments_and_texts_become_blanks_and_everything_else_stays_in_place() {
        let text = "using System; // class Script\nvar a = \"x\\\"y\"; /* é */ var b = @\"c:\\\"\"d\"; var c = 'z';\n";
        let parsed = CSharp::parse(text);
        assert_eq!(parsed.code().len(), text.len());
        assert!(parsed.code().contains("var b =") && !parsed.code().contains("Script") && !parsed.code().contains('é'));
        let literals: Vec<&str> = parsed.literals().iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(literals, ["x\\\"y", "c:\\\"\"d"]);
    }

    #[test]
    fn what_is_never_closed_runs_to_its_end() {
        for text in ["\"", "@\"", "/*", "\"\"\"", "'", "\"abc\\", "//"] {
            assert_eq!(CSharp::parse(text).code().trim(), "", "{text}");
        }
        assert!(CSharp::parse("var a = \"open\nvar b = 1;").code().contains("var b = 1;"));
    }
}
