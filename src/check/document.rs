//! Checks on README and INTRO: sections, their order, leftovers of templates, operations they must mention.

use std::ops::Range;

use serde::Deserialize;

use super::text::{PhraseList, loose};
use super::{Context, Demand, Hit, Hits};
use crate::connector::Artifact;
use crate::model::{At, inside};
use crate::source::markdown::{BlockKind, HeadingLikeKind, Markdown, sentences};
use crate::words;

/// A heading, or a line that readers take for one.
struct Title<'m> {
    text: &'m str,
    level: u8,
    span: Range<usize>,
    empty: bool,
}

/// Headings and what readers take for headings, in file order.
fn titles(markdown: &Markdown) -> Vec<Title<'_>> {
    let real = markdown.headings().iter().zip(markdown.sections()).map(|(heading, section)| Title {
        text: &heading.text,
        level: heading.level,
        span: heading.span.clone(),
        empty: section.is_empty() && !section.has_subsections(),
    });
    let like = markdown.heading_like().iter().map(|like| Title {
        text: &like.text,
        level: like.level,
        span: like.span.clone(),
        empty: like.is_empty(),
    });
    let mut all: Vec<Title<'_>> = real.chain(like).collect();
    all.sort_by_key(|title| title.span.start);
    all
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

/// Whether a heading is one of the names; with `prefix`, more may follow the name.
fn is_named(heading: &str, names: &[String], prefix: bool) -> bool {
    let heading = folded(heading);
    names
        .iter()
        .map(|name| folded(name))
        .any(|name| heading == name || (prefix && heading.strip_prefix(&name).is_some_and(|rest| rest.starts_with(' '))))
}

fn markdown_of<'a>(context: &Context<'_, 'a>) -> Option<(Artifact, &'a str, &'a Markdown)> {
    let artifact = context.subject.artifact?;
    let (source, markdown) = context.model.markdown(artifact)?;
    Some((artifact, source.text(), markdown))
}

/// A section of README or INTRO (kinds `readme`, `intro`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Section {
    /// Headings that count, the proper one first. Case, punctuation and numbering do not matter; any level and bold lines count too.
    pub names: Vec<String>,
    /// More may follow the name, as in "Publisher: Contoso".
    #[serde(default)]
    pub prefix: bool,
    /// A heading that contains one of these words counts too.
    #[serde(default)]
    pub containing: Vec<String>,
    /// What is wrong: `missing` or `empty`.
    pub state: SectionState,
}

/// What is wrong with a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SectionState {
    /// There is no such heading.
    Missing,
    /// There is nothing below the heading.
    Empty,
    /// There is such a heading.
    Present,
}

