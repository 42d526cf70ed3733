//! Any bytes as apiDefinition.json: read, compared with another JSON reader, checked by every rule.

use std::sync::Arc;

use conncert::finding::Range;
use conncert::source::SourceText;
use conncert::source::json::{Json, SyntaxIssueKind, Value};

use super::choices::Choices;
use super::connectors::{self, Files};
use super::{check, mutate, places};

/// So deep the other reader goes.
const OTHER_READERS_DEPTH: usize = 120;
/// Files with more nodes than this are not looked at node by node.
const LOOKED_AT: usize = 5_000;

/// One input.
pub fn run(data: &[u8]) {
    let choices = &mut Choices::of(data);
    let (track, stage) = connectors::track_and_stage(choices);
    let bytes = match choices.below(2) {
        0 => choices.rest().to_vec(),
        _ => {
            let mut file = connectors::any(choices).remove("apiDefinition.json").unwrap_or_default();
            while !choices.is_empty() {
                mutate::once(&mut file, choices);
            }
            file
        }
    };
    tree(&bytes);
    let files = Files::from([("apiDefinition.json".to_owned(), bytes)]);
    let outcome = check::folder(&files, track, stage, &connectors::plan(track, stage));
    check::told(&files, track, stage, &outcome);
    check::compared(&files, track, stage);
}

/// Demands that a file is read as it should be, whatever is in it.
pub fn tree(bytes: &[u8]) {
    let source = Arc::new(SourceText::from_bytes(bytes.to_vec()));
    let json = Json::parse(source.clone());
    let text = source.text();
    let range = |span: &std::ops::Range<usize>| Range { start: source.position(span.start), end: source.position(span.end) };
    for (number, issue) in json.issues().iter().enumerate() {
        for span in std::iter::once(&issue.span).chain(&issue.more).chain(&issue.other) {
            assert!(text.get(span.clone()).is_some(), "{issue:?} is no part of the text");
            assert_eq!(places::range(&source, &range(span), number < 9, issue), *span, "{issue:?}");
        }
    }
    for (first, later) in json.duplicate_keys() {
        assert!(first.key() == later.key() && first.parent() == later.parent() && first.id() < later.id());
    }
    let count = json.nodes().count();
    for node in json.nodes().take(LOOKED_AT) {
        node_lies_in_its_parent(text, node);
        // Of keys that are there twice a pointer finds the last.
        if count < LOOKED_AT && json.duplicate_keys().next().is_none() {
            assert_eq!(json.at(&node.pointer()), Some(node));
        }
    }
    agrees_with_another_reader(text, &json);
}

fn node_lies_in_its_parent(text: &str, node: Value<'_>) {
    let span = node.span();
    assert!(text.get(span.clone()).is_some(), "{span:?} is no part of the text");
    if let Some(key) = node.key_span() {
        assert!(key.end <= span.start && text.get(key).is_some(), "{node:?}");
    }
    if let Some(parent) = node.parent() {
        let outer = parent.span();
        assert!(outer.start <= node.key_span().map_or(span.start, |key| key.start) && span.end <= outer.end, "{node:?} sticks out");
    }
}

fn depth(json: &Json) -> usize {
    let depth = |node: Value<'_>| std::iter::successors(Some(node), Value::parent).count();
    json.nodes().take(LOOKED_AT).map(depth).max().unwrap_or_default()
}

fn agrees_with_another_reader(text: &str, json: &Json) {
    if json.nodes().count() >= LOOKED_AT || depth(json) > OTHER_READERS_DEPTH {
        return;
    }
    let other = serde_json::from_str::<serde_json::Value>(text);
    match other {
        Ok(value) => {
            assert!(json.issues().iter().all(|issue| issue.kind == SyntaxIssueKind::TooDeep), "{:?} in {text:?}", json.issues());
            let own = json.root().map(|root| root.to_serde());
            assert_eq!(own.as_ref(), Some(&value), "{text:?}");
        }
        // Numbers beyond all bounds and halves of characters are JSON by its grammar.
        Err(error) => {
            let said = error.to_string();
            let is_grammar = !["number out of range", "surrogate", "hex escape", "recursion"].iter().any(|known| said.contains(known));
            assert!(!is_grammar || !json.issues().is_empty(), "no issue, but {error}: {text:?}");
        }
    }
}
