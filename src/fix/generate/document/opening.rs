//! Inserts the title or the opening that README or INTRO lacks.

use crate::connector::Artifact;
use crate::fix::edit::Edit;
use crate::source::markdown::{Block, BlockKind, sentences};

use super::escape::escaped;
use super::facts::Facts;
use super::names::{SectionName, folded, squeezed};
use super::operations::Style as Listing;
use super::outline::{Outline, Style, Title};
use super::sections;

/// Sentences that the opening of README has at least.
const README_SENTENCES: usize = 2;

/// A heading of level 1. Where the first heading names the connector on level 2, it is raised.
pub(super) fn missing_title(outline: &Outline<'_>, facts: &Facts<'_, '_>, artifact: Artifact) -> Option<Edit> {
    let first = outline.titles.first();
    if artifact != Artifact::Readme || first.is_some_and(|title| title.level == 1) {
        return None;
    }
    if let Some(title) = first.filter(|title| title.level == 2 && is_name(title, facts.title.as_deref())) {
        let written = outline.text.get(title.start..title.end)?;
        let edit = match title.style {
            Style::Atx { .. } => {
                let mark = title.start + written.find("##")?;
                Some(Edit { span: mark..mark + 1, text: String::new() })
            }
            Style::Setext => {
                let line = title.start + written.rfind('\n')? + 1;
                let dashes = outline.text.get(line..title.end)?;
                Some(Edit { span: line..title.end, text: dashes.replace('-', "=") })
            }
            // The second mark makes room for the blank that is missing.
            Style::MissingBlank => {
                let mark = title.start + written.find("##")? + 1;
                Some(Edit { span: mark..mark + 1, text: " ".to_owned() })
            }
            _ => None,
        };
        if let Some(edit) = edit {
            return outline.if_sound(edit, |new| new.titles.first().is_some_and(|title| title.level == 1));
        }
    }
    let heading = outline.heading(1, &sections::heading(facts, artifact, SectionName::Title));
    let edit = outline.insert_before(0, &heading, false);
    outline.if_sound(edit, |new| new.titles.first().is_some_and(|title| title.level == 1))
}

/// The paragraph between the title and the first section: all of it, or the second sentence where one is there.
pub(super) fn missing_opening(outline: &Outline<'_>, facts: &Facts<'_, '_>, artifact: Artifact) -> Option<Edit> {
    let name = facts.title.as_deref();
    let section = first_section(outline, name);
    let (count, first) = opening(outline, name);
    let needed = if artifact == Artifact::Readme { README_SENTENCES } else { 1 };
    // A paragraph that begins with "TODO:" is the placeholder of a whole opening, and a file that begins with one of its sections has
    // its opening somewhere else.
    let begins_with_section = outline.titles.first().is_some_and(|title| section > 0 && title.section.is_some());
    if count >= needed || begins_with_section || first.is_some_and(|first| first.text.starts_with("TODO")) {
        return None;
    }
    let text = match (artifact, count) {
        (Artifact::Intro, _) | (_, 0) => sections::body(facts, artifact, SectionName::Opening, Listing::List).join("\n\n"),
        _ => match facts.offer() {
            Some(offer) => escaped(&offer),
            None => "TODO: Add a sentence on what makers do with this connector.".to_owned(),
        },
    };
    let edit = outline.insert_before(outline.start_of(section), &text, false);
    outline.if_sound(edit, |new| opening(new, name).0 > count)
}

/// The number of the first title that is a section and not the connector's name.
pub(super) fn first_section(outline: &Outline<'_>, name: Option<&str>) -> usize {
    let is_title = |title: &&Title| title.level == 1 || (title.level == 2 && is_name(title, name));
    usize::from(outline.titles.first().filter(is_title).is_some())
}

/// The number of sentences before the first section, and the first paragraph there.
fn opening<'o>(outline: &'o Outline<'_>, name: Option<&str>) -> (usize, Option<&'o Block>) {
    let section = first_section(outline, name);
    let start = if section == 0 { 0 } else { outline.titles.first().map_or(0, |title| title.end) };
    let blocks = outline.markdown.blocks_in(&(start..outline.start_of(section).max(start))).iter();
    let paragraphs: Vec<&Block> = blocks.filter(|block| block.kind == BlockKind::Paragraph && !block.text.is_empty()).collect();
    (paragraphs.iter().map(|paragraph| sentences(&paragraph.text)).sum(), paragraphs.first().copied())
}

/// Whether a heading is the name of the connector, as the sample readme writes it on level 2.
fn is_name(title: &Title, name: Option<&str>) -> bool {
    let bare = |text: &str| squeezed(&folded(&text.to_lowercase().replace("(independent publisher)", "").replace("connector", "")));
    let written = bare(&title.text);
    title.folded.ends_with("connector")
        || name.map(bare).is_some_and(|name| written.len().min(name.len()) >= 4 && (written.contains(&name) || name.contains(&written)))
}
