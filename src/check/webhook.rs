//! Checks on the field that receives a webhook's address: where it stands, its type, visibility and requiredness.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::edit::Edit;
use crate::fix::json_edit::{self, Fragment, Position};
use crate::model::At;
use crate::source::json::Value;
use crate::swagger::{Operation, SchemaOwner, SchemaPosition, Swagger};

/// Fields marked `x-ms-notification-url: true`. Runs once: select the `definition`; for `missing` select the operations.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Webhook {
    /// What to look for.
    pub problem: WebhookProblem,
}

/// A problem of a notification address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum WebhookProblem {
    /// Neither the field nor something around it, up to the body, is internal.
    NotInternal,
    /// The field, or an object on the way to it, is not in `required`; proposes to list them.
    NotRequired,
    /// The field is no string.
    NotString,
    /// The field lies outside a request body.
    Position,
    /// No field of the operation is marked. Where only one text of the body can be meant by its name, that is `field`, and the finding
    /// proposes to mark it.
    Missing,
}

impl Demand for Webhook {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        if self.problem == WebhookProblem::Missing {
            let operation = &swagger.operations[context.subject.index as usize];
            let field = callback(swagger, operation);
            let name = field.and_then(|field| field.key()).unwrap_or_default();
            hits.push(Hit::new(At::Object(operation.node)).with("field", name).propose(field.map(mark).unwrap_or_default()));
            return;
        }
        let marked = |node: Value<'a>| node.get_bool("x-ms-notification-url") == Some(true);
        for (index, schema) in swagger.schemas.iter().enumerate().filter(|(_, schema)| marked(schema.node)) {
            let label = swagger.schema_label(index as u32);
            let in_body = schema.has_role(crate::swagger::Role::Input);
            let wrong = match self.problem {
                WebhookProblem::Position => !in_body && (schema.roles != 0 || !matches!(schema.owner, SchemaOwner::Definition(_))),
                WebhookProblem::NotString => schema.node.get_str("type").as_deref() != Some("string"),
                WebhookProblem::NotInternal => in_body && !super::visibility::is_hidden_input(swagger, index as u32),
                WebhookProblem::NotRequired => in_body && !optional_on_the_way(swagger, index as u32).is_empty(),
                WebhookProblem::Missing => false,
            };
            if wrong {
                let place = schema.node.get(if self.problem == WebhookProblem::Position { "x-ms-notification-url" } else { "" });
                let mut hit = Hit::new(place.map_or(At::Object(schema.node), At::Value)).with("field", &label);
                if self.problem == WebhookProblem::NotRequired {
                    hit = hit.propose(optional_on_the_way(swagger, index as u32).into_iter().filter_map(require));
                }
                hits.push(hit);
            }
        }
        if self.problem == WebhookProblem::Position {
            for (index, parameter) in swagger.parameters.iter().enumerate().filter(|(_, parameter)| marked(parameter.node)) {
                let place = parameter.node.get("x-ms-notification-url").map_or(At::Object(parameter.node), At::Value);
                hits.push(Hit::new(place).with("field", swagger.parameter_label(index as u32)));
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["field"]
    }
}

/// The property and the properties around it, as far as the schema around them does not require them.
fn optional_on_the_way<'a>(swagger: &Swagger<'a>, index: u32) -> Vec<Value<'a>> {
    let mut optional = Vec::new();
    let mut here = Some(index);
    while let Some(at) = here {
        let schema = &swagger.schemas[at as usize];
        if schema.position == SchemaPosition::Property && !schema.required {
            optional.push(schema.node);
        }
        here = schema.parent;
    }
    optional
}

/// Lists a property in `required` of the object around it.
fn require(property: Value<'_>) -> Option<Edit> {
    let (object, name) = (property.parent()?.parent()?, property.key()?);
    let name = Fragment::New(name.into_owned().into());
    match object.get("required") {
        Some(list) => json_edit::insert_item(list, &name, Position::Last),
        None => {
            let Fragment::New(name) = name else { return None };
            let position = object.get("type").map_or(Position::Last, Position::Behind);
            json_edit::set_member(object, "required", &Fragment::New(vec![name].into()), position)
        }
    }
}

/// Marks a property as the one that receives the address: hidden from makers, and always sent.
fn mark(property: Value<'_>) -> Vec<Edit> {
    let set = |key: &str, value: serde_json::Value| json_edit::set_member(property, key, &Fragment::New(value), Position::Last);
    let is_listed = || {
        let object = property.parent().and_then(|properties| properties.parent());
        object.zip(property.key()).is_some_and(|(object, name)| crate::swagger::requires(object, &name))
    };
    let required = if is_listed() { None } else { require(property) };
    set("x-ms-notification-url", true.into()).into_iter().chain(set("x-ms-visibility", "internal".into())).chain(required).collect()
}

/// The text in the body of an operation that is called like an address to notify, when there is only one.
fn callback<'a>(swagger: &Swagger<'a>, operation: &Operation<'a>) -> Option<Value<'a>> {
    let body = swagger.parameters_of(operation).find(|parameter| parameter.is_body())?;
    let schema = swagger.resolve_schema(body.node.get("schema")?)?;
    let is_meant = |property: &Value<'a>| {
        let name = property.key().unwrap_or_default().to_ascii_lowercase();
        let is_named = ["callback", "webhook", "notification", "notify"].iter().any(|word| name.contains(word));
        let is_address = ["url", "uri", "address", "endpoint"].iter().any(|word| name.contains(word));
        property.get_str("type").as_deref() == Some("string")
            && (is_named && is_address || matches!(name.as_str(), "url" | "uri" | "callback" | "webhook"))
    };
    let mut meant = schema.get("properties")?.children().filter(is_meant);
    meant.next().filter(|_| meant.next().is_none())
}
