//! A readme as the rules see it: headings, sections, text, links and images, each with its place in the file.

mod bounds;
mod build;
mod flow;
mod heading_like;
mod html;
mod links;
mod search;
mod sections;
mod sentences;

use std::ops::Range;
use std::sync::OnceLock;

use flow::Flow;
use search::SearchIndex;

pub use sentences::sentences;

/// How a heading is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingKind {
    /// `## Title`
    Atx,
    /// A title underlined with `===` or `---`.
    Setext,
    /// `<h2>Title</h2>`
    Html,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The words without markup, white space collapsed. The alternative text where the heading is only an image.
    pub text: String,
    /// The whole heading, from its first mark to its last, without the line end.
    pub span: Range<usize>,
    /// The words in the file, markup of emphasis included. Empty (at the end of `span`) for a heading without words.
    pub text_span: Range<usize>,
    /// How it is written.
    pub kind: HeadingKind,
}

/// Why a line only looks like a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingLikeKind {
    /// `##Title`: without a blank behind the number signs it is plain text.
    MissingBlank,
    /// `**Title**`: a line of nothing but bold text.
    Bold,
}

/// A line that a reader takes for a heading though Markdown does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadingLike {
    /// What is missing.
    pub kind: HeadingLikeKind,
    /// The number of `#`. A bold line has none: it counts as one level below the heading or `##Title` before it
    /// (1 where there is none, 6 at most).
    pub level: u8,
    /// The words without markup, white space collapsed.
    pub text: String,
    /// The line, without indentation and line end.
    pub span: Range<usize>,
    /// From behind the line to the next heading or line of this kind.
    pub body: Range<usize>,
    empty: bool,
}

impl HeadingLike {
    /// Whether nothing visible follows before the next heading or line of this kind of the same or a higher rank.
    /// Deeper lines of this kind are text themselves, so they fill it.
    pub fn is_empty(&self) -> bool {
        self.empty
    }
}

/// A heading with what belongs to it. Section `i` belongs to heading `i`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Index of the heading.
    pub heading: usize,
    /// From the start of the heading to the next heading of the same or a higher rank, or the end of the text.
    pub span: Range<usize>,
    /// From behind the heading to the next heading of any level.
    pub body: Range<usize>,
    empty: bool,
    subsections: bool,
}

impl Section {
    /// Whether neither the section nor one of its subsections has visible text, an image or code. Headings do not count as text.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    /// Whether there are headings below this one: a list of operations may consist of nothing else.
    pub fn has_subsections(&self) -> bool {
        self.subsections
    }
}

/// What kind of text a [`Block`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Running text outside of lists, quotes and tables.
    Paragraph,
    /// One run of text in a list item; an item with two paragraphs gives two.
    ListItem,
    /// Fenced or indented code, wherever it stands.
    CodeBlock,
    /// Text in a block quote.
    BlockQuote,
    /// One cell of a table, wherever it stands.
    TableCell,
    /// The visible text of raw HTML, one block for each HTML element that starts a line of its own.
    Html,
}

/// A run of visible text. Headings are no blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Where the text stands.
    pub kind: BlockKind,
    /// Its place, without the line end.
    pub span: Range<usize>,
    /// The text without markup. White space is collapsed, except in code. Empty when the block holds only images.
    pub text: String,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, as written (a reference is resolved; an e-mail address gets `mailto:`).
    pub target: String,
    /// The whole link with its text.
    pub span: Range<usize>,
    /// Whether it is shown as an image.
    pub image: bool,
    /// The link's text or the image's alternative text, at most 1,000 bytes of it.
    pub text: String,
}

/// A Markdown document. All ranges are byte ranges of the text given to [`Markdown::parse`].
#[derive(Debug, Default)]
pub struct Markdown {
    headings: Vec<Heading>,
    sections: Vec<Section>,
    heading_like: Vec<HeadingLike>,
    blocks: Vec<Block>,
    links: Vec<Link>,
    front_matter: Option<Range<usize>>,
    truncated: bool,
    flow: Flow,
    plain: OnceLock<String>,
    search: OnceLock<SearchIndex>,
}

impl Markdown {
    /// Reads a document (without byte order mark). Never fails; text beyond 1 MB is ignored.
    pub fn parse(text: &str) -> Self {
        let bounds = bounds::Bounds::of(text);
        let mut document = build::build(&bounds);
        document.truncated = bounds.truncated;
        document.front_matter = bounds.front_matter;
        document
    }

    /// The headings in file order.
    pub fn headings(&self) -> &[Heading] {
        &self.headings
    }

    /// The sections, one for each heading and in the same order.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The lines that only look like headings, in file order.
    pub fn heading_like(&self) -> &[HeadingLike] {
        &self.heading_like
    }

