//! SARIF 2.1.0, for code scanning, editors and viewers.
//!
//! Results are written as they arrive; the rules they name wait until the end, only those that spoke.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use serde::Serialize;

use super::Report;
use super::json_text;
use super::parts::{self, Fingerprints};
use super::path::{Paths, uri};
use crate::finding::{self, Finding, FixSafety, RuleInfo, Severity};
use crate::outcome::{Outcome, Summary};
use crate::source::{Position, SourceText};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const ROOT: &str = "%SRCROOT%";

/// One run of conncert, one result a line.
#[derive(Debug)]
pub struct SarifReport {
    paths: Paths,
    begun: bool,
    results: usize,
    fingerprints: Fingerprints,
    rules: Vec<(Arc<RuleInfo>, Severity)>,
    numbers: HashMap<String, usize>,
    /// Reused for each result.
    line: Vec<u8>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: Print,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
}

#[derive(Serialize)]
struct Print {
    #[serde(rename = "conncert/v1")]
    value: String,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    logical_locations: Option<[LogicalLocation<'a>; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    /// Left out for paths that lead out of the folder: a base and a way up contradict each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
    properties: FixProperties,
}

#[derive(Serialize)]
struct FixProperties {
    safety: FixSafety,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'a str>,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    code: Option<&'a str>,
    policies: &'a [String],
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A text in which nothing is taken for a link: viewers make one of `[text](target)`, and what stands in a connector must not place any.
fn message(text: &str) -> Message {
    let text = if text.contains("](") { text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() };
    Message { text }
}

fn region(start: Position, end: Position) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn artifact(path: &str) -> ArtifactLocation {
    let inside = path != ".." && !path.starts_with("../");
    ArtifactLocation { uri: uri(path), uri_base_id: inside.then_some(ROOT) }
}

/// "parameter-summary-required" as an identifier: "ParameterSummaryRequired".
fn name(id: &str) -> String {
    id.split(|c: char| !c.is_alphanumeric())
        .flat_map(|word| {
            let mut chars = word.chars();
            chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect::<Vec<_>>()
        })
        .collect()
}

impl<'a> Rule<'a> {
    fn new(rule: &'a RuleInfo, severity: Severity) -> Self {
        let mut help = vec![rule.why.clone()];
        let mut markdown = vec![rule.why.replace('<', "&lt;")];
        if let Some(code) = &rule.code {
            help.push(format!("The Swagger Validator calls it {code}."));
            markdown.push(format!("The Swagger Validator calls it `{code}`."));
        }
        if !rule.policies.is_empty() {
            let policies = rule.policies.join(", ");
            help.push(format!("Certification policies: {policies}"));
            markdown.push(format!("Certification policies: {policies}"));
        }
        if !rule.url.is_empty() {
            help.push(format!("More: {}", rule.url));
            markdown.push(format!("[{}]({})", rule.id, rule.url));
        }
        let join = |lines: Vec<String>| lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n\n");
        let (text, markdown) = (join(help), join(markdown));
        let text = if text.is_empty() { rule.id.clone() } else { text };
        let described = |text: &str| (!text.is_empty()).then(|| message(text));
        Self {
            id: &rule.id,
            name: name(&rule.id),
            short_description: described(&rule.summary),
            full_description: described(&rule.why),
            help: Help { markdown: if markdown.is_empty() { text.clone() } else { markdown }, text: message(&text).text },
            help_uri: Some(rule.url.as_str()).filter(|url| !url.is_empty()),
            default_configuration: Configuration { level: level(severity) },
            properties: RuleProperties { code: rule.code.as_deref(), policies: &rule.policies },
        }
    }
}

impl Default for SarifReport {
    fn default() -> Self {
        Self::new(Paths::here())
    }
}

impl SarifReport {
    /// A report that has written nothing yet.
    pub fn new(paths: Paths) -> Self {
        Self {
            paths,
            begun: false,
            results: 0,
            fingerprints: Fingerprints::default(),
            rules: Vec::new(),
            numbers: HashMap::new(),
            line: Vec::new(),
        }
    }

