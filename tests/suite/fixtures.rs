//! What conncert says about the fixtures: silence on clean ones, and a snapshot of every rule on every fixture.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::harness::{fixture, lint, root};

/// Folders below `fixtures/` that hold a file of a connector.
fn all() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = walkdir::WalkDir::new(root().join("fixtures"))
        .min_depth(2)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| entry.path().parent().map(PathBuf::from))
        .collect();
    folders.dedup();
    folders.push(fixture("example-base"));
    folders.sort();
    folders.dedup();
    folders
}

fn name_of(folder: &std::path::Path) -> String {
    folder.strip_prefix(root().join("fixtures")).unwrap().to_string_lossy().replace('\\', "/")
}

#[test]
fn clean_connectors_are_met_with_silence() {
    for folder in all().into_iter().filter(|folder| name_of(folder).starts_with("clean/") || name_of(folder) == "example-base") {
        let expected =
            if name_of(&folder).contains("certified-connectors") { vec!["file-intro-missing", "file-icon-missing"] } else { vec![] };
        let run = lint(&folder, &[]);
        let found: Vec<String> = run.findings().iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found, expected, "{}: {}", name_of(&folder), run.output);
    }
}

#[test]
fn every_rule_on_every_fixture() {
    let mut matrix = String::new();
    for folder in all() {
        let mut rules: BTreeMap<String, usize> = BTreeMap::new();
        for finding in lint(&folder, &[]).findings() {
            *rules.entry(format!("{} {}", finding["severity"].as_str().unwrap(), finding["rule"].as_str().unwrap())).or_default() += 1;
        }
        matrix.push_str(&format!("{}\n", name_of(&folder)));
        for (rule, count) in rules {
            matrix.push_str(&format!("  {rule} {count}\n"));
        }
    }
    insta::assert_snapshot!(matrix);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let fixtures = root().join("fixtures");
    let first = lint(&fixtures, &[]);
    for _ in 0..3 {
        assert!(lint(&fixtures, &[]).output == first.output, "the order of findings is not stable");
    }
    let findings = first.findings();
    let keys: Vec<_> = findings
        .iter()
        .map(|finding| {
            (
                finding["connector"].as_str().unwrap(),
                finding["file"].as_str().unwrap(),
                finding["range"]["start"]["offset"].as_u64().unwrap_or(0),
                finding["rule"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(keys.is_sorted(), "findings are ordered by connector, file, offset and rule");
}
