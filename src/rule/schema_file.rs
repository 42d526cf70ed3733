//! Keeps `schemas/rule.schema.json`, which gives completion in editors, equal to the types it is made from.

use super::file::RuleFile;

/// The schema as the types say it.
fn generated() -> String {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<RuleFile>();
    schema.insert("title".to_owned(), "A rule of conncert".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    text
}

#[test]
fn the_published_schema_of_rule_files_is_made_from_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/rule.schema.json");
    let generated = generated();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(published == generated, "run `UPDATE_SCHEMAS=1 cargo test schema_of_rule_files` and commit schemas/rule.schema.json");
}

#[test]
fn every_built_in_rule_file_is_valid_against_the_published_schema() {
    let schema: serde_json::Value = serde_json::from_str(&generated()).unwrap();
    let validator = jsonschema::options().build(&schema).unwrap();
    for entry in walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
    {
        let rule: serde_json::Value = toml::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
        let problems: Vec<String> = validator.iter_errors(&rule).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(problems, Vec::<String>::new(), "{}", entry.path().display());
    }
}
