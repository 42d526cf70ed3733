//! What operations take and give: the first level of their inputs and outputs, in the words that makers see.

use std::collections::HashSet;

use crate::rule::template::Filter;
use crate::source::json::Value;
use crate::swagger::{Operation, ResponseUse, Swagger, is_internal};

use super::escape::{bounded, line, prose};
use super::facts::is_told;
use super::names::squeezed;

/// Properties of one schema that are looked at. No operation that people use has more.
const MAX_PROPERTIES: usize = 1000;
/// Schemas that are put together to one by `allOf`.
const MAX_PARTS: usize = 50;
/// Characters of the note on one field.
const NOTE: usize = 160;

/// An input or output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// What makers see.
    pub(super) label: String,
    /// What it means.
    pub(super) note: Option<String>,
    /// Whether makers must fill it in.
    pub(super) required: bool,
}

/// Some of the fields of an input or output.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    /// The first of them.
    pub(super) shown: Vec<Field>,
    /// How many there are beside these.
    pub(super) more: usize,
}

/// What an operation returns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Output {
    /// Whether it is a list of things with the fields.
    pub(super) list: bool,
    /// The fields.
    pub(super) fields: Fields,
    /// The description of the response.
    pub(super) note: Option<String>,
}

/// At most so many of the inputs that makers see, the required ones first.
pub(super) fn inputs(swagger: &Swagger<'_>, operation: &Operation<'_>, limit: usize) -> Fields {
    let mut members: Vec<Member<'_>> = Vec::new();
    for parameter in swagger.parameters_of(operation).filter(|parameter| !parameter.is_internal()) {
        let body = parameter.node.get("schema").filter(|_| parameter.is_body());
        let inner = body.map(|schema| properties(swagger, schema)).unwrap_or_default();
        if inner.is_empty() {
            let node = body.and_then(|schema| swagger.resolve_schema(schema)).unwrap_or(parameter.node);
            let name = parameter.name.as_deref().unwrap_or_default().to_owned();
            // A path without one of its parts leads nowhere, whatever the definition says.
            let required = parameter.node.get_bool("required") == Some(true) || parameter.location.as_deref() == Some("path");
            members.push(Member { name, own: parameter.node, node, required });
        }
        members.extend(inner.into_iter().filter(|member| member.node.get_bool("readOnly") != Some(true)));
    }
    members.sort_by_key(|member| !member.required);
    fields(&members, limit)
}

/// What an operation returns, or the content of the notification that a trigger waits for; at most so many fields of it.
pub(super) fn output(swagger: &Swagger<'_>, operation: &Operation<'_>, limit: usize) -> Output {
    let notification = swagger.path_of(operation).notification_content.filter(|_| operation.trigger.is_some());
    let Some(answer) = notification.or_else(|| success(swagger, operation)) else { return Output::default() };
    let note = answer.get_str("description").map(|note| bounded(&prose(&note), NOTE)).filter(|note| is_told(note));
    let Some(schema) = answer.get("schema").and_then(|schema| swagger.resolve_schema(schema)) else {
        return Output { note, ..Output::default() };
    };
    let list = schema.get_str("type").as_deref() == Some("array");
    let shown = if list { schema.get("items").and_then(|items| swagger.resolve_schema(items)) } else { Some(schema) };
    let mut members = shown.map(|schema| properties(swagger, schema)).unwrap_or_default();
    // What must be there is no matter of an answer's readers.
    members.iter_mut().for_each(|member| member.required = false);
    Output { list, fields: fields(&members, limit), note }
}

fn fields(members: &[Member<'_>], limit: usize) -> Fields {
    let shown = members.iter().take(limit).filter_map(field).collect();
    Fields { shown, more: members.len().saturating_sub(limit) }
}

/// The response that says that all went well: the lowest status with content, else the lowest.
fn success<'a>(swagger: &Swagger<'a>, operation: &Operation<'a>) -> Option<Value<'a>> {
    let node = |used: &&ResponseUse<'a>| used.response.map_or(used.node, |index| swagger.responses[index as usize].node);
    let mut good: Vec<&ResponseUse<'a>> =
        operation.responses.iter().filter(|used| used.status.len() == 3 && used.status.starts_with('2')).collect();
    good.sort_by(|a, b| a.status.cmp(&b.status));
    if good.is_empty() {
        good.extend(operation.responses.iter().find(|used| used.status == "default"));
    }
    good.iter().map(node).find(|answer| answer.get("schema").is_some()).or_else(|| good.first().map(node))
}

/// A property of an object.
struct Member<'a> {
    name: String,
    /// The property as it stands there, perhaps a reference.
    own: Value<'a>,
    /// What the reference leads to.
    node: Value<'a>,
    required: bool,
}

