//! `conncert init`: a configuration to start from, never written over another.

use std::fs;

use conncert::run::Ending;

use crate::harness::{conncert, copy_of, fixture, lint};

#[test]
fn a_new_configuration_holds_what_can_be_seen_and_changes_nothing_by_itself() {
    let folder = copy_of(&fixture("clean/verified-submission"));
    let path = folder.path().to_string_lossy().into_owned();
    let before = lint(folder.path(), &["--fail-on", "info"]);
    let run = conncert(["init", &path]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    assert!(
        run.output.contains("conncert.toml is written. Found 1 connector (verified, submission); filled in: publisher "),
        "{}",
        run.output
    );
    assert!(run.output.contains("Next: look it over, then run `conncert lint "), "{}", run.output);
    let text = fs::read_to_string(folder.path().join("conncert.toml")).unwrap();
    let properties = fs::read_to_string(folder.path().join("apiProperties.json")).unwrap();
    let properties: serde_json::Value = serde_json::from_str(&properties).unwrap();
    assert!(text.contains(&format!("\npublisher = {}\n", properties["properties"]["publisher"])), "{text}");
    assert!(text.contains("\nwebsite = \"https://") && text.contains("\n#track = \"verified\"\n"), "{text}");
    assert_eq!(lint(folder.path(), &["--fail-on", "info"]).output, before.output);
}

#[test]
fn values_come_without_blanks_around_them() {
    let folder = copy_of(&fixture("broken/typical"));
    let run = conncert(["init", &folder.path().to_string_lossy()]);
    assert!(run.output.contains("publisher \"Ledgermoor\""), "{}", run.output);
}

#[test]
fn connectors_that_disagree_fill_nothing_in() {
    let folder = copy_of(&fixture("clean"));
    let run = conncert(["init", &folder.path().to_string_lossy()]);
    assert!(run.output.contains("Found 5 connectors."), "{}", run.output);
    assert!(!fs::read_to_string(folder.path().join("conncert.toml")).unwrap().contains("\npublisher = "));
}

#[test]
fn an_existing_file_is_never_overwritten_in_whatever_spelling() {
    for name in ["conncert.toml", "Conncert.TOML"] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), "# mine\n").unwrap();
        let run = conncert(["init", &folder.path().to_string_lossy()]);
        assert_eq!(run.ending, Ending::Failed);
        assert!(run.errors.contains(name) && run.errors.contains("is not overwritten"), "{}", run.errors);
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "# mine\n");
    }
}

#[test]
fn an_empty_folder_gets_the_template_and_a_missing_one_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let run = conncert(["init", &folder.path().to_string_lossy()]);
    assert!(run.ending == Ending::Clean && run.output.contains("No connector is in this folder yet."), "{}", run.output);
    let missing = conncert(["init", &folder.path().join("no").to_string_lossy()]);
    assert!(missing.ending == Ending::Failed && missing.errors.contains("there is no such folder"), "{}", missing.errors);
}
