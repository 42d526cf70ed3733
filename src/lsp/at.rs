//! What stands under the cursor in a JSON file.

use crate::connector::load::Document;
use crate::connector::{Artifact, Connector};
use crate::source::json::{Json, Value};

/// The JSON file of a connector with this name.
pub fn json<'c>(connector: &'c Connector, name: &str) -> Option<(Artifact, &'c Json)> {
    let document = document(connector, name)?;
    Some((document.artifact, document.json()?))
}

/// The file of a connector with this name.
pub fn document<'c>(connector: &'c Connector, name: &str) -> Option<&'c Document> {
    connector.documents.iter().find(|document| document.path == name)
}

/// The innermost value whose key or text holds a byte.
pub fn value(json: &Json, at: usize) -> Option<Value<'_>> {
    let holds = |value: &Value<'_>| {
        let span = value.span();
        value.key_span().map_or(span.start, |key| key.start) <= at && at <= span.end
    };
    let mut here = json.root().filter(holds)?;
    while let Some(inner) = here.children().find(holds) {
        here = inner;
    }
    Some(here)
}
