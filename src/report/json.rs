//! The frozen machine-readable report (`schema_version` 1), described by `schemas/findings.schema.json`.
//!
//! Findings are written as they arrive, so that a run over thousands of connectors needs no more memory than a run over one. The connectors'
//! own entries (some hundred bytes each) wait until the end: the members come as `findings`, `connectors`, `summary`, whatever the
//! number of connectors is. Readers go by name, members of a JSON object have no order.

use std::io;

use serde::Serialize;

use super::{Report, json_text};
use crate::connector::{Stage, Track};
use crate::finding::{self, FixSafety, Severity};
use crate::outcome::{Outcome, Summary};
use crate::source;

/// One finding a line, for readable differences between two runs.
#[derive(Debug, Default)]
pub struct JsonReport {
    begun: bool,
    findings: usize,
    /// The entries of the connectors seen so far, serialised.
    connectors: Vec<u8>,
    /// Reused for each finding.
    line: Vec<u8>,
}

#[derive(Serialize)]
struct Connector<'a> {
    path: &'a str,
    track: Track,
    stage: Stage,
    title: Option<&'a str>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    code: Option<&'a str>,
    policies: &'a [String],
    severity: Severity,
    message: &'a str,
    help: Option<&'a str>,
    url: Option<&'a str>,
    connector: &'a str,
    file: &'a str,
    pointer: Option<&'a str>,
    property: Option<&'a str>,
    range: Option<Range>,
    fix: Option<Fix<'a>>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: usize,
}

#[derive(Serialize)]
struct Fix<'a> {
    safety: FixSafety,
    title: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    file: &'a str,
    pointer: Option<&'a str>,
    range: Option<Range>,
}

#[derive(Serialize)]
struct Totals {
    connectors: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
}

impl<'a> Finding<'a> {
    fn new(connector: &'a str, finding: &'a finding::Finding) -> Self {
        let rule = finding.rule.as_ref();
        Self {
            rule: &rule.id,
            code: rule.code.as_deref(),
            policies: &rule.policies,
            severity: finding.severity,
            message: &finding.message,
            help: finding.help.as_deref(),
            url: Some(rule.url.as_str()).filter(|url| !url.is_empty()),
            connector,
            file: &finding.place.file,
            pointer: finding.place.pointer.as_deref(),
            property: finding.property.as_deref(),
            range: finding.place.range.map(Range::from),
            fix: finding.fix.as_ref().map(|fix| Fix { safety: fix.safety, title: &fix.title }),
            related: finding.related.iter().map(Related::from).collect(),
        }
    }
}

impl<'a> From<&'a finding::Related> for Related<'a> {
    fn from(related: &'a finding::Related) -> Self {
        let place = &related.place;
        Self { message: &related.message, file: &place.file, pointer: place.pointer.as_deref(), range: place.range.map(Range::from) }
    }
}

impl From<finding::Range> for Range {
    fn from(range: finding::Range) -> Self {
        Self { start: range.start.into(), end: range.end.into() }
    }
}

impl From<source::Position> for Position {
    fn from(position: source::Position) -> Self {
        Self { line: position.line, column: position.column, offset: position.offset }
    }
}

impl JsonReport {
    /// A report that has written nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let version = env!("CARGO_PKG_VERSION");
        write!(out, "{{\"schema_version\":1,\"tool\":{{\"name\":\"conncert\",\"version\":\"{version}\"}},\n\"findings\":[")
    }
}

