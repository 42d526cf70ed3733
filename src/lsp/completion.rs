//! Values to choose from: the lists that rules and schemas carry, and the operations and definitions of the connector.

use std::ops::Range as Bytes;
use std::path::Path;

use lsp_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, Position, TextEdit};

use super::at;
use super::positions::Positions;
use super::snapshot::Snapshot;
use crate::check::Check;
use crate::check::member_of;
use crate::check::text::{OneOf, Report};
use crate::connector::Artifact;
use crate::json_schema;
use crate::model::Model;
use crate::rule::{Catalogue, Rule};
use crate::source::json::{NodeKind, Value};

/// Values that may stand at a place, with the text each replaces.
pub fn completion(snapshot: &Snapshot, path: &Path, position: Position) -> Result<Vec<CompletionItem>, String> {
    let connector = snapshot.connector()?;
    let Some((artifact, json)) = snapshot.name(path).and_then(|name| at::json(connector, &name)) else { return Ok(Vec::new()) };
    let positions = Positions::new(json.source().text());
    let byte = positions.byte(position);
    let to_come = at::member_to_come(json, byte).filter(|member| byte < member.span().start || member.kind() == NodeKind::Invalid);
    let written = at::value(json, byte).filter(|value| value.key_span().is_none_or(|key| key.end < byte) && !value.is_object());
    let Some(value) = to_come.or(written) else { return Ok(Vec::new()) };
    let model = Model::new(connector);
    let Offer { values, separator } = offer(&model, snapshot.applied.catalogue(), artifact, value);
    let (span, quoted) = if to_come.is_some() { (byte..byte, false) } else { replaced(value, byte, separator.as_deref()) };
    let items = values.into_iter().enumerate().map(|(number, Choice { value, detail })| {
        let whole = serde_json::Value::from(value.as_str()).to_string();
        let new_text = if quoted { whole[1..whole.len() - 1].to_owned() } else { whole };
        CompletionItem {
            label: value.clone(),
            kind: Some(CompletionItemKind::ENUM_MEMBER),
            detail,
            filter_text: Some(new_text.clone()),
            sort_text: Some(format!("{number:05}")),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range: positions.range(span.clone()), new_text })),
            ..CompletionItem::default()
        }
    });
    Ok(items.collect())
}

#[derive(Default)]
struct Offer {
    values: Vec<Choice>,
    separator: Option<String>,
}

struct Choice {
    value: String,
    detail: Option<String>,
}

impl Choice {
    fn plain(value: &str) -> Self {
        Self { value: value.to_owned(), detail: None }
    }
}

fn offer(model: &Model<'_>, catalogue: &Catalogue, artifact: Artifact, value: Value<'_>) -> Offer {
    if names_operation(artifact, value) {
        let operations = model.swagger.iter().flat_map(|swagger| &swagger.operations);
        let choices = operations.filter_map(|operation| {
            let detail = operation.node.get_str("summary").map(|summary| summary.into_owned());
            Some(Choice { value: operation.id.as_ref()?.to_string(), detail })
        });
        return Offer { values: choices.collect(), separator: None };
    }
    if artifact == Artifact::Definition && value.key().as_deref() == Some("$ref") {
        return Offer { values: references(model), separator: None };
    }
    let by_rules = of_rules(model, catalogue, value);
    if !by_rules.values.is_empty() {
        return by_rules;
    }
    let values = json_schema::describe(artifact, value).map(|described| described.values).unwrap_or_default();
    Offer { values: values.iter().map(|value| Choice::plain(value)).collect(), separator: None }
}

