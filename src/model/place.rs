//! Turns the things findings point at into files, pointers, lines and columns.

use std::ops::Range as Bytes;

use crate::finding::{Change, Place, Range};
use crate::rule::kind::Kind;
use crate::source::SourceText;
use crate::source::json::Value;

use super::{At, Model, Subject};

impl<'a> Model<'a> {
    /// The place of a finding.
    pub fn place(&self, at: &At<'a>) -> Place {
        match at {
            At::Value(value) => self.json_place(*value, value.span()),
            At::Key(value) => self.json_place(*value, value.key_span().unwrap_or_else(|| value.span())),
            At::Object(value) => self.json_place(*value, object_span(*value)),
            At::Inside(value, span) => self.json_place(*value, span.clone()),
            At::Text(artifact, span) => {
                let Some(document) = self.connector.document(*artifact) else { return Place::default() };
                let range = document.source().map(|source| range_of(source, span));
                Place { file: document.path.clone(), pointer: None, range }
            }
            At::File(path) => Place { file: path.as_str().into(), pointer: None, range: None },
            At::Top(artifact) => {
                let Some(document) = self.connector.document(*artifact) else {
                    let file = self.connector.entry(*artifact).map(|entry| entry.path.as_str().into()).unwrap_or_default();
                    return Place { file, pointer: None, range: None };
                };
                let pointer = document.json().map(|_| String::new());
                let range = document.source().map(|source| range_of(source, &(0..source.text().chars().next().map_or(0, char::len_utf8))));
                Place { file: document.path.clone(), pointer, range }
            }
        }
    }

    /// What a difference between two versions is, with its places in both.
    pub fn change(&self, subject: &Subject<'a>) -> Option<Change> {
        if subject.kind != Kind::Difference {
            return None;
        }
        let difference = self.differences().get(subject.index as usize)?;
        let old = self.previous().zip(difference.old).map(|(previous, old)| previous.place(&At::Value(old)));
        let new = difference.new.map(|new| self.place(&At::Value(new)));
        Some(Change { path: difference.path.clone(), old, new })
    }

    fn json_place(&self, value: Value<'_>, span: Bytes<usize>) -> Place {
        let file = self.connector.documents.iter().find(|document| document.json().is_some_and(|json| std::ptr::eq(json, value.tree())));
        Place {
            file: file.map(|document| document.path.clone()).unwrap_or_default(),
            pointer: Some(pointer_to(value)),
            range: Some(range_of(value.tree().source(), &span)),
        }
    }
}

/// The pointer of a value, or of the nearest object or list around it that has one of bearable length: below a key of a megabyte there
/// may be a hundred thousand findings, and each of them would repeat it.
fn pointer_to(value: Value<'_>) -> String {
    const LONGEST: usize = 4_096;
    // As the key is written, escapes and all; numbers of list items are short.
    let step = |value: &Value<'_>| value.key_span().map_or(10, |key| key.len());
    let whole: usize = std::iter::successors(Some(value), Value::parent).map(|value| step(&value)).sum();
    if whole <= LONGEST {
        return value.pointer();
    }
    let around: Vec<Value<'_>> = std::iter::successors(Some(value), Value::parent).collect();
    let mut length = 0;
    let bearable = around.iter().rev().take_while(|value| {
        length += step(value);
        length <= LONGEST
    });
    bearable.last().map_or_else(String::new, Value::pointer)
}

fn range_of(source: &SourceText, span: &Bytes<usize>) -> Range {
    let (start, end) = source.positions(span);
    Range { start, end }
}

/// What to underline for an object that lacks something: the key that names it, else its first line.
fn object_span(object: Value<'_>) -> Bytes<usize> {
    if let Some(key) = object.key_span() {
        return key;
    }
    let span = object.span();
    let first_line = object.raw().lines().next().unwrap_or_default().trim_end().len();
    span.start..span.start + first_line
}

/// The byte range in the file's text that a byte range of a decoded string came from. With escapes in the string the whole value is
/// meant, since the decoded text no longer lines up.
pub fn inside<'a>(value: Value<'a>, range: Bytes<usize>) -> At<'a> {
    let span = value.span();
    match value.as_str() {
        Some(text) if text.len() + 2 == span.len() && range.end <= text.len() => {
            At::Inside(value, span.start + 1 + range.start..span.start + 1 + range.end)
        }
        _ => At::Value(value),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::json::Json;

    #[test]
    fn a_pointer_of_unbearable_length_ends_where_it_still_is_bearable() {
        let pointer = |key: &str| {
            let text = format!("{{\"paths\": {{\"{key}\": {{\"get\": [{{\"in\": 1}}]}}}}}}");
            let json = Json::parse(Arc::new(SourceText::from_bytes(text.into_bytes())));
            json.nodes().last().map(pointer_to).unwrap()
        };
        assert_eq!(pointer("/a"), "/paths/~1a/get/0/in");
        assert_eq!(pointer(&"a".repeat(4_000)), format!("/paths/{}/get/0/in", "a".repeat(4_000)));
        assert_eq!(pointer(&"a".repeat(5_000)), "/paths");
    }
}
