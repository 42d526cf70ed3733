//! Checks a folder in memory, and everything that is said of it.

use conncert::baseline::anchor;
use conncert::connector::load::InMemory;
use conncert::connector::{Connector, Stage, Track};
use conncert::engine;
use conncert::finding::Finding;
use conncert::outcome::Outcome;
use conncert::rule::catalogue::Plan;
use conncert::rule::kind::Kind;

use super::connectors::{self, Files};
use super::{places, reports};

/// Checks a folder by rules; demands that all that is said of it holds.
pub fn folder(files: &Files, track: Track, stage: Stage, plan: &Plan<'_>) -> Outcome {
    keep(files);
    let memory = InMemory { files: files.clone(), ..InMemory::default() };
    let connector = Connector::from_memory("fuzzed", memory, track, stage);
    let mut outcome = engine::check(&connector, plan);
    places::check(&connector, &outcome);
    anchor::attach(&connector, &mut outcome.findings);
    reports::check(&outcome);
    outcome
}

/// Compares a folder with itself, which tells nothing, and with the clean one in both directions; demands that all that is said of it holds.
pub fn compared(files: &Files, track: Track, stage: Stage) {
    let clean = connectors::example();
    let plan = connectors::plan(track, stage).only(Kind::Difference);
    let open = |files: &Files| Connector::from_memory("fuzzed", InMemory { files: files.clone(), ..InMemory::default() }, track, stage);
    for (old, new) in [(files, files), (&clean, files), (files, &clean)] {
        let mut connector = open(new);
        connector.previous = Some(Box::new(open(old)));
        let outcome = engine::check(&connector, &plan);
        assert!(!std::ptr::eq(old, new) || outcome.findings.is_empty(), "a difference between a folder and itself: {:?}", outcome.findings);
        assert!(outcome.findings.iter().all(|finding| finding.change.is_some()), "{:?}", outcome.findings);
        places::check(&connector, &outcome);
        reports::check(&outcome);
    }
}

/// Demands that a run which only tells of repairs tells of the same ones.
pub fn told(files: &Files, track: Track, stage: Stage, outcome: &Outcome) {
    let memory = InMemory { files: files.clone(), ..InMemory::default() };
    let connector = Connector::from_memory("fuzzed", memory, track, stage);
    let told = engine::check(&connector, &connectors::plan(track, stage).without_changes());
    let repairs = |outcome: &Outcome| {
        let repair = |finding: &Finding| finding.fix.as_ref().map(|fix| (fix.number, fix.safety, fix.title.clone()));
        outcome.findings.iter().map(|finding| (finding.rule.id.clone(), repair(finding))).collect::<Vec<_>>()
    };
    assert_eq!(repairs(&told), repairs(outcome));
}

/// Writes a folder down for people to look at, where CONNCERT_FUZZ_KEEP says so.
fn keep(files: &Files) {
    let Some(folder) = std::env::var_os("CONNCERT_FUZZ_KEEP").map(std::path::PathBuf::from) else { return };
    let _ = std::fs::remove_dir_all(&folder);
    for (name, bytes) in files {
        std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(folder.join(name), bytes)).expect("the folder can be written");
    }
}

/// Whether bytes are JSON to everybody.
pub fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}
