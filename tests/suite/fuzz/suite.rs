//! The fuzz targets in the suite: seeded inputs, every bomb, and the inputs that once broke something.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use conncert::fix::values::FixValues;

use super::choices::Choices;
use super::repairs::Manner;
use super::{TARGETS, bombs, configuration, connector_folder, connectors, json_lint, mutate, rule_file};

/// Inputs from which the fuzzer starts.
const SEEDS: u64 = 24;

/// Inputs of one seed, of growing length.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn input(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| (self.next() >> 32) as u8).collect()
    }
}

/// The input of a number.
fn input(number: u64) -> Vec<u8> {
    let mut seeded = Seeded(0x9e37_79b9_7f4a_7c15 ^ (number + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
    let length = 4 + (seeded.next() % 60) as usize;
    seeded.input(length)
}

/// Runs a target on so many inputs, each of which can be told from its number.
fn run(name: &str, inputs: u64) {
    let (_, target) = TARGETS.into_iter().find(|(known, _)| *known == name).expect("a target");
    // More of them where somebody has the time: CONNCERT_FUZZ_CASES=100000.
    let inputs = std::env::var("CONNCERT_FUZZ_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(inputs);
    for number in 0..inputs {
        let input = input(number);
        let outcome = std::panic::catch_unwind(|| target(&input));
        assert!(outcome.is_ok(), "{name} breaks at input {number}: {input:?}");
    }
}

#[test]
fn no_text_of_a_definition_breaks_the_check() {
    run("json_lint", 120);
}

#[test]
fn no_folder_breaks_check_or_repair() {
    run("connector_folder", 40);
}

#[test]
fn no_rule_file_breaks_a_run() {
    run("rule_file", 60);
}

#[test]
fn no_configuration_breaks_a_run() {
    run("configuration", 300);
}

#[test]
fn no_stream_of_messages_breaks_the_language_server() {
    run("lsp_stream", 30);
}

#[test]
fn no_bomb_takes_long_or_breaks_the_check() {
    for bomb in bombs::all(1_500) {
        let start = Instant::now();
        let values = FixValues::default();
        let manner = Manner {
            track: conncert::connector::Track::Verified,
            stage: conncert::connector::Stage::Submission,
            unsafe_too: true,
            values: &values,
        };
        connector_folder::folder(&bomb.folder(), &manner);
        if bomb.file.ends_with(".json") {
            json_lint::tree(&bomb.bytes);
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{}: {:?}", bomb.name, start.elapsed());
    }
}

#[test]
fn inputs_are_diverse_and_mostly_still_connectors() {
    let mut seeded = Seeded(7);
    let (mut readable, mut distinct) = (0, std::collections::BTreeSet::new());
    for _ in 0..100 {
        let mut file = connectors::example().remove("apiDefinition.json").expect("a definition");
        mutate::once(&mut file, &mut Choices::of(&seeded.input(12)));
        readable += usize::from(serde_json::from_slice::<serde_json::Value>(&file).is_ok());
        distinct.insert(file);
    }
    assert!((30..90).contains(&readable) && distinct.len() > 80, "{readable} of 100 are JSON, {} differ", distinct.len());
}

#[test]
fn what_inputs_are_made_from_is_right_in_itself() {
    rule_file::RULES.iter().for_each(|rule| assert!(rule_file::rule(rule), "{rule}"));
    assert!(configuration::toml(configuration::TOML.into()), "conncert.toml");
    assert!(configuration::seed(configuration::SEED.into()), "config.json");
    assert!(configuration::baseline(configuration::BASELINE.into()), "baseline");
}

#[test]
fn the_seeds_of_the_fuzzer_are_those_of_the_suite() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz").join("seeds");
    for number in 0..SEEDS {
        let path = folder.join(format!("{number}.bin"));
        if std::env::var_os("UPDATE_SEEDS").is_some() {
            std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, input(number))).unwrap();
        }
        assert_eq!(std::fs::read(&path).unwrap(), input(number), "{}: UPDATE_SEEDS=1 writes it anew", path.display());
    }
}

#[test]
fn every_target_has_its_file_and_its_entry_in_the_fuzz_crate() {
    let fuzz = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest: toml::Table = std::fs::read_to_string(fuzz.join("Cargo.toml")).unwrap().parse().unwrap();
    let mut declared: Vec<String> =
        manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_owned()).collect();
    let mut files: Vec<String> = std::fs::read_dir(fuzz.join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let mut known: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let readme = std::fs::read_to_string(fuzz.join("README.md")).unwrap();
    for list in [&mut declared, &mut files, &mut known] {
        list.sort();
    }
    assert_eq!(declared, known);
    assert_eq!(files, known);
    for name in &known {
        let body = std::fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(body.contains(&format!("{name}::run")) && readme.contains(&format!("`{name}`")), "{name}");
    }
}
