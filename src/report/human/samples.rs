//! Findings and connectors from which the tests of all reports are built.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::connector::{Stage, Track};
use crate::finding::{Finding, Place, Range, RuleInfo, Severity};
use crate::outcome::{Chosen, Outcome};
use crate::source::SourceText;

/// A rule without code.
pub fn rule(id: &str) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: id.to_owned(),
        summary: "A parameter has a summary".to_owned(),
        code: None,
        policies: vec!["5000.2.4.1".to_owned()],
        why: "makers see it as the field's label".to_owned(),
        url: format!("https://example.com/rules/{id}"),
    })
}

/// A finding about the connector's folder.
pub fn finding(rule: &Arc<RuleInfo>, severity: Severity, message: &str) -> Finding {
    Finding {
        rule: Arc::clone(rule),
        severity,
        message: message.to_owned(),
        help: None,
        property: None,
        place: Place::default(),
        anchor: None,
        change: None,
        related: Vec::new(),
        fix: None,
    }
}

/// A text as if read from a file.
pub fn source(text: &str) -> SourceText {
    SourceText::from_bytes(text.as_bytes().to_vec())
}

/// The place of the nth (from 0) occurrence of a word in a file.
pub fn place(file: &str, source: &SourceText, word: &str, nth: usize) -> Place {
    let (start, _) = source.text().match_indices(word).nth(nth).unwrap();
    span(file, source, start..start + word.len())
}

/// A byte range of a file.
pub fn span(file: &str, source: &SourceText, bytes: std::ops::Range<usize>) -> Place {
    let range = Range { start: source.position(bytes.start), end: source.position(bytes.end) };
    Place { file: file.into(), pointer: None, range: Some(range) }
}

/// A connector that was checked, its track and stage assumed.
pub fn outcome(path: &str, findings: Vec<Finding>, sources: Vec<(&str, SourceText)>) -> Outcome {
    Outcome {
        path: path.to_owned(),
        title: Some("Contoso".to_owned()),
        track: Chosen { value: Track::Verified, assumed: true },
        stage: Chosen { value: Stage::Submission, assumed: true },
        findings,
        accepted: Vec::new(),
        baselined: 0,
        sources: sources.into_iter().map(|(file, source)| (file.to_owned(), Arc::new(source))).collect::<BTreeMap<_, _>>(),
    }
}

/// An output whose reader has gone.
pub struct ClosedPipe;

impl std::io::Write for ClosedPipe {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
