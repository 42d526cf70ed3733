//! What the formats for other programs have in common: exact places, and texts that never act.

use std::sync::Arc;

use serde_json::{Value, json};

use super::human::samples::{finding, outcome, place, rule, source};
use super::path::Paths;
use super::{Report, azure, checkstyle, github, gitlab, junit, markdown, rdjson, sarif};
use crate::finding::{Finding, Fix, FixSafety, Place, Related, RuleInfo, Severity};
use crate::fix::edit::{Change, Edit, Task};
use crate::outcome::{Outcome, Summary};

fn print(mut report: impl Report, outcomes: &[Outcome]) -> String {
    let (mut out, mut summary) = (Vec::new(), Summary::default());
    for outcome in outcomes {
        summary.add(outcome);
        report.connector(outcome, &mut out).unwrap();
    }
    report.finish(&summary, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn here() -> Paths {
    Paths::default()
}

fn json_of(report: impl Report, outcomes: &[Outcome]) -> Value {
    serde_json::from_str(&print(report, outcomes)).unwrap()
}

/// A finding behind wide characters, with a related place and a fix of two edits.
fn sample() -> Outcome {
    let text = source("\u{feff}{ \"é\": 1,\n  \"日本\": {}, \"info\": {} }\n");
    let at = text.text().find("\"info\"").unwrap();
    let edits =
        vec![Edit { span: at + 9..at + 9, text: "\"title\": \"\"".to_owned() }, Edit { span: at..at + 6, text: "\"Info\"".to_owned() }];
    let tasks = vec![Task::Change(Change::Edit { file: "apiDefinition.json".to_owned(), edits })];
    let full = Finding {
        help: Some("add a title".into()),
        place: Place { pointer: Some("/info".to_owned()), ..place("apiDefinition.json", &text, "\"info\"", 0) },
        related: vec![Related { message: "see here".to_owned(), place: place("apiDefinition.json", &text, "\"é\"", 0) }],
        fix: Some(Fix { safety: FixSafety::Safe, title: "add a title".to_owned(), number: 0, tasks }),
        ..finding(&rule("title-required"), Severity::Error, "the connector has no title")
    };
    let missing = Place { file: "icon.png".into(), ..Place::default() };
    let missing = Finding { place: missing, ..finding(&rule("icon-there"), Severity::Info, "icon.png is missing") };
    outcome("out/my contoso", vec![full, missing], vec![("apiDefinition.json", text)])
}

fn clean() -> Outcome {
    outcome("out/clean", Vec::new(), Vec::new())
}

#[test]
fn sarif_has_places_fixes_and_the_rules_that_spoke() {
    let log = json_of(sarif::SarifReport::new(here()), &[sample(), clean()]);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"], json!({"uri": "out/my%20contoso/apiDefinition.json", "uriBaseId": "%SRCROOT%"}));
    assert_eq!(place["region"], json!({"startLine": 2, "startColumn": 13, "endLine": 2, "endColumn": 19}));
    assert_eq!(result["message"]["text"], "The connector has no title. Add a title.");
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startColumn"], 3);
    let replacements = &result["fixes"][0]["artifactChanges"][0]["replacements"];
    assert_eq!(replacements[0]["insertedContent"]["text"], "\"Info\"");
    assert_eq!(replacements[1]["deletedRegion"], json!({"startLine": 2, "startColumn": 22, "endLine": 2, "endColumn": 22}));
    let driver = &run["tool"]["driver"];
    assert_eq!((&driver["rules"][0]["name"], &driver["rules"][1]["id"]), (&json!("TitleRequired"), &json!("icon-there")));
    assert_eq!(driver["rules"][1]["defaultConfiguration"]["level"], "note");
    assert_eq!(driver["rules"][0]["shortDescription"]["text"], "A parameter has a summary");
    assert_eq!(run["results"][1]["ruleIndex"], 1);
    assert_eq!(run["results"][1]["locations"][0]["physicalLocation"].get("region"), None);
}

#[test]
fn a_rule_is_as_grave_in_sarif_as_its_gravest_finding() {
    let info = rule("r");
    let findings = vec![finding(&info, Severity::Info, "a"), finding(&info, Severity::Error, "b"), finding(&info, Severity::Warning, "c")];
    let log = json_of(sarif::SarifReport::new(here()), &[outcome("x", findings, Vec::new())]);
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"], "error");
}

#[test]
fn commands_of_build_systems_name_file_line_and_column() {
    assert_eq!(
        print(github::GithubReport::new(here()), &[sample(), clean()]),
        "::error file=out/my contoso/apiDefinition.json,line=2,col=13,endLine=2,endColumn=19,title=conncert (title-required)::The connector has no title. Add a title.\n\
         ::notice file=out/my contoso/icon.png,title=conncert (icon-there)::icon.png is missing\n"
    );
    assert_eq!(
        print(azure::AzureReport::new(here()), &[sample(), clean()]),
        "##vso[task.logissue type=error;sourcepath=out/my contoso/apiDefinition.json;linenumber=2;columnnumber=13;code=title-required]The connector has no title. Add a title.\n\
         ##vso[task.logissue type=warning;sourcepath=out/my contoso/icon.png;code=icon-there]Advice: icon.png is missing\n"
    );
}

#[test]
fn gitlab_gets_a_line_for_everything_and_no_fingerprint_twice() {
    let issues = json_of(gitlab::GitlabReport::new(here()), &[sample(), sample()]);
    let issues = issues.as_array().unwrap();
    assert_eq!(issues[0]["location"], json!({"path": "out/my contoso/apiDefinition.json", "lines": {"begin": 2, "end": 2}}));
    assert_eq!((&issues[1]["severity"], &issues[1]["location"]["lines"]["begin"]), (&json!("info"), &json!(1)));
    let prints: std::collections::BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), 4);
}

