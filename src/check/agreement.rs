//! Checks that values agree with what is declared beside them: defaults and enums with types, defaults with enums.

use serde::Deserialize;

use super::members::shown;
use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::json::{NodeKind, Value};

/// A default or enum that must fit the declared type. Nothing is wrong without a type; null fits where `x-nullable` is true. Where the
/// value can be written in the declared type without loss, `converted` is that, as JSON.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Agreement {
    /// The member with the value.
    pub member: String,
    /// The member is a list; each entry must fit.
    #[serde(default)]
    pub each: bool,
}

impl Demand for Agreement {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(node) = context.node() else { return };
        let (Some(kind), Some(value)) = (node.get_str("type"), node.get(&self.member)) else { return };
        let nullable = node.get_bool("x-nullable") == Some(true);
        let values: Vec<Value<'a>> = if self.each { value.items().collect() } else { vec![value] };
        for value in values {
            if fits(value, &kind) || (nullable && value.kind() == NodeKind::Null) || value.kind() == NodeKind::Invalid {
                continue;
            }
            let is_there =
                |new: &String| self.each && node.get(&self.member).is_some_and(|list| list.items().any(|item| item.raw() == new));
            hits.push(
                Hit::new(At::Value(value))
                    .with("value", shown(value, 40))
                    .with("actual", value.kind().word())
                    .with("expected", kind.clone())
                    .with("converted", converted(value, &kind).filter(|new| !is_there(new)).unwrap_or_default()),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "actual", "expected", "converted"]
    }
}

/// Whether a value has a Swagger type; unknown types fit everything, since they have a rule of their own.
pub fn fits(value: Value<'_>, kind: &str) -> bool {
    match kind {
        "string" | "file" => value.kind() == NodeKind::String,
        "integer" => value.is_integer(),
        "number" => value.kind() == NodeKind::Number,
        "boolean" => value.kind() == NodeKind::Boolean,
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

/// The same value in another Swagger type, as JSON; `None` where something would be lost.
pub fn converted(value: Value<'_>, kind: &str) -> Option<String> {
    let text = value.as_str();
    let number = || text.as_deref().filter(|text| text.len() < 16).and_then(|text| serde_json::from_str::<serde_json::Number>(text).ok());
    match (kind, value.kind()) {
        ("string", NodeKind::Number | NodeKind::Boolean) => Some(serde_json::Value::from(value.raw()).to_string()),
        ("integer", NodeKind::String) => number().filter(|number| number.is_i64()).map(|number| number.to_string()),
        ("number", NodeKind::String) => number().map(|_| text.as_deref().unwrap_or_default().trim().to_owned()),
        ("boolean", NodeKind::String) => {
            let folded = text.as_deref().unwrap_or_default().to_ascii_lowercase();
            matches!(folded.as_str(), "true" | "false").then_some(folded)
        }
        _ => None,
    }
}

/// A default that must be one of the enum beside it. `right` is the only entry that differs in case only, as JSON.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InEnum {
    /// The member with the value.
    pub member: String,
    /// The member with the list.
    pub list: String,
}

impl Demand for InEnum {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let (Some(value), Some(list)) = (context.member(&self.member), context.member(&self.list)) else { return };
        // A default of the wrong type has a finding of its own.
        if context.node().and_then(|node| node.get_str("type")).is_some_and(|kind| !fits(value, &kind)) {
            return;
        }
        if list.is_array() && !list.is_empty() && value.kind() != NodeKind::Null && !list.items().any(|item| item.equals(&value)) {
            let allowed: Vec<String> = list.items().take(12).map(|item| shown(item, 30)).collect();
            let text = value.as_str().unwrap_or_default().to_lowercase();
            let mut alike = list.items().filter(|item| item.as_str().is_some_and(|item| item.to_lowercase() == text));
            let right = alike.next().filter(|_| alike.next().is_none()).map(|item| item.raw()).unwrap_or_default();
            hits.push(
                Hit::new(At::Value(value))
                    .with("value", shown(value, 40))
                    .with("allowed", crate::words::list_or(&allowed))
                    .with("right", right),
            );
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "allowed", "right"]
    }
}
