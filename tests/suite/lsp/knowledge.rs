//! Hover, outline and completion.

use std::fs;

use serde_json::{Value, json};

use super::editor::{Editor, edited, list, of_rule, place};
use super::{broken, clean};

fn about(editor: &mut Editor, method: &str, uri: &str, needle: &str) -> Value {
    let text = editor.texts[uri].clone();
    let at = text.find(needle).unwrap_or_else(|| panic!("`{needle}` is there"));
    let position = place(&text, at + needle.len());
    editor.request(method, json!({ "textDocument": { "uri": uri }, "position": position })).unwrap()
}

fn hover(editor: &mut Editor, uri: &str, needle: &str) -> String {
    about(editor, "textDocument/hover", uri, needle)["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

/// Labels of the completion behind a text.
fn labels(editor: &mut Editor, uri: &str, needle: &str) -> Vec<String> {
    let items = list(&about(editor, "textDocument/completion", uri, needle));
    items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_finding_explains_its_rule() {
    let folder = broken();
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(&folder.path().join("apiDefinition.json"));
    let range = of_rule(&editor.diagnostics(&uri), "path-parameter-not-required")["range"].clone();
    let ask = json!({ "textDocument": { "uri": uri }, "position": range["start"] });
    let answer = editor.request("textDocument/hover", ask).unwrap();
    let text = answer["contents"]["value"].as_str().unwrap();
    for part in ["*Why:*", "*What to do:*", "*The quick fix:*", "[path-parameter-not-required](https://"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(answer["range"], range);
}

#[test]
fn keys_explain_themselves_in_every_file() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    let properties = editor.open(&folder.path().join("apiProperties.json"));
    let settings = editor.open(&folder.path().join("settings.json"));
    let policy = "\"policyTemplateInstances\": [{ \"templateId\": \"setqueryparameter\", \"title\": \"x\", \"parameters\": { \"x-ms-apimTemplateParameter.name\": \"a\" } }],\n    \"iconBrandColor\"";
    editor.replace(&properties, "\"iconBrandColor\"", policy);
    for (uri, key, part) in [
        (&definition, "\"x-ms-visi", "`internal`"),
        (&definition, "\"operationI", "never changes"),
        (&definition, "\"x-ms-connector-meta", "catalogue"),
        (&definition, "\"propertyNa", "Categories"),
        (&definition, "\"basePa", "slash"),
        (&properties, "\"iconBrandCo", "background colour"),
        (&properties, "\"clearTe", "hides it"),
        (&properties, "\"x-ms-apimTemplateParameter.na", "Parameter name"),
        (&settings, "\"connector", "your environment"),
    ] {
        let text = hover(&mut editor, uri, key);
        assert!(text.contains(part), "{key}: {text}");
    }
    assert_eq!(hover(&mut editor, &definition, "/parc"), "", "a path is a name of the author's own");
}

#[test]
fn the_outline_names_operations_definitions_and_headings() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let definition = editor.open(&folder.path().join("apiDefinition.json"));
    let readme = editor.open(&folder.path().join("README.md"));
    let symbols = list(&editor.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": definition } })).unwrap());
    let names: Vec<&str> = symbols.iter().map(|symbol| symbol["name"].as_str().unwrap()).collect();
    assert_eq!(names[..3], ["ListParcels", "CreateParcel", "GetParcel"]);
    assert!(names.contains(&"ParcelList"));
    assert_eq!(symbols[0]["detail"], "List parcels");
    let children: Vec<&str> =
        list(&symbols[0]["children"]).iter().map(|child| child["name"].as_str().unwrap().to_owned().leak() as &str).collect();
    assert_eq!(children, ["status", "200"]);
    let headings = list(&editor.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": readme } })).unwrap());
    assert_eq!(headings.len(), 1, "everything lies below the title");
    let sections = list(&headings[0]["children"]);
    assert_eq!(sections[2]["name"], "Supported Operations");
    assert_eq!(list(&sections[2]["children"]).len(), 4);
    let mut flat = Editor::start_with(folder.path(), json!({}), Value::Null);
    flat.open(&folder.path().join("README.md"));
    let headings = list(&flat.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": readme } })).unwrap());
    assert!(headings.len() > 10);
    assert_eq!(headings[1]["containerName"], "Northbay Parcels");
}

#[test]
fn lists_of_rules_and_schemas_are_offered() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(&folder.path().join("apiDefinition.json"));
    assert_eq!(labels(&mut editor, &uri, "\"x-ms-visibility\": \""), ["important", "advanced", "internal"]);
    let categories = labels(&mut editor, &uri, "\"Business Management;");
    assert!(categories.contains(&"Commerce".to_owned()) && categories.len() > 15, "{categories:?}");
    assert!(labels(&mut editor, &uri, "\"in\": \"").contains(&"query".to_owned()));
    assert!(labels(&mut editor, &uri, "\"$ref\": \"#").contains(&"#/definitions/ParcelList".to_owned()));
    assert!(labels(&mut editor, &uri, "\"title\": \"").is_empty());
    let properties = editor.open(&folder.path().join("apiProperties.json"));
    assert!(labels(&mut editor, &properties, "\"type\": \"").contains(&"oauthSetting".to_owned()));
    let policy = "\"policyTemplateInstances\": [{ \"templateId\": \"\", \"title\": \"x\", \"parameters\": { \"x-ms-apimTemplate-operationName\": [\"\"] } }],\n    \"iconBrandColor\"";
    editor.replace(&properties, "\"iconBrandColor\"", policy);
    let templates = labels(&mut editor, &properties, "\"templateId\": \"");
    assert!(templates.contains(&"setheader".to_owned()) && !templates.contains(&"SetHeader".to_owned()), "{templates:?}");
    assert!(labels(&mut editor, &properties, "operationName\": [\"").contains(&"GetParcel".to_owned()));
    assert!(labels(&mut editor, &properties, "\"scriptOperations\": [\n      \"").contains(&"ListServices".to_owned()));
    let oauth = "\"oAuthSettings\": { \"identityProvider\": \"\", \"redirectMode\": \"\" },\n        \"type\": \"securestring\"";
    editor.replace(&properties, "\"type\": \"securestring\"", oauth);
    assert!(labels(&mut editor, &properties, "\"identityProvider\": \"").contains(&"aad".to_owned()));
    assert!(labels(&mut editor, &properties, "\"redirectMode\": \"").contains(&"GlobalPerConnector".to_owned()));
}

#[test]
fn a_chosen_value_replaces_the_part_it_belongs_to() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(&folder.path().join("apiDefinition.json"));
    let choose = |editor: &mut Editor, needle: &str, label: &str| {
        let items = list(&about(editor, "textDocument/completion", &uri, needle));
        let item = items.iter().find(|item| item["label"] == label).unwrap_or_else(|| panic!("{label} in {items:?}"));
        edited(&editor.texts[&uri], &[item["textEdit"].clone()])
    };
    assert!(choose(&mut editor, "\"Business Management;", "Data").contains("\"Business Management;Data\""));
    assert!(choose(&mut editor, "\"Business", "Data").contains("\"Data;Commerce\""));
    editor.replace(
        &uri,
        "\"operationId\": \"ListParcels\",\n        \"x-ms-visibility\": \"important\"",
        "\"operationId\": \"ListParcels\",\n        \"x-ms-visibility\": ",
    );
    assert!(
        choose(&mut editor, "\"ListParcels\",\n        \"x-ms-visibility\": ", "advanced").contains("\"x-ms-visibility\": \"advanced\"")
    );
}

#[test]
fn calls_of_other_operations_offer_the_operations_of_the_connector() {
    let folder = clean();
    let mut editor = Editor::start(folder.path());
    let path = folder.path().join("apiDefinition.json");
    let uri = editor.open(&path);
    let call = "\"Return only the parcels that have this status.\",\n            \"x-ms-dynamic-values\": { \"operationId\": \"\", \"value-path\": \"id\" }";
    editor.replace(&uri, "\"Return only the parcels that have this status.\"", call);
    let operations = labels(&mut editor, &uri, "\"x-ms-dynamic-values\": { \"operationId\": \"");
    assert!(operations.contains(&"ListServices".to_owned()), "{operations:?}");
    assert!(hover(&mut editor, &uri, "\"value-pa").contains("becomes the value"));
    assert_eq!(fs::read_to_string(&path).unwrap().matches("x-ms-dynamic-values\": { ").count(), 0, "nothing was written");
}
