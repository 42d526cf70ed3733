//! Where findings lie: inside the text, between characters, at lines and columns that agree with the byte, at the thing they point to.

use std::collections::HashMap;
use std::ops::Range as Bytes;

use conncert::connector::Connector;
use conncert::connector::load::Document;
use conncert::finding::{Finding, Place, Range};
use conncert::outcome::Outcome;
use conncert::source::json::{Json, Value};
use conncert::source::{Encoding, SourceText};

/// Texts up to this length are counted through for every finding, longer ones for some of them.
const COUNTED: usize = 1 << 16;
/// Files with more nodes than this are not searched for members of the same name.
const SEARCHED: usize = 20_000;

/// Demands that every finding lies where it says, and that findings are in order.
pub fn check(connector: &Connector, outcome: &Outcome) {
    let mut files = Files { connector, pointers: HashMap::new(), counted: 0 };
    for finding in &outcome.findings {
        files.place(&finding.place, finding);
        finding.related.iter().for_each(|related| files.place(&related.place, finding));
        assert!(!finding.message.trim().is_empty(), "a finding says nothing: {finding:?}");
        assert!(outcome.findings.len() < 2_000_000, "findings pile up");
    }
    assert!(outcome.findings.is_sorted_by(|a, b| a.order_key() <= b.order_key()), "findings are out of order");
}

/// The byte range of the text that a range means.
pub fn bytes_of(source: &SourceText, range: &Range) -> Bytes<usize> {
    source.text_offset(range.start)..source.text_offset(range.end)
}

/// Demands that a range lies inside a text, on characters; gives its bytes.
pub fn range(source: &SourceText, range: &Range, may_count: bool, what: &dyn std::fmt::Debug) -> Bytes<usize> {
    let bytes = bytes_of(source, range);
    assert!(bytes.start <= bytes.end && source.text().get(bytes.clone()).is_some(), "{bytes:?} is no part of the text: {what:?}");
    for (at, position) in [(bytes.start, range.start), (bytes.end, range.end)] {
        assert_eq!(source.position(at), position, "a position that nothing has: {what:?}");
        if may_count {
            let before = &source.text()[..at];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            assert_eq!((position.line, position.column), (line, column), "line and column are not those of byte {at}: {what:?}");
            if source.encoding() == Encoding::Utf8 {
                assert_eq!(position.offset, at + if source.has_bom() { 3 } else { 0 }, "{what:?}");
            }
        }
    }
    bytes
}

struct Files<'c> {
    connector: &'c Connector,
    /// Nodes by file and pointer.
    pointers: HashMap<&'c str, HashMap<String, Vec<Value<'c>>>>,
    counted: usize,
}

impl<'c> Files<'c> {
    fn place(&mut self, place: &Place, finding: &Finding) {
        // settings.json may give one file several roles; what has a pointer is read as JSON.
        let fits = |document: &&Document| match place.pointer {
            Some(_) => document.json().is_some(),
            None => place.range.is_none() || document.source().is_some(),
        };
        let Some(document) = self.connector.documents.iter().filter(|document| document.path == place.file).find(fits) else {
            assert!(place.range.is_none() && place.pointer.is_none(), "a place in a file that was not read: {finding:?}");
            return;
        };
        let Some(wanted) = &place.range else { return };
        let source = document.source().unwrap_or_else(|| panic!("a range in a picture: {finding:?}"));
        self.counted += source.text().len();
        let bytes = range(source, wanted, source.text().len() < COUNTED || self.counted < 16 * COUNTED, finding);
        let Some(pointer) = &place.pointer else { return };
        let json = document.json().unwrap_or_else(|| panic!("a pointer into a text: {finding:?}"));
        if json.root().is_none() {
            assert_eq!(pointer, "", "{finding:?}");
            return;
        }
        // The root stands for the file as a whole.
        if pointer.is_empty() || json.at(pointer).is_some_and(|value| is_at(&value, &bytes)) {
            return;
        }
        // Of keys that are there twice a pointer finds the last.
        let twins = self.others(&place.file, json, pointer);
        assert!(!twins.is_empty(), "a pointer to nothing: {finding:?}");
        assert!(twins.iter().any(|twin| is_at(twin, &bytes)), "the range is not at what the pointer names: {finding:?}");
    }

    /// Every member that a pointer may mean where keys are there twice.
    fn others(&mut self, file: &str, json: &'c Json, pointer: &str) -> Vec<Value<'c>> {
        let nodes = json.nodes().count();
        if nodes > SEARCHED {
            return json.nodes().filter(|node| node.pointer() == pointer).collect();
        }
        let Some(document) = self.connector.document_at(file) else { return Vec::new() };
        let known = self.pointers.entry(&document.path).or_insert_with(|| {
            let mut known: HashMap<String, Vec<Value<'_>>> = HashMap::new();
            json.nodes().for_each(|node| known.entry(node.pointer()).or_default().push(node));
            known
        });
        known.get(pointer).cloned().unwrap_or_default()
    }
}

/// Whether bytes lie in a value or are (a part of) its key.
fn is_at(value: &Value<'_>, bytes: &Bytes<usize>) -> bool {
    let holds = |span: Bytes<usize>| span.start <= bytes.start && bytes.end <= span.end;
    holds(value.span()) || value.key_span().is_some_and(holds)
}