    fn begin(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        write!(
            out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"columnKind\":\"unicodeCodePoints\",\n\"originalUriBaseIds\":\
             {{\"{ROOT}\":{{\"description\":{{\"text\":\"the folder in which conncert was started\"}}}}}},\n\"results\":["
        )
    }

    /// The number of a rule in the list of rules. It counts as grave as its gravest finding.
    fn number(&mut self, finding: &Finding) -> usize {
        if let Some(&number) = self.numbers.get(&finding.rule.id) {
            let severity = &mut self.rules[number].1;
            *severity = finding.severity.max(*severity);
            return number;
        }
        self.rules.push((Arc::clone(&finding.rule), finding.severity));
        self.numbers.insert(finding.rule.id.clone(), self.rules.len() - 1);
        self.rules.len() - 1
    }

    fn location<'a>(&self, connector: &str, place: &'a finding::Place) -> Location<'a> {
        Location {
            id: None,
            message: None,
            physical_location: PhysicalLocation {
                artifact_location: artifact(&self.paths.of(connector, &place.file)),
                region: place.range.map(|range| region(range.start, range.end)),
            },
            logical_locations: place
                .pointer
                .as_deref()
                .filter(|pointer| !pointer.is_empty())
                .map(|pointer| [LogicalLocation { fully_qualified_name: pointer }]),
        }
    }

    /// The fix, where it consists of edits of texts that are at hand.
    fn fix(&self, outcome: &Outcome, finding: &Finding) -> Option<SarifFix> {
        let fix = finding.fix.as_ref()?;
        let change = |(file, edits): (&str, Vec<crate::fix::edit::Edit>)| {
            let source: &SourceText = outcome.sources.get(file)?;
            parts::fits(source, &edits).then(|| ArtifactChange {
                artifact_location: artifact(&self.paths.of(&outcome.path, file)),
                replacements: edits
                    .into_iter()
                    .map(|edit| Replacement {
                        deleted_region: region(source.position(edit.span.start), source.position(edit.span.end)),
                        inserted_content: Message { text: edit.text },
                    })
                    .collect(),
            })
        };
        let artifact_changes = parts::text_edits(fix)?.into_iter().map(change).collect::<Option<_>>()?;
        Some(SarifFix { description: message(&fix.title), artifact_changes, properties: FixProperties { safety: fix.safety } })
    }

    fn result<'a>(&mut self, outcome: &Outcome, finding: &'a Finding) -> SarifResult<'a> {
        let related = finding.related.iter().enumerate().map(|(index, related)| Location {
            id: Some(index),
            message: Some(message(&related.message)),
            ..self.location(&outcome.path, &related.place)
        });
        SarifResult {
            rule_id: &finding.rule.id,
            related_locations: related.collect(),
            locations: [self.location(&outcome.path, &finding.place)],
            fixes: self.fix(outcome, finding).into_iter().collect(),
            rule_index: self.number(finding),
            level: level(finding.severity),
            message: message(&parts::full_text(finding)),
            partial_fingerprints: Print { value: self.fingerprints.of(&self.paths.of(&outcome.path, &finding.place.file), finding) },
        }
    }
}

impl Report for SarifReport {
    fn connector(&mut self, outcome: &Outcome, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        for finding in &outcome.findings {
            let mut line = std::mem::take(&mut self.line);
            line.clear();
            line.extend_from_slice(if self.results == 0 { b"\n" } else { b",\n" });
            json_text::push(&mut line, &self.result(outcome, finding))?;
            out.write_all(&line)?;
            self.line = line;
            self.results += 1;
        }
        Ok(())
    }

    fn finish(&mut self, _: &Summary, out: &mut dyn io::Write) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(b"\n],\n\"tool\":")?;
        let tool = Tool {
            driver: Driver {
                name: "conncert",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: self.rules.iter().map(|(rule, severity)| Rule::new(rule, *severity)).collect(),
            },
        };
        serde_json::to_writer(&mut *out, &tool)?;
        out.write_all(b"}]}\n")
    }
}
