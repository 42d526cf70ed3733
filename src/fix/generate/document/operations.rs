//! What README says about operations: a heading or list item for each, what it does, takes and returns.

use crate::rule::template::Filter;
use crate::swagger::{Operation, Swagger};
use crate::words;

use super::escape::{bounded, code, ended, escaped, line, prose};
use super::facts::is_told;
use super::fields::{Field, Fields, inputs, output};

/// From this many operations on, inputs and outputs are named but not explained: nobody reads a page of fifty screens.
const MAX_DETAILED: usize = 25;
/// From this many on they are left out.
const MAX_NAMED: usize = 250;
/// No definition that people made has more operations than this.
const MAX_LISTED: usize = 2000;
const MAX_INPUTS: usize = 12;
const MAX_OUTPUTS: usize = 8;
/// Longer answers are told by the names of their fields.
const MAX_EXPLAINED_OUTPUTS: usize = 5;
/// Characters of a summary. A longer one is no heading.
const HEADING: usize = 200;
/// Characters of a description.
const DESCRIPTION: usize = 600;

/// How much is told of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// What it does.
    Short,
    /// The names of what it takes and returns, too.
    Named,
    /// Their meaning, too.
    Full,
}

/// How the operations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A heading of this level for each.
    Headings(u8),
    /// A list.
    List,
}

/// Operations that README lists: visible and not deprecated, in the order of the definition.
pub(super) fn visible<'s, 'a>(swagger: &'s Swagger<'a>) -> Vec<&'s Operation<'a>> {
    let is_listed = |operation: &&Operation<'_>| !operation.internal && operation.node.get_bool("deprecated") != Some(true);
    swagger.operations.iter().filter(is_listed).collect()
}

/// The summary, or words made of the operationId. Not Markdown. `None` for an operation without any name.
pub(super) fn heading(operation: &Operation<'_>) -> Option<String> {
    let summary = operation.node.get_str("summary").map(|summary| line(&summary)).filter(|summary| is_told(summary));
    let words = || operation.id.as_deref().map(|id| Filter::Words.apply(&line(id))).filter(|words| !words.is_empty());
    let id = || operation.id.as_deref().map(line).filter(|id| !id.is_empty());
    let short = summary.clone().filter(|summary| summary.chars().count() <= HEADING && summary.chars().any(char::is_alphanumeric));
    short.or_else(words).or_else(id).or(summary).map(|heading| bounded(&heading, HEADING))
}

/// The operationId, where the heading alone does not name the operation.
pub(super) fn id_beside(operation: &Operation<'_>) -> Option<String> {
    let shown = heading(operation)?;
    let summary = operation.node.get_str("summary").unwrap_or_default();
    let is_named = summary.split_whitespace().collect::<Vec<_>>().join(" ") == shown;
    operation.id.as_deref().filter(|_| !is_named).map(code).filter(|id| !id.is_empty())
}

/// How much is told of each operation of a definition.
pub(super) fn detail(operations: usize) -> Detail {
    if operations <= MAX_DETAILED {
        Detail::Full
    } else if operations <= MAX_NAMED {
        Detail::Named
    } else {
        Detail::Short
    }
}

/// The list of operations, as blocks of Markdown.
pub(super) fn listed(swagger: &Swagger<'_>, style: Style) -> Vec<String> {
    let operations = visible(swagger);
    let detail = detail(operations.len());
    let mut blocks = Vec::new();
    let mut items = Vec::new();
    for operation in operations.iter().take(MAX_LISTED) {
        let Some(name) = heading(operation) else { continue };
        match style {
            Style::Headings(level) => {
                blocks.push(format!("{} {}", "#".repeat(usize::from(level.clamp(1, 6))), escaped(&name)));
                blocks.extend(body(swagger, operation, detail));
            }
            Style::List => items.push(format!("- **{}**{}", escaped(&name), item(operation))),
        }
    }
    if !items.is_empty() {
        blocks.push(items.join("\n"));
    }
    let nameless: Vec<String> = operations
        .iter()
        .filter(|operation| heading(operation).is_none())
        .map(|operation| code(&swagger.operation_label(operation)))
        .collect();
    if let Some(first) = nameless.first() {
        let others = if nameless.len() > 1 { format!(" and {} more", nameless.len() - 1) } else { String::new() };
        blocks.push(format!("TODO: Give {first}{others} a summary and an operationId in the definition, then describe what it does here."));
    }
    if operations.len() > MAX_LISTED {
        blocks.push(format!("The connector has {} more operations.", operations.len() - MAX_LISTED));
    }
    blocks
}

/// What stands behind an operation's name in a list.
pub(super) fn item(operation: &Operation<'_>) -> String {
    let id = id_beside(operation).map(|id| format!(" ({id})")).unwrap_or_default();
    let sentence = sentence(operation).map(|sentence| format!(": {sentence}")).unwrap_or_default();
    format!("{id}{sentence}")
}

/// What an operation does, as Markdown in one line.
pub(super) fn sentence(operation: &Operation<'_>) -> Option<String> {
    let description = operation.node.get_str("description").map(|text| prose(&text)).filter(|text| is_told(text))?;
    Some(escaped(&ended(&bounded(&description, DESCRIPTION))))
}