/// The visible properties of an object, those of its `allOf` parts included.
fn properties<'a>(swagger: &Swagger<'a>, schema: Value<'a>) -> Vec<Member<'a>> {
    let mut members: Vec<Member<'a>> = Vec::new();
    let mut required: HashSet<String> = HashSet::new();
    let mut parts: Vec<Value<'a>> = Vec::new();
    let mut open: Vec<Value<'a>> = vec![schema];
    while let Some(part) = open.pop() {
        let Some(part) = swagger.resolve_schema(part) else { continue };
        if parts.len() >= MAX_PARTS || parts.contains(&part) || is_internal(part) {
            continue;
        }
        parts.push(part);
        let inner: Vec<Value<'a>> = part.get("allOf").into_iter().flat_map(|all| all.items()).take(MAX_PARTS).collect();
        open.extend(inner.into_iter().rev());
        let names = part.get("required").into_iter().flat_map(|names| names.items()).take(MAX_PROPERTIES);
        required.extend(names.filter_map(|name| Some(name.as_str()?.into_owned())));
        for (name, own) in part.get("properties").into_iter().flat_map(|all| all.members()).take(MAX_PROPERTIES) {
            let Some(node) = swagger.resolve_schema(own) else { continue };
            if !is_internal(own) && !is_internal(node) && members.len() < MAX_PROPERTIES {
                members.push(Member { name: name.into_owned(), own, node, required: false });
            }
        }
    }
    members.iter_mut().for_each(|member| member.required = required.contains(&member.name));
    members
}

/// A field in the words of its own description, else of what it refers to.
fn field(member: &Member<'_>) -> Option<Field> {
    let text = |key: &str| [member.own, member.node].iter().find_map(|node| node.get_str(key).filter(|text| is_told(text)));
    let label = text("x-ms-summary").map(|label| line(&label)).filter(|label| label.chars().any(char::is_alphanumeric));
    let label = bounded(&label.unwrap_or_else(|| Filter::Words.apply(&line(&member.name))), 80);
    let says_more = |note: &String| is_told(note) && squeezed(note) != squeezed(&label);
    let note = text("description").map(|note| bounded(&prose(&note), NOTE)).filter(says_more);
    (!label.is_empty()).then_some(Field { label, note, required: member.required })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;
    use crate::rule::example::Example;

    fn labels(fields: &[Field]) -> Vec<String> {
        fields.iter().map(|field| format!("{}{}", field.label, if field.required { "!" } else { "" })).collect()
    }

    fn of(definition: &str, id: &str) -> (Vec<String>, Output) {
        let connector = Example { definition: Some(definition.to_owned()), ..Example::default() }.connector().unwrap();
        let model = Model::new(&connector);
        let swagger = model.swagger.as_ref().unwrap();
        let operation = swagger.operation(id).unwrap();
        (labels(&inputs(swagger, operation, 12).shown), output(swagger, operation, 8))
    }

    #[test]
    fn inputs_are_parameters_and_the_first_level_of_the_body() {
        let (inputs, output) = of("{}", "CreateParcel");
        assert_eq!(inputs, ["Recipient", "Weight"]);
        assert_eq!(labels(&output.fields.shown), ["Parcel ID", "Status", "Weight"]);
        let (inputs, output) = of("{}", "ListParcels");
        assert_eq!(inputs, ["Status"]);
        assert_eq!(labels(&output.fields.shown), ["Parcels"]);
        assert_eq!(of("{}", "GetParcel").0, ["Parcel ID!"]);
    }

    #[test]
    fn references_parts_and_marks_of_visibility_are_followed() {
        let definition = r##"{ "paths": { "/parcels": { "post": { "parameters": [
            { "$ref": "#/parameters/version" },
            { "name": "dry_run", "in": "query", "type": "boolean", "description": "Dry run." },
            { "name": "body", "in": "body", "schema": { "allOf": [ { "$ref": "#/definitions/Base" }, { "required": ["house", "city"],
                "properties": { "house": { "type": "string" }, "secret": { "type": "string", "x-ms-visibility": "internal" },
                "id": { "type": "string", "readOnly": true }, "loop": { "$ref": "#/definitions/Loop" } } } ] } }
        ], "responses": { "default": { "schema": { "type": "string" } },
            "202": { "description": "Taken." }, "200": { "description": "A list.", "schema": { "type": "array", "items": { "$ref": "#/definitions/Base" } } }
        } } } },
        "parameters": { "version": { "name": "v", "in": "header", "type": "string", "x-ms-visibility": "internal" } },
        "definitions": { "Base": { "properties": { "city": { "$ref": "#/definitions/City" } } },
            "City": { "type": "string", "x-ms-summary": "City name" }, "Loop": { "$ref": "#/definitions/Loop" } } }"##;
        let (inputs, output) = of(definition, "CreateParcel");
        assert_eq!(inputs, ["City name!", "House!", "Dry run"]);
        assert_eq!((labels(&output.fields.shown), output.list), (vec!["City name".to_owned()], true));
        assert_eq!(output.note.as_deref(), Some("A list."));
    }

    #[test]
    fn a_trigger_returns_what_it_is_notified_of() {
        let definition = r#"{ "paths": { "/hooks": {
            "x-ms-notification-content": { "schema": { "type": "object", "properties": { "event": { "type": "string" } } } },
            "post": { "operationId": "OnEvent", "x-ms-trigger": "single", "responses": { "201": { "description": "Subscribed." } } }
        } } }"#;
        assert_eq!(labels(&of(definition, "OnEvent").1.fields.shown), ["Event"]);
    }

    #[test]
    fn circles_and_endless_objects_end() {
        let many: Vec<String> = (0..5000).map(|number| format!("\"p{number}\": {{}}")).collect();
        let definition = format!(
            r##"{{ "definitions": {{ "Parcel": {{ "allOf": [{{ "$ref": "#/definitions/Parcel" }}, {{ "$ref": "#/definitions/Missing" }}],
                "properties": {{ {} }} }} }} }}"##,
            many.join(",")
        );
        let fields = of(&definition, "GetParcel").1.fields;
        assert_eq!((fields.shown.len(), fields.more), (8, MAX_PROPERTIES - 8));
    }
}
