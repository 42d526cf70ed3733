//! Commands, inputs and exit codes.

use std::fs;
use std::process::{Command, Stdio};

use conncert::run::Ending;

use crate::harness::{conncert, conncert_with_input, copy_of, fixture, lint};

#[test]
fn the_exit_code_tells_clean_from_findings_from_failure() {
    assert_eq!(lint(&fixture("clean/verified-submission"), &[]).ending, Ending::Clean);
    assert_eq!(lint(&fixture("broken/typical"), &[]).ending, Ending::Findings);
    assert_eq!(conncert(["lint", "no/such/folder"]).ending, Ending::Failed);
    assert_eq!(conncert(["lint", "--unknown"]).ending, Ending::Failed);
    assert_eq!(conncert(["--help"]).ending, Ending::Clean);
}

#[test]
fn fail_on_moves_the_line() {
    let folder = fixture("clean/repository/certified-connectors/Kelpline Tides");
    assert_eq!(lint(&folder, &[]).ending, Ending::Clean);
    assert_eq!(lint(&folder, &["--fail-on", "info"]).ending, Ending::Findings);
}

#[test]
fn a_folder_with_nothing_to_check_is_a_failure_with_a_clear_word() {
    let empty = tempfile::tempdir().unwrap();
    fs::write(empty.path().join("README.md"), "# Hello").unwrap();
    let run = lint(empty.path(), &[]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("there is no connector in") && run.errors.contains("apiDefinition.json"), "{}", run.errors);
    assert_eq!(run.output, "");
}

#[test]
fn track_and_stage_are_found_out_and_may_be_stated() {
    let stated = |run: crate::harness::Run| {
        let connector = &run.json()["connectors"][0];
        format!("{} {}", connector["track"].as_str().unwrap(), connector["stage"].as_str().unwrap())
    };
    assert_eq!(stated(lint(&fixture("clean/verified-submission"), &[])), "verified submission");
    assert_eq!(stated(lint(&fixture("clean/independent-submission"), &[])), "independent submission");
    assert_eq!(
        stated(lint(&fixture("clean/repository/independent-publisher-connectors/Fernhollow Recipes"), &[])),
        "independent pull-request"
    );
    assert_eq!(
        stated(lint(&fixture("clean/verified-submission"), &["--track", "custom", "--stage", "pull-request"])),
        "custom pull-request"
    );
    let wrong = lint(&fixture("clean/verified-submission"), &["--track", "verfied"]);
    assert!(wrong.errors.contains("expected verified, independent, custom or auto"), "{}", wrong.errors);
}

#[test]
fn one_file_is_checked_in_the_light_of_its_folder() {
    let folder = copy_of(&fixture("clean/verified-submission"));
    fs::remove_file(folder.path().join("icon.png")).unwrap();
    let definition = folder.path().join("apiDefinition.json");
    let broken = fs::read_to_string(&definition).unwrap().replacen("\"title\": \"", "\"title\": \"API ", 1);
    fs::write(&definition, broken).unwrap();
    let run = lint(&definition, &[]);
    let findings = run.findings();
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding["file"] == "apiDefinition.json"), "{}", run.output);
}

#[test]
fn standard_input_stands_for_a_file_that_is_not_saved() {
    let folder = fixture("clean/verified-submission");
    let name = folder.join("apiDefinition.json");
    let text = fs::read_to_string(&name).unwrap().replace("\"host\": \"", "\"host\": \"https://");
    let name = name.to_string_lossy().into_owned();
    let run = conncert_with_input(["lint", "-", "--stdin-filename", &name, "--format", "json"], text.as_bytes());
    let codes: Vec<_> = run.findings().iter().map(|finding| finding["code"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(codes, ["HostNameNotValid"], "{}", run.output);
    let nameless = conncert_with_input(["lint", "-"], text.as_bytes());
    assert_eq!(nameless.ending, Ending::Failed);
    assert!(nameless.errors.contains("--stdin-filename"), "{}", nameless.errors);
}

#[test]
fn a_definition_under_any_name_is_recognised_by_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("petstore.json");
    fs::copy(fixture("clean/verified-submission/apiDefinition.json"), &file).unwrap();
    assert_eq!(lint(&file, &[]).ending, Ending::Clean);
    fs::write(&file, "{\"name\": \"left-pad\"}").unwrap();
    let run = lint(&file, &[]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("is no file of a connector"), "{}", run.errors);
}

#[test]
fn several_connectors_below_a_folder_are_found() {
    let run = lint(&fixture("clean"), &[]);
    let paths: Vec<_> = run.json()["connectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|connector| connector["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["custom-submission", "independent-submission", "Kelpline Tides", "Fernhollow Recipes", "verified-submission"]);
}

#[test]
fn rules_are_selected_and_left_out_by_id_code_or_policy_number() {
    let rules = |more: &[&str]| {
        let mut rules: Vec<String> =
            lint(&fixture("broken/typical"), more).findings().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        rules.sort();
        rules.dedup();
        rules
    };
    assert_eq!(rules(&["--select", "hostnamenotvalid"]), ["host-invalid"]);
    assert!(!rules(&["--ignore", "HostNameNotValid"]).contains(&"host-invalid".to_owned()));
    assert!(rules(&["--select", "5000.2.2.1,5000.2.2.2"]).iter().all(|rule| rule.starts_with("title-")));
    let wrong = lint(&fixture("broken/typical"), &["--select", "HostNameNotVald"]);
    assert_eq!(wrong.ending, Ending::Failed);
    assert!(wrong.errors.contains("Did you mean `HostNameNotValid`?"), "{}", wrong.errors);
}

#[test]
fn several_formats_go_to_files_in_one_run_and_two_to_the_output_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("report.json");
    let run = conncert([
        "lint".into(),
        "--format".into(),
        "concise".into(),
        "--format".into(),
        format!("json={}", json.display()),
        fixture("broken/typical").into_os_string().into_string().unwrap(),
    ]);
    let written: serde_json::Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(
        written["findings"].as_array().unwrap().len(),
        run.output.lines().filter(|line| line.contains("[") && line.contains("]")).count()
    );
    let refused = conncert(["lint", "--format", "json", "--format", "concise", "."]);
    assert!(refused.errors.contains("only one format"), "{}", refused.errors);
}

#[test]
fn a_reader_that_stops_reading_causes_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_conncert"))
        .arg("lint")
        .arg(fixture(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn rules_are_explained_by_id_code_and_policy_number() {
    let by_id = conncert(["explain", "parameter-summary-required"]).output;
    for part in [
        "Every visible parameter has an x-ms-summary",
        "RequiredPropertyMissing",
        "Why certification minds",
        "What to do",
        "Wrong",
        "Right",
        "https://",
        "printed",
    ] {
        assert!(by_id.contains(part), "{part} is missing in:\n{by_id}");
    }
    assert!(conncert(["explain", "RequiredPropertyMissing"]).output.contains(&by_id[..60]));
    assert!(conncert(["explain", "5000.2.2.1"]).output.starts_with("title-"));
    assert_eq!(conncert(["explain", "no-such-rule"]).ending, Ending::Failed);
}
