//! An existing README or INTRO as it is extended: its sections, the habits of its author, and where new text goes.

use std::collections::HashSet;
use std::ops::Range;

use crate::connector::Artifact;
use crate::fix::edit::{Edit, apply};
use crate::model::Model;
use crate::source::markdown::{BlockKind, HeadingKind, HeadingLikeKind, Markdown};

use super::names::{SectionName, folded};

/// Headings that are looked at. A text with more of them was written by no person.
const MAX_TITLES: usize = 10_000;

/// How a heading is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `## Title`, perhaps with number signs behind it.
    Atx {
        /// Whether number signs close the line.
        closed: bool,
    },
    /// Underlined.
    Setext,
    /// `<h2>Title</h2>`
    Html,
    /// A line of bold text.
    Bold,
    /// `##Title`
    MissingBlank,
}

/// A heading, or a line that readers take for one.
#[derive(Debug, Clone)]
pub(super) struct Title {
    pub(super) text: String,
    pub(super) folded: String,
    pub(super) level: u8,
    pub(super) style: Style,
    /// Where its line begins.
    pub(super) start: usize,
    /// Where it ends, without the line end.
    pub(super) end: usize,
    /// Whether neither text nor headings belong to it.
    pub(super) empty: bool,
    /// The section it most probably begins.
    pub(super) section: Option<SectionName>,
}

/// The file with its titles.
pub(super) struct Outline<'a> {
    pub(super) text: &'a str,
    pub(super) markdown: &'a Markdown,
    pub(super) titles: Vec<Title>,
    /// The level of sections.
    pub(super) level: u8,
    /// How headings of sections are written.
    pub(super) style: Style,
    /// Whether a blank line follows headings.
    pub(super) blank_behind: bool,
    newline: &'static str,
    title_starts: HashSet<usize>,
}

impl<'a> Outline<'a> {
    /// The file of a connector; `None` when there is none, or it was not read to its end.
    pub(super) fn of(model: &Model<'a>, artifact: Artifact) -> Option<Self> {
        let (source, markdown) = model.markdown(artifact)?;
        (!markdown.is_truncated()).then(|| Self::new(source.text(), markdown))
    }

    pub(super) fn new(text: &'a str, markdown: &'a Markdown) -> Self {
        let mut titles = titles(text, markdown);
        // A line of bold text has no rank of its own; what begins a section has the rank of sections.
        let highest = titles.iter().filter(|title| title.section.is_some() && title.level > 1).map(|title| title.level).min().unwrap_or(2);
        for title in titles.iter_mut().filter(|title| title.section.is_some() && title.style == Style::Bold) {
            title.level = highest;
        }
        let sections = || titles.iter().filter(|title| title.section.is_some());
        // Some files mix ranks: of two that are as frequent, the first is that of the title.
        let levels: Vec<u8> = sections().map(|title| title.level).collect();
        let level =
            most_frequent(levels.iter().copied().filter(|level| *level > 1).chain(levels.iter().copied().filter(|level| *level == 1)));
        // A file without any section that is known may have others.
        let level = level.or_else(|| most_frequent(titles.iter().map(|title| title.level).filter(|level| *level > 1))).unwrap_or(2);
        let at_level = || sections().filter(|title| title.level == level);
        let style = most_frequent(at_level().map(|title| title.style)).or_else(|| most_frequent(titles.iter().map(|title| title.style)));
        let blank = |title: &Title| starts_with_blank_line(text.get(title.end..).unwrap_or_default());
        let with_text = |title: &&Title| !title.empty && !text.get(title.end..).unwrap_or_default().trim().is_empty();
        let breaks = text.matches('\n').count();
        Self {
            text,
            markdown,
            level,
            style: style.unwrap_or(Style::Atx { closed: false }),
            blank_behind: most_frequent(titles.iter().filter(with_text).map(blank)).unwrap_or(true),
            newline: if text.matches("\r\n").count() * 2 > breaks { "\r\n" } else { "\n" },
            title_starts: titles.iter().map(|title| title.start).collect(),
            titles,
        }
    }

