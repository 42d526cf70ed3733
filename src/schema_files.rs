//! Keeps the schemas of rule files and of conncert.toml, which give completion in editors, equal to the types they are made from.

use schemars::JsonSchema;
use serde_json::{Value, json};

use crate::config::file::ConfigFile;
use crate::rule::RuleFile;

/// The schema as the types say it.
fn generated<T: JsonSchema>(title: &str) -> String {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    let mut value = schema.to_value();
    leave_out_null(&mut value);
    // As a schema it is written with its keys in the customary order.
    let schema = schemars::Schema::try_from(value).unwrap();
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    text
}

/// TOML has no null: a key that may be left out is left out, and no editor should propose to write null.
fn leave_out_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|key, value| !(key == "default" && value.is_null()));
            if let Some(Value::Object(defaults)) = members.get_mut("default") {
                defaults.retain(|_, value| !value.is_null());
            }
            for keyword in ["type", "anyOf", "enum"] {
                let Some(Value::Array(choices)) = members.get_mut(keyword) else { continue };
                let count = choices.len();
                let is_null = |choice: &Value| match keyword {
                    "type" => choice == "null",
                    _ => choice.is_null() || *choice == json!({"type": "null"}),
                };
                choices.retain(|choice| !is_null(choice));
                if choices.len() == 1 && count > 1 && keyword != "enum" {
                    let only = choices.remove(0);
                    members.remove(keyword);
                    match only {
                        Value::Object(only) => members.extend(only.into_iter().filter(|(key, _)| key != "description")),
                        only => drop(members.insert(keyword.to_owned(), only)),
                    }
                }
            }
            members.values_mut().for_each(leave_out_null);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_null),
        _ => {}
    }
}

fn rule_schema() -> String {
    generated::<RuleFile>("A rule of conncert")
}

fn config_schema() -> String {
    generated::<ConfigFile>("conncert.toml")
}

/// Compares a schema with the published one, or publishes it.
fn is_published(name: &str, generated: &str) -> bool {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, generated).unwrap();
    }
    std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n") == generated
}

fn problems(schema: &str, text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let value: Value = toml::from_str(text).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_published_schema_of_rule_files_is_made_from_the_types() {
    assert!(
        is_published("rule.schema.json", &rule_schema()),
        "run `UPDATE_SCHEMAS=1 cargo test published_schema` and commit schemas/rule.schema.json"
    );
}

#[test]
fn the_published_schema_of_the_configuration_is_made_from_the_types() {
    assert!(
        is_published("conncert.schema.json", &config_schema()),
        "run `UPDATE_SCHEMAS=1 cargo test published_schema` and commit schemas/conncert.schema.json"
    );
}

#[test]
fn every_built_in_rule_file_is_valid_against_the_published_schema() {
    let schema: Value = serde_json::from_str(&rule_schema()).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    for entry in walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
    {
        let rule: Value = toml::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
        let problems: Vec<String> = validator.iter_errors(&rule).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(problems, Vec::<String>::new(), "{}", entry.path().display());
    }
}

#[test]
fn the_schema_of_the_configuration_refuses_what_the_program_refuses() {
    let schema = config_schema();
    let accept = "[[accept]]\nrule = \"a\"\n";
    for text in [
        "",
        "root = true\ntrack = \"custom\"\nfail-on = \"warning\"\n[severity]\n\"5000.2.2.1\" = \"off\"\n[fix]\npublisher = \"Contoso\"",
        &format!("{accept}reason = \"b\"\nexpires = \"2027-03-31\"\npointer = \"/paths\""),
        "[[override]]\npath = \"connectors/*\"\nignore = [\"a\"]",
    ] {
        assert_eq!(problems(&schema, text), Vec::<String>::new(), "{text}");
        assert!(toml::from_str::<ConfigFile>(text).is_ok(), "{text}");
    }
    for text in [
        "trak = \"custom\"",
        "track = \"certified\"",
        "[fix]\npublischer = \"x\"",
        "[severity]\na = \"fatal\"",
        accept,
        &format!("{accept}reason = \"\""),
        &format!("{accept}reason = \"b\"\nexpires = \"soon\""),
        &format!("{accept}reason = \"b\"\npointer = \"paths\""),
    ] {
        assert_ne!(problems(&schema, text), Vec::<String>::new(), "{text}");
        let read = crate::config::load::parse(std::path::Path::new("conncert.toml"), text.as_bytes().to_vec());
        assert!(read.is_err(), "{text}");
    }
}

#[test]
fn every_key_of_the_configuration_is_described_and_unknown_ones_are_denied() {
    fn look(schema: &Value, place: &str, seen: &mut usize) {
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            assert_eq!(schema["additionalProperties"], false, "{place}");
            for (name, property) in properties {
                assert!(property["description"].as_str().is_some_and(|text| !text.is_empty()), "{place}/{name}");
                *seen += 1;
            }
        }
    }
    let schema: Value = serde_json::from_str(&config_schema()).unwrap();
    let mut seen = 0;
    look(&schema, "", &mut seen);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        look(definition, name, &mut seen);
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn no_editor_proposes_null_in_a_toml_file() {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.iter().any(has_null),
            Value::Object(members) => members.get("type").is_some_and(|kind| kind == "null") || members.values().any(has_null),
            _ => false,
        }
    }
    for schema in [rule_schema(), config_schema()] {
        assert!(!has_null(&serde_json::from_str(&schema).unwrap()), "{schema}");
    }
}
