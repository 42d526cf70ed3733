//! The commands of the server, and the check of everything in the open folders.

use std::fs;

use serde_json::{Value, json};

use super::editor::{Editor, has, uri};
use super::{broken, clean};

fn command(editor: &mut Editor, name: &str, arguments: Value) -> Result<Value, Value> {
    editor.request("workspace/executeCommand", json!({ "command": name, "arguments": arguments }))
}

fn both() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::rename(broken().keep(), home.path().join("broken")).unwrap();
    fs::rename(clean().keep(), home.path().join("clean")).unwrap();
    home
}

#[test]
fn the_workspace_is_checked_with_progress() {
    let home = both();
    let mut editor = Editor::start(home.path());
    let params = json!({ "command": "conncert.server.lintWorkspace", "arguments": [], "workDoneToken": "here" });
    let counted = editor.request("workspace/executeCommand", params).unwrap();
    assert_eq!((&counted["connectors"], &counted["errors"]), (&json!(2), &json!(1)));
    let definition = uri(&home.path().join("broken/apiDefinition.json"));
    assert!(has(&editor.shown(&definition), "path-parameter-not-required"));
    let kinds: Vec<&str> =
        editor.told.iter().filter(|told| told.method == "$/progress").map(|told| told.params["value"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["begin", "report", "end"]);
    // From then on changes of files count, though none is open.
    fs::copy(home.path().join("clean/apiDefinition.json"), home.path().join("broken/apiDefinition.json")).unwrap();
    editor.watched(&home.path().join("broken/apiDefinition.json"), 2);
    editor.until_rule(&definition, "path-parameter-not-required", false);
    fs::remove_dir_all(home.path().join("broken")).unwrap();
    editor.watched(&home.path().join("broken"), 3);
    assert!(editor.shown(&definition).is_empty());
}

#[test]
fn unsaved_texts_count_when_the_workspace_is_checked() {
    let home = both();
    let mut editor = Editor::start(home.path());
    let definition = editor.open(&home.path().join("broken/apiDefinition.json"));
    editor.replace(&definition, "\"required\": false", "\"required\": true");
    assert!(editor.diagnostics(&definition).is_empty());
    command(&mut editor, "conncert.server.lintWorkspace", json!([])).unwrap();
    editor.listen(std::time::Duration::from_millis(300));
    assert!(editor.shown(&definition).is_empty(), "the text on disk is not what the editor shows");
}

#[test]
fn a_folder_that_is_closed_takes_its_diagnostics_along() {
    let home = both();
    let mut editor = Editor::start(home.path());
    command(&mut editor, "conncert.server.lintWorkspace", json!([])).unwrap();
    let definition = uri(&home.path().join("broken/apiDefinition.json"));
    assert!(!editor.shown(&definition).is_empty());
    let removed = json!([{ "uri": uri(home.path()), "name": "test" }]);
    editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": { "added": [], "removed": removed } }));
    editor.until(|editor| editor.shown(&definition).is_empty());
    assert!(
        command(&mut editor, "conncert.server.lintWorkspace", json!([])).unwrap_err()["message"].as_str().unwrap().contains("no folder")
    );
}

#[test]
fn rules_are_explained_by_id_code_and_policy() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let explain = |editor: &mut Editor, name: &str| command(editor, "conncert.server.explainRule", json!([name]));
    let page = explain(&mut editor, "parameter-summary-required").unwrap();
    assert!(page.as_str().unwrap().starts_with("# parameter-summary-required\n"), "{page}");
    assert!(explain(&mut editor, "RequiredPropertyMissing").unwrap().as_str().unwrap().matches("\n---\n").count() > 0);
    assert!(explain(&mut editor, "5000.2.2.1").is_ok());
    let error = explain(&mut editor, "parameter-sumary-required").unwrap_err();
    assert!(error["message"].as_str().unwrap().contains("Did you mean `parameter-summary-required`?"), "{error}");
    assert!(command(&mut editor, "conncert.server.explainRule", json!([])).is_err());
}
