//! The diagnostic format of reviewdog, with suggestions a reviewer can accept.

use std::io;

use serde::Serialize;

use super::Report;
use super::json_text;
use super::parts;
use super::path::Paths;
use crate::finding::{self, Finding, Severity};
use crate::fix::edit::{self, Edit};
use crate::outcome::{Outcome, Summary};
use crate::source::{self, SourceText};

/// A suggestion replaces one range. Where edits lie so far apart that it would have to repeat more than this, none is offered.
const MAX_SUGGESTION: usize = 20_000;

/// One diagnostic a line. Columns count bytes of UTF-8 from 1.
#[derive(Debug)]
pub struct RdjsonReport {
    paths: Paths,
    begun: bool,
    diagnostics: usize,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// A byte of a text as reviewdog counts.
fn position(source: &SourceText, at: usize) -> Position {
    let line = source.position(at).line;
    Position { line, column: Some(at - source.line_range(line).start + 1) }
}

/// A position of a finding as reviewdog counts; without its text there is only the line.
fn converted(source: Option<&SourceText>, position: source::Position) -> Position {
    let column = source.map(|source| {
        let range = source.line_range(position.line);
        match source.encoding() {
            // The offset saves counting characters, which matters in files that are one long line.
            source::Encoding::Utf8 => position.offset.saturating_sub(source.file_offset(0) + range.start) + 1,
            _ => source.text()[range.start..].chars().take(position.column.saturating_sub(1)).map(char::len_utf8).sum::<usize>() + 1,
        }
    });
    Position { line: position.line, column }
}

/// One edit that does what all do, unless it would be too long.
fn merged(text: &str, edits: Vec<Edit>) -> Option<Edit> {
    let (start, end) = (edits.first()?.span.start, edits.last()?.span.end);
    if edits.len() > 1 && end - start > MAX_SUGGESTION {
        return None;
    }
    let moved = edits.into_iter().map(|edit| Edit { span: edit.span.start - start..edit.span.end - start, text: edit.text });
    Some(Edit { span: start..end, text: edit::apply(text.get(start..end)?, moved.collect()) })
}

/// The fix as a suggestion, where it consists of edits of the finding's own file: one without the other would leave it half done.
fn suggestion(outcome: &Outcome, finding: &Finding) -> Option<Suggestion> {
    let mut files = parts::text_edits(finding.fix.as_ref()?)?;
    let (file, edits) = files.pop().filter(|(file, _)| files.is_empty() && **file == *finding.place.file)?;
    let source = outcome.sources.get(file).filter(|source| parts::fits(source, &edits))?;
    let edit = merged(source.text(), edits)?;
    Some(Suggestion { range: Range { start: position(source, edit.span.start), end: position(source, edit.span.end) }, text: edit.text })
}

impl RdjsonReport {
    /// A report with paths relative to this folder.
    pub fn new(paths: Paths) -> Self {
        Self { paths, begun: false, diagnostics: 0 }
    }

    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let url = env!("CARGO_PKG_REPOSITORY");
        write!(out, "{{\"source\":{{\"name\":\"conncert\",\"url\":\"{url}\"}},\n\"diagnostics\":[")
    }

    fn location(&self, outcome: &Outcome, place: &finding::Place) -> Location {
        let source = outcome.sources.get(&*place.file).map(AsRef::as_ref);
        let range = place.range.map(|range| Range { start: converted(source, range.start), end: converted(source, range.end) });
        Location { path: self.paths.of(&outcome.path, &place.file), range }
    }
}

impl Default for RdjsonReport {
    fn default() -> Self {
        Self::new(Paths::here())
    }
}

impl Report for RdjsonReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        for finding in &outcome.findings {
            let related = finding
                .related
                .iter()
                .map(|related| Related { message: &related.message, location: self.location(outcome, &related.place) });
            let diagnostic = Diagnostic {
                message: parts::full_text(finding),
                location: self.location(outcome, &finding.place),
                severity: match finding.severity {
                    Severity::Error => "ERROR",
                    Severity::Warning => "WARNING",
                    Severity::Info => "INFO",
                },
                code: Code { value: &finding.rule.id, url: &finding.rule.url },
                suggestions: suggestion(outcome, finding).into_iter().collect(),
                related_locations: related.collect(),
            };
            let mut line = if self.diagnostics == 0 { b"\n".to_vec() } else { b",\n".to_vec() };
            json_text::push(&mut line, &diagnostic)?;
            out.write_all(&line)?;
            self.diagnostics += 1;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(b"\n]}\n")
    }
}
