//! Workflow commands of GitHub Actions: each finding becomes an annotation of the pull request.

use std::io;

use super::Report;
use super::human::escape::escape;
use super::parts;
use super::path::Paths;
use crate::finding::Severity;
use crate::outcome::{Outcome, Summary};

/// `::error file=...,line=...,col=...,endLine=...,endColumn=...,title=...::message`
#[derive(Debug)]
pub struct GithubReport {
    paths: Paths,
}

impl GithubReport {
    /// A report with paths relative to this folder.
    pub fn new(paths: Paths) -> Self {
        Self { paths }
    }
}

impl Default for GithubReport {
    fn default() -> Self {
        Self::new(Paths::in_checkout("GITHUB_WORKSPACE"))
    }
}

/// The text of a command. Only `%`, CR and LF matter to GitHub; other control characters would reach the log as they are.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    escape(&text).into_owned()
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

impl Report for GithubReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in &outcome.findings {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            let mut line = format!("::{command} file={}", property(&self.paths.of(&outcome.path, &finding.place.file)));
            if let Some(range) = finding.place.range {
                let (start, end) = (range.start, range.end);
                // GitHub has columns only for what lies within one line.
                line += &if start.line == end.line {
                    format!(",line={},col={},endLine={},endColumn={}", start.line, start.column, end.line, end.column)
                } else {
                    format!(",line={},endLine={}", start.line, end.line)
                };
            }
            let title = property(&format!("conncert ({})", finding.rule.id));
            line += &format!(",title={title}::{}\n", data(&parts::full_text(finding)));
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}