    /// The text in file order, without the headings.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The blocks that start within a range, e.g. the body of a section.
    pub fn blocks_in(&self, range: &Range<usize>) -> &[Block] {
        let first = self.blocks.partition_point(|block| block.span.start < range.start);
        let last = self.blocks.partition_point(|block| block.span.start < range.end);
        self.blocks.get(first..last).unwrap_or_default()
    }

    /// The first paragraph of running text (one that holds more than images) that starts within a range.
    pub fn first_paragraph_in(&self, range: &Range<usize>) -> Option<&Block> {
        self.blocks_in(range).iter().find(|block| block.kind == BlockKind::Paragraph && !block.text.is_empty())
    }

    /// Links and images in file order: inline, by reference, in angle brackets, bare web addresses, and the HTML elements `a` and `img`.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The place of the metadata block at the top, delimiters included. It counts as no content.
    pub fn front_matter(&self) -> Option<&Range<usize>> {
        self.front_matter.as_ref()
    }

    /// Whether the text was too long to be read to its end.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// All visible text without markup, headings and code included: white space collapsed, one line for each block or line of code.
    pub fn plain_text(&self) -> &str {
        self.plain.get_or_init(|| self.flow.plain_text())
    }

    /// Whether the visible text contains a phrase, whatever the letter case, white space, emphasis, quotation marks and hyphens.
    /// A full stop at the end of the phrase is ignored. The phrase must not begin or end in the middle of a word.
    pub fn mentions(&self, phrase: &str) -> bool {
        self.index().find(phrase).next().is_some()
    }

    /// All places of a phrase in the visible text, compared as by [`Markdown::mentions`].
    pub fn find(&self, phrase: &str) -> Vec<Range<usize>> {
        self.index().find(phrase).collect()
    }

    fn index(&self) -> &SearchIndex {
        self.search.get_or_init(|| SearchIndex::new(&self.flow))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &Markdown) -> Vec<(u8, &str)> {
        document.headings().iter().map(|heading| (heading.level, heading.text.as_str())).collect()
    }

    fn blocks(document: &Markdown) -> Vec<(BlockKind, &str)> {
        document.blocks().iter().map(|block| (block.kind, block.text.as_str())).collect()
    }

    #[test]
    fn headings_of_all_kinds_come_in_file_order_without_markup() {
        let text = "# The *big*  `Title` #\n\nContoso\nService\n---\n\n<h3 align=\"center\">Inner &amp; more</h3>\n\n###### Last";
        let document = Markdown::parse(text);
        assert_eq!(texts(&document), [(1, "The big Title"), (2, "Contoso Service"), (3, "Inner & more"), (6, "Last")]);
        let spans: Vec<_> = document.headings().iter().map(|heading| &text[heading.span.clone()]).collect();
        assert_eq!(spans, ["# The *big*  `Title` #", "Contoso\nService\n---", "<h3 align=\"center\">Inner &amp; more</h3>", "###### Last"]);
        let words: Vec<_> = document.headings().iter().map(|heading| &text[heading.text_span.clone()]).collect();
        assert_eq!(words, ["The *big*  `Title`", "Contoso\nService", "Inner &amp; more", "Last"]);
        let kinds: Vec<_> = document.headings().iter().map(|heading| heading.kind).collect();
        assert_eq!(kinds, [HeadingKind::Atx, HeadingKind::Setext, HeadingKind::Html, HeadingKind::Atx]);
    }

    #[test]
    fn carriage_returns_belong_to_no_span() {
        let text = "# One\r\n\r\nSome text\r\nover lines.\r\n\r\n## Two\r\n";
        let document = Markdown::parse(text);
        let spans: Vec<_> = document.headings().iter().map(|heading| &text[heading.span.clone()]).collect();
        assert_eq!(spans, ["# One", "## Two"]);
        assert_eq!(&text[document.blocks()[0].span.clone()], "Some text\r\nover lines.");
        assert_eq!(document.blocks()[0].text, "Some text over lines.");
    }

    #[test]
    fn a_heading_without_words_has_an_empty_text_span_and_an_image_lends_its_alternative_text() {
        let text = "#\n\n# ![Contoso](logo.png)\n";
        let document = Markdown::parse(text);
        assert_eq!(texts(&document), [(1, ""), (1, "Contoso")]);
        assert_eq!(document.headings()[0].text_span, 1..1);
        assert_eq!(&text[document.headings()[1].text_span.clone()], "![Contoso](logo.png)");
    }

    #[test]
    fn sections_end_at_the_next_heading_of_the_same_rank() {
        let text = "# A\nintro\n## B\n### C\nc\n## D\n\n# E\n";
        let document = Markdown::parse(text);
        let spans: Vec<_> = document.sections().iter().map(|section| &text[section.span.clone()]).collect();
        assert_eq!(spans, ["# A\nintro\n## B\n### C\nc\n## D\n\n", "## B\n### C\nc\n", "### C\nc\n", "## D\n\n", "# E\n"]);
        let bodies: Vec<_> = document.sections().iter().map(|section| text[section.body.clone()].trim()).collect();
        assert_eq!(bodies, ["intro", "", "c", "", ""]);
        let empty: Vec<_> = document.sections().iter().map(Section::is_empty).collect();
        assert_eq!(empty, [false, false, false, true, true]);
        let parents: Vec<_> = document.sections().iter().map(Section::has_subsections).collect();
        assert_eq!(parents, [true, true, false, false, false]);
    }

