//! Which operations an existing README lists, where, and in which form.

use std::collections::HashMap;
use std::ops::Range;

use crate::source::markdown::{Block, BlockKind};
use crate::swagger::Swagger;

use super::names::{SectionName, squeezed};
use super::outline::{Outline, Style};

/// The form in which an operation is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A heading of this level, written so.
    Heading(u8, Style),
    /// An item of a list.
    Item,
    /// A row of a table.
    Row,
    /// A paragraph that begins with the name.
    Paragraph,
}

/// An operation that is listed.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its number in the definition.
    pub(super) operation: usize,
    pub(super) form: Form,
    /// The number of its heading.
    pub(super) title: Option<usize>,
    /// Where it begins.
    pub(super) at: usize,
    /// The text that begins with its name.
    pub(super) name: Range<usize>,
}

/// A section that lists operations.
#[derive(Debug)]
pub(super) struct Region {
    /// The number of its heading.
    pub(super) title: usize,
    /// The number of the first heading behind it.
    pub(super) end: usize,
    /// Whether its heading says that it lists triggers.
    pub(super) of_triggers: bool,
    /// Whether its heading says that it lists actions.
    pub(super) of_actions: bool,
}

/// The sections that list operations, and the operations that are listed there, in file order.
pub(super) fn find(outline: &Outline<'_>, swagger: &Swagger<'_>) -> (Vec<Region>, Vec<Entry>) {
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for (number, operation) in swagger.operations.iter().enumerate() {
        for name in [operation.node.get_str("summary"), operation.id.clone()].into_iter().flatten() {
            by_name.entry(squeezed(&name)).or_insert(number);
        }
    }
    by_name.remove("");
    let named = |text: &str| names_in(text).find_map(|name| by_name.get(&squeezed(name)).copied());
    let region = |title: usize| {
        let says = |word: &str| outline.titles.get(title).is_some_and(|title| title.folded.contains(word));
        let end = outline.end_of(title, |title| by_name.contains_key(&squeezed(&title.text)));
        Region { title, end, of_triggers: says("trigger"), of_actions: says("action") }
    };
    let regions: Vec<Region> = outline.fitting(SectionName::SupportedOperations).map(region).collect();
    let mut entries: Vec<Entry> = Vec::new();
    let mut done = 0;
    for region in &regions {
        // A section within another one was looked at with it.
        let first = (region.title + 1).max(done);
        for (number, title) in outline.titles.iter().enumerate().take(region.end).skip(first) {
            if let Some(operation) = named(&title.text) {
                let form = Form::Heading(title.level, title.style);
                entries.push(Entry { operation, form, title: Some(number), at: title.start, name: title.start..title.end });
            }
        }
        let start = outline.titles.get(first.saturating_sub(1)).map_or(0, |title| title.end);
        for block in outline.markdown.blocks_in(&(start..outline.start_of(region.end).max(start))) {
            if let (Some(form), Some(operation)) = (form_of(block, outline), named(&block.text)) {
                entries.push(Entry { operation, form, title: None, at: block.span.start, name: block.span.clone() });
            }
        }
        done = done.max(region.end);
    }
    entries.sort_by_key(|entry| entry.at);
    (regions, entries)
}

fn form_of(block: &Block, outline: &Outline<'_>) -> Option<Form> {
    match block.kind {
        BlockKind::ListItem => Some(Form::Item),
        BlockKind::TableCell => Some(Form::Row),
        // A line of bold text is a heading already.
        BlockKind::Paragraph if !outline.is_title_at(block.span.start) => Some(Form::Paragraph),
        _ => None,
    }
}

/// What may be the name in a text such as "Get item: returns one item", or the text as a whole.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let part = |separator: &str| text.split_once(separator).map(|(name, _)| name);
    let behind = text.split_once(": ").map(|(_, name)| name);
    [Some(text), part(": "), part(" - "), part(" – "), part(" — "), part(":"), part(" ("), behind].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::rule::example::Example;
    use crate::source::markdown::Markdown;

    fn forms(text: &str) -> Vec<(usize, Form)> {
        let connector = Example::default().connector().unwrap();
        let model = Model::new(&connector);
        let markdown = Markdown::parse(text);
        let outline = Outline::new(text, &markdown);
        find(&outline, model.swagger.as_ref().unwrap()).1.iter().map(|entry| (entry.operation, entry.form)).collect()
    }

    #[test]
    fn operations_are_found_in_every_form_within_their_section_only() {
        let atx = Style::Atx { closed: false };
        let text = "# A\n\n- List parcels\n\n## Operations\n\n### 1. Get a Parcel\n\n- **CreateParcel** - books\n\n| a | b |\n|-|-|\n| ListParcels | x |\n\n**Get a parcel**: text\n\n## Limits\n\n- Get a parcel\n";
        assert_eq!(forms(text), [(2, Form::Heading(3, atx)), (1, Form::Item), (0, Form::Row), (2, Form::Paragraph)]);
        assert_eq!(forms("## Supported Actions\n\n**List parcels**\n\nReturns them.\n"), [(0, Form::Heading(3, Style::Bold))]);
        assert_eq!(forms("## Limits\n\n- List parcels"), []);
    }

    #[test]
    fn headings_of_operations_with_the_rank_of_the_section_belong_to_it() {
        let text = "# Supported Operations\n\n# List parcels\n\nText.\n\n# Book a parcel\n\nText.\n\n# Limits\n";
        assert_eq!(forms(text).len(), 2);
    }
}
