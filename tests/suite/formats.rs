//! The formats of `lint` for code review and CI, as the programs that read them see them.

use std::ffi::OsString;
use std::path::Path;

use resvg::usvg::roxmltree::Document;
use serde_json::Value;

use crate::harness::{conncert, copy_of, fixture, root};

const FORMATS: [&str; 8] = ["sarif", "github", "azure", "gitlab", "junit", "checkstyle", "rdjson", "markdown"];

fn lint(path: &Path, format: &str, more: &[&str]) -> String {
    let fixed: Vec<OsString> = vec!["lint".into(), "--format".into(), format.into(), path.into()];
    conncert(fixed.into_iter().chain(more.iter().map(Into::into))).output
}

/// What a SARIF log breaks of the part of the standard it uses.
fn faults(log: &str) -> Vec<String> {
    let schema = std::fs::read_to_string(root().join("tests/data/sarif-subset.schema.json")).unwrap();
    let validator = jsonschema::draft7::options().should_validate_formats(true).build(&serde_json::from_str(&schema).unwrap()).unwrap();
    let log: Value = serde_json::from_str(log).unwrap();
    validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn sarif_keeps_to_the_standard() {
    for folder in ["clean", "broken", "hostile"] {
        let log = lint(&fixture(folder), "sarif", &[]);
        assert_eq!(faults(&log), Vec::<String>::new(), "{folder}");
        let log: Value = serde_json::from_str(&log).unwrap();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        for result in log["runs"][0]["results"].as_array().unwrap() {
            assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        }
    }
    let broken = lint(&fixture("broken/typical"), "sarif", &[]);
    assert!(broken.contains("\"artifactChanges\""), "some findings have a fix to show");
    assert!(!faults(&broken.replace("\"startLine\":", "\"startLine\":-")).is_empty(), "the schema can fail");
    assert!(!broken.contains(&root().to_string_lossy().replace('\\', "/")), "no path of this machine");
}

#[test]
fn the_typical_first_submission_in_every_format() {
    let rules = ["--select", "title-length,file-intro-missing,operation-id-separators,parameter-type-unknown"];
    for format in FORMATS {
        let text = lint(&fixture("broken/typical"), format, &rules).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        insta::assert_snapshot!(format, text);
    }
}

#[test]
fn xml_is_well_formed_for_every_fixture() {
    for folder in ["clean", "broken", "hostile"] {
        for format in ["junit", "checkstyle"] {
            let text = lint(&fixture(folder), format, &["--fail-on", "info"]);
            let document = Document::parse(&text).unwrap_or_else(|error| panic!("{folder}, {format}: {error}"));
            assert_eq!(
                document.descendants().any(|node| node.has_tag_name("failure") || node.has_tag_name("error")),
                text.contains("severity=") || text.contains("<failure")
            );
        }
    }
}

#[test]
fn each_finding_is_in_each_format() {
    let folder = fixture("broken/typical");
    let count = lint(&folder, "json", &[]).matches("\n{\"rule\":").count();
    assert!(count > 50);
    assert_eq!(lint(&folder, "sarif", &[]).matches("\n{\"ruleId\":").count(), count);
    assert_eq!(lint(&folder, "github", &[]).lines().count(), count);
    assert_eq!(lint(&folder, "azure", &[]).lines().count(), count);
    assert_eq!(lint(&folder, "checkstyle", &[]).matches("<error ").count(), count);
    assert_eq!(lint(&folder, "rdjson", &[]).matches("\n{\"message\":").count(), count);
    assert_eq!(lint(&folder, "gitlab", &[]).matches("\"check_name\":").count(), count);
    assert_eq!(lint(&folder, "markdown", &[]).matches("\n- [ ] ").count(), count);
}

#[test]
fn one_run_writes_every_format_and_one_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments: Vec<OsString> = vec!["lint".into(), fixture("broken/typical").into(), "--format".into(), "concise".into()];
    for format in FORMATS {
        let mut value = OsString::from(format!("{format}="));
        value.push(folder.path().join(format));
        arguments.extend(["--format".into(), value]);
    }
    let run = conncert(arguments);
    assert_eq!(run.output, lint(&fixture("broken/typical"), "concise", &[]));
    for format in FORMATS {
        let written = std::fs::read_to_string(folder.path().join(format)).unwrap();
        assert_eq!(written, lint(&fixture("broken/typical"), format, &[]), "{format}");
    }
}

#[test]
fn what_a_definition_says_cannot_give_commands_to_a_build() {
    let folder = copy_of(&fixture("example-base"));
    let path = folder.path().join("apiDefinition.json");
    let mut definition: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    definition["info"]["title"] = "x\n::set-output name=a::b\r\n##vso[task.setvariable variable=s]v\n]]><script>\u{1b}[2J API".into();
    std::fs::write(&path, definition.to_string()).unwrap();
    for format in FORMATS {
        let text = lint(folder.path(), format, &[]);
        assert!(text.contains("title"), "{format}: the title has findings");
        assert!(!text.contains('\u{1b}') && !text.contains("\n::set-output") && !text.contains("\n##vso[task.set"), "{format}: {text}");
    }
}

#[test]
fn the_help_and_a_wrong_format_name_them_all() {
    let help = conncert(["lint", "--help"]).output;
    let wrong = conncert(["lint", "--format", "sarrif"]).errors;
    for format in FORMATS {
        assert!(help.contains(format) && wrong.contains(format), "{format}");
    }
    assert!(wrong.contains("Did you mean `sarif`?"), "{wrong}");
}
