//! Invariants over the published connectors, where they lie beside the project.

use std::path::PathBuf;
use std::sync::Arc;

use conncert::source::SourceText;
use conncert::source::json::{Json, NodeKind};

use crate::harness::{lint, reference_data};

fn json_files() -> Option<Vec<PathBuf>> {
    let files = walkdir::WalkDir::new(reference_data("corpus")?).sort_by_file_name().into_iter().flatten();
    Some(files.map(|entry| entry.into_path()).filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect())
}

#[test]
fn the_parser_agrees_with_serde_on_every_published_file() {
    let Some(files) = json_files() else { return };
    let mut damaged = 0;
    for path in files {
        let source = Arc::new(SourceText::from_bytes(std::fs::read(&path).unwrap()));
        let json = Json::parse(source.clone());
        let expected = serde_json::from_str::<serde_json::Value>(source.text());
        assert_eq!(json.issues().is_empty(), expected.is_ok(), "{}: {:?} {:?}", path.display(), json.issues(), expected.err());
        match expected {
            Ok(expected) => assert_eq!(json.root().map(|root| root.to_serde()), Some(expected), "{}", path.display()),
            Err(_) => damaged += 1,
        }
    }
    assert!(damaged > 0, "the corpus is known to hold damaged files");
}

#[test]
fn every_span_holds_its_value_and_every_pointer_its_node() {
    let Some(files) = json_files() else { return };
    // Pointers of all nodes of a large file are quadratic to check: every 7th file will do.
    for path in files.into_iter().step_by(7) {
        let source = Arc::new(SourceText::from_bytes(std::fs::read(&path).unwrap()));
        let json = Json::parse(source.clone());
        for node in json.nodes().step_by(13) {
            assert!(source.text().get(node.span()).is_some(), "{}: {:?}", path.display(), node.span());
            if node.kind() == NodeKind::Invalid || !json.issues().is_empty() || json.duplicate_keys().next().is_some() {
                continue;
            }
            assert_eq!(json.at(&node.pointer()).map(|found| found.id()), Some(node.id()), "{}: {}", path.display(), node.pointer());
        }
    }
}

#[test]
fn hits_of_every_rule_on_published_connectors() {
    let Some(corpus) = reference_data("corpus") else { return };
    let mut connectors = 0;
    let mut counts: std::collections::BTreeMap<String, (usize, std::collections::BTreeSet<String>)> = std::collections::BTreeMap::new();
    for track in ["certified", "independent-publisher", "custom"] {
        let run = lint(&corpus.join(format!("{track}-connectors")), &[]);
        connectors += run.json()["connectors"].as_array().unwrap().len();
        for finding in run.findings() {
            let (rule, message) = (finding["rule"].as_str().unwrap(), finding["message"].as_str().unwrap());
            assert!(!message.is_empty() && message == message.trim() && !message.contains("  "), "{rule}: {message:?}");
            let entry = counts.entry(format!("{rule} {}", finding["severity"].as_str().unwrap())).or_default();
            entry.0 += 1;
            entry.1.insert(finding["connector"].as_str().unwrap().to_owned());
        }
    }
    assert!(connectors > 500, "only {connectors} connectors were found");
    let lines: Vec<String> =
        counts.into_iter().map(|(rule, (findings, connectors))| format!("{rule}: {findings} in {}", connectors.len())).collect();
    insta::assert_snapshot!(lines.join("\n"));
}