#[test]
fn reviewdog_columns_count_bytes_and_the_edits_of_a_fix_are_one_suggestion() {
    let report = json_of(rdjson::RdjsonReport::new(here()), &[sample()]);
    let diagnostic = &report["diagnostics"][0];
    assert_eq!(diagnostic["location"]["range"]["start"], json!({"line": 2, "column": 17}));
    assert_eq!(
        diagnostic["suggestions"],
        json!([{"range": {"start": {"line": 2, "column": 17}, "end": {"line": 2, "column": 26}}, "text": "\"Info\": {\"title\": \"\""}])
    );
    assert_eq!(diagnostic["related_locations"][0]["location"]["range"]["end"], json!({"line": 1, "column": 7}));
    assert_eq!(report["diagnostics"][1]["severity"], "INFO");
}

#[test]
fn junit_fails_what_fails_the_run() {
    let failures = |fail_on| print(junit::JunitReport::new(here(), fail_on), &[sample(), clean()]).matches("<failure").count();
    assert_eq!((failures(Severity::Error), failures(Severity::Info)), (1, 2));
    let text = print(junit::JunitReport::new(here(), Severity::Error), &[sample(), clean()]);
    assert!(text.contains("<testsuite name=\"out/my contoso\" tests=\"2\" failures=\"1\""), "{text}");
    assert!(text.contains("<testcase name=\"no findings\" classname=\"out/clean\"/>"), "{text}");
    assert!(text.contains("<system-out>out/my contoso/icon.png: info: icon.png is missing</system-out>"), "{text}");
}

#[test]
fn a_run_without_connectors_is_a_complete_document_too() {
    assert_eq!(json_of(sarif::SarifReport::new(here()), &[])["runs"][0]["results"], json!([]));
    assert_eq!(json_of(gitlab::GitlabReport::new(here()), &[clean()]), json!([]));
    assert_eq!(json_of(rdjson::RdjsonReport::new(here()), &[])["diagnostics"], json!([]));
    for text in [print(junit::JunitReport::new(here(), Severity::Error), &[]), print(checkstyle::CheckstyleReport::new(here()), &[])] {
        resvg::usvg::roxmltree::Document::parse(&text).unwrap();
    }
    assert!(print(markdown::MarkdownReport::new(here()), &[clean()]).contains("## Contoso (`out/clean`)\n\nNo findings.\n"));
}

