//! Diagnostics: when they come, where they stand, how they read, and that stale ones go.

use std::fs;
use std::time::Duration;

use serde_json::json;

use super::editor::{Editor, has, list, of_rule, place, text_in, uri};
use super::{broken, clean};
use crate::harness::{copy_of, fixture, lint};

const NOT_REQUIRED: &str = "path-parameter-not-required";

#[test]
fn a_finding_is_shown_on_opening_and_goes_when_it_is_repaired() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    let diagnostic = of_rule(&editor.diagnostics(&definition), NOT_REQUIRED);
    assert_eq!(diagnostic["severity"], 1);
    assert_eq!(diagnostic["source"], "conncert");
    assert!(diagnostic["codeDescription"]["href"].as_str().unwrap().ends_with("docs/rules/path-parameter-not-required.md"));
    assert!(diagnostic["message"].as_str().unwrap().lines().count() > 1, "what is wrong, and below it what to do: {diagnostic}");
    assert_eq!(text_in(&editor.texts[&definition], &diagnostic["range"]), "{", "the parameter");
    editor.replace(&definition, "\"required\": false", "\"required\": true");
    assert_eq!(editor.diagnostics(&definition), [] as [serde_json::Value; 0]);
    editor.replace(
        &definition,
        "\"name\": \"parcelId\",\n            \"in\": \"path\",\n            \"required\": true",
        "\"name\": \"parcelId\",\n            \"in\": \"path\"",
    );
    assert!(has(&editor.diagnostics(&definition), NOT_REQUIRED));
    assert_eq!(editor.quit(), conncert::lsp::Exit::Orderly);
}

#[test]
fn editor_and_command_line_report_the_same() {
    for name in ["broken/typical", "hostile/bom-crlf", "hostile/cjk-and-emoji", "hostile/windows-1252", "hostile/missing-bracket"] {
        let folder = copy_of(&fixture(name));
        let mut expected: Vec<String> =
            lint(folder.path(), &[]).findings().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        let mut editor = Editor::start(folder.path());
        let file = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|path| {
            path.extension().is_some_and(|extension| extension == "json") && String::from_utf8(fs::read(path).unwrap()).is_ok()
        });
        match file {
            Some(file) => {
                let opened = editor.open(&file);
                editor.diagnostics(&opened);
            }
            None => {
                // In another encoding the editor shows what it made of it; the file on disk counts until it is changed.
                let definition = folder.path().join("apiDefinition.json");
                let text = conncert::source::SourceText::from_bytes(fs::read(&definition).unwrap()).text().to_owned();
                let opened = editor.open_text(&definition, &text);
                editor.diagnostics(&opened);
            }
        }
        editor.listen(Duration::from_millis(100));
        let shown = editor.shown.values().flat_map(|params| list(&params["diagnostics"]));
        let mut shown: Vec<String> = shown.map(|diagnostic| diagnostic["code"].as_str().unwrap().to_owned()).collect();
        shown.sort();
        expected.sort();
        assert_eq!(shown, expected, "{name}");
    }
}

#[test]
fn a_finding_of_another_file_is_shown_there_though_it_is_not_open() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    assert!(editor.diagnostics(&definition).is_empty());
    let readme = uri(&folder.path().join("README.md"));
    editor.replace(&definition, "\"summary\": \"List parcels\"", "\"summary\": \"Show all consignments\"");
    editor.until_rule(&readme, "readme-operations-listed", true);
    editor.replace(&definition, "\"summary\": \"Show all consignments\"", "\"summary\": \"List parcels\"");
    editor.until_rule(&readme, "readme-operations-listed", false);
    // Unsaved texts of several files count together.
    editor.open(&folder.path().join("README.md"));
    editor.replace(&readme, "### List parcels", "### Show all consignments");
    editor.until_rule(&readme, "readme-operations-listed", true);
    editor.replace(&definition, "\"summary\": \"List parcels\"", "\"summary\": \"Show all consignments\"");
    editor.until_rule(&readme, "readme-operations-listed", false);
}

