//! From the parser's events to the document: one walk, no recursion, however deep the nesting.

use std::ops::Range;

use memchr::memmem;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::bounds::Bounds;
use super::flow::{self, BREAK, CODE, Flow, HEADING, LINK, Marks, STRONG};
use super::html::{self, Part};
use super::{Block, BlockKind, Heading, HeadingKind, Link, Markdown, heading_like, links, sections};

/// Reads the part of a text that lies within the bounds.
pub(super) fn build(bounds: &Bounds<'_>) -> Markdown {
    let source = bounds.text.as_ref();
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let mut builder = Builder { source, ..Builder::default() };
    let content = source.get(bounds.start..).unwrap_or_default();
    for (event, range) in Parser::new_ext(content, options).into_offset_iter() {
        builder.event(event, range.start + bounds.start..range.end + bounds.start);
    }
    builder.finish()
}

/// What the open run of text will become.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Heading(u8, HeadingKind),
    Block(BlockKind),
}

/// The open run of text.
struct Leaf {
    goal: Goal,
    /// The place of the element. Text without an element of its own (in tight lists, in HTML) has none.
    span: Option<Range<usize>>,
    /// From the first to the last thing within.
    inline: Option<Range<usize>>,
    /// Where its text starts in the flow.
    text: usize,
    /// The number of its first piece.
    piece: usize,
    /// The number of its first link.
    link: usize,
    /// Whether it shows an image.
    image: bool,
}

/// A link whose end has not come.
struct OpenLink {
    /// The number of the link.
    link: usize,
    /// Where its text starts, in the flow or, for an image, among the alternative texts.
    text: usize,
}

#[derive(Default)]
struct Builder<'a> {
    source: &'a str,
    document: Markdown,
    flow: Flow,
    leaf: Option<Leaf>,
    /// What the text stands in: list items and quotes, outermost first.
    containers: Vec<BlockKind>,
    strong: usize,
    links: Vec<OpenLink>,
    images: Vec<OpenLink>,
    alternative: String,
    html_link: Option<OpenLink>,
    /// The HTML block so far, with the start of each line in it and in the file.
    html: Option<(String, Vec<(usize, usize)>)>,
}

