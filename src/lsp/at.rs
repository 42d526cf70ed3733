//! What stands under the cursor in a JSON file.

use crate::connector::{Artifact, Connector};
use crate::source::json::{Json, Value};

/// The JSON file of a connector with this name.
pub fn json<'c>(connector: &'c Connector, name: &str) -> Option<(Artifact, &'c Json)> {
    let document = connector.document_at(name)?;
    Some((document.artifact, document.json()?))
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

/// The member whose value is to be written at a byte: there is only its colon before that.
pub fn member_to_come(json: &Json, at: usize) -> Option<Value<'_>> {
    let text = json.source().text();
    let begins = |value: &Value<'_>| {
        let key = value.key_span().map(|key| key.end).filter(|end| *end < at);
        key.and_then(|end| text.get(end..at)).is_some_and(|between| between.trim() == ":")
    };
    let holder = value(json, at)?;
    // What follows on the next line may have been taken for the value.
    if begins(&holder) {
        return Some(holder);
    }
    holder.children().find(begins)
}
