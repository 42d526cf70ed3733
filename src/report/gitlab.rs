//! GitLab's Code Quality report, shown in merge requests.

use std::io;

use serde::Serialize;

use super::Report;
use super::json_text;
use super::parts::{self, Fingerprints};
use super::path::Paths;
use crate::finding::Severity;
use crate::outcome::{Outcome, Summary};

/// A list with one finding a line.
#[derive(Debug)]
pub struct GitlabReport {
    paths: Paths,
    begun: bool,
    fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

impl GitlabReport {
    /// A report with paths relative to this folder.
    pub fn new(paths: Paths) -> Self {
        Self { paths, begun: false, fingerprints: Fingerprints::default() }
    }
}

impl Default for GitlabReport {
    fn default() -> Self {
        Self::new(Paths::in_checkout("CI_PROJECT_DIR"))
    }
}

impl Report for GitlabReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in &outcome.findings {
            let path = self.paths.of(&outcome.path, &finding.place.file);
            // GitLab wants a line; what concerns a whole file is at its first.
            let (begin, end) = finding.place.range.map_or((1, 1), |range| (range.start.line, range.end.line));
            let issue = Issue {
                description: parts::full_text(finding),
                check_name: &finding.rule.id,
                fingerprint: self.fingerprints.of(&path, finding),
                severity: match finding.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location { path, lines: Lines { begin, end } },
            };
            let mut line = if std::mem::replace(&mut self.begun, true) { b",\n".to_vec() } else { b"[\n".to_vec() };
            json_text::push(&mut line, &issue)?;
            out.write_all(&line)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })
    }
}