/// Whether a value is the id of an operation: in calls of other operations, in policies and where the script's operations are listed.
fn names_operation(artifact: Artifact, value: Value<'_>) -> bool {
    let keys = std::iter::successors(Some(value), Value::parent).filter_map(|value| value.key());
    let keys: Vec<String> = keys.map(|key| key.into_owned()).collect();
    let is_in = |name: &str| keys.first().is_some_and(|key| key == name);
    let is_below = |starts: &[&str]| keys.iter().skip(1).any(|key| starts.iter().any(|start| key.starts_with(start)));
    match artifact {
        Artifact::Definition => is_in("operationId") && is_below(&["x-ms-dynamic-", "x-ms-capabilities", "x-ms-notification"]),
        Artifact::Properties => {
            value.parent().is_some_and(|list| list.is_array()) && { is_in("scriptOperations") || is_in("x-ms-apimTemplate-operationName") }
        }
        _ => false,
    }
}

fn references(model: &Model<'_>) -> Vec<Choice> {
    let Some(swagger) = &model.swagger else { return Vec::new() };
    let of = |list: &str| {
        let names = swagger.root.get(list).into_iter().flat_map(|list| list.members());
        let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
        names.map(|(name, _)| Choice::plain(&format!("#/{list}/{}", escaped(&name)))).collect::<Vec<_>>()
    };
    ["definitions", "parameters", "responses"].into_iter().flat_map(of).collect()
}

/// The values that all rules about a value allow.
fn of_rules(model: &Model<'_>, catalogue: &Catalogue, value: Value<'_>) -> Offer {
    let mut offer: Option<(Vec<String>, Option<String>)> = None;
    for (rule, check) in catalogue.rules().iter().filter_map(|rule| Some((rule, one_of(rule)?))) {
        if !looks_at(rule, check, model, value) {
            continue;
        }
        match &mut offer {
            None => offer = Some((check.values.clone(), check.separator.clone())),
            Some((values, _)) => values.retain(|value| check.values.contains(value)),
        }
    }
    let (values, separator) = offer.unwrap_or_default();
    let values = values.iter().filter(|value| !value.is_empty()).map(|value| Choice::plain(value));
    Offer { values: values.collect(), separator }
}

fn one_of(rule: &Rule) -> Option<&OneOf> {
    match &rule.file().check {
        // Lists of spellings hold the wrong ones, too.
        Check::OneOf(check) if check.report != Report::Spelling => Some(check),
        _ => None,
    }
}

/// Whether a rule judges a value. Conditions on the text itself do not count: it is being written.
fn looks_at(rule: &Rule, check: &OneOf, model: &Model<'_>, value: Value<'_>) -> bool {
    let last = check.member.rsplit('/').next().unwrap_or_default();
    if !last.is_empty() && !check.each && value.key().as_deref() != Some(last) {
        return false;
    }
    let judges = |node: Value<'_>| {
        let member = member_of(node, &check.member);
        member.is_some_and(|member| if check.each { member.items().any(|item| item == value) } else { member == value })
    };
    rule.file().select.kind.list().iter().any(|&kind| {
        let mut subjects = model.subjects(kind).into_iter().filter(|subject| subject.node.is_some_and(judges));
        subjects.any(|subject| {
            rule.file().select.r#where.iter().all(|(attribute, matcher)| matcher.matches_attribute(&model.attribute(&subject, *attribute)))
        })
    })
}

/// What a chosen value replaces, and whether that lies inside quotes: the text between them, or its part between separators.
fn replaced(value: Value<'_>, byte: usize, separator: Option<&str>) -> (Bytes<usize>, bool) {
    let span = value.span();
    let raw = value.raw();
    if value.kind() != NodeKind::String || !raw.starts_with('"') {
        return (span, false);
    }
    let end = if raw.len() > 1 && raw.ends_with('"') { span.end - 1 } else { span.end };
    let inner = span.start + 1..end.max(span.start + 1);
    let Some(separator) = separator else { return (inner, true) };
    let text = &raw[1..1 + inner.len()];
    let at = byte.clamp(inner.start, inner.end) - inner.start;
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind(separator).map_or(0, |found| found + separator.len());
    let end = text[at..].find(separator).map_or(text.len(), |found| at + found);
    let part = &text[start..end];
    let blank = part.len() - part.trim_start().len();
    (inner.start + start + blank..inner.start + end, true)
}
