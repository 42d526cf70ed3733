//! Names of headings in rule files, made comparable once rather than for every connector.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::titles::{Title, folded};

/// Headings as a rule file gives them. Case, punctuation and numbering do not matter.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Headings {
    written: Vec<String>,
    folded: OnceLock<Vec<String>>,
}

impl From<Vec<String>> for Headings {
    fn from(written: Vec<String>) -> Self {
        Self { written, folded: OnceLock::new() }
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Headings {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Headings".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <Vec<String>>::json_schema(generator)
    }
}

impl Headings {
    /// As they are written.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// As they are compared, in the same order.
    pub(super) fn folded(&self) -> &[String] {
        self.folded.get_or_init(|| self.written.iter().map(|heading| folded(heading)).collect())
    }
}

/// Which titles are meant by the headings of a rule.
pub(super) struct Names<'r> {
    names: &'r [String],
    prefix: bool,
    containing: &'r [String],
}

impl<'r> Names<'r> {
    /// Titles that are one of the names. With `prefix`, more may follow the name.
    pub(super) fn new(names: &'r Headings, prefix: bool) -> Self {
        Self { names: names.folded(), prefix, containing: &[] }
    }

    /// Titles count, too, that contain one of these.
    pub(super) fn or_containing(mut self, words: &'r Headings) -> Self {
        self.containing = words.folded();
        self
    }

    pub(super) fn fit(&self, title: &Title<'_>) -> bool {
        self.are_exactly(title)
            || (self.prefix && self.names.iter().any(|name| title.folded.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))))
            || self.containing.iter().any(|words| title.folded.contains(words))
    }

    /// Whether the title is one of the names and nothing more.
    pub(super) fn are_exactly(&self, title: &Title<'_>) -> bool {
        self.names.contains(&title.folded)
    }
}
