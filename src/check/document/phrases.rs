//! Texts of templates that nobody replaced.

use std::ops::Range;

use serde::Deserialize;

use super::Document;
use crate::check::text::PhraseList;
use crate::check::{Context, Demand, Hit, Hits, member_of};
use crate::model::{At, inside};
use crate::source::json::Value;
use crate::source::markdown::BlockKind;
use crate::words;

/// Texts of templates that were never replaced: in README and INTRO, or in a text of a JSON file.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Phrases {
    /// Phrases, found as whole words in any case.
    #[serde(default)]
    pub phrases: PhraseList,
    /// Beginnings of paragraphs and list items, in any case.
    #[serde(default)]
    pub beginnings: Vec<String>,
    /// Whole paragraphs and list items, exactly as written here: "TODO" alone is a leftover, the word in a sentence is not.
    #[serde(default)]
    pub whole_paragraphs: Vec<String>,
    /// Whole headings, in any case.
    #[serde(default)]
    pub headings: Vec<String>,
    /// Look at these members of a JSON object.
    #[serde(default)]
    pub members: Vec<String>,
}

impl Demand for Phrases {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        if let Some(node) = context.node() {
            let values: Vec<_> = if self.members.is_empty() {
                vec![node]
            } else {
                self.members.iter().filter_map(|member| member_of(node, member)).collect()
            };
            values.into_iter().for_each(|value| self.look_into_value(value, hits));
            return;
        }
        let Some(document) = Document::of(context) else { return };
        let mut places = self.places(context, &document);
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut covered = 0;
        for place in places {
            if place.start >= covered {
                covered = place.end;
                let found = words::excerpt(document.text.get(place.clone()).unwrap_or_default(), 60);
                hits.push(Hit::new(At::Text(document.artifact, place)).with("found", found));
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found"]
    }
}

impl Phrases {
    /// The first leftover in a text of a JSON file.
    fn look_into_value<'a>(&self, value: Value<'a>, hits: &mut Hits<'a>) {
        let Some(text) = value.as_str() else { return };
        let folded = text.trim().to_lowercase();
        let start = text.len() - text.trim_start().len();
        let begins = self.beginnings.iter().find(|phrase| folded.starts_with(&phrase.to_lowercase()));
        let begins = begins.map(|phrase| start..start + phrase.len()).filter(|range| text.is_char_boundary(range.end));
        let whole = || self.whole_paragraphs.iter().any(|paragraph| paragraph == text.trim()).then_some(0..text.len());
        let found = begins.or_else(whole).or_else(|| self.phrases.find(&text));
        if let Some(range) = found {
            hits.push(Hit::new(inside(value, range.clone())).with("found", words::excerpt(&text[range], 60)));
        }
    }

    /// All leftovers in README or INTRO, in no order and perhaps within each other.
    fn places<'a>(&self, context: &Context<'_, 'a>, document: &Document<'a>) -> Vec<Range<usize>> {
        let mut places: Vec<Range<usize>> = self.phrases.list().iter().flat_map(|phrase| document.markdown.find(phrase)).collect();
        let beginnings: Vec<String> = self.beginnings.iter().map(|phrase| phrase.to_lowercase()).collect();
        for block in document.markdown.blocks().iter().filter(|block| block.kind != BlockKind::CodeBlock) {
            let folded = block.text.to_lowercase();
            // A cell may well say that something is to be done.
            let is_whole = || block.kind != BlockKind::TableCell && self.whole_paragraphs.contains(&block.text);
            if beginnings.iter().any(|phrase| folded.starts_with(phrase)) || is_whole() {
                places.push(block.span.clone());
            }
        }
        let titles = document.titles(context).iter();
        let left = titles.filter(|title| self.headings.iter().any(|heading| heading.eq_ignore_ascii_case(title.text.trim())));
        places.extend(left.map(|title| title.span.clone()));
        places
    }
}