#[test]
fn a_missing_file_is_spoken_of_at_the_definition_and_without_one_at_the_properties() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    let properties = editor.open(&folder.path().join("apiProperties.json"));
    editor.diagnostics(&definition);
    let readme = folder.path().join("README.md");
    fs::remove_file(&readme).unwrap();
    editor.watched(&readme, 3);
    editor.until_rule(&definition, "file-readme-missing", true);
    let missing = of_rule(&editor.shown(&definition), "file-readme-missing");
    assert_eq!(missing["range"], json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 1 } }));
    editor.close(&definition);
    fs::remove_file(folder.path().join("apiDefinition.json")).unwrap();
    editor.watched(&folder.path().join("apiDefinition.json"), 3);
    editor.until_rule(&properties, "file-definition-missing", true);
    assert!(editor.shown(&definition).is_empty(), "stale ones are gone");
}

#[test]
fn what_was_not_saved_does_not_count_after_closing() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    let properties = editor.open(&folder.path().join("apiProperties.json"));
    editor.replace(&definition, "\"operationId\": \"GetParcel\"", "\"operationId\": \"getParcel 1\"");
    editor.until(|editor| !editor.shown(&definition).is_empty());
    editor.close(&definition);
    editor.until(|editor| editor.shown(&definition).is_empty());
    // With its last file the connector is left alone.
    editor.replace(&properties, "#1f5c7a", "blue");
    editor.until_rule(&properties, "brand-color-hex", true);
    editor.close(&properties);
    editor.until_rule(&properties, "brand-color-hex", false);
}

#[test]
fn a_changed_file_on_disk_counts_where_it_is_not_open() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.diagnostics(&definition);
    let properties = folder.path().join("apiProperties.json");
    let text = fs::read_to_string(&properties).unwrap();
    fs::write(&properties, text.replace("#1f5c7a", "blue")).unwrap();
    editor.watched(&properties, 2);
    editor.until_rule(&uri(&properties), "brand-color-hex", true);
    assert!(editor.asked.iter().any(|request| request.method == "client/registerCapability"), "the server asks to be told");
}

#[test]
fn places_are_right_with_cjk_emoji_line_ends_and_byte_order_marks() {
    let folder = clean();
    let path = folder.path().join("apiDefinition.json");
    let text = fs::read_to_string(&path).unwrap().replace("Returns the parcels of", "包裹 😀 e\u{301} of");
    let text = text.replace("\"x-ms-visibility\": \"important\"", "\"x-ms-visibility\": \"wichtig\"").replacen(
        "\"summary\": \"List parcels\",\n        \"description\": ",
        "\"summary\": \"List parcels\", \"description\": ",
        1,
    );
    let one_line = text.replacen(
        "newest first.\",\n        \"operationId\": \"ListParcels\",\n        ",
        "newest first.\", \"operationId\": \"ListParcels\", ",
        1,
    );
    assert_ne!(one_line, text, "emoji and finding stand on one line");
    for (bom, end) in [("", "\n"), ("\u{feff}", "\r\n"), ("", "\r\n")] {
        let text = one_line.replace('\n', end);
        fs::write(&path, format!("{bom}{text}")).unwrap();
        for unsaved in [false, true] {
            let mut editor = Editor::start(folder.path());
            let definition = editor.open(&path);
            if unsaved {
                editor.replace(&definition, "Northbay Parcels collects", "😀 Northbay Parcels collects");
            }
            let diagnostics = editor.diagnostics(&definition);
            let wrong: Vec<_> = diagnostics.iter().filter(|diagnostic| diagnostic["code"] == "visibility-unknown").collect();
            assert!(!wrong.is_empty(), "{diagnostics:#?}");
            for diagnostic in wrong {
                assert_eq!(text_in(&editor.texts[&definition], &diagnostic["range"]), "\"wichtig\"");
            }
        }
    }
    assert_eq!(place("a😀b", 5), json!({ "line": 0, "character": 3 }));
}

