//! Quick fixes: what is offered, and that the text is right once they are applied.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::editor::{Editor, capabilities, has, list, of_rule, uri};
use super::{broken, clean};

const NOT_REQUIRED: &str = "path-parameter-not-required";

fn actions(editor: &mut Editor, uri: &str, range: &Value, context: Value) -> Vec<Value> {
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    list(&editor.request("textDocument/codeAction", params).unwrap())
}

fn at(editor: &mut Editor, uri: &str, rule: &str) -> Vec<Value> {
    let diagnostics = editor.diagnostics(uri);
    let range = of_rule(&diagnostics, rule)["range"].clone();
    actions(editor, uri, &range, json!({ "diagnostics": [] }))
}

fn titled<'a>(actions: &'a [Value], part: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.contains(part)));
    found.unwrap_or_else(|| panic!("`{part}` in {actions:#?}"))
}

fn resolved(editor: &mut Editor, action: &Value) -> Value {
    assert!(action["edit"].is_null(), "worked out when it is chosen");
    editor.request("codeAction/resolve", action.clone()).unwrap()
}

fn definition(folder: &Path) -> std::path::PathBuf {
    folder.join("apiDefinition.json")
}

#[test]
fn a_quick_fix_leaves_a_text_without_the_finding_and_everything_else_as_it_was() {
    for end in ["\n", "\r\n"] {
        let folder = broken();
        let path = definition(folder.path());
        let text = fs::read_to_string(&path).unwrap().replace("Returns the parcels", "包裹 😀 Returns the parcels").replace('\n', end);
        fs::write(&path, &text).unwrap();
        let mut editor = Editor::start(folder.path());
        let uri = editor.open(&path);
        let offered = at(&mut editor, &uri, NOT_REQUIRED);
        let fix = offered.iter().find(|action| action["isPreferred"] == true).expect("a safe fix").clone();
        assert_eq!((&fix["kind"], &fix["diagnostics"][0]["code"]), (&json!("quickfix"), &json!(NOT_REQUIRED)));
        let edit = resolved(&mut editor, &fix)["edit"].clone();
        let edits = list(&edit["documentChanges"][0]["edits"]);
        assert_eq!(edits.len(), 1);
        assert_eq!(edits[0]["newText"], "tru", "only what differs: {edits:?}");
        editor.apply(&edit);
        assert!(!has(&editor.diagnostics(&uri), NOT_REQUIRED));
        assert_eq!(editor.texts[&uri], text.replacen("\"required\": false", "\"required\": true", 1));
    }
}

#[test]
fn editors_that_cannot_wait_get_the_edit_at_once() {
    let folder = broken();
    let mut editor = Editor::start_with(folder.path(), json!({}), Value::Null);
    let uri = editor.open(&definition(folder.path()));
    let offered = at(&mut editor, &uri, NOT_REQUIRED);
    let fix = offered.iter().find(|action| action["isPreferred"] == true).expect("a safe fix");
    assert!(fix["edit"]["changes"].is_object(), "{fix}");
    editor.apply(&fix["edit"].clone());
    assert!(!has(&editor.diagnostics(&uri), NOT_REQUIRED));
}

#[test]
fn all_findings_of_a_rule_and_everything_safe_can_be_fixed_at_once() {
    let folder = clean();
    let path = definition(folder.path());
    let text = fs::read_to_string(&path).unwrap();
    let wrong = text.replace("\"in\": \"path\",\n            \"required\": true", "\"in\": \"path\",\n            \"required\": false");
    assert_eq!(wrong.matches("\"required\": false").count(), 2);
    fs::write(&path, wrong.replace("\"clearText\": false", "\"clearText\": true")).unwrap();
    for (part, kind) in [("Fix all findings of path-parameter-not-required", "quickfix"), ("Fix everything in", "source.fixAll.conncert")] {
        let mut editor = Editor::start(folder.path());
        let uri = editor.open(&path);
        let offered = at(&mut editor, &uri, NOT_REQUIRED);
        let fix = titled(&offered, part).clone();
        assert_eq!(fix["kind"], kind);
        let edit = resolved(&mut editor, &fix)["edit"].clone();
        assert_eq!(list(&edit["documentChanges"][0]["edits"]).len(), 2, "one edit a place");
        editor.apply(&edit);
        assert!(editor.diagnostics(&uri).is_empty());
        assert_eq!(editor.texts[&uri], text);
    }
}