/// Everything that means something to one of the formats.
const HOSTILE: &str = "a\r\n::error::x\n##vso[task.setvariable variable=p]y\n%0A]]><script>alert('1')</script>&amp; \"q\" \u{1b}[31m\u{0}\u{9b}\u{202e}\u{ffff} \
                       [t](javascript:0) `c`<b>` | @someone *s* ;];,: -->\n# h";

fn hostile() -> Outcome {
    let info = RuleInfo {
        id: HOSTILE.to_owned(),
        summary: HOSTILE.to_owned(),
        code: Some(HOSTILE.to_owned()),
        policies: vec![HOSTILE.to_owned()],
        why: HOSTILE.to_owned(),
        url: String::new(),
    };
    let place = Place { file: HOSTILE.replace('/', "_").into(), pointer: Some(HOSTILE.to_owned()), ..sample().findings[0].place.clone() };
    let related = vec![Related { message: HOSTILE.to_owned(), place: place.clone() }];
    let finding = Finding { help: Some(HOSTILE.into()), place, related, ..finding(&Arc::new(info), Severity::Error, HOSTILE) };
    Outcome { title: Some(HOSTILE.to_owned()), ..outcome(&HOSTILE.replace('/', "_"), vec![finding], Vec::new()) }
}

fn has_raw_control(text: &str) -> bool {
    text.contains(|c: char| c != '\n' && c < ' ' || c == '\u{9b}' || c == '\u{202e}')
}

#[test]
fn hostile_texts_give_one_command_each_and_nothing_else() {
    let text = print(github::GithubReport::new(here()), &[hostile()]);
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("::error file=") && !has_raw_control(&text), "{text}");
    let (head, message) = text["::error ".len()..].split_once("::").unwrap();
    let names: Vec<&str> = head.split(',').filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
    assert_eq!(names, ["file", "line", "col", "endLine", "endColumn", "title"]);
    assert!(message.contains("%250A]]>"), "{message}");

    let text = print(azure::AzureReport::new(here()), &[hostile()]);
    assert_eq!(text.lines().count(), 1);
    assert!(text.starts_with("##vso[task.logissue type=error;sourcepath=") && !has_raw_control(&text), "{text}");
    let (head, message) = text.split_once(']').unwrap();
    assert_eq!(head.split(';').count(), 5, "{head}");
    assert!(message.contains("%AZP250A"), "{message}");
}

#[test]
fn hostile_texts_arrive_whole_in_json_and_place_no_links() {
    let log = json_of(sarif::SarifReport::new(here()), &[hostile()]);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], HOSTILE);
    assert!(result["message"]["text"].as_str().unwrap().contains("\\[t\\](javascript:0)"));
    let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
    assert_eq!(json_of(gitlab::GitlabReport::new(here()), &[hostile()])[0]["check_name"], HOSTILE);
    assert_eq!(json_of(rdjson::RdjsonReport::new(here()), &[hostile()])["diagnostics"][0]["code"]["value"], HOSTILE);
}

#[test]
fn hostile_texts_stay_text_in_xml() {
    for text in [
        print(junit::JunitReport::new(here(), Severity::Error), &[hostile()]),
        print(checkstyle::CheckstyleReport::new(here()), &[hostile()]),
    ] {
        let document = resvg::usvg::roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(document.descendants().all(|node| !node.has_tag_name("script") && !node.has_tag_name("b")));
        let all =
            document.descendants().flat_map(|node| node.attributes()).any(|attribute| attribute.value().contains("]]><script>alert('1')"));
        assert!(all, "{text}");
    }
}

#[test]
fn hostile_texts_are_shown_and_do_not_act_in_markdown() {
    let text = print(markdown::MarkdownReport::new(here()), &[hostile()]);
    assert!(!has_raw_control(&text), "{text}");
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(&text, Options::all()) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => assert_eq!(&*html, "<!-- -->", "{text}"),
            Event::Start(Tag::Link { dest_url, .. }) => panic!("a link to {dest_url}: {text}"),
            Event::Start(Tag::Emphasis | Tag::Image { .. } | Tag::Strikethrough) => panic!("formatted: {text}"),
            _ => {}
        }
    }
}
