//! conncert.toml as its users meet it: what it changes, and how its mistakes are reported.

use std::fs;
use std::path::Path;

use conncert::run::Ending;

use crate::harness::{Run, conncert, copy_of, fixture, lint, root};

/// A folder with a conncert.toml and, in `connectors/one`, a connector with many findings.
fn project(config: &str) -> tempfile::TempDir {
    let project = tempfile::tempdir().unwrap();
    let connector = project.path().join("connectors/one");
    fs::create_dir_all(connector.parent().unwrap()).unwrap();
    let copy = copy_of(&fixture("broken/typical"));
    fs::rename(copy.path(), &connector).unwrap();
    fs::write(project.path().join("conncert.toml"), format!("root = true\n{config}")).unwrap();
    project
}

fn severities(run: &Run, rule: &str) -> Vec<String> {
    let findings = run.findings();
    let of_rule = findings.iter().filter(|finding| finding["rule"] == rule);
    of_rule.map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rule_by_its_id_goes_before_the_same_rule_by_code_or_policy_whatever_their_order() {
    for table in [
        "host-invalid = \"info\"\nHostNameNotValid = \"off\"",
        "hostnamenotvalid = \"off\"\nhost-invalid = \"info\"",
        "\"5000.2.3.1\" = \"warning\"\nhost-invalid = \"info\"",
    ] {
        let project = project(&format!("[severity]\n{table}"));
        assert_eq!(severities(&lint(project.path(), &[]), "host-invalid"), ["info"], "{table}");
    }
}

#[test]
fn a_nearer_file_decides_about_a_rule_that_a_farther_one_knows_by_another_name() {
    let project = project("[severity]\nhost-invalid = \"off\"");
    fs::write(project.path().join("connectors/conncert.toml"), "[severity]\nHostNameNotValid = \"warning\"").unwrap();
    assert_eq!(severities(&lint(project.path(), &[]), "host-invalid"), ["warning"]);
}

#[test]
fn a_name_of_no_rule_is_reported_where_the_file_says_it() {
    for (config, place) in [
        ("ignore = [\"host-invald\"]", "conncert.toml:2:12"),
        ("select = [\"host-invald\"]", "conncert.toml:2:12"),
        ("[severity]\nhost-invald = \"off\"", "conncert.toml:3:1"),
        ("[[override]]\npath = \"**\"\nignore = ['host-invald']", "conncert.toml:4:12"),
        ("[[accept]]\nrule = \"host-invald\"\nreason = \"because\"", "conncert.toml:3:9"),
    ] {
        let project = project(config);
        let run = lint(project.path(), &[]);
        assert_eq!(run.ending, Ending::Failed);
        assert!(run.errors.contains(place) && run.errors.contains("Did you mean `host-invalid`?"), "{config}: {}", run.errors);
    }
}

#[test]
fn a_format_that_does_not_exist_is_reported_where_the_file_says_it() {
    let project = project("format = [\"jsn\"]");
    let run = conncert(["lint".into(), project.path().as_os_str().to_owned()]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("conncert.toml:2:12") && run.errors.contains("Did you mean `json`?"), "{}", run.errors);
}

#[test]
fn a_stated_file_reaches_connectors_relative_to_itself() {
    let project = project("[[override]]\npath = \"connectors/*\"\ntrack = \"custom\"");
    let config = project.path().join("conncert.toml");
    let elsewhere = project.path().join("connectors/../connectors/one");
    let track = |run: Run| run.json()["connectors"][0]["track"].clone();
    assert_eq!(track(lint(&elsewhere, &["--config", config.to_str().unwrap()])), "custom");
    assert_eq!(track(lint(&elsewhere, &[])), "custom");
    assert_eq!(track(lint(&elsewhere, &["--no-config"])), "verified");
    assert_eq!(track(lint(&elsewhere, &["--track", "independent"])), "independent");
}

#[test]
fn the_file_that_fills_templates_is_refused_by_lint_with_a_word() {
    let project = project("");
    fs::write(project.path().join("config.json"), "{}").unwrap();
    let run = lint(project.path(), &["--config", project.path().join("config.json").to_str().unwrap()]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("only `conncert fix`"), "{}", run.errors);
}

#[test]
fn the_example_in_the_documentation_is_valid() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let project = project("");
    fs::write(project.path().join("conncert.toml"), example).unwrap();
    fs::create_dir(project.path().join("conncert-rules")).unwrap();
    let run = lint(project.path(), &[]);
    assert_eq!(run.ending, Ending::Findings, "{}", run.errors);
    let published = example.lines().next().unwrap().rsplit('/').next().unwrap();
    assert!(Path::new(&root()).join("schemas").join(published).is_file(), "{published}");
}
