//! Baselines: what is old stays quiet however the files are arranged, what is new speaks, and nothing a person wrote is lost.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use conncert::run::Ending;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{Run, conncert, copy_of, fixture, lint, reference_data};

/// Writes a baseline for a folder.
fn write(folder: &Path, baseline: &Path, more: &[&str]) -> Run {
    with(&["--write-baseline"], folder, baseline, more)
}

/// Lints a folder with a baseline; the report is JSON.
fn check(folder: &Path, baseline: &Path, more: &[&str]) -> Run {
    with(&["--format", "json", "--baseline"], folder, baseline, more)
}

fn with(first: &[&str], folder: &Path, baseline: &Path, more: &[&str]) -> Run {
    let arguments = ["lint"].iter().chain(first).map(OsString::from);
    conncert(arguments.chain([baseline.into(), folder.into()]).chain(more.iter().map(Into::into)))
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn entries(baseline: &Path) -> Vec<Value> {
    read(baseline)["connectors"].as_object().unwrap().values().flat_map(|entries| entries.as_array().unwrap().clone()).collect()
}

/// A connector with many findings, beside a baseline that has them all.
fn old_connector() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let connector = folder.path().join("ledgermoor");
    fs::rename(copy_of(&fixture("broken/typical")).keep(), &connector).unwrap();
    let baseline = folder.path().join("baseline.json");
    let run = write(&connector, &baseline, &[]);
    assert_eq!((run.ending, run.errors.contains("findings now: ")), (Ending::Clean, true), "{}{}", run.output, run.errors);
    (folder, baseline)
}

/// Rules that mind the order itself.
const OF_ORDER: &str = "format-root-order,schemes-first-not-https";

fn quiet(folder: &Path, baseline: &Path) {
    let run = check(folder, baseline, &["--ignore", OF_ORDER]);
    assert_eq!((run.findings(), run.ending), (Vec::new(), Ending::Clean), "{}", run.errors);
}

/// The same content in another order: members of objects and entries of lists reversed.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect()),
        Value::Array(entries) => entries.iter().rev().map(reversed).collect(),
        other => other.clone(),
    }
}

fn edit(path: &Path, change: impl Fn(&str) -> String) {
    fs::write(path, change(&fs::read_to_string(path).unwrap())).unwrap();
}

fn rearrange(folder: &Path, newline: &str) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let other = match serde_json::from_str(&text) {
            Ok(value) => serde_json::to_string_pretty(&reversed(&value)).unwrap() + "\n",
            Err(_) if text.starts_with('#') => format!("\n{}", text.replace("\r\n", "\n")),
            Err(_) => continue,
        };
        fs::write(entry.path(), other.replace('\n', newline)).unwrap();
    }
}

#[test]
fn findings_of_the_baseline_are_not_reported_again_however_the_files_are_arranged() {
    let (folder, baseline) = old_connector();
    quiet(folder.path(), &baseline);
    for newline in ["\n", "\r\n"] {
        rearrange(&folder.path().join("ledgermoor"), newline);
        quiet(folder.path(), &baseline);
    }
    // Something else in the same file changes its name, and lines move.
    let definition = folder.path().join("ledgermoor/apiDefinition.json");
    edit(&definition, |text| text.replace("pageSize", "pageLength").replacen('{', "{\r\n\r\n", 1));
    let run = check(folder.path(), &baseline, &["--ignore", OF_ORDER]);
    let new = run.findings();
    assert!(new.iter().all(|finding| finding["message"].as_str().unwrap().contains("pageLength")), "{}", run.output);
    assert!(!new.is_empty(), "{}", run.output);
}

#[test]
fn a_new_finding_is_reported_and_one_that_is_gone_can_be_taken_out() {
    let (folder, baseline) = old_connector();
    let definition = folder.path().join("ledgermoor/apiDefinition.json");
    let before = entries(&baseline).len();
    edit(&definition, |text| {
        text.replace("\"host\": \"", "\"host\": \"https://").replace("Ledgermoor Invoice Management API", "Ledgermoor")
    });
    let run = check(folder.path(), &baseline, &[]);
    assert_eq!(run.findings().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect::<Vec<_>>(), ["host-invalid"]);
    assert_eq!(run.ending, Ending::Findings);
    assert!(run.errors.contains("not occur any more; --prune takes out what is gone"), "{}", run.errors);
    assert_eq!(entries(&baseline).len(), before);

    let pruned = check(folder.path(), &baseline, &["--prune"]);
    assert_eq!((pruned.findings().len(), pruned.ending), (1, Ending::Findings));
    assert!(pruned.errors.contains("taken out") && !pruned.errors.contains("--prune"), "{}", pruned.errors);
    assert!(entries(&baseline).len() < before && entries(&baseline).iter().all(|entry| entry["rule"] != "title-length"));
    assert_eq!(check(folder.path(), &baseline, &["--prune", "--quiet"]).errors, "");
}

