//! Where a finding lies, in words that last: they survive reformatting, other line ends, reordered members and reordered entries of lists.
//!
//! In JSON files it is the way down from the top, with operations by their operationId and entries of lists by what names them; in README
//! and INTRO the headings above. Made from the files alone, after the check, and only for those who ask.

use crate::connector::Connector;
use crate::connector::artifact::Artifact;
use crate::connector::load::{Content, Document};
use crate::finding::{Anchor, Finding, Place, Range};
use crate::fix::commit::Fingerprint;
use crate::source::SourceText;
use crate::source::json::{NodeKind, Value};
use crate::source::markdown::Markdown;
use crate::swagger::METHODS;

/// Longer names are cut; what is cut off goes into a short hash.
const LONGEST: usize = 80;
/// What names an entry of a list, the best first. `name` goes before, since parameters need `in` beside it.
const NAMES: [&str; 8] = ["propertyName", "operationId", "id", "$ref", "value", "title", "templateId", "url"];

/// Gives findings their anchors.
pub fn attach(connector: &Connector, findings: &mut [Finding]) {
    for finding in findings {
        let document = connector.document_at(&finding.place.file);
        let of = |place: &Place| document.map(|document| anchor(document, place)).unwrap_or_default();
        let related = finding.related.iter().map(|related| &related.place).filter(|place| place.file == finding.place.file);
        finding.anchor = Some(Box::new(Anchor { place: of(&finding.place), others: related.map(of).collect() }));
    }
}

fn anchor(document: &Document, place: &Place) -> String {
    match (&document.content, &place.pointer, place.range) {
        (Content::Json(json), Some(pointer), _) => {
            json.root().map(|root| in_json(root, pointer, document.artifact == Artifact::Definition)).unwrap_or_default()
        }
        (Content::Markdown(source, markdown), _, Some(range)) if !is_whole_file(source, &range) => {
            below_headings(source, markdown, range.start.offset)
        }
        _ => String::new(),
    }
}

/// Reads like a JSON Pointer, apart from `operation ListItems` for a path and its method, and `[q in query]` for the number of an entry.
fn in_json(root: Value<'_>, pointer: &str, is_definition: bool) -> String {
    let mut anchor = String::new();
    let mut here = Some(root);
    let in_paths = is_definition && pointer.starts_with("/paths/");
    for (depth, token) in pointer.split('/').skip(1).enumerate() {
        let name = token.replace("~1", "/").replace("~0", "~");
        let array = here.filter(Value::is_array);
        here = match array {
            Some(array) => name.parse().ok().and_then(|number| array.items().nth(number)),
            None => here.and_then(|object| object.get(&name)),
        };
        anchor.push('/');
        match (array, here) {
            (Some(_), entry) => {
                anchor.push('[');
                anchor.push_str(&entry.map(entry_name).unwrap_or_default());
                anchor.push(']');
            }
            (None, _) => anchor.push_str(&escaped(&name)),
        }
        if in_paths && depth == 2 && METHODS.contains(&name.as_str()) {
            let id = here.and_then(|operation| operation.get_str("operationId")).filter(|id| !id.trim().is_empty());
            if let Some(id) = id {
                anchor = format!("operation {}", escaped(id.trim()));
            }
        }
    }
    anchor
}

/// What tells an entry of a list from its neighbours without counting; empty when nothing does.
fn entry_name(entry: Value<'_>) -> String {
    match entry.kind() {
        NodeKind::Object => {
            let text = |member: &str| entry.get(member).and_then(scalar);
            match (text("name"), text("in")) {
                (Some(name), Some(location)) => return format!("{name} in {location}"),
                (Some(name), None) => return name,
                _ => {}
            }
            let only_member = || {
                let mut members = entry.members();
                members.next().filter(|_| members.next().is_none()).map(|(key, _)| escaped(&key))
            };
            NAMES.iter().find_map(|name| text(name)).or_else(only_member).unwrap_or_default()
        }
        _ => scalar(entry).unwrap_or_default(),
    }
}

