//! Sections of README and INTRO: missing, empty, too short, unwanted, out of order.

use serde::Deserialize;

use super::{Document, Headings, Names, Title, operation_names, squeezed};
use crate::check::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::markdown::BlockKind;

/// Beginnings of the headings of both templates: below such a heading a section of its own begins, whatever its rank.
const TEMPLATE: [&str; 25] = [
    "publisher",
    "prerequisite",
    "pre requisite",
    "requirements",
    "supported operation",
    "supported action",
    "supported trigger",
    "operations",
    "actions",
    "triggers",
    "obtaining credentials",
    "how to get credentials",
    "credentials",
    "authentication",
    "getting started",
    "get started",
    "building the connector",
    "known issues",
    "known limitations",
    "limitations",
    "common errors",
    "frequently asked questions",
    "faq",
    "deployment",
    "deploying",
];
/// Headings that are looked at for slips of the pen.
const MAX_COMPARED: usize = 300;

/// A section of README or INTRO (kinds `readme`, `intro`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Section {
    /// Headings that count, the proper one first. Case, punctuation and numbering do not matter; any level and bold lines count too.
    pub names: Headings,
    /// More may follow the name, as in "Publisher: Contoso".
    #[serde(default)]
    pub prefix: bool,
    /// A heading that contains one of these words counts too.
    #[serde(default)]
    pub containing: Headings,
    /// The section lists operations: the heading of an operation right behind it belongs to it, even with the same rank.
    #[serde(default)]
    pub lists_operations: bool,
    /// `short`: list items, headings and pictures from which on the section is long enough.
    #[serde(default)]
    pub min_items: usize,
    /// `short`: characters of text from which on the section is long enough.
    #[serde(default)]
    pub min_characters: usize,
    /// What is wrong.
    pub state: SectionState,
}

/// What is wrong with a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SectionState {
    /// There is no such heading. Silent about a README below 200 bytes and an INTRO below 50, which lack everything.
    Missing,
    /// There is nothing below the heading, and no heading of higher rank that readers take for the text of this one.
    Empty,
    /// There is something below the heading, but fewer items than `min-items` and fewer characters than `min-characters`.
    Short,
    /// There is such a heading.
    Present,
}

impl Demand for Section {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(document) = Document::of(context) else { return };
        let titles = document.titles(context);
        let names = Names::new(&self.names, self.prefix).or_containing(&self.containing);
        let fitting: Vec<usize> = (0..titles.len()).filter(|&index| names.fit(&titles[index])).collect();
        let name = self.names.written().first().map(String::as_str).unwrap_or_default();
        let hit = |title: &Title<'_>, count: usize| {
            let at = At::Text(document.artifact, title.span.clone());
            Hit::new(at).with("section", name).with("found", title.text).with("count", count).with("did-you-mean", "")
        };
        match self.state {
            SectionState::Missing if fitting.is_empty() && document.can_lack_something() => {
                let slip = titles.iter().take(MAX_COMPARED).find_map(|title| Some((title, self.meant_by(title)?)));
                let at = slip.map_or(At::Top(document.artifact), |(title, _)| At::Text(document.artifact, title.span.clone()));
                let hint =
                    slip.map_or(String::new(), |(title, meant)| format!(" Or does the heading \"{}\" mean \"{meant}\"?", title.text));
                let found = slip.map_or("", |(title, _)| title.text);
                hits.push(Hit::new(at).with("section", name).with("found", found).with("count", 0).with("did-you-mean", hint));
            }
            SectionState::Empty => {
                // "Publisher: Contoso" says everything in its heading.
                let is_empty = |&index: &usize| names.are_exactly(&titles[index]) && self.is_empty(context, titles, index);
                if let Some(&first) = fitting.first().filter(|_| fitting.iter().all(is_empty)) {
                    hits.push(hit(&titles[first], 0));
                }
            }
            SectionState::Short => {
                let Some(&first) = fitting.first().filter(|_| !fitting.iter().all(|&index| titles[index].empty)) else { return };
                let (items, characters) = extent(&document, titles, &fitting);
                if items < self.min_items && characters < self.min_characters {
                    hits.push(hit(&titles[first], characters));
                }
            }
            SectionState::Present => hits.extend(fitting.iter().map(|&index| hit(&titles[index], 0))),
            SectionState::Missing => {}
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["section", "found", "count", "did-you-mean"]
    }
}

