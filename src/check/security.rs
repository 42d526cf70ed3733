//! Checks on security requirements of the definition.

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::{Context, Demand, Hit, Hits};
use crate::model::At;
use crate::source::json::Value;

/// Security definitions of which no requirement makes use (kind `definition`). `requirement` is what would require the only one, as JSON;
/// empty where there are several to choose from.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Unrequired {}

impl Demand for Unrequired {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(swagger) = &context.model.swagger else { return };
        let Some(definitions) = swagger.root.get("securityDefinitions").filter(|definitions| !definitions.is_empty()) else { return };
        if !swagger.security_requirements.is_empty() {
            return;
        }
        let mut all = definitions.members();
        let only = all.next().filter(|_| all.next().is_none());
        let requirement = only.map(|(name, definition)| requirement(&name, definition)).unwrap_or_default();
        hits.push(Hit::new(At::Key(definitions)).with("requirement", requirement));
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["requirement"]
    }
}

/// Requires a definition with all its scopes.
fn requirement(name: &str, definition: Value<'_>) -> String {
    let is_oauth = definition.get_str("type").as_deref() == Some("oauth2");
    let scopes = definition.get("scopes").filter(|_| is_oauth);
    let scopes: Vec<Json> = scopes.into_iter().flat_map(|scopes| scopes.members()).map(|(scope, _)| json!(scope)).collect();
    Json::Object(Map::from_iter([(name.to_owned(), Json::Array(scopes))])).to_string()
}
