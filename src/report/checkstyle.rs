//! Checkstyle XML, which many CI plug-ins read.

use std::io;

use super::Report;
use super::parts;
use super::path::Paths;
use super::xml::escape;
use crate::outcome::{Outcome, Summary};

/// A `file` element for each file with findings.
#[derive(Debug)]
pub struct CheckstyleReport {
    paths: Paths,
    begun: bool,
}

impl Default for CheckstyleReport {
    fn default() -> Self {
        Self::new(Paths::here())
    }
}

impl CheckstyleReport {
    /// A report with paths relative to this folder.
    pub fn new(paths: Paths) -> Self {
        Self { paths, begun: false }
    }

    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"8.0\">\n")
    }
}

impl Report for CheckstyleReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        for findings in outcome.findings.chunk_by(|a, b| a.place.file == b.place.file) {
            let file = findings.first().map_or("", |finding| &finding.place.file);
            let mut text = format!("<file name=\"{}\">\n", escape(&self.paths.of(&outcome.path, file)));
            for finding in findings {
                // Checkstyle itself reports what concerns a whole file at its first line.
                let at = match finding.place.range {
                    Some(range) => format!("line=\"{}\" column=\"{}\"", range.start.line, range.start.column),
                    None => "line=\"1\"".to_owned(),
                };
                let (message, rule) = (escape(&parts::full_text(finding)), escape(&finding.rule.id));
                let severity = finding.severity.word();
                text += &format!("<error {at} severity=\"{severity}\" message=\"{message}\" source=\"conncert.{rule}\"/>\n");
            }
            text += "</file>\n";
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(b"</checkstyle>\n")
    }
}
