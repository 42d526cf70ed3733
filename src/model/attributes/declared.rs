//! Attributes of what operations are made of: parameters, responses, schemas.

use super::{is_dynamic, is_success, success_schemas};
use crate::rule::attribute::{Attribute, AttributeValue};
use crate::source::json::{NodeKind, Value};
use crate::swagger::{Level, Parameter, Response, Role, Schema, SchemaOwner, Swagger};

fn level_word(level: &Level<'_>) -> &'static str {
    match level {
        Level::Operation(_) => "operation",
        Level::Path(_) => "path",
        Level::Shared(_) => "shared",
    }
}

fn first_user<'a>(swagger: &Swagger<'a>, users: &[u32]) -> Option<String> {
    users.first().map(|&index| swagger.operation_label(&swagger.operations[index as usize]))
}

pub(super) fn parameter_attribute<'a>(swagger: &Swagger<'a>, index: u32, attribute: Attribute) -> AttributeValue<'a> {
    let parameter: &Parameter<'a> = &swagger.parameters[index as usize];
    let users = || parameter.users.iter().map(|&user| &swagger.operations[user as usize]);
    match attribute {
        Attribute::Operation => first_user(swagger, &parameter.users).into(),
        Attribute::Method => users().next().map(|operation| operation.method.to_uppercase()).into(),
        Attribute::Name => parameter.name.clone().into(),
        Attribute::In => parameter.location.clone().into(),
        Attribute::Internal => parameter.is_internal().into(),
        Attribute::OperationInternal => (!parameter.users.is_empty() && users().all(|operation| operation.internal)).into(),
        Attribute::Level => level_word(&parameter.level).into(),
        Attribute::Used => (!parameter.users.is_empty()).into(),
        Attribute::Required => (parameter.node.get_bool("required") == Some(true)).into(),
        Attribute::Type => parameter.node.get_str("type").into(),
        Attribute::Webhook => users().any(|operation| swagger.is_webhook(operation)).into(),
        Attribute::Consumes => users().next().map(|operation| swagger.media_types(operation, "consumes").join(" ")).into(),
        _ => AttributeValue::Absent,
    }
}

pub(super) fn response_attribute<'a>(swagger: &Swagger<'a>, response: &Response<'a>, attribute: Attribute) -> AttributeValue<'a> {
    let users = || response.users.iter().map(|&user| &swagger.operations[user as usize]);
    match attribute {
        Attribute::Operation => first_user(swagger, &response.users).into(),
        Attribute::Method => users().next().map(|operation| operation.method.to_uppercase()).into(),
        Attribute::Name => response.status.clone().into(),
        Attribute::Success => response.status.as_deref().is_some_and(is_success).into(),
        Attribute::OperationInternal => (!response.users.is_empty() && users().all(|operation| operation.internal)).into(),
        Attribute::Level => level_word(&response.level).into(),
        Attribute::Used => (!response.users.is_empty()).into(),
        Attribute::Webhook => users().any(|operation| swagger.is_webhook(operation)).into(),
        Attribute::HasSchema => response.schema.is_some().into(),
        Attribute::HasArray => {
            let schema = response.node.get("schema").and_then(|schema| swagger.resolve_schema(schema));
            let is_list = |schema: Value<'a>| {
                swagger
                    .resolve_schema(schema)
                    .is_some_and(|schema| schema.get_str("type").as_deref() == Some("array") || schema.get("items").is_some())
            };
            let all_of = schema
                .into_iter()
                .flat_map(|schema| schema.get("allOf"))
                .flat_map(|all| all.items())
                .filter_map(|member| swagger.resolve_schema(member));
            let mut schemas = schema.into_iter().chain(all_of);
            schemas.any(|schema| is_list(schema) || schema.get("properties").into_iter().flat_map(|all| all.children()).any(is_list)).into()
        }
        Attribute::Statuses => {
            let mut statuses: Vec<&str> = users()
                .flat_map(|operation| {
                    operation
                        .responses
                        .iter()
                        .filter(|used| used.response.is_some_and(|index| std::ptr::eq(&swagger.responses[index as usize], response)))
                        .map(|used| used.status.as_ref())
                })
                .collect();
            statuses.sort_unstable();
            statuses.dedup();
            statuses.join(" ").into()
        }
        Attribute::DynamicResponse => is_dynamic(response).into(),
        Attribute::Trigger => users().find_map(|operation| operation.trigger.clone()).into(),
        Attribute::SuccessSchemas => users().map(|operation| success_schemas(swagger, operation)).min().into(),
        _ => AttributeValue::Absent,
    }
}

pub(super) fn schema_attribute<'a>(swagger: &Swagger<'a>, index: u32, attribute: Attribute) -> AttributeValue<'a> {
    let schema: &Schema<'a> = &swagger.schemas[index as usize];
    match attribute {
        Attribute::Name => schema.name.clone().into(),
        Attribute::Position => schema.position.word().into(),
        Attribute::Input => schema.has_role(Role::Input).into(),
        Attribute::Output => schema.has_role(Role::Output).into(),
        Attribute::Notification => schema.has_role(Role::Notification).into(),
        Attribute::Internal => schema.is_internal().into(),
        Attribute::Hidden => swagger.is_hidden(index).into(),
        Attribute::Required => schema.required.into(),
        Attribute::Referenced => schema.node.get("$ref").is_some().into(),
        Attribute::Used => (schema.roles != 0).into(),
        Attribute::Type => match schema.node.get("type") {
            Some(kind) if kind.kind() == NodeKind::String => kind.as_str().into(),
            _ => AttributeValue::Absent,
        },
        Attribute::Operation => {
            let users: &[u32] = match &schema.owner {
                SchemaOwner::Parameter(owner) => &swagger.parameters[*owner as usize].users,
                SchemaOwner::Response(owner) => &swagger.responses[*owner as usize].users,
                SchemaOwner::Notification(owner) => &swagger.paths[*owner as usize].operations,
                _ => &[],
            };
            first_user(swagger, users).into()
        }
        _ => AttributeValue::Absent,
    }
}
