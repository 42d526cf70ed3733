//! Which part of a text belongs to which heading, and whether anything visible stands there.

use std::ops::Range;

use super::flow::{Flow, HEADING};
use super::{Heading, HeadingLike, HeadingLikeKind, Link, Markdown, Section};

/// Adds the sections, and to the lines that look like headings what depends on the headings around them.
pub(super) fn fill(document: &mut Markdown, flow: &Flow, end: usize) {
    let content = Content::of(flow, &document.links);
    document.sections = sections_of(&document.headings, &content, end);
    place_heading_like(&document.headings, &mut document.heading_like, &content, end);
}

/// The places of all that is visible, headings apart.
struct Content(Vec<usize>);

impl Content {
    fn of(flow: &Flow, links: &[Link]) -> Self {
        let texts = flow.pieces().iter().filter(|piece| piece.marks & HEADING == 0 && !flow.text_of(piece).trim().is_empty());
        let images = links.iter().filter(|link| link.image);
        let mut places: Vec<usize> = texts.map(|piece| piece.source().start).chain(images.map(|link| link.span.start)).collect();
        places.sort_unstable();
        Self(places)
    }

    fn is_in(&self, range: Range<usize>) -> bool {
        self.0.get(self.0.partition_point(|place| *place < range.start)).is_some_and(|place| *place < range.end)
    }
}

fn sections_of(headings: &[Heading], content: &Content, end: usize) -> Vec<Section> {
    let mut sections = Vec::with_capacity(headings.len());
    // For each level, the start of the nearest heading of this or a higher rank behind the current one.
    let mut next = [end; 7];
    for (index, heading) in headings.iter().enumerate().rev() {
        let start = heading.span.start;
        let section_end = next.get(usize::from(heading.level)).copied().unwrap_or(end);
        let body_end = headings.get(index + 1).map_or(end, |next| next.span.start);
        sections.push(Section {
            heading: index,
            span: start..section_end,
            body: heading.span.end..body_end,
            empty: !content.is_in(heading.span.end..section_end),
            subsections: body_end < section_end,
        });
        next.iter_mut().skip(usize::from(heading.level)).for_each(|place| *place = start);
    }
    sections.reverse();
    sections
}

/// Fills in what depends on the headings around each line.
fn place_heading_like(headings: &[Heading], lines: &mut [HeadingLike], content: &Content, end: usize) {
    let mut before = headings.iter().peekable();
    let mut level = 0;
    for line in lines.iter_mut() {
        while let Some(heading) = before.next_if(|heading| heading.span.start < line.span.start) {
            level = heading.level;
        }
        match line.kind {
            HeadingLikeKind::MissingBlank => level = line.level,
            HeadingLikeKind::Bold => line.level = (level + 1).min(6),
        }
    }
    // As for sections, but lines and headings end each other.
    let mut next = [end; 7];
    let mut next_any = end;
    let mut behind = headings.len();
    for line in lines.iter_mut().rev() {
        let start = line.span.start;
        while let Some(heading) = behind.checked_sub(1).and_then(|index| headings.get(index)).filter(|heading| heading.span.start > start) {
            next.iter_mut().skip(usize::from(heading.level)).for_each(|place| *place = heading.span.start);
            next_any = heading.span.start;
            behind -= 1;
        }
        let line_end = line.span.end;
        line.body = line_end..next_any.max(line_end);
        line.empty = !content.is_in(line_end..next.get(usize::from(line.level)).copied().unwrap_or(end));
        next.iter_mut().skip(usize::from(line.level)).for_each(|place| *place = start);
        next_any = start;
    }
}