#[test]
fn equal_findings_are_counted_and_one_more_is_reported() {
    let (folder, baseline) = old_connector();
    let definition = folder.path().join("ledgermoor/apiDefinition.json");
    // Three entries of one list that nothing tells apart.
    let add = |number: usize| {
        edit(&definition, |text| {
            let mut value: Value = serde_json::from_str(text).unwrap();
            value["schemes"] = (0..number).map(|_| json!("ftp")).collect();
            value.to_string()
        });
    };
    add(2);
    write(folder.path(), &baseline, &[]);
    let schemes = |run: &Run| {
        run.findings().iter().filter(|finding| finding["pointer"].as_str().unwrap_or_default().starts_with("/schemes/")).count()
    };
    let all = schemes(&lint(folder.path(), &[]));
    assert_eq!(schemes(&check(folder.path(), &baseline, &[])), 0);
    assert!(entries(&baseline).iter().any(|entry| entry["count"] == 2), "{}", fs::read_to_string(&baseline).unwrap());
    add(3);
    let more = schemes(&lint(folder.path(), &[]));
    assert!(all < more);
    assert_eq!(schemes(&check(folder.path(), &baseline, &[])), more - all);
}

#[test]
fn of_two_things_that_clash_either_may_be_reported_and_a_third_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let (baseline, definition) = (folder.path().join("baseline.json"), folder.path().join("apiDefinition.json"));
    let write_operations = |ids: &[&str]| {
        let operation = |id: &&str| (format!("/{id}"), json!({"get": {"operationId": id, "summary": "List invoices", "responses": {}}}));
        let paths: serde_json::Map<String, Value> = ids.iter().map(operation).collect();
        fs::write(&definition, json!({"swagger": "2.0", "paths": paths}).to_string()).unwrap();
    };
    let new = || check(folder.path(), &baseline, &["--select", "summary-unique"]).findings().len();
    write_operations(&["Alpha", "Beta"]);
    write(folder.path(), &baseline, &[]);
    assert_eq!(entries(&baseline).iter().filter(|entry| entry["rule"] == "summary-unique").count(), 1);
    write_operations(&["Beta", "Alpha"]);
    assert_eq!(new(), 0);
    for ids in [["Alpha", "Beta", "Gamma"], ["Gamma", "Beta", "Alpha"], ["Beta", "Gamma", "Alpha"]] {
        write_operations(&ids);
        assert_eq!(new(), 1, "{ids:?}");
    }
}

#[test]
fn reasons_and_whatever_else_a_person_wrote_stay() {
    let (folder, baseline) = old_connector();
    let first = entries(&baseline)[0].clone();
    let mut file = read(&baseline);
    file["note"] = json!({"by": "mia"});
    let entry = &mut file["connectors"]["ledgermoor"][0];
    entry["reason"] = json!("agreed with the reviewer");
    entry["ticket"] = json!(4711);
    fs::write(&baseline, file.to_string()).unwrap();
    let definition = folder.path().join("ledgermoor/apiDefinition.json");
    edit(&definition, |text| text.replace("\"host\": \"", "\"host\": \"https://"));
    let run = write(folder.path(), &baseline, &[]);
    assert!(run.errors.contains("1 added"), "{}", run.errors);
    let text = fs::read_to_string(&baseline).unwrap();
    assert!(
        text.contains("\"note\": {\"by\": \"mia\"}") && text.contains("\"reason\": \"agreed with the reviewer\", \"ticket\": 4711"),
        "{text}"
    );
    assert!(text.contains("host-invalid") && text.contains(first["rule"].as_str().unwrap()));
    quiet(folder.path(), &baseline);

    // What is gone stays too, until it is to be taken out; the same run again changes nothing.
    edit(&definition, |text| text.replace("https://", ""));
    assert!(write(folder.path(), &baseline, &[]).errors.contains("nothing changed"));
    assert_eq!(fs::read_to_string(&baseline).unwrap(), text);
    write(folder.path(), &baseline, &["--prune"]);
    let pruned = fs::read_to_string(&baseline).unwrap();
    assert!(!pruned.contains("host-invalid") && pruned.contains("agreed with the reviewer"), "{pruned}");
}

#[test]
fn a_run_judges_only_what_it_has_looked_at() {
    let (folder, baseline) = old_connector();
    let text = fs::read_to_string(&baseline).unwrap();
    let unchanged = |more: &[&str], target: &Path| {
        let run = check(target, &baseline, &[&["--prune"], more].concat());
        assert!(run.errors.contains("nothing changed"), "{more:?}: {}", run.errors);
        assert_eq!(fs::read_to_string(&baseline).unwrap(), text, "{more:?}");
    };
    unchanged(&["--select", "host-invalid"], folder.path());
    unchanged(&["--ignore", "title-length"], folder.path());
    unchanged(&[], &folder.path().join("ledgermoor/README.md"));
    unchanged(&[], &fixture("clean/verified-submission"));
    // A connector that is not there any more is gone where it was looked for.
    fs::rename(folder.path().join("ledgermoor"), folder.path().join("moved")).unwrap();
    let run = check(folder.path(), &baseline, &["--prune"]);
    assert!(!run.findings().is_empty() && entries(&baseline).is_empty(), "{}", run.errors);
}

