//! Rule files of users: added, overriding, and wrong ones reported with place and nearest valid name.

use std::fs;

use conncert::run::Ending;

use crate::harness::{conncert, fixture};

const RULE: &str = r#"
id = "house-tag-required"
summary = "Every operation carries a tag of our house"
severity = "warning"
confidence = "advice"
source = "https://northbayparcels.com/handbook"
evidence = "Our handbook demands it."
message = "{subject} has no tags"
why = "Our catalogue groups operations by tag."
help = "Add \"tags\" to {operation}."

[select]
kind = "operation"
where = { internal = false }

[check.required]
members = ["tags"]

[[bad]]
definition = '''{ "paths": { "/parcels": { "get": { "tags": null } } } }'''
expect = [
  { pointer = "/paths/~1parcels/get", property = "tags" },
  { pointer = "/paths/~1parcels/post" },
  { pointer = "/paths/~1parcels~1{parcelId}/get" },
]

[[good]]
definition = '''{ "paths": { "/parcels": { "get": { "tags": ["a"] }, "post": { "tags": ["a"] } }, "/parcels/{parcelId}": { "get": { "tags": ["a"] } } } }'''
"#;

fn with_rule(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    let path = folder.path().to_string_lossy().into_owned();
    (folder, path)
}

fn problem(name: &str, text: &str) -> String {
    let (_folder, path) = with_rule(name, text);
    let run = conncert(["rules", "--rules", &path]);
    assert_eq!(run.ending, Ending::Failed, "{}", run.output);
    run.errors
}

#[test]
fn a_rule_is_added_by_writing_one_file() {
    let (_folder, path) = with_rule("house-tag-required", RULE);
    let tested = conncert(["rules", "--rules", &path, "--test", "house-tag-required"]);
    assert_eq!(tested.output, "1 rules, 2 examples right, 0 wrong\n");
    let base = fixture("example-base").to_string_lossy().into_owned();
    let run = conncert(["lint", "--rules", &path, "--select", "house-tag-required", "--format", "concise", &base]);
    assert!(run.output.contains("warning[house-tag-required] ListParcels has no tags"), "{}", run.output);
}

#[test]
fn findings_of_a_rule_of_ones_own_lead_to_its_source_and_not_to_a_page_that_is_not_there() {
    let url = |id: &str, source: &str| {
        let line = RULE.lines().find(|line| line.starts_with("source")).unwrap();
        let text = RULE.replace(line, &format!("source = {source:?}")).replace("house-tag-required", id);
        let (folder, _path) = with_rule(id, &text);
        let mut catalogue = conncert::rule::Catalogue::built_in();
        catalogue.add_folder(folder.path()).unwrap();
        catalogue.get(id).unwrap().info().url.clone()
    };
    assert_eq!(url("house-tag-required", "https://wiki.example/rules#tags"), "https://wiki.example/rules#tags");
    assert_eq!(url("house-tag-required", "our wiki"), "");
    assert_eq!(url("house-tag-required", "https://wiki.example/a\nb"), "");
    assert!(url("parameter-summary-required", "our wiki").ends_with("/docs/rules/parameter-summary-required.md"));
}

#[test]
fn a_rule_of_the_same_id_takes_the_place_of_the_built_in_one() {
    let text = RULE.replace("house-tag-required", "parameter-summary-required");
    let (_folder, path) = with_rule("parameter-summary-required", &text);
    assert!(conncert(["explain", "--rules", &path, "parameter-summary-required"]).output.contains("a tag of our house"));
}

#[test]
fn examples_that_do_not_hold_are_told() {
    let (_folder, path) = with_rule("house-tag-required", &RULE.replace("\"tags\": null", "\"tags\": [\"a\"]"));
    let run = conncert(["rules", "--rules", &path, "--test", "house-tag-required"]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.output.contains("house-tag-required: bad example 1: expected"), "{}", run.output);
}

#[test]
fn mistakes_are_reported_with_place_and_nearest_valid_name() {
    let cases = [
        ("severity = \"warning\"", "severty = \"warning\"", ":4:1: unknown field `severty`", "Did you mean `severity`?"),
        ("kind = \"operation\"", "kind = \"operation\"\nwhere2 = 1", ": unknown field `where2`", "Did you mean `where`?"),
        ("[check.required]", "[check.requird]", ": unknown variant `requird`", "Did you mean `required`?"),
        ("internal = false", "intrnal = false", ": unknown variant `intrnal`", "Did you mean `internal`?"),
        ("internal = false", "width = 3", "`width` is no attribute of the kind operation", "which has operation, method"),
        ("{subject} has", "{subjct} has", "nothing provides `subjct`", "available are subject"),
        ("internal = false", "name = { matches = \"(\" }", "`(` is no regular expression", "unclosed group"),
        ("id = \"house-tag-required\"", "id = \"other-name\"", ":2:7: the id is `other-name`", "both must be the same"),
        ("summary =", "summary", "house-tag-required.toml:3:", "expected"),
        ("\"{subject} has no tags\"", "\" \"", "house-tag-required.toml:8:11:", "this text is empty"),
        ("\"Every operation carries a tag of our house\"", "\"\"", "house-tag-required.toml:3:11:", "this text is empty"),
    ];
    for (from, to, what, hint) in cases {
        let message = problem("house-tag-required", &RULE.replacen(from, to, 1));
        assert!(message.contains(what) && message.contains(hint), "{to}: {message}");
    }
    for id in ["House-Tag", "house_tag", "house--tag", "-", "tag\u{8d}"] {
        let message = problem("house-tag-required", &RULE.replace("house-tag-required", id));
        assert!(message.contains(" is no id: an id consists of words in small letters"), "{id}: {message}");
    }
    let missing = conncert(["rules", "--rules", "no/such/folder"]);
    assert!(missing.errors.contains("does not exist"), "{}", missing.errors);
}

#[test]
fn a_finding_whose_message_has_nothing_to_say_shows_the_summary_of_its_rule() {
    // Operations of the example are no triggers.
    let (_folder, path) = with_rule("house-tag-required", &RULE.replace("{subject} has no tags", "{trigger} "));
    let base = fixture("example-base").to_string_lossy().into_owned();
    let run = conncert(["lint", "--rules", &path, "--select", "house-tag-required", "--format", "concise", &base]);
    assert!(run.output.contains("warning[house-tag-required] Every operation carries a tag of our house"), "{}", run.output);
}

#[test]
fn a_rule_that_takes_the_place_of_a_built_in_one_does_not_inherit_its_repairs() {
    let id = "parameter-summary-required";
    let mut catalogue = conncert::rule::Catalogue::built_in();
    assert!(!catalogue.get(id).unwrap().fixes().is_empty());
    let (folder, _path) = with_rule(id, &RULE.replace("house-tag-required", id));
    catalogue.add_folder(folder.path()).unwrap();
    assert!(catalogue.get(id).unwrap().fixes().is_empty());
}
