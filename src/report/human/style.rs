//! Colours and links of the human report, and doing without them.

use super::HumanOptions;
use crate::finding::Severity;

/// What a piece of text is, as far as it decides its colour.
#[derive(Debug, Clone, Copy)]
pub enum Ink {
    /// The weight of a finding.
    Severity(Severity),
    /// What is wrong; headings.
    Strong,
    /// Ordinary text.
    Plain,
    /// The words at the beginning of an explaining line.
    Label,
}

/// Paints text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub struct Brush {
    color: bool,
    links: bool,
}

impl Brush {
    /// A brush for a terminal. Links are escape sequences too, so there are none without colour.
    pub fn new(options: &HumanOptions) -> Self {
        Self { color: options.color, links: options.color && options.links }
    }

    /// Text in the colour of what it is.
    pub fn paint(self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() || matches!(ink, Ink::Plain) {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Severity(Severity::Error) => "1;31",
            Ink::Severity(Severity::Warning) => "1;33",
            Ink::Severity(Severity::Info) | Ink::Label => "1;36",
            Ink::Strong | Ink::Plain => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Text that leads to an address, where the terminal can follow links and the address is a plain one.
    pub fn link(self, url: &str, text: &str) -> String {
        let plain = url.starts_with("https://") && url.bytes().all(|byte| byte.is_ascii_graphic());
        if !self.links || !plain {
            return text.to_owned();
        }
        format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brush(color: bool, links: bool) -> Brush {
        Brush::new(&HumanOptions { color, unicode: true, links, width: 80, quiet: false })
    }

    #[test]
    fn without_colour_neither_colours_nor_links_are_sent() {
        assert_eq!(brush(false, true).paint(Ink::Strong, "a"), "a");
        assert_eq!(brush(false, true).link("https://example.com", "a"), "a");
    }

    #[test]
    fn links_are_sent_only_when_wanted_and_only_for_plain_addresses() {
        assert_eq!(brush(true, true).link("https://example.com/a", "b"), "\u{1b}]8;;https://example.com/a\u{1b}\\b\u{1b}]8;;\u{1b}\\");
        assert_eq!(brush(true, false).link("https://example.com/a", "b"), "b");
        assert_eq!(brush(true, true).link("file:///etc/passwd", "b"), "b");
        assert_eq!(brush(true, true).link("https://example.com/\u{1b}\\x", "b"), "b");
    }
}