#[test]
fn a_file_that_is_no_baseline_is_an_error_and_stays_as_it_is() {
    let (folder, baseline) = old_connector();
    for (text, expected) in [
        ("{\"conncert_baseline\": 1,\n  oops}", "baseline.json:2:3 is no baseline"),
        ("", "is no baseline"),
        ("{\"schema_version\":1,\"connectors\":[]}", "is no baseline"),
        ("{\"conncert_baseline\":9,\"connectors\":{}}", "this program knows version 1"),
    ] {
        fs::write(&baseline, text).unwrap();
        for run in [write(folder.path(), &baseline, &[]), check(folder.path(), &baseline, &["--prune"])] {
            assert_eq!(run.ending, Ending::Failed);
            assert!(run.errors.contains(expected) && run.errors.contains("Nothing was changed"), "{}", run.errors);
            assert_eq!((fs::read_to_string(&baseline).unwrap().as_str(), run.output.as_str()), (text, ""));
        }
    }
}

#[test]
fn wrong_combinations_and_missing_files_are_said_clearly() {
    let (folder, baseline) = old_connector();
    let path = folder.path().to_string_lossy().into_owned();
    let prune = conncert(["lint", "--prune", &path]);
    assert!(prune.ending == Ending::Failed && prune.errors.contains("say which one with --baseline FILE"), "{}", prune.errors);
    let both = with(&["--write-baseline", "x.json", "--baseline"], folder.path(), &baseline, &[]);
    assert!(both.ending == Ending::Failed && both.errors.contains("cannot be used with"), "{}", both.errors);
    let missing = check(folder.path(), &folder.path().join("no.json"), &[]);
    assert!(missing.ending == Ending::Failed && missing.errors.contains("--write-baseline FILE"), "{}", missing.errors);
    let nowhere = write(folder.path(), &folder.path().join("no").join("baseline.json"), &[]);
    assert!(nowhere.ending == Ending::Failed && nowhere.errors.contains("cannot write"), "{}", nowhere.errors);
}

#[test]
fn the_configuration_names_a_baseline_relative_to_itself() {
    let (folder, _) = old_connector();
    fs::write(folder.path().join("conncert.toml"), "baseline = \"baseline.json\"\n").unwrap();
    let run = lint(folder.path(), &[]);
    assert_eq!((run.findings(), run.ending), (Vec::new(), Ending::Clean), "{}", run.errors);
    assert!(!lint(folder.path(), &["--no-config"]).findings().is_empty());
    assert!(lint(folder.path(), &["--prune"]).errors.contains("nothing changed"));
}

#[test]
fn every_format_holds_only_what_is_new_and_people_are_told_how_much_is_old() {
    let (folder, baseline) = old_connector();
    edit(&folder.path().join("ledgermoor/apiDefinition.json"), |text| text.replace("\"host\": \"", "\"host\": \"https://"));
    for format in ["human", "concise", "json", "sarif", "github", "azure", "gitlab", "junit", "checkstyle", "rdjson", "markdown"] {
        let run = with(&["--format", format, "--baseline"], folder.path(), &baseline, &[]);
        assert!(run.output.contains("host-invalid") && !run.output.contains("title-length"), "{format}: {}", run.output);
        let told = run.output.contains(" more in the baseline.");
        assert_eq!(told, matches!(format, "human" | "concise" | "markdown"), "{format}: {}", run.output);
    }
}

#[test]
fn fingerprints_of_reports_stay_when_the_file_is_rearranged() {
    let folder = copy_of(&fixture("broken/typical"));
    let prints = || {
        let run = conncert(["lint", "--format", "gitlab", "--ignore", OF_ORDER, &folder.path().to_string_lossy()]);
        let issues: Vec<Value> = serde_json::from_str(&run.output).unwrap();
        let mut prints: Vec<String> = issues.iter().map(|issue| format!("{} {}", issue["check_name"], issue["fingerprint"])).collect();
        prints.sort();
        prints
    };
    let before = prints();
    rearrange(folder.path(), "\r\n");
    assert_eq!(prints(), before);
}

#[test]
fn a_sample_of_the_published_connectors_is_quiet_with_its_baseline_also_when_rearranged() {
    let Some(corpus) = reference_data("corpus") else { return };
    let folder = tempfile::tempdir().unwrap();
    for track in ["certified-connectors", "independent-publisher-connectors"] {
        let all = walkdir::WalkDir::new(corpus.join(track)).min_depth(1).max_depth(1).sort_by_file_name().into_iter().flatten();
        for entry in all.step_by(41) {
            let target = folder.path().join(track).join(entry.file_name());
            fs::create_dir_all(folder.path().join(track)).unwrap();
            fs::rename(copy_of(entry.path()).keep(), target).unwrap();
        }
    }
    let baseline = folder.path().join("baseline.json");
    let written = write(folder.path(), &baseline, &[]);
    assert_eq!(written.ending, Ending::Clean, "{}", written.errors);
    assert!(entries(&baseline).len() > 1_000);
    quiet(folder.path(), &baseline);
    for entry in walkdir::WalkDir::new(folder.path()).min_depth(2).max_depth(2).into_iter().flatten() {
        rearrange(entry.path(), "\r\n");
    }
    quiet(folder.path(), &baseline);
}
