//! Damages a file: as bytes, as text, and as JSON whose structure is known, so that most results are still nearly a connector.

use std::ops::Range;
use std::sync::Arc;

use conncert::source::SourceText;
use conncert::source::json::{Json, Value};

use super::choices::Choices;

/// Files do not grow beyond this, however often they are doubled.
const LARGEST: usize = 1 << 18;

/// Values that do not belong where they are put.
const STRANGERS: [&str; 30] = [
    "null",
    "true",
    "0",
    "-1",
    "\"\"",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "[null]",
    "{\"\": null}",
    "1e999",
    "-0.0e-0",
    "18446744073709551616",
    "9999999999999999999999999999999999999999.5",
    "\"\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\u0000\"",
    "\"\\u001b[31m\\u202e\"",
    "{\"$ref\": \"#\"}",
    "{\"$ref\": \"#/definitions\"}",
    "{\"$ref\": \"#/paths/~1parcels\"}",
    "{\"$ref\": \"\"}",
    "{\"$ref\": {\"$ref\": 1}}",
    "{\"type\": [\"string\", null]}",
    "{\"type\": \"array\"}",
    "{\"allOf\": [{\"$ref\": \"#/definitions/Parcel\"}]}",
    "{\"type\": \"object\", \"properties\": []}",
    "{\"get\": {}}",
    "{\"200\": {\"schema\": {\"type\": \"array\", \"items\": {}}}}",
];

/// Texts that do not belong into connectors.
const TEXTS: [&str; 30] = [
    "",
    " ",
    "\\n",
    "API",
    "Connector",
    "x-ms-summary",
    "<<Enter the name of the publisher>>",
    "<<x>>",
    "{",
    "}",
    "/{a}/{a}",
    "/{",
    "//",
    "https://",
    "https://user:pw@[::1]:99999/?#",
    "localhost",
    "#da3b01",
    "#/definitions/Parcel",
    "../../x",
    "C:\\\\x",
    "\\u0000",
    "\\ud83d",
    "\u{1f469}\u{200d}\u{1f52c}",
    "e\u{301}\u{301}\u{301}",
    "\u{202e}x\u{2066}",
    "\u{feff}",
    "(a+)+$",
    "(?<=(a{9999}){9999})",
    "[\\\\p{L}&&[^",
    "@environmentVariables(\\\"x\\\")",
];

/// Keys that mean something.
const KEYS: [&str; 40] = [
    "$ref",
    "type",
    "format",
    "enum",
    "default",
    "pattern",
    "items",
    "properties",
    "required",
    "allOf",
    "additionalProperties",
    "in",
    "name",
    "schema",
    "parameters",
    "responses",
    "paths",
    "definitions",
    "info",
    "title",
    "description",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "security",
    "securityDefinitions",
    "operationId",
    "summary",
    "deprecated",
    "x-ms-summary",
    "x-ms-visibility",
    "x-ms-trigger",
    "x-ms-dynamic-values",
    "x-ms-dynamic-schema",
    "x-ms-notification-url",
    "x-ms-connector-metadata",
    "connectionParameters",
    "policyTemplateInstances",
    "",
];

/// Pieces that mean something in JSON, Markdown or code.
const PIECES: [&str; 26] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\u",
    "//",
    "/*",
    "'",
    "#",
    "\n# ",
    "> > > ",
    "- - - ",
    "](",
    "![](",
    "<details>",
    "```",
    "|--|\n",
    "\r",
    "\0",
    "\u{feff}",
    "\u{a0}",
    "&#x0;",
];

/// Changes a file in one way.
pub fn once(file: &mut Vec<u8>, choices: &mut Choices<'_>) {
    match choices.below(4) {
        0 => bytes(file, choices),
        1 => layout(file, choices),
        _ => json(file, choices),
    }
    file.truncate(LARGEST);
}

fn bytes(file: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let at = choices.below(file.len() + 1);
    let end = (at + choices.below(64)).min(file.len());
    match choices.below(6) {
        0 => file.truncate(at),
        1 => drop(file.drain(at..end)),
        2 => file[at..end].iter_mut().take(1).for_each(|byte| *byte ^= 1 << choices.below(8)),
        3 => drop(file.splice(at..at, choices.of_these(&PIECES).bytes())),
        4 => {
            let length = choices.below(32);
            drop(file.splice(at..end, choices.take(length).iter().copied()));
        }
        _ => {
            let doubled = file[at..end].repeat(1 + choices.below(200));
            drop(file.splice(at..at, doubled));
        }
    }
}