impl Demand for Section {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some((artifact, _, markdown)) = markdown_of(context) else { return };
        let titles = titles(markdown);
        let mut fitting = titles.iter().filter(|title| {
            let text = folded(title.text);
            is_named(title.text, &self.names, self.prefix) || self.containing.iter().any(|word| text.contains(&folded(word)))
        });
        let name = self.names.first().map(String::as_str).unwrap_or_default();
        match self.state {
            SectionState::Missing => {
                if fitting.next().is_none() {
                    hits.push(Hit::new(At::Top(artifact)).with("section", name).with("found", ""));
                }
            }
            SectionState::Empty => {
                // "Publisher: Contoso" says everything in its heading.
                let fitting: Vec<&Title<'_>> = fitting.collect();
                if let (Some(title), true) =
                    (fitting.first(), fitting.iter().all(|title| title.empty && is_named(title.text, &self.names, false)))
                {
                    hits.push(Hit::new(At::Text(artifact, title.span.clone())).with("section", name).with("found", title.text));
                }
            }
            SectionState::Present => {
                for title in fitting {
                    hits.push(Hit::new(At::Text(artifact, title.span.clone())).with("section", name).with("found", title.text));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["section", "found"]
    }
}

/// The order of sections (kinds `readme`, `intro`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SectionOrder {
    /// The sections in their order, each as the list of headings that count.
    pub order: Vec<Vec<String>>,
}

impl Demand for SectionOrder {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some((artifact, _, markdown)) = markdown_of(context) else { return };
        let mut highest: Option<(usize, String)> = None;
        let mut seen = vec![false; self.order.len()];
        for title in titles(markdown) {
            let Some(at) = self.order.iter().position(|names| is_named(title.text, names, true)) else { continue };
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match &highest {
                Some((before, name)) if *before > at => {
                    hits.push(Hit::new(At::Text(artifact, title.span.clone())).with("section", title.text).with("before", name));
                    return;
                }
                _ => highest = Some((at, title.text.to_owned())),
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["section", "before"]
    }
}

/// Texts of templates that were never replaced: in README and INTRO, or in a text of a JSON file.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Phrases {
    /// Phrases, found as whole words in any case.
    #[serde(default)]
    pub phrases: PhraseList,
    /// Beginnings of paragraphs and list items.
    #[serde(default)]
    pub beginnings: Vec<String>,
    /// Whole headings.
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
                self.members.iter().filter_map(|member| super::member_of(node, member)).collect()
            };
            for value in values {
                let Some(text) = value.as_str() else { continue };
                let folded = text.trim().to_lowercase();
                let begins = self
                    .beginnings
                    .iter()
                    .find(|phrase| folded.starts_with(&phrase.to_lowercase()))
                    .map(|phrase| 0..phrase.len().min(text.len()));
                let found = begins.filter(|range| text.is_char_boundary(range.end)).or_else(|| self.phrases.find(&text));
                if let Some(range) = found {
                    hits.push(Hit::new(inside(value, range.clone())).with("found", words::excerpt(&text[range], 60)));
                }
            }
            return;
        }
        let Some((artifact, text, markdown)) = markdown_of(context) else { return };
        let mut places: Vec<Range<usize>> = Vec::new();
        for phrase in self.phrases.list() {
            places.extend(markdown.find(phrase));
        }
        let in_text = |kind: BlockKind| kind != BlockKind::CodeBlock;
        for block in markdown.blocks().iter().filter(|block| in_text(block.kind)) {
            let folded = block.text.to_lowercase();
            if self.beginnings.iter().any(|phrase| folded.starts_with(&phrase.to_lowercase())) {
                places.push(block.span.clone());
            }
        }
        for title in titles(markdown) {
            if self.headings.iter().any(|heading| heading.eq_ignore_ascii_case(title.text.trim())) {
                places.push(title.span);
            }
        }
        places.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        let mut covered = 0;
        for place in places {
            if place.start >= covered {
                covered = place.end;
                let found = words::excerpt(text.get(place.clone()).unwrap_or_default(), 60);
                hits.push(Hit::new(At::Text(artifact, place)).with("found", found));
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found"]
    }
}

/// Operations that README must mention, or that it lists although they are gone (kind `readme`).
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Mentions {
    /// What is wrong.
    pub problem: MentionProblem,
    /// Headings of the sections that list operations.
    #[serde(default)]
    pub sections: Vec<String>,
}

/// What is wrong with the list of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MentionProblem {
    /// A visible operation that is not deprecated is mentioned neither by summary nor by operationId.
    Missing,
    /// A heading in the list names no operation.
    Stale,
}

