//! Inserts one section that README or INTRO lacks, or the text of an empty one, and leaves everything else as it is.

use std::collections::HashSet;

use crate::connector::Artifact;
use crate::fix::edit::Edit;
use crate::fix::values::FixValues;
use crate::model::Model;

use super::escape::escaped;
use super::facts::Facts;
use super::names::{SectionName, squeezed};
use super::opening;
use super::operations::{self, Style as Listing};
use super::outline::{Outline, Style, Title};
use super::sections;

/// The edit that gives an existing README or INTRO a section it lacks, in its place in the order of the template and in the manner of
/// the file; or the text below a heading that stands there with nothing below it. `None` when the section is there, does not belong
/// into the file, or cannot be inserted.
///
/// Sections that are inserted at one place must be given in the order of [`SectionName`].
pub fn missing_section(model: &Model<'_>, values: &FixValues, artifact: Artifact, section: SectionName) -> Option<Edit> {
    let outline = Outline::of(model, artifact)?;
    let facts = Facts::of(model, values);
    match section {
        SectionName::Title => opening::missing_title(&outline, &facts, artifact),
        SectionName::Opening => opening::missing_opening(&outline, &facts, artifact),
        _ => with_heading(&outline, &facts, artifact, section),
    }
}

fn with_heading(outline: &Outline<'_>, facts: &Facts<'_, '_>, artifact: Artifact, section: SectionName) -> Option<Edit> {
    let order = SectionName::order(artifact, facts.track);
    let rank = order.iter().position(|known| *known == section)?;
    let fitting: Vec<usize> = outline.fitting(section).collect();
    if let Some(&first) = fitting.first() {
        let all_empty = fitting.iter().all(|&index| outline.titles.get(index).is_some_and(|title| title.empty));
        return if all_empty { fill(outline, facts, artifact, section, first) } else { None };
    }
    let mut heading = sections::heading(facts, artifact, section);
    let mut body = sections::body(facts, artifact, section, listing(outline, outline.level));
    // A bold line that ends like a sentence is no heading to anyone, and names of companies end with a full stop.
    if let (Style::Bold, SectionName::Publisher, Some(publisher)) = (outline.style, section, &facts.publisher) {
        heading = section.heading(artifact, facts.track).to_owned();
        body.push(escaped(publisher));
    }
    let block = outline.joined(&outline.heading(outline.level, &heading), &body);
    let index = place(outline, facts, order, rank, section);
    let edit = outline.insert_before(outline.start_of(index), &block, outline.is_tight_at(index));
    outline
        .if_sound(edit, |new| new.fitting(section).any(|index| new.titles.get(index).is_some_and(|title| !title.empty || body.is_empty())))
}

/// The text of a section whose heading stands there alone.
fn fill(outline: &Outline<'_>, facts: &Facts<'_, '_>, artifact: Artifact, section: SectionName, index: usize) -> Option<Edit> {
    let title = outline.titles.get(index)?;
    // Operations with the rank of the section belong to it in the eyes of readers.
    let is_operation = operation_titles(facts);
    if section == SectionName::SupportedOperations && outline.titles.get(index + 1).is_some_and(is_operation) {
        return None;
    }
    let mut body = sections::body(facts, artifact, section, listing(outline, title.level));
    if let (SectionName::Publisher, Some(publisher)) = (section, &facts.publisher) {
        // "Publisher: Contoso" says everything in its heading.
        if !section.is_exactly(&title.folded) {
            return None;
        }
        body = vec![escaped(publisher)];
    }
    let is_heading = matches!(title.style, Style::Atx { .. } | Style::Setext | Style::Html);
    let next = index + 1;
    let place = outline.start_of(next);
    let tight = is_heading && !outline.blank_behind && outline.is_tight_at(next);
    let edit = outline.insert_before(place, &body.join("\n\n"), tight);
    outline.if_sound(edit, |new| new.titles.get(index).is_some_and(|title| !title.empty))
}

/// How operations are listed below a section of a level.
fn listing(outline: &Outline<'_>, level: u8) -> Listing {
    if outline.style == Style::Bold { Listing::List } else { Listing::Headings(level.saturating_add(1).min(6)) }
}

/// The number of the title before which a section is inserted: behind the nearest section that comes before it in the order, else before
/// the nearest that comes behind it, else at the end. Where the file has an order of its own, the place that breaks the template's order
/// least.
fn place(outline: &Outline<'_>, facts: &Facts<'_, '_>, order: &[SectionName], rank: usize, section: SectionName) -> usize {
    let is_operation = operation_titles(facts);
    let mut known: Vec<(usize, usize)> = Vec::new();
    for (index, title) in outline.titles.iter().enumerate() {
        let is_section = title.level <= outline.level.max(2) && !is_operation(title);
        let rank = order.iter().position(|known| is_section && Some(*known) == title.section);
        // A section that comes a second time has its place in the order already.
        if let Some(rank) = rank.filter(|rank| known.iter().all(|(_, known)| known != rank)) {
            known.push((index, rank));
        }
    }
    let mut behind: Vec<(usize, usize)> = known.iter().copied().filter(|(_, known)| *known < rank).collect();
    behind.sort_by_key(|(_, known)| std::cmp::Reverse(*known));
    let mut before: Vec<(usize, usize)> = known.iter().copied().filter(|(_, known)| *known > rank).collect();
    before.sort_by_key(|(_, known)| *known);
    let behind = behind.into_iter().map(|(index, known)| {
        let lists = order.get(known) == Some(&SectionName::SupportedOperations);
        outline.end_of(index, |title| lists && is_operation(title))
    });
    // Without a section before it, the publisher follows the opening.
    let front = (section == SectionName::Publisher && known.is_empty()).then(|| opening::first_section(outline, facts.title.as_deref()));
    let candidates = behind.chain(before.into_iter().map(|(index, _)| index)).chain(front).chain([outline.titles.len()]);
    let faults = |place: &usize| known.iter().filter(|(index, known)| (*known < rank) == (index >= place)).count();
    candidates.enumerate().min_by_key(|(preference, place)| (faults(place), *preference)).map_or(outline.titles.len(), |(_, place)| place)
}

/// Tells whether a title names an operation.
fn operation_titles(facts: &Facts<'_, '_>) -> impl Fn(&Title) -> bool {
    let operations = facts.operations();
    let names = operations.iter().flat_map(|operation| [operations::heading(operation), operation.id.as_deref().map(str::to_owned)]);
    let names: HashSet<String> = names.flatten().map(|name| squeezed(&name)).collect();
    move |title| names.contains(&squeezed(&title.text))
}