    /// Whether a title begins on the line that begins here.
    pub(super) fn is_title_at(&self, start: usize) -> bool {
        self.title_starts.contains(&start)
    }

    /// The titles that count as headings of a section.
    pub(super) fn fitting(&self, section: SectionName) -> impl Iterator<Item = usize> {
        self.titles.iter().enumerate().filter(move |(_, title)| section.fits(&title.folded)).map(|(index, _)| index)
    }

    /// The number of the title behind a section and everything below it. `belongs` tells of titles that are part of it whatever their
    /// rank.
    pub(super) fn end_of(&self, index: usize, belongs: impl Fn(&Title) -> bool) -> usize {
        let Some(own) = self.titles.get(index) else { return self.titles.len() };
        let ends = |next: &Title| {
            let begins_section = next.section.is_some() && next.level <= own.level.max(self.level);
            begins_section || (next.level <= own.level && !belongs(next))
        };
        self.titles.iter().skip(index + 1).position(ends).map_or(self.titles.len(), |behind| index + 1 + behind)
    }

    /// Where the line of a title begins; the end of the text for the one behind the last.
    pub(super) fn start_of(&self, index: usize) -> usize {
        self.titles.get(index).map_or(self.text.len(), |title| title.start)
    }

    /// A heading in the manner of the file. `text` is Markdown.
    pub(super) fn heading(&self, level: u8, text: &str) -> String {
        self.heading_as(self.style, level, text)
    }

    /// A heading in a manner.
    pub(super) fn heading_as(&self, style: Style, level: u8, text: &str) -> String {
        let marks = "#".repeat(usize::from(level.clamp(1, 6)));
        match style {
            Style::Setext if level <= 2 => {
                let line = if level == 1 { "=" } else { "-" };
                format!("{text}\n{}", line.repeat(text.chars().count().max(3)))
            }
            Style::Bold if level > 1 => format!("**{text}**"),
            Style::Atx { closed: true } => format!("{marks} {text} {marks}"),
            _ => format!("{marks} {text}"),
        }
    }

    /// Blocks of a section joined in the manner of the file: heading first.
    pub(super) fn joined(&self, heading: &str, body: &[String]) -> String {
        let gap = if self.blank_behind || self.style == Style::Bold { "\n\n" } else { "\n" };
        if body.is_empty() { heading.to_owned() } else { format!("{heading}{gap}{}", body.join("\n\n")) }
    }

    /// Inserts blocks behind everything that stands before a place, which is the start of a line or the end of the text. `tight`:
    /// no blank line comes before them where none follows them either.
    pub(super) fn insert_before(&self, place: usize, blocks: &str, tight: bool) -> Edit {
        let front = self.markdown.front_matter().map_or(0, |range| range.end);
        let before = self.text.get(front..place.max(front)).unwrap_or_default();
        if before.trim().is_empty() {
            let rest = self.text.get(front..).unwrap_or_default();
            let gap = if rest.trim().is_empty() || starts_with_blank_line_itself(rest) { "\n" } else { "\n\n" };
            return self.edit(front, format!("{blocks}{gap}"));
        }
        let content = front + before.trim_end().len();
        // The line end behind the content, if there is one.
        let behind = self.text.get(content..).unwrap_or_default();
        let line = behind.find('\n').map(|at| content + at + 1).filter(|&at| at <= place);
        let Some(at) = line else { return self.edit(self.text.len(), format!("\n\n{blocks}")) };
        let follows_blank = at == self.text.len() || starts_with_blank_line_itself(self.text.get(at..).unwrap_or_default());
        let text = match (follows_blank, tight) {
            (true, _) => format!("\n{blocks}\n"),
            (false, true) => format!("{blocks}\n"),
            (false, false) => format!("\n{blocks}\n\n"),
        };
        self.edit(at, text)
    }

