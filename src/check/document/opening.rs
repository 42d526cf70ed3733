//! How README and INTRO begin: title and first paragraph.

use serde::Deserialize;

use super::{Document, Headings, Names, Title, folded, squeezed};
use crate::check::text::loose;
use crate::check::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::markdown::{Block, BlockKind, sentences};

/// The opening of README or INTRO.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Opening {
    /// What is wrong.
    pub problem: OpeningProblem,
    /// A number of sentences or bytes, where the problem has one.
    #[serde(default)]
    pub limit: usize,
    /// Leftovers of templates that another rule reports: whole titles for `other-title`, beginnings of the first paragraph for
    /// `no-paragraph`, in any case.
    #[serde(default)]
    pub except: Headings,
}

/// What is wrong with the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OpeningProblem {
    /// The first heading is not of level 1. Silent about a README below 200 bytes and an INTRO below 50, which lack everything.
    NoTitle,
    /// The title, of level 1, is not the connector's.
    OtherTitle,
    /// The paragraphs before the first section have fewer sentences than the limit, or there are none. Silent like `no-title`.
    /// A first heading of level 2 that names the connector, or ends with "Connector", is a title and no section.
    NoParagraph,
    /// There are several paragraphs before the first section, or the first has more sentences than the limit.
    LongParagraph,
    /// The first paragraph is the connector's description.
    SameAsDescription,
    /// The file has fewer bytes than the limit, blanks at its ends and files without anything to see apart.
    TooShort,
}

impl Demand for Opening {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(document) = Document::of(context) else { return };
        let info = |member: &str| context.model.swagger.as_ref()?.root.get("info")?.get_str(member);
        let hit = |at: At<'a>, count: usize, found: &str, expected: &str| {
            Hit::new(at).with("count", count).with("limit", self.limit).with("found", found).with("expected", expected)
        };
        let place = |span: &std::ops::Range<usize>| At::Text(document.artifact, span.clone());
        let titles = document.titles(context);
        let top = titles.first();
        let title = top.filter(|title| title.level == 1);
        match self.problem {
            OpeningProblem::NoTitle => {
                if title.is_none() && document.can_lack_something() {
                    let at = top.map_or(At::Top(document.artifact), |top| place(&top.span));
                    hits.push(hit(at, 0, top.map_or("", |top| top.text), ""));
                }
            }
            OpeningProblem::OtherTitle => {
                let (Some(title), Some(expected)) = (title, info("title")) else { return };
                let is_other = bare(title.text) != bare(&expected) && !bare(&expected).is_empty();
                if is_other && !Names::new(&self.except, false).fit(title) {
                    hits.push(hit(place(&title.span), 0, title.text, &expected));
                }
            }
            OpeningProblem::NoParagraph => {
                let (title, paragraphs) = opening(&document, titles, info("title").as_deref());
                let first = paragraphs.first();
                let count: usize = paragraphs.iter().map(|paragraph| sentences(&paragraph.text)).sum();
                if count < self.limit.max(1) && document.can_lack_something() && !first.is_some_and(|first| self.excepts(&first.text)) {
                    let span = first.map(|first| &first.span).or_else(|| title.map(|title| &title.span));
                    hits.push(hit(span.map_or(At::Top(document.artifact), place), count, "", ""));
                }
            }
            OpeningProblem::LongParagraph => {
                let (_, paragraphs) = opening(&document, titles, info("title").as_deref());
                let Some(first) = paragraphs.first() else { return };
                let (several, count) = (paragraphs.len(), sentences(&first.text));
                if count > self.limit || several > 1 {
                    let found = if several > 1 { format!("{several} paragraphs") } else { format!("{count} sentences") };
                    hits.push(hit(place(&first.span), count, &found, ""));
                }
            }
            OpeningProblem::SameAsDescription => {
                let (_, paragraphs) = opening(&document, titles, info("title").as_deref());
                let (Some(first), Some(description)) = (paragraphs.first(), info("description")) else { return };
                if loose(&first.text) == loose(&description) {
                    hits.push(hit(place(&first.span), 0, "", ""));
                }
            }
            OpeningProblem::TooShort => {
                if document.length() < self.limit {
                    hits.push(hit(At::Top(document.artifact), document.length(), "", ""));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "limit", "found", "expected"]
    }
}

impl Opening {
    fn excepts(&self, paragraph: &str) -> bool {
        let paragraph = paragraph.to_lowercase();
        self.except.written().iter().any(|beginning| paragraph.starts_with(&beginning.to_lowercase()))
    }
}

/// A title as two of them are compared: without the words that make no difference, and without blanks.
fn bare(title: &str) -> String {
    squeezed(&folded(&title.to_lowercase().replace("(independent publisher)", "").replace("connector", "")))
}

/// Whether a heading holds the name of the connector or is a part of it.
fn names_connector(heading: &str, name: &str) -> bool {
    let (heading, name) = (bare(heading), bare(name));
    heading.len().min(name.len()) >= 4 && (heading.contains(&name) || name.contains(&heading))
}

/// The title, of level 1 or in the manner of the sample readme, and the paragraphs between it and the first section.
fn opening<'t, 'a>(document: &Document<'a>, titles: &'t [Title<'a>], name: Option<&str>) -> (Option<&'t Title<'a>>, Vec<&'a Block>) {
    let is_title = |top: &&Title<'_>| match top.level {
        1 => true,
        2 => top.folded.ends_with("connector") || name.is_some_and(|name| names_connector(top.text, name)),
        _ => false,
    };
    let title = titles.first().filter(is_title);
    let start = title.map_or(0, |title| title.span.end);
    let end = titles.get(usize::from(title.is_some())).map_or(document.text.len(), |section| section.span.start);
    let blocks = document.markdown.blocks_in(&(start..end.max(start))).iter();
    (title, blocks.filter(|block| block.kind == BlockKind::Paragraph && !block.text.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_equal_but_for_words_that_make_no_difference() {
        assert_eq!(bare("The Parcel-Box Connector"), bare("the ParcelBox (Independent Publisher)"));
        assert_ne!(bare("Parcels"), bare("Letters"));
    }

    #[test]
    fn a_heading_names_the_connector_in_full_or_in_part() {
        assert!(names_connector("Kelpline Tides Connector", "Tides"));
        assert!(names_connector("Tides", "Kelpline Tides"));
        assert!(!names_connector("Prerequisites", "Kelpline Tides"));
        assert!(!names_connector("API", "Tides API"), "too short to say anything");
        assert!(!names_connector("Connector", "Tides"));
    }
}
