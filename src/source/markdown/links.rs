//! Web addresses that stand in running text without any markup, which readers and GitHub treat as links.

use memchr::memmem;

use super::Link;
use super::flow::{self, CODE, Flow, LINK};

/// The longest text kept of a link: nested images could repeat theirs without end.
const MAX_TEXT: usize = 1000;

/// Adds the bare addresses of one block.
pub(super) fn find_bare(flow: &Flow, first_piece: usize, links: &mut Vec<Link>) {
    for piece in flow.pieces_from(first_piece).iter().filter(|piece| piece.exact && piece.marks & (LINK | CODE) == 0) {
        let text = flow.text_of(piece);
        let mut done = 0;
        for at in memmem::find_iter(text.as_bytes(), b"http") {
            let (before, rest) = text.split_at_checked(at).unwrap_or_default();
            let is_start = at >= done && !before.ends_with(char::is_alphanumeric);
            if !is_start || !(rest.starts_with("http://") || rest.starts_with("https://")) {
                continue;
            }
            let address = trim_address(rest);
            done = at + address.len();
            if address.ends_with('/') && address.matches('/').count() < 3 {
                continue;
            }
            let start = piece.source().start + at;
            let span = start..start + address.len();
            links.push(Link { target: address.to_owned(), span, image: false, text: shortened(address) });
        }
    }
}

/// A web address without the punctuation of the sentence around it, by the rules of GitHub.
fn trim_address(text: &str) -> &str {
    let is_end = |character: char| character.is_whitespace() || matches!(character, '<' | '>' | '"' | '`' | '|' | '“' | '”');
    let mut address = text.split(is_end).next().unwrap_or_default();
    // A bracket closes the address only where the address opened it.
    let mut excess = address.matches(')').count().saturating_sub(address.matches('(').count());
    loop {
        let trimmed = address.trim_end_matches(['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'', ']', '’']);
        match trimmed.strip_suffix(')') {
            Some(inner) if excess > 0 => {
                excess -= 1;
                address = inner;
            }
            _ => return trimmed,
        }
    }
}

/// The start of a text, white space collapsed.
pub(super) fn shortened(text: &str) -> String {
    flow::collapse(text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::Markdown;
    use super::*;

    #[test]
    fn an_address_ends_before_the_punctuation_of_its_sentence() {
        let cases = [
            ("https://a.b/c.", "https://a.b/c"),
            ("https://a.b/c), d", "https://a.b/c"),
            ("https://a.b/c_(d)) e", "https://a.b/c_(d)"),
            ("https://a.b/?q=(x)&r=1'", "https://a.b/?q=(x)&r=1"),
            ("https://a.b/\"x", "https://a.b/"),
            ("http://a.b!?", "http://a.b"),
        ];
        for (text, address) in cases {
            assert_eq!(trim_address(text), address, "{text}");
        }
        assert_eq!(trim_address(&("http://a".to_owned() + &").".repeat(100_000))), "http://a");
    }

    #[test]
    fn addresses_in_links_and_code_and_parts_of_words_are_not_bare() {
        let text = "[https://a.b](c) `https://d.e` xhttps://f.g http:// https://. <https://h.i> see:https://j.k/l\n\n    https://m.n";
        let document = Markdown::parse(text);
        let targets: Vec<_> = document.links().iter().map(|link| link.target.as_str()).collect();
        assert_eq!(targets, ["c", "https://h.i", "https://j.k/l"]);
        assert!(document.links().iter().all(|link| text[link.span.clone()].contains(&link.text)));
    }

    #[test]
    fn links_and_images_of_all_kinds_are_found_in_order() {
        let text = "[a *b*](x.md) ![alt `t`](img/p.png \"t\") [ref][r] <https://auto.example> <me@contoso.com> \
                    (see https://bare.example/a_b_c).\n\n<p><a href='h.md'>html</a><IMG alt=pic SRC=\"p.gif\"></p>\n\n[r]: ref.md\n[![n](in.png)](out.md)\n\n`https://code.example`";
        let document = Markdown::parse(text);
        let found: Vec<_> = document.links().iter().map(|link| (link.target.as_str(), link.image, link.text.as_str())).collect();
        assert_eq!(
            found,
            [
                ("x.md", false, "a b"),
                ("img/p.png", true, "alt t"),
                ("ref.md", false, "ref"),
                ("https://auto.example", false, "https://auto.example"),
                ("mailto:me@contoso.com", false, "me@contoso.com"),
                ("https://bare.example/a_b_c", false, "https://bare.example/a_b_c"),
                ("h.md", false, "html"),
                ("p.gif", true, "pic"),
                ("out.md", false, ""),
                ("in.png", true, "n"),
            ]
        );
        assert_eq!(&text[document.links()[1].span.clone()], "![alt `t`](img/p.png \"t\")");
        assert_eq!(&text[document.links()[7].span.clone()], "<IMG alt=pic SRC=\"p.gif\">");
    }
}
