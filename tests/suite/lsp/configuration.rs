//! Configuration: the files of the connector and the settings of the editor.

use std::fs;

use serde_json::{Value, json};

use super::editor::{Editor, capabilities, has, list, of_rule, text_in, uri};
use super::{broken, clean};

const NOT_REQUIRED: &str = "path-parameter-not-required";

#[test]
fn a_changed_configuration_counts_at_once() {
    let folder = broken();
    let config = folder.path().join("conncert.toml");
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.until_rule(&definition, NOT_REQUIRED, true);
    fs::write(&config, format!("ignore = [\"{NOT_REQUIRED}\"]\n")).unwrap();
    editor.watched(&config, 1);
    editor.until_rule(&definition, NOT_REQUIRED, false);
    fs::write(&config, format!("[severity]\n{NOT_REQUIRED} = \"info\"\n")).unwrap();
    editor.watched(&config, 2);
    editor.until_rule(&definition, NOT_REQUIRED, true);
    assert_eq!(of_rule(&editor.shown(&definition), NOT_REQUIRED)["severity"], 3);
    fs::remove_file(&config).unwrap();
    editor.watched(&config, 3);
    editor.until(|editor| editor.shown(&definition).first().is_some_and(|diagnostic| diagnostic["severity"] == 1));
}

#[test]
fn a_wrong_configuration_says_so_in_its_file_and_the_last_right_one_stays() {
    let folder = broken();
    let config = folder.path().join("conncert.toml");
    fs::write(&config, format!("ignore = [\"{NOT_REQUIRED}\"]\n")).unwrap();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    assert!(!has(&editor.diagnostics(&definition), NOT_REQUIRED));
    for (text, place) in [("ignore = [\n", ""), ("ingore = []\n", "ingore"), ("ignore = [\"no-such-rule\"]\n", "no-such-rule")] {
        fs::write(&config, text).unwrap();
        editor.watched(&config, 2);
        editor.until(|editor| !editor.shown(&uri(&config)).is_empty());
        let problem = editor.shown(&uri(&config))[0].clone();
        assert_eq!((&problem["severity"], &problem["source"]), (&json!(1), &json!("conncert")));
        assert!(text_in(text, &problem["range"]).contains(place), "{problem}");
        editor.replace(&definition, "\"version\": \"1.0\"", "\"version\": \"1.1\"");
        assert!(!has(&editor.diagnostics(&definition), NOT_REQUIRED), "the last right configuration stays");
        editor.replace(&definition, "\"version\": \"1.1\"", "\"version\": \"1.0\"");
        fs::write(&config, format!("ignore = [\"{NOT_REQUIRED}\"]\n")).unwrap();
        editor.watched(&config, 2);
        editor.until(|editor| editor.shown(&uri(&config)).is_empty());
    }
    // While it is written, the text in the editor is judged.
    let opened = editor.open(&config);
    editor.replace(&opened, "ignore", "ingore");
    editor.until(|editor| !editor.shown(&opened).is_empty());
    editor.replace(&opened, "ingore", "ignore");
    editor.until(|editor| editor.shown(&opened).is_empty());
}

#[test]
fn a_configuration_that_is_wrong_from_the_start_does_not_keep_the_check_back() {
    let folder = broken();
    let config = folder.path().join("conncert.toml");
    fs::write(&config, "track = \"nonsense\"\n").unwrap();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    assert!(has(&editor.diagnostics(&definition), NOT_REQUIRED));
    assert!(text_in("track = \"nonsense\"\n", &editor.shown(&uri(&config))[0]["range"]).contains("nonsense"));
}

#[test]
fn rules_of_the_user_are_read_again_when_they_change() {
    let home = tempfile::tempdir().unwrap();
    fs::rename(clean().keep(), home.path().join("connector")).unwrap();
    fs::create_dir(home.path().join("rules")).unwrap();
    fs::write(home.path().join("conncert.toml"), "rules = [\"rules\"]\n").unwrap();
    let rule = home.path().join("rules/title-mentions-northbay.toml");
    let text = r#"
id = "title-mentions-northbay"
summary = "The title has another name"
severity = "warning"
confidence = "advice"
source = "https://example.com"
evidence = "A wish of this team."
message = "the title is an old one"
why = "The name has changed."
help = "Use the new one."
[select]
kind = "info"
[check.always]
at = "title"
[[bad]]
definition = '{}'
expect = ["/info/title"]
[[good]]
definition = '{ "info": { "title": "x" } }'
"#;
    fs::write(&rule, text).unwrap();
    let mut editor = Editor::start(home.path());
    let definition = editor.open(&home.path().join("connector/apiDefinition.json"));
    editor.until_rule(&definition, "title-mentions-northbay", true);
    fs::write(&rule, text.replace("kind = \"info\"", "kind = \"inof\"")).unwrap();
    editor.watched(&rule, 2);
    editor.until(|editor| !editor.shown(&uri(&rule)).is_empty());
    assert!(has(&editor.shown(&definition), "title-mentions-northbay"), "the last right rules stay");
    fs::write(&rule, text.replace("severity = \"warning\"", "severity = \"error\"")).unwrap();
    editor.watched(&rule, 2);
    editor.until(|editor| {
        editor.shown(&uri(&rule)).is_empty() && of_rule(&editor.shown(&definition), "title-mentions-northbay")["severity"] == 1
    });
}

#[test]
fn settings_of_the_editor_choose_track_stage_and_configuration() {
    let folder = clean();
    let config = folder.path().join("other.toml");
    fs::write(&config, "ignore = [\"file-unexpected\"]\n").unwrap();
    let mut editor = Editor::start_with(folder.path(), capabilities(), json!({ "track": "independent" }));
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    editor.diagnostics(&definition);
    editor.until_rule(&uri(&folder.path().join("apiProperties.json")), "brand-color-independent", true);
    editor.notify(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "conncert": { "track": "auto", "stage": "auto", "config": "other.toml" } } }),
    );
    editor.until(|editor| editor.shown.values().all(|params| list(&params["diagnostics"]).is_empty()));
}

#[test]
fn wrong_settings_are_told_and_ignored() {
    let folder = broken();
    let mut editor = Editor::start_with(folder.path(), capabilities(), json!({ "track": "verifed", "config": "nowhere.toml" }));
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    assert!(has(&editor.diagnostics(&definition), NOT_REQUIRED));
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": { "conncert": { "stage": 7 } } }));
    editor.notify("workspace/didChangeConfiguration", Value::Null);
    let messages = |editor: &Editor| -> Vec<String> {
        let told = editor.told.iter().filter(|told| told.method == "window/showMessage");
        told.map(|told| told.params["message"].as_str().unwrap().to_owned()).collect()
    };
    editor.until(|editor| messages(editor).len() == 3);
    for part in ["conncert.track is ignored", "conncert.config is ignored", "conncert.stage is ignored"] {
        assert!(messages(&editor).iter().any(|message| message.contains(part)), "{part} in {:?}", messages(&editor));
    }
}
