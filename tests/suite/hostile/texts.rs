//! Texts that are meant to break things: sizes, depths, bombs, values of the wrong type.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use conncert::run::Ending;

use crate::harness::{conncert, copy_of, fixture, lint};

fn with_definition(text: impl AsRef<[u8]>) -> tempfile::TempDir {
    let folder = copy_of(&fixture("clean/verified-submission"));
    fs::write(folder.path().join("apiDefinition.json"), text).unwrap();
    folder
}

fn rules_of(folder: &Path) -> Vec<String> {
    let run = lint(folder, &[]);
    assert_ne!(run.ending, Ending::Failed, "{}", run.errors);
    run.findings().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn human_of(folder: &Path) -> String {
    conncert(["lint".into(), folder.as_os_str().to_owned()]).output
}

#[test]
fn a_minified_file_of_a_megabyte_is_shown_in_small_pieces() {
    let clean = fs::read_to_string(fixture("clean/verified-submission/apiDefinition.json")).unwrap();
    let mut definition: serde_json::Value = serde_json::from_str(&clean).unwrap();
    for number in 0..1_500 {
        let operation = serde_json::json!({"get": {"operationId": format!("Get{number}"), "summary": format!("Get thing {number}."), "description": "Gets one thing out of very many.",
            "parameters": [{"name": "filter", "in": "query", "type": "string", "required": false}], "responses": {"200": {"description": "The thing.", "schema": {"type": "object", "properties": {"id": {"type": "string"}}}}}}});
        definition["paths"][format!("/things/{number}/{}", "x".repeat(200))] = operation;
    }
    let text = definition.to_string();
    assert!(!text.contains('\n') && text.len() > 600_000);
    let folder = with_definition(text);
    let shown = human_of(folder.path());
    assert!(shown.lines().all(|line| line.chars().count() < 400), "a line of the output is as long as the file's");
    assert!(shown.contains("x-ms-summary") && shown.len() < 2_000_000, "{} bytes", shown.len());
    let columns = lint(folder.path(), &[]).findings().iter().filter_map(|finding| finding["range"]["start"]["column"].as_u64()).max();
    assert!(columns.is_some_and(|column| column > 65_535));
}

#[test]
fn nesting_of_ten_thousand_levels_is_one_finding() {
    let deep = format!("{{\"swagger\": \"2.0\", \"x-deep\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let folder = with_definition(deep);
    assert_eq!(rules_of(folder.path()).iter().filter(|rule| *rule == "json-too-deep").count(), 1);
    with_definition("[".repeat(1_000_000)).path().metadata().unwrap();
    assert!(!rules_of(with_definition("{\"a\":".repeat(300_000)).path()).is_empty());
}

#[test]
fn references_that_fan_out_exponentially_take_no_time() {
    let mut definitions = serde_json::Map::new();
    for level in 0..40 {
        let next = serde_json::json!({"$ref": format!("#/definitions/L{}", level + 1)});
        definitions.insert(
            format!("L{level}"),
            serde_json::json!({"type": "object", "properties": {"a": next, "b": next, "c": next}, "allOf": [next, next]}),
        );
    }
    definitions.insert("L40".to_owned(), serde_json::json!({"type": "object", "properties": {"back": {"$ref": "#/definitions/L0"}}}));
    let clean = fs::read_to_string(fixture("clean/verified-submission/apiDefinition.json")).unwrap();
    let mut definition: serde_json::Value = serde_json::from_str(&clean).unwrap();
    definition["definitions"].as_object_mut().unwrap().extend(definitions);
    definition["paths"]["/bomb"] = serde_json::json!({"post": {"operationId": "Bomb", "summary": "Bomb", "description": "Bombs.", "parameters": [
        {"name": "body", "in": "body", "schema": {"$ref": "#/definitions/L0"}}], "responses": {"200": {"description": "Done.", "schema": {"$ref": "#/definitions/L0"}}}}});
    let folder = with_definition(definition.to_string());
    let start = Instant::now();
    assert!(!rules_of(folder.path()).is_empty());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn every_hostile_fixture_gives_findings_and_no_failure() {
    for entry in fs::read_dir(fixture("hostile")).unwrap().flatten() {
        let run = lint(&entry.path(), &[]);
        assert_ne!(run.ending, Ending::Failed, "{}: {}", entry.path().display(), run.errors);
        assert!(!human_of(&entry.path()).is_empty());
    }
}

#[test]
fn files_with_one_damage_get_one_syntax_finding_and_the_rest_is_checked() {
    for (name, expected) in [
        ("missing-bracket", "json-bracket-missing"),
        ("fault-at-end", "json-"),
        ("openapi-3", "definition-openapi-3"),
        ("empty-file", "json-empty"),
    ] {
        let rules = rules_of(&fixture(&format!("hostile/{name}")));
        assert!(rules.iter().any(|rule| rule.starts_with(expected)), "{name}: {rules:?}");
        assert!(rules.iter().filter(|rule| rule.starts_with("json-")).count() <= 1, "{name}: {rules:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_folder_are_never_followed() {
    let folder = copy_of(&fixture("clean/verified-submission"));
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "{\"swagger\": \"2.0\", \"secret\": true}").unwrap();
    let definition = folder.path().join("apiDefinition.json");
    fs::remove_file(&definition).unwrap();
    std::os::unix::fs::symlink(outside.path(), &definition).unwrap();
    std::os::unix::fs::symlink("..", folder.path().join("loop")).unwrap();
    let run = lint(folder.path(), &[]);
    assert!(!run.output.contains("secret"), "{}", run.output);
    assert!(
        run.findings().iter().any(|finding| finding["rule"] == "file-definition-missing" || finding["rule"] == "file-link-outside"),
        "{}",
        run.output
    );
}

#[test]
fn settings_that_point_outside_are_told_and_not_followed() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a").join("b");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(fixture("hostile/settings-outside")).unwrap().flatten() {
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
    fs::write(parent.path().join("secret.json"), "{\"secretKey\": 1}").unwrap();
    let run = lint(&folder, &[]);
    assert!(run.findings().iter().any(|finding| finding["rule"] == "settings-paths-relative"), "{}", run.output);
    assert!(!run.output.contains("secretKey"));
}

#[test]
fn control_sequences_never_reach_the_terminal() {
    let clean = fs::read_to_string(fixture("clean/verified-submission/apiDefinition.json")).unwrap();
    let folder = with_definition(clean.replacen("\"title\": \"", "\"title\": \"\\u001b[2J\\u001b]8;;https://evil\\u0007API ", 1));
    for format in ["human", "concise"] {
        let run = conncert(["lint".into(), "--format".into(), format.into(), folder.path().as_os_str().to_owned()]);
        assert!(!run.output.contains('\u{1b}') && !run.output.contains('\u{7}'), "{format}: {:?}", run.output);
    }
}

/// Replaces the value at a pointer.
fn with_value(document: &serde_json::Value, pointer: &str, value: serde_json::Value) -> String {
    let mut changed = document.clone();
    if let Some(place) = changed.pointer_mut(pointer) {
        *place = value;
    }
    changed.to_string()
}

fn pointers(value: &serde_json::Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        serde_json::Value::Object(members) => {
            members
                .iter()
                .for_each(|(key, member)| pointers(member, &format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), all));
        }
        serde_json::Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| pointers(item, &format!("{here}/{at}"), all)),
        _ => {}
    }
}

