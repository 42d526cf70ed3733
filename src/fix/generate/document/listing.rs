//! Inserts operations that README does not mention, in the way in which it lists the others.

use crate::connector::Artifact;
use crate::fix::edit::{Edit, apply};
use crate::model::Model;
use crate::source::markdown::{BlockKind, Markdown};
use crate::swagger::{Operation, Swagger};

use super::entries::{self, Entry, Form, Region};
use super::escape::escaped;
use super::manner::{self, Manner};
use super::operations::{self, Detail};
use super::outline::{Outline, Style, most_frequent};

/// Operations that are inserted at once.
const MAX_INSERTED: usize = 2000;
/// Lines that are looked at to find the end of a list item.
const MAX_ITEM_LINES: usize = 2000;

/// The edit that adds one operation to the section of README that lists operations: behind the nearest one before it in the definition,
/// in the way in which most of the others are listed. `None` when README mentions it, or has no such section.
///
/// Operations that are inserted at one place must be given in the order of the definition.
pub fn missing_operation<'a>(model: &Model<'a>, operation: &Operation<'a>) -> Option<Edit> {
    let swagger = model.swagger.as_ref()?;
    let outline = Outline::of(model, Artifact::Readme)?;
    let index = swagger.operations.iter().position(|known| known.node == operation.node)?;
    if is_mentioned(outline.markdown, operation) {
        return None;
    }
    let edit = List::of(&outline, swagger)?.insertion(index)?;
    all_mentioned(&outline, &[operation], std::slice::from_ref(&edit)).then_some(edit)
}

/// The edits that add every visible operation which README does not mention, in the order of the definition.
pub fn missing_operations(model: &Model<'_>) -> Vec<Edit> {
    let (Some(swagger), Some(outline)) = (model.swagger.as_ref(), Outline::of(model, Artifact::Readme)) else { return Vec::new() };
    let Some(list) = List::of(&outline, swagger) else { return Vec::new() };
    let is_missing = |operation: &&Operation<'_>| operations::heading(operation).is_some() && !is_mentioned(outline.markdown, operation);
    let missing: Vec<&Operation<'_>> = operations::visible(swagger).into_iter().filter(is_missing).take(MAX_INSERTED).collect();
    let number = |operation: &Operation<'_>| swagger.operations.iter().position(|known| known.node == operation.node);
    let edits: Vec<Edit> = missing.iter().filter_map(|operation| list.insertion(number(operation)?)).collect();
    if all_mentioned(&outline, &missing, &edits) { edits } else { Vec::new() }
}

/// Whether a readme names an operation, by summary or operationId.
fn is_mentioned(markdown: &Markdown, operation: &Operation<'_>) -> bool {
    let names = [operation.node.get_str("summary"), operation.id.clone()];
    names.into_iter().flatten().any(|name| !name.trim().is_empty() && markdown.mentions(&name))
}

/// Whether the edits have the effect they should. A code block that is never closed swallows everything.
fn all_mentioned(outline: &Outline<'_>, operations: &[&Operation<'_>], edits: &[Edit]) -> bool {
    let markdown = Markdown::parse(&apply(outline.text, edits.to_vec()));
    outline.keeps_code(&markdown) && operations.iter().all(|operation| is_mentioned(&markdown, operation))
}

/// The list of operations in an existing README.
struct List<'o, 'a> {
    outline: &'o Outline<'a>,
    swagger: &'o Swagger<'a>,
    regions: Vec<Region>,
    entries: Vec<Entry>,
    /// How most operations are listed; `None` where none is.
    form: Option<Form>,
    detail: Detail,
    /// Whether triggers and actions are listed apart.
    split: bool,
}

impl<'o, 'a> List<'o, 'a> {
    fn of(outline: &'o Outline<'a>, swagger: &'o Swagger<'a>) -> Option<Self> {
        let (regions, entries) = entries::find(outline, swagger);
        let last = regions.last()?;
        let range = outline.start_of(regions.first()?.title)..outline.start_of(last.end);
        let lists_inputs = |text: &str| {
            outline.markdown.blocks_in(&range).iter().any(|block| block.kind == BlockKind::Paragraph && block.text.starts_with(text))
        };
        let detail = match (lists_inputs("Inputs: "), lists_inputs("Inputs:")) {
            (true, _) => Detail::Named,
            (_, true) => Detail::Full,
            _ => Detail::Short,
        };
        let split = regions.iter().any(|region| region.of_triggers) && regions.iter().any(|region| region.of_actions);
        let form = most_frequent(entries.iter().map(|entry| entry.form));
        Some(Self { outline, swagger, form, detail, split, regions, entries })
    }

