//! JUnit XML, the test report every CI system reads: a suite a connector, a case a rule.

use std::collections::BTreeMap;
use std::io;

use super::Report;
use super::parts;
use super::path::Paths;
use super::xml::escape;
use crate::finding::{Finding, Severity};
use crate::outcome::{Outcome, Summary};
use crate::words::count;

/// A rule fails where it has findings that make the run fail; what weighs less is printed with a case that passed.
#[derive(Debug)]
pub struct JunitReport {
    paths: Paths,
    fail_on: Severity,
    begun: bool,
}

impl JunitReport {
    /// A report in which findings of this severity and above are failures.
    pub fn new(paths: Paths, fail_on: Severity) -> Self {
        Self { paths, fail_on, begun: false }
    }

    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"conncert\">\n")
    }

    /// Findings, one a line.
    fn text(&self, connector: &str, findings: &[&Finding]) -> String {
        let line = |finding: &&Finding| {
            let path = self.paths.of(connector, &finding.place.file);
            let at = finding.place.range.map(|range| format!(":{}:{}", range.start.line, range.start.column)).unwrap_or_default();
            format!(
                "{}: {}",
                escape(&format!("{path}{at}")),
                escape(&format!("{}: {}", finding.severity.word(), parts::full_text(finding)))
            )
        };
        findings.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

impl Report for JunitReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        let name = escape(&self.paths.of(&outcome.path, ""));
        let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in &outcome.findings {
            rules.entry(&finding.rule.id).or_default().push(finding);
        }
        let grave = |findings: &Vec<&Finding>| findings.iter().any(|finding| finding.severity >= self.fail_on);
        let failures = rules.values().filter(|findings| grave(findings)).count();
        let tests = rules.len().max(1);
        let mut text = format!("<testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n");
        if rules.is_empty() {
            text += &format!("<testcase name=\"no findings\" classname=\"{name}\"/>\n");
        }
        for (rule, findings) in &rules {
            let body = self.text(&outcome.path, findings);
            text += &format!("<testcase name=\"{}\" classname=\"{name}\">\n", escape(rule));
            text += &if grave(findings) {
                let gravest = findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Error).word();
                let message = match findings.as_slice() {
                    [finding] => finding.message.clone(),
                    several => count(several.len(), "finding"),
                };
                format!("<failure type=\"{gravest}\" message=\"{}\">{body}</failure>\n</testcase>\n", escape(&message))
            } else {
                format!("<system-out>{body}</system-out>\n</testcase>\n")
            };
        }
        text += "</testsuite>\n";
        out.write_all(text.as_bytes())
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(b"</testsuites>\n")
    }
}