impl<'a> Builder<'a> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text, range, 0),
            Event::Code(text) => self.text(&text, range, CODE),
            Event::SoftBreak | Event::HardBreak => self.text(" ", range, BREAK),
            Event::InlineHtml(_) => self.inline_html(range),
            Event::Html(_) => {
                let (Some((html, lines)), Some(line)) = (&mut self.html, self.source.get(range.clone())) else { return };
                lines.push((html.len(), range.start));
                html.push_str(line);
            }
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => self.touch(&range),
            Event::Rule => self.close_leaf(),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                let kind = self.text_kind();
                self.open_leaf(Goal::Block(kind), Some(range));
            }
            Tag::Heading { level, .. } => {
                let is_atx = self.source.get(range.clone()).is_some_and(|text| text.trim_start().starts_with('#'));
                let is_setext = self.source.get(range.clone()).is_some_and(|text| text.trim().contains('\n'));
                let kind = if is_atx && !is_setext { HeadingKind::Atx } else { HeadingKind::Setext };
                self.open_leaf(Goal::Heading(level as u8, kind), Some(range));
            }
            Tag::CodeBlock(_) => self.open_leaf(Goal::Block(BlockKind::CodeBlock), Some(range)),
            Tag::TableCell => self.open_leaf(Goal::Block(BlockKind::TableCell), Some(range)),
            Tag::HtmlBlock => {
                self.close_leaf();
                self.html = Some((String::new(), Vec::new()));
            }
            Tag::BlockQuote(_) => {
                self.close_leaf();
                self.containers.push(BlockKind::BlockQuote);
            }
            Tag::Item => {
                self.close_leaf();
                self.containers.push(BlockKind::ListItem);
            }
            Tag::Strong => {
                self.touch(&range);
                self.strong += 1;
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.touch(&range);
                let target = if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.into_string() };
                let open = OpenLink { link: self.push_link(target, range, false), text: self.flow.len() };
                self.links.push(open);
            }
            Tag::Image { dest_url, .. } => {
                self.touch(&range);
                let open = OpenLink { link: self.push_link(dest_url.into_string(), range, true), text: self.alternative.len() };
                self.images.push(open);
            }
            Tag::Emphasis | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => self.touch(&range),
            _ => self.close_leaf(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.close_leaf();
                self.containers.pop();
            }
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Link => {
                if let Some(open) = self.links.pop() {
                    self.name_link(open.link, links::shortened(self.flow.text_from(open.text)));
                }
            }
            TagEnd::Image => {
                if let Some(open) = self.images.pop() {
                    self.name_link(open.link, links::shortened(self.alternative.get(open.text..).unwrap_or_default()));
                }
                if self.images.is_empty() {
                    self.alternative.clear();
                }
            }
            TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            _ => self.close_leaf(),
        }
    }

    /// The kind of running text at this depth.
    fn text_kind(&self) -> BlockKind {
        self.containers.last().copied().unwrap_or(BlockKind::Paragraph)
    }

    fn open_leaf(&mut self, goal: Goal, span: Option<Range<usize>>) {
        self.close_leaf();
        self.leaf = Some(Leaf {
            goal,
            span,
            inline: None,
            text: self.flow.len(),
            piece: self.flow.count(),
            link: self.document.links.len(),
            image: false,
        });
    }

    /// Something stands here: the open run of text reaches at least to its end. Text in tight lists opens its run by itself.
    fn touch(&mut self, range: &Range<usize>) {
        if self.leaf.is_none() {
            let kind = if self.html.is_some() { BlockKind::Html } else { self.text_kind() };
            self.open_leaf(Goal::Block(kind), None);
        }
        if let Some(leaf) = &mut self.leaf {
            let inline = leaf.inline.get_or_insert_with(|| range.clone());
            inline.start = inline.start.min(range.start);
            inline.end = inline.end.max(range.end);
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>, marks: Marks) {
        self.touch(&range);
        if !self.images.is_empty() {
            self.alternative.push_str(text);
            return;
        }
        let mut marks = marks;
        marks |= if self.strong > 0 { STRONG } else { 0 };
        marks |= if self.links.is_empty() && self.html_link.is_none() { 0 } else { LINK };
        marks |= match self.leaf.as_ref().map(|leaf| leaf.goal) {
            Some(Goal::Heading(..)) => HEADING,
            Some(Goal::Block(BlockKind::CodeBlock)) => CODE,
            _ => 0,
        };
        // Inline code stands between back quotes; all other text is as written, or stands for something else.
        let written = self.source.get(range.clone()).unwrap_or_default();
        let place = match memmem::find(written.as_bytes(), text.as_bytes()) {
            Some(offset) if marks & CODE != 0 || text.len() == written.len() => {
                Some(range.start + offset..range.start + offset + text.len())
            }
            _ => None,
        };
        match place {
            Some(place) => self.flow.push(text, place, marks, true),
            None => self.flow.push(text, range, marks, false),
        }
    }

    fn push_link(&mut self, target: String, span: Range<usize>, image: bool) -> usize {
        if let Some(leaf) = &mut self.leaf {
            leaf.image |= image;
        }
        self.document.links.push(Link { target, span, image, text: String::new() });
        self.document.links.len() - 1
    }

    fn name_link(&mut self, link: usize, text: String) {
        if let Some(link) = self.document.links.get_mut(link) {
            link.text = text;
        }
    }

    fn close_leaf(&mut self) {
        self.close_html_link();
        self.strong = 0;
        let Some(leaf) = self.leaf.take() else { return };
        let own = self.flow.text_from(leaf.text);
        let Some(mut span) = leaf.span.clone().or(leaf.inline.clone()) else { return };
        if let (Goal::Heading(_, HeadingKind::Html), Some(inline)) = (leaf.goal, &leaf.inline) {
            // A heading that is never closed ends with its text.
            span.end = span.end.max(inline.end);
        }
        let span = self.trim(span);
        match leaf.goal {
            Goal::Heading(level, kind) => {
                let mut text = flow::collapse(own);
                if text.is_empty() {
                    let images = self.document.links.get(leaf.link..).unwrap_or_default();
                    text = images.iter().find(|link| link.image).map(|link| link.text.clone()).unwrap_or_default();
                }
                let words = leaf.inline.map(|inline| self.trim(inline)).filter(|words| words.start >= span.start && words.end <= span.end);
                let text_span = words.unwrap_or(span.end..span.end);
                self.document.headings.push(Heading { level, text, span, text_span, kind });
            }
            Goal::Block(kind) => {
                let text = if kind == BlockKind::CodeBlock { own.trim_end().to_owned() } else { flow::collapse(own) };
                if !text.is_empty() || leaf.image {
                    self.document.blocks.push(Block { kind, span, text });
                }
                if matches!(kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::BlockQuote) {
                    let bold = kind == BlockKind::Paragraph;
                    heading_like::find(self.source, &self.flow, leaf.piece, bold, &mut self.document.heading_like);
                }
                links::find_bare(&self.flow, leaf.piece, &mut self.document.links);
            }
        }
        self.flow.end_block();
    }

    /// A range without white space at its ends.
    fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = self.source.get(range.clone()).unwrap_or_default();
        let start = range.start + (text.len() - text.trim_start().len());
        start..start.max(range.start + text.trim_end().len())
    }

    fn inline_html(&mut self, range: Range<usize>) {
        let Some(text) = self.source.get(range.clone()) else { return };
        html::scan(text, |part| {
            if let Part::Tag(tag, _) = part {
                self.html_tag(tag, range.clone());
            }
        });
    }

    fn html_tag(&mut self, tag: html::Tag, range: Range<usize>) {
        match tag {
            html::Tag::Image { source, text } => {
                self.touch(&range);
                let link = self.push_link(source, range, true);
                self.name_link(link, links::shortened(&text));
            }
            html::Tag::LinkStart(target) => {
                self.close_html_link();
                self.touch(&range);
                self.html_link = Some(OpenLink { link: self.push_link(target, range, false), text: self.flow.len() });
            }
            html::Tag::LinkEnd => {
                if let Some(open) = &self.html_link
                    && let Some(link) = self.document.links.get_mut(open.link)
                {
                    link.span.end = range.end;
                }
                self.close_html_link();
            }
            html::Tag::StrongStart => {
                self.touch(&range);
                self.strong += 1;
            }
            html::Tag::StrongEnd => self.strong = self.strong.saturating_sub(1),
            html::Tag::LineBreak => self.text(" ", range, BREAK),
            // Markdown's own blocks have no HTML blocks within; in an HTML block the caller handles these.
            html::Tag::HeadingStart(_) | html::Tag::HeadingEnd | html::Tag::Block => {}
        }
    }

    fn close_html_link(&mut self) {
        if let Some(open) = self.html_link.take() {
            self.name_link(open.link, links::shortened(self.flow.text_from(open.text)));
        }
    }

    fn html_block(&mut self) {
        // An empty block stays in its place: its presence tells where the text within belongs.
        let Some((html, lines)) = self.html.replace(Default::default()) else { return };
        // In a quote or a list, the lines of the block do not follow each other in the file.
        let place = |at: usize| {
            let line = lines.partition_point(|(start, _)| *start <= at).checked_sub(1).and_then(|index| lines.get(index));
            line.map_or(0, |(start, source)| source + (at - start))
        };
        let place_of = |range: &Range<usize>| place(range.start)..place(range.end.saturating_sub(1)) + 1;
        html::scan(&html, |part| match part {
            Part::Text(range) => {
                let mut at = range.start;
                for line in html.get(range).unwrap_or_default().split_inclusive('\n') {
                    self.html_text(line, place(at));
                    at += line.len();
                }
            }
            Part::Tag(html::Tag::HeadingStart(level), range) => {
                self.open_leaf(Goal::Heading(level, HeadingKind::Html), Some(place_of(&range)));
            }
            Part::Tag(html::Tag::HeadingEnd, range) => {
                if let Some(Leaf { goal: Goal::Heading(..), span: Some(span), .. }) = &mut self.leaf {
                    span.end = place_of(&range).end;
                    self.close_leaf();
                }
            }
            Part::Tag(html::Tag::Block, _) => {
                if !matches!(self.leaf, Some(Leaf { goal: Goal::Heading(..), .. })) {
                    self.close_leaf();
                }
            }
            Part::Tag(tag, range) => self.html_tag(tag, place_of(&range)),
        });
        self.close_leaf();
        self.html = None;
    }

    /// One line of the text of an HTML block.
    fn html_text(&mut self, line: &str, source: usize) {
        let words = line.trim();
        let indent = line.len() - line.trim_start().len();
        if words.is_empty() {
            // A blank between two elements still parts their words.
            if self.leaf.is_some() && !line.is_empty() {
                self.text(" ", source..source + line.len(), BREAK);
            }
            return;
        }
        if indent > 0 {
            self.text(" ", source..source + indent, 0);
        }
        let start = source + indent;
        html::pieces(words, |piece, range, _| self.text(piece, start + range.start..start + range.end, 0));
        if indent + words.len() < line.len() {
            self.text(" ", start + words.len()..source + line.len(), BREAK);
        }
    }

    fn finish(mut self) -> Markdown {
        self.close_leaf();
        let mut document = self.document;
        // Bare addresses were found after the other links of their block.
        document.links.sort_by_key(|link| link.span.start);
        sections::fill(&mut document, &self.flow, self.source.len());
        document.flow = self.flow;
        document
    }
}