    /// The insertion of an operation.
    fn insertion(&self, number: usize) -> Option<Edit> {
        let operation = self.swagger.operations.get(number)?;
        let name = operations::heading(operation)?;
        let is_like = |entry: &&Entry| {
            let other = self.swagger.operations.get(entry.operation);
            Some(entry.form) == self.form
                && (!self.split || other.is_some_and(|other| other.trigger.is_some() == operation.trigger.is_some()))
        };
        let before = self.entries.iter().filter(is_like).filter(|entry| entry.operation < number).max_by_key(|entry| entry.operation);
        match self.form {
            Some(Form::Item) => self.item(before.or_else(|| self.last(Form::Item))?, operation, &name),
            Some(Form::Row) => self.row(before.or_else(|| self.last(Form::Row))?, operation, &name),
            Some(Form::Paragraph) => self.paragraph(before.or_else(|| self.last(Form::Paragraph))?, operation, &name),
            Some(Form::Heading(level, style)) => Some(self.heading(before, level, style, operation, &name)),
            None => {
                let level = self.outline.titles.get(self.regions.first()?.title)?.level.saturating_add(1).min(6);
                Some(self.heading(None, level, self.outline.style, operation, &name))
            }
        }
    }

    fn last(&self, form: Form) -> Option<&Entry> {
        self.entries.iter().rfind(|entry| entry.form == form)
    }

    fn heading(&self, before: Option<&Entry>, level: u8, style: Style, operation: &Operation<'_>, name: &str) -> Edit {
        let outline = self.outline;
        let of_kind = |region: &&Region| if operation.trigger.is_some() { region.of_triggers } else { region.of_actions };
        let region = self.regions.iter().rfind(of_kind).or_else(|| self.regions.last());
        let end = match before.and_then(|entry| entry.title) {
            Some(title) => outline.end_of(title, |_| false),
            None => region.map_or(outline.titles.len(), |region| region.end),
        };
        let heading = outline.heading_as(style, level, &escaped(name));
        let block = outline.joined(&heading, &operations::body(self.swagger, operation, self.detail));
        outline.insert_before(outline.start_of(end), &block, outline.is_tight_at(end))
    }

    /// A list item behind another one with everything below it.
    fn item(&self, before: &Entry, operation: &Operation<'_>, name: &str) -> Option<Edit> {
        let lines: Vec<(usize, &str)> = self.lines_from(before.at).take(MAX_ITEM_LINES).collect();
        let (_, first) = lines.first()?;
        let (indent, marker, written) = manner::marker(first)?;
        let mut end = before.at;
        let mut loose = false;
        let mut blank = false;
        let mut ended = false;
        for (number, (start, line)) in lines.iter().enumerate() {
            let is_title = self.outline.is_title_at(*start);
            let depth = line.len() - line.trim_start().len();
            if number > 0 && line.trim().is_empty() {
                blank = true;
                continue;
            }
            let ends = is_title || (depth <= indent.len() && (blank || manner::marker(line).is_some()));
            if number > 0 && ends {
                loose = blank && manner::marker(line).is_some_and(|(other, ..)| other == indent);
                ended = true;
                break;
            }
            blank = false;
            end = start + line.len();
        }
        if !ended && lines.len() == MAX_ITEM_LINES {
            return None;
        }
        let manner = Manner::of(written);
        let line = format!("{indent}{}{}", manner::next_marker(marker), manner.written(name, operation));
        Some(self.line_at(end, &line, loose))
    }

    /// A row of the table that holds another one.
    fn row(&self, before: &Entry, operation: &Operation<'_>, name: &str) -> Option<Edit> {
        let (start, line) = self.lines_from(before.at).next()?;
        let row = manner::row(line, before.name.start.checked_sub(start)?, &manner::header(self.outline.text, start), operation, name)?;
        Some(self.line_at(start + line.len(), &row, false))
    }

    fn paragraph(&self, before: &Entry, operation: &Operation<'_>, name: &str) -> Option<Edit> {
        let written = self.outline.text.get(before.name.clone())?;
        let text = Manner::of(written).written(name, operation);
        let behind = self.lines_from(before.name.end).skip(1).find(|(_, line)| !line.trim().is_empty());
        let place = behind.map_or(self.outline.text.len(), |(start, _)| start);
        Some(self.outline.insert_before(place, &text, false))
    }

    /// The lines from the one that holds a place.
    fn lines_from(&self, at: usize) -> impl Iterator<Item = (usize, &'a str)> {
        let text = self.outline.text;
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        self.outline.lines(start..text.len())
    }

    /// A line of its own at the start of another one, or at the end of the text.
    fn line_at(&self, at: usize, line: &str, loose: bool) -> Edit {
        let is_open = !self.outline.text.get(..at).is_some_and(|before| before.ends_with('\n'));
        let gap = if loose { "\n" } else { "" };
        self.outline.edit(at, if is_open { format!("\n{gap}{line}") } else { format!("{gap}{line}\n") })
    }
}
