//! Turns the rule files into JSON that the binary embeds: TOML is pleasant to write, JSON is ten times faster to read at every start.
//! Examples are kept apart, because a lint run never needs them. Also writes one named test a rule for the test suite.

#[path = "build/automata.rs"]
mod automata;
#[path = "src/rule/pattern/dialect.rs"]
mod dialect;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src/rule/pattern/dialect.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files)?;
    files.sort();
    let mut rules = Vec::new();
    let mut examples = Map::new();
    let mut sources = String::from("&[\n");
    let mut tests = String::new();
    let mut fixes = std::collections::BTreeMap::new();
    let mut patterns = BTreeSet::new();
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let table: Map<String, Value> = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut rule = table;
        let shown: Map<String, Value> = ["bad", "good"].into_iter().filter_map(|key| Some((key.to_owned(), rule.remove(key)?))).collect();
        rule.values().for_each(|value| collect_patterns(value, &mut patterns));
        let id = rule.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(fix) = rule.remove("fix") {
            fixes.insert(id.clone(), fix);
        }
        examples.insert(id, Value::Object(shown));
        let area = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        sources.push_str(&format!("({area:?}, {stem:?}),\n"));
        tests.push_str(&format!("#[test]\nfn {}() {{\n    super::the_examples_of({stem:?});\n}}\n", stem.replace('-', "_")));
        rules.push(Value::Array(vec![Value::String(area), Value::Object(rule)]));
    }
    sources.push(']');
    fs::write(out.join("rules.json"), serde_json::to_string(&rules)?)?;
    let entries: Vec<String> = fixes.iter().map(|(id, fix)| format!("({id:?}, {:?}),\n", fix.to_string())).collect();
    fs::write(out.join("fixes.rs"), format!("&[\n{}]", entries.concat()))?;
    fs::write(out.join("examples.json"), serde_json::to_string(&examples)?)?;
    fs::write(out.join("rule_sources.rs"), sources)?;
    fs::write(out.join("rule_tests.rs"), tests)?;
    write_automata(&patterns, &out)
}

/// Members of rule files that hold a pattern.
const PATTERNS: [&str; 9] = ["matches", "not-matches", "hint", "pattern", "except", "given", "harmless", "operation-ids-beside", "keys"];

/// The patterns in a rule, and what phrases become as patterns.
fn collect_patterns(value: &Value, patterns: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(pattern) if PATTERNS.contains(&key.as_str()) => {
                        patterns.insert(pattern.clone());
                    }
                    Value::Array(phrases) if matches!(key.as_str(), "words" | "phrases") => {
                        patterns.insert(dialect::phrases(phrases.iter().filter_map(Value::as_str).map(regex_syntax::escape)));
                    }
                    _ => collect_patterns(member, patterns),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_patterns(item, patterns)),
        _ => {}
    }
}

fn write_automata(patterns: &BTreeSet<String>, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut bytes = Vec::new();
    let mut index = String::from("&[\n");
    for pattern in patterns {
        let Some(automata) = automata::compile(&dialect::ascii_classes(pattern)) else { continue };
        let start = bytes.len();
        bytes.extend(automata.forward);
        let middle = bytes.len();
        bytes.extend(automata.backward);
        index.push_str(&format!("({pattern:?}, {start}..{middle}, {middle}..{}),\n", bytes.len()));
    }
    index.push(']');
    fs::write(out.join("automata.bin"), bytes)?;
    fs::write(out.join("automata.rs"), index)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
