//! The catalogue as a whole: ids, texts, sources, coverage, and that the binary carries it.

use std::collections::BTreeSet;
use std::process::Command;

use conncert::check::Check;
use conncert::json_schema::{SchemaName, parts};
use conncert::rule::Catalogue;
use conncert::rule::load::{self, RULE_SOURCES};

use crate::harness::{conncert, reference_data, root};

#[test]
fn every_built_in_rule_file_can_be_read_and_its_names_fit_each_other() {
    assert_eq!(load::built_in_problems(), Vec::<String>::new());
    assert_eq!(Catalogue::built_in().rules().len(), RULE_SOURCES.len());
}

#[test]
fn every_file_is_called_like_its_rule_and_every_id_is_in_kebab_case() {
    let catalogue = Catalogue::built_in();
    for (area, stem) in RULE_SOURCES {
        let rule = catalogue.get(stem).unwrap_or_else(|| panic!("rules/{area}/{stem}.toml holds another id"));
        assert_eq!(rule.area(), *area);
        let words: Vec<&str> = stem.split('-').collect();
        assert!(
            words.iter().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())),
            "{stem}"
        );
    }
}

#[test]
fn every_rule_says_what_why_what_to_do_and_where_it_comes_from() {
    for rule in Catalogue::built_in().rules() {
        let (id, file) = (rule.id(), rule.file());
        for (name, text) in
            [("summary", &file.summary), ("message", &file.message), ("why", &file.why), ("help", &file.help), ("evidence", &file.evidence)]
        {
            assert!(text.trim().len() >= 10, "{id}: {name} is too short: {text:?}");
            assert_eq!(text.trim(), text, "{id}: {name} has blanks at its ends");
            assert!(text.is_ascii(), "{id}: {name} has characters that not every console can show: {text}");
            for leftover in ["TODO", "TBD", "FIXME", "lorem", "xxx", "  "] {
                assert!(!text.contains(leftover), "{id}: {name} holds {leftover:?}");
            }
        }
        for jargon in ["JSON Pointer", "JSON pointer", " ValuePath", "span", "RFC "] {
            assert!(!file.message.contains(jargon), "{id}: the message speaks of {jargon}");
        }
        assert!(file.source.starts_with("https://"), "{id}: the source is no address");
        assert!(!file.message.ends_with('.'), "{id}: messages have no final period");
        assert!(file.why.ends_with(['.', ')']), "{id}: `why` is a sentence or more");
    }
}

#[test]
fn every_part_of_a_json_schema_has_its_rule() {
    for schema in [SchemaName::Properties, SchemaName::Settings] {
        let wanted: BTreeSet<String> = parts(schema).into_iter().collect();
        let catalogue = Catalogue::built_in();
        let answered = catalogue.rules().iter().filter_map(|rule| match &rule.file().check {
            Check::JsonSchema(check) if check.schema == schema => Some(check.part.clone()),
            _ => None,
        });
        assert_eq!(answered.collect::<BTreeSet<_>>(), wanted, "{schema:?}");
    }
}

#[test]
fn the_binary_holds_every_rule_wherever_it_is_started() {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_conncert")).args(["rules", "--format", "json"]).current_dir(&elsewhere).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids: BTreeSet<&str> = listed["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let files = walkdir::WalkDir::new(root().join("rules"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "toml"));
    let stems: BTreeSet<String> = files.map(|entry| entry.path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(ids, stems.iter().map(String::as_str).collect());
}

#[test]
fn rules_are_listed_as_table_json_and_markdown() {
    let table = conncert(["rules"]);
    assert!(table.output.contains("parameter-summary-required") && table.output.contains("rules, "), "{}", table.output);
    let json = conncert(["rules", "--format", "json"]).json();
    assert_eq!(json["schema_version"], 1);
    let rule = json["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "parameter-summary-required").unwrap();
    let keys: Vec<&String> = rule.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "area", "severity", "code", "policies", "aliases", "tracks", "stages", "confidence", "fix", "summary", "url"]);
    assert_eq!((rule["code"].as_str(), rule["severity"].as_str()), (Some("RequiredPropertyMissing"), Some("error")));
    assert!(
        conncert(["rules", "--format", "markdown"]).output.contains("| `parameter-summary-required` | error | RequiredPropertyMissing |")
    );
}

