//! The editor extension and the editors' documentation agree with the program.

use std::fs;

use clap::{CommandFactory, ValueEnum};
use conncert::cli::Cli;
use conncert::connector::{Stage, Track};
use serde_json::Value;

use crate::harness::{conncert, root};

fn json(path: &str) -> Value {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn manifest() -> Value {
    json("editors/vscode/package.json")
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn names<T: ValueEnum>() -> Vec<String> {
    let names = T::value_variants().iter().filter_map(|value| Some(value.to_possible_value()?.get_name().to_owned()));
    std::iter::once("auto".to_owned()).chain(names).collect()
}

#[test]
fn the_extension_offers_the_tracks_and_stages_of_the_command_line() {
    let manifest = manifest();
    let settings = &manifest["contributes"]["configuration"]["properties"];
    for (name, values) in [("track", names::<Track>()), ("stage", names::<Stage>())] {
        let setting = &settings[format!("conncert.{name}")];
        assert_eq!(strings(&setting["enum"]), values, "{name}");
        assert_eq!(strings(&setting["enumDescriptions"]).len(), values.len(), "{name}");
        for value in &values {
            let run = conncert(["lint", &format!("--{name}"), value, "no/such/folder"]);
            assert!(run.errors.contains("cannot read"), "{name} {value}: {}", run.errors);
        }
    }
}

#[test]
fn the_extension_runs_a_program_only_where_the_user_says() {
    let manifest = manifest();
    assert_eq!(manifest["contributes"]["configuration"]["properties"]["conncert.path"]["scope"], "machine-overridable");
    let restricted = &manifest["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"];
    assert_eq!(strings(restricted), ["conncert.path"]);
}

#[test]
fn the_schemas_that_the_extension_contributes_exist() {
    let manifest = manifest();
    let list = |key: &str| manifest["contributes"][key].as_array().unwrap().clone();
    let mut seen = 0;
    for entry in list("jsonValidation").iter().chain(&list("tomlValidation")) {
        let url = entry["url"].as_str().unwrap();
        let file = url.rsplit('/').next().unwrap();
        // Those of JSON files are copied into the extension when it is built; those of TOML files are taken from the repository.
        assert!(url == format!("./schemas/{file}") || url.ends_with(&format!("/main/schemas/{file}")), "{url}");
        assert_eq!(json(&format!("schemas/{file}"))["$schema"], "https://json-schema.org/draft/2020-12/schema", "{url}");
        seen += 1;
    }
    assert_eq!(seen, 4);
    let built = text("editors/vscode/scripts/build.mjs");
    for entry in list("jsonValidation") {
        assert!(built.contains(entry["url"].as_str().unwrap().trim_start_matches("./schemas/")), "{entry}");
    }
}

#[test]
fn commands_and_settings_of_the_extension_are_documented() {
    let manifest = manifest();
    let documents = text("editors/vscode/README.md") + &text("docs/editors.md");
    for command in manifest["contributes"]["commands"].as_array().unwrap() {
        let title = format!("{}: {}", command["category"].as_str().unwrap(), command["title"].as_str().unwrap());
        assert!(documents.contains(&title), "{title}");
    }
    for setting in manifest["contributes"]["configuration"]["properties"].as_object().unwrap().keys() {
        assert!(documents.contains(&format!("`{setting}`")), "{setting}");
    }
}

#[test]
fn the_extension_has_the_version_of_the_program_and_its_lock_file_names_no_machine() {
    assert_eq!(manifest()["version"], Cli::command().get_version().unwrap());
    let lock = json("editors/vscode/package-lock.json");
    assert_eq!(lock["packages"][""]["version"], manifest()["version"]);
    let packages = lock["packages"].as_object().unwrap();
    for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
        let from = package["resolved"].as_str().unwrap_or("https://registry.npmjs.org/");
        assert!(from.starts_with("https://registry.npmjs.org/"), "{name}: {from}");
        assert!(package["integrity"].as_str().is_some_and(|hash| hash.starts_with("sha512-")), "{name}");
    }
}