impl Report for JsonReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        for finding in &outcome.findings {
            self.line.clear();
            self.line.extend_from_slice(if self.findings == 0 { b"\n" } else { b",\n" });
            json_text::push(&mut self.line, &Finding::new(&outcome.path, finding))?;
            out.write_all(&self.line)?;
            self.findings += 1;
        }
        self.connectors.extend_from_slice(if self.connectors.is_empty() { b"\n" } else { b",\n" });
        let entry =
            Connector { path: &outcome.path, track: outcome.track.value, stage: outcome.stage.value, title: outcome.title.as_deref() };
        json_text::push(&mut self.connectors, &entry)
    }

    fn finish(&mut self, summary: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(if self.findings == 0 { b"],\n\"connectors\":[" } else { b"\n],\n\"connectors\":[" })?;
        out.write_all(&self.connectors)?;
        out.write_all(if self.connectors.is_empty() { b"],\n\"summary\":" } else { b"\n],\n\"summary\":" })?;
        let totals = Totals {
            connectors: summary.connectors,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            fixable: summary.fixable(),
        };
        serde_json::to_writer(&mut *out, &totals)?;
        out.write_all(b"}\n")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::human::samples::{self, finding, outcome, place, source};
    use super::*;
    use crate::finding::{Finding, Fix, Place, RuleInfo};

    const SCHEMA: &str = include_str!("../../schemas/findings.schema.json");

    fn print(outcomes: &[Outcome]) -> String {
        let (mut out, mut summary, mut report) = (Vec::new(), Summary::default(), JsonReport::new());
        for outcome in outcomes {
            summary.add(outcome);
            report.connector(outcome, &mut out).unwrap();
        }
        report.finish(&summary, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// What a value breaks of the published schema.
    fn faults(value: &serde_json::Value) -> Vec<String> {
        let schema = serde_json::from_str(SCHEMA).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "the schema itself is no schema");
        let validator = jsonschema::draft202012::options().build(&schema).unwrap();
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect()
    }

    fn checked(outcomes: &[Outcome]) -> serde_json::Value {
        let value = serde_json::from_str(&print(outcomes)).unwrap();
        assert_eq!(faults(&value), Vec::<String>::new());
        value
    }

    /// One finding that has everything and one that has as little as possible.
    fn sample() -> Outcome {
        let text = source("\u{feff}{ \"é\": 1,\n  \"info\": {} }");
        let rule = Arc::new(RuleInfo {
            id: "title-required".to_owned(),
            summary: "The connector has a title".to_owned(),
            code: Some("RequiredPropertyMissing".to_owned()),
            policies: vec!["5000.2.2.1".to_owned()],
            why: "it is the connector's name".to_owned(),
            url: "https://example.com/title-required".to_owned(),
        });
        let full = Finding {
            help: Some("add a title".into()),
            property: Some("title".to_owned()),
            place: Place { pointer: Some("/info".to_owned()), ..place("apiDefinition.json", &text, "\"info\"", 0) },
            related: vec![finding::Related {
                message: "the other name".to_owned(),
                place: Place { pointer: Some("/é".to_owned()), ..place("apiDefinition.json", &text, "\"é\"", 0) },
            }],
            fix: Some(Fix { safety: FixSafety::Placeholder, title: "add \"Contoso\"".to_owned(), number: 0, tasks: Vec::new() }),
            ..finding(&rule, Severity::Error, "the connector has no \"title\"\u{1b}\n")
        };
        let bare = RuleInfo {
            id: "folder-name".to_owned(),
            summary: String::new(),
            code: None,
            policies: Vec::new(),
            why: String::new(),
            url: String::new(),
        };
        let bare = finding(&Arc::new(bare), Severity::Info, "the folder's name has a space");
        outcome("out/contoso", vec![bare, full], vec![("apiDefinition.json", text)])
    }

    #[test]
    fn every_member_is_there_in_a_fixed_order_and_each_finding_has_its_line() {
        let expected = r#"{"schema_version":1,"tool":{"name":"conncert","version":"VERSION"},
"findings":[
{"rule":"folder-name","code":null,"policies":[],"severity":"info","message":"the folder's name has a space","help":null,"url":null,"connector":"out/contoso","file":"","pointer":null,"property":null,"range":null,"fix":null,"related":[]},
{"rule":"title-required","code":"RequiredPropertyMissing","policies":["5000.2.2.1"],"severity":"error","message":"the connector has no \"title\"\u001b\n","help":"add a title","url":"https://example.com/title-required","connector":"out/contoso","file":"apiDefinition.json","pointer":"/info","property":"title","range":{"start":{"line":2,"column":3,"offset":16},"end":{"line":2,"column":9,"offset":22}},"fix":{"safety":"placeholder","title":"add \"Contoso\""},"related":[{"message":"the other name","file":"apiDefinition.json","pointer":"/é","range":{"start":{"line":1,"column":3,"offset":5},"end":{"line":1,"column":6,"offset":9}}}]}
],
"connectors":[
{"path":"out/contoso","track":"verified","stage":"submission","title":"Contoso"},
{"path":"out/clean","track":"verified","stage":"submission","title":null}
],
"summary":{"connectors":2,"errors":1,"warnings":0,"infos":1,"fixable":1}}
"#;
        let clean = Outcome { title: None, ..outcome("out/clean", Vec::new(), Vec::new()) };
        assert_eq!(print(&[sample(), clean]), expected.replace("VERSION", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn the_output_keeps_to_the_published_schema() {
        let second = Outcome { path: "out/fabrikam".to_owned(), title: None, ..sample() };
        let value = checked(&[sample(), second]);
        assert_eq!(value["findings"].as_array().unwrap().len(), 4);
        assert_eq!(value["connectors"][1]["title"], serde_json::Value::Null);
    }

    #[test]
    fn a_run_without_findings_or_connectors_is_complete_too() {
        let clean = checked(&[outcome("out/clean", Vec::new(), Vec::new())]);
        assert_eq!(clean["findings"], serde_json::json!([]));
        assert_eq!(clean["connectors"][0]["path"], "out/clean");
        assert_eq!(checked(&[])["connectors"], serde_json::json!([]));
    }

    #[test]
    fn the_schema_refuses_what_is_missing_unknown_or_of_the_wrong_kind() {
        let value = checked(&[sample()]);
        for pointer in ["", "/tool", "/connectors/0", "/summary", "/findings/1", "/findings/1/range", "/findings/1/range/end"]
            .into_iter()
            .chain(["/findings/1/fix", "/findings/1/related/0", "/findings/1/related/0/range/start"])
        {
            let names: Vec<String> = value.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
            for name in names {
                let mut less = value.clone();
                less.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(&name);
                assert!(!faults(&less).is_empty(), "{pointer} without {name}");
                let mut wrong = value.clone();
                wrong.pointer_mut(pointer).unwrap()[&name] = serde_json::json!(-0.5);
                assert!(!faults(&wrong).is_empty(), "{pointer} with a number as {name}");
            }
            let mut more = value.clone();
            more.pointer_mut(pointer).unwrap()["unknown"] = serde_json::Value::Null;
            assert!(!faults(&more).is_empty(), "{pointer} with an unknown member");
        }
    }

    #[test]
    fn a_closed_pipe_is_reported_and_nothing_else_happens() {
        let error = JsonReport::new().connector(&sample(), &mut samples::ClosedPipe).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        let error = JsonReport::new().finish(&Summary::default(), &mut samples::ClosedPipe).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