fn scalar(value: Value<'_>) -> Option<String> {
    match value.kind() {
        NodeKind::String => value.as_str().map(|text| escaped(&text)),
        NodeKind::Object | NodeKind::Array | NodeKind::Invalid => None,
        _ => Some(escaped(value.raw())),
    }
}

/// A name as one step of an anchor.
fn escaped(name: &str) -> String {
    short(name).replace('~', "~0").replace('/', "~1")
}

/// A text that stays short enough to be read, and its own. White space counts as one blank, so that it fits into a line.
pub(super) fn short(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= LONGEST {
        return flat;
    }
    let begin: String = flat.chars().take(LONGEST - 20).collect();
    let print = String::from(Fingerprint::of(flat.as_bytes()));
    format!("{begin}... #{}", &print[print.len() - 8..])
}

/// Whether only the first character is meant: by that, findings point at a file as a whole.
fn is_whole_file(source: &SourceText, range: &Range) -> bool {
    let first = source.text().chars().next().map_or(0, char::len_utf8);
    range.start.offset == source.file_offset(0) && range.end.offset == source.file_offset(first)
}

/// The headings above a place, the outermost first. `offset` counts in the file.
fn below_headings(source: &SourceText, markdown: &Markdown, offset: usize) -> String {
    let holds = |span: &std::ops::Range<usize>| source.file_offset(span.start) <= offset && offset < source.file_offset(span.end);
    let sections = markdown.sections().iter().filter(|section| holds(&section.span));
    let headings = sections.filter_map(|section| markdown.headings().get(section.heading)).map(|heading| short(&heading.text));
    headings.collect::<Vec<_>>().join(" > ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::json::Json;

    fn at(json: &str, pointer: &str) -> String {
        in_json(Json::parse(Arc::new(SourceText::from_bytes(json.as_bytes().to_vec()))).root().unwrap(), pointer, true)
    }

    #[test]
    fn operations_go_by_their_id_and_parameters_by_place_and_name() {
        let json = r#"{"paths": {"/items/{id}": {"parameters": [{"name": "id", "in": "path"}],
            "get": {"operationId": "GetItem", "parameters": [{"in": "query", "name": "a/b"}]}, "put": {"operationId": " ", "tags": ["x"]}}}}"#;
        assert_eq!(at(json, "/paths/~1items~1{id}/get/parameters/0/type"), "operation GetItem/parameters/[a~1b in query]/type");
        assert_eq!(at(json, "/paths/~1items~1{id}/parameters/0"), "/paths/~1items~1{id}/parameters/[id in path]");
        assert_eq!(at(json, "/paths/~1items~1{id}/put/tags/0"), "/paths/~1items~1{id}/put/tags/[x]");
        assert_eq!(at(json, ""), "");
    }

    #[test]
    fn entries_go_by_whatever_names_them_and_never_by_their_number() {
        let json = r##"{"a": [{"propertyName": "Website"}, {"value": 3}, {"oauth2": []}, {"$ref": "#/x"}, {"type": "a", "b": 1}, true, [1], null]}"##;
        let names: Vec<String> = (0..9).map(|number| at(json, &format!("/a/{number}"))).collect();
        assert_eq!(names, ["/a/[Website]", "/a/[3]", "/a/[oauth2]", "/a/[#~1x]", "/a/[]", "/a/[true]", "/a/[]", "/a/[null]", "/a/[]"]);
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let (one, other) = ("x".repeat(5_000), "x".repeat(5_001));
        assert!(short(&one).len() < 100 && short(&one) != short(&other), "{}", short(&one));
        assert_eq!(short(" a\r\n\tb "), "a b");
    }

    #[test]
    fn places_in_text_go_by_the_headings_above_them_in_any_encoding_of_line_ends() {
        for newline in ["\n", "\r\n"] {
            let text = ["\u{feff}# Contoso", "", "## How to", "### Sign in", "here", "## End", "there"].join(newline);
            let source = SourceText::from_bytes(text.clone().into_bytes());
            let markdown = Markdown::parse(source.text());
            let place = |word: &str| below_headings(&source, &markdown, text.find(word).unwrap());
            assert_eq!((place("here"), place("there")), ("Contoso > How to > Sign in".to_owned(), "Contoso > End".to_owned()));
        }
    }
}
