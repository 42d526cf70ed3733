//! Keeps `schemas/baseline.schema.json` equal to the types it is made from.

use super::file::BaselineFile;

fn generated() -> String {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<BaselineFile>();
    schema.insert("title".to_owned(), "A baseline of conncert".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap();
    text.push('\n');
    text
}

#[test]
fn the_published_schema_of_baselines_is_made_from_the_types() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/baseline.schema.json");
    let generated = generated();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(path, &generated).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(published == generated, "run `UPDATE_SCHEMAS=1 cargo test schema_of_baseline` and commit schemas/baseline.schema.json");
}
