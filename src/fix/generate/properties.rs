//! apiProperties.json: what makers fill in to connect, how their credentials reach the service, and who publishes the connector.

mod brand_color;
mod owner;
mod parameters;
mod policies;
#[cfg(test)]
mod tests;
mod texts;

use serde_json::{Map, Value, json};

use super::authentication::{Refusal, authentication, has_script};
use crate::fix::values::FixValues;
use crate::model::Model;

pub use brand_color::brand_color;
pub use owner::{publisher, stack_owner};

/// The keys of `properties` that can be generated, in the order in which they are written.
pub const KEYS: [&str; 8] = [
    "connectionParameters",
    "connectionParameterSets",
    "iconBrandColor",
    "scriptOperations",
    "capabilities",
    "policyTemplateInstances",
    "publisher",
    "stackOwner",
];

/// A complete apiProperties.json. `icon_color` is the background of an icon that is made in the same run, if there is one.
pub fn properties(model: &Model<'_>, values: &FixValues, icon_color: Option<[u8; 3]>) -> Result<Value, Refusal> {
    let mut properties = Map::new();
    for key in KEYS {
        if let Some(value) = property(key, model, values, icon_color)? {
            properties.insert(key.to_owned(), value);
        }
    }
    Ok(json!({ "properties": properties }))
}

/// The value of one of the [`KEYS`]; `None` when the connector needs none or nothing tells it.
pub fn property(key: &str, model: &Model<'_>, values: &FixValues, icon_color: Option<[u8; 3]>) -> Result<Option<Value>, Refusal> {
    Ok(match key {
        "connectionParameters" => Some(connection_parameters(model, values)?),
        "connectionParameterSets" => connection_parameter_sets(model, values)?,
        "iconBrandColor" => brand_color(model, values, icon_color)?.map(Value::String),
        "scriptOperations" => script_operations(model, values)?,
        "capabilities" => Some(json!([])),
        "policyTemplateInstances" => Some(policies(model, values)?).filter(|policies| *policies != json!([])),
        "publisher" => publisher(model, values).map(Value::String),
        "stackOwner" => stack_owner(model, values).map(Value::String),
        _ => None,
    })
}

/// `connectionParameters`: empty when nobody signs in; those of the default when makers may choose.
pub fn connection_parameters(model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    parameters::of(&authentication(model, values)?, model, values)
}

/// `connectionParameterSets`, when makers may choose among several ways of signing in.
pub fn connection_parameter_sets(model: &Model<'_>, values: &FixValues) -> Result<Option<Value>, Refusal> {
    parameters::sets(&authentication(model, values)?, model, values)
}

/// `policyTemplateInstances`: the policies that signing in needs, to be merged by `templateId` and `title`; an empty list when it needs
/// none.
pub fn policies(model: &Model<'_>, values: &FixValues) -> Result<Value, Refusal> {
    authentication(model, values).map(|authentication| policies::of(&authentication))
}

/// `scriptOperations`, when the connector has a script or gets one: the list it already has, else an empty one, which stands for all
/// operations.
pub fn script_operations(model: &Model<'_>, values: &FixValues) -> Result<Option<Value>, Refusal> {
    if authentication(model, values)?.client_credentials().is_some() {
        // Every call needs its token, whatever the list said before.
        return Ok(Some(json!([])));
    }
    let written = || model.properties.as_ref()?.properties?.get("scriptOperations").filter(|list| list.is_array());
    Ok(has_script(model).then(|| written().map_or_else(|| json!([]), |list| list.to_serde())))
}

/// JSON as it is written to files: two blanks, LF, a line end at the end.
pub fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
