//! Checks on the field that receives a webhook's address: where it stands, its type, visibility and requiredness.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::json::Value;
use crate::swagger::{SchemaOwner, SchemaPosition, Swagger};

/// Fields marked `x-ms-notification-url: true`. Runs once: select the `definition`.
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
    /// Neither the field nor an object around it is internal.
    NotInternal,
    /// The field, or an object on the way to it, is not in `required`.
    NotRequired,
    /// The field is no string.
    NotString,
    /// The field lies outside a request body.
    Position,
}

impl Demand for Webhook {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        let marked = |node: Value<'a>| node.get_bool("x-ms-notification-url") == Some(true);
        for (index, schema) in swagger.schemas.iter().enumerate().filter(|(_, schema)| marked(schema.node)) {
            let label = swagger.schema_label(index as u32);
            let mut report = |at: At<'a>| hits.push(Hit::new(at).with("field", &label));
            let in_body = schema.has_role(crate::swagger::Role::Input);
            let wrong = match self.problem {
                WebhookProblem::Position => !in_body && (schema.roles != 0 || !matches!(schema.owner, SchemaOwner::Definition(_))),
                WebhookProblem::NotString => schema.node.get_str("type").as_deref() != Some("string"),
                WebhookProblem::NotInternal => in_body && !swagger.is_hidden(index as u32),
                WebhookProblem::NotRequired => in_body && !required_all_the_way(swagger, index as u32),
            };
            if wrong {
                let place = schema.node.get(if self.problem == WebhookProblem::Position { "x-ms-notification-url" } else { "" });
                report(place.map_or(At::Object(schema.node), At::Value));
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

/// Whether a property and every property around it are required by the schema around them.
fn required_all_the_way(swagger: &Swagger<'_>, index: u32) -> bool {
    let mut here = Some(index);
    while let Some(at) = here {
        let schema = &swagger.schemas[at as usize];
        if schema.position == SchemaPosition::Property && !schema.required {
            return false;
        }
        here = schema.parent;
    }
    true
}