#[test]
fn only_the_kinds_that_are_asked_for_come() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(&definition(folder.path()));
    let range = of_rule(&editor.diagnostics(&uri), NOT_REQUIRED)["range"].clone();
    let mut kinds = |only: &str| -> Vec<String> {
        let found = actions(&mut editor, &uri, &range, json!({ "diagnostics": [], "only": [only] }));
        found.iter().map(|action| action["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds("source.fixAll"), ["source.fixAll.conncert"]);
    assert_eq!(kinds("source.fixAll.conncert"), ["source.fixAll.conncert"]);
    assert!(kinds("source.organizeImports").is_empty());
    assert!(kinds("refactor").is_empty());
    assert!(kinds("quickfix").iter().all(|kind| kind == "quickfix"));
}

#[test]
fn unsafe_repairs_say_so_and_are_no_part_of_fixing_everything() {
    let folder = clean();
    let path = folder.path().join("apiProperties.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"clearText\": false", "\"clearText\": true")).unwrap();
    let mut editor = Editor::start(folder.path());
    let properties = editor.open(&path);
    let diagnostics = editor.diagnostics(&properties);
    let range = diagnostics.first().expect("a finding")["range"].clone();
    let offered = actions(&mut editor, &properties, &range, json!({ "diagnostics": [] }));
    let fix = titled(&offered, "(unsafe: look at it first)").clone();
    assert!(fix["isPreferred"].is_null());
    assert!(!offered.iter().any(|action| action["kind"] == "source.fixAll.conncert"), "nothing is safe here: {offered:#?}");
    let refused = editor.request("workspace/executeCommand", json!({ "command": "conncert.server.fixFile", "arguments": [properties] }));
    assert!(refused.unwrap_err()["message"].as_str().unwrap().contains("nothing to repair"));
    let edit = resolved(&mut editor, &fix)["edit"].clone();
    editor.apply(&edit);
    editor.diagnostics(&properties);
    assert_eq!(editor.texts[&properties], text);
}

#[test]
fn a_repair_makes_and_renames_files_where_the_editor_knows_how() {
    let folder = clean();
    let readme = folder.path().join("README.md");
    fs::remove_file(&readme).unwrap();
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(&definition(folder.path()));
    let offered = at(&mut editor, &uri, "file-readme-missing");
    let fix = offered
        .iter()
        .find(|action| action["diagnostics"][0]["code"] == "file-readme-missing" && action["edit"].is_null())
        .expect("a repair");
    let edit = resolved(&mut editor, &fix.clone())["edit"].clone();
    assert_eq!(edit["documentChanges"][0]["kind"], "create");
    editor.apply(&edit);
    editor.watched(&readme, 1);
    editor.until_rule(&uri, "file-readme-missing", false);
    assert!(fs::read_to_string(&readme).unwrap().contains("List parcels"));
    // Without operations on files there is nothing to offer.
    fs::remove_file(&readme).unwrap();
    let mut editor = Editor::start_with(folder.path(), json!({}), Value::Null);
    editor.open(&definition(folder.path()));
    let offered = at(&mut editor, &uri, "file-readme-missing");
    assert!(!offered.iter().any(|action| action["diagnostics"][0]["code"] == "file-readme-missing"), "{offered:#?}");
}

#[test]
fn a_name_in_the_wrong_case_is_renamed() {
    let folder = clean();
    let path = folder.path().join("APIDefinition.json");
    fs::rename(folder.path().join("apiDefinition.json"), &path).unwrap();
    let mut editor = Editor::start(folder.path());
    let opened = editor.open(&path);
    let diagnostics = editor.diagnostics(&opened);
    let range = diagnostics.first().expect("a finding about the name")["range"].clone();
    let offered = actions(&mut editor, &opened, &range, json!({ "diagnostics": [] }));
    let fix = offered.iter().find(|action| action["isPreferred"] == true).expect("a safe fix").clone();
    let edit = resolved(&mut editor, &fix)["edit"].clone();
    assert_eq!(edit["documentChanges"][0]["kind"], "rename", "{edit}");
    assert_eq!(edit["documentChanges"][0]["newUri"], uri(&definition(folder.path())));
}

#[test]
fn an_outdated_choice_is_refused_with_a_reason() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(&definition(folder.path()));
    let offered = at(&mut editor, &uri, NOT_REQUIRED);
    let fix = offered.iter().find(|action| action["isPreferred"] == true).expect("a safe fix").clone();
    editor.replace(&uri, "\"required\": false", "\"required\": true");
    let error = editor.request("codeAction/resolve", fix).unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("the text has changed since"), "{error}");
}

#[test]
fn an_accepted_finding_is_gone_once_the_configuration_is_saved() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let uri_of_definition = editor.open(&definition(folder.path()));
    let offered = at(&mut editor, &uri_of_definition, NOT_REQUIRED);
    let accept = titled(&offered, "Accept this finding").clone();
    editor.apply(&accept["edit"]);
    let config = folder.path().join("conncert.toml");
    let written = fs::read_to_string(&config).unwrap();
    assert!(
        written.contains("[[accept]]\nrule = \"path-parameter-not-required\"\nfile = \"apiDefinition.json\"\npointer = \"/paths/"),
        "{written}"
    );
    editor.watched(&config, 1);
    editor.until_rule(&uri_of_definition, NOT_REQUIRED, false);
    // A second one is added to the text as it is in the editor.
    let opened = editor.open(&config);
    editor.replace(&uri_of_definition, "\"title\": \"Northbay Parcels\"", "\"title\": \"Northbay Parcels API\"");
    let offered = at(&mut editor, &uri_of_definition, "title-restricted-words");
    editor.apply(&titled(&offered, "Accept this finding of title-restricted-words").clone()["edit"]);
    assert_eq!(editor.texts[&opened].matches("[[accept]]").count(), 2);
    editor.save(&config);
    editor.until_rule(&uri_of_definition, "title-restricted-words", false);
    // In a README the place is the heading.
    let readme = editor.open(&folder.path().join("README.md"));
    editor.replace(&uri_of_definition, "\"summary\": \"Get a parcel\"", "\"summary\": \"Fetch one consignment\"");
    editor.until_rule(&readme, "readme-operations-listed", true);
    let offered = at(&mut editor, &readme, "readme-operations-listed");
    let accept = titled(&offered, "Accept this finding of readme-operations-listed").clone();
    let added = accept["edit"].to_string();
    assert!(added.contains("heading = \\\"Supported Operations\\\""), "{added}");
}

#[test]
fn the_fix_of_a_file_asks_the_editor_to_apply_it() {
    let folder = broken();
    let mut editor = Editor::start_with(folder.path(), capabilities(), Value::Null);
    let uri = editor.open(&definition(folder.path()));
    editor.diagnostics(&uri);
    let answer = editor.request("workspace/executeCommand", json!({ "command": "conncert.server.fixFile", "arguments": [uri] }));
    assert_eq!(answer, Ok(Value::Null));
    assert!(editor.asked.iter().any(|request| request.method == "workspace/applyEdit"));
    assert!(editor.diagnostics(&uri).is_empty());
}