impl Section {
    /// The name that was probably meant by a heading which is none of them.
    fn meant_by(&self, title: &Title<'_>) -> Option<&str> {
        let words: Vec<&str> = title.folded.split(' ').collect();
        let is_near = |name: &str| {
            let start = words.get(..name.split(' ').count()).filter(|_| self.prefix).map(|words| words.join(" "));
            let written = start.as_deref().unwrap_or(&title.folded);
            let length = name.chars().count();
            let allowed = (length / 6).min(3);
            written.chars().count().abs_diff(length) <= allowed && strsim::osa_distance(written, name) <= allowed
        };
        self.names.folded().iter().zip(self.names.written()).find(|(name, _)| is_near(name)).map(|(_, written)| written.as_str())
    }

    /// Whether nothing belongs to a heading, neither by its rank nor in the eyes of readers: they do not see ranks, but take what
    /// follows at once for the text of the section, unless it is a section of the template.
    fn is_empty(&self, context: &Context<'_, '_>, titles: &[Title<'_>], index: usize) -> bool {
        let title = &titles[index];
        let Some(next) = titles.get(index + 1).filter(|next| !next.empty) else { return title.empty };
        let belongs = (next.level < title.level && !TEMPLATE.iter().any(|name| next.folded.starts_with(name)))
            || (next.level <= title.level && self.lists_operations && names_an_operation(context, next));
        title.empty && !belongs
    }
}

/// Whether a heading names an operation of the definition, or numbers one as the template does.
fn names_an_operation(context: &Context<'_, '_>, title: &Title<'_>) -> bool {
    let written = squeezed(&title.folded);
    let operations = context.model.swagger.iter().flat_map(|swagger| &swagger.operations);
    title.folded.strip_prefix("operation ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        || operations.flat_map(operation_names).any(|name| squeezed(&super::folded(&name)) == written)
}

/// How many items, headings and pictures, and how many characters of text, some sections have together.
fn extent(document: &Document<'_>, titles: &[Title<'_>], sections: &[usize]) -> (usize, usize) {
    let (mut items, mut characters) = (0, 0);
    let mut done = 0;
    for &index in sections {
        let title = &titles[index];
        let behind = &titles[index + 1..];
        let within = behind.iter().position(|next| next.level <= title.level).unwrap_or(behind.len());
        let end = behind.get(within).map_or(document.text.len(), |next| next.span.start);
        // A section within another one is counted already.
        let range = title.span.end.max(done)..end.max(done);
        items += behind[..within].iter().filter(|title| range.contains(&title.span.start)).count();
        items += document.markdown.links().iter().filter(|link| link.image && range.contains(&link.span.start)).count();
        for block in document.markdown.blocks_in(&range) {
            items += usize::from(block.kind == BlockKind::ListItem);
            characters += block.text.chars().count();
        }
        done = range.end;
    }
    (items, characters)
}

/// The order of sections (kinds `readme`, `intro`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SectionOrder {
    /// The sections in their order, each as the list of headings that count.
    pub order: Vec<Headings>,
}

impl Demand for SectionOrder {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(document) = Document::of(context) else { return };
        let order: Vec<Names<'_>> = self.order.iter().map(|names| Names::new(names, true)).collect();
        let mut highest: Option<(usize, &str)> = None;
        let mut seen = vec![false; order.len()];
        for title in document.titles(context) {
            let Some(at) = order.iter().position(|names| names.fit(title)) else { continue };
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match highest {
                Some((before, name)) if before > at => {
                    let place = At::Text(document.artifact, title.span.clone());
                    hits.push(Hit::new(place).with("section", title.text).with("before", name));
                    return;
                }
                _ => highest = Some((at, title.text)),
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["section", "before"]
    }
}
