//! Logging commands of Azure Pipelines: each finding becomes an issue of the build.

use std::io;

use super::Report;
use super::human::escape::escape;
use super::parts;
use super::path::Paths;
use crate::finding::Severity;
use crate::outcome::{Outcome, Summary};

/// `##vso[task.logissue type=error;sourcepath=...;linenumber=...;columnnumber=...;code=...]message`
#[derive(Debug)]
pub struct AzureReport {
    paths: Paths,
}

impl AzureReport {
    /// A report with paths relative to this folder.
    pub fn new(paths: Paths) -> Self {
        Self { paths }
    }
}

impl Default for AzureReport {
    fn default() -> Self {
        Self::new(Paths::in_checkout("BUILD_SOURCESDIRECTORY"))
    }
}

/// The text of a command. Control characters that mean nothing to Azure would reach the log as they are.
fn data(text: &str) -> String {
    let text = text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
    escape(&text).into_owned()
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

impl Report for AzureReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in &outcome.findings {
            // Azure knows errors and warnings only: advice has to say that it is none.
            let (kind, prefix) = match finding.severity {
                Severity::Error => ("error", ""),
                Severity::Warning => ("warning", ""),
                Severity::Info => ("warning", "Advice: "),
            };
            let path = property(&self.paths.of(&outcome.path, &finding.place.file));
            let mut line = format!("##vso[task.logissue type={kind};sourcepath={path}");
            if let Some(range) = finding.place.range {
                line += &format!(";linenumber={};columnnumber={}", range.start.line, range.start.column);
            }
            line += &format!(";code={}]{prefix}{}\n", property(&finding.rule.id), data(&parts::full_text(finding)));
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, _: &mut dyn io::Write) -> io::Result<()> {
        Ok(())
    }
}
