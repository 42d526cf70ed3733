//! One line a finding, the way compilers print them: for editors, scripts and long lists.

use std::io;

use super::Report;
use super::human::escape::escape;
use super::human::summary::summary_lines;
use crate::finding::Place;
use crate::outcome::{Outcome, Summary};

/// `path/to/connector/apiDefinition.json:12:9: error[rule-id] message`, and the summary in the last line.
#[derive(Debug, Default)]
pub struct ConciseReport {
    /// Connectors with findings.
    affected: usize,
}

impl ConciseReport {
    /// A report that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Report for ConciseReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.affected += usize::from(!outcome.findings.is_empty());
        for finding in &outcome.findings {
            let place = full_place(&outcome.path, &finding.place);
            let (severity, id) = (finding.severity.word(), escape(&finding.rule.id));
            out.write_all(format!("{}: {severity}[{id}] {}\n", escape(&place), escape(&finding.message)).as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(format!("{}\n", summary_lines(summary, self.affected).join(" ")).as_bytes())
    }
}

/// The path of a place as seen from where conncert was started, with line and column where there are any.
fn full_place(connector: &str, place: &Place) -> String {
    let path = full_path(connector, &place.file);
    match place.range {
        Some(range) => format!("{path}:{}:{}", range.start.line, range.start.column),
        None => path,
    }
}

/// The path of a connector's file (or its folder, for an empty name) as seen from where conncert was started.
pub(super) fn full_path(connector: &str, file: &str) -> String {
    // A connector that was named by its definition has that file's path already.
    let named = connector.strip_suffix(file).is_some_and(|folder| folder.is_empty() || folder.ends_with('/'));
    match (file, connector) {
        ("", _) => connector.to_owned(),
        (file, "") => file.to_owned(),
        _ if named => connector.to_owned(),
        (file, folder) => format!("{}/{file}", folder.trim_end_matches('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::super::human::samples::{finding, outcome, place, rule, source};
    use super::*;
    use crate::finding::{Finding, Severity};

    fn print(outcomes: &[Outcome]) -> String {
        let (mut out, mut summary, mut report) = (Vec::new(), Summary::default(), ConciseReport::new());
        for outcome in outcomes {
            summary.add(outcome);
            report.connector(outcome, &mut out).unwrap();
        }
        report.finish(&summary, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_finding_is_one_line_and_the_summary_is_the_last() {
        let text = source("{\n  \"info\": {}\n}\n");
        let info = place("apiDefinition.json", &text, "\"info\"", 0);
        let missing = Place { file: "apiProperties.json".into(), pointer: None, range: None };
        let findings = vec![
            Finding { place: Place::default(), ..finding(&rule("folder-name"), Severity::Info, "the folder's name has a space") },
            Finding { place: info, ..finding(&rule("title-required"), Severity::Error, "the connector has no title") },
            Finding { place: missing, ..finding(&rule("properties-required"), Severity::Error, "apiProperties.json is missing") },
        ];
        let outcomes = [outcome("out/contoso", findings, vec![("apiDefinition.json", text)]), outcome("out/clean", Vec::new(), Vec::new())];
        assert_eq!(
            print(&outcomes),
            "\
out/contoso: info[folder-name] the folder's name has a space
out/contoso/apiDefinition.json:2:3: error[title-required] the connector has no title
out/contoso/apiProperties.json: error[properties-required] apiProperties.json is missing
2 errors and 1 info in 1 of 2 connectors. Start with the 2 errors: certification rejects them.
"
        );
    }

    #[test]
    fn a_connector_named_by_its_file_is_not_named_twice() {
        let place = |file: &str| Place { file: file.into(), ..Place::default() };
        assert_eq!(full_place("x/apiDefinition.json", &place("apiDefinition.json")), "x/apiDefinition.json");
        assert_eq!(full_place("apiDefinition.json", &place("apiDefinition.json")), "apiDefinition.json");
        assert_eq!(full_place("my-icon.png", &place("icon.png")), "my-icon.png/icon.png");
        assert_eq!(full_place("", &place("icon.png")), "icon.png");
        assert_eq!(full_place("/", &place("icon.png")), "/icon.png");
    }

    #[test]
    fn nothing_in_a_message_or_a_name_reaches_the_terminal_raw() {
        let place = Place { file: "a\u{1b}]0;x\u{7}.json".into(), ..Place::default() };
        let finding = Finding { place, ..finding(&rule("r\u{9b}"), Severity::Error, "line\r\nout/x: error[fake] \u{1b}[31mred\u{202e}") };
        assert_eq!(
            print(&[outcome("p\u{8}q", vec![finding], Vec::new())]),
            "\
p\\u{8}q/a\\u{1b}]0;x\\u{7}.json: error[r\\u{9b}] line\\r\\nout/x: error[fake] \\u{1b}[31mred\\u{202e}
1 error in 1 connector. Start with the error: certification rejects it.
"
        );
    }
}