#[test]
fn values_of_the_wrong_type_anywhere_never_stop_the_check() {
    use conncert::connector::load::{Connector, InMemory};
    use conncert::connector::{Stage, Track};
    use conncert::rule::catalogue::{Catalogue, Selection};
    let catalogue = Catalogue::built_in();
    let plan = catalogue.plan(Track::Verified, Stage::Submission, &Selection::default());
    let folder = fixture("clean/verified-submission");
    let files: std::collections::BTreeMap<String, Vec<u8>> = fs::read_dir(&folder)
        .unwrap()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect();
    let strangers = [
        serde_json::json!(null),
        serde_json::json!(0),
        serde_json::json!(""),
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!([[]]),
        serde_json::json!({"$ref": "#/definitions/A"}),
    ];
    let mut turn = 0usize;
    for name in ["apiDefinition.json", "apiProperties.json", "settings.json"] {
        let document: serde_json::Value = serde_json::from_slice(&files[name]).unwrap();
        let mut all = Vec::new();
        pointers(&document, "", &mut all);
        for pointer in all {
            turn += 1;
            let stranger = strangers[turn % strangers.len()].clone();
            let text = if pointer.is_empty() { stranger.to_string() } else { with_value(&document, &pointer, stranger) };
            let mut changed = files.clone();
            changed.insert(name.to_owned(), text.into_bytes());
            let connector =
                Connector::from_memory("mutant", InMemory { files: changed, ..InMemory::default() }, Track::Verified, Stage::Submission);
            let outcome = conncert::engine::check(&connector, &plan);
            assert!(outcome.findings.iter().all(|finding| !finding.message.is_empty()), "{name} {pointer}");
        }
    }
    assert!(turn > 300);
}

#[test]
fn files_cut_off_or_flipped_anywhere_never_stop_the_check() {
    use conncert::connector::load::{Connector, InMemory};
    use conncert::connector::{Stage, Track};
    use conncert::rule::catalogue::{Catalogue, Selection};
    let catalogue = Catalogue::built_in();
    let plan = catalogue.plan(Track::Independent, Stage::Submission, &Selection::default());
    let files: Vec<(String, Vec<u8>)> = fs::read_dir(fixture("example-base"))
        .unwrap()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()))
        .collect();
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    for _ in 0..400 {
        let mut changed: std::collections::BTreeMap<String, Vec<u8>> = files.iter().cloned().collect();
        let victim = &files[random(files.len())].0;
        let bytes = changed.get_mut(victim).unwrap();
        match random(4) {
            0 => bytes.truncate(random(bytes.len())),
            1 => {
                let at = random(bytes.len());
                bytes[at] ^= 1 << random(8);
            }
            2 => {
                let at = random(bytes.len());
                let end = (at + random(40)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let at = random(bytes.len());
                bytes.insert(at, b"{}[]\",:\\\xff\x00"[random(10)]);
            }
        }
        let connector =
            Connector::from_memory("mutant", InMemory { files: changed, ..InMemory::default() }, Track::Independent, Stage::Submission);
        let outcome = conncert::engine::check(&connector, &plan);
        for finding in &outcome.findings {
            if let (Some(range), Some(source)) = (finding.place.range, outcome.sources.get(&*finding.place.file)) {
                assert!(range.start.offset <= range.end.offset && range.start.line <= source.line_count(), "{finding:?}");
            }
        }
    }
}