impl Demand for Mentions {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some((artifact, _, markdown)) = markdown_of(context) else { return };
        let Some(swagger) = &context.model.swagger else { return };
        let names = |operation: &crate::swagger::Operation<'a>| {
            [operation.node.get_str("summary"), operation.id.clone()].into_iter().flatten().filter(|name| !name.trim().is_empty())
        };
        match self.problem {
            MentionProblem::Missing => {
                let visible = swagger
                    .operations
                    .iter()
                    .filter(|operation| !operation.internal && operation.node.get_bool("deprecated") != Some(true));
                let missing: Vec<String> = visible
                    .filter(|operation| names(operation).next().is_some() && !names(operation).any(|name| markdown.mentions(&name)))
                    .map(|operation| names(operation).next().map(|name| name.into_owned()).unwrap_or_default())
                    .collect();
                if missing.is_empty() {
                    return;
                }
                let section = titles(markdown).into_iter().find(|title| is_named(title.text, &self.sections, true));
                let at = section.map_or(At::Top(artifact), |title| At::Text(artifact, title.span));
                let shown: Vec<String> = missing.iter().take(5).map(|name| format!("\"{}\"", words::excerpt(name, 60))).collect();
                let more = missing.len().saturating_sub(shown.len());
                let shown = if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { words::list_and(&shown) };
                hits.push(Hit::new(at).with("operations", shown).with("count", words::count(missing.len(), "operation")));
            }
            MentionProblem::Stale => {
                let known: Vec<String> = swagger.operations.iter().flat_map(&names).map(|name| folded(&name)).collect();
                let all = titles(markdown);
                let Some(start) = all.iter().position(|title| is_named(title.text, &self.sections, true)) else { return };
                let level = all[start].level;
                let listed: Vec<&Title<'_>> =
                    all[start + 1..].iter().take_while(|title| title.level > level).filter(|title| title.level == level + 1).collect();
                // Headings such as "Actions" group the list: only where most headings are operations, the others are leftovers.
                let is_known = |title: &Title<'_>| known.iter().any(|name| *name == folded(title.text));
                if listed.iter().filter(|title| is_known(title)).count() * 2 <= listed.len() {
                    return;
                }
                for title in listed.into_iter().filter(|title| !is_known(title)) {
                    let hint = words::did_you_mean(&folded(title.text), known.iter().map(String::as_str));
                    hits.push(Hit::new(At::Text(artifact, title.span.clone())).with("operations", title.text).with("count", hint));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["operations", "count"]
    }
}

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
}

/// What is wrong with the opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OpeningProblem {
    /// The first heading is not of level 1.
    NoTitle,
    /// The title is not the connector's.
    OtherTitle,
    /// There is no paragraph before the first section, or it has fewer sentences than the limit.
    NoParagraph,
    /// There are several paragraphs before the first section, or the first has more sentences than the limit.
    LongParagraph,
    /// The first paragraph is the connector's description.
    SameAsDescription,
    /// The file has fewer bytes than the limit.
    TooShort,
}