fn layout(file: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let text = String::from_utf8_lossy(file).into_owned();
    *file = match choices.below(8) {
        0 => text.replace("\r\n", "\n").replace('\n', "\r").into_bytes(),
        1 => text.replace('\n', "\r\n").into_bytes(),
        2 => text.replace('\n', " ").into_bytes(),
        3 => text.replace("  ", "\t").into_bytes(),
        4 => format!("\u{feff}{text}").into_bytes(),
        5 => [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        6 => [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        _ => text.replace('e', "\u{e9}").chars().map(|c| u8::try_from(c).unwrap_or(0x96)).collect(),
    };
}

fn json(file: &mut Vec<u8>, choices: &mut Choices<'_>) {
    let json = Json::parse(Arc::new(SourceText::from_bytes(file.clone())));
    let nodes: Vec<Value<'_>> = json.nodes().take(1 << 16).collect();
    if nodes.is_empty() {
        return bytes(file, choices);
    }
    let node = nodes[choices.below(nodes.len())];
    let other = nodes[choices.below(nodes.len())];
    let (span, with): (Range<usize>, String) = match choices.below(12) {
        0 | 1 => (node.span(), (*choices.of_these(&STRANGERS)).to_owned()),
        2 | 3 => (node.span(), format!("\"{}\"", choices.of_these(&TEXTS))),
        4 => (with_comma(&json, &node), String::new()),
        5 => (node.span(), other.raw().to_owned()),
        6 => (node.key_span().unwrap_or_else(|| node.span()), format!("\"{}\"", choices.of_these(&KEYS))),
        7 => (inside(&node), format!("\"{}\": {},", choices.of_these(&KEYS), choices.of_these(&STRANGERS))),
        8 => (inside(&node), format!("\"{}\": {},", choices.of_these(&KEYS), other.raw())),
        9 => (node.span(), format!("{{\"$ref\": \"#{}\"}}", other.pointer().replace('"', ""))),
        10 => {
            let depth = 1 << choices.below(9);
            let (open, close) =
                *choices.of_these(&[("[", "]"), ("{\"items\":", "}"), ("{\"properties\":{\"a\":", "}}"), ("{\"allOf\":[", "]}")]);
            (node.span(), format!("{}{}{}", open.repeat(depth), node.raw(), close.repeat(depth)))
        }
        _ => {
            let member = json.source().text()[node.key_span().map_or(node.span().start, |key| key.start)..node.span().end].to_owned();
            let end = node.span().end;
            (end..end, format!(", {member}").repeat(1 + choices.below(9)))
        }
    };
    let mut text = json.source().text().to_owned();
    text.replace_range(span, &with);
    *file = text.into_bytes();
}

/// A member or item with the comma behind it.
fn with_comma(json: &Json, node: &Value<'_>) -> Range<usize> {
    let start = node.key_span().map_or(node.span().start, |key| key.start);
    let behind = &json.source().text()[node.span().end..];
    let comma = behind.len() - behind.trim_start().strip_prefix(',').map_or(behind.len(), str::len);
    start..node.span().end + comma
}

/// The place behind the opening bracket.
fn inside(node: &Value<'_>) -> Range<usize> {
    let at = node.span().start + usize::from(node.is_object() && !node.is_empty());
    if node.is_object() && !node.is_empty() { at..at } else { node.span() }
}

/// Changes a text by pieces of it: lines are left out, doubled or exchanged, numbers and quoted texts replaced.
pub fn lines(text: &str, hostile: &[&str], choices: &mut Choices<'_>) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return choices.of_these(hostile).to_string();
    }
    let at = choices.below(lines.len());
    let other = lines[choices.below(lines.len())].clone();
    match choices.below(5) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, other),
        2 => lines[at] = other,
        3 => {
            let with = *choices.of_these(hostile);
            let key = lines[at].split_once('=').map(|(key, _)| format!("{key}= "));
            lines[at] = format!("{}{with}", key.unwrap_or_default());
        }
        _ => {
            let mut line = std::mem::take(&mut lines[at]).into_bytes();
            bytes(&mut line, choices);
            lines[at] = String::from_utf8_lossy(&line).into_owned();
        }
    }
    lines.join("\n")
}