#[test]
fn every_code_of_the_swagger_validator_has_its_rule_or_a_reason() {
    let catalogue = Catalogue::built_in();
    let list = std::fs::read_to_string(root().join("tests/data/swagger-validator-codes.txt")).unwrap();
    let lines: Vec<&str> = list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
    assert_eq!(lines.len(), 174, "the published table has 174 codes");
    for line in &lines {
        let (code, reason) = line.split_once(": ").map_or((*line, None), |(code, reason)| (code, Some(reason)));
        assert_eq!(catalogue.find(code).is_empty(), reason.is_some(), "{code}: {}", reason.unwrap_or("has neither rule nor reason"));
    }
    for rule in catalogue.rules().iter().filter(|rule| rule.area() != CHANGES) {
        let known = rule.file().code.as_ref().is_none_or(|code| lines.iter().any(|line| line.split(':').next() == Some(code)));
        assert!(known, "{} carries a code that the Swagger Validator does not know", rule.id());
    }
}

/// The area of the rules about differences between two versions.
const CHANGES: &str = "changes";

#[test]
fn every_kind_of_change_has_its_rules_or_a_reason() {
    let catalogue = Catalogue::built_in();
    let rows = rows_of("tests/data/change-rows.txt", &catalogue);
    let list = std::fs::read_to_string(root().join("tests/data/change-rows.txt")).unwrap();
    for rule in catalogue.rules().iter().filter(|rule| rule.area() == CHANGES && rule.id() != "comparison-cut") {
        assert!(list.split_whitespace().any(|word| word == rule.id()), "no kind of change asks for {}", rule.id());
    }
    let Some(requirements) = reference_data("requirements/changes.csv") else { return };
    let table = std::fs::read_to_string(requirements).unwrap();
    let kinds = table.lines().map(fields).filter(|row| ["breaking", "not-breaking", "unknown"].contains(&row[1].as_str()));
    assert_eq!(rows, kinds.map(|row| row[0].clone()).collect());
}

#[test]
fn every_example_of_a_rule_about_differences_has_an_older_version() {
    for rule in Catalogue::built_in().rules().iter().filter(|rule| rule.area() == CHANGES) {
        let examples = conncert::rule::load::examples(rule).unwrap();
        assert!(examples.bad.iter().chain(&examples.good).all(|example| example.previous.is_some()), "{}", rule.id());
    }
}

#[test]
fn every_requirement_of_certification_has_its_rules_or_a_reason() {
    let catalogue = Catalogue::built_in();
    let rows = rows_of("tests/data/certification-rows.txt", &catalogue);
    let Some(requirements) = reference_data("requirements/certification.csv") else { return };
    let table = std::fs::read_to_string(requirements).unwrap();
    let mut lines = table.lines().map(fields);
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|field| field == name).unwrap();
    let (id, group, notes) = (column("id"), column("group"), column("notes"));
    let is_own = |row: &Vec<String>| row[group] != "manual" && !row[notes].contains("Alias row");
    let wanted: BTreeSet<String> = lines.filter(is_own).map(|row| row[id].clone()).collect();
    assert_eq!(rows, wanted);
}

/// The rows of a list of requirements, each of which must have rules, or a reason why there is none.
fn rows_of(file: &str, catalogue: &Catalogue) -> BTreeSet<String> {
    let list = std::fs::read_to_string(root().join(file)).unwrap();
    let mut rows = BTreeSet::new();
    for line in list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let row = match (line.split_once(" = "), line.split_once(": ")) {
            (Some((row, rules)), _) => {
                for rule in rules.split(' ') {
                    assert!(catalogue.get(rule).is_some(), "{row}: there is no rule `{rule}`");
                }
                row
            }
            (None, Some((row, reason))) => {
                assert!(catalogue.find(row).is_empty() && reason.len() > 10, "{row} has a rule, or no reason why it has none: {reason}");
                row
            }
            (None, None) => panic!("neither rules nor a reason: {line}"),
        };
        assert!(rows.insert(row.to_owned()), "{row} is listed twice");
    }
    rows
}

/// The fields of a line of a table with commas and quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut in_quotes = false;
    for c in line.trim_start_matches('\u{feff}').chars() {
        match c {
            '"' => in_quotes = !in_quotes,
            ',' if !in_quotes => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}