impl Demand for Opening {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some((artifact, text, markdown)) = markdown_of(context) else { return };
        let hit =
            |at: At<'a>, count: usize, found: String| Hit::new(at).with("count", count).with("limit", self.limit).with("found", found);
        let all = titles(markdown);
        // A title of level 1 at the top is no section yet.
        let title = all.first().filter(|title| title.level == 1);
        let start = title.map_or(0, |title| title.span.end);
        let end = all.iter().skip(usize::from(title.is_some())).map(|title| title.span.start).next().unwrap_or(text.len());
        let opening = start..end.max(start);
        let first = markdown.first_paragraph_in(&opening);
        let info = context.model.swagger.as_ref().and_then(|swagger| swagger.root.get("info"));
        match self.problem {
            OpeningProblem::NoTitle => {
                if title.is_none() {
                    let first = all.first();
                    hits.push(hit(
                        first.map_or(At::Top(artifact), |first| At::Text(artifact, first.span.clone())),
                        0,
                        first.map(|first| first.text.to_owned()).unwrap_or_default(),
                    ));
                }
            }
            OpeningProblem::OtherTitle => {
                let (Some(title), Some(expected)) = (title, info.and_then(|info| info.get_str("title"))) else { return };
                let bare = |text: &str| folded(&text.to_lowercase().replace("(independent publisher)", "").replace("connector", ""));
                if bare(title.text) != bare(&expected) && !bare(&expected).is_empty() {
                    hits.push(hit(At::Text(artifact, title.span.clone()), 0, title.text.to_owned()));
                }
            }
            OpeningProblem::NoParagraph => {
                let count = first.map_or(0, |block| sentences(&block.text));
                if count < self.limit.max(1) {
                    let at = first.map(|block| block.span.clone()).or_else(|| title.map(|title| title.span.clone()));
                    hits.push(hit(at.map_or(At::Top(artifact), |span| At::Text(artifact, span)), count, String::new()));
                }
            }
            OpeningProblem::LongParagraph => {
                let Some(first) = first else { return };
                let count = sentences(&first.text);
                let several = markdown
                    .blocks_in(&opening)
                    .iter()
                    .filter(|block| block.kind == BlockKind::Paragraph && !block.text.is_empty())
                    .count();
                if count > self.limit || several > 1 {
                    hits.push(hit(
                        At::Text(artifact, first.span.clone()),
                        count,
                        if several > 1 { format!("{several} paragraphs") } else { format!("{count} sentences") },
                    ));
                }
            }
            OpeningProblem::SameAsDescription => {
                let (Some(first), Some(description)) = (first, info.and_then(|info| info.get_str("description"))) else { return };
                if loose(&first.text) == loose(&description) {
                    hits.push(hit(At::Text(artifact, first.span.clone()), 0, String::new()));
                }
            }
            OpeningProblem::TooShort => {
                if text.len() < self.limit {
                    hits.push(hit(At::Top(artifact), text.len(), String::new()));
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["count", "limit", "found"]
    }
}

/// Headings and links of README and INTRO.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MarkdownForm {
    /// What is wrong.
    pub problem: MarkdownProblem,
}

/// What is wrong with the Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MarkdownProblem {
    /// No blank behind the number signs of a heading.
    HeadingWithoutBlank,
    /// A heading skips a level, or there is more than one of level 1.
    Levels,
    /// A link or image leads to a file of the folder that is not there.
    BrokenLink,
}

impl Demand for MarkdownForm {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some((artifact, _, markdown)) = markdown_of(context) else { return };
        let hit = |span: Range<usize>, found: &str| Hit::new(At::Text(artifact, span)).with("found", words::excerpt(found, 80));
        match self.problem {
            MarkdownProblem::HeadingWithoutBlank => {
                hits.extend(
                    markdown
                        .heading_like()
                        .iter()
                        .filter(|like| like.kind == HeadingLikeKind::MissingBlank)
                        .map(|like| hit(like.span.clone(), &like.text)),
                );
            }
            MarkdownProblem::Levels => {
                let headings = markdown.headings();
                let second_title = headings.iter().filter(|heading| heading.level == 1).nth(1);
                let skipped = headings.windows(2).find(|pair| pair[1].level > pair[0].level + 1).map(|pair| &pair[1]);
                hits.extend(
                    second_title
                        .into_iter()
                        .chain(skipped)
                        .min_by_key(|heading| heading.span.start)
                        .map(|heading| hit(heading.span.clone(), &heading.text)),
                );
            }
            MarkdownProblem::BrokenLink => {
                let connector = context.model.connector;
                for link in markdown.links() {
                    let target = link.target.split(['#', '?']).next().unwrap_or_default().trim();
                    let leads_elsewhere = target.is_empty()
                        || target.contains(':')
                        || target.starts_with('/')
                        || target.starts_with("\\\\")
                        || target.starts_with("www.")
                        || target.starts_with("..");
                    if leads_elsewhere {
                        continue;
                    }
                    let path = target.replace("%20", " ").replace('\\', "/");
                    let path = path.strip_prefix("./").unwrap_or(&path);
                    // Only the folder and the folders in it are listed.
                    let deep = path.trim_end_matches('/').matches('/').count() > 1;
                    if !deep && !connector.entries.iter().any(|entry| entry.path.eq_ignore_ascii_case(path.trim_end_matches('/'))) {
                        hits.push(hit(link.span.clone(), &link.target));
                    }
                }
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["found"]
    }
}
