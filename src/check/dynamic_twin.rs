//! The newer forms of dynamic extensions, worked out from the older ones: x-ms-dynamic-list for x-ms-dynamic-values and
//! x-ms-dynamic-properties for x-ms-dynamic-schema.

use serde_json::{Map, Value as Json, json};

use super::dynamic::{body_has, body_source, source_name};
use crate::source::json::Value;
use crate::swagger::{DynamicCall, DynamicExtension, Operation, Parameter, Swagger};

/// The newer form of a call, as JSON text. `None` where the older one holds something that the newer one has no words for.
pub fn twin<'a>(swagger: &Swagger<'a>, call: &DynamicCall<'a>, target: &Operation<'a>) -> Option<String> {
    let paths: &[(&str, &str)] = match call.extension {
        DynamicExtension::Values => &[("value-collection", "itemsPath"), ("value-path", "itemValuePath"), ("value-title", "itemTitlePath")],
        DynamicExtension::Schema => &[("value-path", "itemValuePath")],
        _ => return None,
    };
    let is_known = |key: &str| matches!(key, "operationId" | "parameters") || paths.iter().any(|(older, _)| *older == key);
    if !call.node.members().all(|(key, _)| is_known(&key)) {
        return None;
    }
    let mut newer = Map::new();
    newer.insert("operationId".to_owned(), json!(call.node.get_str("operationId")?));
    for (older, name) in paths {
        let Some(path) = call.node.get(older) else { continue };
        let path = path.as_str()?;
        let path = if call.extension == DynamicExtension::Schema { without_properties(&path) } else { &path };
        if !path.is_empty() {
            newer.insert((*name).to_owned(), json!(path));
        }
    }
    if let Some(parameters) = call.node.get("parameters") {
        let caller = call.callers.first().map(|&index| &swagger.operations[index as usize]);
        let translated = parameters
            .members()
            .map(|(name, argument)| Some((fed_name(swagger, target, &name), newer_argument(swagger, caller, argument)?)))
            .collect::<Option<Map<_, _>>>()?;
        newer.insert("parameters".to_owned(), Json::Object(translated));
    }
    Some(Json::Object(newer).to_string())
}

/// The older extension may end at the map of properties; the newer one ends at the object around it.
pub fn without_properties(path: &str) -> &str {
    if path == "properties" { "" } else { path.strip_suffix("/properties").unwrap_or(path) }
}

/// An argument that feeds a parameter of the called operation from the parameter of the same name and type that every operation has in
/// which the call is made.
pub fn reference(swagger: &Swagger<'_>, call: &DynamicCall<'_>, fed: &Parameter<'_>) -> Option<String> {
    let is_source = |parameter: &Parameter<'_>| {
        parameter.name == fed.name
            && !parameter.is_body()
            && parameter.node.get_str("type") == fed.node.get_str("type")
            && parameter.node != call.holder
    };
    let has_source = |&caller: &u32| swagger.parameters_of(&swagger.operations[caller as usize]).any(is_source);
    let key = match call.extension {
        DynamicExtension::Values | DynamicExtension::Schema => "parameter",
        _ => "parameterReference",
    };
    let everywhere = !call.callers.is_empty() && call.callers.iter().all(has_source);
    everywhere.then(|| json!({ key: fed.name.as_deref() }).to_string())
}

/// The name under which the newer extension feeds a parameter: fields of a body stand behind its name.
fn fed_name(swagger: &Swagger<'_>, target: &Operation<'_>, name: &str) -> String {
    let is_parameter = swagger.parameters_of(target).any(|parameter| parameter.name.as_deref() == Some(name));
    match body_of(swagger, target).and_then(|body| body.name.as_deref()) {
        Some(body) if !is_parameter && body_has(swagger, target, name) => behind(body, name),
        _ => name.to_owned(),
    }
}

fn newer_argument<'a>(swagger: &Swagger<'a>, caller: Option<&Operation<'a>>, argument: Value<'a>) -> Option<Json> {
    if !argument.is_object() {
        return Some(json!({ "value": argument.to_serde() }));
    }
    let Some(source) = source_name(argument) else { return argument.get("value").map(|_| argument.to_serde()) };
    // In a shared definition nobody knows whether a parameter or a field is meant.
    let caller = caller?;
    let is_parameter =
        swagger.parameters_of(caller).any(|parameter| !parameter.is_body() && parameter.name.as_deref() == Some(source.as_ref()));
    let is_field = !is_parameter && body_source(swagger, caller, &source).is_some();
    let body = body_of(swagger, caller).filter(|_| is_field).and_then(|body| body.name.as_deref());
    Some(json!({ "parameterReference": body.map_or_else(|| source.to_string(), |body| behind(body, &source)) }))
}

fn body_of<'s, 'a>(swagger: &'s Swagger<'a>, operation: &'s Operation<'a>) -> Option<&'s Parameter<'a>> {
    swagger.parameters_of(operation).find(|parameter| parameter.is_body())
}

/// A field behind the name of its body, unless it stands there already.
fn behind(body: &str, path: &str) -> String {
    let stands_there = path.strip_prefix(body).is_some_and(|rest| rest.starts_with('/'));
    if stands_there { path.to_owned() } else { format!("{body}/{path}") }
}
