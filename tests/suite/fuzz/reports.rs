//! Every report of an outcome: readable by the programs it is for, and without anything that acts on a terminal or a build.

use conncert::finding::Severity;
use conncert::outcome::{Outcome, Summary};
use conncert::report::Report;
use conncert::report::azure::AzureReport;
use conncert::report::checkstyle::CheckstyleReport;
use conncert::report::concise::ConciseReport;
use conncert::report::github::GithubReport;
use conncert::report::gitlab::GitlabReport;
use conncert::report::human::escape::is_hidden;
use conncert::report::human::{HumanOptions, HumanReport};
use conncert::report::json::JsonReport;
use conncert::report::junit::JunitReport;
use conncert::report::markdown::MarkdownReport;
use conncert::report::path::Paths;
use conncert::report::rdjson::RdjsonReport;
use conncert::report::sarif::SarifReport;
use resvg::usvg::roxmltree::Document;
use serde_json::Value;

/// Longer reports than this for one finding are no help to anybody.
const MOST_PER_FINDING: usize = 20_000;

fn human(color: bool, width: usize) -> HumanReport {
    HumanReport::new(HumanOptions { color, unicode: color, links: color, width, quiet: false })
}

fn written(mut report: impl Report, outcome: &Outcome) -> String {
    let mut summary = Summary::default();
    summary.add(outcome);
    let mut out = Vec::new();
    report.connector(outcome, &mut out).expect("memory can be written");
    report.finish(&summary, &mut out).expect("memory can be written");
    String::from_utf8(out).expect("a report is UTF-8")
}

fn json(name: &str, text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{name} is no JSON ({error}): {text}"))
}

/// Demands that every report of an outcome is what it should be.
pub fn check(outcome: &Outcome) {
    let count = outcome.findings.len();
    for_people(outcome);
    let whole = json("json", &written(JsonReport::new(), outcome));
    assert_eq!(whole["findings"].as_array().map(Vec::len), Some(count));
    sarif(&json("sarif", &written(SarifReport::default(), outcome)), count);
    assert_eq!(json("gitlab", &written(GitlabReport::default(), outcome)).as_array().map(Vec::len), Some(count));
    assert_eq!(json("rdjson", &written(RdjsonReport::default(), outcome))["diagnostics"].as_array().map(Vec::len), Some(count));
    for (name, text) in [
        ("junit", written(JunitReport::new(Paths::default(), Severity::Info), outcome)),
        ("checkstyle", written(CheckstyleReport::default(), outcome)),
    ] {
        Document::parse(&text).unwrap_or_else(|error| panic!("{name} is no XML ({error}): {text}"));
    }
    for (name, text) in [("github", written(GithubReport::default(), outcome)), ("azure", written(AzureReport::default(), outcome))] {
        assert_eq!(text.lines().count(), count, "{name}: {text}");
        assert!(text.lines().all(|line| line.starts_with("::") || line.starts_with("##vso[")), "{name}: {text}");
        assert!(!text.replace('\n', "").contains(char::is_control), "{name}: {text:?}");
    }
    let markdown = written(MarkdownReport::default(), outcome);
    assert!(!markdown.replace('\n', "").contains(char::is_control), "markdown: {markdown:?}");
}

fn for_people(outcome: &Outcome) {
    let most = MOST_PER_FINDING * (outcome.findings.len() + 2);
    for (name, text) in [
        ("human", written(human(false, 100), outcome)),
        ("human, narrow and in colours", plain(&written(human(true, 1), outcome))),
        ("concise", written(ConciseReport::new(), outcome)),
    ] {
        let hidden = text.chars().find(|&c| c != '\n' && is_hidden(c));
        assert_eq!(hidden, None, "{name} shows hidden characters: {text:?}");
        assert!(text.len() < most, "{name} has {} bytes for {} findings", text.len(), outcome.findings.len());
    }
}

/// A text without the colours and links that conncert itself puts in.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let is_color = |body: &&str| body.bytes().all(|byte| byte.is_ascii_digit() || byte == b';');
        let color = behind.strip_prefix('[').and_then(|body| Some((body.split_once('m')?.0, body.split_once('m')?.1)));
        let link = behind.strip_prefix("]8;").and_then(|body| body.split_once("\u{1b}\\"));
        rest = match (color.filter(|(body, _)| is_color(body)), link.filter(|(body, _)| !body.contains(is_hidden))) {
            (Some((_, rest)), _) | (_, Some((_, rest))) => rest,
            _ => panic!("a sequence that conncert does not write: {behind:?}"),
        };
    }
    out.push_str(rest);
    out
}

fn sarif(log: &Value, count: usize) {
    let run = &log["runs"][0];
    let (rules, results) = (&run["tool"]["driver"]["rules"], run["results"].as_array().expect("results"));
    assert_eq!(results.len(), count);
    for result in results {
        let number = result["ruleIndex"].as_u64().expect("the number of a rule") as usize;
        assert_eq!(rules[number]["id"], result["ruleId"]);
        for location in result["locations"].as_array().into_iter().flatten() {
            let region = &location["physicalLocation"]["region"];
            let number = |name: &str| region[name].as_u64();
            if let (Some(line), Some(end)) = (number("startLine"), number("endLine")) {
                let columns = (number("startColumn").unwrap_or(1), number("endColumn").unwrap_or(u64::MAX));
                assert!(line >= 1 && line <= end && columns.0 >= 1 && (line < end || columns.0 <= columns.1), "{region}");
            }
        }
    }
}
