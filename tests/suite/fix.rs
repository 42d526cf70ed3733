//! `conncert fix` as people use it: what it writes, what it leaves alone, what it says, and how it ends.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use conncert::run::Ending;

use crate::harness::{conncert, copy_of, fixture, lint};

/// Every file below a folder with its bytes.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("a readable folder"));
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("inside").to_string_lossy().replace('\\', "/");
            (name, fs::read(entry.path()).expect("a readable file"))
        })
        .collect()
}

/// Both folders hold the same files; differences are shown as text.
fn assert_same(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} is\n{}", String::from_utf8_lossy(bytes));
    }
}

fn fix(folder: &Path, more: &[&str]) -> crate::harness::Run {
    let start = [std::ffi::OsString::from("fix"), folder.into()];
    conncert(start.into_iter().chain(more.iter().map(Into::into)))
}

/// A connector with one thing to repair: a path parameter that is not required.
fn broken() -> tempfile::TempDir {
    let copy = copy_of(&fixture("clean/verified-submission"));
    let path = copy.path().join("apiDefinition.json");
    let text = fs::read_to_string(&path).unwrap();
    let (head, tail) = text.split_once("\"in\": \"path\",").expect("a path parameter");
    let broken = format!("{head}\"in\": \"path\",{}", tail.replacen("\"required\": true", "\"required\": false", 1));
    assert_ne!(text, broken);
    fs::write(&path, broken).unwrap();
    copy
}

#[test]
fn a_clean_connector_is_left_as_it_is() {
    let copy = copy_of(&fixture("clean/verified-submission"));
    let before = files(copy.path());
    let run = fix(copy.path(), &[]);
    assert_eq!(run.ending, Ending::Clean);
    assert_eq!(run.output, "Nothing to fix in 1 connector.\n");
    assert!(files(copy.path()) == before, "files have changed");
}

#[test]
fn a_diff_shows_everything_and_writes_nothing() {
    let copy = broken();
    let before = files(copy.path());
    let run = fix(copy.path(), &["--diff"]);
    assert_eq!(run.ending, Ending::Findings);
    assert!(files(copy.path()) == before, "files have changed");
    let shown = run.output.replace(&copy.path().display().to_string().replace('\\', "/"), "DIR");
    insta::assert_snapshot!(shown);
    assert_eq!(run.errors, "1 fix in 1 of 1 connector to make; nothing was written.\n");
}

#[test]
fn what_was_fixed_is_fixed_and_a_second_run_has_nothing_to_do() {
    let copy = broken();
    let run = fix(copy.path(), &[]);
    assert_eq!(run.ending, Ending::Clean);
    insta::assert_snapshot!(run.output.replace(&copy.path().display().to_string().replace('\\', "/"), "DIR"));
    assert_same(copy.path(), &fixture("clean/verified-submission"));
    assert_eq!(fix(copy.path(), &["--diff"]).output, "");
}

