//! Turns the rule files into what the binary embeds: TOML is pleasant to write, JSON is ten times faster to read. Of every rule it notes
//! what must be known before the rule is read, so that a run reads only the rules that concern the connector; examples and repairs are
//! kept apart. Also writes one named test a rule for the test suite.

#[path = "build/automata.rs"]
mod automata;
#[path = "src/rule/pattern/dialect.rs"]
mod dialect;
#[allow(dead_code, reason = "the program uses all of it")]
#[path = "src/rule/head.rs"]
mod head;
#[allow(dead_code, reason = "the program uses all of it")]
#[path = "src/source/json/key_set.rs"]
mod key_set;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build");
    for shared in ["src/rule/pattern/dialect.rs", "src/rule/head.rs", "src/source/json/key_set.rs"] {
        println!("cargo::rerun-if-changed={shared}");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files)?;
    files.sort();
    let mut rules = BTreeMap::new();
    let mut examples = Map::new();
    let mut sources = String::from("&[\n");
    let mut tests = String::new();
    let mut patterns = BTreeSet::new();
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let table: Map<String, Value> = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut rule = table;
        let shown: Map<String, Value> = ["bad", "good"].into_iter().filter_map(|key| Some((key.to_owned(), rule.remove(key)?))).collect();
        rule.values().for_each(|value| collect_patterns(value, &mut patterns));
        let id = rule.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let fixes = rule.remove("fix").map(|fixes| fixes.to_string()).unwrap_or_default();
        examples.insert(id.clone(), Value::Object(shown));
        let area = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        sources.push_str(&format!("({area:?}, {stem:?}),\n"));
        tests.push_str(&format!("#[test]\nfn {}() {{\n    super::the_examples_of({stem:?});\n}}\n", stem.replace('-', "_")));
        rules.insert(id, (area, Value::Object(rule), fixes));
    }
    sources.push(']');
    write_rules(&rules, &out)?;
    fs::write(out.join("examples.json"), serde_json::to_string(&examples)?)?;
    fs::write(out.join("rule_sources.rs"), sources)?;
    fs::write(out.join("rule_tests.rs"), tests)?;
    write_automata(&patterns, &out)
}

/// The texts of the rules in one, and a card for each rule.
fn write_rules(rules: &BTreeMap<String, (String, Value, String)>, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut texts = String::new();
    let mut cards = String::from("&[\n");
    let mut slice = |text: &str| {
        let start = texts.len();
        texts.push_str(text);
        (start, texts.len())
    };
    for (id, (area, rule, fixes)) in rules {
        let kinds: Vec<String> = head::kinds(rule).into_iter().map(|kind| format!("1 << Kind::{} as u64", pascal(kind))).collect();
        let levels = head::levels(rule).map(|level| level.map_or("None".to_owned(), |word| format!("Some(Level::{})", pascal(word))));
        let needs = head::Needs::of(rule);
        let names = head::names(rule).join("\n");
        let [id, area, names, file, fixes] = [id, area, &names, &rule.to_string(), fixes].map(|text| slice(text));
        cards.push_str(&format!(
            "Card {{ id: {id:?}, area: {area:?}, names: {names:?}, file: {file:?}, fixes: {fixes:?}, kinds: {}, levels: [{}], \
             needs: Needs {{ all: KeySet::from_bits({}), one: KeySet::from_bits({}) }} }},\n",
            kinds.join(" | "),
            levels.join(", "),
            needs.all.bits(),
            needs.one.bits(),
        ));
    }
    cards.push(']');
    fs::write(out.join("rules.txt"), texts)?;
    fs::write(out.join("cards.rs"), cards)?;
    Ok(())
}

/// `pull-request` as `PullRequest`: the name of a variant for its word in rule files.
fn pascal(word: &str) -> String {
    word.split('-').map(|part| part[..1].to_uppercase() + &part[1..]).collect()
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
        index.push_str(&format!("({pattern:?}, Alphabet::{}, {start}..{middle}, {middle}..{}),\n", automata.alphabet, bytes.len()));
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