    /// Whether a blank line can be left out before new headings: the file does so at this title, and Markdown allows it.
    pub(super) fn is_tight_at(&self, index: usize) -> bool {
        let is_atx = |style: Style| matches!(style, Style::Atx { .. });
        self.titles.get(index).is_some_and(|title| {
            let before = self.text.get(..title.start).unwrap_or_default();
            is_atx(title.style) && is_atx(self.style) && !before.ends_with("\n\n") && !before.ends_with("\n\r\n")
        })
    }

    /// An insertion of text whose lines end with line feeds.
    pub(super) fn edit(&self, at: usize, text: String) -> Edit {
        Edit { span: at..at, text: if self.newline == "\n" { text } else { text.replace('\n', self.newline) } }
    }

    /// The edit, unless it does not have the effect it should: a code block that is never closed, for example, swallows everything.
    pub(super) fn if_sound(&self, edit: Edit, works: impl Fn(&Outline<'_>) -> bool) -> Option<Edit> {
        let new = apply(self.text, vec![edit.clone()]);
        let markdown = Markdown::parse(&new);
        let outline = Outline::new(&new, &markdown);
        let titles = |outline: &Outline<'_>| outline.titles.iter().map(|title| title.text.clone()).collect::<Vec<_>>();
        (is_within(&titles(self), &titles(&outline)) && self.keeps_code(&markdown) && works(&outline)).then_some(edit)
    }

    /// Whether the code blocks of the file are all there in another version of it, each as it was.
    pub(super) fn keeps_code(&self, new: &Markdown) -> bool {
        let code = |markdown: &Markdown| {
            let blocks = markdown.blocks().iter().filter(|block| block.kind == BlockKind::CodeBlock);
            blocks.map(|block| block.text.clone()).collect::<Vec<_>>()
        };
        is_within(&code(self.markdown), &code(new))
    }

    /// The lines of a range of the text, with their places.
    pub(super) fn lines(&self, range: Range<usize>) -> impl Iterator<Item = (usize, &'a str)> {
        let mut at = range.start;
        self.text.get(range).unwrap_or_default().split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            (start, line)
        })
    }
}

fn titles(text: &str, markdown: &Markdown) -> Vec<Title> {
    let line_start = |at: usize| text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let title = |written: &str, level: u8, style: Style, span: &Range<usize>, empty: bool| {
        let folded = folded(written);
        let section = SectionName::of(&folded);
        Title { text: written.to_owned(), folded, level, style, start: line_start(span.start), end: span.end, empty, section }
    };
    let real = markdown.headings().iter().zip(markdown.sections()).take(MAX_TITLES).map(|(heading, section)| {
        let style = match heading.kind {
            HeadingKind::Atx => Style::Atx { closed: text.get(heading.span.clone()).is_some_and(|line| is_closed(line, heading.level)) },
            HeadingKind::Setext => Style::Setext,
            HeadingKind::Html => Style::Html,
        };
        title(&heading.text, heading.level, style, &heading.span, section.is_empty() && !section.has_subsections())
    });
    let like = markdown.heading_like().iter().take(MAX_TITLES).map(|like| {
        let style = match like.kind {
            HeadingLikeKind::Bold => Style::Bold,
            HeadingLikeKind::MissingBlank => Style::MissingBlank,
        };
        title(&like.text, like.level, style, &like.span, like.is_empty())
    });
    let mut all: Vec<Title> = real.chain(like).collect();
    all.sort_by_key(|title| title.start);
    all
}

/// Whether a heading such as `## Title ##` ends with its marks.
fn is_closed(line: &str, level: u8) -> bool {
    let line = line.trim_end();
    line.ends_with('#') && line.trim_end_matches('#').ends_with([' ', '\t']) && line.len() > usize::from(level) * 2
}

