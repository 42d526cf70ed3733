//! Headings of README and INTRO, and what readers take for headings, ready to be compared the way people compare them.

use std::ops::Range;

use crate::source::markdown::Markdown;

/// Headings that are looked at. A text with more of them was written by no person.
const MAX_TITLES: usize = 10_000;

/// A heading, or a line that readers take for one.
pub struct Title<'m> {
    /// Its text.
    pub text: &'m str,
    /// The text as it is compared.
    pub folded: String,
    /// Its rank, 1 for the highest.
    pub level: u8,
    /// Its bytes in the file.
    pub span: Range<usize>,
    /// Whether neither text nor headings below it belong to it.
    pub empty: bool,
}

/// Headings and what readers take for headings, in file order.
pub fn titles(markdown: &Markdown) -> Vec<Title<'_>> {
    let real = markdown.headings().iter().zip(markdown.sections()).map(|(heading, section)| Title {
        text: &heading.text,
        folded: folded(&heading.text),
        level: heading.level,
        span: heading.span.clone(),
        empty: section.is_empty() && !section.has_subsections(),
    });
    let like = markdown.heading_like().iter().map(|like| Title {
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

/// A heading without regard to case, numbering, hyphens and punctuation.
pub fn folded(heading: &str) -> String {
    let text: String = heading.to_lowercase().replace(['-', '_', '/'], " ").replace('&', " and ");
    let text = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | '*' | '#' | '(' | ')' | '?' | '!'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
