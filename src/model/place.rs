//! Turns the things findings point at into files, pointers, lines and columns.

use std::ops::Range as Bytes;

use crate::finding::{Place, Range};
use crate::source::SourceText;
use crate::source::json::Value;

use super::{At, Model};

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
            At::File(path) => Place { file: path.clone(), pointer: None, range: None },
            At::Top(artifact) => {
                let Some(document) = self.connector.document(*artifact) else {
                    let file = self.connector.entry(*artifact).map(|entry| entry.path.clone()).unwrap_or_default();
                    return Place { file, pointer: None, range: None };
                };
                let pointer = document.json().map(|_| String::new());
                let range = document.source().map(|source| range_of(source, &(0..source.text().chars().next().map_or(0, char::len_utf8))));
                Place { file: document.path.clone(), pointer, range }
            }
        }
    }

    fn json_place(&self, value: Value<'_>, span: Bytes<usize>) -> Place {
        let file = self.connector.documents.iter().find(|document| document.json().is_some_and(|json| std::ptr::eq(json, value.tree())));
        Place {
            file: file.map(|document| document.path.clone()).unwrap_or_default(),
            pointer: Some(value.pointer()),
            range: Some(range_of(value.tree().source(), &span)),
        }
    }
}

fn range_of(source: &SourceText, span: &Bytes<usize>) -> Range {
    Range { start: source.position(span.start), end: source.position(span.end) }
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