/// Whether the parts of one list are in another, in the same order.
fn is_within(parts: &[String], all: &[String]) -> bool {
    let mut all = all.iter();
    parts.iter().all(|part| all.any(|other| other == part))
}

/// The value that occurs most often; of several the first.
pub(super) fn most_frequent<T: PartialEq>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for value in values {
        match counts.iter_mut().find(|(known, _)| *known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(value, _)| value)
}

/// Whether, behind the rest of the line, a blank line follows.
fn starts_with_blank_line(text: &str) -> bool {
    text.find('\n').is_some_and(|at| starts_with_blank_line_itself(text.get(at + 1..).unwrap_or_default()))
}

/// Whether the first line is blank.
fn starts_with_blank_line_itself(text: &str) -> bool {
    !text.is_empty() && text.lines().next().is_some_and(|line| line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str) -> Outline<'_> {
        Outline::new(text, Box::leak(Box::new(Markdown::parse(text))))
    }

    #[test]
    fn habits_are_those_of_most_sections() {
        let atx = outline("# A\n## Publisher: x ##\ntext\n## Prerequisites ##\ntext\n### Limits\n\ntext\n");
        assert_eq!((atx.level, atx.style, atx.blank_behind), (2, Style::Atx { closed: true }, false));
        assert_eq!(atx.heading(3, "X"), "### X ###");
        let setext = outline("A\n=\n\nPrerequisites\n---\n\nNone.\n");
        assert_eq!((setext.level, setext.style, setext.blank_behind), (2, Style::Setext, true));
        assert_eq!((setext.heading(2, "FAQ"), setext.heading(3, "FAQ")), ("FAQ\n---".to_owned(), "### FAQ".to_owned()));
        let bold = outline("# A\n\n**Prerequisites**\n\nNone.\n\n**Known Issues**\n\nNone.\n");
        assert_eq!((bold.level, bold.style), (2, Style::Bold));
        assert_eq!(outline("").heading(2, "X"), "## X");
    }

    #[test]
    fn line_ends_are_those_of_most_lines() {
        assert_eq!(outline("a\r\nb\r\nc\n").edit(0, "x\ny".to_owned()).text, "x\r\ny");
        assert_eq!(outline("a\nb\nc\r\n").edit(0, "x\ny".to_owned()).text, "x\ny");
    }

    fn inserted(text: &str, place: usize, tight: bool) -> String {
        let outline = outline(text);
        let edit = outline.insert_before(place, "## New", tight);
        apply(text, vec![edit.clone(), edit])
    }

    #[test]
    fn insertions_at_one_place_follow_each_other_with_blank_lines_between() {
        assert_eq!(inserted("a\n\n## B\n", 3, false), "a\n\n## New\n\n## New\n\n## B\n");
        assert_eq!(inserted("a\n## B\n", 2, true), "a\n## New\n## New\n## B\n");
        assert_eq!(inserted("a\n", 2, false), "a\n\n## New\n\n## New\n");
        assert_eq!(inserted("a", 1, false), "a\n\n## New\n\n## New");
        assert_eq!(inserted("a\n\n\n", 4, false), "a\n\n## New\n\n## New\n\n\n");
        assert_eq!(inserted("## B\n", 0, false), "## New\n\n## New\n\n## B\n");
        assert_eq!(inserted("---\na: b\n---\n## B\n", 13, false), "---\na: b\n---\n## New\n\n## New\n\n## B\n");
        assert_eq!(inserted("", 0, false), "## New\n## New\n");
    }

    #[test]
    fn an_edit_that_an_open_code_block_swallows_is_no_edit() {
        let text = "# A\n\n```\ncode";
        let outline = outline(text);
        let edit = outline.insert_before(text.len(), "## New", false);
        assert_eq!(outline.if_sound(edit, |new| new.titles.iter().any(|title| title.text == "New")), None);
    }
}
