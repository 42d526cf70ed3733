//! `conncert diff`: two versions of a connector, as the command line compares them.

use std::ffi::OsString;
use std::path::Path;

use conncert::run::Ending;
use serde_json::{Value, json};

use crate::harness::{Run, conncert, copy_of, fixture, reference_data, root};

fn diff(old: &Path, new: &Path, more: &[&str]) -> Run {
    let fixed = [OsString::from("diff"), old.into(), new.into()];
    conncert(fixed.into_iter().chain(more.iter().map(Into::into)))
}

/// The clean connector, changed.
fn changed(file: &str, change: impl FnOnce(&mut Value)) -> tempfile::TempDir {
    let folder = copy_of(&fixture("example-base"));
    let path = folder.path().join(file);
    let mut content: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut content);
    std::fs::write(&path, serde_json::to_string_pretty(&content).unwrap() + "\n").unwrap();
    folder
}

fn breaking() -> tempfile::TempDir {
    changed("apiDefinition.json", |definition| {
        definition["paths"].as_object_mut().unwrap().remove("/parcels/{parcelId}");
        definition["definitions"]["Parcel"]["properties"]["weight"]["type"] = json!("string");
        definition["host"] = json!("parcels.northbay.io");
    })
}

#[test]
fn breaking_changes_as_a_person_reads_them() {
    let (old, new) = (fixture("example-base"), breaking());
    let run = diff(&old, new.path(), &["--no-config"]);
    assert_eq!(run.ending, Ending::Findings);
    let folder = new.path().to_string_lossy().replace('\\', "/");
    insta::assert_snapshot!(run.output.replace(&folder, "new"), @r#"
    new - Northbay Parcels (verified, submission)

    apiDefinition.json: 3 errors and 1 warning

    error[operation-deleted]: operation GetParcel is gone
        +-[apiDefinition.json:24:3]
     23 |   ],
     24 |   "paths": {
        |   ^^^^^^^
     25 |     "/parcels": {
      was: apiDefinition.json:87:14 of the older version
      why: Flows know operations by their operationId. Every flow that uses this one stops with an error
           once the new version is published.
      help: Keep the operation. When it is to go one day, mark it with "deprecated": true and offer the
            successor under a new operationId.
      more: conncert explain operation-deleted

    error[output-type-changed]: field `value.weight` in the response of ListParcels has changed its type
      from integer to string
         +-[apiDefinition.json:102:19]
     101 |         "weight": {
     102 |           "type": "string",
         |                   ^^^^^^^^
     103 |           "x-ms-summary": "Weight",
      was: apiDefinition.json:128:19 of the older version
      why: Later steps of existing flows use the value as what it was: a number to calculate with, a
           list to go through.
      help: Keep the type; add a field for the new form of the value. Where the old definition was wrong
            and the service always answered so, tell the reviewer.
      more: conncert explain output-type-changed

    error[output-type-changed]: field `weight` in the response of CreateParcel has changed its type from
      integer to string
         +-[apiDefinition.json:102:19]
     101 |         "weight": {
     102 |           "type": "string",
         |                   ^^^^^^^^
     103 |           "x-ms-summary": "Weight",
      was: apiDefinition.json:128:19 of the older version
      why: Later steps of existing flows use the value as what it was: a number to calculate with, a
           list to go through.
      help: Keep the type; add a field for the new form of the value. Where the old definition was wrong
            and the service always answered so, tell the reviewer.
      more: conncert explain output-type-changed

    warning[host-changed]: `host` is now parcels.northbay.io instead of api.northbayparcels.com
        +-[apiDefinition.json:13:11]
     12 |   },
     13 |   "host": "parcels.northbay.io",
        |           ^^^^^^^^^^^^^^^^^^^^^
     14 |   "basePath": "/v1",
      was: apiDefinition.json:13:11 of the older version
      why: Existing connections follow to the new address. Reviewers look at it, for credentials go
           there, too.
      help: Make sure that the new address answers to everything the old one did, and tell the reviewer
            why it changes.
      more: conncert explain host-changed

    3 breaking changes and 1 change to look at.
    Certification asks about each breaking change: take it back, or be ready to say why no flow breaks.
    "#);
}

#[test]
fn json_output_follows_its_published_schema_and_names_both_places() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(root().join("schemas/changes.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    let (old, new) = (fixture("example-base"), breaking());
    let document = diff(&old, new.path(), &["--format", "json"]).json();
    let problems: Vec<String> = validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(problems, Vec::<String>::new());
    let change = |code: &str| document["changes"].as_array().unwrap().iter().find(|change| change["code"] == code).unwrap().clone();
    let deleted = change("OperationDeleted");
    assert_eq!((&deleted["path"], &deleted["new"]), (&json!("operation/GetParcel"), &Value::Null));
    assert_eq!(deleted["old"]["pointer"], "/paths/~1parcels~1{parcelId}/get");
    let old_text = std::fs::read_to_string(old.join("apiDefinition.json")).unwrap();
    let offset = |end: &str| deleted["old"]["range"][end]["offset"].as_u64().unwrap() as usize;
    let operation: Value = serde_json::from_str(&old_text[offset("start")..offset("end")]).unwrap();
    assert_eq!(operation["operationId"], "GetParcel");
    let retyped = change("OutputFieldTypeChanged");
    assert_eq!(retyped["path"], "operation/ListParcels/responses/200/schema/value/items/weight/type");
    assert_eq!(retyped["old"]["pointer"], retyped["new"]["pointer"]);
    assert_eq!(document["summary"], json!({ "errors": 3, "warnings": 1, "infos": 0 }));
    let same = diff(&old, &old, &["--format", "json"]).json();
    assert!(validator.is_valid(&same) && same["changes"].as_array().unwrap().is_empty());
}

#[test]
fn the_same_version_twice_has_nothing_to_tell() {
    let run = diff(&fixture("example-base"), &fixture("example-base"), &[]);
    assert_eq!(run.ending, Ending::Clean);
    assert!(run.output.contains("Nothing has changed that flows built on the older version would notice."), "{}", run.output);
}

#[test]
fn definitions_may_be_compared_without_the_files_around_them() {
    let (old, new) = (fixture("example-base"), breaking());
    let file = |folder: &Path| folder.join("apiDefinition.json");
    let whole = diff(&old, new.path(), &["--format", "json"]).json();
    let alone = diff(&file(&old), &file(new.path()), &["--format", "json"]).json();
    assert_eq!(whole["changes"], alone["changes"]);
    let mixed = diff(&file(&old), new.path(), &["--format", "json"]).json();
    assert_eq!(whole["changes"], mixed["changes"]);
}

#[test]
fn how_users_connect_is_compared_too() {
    let new = changed("apiProperties.json", |properties| {
        let parameters = &mut properties["properties"]["connectionParameters"];
        *parameters = json!({ "token": { "type": "string" } });
    });
    let document = diff(&fixture("example-base"), new.path(), &["--format", "json"]).json();
    assert_eq!(document["changes"][0]["rule"], "connection-parameter-removed");
    assert_eq!(document["changes"][0]["path"], "/properties/connectionParameters/api_key");
}

#[test]
fn a_script_that_changed_is_told() {
    let new = copy_of(&fixture("example-base"));
    let script = new.path().join("script.csx");
    std::fs::write(&script, std::fs::read_to_string(&script).unwrap() + "// changed\n").unwrap();
    let document = diff(&fixture("example-base"), new.path(), &["--format", "json"]).json();
    assert_eq!(document["changes"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&document["changes"][0]["rule"], &document["changes"][0]["path"]),
        (&json!("policy-or-script-changed"), &json!("script.csx"))
    );
}

#[test]
fn severities_are_set_and_changes_accepted_as_everywhere() {
    let new = breaking();
    let config = r#"
[severity]
host-changed = "off"

[[accept]]
rule = "operation-deleted"
reason = "nobody has built on it yet"

[[accept]]
rule = "OutputFieldTypeChanged"
reason = "the service always sent texts"
"#;
    std::fs::write(new.path().join("conncert.toml"), config).unwrap();
    let run = diff(&fixture("example-base"), new.path(), &[]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.output);
    assert!(run.errors.contains("3 changes accepted in conncert.toml left out"), "{}", run.errors);
    let selected = diff(&fixture("example-base"), new.path(), &["--no-config", "--select", "host-changed", "--fail-on", "warning"]);
    assert_eq!(selected.ending, Ending::Findings);
    assert!(!selected.output.contains("operation-deleted"), "{}", selected.output);
}

#[test]
fn a_check_of_one_version_does_not_miss_changes_that_are_accepted_and_a_selection_for_it_does_not_hide_changes() {
    let new = breaking();
    let config =
        "select = [\"title-restricted-words\"]\n\n[[accept]]\nrule = \"operation-deleted\"\nreason = \"nobody has built on it yet\"\n";
    std::fs::write(new.path().join("conncert.toml"), config).unwrap();
    let lint = conncert([OsString::from("lint"), new.path().into()]);
    assert_eq!((lint.ending, lint.errors.as_str()), (Ending::Clean, ""), "{}", lint.output);
    let run = diff(&fixture("example-base"), new.path(), &[]);
    assert!(run.output.contains("output-type-changed") && !run.output.contains("operation-deleted"), "{}", run.output);
    let run = diff(&fixture("example-base"), new.path(), &["--select", "title-restricted-words"]);
    assert_eq!(run.ending, Ending::Failed);
    assert!(run.errors.contains("`title-restricted-words` judges no changes between two versions"), "{}", run.errors);
}

#[test]
fn every_format_of_lint_reports_changes() {
    let (old, new) = (fixture("example-base"), breaking());
    for format in ["concise", "sarif", "github", "azure", "gitlab", "junit", "checkstyle", "rdjson", "markdown"] {
        let run = diff(&old, new.path(), &["--format", format]);
        assert!(run.output.contains("GetParcel is gone"), "{format}: {}", run.output);
    }
}

#[test]
fn what_cannot_be_compared_is_refused_with_the_reason() {
    let clean = fixture("example-base");
    let damaged = copy_of(&clean);
    let text = std::fs::read_to_string(clean.join("apiDefinition.json")).unwrap();
    std::fs::write(damaged.path().join("apiDefinition.json"), &text[..text.len() / 2]).unwrap();
    let openapi3 = changed("apiDefinition.json", |definition| {
        definition.as_object_mut().unwrap().remove("swagger");
        definition["openapi"] = json!("3.0.1");
    });
    let empty = tempfile::tempdir().unwrap();
    for (folder, reason) in [
        (damaged.path(), "cannot be read in full, see line"),
        (openapi3.path(), "no Swagger 2.0 document"),
        (empty.path(), "there is no apiDefinition.json"),
        (&empty.path().join("nowhere"), "nowhere"),
    ] {
        for run in [diff(&clean, folder, &[]), diff(folder, &clean, &[])] {
            assert_eq!(run.ending, Ending::Failed);
            assert!(run.errors.contains(reason) && run.output.is_empty(), "{reason}: {}", run.errors);
        }
    }
}

#[test]
fn linting_knows_nothing_of_older_versions() {
    let rules = conncert(["rules", "--format", "json"]).json();
    let changes: Vec<&str> = rules["rules"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|rule| rule["area"] == "changes")
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert!(changes.len() > 50);
    let run = conncert([OsString::from("lint"), fixture("example-base").into(), "--select".into(), changes.join(",").into()]);
    assert_eq!(run.ending, Ending::Clean, "{}", run.output);
}

#[test]
fn every_pair_of_published_versions_is_compared_in_both_directions() {
    let Some(pairs) = reference_data("pairs") else { return };
    let files = walkdir::WalkDir::new(pairs).sort_by_file_name().into_iter().flatten().map(|entry| entry.into_path());
    let folders = files.filter(|file| file.ends_with("old.json")).filter_map(|file| file.parent().map(Path::to_owned));
    let mut compared = 0;
    for pair in folders {
        for (from, to) in [("old.json", "new.json"), ("new.json", "old.json"), ("new.json", "new.json")] {
            let run = diff(&pair.join(from), &pair.join(to), &["--format", "json", "--no-config"]);
            if run.ending == Ending::Failed {
                assert!(run.errors.contains("cannot be read in full"), "{}: {}", pair.display(), run.errors);
                continue;
            }
            let changes = run.json()["changes"].as_array().unwrap().clone();
            assert!(from != to || changes.is_empty(), "{}: {changes:?}", pair.display());
            assert!(changes.iter().all(|change| change["rule"] != "internal-error"), "{}", pair.display());
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}