#[test]
fn an_output_folder_takes_the_result_and_the_original_stays() {
    let copy = broken();
    let (before, target) = (files(copy.path()), tempfile::tempdir().unwrap());
    let output = target.path().join("out");
    let run = fix(copy.path(), &["--output", output.to_str().unwrap()]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    assert!(files(copy.path()) == before, "files have changed");
    assert_same(&output, &fixture("clean/verified-submission"));
    // A file of the target that differs is somebody's work.
    fs::write(output.join("README.md"), "mine").unwrap();
    let run = fix(copy.path(), &["--output", output.to_str().unwrap()]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("README.md"), "{}", run.errors);
    assert_eq!(fs::read_to_string(output.join("README.md")).unwrap(), "mine");
}

#[test]
fn only_the_fixes_of_chosen_rules_are_made() {
    let copy = broken();
    let before = files(copy.path());
    assert_eq!(fix(copy.path(), &["--rule", "summary-whitespace"]).ending, Ending::Clean);
    assert!(files(copy.path()) == before, "files have changed");
    assert_eq!(fix(copy.path(), &["--rule", "PathParameterMustBeRequired"]).ending, Ending::Clean);
    assert_same(copy.path(), &fixture("clean/verified-submission"));
}

#[test]
fn one_file_can_be_fixed_on_its_own() {
    let copy = broken();
    fs::remove_file(copy.path().join("README.md")).unwrap();
    let run = fix(&copy.path().join("apiDefinition.json"), &[]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.errors);
    assert!(!copy.path().join("README.md").exists());
    let fixed = fs::read(copy.path().join("apiDefinition.json")).unwrap();
    assert!(fixed == fs::read(fixture("clean/verified-submission/apiDefinition.json")).unwrap());
}

#[test]
fn unsafe_fixes_wait_for_consent_and_say_so() {
    let copy = copy_of(&fixture("clean/verified-submission"));
    let path = copy.path().join("apiProperties.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"clearText\": false", "\"clearText\": true", 1)).unwrap();
    let run = fix(copy.path(), &[]);
    assert!(run.output.contains("unsafe: look at it with --unsafe --diff; --unsafe makes it"), "{}", run.output);
    assert_eq!(fix(copy.path(), &["--unsafe"]).ending, Ending::Clean);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn the_json_report_names_files_fixes_and_what_is_left() {
    let copy = broken();
    let run = fix(copy.path(), &["--format", "json"]);
    let json = run.json();
    assert_eq!(json["schema_version"], 1);
    let connector = &json["connectors"][0];
    assert_eq!(connector["files"][0]["file"], "apiDefinition.json");
    assert_eq!(connector["files"][0]["action"], "changed");
    assert_eq!(connector["fixed"][0]["rule"], "path-parameter-not-required");
    assert_eq!((connector["errors_left"].as_u64(), json["summary"]["fixed"].as_u64()), (Some(0), Some(1)));
}

#[test]
fn a_diff_can_be_applied_by_other_tools() {
    let copy = broken();
    let folder = copy.path();
    let run = conncert(["fix".into(), "--diff".into(), folder.as_os_str().to_owned()]);
    let patch = run.output.replace(&folder.display().to_string().replace('\\', "/"), "c");
    fs::write(folder.join("p.diff"), &patch).unwrap();
    let Ok(done) = std::process::Command::new("patch").args(["-p2", "--batch", "-i", "p.diff"]).current_dir(folder).output() else {
        eprintln!("skipped: there is no `patch` here");
        return;
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    fs::remove_file(folder.join("p.diff")).unwrap();
    assert_same(folder, &fixture("clean/verified-submission"));
}

#[test]
fn the_report_of_lint_says_how_to_fix() {
    let copy = broken();
    let finding = &lint(copy.path(), &[]).findings()[0];
    assert_eq!(finding["fix"]["safety"], "safe");
    assert_eq!(finding["fix"]["title"], "add \"required\": true");
}

#[test]
fn wrong_values_are_refused_before_anything_is_read() {
    for (arguments, expected) in [
        (vec!["fix", "--set", "publishr=x", "."], "Did you mean `publisher`?"),
        (vec!["fix", "--set", "brand-color=blue", "."], "`blue` is no colour"),
        (vec!["fix", "--config", "no.json", "."], "cannot read no.json"),
        (vec!["fix", "--config", "no.yaml", "."], "no.yaml"),
        (vec!["fix", "--icon", "no.svg", "."], "cannot read no.svg"),
        (vec!["fix", "no-such-folder"], "cannot read no-such-folder"),
    ] {
        let run = conncert(arguments.clone());
        assert_eq!(run.ending, Ending::Failed, "{arguments:?}");
        assert!(run.errors.contains(expected), "{arguments:?}: {}", run.errors);
    }
}

#[test]
fn a_fix_is_judged_by_every_rule_even_when_few_were_asked_for() {
    let copy = copy_of(&fixture("clean/verified-submission"));
    let rules = tempfile::tempdir().unwrap();
    // A rule whose repair breaks another rule: it takes the title away.
    let harmful = r#"id = "no-title"
summary = "There is no title"
severity = "warning"
confidence = "advice"
source = "https://example.com"
evidence = "None."
message = "there is a title"
why = "Because."
help = "Take it out."
select = { kind = "info" }
check = { forbidden = { members = ["title"] } }
fix = [{ safety = "safe", title = "take the title out", do = [{ remove = {} }] }]
"#;
    fs::write(rules.path().join("no-title.toml"), harmful).unwrap();
    let before = files(copy.path());
    let run = fix(copy.path(), &["--rules", rules.path().to_str().unwrap(), "--select", "no-title"]);
    assert!(run.output.contains("would add an error to apiDefinition.json (`info-title-missing`"), "{}{}", run.output, run.errors);
    assert!(files(copy.path()) == before, "files have changed");
}

#[test]
fn a_diff_leaves_what_a_killed_run_has_left() {
    let copy = broken();
    fs::write(copy.path().join(".conncert-0123456789abcdef-new-1.tmp"), "half").unwrap();
    let before = files(copy.path());
    assert_eq!(fix(copy.path(), &["--diff"]).ending, Ending::Findings);
    assert!(files(copy.path()) == before, "files have changed");
    assert_eq!(fix(copy.path(), &[]).ending, Ending::Clean);
    assert_same(copy.path(), &fixture("clean/verified-submission"));
}

#[test]
fn configuration_gives_values_and_accepts_findings() {
    let copy = broken();
    let folder = copy.path();
    let accept = |text: &str| fs::write(folder.join("conncert.toml"), text).unwrap();
    accept("[[accept]]\nrule = \"path-parameter-not-required\"\nreason = \"the service accepts both\"\n");
    let run = lint(folder, &[]);
    assert_eq!((run.findings().len(), run.errors.as_str()), (0, ""));
    assert_eq!(fix(folder, &["--diff"]).output, "", "what is accepted is not repaired");
    accept("[[accept]]\nrule = \"summary-whitespace\"\nreason = \"none\"\n");
    assert!(lint(folder, &[]).errors.contains("conncert.toml:1: this accepted finding does not occur"));
    accept("[[accept]]\nrule = \"path-parameter-not-required\"\nreason = \"was\"\nexpires = \"2020-01-01\"\n");
    assert_eq!(lint(folder, &[]).findings().len(), 1);
    accept("[severity]\npath-parameter-not-required = \"info\"\n");
    assert_eq!(lint(folder, &[]).findings()[0]["severity"], "info");
    assert_eq!(lint(folder, &["--no-config"]).findings()[0]["severity"], "error");
    accept("[fixx]\n");
    let run = lint(folder, &[]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("conncert.toml:1:2:") && run.errors.contains("Did you mean `fix`?"), "{}", run.errors);
}

#[test]
fn a_file_that_settings_take_for_something_else_is_not_written_over() {
    let copy = copy_of(&fixture("clean/verified-submission"));
    let settings = copy.path().join("settings.json");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("\"script.csx\"", "\"apiProperties.json\"")).unwrap();
    let before = files(copy.path());
    assert!(before["settings.json"].windows(20).any(|part| part == b"\"apiProperties.json\""));
    let run = fix(copy.path(), &["--unsafe"]);
    assert!(run.output.contains("there is something called apiProperties.json already; it counts as the script now"), "{}", run.output);
    assert_eq!(before["apiProperties.json"], files(copy.path())["apiProperties.json"]);
}

#[test]
fn a_readme_that_is_one_line_is_not_taken_for_a_title_and_written_over() {
    let copy = copy_of(&fixture("clean/independent-submission"));
    let path = copy.path().join("README.md");
    let line = fs::read_to_string(&path).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    fs::write(&path, &line).unwrap();
    let run = fix(copy.path(), &["--unsafe"]);
    assert!(run.output.contains("README.md: changed"), "{}", run.output);
    assert!(fs::read_to_string(&path).unwrap().contains(&line), "{}", run.output);
}
