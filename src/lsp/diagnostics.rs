//! Findings as diagnostics, each in the file it belongs to.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range};

use super::positions::Positions;
use super::snapshot::Snapshot;
use crate::connector::load::EntryKind;
use crate::connector::{Artifact, Connector};
use crate::finding::{Finding, Place, Severity};
use crate::outcome::Outcome;
use crate::source::SourceText;

/// A finding as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The file in which it is shown.
    pub path: PathBuf,
    /// What is shown.
    pub diagnostic: Diagnostic,
    /// The finding's number in the outcome.
    pub finding: usize,
}

/// All findings of a connector as diagnostics. `related` says whether the editor understands related places.
pub fn shown(snapshot: &Snapshot, related: bool) -> Result<Vec<Shown>, String> {
    let (connector, outcome) = (snapshot.connector()?, snapshot.outcome()?);
    let places = Places::new(snapshot, connector);
    Ok(all(outcome, &places, related))
}

/// The same by file, with every open file of the connector, so that what is stale goes away.
pub fn by_file(snapshot: &Snapshot, related: bool) -> Result<BTreeMap<PathBuf, Vec<Diagnostic>>, String> {
    let mut files: BTreeMap<PathBuf, Vec<Diagnostic>> = snapshot.open.iter().map(|file| (file.path.clone(), Vec::new())).collect();
    for Shown { path, diagnostic, .. } in shown(snapshot, related)? {
        files.entry(path).or_default().push(diagnostic);
    }
    Ok(files)
}

fn all(outcome: &Outcome, places: &Places<'_>, related: bool) -> Vec<Shown> {
    let shown = |(number, finding): (usize, &Finding)| {
        let (path, range) = places.of(&finding.place)?;
        let others = finding.related.iter().filter_map(|other| {
            let (path, range) = places.of(&other.place)?;
            let uri = places.snapshot.uri(&path)?;
            Some(DiagnosticRelatedInformation { location: Location { uri, range }, message: other.message.clone() })
        });
        let others: Vec<DiagnosticRelatedInformation> = if related { others.collect() } else { Vec::new() };
        let diagnostic = Diagnostic {
            range,
            severity: Some(severity(finding.severity)),
            code: Some(NumberOrString::String(finding.rule.id.clone())),
            code_description: finding.rule.url.parse().ok().map(|href| CodeDescription { href }),
            source: Some(super::SOURCE.to_owned()),
            message: message(finding),
            related_information: (!others.is_empty()).then_some(others),
            ..Diagnostic::default()
        };
        Some(Shown { path, diagnostic, finding: number })
    };
    outcome.findings.iter().enumerate().filter_map(shown).collect()
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
    }
}

/// What is wrong and what to do, one below the other.
fn message(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    }
}

/// Turns places of findings into places of the editor.
struct Places<'s> {
    snapshot: &'s Snapshot,
    connector: &'s Connector,
    texts: BTreeMap<&'s str, (&'s Arc<SourceText>, Positions<'s>)>,
}

impl<'s> Places<'s> {
    fn new(snapshot: &'s Snapshot, connector: &'s Connector) -> Self {
        let texts = connector.documents.iter().filter_map(|document| {
            let source = document.source()?;
            Some((&*document.path, (source, Positions::new(source.text()))))
        });
        Self { snapshot, connector, texts: texts.collect() }
    }

    fn of(&self, place: &Place) -> Option<(PathBuf, Range)> {
        if let Some((source, positions)) = self.texts.get(&*place.file) {
            let range = match place.range {
                Some(range) => positions.range(source.text_offset(range.start)..source.text_offset(range.end)),
                None => first_line(positions),
            };
            return Some((self.snapshot.path(&place.file), range));
        }
        // A picture has no text to point into, but it is there.
        let is_file = self.connector.entries.iter().any(|entry| entry.kind == EntryKind::File && *entry.path == *place.file);
        if is_file {
            return Some((self.snapshot.path(&place.file), Range::default()));
        }
        self.stand_in()
    }

    /// Where the folder itself and missing files are spoken of.
    fn stand_in(&self) -> Option<(PathBuf, Range)> {
        let first = [Artifact::Definition, Artifact::Properties].into_iter().find_map(|artifact| self.connector.document(artifact));
        let document = first.or_else(|| self.connector.documents.iter().find(|document| document.source().is_some()))?;
        let (_, positions) = self.texts.get(&*document.path)?;
        Some((self.snapshot.path(&document.path), first_line(positions)))
    }
}

fn first_line(positions: &Positions<'_>) -> Range {
    Range { start: Position::default(), end: positions.position(positions.line(0).end) }
}
