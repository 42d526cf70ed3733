//! Random damage: whatever happens to a file, the verdict is that of `serde_json` and the tree is well formed.

use std::sync::Arc;

use crate::source::SourceText;
use crate::source::json::{Json, NodeKind};

const SEEDS: [&str; 3] = [
    r##"{
  "swagger": "2.0",
  "info": { "title": "Parcels – “quick”", "version": "1.0", "x-numbers": [0, -1.5e+3, 1e5, true, false, null] },
  "paths": {
    "/parcels/{id}": {
      "get": {
        "description": "Says \"hello\", or \u00e9: {braces}, [lists]; https://example.com/a?b=c // no comment",
        "parameters": [
          { "name": "id", "in": "path", "required": true },
          {
            "name": "größe",
            "enum": ["a", "b",
              "c"]
          }
        ],
        "responses": { "200": { "schema": { "$ref": "#/definitions/P" } } }
      }
    }
  },
  "tags": [],
  "definitions": { "P": {} }
}
"##,
    r#"{"a":{"b":[{"c":1,"d":"x"},{"c":2,"d":"y, z"}],"e":{}},"f":[[1,2],[3,[4]]],"g":"","h":null}"#,
    "{\r\n\t\"one\": [\r\n\t\t\"two\",\r\n\t\t{ \"three\": 'four' }, // note\r\n\t],\r\n\tfive: “six”\r\n}\r\n",
];

const PIECES: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    " ",
    "\t",
    ";",
    "=",
    "=>",
    "/",
    "//",
    "/*",
    "*/",
    "“",
    "”",
    "’",
    "\u{a0}",
    "\u{feff}",
    "\0",
    "\u{1}",
    "é",
    "日本",
    "true",
    "nul",
    "-",
    "0",
    "01",
    "1e999",
    ".5",
    "\\u12",
    "\\n",
    "word",
    "\"key\": ",
    "\n<<<<<<< HEAD\n",
    "\n=======\n",
    "\n>>>>>>> other\n",
    "}\n}",
];

/// A xorshift generator: the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        text.floor_char_boundary(self.below(text.len() + 1))
    }
}

fn damage(text: &mut String, numbers: &mut Numbers) {
    let start = numbers.place(text);
    let end = text.ceil_char_boundary((start + 1).min(text.len()));
    match numbers.below(8) {
        0 | 1 => text.replace_range(start..end, ""),
        2 => {
            let copy = text[start..end].to_owned();
            text.insert_str(start, &copy);
        }
        3 => text.replace_range(start..end, PIECES[numbers.below(PIECES.len())]),
        4 => {
            // A piece is moved, or taken out.
            let end = text.ceil_char_boundary((start + numbers.below(40)).min(text.len()));
            let piece = text[start..end].to_owned();
            text.replace_range(start..end, "");
            if numbers.below(2) == 0 {
                text.insert_str(numbers.place(text), &piece);
            }
        }
        5 => text.truncate(if numbers.below(20) == 0 { start } else { text.len() }),
        _ => text.insert_str(start, PIECES[numbers.below(PIECES.len())]),
    }
}

fn check(text: &str) {
    let json = Json::parse(Arc::new(SourceText::from_bytes(text.as_bytes().to_vec())));
    let text = json.source().text();
    let strict = serde_json::from_str::<serde_json::Value>(text);
    // Half surrogate pairs are let pass on purpose.
    if !text.contains("\\ud") && !text.contains("\\uD") {
        assert_eq!(json.issues().is_empty(), strict.is_ok(), "{text:?}: {:?}, {:?}", json.issues(), strict.err());
    }
    for issue in json.issues() {
        for span in std::iter::once(&issue.span).chain(&issue.more).chain(&issue.other) {
            assert!(text.get(span.clone()).is_some(), "{text:?}: {issue:?}");
        }
    }
    for node in json.nodes() {
        assert!(text.get(node.span()).is_some(), "{text:?}: span of {}", node.pointer());
        assert!(node.key_span().is_none_or(|key| text.get(key).is_some()), "{text:?}: key of {}", node.pointer());
        let mut end = node.span().start;
        let mut count = 0;
        for child in node.children() {
            assert_eq!(child.parent(), Some(node), "{text:?}: parent of {}", child.pointer());
            assert_eq!(child.key_span().is_some(), node.is_object(), "{text:?}: key of {}", child.pointer());
            let start = child.key_span().map_or(child.span().start, |key| key.start);
            assert!(start >= end && child.span().end <= node.span().end, "{text:?}: {} lies in {:?}", child.pointer(), node.span());
            end = child.span().end;
            count += 1;
        }
        assert!(count == 0 || matches!(node.kind(), NodeKind::Object | NodeKind::Array), "{text:?}: children of {}", node.pointer());
    }
    assert_eq!(json.nodes().filter(|node| node.parent().is_none()).count(), usize::from(json.root().is_some()), "{text:?}");
}

#[test]
fn no_damage_panics_and_the_verdict_is_that_of_serde_json() {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    for round in 0..6_000 {
        let mut text = SEEDS[round % SEEDS.len()].to_owned();
        for _ in 0..=numbers.below(4) {
            damage(&mut text, &mut numbers);
        }
        check(&text);
    }
}

#[test]
fn heaps_of_pieces_are_read_without_panic() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..6_000 {
        let text: String = (0..numbers.below(40)).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
        check(&text);
    }
}

#[test]
fn every_beginning_of_a_file_is_read() {
    for seed in SEEDS {
        for end in (0..seed.len()).filter(|&end| seed.is_char_boundary(end)) {
            check(&seed[..end]);
        }
    }
}
