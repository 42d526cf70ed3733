//! The frozen machine-readable report (`schema_version` 1), described by `schemas/findings.schema.json`.
//!
//! Findings are written as they arrive, so that a run over thousands of connectors needs no more memory than a run over one. The connectors'
//! own entries (some hundred bytes each) wait until the end: the members come as `findings`, `connectors`, `summary`, whatever the
//! number of connectors is. Readers go by name, members of a JSON object have no order.

use std::io;

use serde::Serialize;

use super::{Report, json_text};
use crate::connector::{Stage, Track};
use crate::finding::{Finding, Range, Related};
use crate::outcome::{Outcome, Summary};
use crate::source::Position;

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
struct Totals {
    connectors: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    fixable: usize,
}

/// Writes an object member by member. Reports of thousands of findings consist of texts, and serde_json looks at each of their bytes.
pub(super) struct Members<'o> {
    out: &'o mut Vec<u8>,
    mark: u8,
}

impl<'o> Members<'o> {
    pub(super) fn of(out: &'o mut Vec<u8>) -> Self {
        Self { out, mark: b'{' }
    }

    /// The key of the next member; its value is to follow.
    fn key(&mut self, key: &str) -> &mut Vec<u8> {
        self.out.push(std::mem::replace(&mut self.mark, b','));
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    pub(super) fn text(&mut self, key: &str, text: &str) -> io::Result<()> {
        json_text::push_text(self.key(key), text)
    }

    fn value(&mut self, key: &str, value: &impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(self.key(key), value)?)
    }

    /// A member that is `null` where there is nothing.
    pub(super) fn optional<T>(
        &mut self,
        key: &str,
        value: Option<T>,
        write: impl FnOnce(&mut Vec<u8>, T) -> io::Result<()>,
    ) -> io::Result<()> {
        let out = self.key(key);
        match value {
            Some(value) => write(out, value)?,
            None => out.extend_from_slice(b"null"),
        }
        Ok(())
    }

    pub(super) fn optional_text(&mut self, key: &str, text: Option<&str>) -> io::Result<()> {
        self.optional(key, text, json_text::push_text)
    }

    pub(super) fn end(self) -> io::Result<()> {
        self.out.push(b'}');
        Ok(())
    }
}

fn finding(out: &mut Vec<u8>, connector: &str, finding: &Finding) -> io::Result<()> {
    let (rule, place) = (finding.rule.as_ref(), &finding.place);
    let mut members = Members::of(out);
    members.text("rule", &rule.id)?;
    members.optional_text("code", rule.code.as_deref())?;
    members.value("policies", &rule.policies)?;
    members.text("severity", finding.severity.word())?;
    members.text("message", &finding.message)?;
    members.optional_text("help", finding.help.as_deref())?;
    members.optional_text("url", Some(rule.url.as_str()).filter(|url| !url.is_empty()))?;
    members.text("connector", connector)?;
    members.text("file", &place.file)?;
    members.optional_text("pointer", place.pointer.as_deref())?;
    members.optional_text("property", finding.property.as_deref())?;
    members.optional("range", place.range, range)?;
    members.optional("fix", finding.fix.as_ref(), |out, fix| {
        let mut members = Members::of(out);
        members.text("safety", fix.safety.word())?;
        members.text("title", &fix.title)?;
        members.end()
    })?;
    let out = members.key("related");
    out.push(b'[');
    for (at, other) in finding.related.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        related(out, other)?;
    }
    out.push(b']');
    members.end()
}

fn related(out: &mut Vec<u8>, related: &Related) -> io::Result<()> {
    let mut members = Members::of(out);
    members.text("message", &related.message)?;
    members.text("file", &related.place.file)?;
    members.optional_text("pointer", related.place.pointer.as_deref())?;
    members.optional("range", related.place.range, range)?;
    members.end()
}

pub(super) fn range(out: &mut Vec<u8>, range: Range) -> io::Result<()> {
    let mut members = Members::of(out);
    position(members.key("start"), range.start)?;
    position(members.key("end"), range.end)?;
    members.end()
}

fn position(out: &mut Vec<u8>, position: Position) -> io::Result<()> {
    let mut members = Members::of(out);
    members.value("line", &position.line)?;
    members.value("column", &position.column)?;
    members.value("offset", &position.offset)?;
    members.end()
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
            json_text::push_written(&mut self.line, |line| self::finding(line, &outcome.path, finding))?;
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
    use crate::finding::{self, Fix, FixSafety, Place, RuleInfo, Severity};

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
