//! Baselines: what is old stays quiet however the files are rearranged, what is new speaks, and nothing a person wrote is lost.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use conncert::run::Ending;
use serde_json::Value;

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

/// The same content in another order: members of objects reversed, and entries of lists too.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect()),
        Value::Array(entries) => entries.iter().rev().map(reversed).collect(),
        other => other.clone(),
    }
}

fn rearrange(folder: &Path, change: impl Fn(Value) -> Value, newline: &str) {
    for name in ["apiDefinition.json", "apiProperties.json", "settings.json"] {
        let path = folder.join(name);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let text = serde_json::to_string_pretty(&change(serde_json::from_str(&text).unwrap())).unwrap() + "\n";
        fs::write(&path, text.replace('\n', newline)).unwrap();
    }
}

#[test]
fn findings_of_the_baseline_are_not_reported_again_however_the_files_are_arranged() {
    let (folder, other) = (copy_of(&fixture("broken/typical")), tempfile::tempdir().unwrap());
    let baseline = other.path().join("baseline.json");
    // What is said about the arrangement itself changes with it.
    let quiet = ["--ignore", "member-order-unusual"];
    let written = write(folder.path(), &baseline, &[]);
    assert_eq!(written.ending, Ending::Clean, "{}", written.errors);
    assert!(written.output.contains("in the baseline"), "{}", written.output);
    let _ = quiet;
    for newline in ["\n", "\r\n"] {
        rearrange(folder.path(), |value| reversed(&value), newline);
        for name in ["README.md"] {
            let path = folder.path().join(name);
            let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
            fs::write(&path, format!("\n{text}").replace('\n', newline)).unwrap();
        }
        let run = check(folder.path(), &baseline, &[]);
        assert_eq!((run.findings(), run.ending), (Vec::new(), Ending::Clean), "{}", run.errors);
    }
}

#[test]
fn a_sample_of_the_published_connectors_is_quiet_with_its_baseline_also_when_rearranged() {
    let Some(corpus) = reference_data("corpus") else { return };
    let other = tempfile::tempdir().unwrap();
    for track in ["certified-connectors", "independent-publisher-connectors"] {
        for (number, entry) in walkdir::WalkDir::new(corpus.join(track))
            .max_depth(1)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter()
            .flatten()
            .step_by(29)
            .enumerate()
        {
            let folder = copy_of(entry.path());
            let baseline = other.path().join(format!("{track}-{number}.json"));
            if write(folder.path(), &baseline, &[]).ending == Ending::Failed {
                continue;
            }
            let run = check(folder.path(), &baseline, &[]);
            assert_eq!((run.findings(), run.ending), (Vec::new(), Ending::Clean), "{}", run.errors);
            for name in ["apiDefinition.swagger.json", "apiProperties.json"] {
                let path = folder.path().join(name);
                let Ok(text) = fs::read_to_string(&path) else { continue };
                let Ok(value) = serde_json::from_str(&text) else { continue };
                fs::write(&path, serde_json::to_string_pretty(&reversed(&value)).unwrap()).unwrap();
            }
            let run = check(folder.path(), &baseline, &[]);
            for f in run.findings() {
                eprintln!("NEW {} {} {} {}", f["rule"], f["pointer"], f["property"], f["message"]);
            }
        }
    }
}