#[test]
fn files_may_have_other_names_and_lie_deeper_where_settings_say_so() {
    let folder = clean();
    fs::create_dir(folder.path().join("swagger")).unwrap();
    fs::rename(folder.path().join("apiDefinition.json"), folder.path().join("swagger/parcels.json")).unwrap();
    let settings = folder.path().join("settings.json");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("\"apiDefinition.json\"", "\"swagger/parcels.json\"")).unwrap();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("swagger/parcels.json"));
    editor.diagnostics(&definition);
    editor.replace(
        &definition,
        "\"in\": \"path\",\n            \"required\": true,\n            \"type\": \"string\",\n            \"x-ms-summary\": \"Parcel",
        "\"in\": \"path\",\n            \"required\": false,\n            \"type\": \"string\",\n            \"x-ms-summary\": \"Parcel",
    );
    editor.until_rule(&definition, NOT_REQUIRED, true);
}

#[test]
fn related_places_are_named_where_the_editor_understands_them() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.replace(&definition, "\"operationId\": \"GetParcel\"", "\"operationId\": \"ListParcels\"");
    let diagnostics = editor.diagnostics(&definition);
    let related = diagnostics.iter().find_map(|diagnostic| diagnostic["relatedInformation"].get(0)).expect("the first one is named");
    assert_eq!(related["location"]["uri"], definition);
    let mut editor = Editor::start_with(folder.path(), json!({}), serde_json::Value::Null);
    editor.open_text(&folder.path().join("apiDefinition.json"), &fs::read_to_string(folder.path().join("apiDefinition.json")).unwrap());
    editor.replace(&definition, "\"operationId\": \"GetParcel\"", "\"operationId\": \"ListParcels\"");
    assert!(editor.diagnostics(&definition).iter().all(|diagnostic| diagnostic["relatedInformation"].is_null()));
}

#[test]
fn documents_that_are_no_files_or_no_connectors_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".vscode")).unwrap();
    fs::write(folder.path().join(".vscode/settings.json"), "{ \"apiDefinition\": \"x\" }").unwrap();
    fs::write(folder.path().join("package.json"), "{}").unwrap();
    let mut editor = Editor::start(folder.path());
    let settings = editor.open(&folder.path().join(".vscode/settings.json"));
    let package = editor.open(&folder.path().join("package.json"));
    let untitled = editor.open_uri("untitled:Untitled-1", "{\"swagger\": \"2.0\"}");
    let windows = editor.open_uri("file:///c%3A/Repo/My%20Connector/apiDefinition.json", "{}");
    for document in [&settings, &package, &untitled] {
        for method in ["textDocument/documentSymbol", "textDocument/codeAction"] {
            let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
            let params = json!({ "textDocument": { "uri": document }, "range": range, "context": { "diagnostics": [] } });
            assert_eq!(editor.request(method, params).unwrap(), serde_json::Value::Null, "{method} of {document}");
        }
    }
    editor.close(&untitled);
    editor.close(&windows);
    assert!([&settings, &package, &untitled].iter().all(|document| editor.shown(document).is_empty()));
    assert_eq!(editor.quit(), conncert::lsp::Exit::Orderly);
}

#[test]
fn folders_with_blanks_and_other_scripts_are_found() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("100% Überblick #1 包裹");
    fs::rename(broken().keep(), &folder).unwrap();
    let mut editor = Editor::start(home.path());
    let path = folder.join("apiDefinition.json");
    let encoded = uri(&path).replace('#', "%23").replace("100%", "100%25");
    let text = fs::read_to_string(&path).unwrap();
    editor.open_uri(&encoded, &text);
    assert!(has(&editor.diagnostics(&encoded), NOT_REQUIRED));
}
