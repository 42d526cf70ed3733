//! Checks on README and INTRO: what they share, namely headings and what readers take for headings, compared the way people do.

mod form;
mod mentions;
mod opening;
mod phrases;
mod section;
#[cfg(test)]
pub(super) mod tests;

use std::borrow::Cow;
use std::ops::Range;

use super::Context;
use crate::connector::Artifact;
use crate::source::markdown::Markdown;
use crate::swagger::Operation;

pub use form::MarkdownForm;
pub use mentions::Mentions;
pub use opening::Opening;
pub use phrases::Phrases;
pub use section::{Section, SectionOrder};

/// Bytes from which on a README, and an INTRO, says enough to be judged by what it lacks.
const ENOUGH: [(Artifact, usize); 2] = [(Artifact::Readme, 200), (Artifact::Intro, 50)];

/// Headings that are looked at. A text with more of them was written by no person.
const MAX_TITLES: usize = 10_000;

/// A README or INTRO with its text.
struct Document<'a> {
    artifact: Artifact,
    text: &'a str,
    markdown: &'a Markdown,
}

impl<'a> Document<'a> {
    /// The document that a rule selected.
    fn of(context: &Context<'_, 'a>) -> Option<Self> {
        let artifact = context.subject.artifact?;
        let (source, markdown) = context.model.markdown(artifact)?;
        Some(Self { artifact, text: source.text(), markdown })
    }

    /// Its length in bytes, without blanks at the ends; 0 when readers see nothing at all.
    fn length(&self) -> usize {
        let has_images = || self.markdown.links().iter().any(|link| link.image);
        if self.markdown.plain_text().is_empty() && !has_images() { 0 } else { self.text.trim().len() }
    }

    /// Whether it may be judged by what it lacks. One that is as good as empty lacks everything, which is a fault of its own
    /// (`opening`, `too-short`), and of one that was not read to its end nobody knows.
    fn can_lack_something(&self) -> bool {
        let enough = ENOUGH.iter().find(|(artifact, _)| *artifact == self.artifact).map_or(0, |(_, enough)| *enough);
        !self.markdown.is_truncated() && self.length() >= enough
    }

    /// Headings and what readers take for headings, in file order.
    fn titles(&self) -> Vec<Title<'a>> {
        let real = self.markdown.headings().iter().zip(self.markdown.sections()).map(|(heading, section)| Title {
            text: &heading.text,
            folded: folded(&heading.text),
            level: heading.level,
            span: heading.span.clone(),
            empty: section.is_empty() && !section.has_subsections(),
        });
        let like = self.markdown.heading_like().iter().map(|like| Title {
            text: &like.text,
            folded: folded(&like.text),
            level: like.level,
            span: like.span.clone(),
            empty: like.is_empty(),
        });
        let mut all: Vec<Title<'_>> = real.take(MAX_TITLES).chain(like.take(MAX_TITLES)).collect();
        all.sort_by_key(|title| title.span.start);
        all
    }
}

/// A heading, or a line that readers take for one.
struct Title<'m> {
    text: &'m str,
    /// The text as it is compared.
    folded: String,
    level: u8,
    span: Range<usize>,
    /// Whether neither text nor headings below it belong to it.
    empty: bool,
}

/// Names of headings, ready to be compared.
struct Names {
    names: Vec<String>,
    prefix: bool,
    containing: Vec<String>,
}

impl Names {
    /// Headings that are one of the names. With `prefix`, more may follow the name.
    fn new(names: &[String], prefix: bool) -> Self {
        Self { names: all_folded(names), prefix, containing: Vec::new() }
    }

    /// Headings count, too, that contain one of these.
    fn or_containing(mut self, words: &[String]) -> Self {
        self.containing = all_folded(words);
        self
    }

    fn fit(&self, title: &Title<'_>) -> bool {
        self.are_exactly(title)
            || (self.prefix && self.names.iter().any(|name| title.folded.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))))
            || self.containing.iter().any(|words| title.folded.contains(words))
    }

    /// Whether the heading is one of the names and nothing more.
    fn are_exactly(&self, title: &Title<'_>) -> bool {
        self.names.contains(&title.folded)
    }
}

fn all_folded(names: &[String]) -> Vec<String> {
    names.iter().map(|name| folded(name)).collect()
}

/// A heading without regard to case, numbering, hyphens and punctuation.
fn folded(heading: &str) -> String {
    let text: String = heading.to_lowercase().replace(['-', '_', '/'], " ").replace('&', " and ");
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | '*' | '#' | '(' | ')' | '?' | '!'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// A folded name without its blanks: "Get item" and "GetItem" name the same operation.
fn squeezed(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Names by which an operation is known: its summary, which makers see, and its operationId.
fn operation_names<'a>(operation: &Operation<'a>) -> impl Iterator<Item = Cow<'a, str>> + use<'a> {
    [operation.node.get_str("summary"), operation.id.clone()].into_iter().flatten().filter(|name| !name.trim().is_empty())
}