/// What stands below an operation's heading.
pub(super) fn body(swagger: &Swagger<'_>, operation: &Operation<'_>, detail: Detail) -> Vec<String> {
    let mut first = sentence(operation).unwrap_or_else(|| "TODO: Say in one sentence what this operation does.".to_owned());
    if operation.trigger.is_some() {
        first.push_str(" This operation is a trigger: it starts a flow.");
    }
    let mut blocks = vec![first];
    blocks.extend(id_beside(operation).map(|id| format!("Operation ID: {id}")));
    if detail == Detail::Short {
        return blocks;
    }
    let inputs = inputs(swagger, operation, MAX_INPUTS);
    let output = output(swagger, operation, MAX_OUTPUTS);
    let returns = if output.list { "Returns a list of items with:" } else { "Returns:" };
    // Makers choose outputs from a menu that explains them; inputs they have to find out before.
    let is_long = output.fields.shown.len() > MAX_EXPLAINED_OUTPUTS;
    for (intro, fields, by_name) in [("Inputs:", &inputs, false), (returns, &output.fields, is_long)] {
        let is_explained = detail == Detail::Full && !by_name && fields.shown.iter().any(|field| field.note.is_some());
        if fields.shown.is_empty() {
            continue;
        }
        if is_explained {
            blocks.extend([intro.to_owned(), list(fields)]);
        } else {
            blocks.push(format!("{intro} {}", names(fields)));
        }
    }
    let says_nothing = |note: &String| note.split_whitespace().count() < 3;
    if let Some(note) = output.note.filter(|note| output.fields.shown.is_empty() && !says_nothing(note) && operation.trigger.is_none()) {
        blocks.push(format!("Returns: {}", escaped(&ended(&note))));
    }
    blocks
}

/// Fields as a list with their meaning.
fn list(fields: &Fields) -> String {
    let line = |field: &Field| {
        let required = if field.required { " (required)" } else { "" };
        let note = field.note.as_ref().map(|note| format!(": {}", escaped(&ended(note)))).unwrap_or_default();
        format!("- **{}**{required}{note}", escaped(&field.label))
    };
    let more = (fields.more > 0).then(|| format!("- and {} more", fields.more));
    fields.shown.iter().map(line).chain(more).collect::<Vec<_>>().join("\n")
}

/// Fields by name, in one line.
fn names(fields: &Fields) -> String {
    let name = |field: &Field| format!("{}{}", escaped(&field.label), if field.required { " (required)" } else { "" });
    let more = (fields.more > 0).then(|| format!("{} more", fields.more));
    format!("{}.", words::list_and(&fields.shown.iter().map(name).chain(more).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::rule::example::Example;

    fn text(definition: &str, style: Style) -> String {
        let connector = Example { definition: Some(definition.to_owned()), ..Example::default() }.connector().unwrap();
        listed(Model::new(&connector).swagger.as_ref().unwrap(), style).join("\n\n")
    }

    #[test]
    fn an_operation_has_a_heading_a_sentence_and_its_fields() {
        let text = text("{}", Style::Headings(3));
        let parts: Vec<&str> = text.split("### ").collect();
        assert_eq!(
            parts[1],
            "List parcels\n\nReturns the parcels of your account, the newest first.\n\n\
             Inputs:\n\n- **Status**: Return only the parcels that have this status.\n\n\
             Returns:\n\n- **Parcels**: The parcels that match.\n\n"
        );
        assert!(parts[3].contains("- **Parcel ID** (required): The number printed"), "{}", parts[3]);
    }

    #[test]
    fn a_list_has_one_line_for_each_operation() {
        let text = text(r#"{ "paths": { "/parcels": { "get": { "deprecated": true } } } }"#, Style::List);
        let first = "- **Book a parcel**: Books the collection and the delivery of one parcel.";
        assert_eq!(text.lines().collect::<Vec<_>>(), [first, "- **Get a parcel**: Returns one parcel with its current status."]);
    }

    #[test]
    fn without_a_summary_the_words_and_the_letters_of_the_id_stand_there() {
        let definition = r#"{ "paths": { "/parcels": { "get": { "summary": null, "description": null, "x-ms-trigger": "batch" },
            "post": { "summary": null, "operationId": null } } } }"#;
        let text = text(definition, Style::Headings(4));
        assert!(
            text.starts_with("#### List parcels\n\nTODO: Say in one sentence what this operation does. This operation is a trigger"),
            "{text}"
        );
        assert!(text.contains("Operation ID: `ListParcels`"), "{text}");
        assert!(text.contains("TODO: Give `POST /parcels` a summary"), "{text}");
    }

    #[test]
    fn many_operations_are_told_of_in_short() {
        let path = |number: usize| {
            format!(
                r#""/p{number}": {{ "get": {{ "operationId": "Get{number}", "summary": "Get {number}", "description": "Gets it.",
                "parameters": [{{ "name": "a", "in": "query", "type": "string", "description": "long" }}] }} }}"#
            )
        };
        let paths = |count: usize| format!(r#"{{ "paths": {{ {} }} }}"#, (0..count).map(path).collect::<Vec<_>>().join(","));
        let named = text(&paths(100), Style::Headings(3));
        assert!(named.contains("### Get 7\n\nGets it.\n\nInputs: A.\n\n"), "{named}");
        let short = text(&paths(300), Style::Headings(3));
        assert!(!short.contains("Inputs") && short.contains("### Get 299"), "{short}");
        let endless = text(&paths(3000), Style::Headings(3));
        assert!(endless.ends_with("The connector has 1003 more operations."), "{}", &endless[endless.len() - 100..]);
    }

    #[test]
    fn a_summary_that_is_no_heading_gives_way_to_the_id() {
        let definition = format!(r#"{{ "paths": {{ "/parcels": {{ "get": {{ "summary": "{}" }} }} }} }}"#, "word ".repeat(500));
        assert!(text(&definition, Style::List).starts_with("- **List parcels** (`ListParcels`): "));
    }
}