    #[test]
    fn comments_rules_and_subheadings_leave_a_section_empty_but_images_and_code_fill_it() {
        for body in ["<!-- to be written -->", "---", "### Sub", "<!--\n\nhidden\n\n-->", "[x]: https://contoso.com", "<br>", "&nbsp;"] {
            let document = Markdown::parse(&format!("# A\n\n{body}\n"));
            assert!(document.sections()[0].is_empty(), "{body}");
        }
        for body in ["![](a.png)", "<img src='a.png'>", "```\nx\n```", "- x", "|a|\n|-|\n", "<p>x</p>", "<!-- a --> b"] {
            let document = Markdown::parse(&format!("# A\n\n{body}\n"));
            assert!(!document.sections()[0].is_empty(), "{body}");
        }
    }

    #[test]
    fn blocks_tell_where_the_text_stands() {
        let text = "Run **this** now\\!\n\n- first `item`\n- second\n\n  more\n\n> quoted\n\n| a | b |\n|---|---|\n| c | d |\n\n```sh\nls\n  x\n```\n\n<p>html<br>text</p>\n";
        let document = Markdown::parse(text);
        use BlockKind::*;
        assert_eq!(
            blocks(&document),
            [
                (Paragraph, "Run this now!"),
                (ListItem, "first item"),
                (ListItem, "second"),
                (ListItem, "more"),
                (BlockQuote, "quoted"),
                (TableCell, "a"),
                (TableCell, "b"),
                (TableCell, "c"),
                (TableCell, "d"),
                (CodeBlock, "ls\n  x"),
                (Html, "html text"),
            ]
        );
        assert_eq!(&text[document.blocks()[1].span.clone()], "first `item`");
        assert_eq!(&text[document.blocks()[8].span.clone()], "d");
    }

    #[test]
    fn the_first_paragraph_is_the_first_that_has_words() {
        let text = "# Title\n\n![badge](b.png)\n\n- list\n\nThe intro.\n\n## Next\n\nOther.";
        let document = Markdown::parse(text);
        let body = document.sections()[0].body.clone();
        assert_eq!(document.first_paragraph_in(&body).map(|block| block.text.as_str()), Some("The intro."));
        assert_eq!(document.blocks_in(&body).len(), 3);
    }

    #[test]
    fn front_matter_is_no_content_and_shifts_no_span() {
        let text = "---\ntitle: Hidden\n---\n# Shown\n";
        let document = Markdown::parse(text);
        assert_eq!(document.front_matter(), Some(&(0..22)));
        assert_eq!(texts(&document), [(1, "Shown")]);
        assert_eq!(&text[document.headings()[0].span.clone()], "# Shown");
        assert_eq!(document.plain_text(), "Shown");
    }

    #[test]
    fn plain_text_has_no_markup_and_no_hidden_text() {
        let text = "# *T*itle\n\none\ntwo   <!-- not --> three\n\n<!-- never -->\n\n<style>p {}</style>\n\n![alt](a.png) <b>bold</b>\n";
        assert_eq!(Markdown::parse(text).plain_text(), "Title\none two three\nbold");
    }

    #[test]
    fn nesting_bombs_and_long_files_are_read_in_bounded_time() {
        let started = std::time::Instant::now();
        let count = 20_000;
        for unit in [
            ">", "> ", "- ", "[", "![", "*a_", "<", "<a b=\"", "](", "[a](", "`", "1. ", "\t", "<!--", "<p>\n", "&", "|", "<b>", "<h1>",
            "![[]()",
        ] {
            let document = Markdown::parse(&unit.repeat(count));
            assert!(document.headings().len() <= count);
        }
        // Without a limit this alone takes minutes.
        let lines = "- ".repeat(200_000) + "a\n" + &"b\n".repeat(200_000);
        assert!(Markdown::parse(&lines).mentions("b"));
        let images = "![".repeat(20_000) + &"x".repeat(20_000) + &"](y)".repeat(20_000);
        assert!(Markdown::parse(&images).links().iter().all(|link| link.text.len() <= 1000));
        let long = "é\n".repeat(3_000_000);
        assert!(Markdown::parse(&long).is_truncated());
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn no_text_gives_an_empty_document() {
        let document = Markdown::parse("");
        assert!(document.headings().is_empty() && document.blocks().is_empty() && document.plain_text().is_empty());
        assert!(!document.mentions("a") && !document.mentions(""));
    }
}
