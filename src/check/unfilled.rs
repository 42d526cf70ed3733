//! Values that a person must still fill in.

use serde::Deserialize;

use super::{Context, Demand, Hit, Hits};
use crate::fix::values::is_placeholder;
use crate::model::At;
use crate::words;

/// Texts of the form `<<Enter ...>>`, wherever they stand in a JSON file (kind `json-file`).
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Unfilled {
    /// Members that may keep such a text.
    pub except: Vec<String>,
}

impl Demand for Unfilled {
    fn run<'a>(&self, context: &Context<'_, 'a>, hits: &mut Hits<'a>) {
        let Some(json) = context.subject.artifact.and_then(|artifact| context.model.json(artifact)) else { return };
        if memchr::memmem::find(json.source().text().as_bytes(), b"\"<<").is_none() {
            return;
        }
        let excepted = |key: Option<std::borrow::Cow<'_, str>>| key.is_some_and(|key| self.except.iter().any(|name| *name == key));
        for value in json.nodes().filter(|value| value.raw().starts_with("\"<<") && !excepted(value.key())) {
            if let Some(text) = value.as_str().filter(|text| is_placeholder(text)) {
                let what = text.trim().trim_start_matches("<<").trim_end_matches(">>").trim();
                let what = what.strip_prefix("Enter ").unwrap_or(what);
                hits.push(Hit::new(At::Value(value)).with("value", words::excerpt(&text, 60)).with("what", words::excerpt(what, 80)));
            }
        }
    }

    fn placeholders(&self) -> &'static [&'static str] {
        &["value", "what"]
    }
}
